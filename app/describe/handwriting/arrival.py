"""Reads what a pen wrote into an arrival stamp: the network's candidates for the number, and for the day those that can be.

A day of arrival is written in any form ("5/3/2024", "05-3-24", "05/3", three places between printed strokes), so the whole line is
read at once and compared with every form of every day that may be meant: strokes between the parts are read as nothing, or as the
digits that look like them. A paper does not arrive before it is issued, and seldom long after.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.describe.arrival.inks import Cut, Layers
from app.describe.arrival.rows import Entry, Row, entries_on, pairs_of, rows_of, window_of
from app.describe.arrival.stamp import ArrivalStamp, Label
from app.describe.handwriting.chain import Candidates
from app.describe.handwriting.decode import Steps, beam, score_alike
from app.describe.handwriting.geometry import ABOVE, EM, HEIGHT, WIDEST, Gray
from app.describe.handwriting.metrics import REGULAR
from app.describe.handwriting.reader import NOTHING, SlotReader, SlotReading

LATEST = 120  # days after the issue that are thought of
SIZES = (0.95, 1.1)  # of the em
_STROKES = (("", 0.6), ("1", 0.3), ("7", 0.1))  # what the network sees in a stroke between day, month and year
_UNEXPECTED = 1e-4  # of a day that lies before the issue or long after it
_FIRST_YEAR = 1954
_LONGEST, _SPELT = 10, 12  # digits; readings of a line that are looked through
_WHOLE = tuple(
    re.compile(rf"(\d\d?){stroke}(\d\d?){stroke}({year})") for stroke in ("", "[17]") for year in (r"(?:19|20)\d\d", r"\d\d")
)
_KEPT = 30  # days of a line
_SHORTEST = 1.1  # em of a day
_PAIRS = 18  # of rows that are tried
_TOLD = 0.002  # of all that is seen: a day that explains so much is one, and nothing need be left out
_FAINT = 1.0  # how much less is believed, as a logarithm, where the pen was told by its strength
_LEFT_OUT = 4.0  # how much less likely a day is for which a part of the line is left out, as a power of the part that stays
_UNREAD = 1e-6
_ODD = 0.01  # how much an unexpected day speaks for a row
_ALIGNED, _SAID, _DENIED = 1.5, 2.0, -6.0
_ROW, _COLUMN = 14.0, 60.0  # pixels of a cut
_LONE = 0.7  # how often a lone digit is written, against one with a zero
_YEARS = (0.45, 0.27, 0.1, 0.18)  # whole, two digits, one (behind a printed "201"), none
_SOON, _SPREAD = 0.93, 5.0  # most arrive within days, the rest at any time
_SAME_DAY = 0.7  # of the day after: paper travels


@dataclass(slots=True, frozen=True)
class DayReading:
    """`days` are ordinals with probabilities, best first; `mass` is the share of all that the network saw which the best explains."""

    days: Candidates = ()
    mass: float = 0.0
    expected: bool = True  # the best lies within months of the issue

    @property
    def best(self) -> int | None:
        return self.days[0][0] if self.days else None


@dataclass(slots=True, frozen=True)
class Written:
    """What stands in a stamp: the lines (None where none was found) and what they read; `likely` is how well they read, a logarithm.

    Which rows these are is in doubt too: `number_share` and `day_share`, 0 … 1, are how much of all that speaks for some two rows
    speaks for rows that read as these do.
    """

    number: Entry | None
    day: Entry | None
    numbers: SlotReading
    days: DayReading
    likely: float
    number_share: float = 1.0
    day_share: float = 1.0


class Lines:
    """Readings of the rows, each made once."""

    def __init__(self, reader: SlotReader, layers: Layers, cut: Cut, issued: Candidates, today: date) -> None:
        self.reader, self.layers, self.cut = reader, layers, cut
        self.issued, self.today = issued, today
        self._numbers: dict[tuple[Row, float], tuple[Entry | None, SlotReading]] = {}
        self._days: dict[Row, tuple[Entry | None, DayReading]] = {}

    def number(self, row: Row, below: float) -> tuple[Entry | None, SlotReading]:
        if (row, below) not in self._numbers:
            tried = []
            for entry, part in entries_on(row, "number", self.layers, self.cut, below):
                reading = read_number(self.reader, entry)
                reading = replace(reading, mass=reading.mass * part)
                tried.append((reading.mass * reading.sure, entry, reading))
            best = max(tried, key=lambda one: one[0], default=None)
            self._numbers[row, below] = best[1:] if best else (None, NOTHING)
        return self._numbers[row, below]

    def day(self, row: Row) -> tuple[Entry | None, DayReading]:
        if row not in self._days:
            tried = entries_on(row, "date", self.layers, self.cut)
            best = (tried[0][0] if tried else None), DayReading()
            for place, (entry, part) in enumerate(tried):
                if entry.box[2] - entry.box[0] < _SHORTEST * entry.em:
                    continue
                if place and glance(self.reader, entry, self.issued, self.today) * part**_LEFT_OUT < best[1].mass:
                    continue
                reading = read_day(self.reader, entry, self.issued, self.today)
                if place == 0 or reading.mass * part**_LEFT_OUT > best[1].mass:
                    best = entry, replace(reading, mass=reading.mass * part**_LEFT_OUT)
                if best[1].mass > _TOLD:
                    break
            self._days[row] = best
        return self._days[row]


def read_stamp(reader: SlotReader, stamp: ArrivalStamp, issued: Candidates, today: date) -> Written | None:
    """The two rows that read best as number and day; None where the stamp has no such rows."""
    found: list[Written] = []
    for layers in (stamp.layers, stamp.strong):
        if layers is None:
            continue
        lines = Lines(reader, layers, stamp.cut, issued, today)
        pairs = pairs_of(rows_of(layers, stamp.cut))
        for upper, lower in sorted(pairs, key=lambda pair: -_told(stamp.labels, *pair))[:_PAIRS]:
            (number, numbers), (day, days) = lines.number(upper, lower.baseline), lines.day(lower)
            told = days.mass * (1.0 if days.expected else _ODD)
            likely = math.log(max(numbers.mass * numbers.sure, _UNREAD)) + math.log(max(told, _UNREAD))
            likely += _told(stamp.labels, upper, lower) - (_FAINT if layers is stamp.strong else 0.0)
            found.append(Written(number, day, numbers, days, likely))
    return weighed(found) if found else None


def weighed(found: Sequence[Written]) -> Written:
    """The likeliest of these, with what the others leave it: a day's year that is read as the number reads well, but so does the number."""
    best = max(found, key=lambda one: one.likely)
    weights = [math.exp(one.likely - best.likely) for one in found]
    whole = sum(weights)
    numbers = sum(w for w, one in zip(weights, found, strict=True) if one.numbers.best == best.numbers.best)
    days = sum(w for w, one in zip(weights, found, strict=True) if one.days.best == best.days.best)
    return replace(best, number_share=numbers / whole, day_share=days / whole)


def _told(labels: Sequence[Label], upper: Row, lower: Row) -> float:
    """What the words of the stamp and the beginnings of the rows say for this pair, as a logarithm."""
    told = _ALIGNED if upper.sure and lower.sure else 0.0
    for row, own in ((upper, "number"), (lower, "date")):
        near = {
            label.kind for label in labels if abs(label.baseline - row.baseline) < _ROW and abs(label.left - row.left) < _COLUMN
        }
        told += _SAID if own in near else _DENIED if near else 0.0
    return told


def read_number(reader: SlotReader, entry: Entry) -> SlotReading:
    """Candidates for the number of arrival."""
    return reader.read(slot_of(entry), "number")


def slot_of(entry: Entry) -> Gray:
    """A number of arrival as the reader knows numbers: behind "Số:"."""
    return _framed(window_of(entry))


def glance(reader: SlotReader, entry: Entry, issued: Candidates, today: date) -> float:
    """How much of what the network sees at one size the likeliest expected day explains; 0 … 1."""
    steps = reader.steps(_framed(window_of(entry)))
    days = _possible(issued, today)
    if not steps or not days:
        return 0.0
    return float(_explained(steps[:1], tuple(days)).max())


def read_day(reader: SlotReader, entry: Entry, issued: Candidates, today: date) -> DayReading:
    """Candidates for the day of arrival. `issued`: when the paper may have been issued, ordinals with probabilities; none: nothing."""
    steps = [one for size in SIZES for one in reader.steps(_framed(window_of(entry, size)))]
    if not steps:
        return DayReading()
    days = _possible(issued, today)
    expected = set(days)
    years = {date.fromordinal(day).year + more for day, _p in issued for more in (-1, 0, 1, 2)}
    spelt = _spelt(steps[:: len(steps) // 2 or 1], today)
    others = sorted(day for day in spelt - expected if not years or date.fromordinal(day).year in years)
    if not days and not others:
        return DayReading()
    each = np.concatenate([_explained(steps, tuple(days)), _explained(steps, tuple(others))])
    days.update(dict.fromkeys(others, _UNEXPECTED))
    found = each * np.array(list(days.values()))
    whole = float(found.sum())
    if whole <= 0:
        return DayReading()
    order = np.argsort(-found)[:_KEPT].tolist()
    ordinals = list(days)
    best = tuple((ordinals[i], float(found[i]) / whole) for i in order if found[i] > 0)
    return DayReading(best, float(each[order[0]]), best[0][0] in expected)


def _explained(steps: Sequence[Steps], days: tuple[int, ...]) -> NDArray[np.float64]:
    """How much of what was seen each day explains, in all the ways to write it."""
    if not days:
        return np.zeros(0)
    forms, owners, weights = _forms(days)
    seen = np.mean([score_alike(one, forms) for one in steps], axis=0)
    return np.asarray(np.bincount(owners, seen * weights, len(days)), np.float64)


def _spelt(steps: Sequence[Steps], today: date) -> set[int]:
    """Days up to today that what is read spells out with their year, whenever the paper was issued."""
    found = set()
    for one in steps:
        for text in list(beam(one, _LONGEST))[:_SPELT]:
            for match in (form.fullmatch(text) for form in _WHOLE):
                if match:
                    day, month, year = (int(part) for part in match.groups())
                    year += 2000 if year <= today.year % 100 else 1900 if year < 100 else 0
                    try:
                        when = date(year, month, day)
                    except ValueError:
                        continue
                    if when.year >= _FIRST_YEAR and when <= today:
                        found.add(when.toordinal())
    return found


def _possible(issued: Candidates, today: date) -> dict[int, float]:
    """Days of arrival with their probabilities before anything is read."""
    found: dict[int, float] = {}
    for first, probability in issued[:3]:
        for after in range(LATEST + 1):
            if first + after <= today.toordinal():
                soon = (1 if after else _SAME_DAY) * math.exp(-after / _SPREAD) / _SPREAD
                found[first + after] = found.get(first + after, 0.0) + probability * (_SOON * soon + (1 - _SOON) / LATEST)
    return found


@lru_cache(maxsize=8)
def _forms(days: tuple[int, ...]) -> tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.float64]]:
    """Every way to write each day as the network may see it, whose way it is, how usual it is."""
    found: dict[tuple[str, int], float] = {}
    for index, ordinal in enumerate(days):
        day = date.fromordinal(ordinal)
        year = (str(day.year), f"{day.year % 100:02d}", str(day.year % 10), "")
        for (d, usual_d), (m, usual_m) in ((d, m) for d in _digits(day.day) for m in _digits(day.month)):
            for stroke, usual in _STROKES:
                for y, usual_y in zip(year, _YEARS, strict=True):
                    text = d + stroke + m + (stroke + y if y else "")
                    key = (text, index)
                    found[key] = found.get(key, 0.0) + usual * usual_y * usual_d * usual_m
    forms = tuple(text for text, _index in found)
    owners = np.array([index for _text, index in found], np.int64)
    return forms, owners, np.array(list(found.values()))


def _digits(value: int) -> tuple[tuple[str, float], ...]:
    return ((str(value), 1.0),) if value > 9 else ((str(value), _LONE), (f"{value:02d}", 1.0))


def _framed(window: Gray) -> Gray:
    """The window between the print that the network knows from numbers of documents."""
    before, after = _print("Số:", 2), _print("/Q", 0)
    room = WIDEST - before.shape[1] - after.shape[1]
    return np.hstack([before, window[:, :room], after])


@lru_cache(maxsize=2)
def _print(text: str, left: int) -> Gray:
    font = ImageFont.truetype(str(REGULAR), EM)
    image = Image.new("L", (round(font.getlength(text)) + 6, HEIGHT), 255)
    ImageDraw.Draw(image).text((left, round(ABOVE * EM)), text, font=font, fill=20, anchor="ls")
    return np.asarray(image)
