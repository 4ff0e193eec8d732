"""From candidates to readings: the value, how sure, and a sentence where the pen and its neighbours disagree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.describe.handwriting.chain import Candidates
from app.describe.handwriting.evidence import Evidence
from app.i18n import N_, _
from storage.records.reading import Box, FieldReading, union

_CONTRADICTED = 0.9  # a reading of the pen as sure as this stands against its neighbours
_DOUBTED = 0.55  # and is shown with this confidence
_UNSEEN = 0.05  # a value that the reader hardly sees is never sure
_PROVEN = 0.99  # nor one that neighbours less sure than this put in the place of another: of 16 drawn dates 3 were wrong
_UNSEEN_MOST = 0.9
_MOST = 0.995
_MOST_AT_END = 0.84  # a date over the signature may be another one than the paper's: the clerk looks at it
_STRICT = 2.0  # nobody else vouches for it: it may be wrong twice as often


@dataclass(slots=True, frozen=True)
class Verdict:
    """What the dossier thinks of one value: candidates (not empty), whether neighbours were asked, how far they are trusted."""

    values: Candidates
    asked: bool
    trust: float = 1.0


def fused_number(evidence: Evidence, verdict: Verdict, printed: FieldReading | None) -> FieldReading:
    """`codeNumber`. A well printed one stays, with a remark where the neighbours doubt it."""
    forms = evidence.reading("number").forms
    value, sure, why = _settled(evidence.numbers, verdict, lambda number: forms.get(number, str(number)))
    if printed is not None:
        return _printed(printed, value == evidence.numbers[0][0], why)
    box = _box(evidence, "codeNumber", evidence.boxes.get("number"))
    return FieldReading(forms.get(value, str(value)), sure, 1, box, "handwriting", why)


def fused_date(evidence: Evidence, verdict: Verdict, printed: FieldReading | None) -> FieldReading:
    """`issuedDate` as dd/MM/yyyy, otherwise as `fused_number`."""
    value, sure, why = _settled(evidence.dates, verdict, _day)
    if printed is not None:
        return _printed(printed, value == evidence.dates[0][0], why)
    box = union(box for kind, box in evidence.boxes.items() if kind in {"day", "month", "year"})
    rule = evidence.fields.get("issuedDate")
    if box is None and rule is not None and rule.value == _day(value):
        return _printed(rule, True, why)  # no pen was read: the neighbours only looked at what is printed
    if evidence.ended:
        why, sure = f"{_(why)} {_('It stands at the end of the paper.')}", min(sure, _MOST_AT_END)
    page = evidence.date_page if box or rule is None else rule.page
    return FieldReading(_day(value), sure, page, _box(evidence, "issuedDate", box), "handwriting", why)


def _settled(read: Candidates, verdict: Verdict, show: Callable[[int], str]) -> tuple[int, float, str]:
    """(value, confidence, why)."""
    (own, own_sure), (value, sure) = read[0], verdict.values[0]
    if not verdict.asked:
        return value, alone(sure), N_("Handwritten; read by the small network.")
    most = max(min(verdict.trust, _MOST), alone(own_sure) if value == own else 0.0)
    if value == own:
        return value, round(min(sure, most), 3), N_("Handwritten; its neighbours agree.")
    if own_sure >= _CONTRADICTED:
        text = _("The pen reads {read}, the neighbouring documents suggest {other}: please check.")
        return own, _DOUBTED, text.format(read=show(own), other=show(value))
    text = _("Most likely {value} by its neighbours; alone it reads {read}: please check.")
    seen = next((p for v, p in read if v == value), 0.0)
    most = min(most, _MOST if seen >= _UNSEEN and sure >= _PROVEN else _UNSEEN_MOST)
    return value, round(min(sure, most), 3), text.format(value=show(value), read=show(own))


def alone(probability: float) -> float:
    """How sure a reading is without neighbours: the network's own probability is too sure of itself near one."""
    return round(max(0.0, min(_MOST, 1 - _STRICT * (1 - probability), probability)), 3)


def _printed(rule: FieldReading, agreed: bool, why: str) -> FieldReading:
    if agreed:
        return rule
    return FieldReading(rule.value, min(rule.confidence, _DOUBTED), rule.page, rule.box, rule.source, why)


def _box(evidence: Evidence, name: str, found: Box | None) -> Box | None:
    rule = evidence.fields.get(name)
    return found or (rule.box if rule else None)


def _day(ordinal: int) -> str:
    return f"{date.fromordinal(ordinal):%d/%m/%Y}"
