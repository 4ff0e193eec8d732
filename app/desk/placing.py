"""Where a signature belongs on the page, found from the words that were recognised.

    person        between the post and the name, on the last page that has them (Decree 30/2020, app. I part I, II.7)
    organisation  over the left third of where the person's signature stands (II.8)
    number        the blank behind "Số:" (II.3)
    date          the blanks of "…, ngày … tháng … năm …" (II.4)

Texts in the corner of the first page need no looking for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.describe.closing import read_closing
from app.describe.dateline import DateLine, find_dateline
from app.describe.layout import Line, Sheet
from app.signature.appearance import Appearance, Kind
from app.signature.filled import DESCENT, PRINTED, around
from app.signature.place import MM
from storage.records.reading import Box, PageText, union

HAND = (0.32, 0.11)  # of a page: the room of a signature where the name below it was not found
LOWEST = 0.045  # of a page: less room than that between post and name is no room; the signature then covers both a little
USUAL_HAND_MM = 45.0
# of the size: how tall a box is and how far its lower edge lies below the baseline. An engine draws boxes round the ink ("Số"),
# a text layer round the font's ascent and descent (those of Times)
INK, LAYER = (0.9, 0.0), (1.107, 0.216)
SMALLEST, LARGEST = 11.0, 16.0  # points that number and date are printed in
NUMBER_ROOM = 0.14  # of a page, where nothing is printed behind "Số:"
YEAR_ROOM = 0.05
_NUMBER = re.compile(r"^\W{0,2}s[oo]\s*[:;.]")
_DIGITS = re.compile(r"\d")


@dataclass(slots=True, frozen=True)
class Place:
    """Where to draw: page from 1, the box that is shown and dragged, and the blanks for letters.

    `there` is what stands in the blanks already; `whole` that no notation is printed, so the number takes its notation along.
    """

    page: int
    box: Box
    gaps: tuple[Box, ...] = ()
    size: float | None = None
    there: str = ""
    whole: bool = False

    def moved(self, by: tuple[float, float]) -> Place:
        """The same place shifted by fractions of the page; what is printed there is no more in the way."""
        return replace(self, box=_shift(self.box, by), gaps=tuple(_shift(gap, by) for gap in self.gaps), there="")


def find_place(kind: Kind, pages: Mapping[int, PageText]) -> Place | None:
    """The place on these pages (by number from 1; the first and the last few are enough); None where it was not found."""
    if not pages:
        return None
    finders = {
        Kind.PERSON: lambda: find_person(pages),
        Kind.ORGANISATION: lambda: _left_of_middle(find_person(pages), pages),
        Kind.NUMBER: lambda: find_number(pages.get(1)),
        Kind.DATE: lambda: find_date(pages.get(1)),
    }
    finder = finders.get(kind)
    return finder() if finder is not None else None


def put(look: Appearance, place: Place | None) -> Appearance:
    """The look at that place. A seal is laid over the signature that stands there, number and date fill the blanks."""
    if place is None:
        return look
    if look.kind is Kind.ORGANISATION:
        return replace(look, page=place.page, over=place.box)
    return replace(look, page=place.page, box=place.box, gaps=place.gaps, size=place.size)


# --- the hand ---
def find_person(pages: Mapping[int, PageText]) -> Place | None:
    sheets = [Sheet.of(pages[number], number) for number in sorted(pages)]
    closing = read_closing(sheets)
    if closing is None:
        return None
    readings = {name: closing.fields[name].box for name in ("authority", "position", "signer") if name in closing.fields}
    boxes = {name: box for name, box in readings.items() if box is not None}
    heads = [boxes[name] for name in ("authority", "position") if name in boxes]
    if not heads:
        return None
    head = union(heads)
    assert head is not None  # noqa: S101 - there are heads
    name = boxes.get("signer")
    middle = sum((box[0] + box[2]) / 2 for box in ([head, name] if name else [head])) / (2 if name else 1)
    top, bottom = head[3], name[1] if name and name[1] > head[3] else head[3] + HAND[1]
    if bottom - top < LOWEST:
        top, bottom = (top + bottom - LOWEST) / 2, (top + bottom + LOWEST) / 2
    half = min(HAND[0] / 2, middle, 1 - middle)
    return Place(closing.page, (middle - half, top, middle + half, min(bottom, 1.0)))


def _left_of_middle(place: Place | None, pages: Mapping[int, PageText]) -> Place | None:
    """Where a signature of usual width stands in the room between post and name: what a seal is laid over."""
    if place is None:
        return None
    page = pages[place.page]
    width = USUAL_HAND_MM * MM / (_points(page)[0] or 595.0)
    middle = (place.box[0] + place.box[2]) / 2
    return replace(place, box=(middle - width / 2, place.box[1], middle + width / 2, place.box[3]))


# --- number and date ---
def find_number(page: PageText | None) -> Place | None:
    """The blank between "Số:" and the notation."""
    if page is None:
        return None
    sheet = Sheet.of(page, 1)
    for line in sheet.lines:
        left = line.part(lambda word: word.box[0] < 0.5)
        if left is None or left.words[0].box[1] > 0.35 or not _NUMBER.match(left.plain):
            continue
        label = left.box(0, _end_of_label(left))
        if label is None:
            continue
        printed = _notation_start(left)
        there = left.text[_end_of_label(left) : printed].strip(" .…_-") if printed is not None else ""
        rest = left.text[_end_of_label(left) :].strip(" .…_")
        if printed is None and _DIGITS.search(rest):
            there = rest
        edge = _left_edge(left, printed) if printed is not None else None
        right = edge if edge is not None and edge > label[2] + 0.004 else min(label[2] + NUMBER_ROOM, 0.5)
        gap, size = _blank(page, (label[2] + 0.004, right), label)
        return Place(1, gap, (gap,), size, there if _DIGITS.search(there) else "", printed is None)
    return None


def _end_of_label(line: Line) -> int:
    match = _NUMBER.match(line.plain)
    return match.end() if match else 0


def _notation_start(line: Line) -> int | None:
    """Where the stroke before the notation stands in the line's text."""
    at = line.text.find("/", _end_of_label(line))
    return at if at >= 0 else None


def _left_edge(line: Line, at: int) -> float | None:
    box = line.box(at, at + 1)
    return box[0] if box is not None else None


def find_date(page: PageText | None) -> Place | None:
    """The blanks behind "ngày", "tháng" and, where no year is printed, "năm"."""
    if page is None:
        return None
    sheet = Sheet.of(page, 1)
    rows = [part for line in sheet.lines if (part := line.part(lambda word: word.box[0] > 0.36)) and part.words[0].box[1] < 0.4]
    found = find_dateline(rows, sheet.unit)
    if found is None:
        return None
    marks = {name: _mark(found, name) for name in ("ngay", "thang", "nam")}
    day, month, year = marks["ngay"], marks["thang"], marks["nam"]
    if day is None or month is None or year is None:
        return None
    printed = found.parts.group("year").strip(" .…_")
    spans = [(day[2], month[0]), (month[2], year[0])]
    if not _DIGITS.search(printed):
        spans.append((year[2] + 0.004, min(year[2] + YEAR_ROOM, 1.0)))
    blanks = [_blank(page, span, day) for span in spans]
    filled = [str(found.parts.group(name)).strip(" .…_") for name in ("day", "month")]
    there = " ".join(text for text in filled if _DIGITS.search(text))
    gaps = tuple(gap for gap, _size in blanks)
    box = around(gaps)
    return Place(1, box, gaps, blanks[0][1], there) if box is not None else None


def _mark(found: DateLine, name: str) -> Box | None:
    """Where one of the printed words stands."""
    parts = found.parts
    if name not in parts.groupdict() or parts.group(name) is None:
        return None
    return found.line.box(parts.start(name), parts.end(name))


def _blank(page: PageText, span: tuple[float, float], beside: Box) -> tuple[Box, float]:
    """A blank on the line of the printed word `beside`, and the size of its letters in points."""
    high = _points(page)[1] or 842.0
    tall, below = LAYER if page.engine.startswith("text layer") else INK
    measured = (beside[3] - beside[1]) * high / tall
    size = round(measured * 2) / 2 if SMALLEST <= measured <= LARGEST else PRINTED
    bottom = beside[3] + (DESCENT - below) * size / high
    return (span[0], bottom - size / high, max(span[1], span[0] + 0.01), min(bottom, 1.0)), size


def _points(page: PageText) -> tuple[float, float]:
    """The page's size on paper; (0, 0) where its resolution is not known."""
    return (page.width / page.dpi * 72, page.height / page.dpi * 72) if page.dpi > 0 else (0.0, 0.0)


def _shift(box: Box, by: tuple[float, float]) -> Box:
    return (box[0] + by[0], box[1] + by[1], box[2] + by[0], box[3] + by[1])


def upright(page: PageText, turn: int) -> PageText:
    """The words as they stand on the page that is turned clockwise by `turn` for the eye."""
    if turn % 360 == 0:
        return page
    turned = [replace(word, box=_turned(word.box, turn % 360)) for word in page.words]
    across = turn % 180 != 0
    width, height = (page.height, page.width) if across else (page.width, page.height)
    return PageText(width, height, page.dpi, turned, page.engine)


def _turned(box: Box, turn: int) -> Box:
    x0, y0, x1, y1 = box
    return {90: (1 - y1, x0, 1 - y0, x1), 180: (1 - x1, 1 - y1, 1 - x0, 1 - y0), 270: (y0, 1 - x1, y1, 1 - x0)}[turn]


def first_and_last(count: int, last: int = 4) -> Sequence[int]:
    """The numbers of the pages that are worth reading for a place."""
    return sorted({1, *range(max(1, count - last + 1), count + 1)})
