"""From the network's steps to values with probabilities: exact for short lists (day, month, year), a prefix beam for numbers.

Steps are log probabilities (steps, 11): column 0 is the blank of CTC, column 1 + d the digit d.
Graves and others, "Connectionist temporal classification", ICML 2006 (forward); Hannun 2017 (prefix beam).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.float32]
Floats = NDArray[np.float64]
WIDTH = 24  # prefixes kept; 60 finds the same values
_BASE = 11  # prefixes are numbers in this base, so that they can be compared as arrays


def score(steps: Steps, labels: Sequence[str]) -> Floats:
    """The probability of each label (digits, "" allowed) over all ways to write it into the steps."""
    target, length = targets(tuple(labels))
    said = np.exp(steps.astype(np.float64))
    skip = np.zeros(target.shape, bool)
    skip[:, 2:] = (target[:, 2:] != 0) & (target[:, 2:] != target[:, :-2])
    alpha = np.zeros(target.shape)
    alpha[:, 0] = said[0, 0]
    if target.shape[1] > 1:
        alpha[:, 1] = np.where(length > 0, said[0, target[:, 1]], 0.0)
    may_skip = skip[:, 2:].astype(np.float64)
    for written in said[1:, target]:
        moved = alpha.copy()
        moved[:, 1:] += alpha[:, :-1]
        moved[:, 2:] += may_skip * alpha[:, :-2]
        alpha = moved * written
    rows = np.arange(len(labels))
    last = 2 * length
    ends: Floats = alpha[rows, last] + np.where(length > 0, alpha[rows, np.maximum(last - 1, 0)], 0.0)
    return ends


def score_alike(steps: Steps, labels: tuple[str, ...]) -> Floats:
    """As `score`, many times as fast for thousands of labels that begin alike: what they share is worked out once."""
    before, digit, other, ends = _tree(labels)
    said = np.exp(steps.astype(np.float64))
    blank, solid = np.zeros(len(digit)), np.zeros(len(digit))  # so far, ending in a blank or in this digit
    blank[0] = 1.0
    for step in said:
        written = (solid + blank[before] + other * solid[before]) * step[digit]
        written[0] = 0.0  # nothing is written yet
        blank, solid = (blank + solid) * step[0], written
    found: Floats = (blank + solid)[ends]
    return found


@lru_cache(maxsize=8)
def _tree(labels: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, NDArray[np.int64]]:
    """The beginnings of the labels, the empty one first: what each goes on from, with which column, 1 where that is another digit
    than the one before; where each label ends."""
    places: dict[str, int] = {"": 0}
    before, digit, other = [0], [0], [0.0]
    for label in labels:
        for end in range(1, len(label) + 1):
            start = label[:end]
            if start not in places:
                places[start] = len(digit)
                before.append(places[start[:-1]])
                digit.append(int(start[-1]) + 1)
                other.append(float(start[-1] != start[-2:-1]))
    return np.array(before), np.array(digit), np.array(other), np.array([places[label] for label in labels])


@lru_cache(maxsize=16)
def targets(labels: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Labels with blanks between and around, (n, 2 × longest + 1), and their lengths."""
    length = np.array([len(label) for label in labels], np.int64)
    target = np.zeros((len(labels), 2 * int(length.max(initial=0)) + 1), np.int64)
    for row, label in enumerate(labels):
        target[row, 1 : 2 * len(label) : 2] = [int(digit) + 1 for digit in label]
    return target, length


def beam(steps: Steps, longest: int, width: int = WIDTH) -> dict[str, float]:
    """The most probable digit strings of at most `longest` digits with their probabilities, best first."""
    said = np.exp(steps.astype(np.float64))
    keys = np.zeros(1, np.int64)
    blank, solid = np.ones(1), np.zeros(1)  # ending in a blank, in a digit
    most = _BASE ** (longest - 1)
    digits = np.arange(1, _BASE)
    for step in said:
        last = keys % _BASE
        stay = solid * np.where(last > 0, step[last], 0.0)
        grown = (blank + solid)[:, None] * step[None, 1:]
        repeated = last[:, None] == digits[None, :]
        grown = np.where(repeated, blank[:, None] * step[None, 1:], grown)
        grown[keys >= most] = 0.0
        new = (keys[:, None] * _BASE + digits[None, :]).ravel()
        extra = grown.ravel()
        wanted = extra > 1e-7 * extra.max(initial=0.0)
        new, extra = new[wanted], extra[wanted]
        every, place = _distinct(np.concatenate([keys, new]))
        blank_next, solid_next = np.zeros(len(every)), np.zeros(len(every))
        blank_next[place[: len(keys)]] = (blank + solid) * step[0]
        solid_next += np.bincount(place, np.concatenate([stay, extra]), len(every))
        total = blank_next + solid_next
        if len(every) > width:
            kept = np.argpartition(total, -width)[-width:]
            every, blank_next, solid_next = every[kept], blank_next[kept], solid_next[kept]
        keys, blank, solid = every, blank_next, solid_next
    total = blank + solid
    order = np.argsort(-total)
    return {_text(int(keys[i])): float(total[i]) for i in order if total[i] > 0}


def _distinct(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """As `np.unique(keys, return_inverse=True)`, which spends more on asking what it was given than on the few keys of a step."""
    order = keys.argsort()
    known = keys[order]
    first = np.empty(len(keys), bool)
    first[0] = True
    np.not_equal(known[1:], known[:-1], out=first[1:])
    place = np.empty(len(keys), np.int64)
    place[order] = first.cumsum() - 1
    return known[first], place


def _text(key: int) -> str:
    digits = ""
    while key:
        key, digit = divmod(key, _BASE)
        digits = str(digit - 1) + digits
    return digits
