"""What kind of file it is, told by its bytes: names and extensions are only claims."""

from __future__ import annotations

from pathlib import Path

from app.capture import complaints

PDF_HEADER_WITHIN = 1024  # ISO 32000-1 Annex H: readers accept the header anywhere in the first 1,024 bytes
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")


def kind_of(path: Path) -> str:
    """ "pdf", "jpeg", "png" or "tiff". Raises `file.empty`, `file.unknown`."""
    with path.open("rb") as file:
        head = file.read(PDF_HEADER_WITHIN)
    if not head:
        raise complaints.empty()
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(_TIFF):
        return "tiff"
    if b"%PDF-" in head:
        return "pdf"
    raise complaints.unknown()
