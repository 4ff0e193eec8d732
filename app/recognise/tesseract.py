"""Tesseract in the process, with the Vietnamese model alone: "vie" makes 1.7 times fewer mistakes than "vie+eng" here."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # before the library loads: two workers beat one with two threads

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tesserocr
from PIL import ImageOps

from app.errors import AppError
from app.i18n import _
from app.recognise.found import Found
from app.recognise.order import in_reading_order
from app.recognise.pictures import opened, resolution
from storage.records.reading import PageText

PSM: Any = tesserocr.PSM  # its stub gives these no type
RIL: Any = tesserocr.RIL

MODELS = Path(__file__).resolve().parent.parent.parent / "resources" / "models" / "tessdata"
DPI_RANGE = (70, 2400)  # what Tesseract itself accepts
FAINT = 0.30  # a lone sign below this confidence is dirt, a line or a piece of a seal


class Tesseract:
    """An `Engine`. Loads the model once (0.1 s, 60 MB); not for two threads at a time. `close` frees it."""

    def __init__(self, language: str = "vie", models: Path = MODELS) -> None:
        self._api: Any = tesserocr.PyTessBaseAPI(path=str(models), lang=language, psm=PSM.AUTO)
        self.name = f"tesseract {tesserocr.tesseract_version().split()[1]} {language}"

    def read(self, image: Path, dpi: int | None = None) -> PageText:
        """See `Engine.read`."""
        pixels, width, height, own = _grey(image)
        resolution = min(max(dpi or own, DPI_RANGE[0]), DPI_RANGE[1])
        self._api.SetImageBytes(pixels, width, height, 1, width)
        self._api.SetSourceResolution(resolution)
        try:
            if not self._api.Recognize():
                raise _unreadable("recognition failed")
            words = in_reading_order(list(self._found(width, height)), height / width)
        finally:
            self._api.Clear()
        return PageText(width, height, resolution, words, self.name)

    def close(self) -> None:
        self._api.End()

    def _found(self, width: int, height: int) -> Iterator[Found]:
        results = self._api.GetIterator()
        if results is None:
            return
        block = line = -1
        for word in tesserocr.iterate_level(results, RIL.WORD):
            block += word.IsAtBeginningOf(RIL.BLOCK)
            line += word.IsAtBeginningOf(RIL.TEXTLINE)
            if word.Empty(RIL.WORD):
                continue
            text = unicodedata.normalize("NFC", word.GetUTF8Text(RIL.WORD)).strip()
            left, top, right, bottom = word.BoundingBox(RIL.WORD)
            sure = word.Confidence(RIL.WORD) / 100
            box = (left / width, top / height, right / width, bottom / height)
            if is_word(text, sure, right - left, bottom - top):
                yield Found(text, box, min(max(sure, 0.0), 1.0), block, line)


def is_word(text: str, sure: float, width: int, height: int) -> bool:
    """Keeps what a person would read; drops specks, rules and the pieces of frames and seals."""
    if not text or width <= 0 or height <= 0:
        return False
    if any(sign.isalnum() for sign in text):
        return sure > 0.02 or len(text) > 1
    return sure >= FAINT and set(text) != {"|"}


def _grey(path: Path) -> tuple[bytes, int, int, int]:
    """Pixels, upright, one byte each; width, height, dots per inch."""
    with opened(path, _unreadable) as image:
        dpi = resolution(image)
        image.draft("L", image.size)  # a JPEG's colour planes are not even unpacked
        grey = ImageOps.exif_transpose(image if image.mode == "L" else image.convert("L"))
        return grey.tobytes(), grey.width, grey.height, round(dpi)


def _unreadable(detail: str) -> AppError:
    return AppError(
        "ocr.unreadable",
        _("The picture of this page could not be read."),
        _("Scan the page again, or type its details by hand."),
        detail=detail,
    )
