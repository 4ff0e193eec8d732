"""Formats by their bytes."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from app.errors import AppError
from app.package.puid import Format, identify


def test_a_pdf_under_any_name(tmp_path: Path) -> None:
    for name in ("Quyết định.pdf", "tệp lạ.bin"):
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(tmp_path / name, force_version="1.7")
        found = identify(tmp_path / name)
        assert (found.puid, found.mime) == ("fmt/276", "application/pdf")
        assert "1.7" in found.name


@pytest.mark.parametrize("content", [b"", b"\x01\x02\x03\xfe\x99 nobody knows this"])
def test_what_nobody_knows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.unknown"
    path.write_bytes(content)
    assert identify(path) == Format("", "application/octet-stream", "")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        identify(tmp_path / "x.pdf")
    assert caught.value.code == "package.payload"
