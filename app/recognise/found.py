"""A word as an engine gives it, before it has its place in the reading order."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records.reading import Box


@dataclass(slots=True, frozen=True)
class Found:
    """`block` and `line` are the engine's own numbers."""

    text: str
    box: Box
    confidence: float
    block: int
    line: int
