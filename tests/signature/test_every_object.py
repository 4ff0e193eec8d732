"""A document with a bit of everything: whichever of its objects an update takes away or draws anew, no signature stays green."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from app.signature.verify import verify_pdf
from tests.signature import attacks, shadows
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)


def resources(pdf: Pdf) -> None:
    """Fonts, pictures, patterns, layers; all pages inherit them."""
    mk = pdf.make_indirect
    font = pdf.pages[0].Resources.Font.F0
    font.ToUnicode = pdf.make_stream(b"1 beginbfchar <31> <0031> endbfchar")
    font.Encoding = mk(Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])))
    layers = [mk(Dictionary(Type=Name.OCG, Name=f"Lop {n}")) for n in range(2)]
    form = pdf.make_stream(
        b"BT /F0 9 Tf 100 300 Td (Muc 1) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842])
    )
    form.Resources = Dictionary(Font=Dictionary(F0=mk(font)))
    held = pdf.pages[0].Resources
    held.Font.F0 = form.Resources.Font.F0
    held.XObject = Dictionary(I=shadows.picture(pdf, "red", mask=255), X=form)
    held.ExtGState = Dictionary(G0=mk(Dictionary(Type=Name.ExtGState, ca=1)))
    held.Properties = Dictionary(L0=layers[0], L1=layers[1])
    shadows.add_content(pdf, b"/G0 gs q 50 0 0 50 10 700 cm /I Do Q /X Do /OC /L0 BDC BT /F0 9 Tf 100 400 Td (lop) Tj ET EMC")
    pdf.Root.Pages.Resources = mk(held)
    del pdf.pages[0].obj["/Resources"]
    plan = mk(Dictionary(ON=Array([layers[0]]), OFF=mk(Array([layers[1]]))))
    pdf.Root.OCProperties = mk(Dictionary(OCGs=mk(Array(layers)), D=plan))


def structure(pdf: Pdf) -> None:
    mk = pdf.make_indirect
    tag = mk(Dictionary(Type=Name.StructElem, S=Name.P, K=0, ActualText="Quyet dinh 125"))
    tag.Pg = pdf.pages[0].obj
    top = mk(Dictionary(Type=Name.StructTreeRoot, K=mk(Array([tag])), RoleMap=mk(Dictionary(Muc=Name.P))))
    top.ParentTree = mk(Dictionary(Nums=Array([0, mk(Array([tag]))])))
    tag.P = top
    pdf.Root.StructTreeRoot = top
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.pages[0].obj.StructParents = 0


def names(pdf: Pdf) -> None:
    """Scripts, attachments, goals, bookmarks, what a program keeps for itself."""
    mk = pdf.make_indirect
    inner = pdf.make_stream(b"dinh kem", Type=Name.EmbeddedFile)
    told = mk(Dictionary(Type=Name.Filespec, F=String("a.txt"), EF=Dictionary(F=inner), AFRelationship=Name.Data))
    script = mk(Dictionary(S=Name.JavaScript, JS=pdf.make_stream(b"var a=1;")))
    pdf.Root.Names = mk(
        Dictionary(
            JavaScript=mk(Dictionary(Names=Array([String("j"), script]))),
            EmbeddedFiles=mk(Dictionary(Names=Array([String("a.txt"), told]))),
            Dests=mk(Dictionary(Names=Array([String("d"), mk(Array([pdf.pages[0].obj, Name.Fit]))]))),
        )
    )
    pdf.Root.AF = mk(Array([told]))
    pdf.Root.OpenAction = mk(Array([pdf.pages[0].obj, Name.Fit]))
    entry = mk(Dictionary(Title=String("Muc luc"), Dest=Array([pdf.pages[0].obj, Name.Fit])))
    pdf.Root.Outlines = mk(Dictionary(Type=Name.Outlines, First=entry, Last=entry, Count=1))
    pdf.pages[0].obj.PieceInfo = mk(Dictionary(App=Dictionary(LastModified=String("D:2026"), Private=mk(Dictionary(X=1)))))
    profile = pdf.make_stream(b"icc", N=3)
    intent = mk(
        Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier="sRGB", DestOutputProfile=profile)
    )
    pdf.Root.OutputIntents = Array([intent])
    pdf.trailer.Info = mk(Dictionary(Title=String("Quyet dinh")))


def rich(pdf: Pdf) -> None:
    resources(pdf)
    structure(pdf)
    names(pdf)
    shadows.note(pdf)
    field = shadows.field(pdf, [90, 200, 300, 220])
    pdf.Root.AcroForm.DR = pdf.make_indirect(Dictionary(Font=field.AP.N.Resources.Font))
    field.DA = String("/Helv 12 Tf 0 g")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    folder = tmp_path_factory.mktemp("rich")
    plain = shadows.prepared(folder / "a.pdf", rich)
    found = {certify: signed_by(plain, folder / f"{certify}.pdf", WHO, certify=certify) for certify in (False, True)}
    assert all(verify_pdf(one, trust=trusted()).verdict == "valid" for one in found.values())
    return found


@pytest.mark.parametrize("certify", [False, True])
def test_no_object_may_go_or_change(signed: dict[bool, Path], tmp_path: Path, certify: bool) -> None:
    path, out = signed[certify], tmp_path / "b.pdf"
    with pikepdf.open(path) as pdf:
        numbers = {
            one.objgen[0]: isinstance(one, Stream) for one in pdf.objects if b"%d 0 obj" % one.objgen[0] in path.read_bytes()
        }
    signature, _told = attacks.signature_object(path)
    assert len(numbers) > 40
    for number, has_data in numbers.items():
        for body in (b"null", attacks.stream(attacks.EVIL)) if has_data else (b"null",):
            if number == signature:
                continue
            attacks.update(path, out, {number: body})
            found = verify_pdf(out, trust=trusted())
            assert found.verdict in ("invalid", "unknown"), (number, body, found.to_json())
            assert all(one.verdict != "valid" for one in found.signatures), (number, body)
