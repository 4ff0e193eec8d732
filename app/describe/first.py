"""Page 1 of a document, from its head down to the subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from app.describe.arrival.typed import find_arrival, read_arrival, stamp_words
from app.describe.dateline import DateLine, find_dateline, read_date, read_place, read_spoken_date
from app.describe.layout import Line, Sheet
from app.describe.marks.typed import read_marks
from app.describe.masthead import Masthead, find_masthead, issuer_rows, read_issuer
from app.describe.numbering import NumberLine, find_number_line, named_kind, read_code
from app.describe.readers import Slot
from app.describe.title import (
    TitleLine,
    begins_body,
    find_about,
    find_title,
    read_about,
    read_addressee,
    read_subject,
    read_type,
)
from app.i18n import N_
from storage.records.reading import Box, FieldReading, Word

NOT_FOUND = 0.05  # confidence of an empty reading whose line was not even found
_DEEPEST = 0.75  # page widths: no head reaches further down
_WRAPPED = re.compile(r"\bngay\b.*\d.*\b(?:thang|nam)\W*(?:\d{1,2}\W*)?$")
_YEAR_ROW = re.compile(r"^\W*(?:nam\s*)?(?:19|20)\d\d\W*$")
_SAME_CELL = 0.1  # page widths between the middles of two rows of one cell
_COURTS = ("toaan", "vienkiemsat", "thihanhan")
_JUDGMENT, _NAMED = "Bản án", 0.94
_DATE_BELOW = 4.0  # units from a court's number down to its date
_BELOW = 0.2  # and no number stands further below its title
_REACH = 0.28  # from the motto down to the date line
_WIDER, _AIR = 0.1, 0.02  # page widths that a date line may begin left of the motto, and right of the number
_HIGHER = 3.0  # units that it may stand above the number's level


@dataclass(slots=True)
class FirstPage:
    """Readings of page 1; `slots` are the places of number and date; `body` (page widths) is where the head ends; `names` are the rows
    of the issuer's names.
    """

    fields: dict[str, FieldReading] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    body: float = 0.5
    names: list[Line] = field(default_factory=list)
    head_in_the_middle: bool = False  # the motto stands over the text, not beside the issuer: minutes, contracts


@dataclass(slots=True)
class _Landmarks:
    """The lines by which everything else is found."""

    head: Masthead
    dated: DateLine | None
    title: TitleLine | None
    number: NumberLine | None

    @property
    def title_top(self) -> float:
        return self.title.line.top if self.title else _DEEPEST

    @property
    def bottom(self) -> float:
        """Where motto, number and date are passed."""
        found = [one.line.bottom for one in (self.number, self.dated) if one]
        return max([self.head.bottom, *found])


def read_first_page(sheet: Sheet, today: date) -> FirstPage:
    """Reads page 1 by its landmarks."""
    page = FirstPage()
    stamp = find_arrival(sheet, 0.7)
    stamped = stamp_words(sheet, stamp) if stamp else []
    skip = {id(word) for piece in stamped for word in piece.words}
    marks = _landmarks(sheet, skip)
    page.head_in_the_middle = marks.head.middle
    _read_code(page, sheet, marks)
    _read_date(page, sheet, marks, today, skip)
    about = _read_contents(page, sheet, marks, skip)
    issuer_bottom = marks.number.line.top if marks.number else marks.dated.line.top if marks.dated else marks.title_top
    issuer_bottom = min(issuer_bottom, marks.title_top)  # contracts have their number below the title
    page.names = issuer_rows(sheet, marks.head, issuer_bottom - 0.2 * sheet.unit)
    page.fields.update(read_issuer(page.names))
    page.body = marks.title.line.top + 0.5 * sheet.unit if marks.title else marks.bottom + 0.2
    taken = [*about, *(one.line for one in (marks.title, marks.number) if one)]
    page.fields.update(read_marks(sheet, page.body, taken))
    if stamp:
        page.fields.update(read_arrival(sheet, stamp, stamped, today))
    return page


def _landmarks(sheet: Sheet, skip: set[int]) -> _Landmarks:
    head = find_masthead(sheet)
    dated = _dateline(sheet, head, skip)
    title = find_title(sheet, max(head.bottom, dated.line.top if dated else 0.0))
    found = _Landmarks(head, dated, title, None)
    found.number = _number_line(sheet, found, skip)
    if found.dated is None and found.number:
        found.dated = find_dateline(_below_number(sheet, found, skip), sheet.unit)
    return found


def _below_number(sheet: Sheet, marks: _Landmarks, skip: set[int]) -> list[Line]:
    """Where courts have the date: in the left column below the number, "Ngày: 12-6-2023" without a place. None for others."""
    number = marks.number
    if number is None or marks.head.middle:
        return []

    def keep(word: Word) -> bool:
        return id(word) not in skip and marks.head.left(word)

    above = sheet.between(marks.head.top - 3 * sheet.unit, number.line.top, marks.head.left)
    if named_kind(number) is None and not any(court in line.key for line in above for court in _COURTS):
        return []
    below = sheet.between(number.line.bottom, number.line.bottom + _DATE_BELOW * sheet.unit, keep)
    return [line for line in below if line.plain.lstrip(" .,:'").startswith("ng")]


def _dateline(sheet: Sheet, head: Masthead, skip: set[int]) -> DateLine | None:
    """The place and date line in the first lines below the motto, before the text begins."""
    deepest = head.bottom + _REACH if head.kind != "none" else 0.5
    lines: list[Line] = []
    for line in sheet.between(head.bottom - 0.5 * sheet.unit, deepest, lambda word: id(word) not in skip):
        if begins_body(line):
            break
        if line.right > 0.6:
            lines.append(line)
    found = find_dateline(_two_rows(sheet, head, lines), sheet.unit) or find_dateline(lines, sheet.unit)
    if found is None:  # number and place may stand so close that they look like one sentence
        numbered = [line for line in lines if line.plain.lstrip(" .,'").startswith("s") and "/" in line.text]
        parts = [part for line in numbered if (part := line.part(lambda word: word.box[2] > head.split))]
        found = find_dateline(parts, sheet.unit)
    return found


def _two_rows(sheet: Sheet, head: Masthead, lines: Sequence[Line]) -> list[Line]:
    """Lines of place and date whose year wrapped into the row below, as narrow cells of a table have it, put together."""
    right = [part for line in lines if (part := line.part(head.right if head.kind == "state" else lambda _word: True))]
    joined = []
    for line, below in pairwise(right):
        near = below.top - line.bottom < 1.6 * sheet.unit and abs(below.centre - line.centre) < _SAME_CELL
        if near and _WRAPPED.search(line.plain) and _YEAR_ROW.match(below.plain):
            joined.append(Line((*line.words, *below.words), line.aspect))
    return joined


def _number_line(sheet: Sheet, marks: _Landmarks, skip: set[int]) -> NumberLine | None:
    right = {id(word) for word in marks.dated.line.words} if marks.dated else set()

    def keep(word: Word) -> bool:
        if id(word) in skip or id(word) in right or _is_speck(word, sheet):
            return False
        return (word.box[0] + word.box[2]) / 2 < marks.head.split + 0.04

    lines = sheet.between(marks.head.top - 0.5 * sheet.unit, marks.title_top, keep)
    found = find_number_line(lines, marks.dated.line.middle if marks.dated else None, sheet.unit)
    if found is None and marks.title and marks.dated is None:  # contracts and minutes have it in the middle, below the title
        below = sheet.between(marks.title.line.bottom, marks.title.line.bottom + _BELOW)
        centred = [line for line in below if abs(line.centre - 0.52) < 0.1 and "/" in line.text and len(line.words) < 6]
        found = find_number_line(centred, None, sheet.unit)
    return found


def _is_speck(word: Word, sheet: Sheet) -> bool:
    """Dirt that the engine took for a letter: it would cut the code in two."""
    if word.text in {"-", "/", "–", "—"} or word.text.isdigit():
        return False
    low = (word.box[3] - word.box[1]) * sheet.aspect < 0.5 * sheet.unit
    return word.confidence < 0.6 and len(word.text) == 1 and (low or not word.text.isupper())


def _read_code(page: FirstPage, sheet: Sheet, marks: _Landmarks) -> None:
    if marks.number is None:
        if marks.dated is None and (marks.head.kind == "none" or marks.head.middle):
            return  # minutes and contracts need no number
        box = _gap(sheet, marks, 0.05, marks.head.split)
        why = N_("No line with “Số” found in the left column.")
        page.fields["codeNumber"] = FieldReading("", NOT_FOUND, sheet.number, box, "rule", why)
        page.fields["codeNotation"] = FieldReading("", NOT_FOUND, sheet.number, box, "rule", why)
        return
    kind = marks.title.title.kind.name if marks.title else None
    code = read_code(marks.number, sheet.number, kind, party=marks.head.kind == "party")
    page.fields["codeNumber"], page.fields["codeNotation"] = code.number, code.notation
    if code.slot:
        page.slots.append(code.slot)


def _read_date(page: FirstPage, sheet: Sheet, marks: _Landmarks, today: date, skip: set[int]) -> None:
    if marks.dated is None:
        if _read_spoken_date(page, sheet, marks, today, skip):
            return
        if marks.head.kind != "none":
            why = N_("No place and date line found below the motto.")
            box = _gap(sheet, marks, _left_of_date(marks), 0.97, marks.head.bottom)
            page.fields["issuedDate"] = FieldReading("", NOT_FOUND, sheet.number, box, "rule", why)
        return
    place = read_place(marks.dated, sheet.number)
    if place:
        page.fields["place"] = place
    reading, slots = read_date(marks.dated, sheet.number, today)
    if not reading.value and (spoken := read_spoken_date(marks.dated.line, sheet.number, today)):
        page.fields["issuedDate"] = spoken[0]
        return
    page.fields["issuedDate"] = reading
    if reading.box:
        page.slots.append(Slot("issuedDate", sheet.number, reading.box, marks.dated.line.text))
    page.slots.extend(slots)


def _read_spoken_date(page: FirstPage, sheet: Sheet, marks: _Landmarks, today: date, skip: set[int]) -> bool:
    """The date in words or between slashes, in the right column below the motto."""
    if marks.head.kind == "none" or marks.head.middle:
        return False

    def keep(word: Word) -> bool:
        return id(word) not in skip and marks.head.right(word)

    right = sheet.between(marks.head.bottom - 0.5 * sheet.unit, marks.head.bottom + _REACH, keep)
    body = next((at for at, line in enumerate(right) if begins_body(line)), len(right))
    for line in [*right[:body], *_below_number(sheet, marks, skip)]:
        spoken = read_spoken_date(line, sheet.number, today)
        if spoken:
            page.fields["issuedDate"] = spoken[0]
            if spoken[1]:
                page.fields["place"] = spoken[1]
            return True
    return False


def _left_of_date(marks: _Landmarks) -> float:
    """Where the lost line may begin: it is wider than the Party's motto, but stays right of the number."""
    wider = marks.head.split - _WIDER
    return max(wider, min(marks.head.split, marks.number.line.right + _AIR)) if marks.number else wider


def _gap(sheet: Sheet, marks: _Landmarks, left: float, right: float, below: float = 1.0) -> Box | None:
    """Where a line must stand that was not found: level with its neighbour or right `below` the motto, else between motto and title."""
    neighbour = marks.number or marks.dated
    if neighbour:
        top, bottom = neighbour.line.top - 1.5 * sheet.unit, neighbour.line.bottom + 1.5 * sheet.unit
        top = max(min(top, below), top - _HIGHER * sheet.unit)
    else:
        top = marks.head.bottom
        bottom = max(min(marks.title_top, top + 9 * sheet.unit), top + 4 * sheet.unit)
    y0, y1 = max(0.0, top / sheet.aspect), min(1.0, bottom / sheet.aspect)
    return (left, y0, right, y1) if y0 < y1 and left < right else None


def _read_contents(page: FirstPage, sheet: Sheet, marks: _Landmarks, skip: set[int]) -> list[Line]:
    """Type, subject and addressee; returns the lines of a letter's "V/v"."""
    title, named = marks.title, named_kind(marks.number) if marks.number else None
    if title and named == _JUDGMENT and title.title.kind.name != named:
        title = None  # "QUYẾT ĐỊNH" stands in the text of a judgment
    top = marks.number.line.bottom if marks.number else marks.head.bottom
    about = [] if title else find_about(sheet, marks.head, top, skip)
    addressee = read_addressee(sheet, marks.bottom)
    if addressee:
        page.fields["addressee"] = addressee
    notation = page.fields["codeNotation"].value if "codeNotation" in page.fields else ""
    kind = read_type(title, notation, has_about=bool(about), has_addressee=addressee is not None)
    if named and title is None and marks.number:
        box = marks.number.line.box(0, marks.number.start)
        kind = FieldReading(named, _NAMED, sheet.number, box, "rule", N_("The word before “số”."))
    if kind:
        page.fields["typeName"] = kind
    subject = read_subject(sheet, title) if title else read_about(about) if about else None
    if subject:
        page.fields["subject"] = subject
    elif title:
        top, bottom = title.line.bottom / sheet.aspect, min(1.0, (title.line.bottom + 5 * sheet.unit) / sheet.aspect)
        if top < bottom:
            why = N_("No subject could be read below the title.")
            page.fields["subject"] = FieldReading("", NOT_FOUND, sheet.number, (0.1, top, 0.95, bottom), "rule", why)
    return about
