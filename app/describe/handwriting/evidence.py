"""What one document tells about its number and date: the rules' reading of the print and the network's reading of the pen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from app.describe.handwriting.chain import Candidates
from app.describe.handwriting.doubt import doubted
from app.describe.handwriting.end_date import read_end_date
from app.describe.handwriting.geometry import Gray
from app.describe.handwriting.lost import find_lost_numbers
from app.describe.handwriting.reader import NOTHING, Kind, SlotReader, SlotReading
from app.describe.handwriting.slots import USUAL_EM, Window, aligned, cut, depth_of, find_windows, load_grey
from app.describe.header import Header, read_header
from app.describe.ink import PageReader
from app.describe.second import read_places_again
from app.i18n import N_
from storage.records.reading import Box, FieldReading, PageText

PRINTED = 0.8  # from here on a reading of the rules stands
DATES = 60  # candidates of a date
_YEAR_RULE = 0.9  # how much a year that the engine read as print is believed against the network
_YEAR_DOUBTED = 0.35  # … and where the network is sure of another
_CONTRADICTS, _FAINT = 0.95, 0.1
_DIGITS_OF_YEAR = 4
_OTHER_YEAR = 0.03  # how likely the printed beginning ("20…") was misread
_FIRM, _WHOLE = 0.98, 0.6  # so sure, and of so much of the window, is the network where it contests the print
_CONTESTED = 0.7
_SEEN = 0.4  # mass of digits in a line that was found by its ink only
_LINES = 3  # that are tried
_BY_INK = 0.85  # how sure such a line is the number's
_BEYOND = 0.1  # and its digits may reach beyond the window
_LETTERS = (0.5, 0.35, 0.15)  # none, one, two of its digits are letters of a notation that was not seen
_SATURDAY, _SUNDAY = 5, 6
_FIVE_DAYS = date(1999, 10, 2)
_DATE = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_PLACES: tuple[tuple[str, Kind], ...] = (("codeNumber", "number"), ("issuedDate", "day"))
_NUMBER = re.compile(r"^(\d{1,6})")
_PENNED: tuple[tuple[str, re.Pattern[str], tuple[Kind, ...]], ...] = (
    ("codeNumber", _NUMBER, ("number",)),
    ("issuedDate", _DATE, ("day", "month")),
)
_BESIDES: dict[str, tuple[Kind, ...]] = {"issuedDate": ("year",)}  # read, but not to contest the print


@dataclass(slots=True)
class Evidence:
    """All that is known about number and date of one document before its neighbours are asked.

    `numbers` are values, `dates` ordinals of days, each with probabilities, best first; both empty where nothing was read.
    """

    fields: dict[str, FieldReading]
    slots: dict[Kind, SlotReading] = field(default_factory=dict)
    boxes: Mapping[Kind, Box] = field(default_factory=dict)
    numbers: Candidates = ()
    dates: Candidates = ()
    year: int | None = None  # printed or read
    date_page: int = 1  # where the date stands
    ended: bool = False  # at the end of the paper

    def reading(self, kind: Kind) -> SlotReading:
        return self.slots.get(kind, NOTHING)


def gather(
    pages: Sequence[PageText],
    images: Sequence[Path],
    header: Header,
    *,
    today: date,
    reader: SlotReader,
    engine: PageReader | None = None,
    compared: bool = True,
) -> Evidence:
    """Looks at page 1. `header` is the rules' reading; where picture or places are missing it is all there is.

    `compared`: numbers and dates are held against others (of neighbours, of a stamp). Where they are not, a look at what is well printed
    ends as soon as the network can't contest it any more.
    """
    fields = header.fields
    found = Evidence(fields, ended=header.ended)
    windows = _windows(pages, images, header, today, engine)
    place = fields["codeNumber"].box if pages and pages[0].width > 0 and "codeNumber" in fields else None
    if "number" in windows:
        place = None
    deep = None if place else depth_of(windows.values())
    grey = load_grey(images[0], deep) if images and (windows or place) else None
    if grey is not None:
        windows = {kind: aligned(grey, window) for kind, window in windows.items()}
        plain: frozenset[Kind] = frozenset() if compared else _borne_out(fields, grey, windows, reader)
        found.slots = {kind: reader.read(cut(grey, window), kind) for kind, window in windows.items() if kind not in plain}
        lost = _lost_number(grey, windows, place, reader) if place else None
        if lost:
            windows["number"], found.slots["number"] = lost
        aspect = pages[0].height / pages[0].width
        found.boxes = {kind: window.box(aspect) for kind, window in windows.items()}
        _part(fields, windows.get("number"))
    _contest(fields, found.slots)
    end = read_end_date(pages, images, header, reader) if "day" not in windows else None
    if end is not None:
        found.date_page, found.slots, found.boxes = end.page, {**found.slots, **end.slots}, {**found.boxes, **end.boxes}
    found.numbers = numbers_of(fields, found.reading("number"))
    years = _years(header, fields.get("issuedDate"), found.reading("year"), today)
    found.year = years[0][0] if years else None
    day, month = doubted(found.reading("day"), "day"), doubted(found.reading("month"), "month")
    found.dates = _dates(fields.get("issuedDate"), day, month, years, today)
    return found


def _windows(
    pages: Sequence[PageText], images: Sequence[Path], header: Header, today: date, engine: PageReader | None
) -> dict[Kind, Window]:
    """Windows on page 1; places that the first reading lost are read again where an engine is at hand."""
    if not pages:
        return {}
    windows = find_windows(pages[0], header)
    lost = [name for name, kind in _PLACES if kind not in windows]
    boxes = [box for name in lost if (found := header.fields.get(name)) and found.page == 1 and (box := found.box)]
    again = read_places_again(pages[0], images[0], engine, boxes) if boxes and engine and images else None
    if again is not None:
        second = read_header([again], today=today)
        windows = {**find_windows(again, second), **windows}
        _complete(header, second)
    return windows


def _part(fields: dict[str, FieldReading], number: Window | None) -> None:
    """The notation's place begins where the number's ends: neither crop shows a piece of the other, or lacks one of its own."""
    notation, digits = fields.get("codeNotation"), fields.get("codeNumber")
    if number is None or number.end is None or notation is None or notation.box is None or notation.page != 1:
        return
    begin = number.end
    if digits is not None and digits.value and digits.box is not None:
        begin = max(begin, digits.box[2])
    if begin < notation.box[2]:
        fields["codeNotation"] = replace(notation, box=(begin, *notation.box[1:]))


def _lost_number(
    grey: Gray, windows: Mapping[Kind, Window], place: Box, reader: SlotReader
) -> tuple[Window, SlotReading] | None:
    """Window and reading of a number whose line has no words, where digits are seen in it."""
    dated = windows.get("day")
    for window in find_lost_numbers(grey, place, dated.em if dated else USUAL_EM, dated.baseline if dated else None)[:_LINES]:
        read = reader.read(cut(grey, window), "number")
        if read.mass >= _SEEN and read.values:
            return window, replace(read, values=tuple((value, p * _BY_INK) for value, p in read.values))
    return None


def _complete(header: Header, second: Header) -> None:
    """Takes from the second look what the first one lacked."""
    for name in ("codeNumber", "codeNotation", "issuedDate", "place"):
        first = header.fields.get(name)
        if name in second.fields and (first is None or not first.value):
            header.fields[name] = second.fields[name]
    header.slots += [slot for slot in second.slots if slot.field not in {known.field for known in header.slots}]


def _borne_out(
    fields: Mapping[str, FieldReading], grey: Gray, windows: Mapping[Kind, Window], reader: SlotReader
) -> frozenset[Kind]:
    """The places of numbers and dates whose print the network can't contest: nothing else is asked of it there."""
    found: set[Kind] = set()
    for name, kinds, parts in _printed(fields):
        if all(
            kind in windows and reader.bears_out(cut(grey, windows[kind]), kind, part)
            for kind, part in zip(kinds, parts, strict=True)
        ):
            found |= {*kinds, *_BESIDES.get(name, ())}
    return frozenset(found)


def _printed(fields: Mapping[str, FieldReading]) -> Iterator[tuple[str, tuple[Kind, ...], tuple[int, ...]]]:
    """What the rules read as print in the places in which a pen may have written, digits by place."""
    for name, pattern, kinds in _PENNED:
        rule = fields.get(name)
        printed = pattern.match(rule.value) if rule and rule.confidence >= PRINTED and rule.source == "rule" else None
        if printed is not None:
            yield name, kinds, tuple(int(part) for part in printed.groups()[: len(kinds)])


def _contest(fields: dict[str, FieldReading], slots: Mapping[Kind, SlotReading]) -> None:
    """Tidy pen strokes look like print to the engine: what the network firmly reads otherwise is print no more."""
    for name, kinds, parts in list(_printed(fields)):
        reads = [(slots.get(kind, NOTHING), part) for kind, part in zip(kinds, parts, strict=True)]
        if any(read.best != part and read.sure >= _FIRM and read.mass >= _WHOLE for read, part in reads if read.values):
            why = N_("Read as print, but the small network reads it otherwise: please check.")
            fields[name] = replace(fields[name], confidence=_CONTESTED, why=why)


def numbers_of(fields: Mapping[str, FieldReading], read: SlotReading) -> Candidates:
    """The network's numbers as far as they are believed, and what the engine read as print by how sure it was."""
    rule, notation = fields.get("codeNumber"), fields.get("codeNotation")
    values = doubted(read, "number").values
    if notation is None or not notation.value:
        values = _open_ended(values)
    printed = _NUMBER.match(rule.value) if rule else None
    if rule is None or printed is None:
        return values
    return _mixed(values, int(printed.group(1)), rule.confidence)


def _open_ended(values: Candidates) -> Candidates:
    """Where no notation was seen to end the number its letters, written by hand too, may have been taken for digits."""
    found: dict[int, float] = {}
    for value, p in values:
        for less, share in enumerate(_LETTERS):
            kept = value // 10**less or value
            found[kept] = found.get(kept, 0.0) + p * share
    best = sorted(found.items(), key=lambda pair: -pair[1])
    whole = sum(p for _v, p in best) + _BEYOND
    return tuple((value, p / whole) for value, p in best)


def _mixed(values: Candidates, printed: int, sure: float) -> Candidates:
    share = min(max(sure, 0.05), 0.99)
    mixed = {value: p * (1 - share) for value, p in values}
    mixed[printed] = mixed.get(printed, 0.0) + share
    whole = sum(mixed.values())
    return tuple(sorted(((v, p / whole) for v, p in mixed.items()), key=lambda pair: -pair[1]))


def _years(header: Header, rule: FieldReading | None, read: SlotReading, today: date) -> Candidates:
    """Printed years are read by both; where they differ both stay."""
    whole = _DATE.match(rule.value) if rule else None
    begun = next((s.context for s in header.slots if s.field == "issuedDate.month" and s.context.isdigit()), "")
    printed = int(whole.group(3)) if whole else int(begun) if len(begun) == _DIGITS_OF_YEAR else None
    if printed is None:  # some of its digits are by hand
        penned = doubted(read, "year").values
        seen = ((v, p if str(v).startswith(begun) else p * _OTHER_YEAR) for v, p in penned if v <= today.year)
        return tuple(sorted(seen, key=lambda pair: -pair[1]))
    possible = tuple((v, p) for v, p in read.values if v <= today.year)
    against = bool(possible) and possible[0][0] != printed and possible[0][1] >= _CONTRADICTS and read.mass >= _FAINT
    return _mixed(possible, printed, _YEAR_DOUBTED if against else _YEAR_RULE)


def _dates(rule: FieldReading | None, day: SlotReading, month: SlotReading, years: Candidates, today: date) -> Candidates:
    """Days of the calendar up to `today`, as ordinals."""
    found: dict[int, float] = {}
    for year, p in years[:4]:
        for m, q in month.values:
            for d, r in day.values:
                when = _day(year, m, d)
                if when and when <= today and p * q * r > 1e-9:
                    found[when.toordinal()] = found.get(when.toordinal(), 0.0) + p * q * r * _worked(when)
    best = sorted(found.items(), key=lambda pair: -pair[1])[:DATES]
    whole = sum(p for _v, p in best)
    values = tuple((value, p / whole) for value, p in best)
    match = _DATE.match(rule.value) if rule else None
    printed = _day(*(int(part) for part in reversed(match.groups()))) if match else None
    return _mixed(values, printed.toordinal(), rule.confidence) if printed and rule else values


def _worked(when: date) -> float:
    """How readily an office dates a paper on this day of the week: five days are worked since 2 October 1999 (QĐ 188/1999/QĐ-TTg)."""
    if when.weekday() == _SUNDAY:
        return 0.15
    return 0.35 if when.weekday() == _SATURDAY and when >= _FIVE_DAYS else 1.0


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
