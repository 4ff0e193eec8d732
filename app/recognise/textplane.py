"""The invisible words of a page as PDF operators, each stretched over its place in the picture below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean, median

import numpy as np

from app.recognise.glyphless import DESCENT, EM, Signs
from app.recognise.turning import upright
from storage.records.reading import PageText, Word

FONT = "F"
SIZE_LEAST = 1.0  # points
WORDS_OF_LINE = 4  # fewer don't tell how a line falls
LIKE = (0.6, 1.5)  # lines of a block whose sizes differ less are set in one size
ASIDE = 1.0  # points by which the sides of a word may miss its picture before it is placed apart from its line
FALLEN = 0.5  # points across the page, of lines that need not be told to slope
_ESCAPES = {code: b"\\" + bytes([code]) for code in b"()\\"}


def operators(page: PageText, width: float, height: float, signs: Signs, turn: int = 0) -> bytes:
    """One text object for a page of `width` × `height` points before it is turned; empty for a page without words.

    A line shares its size and its (perhaps sloping) base line, and each word is followed by a space, so that viewers copy and
    find "Hà Nội" as two words on one line. `turn` sets the page upright: words run along the lines that are then level.
    """
    if turn:
        seen = (height, width) if turn % 180 else (width, height)
        inside = operators(upright(page, turn), *seen, signs)
        frame = {90: (0, 1, -1, 0, width, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, height)}[turn]
        return b"q %s cm\n%sQ\n" % (b" ".join(_number(value) for value in frame), inside) if inside else b""
    lines = page.lines()
    if not lines:
        return b""
    sizes, slope, pen = _sizes(page, height), _slope(lines), _Pen(signs)
    for line in lines:
        size = round(sizes[line[0].line], 1)
        foot = height * (1 - _foot(line, slope)) - size * DESCENT / EM
        for part in _parts(line, size, width, signs):
            pen.put(part, foot, size)
    fall = -slope * height
    sloping = b"1 %.5f 0 1 0 0 Tm\n" % (fall / width) if abs(fall) > FALLEN else b""
    return b"BT 3 Tr\n" + sloping + b"\n".join(pen.done) + b"\nET\n"


@dataclass(slots=True, frozen=True)
class _Part:
    """Words that are set in one go: from `x` on, `stretch` percent wide, the spaces between them `space` points wider than theirs."""

    text: str
    x: float
    stretch: int
    space: float
    words: int


class _Pen:
    """Tells only what changes, in tenths of a point."""

    def __init__(self, signs: Signs) -> None:
        self.done: list[bytes] = []
        self._signs = signs
        self._x = self._y = 0.0
        self._set: tuple[int, float] = (0, 0.0)
        self._stretch, self._space = 100, 0.0

    def put(self, part: _Part, y: float, size: float) -> None:
        """A text with its left foot at (x, y)."""
        x, y = round(part.x, 1), round(y, 1)
        said = []
        if part.stretch != self._stretch:
            said.append(b"%d Tz" % part.stretch)
            self._stretch = part.stretch
        if part.words > 1 and part.space != self._space:
            said.append(b"%s Tw" % _number(part.space))
            self._space = part.space
        said.append(b"%s %s Td" % (_number(x - self._x), _number(y - self._y)))
        self._x, self._y = x, y
        for font, codes in self._coded(part.text + " "):
            if self._set != (font, size):
                said.append(b"/%s %s Tf" % (name(font).encode(), _number(size)))
                self._set = font, size
            said.append(b"(%s)Tj" % codes)
        self.done.append(b" ".join(said))

    def _coded(self, text: str) -> Iterator[tuple[int, bytes]]:
        for font, codes in groupby(map(self._signs.of, text), key=lambda coded: coded.font):
            yield font, b"".join(_ESCAPES.get(coded.code, bytes([coded.code])) for coded in codes)


def name(font: int) -> str:
    """What the pages call a font."""
    return f"{FONT}{font or ''}"


def _sizes(page: PageText, height: float) -> dict[int, float]:
    """A size for each line: its block's, unless the line is clearly larger or smaller.

    Lines without accents or descenders have lower boxes; were each given its own size, readers would see paragraphs break there.
    """
    own = {line[0].line: median(w.box[3] - w.box[1] for w in line) * height for line in page.lines()}
    blocks: dict[int, list[int]] = {}
    for line in page.lines():
        blocks.setdefault(line[0].block, []).append(line[0].line)
    sizes = {}
    for numbers in blocks.values():
        usual = median(own[number] for number in numbers)
        for number in numbers:
            same = LIKE[0] < own[number] / usual < LIKE[1] if usual > 0 else False
            sizes[number] = max(SIZE_LEAST, usual if same else own[number])
    return sizes


def _parts(words: list[Word], size: float, width: float, signs: Signs) -> Iterator[_Part]:
    """The line in as few parts as keep each word over its picture.

    Where a word begins and ends is the part's start, the stretched widths of the letters and of the spaces before it: three numbers,
    fitted by least squares. A line in which a word misses its place is parted at the space that is most unlike the others.
    """
    sides = np.array([(word.box[0] * width, word.box[2] * width) for word in words])
    letters = np.array([signs.width(word.text) * size for word in words])
    before = np.cumsum(letters) - letters
    gaps = np.arange(len(words))
    rows = np.stack([np.ones(2 * len(words)), np.concatenate([before, before + letters]), np.tile(gaps, 2)], axis=1)
    start, stretch, space = np.linalg.lstsq(rows, sides.T.ravel(), rcond=None)[0]
    percent = max(1, round(stretch * 100))
    own = signs.width(" ") * size
    wider = round(space * 100 / percent - own, 1)
    start = round(start, 1)
    placed = (
        start + percent / 100 * np.stack([before, before + letters], axis=1) + gaps[:, None] * (wider + own) * percent / 100
    )
    off = np.abs(placed - sides).max(axis=1)
    if len(words) == 1 or (off.max() <= ASIDE and stretch > 0):
        yield _Part(" ".join(word.text for word in words), float(start), percent, float(wider), len(words))
        return
    here = sides[1:, 0] - sides[:-1, 1]
    cut = 1 + int(np.abs(here - np.median(here)).argmax())
    yield from _parts(words[:cut], size, width, signs)
    yield from _parts(words[cut:], size, width, signs)


def _slope(lines: list[list[Word]]) -> float:
    """How the lines of the page fall, in fractions of its height for its whole width: the median of the long ones, else 0."""
    slopes = []
    for words in lines:
        feet = [((w.box[0] + w.box[2]) / 2, w.box[3]) for w in words]
        middle_x, middle_y = fmean(x for x, _y in feet), fmean(y for _x, y in feet)
        spread = sum((x - middle_x) ** 2 for x, _y in feet)
        if len(feet) >= WORDS_OF_LINE and spread > 0.01:
            slopes.append(sum((x - middle_x) * (y - middle_y) for x, y in feet) / spread)
    return median(slopes) if slopes else 0.0


def _foot(words: list[Word], slope: float) -> float:
    """Where the line begins at the left edge of the page; letters below the line are outvoted."""
    return median(w.box[3] - slope * (w.box[0] + w.box[2]) / 2 for w in words)


def _number(value: float) -> bytes:
    return (f"{value:.2f}".rstrip("0").rstrip(".") or "0").encode()
