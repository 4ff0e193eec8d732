"""What the corners of one document's pages show: candidates for the number of each page, and where they stand."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.describe.handwriting.chain import Candidates
from app.describe.handwriting.reader import SlotReader, SlotReading
from app.describe.sheet_numbers.corner import Mark, find_marks
from app.describe.sheet_numbers.figures import read_figures
from storage.records.reading import Box, PageText, Word

_LEAST = 0.3  # of the network's probability must be digits; a speck or a hook is none
_LEAST_STROKE = 0.08  # a plain upright line may be a 1, if the neighbours say so
_LEAST_LEFT = 0.6  # in the corner where nobody looks for them
_DIGITS = re.compile(r"^[-–.]?(\d{1,4})[.,\-–]?$")
_SURE = 0.75
_AS_TEXT = 0.14  # by how much figures of the text's own size may differ from it
_CROWDED = 3.0  # how fast ink around a mark speaks against it
_CUT = 0.45  # the rest of the number may lie outside of the picture
_LETTER = 0.3  # how often a low last piece is a letter: "12a"
_LOWEST, _LOWER = 0.4, 0.78  # of the figures' height
_LETTER_WIDE = 0.25  # heights
_STROKES = frozenset({1, 11, 111})


@dataclass(slots=True, frozen=True)
class Seen:
    """One page whose corner holds a number. `page` is its place among those read, `number` that in the document, both from 1.

    `values` best first, together 1; `letters` are those that may have a letter behind them; `clear` 0 … 1 is how plainly these are
    digits that stand alone.
    """

    page: int
    number: int
    values: Candidates
    box: Box
    clear: float
    letters: frozenset[int] = field(default_factory=frozenset)
    weak: bool = False  # an upright line, plain or in the left corner: a number only where the neighbours say so


def look_at_pages(
    pages: Sequence[PageText], images: Sequence[Path], reader: SlotReader, numbers: Sequence[int] | None = None
) -> list[Seen]:
    """The pages with a number in the corner, in order; [] without pictures. Pages without cost a glance at their corners.

    `numbers` are the pages' own in the document, 1, 2, 3 … where they are not given.
    """
    found, printed = [], set()
    for place, (page, image) in enumerate(zip(pages, images, strict=False), 1):
        number = numbers[place - 1] if numbers else place
        marks = [mark for mark in find_marks(page, image, at_hand=place == 1) if not _is_as_text(page, mark)]
        seen = _seen(place, number, marks, reader)
        if seen is not None:
            found.append(seen)
            if any(_printed_digits(page, mark) == number for mark in marks):
                printed.add(place)
    if printed and not any(one.page == 1 for one in found):
        return [one for one in found if one.page not in printed]  # pages counted from the second on, as every typist does
    return found


def _seen(page: int, number: int, marks: Sequence[Mark], reader: SlotReader) -> Seen | None:
    """All that the better corner offers, each mark by how plainly it is a number and how much ink it has."""
    offers: list[tuple[float, Mark, SlotReading]] = []
    for mark in sorted(marks, key=lambda one: one.side != "right"):
        if offers and mark.side != "right":
            break  # the left corner is only asked where the right one is silent
        figures = read_figures(reader, mark)
        least = _LEAST if mark.side == "right" else _LEAST_LEFT
        if figures.best == 1 and mark.side == "right":
            least = _LEAST_STROKE
        if figures.values and figures.mass >= least:
            weight = figures.mass * _plain(mark) * mark.contrast * _room(mark)
            offers.append((weight, mark, figures))
    if not offers:
        return None
    whole = sum(weight for weight, _mark, _figures in offers)
    values: dict[int, float] = {}
    letters: set[int] = set()
    for weight, mark, figures in offers:
        shares = _with_letter(reader, mark) or {}
        for value, p in shares.items():
            values[value] = values.get(value, 0.0) + weight / whole * _LETTER * p
            letters.add(value)
        rest = 1 - _LETTER if shares else 1.0
        for value, p in figures.values:
            values[value] = values.get(value, 0.0) + weight / whole * rest * p
    _weight, mark, figures = max(offers, key=lambda offer: offer[0])
    best = tuple(sorted(values.items(), key=lambda pair: -pair[1]))
    clear = figures.mass * _plain(mark)
    return Seen(page, number, best, mark.box, clear, frozenset(letters), _is_weak(mark, figures, best[0][0]))


def _is_weak(mark: Mark, figures: SlotReading, best: int) -> bool:
    return best in _STROKES and (mark.side == "left" or figures.mass < _LEAST)


def _plain(mark: Mark) -> float:
    """How far a mark stands alone and whole, 0 … 1."""
    return math.exp(-_CROWDED * mark.alone) * (_CUT if mark.cut else 1.0)


def _room(mark: Mark) -> float:
    """Heights of ink from left to right: a rubbed out figure beside a number is less than the number."""
    return sum(b - a for a, b in mark.parts) / mark.high


def _with_letter(reader: SlotReader, mark: Mark) -> dict[int, float] | None:
    """Readings without the last piece, where that is as low as a small letter."""
    if len(mark.parts) < 2:
        return None
    (start, end), low = mark.parts[-1], mark.lows[-1]
    before = max(b for _a, b in mark.parts[:-1])
    if not _LOWEST <= low <= _LOWER or end - start < _LETTER_WIDE * mark.high or start < before - 0.1 * mark.high:
        return None
    short = mark.without_last(start)
    figures = read_figures(reader, short)
    return dict(figures.values) if figures.values and figures.mass >= _LEAST else None


def _printed_digits(page: PageText, mark: Mark) -> int | None:
    word = _word_of(page, mark)
    digits = _DIGITS.match(word.text) if word else None
    return int(digits.group(1)) if digits else None


def _word_of(page: PageText, mark: Mark) -> Word | None:
    """The word that the engine read where the mark is."""
    x0, y0, x1, y1 = mark.box
    for word in page.words:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        if x0 <= x <= x1 and y0 <= y <= y1 and word.confidence >= _SURE:
            return word
    return None


def _is_as_text(page: PageText, mark: Mark) -> bool:
    """True for figures in the size of the text's own: a page number that a typist set."""
    word = _word_of(page, mark)
    if word is None or not _DIGITS.match(word.text):
        return False
    others = [
        w.box[3] - w.box[1]
        for w in page.words
        if w is not word and w.confidence >= _SURE and re.fullmatch(r"[\dA-Z]{2,}", w.text) and w.box[1] > 0.05
    ]
    if len(others) < 2:
        return False
    usual = statistics.median(others)
    return abs(word.box[3] - word.box[1] - usual) <= _AS_TEXT * usual
