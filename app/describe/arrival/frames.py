"""Frames of the size of an arrival stamp (35 × 50 mm, NĐ 30/2020 annex IV; older ones are lower), askew as stamps are.

Coloured ink that stands together on a patch of that size is taken for one, too, whatever its form: round stamps, lower ones, those
without a frame. The lines of the head (`ruled`) tell at which angles a frame may lie; in a page without a stamp there are hardly any,
and nothing more is done then. At such an angle the picture is turned and looked at closely. An edge may be torn, faint or written
over; two uprights and one line across, or one upright and two lines across, are a frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product

import cv2
import numpy as np

from app.describe.ink import Pixels
from app.describe.ruled import ACROSS, MM, Ink, Stroke, head_of, levels, uprights

PAGE = 210.0  # millimetres: all measures take the page for A4
_LONG, _SHORT = (38.0, 66.0), (17.0, 42.0)  # millimetres of a frame's sides
_ANGLES = (0, 2, -2, 4, -4, 6, -6, 8, -8)  # degrees; lines are thick enough for a degree of error
_PIECE = 20  # pixels of a line that count
_APART = 12.0  # millimetres that may lie between two pieces of a line
_SAME = 2.5  # pixels that two pieces of one line may lie apart across it
_TELLING = 40  # pixels of a line whose angle is well known
_NEAR = 2.6  # millimetres that an edge may end away from the corner
_WHOLE = 0.66  # of the edges' length that must be there
_EDGE = 0.3  # of each of three edges
_SIDE = 0.7  # of one side: letters below each other make half of one
_UPRIGHTS, _ACROSS_MOST, _MOST = 18, 30, 3
_LOW = 11.0  # millimetres that a patch of coloured ink is high, at least: a stamp of two lines
_COLOURED, _CLOSED = 25, (13, 25)  # how strong such ink is (of 255), pixels between pieces of it
_ASKEW = 12.0  # degrees of such a patch, at most
_PATCH = 0.9  # as good as a frame of which so much is there
_CLEAR = 0.8  # of a frame's edges: then no patch is looked for
_OFF, _OFF_SHORT = 1.8, 80.0  # degrees by which a line may lie at another angle, and degrees × pixels more for a short one

_Piece = tuple[float, float, float, float]  # where it lies across, from where to where it goes, how much of that is drawn
_Box = tuple[float, float, float, float, float]  # left, top, right, bottom in pixels, how much of its edges is drawn


@dataclass(slots=True, frozen=True)
class Frame:
    """Centre and sides in page widths, `angle` in degrees by which its upper edge falls to the right; `whole` 0 … 1 of its edges found."""

    x: float
    y: float
    width: float
    height: float
    angle: float
    whole: float = 1.0


def find_stamp_frames(page: Pixels, bottom: float) -> list[Frame]:
    """Those in the upper part of a page, down to `bottom` (page widths), the clearest first. 3 … 8 ms in grey, 12 … 15 in colour."""
    head = head_of(page, bottom)
    deep = max(1, round(bottom * ACROSS))
    patches: list[Frame] = []
    for ink in (head.tinted, head.dark):
        if ink is None:
            continue
        part = ink[:deep]
        sides = uprights(part, _PIECE)
        across = levels(part, _PIECE) if sides else []
        kept: list[Frame] = []
        for frame in sorted(_found(part, sides, across), key=_clearer):
            if not any(abs(frame.x - other.x) < 0.06 and abs(frame.y - other.y) < 0.06 for other in kept):
                kept.append(frame)
        if ink is head.tinted and not any(frame.whole >= _CLEAR for frame in kept):
            patches = list(_patches(part))
        if kept:
            patches = [one for one in patches if not any(_is_there(one, frame) for frame in kept)]
            return [*(_levelled(frame, [*sides, *across]) for frame in kept[:_MOST]), *patches][:_MOST]
    return patches[:_MOST]


def _is_there(patch: Frame, frame: Frame) -> bool:
    return abs(patch.x - frame.x) < 0.03 and abs(patch.y - frame.y) < 0.03 and patch.height < 1.25 * frame.height


def _patches(ink: Ink) -> Iterator[Frame]:
    """Coloured ink that stands together, of the size of a stamp; the one with most ink first. Faint ink stands in pieces."""
    drawn = (ink > _COLOURED).astype(np.uint8)
    for closed in _CLOSED:
        together = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((closed, closed), np.uint8))
        count, labels, stats, _centres = cv2.connectedComponentsWithStats(together, connectivity=8)
        found = []
        for label in range(1, count):
            left, top, wide, high, area = stats[label].tolist()
            if wide < _LONG[0] * MM or high < _LOW * MM or area < 0.1 * wide * high or top + high >= len(ink):
                continue
            part = slice(top, top + high), slice(left, left + wide)
            ys, xs = np.nonzero((labels[part] == label) & (drawn[part] > 0))
            (x, y), (width, height), angle = cv2.minAreaRect(np.stack([xs, ys], axis=1).astype(np.float32))
            if abs(angle) > 45:  # of one of its sides, which one differs by the library's version
                width, height, angle = height, width, angle - math.copysign(90, angle)
            if (
                _LONG[0] <= width / MM <= _LONG[1]
                and _LOW <= height / MM <= _SHORT[1]
                and width >= 1.15 * height
                and abs(angle) < _ASKEW
            ):
                frame = Frame((left + x) / ACROSS, (top + y) / ACROSS, width / ACROSS, height / ACROSS, angle, _PATCH)
                found.append((len(xs), frame))
        if found:
            yield from (frame for _ink, frame in sorted(found, key=lambda one: -one[0]))
            return


def _clearer(frame: Frame) -> float:
    """Whole before torn, and the whole stamp before a part of it that is ruled off."""
    return -frame.whole - 0.25 * min(1.0, frame.width * frame.height * PAGE**2 / (50 * 35))


def _found(ink: Ink, sides: Sequence[Stroke], across: Sequence[Stroke]) -> Iterator[Frame]:
    middle = ink.shape[1] / 2, ink.shape[0] / 2
    near = [(angle, edges) for angle in _ANGLES if (edges := _joined(list(_turned(sides, angle, middle)), _UPRIGHTS))]
    for angle, edges in near:
        lines = _joined(list(_turned(across, angle, middle)), _ACROSS_MOST)
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        for left, top, right, low, whole in _boxes(edges, lines):
            x, y = (left + right) / 2, (top + low) / 2
            x, y = middle[0] + x * cos - y * sin, middle[1] + x * sin + y * cos
            yield Frame(x / ACROSS, y / ACROSS, (right - left) / ACROSS, (low - top) / ACROSS, angle, whole)


def _levelled(frame: Frame, lines: Sequence[Stroke]) -> Frame:
    """At the angle of the lines of its edges."""
    half = {True: frame.width * ACROSS / 2, False: frame.height * ACROSS / 2}
    total = weight = 0.0
    for one in lines:
        for across, along, _end, drawn in _turned([one], frame.angle, (frame.x * ACROSS, frame.y * ACROSS)):
            inside = abs(along + drawn / 2) < half[not one.upright]
            if drawn >= _TELLING and inside and abs(abs(across) - half[one.upright]) < _SAME:
                total += one.angle * drawn**3  # a short one takes whole steps of a pixel
                weight += drawn**3
    return replace(frame, angle=total / weight) if weight else frame


def _turned(lines: Sequence[Stroke], angle: float, middle: tuple[float, float]) -> Iterator[_Piece]:
    """Where the lines of about this angle lie once the picture is turned back by it."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    for one in lines:
        if abs(one.angle - angle) <= _OFF + _OFF_SHORT / one.length:
            x, y = one.x - middle[0], one.y - middle[1]
            x, y = x * cos + y * sin, y * cos - x * sin
            along, across = (y, x) if one.upright else (x, y)
            yield across, along - one.length / 2, along + one.length / 2, one.length


@dataclass(slots=True)
class _Edge:
    """A line along one axis: where it lies across, from where to where it goes, how much of that is drawn."""

    at: float
    first: float
    last: float
    drawn: float

    @property
    def length(self) -> float:
        return self.last - self.first


def _joined(pieces: Sequence[_Piece], most: int) -> list[_Edge]:
    """Pieces of one line joined; the longest lines."""
    found: list[_Edge] = []
    rows: dict[int, list[_Edge]] = {}  # by where they lie, so that few are compared
    for at, first, last, drawn in sorted(pieces, key=lambda piece: piece[1]):
        row = round(at / _SAME)
        for edge in chain.from_iterable(rows.get(near, ()) for near in (row, row - 1, row + 1)):
            if abs(edge.at - at) <= _SAME and first - edge.last < _APART * MM:
                edge.at = (edge.at * edge.drawn + at * drawn) / (edge.drawn + drawn)
                edge.drawn += max(0, last - max(first, edge.last))
                edge.last = max(edge.last, last)
                break
        else:
            found.append(_Edge(at, first, last, drawn))
            rows.setdefault(row, []).append(found[-1])
    long = [edge for edge in found if edge.drawn >= 0.5 * _SHORT[0] * MM]
    return sorted(long, key=lambda edge: -(edge.drawn**2) / edge.length)[:most]  # letters below each other leave gaps


def _boxes(uprights: list[_Edge], across: list[_Edge]) -> Iterator[_Box]:
    """From two uprights, or from an upright and two lines that begin or end at it."""
    for one, two in product(uprights, uprights):
        beside = min(one.last, two.last) - max(one.first, two.first)
        if not _SHORT[0] * MM <= two.at - one.at <= _LONG[1] * MM or beside < 0.3 * min(one.length, two.length):
            continue
        for top, low in _ends(one, two, across):
            if _sized(two.at - one.at, low - top):
                yield from _judged((one.at, top, two.at, low), uprights, across)
    for upright in uprights:
        for side in (True, False):  # the upright at the left, at the right
            at_it = [line for line in across if abs((line.first if side else line.last) - upright.at) < _NEAR * MM]
            for upper, lower in product(at_it, at_it):
                if lower.at <= upper.at:
                    continue
                far = max(upper.last, lower.last) if side else min(upper.first, lower.first)
                left, right = (upright.at, far) if side else (far, upright.at)
                if _sized(right - left, lower.at - upper.at):
                    yield from _judged((left, upper.at, right, lower.at), uprights, across)


def _ends(one: _Edge, two: _Edge, across: list[_Edge]) -> Iterator[tuple[float, float]]:
    """Where the frame may begin and end: at lines across that reach from one upright to the other, else where the uprights end; one
    of them may go on in letters that stand above or below it.
    """
    between = [
        line.at for line in across if line.first < two.at and line.last > one.at and line.drawn > 0.25 * (two.at - one.at)
    ]
    tops = {min(_near(between, end), default=end) for end in (one.first, two.first)}
    lows = {max(_near(between, end), default=end) for end in (one.last, two.last)}
    yield from product(tops, lows)


def _near(lines: Sequence[float], end: float) -> list[float]:
    return [at for at in lines if abs(at - end) < 2 * _NEAR * MM]


def _sized(width: float, height: float) -> bool:
    long, short = max(width, height) / MM, min(width, height) / MM
    return _LONG[0] <= long <= _LONG[1] and _SHORT[0] <= short <= _SHORT[1] and long >= 1.15 * short


def _judged(box: tuple[float, float, float, float], uprights: list[_Edge], across: list[_Edge]) -> Iterator[_Box]:
    left, top, right, low = box
    sides = _share(uprights, left, top, low), _share(uprights, right, top, low)
    if max(sides) < _SIDE:
        return
    shares = [*sides, _share(across, top, left, right), _share(across, low, left, right)]
    whole = ((shares[0] + shares[1]) * (low - top) + (shares[2] + shares[3]) * (right - left)) / (
        2 * (right - left + low - top)
    )
    if whole >= _WHOLE and sorted(shares)[1] >= _EDGE and _sized(right - left, low - top):
        yield left, top, right, low, whole


def _share(lines: list[_Edge], at: float, first: float, last: float) -> float:
    """How much of this edge is drawn."""
    found = 0.0
    for line in lines:
        if abs(line.at - at) <= 0.9 * MM and line.length:
            common = min(line.last, last) - max(line.first, first)
            found = max(found, common * line.drawn / line.length)
    return min(1.0, max(0.0, found) / max(last - first, 1.0))
