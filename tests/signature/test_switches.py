"""Signed files that hold parts which can be shown or hidden: valid as signed, told to the person, and invalid once the switch is pulled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from app.signature.verify import verify_pdf
from tests.signature import attacks, files, shadows
from tests.signature.odd_pki import made, name, signed_by
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
PREPARED: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "fields over each other": shadows.two_fields,
    "stray field": shadows.stray_field,
    "hidden layer": shadows.hidden_layer,
    "program": shadows.javascript,
    "other picture for the printer": shadows.alternate,
    "hidden note": lambda pdf: shadows.note(pdf, flags=2),
}


@pytest.mark.parametrize("case", PREPARED)
def test_told_but_valid(tmp_path: Path, case: str) -> None:
    path = signed_by(shadows.prepared(tmp_path / "a.pdf", PREPARED[case]), tmp_path / "b.pdf", WHO)
    found = verify_pdf(path, trust=trusted())
    assert (found.verdict, found.reasons) == ("valid", ["content.switches"])


def test_nothing_to_tell(tmp_path: Path) -> None:
    assert verify_pdf(signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO), trust=trusted()).reasons == []


def test_content_in_another_file_was_never_signed(tmp_path: Path) -> None:
    path = signed_by(shadows.prepared(tmp_path / "a.pdf", shadows.outside), tmp_path / "b.pdf", WHO)
    found = verify_pdf(path, trust=trusted())
    assert found.verdict == "unknown"
    assert "content.outside" in found.reasons
    assert found.signatures[0].intact


def test_a_layer_switched_on(tmp_path: Path) -> None:
    path = signed_by(shadows.prepared(tmp_path / "a.pdf", shadows.hidden_layer), tmp_path / "b.pdf", WHO)

    def show(catalog: pikepdf.Object) -> None:
        catalog.OCProperties.D.OFF = pikepdf.Array()

    attacks.update(path, tmp_path / "c.pdf", {attacks.number(path, "catalog"): attacks.rewritten(path, "catalog", show)})
    assert verify_pdf(tmp_path / "c.pdf", trust=trusted()).verdict == "invalid"


def test_a_note_shown(tmp_path: Path) -> None:
    path = signed_by(shadows.prepared(tmp_path / "a.pdf", lambda pdf: shadows.note(pdf, flags=2)), tmp_path / "b.pdf", WHO)
    with pikepdf.open(path) as pdf:
        note = pdf.pages[0].Annots[0]
        number = note.objgen[0]
        note.F = 4
        shown = note.unparse(resolved=True)
    attacks.update(path, tmp_path / "c.pdf", {number: shown})
    assert verify_pdf(tmp_path / "c.pdf", trust=trusted()).verdict == "invalid"
