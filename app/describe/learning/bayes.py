"""Which label do the words of a document speak for: naive Bayes over counts of documents, with a place for "none of these".

Each feature speaks for a label by how much more often it is seen there than elsewhere. The answer "a label that was never seen"
stands beside the others with the weight that new labels had so far (Good and Turing): an unknown office is no known one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.describe.learning.knowledge import Knowledge, Postings

COMMON = 150  # labels; a word of so many tells none of them apart
STRONGEST = 4.0  # a single word never decides alone


@dataclass(slots=True, frozen=True)
class Manner:
    """How a question treats silence. `absence`: a known word that a label never had; `novelty`: a word that no label had, for
    features whose letter is in `telling`; `calm` divides the sum, for words that stand together don't speak independently.
    """

    absence: float
    novelty: float
    telling: str
    calm: float


MANNERS = {
    "typeName": Manner(0.3, 0.0, "", 3.0),
    "organName": Manner(1.2, 1.0, "oupn", 3.0),
    "dossier": Manner(0.6, 0.25, "win", 3.0),
    "maintenance": Manner(0.3, 0.2, "w", 4.0),
}


@dataclass(slots=True, frozen=True)
class Judgement:
    label: str
    probability: float  # by the counts alone; see `trials` for what it is worth
    evidence: tuple[str, ...]  # features, the strongest first


def judge(knowledge: Knowledge, kind: str, features: Iterable[str], allowed: frozenset[str] | None = None) -> Judgement | None:
    """The likeliest label; None where "none of these" is likelier. `allowed` names the labels that may be answered."""
    postings, tallies = knowledge.postings[kind], knowledge.labels(kind)
    if not tallies:
        return None
    manner = MANNERS[kind]
    features = list(features)
    known = [f for f in features if 0 < len(postings.words.get(f, ())) <= COMMON]
    novel = sum(f[0] in manner.telling for f in features if f not in postings.words)
    weights = _weights(postings, known)
    speaks: dict[str, float] = {}
    sizes = {label: tally.seen for label, tally in tallies.items()}
    silence = {seen: _silence(seen, manner) for seen in set(sizes.values())}
    for feature, share in weights:
        gains: dict[tuple[int, int], float] = {}
        for label, count in postings.words[feature].items():
            seen = sizes[label]
            gain = gains.get((count, seen))
            if gain is None:
                gain = gains[count, seen] = _gain(count, seen, share) + silence[seen]
            speaks[label] = speaks.get(label, 0.0) + gain
    if not speaks:
        return None
    once = sum(seen <= 1 for seen in sizes.values())
    new = 1.0 + once
    everything = postings.total + new
    logs = {
        label: (gain - len(known) * silence[sizes[label]] - novel * manner.novelty) / manner.calm
        + math.log(sizes[label] / everything)
        for label, gain in speaks.items()
    }
    return _answer(logs, math.log(new / everything), weights, postings, sizes, allowed)


def _answer(
    logs: dict[str, float],
    unknown: float,
    weights: list[tuple[str, float]],
    postings: Postings,
    seen: dict[str, int],
    allowed: frozenset[str] | None,
) -> Judgement | None:
    open_to_us = [label for label in logs if allowed is None or label in allowed]
    best = max(open_to_us, key=lambda label: logs[label], default=None)
    if best is None or logs[best] <= unknown:
        return None
    highest = max(logs.values())
    total = sum(math.exp(value - highest) for value in logs.values()) + math.exp(unknown - highest)
    rival = max((label for label in logs if label != best), key=lambda label: logs[label], default=None)
    gains = []
    for feature, share in weights:
        row = postings.words[feature]
        if best in row:
            against = _gain(row[rival], seen[rival], share) if rival in row and rival is not None else 0.0
            gains.append((_gain(row[best], seen[best], share) - max(against, 0.0), feature))
    gains.sort(key=lambda item: -item[0])
    return Judgement(best, math.exp(logs[best] - highest) / total, tuple(f for gain, f in gains[:9] if gain > 0.15))


def _weights(postings: Postings, known: list[str]) -> list[tuple[str, float]]:
    """Each feature with its share of all documents."""
    return [(f, min(0.95, (postings.sums[f] + 0.5) / (postings.total + 1))) for f in known]


def _gain(count: int, seen: int, share: float) -> float:
    return min(STRONGEST, math.log((min(count, seen) + share) / (seen + 1) / share))


def _silence(seen: int, manner: Manner) -> float:
    """What it costs a label that it never had a known word; more for a label that is well known."""
    return min(manner.absence, math.log(seen + 1))
