"""From candidates to readings: the value, how sure, and a sentence where the pen and its neighbours disagree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.describe.handwriting.chain import Candidates
from app.describe.handwriting.evidence import Evidence
from app.i18n import N_, _
from storage.records.reading import Box, FieldReading, union

_CONTRADICTED = 0.9  # a reading of the pen as sure as this stands against its neighbours
_DOUBTED = 0.55  # and is shown with this confidence
_UNSEEN = 0.02  # a value that the reader hardly sees is never sure
_UNSEEN_MOST = 0.9
_MOST = 0.995


def fused_number(evidence: Evidence, judged: Candidates, printed: FieldReading | None) -> FieldReading:
    """`codeNumber`; `judged` is not empty. A well printed one stays, with a remark where the neighbours doubt it."""
    read = evidence.numbers
    forms = evidence.reading("number").forms
    value, sure, why = _settled(read, judged, lambda number: forms.get(number, str(number)))
    if printed is not None:
        return _printed(printed, value == read[0][0], why)
    return FieldReading(
        forms.get(value, str(value)), sure, 1, _box(evidence, "codeNumber", evidence.boxes.get("number")), "handwriting", why
    )


def fused_date(evidence: Evidence, judged: Candidates, printed: FieldReading | None) -> FieldReading:
    """`issuedDate` as dd/MM/yyyy; `judged` is not empty."""
    value, sure, why = _settled(evidence.dates, judged, _day)
    if printed is not None:
        return _printed(printed, value == evidence.dates[0][0], why)
    box = union(box for kind, box in evidence.boxes.items() if kind in {"day", "month", "year"})
    return FieldReading(_day(value), sure, 1, _box(evidence, "issuedDate", box), "handwriting", why)


def _settled(read: Candidates, judged: Candidates, show: Callable[[int], str]) -> tuple[int, float, str]:
    """(value, confidence, why)."""
    (own, own_sure), (value, sure) = read[0], judged[0]
    if value == own:
        seen = next((p for v, p in judged if v == own), sure)
        why = N_("Handwritten; read by the small network.") if seen == own_sure else N_("Handwritten; its neighbours agree.")
        return value, round(min(sure, _MOST), 3), why
    if own_sure >= _CONTRADICTED:
        text = _("The pen reads {read}, the neighbouring documents suggest {other}: please check.")
        return own, _DOUBTED, text.format(read=show(own), other=show(value))
    text = _("Most likely {value} by its neighbours; alone it reads {read}: please check.")
    seen = next((p for v, p in read if v == value), 0.0)
    most = _MOST if seen >= _UNSEEN else _UNSEEN_MOST
    return value, round(min(sure, most), 3), text.format(value=show(value), read=show(own))


def _printed(rule: FieldReading, agreed: bool, why: str) -> FieldReading:
    if agreed:
        return rule
    return FieldReading(rule.value, min(rule.confidence, _DOUBTED), rule.page, rule.box, rule.source, why)


def _box(evidence: Evidence, name: str, found: Box | None) -> Box | None:
    rule = evidence.fields.get(name)
    return found or (rule.box if rule else None)


def _day(ordinal: int) -> str:
    return f"{date.fromordinal(ordinal):%d/%m/%Y}"
