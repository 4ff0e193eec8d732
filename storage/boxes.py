"""Boxes on a page: fractions of it, origin top left, (x0, y0, x1, y1) with 0 ≤ x0 < x1 ≤ 1. Needs no database."""

from __future__ import annotations

from collections.abc import Iterable

Box = tuple[float, float, float, float]


def union(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around all of them; None for none."""
    found = list(boxes)
    if not found:
        return None
    return (min(b[0] for b in found), min(b[1] for b in found), max(b[2] for b in found), max(b[3] for b in found))
