"""What lies in a dossier and in which order: the sequence model must help where there is one and do no harm where there is none."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

SUNDAY, SATURDAY = 6, 5
TWICE = 0.015  # of the documents got the number of the one before and a letter


@dataclass(slots=True, frozen=True)
class Entry:
    """One document: `issuer` and `kind` are places in the lists of the dossier."""

    number: int
    issued: date
    issuer: int = 0
    kind: int = 0
    suffix: str = ""


def _day(rng: random.Random, day: date, *, most: int) -> date:
    day += timedelta(days=rng.choice((0, 0, 1, 1, 2, 3, rng.randint(0, most))))
    while day.weekday() == SUNDAY or (day.weekday() == SATURDAY and rng.random() < 0.8):
        day += timedelta(days=1)
    return day


def _series(rng: random.Random, count: int, start: int, day: date, gap: int, pause: int) -> list[Entry]:
    found, number = [], start
    for _place in range(count):
        twice = bool(found) and not found[-1].suffix and rng.random() < TWICE
        found.append(Entry(found[-1].number, day, suffix="a") if twice else Entry(number, day))
        if twice:
            continue
        number += 1 if rng.random() < 1 / gap else rng.randint(1, 2 * gap)
        day = _day(rng, day, most=pause)
    return found


def _start(rng: random.Random) -> int:
    return rng.choice((rng.randint(1, 20), rng.randint(20, 300), rng.randint(100, 999), rng.randint(1000, 4000)))


def _first_day(rng: random.Random) -> date:
    return _day(rng, date(rng.randint(1998, 2023), 1, 4) + timedelta(days=rng.randint(0, 200)), most=3)


def dense(rng: random.Random, count: int) -> list[Entry]:
    """The register nearly complete."""
    return _series(rng, count, _start(rng), _first_day(rng), rng.choice((1, 1, 2)), 4)


def sparse(rng: random.Random, count: int) -> list[Entry]:
    """One matter's papers out of a register: gaps of tens and hundreds."""
    return _series(rng, count, _start(rng), _first_day(rng), rng.choice((8, 25, 60)), 20)


def registers(rng: random.Random, count: int) -> list[Entry]:
    """Two types, each with numbers of its own, mixed by date."""
    day, numbers = _first_day(rng), [_start(rng), _start(rng)]
    gap = rng.choice((1, 2, 4))
    found = []
    for _place in range(count):
        kind = int(rng.random() < 0.4)
        found.append(Entry(numbers[kind], day, kind=kind))
        numbers[kind] += rng.randint(1, gap)
        day = _day(rng, day, most=6)
    return found


def january(rng: random.Random, count: int) -> list[Entry]:
    """The numbers start again with the new year."""
    before = rng.randint(4, count - 4)
    year = rng.randint(1999, 2022)
    gap = rng.choice((1, 2, 5))
    old = _series(rng, before, rng.randint(60, 900), date(year, 10, 2) + timedelta(days=rng.randint(0, 40)), gap, 5)
    old = [replace(one, issued=min(one.issued, date(year, 12, 31))) for one in old]
    return old + _series(rng, count - before, rng.randint(1, 6), _day(rng, date(year + 1, 1, 3), most=9), gap, 8)


def newest_first(rng: random.Random, count: int) -> list[Entry]:
    return dense(rng, count)[::-1] if rng.random() < 0.6 else sparse(rng, count)[::-1]


def shuffled(rng: random.Random, count: int) -> list[Entry]:
    """The papers of one register in no order."""
    found = dense(rng, count) if rng.random() < 0.5 else sparse(rng, count)
    rng.shuffle(found)
    return found


def received(rng: random.Random, count: int) -> list[Entry]:
    """Papers of many issuers about one matter, in the order in which they came: dates rise roughly, numbers mean nothing."""
    day, found = _first_day(rng), []
    for _place in range(count):
        late = timedelta(days=rng.randint(0, 9))
        found.append(
            Entry(rng.choice((rng.randint(1, 99), rng.randint(1, 999), rng.randint(1, 5000))), day - late, rng.randrange(8))
        )
        day = _day(rng, day, most=9)
    return found


def mixed(rng: random.Random, count: int) -> list[Entry]:
    """A register among which papers of others were filed."""
    found = dense(rng, count)
    for place in range(2, count):
        if rng.random() < 0.3:
            found[place] = Entry(
                rng.randint(1, 3000), found[place].issued - timedelta(days=rng.randint(1, 40)), rng.randrange(1, 5)
            )
    return found


def busy(rng: random.Random, count: int) -> list[Entry]:
    """A large office: dozens of papers a day, of which some lie here; many of one day."""
    number, day, found = rng.randint(200, 9000), _first_day(rng), []
    for _place in range(count):
        found.append(Entry(number, day))
        pause = rng.choice((0, 0, 0, 1, 1, 2))
        number += rng.randint(1, 30) + pause * rng.randint(20, 60)
        day += timedelta(days=pause)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
    return found


def years(rng: random.Random, count: int) -> list[Entry]:
    """One matter through three and more years, a few papers of each: numbers start again each time."""
    day, found = _first_day(rng), []
    number = rng.randint(1, 400)
    for _place in range(count):
        found.append(Entry(number, day))
        later = day + timedelta(days=rng.choice((3, 10, 30, 60, rng.randint(5, 200))))
        while later.weekday() >= SATURDAY:
            later += timedelta(days=1)
        share = (later - day).days
        number = rng.randint(1, 60) if later.year != day.year else number + 1 + rng.randint(share // 3, 2 * share)
        day = min(later, date(2025, 12, 30))
    return found


def copies(rng: random.Random, count: int) -> list[Entry]:
    """A register in which some papers lie twice, one behind the other or at the end."""
    once = count - max(2, count // 5)
    found = dense(rng, once) if rng.random() < 0.6 else sparse(rng, once)
    for _copy in range(count - once):
        place = rng.randrange(len(found))
        found.insert(place + 1 if rng.random() < 0.6 else len(found), found[place])
    return found


ORDERS: dict[str, Callable[[random.Random, int], list[Entry]]] = {
    "dense": dense,
    "sparse": sparse,
    "two registers": registers,
    "january": january,
    "newest first": newest_first,
    "shuffled": shuffled,
    "received": received,
    "mixed": mixed,
    "busy": busy,
    "years": years,
    "copies": copies,
}
