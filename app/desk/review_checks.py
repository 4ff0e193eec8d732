"""What looks wrong when documents are seen beside each other: numbers out of order or doubled, dates before their predecessor.

A dossier's documents lie in the order of their dates, and an office's numbers rise with the days of a year (Nghị định 30/2020/NĐ-CP,
art. 15). Neither is certain of a given pile, so an order is only held against a document where most of its neighbours keep it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.describe.fuzzy import compact, distance
from app.desk import fields
from app.i18n import N_, _

JOINT_LEAST = 5  # documents of an office and year, before they are taken for one run of numbers over all types
JOINT_SHARE = 0.8  # of them must rise together
KEPT_SHARE = 0.6  # of a dossier must lie by date, or its order means something else
KNOWN_LEAST = 10  # confirmed documents, before an issuer can be called unknown
NEAR = 2  # letters: another spelling of a known issuer

WORDS = {
    "field.missing": N_("Still empty"),
    "field.too_long": N_("Too long"),
    "date.format": N_("Not a date"),
    "date.impossible": N_("No such day"),
    "date.future": N_("In the future"),
    "date.too_old": N_("Too old"),
    "date.before_issue": N_("Before its issue"),
    "date.order": N_("Out of date order"),
    "number.not_digits": N_("Not a number"),
    "number.order": N_("Number out of order"),
    "number.doubled": N_("Number used twice"),
    "type.notation_differs": N_("Type and notation differ"),
    "organ.unknown": N_("New issuer"),
    "sheets.form": N_("Not a range"),
    "sheets.doubled": N_("Sheet used twice"),
    "sheets.gap": N_("Sheet missing"),
    "sheets.order": N_("Sheet out of order"),
}


@dataclass(slots=True, frozen=True)
class Finding:
    """`code` as in `WORDS`; `message` is a translated sentence about `field` of one document. `stands`: it waits for the clerk's word,
    even where the field is confirmed."""

    document_id: int
    field: str
    code: str
    message: str
    stands: bool = False

    @property
    def word(self) -> str:
        """Two or three words for a narrow place."""
        return _(WORDS[self.code]) if self.code in WORDS else self.message


@dataclass(slots=True, frozen=True)
class Row:
    """What the order of a pile is judged by. `sort` is yyyy-MM-dd, "" or with 00 where the day is not known."""

    id: int
    dossier_id: int | None
    ordinal: int
    code: str
    number: str
    notation: str
    organ: str
    day: str
    sort: str
    sheets: str = ""

    @property
    def title(self) -> str:
        return self.code or _("the one without a number")

    @property
    def value(self) -> int | None:
        digits = self.number.rstrip("abcdefghijklmnopqrstuvwxyzđABCDEFGHIJKLMNOPQRSTUVWXYZĐ")
        return int(digits) if digits.isascii() and digits.isdigit() else None

    @property
    def year(self) -> str:
        return self.sort[:4]

    @property
    def dated(self) -> bool:
        return len(self.sort) == 10 and not self.sort.endswith("-00") and fields.parsed(self.day) is not None


def order_findings(rows: Sequence[Row]) -> list[Finding]:
    """Everything about numbers and the order of dates; `rows` in any order."""
    found = doubled(rows)
    for pile in _grouped((row for row in rows if row.dossier_id is not None), lambda row: row.dossier_id).values():
        found += dates_out_of_order(sorted(pile, key=lambda row: (row.ordinal, row.id)))
    counted = [row for row in rows if row.dated and row.value is not None and row.organ]
    for office in _grouped(counted, lambda row: (compact(row.organ), row.year)).values():
        found += numbers_out_of_order(office)
    return found


def doubled(rows: Iterable[Row]) -> list[Finding]:
    """The same number, notation and issuer in one year (of documents without a day: in any)."""
    numbered = (row for row in rows if row.number and row.notation)
    same = _grouped(numbered, lambda row: (row.value or row.number, compact(row.notation), compact(row.organ)))
    found = []
    for twins in same.values():
        for row in twins:
            others = [one for one in twins if one is not row and (one.year == row.year or not one.year or not row.year)]
            if others:
                words = _("The number {code} of this issuer stands on another document too (day {day}).")
                message = words.format(code=row.title, day=others[0].day or "—")
                found.append(Finding(row.id, "codeNumber", "number.doubled", message))
    return found


def dates_out_of_order(pile: Sequence[Row]) -> list[Finding]:
    """`pile` is one dossier in the order of its papers."""
    dated = [row for row in pile if row.dated]
    odd, share = suspects([row.sort for row in dated])
    if share < KEPT_SHARE:
        return []
    found = []
    for place in odd:
        row = dated[place]
        before = next((one for one in reversed(dated[:place]) if one.sort > row.sort), None)
        after = next((one for one in dated[place + 1 :] if one.sort < row.sort), None)
        other = before or after
        if other is None:
            continue
        words = (
            _("The day {day} lies before that of the document in front of it ({other}, {other_day}).")
            if before
            else _("The day {day} lies after that of a document behind it ({other}, {other_day}).")
        )
        message = words.format(day=row.day, other=other.title, other_day=other.day)
        found.append(Finding(row.id, "issuedDate", "date.order", message))
    return found


def numbers_out_of_order(office: Sequence[Row]) -> list[Finding]:
    """`office`: dated, numbered documents of one issuer and year. Counted through all types where that fits, else by type."""
    by_day = sorted(office, key=lambda row: (row.sort, row.value or 0))
    odd, share = suspects([row.value or 0 for row in by_day])
    if len(by_day) >= JOINT_LEAST and share >= JOINT_SHARE:
        return _number_findings(by_day, odd)
    found = []
    for series in _grouped(by_day, lambda row: compact(row.notation)).values():
        odd, share = suspects([row.value or 0 for row in series])
        if share >= 0.5:
            found += _number_findings(series, odd)
    return found


def _number_findings(series: Sequence[Row], odd: Sequence[int]) -> list[Finding]:
    found = []
    for place in odd:
        row, value = series[place], series[place].value or 0
        other = next((one for one in reversed(series[:place]) if (one.value or 0) > value), None)
        other = other or next((one for one in series[place + 1 :] if (one.value or 0) < value), None)
        if other is not None:
            words = _("Number {number} of {day} does not fit beside {other} of {other_day}: numbers rise with the days.")
            message = words.format(number=row.number, day=row.day, other=other.title, other_day=other.day)
            found.append(Finding(row.id, "codeNumber", "number.order", message))
    return found


def suspects(values: Sequence[Any]) -> tuple[list[int], float]:
    """Places that do not belong to every longest rising run of `values`, and the share that such a run holds.

    88 among 27, 38, 45 stands alone as the fault; of two that changed places both are named. O(n log n).
    """
    count = len(values)
    if count < 2:
        return [], 1.0
    ends = _run_lengths(values)
    starts = _run_lengths_back(values)
    longest = max(ends)
    on_run = [i for i in range(count) if ends[i] + starts[i] - 1 == longest]
    tally: dict[int, int] = {}
    for i in on_run:
        tally[ends[i]] = tally.get(ends[i], 0) + 1
    alone = {length for length, number in tally.items() if number == 1}
    certain = {i for i in on_run if ends[i] in alone}
    return [i for i in range(count) if i not in certain], longest / count


def _run_lengths(values: Sequence[Any]) -> list[int]:
    """For each place: how long the longest rising (never falling) run is that ends there."""
    tails: list[Any] = []
    lengths = []
    for value in values:
        at = bisect_right(tails, value)
        tails[at : at + 1] = [value]
        lengths.append(at + 1)
    return lengths


def _run_lengths_back(values: Sequence[Any]) -> list[int]:
    """The same for runs that begin there."""
    ranks = {value: rank for rank, value in enumerate(sorted(set(values)))}
    tails: list[int] = []
    lengths = []
    for value in reversed(values):
        key = -ranks[value]
        at = bisect_right(tails, key)
        tails[at : at + 1] = [key]
        lengths.append(at + 1)
    return lengths[::-1]


def unknown_issuers(rows: Iterable[Row], known: Sequence[str]) -> list[Finding]:
    """Issuers that no confirmed document bears; `known` are the names on confirmed documents, with repeats."""
    if len(known) < KNOWN_LEAST:
        return []
    names = {compact(name): name for name in known}
    nearest: dict[str, str] = {}
    found = []
    for row in rows:
        key = compact(row.organ)
        if not key or key in names:
            continue
        if key not in nearest:
            nearest[key] = next((name for one, name in names.items() if distance(key, one, NEAR) <= NEAR), "")
        near = nearest[key]
        message = (
            _("“{issuer}” is not known yet; did you mean “{near}”?").format(issuer=row.organ, near=near)
            if near
            else _("No document of “{issuer}” has been confirmed yet: please check the name.").format(issuer=row.organ)
        )
        found.append(Finding(row.id, "organName", "organ.unknown", message))
    return found


def _grouped(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Hashable, list[Row]]:
    groups: dict[Hashable, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups
