"""Slots of a page whose number or date is known, to practise on."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np

from app.describe.handwriting.decode import score
from app.describe.handwriting.practice import Lesson, forms_of
from app.describe.handwriting.reader import Kind, SlotReader
from app.describe.handwriting.slots import aligned, cut, find_windows, load_grey
from app.describe.header import read_header
from storage.records.reading import PageText

THINKABLE = 1e-9  # a value less probable than this stands somewhere else: the window missed it, or the paper says otherwise
_DATE = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_DIGITS = re.compile(r"^\d{1,5}$")


def lessons_of(
    page: PageText, image: Path, number: str, dated: str, *, today: date, reader: SlotReader, weight: float = 1.0
) -> list[Lesson]:
    """Up to three: number, day and month; `number` and `dated` (dd/MM/yyyy) are "" where they are not known."""
    known: dict[Kind, str] = {}
    if _DIGITS.match(number):
        known["number"] = number
    if day := _DATE.match(dated):
        known |= {"day": str(int(day.group(1))), "month": str(int(day.group(2)))}
    windows = find_windows(page, read_header([page], today=today)) if known else {}
    grey = load_grey(image) if windows else None
    if grey is None:
        return []
    found = []
    for kind, digits in known.items():
        if kind in windows:
            window = cut(grey, aligned(grey, windows[kind]))
            if _is_thinkable(reader, window, digits):
                found.append(Lesson(window, digits, weight))
    return found


def _is_thinkable(reader: SlotReader, window: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], digits: str) -> bool:
    return any(score(steps, forms_of(digits)).sum() > THINKABLE for steps in reader.steps(window))
