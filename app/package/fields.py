"""The descriptive fields of Thông tư 05/2025 as tables: codes, lengths, dates, what is required.

The tables are resources/profiles/tt05-fields.json. The writer, the checker and the shipped XSDs all follow them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from app.i18n import _
from app.package.profiles import FOLDER

SHORT = 40  # characters of a value that is remembered as right
MOST_FINE = 500  # such values of one field
CODES = re.compile(r"\d\d(?:[;, ]+\d\d)*")
DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")
PARTIAL = re.compile(r"(?:(?:(\d\d)/)?(\d\d)/)?(\d{4})")


@dataclass(slots=True, frozen=True)
class Field:
    name: str
    label: str  # Vietnamese, as the circular calls it
    type: str  # text, number, flag, code, codes, date, partial-date
    required: bool
    length: int = 0  # characters; 0 for dates
    codes: str = ""  # the code table


@dataclass(slots=True, frozen=True)
class Fault:
    """A value that breaks the tables: `rule` is the suffix of the finding's id, `message` is translated."""

    field: str
    rule: str
    message: str


def record(kind: str, name: str) -> tuple[Field, ...]:
    """The fields of `name` ("ead", "doc", "pic", "media") in a package of `kind`, in the order of the circular."""
    return _records()[f"{kind}/{name}"]


@cache
def names(kind: str, name: str) -> frozenset[str]:
    """The names of the fields of a record."""
    return frozenset(each.name for each in record(kind, name))


def codes(table: str) -> Mapping[str, str]:
    """Code → Vietnamese words of one table, e.g. `codes("typeName")["02"] == "Quyết định"`."""
    return _tables()[table]


def code_for(table: str, words: str) -> str | None:
    """The code of these words (any case, blanks, dashes), or of a code as it is; None when the table does not know them."""
    wanted = _plain(words)
    for code, label in codes(table).items():
        if wanted in (code, _plain(label)):
            return code
    return None


def faults(kind: str, name: str, values: Mapping[str, str]) -> list[Fault]:
    """What is wrong with the values of one record, in the order of its fields."""
    found = []
    known, rows = _judged(kind, name)
    for each, fine in rows:
        value = values.get(each.name) or ""
        if value in fine:
            continue
        value = value.strip()
        bad = list(_field_faults(each, value))
        found += bad
        if not bad and len(value) <= SHORT and len(fine) < MOST_FINE:
            fine.add(value)
    return found + list(_together(values, known))


@cache
def _judged(kind: str, name: str) -> tuple[Mapping[str, Field], tuple[tuple[Field, set[str]], ...]]:
    """The fields by name, and each with the values that were found right: thousands of documents share most of theirs."""
    fields = record(kind, name)
    return {each.name: each for each in fields}, tuple((each, set()) for each in fields)


def parse_date(value: str) -> tuple[date, date] | None:
    """First and last day that `DD/MM/YYYY`, `MM/YYYY` or `YYYY` means; None when it is no date."""
    match = PARTIAL.fullmatch(value)
    if not match:
        return None
    day, month, year = match.groups()
    try:
        if day:
            exact = date(int(year), int(month), int(day))
            return exact, exact
        if month:
            last = monthrange(int(year), int(month))[1]
            return date(int(year), int(month), 1), date(int(year), int(month), last)
        return date(int(year), 1, 1), date(int(year), 12, 31)
    except ValueError:  # also calendar.IllegalMonthError
        return None


def _field_faults(field: Field, value: str) -> Iterator[Fault]:
    if not value:
        if field.required:
            yield Fault(field.name, "REQUIRED", _("{label} is missing.").format(label=field.label))
        return
    if field.type in ("text", "number") and len(value) > field.length:
        words = _("{label} has {count} characters; {most} are allowed.")
        yield Fault(field.name, "LENGTH", words.format(label=field.label, count=len(value), most=field.length))
    judge = _JUDGES.get(field.type)
    if judge:
        yield from judge(field, value)


def _number(field: Field, value: str) -> Iterator[Fault]:
    if not re.fullmatch(r"[0-9]+", value):
        yield Fault(field.name, "NUMBER", _("{label} is not a number: “{value}”.").format(label=field.label, value=value))


def _flag(field: Field, value: str) -> Iterator[Fault]:
    if value not in ("0", "1"):
        yield Fault(field.name, "FLAG", _("{label} must be 0 or 1, not “{value}”.").format(label=field.label, value=value))


def _code(field: Field, value: str) -> Iterator[Fault]:
    listed = re.split(r"[;, ]+", value) if field.type == "codes" else [value]
    unknown = [each for each in listed if each not in codes(field.codes)]
    if unknown:
        words = _("{label}: “{value}” is not in the code table.")
        yield Fault(field.name, "CODE", words.format(label=field.label, value=", ".join(unknown)))


def _date(field: Field, value: str) -> Iterator[Fault]:
    pattern = DATE if field.type == "date" else PARTIAL
    if not pattern.fullmatch(value) or parse_date(value) is None:
        words = _("{label} is not a date written as DD/MM/YYYY: “{value}”.")
        yield Fault(field.name, "DATE", words.format(label=field.label, value=value))


_JUDGES = {"number": _number, "flag": _flag, "code": _code, "codes": _code, "date": _date, "partial-date": _date}


def _together(values: Mapping[str, str], known: Mapping[str, Field]) -> Iterator[Fault]:
    """Rules that take two fields."""
    if "paperFileCode" in known and values.get("confidenceLevel") == "02" and not values.get("paperFileCode"):
        yield Fault("paperFileCode", "PAPERCODE", _("A digitised dossier must name the code of its paper dossier."))
    if "riskRecoveryStatus" in known and values.get("riskRecovery") == "1" and not values.get("riskRecoveryStatus"):
        yield Fault("riskRecoveryStatus", "RISK", _("Backup is called for, but its state is not told."))
    start, end = (parse_date(values.get(name) or "") for name in ("startDate", "endDate"))
    if start and end and start[0] > end[1]:
        yield Fault("endDate", "PERIOD", _("The dossier ends before it begins."))


def _plain(words: str) -> str:
    """For comparing labels: case, blanks and dashes do not count."""
    return re.sub(r"[\s\-–—]+", " ", unicodedata.normalize("NFC", words)).strip().casefold()


@cache
def _whole() -> Mapping[str, Mapping[str, object]]:
    found: Mapping[str, Mapping[str, object]] = json.loads((FOLDER / "tt05-fields.json").read_text("utf-8"))
    return found


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return _whole()["codes"]  # type: ignore[return-value]


@cache
def _records() -> Mapping[str, tuple[Field, ...]]:
    rows: Mapping[str, list[dict[str, object]]] = _whole()["records"]  # type: ignore[assignment]
    return {key: tuple(Field(**row) for row in fields) for key, fields in rows.items()}  # type: ignore[arg-type]
