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
_FULL = 0.5  # of the frame's pixels that may be ink
_HALVES = 0.3  # of half a frame's
_RED = 40  # how much more red than green and blue
_DARK = 0.72  # of the paper
_INSIDE = 0.07  # of its height that the frame's own line takes on each side
_WHITE = 24  # pixels of paper around what is read
_SPECK = 0.02  # of the picture
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
    inside = np.pad(_without_edges(_darkest(pixels)), _WHITE, constant_values=255)
    found = engine.read_block(inside, dpi, one_line=True)
    return [Word(word.text, frame, word.confidence, word.block, word.line) for word in found.words]


def _darkest(pixels: Pixels) -> NDArray[np.uint8]:
    return pixels if pixels.ndim == 2 else np.asarray(pixels.min(axis=2), np.uint8)


def _without_edges(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """On white paper, without what touches the picture's edge: pieces of a frame that lies askew."""
    paper = max(float(np.percentile(grey, 80)), 1.0)
    white = np.clip(grey.astype(np.float32) * (255 / paper), 0, 255).astype(np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats((white < _DARK * 255).astype(np.uint8), connectivity=8)
    height, width = grey.shape
    x, y, w, h, area = (stats[:, column] for column in range(5))
    touching = (x == 0) | (y == 0) | (x + w == width) | (y + h == height) | (area < _SPECK * height)
    touching[0] = False
    gone = cv2.dilate(touching[labels].astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return np.where(gone, np.uint8(255), white)


def _inks(pixels: Pixels) -> Iterator[NDArray[np.uint8]]:
    """Where the ink is red, and where there is ink of any colour."""
    if pixels.ndim == 3:
        wide = pixels.astype(np.int16)
        red = wide[:, :, 0] - np.maximum(wide[:, :, 1], wide[:, :, 2]) > _RED
        if red.any():
            yield red.astype(np.uint8)
    least = _darkest(pixels)
    paper = float(np.percentile(least[::4, ::4], 70))
    yield (least < _DARK * paper).astype(np.uint8)


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
            if _is_sized(w, h) and w < 1.5 * one[2] and h < 1.5 * one[3] and _is_frame(closed[y : y + h, x : x + w] > 0):
                yield x, y, w, h


def _is_sized(w: int, h: int) -> bool:
    in_size = _WIDTH[0] <= w / _ACROSS <= _WIDTH[1] and _HEIGHT[0] <= h / _ACROSS <= _HEIGHT[1]
    return in_size and _SHAPE[0] <= w / h <= _SHAPE[1]


def _is_frame(drawn: NDArray[np.bool_]) -> bool:
    """Four edges, each nearly whole."""
    height, width = drawn.shape
    band = max(2, round(_EDGE * height))
    across = (drawn[:band].any(axis=0), drawn[height - band :].any(axis=0))
    down = (drawn[:, :band].any(axis=1), drawn[:, width - band :].any(axis=1))
    return all(float(edge.mean()) >= _WHOLE for edge in (*across, *down))


def _same(one: Box, two: Box) -> bool:
    x, y = (one[0] + one[2]) / 2, (one[1] + one[3]) / 2
    return two[0] <= x <= two[2] and two[1] <= y <= two[3]
