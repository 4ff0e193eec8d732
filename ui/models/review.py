"""How a review goes: in which order fields are looked at, how far one is, how long a document takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from statistics import median

from storage.records.reading import Box

LONGEST = 15 * 60.0  # seconds; more is a pause, not a document
_DAY_MONTH = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s]?")


def reading_order(names: Iterable[str], places: Mapping[str, tuple[int, Box]]) -> list[str]:
    """Names as their boxes (page, box) lie on the page: line by line, from the left; those without a box after, as given."""
    declared = list(names)
    rows: list[tuple[int, float, float, float, str]] = sorted(
        (places[name][0], (places[name][1][1] + places[name][1][3]) / 2, places[name][1][0], places[name][1][3], name)
        for name in declared
        if name in places
    )
    ordered: list[str] = []
    line: list[tuple[float, str]] = []
    page, bottom = 0, -1.0
    for number, middle, left, low, name in rows:
        if line and (number != page or middle > bottom):
            ordered += [one for _left, one in sorted(line)]
            line = []
        if not line:
            page, bottom = number, low
        line.append((left, name))
    ordered += [one for _left, one in sorted(line)]
    return ordered + [name for name in declared if name not in places]


def with_year(text: str, year: str) -> str:
    """ "5/3" → "5/3/2024": the year of a dossier is hardly ever worth typing. Anything else stays as it is."""
    match = _DAY_MONTH.fullmatch(text.strip())
    return f"{match[1]}/{match[2]}/{year}" if match and re.fullmatch(r"\d{4}", year) else text


class Pace:
    """Seconds a document. Times come from outside (a monotonic clock)."""

    def __init__(self) -> None:
        self._spent: list[float] = []
        self._began: float | None = None

    def begin(self, now: float) -> None:
        """A document is in front of the clerk."""
        self._began = now

    def end(self, now: float) -> None:
        """It is done."""
        if self._began is not None:
            self._spent.append(min(max(now - self._began, 0.0), LONGEST))
        self._began = None

    @property
    def done(self) -> int:
        return len(self._spent)

    @property
    def seconds(self) -> float | None:
        """The middle of the times so far; None before the first."""
        return median(self._spent) if self._spent else None

    @property
    def total(self) -> float:
        return sum(self._spent)


class Queue:
    """The documents of a review: where one is, what is done."""

    def __init__(self, ids: Iterable[int]) -> None:
        self.ids = list(ids)
        self.done: set[int] = set()
        self.at = 0

    @property
    def current(self) -> int:
        """The document's id, 0 for none."""
        return self.ids[self.at] if self.ids else 0

    @property
    def left(self) -> int:
        return sum(one not in self.done for one in self.ids)

    def go(self, document_id: int) -> bool:
        if document_id not in self.ids:
            return False
        self.at = self.ids.index(document_id)
        return True

    def step(self, by: int) -> bool:
        """To the neighbour; False at the end."""
        if not 0 <= self.at + by < len(self.ids):
            return False
        self.at += by
        return True

    def next_open(self) -> int:
        """The next document that is not done, round the end; 0 when all are."""
        for one in self.ids[self.at + 1 :] + self.ids[: self.at + 1]:
            if one not in self.done:
                return one
        return 0

    @property
    def before(self) -> int:
        """The document in front of the current one, 0 for none."""
        return self.ids[self.at - 1] if self.at > 0 and self.ids else 0

    def add(self, more: Iterable[int]) -> None:
        """At the end; the place stays."""
        here = set(self.ids)
        self.ids += [one for one in more if one not in here]

    def drop(self, gone: Iterable[int]) -> None:
        """Documents that are no longer there."""
        current, away = self.current, set(gone)
        self.ids = [one for one in self.ids if one not in away]
        self.at = self.ids.index(current) if current in self.ids else min(self.at, max(len(self.ids) - 1, 0))
