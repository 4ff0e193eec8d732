"""What may be added to a signed file without harm, and what only looks like it."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, MDPPerm, SigFieldSpec, append_signature_field

from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from tests.signature import attacks, files, shadows
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.pki import Pki, revocation_list
from tests.signature.test_long_term import stamped, with_revocation
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
SECOND = made(name("Người ký sau"), ROOT)


def form(path: Path, value: str = "") -> Path:
    def change(pdf: pikepdf.Pdf) -> None:
        shadows.field(pdf, [90, 300, 300, 320], value=value)

    return shadows.prepared(path, change)


def fill(path: Path, out: Path, value: str) -> Path:
    """Fills the field o1 as a viewer does."""
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    field = writer.root["/AcroForm"]["/Fields"][0]
    field[generic.pdf_name("/V")] = generic.pdf_string(value)
    writer.update_container(field)
    with out.open("wb") as target:
        writer.write(target)
    return out


def judged(path: Path, trust: Trust | None = None) -> list[tuple[str, str]]:
    return [(one.verdict, one.changes_after) for one in verify_pdf(path, trust=trust or trusted()).signatures]


def test_several_signatures(tmp_path: Path) -> None:
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    two = signed_by(one, tmp_path / "c.pdf", SECOND, field="S2")
    assert judged(two) == [("valid", "allowed"), ("valid", "none")]


def test_into_an_existing_field(tmp_path: Path) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(files.plain(tmp_path / "a.pdf").read_bytes()))
    for number in (1, 2):
        append_signature_field(writer, SigFieldSpec(f"S{number}", box=(90, 100 * number, 200, 100 * number + 40)))
    with (tmp_path / "f.pdf").open("wb") as target:
        writer.write(target)
    one = signed_by(tmp_path / "f.pdf", tmp_path / "b.pdf", WHO)
    assert judged(signed_by(one, tmp_path / "c.pdf", SECOND, field="S2")) == [("valid", "allowed"), ("valid", "none")]


@pytest.mark.parametrize(
    ("certify", "before", "expected"),
    [
        (True, "", ("valid", "allowed")),
        (True, "10", ("valid", "allowed")),
        (False, "", ("valid", "allowed")),
        (False, "10", ("invalid", "suspicious")),
    ],
)
def test_forms(tmp_path: Path, certify: bool, before: str, expected: tuple[str, str]) -> None:
    signed = signed_by(form(tmp_path / "a.pdf", before), tmp_path / "b.pdf", WHO, certify=certify)
    assert judged(fill(signed, tmp_path / "c.pdf", "999")) == [expected]


def test_fields_that_other_places_name(tmp_path: Path) -> None:
    """The order of calculations, the structure and a button name the field; what is filled in stays the field's own matter."""

    def change(pdf: pikepdf.Pdf) -> None:
        field = shadows.field(pdf, [90, 300, 300, 320], value="")
        clear = pikepdf.Dictionary(S=pikepdf.Name.ResetForm, Fields=pikepdf.Array([field]))
        button = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, Ff=65536, T="xoa", F=4,
            Rect=pikepdf.Array([10, 10, 60, 30]), A=clear,
        )  # fmt: skip
        pdf.pages[0].Annots.append(pdf.make_indirect(button))
        pdf.Root.AcroForm.Fields.append(pdf.pages[0].Annots[-1])
        pdf.Root.AcroForm.CO = pikepdf.Array([field])
        place = pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=field)
        tag = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Form, K=place))
        pdf.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=tag)

    plain = shadows.prepared(tmp_path / "a.pdf", change)
    signed = signed_by(plain, tmp_path / "b.pdf", WHO, certify=True)
    assert judged(fill(signed, tmp_path / "c.pdf", "999")) == [("valid", "allowed")]
    locked = signed_by(plain, tmp_path / "d.pdf", WHO, lock=FieldMDPAction.ALL)
    assert judged(fill(locked, tmp_path / "e.pdf", "999")) == [("invalid", "suspicious")]
    with pikepdf.open(signed) as pdf:
        order = pdf.Root.AcroForm
        order.CO = pikepdf.Array([])
        number, told = pdf.Root.objgen[0], pdf.Root.unparse(resolved=True)
    attacks.update(signed, tmp_path / "f.pdf", {number: told})
    assert judged(tmp_path / "f.pdf") == [("invalid", "suspicious")]


def test_a_form_filled_after_no_changes(tmp_path: Path) -> None:
    signed = signed_by(form(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO, certify=True, permissions=MDPPerm.NO_CHANGES)
    assert judged(fill(signed, tmp_path / "c.pdf", "999")) == [("invalid", "suspicious")]


def test_a_locked_field_and_a_third_signature(tmp_path: Path) -> None:
    locked = signed_by(form(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO, lock=FieldMDPAction.ALL)
    assert judged(fill(locked, tmp_path / "c.pdf", "999")) == [("invalid", "suspicious")]
    third = signed_by(locked, tmp_path / "d.pdf", SECOND, field="S2")
    assert judged(third)[0] == ("invalid", "suspicious")


@pytest.mark.parametrize(
    ("action", "names", "expected"),
    [
        (FieldMDPAction.INCLUDE, ["o2"], ("valid", "allowed")),
        (FieldMDPAction.INCLUDE, ["o1"], ("invalid", "suspicious")),
        (FieldMDPAction.EXCLUDE, ["o1"], ("valid", "allowed")),
        (FieldMDPAction.EXCLUDE, ["o2"], ("invalid", "suspicious")),
    ],
)
def test_only_some_fields_locked(tmp_path: Path, action: FieldMDPAction, names: list[str], expected: tuple[str, str]) -> None:
    """The field o1 is filled in, beside it stands another."""

    def change(pdf: pikepdf.Pdf) -> None:
        shadows.field(pdf, [90, 300, 300, 320], value="")
        shadows.field(pdf, [90, 200, 300, 220], name="o2", value="")

    plain = shadows.prepared(tmp_path / "a.pdf", change)
    locked = signed_by(plain, tmp_path / "b.pdf", WHO, lock=action, locked=names)
    assert judged(fill(locked, tmp_path / "c.pdf", "999")) == [expected]


@pytest.mark.parametrize("permissions", [MDPPerm.NO_CHANGES, MDPPerm.FILL_FORMS])
def test_a_note_on_a_certified_document(tmp_path: Path, permissions: MDPPerm) -> None:
    signed = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO, certify=True, permissions=permissions)
    new = attacks.free_number(signed)
    page = attacks.rewritten(signed, "page", lambda _page: None)
    page = (
        page[:-2] + b" /Annots [%d 0 R] >>" % new
        if b"/Annots" not in page
        else page.replace(b"/Annots [", b"/Annots [%d 0 R " % new)
    )
    note = b"<< /Type /Annot /Subtype /FreeText /Rect [90 480 400 520] /Contents (Bai bo) >>"
    attacks.update(signed, tmp_path / "c.pdf", {attacks.number(signed, "page"): page, new: note})
    assert judged(tmp_path / "c.pdf") == [("invalid", "suspicious")]


def test_proofs_for_keeping(pki: Pki, tmp_path: Path) -> None:
    lists = [revocation_list(ROOT, {})]
    for permissions, expected in ((MDPPerm.FILL_FORMS, "valid"), (MDPPerm.NO_CHANGES, "unknown")):
        signed = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO, certify=True, permissions=permissions)
        kept = stamped(with_revocation(signed, tmp_path / "c.pdf", lists), tmp_path / "d.pdf", pki, pki.tsa)
        one = verify_pdf(kept, trust=Trust((*trusted().anchors, *_anchors(pki)))).signatures[0]
        assert (one.verdict, one.changes_after) == (expected, "allowed")
        assert ("changes.certified" in one.reasons) == (expected == "unknown")


def _anchors(pki: Pki) -> tuple[object, ...]:
    from app.signature.trust import load_trust

    return load_trust(pki.chain).anchors


def test_dates_that_programs_keep(tmp_path: Path) -> None:
    """Acrobat writes the date of the change and its name into the description when it adds proofs."""
    signed = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    new = attacks.free_number(signed)
    data = signed.read_bytes()
    added, places = attacks.body({new: b"<< /ModDate (D:20260101) /Producer (Acrobat) >>"}, len(data))
    trailer = attacks.trailer_of(signed, new + 1).replace(b" >>", b" /Info %d 0 R >>" % new)
    (tmp_path / "c.pdf").write_bytes(data + added + attacks.table(places, trailer, len(data) + len(added)))
    assert judged(tmp_path / "c.pdf") == [("valid", "allowed")]


def test_encrypted_and_new_files(tmp_path: Path) -> None:
    secret = signed_by(files.encrypted(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    assert judged(secret) == [("valid", "none")]
    with pikepdf.open(files.plain(tmp_path / "c.pdf")) as pdf:
        pdf.save(tmp_path / "d.pdf", force_version="2.0", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    two = signed_by(tmp_path / "d.pdf", tmp_path / "e.pdf", WHO)
    assert judged(signed_by(two, tmp_path / "f.pdf", SECOND, field="S2")) == [("valid", "allowed"), ("valid", "none")]


def test_the_reader_agrees_on_the_signed_state(tmp_path: Path) -> None:
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    two = signed_by(one, tmp_path / "c.pdf", SECOND, field="S2")
    first = verify_pdf(two, trust=trusted()).signatures[0]
    assert two.read_bytes()[: first.covered] == one.read_bytes()
    assert len(PdfFileReader(io.BytesIO(one.read_bytes())).embedded_signatures) == 1


def test_badly_written_metadata_that_nobody_touched(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Metadata = pdf.make_stream(b"<no xmp", Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)

    one = signed_by(shadows.prepared(tmp_path / "a.pdf", change), tmp_path / "b.pdf", WHO)
    assert judged(signed_by(one, tmp_path / "c.pdf", SECOND, field="S2"))[0] == ("valid", "allowed")


def test_two_signatures_in_an_encrypted_file(tmp_path: Path) -> None:
    with pikepdf.open(files.plain(tmp_path / "p.pdf")) as pdf:
        pdf.docinfo["/Title"] = "Quyết định"
        pdf.save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(owner="chủ", user=""))
    one = signed_by(tmp_path / "a.pdf", tmp_path / "b.pdf", WHO)
    assert judged(signed_by(one, tmp_path / "c.pdf", SECOND, field="S2")) == [("valid", "allowed"), ("valid", "none")]
