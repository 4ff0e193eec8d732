"""What neighbours can't vouch for: a digit that all of them share was written by one pen and misread in one way.

A sequence does not change when all of it moves together: 7420, 7424, 7477 is as good a register as 1420, 1424, 1477, and a clerk
whose 1 looks like a 7 writes it so each time. So it is asked how well the readings bear a stretch that is moved; the readings
of one pen count together as one, the steps into and out of the stretch as what they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from app.describe.handwriting.chain import Candidates, Law

Key = tuple[int, ...]
Moved = Callable[[int, Key], int | None]
Between = Callable[[int, int], Key]

_SEEN = 0.02  # a move that no reading holds for more likely than this is not thought of
_LEAST = 1e-4
_LONGEST = 48  # documents of a stretch, but for the whole
_STEPS = 1e-7
_ALIKE = 0.01  # of the likelier value: so likely at least is the other where the pen leaves it open
_FEWEST = 2  # such readings in a stretch; one alone is what the chain itself weighs


def most_sure(
    readings: Sequence[Candidates], values: Sequence[Candidates], runs: Sequence[Sequence[int]], law: Law, *, days: bool
) -> list[float]:
    """For each document the most that its first value may be sure; 1 where nothing speaks against it."""
    between, moved = (_between_days, _moved_day) if days else (_between_numbers, _moved_number)
    most = [1.0] * len(values)
    for run in runs:
        kept = [index for index in run if values[index]]
        if len(kept) < 2:
            continue
        tops = [values[index][0][0] for index in kept]
        held = [dict(readings[index]) for index in kept]
        against = np.zeros(len(kept))
        for key in _keys(held, tops, between):
            others = [moved(top, key) for top in tops]
            against += _stretches(tops, others, held, law)
        for place, index in enumerate(kept):
            most[index] = 1 / (1 + float(against[place]))
    return most


def _keys(held: Sequence[dict[int, float]], tops: Sequence[int], between: Between) -> set[Key]:
    found = set()
    for own, top in zip(held, tops, strict=True):
        least = _SEEN * max(own.get(top, 0.0), _LEAST)
        found |= {between(top, value) for value, p in own.items() if value != top and p >= least}
    return found


def _stretches(
    tops: Sequence[int], others: Sequence[int | None], held: Sequence[dict[int, float]], law: Law
) -> NDArray[np.float64]:
    """How likely, against what was found, the best stretch of two and more documents around each one is if it is moved."""
    count = len(tops)
    chances = [(max(own.get(top, 0.0), _LEAST), own.get(other, 0.0) if other is not None else 0.0)
               for own, top, other in zip(held, tops, others, strict=True)]  # fmt: skip
    ratio = np.array([min(0.0, math.log(max(b, _LEAST) / a)) for a, b in chances])
    alike = np.array(
        [b >= _ALIKE * a for a, b in chances]
    )  # the pen leaves it open; where it does not that reading counts in full
    if alike.sum() < _FEWEST:
        return np.zeros(count)
    now = np.array(tops, np.int64)
    then = np.array([top if other is None else other for top, other in zip(tops, others, strict=True)], np.int64)
    openly, clearly, how_many = (
        np.concatenate([[0.0], np.cumsum(one)]) for one in (np.where(alike, ratio, 0.0), np.where(alike, 0.0, ratio), alike)
    )
    into, out = np.zeros(count), np.zeros(count)  # of a stretch that begins, that ends with this document
    if count > 1:
        before = _log(law, now[1:] - now[:-1])
        into[1:] = _log(law, then[1:] - now[:-1]) - before
        out[:-1] = _log(law, now[1:] - then[:-1]) - before
    best = np.full(count, -np.inf)
    for length in {*range(2, min(count, _LONGEST) + 1), count}:
        first = np.arange(count - length + 1)
        last = first + length - 1
        share = how_many[last + 1] - how_many[first]
        score = (openly[last + 1] - openly[first]) / np.maximum(share, 1) + clearly[last + 1] - clearly[first]
        score = np.where(share >= _FEWEST, score + into[first] + out[last], -np.inf)
        for shift in range(length):
            spot = best[shift : shift + len(first)]
            np.maximum(spot, score, out=spot)
    return np.asarray(np.exp(np.minimum(best, 3.0)))


def _log(law: Law, steps: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(np.log(np.maximum(law.of(steps), _STEPS)))


def _between_numbers(value: int, other: int) -> Key:
    return (other - value,)


def _moved_number(value: int, key: Key) -> int | None:
    return value + key[0] if value + key[0] > 0 else None


def _between_days(value: int, other: int) -> Key:
    a, b = date.fromordinal(value), date.fromordinal(other)
    return b.year - a.year, b.month - a.month, b.day - a.day


def _moved_day(value: int, key: Key) -> int | None:
    day = date.fromordinal(value)
    try:
        return date(day.year + key[0], day.month + key[1], day.day + key[2]).toordinal()
    except ValueError:
        return None
