"""Notations of a dossier vouch for each other: a misread one becomes the known one that it almost is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.describe.fuzzy import compact, distance
from app.describe.vocabulary import marks, marks_of
from app.i18n import _
from storage.records.reading import FieldReading

_OFTEN = 3  # documents with the same organ part make it known
_SURE = 0.8
_MOST_JUNK = 3  # pen strokes read as letters before the notation


def snapped(fields: Sequence[Mapping[str, FieldReading]]) -> list[FieldReading | None]:
    """For each document its notation as it stands or mended after the dossier; None where it has none.

    A mended one says so and is never surer than 0.9: the clerk sees both.
    """
    readings = [one.get("codeNotation") for one in fields]
    known = Counter(r.value for r in readings if r and r.value and r.confidence >= _SURE)
    whole = Counter(r.value for r in readings if r and r.value)
    organs = Counter(_organ(value) for value in whole.elements())
    sound = {value for value, count in whole.items() if known[value] or count >= _OFTEN}
    return [_snap(r, one.get("typeName"), sound, organs) for r, one in zip(readings, fields, strict=True)]


def _organ(notation: str) -> str:
    return notation.partition("-")[2]


def _snap(
    reading: FieldReading | None, kind: FieldReading | None, sound: set[str], organs: Counter[str]
) -> FieldReading | None:
    if reading is None or not reading.value or reading.value in sound:
        return reading
    head, dash, organ = reading.value.partition("-")
    if head in marks() and (organs[organ] >= _OFTEN or not dash):
        return reading
    mine = marks_of(kind.value if kind else None)
    thought = [f"{mark}-{organ}" for mark in mine for organ, n in organs.items() if organ and n >= _OFTEN]
    fitting = [value for value in sorted(sound) if not mine or value.partition("-")[0] in mine]
    best = _nearest(reading.value, fitting) or _nearest(reading.value, thought)
    if best is None or compact(best[0]) == compact(reading.value):  # a dot for a dash: as the paper has it
        return reading
    why = _("The engine read “{read}”; other documents of the dossier have “{known}”: please check.")
    sure = min(0.9, max(reading.confidence, 0.75) - 0.1 * best[1])
    return FieldReading(
        best[0], round(sure, 3), reading.page, reading.box, reading.source, why.format(read=reading.value, known=best[0])
    )


def _nearest(read: str, choices: Sequence[str]) -> tuple[str, float] | None:
    """The one choice that is nearer than all others, and how far it is; None where there is none, or two."""
    costs = {value: cost for value in choices if (cost := _cost(read, value)) is not None}
    least = min(costs.values(), default=None)
    nearest = [value for value, cost in costs.items() if cost == least]
    return (nearest[0], costs[nearest[0]]) if len(nearest) == 1 else None


def _cost(read: str, known: str) -> float | None:
    """How far apart: wrong letters, or strokes before it; None for too far."""
    a, b = compact(read), compact(known)
    if len(b) < 3:
        return None
    if a.endswith(b) and len(a) - len(b) <= _MOST_JUNK:
        return 0.4 * (len(a) - len(b)) + (0.0 if read.endswith(known) else 0.1)
    near = distance(a, b, 1)
    return float(near) if near <= 1 else None
