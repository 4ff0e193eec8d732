"""Shadow content is found before anybody signs it; honest documents are not complained of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from app.i18n import _
from app.paths import RESOURCES
from app.sandbox import SandboxPool
from app.signature.appearance import Appearance, Kind
from app.signature.lint import CODES, inspect, worst
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from tests.signature import files, shadows

PREPARED: list[tuple[Callable[[pikepdf.Pdf], None], str, str]] = [
    (shadows.cover(), "text.covered", "Quyet dinh 125 1"),
    (shadows.cover(where=b"595 0 0 842 0 0"), "text.covered", "Quyet dinh 125 1"),
    (shadows.cover(where=b"60 0 0 40 90 490"), "text.covered", "Quyet di"),
    (shadows.cover(mask=255), "text.covered", "Quyet dinh 125 1"),
    (shadows.patch, "text.covered", "Quyet di"),
    (shadows.white_text, "text.hidden", "Attacker"),
    (shadows.covered_picture, "picture.covered", ""),
    (lambda pdf: shadows.field(pdf, [90, 490, 300, 510]), "text.under_field", "Quyet dinh 125 1"),
    (shadows.stray_field, "field.stray", "o1"),
    (shadows.two_fields, "field.covered", "o1, o2"),
    (lambda pdf: shadows.field(pdf, [90, 300, 300, 320], F=2), "field.hidden", "o1"),
    (lambda pdf: shadows.field(pdf, [90, 300, 90, 300]), "field.hidden", "o1"),
    (lambda pdf: shadows.field(pdf, [90, 300, 300, 320], shown="999"), "field.value", "o1"),
    (lambda pdf: shadows.field(pdf, [90, 300, 300, 320]), "field.open", "o1"),
    (shadows.hidden_layer, "layer.hidden", "Kín"),
    (shadows.print_layer, "layer.hidden", ""),
    (shadows.note, "note.present", "Bãi bỏ"),
    (lambda pdf: shadows.note(pdf, 2), "note.hidden", "Bãi bỏ"),
    (shadows.javascript, "active.javascript", ""),
    (shadows.javascript, "active.automatic", ""),
    (shadows.launch, "active.launch", ""),
    (shadows.attachment, "file.attachment", ""),
    (shadows.foreign_font, "font.missing", ".VnTimeH"),
    (shadows.alternate, "picture.alternate", ""),
    (shadows.outside, "file.outside", ""),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code", "detail"), PREPARED, ids=[f"{n}-{row[1]}" for n, row in enumerate(PREPARED)])
def test_what_is_prepared_is_found(
    boxes: SandboxPool, tmp_path: Path, change: Callable[[pikepdf.Pdf], None], code: str, detail: str
) -> None:
    found = [one for one in inspect(shadows.prepared(tmp_path / "a.pdf", change), boxes) if one.code == code]
    assert [one.detail for one in found] == [detail]
    assert found[0].level == CODES[code][0]
    assert found[0].words == _(CODES[code][1])


def test_the_place_is_told_on_the_page_as_shown(boxes: SandboxPool, tmp_path: Path) -> None:
    for turn, box in ((0, (100 / 595, 330 / 842)), (90, (500 / 842, 100 / 595))):
        path = files.plain(tmp_path / f"{turn}.pdf", rotate=turn)
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            shadows.patch(pdf)
            pdf.save(path)
        (one,) = [row for row in inspect(path, boxes) if row.code == "text.covered"]
        assert one.page == 0
        assert one.box is not None
        assert one.box[:2] == pytest.approx(box, abs=0.02)


def test_two_versions_of_one_object(boxes: SandboxPool, tmp_path: Path) -> None:
    path = shadows.twice(tmp_path / "a.pdf")
    assert [one.code for one in inspect(path, boxes) if one.level == "error"] == ["object.doubled"]


def test_what_nothing_leads_to(boxes: SandboxPool, tmp_path: Path) -> None:
    path = files.plain(tmp_path / "a.pdf")
    body = b"<< /Type /Page /MediaBox [0 0 595 842] >>"
    with pikepdf.open(path) as pdf:
        free = int(pdf.trailer.Size)
    extended = files.append_object(path, tmp_path / "b.pdf", free, body)
    data = extended.read_bytes().replace(b"/Size %d /Root" % free, b"/Size %d /Root" % (free + 1))
    extended.write_bytes(data)
    assert [one.detail for one in inspect(extended, boxes) if one.code == "object.unused"] == ["Page"]


def test_bytes_behind_the_end(boxes: SandboxPool, tmp_path: Path) -> None:
    path = files.plain(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes() + b"\n1 0 obj\n<< >>\nendobj\n")
    assert "file.tail" in {one.code for one in inspect(path, boxes)}


def test_honest_documents(software: SoftwareSigner, boxes: SandboxPool, tmp_path: Path) -> None:
    """Our own samples, a digitised page, a transparent seal over text, a signed file."""
    seal = shadows.prepared(tmp_path / "seal.pdf", shadows.cover("red", mask=90))
    signed = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software, appearance=Appearance(Kind.DIGITISED)).path
    for path in (*sorted((RESOURCES / "samples").glob("*.pdf")), files.pdfa(tmp_path / "p.pdf"), seal, signed):
        found = inspect(path, boxes)
        assert worst(found) in (None, "info"), (path, found)


def test_recognised_text_behind_a_scan_is_no_shadow(boxes: SandboxPool, tmp_path: Path) -> None:
    def scan(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(b"BT 3 Tr /F0 12 Tf 100 500 Td (Quyet dinh) Tj ET q 595 0 0 842 0 0 cm /Cover Do Q")
        page.Resources.XObject = pikepdf.Dictionary(Cover=shadows.picture(pdf, "grey"))

    assert worst(inspect(shadows.prepared(tmp_path / "a.pdf", scan), boxes)) == "info"


def test_broken_and_locked_files_are_findings(boxes: SandboxPool, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7\nnothing")
    assert [one.code for one in inspect(tmp_path / "x.pdf", boxes)][:1] == ["file.damaged"]
    assert [one.code for one in inspect(files.encrypted(tmp_path / "y.pdf", "mở"), boxes)] == ["file.encrypted"]


def test_every_finding_has_a_sentence_in_vietnamese() -> None:
    for _level, english in CODES.values():
        assert _(english) != english
