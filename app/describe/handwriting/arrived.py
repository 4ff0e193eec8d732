"""`arrivalNumber` and `arrivalDate` of a document from its stamp: typed ones as the rules read them, written ones from the network.

Number and day stand in a stamp of another office than the document's own, so they never vouch for its number. In a dossier of received
papers the register's numbers rise with the days: where they don't the reading is shown as doubtful, and stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.describe.arrival.rows import Entry
from app.describe.arrival.stamp import ArrivalStamp, find_arrival_stamp
from app.describe.handwriting.arrival import Written, read_stamp
from app.describe.handwriting.chain import Candidates
from app.describe.handwriting.fuse import alone
from app.describe.handwriting.reader import SlotReader
from app.describe.ink import PageReader
from app.errors import AppError
from app.i18n import N_
from storage.records.reading import Box, FieldReading, PageText, union

NAMES = ("arrivalNumber", "arrivalDate")
PRINTED = 0.8  # from here on a typed reading stands
OFFERED = 0.25  # below it nothing is offered, only the place
UNREAD = 0.1
_ONE_INK = 0.9  # the most where stamp and pen could not be told apart
_EXPLAINED, _DOUBT = 0.02, 0.25  # of all that was seen the best day explains so much, or is doubted the more the less it does
_DOUBTED = 0.55
_GOES_ON, _MAY_GO_ON = (
    0.05,
    0.8,
)  # of a number's own ink beside it is more of it that ran into another line; then so sure at most
_UNEXPECTED = 0.6  # the most for a day that does not follow the issue
_DIFFERS = 0.5
_OF_TWO = 0.8  # the most where a page has two stamps
_FEWEST, _MOST_OUT = 4, 0.25  # documents of a year; share that may be out of order


def look_for_stamp(page: PageText, image: Path, engine: PageReader, typed: Mapping[str, FieldReading]) -> ArrivalStamp | None:
    """The stamp on the picture of page 1. `typed`: what the rules read of it among the page's words."""
    seen = union(one.box for name in NAMES if (one := typed.get(name)) and one.box)
    try:
        return find_arrival_stamp(page, image, engine, seen)
    except (AppError, OSError):
        return None


def is_typed(fields: Mapping[str, FieldReading]) -> bool:
    """Whether the rules surely read both number and day of arrival among the page's words."""
    return all((one := fields.get(name)) is not None and one.value and one.confidence >= PRINTED for name in NAMES)


def read_arrival_by_hand(
    stamp: ArrivalStamp, reader: SlotReader, fields: Mapping[str, FieldReading], issued: Candidates, today: date
) -> dict[str, FieldReading]:
    """The two fields where the stamp tells more than the rules read; none where both are surely typed.

    `issued`: when the document may have been issued, ordinals with probabilities.
    """
    if is_typed(fields):
        return {}
    written = read_stamp(reader, stamp, issued, today)
    found = {"arrivalNumber": _number(stamp, written), "arrivalDate": _day(stamp, written)}
    return {name: _fused(fields.get(name), one) for name, one in found.items()}


def read_arrivals(
    stamps: Sequence[ArrivalStamp], reader: SlotReader, fields: Mapping[str, FieldReading], issued: Candidates, today: date
) -> dict[str, FieldReading]:
    """The two fields where a paper was passed on and has more than one stamp: of the office where it arrived last, never sure.

    `fields` may hold what is typed in the first stamp.
    """
    found = read_arrival_by_hand(stamps[0], reader, fields, issued, today)
    for other in stamps[1:]:
        first = {name: one for name in NAMES if (one := found.get(name, fields.get(name)))}
        second = read_arrival_by_hand(other, reader, {}, issued, today)
        later = max((first, second), key=_order)  # the first of two that tell the same
        why = N_("There are two arrival stamps, this is read in the later one: please check.")
        found = {name: replace(one, confidence=min(one.confidence, _OF_TWO), why=why) for name, one in later.items()}
    return found


def _order(arrived: Mapping[str, FieldReading]) -> tuple[date, bool]:
    """By day, then whether there is a number."""
    day, number = (one.value if (one := arrived.get(name)) else "" for name in reversed(NAMES))
    return _when(day) or date.min, bool(number)


def _when(day: str) -> date | None:
    """ "07/03/2024" as a date; None for none."""
    return date(int(day[6:]), int(day[3:5]), int(day[:2])) if len(day) == 10 else None


def _number(stamp: ArrivalStamp, written: Written | None) -> FieldReading:
    box = _place(stamp, written.number if written else None)
    if written and written.number and written.numbers.best is not None:
        sure = _capped(stamp, alone(written.numbers.sure) * min(1.0, written.numbers.mass / 0.9), written.number_share)
        sure = min(sure, _MAY_GO_ON) if written.number.beside > _GOES_ON else sure
        if sure >= OFFERED:
            value = written.numbers.forms.get(written.numbers.best, str(written.numbers.best))
            return FieldReading(
                value, sure, 1, box, "handwriting", N_("Written in the arrival stamp; read by the small network.")
            )
    return FieldReading("", UNREAD, 1, box, "rule", N_("An arrival stamp without a readable number."))


def _day(stamp: ArrivalStamp, written: Written | None) -> FieldReading:
    box = _place(stamp, written.day if written else None)
    if written and written.day and written.days.days:
        ordinal, probability = written.days.days[0]
        sure = _capped(stamp, alone(probability) * min(1.0, written.days.mass / _EXPLAINED) ** _DOUBT, written.day_share)
        sure = sure if written.days.expected else min(sure, _UNEXPECTED)
        if sure >= OFFERED:
            value = f"{date.fromordinal(ordinal):%d/%m/%Y}"
            return FieldReading(
                value, sure, 1, box, "handwriting", N_("Written in the arrival stamp; read by the small network.")
            )
    return FieldReading("", UNREAD, 1, box, "rule", N_("An arrival stamp without a readable date."))


def _capped(stamp: ArrivalStamp, sure: float, share: float) -> float:
    """How sure a reading is of the rows that were taken, which are those meant with the probability `share`."""
    return round((sure if stamp.layers.apart else min(sure, _ONE_INK)) * share, 3)


def _place(stamp: ArrivalStamp, entry: Entry | None) -> Box:
    """Around what was written, with a little paper; the stamp where no line was found."""
    if entry is None:
        return stamp.box
    x0, y0, x1, y1 = entry.box
    air = 0.25 * entry.em
    return stamp.cut.box(x0 - air, y0 - air, x1 + air, y1 + air)


def _fused(rule: FieldReading | None, pen: FieldReading) -> FieldReading:
    if rule is None or not rule.value:
        return pen
    if rule.confidence >= PRINTED or not pen.value:
        return rule
    if rule.value == pen.value:
        return replace(pen, confidence=max(rule.confidence, pen.confidence))
    better = max((rule, pen), key=lambda one: one.confidence)
    if min(rule.confidence, pen.confidence) < _DIFFERS:
        return better
    why = N_("The arrival stamp was read in two ways: please check.")
    return replace(better, confidence=min(better.confidence, _DOUBTED), why=why)


def out_of_order(documents: Sequence[Mapping[str, FieldReading]]) -> dict[int, FieldReading]:
    """Arrival numbers that do not rise with their days, by the document's index, with less confidence; none in another order."""
    years: dict[str, list[tuple[date, int, int]]] = {}
    for index, fields in enumerate(documents):
        number, day = (fields.get(name) for name in NAMES)
        if number and day and number.value.isdigit() and (when := _when(day.value)):
            years.setdefault(day.value[6:], []).append((when, int(number.value), index))
    doubted: dict[int, FieldReading] = {}
    for known in years.values():
        known.sort()
        rising = _rising([number for _day, number, _index in known])
        out = [index for place, (_day, _number, index) in enumerate(known) if place not in rising]
        if len(known) >= _FEWEST and len(out) <= _MOST_OUT * len(known):
            for index in out:
                reading = documents[index]["arrivalNumber"]
                why = N_("The arrival numbers of this dossier rise with their days, this one does not: please check.")
                doubted[index] = replace(reading, confidence=min(reading.confidence, _DOUBTED), why=why)
    return doubted


def _rising(numbers: Sequence[int]) -> set[int]:
    """Places of a longest sequence that does not fall."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_right(tails, number)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1], ends[at : at + 1] = [number], [place]
    kept: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept
