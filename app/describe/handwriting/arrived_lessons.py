"""A number of arrival that a clerk confirmed, to practise on: the line of the stamp on which it stands.

Days are no lessons: strokes and places stand between their digits in any form, and what was written is not known from the day alone.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from app.describe.arrival.rows import entry_on, pairs_of, rows_of
from app.describe.handwriting.arrival import slot_of
from app.describe.handwriting.arrived import PRINTED, look_for_stamp
from app.describe.handwriting.decode import score
from app.describe.handwriting.practice import Lesson, forms_of
from app.describe.handwriting.reader import SlotReader
from app.describe.header import read_header
from app.describe.ink import PageReader
from storage.records.reading import PageText

LIKELY = 1e-6  # a number less probable than this stands on another line, or the stamp says otherwise
_DIGITS = re.compile(r"^\d{1,5}$")


def arrival_lessons(
    page: PageText, image: Path, number: str, *, today: date, engine: PageReader, reader: SlotReader, weight: float = 1.0
) -> list[Lesson]:
    """The one slot of the stamp in which `number` was written by hand; none for a typed one, none without a stamp."""
    if not _DIGITS.match(number):
        return []
    typed = read_header([page], today=today).fields
    if "arrivalNumber" in typed and typed["arrivalNumber"].value and typed["arrivalNumber"].confidence >= PRINTED:
        return []
    stamp = look_for_stamp(page, image, engine, typed)
    if stamp is None:
        return []
    best, chosen = LIKELY, None
    for upper, lower in pairs_of(rows_of(stamp.layers, stamp.cut)):
        entry = entry_on(upper, "number", stamp.layers, stamp.cut, lower.baseline)
        if entry is None:
            continue
        window = slot_of(entry)
        seen = max((float(score(steps, forms_of(number)).sum()) for steps in reader.steps(window)), default=0.0)
        if seen > best:
            best, chosen = seen, window
    return [] if chosen is None else [Lesson(chosen, number, weight)]
