"""How far the network's own probabilities are believed: it was trained on some hands, and other offices have others.

On slots of hands that it never saw, what it held for 0.97 was right in 0.93, and where it was wrong the truth was often hardly a
candidate: a 1 with a long flag is surely a 4 to it, an open 9 a 3. So its odds are lowered, and a small share goes to what a
strange hand may have meant: another digit, most of all one that looks like it, or a digit less at either end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from app.describe.handwriting.reader import KEPT, LONGEST, Kind, SlotReading

COOL = 0.92  # the power of its probabilities
STRANGE = 0.05  # of what is not certain goes to what a strange hand may have meant,
LEAST = 0.001  # of all at least
_SPREAD = 3  # values whose look-alikes are thought of
_LIKE = 5.0  # times more readily than any other digit is one taken for its look-alike
_END = 1.0  # as readily as for an odd digit a stroke of the print is taken for one
_ALIKE = frozenset({"14", "17", "18", "12", "16", "39", "38", "35", "27", "79", "49", "46", "06", "08", "89", "59", "56", "23"})
_MOST: dict[Kind, int] = {"number": 10**LONGEST - 1, "day": 31, "month": 12, "year": 2049}
_LOWEST: dict[Kind, int] = {"number": 1, "day": 1, "month": 1, "year": 1950}
_CENTURY = 2  # digits of a year that are printed, or easily guessed
_PADDED: frozenset[Kind] = frozenset({"day", "month"})


def doubted(read: SlotReading, kind: Kind) -> SlotReading:
    """The same reading with probabilities that other hands bear out; of a year the last two digits are in doubt."""
    if not read.values:
        return read
    cooled = [(value, p**COOL) for value, p in read.values]
    whole = sum(p for _v, p in cooled)
    strange = LEAST + STRANGE * (1 - cooled[0][1] / whole)
    found = {value: (1 - strange) * p / whole for value, p in cooled}
    tops = cooled[:_SPREAD]
    share = strange / sum(p for _v, p in tops)
    for value, p in tops:
        for other, weight in _others(value, kind):
            found[other] = found.get(other, 0.0) + share * p * weight
    best = sorted(found.items(), key=lambda pair: -pair[1])[: 2 * KEPT]
    kept = sum(p for _v, p in best)
    return replace(read, values=tuple((value, p / kept) for value, p in best))


@lru_cache(maxsize=4096)
def _others(value: int, kind: Kind) -> tuple[tuple[int, float], ...]:
    """What may have been meant where `value` was read, with weights that are together 1."""
    found: dict[int, float] = {}
    for other, weight in _variants(value, kind):
        if other != value and _LOWEST[kind] <= other <= _MOST[kind]:
            found[other] = found.get(other, 0.0) + weight
    whole = sum(found.values())
    return tuple((other, weight / whole) for other, weight in found.items())


def _variants(value: int, kind: Kind) -> Iterator[tuple[int, float]]:
    plain = str(value)
    digits = plain.zfill(2) if kind in _PADDED else plain
    for place, digit in enumerate(digits):
        if kind == "year" and place < _CENTURY:
            continue
        for other in "0123456789":
            if other != digit:
                weight = _LIKE if "".join(sorted(digit + other)) in _ALIKE else 1.0
                yield int(digits[:place] + other + digits[place + 1 :]), weight
    if len(plain) > 1 and kind != "year":
        yield int(plain[1:]), _END
        yield int(plain[:-1]), _END
