"""From a page's own coordinates to parts of the page as it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

A4 = (0.0, 0.0, 595.0, 842.0)


@dataclass(slots=True, frozen=True)
class PageSpace:
    """The visible box in points and the turn in degrees (0, 90, 180, 270)."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @classmethod
    def of(cls, page: Any) -> Self:
        """Of a pikepdf page; a broken box counts as A4."""
        try:
            box = [float(n) for n in page.cropbox]
            turn = int(page.rotation) % 360
        except Exception:  # noqa: BLE001 - only to place a mark on the picture; a strange box must not end the check
            box, turn = list(A4), 0
        return cls.between(box, turn)

    @classmethod
    def between(cls, box: Sequence[float], turn: int) -> Self:
        left, right = sorted((box[0], box[2]))
        bottom, top = sorted((box[1], box[3]))
        if right - left <= 0 or top - bottom <= 0:
            left, bottom, right, top = A4
        return cls(left, bottom, right, top, turn)

    def shown(self, area: Sequence[float] | None) -> list[float] | None:
        """left, top, right, bottom in 0..1 of an area (left, bottom, right, top in points)."""
        if area is None:
            return None
        width, height = self.right - self.left, self.top - self.bottom
        x0, x1 = ((area[n] - self.left) / width for n in (0, 2))
        y0, y1 = ((self.top - area[n]) / height for n in (3, 1))
        for _quarter in range(self.turn // 90):  # a quarter clockwise: (x, y) → (1 - y, x)
            x0, y0, x1, y1 = 1 - y1, x0, 1 - y0, x1
        return [x0, y0, x1, y1]
