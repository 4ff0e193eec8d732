"""Where in the head of a page a stamp's frame may be: cheap looks at a small picture, so that few places are looked at closely.

A frame shows at least two lines, one above the other, or one across that ends at one that stands upright. Rows of print look like
lines; where the engine was sure of its words they are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from app.describe.ruled import ACROSS, Head, Stroke, levels, uprights
from storage.records.reading import Box, Word

Place = tuple[float, float, float, float]  # left, top, right, bottom in page widths

_RED = 20  # of 255: how much more red than green and blue, against the paper
_FEW = 12  # pixels of red: a word has some hundred
_LEVEL, _UPRIGHT = 12, 8  # pixels of the shortest piece of an edge
_STEEPEST, _TURNED = 14.0, 9.0  # degrees: of an edge, between two of one frame; short pieces lie at any angle
_LOOSE = 100.0  # degrees × pixels more for a short piece
_HEIGHT = (9.0, 72.0)  # pixels between the edges above and below
_ABOVE = 0.5  # of the shorter edge stands above the other
_LONG, _TOGETHER = 20, 36  # pixels of the longer one, of both
_CORNER = 9.0  # pixels from the end of one edge to that of the other
_ROOM = 0.045  # page widths around: of paper, and for edges that were too faint
_WIDER = 0.025  # and at the sides, where an edge may go on
_SURE, _SURE_ONE = 0.5, 0.8  # of a word that is print, of one of a single sign: how sure the engine is
_TALL = 1.7  # times as high as most words: it is more than print


def red_places(head: Head, deep: float) -> list[Place]:
    """Those with red ink."""
    red = cv2.threshold(head.red[: round(deep * ACROSS)], _RED, 1, cv2.THRESH_BINARY)[1]
    if cv2.countNonZero(red) < _FEW:
        return []
    near = cv2.dilate(red, np.ones((15, 25), np.uint8))
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(near, connectivity=8)
    inked = np.bincount(labels[red > 0], minlength=len(stats))
    boxes = [
        (x, y, x + w, y + h) for (x, y, w, h, _area), ink in zip(stats.tolist(), inked.tolist(), strict=True) if ink >= _FEW
    ]
    return _merged([_around(box, deep) for box in boxes])


def dark_places(head: Head, deep: float, words: Sequence[Word], tall: float, known: Sequence[Box]) -> list[Place]:
    """Those with lines as of a frame. `words` are those of a page that is `tall` page widths high; what lies in the boxes `known`
    (fractions of that page) is known already."""
    printed = [word.box for word in words if word.confidence >= (_SURE if _signs(word) > 1 else _SURE_ONE) and _signs(word)]
    if printed:
        most = _TALL * float(np.median([box[3] - box[1] for box in printed]))
        printed = [box for box in printed if box[3] - box[1] <= most]
    ink = head.dark_without(printed, tall)[: round(deep * ACROSS)]
    across = [one for one in levels(ink, _LEVEL) if _may_be(one, known, tall)]
    if not across:
        return []
    sides = [one for one in uprights(ink, _UPRIGHT) if _may_be(one, known, tall)]
    pairs = [*_stacked(across), *_corners(across, sides)]
    return _merged([_around(_hull(pair), deep) for pair in pairs])


def _signs(word: Word) -> int:
    return sum(c.isalnum() for c in word.text)


def _may_be(stroke: Stroke, known: Sequence[Box], tall: float) -> bool:
    if abs(stroke.angle) > _STEEPEST + _LOOSE / stroke.length:
        return False
    x, y = stroke.x / ACROSS, stroke.y / ACROSS
    return not any(
        box[0] - _WIDER <= x <= box[2] + _WIDER and box[1] * tall - _WIDER <= y <= box[3] * tall + _WIDER for box in known
    )


def _stacked(across: Sequence[Stroke]) -> Iterable[tuple[Stroke, Stroke]]:
    rows = sorted(across, key=lambda one: one.y)
    for at, one in enumerate(rows):
        for two in rows[at + 1 :]:
            if two.y - one.y > _HEIGHT[1]:
                break
            common = (one.length + two.length) / 2 - abs(one.x - two.x)
            shorter = min(one.length, two.length)
            level = abs(one.angle - two.angle) <= _TURNED + _LOOSE / shorter
            long = max(one.length, two.length) >= _LONG and one.length + two.length >= _TOGETHER
            if long and level and common >= _ABOVE * shorter and two.y - one.y >= _HEIGHT[0]:
                yield one, two


def _corners(across: Sequence[Stroke], sides: Sequence[Stroke]) -> Iterable[tuple[Stroke, Stroke]]:
    ends = [(side, end) for side in sides for end in _ends(side)]
    for one in (one for one in across if one.length >= _LONG):
        for x, y in _ends(one):
            for side, (u, v) in ends:
                level = abs(one.angle - side.angle) <= _TURNED + _LOOSE / min(one.length, side.length)
                if abs(x - u) <= _CORNER and abs(y - v) <= _CORNER and level:
                    yield one, side


def _ends(stroke: Stroke) -> tuple[tuple[float, float], tuple[float, float]]:
    cos, sin = math.cos(math.radians(stroke.angle)), math.sin(math.radians(stroke.angle))
    dx, dy = (-sin, cos) if stroke.upright else (cos, sin)
    half = stroke.length / 2
    return (stroke.x - half * dx, stroke.y - half * dy), (stroke.x + half * dx, stroke.y + half * dy)


def _hull(strokes: Iterable[Stroke]) -> Box:
    points = [end for stroke in strokes for end in _ends(stroke)]
    return (
        min(x for x, _y in points), min(y for _x, y in points), max(x for x, _y in points), max(y for _x, y in points),
    )  # fmt: skip


def _around(box: Sequence[float], deep: float) -> Place:
    """In page widths, with room around."""
    x0, y0, x1, y1 = (value / ACROSS for value in box)
    aside = _ROOM + _WIDER
    return max(0.0, x0 - aside), max(0.0, y0 - _ROOM), min(1.0, x1 + aside), min(deep, y1 + _ROOM)


def _merged(places: Iterable[Place]) -> list[Place]:
    """Those that overlap made one."""
    found: list[Place] = []
    for place in places:
        while near := next((one for one in found if _overlap(one, place)), None):
            found.remove(near)
            place = (min(near[0], place[0]), min(near[1], place[1]), max(near[2], place[2]), max(near[3], place[3]))
        found.append(place)
    return sorted(found, key=lambda one: one[1])


def _overlap(one: Place, two: Place) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
