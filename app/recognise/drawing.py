"""Pages of a PDF as pictures, for access copies of PDFs that can't be kept as they are."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pypdfium2
from PIL import Image

PdfDocument: Any = pypdfium2.PdfDocument
PIXELS_MOST = 80_000_000


class Drawing:
    """A PDF whose pages may be drawn where no picture of them is at hand; without a PDF, or for a bad page, there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._document: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._document is not None:
            self._document.close()

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
