"""What can't be right in the fields of a document, told before it is filed.

Rules: Nghị định 30/2020/NĐ-CP (number, notation, date), Thông tư 05/2025/TT-BNV (lengths, required fields).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from app.describe.fuzzy import compact
from app.describe.vocabulary import LETTER, OTHER, kinds_of
from app.i18n import _
from storage.records.reading import FieldReading

REQUIRED = ("typeName", "codeNumber", "codeNotation", "issuedDate", "organName", "subject")
LONGEST = {"subject": 500, "codeNumber": 11, "codeNotation": 30, "organName": 200}
EARLIEST_YEAR = 1900
# Two letters at least; no mark at either end and no two in a row but "." and brackets, which abbreviations have.
_NOTATION = re.compile(r"(?=(?:.*[^\W\d_]){2})(?:[^\W_]|\()(?:[\w.,&()]|\s|[-–/](?![-–/]))*[\w.)]")

Finding = tuple[str, str, str]  # (field, code, message)


def check_fields(fields: Mapping[str, FieldReading | str], *, today: date) -> list[Finding]:
    """(field, code, translated message) for everything that can't be right; [] when all is well.

    Codes: `field.missing`, `field.too_long`, `date.format`, `date.impossible`, `date.future`, `date.too_old`,
    `date.before_issue`, `number.not_digits`, `notation.shape`, `place.no_name`, `signer.no_name`, `type.notation_differs`.
    """
    values = {name: _text(value) for name, value in fields.items()}
    findings: list[Finding] = []
    for name in REQUIRED:
        if not values.get(name):
            findings.append((name, "field.missing", _("This field is still empty.")))
    for name, most in LONGEST.items():
        if len(values.get(name, "")) > most:
            words = _("{count} letters; at most {most} are allowed.").format(count=len(values[name]), most=most)
            findings.append((name, "field.too_long", words))
    findings += _check_dates(values, today)
    number = values.get("codeNumber", "")
    if number and not re.fullmatch(r"\d{1,10}[a-zđA-ZĐ]?", number):
        words = _("A document's number is written in digits; “{number}” is not.").format(number=number)
        findings.append(("codeNumber", "number.not_digits", words))
    findings += _check_shapes(values)
    findings += _check_type(values)
    return findings


def _text(value: FieldReading | str) -> str:
    return (value.value if isinstance(value, FieldReading) else value).strip()


def _check_shapes(values: Mapping[str, str]) -> list[Finding]:
    """What is no notation, no place and no person whatever the office: "///", "12", a place and a signer made of figures."""
    findings: list[Finding] = []
    notation, place, signer = (values.get(name, "") for name in ("codeNotation", "place", "signer"))
    if notation and not _NOTATION.fullmatch(notation):
        words = _("A notation is letters joined by “-” or “/”, for example QĐ-UBND; “{notation}” does not look like one.")
        findings.append(("codeNotation", "notation.shape", words.format(notation=notation)))
    if place and not any(c.isalpha() for c in place):  # "Quận 1" is a place
        findings.append(("place", "place.no_name", _("“{place}” is not the name of a place.").format(place=place)))
    if signer and (any(c.isdigit() for c in signer) or not any(c.isalpha() for c in signer)):
        findings.append(("signer", "signer.no_name", _("“{signer}” is not a person's name.").format(signer=signer)))
    return findings


def _check_dates(values: Mapping[str, str], today: date) -> list[Finding]:
    findings: list[Finding] = []
    read: dict[str, date] = {}
    for name in ("issuedDate", "arrivalDate"):
        text = values.get(name, "")
        if not text:
            continue
        parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
        if parts is None:
            findings.append((name, "date.format", _("Write the date as day/month/year, for example 05/03/2024.")))
            continue
        try:
            read[name] = date(int(parts.group(3)), int(parts.group(2)), int(parts.group(1)))
        except ValueError:
            findings.append((name, "date.impossible", _("There is no such day: {date}.").format(date=text)))
            continue
        if read[name] > today:
            findings.append((name, "date.future", _("The date {date} lies in the future.").format(date=text)))
        elif read[name].year < EARLIEST_YEAR:
            findings.append((name, "date.too_old", _("The date {date} lies too far back.").format(date=text)))
    if "issuedDate" in read and "arrivalDate" in read and read["arrivalDate"] < read["issuedDate"]:
        words = _("The document arrived before it was issued.")
        findings.append(("arrivalDate", "date.before_issue", words))
    return findings


def _check_type(values: Mapping[str, str]) -> list[Finding]:
    """A notation that names another type than the title; a letter may have an office's name as its notation."""
    name, notation = values.get("typeName", ""), values.get("codeNotation", "")
    kinds = kinds_of(notation)
    if not name or compact(name) == compact(OTHER) or not kinds or any(compact(kind.name) == compact(name) for kind in kinds):
        return []
    if compact(name) == compact(LETTER) and "-" not in notation and "/" not in notation:
        return []
    if any(compact(name).startswith(compact(k.name)) or compact(name).endswith(compact(k.name)) for k in kinds):
        return []
    words = _("The notation {notation} belongs to the type “{expected}”, but the type is “{type}”.").format(
        notation=notation, expected=kinds[0].name, type=name
    )
    return [("codeNotation", "type.notation_differs", words)]
