"""A page as lines and columns. All measures are in widths of the page, on both axes: a strip and a whole page compare."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.describe.copies import own_lines
from app.describe.fuzzy import compact, tidy
from app.describe.once import once
from storage.records.reading import Box, PageText, Word, union
from storage.text import fold

_LETTER = re.compile(r"[^\W\d_]")
_NO_DECOMPOSITION = {"ø": "o", "Ø": "o", "œ": "o", "ƒ": "f"}
_ROUNDED = 1e-9  # page widths: more than sums of heights are off by
USUAL_HEIGHT = 0.017  # of a word in Times 13 on A4, for pages with too few words to measure


@lru_cache(maxsize=1024)
def _plain(letter: str) -> str:
    return _NO_DECOMPOSITION.get(letter) or (fold(letter) or "?")[0]


@dataclass(frozen=True)
class Run:
    """Words in a row as one string that remembers which letter came from which word."""

    words: tuple[Word, ...]

    @once
    def text(self) -> str:
        return " ".join(tidy(w.text) for w in self.words)

    @once
    def plain(self) -> str:
        """Folded letter by letter: positions agree with `text`."""
        return self.text.lower() if self.text.isascii() else "".join(map(_plain, self.text))

    @once
    def key(self) -> str:
        return compact(self.text)

    @once
    def _spans(self) -> list[tuple[int, int, Word]]:
        spans, at = [], 0
        for word in self.words:
            spans.append((at, at + len(word.text), word))
            at += len(word.text) + 1
        return spans

    def words_in(self, start: int, end: int) -> list[Word]:
        return [w for a, b, w in self._spans if a < end and b > start]

    def confidence(self, start: int = 0, end: int | None = None) -> float:
        """The least sure word among the letters start … end; 0 without any."""
        found = self.words_in(start, len(self.text) if end is None else end)
        return min((w.confidence for w in found), default=0.0)

    def box(self, start: int = 0, end: int | None = None) -> Box | None:
        """Where these letters stand; inside a word by equal shares."""
        end = len(self.text) if end is None else end
        return union(_slice(w, max(start, a) - a, min(end, b) - a, b - a) for a, b, w in self._spans if a < end and b > start)

    def after_key(self, letters: int) -> str:
        """The text behind the first so many plain letters and digits, cut at the next word."""
        seen = 0
        for index, word in enumerate(self.words):
            if seen >= letters:
                return " ".join(tidy(w.text) for w in self.words[index:])
            seen += len(compact(word.text))
        return ""


def _slice(word: Word, start: int, end: int, length: int) -> Box:
    x0, y0, x1, y1 = word.box
    step = (x1 - x0) / max(length, 1)
    return x0 + step * start, y0, x0 + step * end, y1


def _median(values: list[float]) -> float:
    """As `statistics.median`, which takes five times as long for the few words of a line."""
    values.sort()
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


@dataclass(frozen=True)
class Line(Run):
    """A run with its measures, in page widths."""

    aspect: float = 1.0

    @once
    def left(self) -> float:
        return min(w.box[0] for w in self.words)

    @once
    def right(self) -> float:
        return max(w.box[2] for w in self.words)

    @once
    def top(self) -> float:
        return _median([w.box[1] for w in self.words]) * self.aspect

    @once
    def bottom(self) -> float:
        return _median([w.box[3] for w in self.words]) * self.aspect

    @once
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @once
    def reach(self) -> tuple[float, float]:
        """Between which two heights the middle of any of its words together lies."""
        tops, bottoms = [w.box[1] for w in self.words], [w.box[3] for w in self.words]
        return (min(tops) + min(bottoms)) * self.aspect / 2, (max(tops) + max(bottoms)) * self.aspect / 2

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @once
    def capitals(self) -> float:
        """Share of capital letters among the letters; 0 without letters."""
        letters = _LETTER.findall(self.text)
        return sum(c.isupper() for c in letters) / len(letters) if letters else 0.0

    @once
    def readable(self) -> bool:
        """More letters than marks, and not noise that the engine itself doubts."""
        letters = len(_LETTER.findall(self.text))
        solid = len(self.text.replace(" ", ""))
        known = sum(c.isalnum() for c in self.text)
        return letters >= 2 and known * 2 >= solid and self.sure >= 0.3

    @once
    def sure(self) -> float:
        """How sure the engine is of these words on average."""
        return statistics.fmean(w.confidence for w in self.words)

    def part(self, keep: Callable[[Word], bool]) -> Line | None:
        """The words of this line that `keep` accepts."""
        words = tuple(w for w in self.words if keep(w))
        if len(words) == len(self.words):
            return self  # and what is known of it
        return Line(words, self.aspect) if words else None


@dataclass
class Sheet:
    """One page, its lines from top to bottom."""

    number: int  # from 1
    aspect: float
    lines: list[Line] = field(default_factory=list)
    unit: float = USUAL_HEIGHT  # usual height of a word

    @classmethod
    def of(cls, page: PageText, number: int) -> Sheet:
        aspect = page.height / page.width if page.width > 0 else 1.0
        words = [w for w in page.words if w.text.strip() and w.box[2] > w.box[0] and w.box[3] > w.box[1]]
        heights = [(w.box[3] - w.box[1]) * aspect for w in words if _LETTER.search(w.text)]
        unit = min(max(statistics.median(heights) if len(heights) >= 5 else USUAL_HEIGHT, 0.006), 0.04)
        # What is read as a letter but is as low as a dot is dirt.
        solid = [w for w in words if (w.box[3] - w.box[1]) * aspect > 0.2 * unit or not _LETTER.search(w.text)]
        lines = [Line(tuple(row), aspect) for row in _rows(solid)]
        sheet = cls(number, aspect, sorted(lines, key=lambda line: line.middle), unit)
        sheet.lines = own_lines(sheet)  # a copy's own head and signature are not the document's
        return sheet

    def pieces(self, lines: Iterable[Line] | None = None) -> list[Line]:
        """Lines cut at wide blanks: what stands side by side comes apart."""
        return [piece for line in (self.lines if lines is None else lines) for piece in self._cut(line)]

    def _cut(self, line: Line) -> list[Line]:
        groups: list[list[Word]] = []
        for word in line.words:
            if groups and word.box[0] - groups[-1][-1].box[2] <= 2.0 * self.unit:
                groups[-1].append(word)
            else:
                groups.append([word])
        return [Line(tuple(g), self.aspect) for g in groups]

    def between(self, top: float, bottom: float, keep: Callable[[Word], bool] | None = None) -> list[Line]:
        """Lines (their kept words) whose middle lies in the band, those on one height joined."""
        near = [line for line in self.lines if line.reach[1] >= top - _ROUNDED and line.reach[0] <= bottom + _ROUNDED]
        parts = [part for line in near if (part := line.part(keep))] if keep else near
        return _join([p for p in parts if top <= p.middle <= bottom], self.unit)


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(word.line, []).append(word)
    return [sorted(row, key=lambda w: w.box[0]) for row in rows.values()]


def _join(lines: list[Line], unit: float) -> list[Line]:
    """Joins what the engine took for two lines though it stands side by side on one height."""
    joined: list[Line] = []
    for line in sorted(lines, key=lambda one: one.middle):
        last = joined[-1] if joined else None
        beside = last and (line.left >= last.right - unit or line.right <= last.left + unit)
        if last and beside and abs(line.middle - last.middle) < 0.6 * unit:
            words = sorted((*last.words, *line.words), key=lambda w: w.box[0])
            joined[-1] = Line(tuple(words), line.aspect)
        else:
            joined.append(line)
    return joined
