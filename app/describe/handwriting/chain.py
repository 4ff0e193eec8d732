"""A dossier as a sequence: what stands in one register rises from document to document, and that decides doubtful readings.

Forward-backward over the candidates of all documents; the marginal is the confidence. How numbers and dates step is not fixed:
the law of the gaps is fitted to this dossier by expectation-maximisation, from a prior that knows offices in general. Whether
the documents lie in the order of the register at all is decided by the evidence: as given, sorted, by series, or not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Candidates = tuple[tuple[int, float], ...]  # (value, probability), best first

ROUNDS = 6
TRUST = 12.0  # the prior weighs as much as so many gaps that were seen
FLOOR = 1e-4  # a reader that doubts is never surer than this that a value is not there,
_FIRM = 1e-7  # one that does not doubt than this: else every other office's paper would become one of the register
BETTER = 0.4  # by so much (log likelihood a document) an order must beat chance
_RELIABLE = 0.55
_BY_READING = frozenset({"sorted", "dated", "dated reversed"})
_WEAK = 0.9
FEWEST = 4  # fewer documents are no sequence
_CLEAR = 0.8  # so surely is a document read that may be a stranger
_STRANGER = math.log(20)  # what it costs to take a document for one
_SEARCHES = 3
AGREED = 0.3  # where the sequence overrules nearly all of the readings it is the sequence that is wrong


@dataclass(slots=True, frozen=True)
class Band:
    """Steps from `low` to `high`, all alike. No dossier makes the weight larger than `most`."""

    low: int
    high: int
    weight: float
    most: float = 1.0

    @property
    def each(self) -> float:
        return self.weight / (self.high - self.low + 1)


@dataclass(slots=True, frozen=True)
class Law:
    """How probable each step from one document to the next is. Bands may overlap: the widest catches the odd ones."""

    bands: tuple[Band, ...]

    def of(self, steps: NDArray[np.int64]) -> Floats:
        found = np.zeros(steps.shape)
        for band in self.bands:
            found += np.where((steps >= band.low) & (steps <= band.high), band.each, 0.0)
        return np.maximum(found, 1e-9)

    def fitted(self, prior: Law, steps: NDArray[np.int64], seen: Floats) -> Law:
        """One step of expectation-maximisation: `seen` is how probable each of `steps` was."""
        total = self.of(steps)
        counts = []
        for band, known in zip(self.bands, prior.bands, strict=True):
            share = np.where((steps >= band.low) & (steps <= band.high), band.each, 0.0) / total
            counts.append(float((share * seen).sum()) + TRUST * known.weight)
        whole = sum(counts)
        weights = [min(count / whole, band.most) for band, count in zip(self.bands, counts, strict=True)]
        return Law(tuple(replace(b, weight=w / sum(weights)) for b, w in zip(self.bands, weights, strict=True)))


def law_of(*bands: tuple[int, int, float] | tuple[int, int, float, float]) -> Law:
    whole = sum(band[2] for band in bands)
    return Law(tuple(Band(band[0], band[1], band[2] / whole, *band[3:]) for band in bands))


# A register gives no number twice and does not run backwards, however often a weak reader sees it so.
NUMBERS = law_of(
    (0, 0, 0.02, 0.05), (1, 1, 0.42), (2, 3, 0.2), (4, 10, 0.17), (11, 30, 0.07), (31, 100, 0.03), (101, 1000, 0.015),
    (-3, -1, 0.02, 0.08), (-30, -4, 0.015, 0.05), (-20_000, 20_000, 0.02),
)  # fmt: skip
DAYS = law_of(
    (0, 0, 0.33), (1, 1, 0.13), (2, 3, 0.16), (4, 7, 0.13), (8, 14, 0.07), (15, 30, 0.05), (31, 92, 0.03), (93, 400, 0.015),
    (-3, -1, 0.03, 0.12), (-7, -4, 0.015, 0.06), (-31, -8, 0.025, 0.06), (-4000, 4000, 0.02),
)  # fmt: skip


@dataclass(slots=True, frozen=True)
class Judged:
    """`values[i]` are the candidates of document i with the probability that all documents together give them."""

    values: tuple[Candidates, ...]
    order: str  # "given", "sorted", "dated", "series", …, "none"
    law: Law
    evidence: dict[str, float]
    reliable: float = 0.0  # how sure the readings are by themselves, on average
    runs: tuple[tuple[int, ...], ...] = ()  # the documents that followed each other

    @property
    def trust(self) -> float:
        """The most that a value may be sure by its neighbours.

        Readings that were put in order by readings look consistent whatever they are, and a reader who hardly knows this hand
        makes the same mistake in every document: such neighbours decide the value, but the clerk looks at it.
        """
        return _WEAK if self.order in _BY_READING or self.reliable < _RELIABLE else 1.0


@dataclass(slots=True, frozen=True)
class Order:
    """One way to see the dossier: runs of document indices, each a sequence. `cost` is the log of how many such ways there are."""

    name: str
    runs: tuple[tuple[int, ...], ...]
    cost: float = 0.0


def judge(readings: Sequence[Candidates], prior: Law, orders: Sequence[Order], fewest: int = FEWEST) -> Judged:
    """Weighs the readings by the order that explains them best; documents without candidates stay without.

    No order is believed that explains the readings worse than chance does, or that overrules most of them: then the readings
    stand as they are. `evidence` is the log likelihood of each order that was thinkable; fewer than `fewest` readings are no sequence.
    """
    known = [i for i, candidates in enumerate(readings) if candidates]
    usual = _usual(readings)
    chance = sum(math.log(sum(p * usual(value) for value, p in readings[i])) for i in known)
    best = Judged(tuple(readings), "none", prior, {"none": chance})
    if len(known) < fewest:
        return best
    evidence = dict(best.evidence)
    for order in orders:
        believed = [kept for run in order.runs if (kept := [i for i in run if readings[i]])]
        runs, values, law, weight = _without_strangers(readings, prior, believed)
        if not _agrees(readings, values):
            continue
        evidence[order.name] = weight - order.cost
        others = max(e for name, e in evidence.items() if name != order.name)
        if evidence[order.name] > max(others, chance + BETTER * len(known)):
            best = Judged(values, order.name, law, evidence, runs=tuple(map(tuple, runs)))
    return replace(best, evidence=evidence, reliable=sum(readings[i][0][1] for i in known) / len(known))


def _agrees(readings: Sequence[Candidates], values: Sequence[Candidates]) -> bool:
    same = [before[0][0] == after[0][0] for before, after in zip(readings, values, strict=True) if before]
    return sum(same) >= AGREED * len(same)


def _usual(readings: Sequence[Candidates]) -> Callable[[int], float]:
    """How probable a value is where no order is known: nearly all lie where most of the dossier lies."""
    tops = sorted(candidates[0][0] for candidates in readings if candidates)
    if not tops:
        return lambda _value: 1.0
    low, high = tops[len(tops) // 20], tops[-1 - len(tops) // 20]
    margin = 5 + (high - low) // 10
    near, far = high - low + 2 * margin + 1, 100_000
    return lambda value: 0.05 / far + (0.95 / near if low - margin <= value <= high + margin else 0.0)


def sorted_order(readings: Sequence[Candidates]) -> Order:
    """By the readings themselves. Any set can be sorted, so it costs the number of ways it could have lain."""
    known = [i for i, candidates in enumerate(readings) if candidates]
    run = sorted(known, key=lambda i: (readings[i][0][0], i))
    return Order("sorted", (tuple(run),), math.lgamma(len(run) + 1))


def _without_strangers(
    readings: Sequence[Candidates], prior: Law, runs: Sequence[Sequence[int]]
) -> tuple[Sequence[Sequence[int]], tuple[Candidates, ...], Law, float]:
    """The runs, less the documents that were read clearly and fit nowhere (another office's paper, filed in between), with their fit."""
    values, law, weight = _fit(readings, prior, runs)
    for _round in range(_SEARCHES):
        alone = {i for i, c in enumerate(readings) if c and c[0][1] >= _CLEAR and values[i][0][0] != c[0][0]}
        alone -= {run[0] for run in runs if len(run) == 1}
        if not alone:
            break
        parted = [kept for run in runs if (kept := [i for i in run if i not in alone])] + [[i] for i in sorted(alone)]
        fit = _fit(readings, prior, parted)
        if fit[2] - _STRANGER * len(alone) <= weight:
            break
        runs, values, law, weight = parted, fit[0], fit[1], fit[2] - _STRANGER * len(alone)
    return runs, values, law, weight


def _fit(
    readings: Sequence[Candidates], prior: Law, runs: Sequence[Sequence[int]]
) -> tuple[tuple[Candidates, ...], Law, float]:
    """Candidates with posteriors, the fitted law, the log evidence."""
    usual = _usual(readings)
    law = prior
    states = [_states(readings, run) for run in runs]
    for _round in range(ROUNDS):
        steps, seen = [], []
        for run in states:
            for gap, pair in _pairs(run, law):
                steps.append(gap.ravel())
                seen.append(pair.ravel())
        if not steps:
            break
        law = law.fitted(prior, np.concatenate(steps), np.concatenate(seen))
    values = list(readings)
    evidence = 0.0
    for run, indices in zip(states, runs, strict=True):
        first = np.array([usual(int(number)) for number in run[0][0]])
        run[0] = (run[0][0], run[0][1] * first)
        marginals, log_evidence = _marginals(run, law)
        evidence += log_evidence
        for index, (numbers, _emitted), marginal in zip(indices, run, marginals, strict=True):
            order = np.argsort(-marginal)
            values[index] = tuple((int(numbers[k]), float(marginal[k])) for k in order)
    return tuple(values), law, evidence


_State = tuple[NDArray[np.int64], Floats]


def _states(readings: Sequence[Candidates], run: Sequence[int]) -> list[_State]:
    """Values and how well the window agrees with each; the neighbours' next values are thinkable everywhere."""
    states = []
    for place, index in enumerate(run):
        values = dict(readings[index])
        for beside in (place - 1, place + 1):
            if 0 <= beside < len(run):
                top = readings[run[beside]][0][0]
                for step in (-1, 0, 1) if beside > place else (0, 1, 2):
                    values.setdefault(top + step, 0.0)
        kept = {value: p for value, p in values.items() if value > 0}
        numbers = np.fromiter(kept, np.int64, len(kept))
        emitted = np.fromiter(kept.values(), np.float64, len(kept))
        states.append((numbers, np.maximum(emitted, FLOOR * (1 - readings[index][0][1]) + _FIRM)))
    return states


def _forward(run: Sequence[_State], law: Law) -> tuple[list[Floats], list[Floats], float]:
    """Scaled forward variables, the transitions between neighbours, the log evidence."""
    alphas: list[Floats] = []
    moves: list[Floats] = []
    evidence = 0.0
    for place, (numbers, emitted) in enumerate(run):
        if place == 0:
            alpha = emitted.copy()
        else:
            move = law.of(numbers[None, :] - run[place - 1][0][:, None])
            moves.append(move)
            alpha = (alphas[-1] @ move) * emitted
        whole = float(alpha.sum())
        evidence += math.log(whole)
        alphas.append(alpha / whole)
    return alphas, moves, evidence


def _backward(run: Sequence[_State], moves: Sequence[Floats]) -> list[Floats]:
    betas = [np.ones(len(run[-1][0]))]
    for place in range(len(run) - 2, -1, -1):
        beta = moves[place] @ (run[place + 1][1] * betas[-1])
        betas.append(beta / beta.sum())
    return betas[::-1]


def _marginals(run: Sequence[_State], law: Law) -> tuple[list[Floats], float]:
    alphas, moves, evidence = _forward(run, law)
    both = [alpha * beta for alpha, beta in zip(alphas, _backward(run, moves), strict=True)]
    return [one / one.sum() for one in both], evidence


def _pairs(run: Sequence[_State], law: Law) -> list[tuple[NDArray[np.int64], Floats]]:
    """For each two neighbours: all steps between their candidates, and how probable each is."""
    alphas, moves, _evidence = _forward(run, law)
    betas = _backward(run, moves)
    found = []
    for place, move in enumerate(moves):
        pair = alphas[place][:, None] * move * (run[place + 1][1] * betas[place + 1])[None, :]
        gap = run[place + 1][0][None, :] - run[place][0][:, None]
        found.append((gap, pair / pair.sum()))
    return found
