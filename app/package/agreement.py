"""Whether the descriptions of a package agree with each other: codes, ordinals, counts. The writer and the checker both ask."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.i18n import _
from app.package.fields import Fault, parse_date
from app.package.profiles import Kind

Values = Mapping[str, str]
COMPARED = frozenset(
    {"docId", "docCode", "arcDocCode", "arcFileCode", "docOrdinal"}
)  # the fields of a document that are asked for here

_TAIL = re.compile(r"(?P<code>.*?)\.?(?P<ordinal>\d{7})")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(slots=True, frozen=True)
class Disagreement:
    """`document` is the index of the document, None for the dossier; `level` is "error" or "warning"."""

    document: int | None
    level: str
    fault: Fault


def disagreements(kind: Kind, dossier: Values | None, documents: Sequence[Values]) -> Iterator[Disagreement]:
    """What two descriptions of one package say differently."""
    if dossier is not None:
        if kind.name.endswith("hoso"):
            for index, document in enumerate(documents):
                yield from _of_dossier(kind, dossier, index, document)
        yield from _total(dossier, len(documents))
    for name in ("docId", "docCode", "arcDocCode"):
        yield from _twice(name, documents)


def _of_dossier(kind: Kind, dossier: Values, index: int, document: Values) -> Iterator[Disagreement]:
    code, real = document.get("docCode") or "", dossier.get(kind.code_field) or ""
    told = document.get("arcFileCode") or ""
    if kind.oais == "AIP" and told and real and told != real:
        words = _("The document names the dossier “{told}”, but this is “{real}”.")
        yield _error(index, "arcFileCode", words.format(told=told[:100], real=real[:100]))
    if not code or not real:
        return
    match = _TAIL.fullmatch(code)
    if not match:
        words = _("The document's code must end in its ordinal with 7 digits: “{code}”.")
        yield _error(index, "docCode", words.format(code=code[:100]))
        return
    ordinal = document.get("docOrdinal") or ""
    if kind.oais == "AIP" and _is_number(ordinal) and int(ordinal[:9]) != int(match["ordinal"]):
        words = _("The document's code does not end in its ordinal in the dossier.")
        yield Disagreement(index, "warning", Fault("docCode", "DOCCODE", words))
    yield from _begins_alike(kind, dossier, index, code, match["code"], real)


def _begins_alike(kind: Kind, dossier: Values, index: int, code: str, prefix: str, real: str) -> Iterator[Disagreement]:
    if prefix == real or (kind.oais == "AIP" and f".{prefix}." in f".{real}."):
        return
    strange = set(_YEAR.findall(prefix)) - set(_YEAR.findall(real)) - _years(dossier)
    words = _("The document's code “{code}” does not begin with the dossier's code “{dossier}”.")
    # A closed fonds gives its archive code without the dossier's own: then only a foreign year proves a mistake.
    level = "error" if kind.oais == "SIP" or strange else "warning"
    told = words.format(code=code[:100], dossier=real[:100])
    yield Disagreement(index, level, Fault("docCode", "DOCCODE", told))


def _years(dossier: Values) -> set[str]:
    start, end = (parse_date(dossier.get(name) or "") for name in ("startDate", "endDate"))
    if not start or not end or end[1].year - start[0].year > 200:
        return set()
    return {str(year) for year in range(start[0].year, end[1].year + 1)}


def _total(dossier: Values, real: int) -> Iterator[Disagreement]:
    told = dossier.get("totalDoc") or ""
    if real and _is_number(told) and int(told[:12]) != real:
        words = _("The dossier counts {told} documents, the package holds {real}.").format(told=told[:12], real=real)
        yield Disagreement(None, "warning", Fault("totalDoc", "TOTALDOC", words))


def _twice(name: str, documents: Sequence[Values]) -> Iterator[Disagreement]:
    counted = Counter(value for each in documents if (value := each.get(name)))
    for value, count in counted.items():
        if count > 1:
            words = _("{count} documents have the same code “{value}”.").format(count=count, value=value[:120])
            yield _error(None, name, words)


def _error(index: int | None, field: str, words: str) -> Disagreement:
    return Disagreement(index, "error", Fault(field, "DOCCODE", words))


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()
