"""A page as it is seen: with its form fields, notes and signatures, whatever else the file may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2

from app.errors import AppError
from app.i18n import _

PIXELS_MOST = 30_000_000
QUALITY = 88
PdfDocument: Any = pypdfium2.PdfDocument


def draw_page(path: Path, index: int, out: Path, dpi: int) -> None:
    """Page `index` (from 0) as a JPEG. Raises `page.unreadable`."""
    try:
        pdf = PdfDocument(path)
        try:
            pdf.init_forms()
            page = pdf[index]
            width, height = page.get_size()
            scale = min(dpi / 72, (PIXELS_MOST / max(width * height, 1)) ** 0.5)
            picture = page.render(scale=scale, draw_annots=True, may_draw_forms=True).to_pil().convert("RGB")
        finally:
            pdf.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise AppError(
            "page.unreadable",
            _("This page could not be shown."),
            _("Ask the sender for a new copy if the file is damaged."),
            detail=repr(error),
        ) from error
    picture.save(out, "JPEG", quality=QUALITY, dpi=(round(scale * 72), round(scale * 72)))
