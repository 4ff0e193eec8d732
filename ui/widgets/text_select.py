"""Choosing words on pages, in reading order: no widgets here.

A place is (page, index of a word in that page's `PageText.words`); a selection runs between two places, both included.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from storage.records.reading import Box, PageText, Word, union

Place = tuple[int, int]


def nearest_word(text: PageText, x: float, y: float, *, within: float | None = None) -> int | None:
    """Index of the word under, or nearest to, a point in fractions of the page.

    Distance down the page counts four times: between two lines one means the line, not the column. With `within`, a
    word farther than that (in fractions of the page) is none.
    """
    best, best_distance = None, float("inf")
    for index, word in enumerate(text.words):
        x0, y0, x1, y1 = word.box
        dx = max(x0 - x, 0.0, x - x1)
        dy = max(y0 - y, 0.0, y - y1)
        distance = dx * dx + 16 * dy * dy
        if distance < best_distance:
            best, best_distance = index, distance
    if within is not None and best_distance > within * within:
        return None
    return best


@dataclass(slots=True, frozen=True)
class Selection:
    """From where the mouse went down to where it is now, in either direction."""

    anchor: Place
    head: Place

    @property
    def first(self) -> Place:
        return min(self.anchor, self.head)

    @property
    def last(self) -> Place:
        return max(self.anchor, self.head)

    @property
    def pages(self) -> range:
        return range(self.first[0], self.last[0] + 1)

    def words(self, page: int, text: PageText) -> list[Word]:
        """The chosen words of one page, in reading order."""
        if page not in self.pages:
            return []
        start = self.first[1] if page == self.first[0] else 0
        stop = self.last[1] + 1 if page == self.last[0] else len(text.words)
        return text.words[start:stop]

    def bands(self, page: int, text: PageText) -> list[Box]:
        """One box a line around the chosen words of a page."""
        lines: dict[int, list[Box]] = {}
        for word in self.words(page, text):
            lines.setdefault(word.line, []).append(word.box)
        return [box for box in map(union, lines.values()) if box is not None]

    def text(self, pages: Mapping[int, PageText]) -> str:
        """The chosen text: a line a line, an empty line between blocks and pages; NFC."""
        parts = [_flow(self.words(page, pages[page])) for page in self.pages if page in pages]
        return unicodedata.normalize("NFC", "\n\n".join(part for part in parts if part))


def line_of(text: PageText, index: int) -> tuple[int, int]:
    """First and last index of the run of words that share a line with word `index`."""
    line = text.words[index].line
    first = last = index
    while first > 0 and text.words[first - 1].line == line:
        first -= 1
    while last + 1 < len(text.words) and text.words[last + 1].line == line:
        last += 1
    return (first, last)


def _flow(words: list[Word]) -> str:
    out: list[str] = []
    for before, word in zip([None, *words[:-1]], words, strict=True):
        if before is not None:
            if before.block != word.block:
                out.append("\n\n")
            else:
                out.append("\n" if before.line != word.line else " ")
        out.append(word.text)
    return "".join(out)
