"""Room for readers of what a rule can't read: handwriting, stamps.

The rules find the place (`Slot`) even when they can't read it. A `Reader` looks at that place on the image and offers
candidates; several may be asked for one field, the best candidate wins when it is surer than the rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from storage.records.reading import Box, FieldReading


@dataclass(slots=True, frozen=True)
class Slot:
    """A place on a page where the value of a field must stand. `context` is what is printed around it."""

    field: str  # "codeNumber", "issuedDate", …
    page: int  # from 1
    box: Box  # fractions of the page
    context: str = ""


@dataclass(slots=True, frozen=True)
class Candidate:
    """One possible value; `confidence` 0 … 1 is the probability that it is right."""

    value: str
    confidence: float
    source: str = "handwriting"
    why: str = ""


class Reader(Protocol):
    """Reads one slot. Never invents: no candidates when nothing can be read."""

    def read(self, image: Path, slot: Slot) -> Sequence[Candidate]: ...


def ask(readers: Mapping[str, Sequence[Reader]], images: Sequence[Path], slot: Slot, reading: FieldReading) -> FieldReading:
    """The reading, or the best candidate of the field's readers where one is surer."""
    if slot.page > len(images):
        return reading
    offers = [c for reader in readers.get(slot.field, ()) for c in reader.read(images[slot.page - 1], slot)]
    best = max(offers, key=lambda c: c.confidence, default=None)
    if best is None or best.confidence <= (reading.confidence if reading.value else 0.0):
        return reading
    return replace(reading, value=best.value, confidence=best.confidence, source=best.source, why=best.why)
