"""Where on a page: from the page as people see it to the page's own coordinates, whatever its /Rotate and boxes.

A house box is fractions of the shown page, origin top left. PDF user space has its origin bottom left, before rotation.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from storage.boxes import Box

MM = 72 / 25.4  # points
A4 = (0.0, 0.0, 595.28, 841.89)

Rect = tuple[float, float, float, float]  # user space: left, bottom, right, top


@dataclass(slots=True, frozen=True)
class PageShape:
    """One page: its visible rectangle in user space and its rotation, clockwise: 0, 90, 180, 270.

    `unit` is how many points of paper one unit of user space is (UserUnit, ISO 32000-1 §14.11.2): large plans use it.
    """

    visible: Rect
    rotate: int
    unit: float = 1.0

    @property
    def width(self) -> float:
        """Of the page as shown, in points on paper."""
        return self._side(self.rotate % 180 != 0)

    @property
    def height(self) -> float:
        return self._side(self.rotate % 180 == 0)

    def _side(self, vertical: bool) -> float:
        left, bottom, right, top = self.visible
        return (top - bottom if vertical else right - left) * self.unit

    def to_user(self, box: Box) -> Rect:
        """The rectangle in user space of a house box."""
        corners = [self._point(x, y) for x, y in ((box[0], box[1]), (box[2], box[3]))]
        xs, ys = sorted(c[0] for c in corners), sorted(c[1] for c in corners)
        return (xs[0], ys[0], xs[1], ys[1])

    def _point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.visible
        u, v = {0: (x, 1 - y), 90: (y, x), 180: (1 - x, y), 270: (1 - y, 1 - x)}[self.rotate]
        return left + u * (right - left), bottom + v * (top - bottom)

    def to_box(self, rect: Rect) -> Box:
        """The house box of a rectangle in user space."""
        left, bottom, right, top = self.visible
        us = [(x - left) / (right - left) for x in (rect[0], rect[2])]
        vs = [(y - bottom) / (top - bottom) for y in (rect[1], rect[3])]
        points = [
            {0: (u, 1 - v), 90: (v, u), 180: (1 - u, v), 270: (1 - v, 1 - u)}[self.rotate] for u, v in zip(us, vs, strict=True)
        ]
        (xa, ya), (xb, yb) = points
        return (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def page_shape(page: Any) -> PageShape:
    """The shape of a pyHanko page dictionary; broken boxes count as A4."""
    media = _box(inherited(page, "/MediaBox")) or A4
    visible = _overlap(_box(inherited(page, "/CropBox")) or media, media) or media
    rotate = inherited(page, "/Rotate")
    turned = int(rotate) if isinstance(rotate, int | float) else 0
    unit = page.get("/UserUnit", 1)
    return PageShape(
        visible, turned % 360 // 90 * 90, float(unit) if isinstance(unit, int | float | Decimal) and unit > 0 else 1.0
    )


def _overlap(one: Rect, other: Rect) -> Rect | None:
    """What is shown of a crop box is what lies on the medium (ISO 32000-1 §14.11.2.1)."""
    rect = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return rect if rect[2] - rect[0] >= 1 and rect[3] - rect[1] >= 1 else None


def inherited(page: Any, key: str) -> Any:
    """An attribute of a page or of the tree above it (ISO 32000-1 §7.7.3.4)."""
    node = page
    for _level in range(50):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _box(value: Any) -> Rect | None:
    try:
        x0, y0, x1, y1 = (float(v) for v in value)
    except (TypeError, ValueError):
        return None
    rect = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return rect if rect[2] - rect[0] >= 1 and rect[3] - rect[1] >= 1 else None
