"""The invisible words of a page as PDF operators, each stretched over its place in the picture below."""

from __future__ import annotations

from statistics import fmean, median

from app.recognise.glyphless import ADVANCE, DESCENT, EM, encode
from app.recognise.turning import upright
from storage.records.reading import PageText, Word

FONT = "F0"
SIZE_LEAST = 1.0  # points
WORDS_OF_LINE = 4  # fewer don't tell how a line falls
LIKE = (0.6, 1.5)  # lines of a block whose sizes differ less are set in one size


def operators(page: PageText, width: float, height: float, turn: int = 0) -> bytes:
    """One text object for a page of `width` × `height` points before it is turned; empty for a page without words.

    A line shares its size and its (perhaps sloping) base line, and each word is followed by a space, so that viewers copy and
    find "Hà Nội" as two words on one line. `turn` sets the page upright: words run along the lines that are then level.
    """
    if turn:
        seen = (height, width) if turn % 180 else (width, height)
        inside = operators(upright(page, turn), *seen)
        frame = {90: (0, 1, -1, 0, width, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, height)}[turn]
        return b"q %s cm\n%sQ\n" % (b" ".join(_number(value) for value in frame), inside) if inside else b""
    lines = page.lines()
    if not lines:
        return b""
    sizes, slope, pen = _sizes(page, height), _slope(lines), _Pen()
    for line in lines:
        _write(pen, line, slope, sizes[line[0].line], width, height)
    return b"BT 3 Tr\n" + b"\n".join(pen.done) + b"\nET\n"


class _Pen:
    """Tells only what changes, in tenths of a point: a page of text takes 3 kB instead of 5."""

    def __init__(self) -> None:
        self.done: list[bytes] = []
        self._x = self._y = 0.0
        self._size = 0.0
        self._stretch = 0

    def put(self, text: str, x: float, y: float, size: float, stretch: int) -> None:
        """A text with its left foot at (x, y), `stretch` percent wide."""
        x, y, size = round(x, 1), round(y, 1), round(size, 1)
        parts = []
        if size != self._size:
            parts.append(b"/%s %s Tf" % (FONT.encode(), _number(size)))
        if stretch != self._stretch:
            parts.append(b"%d Tz" % stretch)
        parts.append(b"%s %s Td <%s> Tj" % (_number(x - self._x), _number(y - self._y), encode(text).hex().encode()))
        self.done.append(b" ".join(parts))
        self._x, self._y, self._size, self._stretch = x, y, size, stretch


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


def _write(pen: _Pen, words: list[Word], slope: float, size: float, width: float, height: float) -> None:
    start = _foot(words, slope)
    for word in words:
        x0, _y0, x1, _y1 = word.box
        natural = len(encode(word.text)) / 2 * ADVANCE / EM * size
        stretch = max(1, round((x1 - x0) * width / natural * 100))
        foot = height * (1 - (start + slope * (x0 + x1) / 2)) - size * DESCENT / EM
        pen.put(word.text + " ", x0 * width, foot, size, stretch)


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
