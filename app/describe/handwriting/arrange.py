"""The ways in which the documents of a dossier may follow each other; `chain.judge` finds out which one does.

Numbers start again with 01 on 1 January (NĐ 30/2020, art. 15), an office may number each type by itself, a pile may lie newest
first, and dates, being the better read, can tell the order of the numbers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence

from app.describe.handwriting.chain import Candidates, Order, sorted_order
from app.describe.handwriting.evidence import Evidence

_CHOICE = math.log(8)  # what it costs to have chosen one of so many ways


def orders_of_dates(found: Sequence[Evidence]) -> list[Order]:
    """Ways to see the dates."""
    every = tuple(range(len(found)))
    return [
        Order("given", (every,)),
        Order("reversed", (every[::-1],), _CHOICE),
        Order("series", _series(found, _notation), _CHOICE),
    ]  # not sorted: days are so dense that any readings look well sorted


def orders_of_numbers(found: Sequence[Evidence], dates: Sequence[Candidates]) -> list[Order]:
    """Ways to see the numbers; `dates` as judged."""
    every = tuple(range(len(found)))
    dated = tuple(sorted(every, key=lambda i: (dates[i][0][0] if dates[i] else 0, i)))
    later = tuple(sorted(every, key=lambda i: (dates[i][0][0] if dates[i] else 0, -i)))
    return [
        Order("given", (every,)),
        Order("reversed", (every[::-1],), _CHOICE),
        Order("dated", (dated,), _CHOICE + _ties(dates)),
        Order("dated reversed", (later,), _CHOICE + _ties(dates)),
        Order("year", _series(found, lambda one: one.year), _CHOICE),
        Order("series", _series(found, _notation), _CHOICE),
        Order("organ", _series(found, _organ), _CHOICE),
        Order("issuer", _of_the_most(found), _CHOICE),
        sorted_order([one.numbers for one in found]),
    ]


def _ties(dates: Sequence[Candidates]) -> float:
    """Documents of one day could have lain in any order."""
    days: dict[int, int] = defaultdict(int)
    for candidates in dates:
        if candidates:
            days[candidates[0][0]] += 1
    return sum(math.lgamma(count + 1) for count in days.values()) / 2


def _series(found: Sequence[Evidence], key: Callable[[Evidence], Hashable]) -> tuple[tuple[int, ...], ...]:
    runs: dict[Hashable, list[int]] = defaultdict(list)
    for index, one in enumerate(found):
        runs[key(one)].append(index)
    return tuple(tuple(run) for run in runs.values())


def _of_the_most(found: Sequence[Evidence]) -> tuple[tuple[int, ...], ...]:
    """The papers of the office that has most of them; those of others stand alone."""
    organs = [_organ(one)[0] for one in found]
    most = Counter(organ for organ in organs if organ).most_common(1)
    own = tuple(i for i, organ in enumerate(organs) if most and organ == most[0][0])
    return own, *((i,) for i in range(len(found)) if i not in own)


def _notation(one: Evidence) -> Hashable:
    """Type and office and year: what a register of its own may be kept for."""
    notation = one.fields.get("codeNotation")
    return (notation.value if notation else "", one.year)


def _organ(one: Evidence) -> tuple[str, int | None]:
    notation = one.fields.get("codeNotation")
    return (notation.value.rpartition("-")[2] if notation else "", one.year)
