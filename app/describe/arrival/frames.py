"""Frames of the size of an arrival stamp (35 × 50 mm, NĐ 30/2020 annex IV; older ones are lower), askew as stamps are.

Uprights are looked for first: in the head of a page without a stamp there are next to none, and nothing more is done then. An edge may
be torn, faint or written over; two uprights and one line across, or one upright and two lines across, are a frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.ink import Pixels

PAGE = 210.0  # millimetres: all measures take the page for A4
_ACROSS = 600  # pixels of a page's width
_MM = _ACROSS / PAGE
_LONG, _SHORT = (38.0, 66.0), (17.0, 42.0)  # millimetres of a frame's sides
_ANGLES = (0, 2, -2, 4, -4, 6, -6, 8, -8)  # degrees; lines are thick enough for a degree of error
_ALONG = 7  # pixels over which a line's ink is averaged: what is too faint for one pixel shows in seven
_BESIDE = 4  # pixels from a line where there must be less ink than in it, on both sides
_LINE = 10  # of 255: how much less
_TORN = 5  # pixels that a line may lack
_PIECE = 20  # pixels of a line that count
_APART = 12.0  # millimetres that may lie between two pieces of a line
_NEAR = 2.6  # millimetres that an edge may end away from the corner
_WHOLE = 0.62  # of the edges' length that must be there
_EDGE = 0.3  # of each of three edges
_COLOURED = 0.1  # of the paper: how much one colour must be darker than another
_FEW = 300  # coloured pixels; a frame has some thousand
_PATCH = 16  # pixels of the page to a pixel of the picture of its paper
_UPRIGHTS, _ACROSS_MOST, _MOST = 14, 24, 3

Ink = NDArray[np.uint8]  # 0 paper … 255


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
    """Those in the upper part of a page, down to `bottom` (page widths), the clearest first. 10 … 40 ms."""
    height, width = page.shape[:2]
    head = page[: max(1, min(height, round(bottom * width)))]
    small = np.asarray(
        cv2.resize(head, (_ACROSS, max(1, round(head.shape[0] * _ACROSS / width))), interpolation=cv2.INTER_AREA), np.uint8
    )
    for mask in _inks(small):
        found = sorted((frame for angle in _ANGLES for frame in _at(mask, angle)), key=_clearer)
        kept: list[Frame] = []
        for frame in found:
            if not any(abs(frame.x - other.x) < 0.06 and abs(frame.y - other.y) < 0.06 for other in kept):
                kept.append(frame)
        if kept:
            return kept[:_MOST]
    return []


def _clearer(frame: Frame) -> float:
    """Whole before torn, and the whole stamp before a part of it that is ruled off."""
    return -frame.whole - 0.25 * min(1.0, frame.width * frame.height * PAGE**2 / (50 * 35))


def _inks(pixels: NDArray[np.uint8]) -> Iterator[Ink]:
    """Coloured ink, then ink of any colour: against the paper around, which a shadow darkens."""
    if pixels.ndim == 3:
        red, green, blue = cv2.split(pixels)
        most, least = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
        paper = _paper(np.asarray(least, np.uint8))
        colour = cv2.subtract(most, least)
        tint = np.full_like(colour, np.median(colour))  # of the paper itself: yellow where it is old
        coloured = cv2.divide(cv2.subtract(colour, tint), paper, scale=255, dtype=cv2.CV_8U)
        if np.count_nonzero(coloured > _COLOURED * 255) > _FEW:
            yield np.asarray(coloured, np.uint8)
    else:
        least, paper = pixels, _paper(pixels)
    yield np.asarray(cv2.divide(cv2.subtract(paper, least), paper, scale=255, dtype=cv2.CV_8U), np.uint8)


def _paper(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = (max(1, round(side / _PATCH)) for side in grey.shape)
    light = cv2.blur(
        cv2.dilate(cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA), np.ones((5, 5), np.uint8)), (5, 5)
    )
    return np.asarray(
        cv2.resize(np.maximum(light, 1), (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8
    )


@dataclass(slots=True)
class _Edge:
    """A line along one axis: where it lies across, from where to where it goes, how much of that is drawn."""

    at: float
    first: int
    last: int
    drawn: int

    @property
    def length(self) -> int:
        return self.last - self.first


def _at(ink: Ink, angle: int) -> Iterator[Frame]:
    """Frames whose edges lie along the axes when the picture is turned back by `angle`."""
    height, width = ink.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), np.float64)
    turned = ink if angle == 0 else np.asarray(cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR), np.uint8)
    uprights = _edges(np.ascontiguousarray(turned.T), _UPRIGHTS)
    if not uprights:
        return
    across = _edges(turned, _ACROSS_MOST)
    back = cv2.invertAffineTransform(matrix)
    for left, top, right, low, whole in _boxes(uprights, across):
        x, y = (back @ np.array([(left + right) / 2, (top + low) / 2, 1.0])).tolist()
        yield Frame(x / _ACROSS, y / _ACROSS, (right - left) / _ACROSS, (low - top) / _ACROSS, angle, whole)


def _edges(ink: Ink, most: int) -> list[_Edge]:
    """Lines along the rows, pieces of one line joined; the longest."""
    mean = cv2.blur(ink, (_ALONG, 1))
    padded = cv2.copyMakeBorder(mean, _BESIDE, _BESIDE, 0, 0, cv2.BORDER_REPLICATE)
    sides = cv2.max(padded[: -2 * _BESIDE], padded[2 * _BESIDE :])
    closed = cv2.morphologyEx(
        (cv2.subtract(mean, sides) > _LINE).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, _TORN), np.uint8)
    )
    lines = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, _PIECE), np.uint8))
    if not cv2.countNonZero(lines):
        return []
    contours, _tree = cv2.findContours(lines, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)  # so few that it beats labelling
    pieces = [(y + h / 2, x, x + w, w) for x, y, w, h in map(cv2.boundingRect, contours) if h <= 3 * _MM]
    found: list[_Edge] = []
    for at, first, last, drawn in sorted(pieces, key=lambda piece: piece[1]):
        for edge in found:
            if abs(edge.at - at) <= 2.5 and first - edge.last < _APART * _MM:
                edge.at = (edge.at * edge.drawn + at * drawn) / (edge.drawn + drawn)
                edge.drawn += max(0, last - max(first, edge.last))
                edge.last = max(edge.last, last)
                break
        else:
            found.append(_Edge(at, first, last, drawn))
    long = [edge for edge in found if edge.drawn >= 0.5 * _SHORT[0] * _MM]
    return sorted(long, key=lambda edge: -edge.drawn)[:most]


def _boxes(uprights: list[_Edge], across: list[_Edge]) -> Iterator[tuple[float, float, float, float, float]]:
    """(left, top, right, bottom, whole) in pixels: from two uprights, or from an upright and two lines that begin or end at it."""
    for one, two in product(uprights, uprights):
        beside = min(one.last, two.last) - max(one.first, two.first)
        if two.at - one.at < _SHORT[0] * _MM or beside < 0.3 * min(one.length, two.length):
            continue
        for top, low in _ends(one, two, across):
            if _sized(two.at - one.at, low - top):
                yield from _judged(one.at, top, two.at, low, uprights, across)
    for upright in uprights:
        for side in (True, False):  # the upright at the left, at the right
            at_it = [line for line in across if abs((line.first if side else line.last) - upright.at) < _NEAR * _MM]
            for upper, lower in product(at_it, at_it):
                far = max(upper.last, lower.last) if side else min(upper.first, lower.first)
                left, right = (upright.at, far) if side else (far, upright.at)
                if lower.at > upper.at and _sized(right - left, lower.at - upper.at):
                    yield from _judged(left, upper.at, right, lower.at, uprights, across)


def _ends(one: _Edge, two: _Edge, across: list[_Edge]) -> Iterator[tuple[float, float]]:
    """Where the frame may begin and end: at lines across that reach from one upright to the other, else where the uprights end."""
    reach = _NEAR * _MM
    between = [
        line.at for line in across if line.first < two.at and line.last > one.at and line.drawn > 0.25 * (two.at - one.at)
    ]
    tops = [at for at in between if abs(at - min(one.first, two.first)) < 2 * reach] or [float(min(one.first, two.first))]
    lows = [at for at in between if abs(at - max(one.last, two.last)) < 2 * reach] or [float(max(one.last, two.last))]
    yield min(tops), max(lows)


def _sized(width: float, height: float) -> bool:
    long, short = max(width, height) / _MM, min(width, height) / _MM
    return _LONG[0] <= long <= _LONG[1] and _SHORT[0] <= short <= _SHORT[1] and long >= 1.15 * short


def _judged(
    left: float, top: float, right: float, low: float, uprights: list[_Edge], across: list[_Edge]
) -> Iterator[tuple[float, float, float, float, float]]:
    shares = [
        _share(uprights, left, top, low), _share(uprights, right, top, low), _share(across, top, left, right),
        _share(across, low, left, right),
    ]  # fmt: skip
    whole = ((shares[0] + shares[1]) * (low - top) + (shares[2] + shares[3]) * (right - left)) / (
        2 * (right - left + low - top)
    )
    if whole >= _WHOLE and sorted(shares)[1] >= _EDGE and _sized(right - left, low - top):
        yield left, top, right, low, whole


def _share(lines: list[_Edge], at: float, first: float, last: float) -> float:
    """How much of this edge is drawn."""
    found = 0.0
    for line in lines:
        if abs(line.at - at) <= 0.9 * _MM and line.length:
            common = min(line.last, last) - max(line.first, first)
            found = max(found, common * line.drawn / line.length)
    return min(1.0, max(0.0, found) / max(last - first, 1.0))
