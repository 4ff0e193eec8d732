"""Files built in unusual ways: what the standard permits does no harm, and no such way lets a change slip through."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from app.signature.verify import verify_pdf
from tests.signature import attacks, files
from tests.signature.handmade import Cms, Form, sign
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.pki import rsa_key
from tests.signature.test_honest_changes import judged
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
SECOND = made(name("Người ký sau"), ROOT)
TWO = [("valid", "allowed"), ("valid", "none")]


def streamed(path: Path, *, linear: bool = False) -> Path:
    """With object streams and a cross-reference stream."""
    with pikepdf.open(files.plain(path.with_suffix(".plain"))) as pdf:
        pdf.save(path, force_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=linear)
    return path


def last_stream(path: Path) -> int:
    """The number of the last cross-reference stream."""
    data = path.read_bytes()
    found = re.match(rb"\s*(\d+) 0 obj", data[attacks.last_xref(data) :])
    assert found is not None
    return int(found[1])


def stream_update(path: Path, out: Path, objects: dict[int, bytes], number: int) -> Path:
    """An update with a cross-reference stream that is object `number`."""
    data = path.read_bytes()
    with pikepdf.open(path) as pdf:
        root, size = pdf.trailer.Root.objgen[0], int(pdf.trailer.Size)
    added, places = attacks.body(objects, len(data))
    at = len(data) + len(added)
    places[number] = at
    rows = b"".join(b"\1" + place.to_bytes(4, "big") + b"\0\0" for _n, place in sorted(places.items()))
    index = b" ".join(b"%d 1" % n for n in sorted(places))
    head = b"/Type /XRef /Size %d /Root %d 0 R /Prev %d /W [1 4 2] /Index [%s]" % (
        max(size, *(n + 1 for n in places)), root, attacks.last_xref(data), index,
    )  # fmt: skip
    body = b"%d 0 obj\n%s\nendobj\n" % (number, attacks.stream(rows, head))
    out.write_bytes(data + added + body + b"startxref\n%d\n%%%%EOF\n" % at)
    return out


def twice(path: Path) -> Path:
    one = signed_by(path, path.with_suffix(".one"), WHO)
    return signed_by(one, path.with_suffix(".two"), SECOND, field="S2")


def test_streams_and_linear_files(tmp_path: Path) -> None:
    assert judged(twice(streamed(tmp_path / "a.pdf"))) == TWO
    assert judged(twice(streamed(tmp_path / "b.pdf", linear=True))) == TWO


def test_numbers_of_old_streams_used_again(tmp_path: Path) -> None:
    path = streamed(tmp_path / "a.pdf")
    again = stream_update(path, tmp_path / "b.pdf", {attacks.free_number(path): b"<< /A 1 >>"}, last_stream(path))
    assert judged(twice(again)) == TWO
    one = signed_by(path, tmp_path / "one.pdf", WHO)
    later = stream_update(one, tmp_path / "c.pdf", {attacks.free_number(one): b"<< /A 1 >>"}, last_stream(one))
    assert judged(later) == [("valid", "allowed")]
    assert judged(signed_by(later, tmp_path / "d.pdf", SECOND, field="S2")) == TWO


def test_a_page_content_in_the_number_of_an_old_stream(tmp_path: Path) -> None:
    """The page shows the cross-reference stream itself as its content; afterwards the number gets words."""
    path = streamed(tmp_path / "a.pdf")
    number = last_stream(path)
    page = attacks.rewritten(path, "page", lambda _page: None)
    changed = re.sub(rb"/Contents \d+ 0 R", b"/Contents %d 0 R" % number, page)
    assert changed != page
    free = attacks.free_number(path)
    shown = stream_update(path, tmp_path / "b.pdf", {attacks.number(path, "page"): changed}, free)
    one = signed_by(shown, tmp_path / "c.pdf", WHO)
    last = attacks.free_number(one)
    evil = stream_update(one, tmp_path / "d.pdf", {number: attacks.stream(attacks.EVIL)}, last)
    assert judged(evil) == [("invalid", "suspicious")]
    assert judged(stream_update(one, tmp_path / "e.pdf", {}, number)) == [("invalid", "suspicious")]


def test_hybrid_files(tmp_path: Path) -> None:
    assert judged(twice(files.hybrid(tmp_path / "a.pdf"))) == TWO


def test_a_hybrid_file_with_two_meanings_is_not_clear(tmp_path: Path) -> None:
    """Table and stream name the same object at different places: each program shows another one."""
    data = files.hybrid(tmp_path / "a.pdf").read_bytes()
    free = data.index(b"0000000000 65535 f \ntrailer")
    place = data.index(b"4 0 obj")
    (tmp_path / "a.pdf").write_bytes(data[:free] + b"%010d 00000 n " % place + data[free + 19 :])
    found = verify_pdf(twice(tmp_path / "a.pdf"), trust=trusted())
    assert found.verdict == "unknown"
    assert "changes.unclear" in found.signatures[0].reasons


@pytest.mark.parametrize("number", [900, 15])
def test_what_is_missing_may_not_appear_later(tmp_path: Path, number: int) -> None:
    """The page's content points to an object that isn't there: null when it is signed (ISO 32000-1, 7.3.10)."""
    path = files.plain(tmp_path / "a.pdf")
    page = attacks.rewritten(path, "page", lambda _page: None)
    page = re.sub(rb"/Contents (\d+ 0 R)", rb"/Contents [ \1 %d 0 R ]" % number, page)
    attacks.update(path, tmp_path / "b.pdf", {attacks.number(path, "page"): page, 18: b"<< /X 1 >>"})
    one = signed_by(tmp_path / "b.pdf", tmp_path / "c.pdf", WHO)
    assert judged(one) == [("valid", "none")]
    assert judged(signed_by(one, tmp_path / "d.pdf", SECOND, field="S2")) == TWO
    attacks.update(one, tmp_path / "e.pdf", {number: attacks.stream(attacks.EVIL)})
    assert judged(tmp_path / "e.pdf") == [("invalid", "suspicious")]


def test_tables_that_loop(tmp_path: Path) -> None:
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    data = one.read_bytes()
    at = len(data)
    trailer = re.sub(rb"/Prev \d+", b"/Prev %d" % at, attacks.trailer_of(one))
    (tmp_path / "c.pdf").write_bytes(data + b"xref\n0 0\ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, at))
    found = verify_pdf(tmp_path / "c.pdf", trust=trusted())
    assert found.verdict in ("invalid", "unknown")
    assert all(row.verdict != "valid" for row in found.signatures)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_an_update_without_objects(tmp_path: Path, ends: bytes) -> None:
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    data = one.read_bytes() + ends
    update = [b"xref", b"0 1", b"0000000000 65535 f" + ends.rjust(2)[:2].rstrip(b"\n\r") + b"", b"trailer"]
    update += [attacks.trailer_of(one), b"startxref", b"%d" % len(data), b"%%EOF", b""]
    row = b"0000000000 65535 f" + (b" \n" if ends == b"\n" else b"\r\n")
    body = b"xref" + ends + b"0 1" + ends + row + ends.join(update[3:])
    (tmp_path / "c.pdf").write_bytes(data + body)
    assert judged(tmp_path / "c.pdf") == [("valid", "allowed")]


@pytest.mark.parametrize("right", [MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE])
@pytest.mark.parametrize("field", ["S2", "S3"])
def test_signing_after_a_certification(tmp_path: Path, right: MDPPerm, field: str) -> None:
    """Into a field that was there, and into a new one that is not seen."""
    writer = IncrementalPdfFileWriter(io.BytesIO(files.plain(tmp_path / "a.pdf").read_bytes()))
    append_signature_field(writer, SigFieldSpec("S1"))
    append_signature_field(writer, SigFieldSpec("S2", box=(300, 300, 400, 350)))
    with (tmp_path / "a.pdf").open("wb") as target:
        writer.write(target)  # type: ignore[no-untyped-call]
    one = signed_by(tmp_path / "a.pdf", tmp_path / "b.pdf", WHO, certify=True, permissions=right)
    assert judged(signed_by(one, tmp_path / "c.pdf", SECOND, field=field)) == TWO


@pytest.mark.parametrize("who", [SECOND, made(name("Người lạ"), None)])
def test_a_seen_signature_sneaked_in_after_a_certification(tmp_path: Path, who: object) -> None:
    """ "Sneaky signature": a new box with words of its own, over the text or beside it."""
    plain = files.plain(tmp_path / "a.pdf")
    mdp = b"<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 2 /V /1.2 >> >>"
    value = attacks.free_number(plain)
    certified = Form(more=b"/Reference [%s]" % mdp, catalog=b" /Perms << /DocMDP %d 0 R >>" % value)
    one = sign(plain, tmp_path / "b.pdf", Cms(WHO), certified)
    assert judged(one) == [("valid", "none")]
    sneaked = sign(one, tmp_path / "c.pdf", Cms(who), Form(name=b"S2", rect=b"[90 480 400 520]"))  # type: ignore[arg-type]
    assert judged(sneaked)[0] == ("invalid", "suspicious")


def freeing(path: Path, out: Path, number: int, following: int, objects: dict[int, bytes] | None = None) -> Path:
    """An update that sets an object free; `following` is the generation that its number may have next."""
    data = path.read_bytes()
    added, places = attacks.body(objects or {}, len(data))
    at = len(data) + len(added)
    rows = b"%d 1\n0000000000 %05d f \n" % (number, following)
    rows += b"".join(b"%d 1\n%010d 00000 n \n" % (n, place) for n, place in sorted(places.items()))
    trailer = attacks.trailer_of(path, max([0, *places]) + 1)
    out.write_bytes(data + added + b"xref\n" + rows + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % at)
    return out


@pytest.mark.parametrize("following", [0, 1, 65535])
def test_objects_set_free(tmp_path: Path, following: int) -> None:
    """One that nothing uses may go; the page's content may not."""
    plain = files.plain(tmp_path / "a.pdf")
    spare = attacks.free_number(plain)
    attacks.update(plain, tmp_path / "b.pdf", {spare: b"<< /Spare true >>"})
    one = signed_by(tmp_path / "b.pdf", tmp_path / "c.pdf", WHO)
    assert judged(freeing(one, tmp_path / "d.pdf", spare, following)) == [("valid", "allowed")]
    contents = attacks.number(one, "contents")
    assert judged(freeing(one, tmp_path / "e.pdf", contents, following)) == [("invalid", "suspicious")]


def test_proofs_for_a_signature_grow(tmp_path: Path) -> None:
    """A later update brings further proofs for a signature that had some, in the same objects and under keys of other programs."""
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    number, catalog = attacks.free_number(one), attacks.number(one, "catalog")
    root = attacks.rewritten(one, "catalog", lambda _catalog: None)
    store = b"<< /Type /DSS /Certs [%d 0 R] /VRI << /%s %d 0 R >> >>" % (number + 1, b"A" * 40, number + 2)
    first = {
        catalog: root[:-2] + b" /DSS %d 0 R >>" % number,
        number: store,
        number + 1: attacks.stream(ROOT.der),
        number + 2: b"<< /Cert [%d 0 R] >>" % (number + 1),
    }
    attacks.update(one, tmp_path / "c.pdf", first)
    assert judged(tmp_path / "c.pdf") == [("valid", "allowed")]
    more = {
        number: store[:-6] + b" /%s << /TU (D:20260101) >> /Own (x) >> >>" % (b"a" * 40),
        number + 2: b"<< /Cert [%d 0 R %d 0 R] /TU (D:20260101) >>" % (number + 1, number + 3),
        number + 3: attacks.stream(WHO.der),
    }
    attacks.update(tmp_path / "c.pdf", tmp_path / "d.pdf", more)
    assert judged(tmp_path / "d.pdf") == [("valid", "allowed")]
    two = signed_by(tmp_path / "c.pdf", tmp_path / "e.pdf", SECOND, field="S2")
    without = attacks.rewritten(two, "catalog", lambda catalog: catalog.__delitem__("/DSS"))
    attacks.update(two, tmp_path / "f.pdf", {catalog: without})  # the second signature had the proofs before it
    assert judged(tmp_path / "f.pdf") == [("valid", "allowed"), ("invalid", "suspicious")]


@pytest.mark.parametrize(
    "key", [b"/DSS << /Certs [%d 0 R] >>", b"/Metadata %d 0 R", b"/DSS %d 0 R", b"/DSS << /Own << /P %d 0 R >> >>"]
)
def test_a_store_is_no_way_to_the_content(tmp_path: Path, key: bytes) -> None:
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    contents = attacks.number(one, "contents")
    root = re.sub(rb"/Metadata \d+ 0 R", b"", attacks.rewritten(one, "catalog", lambda _catalog: None))
    objects = {attacks.number(one, "catalog"): root[:-2] + key % contents + b" >>", contents: attacks.stream(attacks.EVIL)}
    attacks.update(one, tmp_path / "c.pdf", objects)
    assert judged(tmp_path / "c.pdf") == [("invalid", "suspicious")]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (b"/Encrypt %d 0 R /ID %s", ("valid", "allowed")),
        (b"/Encrypt %d 0 R /ID [<00> <00>]", ("invalid", "suspicious")),
        (b"/ID %s", ("invalid", "suspicious")),
    ],
)
def test_an_update_keeps_to_the_encryption(tmp_path: Path, more: bytes, expected: tuple[str, str]) -> None:
    """Without its key, or with another one, each stream reads otherwise, though not a byte was changed."""
    one = signed_by(files.encrypted(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    with pikepdf.open(one) as pdf:
        secret, names = pdf.trailer.Encrypt.objgen[0], pdf.trailer.ID.unparse()
    data = one.read_bytes()
    told = more.replace(b"%d", b"%d" % secret).replace(b"%s", names)
    trailer = attacks.trailer_of(one)[:-2] + told + b" >>"
    (tmp_path / "c.pdf").write_bytes(data + b"xref\n0 0\ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(data)))
    found = judged(tmp_path / "c.pdf")
    assert found == [expected] or (expected[0] == "invalid" and found == [("unknown", "suspicious")])


def test_a_table_written_again_as_a_whole(tmp_path: Path) -> None:
    """Each update of some programs names all objects once more, at the places where they were."""
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    data = one.read_bytes()
    places: dict[int, int] = {}
    for start, count in ((int(a), int(b)) for a, b in re.findall(rb"\n(\d+) (\d+) ?\n(?=\d{10} )", data)):
        rows = re.search(rb"\n%d %d ?\n((?:\d{10} \d{5} [nf][ \r\n]{1,2})+)" % (start, count), data)
        assert rows is not None
        told = [row.split() for row in rows[1].splitlines() if row.strip()]
        places |= {start + n: int(row[0]) for n, row in enumerate(told) if row[2] == b"n"}
    spare = attacks.free_number(one)
    added, new = attacks.body({spare: b"<< /Spare true >>"}, len(data))
    whole = attacks.table(places | new, attacks.trailer_of(one, spare + 1), len(data) + len(added))
    (tmp_path / "c.pdf").write_bytes(data + added + whole)
    assert judged(tmp_path / "c.pdf") == [("valid", "allowed")]
    assert judged(signed_by(tmp_path / "c.pdf", tmp_path / "d.pdf", SECOND, field="S2")) == TWO
    contents = attacks.number(one, "contents")
    swapped = attacks.table(places | new | {contents: places[attacks.number(one, "page")]}, attacks.trailer_of(one), len(data))
    (tmp_path / "e.pdf").write_bytes(data + added + swapped)
    assert judged(tmp_path / "e.pdf")[0][0] != "valid"


def test_an_object_under_a_number_that_is_not_its_own(tmp_path: Path) -> None:
    """The table calls it 900, its bytes call it the page's content: a program that repairs the table shows it."""
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    data = one.read_bytes()
    body = b"%d 0 obj\n%s\nendobj\n" % (attacks.number(one, "contents"), attacks.stream(attacks.EVIL))
    table = attacks.table({900: len(data)}, attacks.trailer_of(one, 901), len(data) + len(body))
    (tmp_path / "c.pdf").write_bytes(data + body + table)
    assert judged(tmp_path / "c.pdf") == [("invalid", "suspicious")]


def test_an_object_stream_with_more_than_the_table_tells(tmp_path: Path) -> None:
    one = signed_by(streamed(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    page = attacks.rewritten(one, "page", lambda page: setattr(page, "Rotate", 90))
    head = b"%d 0 " % attacks.number(one, "page")
    free = attacks.free_number(one)
    hidden = attacks.stream(head + page, b"/Type /ObjStm /N 1 /First %d" % len(head))
    assert judged(stream_update(one, tmp_path / "c.pdf", {free: hidden}, free + 1)) == [("invalid", "suspicious")]


def test_objects_that_begin_with_a_later_generation(tmp_path: Path) -> None:
    """As Okular and `pdfsig` write them; a later generation of something that is there already is another matter."""
    plain = files.plain(tmp_path / "a.pdf")
    data, spare = plain.read_bytes(), attacks.free_number(plain)

    def later(path: Path, out: Path, number: int) -> Path:
        data = path.read_bytes()
        body = b"%d 1 obj\n%s\nendobj\n" % (number, attacks.stream(attacks.EVIL))
        row = b"xref\n%d 1\n%010d 00001 n \n" % (number, len(data))
        trailer = attacks.trailer_of(path, number + 1)
        out.write_bytes(data + body + row + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(data) + len(body)))
        return out

    one = signed_by(later(plain, tmp_path / "b.pdf", spare), tmp_path / "c.pdf", WHO)
    assert (tmp_path / "b.pdf").read_bytes()[: len(data)] == data
    assert judged(one) == [("valid", "none")]
    assert judged(signed_by(one, tmp_path / "d.pdf", SECOND, field="S2")) == TWO
    changed = later(one, tmp_path / "e.pdf", attacks.number(one, "contents"))
    assert judged(changed) == [("invalid", "suspicious")]


def test_signed_by_poppler(tmp_path: Path) -> None:
    """Twice by `pdfsig`, whose library Okular uses, too."""
    store = f"sql:{tmp_path}"
    who = made(name("Người ký RSA"), ROOT, key=rsa_key(2048))
    password = BestAvailableEncryption(b"x")
    (tmp_path / "k.p12").write_bytes(serialize_key_and_certificates(b"nguoi", who.key, who.cert, [ROOT.cert], password))
    for command in (
        ["certutil", "-d", store, "-N", "--empty-password"],
        ["certutil", "-d", store, "-A", "-n", "goc", "-t", "CT,C,C", "-a"],
        ["pk12util", "-d", store, "-i", str(tmp_path / "k.p12"), "-W", "x"],
    ):
        subprocess.run(command, check=True, capture_output=True, input=ROOT.pem)
    path = files.plain(tmp_path / "a.pdf")
    for number in range(2):
        out = tmp_path / f"{number}.pdf"
        command = ["pdfsig", "-nssdir", store, "-add-signature", "-nick", "nguoi", str(path), str(out)]
        subprocess.run(command, check=True, capture_output=True)
        path = out
    assert judged(path) == TWO
