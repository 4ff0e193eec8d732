"""Straight ruled lines in the head of a page, looked for once for all who want frames there (stamps of marks, of arrival).

The head is reduced once, its inks are measured against the paper around once, and lines are found at any angle up to some ten degrees
in one pass: averaged along a few pixels, a line is darker than what lies beside it, however it slants. Who looks for frames asks here
first whether any lines stand as a frame's would; most pages say no, and nothing dearer is done.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.ink import Pixels
from storage.records.reading import Box

ACROSS = 600  # pixels of a page's width
MM = ACROSS / 210.0  # pixels to a millimetre of A4: all measures take the page for that
USUAL_DEPTH = 0.95  # page widths that are reduced at once, so that one picture does for all
ALONG = 7  # pixels over which a line's ink is averaged: what is too faint for one pixel shows in seven
BESIDE = 4  # pixels from a line where there must be less ink than in it, on both sides
LINE = 10  # of 255: how much less
TORN = 5  # pixels that a line may lack
_THICK = 3.0 * MM  # more is no line
_STEEP = 0.3  # of its length: how far a line may rise
_TINTED = 0.1  # of the paper: how much one colour must be darker than another
_NOISE = 5  # of 255 by which colours of paper and print differ after a JPEG
_FEW = 300  # coloured pixels; a frame has some thousand
_SOFT = 2  # pixels around a word into which its ink was blurred
_NEARLY = 1.5  # times as large: so few pixels are mixed that a cheap way does
_PATCH = 16  # pixels of the page to a pixel of the picture of its paper

Ink = NDArray[np.uint8]  # 0 paper … 255


@dataclass(slots=True, frozen=True)
class Stroke:
    """A straight piece of a line in pixels of the reduced head: its middle, its length, by how many degrees it falls to the right
    (`upright`: leans to the left, as the side of a frame does whose upper edge falls as much)."""

    x: float
    y: float
    length: float
    angle: float
    upright: bool


class Head:
    """The upper part of a page, `ACROSS` pixels wide, and what can be told from it; each is worked out when it is first asked for."""

    def __init__(self, page: Pixels, deep: float) -> None:
        height, width = page.shape[:2]
        self.deep = deep
        head = page[: max(1, min(height, round(deep * width)))]
        self.pixels = reduced(head, (ACROSS, max(1, round(head.shape[0] * ACROSS / width))))

    @cached_property
    def darkest(self) -> NDArray[np.uint8]:
        """Ink of any colour dark, 8 bit grey."""
        if self.pixels.ndim == 2:
            return self.pixels
        return np.asarray(cv2.min(cv2.min(*self._channels[:2]), self._channels[2]), np.uint8)

    @cached_property
    def dark(self) -> Ink:
        """Ink of any colour."""
        return np.asarray(
            cv2.divide(cv2.subtract(self._paper, self.darkest), self._paper, scale=255, dtype=cv2.CV_8U), np.uint8
        )

    @cached_property
    def tinted(self) -> Ink | None:
        """Coloured ink however faint, on paper of any colour, five times as strong; None where there is too little for a frame."""
        if self.pixels.ndim == 2:
            return None
        paper = np.percentile(self.pixels[::8, ::8].reshape(-1, 3), 70, axis=0)
        scaled = [
            cv2.blur(one, (3, 3)).astype(np.float32) * (255 / max(float(p), 1.0))
            for one, p in zip(self._channels, paper, strict=True)
        ]
        red, green, blue = (np.minimum(one, 255) for one in scaled)
        colour = cv2.max(cv2.max(red, green), blue) - cv2.min(cv2.min(red, green), blue)
        found = np.clip(5 * (colour - np.median(colour[::4, ::4]) - _NOISE), 0, 255).astype(np.uint8)
        return found if np.count_nonzero(found > _TINTED * 255) > _FEW else None

    @cached_property
    def red(self) -> Ink:
        """How much more red than green and blue there is."""
        if self.pixels.ndim == 2:
            return np.zeros(self.pixels.shape, np.uint8)
        red, green, blue = self._channels
        excess = cv2.subtract(red, cv2.max(green, blue))  # OpenCV's differences stop at 0
        return np.asarray(cv2.divide(excess, self._paper, scale=255, dtype=cv2.CV_8U), np.uint8)

    def dark_without(self, boxes: Sequence[Box], tall: float) -> Ink:
        """Ink of any colour outside these boxes of a page (fractions) that is `tall` page widths high."""
        ink = self.dark.copy()
        for x0, y0, x1, y1 in boxes:
            top, left = max(0, round(y0 * tall * ACROSS) - _SOFT), max(0, round(x0 * ACROSS) - _SOFT)
            ink[top : round(y1 * tall * ACROSS) + _SOFT, left : round(x1 * ACROSS) + _SOFT] = 0
        return ink

    @cached_property
    def _channels(self) -> Sequence[NDArray[np.uint8]]:
        return [np.asarray(one, np.uint8) for one in cv2.split(self.pixels)]

    @cached_property
    def _paper(self) -> NDArray[np.uint8]:
        return paper_around(self.darkest)


_kept: tuple[weakref.ref[Pixels], Head] | None = None


def head_of(page: Pixels, deep: float) -> Head:
    """The head of this page down to `deep` page widths or more; the last one is kept as long as its page is."""
    global _kept
    if _kept is not None and _kept[0]() is page and _kept[1].deep >= deep:
        return _kept[1]
    head = Head(page, max(deep, USUAL_DEPTH))
    _kept = (weakref.ref(page), head)
    return head


def paper_around(pixels: Pixels) -> Pixels:
    """How light the paper is at each pixel, at least 1: the lightest of the patches around, smoothed, for a shadow darkens it."""
    height, width = pixels.shape[:2]
    small = reduced(pixels, (max(1, round(width / _PATCH)), max(1, round(height / _PATCH))))
    light = np.maximum(cv2.blur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (5, 5)), 1)
    return np.asarray(cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def reduced(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """The picture in `size` (across, down): by halves, which cost a tenth of any other step, and what is left."""
    while pixels.shape[1] >= 2 * size[0] and pixels.shape[0] >= 2 * size[1]:
        height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
        pixels = np.asarray(
            cv2.resize(pixels[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    if pixels.shape[1::-1] == size:
        return pixels
    nearly = pixels.shape[1] < _NEARLY * size[0]
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR if nearly else cv2.INTER_AREA), np.uint8)


def uprights(ink: Ink, least: int) -> list[Stroke]:
    """The pieces of at least `least` pixels of lines that stand upright; print has few."""
    turned = np.ascontiguousarray(ink.T)
    return [Stroke(y, x, length, -angle, upright=True) for x, y, length, angle in _across(turned, least)]


def levels(ink: Ink, least: int) -> list[Stroke]:
    """Those of lines across; a row of print may look like one."""
    return [Stroke(x, y, length, angle, upright=False) for x, y, length, angle in _across(ink, least)]


def darker(ink: Ink) -> NDArray[np.uint8]:
    """1 where ink lies along the rows with less of it above and below."""
    mean = cv2.blur(ink, (ALONG, 1))
    padded = cv2.copyMakeBorder(mean, BESIDE, BESIDE, 0, 0, cv2.BORDER_REPLICATE)
    sides = cv2.max(padded[: -2 * BESIDE], padded[2 * BESIDE :])
    return np.asarray(cv2.threshold(cv2.subtract(mean, sides), LINE, 1, cv2.THRESH_BINARY)[1], np.uint8)


def _across(ink: Ink, least: int) -> list[tuple[float, float, float, float]]:
    """(x, y, length, degrees) of what lies nearly along the rows."""
    closed = cv2.morphologyEx(darker(ink), cv2.MORPH_CLOSE, np.ones((1, TORN), np.uint8))
    thick = cv2.dilate(closed, np.ones((3, 1), np.uint8))  # so that a line that rises by a row now and then stays one
    lines = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    if not cv2.countNonZero(lines):
        return []
    contours, _tree = cv2.findContours(lines, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)  # so few that it beats labelling
    found = []
    for contour in contours:
        _x, _y, wide, high = cv2.boundingRect(contour)
        if high > _THICK + _STEEP * wide:
            continue
        (x, y), (length, thickness), angle = cv2.minAreaRect(contour)
        if length < thickness:
            length, angle = thickness, angle - 90
        found.append((x, y, float(length), float((angle + 45) % 90 - 45)))
    return found
