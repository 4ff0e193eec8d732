"""Day, month and year in a blank at the end of a paper: the same windows as in the head, on another page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.describe.handwriting.reader import Kind, SlotReader, SlotReading
from app.describe.handwriting.slots import aligned, cut, find_windows, load_grey
from app.describe.header import Header
from storage.records.reading import Box, PageText


@dataclass(slots=True)
class AtTheEnd:
    """The readings of the slots, their places, and the page (from 1)."""

    page: int
    slots: dict[Kind, SlotReading] = field(default_factory=dict)
    boxes: dict[Kind, Box] = field(default_factory=dict)


def read_end_date(pages: Sequence[PageText], images: Sequence[Path], header: Header, reader: SlotReader) -> AtTheEnd | None:
    """None where no such blank was found behind page 1, or there is no picture of it."""
    number = next((slot.page for slot in header.slots if slot.field == "issuedDate.day" and slot.page > 1), None)
    if number is None or number > min(len(pages), len(images)):
        return None
    page = pages[number - 1]
    windows = find_windows(page, header, number)
    grey = load_grey(images[number - 1]) if windows else None
    if grey is None:
        return None
    windows = {kind: aligned(grey, window) for kind, window in windows.items()}
    aspect = page.height / page.width
    return AtTheEnd(
        number,
        {kind: reader.read(cut(grey, window), kind) for kind, window in windows.items()},
        {kind: window.box(aspect) for kind, window in windows.items()},
    )
