"""Two columns that an engine took for one: the header and the foot of an official letter (Nghị định 30/2020/NĐ-CP, annex I).

The issuing body stands on the left, the country's name on the right, at the same height; read across, neither makes sense.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from app.recognise.found import Found

WIDE = 2.2  # heights of a word; justified text has narrower gaps
GUTTER_LEAST = 0.015  # of the page's width, where two lines agree on it
ALONE_LEAST = 0.10  # of the page's width, where only one line has it
MIDDLE = (0.25, 0.75)  # where a gutter may be

Line = list[Found]
Gap = tuple[float, float]


def unfold(lines: list[Line], aspect: float) -> list[Line]:
    """Lines of one block from top to bottom, words from left to right; `aspect` is the page's height over its width.

    Returns them with every stretch of two columns read down the left one, then the right one. A line with more than one wide gap
    belongs to a table and is left alone.
    """
    result: list[Line] = []
    at = 0
    while at < len(lines):
        end, gutter = _stretch(lines, at, aspect)
        if gutter is None:
            result.append(lines[at])
        else:
            middle = (gutter[0] + gutter[1]) / 2
            left = [[w for w in line if w.box[0] < middle] for line in lines[at:end]]
            right = [[w for w in line if w.box[0] >= middle] for line in lines[at:end]]
            result += [line for line in left + right if line]
        at = end
    return result


def goes_on(upper: list[Line], lower: list[Line], aspect: float) -> bool:
    """Whether both blocks are set in the same two columns, so that they are one."""
    first, second = _gap(upper[-1], aspect), _gap(lower[0], aspect)
    return first is not None and second is not None and _common(first, second) is not None


def _stretch(lines: list[Line], start: int, aspect: float) -> tuple[int, Gap | None]:
    """The end of the stretch that begins at `start`, and its gutter; None where there is none."""
    gutter = _gap(lines[start], aspect)
    if gutter is None:
        return start + 1, None
    agreed, end, at = 1, start + 1, start + 1
    while at < len(lines) and not _far_below(lines[at - 1], lines[at]):
        line, gap = lines[at], _gap(lines[at], aspect)
        at += 1
        common = _common(gutter, gap if gap is not None else _beside(gutter, line))
        if common is None:
            break
        gutter = common
        if gap is not None:  # lines of one column count only between lines of two
            agreed, end = agreed + 1, at
    if agreed < 2 and gutter[1] - gutter[0] < ALONE_LEAST:
        return start + 1, None
    return end, gutter


def _common(gutter: Gap, gap: Gap | None) -> Gap | None:
    if gap is None:
        return None
    common = (max(gutter[0], gap[0]), min(gutter[1], gap[1]))
    return common if common[1] - common[0] >= GUTTER_LEAST else None


def _beside(gutter: Gap, line: Line) -> Gap | None:
    """What a line of one column leaves free; None for a line across both."""
    if line[-1].box[2] <= gutter[1] - GUTTER_LEAST:
        return line[-1].box[2], 1.0
    if line[0].box[0] >= gutter[0] + GUTTER_LEAST:
        return 0.0, line[0].box[0]
    return None


def _gap(line: Line, aspect: float) -> Gap | None:
    """The only wide gap of a line, if it lies in the middle of the page."""
    wide = WIDE * aspect * median(w.box[3] - w.box[1] for w in line)
    gaps = [(a.box[2], b.box[0]) for a, b in pairwise(line) if b.box[0] - a.box[2] > wide]
    if len(gaps) != 1:
        return None
    centre = (gaps[0][0] + gaps[0][1]) / 2
    return gaps[0] if MIDDLE[0] < centre < MIDDLE[1] else None


def _far_below(above: Line, below: Line) -> bool:
    height = median(w.box[3] - w.box[1] for w in below)
    return min(w.box[1] for w in below) - max(w.box[3] for w in above) > 3 * height
