"""Counts by question (`kind`) and answer (`label`). Adding and subtracting are exact; size is bounded by `trim`.

What is trimmed away stays away until the counts are made anew: taking a lesson back then subtracts what is still there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Key = tuple[str, str]  # kind, label

CHOICES = ("typeName", "organName", "dossier", "maintenance")  # answered by the words of the document
FEATURES = {"typeName": 3000, "maintenance": 3000}  # kept of one label
FEATURES_ELSE = 300
LABELS = 2000  # of one kind
ENTRIES = 60_000  # features of all labels of one kind
SLACK = 1.1


@dataclass(slots=True, frozen=True)
class Mark:
    """One document counted under one label, with what was seen in it (amounts > 0)."""

    kind: str
    label: str
    counts: Mapping[str, int]


@dataclass(slots=True)
class Tally:
    seen: int = 0
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Postings:
    """The tallies of one kind the other way round: feature → label → count."""

    words: dict[str, dict[str, int]] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)  # documents with the feature, whatever their label
    total: int = 0  # documents

    def add(self, label: str, feature: str, amount: int) -> None:
        row = self.words.setdefault(feature, {})
        after = row.get(label, 0) + amount
        self.sums[feature] = self.sums.get(feature, 0) + amount
        if after > 0:
            row[label] = after
            return
        row.pop(label, None)
        if not row:
            del self.words[feature], self.sums[feature]


class Knowledge:
    """What is known. Two are equal when they hold the same counts."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, Tally]] = {}
        self.postings: dict[str, Postings] = {kind: Postings() for kind in CHOICES}
        self._entries: dict[str, int] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Knowledge) and dict(self.rows()) == dict(other.rows())

    __hash__ = None  # type: ignore[assignment]

    def rows(self) -> Iterable[tuple[Key, Tally]]:
        for kind, tallies in self.kinds.items():
            for label, tally in tallies.items():
                yield (kind, label), tally

    def tally(self, kind: str, label: str) -> Tally | None:
        return self.kinds.get(kind, {}).get(label)

    def labels(self, kind: str) -> Mapping[str, Tally]:
        return self.kinds.get(kind, {})

    def learn(self, marks: Iterable[Mark]) -> set[Key]:
        """Adds; returns the labels that changed."""
        return {self._add(mark.kind, mark.label, 1, mark.counts, 1) for mark in marks}

    def unlearn(self, marks: Iterable[Mark]) -> set[Key]:
        """Subtracts what `learn` added; never goes below nothing."""
        return {self._add(mark.kind, mark.label, 1, mark.counts, -1) for mark in marks}

    def put(self, key: Key, tally: Tally) -> None:
        """Adds a whole tally, as read from a store or from another desk."""
        self._add(*key, tally.seen, tally.counts, 1)

    def remove(self, key: Key, tally: Tally) -> None:
        self._add(*key, tally.seen, tally.counts, -1)

    def _add(self, kind: str, label: str, seen: int, counts: Mapping[str, int], sign: int) -> Key:
        tallies = self.kinds.setdefault(kind, {})
        tally = tallies.get(label) or Tally()
        if sign < 0:
            seen = min(seen, tally.seen)
        tally.seen += sign * seen
        postings = self.postings.get(kind)
        if postings:
            postings.total += sign * seen
        for feature, amount in counts.items():
            self._count(kind, label, tally, sys.intern(feature), sign * amount)
        if tally.seen > 0:
            if sign > 0:  # the order of the labels is that of their last lesson
                tallies.pop(label, None)
            tallies[label] = tally
        else:
            for feature, amount in list(tally.counts.items()):  # left over where a trim came between
                self._count(kind, label, tally, feature, -amount)
            tallies.pop(label, None)
            if not tallies:
                del self.kinds[kind]
        return kind, label

    def _count(self, kind: str, label: str, tally: Tally, feature: str, amount: int) -> None:
        before = tally.counts.get(feature, 0)
        after = max(0, before + amount)
        if after == before:
            return
        if after:
            tally.counts[feature] = after
        else:
            del tally.counts[feature]
        self._entries[kind] = self._entries.get(kind, 0) + (after > 0) - (before > 0)
        postings = self.postings.get(kind)
        if postings:
            postings.add(label, feature, after - before)

    def trim(self, touched: Iterable[Key]) -> set[Key]:
        """Keeps the size bounded after learning; returns the labels that lost something. A few milliseconds at most."""
        lost: set[Key] = set()
        for kind, label in touched:
            if self._trim_label(kind, label):
                lost.add((kind, label))
            lost |= self._forget(kind)
        return lost

    def _trim_label(self, kind: str, label: str) -> bool:
        """The most frequent features stay; of equals the newer ones."""
        tally = self.tally(kind, label)
        most = FEATURES.get(kind, FEATURES_ELSE)
        if tally is None or len(tally.counts) <= most * SLACK:
            return False
        newest_first = list(reversed(tally.counts.items()))
        for feature, count in sorted(newest_first, key=lambda item: -item[1])[most:]:
            self._count(kind, label, tally, feature, -count)
        return True

    def _too_many(self, kind: str) -> bool:
        return len(self.labels(kind)) > LABELS or self._entries.get(kind, 0) > ENTRIES

    def _forget(self, kind: str) -> set[Key]:
        """Of the half that was learnt longest ago, the labels with the fewest documents go until the rest fits."""
        gone: set[Key] = set()
        while self._too_many(kind):
            tallies = self.labels(kind)
            old = list(tallies)[: (len(tallies) + 1) // 2]
            for label in sorted(old, key=lambda name: tallies[name].seen):
                gone.add(self._add(kind, label, tallies[label].seen, dict(tallies[label].counts), -1))
                if not self._too_many(kind):
                    break
        return gone

    @property
    def size(self) -> int:
        """Counts that are held."""
        return sum(self._entries.values())
