"""Where pages lie on the canvas: arithmetic only, no widgets.

A page's *natural* size is its size on paper in logical pixels at 96 per inch, so that 100 % is life size. Pages stand
in one column, centred, `MARGIN` around them and `GAP` between.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from storage.records.reading import Box

A4 = (210 / 25.4 * 96, 297 / 25.4 * 96)
MARGIN = 16.0
GAP = 12.0
ZOOM_MIN, ZOOM_MAX = 0.1, 6.0
ZOOM_STEPS = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0)

Rect = tuple[float, float, float, float]  # left, top, width, height


class Fit(Enum):
    """What the zoom keeps to when the window is resized."""

    FREE = "free"
    WIDTH = "width"
    PAGE = "page"


def natural_size(width_px: int, height_px: int, dots_per_metre: int) -> tuple[float, float]:
    """The size on paper of an image. A resolution nobody believes (a page over 1.2 m) counts as A4's longer side."""
    inches = max(width_px, height_px) / (dots_per_metre / 39.3701) if dots_per_metre > 0 else 1e9
    if not 1.0 <= inches <= 48.0 or 3770 <= dots_per_metre <= 3790:  # 3780 = 96 dpi: Qt's own "unknown"
        inches = 297 / 25.4
    scale = inches * 96 / max(width_px, height_px, 1)
    return (max(width_px, 1) * scale, max(height_px, 1) * scale)


def next_zoom(zoom: float, direction: int) -> float:
    """The next step up (+1) or down (-1) from any zoom."""
    if direction > 0:
        at = bisect.bisect_right(ZOOM_STEPS, zoom + 0.005)
        return ZOOM_STEPS[min(at, len(ZOOM_STEPS) - 1)]
    at = bisect.bisect_left(ZOOM_STEPS, zoom - 0.005) - 1
    return ZOOM_STEPS[max(at, 0)]


def turned(box: Box, degrees: int) -> Box:
    """A box of the upright page as it lies on the page turned clockwise by `degrees` (a multiple of 90)."""
    x0, y0, x1, y1 = box
    match degrees % 360:
        case 90:
            return (1 - y1, x0, 1 - y0, x1)
        case 180:
            return (1 - x1, 1 - y1, 1 - x0, 1 - y0)
        case 270:
            return (y0, 1 - x1, y1, 1 - x0)
    return box


@dataclass(slots=True)
class PageLayout:
    """The column of pages at one zoom."""

    sizes: list[tuple[float, float]] = field(default_factory=list)  # natural, upright
    turns: list[int] = field(default_factory=list)  # degrees clockwise, as the person turned them
    zoom: float = 1.0
    viewport: tuple[float, float] = (0.0, 0.0)
    _tops: list[float] = field(default_factory=list)
    _extent: tuple[float, float] = (0.0, 0.0)

    def reset(self, sizes: Iterable[tuple[float, float]]) -> None:
        self.sizes = list(sizes)
        self.turns = [0] * len(self.sizes)
        self.arrange()

    def shown_size(self, page: int) -> tuple[float, float]:
        """Natural size of a page (from 1) as it is turned."""
        width, height = self.sizes[page - 1]
        return (height, width) if self.turns[page - 1] % 180 else (width, height)

    def arrange(self) -> None:
        """Works out every page's place; O(pages). Call it after changing sizes, turns, zoom or viewport."""
        self._tops, top, widest = [], MARGIN, 0.0
        for page in range(1, len(self.sizes) + 1):
            width, height = self.shown_size(page)
            self._tops.append(top)
            top += height * self.zoom + GAP
            widest = max(widest, width * self.zoom)
        height = top - GAP + MARGIN if self._tops else 0.0
        self._extent = (widest + 2 * MARGIN if self._tops else 0.0, height)

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the whole column with its margins."""
        return self._extent

    def rect(self, page: int) -> Rect:
        width, height = self.shown_size(page)
        width, height = width * self.zoom, height * self.zoom
        left = (max(self.viewport[0], self._extent[0]) - width) / 2
        return (left, self._tops[page - 1], width, height)

    def page_at(self, y: float) -> int:
        """The page at, or just above the gap at, canvas height `y`; 0 when there are no pages."""
        if not self._tops:
            return 0
        return max(bisect.bisect_right(self._tops, y), 1)

    def visible(self, top: float, height: float) -> range:
        """Pages that show in the strip [top, top + height)."""
        if not self._tops:
            return range(0)
        first, last = self.page_at(top), self.page_at(top + height)
        if self._tops[first - 1] + self.shown_size(first)[1] * self.zoom < top and first < last:
            first += 1
        return range(first, last + 1)

    def box_rect(self, page: int, box: Box) -> Rect:
        """A box in fractions of the upright page, as a rectangle on the canvas."""
        left, top, width, height = self.rect(page)
        x0, y0, x1, y1 = turned(box, self.turns[page - 1])
        return (left + x0 * width, top + y0 * height, (x1 - x0) * width, (y1 - y0) * height)

    def locate(self, x: float, y: float) -> tuple[int, float, float] | None:
        """Page and upright fractions (clamped to the page) of a canvas point; None without pages."""
        page = self.page_at(y)
        if not page:
            return None
        left, top, width, height = self.rect(page)
        fx = min(max((x - left) / width, 0.0), 1.0)
        fy = min(max((y - top) / height, 0.0), 1.0)
        ux, uy, _x1, _y1 = turned((fx, fy, fx, fy), -self.turns[page - 1])
        return (page, ux, uy)

    def fit_zoom(self, fit: Fit, page: int) -> float:
        """The zoom at which `page` fills the viewport's width, or fits in whole."""
        if not self.sizes or self.viewport[0] <= 0:
            return self.zoom
        width, height = self.shown_size(min(max(page, 1), len(self.sizes)))
        zoom = (self.viewport[0] - 2 * MARGIN) / width
        if fit is Fit.PAGE:
            zoom = min(zoom, (self.viewport[1] - 2 * MARGIN) / height)
        return min(max(zoom, ZOOM_MIN), ZOOM_MAX)
