"""The invisible words of a page as PDF operators, each stretched over its place in the picture below."""

from __future__ import annotations

from statistics import median

from app.recognise.glyphless import ADVANCE, DESCENT, EM, encode
from storage.records.reading import PageText, Word

FONT = "F0"
SIZE_LEAST = 1.0  # points
LIKE = (0.6, 1.5)  # lines of a block whose sizes differ less are set in one size


def operators(page: PageText, width: float, height: float) -> bytes:
    """One text object for a page of `width` × `height` points; empty for a page without words.

    A line shares its size and its (perhaps sloping) base line, and each word is followed by a space, so that viewers copy and
    find "Hà Nội" as two words on one line.
    """
    sizes = _sizes(page, height)
    parts = [part for line in page.lines() for part in _line(line, sizes[line[0].line], width, height)]
    if not parts:
        return b""
    return b"BT 3 Tr\n" + b"\n".join(parts) + b"\nET\n"


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


def _line(words: list[Word], size: float, width: float, height: float) -> list[bytes]:
    start, slope = _base_line(words)
    parts = [b"/%s %s Tf" % (FONT.encode(), _number(size))]
    for word in words:
        x0, _y0, x1, _y1 = word.box
        codes = encode(word.text)
        natural = len(codes) / 2 * ADVANCE / EM * size
        stretch = max(0.1, (x1 - x0) * width / natural * 100)
        foot = height * (1 - (start + slope * (x0 + x1) / 2)) - size * DESCENT / EM
        text = (codes + encode(" ")).hex().encode()
        parts.append(b"%s Tz 1 0 0 1 %s %s Tm <%s> Tj" % (_number(stretch), _number(x0 * width), _number(foot), text))
    return parts


def _base_line(words: list[Word]) -> tuple[float, float]:
    """Where the words' feet stand: y = start + slope × x in fractions; flat where there are too few words to tell."""
    feet = [((w.box[0] + w.box[2]) / 2, w.box[3]) for w in words]
    middle_x, middle_y = sum(x for x, _y in feet) / len(feet), median(y for _x, y in feet)
    spread = sum((x - middle_x) ** 2 for x, _y in feet)
    if len(feet) < 4 or spread < 0.01:
        return middle_y, 0.0
    average = sum(y for _x, y in feet) / len(feet)
    slope = sum((x - middle_x) * (y - average) for x, y in feet) / spread
    return average - slope * middle_x, slope


def _number(value: float) -> bytes:
    return f"{value:.2f}".rstrip("0").rstrip(".").encode()
