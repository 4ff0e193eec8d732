"""Tesseract in the process, with the Vietnamese model alone: "vie" makes 1.7 times fewer mistakes than "vie+eng" here."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # before the library loads: two workers beat one with two threads

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tesserocr

from app.recognise import paper, turning
from app.recognise.doubt import plausible, weighed
from app.recognise.found import Found
from app.recognise.order import in_reading_order
from app.recognise.paper import Grey, Paper, unreadable
from storage.records.reading import Box, PageText, Word

PSM: Any = tesserocr.PSM  # its stub gives these no type
RIL: Any = tesserocr.RIL

MODELS = Path(__file__).resolve().parent.parent.parent / "resources" / "models" / "tessdata"
DPI_RANGE = (70, 2400)  # what Tesseract itself accepts
FAINT = 0.30  # a lone sign below this confidence is dirt, a line or a piece of a seal
GOOD = 0.70  # confidence of a word that speaks for the page being upright
POOR = 0.30  # share of such words below which the page may stand on its head
TALL = 1.3  # height over width of a word of some letters that runs down the page
LOOK_DPI = 300  # a lone word is read at this resolution, or at the smaller one if the page already has it
LOOK_SMALLER = 220
LOOK_ROOM = 0.2  # of a word's height, around it
OPTIONS = {"tessedit_do_invert": "0"}  # white print on black: looking for it costs time and invents words


@dataclass(slots=True, frozen=True)
class _Reading:
    """Words in upright boxes of `picture`; `aside` where the picture itself lies on its side."""

    words: list[Word]
    picture: Grey
    aside: bool

    @property
    def good(self) -> int:
        return sum(_speaks(word) for word in self.words)


class Tesseract:
    """An `Engine`. Loads the model twice (0.2 s, 80 MB); not for two threads at a time. `close` frees it."""

    def __init__(self, language: str = "vie", models: Path = MODELS) -> None:
        self._page = _api(language, models, PSM.AUTO)
        self._word: Any = None
        self._language, self._models = language, models
        self.name = f"tesseract {tesserocr.tesseract_version().split()[1]} {language}"

    def read(self, image: Path, dpi: int | None = None) -> PageText:
        """See `Engine.read`: the image is taken as it stands."""
        return self._read(paper.load(image, dpi))

    def read_grey(self, grey: Grey, dpi: int) -> PageText:
        """A picture in memory, 8 bit grey, taken as it stands."""
        return self._read(Paper(grey, grey.shape[1], grey.shape[0], dpi))

    def _read(self, sheet: Paper) -> PageText:
        sheet = paper.cleaned(sheet)
        words = self._recognised(sheet.grey, sheet.dpi * sheet.scale).words
        return PageText(sheet.width, sheet.height, _dpi(sheet), words, self.name)

    def read_scan(self, image: Path, dpi: int | None = None, *, weigh: bool = True) -> tuple[PageText, int]:
        """The words of a page that may lie askew, on its side or upside down, and the turn that sets it upright.

        Words are in upright reading order, their boxes are fractions of the image as it is, doubtful ones have lost confidence
        unless `weigh` is off.
        """
        sheet = paper.level(paper.cleaned(paper.load(image, dpi)))
        resolution = sheet.dpi * sheet.scale
        reading, head = self._recognised(sheet.grey, resolution), 0
        if _poor(reading):
            over = self._recognised(np.ascontiguousarray(np.rot90(sheet.grey, 2)), resolution)
            if over.good > 2 * reading.good and not _poor(over):
                reading, head = over, 180
        words = reading.words
        if weigh:
            words = weighed(words, lambda word: self._look(reading.picture, word, resolution))
        side = 270 if reading.aside else 0

        def as_scanned(word: Word) -> Word:
            box = turning.turned(word.box, -side - head)
            return replace(word, box=turning.shifted(box, -sheet.tilt, sheet.width, sheet.height))

        page = PageText(sheet.width, sheet.height, _dpi(sheet), [as_scanned(word) for word in words], self.name)
        return page, (head + side) % 360

    def read_block(self, grey: Grey, dpi: int, *, one_line: bool = False) -> PageText:
        """The lines of a small picture taken for one block of text, or for one line: nothing is left out as a drawing, so what a seal
        or a pen drew comes back as letters too.
        """
        sheet = paper.cleaned(Paper(grey, grey.shape[1], grey.shape[0], dpi))
        self._page.SetPageSegMode(PSM.SINGLE_LINE if one_line else PSM.SINGLE_BLOCK)
        try:
            words = self._recognised(sheet.grey, sheet.dpi * sheet.scale).words
        finally:
            self._page.SetPageSegMode(PSM.AUTO)
        return PageText(sheet.width, sheet.height, _dpi(sheet), words, self.name)

    def close(self) -> None:
        self._page.End()
        if self._word is not None:
            self._word.End()

    def _recognised(self, grey: Grey, dpi: float) -> _Reading:
        height, width = grey.shape
        _show(self._page, grey, dpi)
        try:
            if not self._page.Recognize():
                raise unreadable("recognition failed")
            found = list(self._found(width, height))
        finally:
            self._page.Clear()
        aside = _aside(found, height / width)
        if aside:
            found = [replace(word, box=turning.turned(word.box, 270)) for word in found]
            grey = np.rot90(grey)
        return _Reading(in_reading_order(found, width / height if aside else height / width), grey, aside)

    def _found(self, width: int, height: int) -> Iterator[Found]:
        results = self._page.GetIterator()
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

    def _look(self, grey: Grey, word: Word, dpi: float) -> tuple[str, float]:
        """One word read alone, at another size than its page was."""
        if self._word is None:
            self._word = _api(self._language, self._models, PSM.SINGLE_WORD)
        factor = (LOOK_SMALLER if dpi > 0.9 * LOOK_DPI else LOOK_DPI) / max(dpi, 1.0)
        piece = cv2.resize(_piece(grey, word.box), None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        piece = cv2.copyMakeBorder(piece, 10, 10, 10, 10, cv2.BORDER_REPLICATE)
        _show(self._word, np.asarray(piece, np.uint8), dpi * factor)
        try:
            text = unicodedata.normalize("NFC", self._word.GetUTF8Text()).strip()
            return text, float(self._word.MeanTextConf()) / 100
        finally:
            self._word.Clear()


@cache
def shared() -> Tesseract:
    """The one of this process: whoever reads in a worker takes turns with it."""
    return Tesseract()


def is_word(text: str, sure: float, width: int, height: int) -> bool:
    """Keeps what a person would read; drops specks, rules and the pieces of frames and seals."""
    if not text or width <= 0 or height <= 0:
        return False
    if any(sign.isalnum() for sign in text):
        return sure > 0.02 or len(text) > 1
    return sure >= FAINT and set(text) != {"|"}


def _api(language: str, models: Path, mode: Any) -> Any:
    api = tesserocr.PyTessBaseAPI(path=str(models), lang=language, psm=mode)
    for name, value in OPTIONS.items():
        api.SetVariable(name, value)
    return api


def _show(api: Any, grey: Grey, dpi: float) -> None:
    height, width = grey.shape
    api.SetImageBytes(grey.tobytes(), width, height, 1, width)
    api.SetSourceResolution(min(max(round(dpi), DPI_RANGE[0]), DPI_RANGE[1]))


def _dpi(sheet: Paper) -> int:
    return min(max(sheet.dpi, DPI_RANGE[0]), DPI_RANGE[1])


def _piece(grey: Grey, box: Box) -> Grey:
    height, width = grey.shape
    room = LOOK_ROOM * (box[3] - box[1]) * height
    rows = slice(max(0, int(box[1] * height - room)), int(box[3] * height + room) + 1)
    return np.ascontiguousarray(grey[rows, max(0, int(box[0] * width - room)) : int(box[2] * width + room) + 1])


def _speaks(word: Word) -> bool:
    """A word that hardly comes about by chance."""
    letters = word.text.strip(".,;:()\"'-/")
    return len(letters) > 1 and word.confidence >= GOOD and plausible(letters)


def _poor(reading: _Reading) -> bool:
    """Hardly a word of those found makes sense."""
    return len(reading.words) > 1 and reading.good < POOR * len(reading.words)


def _aside(found: list[Found], aspect: float) -> bool:
    """Most words run down the page: Tesseract reads such lines by itself, always as turned clockwise."""
    long = [word.box for word in found if len(word.text) >= 4 and word.confidence >= GOOD]
    tall = sum((box[3] - box[1]) * aspect > TALL * (box[2] - box[0]) for box in long)
    return len(long) > 1 and tall > 0.6 * len(long)
