"""Gathers findings, each once a place, and not without end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from app.signature.words import clean

MOST_OF_A_KIND = 40  # findings of one code; a form of a thousand fields need not name them all
LONGEST_DETAIL = 200  # characters


class Gathered:
    """Findings as JSON rows: code, page (from 0), box (0..1 of the shown page), detail."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._count: Counter[str] = Counter()
        self._seen: set[tuple[Any, ...]] = set()

    def add(self, code: str, page: int | None = None, box: Sequence[float] | None = None, detail: object = "") -> None:
        words = clean(str(detail))[:LONGEST_DETAIL]
        place = [round(min(1.0, max(0.0, float(n))), 4) for n in box] if box is not None else None
        key = (code, page, tuple(place or ()), words)
        if key in self._seen or self._count[code] >= MOST_OF_A_KIND:
            return
        self._seen.add(key)
        self._count[code] += 1
        self.rows.append({"code": code, "page": page, "box": place, "detail": words})
