"""The reader learns the hands of one office, from slots whose value is known: confirmed by a clerk, or proven by a dossier's order.

Only the last two layers move (62,000 numbers); they stay near those that were shipped, and new ones count only where slots that
were kept aside are read at least as well with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.handwriting.decode import Steps, score, targets
from app.describe.handwriting.geometry import HEIGHT, NARROWEST, Gray, inked
from app.describe.handwriting.recurrent import NAMES, Floats, Weights, backward, forward

ROUNDS = 120
BATCH = 24
RATE = 1e-3
STAY = 2e-3  # pull back to the shipped weights
WIDTH_STEP = 32  # pixels; slots of one batch are padded to the same width
LOOKS = 6  # of one slot, each a little stretched and slanted
ASIDE = 5  # every fifth slot tests what the others taught
FEWEST = 12  # slots; fewer teach nothing that could be tested
LONGEST_FORM = 2  # digits of a value that may have a zero before it


class Eye(Protocol):
    """The layers that stay: what they see in ink (48 × width), and the shipped weights of those that move."""

    def see(self, ink: NDArray[np.float32]) -> Floats: ...

    @property
    def shipped(self) -> Weights: ...


@dataclass(slots=True, frozen=True)
class Lesson:
    """A grey window as `slots.cut` makes it, and the digits that stand in it ("7" also where "07" may be written)."""

    window: Gray
    digits: str
    weight: float = 1.0


@dataclass(slots=True, frozen=True)
class Practised:
    """`right` of `tried` slots that were kept aside, before and after; `likely` is their mean log probability."""

    weights: Weights
    tried: int
    right: tuple[int, int]
    likely: tuple[float, float]
    lessons: int

    @property
    def better(self) -> bool:
        return self.tried > 0 and self.right[1] >= self.right[0] and self.likely[1] > self.likely[0]


def practise(eye: Eye, lessons: Sequence[Lesson], start: Weights | None = None, *, seed: int = 1) -> Practised | None:
    """None where there are too few lessons. Some seconds of one core."""
    rng = np.random.default_rng(seed)
    inks = [(inked(lesson.window), lesson) for lesson in lessons]
    usable = [(ink, lesson) for ink, lesson in inks if ink.any() and lesson.digits.isdigit()]
    if len(usable) < FEWEST:
        return None
    shipped = eye.shipped
    weights = {name: (start or shipped)[name].copy() for name in NAMES}
    order = rng.permutation(len(usable))
    aside = [usable[i] for i in order[::ASIDE]]
    taught = [usable[i] for place, i in enumerate(order) if place % ASIDE]
    tests = [(eye.see(_padded(ink)), forms_of(lesson.digits)) for ink, lesson in aside]
    before = _tested(weights, tests)
    buckets = _buckets(eye, weights, taught, rng)
    _descend(weights, shipped, buckets, rng)
    after = _tested(weights, tests)
    return Practised(weights, len(tests), (before[0], after[0]), (before[1], after[1]), len(usable))


def compare(eye: Eye, lessons: Sequence[Lesson], one: Weights | None, other: Weights) -> tuple[int, tuple[int, int]]:
    """How many slots could be tried, and how many of them each reads right; None stands for the shipped weights."""
    inks = [(inked(lesson.window), lesson.digits) for lesson in lessons]
    tests = [(eye.see(_padded(ink)), forms_of(digits)) for ink, digits in inks if ink.any() and digits.isdigit()]
    return len(tests), (_tested(one or eye.shipped, tests)[0], _tested(other, tests)[0])


_Look = tuple[Floats, str, float]


def _buckets(
    eye: Eye, weights: Weights, taught: Sequence[tuple[NDArray[np.float32], Lesson]], rng: np.random.Generator
) -> list[list[_Look]]:
    """Several looks at each slot, by their number of steps."""
    buckets: dict[int, list[_Look]] = {}
    for ink, lesson in taught:
        plain = eye.see(_padded(ink))
        forms = forms_of(lesson.digits)
        said = forward(weights, plain)[0][0]
        digits = forms[int(np.argmax(score(said, forms)))]
        for look in [plain, *(eye.see(_padded(_varied(ink, rng))) for _n in range(LOOKS - 1))]:
            buckets.setdefault(look.shape[1], []).append((look[0], digits, lesson.weight))
    return list(buckets.values())


def _descend(weights: Weights, shipped: Weights, buckets: Sequence[Sequence[_Look]], rng: np.random.Generator) -> None:
    """Adam (Kingma and Ba, 2015), the rate falling to nothing in the second half."""
    chance = np.array([len(bucket) for bucket in buckets], float)
    mean = {name: np.zeros_like(weights[name]) for name in NAMES}
    square = {name: np.zeros_like(weights[name]) for name in NAMES}
    for turn in range(1, ROUNDS + 1):
        bucket = buckets[int(rng.choice(len(buckets), p=chance / chance.sum()))]
        heavy = np.array([weight for _s, _d, weight in bucket])
        chosen = rng.choice(len(bucket), size=min(BATCH, len(bucket)), replace=False, p=heavy / heavy.sum())
        batch = [bucket[i] for i in chosen]
        said, trace = forward(weights, np.stack([seen for seen, _d, _w in batch]))
        slope = np.stack([ctc_slope(one, digits) for one, (_s, digits, _w) in zip(said, batch, strict=True)]) / len(batch)
        found = backward(weights, trace, slope.astype(np.float32))
        whole = float(np.sqrt(sum(float((g * g).sum()) for g in found.values())))
        rate = RATE * min(1.0, 2 * (1 - turn / (ROUNDS + 1)))
        for name in NAMES:
            step = found[name] * np.float32(min(1.0, 5.0 / max(whole, 1e-9))) + STAY * (weights[name] - shipped[name])
            mean[name] += 0.1 * (step - mean[name])
            square[name] += 0.001 * (step * step - square[name])
            scale = np.sqrt(square[name] / (1 - 0.999**turn)) + 1e-8
            weights[name] -= (rate * (mean[name] / (1 - 0.9**turn)) / scale).astype(np.float32)


def ctc_slope(said: Steps, digits: str) -> NDArray[np.float64]:
    """The gradient of minus the log probability of `digits` by what is spoken before the soft maximum; (steps, classes).

    Graves and others 2006, equation 16, with variables scaled at each step.
    """
    target = targets((digits,))[0][0]
    spoken = np.exp(said.astype(np.float64))
    emitted = spoken[:, target]
    skip = np.zeros(len(target), bool)
    skip[2:] = (target[2:] != 0) & (target[2:] != target[:-2])
    ahead, behind = _swept(emitted, skip), _swept(emitted[::-1, ::-1], _mirrored(skip))[::-1, ::-1]
    both = ahead * behind / np.maximum(emitted, 1e-30)
    whole = np.maximum(both.sum(axis=1, keepdims=True), 1e-300)
    share = np.zeros_like(spoken)
    for place, code in enumerate(target):
        share[:, code] += both[:, place] / whole[:, 0]
    return spoken - share


def _mirrored(skip: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For the way back: from a digit the next but one is reached where from that one it was."""
    turned = np.zeros_like(skip)
    turned[2:] = skip[::-1][:-2]
    return turned


def _swept(emitted: NDArray[np.float64], skip: NDArray[np.bool_]) -> NDArray[np.float64]:
    out = np.zeros_like(emitted)
    row = np.zeros(emitted.shape[1])
    row[:2] = emitted[0, :2]
    out[0] = row / max(row.sum(), 1e-300)
    for step in range(1, len(emitted)):
        row = out[step - 1].copy()
        row[1:] += out[step - 1][:-1]
        row[2:] += np.where(skip[2:], out[step - 1][:-2], 0.0)
        row *= emitted[step]
        out[step] = row / max(row.sum(), 1e-300)
    return out


def _tested(weights: Weights, tests: Sequence[tuple[Floats, tuple[str, ...]]]) -> tuple[int, float]:
    right, likely = 0, 0.0
    for seen, forms in tests:
        said = forward(weights, seen)[0][0]
        right += _greedy(said) in forms
        likely += float(np.log(max(score(said, forms).sum(), 1e-12)))
    return right, likely / max(len(tests), 1)


def _greedy(said: Steps) -> str:
    best = [int(code) for code in said.argmax(axis=1)]
    return "".join(str(code - 1) for code, before in zip(best, [0, *best], strict=False) if code and code != before)


def forms_of(digits: str) -> tuple[str, ...]:
    """The ways to write it: "7" and "07"."""
    plain = digits.lstrip("0") or "0"
    return (plain, plain.zfill(LONGEST_FORM)) if len(plain) < LONGEST_FORM else (plain,)


def _padded(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.pad(ink, ((0, 0), (0, -ink.shape[1] % WIDTH_STEP))), np.float32)


def _varied(ink: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Stretched by up to a tenth, slanted and moved a little, fainter or bolder."""
    height, width = ink.shape
    wide, high = rng.uniform(0.9, 1.1, 2)
    slant = rng.uniform(-0.12, 0.12)
    x, y = rng.uniform(-2, 2, 2)
    middle = height / 2
    matrix = np.array([[wide, slant, x - slant * middle], [0.0, high, y + middle * (1 - high)]])
    size = (max(NARROWEST, round(width * wide)), HEIGHT)
    moved = cv2.warpAffine(ink, matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(np.clip(moved * rng.uniform(0.75, 1.25), 0, 1), np.float32)
