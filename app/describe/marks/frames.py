"""Boxes with a word in them: the stamps MẬT, KHẨN … of a page's head (NĐ 30/2020 annex I, III.2: a frame of a single line).

The engine takes the frame for a picture as often as not and leaves out what is inside, so the frame is looked for by its shape: in red
and in any ink, askew up to ten degrees, torn, double, with round corners, with print running through it. Red words without any frame
are found as blots of the size of a stamp.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.ink import Pixels, darkest, pixels_of
from app.describe.marks.places import Place, dark_places, red_places
from app.describe.ruled import head_of, reduced
from storage.records.reading import Box, Word

_ACROSS = 1240  # pixels of a page's width: 150 dpi on A4
# In page widths. The decree's frames are 20 … 40 mm × 8 mm.
_WIDTH, _HEIGHT, _SHAPE = (0.055, 0.42), (0.022, 0.09), (1.35, 11.0)
_STEEPEST = 12.0  # degrees
_LEVEL = 1.5  # and what counts as not askew
_EDGE = 0.27  # of the frame's height: where an edge that lies askew may run
_EDGE_UPRIGHT = 0.2  # and once it was turned upright
_WHOLE = 0.82  # of the edges' length that must be there
_TORN = 0.6  # and of each: its line fades out at the ends, the paper was folded
_FULL = 0.75  # of the frame's pixels that may be ink
_HALVES = 0.3  # of half a frame's
_RED = (0.14, 0.105)  # of the paper around: how much more red than green and blue; less of it in a faint stamp
_DARK = (0.72, 0.86)  # of the paper around; lighter in a faint stamp
_WHOLE_STEP = 0.02  # page pixels to one of these: so near to a whole number it is one
_PATCH = 20  # pixels of the page to a pixel of the picture of its paper
_STEPS = (0.0, -3.5, 3.5, -7.5, 7.5)  # degrees
_TALLER = 0.03  # page widths: a word in bold is lower, a frame that is joined to one is not
_JOINED = 0.62  # page widths: print that is joined to a frame
_UNEVEN = 0.2  # of their length: how far two edges may differ
_RULE = 45  # pixels: the shortest edge of a frame that print runs through
_AROUND = 0.35  # of the frame's height: how far an edge at the side may go on, or it is a table's
_BLOT = (0.035, 0.014)  # page widths: the smallest word that is stamped without a frame
_BLOT_INK = 0.12  # of its box
_MOST, _MOST_BLOTS = 6, 3


@dataclass(frozen=True, slots=True)
class Frame:
    """`box` is upright around the frame turned back by `angle` degrees (clockwise is positive); `red` when its ink is."""

    box: Box
    angle: float = 0.0
    red: bool = False
    drawn: bool = True  # False: a blot of red without a frame


@dataclass(frozen=True, slots=True)
class _Found:
    """Middle, width and height in pixels of the small picture."""

    x: float
    y: float
    w: float
    h: float
    angle: float = 0.0


def find_frames(image: Path, bottom: float, words: Sequence[Word] = ()) -> list[Frame]:
    """Frames in the upper part of the page, down to `bottom` (a fraction of its height); from the top. Raises OSError for a lost image.

    `words` that were read on the page tell what is print, so that it need not be looked at.
    """
    page = pixels_of(image)
    tall = page.shape[0] / page.shape[1]
    deep = bottom * tall
    head = head_of(page, deep)
    found: list[Frame] = []
    blots: list[Frame] = []
    for place in red_places(head, deep):
        part = _cut(page, place)
        _add(found, part, _reds(part.pixels), red=True)
        blots += [part.placed(one, red=True, drawn=False) for one in _blots(part.pixels)]
    for place in dark_places(head, deep, words, tall, [frame.box for frame in found]):
        part = _cut(page, place)
        _add(found, part, _darks(part.pixels), red=False)
    found = sorted(found, key=lambda frame: frame.box[1])[:_MOST]
    blots = [frame for frame in blots if not any(_same(frame, other) for other in found)]
    return [*found, *blots[:_MOST_BLOTS]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page at about `_ACROSS` pixels a page's width: where it begins in the page, page pixels to one of its."""

    pixels: Pixels
    left: int
    top: int
    scale: float
    page: tuple[int, int]  # height, width

    def placed(self, one: _Found, *, red: bool, drawn: bool = True) -> Frame:
        height, width = self.page
        box = (
            max(0.0, (self.left + (one.x - one.w / 2) * self.scale) / width),
            max(0.0, (self.top + (one.y - one.h / 2) * self.scale) / height),
            min(1.0, (self.left + (one.x + one.w / 2) * self.scale) / width),
            min(1.0, (self.top + (one.y + one.h / 2) * self.scale) / height),
        )
        return Frame(box, one.angle, red, drawn)


def _cut(page: Pixels, place: Place) -> _Part:
    height, width = page.shape[:2]
    scale = width / _ACROSS
    if abs(scale - round(scale)) < _WHOLE_STEP:
        scale = float(round(scale))  # so that pixels are only added up
    x0, y0, x1, y1 = (round(value * width) for value in place)
    across, down = max(1, int((x1 - x0) / scale)), max(1, int((min(y1, height) - y0) / scale))
    part = page[y0 : y0 + round(down * scale), x0 : x0 + round(across * scale)]
    return _Part(reduced(part, (across, down)), x0, y0, scale, (height, width))


def _add(found: list[Frame], part: _Part, masks: Iterable[NDArray[np.uint8]], *, red: bool) -> None:
    for mask in masks:
        for one in _frames(mask):
            frame = part.placed(one, red=red)
            if not any(_same(frame, other) for other in found):
                found.append(frame)


def _reds(pixels: Pixels) -> Iterator[NDArray[np.uint8]]:
    """Where the ink is red, against the paper around, which a shadow darkens."""
    if pixels.ndim != 3:
        return
    least = darkest(pixels)
    paper, excess = _paper(least), _excess(pixels)
    for level in _RED:
        stamped = cv2.compare(excess, _spread(paper * level, least.shape), cv2.CMP_GT)
        if cv2.countNonZero(stamped):
            yield np.asarray(stamped, np.uint8)


def _darks(pixels: Pixels) -> Iterator[NDArray[np.uint8]]:
    """Where there is ink of any colour."""
    least = darkest(pixels)
    paper = _paper(least)
    for level in _DARK:
        yield np.asarray(cv2.compare(least, _spread(paper * level, least.shape), cv2.CMP_LT), np.uint8)


def _excess(pixels: Pixels) -> NDArray[np.uint8]:
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.subtract(red, cv2.max(green, blue)), np.uint8)  # OpenCV's differences stop at 0


def _paper(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How light the paper is, patch by patch: the lightest of the patches around, smoothed."""
    rows, columns = (max(1, round(side / _PATCH)) for side in grey.shape)
    small = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (5, 5)), np.float32)


def _spread(patches: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(patches.astype(np.uint8), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)


def _frames(mask: NDArray[np.uint8]) -> Iterator[_Found]:
    closed = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(closed, connectivity=8)
    hollow: list[tuple[int, int, int, int]] = []
    for label, (x, y, w, h, area) in enumerate(stats.tolist()):
        if label == 0 or w < _WIDTH[0] * _ACROSS or h < _HEIGHT[0] * _ACROSS:
            continue
        drawn = labels[y : y + h, x : x + w] == label
        sparse = area <= _FULL * w * h
        if sparse and _is_sized(w, h) and _is_frame(drawn):
            yield _Found(x + w / 2, y + h / 2, w, h)
        elif sparse and _may_be(w, h) and (turned := _askew(drawn, x, y)):
            yield turned
        else:
            if h >= _TALLER * _ACROSS:
                yield from _ruled_within(closed, (x, y, w, h))
            if _is_sized(w, h) and area < _HALVES * w * h:
                hollow.append((x, y, w, h))
    for at, one in enumerate(hollow):  # a frame that is torn at two corners
        for two in hollow[at + 1 :]:
            x, y = min(one[0], two[0]), min(one[1], two[1])
            w, h = max(one[0] + one[2], two[0] + two[2]) - x, max(one[1] + one[3], two[1] + two[3]) - y
            if _is_sized(w, h) and w < 1.5 * one[2] and h < 1.5 * one[3] and _is_frame(closed[y : y + h, x : x + w] > 0):
                yield _Found(x + w / 2, y + h / 2, w, h)


def _may_be(w: int, h: int) -> bool:
    """The upright box around a frame that may lie askew."""
    return _WIDTH[0] <= w / _ACROSS <= _WIDTH[1] and _HEIGHT[0] <= h / _ACROSS <= _HEIGHT[1] + 0.2 * w / _ACROSS


def _is_sized(w: float, h: float) -> bool:
    in_size = _WIDTH[0] <= w / _ACROSS <= _WIDTH[1] and _HEIGHT[0] <= h / _ACROSS <= _HEIGHT[1]
    return in_size and _SHAPE[0] <= w / h <= _SHAPE[1]


def _askew(drawn: NDArray[np.bool_], x: int, y: int) -> _Found | None:
    """The frame that these pixels draw when they are turned upright."""
    points = cv2.findNonZero(drawn.astype(np.uint8))
    (across, down), (w, h), angle = cv2.minAreaRect(points)
    if angle > 45:
        w, h, angle = h, w, angle - 90
    if not _LEVEL / 2 < abs(angle) <= _STEEPEST or not _is_sized(w, h):
        return None
    upright = _turned(drawn.astype(np.uint8) * 255, (across, down), (w, h), angle)
    if not _is_frame(upright > 60, edge=_EDGE_UPRIGHT):
        return None
    return _Found(x + across, y + down, w, h, float(angle))


def _turned(mask: NDArray[np.uint8], middle: tuple[float, float], size: tuple[float, float], angle: float) -> NDArray[np.uint8]:
    matrix = cv2.getRotationMatrix2D(middle, angle, 1.0)
    matrix[0, 2] += size[0] / 2 - middle[0]
    matrix[1, 2] += size[1] / 2 - middle[1]
    return np.asarray(cv2.warpAffine(mask, matrix, (round(size[0]), round(size[1])), flags=cv2.INTER_LINEAR), np.uint8)


def _is_frame(drawn: NDArray[np.bool_], *, edge: float = _EDGE) -> bool:
    """Four edges, each nearly whole; askew, the two at the sides are shorter than the box around the frame."""
    height, width = drawn.shape
    band = max(2, round(edge * height))
    across = (drawn[:band].any(axis=0), drawn[height - band :].any(axis=0))
    down = (drawn[:, :band].any(axis=1), drawn[:, width - band :].any(axis=1))
    shares = [float(one.mean()) for one in (*across, *down)]
    return min(shares) >= _TORN and sum(shares) >= 4 * _WHOLE


def _ruled_within(closed: NDArray[np.uint8], part: tuple[int, int, int, int]) -> Iterator[_Found]:
    """Frames in a part of the picture that is joined to print; turned step by step where it is not larger than a stamp and a line."""
    x, y, w, h = part
    crop = closed[y : y + h, x : x + w]
    for angle in _STEPS if w < _JOINED * _ACROSS else (0.0,):
        pad = round(0.2 * w) if angle else 0
        padded = np.asarray(np.pad(crop, ((pad, pad), (0, 0))), np.uint8)
        height, width = padded.shape
        turned = _turned(padded, (width / 2, height / 2), (width, height), angle) if angle else padded
        for one in _ruled(np.where(turned > 90, 255, 0).astype(np.uint8)):
            exact = angle + _slant(_middle(turned, one), 3) if angle else 0.0
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            dx, dy = one.x - width / 2, one.y - height / 2
            yield _Found(x + w / 2 + dx * cos - dy * sin, y + h / 2 + dx * sin + dy * cos, one.w, one.h, exact)


def _middle(picture: NDArray[np.uint8], one: _Found) -> NDArray[np.uint8]:
    x, y = max(0, round(one.x - one.w / 2)), max(0, round(one.y - one.h / 2))
    return picture[y : y + round(one.h), x : x + round(one.w)]


def _ruled(closed: NDArray[np.uint8]) -> Iterator[_Found]:
    """Frames that print runs through: two rules of one length, one above the other, joined at both ends and there alone."""
    thick = cv2.dilate(closed, np.ones((3, 1), np.uint8))
    rules = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8))
    if not cv2.countNonZero(rules):
        return
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(rules, connectivity=8)
    long = sorted((y, x, w, h) for x, y, w, h, _area in stats[1:].tolist() if w >= _WIDTH[0] * _ACROSS and h < 0.25 * w)
    for at, (top, x, w, _h) in enumerate(long):
        for low, x2, w2, h2 in long[at + 1 :]:
            h = low + h2 - top
            if h > _HEIGHT[1] * _ACROSS + w / 8:
                break
            left, right = max(x, x2), min(x + w, x2 + w2)  # the edge of another stamp may be joined to one of them
            if right - left < (1 - _UNEVEN) * min(w, w2) or not _is_sized(right - left, h):
                continue
            if _sides(closed, left, right, top, low + h2):
                yield _Found((left + right) / 2, top + h / 2, right - left, h)


def _sides(closed: NDArray[np.uint8], left: int, right: int, top: int, low: int) -> bool:
    """Both edges at the sides, straight for a good part, and ending where the frame ends: those of a table go on."""
    band, more = max(4, round(0.12 * (low - top))), round(_AROUND * (low - top))
    start = min(more, top)
    for x in (left, right):
        strip = closed[max(0, top - more) : low + more, max(0, x - band) : x + band] > 0
        before, inside, after = np.split(strip, [start, start + low - top])
        if float(inside.any(axis=1).mean()) < _WHOLE or float(inside.mean(axis=0).max()) < 0.4:
            return False
        if any(part.size and float(part.mean(axis=0).max()) > 0.9 for part in (before[:-4], after[4:])):
            return False
    return True


def _blots(pixels: Pixels) -> Iterator[_Found]:
    """Red words: what is joined when the gaps between letters are filled, of the size of a stamp."""
    if pixels.ndim != 3:
        return
    least = darkest(pixels)
    stamped = cv2.compare(_excess(pixels), _spread(_paper(least) * _RED[1], least.shape), cv2.CMP_GT)
    stamped = cv2.morphologyEx(stamped, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    joined = cv2.morphologyEx(stamped, cv2.MORPH_CLOSE, np.ones((7, 25), np.uint8))
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for label, (x, y, w, h, _area) in enumerate(stats.tolist()):
        wide, high = w / _ACROSS, h / _ACROSS
        if label == 0 or wide < _BLOT[0] or high < _BLOT[1] or wide > _WIDTH[1] or high > _HEIGHT[1] + 0.2 * wide:
            continue
        own = np.where(labels[y : y + h, x : x + w] == label, stamped[y : y + h, x : x + w], 0).astype(np.uint8)
        if cv2.countNonZero(own) >= _BLOT_INK * w * h:
            yield _levelled(own, x, y, _slant(own))


def _slant(mask: NDArray[np.uint8], most: int = 11) -> float:
    """By how many degrees, `most` at most, the rows of ink fall to the right: turned back by it, full rows stand beside empty ones."""
    height, width = mask.shape

    def clear(angle: float) -> float:
        rows = _turned(mask, (width / 2, height / 2), (width, height), angle).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum()) * (1.02 if angle == 0 else 1.0)

    return float(max(range(-most, most + 1), key=clear))


def _levelled(mask: NDArray[np.uint8], x: int, y: int, angle: float) -> _Found:
    """The box around the ink once it was turned back by `angle`."""
    points = np.argwhere(mask)[:, ::-1].astype(np.float64) - (mask.shape[1] / 2, mask.shape[0] / 2)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    level = points @ np.array([[cos, -sin], [sin, cos]])
    low, high = np.percentile(level, 0.5, axis=0), np.percentile(level, 99.5, axis=0)
    across, down = ((low + high) / 2).tolist()
    w, h = (high - low).tolist()
    left, top = x + mask.shape[1] / 2, y + mask.shape[0] / 2
    return _Found(left + across * cos - down * sin, top + across * sin + down * cos, w, h, angle)


def _same(one: Frame, two: Frame) -> bool:
    x, y = (one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2
    return two.box[0] <= x <= two.box[2] and two.box[1] <= y <= two.box[3]
