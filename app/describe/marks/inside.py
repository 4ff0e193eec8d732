"""What stands in a stamp's frame: cut out, turned upright, its frame and the print around left out, read at two sizes.

Two readings that agree make a mark sure; one alone is a mark to be checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.ink import PageReader, Pixels, darkest, pixels_of
from app.describe.marks.frames import Frame
from storage.records.reading import Word

Grey = NDArray[np.uint8]
_INSIDE = 0.07  # of its height that the frame's own line takes on each side
_OUTSIDE = 0.12  # of its height around red words without a frame
_INKED = 190  # grey once paper is white and ink is black: what counts as a letter
_PALEST = 30.0  # grey levels between paper and ink: less is none
_WHITE = 24  # pixels of paper around what is read
_SPECK = 0.02  # of the picture
_SOFT = 0.06  # of its height around a letter's ink: how far its soft edge goes
_LINE = (0.8, 0.2)  # share of the width, of the height: what is longer and lower is a rule
_RIM = 0.16  # of the height: what stands there alone is a piece of the frame
_HOLLOW, _LETTERS = 0.5, 3  # of its box that an inner frame may fill; how many letters it holds at least
_ROW = 0.26  # of all their height: a row of letters is taller, an accent is lower
# Pixels of a row with its accents, dpi told to the engine, blur, how much thinner the strokes are made, whether it is told that there
# is one line. In thick strokes that touch each other the engine sees no letters at all.
_LOOKS = ((54, 300, 0.0, 1.0, False), (38, 220, 0.7, 1.0, True), (54, 300, 0.0, 1.33, False))
_LEAST = 12  # pixels of height: less can't be read


def read_frame(engine: PageReader, image: Path, frame: Frame) -> Iterator[list[Word]]:
    """The words inside a frame, each with the frame's box, as read one time after the other: in all inks and, in a red one, in red
    alone, each at two sizes. Raises what the engine raises, OSError for a lost image.
    """
    pixels = _cut(pixels_of(image), frame)
    if pixels.shape[0] < _LEAST:
        return
    for grey in _layers(pixels, frame):
        letters = _letters(grey)
        rows, tall = _rows(letters)
        for high, dpi, blur, thin, line in _LOOKS if rows else ():
            factor = high / tall
            sized = cv2.resize(
                letters, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
            )
            sized = cv2.GaussianBlur(sized, (0, 0), blur) if blur else sized
            sized = np.clip(sized.astype(np.float32) * thin, 0, 255).astype(np.uint8)
            inside = np.pad(sized, _WHITE, constant_values=255)
            found = engine.read_block(inside, dpi, one_line=line and rows == 1)
            yield [Word(word.text, frame.box, word.confidence, word.block, word.line) for word in found.words]


def _cut(page: Pixels, frame: Frame) -> Pixels:
    """The frame turned upright, without its own line."""
    height, width = page.shape[:2]
    x0, y0, x1, y1 = frame.box[0] * width, frame.box[1] * height, frame.box[2] * width, frame.box[3] * height
    air = (_INSIDE if frame.drawn else -_OUTSIDE) * (y1 - y0)
    x0, y0, x1, y1 = x0 + air, y0 + air, x1 - air, y1 - air
    if frame.angle:
        matrix = cv2.getRotationMatrix2D(((x0 + x1) / 2, (y0 + y1) / 2), frame.angle, 1.0)
        matrix[0, 2] -= x0
        matrix[1, 2] -= y0
        size = (max(1, round(x1 - x0)), max(1, round(y1 - y0)))
        turned = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(turned, np.uint8)
    return page[max(0, int(y0)) : round(y1), max(0, int(x0)) : round(x1)]


def _layers(pixels: Pixels, frame: Frame) -> Iterator[Grey]:
    """Dark letters on white. In a red frame the red is looked at first: print may run through it."""
    if frame.red and pixels.ndim == 3:
        red, green, blue = cv2.split(pixels)
        excess = cv2.subtract(red, cv2.max(green, blue)).astype(np.float32)
        most = max(float(np.percentile(excess, 98)), 24.0)
        yield np.asarray(255 - np.clip((excess / most - 0.2) / 0.6, 0, 1) * 255, np.uint8)
        if not frame.drawn:
            return
    yield darkest(pixels)


def _letters(grey: Grey) -> Grey:
    """Only the letters, on white paper: without dirt, without an inner frame, and without what touches the edge, which is a piece of a
    frame that lies askew.
    """
    paper = max(float(np.percentile(grey, 80)), 1.0)
    white = np.clip(grey.astype(np.float32) * (255 / paper), 0, 255).astype(np.uint8)
    ink = float(np.percentile(white, 3))  # a faint stamp: as dark as it is, it counts as black
    white = np.clip((white.astype(np.float32) - ink) * (255 / max(255 - ink, _PALEST)), 0, 255).astype(np.uint8)
    _count, labels, stats, _centres = cv2.connectedComponentsWithStats((white < _INKED).astype(np.uint8), connectivity=8)
    height, width = grey.shape
    x, y, w, h, area = (stats[:, column] for column in range(5))
    inner = (x > 0) & (y > 0) & (x + w < width) & (y + h < height) & (area >= _SPECK * height)
    inner &= (y + h > _RIM * height) & (y < (1 - _RIM) * height) & (x + w > 0.05 * width) & (x < 0.95 * width)
    inner &= ~((w > 0.4 * width) & (h < _LINE[1] * height))
    inner &= ~((h > _LINE[0] * height) & (w < 0.05 * width))
    hollow = (w > 1.3 * h) & (h > 0.3 * height) & (area < _HOLLOW * w * h)
    for at in np.flatnonzero(hollow & inner):  # an inner frame: letters stand inside
        within = (x > x[at]) & (y > y[at]) & (x + w < x[at] + w[at]) & (y + h < y[at] + h[at]) & (area >= _SPECK * height)
        inner[at] = np.count_nonzero(within) < _LETTERS
    inner[0] = False  # the paper
    reach = 2 * max(2, round(_SOFT * height)) + 1
    near = cv2.dilate(inner[labels].astype(np.uint8), np.ones((reach, reach), np.uint8)).astype(bool)
    return np.where(near, white, np.uint8(255))


def _rows(letters: Grey) -> tuple[int, float]:
    """How many rows of letters stand one below the other, and how many pixels one is high with its accents."""
    inked = (letters < _INKED).mean(axis=1) > 0.004
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inked, [False])).astype(np.int8)))
    if not edges.size:
        return 0, 0.0
    heights = [low - top for top, low in zip(edges[::2], edges[1::2], strict=True)]
    rows = sum(high >= _ROW * (edges[-1] - edges[0]) for high in heights)
    return max(rows, 1), float(edges[-1] - edges[0]) / max(rows, 1)
