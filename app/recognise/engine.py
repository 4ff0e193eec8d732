"""What every reader of page images offers. Tesseract is the shipped one; a second one may sit beside it behind this protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from storage.records.reading import PageText


class Engine(Protocol):
    name: str

    def read(self, image: Path, dpi: int | None = None) -> PageText:
        """The words of one upright page image in reading order, NFC, boxes as fractions of the image.

        `dpi` is the image's true resolution; without it the file's own word counts. Raises `ocr.unreadable`.
        """
        ...
