"""Sheet numbers of a dossier beside each other: a number given twice, one that is missing, a document out of their order.

Sheets are numbered through from the first to the last of a dossier (Nghị định 30/2020/NĐ-CP, art. 31).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.desk.review_checks import KEPT_SHARE, Finding, Row, suspects
from app.i18n import _

FEWEST = 3  # documents with sheet numbers, before their order tells anything
_RANGE = re.compile(r"^(\d{1,4})([a-z]?)(?:\s*[-–]\s*(\d{1,4})([a-z]?))?$")

Sheet = tuple[int, str]  # (12, "a")


@dataclass(slots=True, frozen=True)
class Span:
    """The sheets of one document, first and last."""

    row: Row
    first: Sheet
    last: Sheet


def span_of(row: Row) -> Span | None:
    """None where the field is empty or not written as one number or one range."""
    match = _RANGE.match(row.sheets.strip().lower())
    if match is None:
        return None
    first = (int(match.group(1)), match.group(2))
    return Span(row, first, (int(match.group(3)), match.group(4)) if match.group(3) else first)


def form_of(sheets: str) -> str:
    """What is wrong with how a range of sheets is written; "" where nothing is."""
    parts = [part.strip() for part in re.split(r"[,;]", sheets.strip().lower())]  # "1, 3, 5": a paper whose sheets lie apart
    if parts == [""] or all(_RANGE.match(part) for part in parts):
        return ""
    return _("Write the sheets like 12 or 12-15.")


def sheet_findings(pile: Sequence[Row]) -> list[Finding]:
    """`pile` is one dossier in the order of its papers."""
    found = [_finding(one.row, "sheets.form", _("The last sheet comes before the first one.")) for one in _backward(pile)]
    found += [_finding(row, "sheets.form", words) for row in pile if (words := form_of(row.sheets))]
    spans = [span for row in pile if (span := span_of(row)) and span.first <= span.last]
    odd, share = suspects([span.first for span in spans])
    if len(spans) < FEWEST or share < KEPT_SHARE:
        return found + _doubled(spans)
    return found + _doubled(spans) + [*_out_of_order(spans, odd), *_missing(pile, spans, odd)]


def _backward(pile: Sequence[Row]) -> list[Span]:
    return [span for row in pile if (span := span_of(row)) and span.first > span.last]


def _doubled(spans: Sequence[Span]) -> list[Finding]:
    found = []
    by_number = sorted(spans, key=lambda span: span.first)
    for one, other in pairwise(by_number):
        if other.first <= one.last:
            for span, twin in ((one, other), (other, one)):
                words = _("Sheet {number} is given to another document too ({other}).")
                message = words.format(number=text_of(other.first), other=twin.row.title)
                found.append(_finding(span.row, "sheets.doubled", message))
    return found


def _out_of_order(spans: Sequence[Span], odd: Sequence[int]) -> list[Finding]:
    found = []
    for place in odd:
        words = _("Sheet {number} lies out of the order of the sheets of this dossier.")
        found.append(_finding(spans[place].row, "sheets.order", words.format(number=text_of(spans[place].first))))
    return found


def _missing(pile: Sequence[Row], spans: Sequence[Span], odd: Sequence[int]) -> list[Finding]:
    """Gaps between two documents that lie side by side; one without numbers between them may hold the rest."""
    place = {row.id: at for at, row in enumerate(pile)}
    kept = [span for at, span in enumerate(spans) if at not in set(odd)]
    found = []
    for one, other in pairwise(kept):
        if place[other.row.id] != place[one.row.id] + 1 or other.first[0] <= one.last[0] + 1:
            continue
        first, last = one.last[0] + 1, other.first[0] - 1
        number = str(first) if first == last else f"{first}-{last}"
        words = _("Sheet {number} is missing between the document in front ({other}) and this one.")
        found.append(_finding(other.row, "sheets.gap", words.format(number=number, other=one.row.title)))
    return found


def text_of(sheet: Sheet) -> str:
    return f"{sheet[0]}{sheet[1]}"


def _finding(row: Row, code: str, message: str) -> Finding:
    return Finding(row.id, "sheets", code, message)
