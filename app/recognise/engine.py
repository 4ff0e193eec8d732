"""What every reader of page images offers. Tesseract is the shipped one; a second one may sit beside it behind this protocol.

A second reader is a package of its own that names itself as entry point in the group `vankho.engines`; it needs no change here.
Where none is installed, the program reads with Tesseract alone.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from app.recognise.doubt import LOWERED, contradicts, core
from storage.records.reading import Box, PageText, Word

GROUP = "vankho.engines"
BELIEVED = 1.0  # another engine has read whole lines: it counts whatever it differs in
SAME_PLACE = 0.5  # of the smaller box


class Engine(Protocol):
    name: str

    def read(self, image: Path, dpi: int | None = None) -> PageText:
        """The words of one upright page image in reading order, NFC, boxes as fractions of the image.

        `dpi` is the image's true resolution; without it the file's own word counts. Raises `ocr.unreadable`.
        """
        ...


def second_engine() -> Engine | None:
    """The second reader where one is installed: a class or function without parameters that gives an `Engine`."""
    for found in entry_points(group=GROUP):
        return cast("Engine", found.load()())
    return None


def compared(page: PageText, other: PageText) -> PageText:
    """`page` with the confidence lowered of every word that the other reading of the same image has differently, or not at all."""
    words = [_compared(word, other.words) for word in page.words]
    return PageText(page.width, page.height, page.dpi, words, page.engine)


def _compared(word: Word, others: list[Word]) -> Word:
    there = [other for other in others if _shared(word.box, other.box) > SAME_PLACE]
    said = " ".join(other.text for other in sorted(there, key=lambda other: other.box[0]))
    if core(word.text) and contradicts(core(word.text), core(said), BELIEVED):
        return replace(word, confidence=min(word.confidence, LOWERED))
    return word


def _shared(one: Box, two: Box) -> float:
    width, height = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return width * height / smaller if width > 0 and height > 0 else 0.0
