"""Boxes on a page that lies on its side, upside down or a little askew; degrees are clockwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from storage.records.reading import Box, PageText, Word


def turned(box: Box, degrees: int) -> Box:
    """Where a box is after the page was turned by a multiple of 90 degrees."""
    for _step in range(degrees // 90 % 4):
        x0, y0, x1, y1 = box
        box = (1 - y1, x0, 1 - y0, x1)
    return box


def shifted(box: Box, degrees: float, width: int, height: int) -> Box:
    """Where a box is after the page was rotated about its middle by a few degrees: its centre moves, it stays level and as large."""
    if degrees == 0:
        return box
    x, y = ((box[0] + box[2]) / 2 - 0.5) * width, ((box[1] + box[3]) / 2 - 0.5) * height
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    cx, cy = (x * cosine - y * sine) / width + 0.5, (x * sine + y * cosine) / height + 0.5
    half_x, half_y = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
    (x0, x1), (y0, y1) = _inside(cx, half_x), _inside(cy, half_y)
    return x0, y0, x1, y1


def _inside(centre: float, half: float) -> tuple[float, float]:
    """Cut to the page, never empty."""
    low = min(max(centre - half, 0.0), 1 - 1e-4)
    return low, max(min(centre + half, 1.0), low + 1e-4)


def upright(page: PageText, turn: int) -> PageText:
    """The words of a page as they lie when it is turned by `turn`; sizes too."""
    if turn % 360 == 0:
        return page
    width, height = (page.height, page.width) if turn % 180 else (page.width, page.height)
    words = [Word(w.text, turned(w.box, turn), w.confidence, w.block, w.line) for w in page.words]
    return PageText(width, height, page.dpi, words, page.engine)


def turn_of(words: Sequence[Word], width: int, height: int) -> int:
    """By how much a page must be turned so that its words, given in reading order, run from left to right: 0, 90, 180 or 270."""
    right = down = 0.0
    for word, following in pairwise(words):
        if word.line == following.line:
            right += (_middle(following, 0) - _middle(word, 0)) * width
            down += (_middle(following, 1) - _middle(word, 1)) * height
    if abs(down) > abs(right):
        return 270 if down > 0 else 90
    return 180 if right < 0 else 0


def _middle(word: Word, axis: int) -> float:
    return (word.box[axis] + word.box[axis + 2]) / 2
