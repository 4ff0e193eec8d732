"""Fields whose value was signed: their look, their fonts and the marks of the structure stay what they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from app.signature.verify import verify_pdf
from tests.signature import attacks, shadows
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.test_honest_changes import judged
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
ALLOWED, BAD, TOLD = ("valid", "allowed"), ("invalid", "suspicious"), ("unknown", "suspicious")
Change = Callable[[pikepdf.Pdf], pikepdf.Object]  # gives the object that was changed


def document(path: Path) -> Path:
    """A field that holds 10, a tick drawn with lines alone, a font that the form offers, marks of a structure."""

    def change(pdf: pikepdf.Pdf) -> None:
        field = shadows.field(pdf, [90, 300, 300, 320])
        field.DA = pikepdf.String("/Helv 12 Tf 0 g")
        looks = [pdf.make_stream(data) for data in (b"1 w 0 0 m 10 10 l 0 10 m 10 0 l S", b"")]
        for look in looks:
            look.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 10, 10])))
        tick = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, T="dong y", V=Name.Yes, AS=Name.Yes, F=4,
            Rect=Array([90, 240, 100, 250]), AP=Dictionary(N=Dictionary(Yes=looks[0], Off=looks[1])),
        )  # fmt: skip
        made_ = pdf.make_indirect(tick)
        pdf.pages[0].Annots.append(made_)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        form = pdf.Root.AcroForm
        form.Fields.append(made_)
        form.DR = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(font)))
        pdf.Root.AcroForm = pdf.make_indirect(form)
        pdf.Root.MarkInfo = Dictionary(Marked=True)

    return shadows.prepared(path, change)


def fields(pdf: pikepdf.Pdf, kind: pikepdf.Object) -> pikepdf.Object:
    return next(one for one in pdf.Root.AcroForm.Fields if one.get("/FT") == kind)


def unticked(pdf: pikepdf.Pdf) -> pikepdf.Object:
    tick = fields(pdf, Name.Btn)
    tick.AS = Name.Off
    return tick


def not_printed(pdf: pikepdf.Pdf) -> pikepdf.Object:
    field = fields(pdf, Name.Tx)
    field.F = 0
    return field


def dots(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A password: who draws it anew shows none of its letters."""
    field = fields(pdf, Name.Tx)
    field.Ff = 8192
    return field


def read_only(pdf: pikepdf.Pdf) -> pikepdf.Object:
    field = fields(pdf, Name.Tx)
    field.Ff = 1
    return field


def structure_off(pdf: pikepdf.Pdf) -> pikepdf.Object:
    pdf.Root.MarkInfo.Marked = False
    return pdf.Root


def font_gone(pdf: pikepdf.Pdf) -> pikepdf.Object:
    del pdf.Root.AcroForm.DR
    pdf.Root.AcroForm.NeedAppearances = True
    return pdf.Root.AcroForm


def font_swapped(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """In place, and no field is touched."""
    encoding = Dictionary(Type=Name.Encoding, Differences=Array([49, Name.nine]))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=encoding)
    pdf.Root.AcroForm.DR = Dictionary(Font=Dictionary(Helv=font))
    pdf.Root.AcroForm.NeedAppearances = True
    return pdf.Root.AcroForm


def in_look(pattern: bytes, new: bytes) -> Callable[[Path, Path], None]:
    """The look of the text field is written again with other entries, the field itself is not touched."""

    def attack(path: Path, out: Path) -> None:
        with pikepdf.open(path) as pdf:
            found = fields(pdf, Name.Tx).AP.N
            number, data, head = found.objgen[0], found.read_bytes(), pikepdf.Dictionary(dict(found.items()))
        for key in ("/Length", "/Filter"):
            if key in head:
                del head[key]
        told = head.unparse()[2:-2]
        changed = re.sub(pattern, new, told)
        assert changed != told
        attacks.update(path, out, {number: attacks.stream(data, changed)})

    return attack


def changing(change: Change) -> Callable[[Path, Path], None]:
    def attack(path: Path, out: Path) -> None:
        with pikepdf.open(path) as pdf:
            found = change(pdf)
            number, body = found.objgen[0], found.unparse(resolved=True)
        attacks.update(path, out, {number: body})

    return attack


NINE = b"/Helv << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [49 /nine] >> >>"
# what is judged after a signature, and after a certification that lets forms be filled in
CASES: dict[str, tuple[Callable[[Path, Path], None], tuple[str, str], tuple[str, str]]] = {
    "unticked": (changing(unticked), BAD, BAD),
    "no longer printed": (changing(not_printed), BAD, TOLD),
    "a password": (changing(dots), BAD, TOLD),
    "read-only": (changing(read_only), ALLOWED, ALLOWED),
    "the structure does not count": (changing(structure_off), BAD, BAD),
    "the form's font is gone": (changing(font_gone), BAD, BAD),
    "the form's font is another": (changing(font_swapped), BAD, BAD),
    "a font in which 1 is 9": (in_look(rb"/Helv <<.*?>>", NINE), BAD, TOLD),
    "a box without size": (in_look(rb"/BBox \[[^\]]*\]", b"/BBox 7"), BAD, TOLD),
    "no form any more": (in_look(rb"/Subtype /Form", b""), BAD, TOLD),
    "a layer of its own": (in_look(rb"/Type /XObject", b"/Type /XObject /OC << /Type /OCG /Name (x) >>"), BAD, TOLD),
}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("fields")
    plain = document(folder / "a.pdf")
    found = [signed_by(plain, folder / f"{certify}.pdf", WHO, certify=certify) for certify in (False, True)]
    assert [judged(one) for one in found] == [[("valid", "none")]] * 2
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_was_signed_looks_as_it_did(signed: list[Path], tmp_path: Path, case: str) -> None:
    attack, *expected = CASES[case]
    for one, wanted in zip(signed, expected, strict=True):
        attack(one, tmp_path / "b.pdf")
        assert judged(tmp_path / "b.pdf") == [wanted]


def rewritten_look(path: Path, out: Path, data: bytes) -> Path:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 210 20] /Resources << /Font << /Helv %s >> >>" % font
    with pikepdf.open(path) as pdf:
        number = fields(pdf, Name.Tx).AP.N.objgen[0]
    attacks.update(path, out, {number: attacks.stream(data, head)})
    return out


def test_a_look_drawn_again(signed: list[Path], tmp_path: Path) -> None:
    """Some programs draw all fields anew when one is filled in. What reads the same may; what hides behind the same words may not."""
    same = b"/Tx BMC q 1 1 1 rg 0 0 210 20 re f BT 0 g /Helv 12 Tf 2.2 5 Td (10) Tj ET Q EMC"
    assert judged(rewritten_look(signed[1], tmp_path / "b.pdf", same)) == [ALLOWED]
    unseen = same.replace(b"BT", b"BT 3 Tr") + b" 0 g 2 5 2 9 re f 9 5 4 9 re f"
    again = rewritten_look(signed[1], tmp_path / "c.pdf", unseen)
    (one,) = verify_pdf(again, trust=trusted()).signatures
    assert (one.verdict, one.changes_after) == TOLD
    assert "changes.restyled" in one.reasons
