"""Boxes with a word in them: the stamps MẬT, KHẨN … of a page's head (NĐ 30/2020 annex I, III.2: a frame of a single line).

The engine takes the frame for a picture as often as not and leaves out what is inside, so the frame is looked for by its shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.ink import PageReader, Pixels, pixels_of
from storage.records.reading import Box, Word

_ACROSS = 1240  # pixels of a page's width: 150 dpi on A4
# In page widths. The decree's frames are 20 … 40 mm × 8 mm.
_WIDTH, _HEIGHT, _SHAPE = (0.055, 0.36), (0.022, 0.09), (1.35, 9.0)
_EDGE = 0.27  # of the frame's height: where an edge that lies askew may run
_WHOLE = 0.82  # of an edge's length that must be there
_TORN = 0.74  # of one at the side, and of a frame that came apart: its line fades out at the ends
_FULL = 0.5  # of the frame's pixels that may be ink
_HALVES = 0.3  # of half a frame's
_RED = (0.14, 0.105)  # of the paper around: how much more red than green and blue; less of it in a faint stamp
_DARK = 0.72  # of the paper around
_FAINT = 0.8  # and for the letters of a frame that was found
_PATCH = 20  # pixels of the page to a pixel of the picture of its paper
_INSIDE = 0.07  # of its height that the frame's own line takes on each side
_WHITE = 24  # pixels of paper around what is read
_SPECK = 0.02  # of the picture
_SOFT = 0.06  # of its height around a letter's ink: how far its soft edge goes
_MOST = 6


def find_frames(image: Path, bottom: float) -> list[Box]:
    """Frames in the upper part of the page, down to `bottom` (a fraction of its height), their lines left out; from the top.

    Raises OSError for a lost image.
    """
    page = pixels_of(image)
    height, width = page.shape[:2]
    factor = _ACROSS / width
    head = page[: max(1, round(bottom * height))]
    pixels = np.asarray(
        cv2.resize(head, (_ACROSS, max(1, round(head.shape[0] * factor))), interpolation=cv2.INTER_AREA), np.uint8
    )
    tall = height * factor
    found: list[Box] = []
    for mask in _inks(pixels):
        for x, y, w, h in _frames(mask):
            air = _INSIDE * h
            box = ((x + air) / _ACROSS, (y + air) / tall, (x + w - air) / _ACROSS, (y + h - air) / tall)
            if not any(_same(box, other) for other in found):
                found.append(box)
    return sorted(found, key=lambda box: box[1])[:_MOST]


def read_frame(engine: PageReader, image: Path, frame: Box, dpi: int) -> list[Word]:
    """The words inside a frame, each with the frame's box. Raises what the engine raises, OSError for a lost image."""
    page = pixels_of(image)
    height, width = page.shape[:2]
    pixels = page[int(frame[1] * height) : round(frame[3] * height), int(frame[0] * width) : round(frame[2] * width)]
    if pixels.shape[0] < _WHITE // 2:
        return []
    inside = np.pad(_letters(_darkest(pixels)), _WHITE, constant_values=255)
    found = engine.read_block(inside, dpi, one_line=True)
    return [Word(word.text, frame, word.confidence, word.block, word.line) for word in found.words]


def _darkest(pixels: Pixels) -> NDArray[np.uint8]:
    if pixels.ndim == 2:
        return pixels
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)


def _letters(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Only the letters, on white paper: without dirt and what touches the edge, which is a piece of a frame that lies askew."""
    paper = max(float(np.percentile(grey, 80)), 1.0)
    white = np.clip(grey.astype(np.float32) * (255 / paper), 0, 255).astype(np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats((white < _FAINT * 255).astype(np.uint8), connectivity=8)
    height, width = grey.shape
    x, y, w, h, area = (stats[:, column] for column in range(5))
    inner = (x > 0) & (y > 0) & (x + w < width) & (y + h < height) & (area >= _SPECK * height)
    inner[0] = False  # the paper
    reach = 2 * max(2, round(_SOFT * height)) + 1
    near = cv2.dilate(inner[labels].astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool)
    return np.where(near, white, np.uint8(255))


def _inks(pixels: Pixels) -> Iterator[NDArray[np.uint8]]:
    """Where the ink is red, and where there is ink of any colour: both against the paper around, which a shadow darkens."""
    least = _darkest(pixels)
    paper = _paper(least)
    if pixels.ndim == 3:
        red, green, blue = cv2.split(pixels)
        excess = cv2.subtract(red, cv2.max(green, blue))  # OpenCV's differences stop at 0
        for level in _RED:
            stamped = cv2.compare(excess, _spread(paper * level, least.shape), cv2.CMP_GT)
            if cv2.countNonZero(stamped):
                yield np.asarray(stamped, np.uint8)
    yield np.asarray(cv2.compare(least, _spread(paper * _DARK, least.shape), cv2.CMP_LT), np.uint8)


def _paper(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How light the paper is, patch by patch: the lightest of the patches around, smoothed."""
    rows, columns = (max(1, round(side / _PATCH)) for side in grey.shape)
    small = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (5, 5)), np.float32)


def _spread(patches: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(patches.astype(np.uint8), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)


def _frames(mask: NDArray[np.uint8]) -> Iterator[tuple[int, int, int, int]]:
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats(closed, connectivity=8)
    hollow: list[tuple[int, int, int, int]] = []
    for label, (x, y, w, h, area) in enumerate(stats.tolist()):
        if label == 0 or not _is_sized(w, h) or area > _FULL * w * h:
            continue
        if _is_frame(labels[y : y + h, x : x + w] == label):
            yield x, y, w, h
        elif area < _HALVES * w * h:
            hollow.append((x, y, w, h))
    for at, one in enumerate(hollow):  # a frame that is torn at two corners
        for two in hollow[at + 1 :]:
            x, y = min(one[0], two[0]), min(one[1], two[1])
            w, h = max(one[0] + one[2], two[0] + two[2]) - x, max(one[1] + one[3], two[1] + two[3]) - y
            if _is_sized(w, h) and w < 1.5 * one[2] and h < 1.5 * one[3] and _is_frame(closed[y : y + h, x : x + w] > 0, _TORN):
                yield x, y, w, h


def _is_sized(w: int, h: int) -> bool:
    in_size = _WIDTH[0] <= w / _ACROSS <= _WIDTH[1] and _HEIGHT[0] <= h / _ACROSS <= _HEIGHT[1]
    return in_size and _SHAPE[0] <= w / h <= _SHAPE[1]


def _is_frame(drawn: NDArray[np.bool_], whole: float = _WHOLE) -> bool:
    """Four edges, each nearly whole; askew, the two at the sides are shorter than the box around the frame."""
    height, width = drawn.shape
    band = max(2, round(_EDGE * height))
    across = (drawn[:band].any(axis=0), drawn[height - band :].any(axis=0))
    down = (drawn[:, :band].any(axis=1), drawn[:, width - band :].any(axis=1))
    return all(float(edge.mean()) >= whole for edge in across) and all(float(edge.mean()) >= _TORN for edge in down)


def _same(one: Box, two: Box) -> bool:
    x, y = (one[0] + one[2]) / 2, (one[1] + one[3]) / 2
    return two[0] <= x <= two[2] and two[1] <= y <= two[3]
