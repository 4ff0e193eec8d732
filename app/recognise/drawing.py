"""Pages of a PDF as pictures, for access copies of PDFs that can't be kept as they are."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pikepdf
import pypdfium2
from PIL import Image

from app.recognise.pictures import Picture
from app.recognise.sourcepicture import own_picture

PdfDocument: Any = pypdfium2.PdfDocument
PIXELS_MOST = 80_000_000


class Drawing:
    """A PDF whose pages may be drawn where no picture of them is at hand; without a PDF, or for a bad page, there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._document: Any = None
        self._pdf: pikepdf.Pdf | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._document is not None:
            self._document.close()
        if self._pdf is not None:
            self._pdf.close()

    def page(self, index: int, dpi: int) -> Image.Image | None:
        if self._path is None:
            return None
        try:
            if self._document is None:
                self._document = PdfDocument(self._path)
            page = self._document[index]
            image: Image.Image = page.render(scale=dpi / 72, rev_byteorder=True).to_pil().convert("RGB")
            page.close()
        except (pypdfium2.PdfiumError, IndexError):
            return None
        return image

    def scan(self, index: int) -> Picture | None:
        """The scanner's own picture where page `index` is nothing else."""
        if self._path is None:
            return None
        try:
            if self._pdf is None:
                self._pdf = pikepdf.open(self._path)
            return own_picture(self._pdf.pages[index])
        except (pikepdf.PdfError, IndexError, ValueError):
            return None
