"""What a row of a spreadsheet index says about a dossier and a document, in the archive's own terms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.desk import fields, type_names
from app.i18n import _
from app.rules import codes
from app.rules.index_columns import DATES, DOCUMENT, DOSSIER, Column
from storage.records import Document, Dossier
from storage.text import clean

_TABLES = {
    "maintenance": codes.MAINTENANCE,
    "mode": codes.MODES,
    "language": codes.LANGUAGES,
    "format": codes.FORMATS,
    "confidence_level": codes.CONFIDENCE_LEVELS,
}
_DOCUMENT_COLUMNS = ("mode", "format", "confidence_level", "infor_sign")
_ALSO = {"note": "Chú giải", "box": "Hộp số", "process": "Quy trình xử lý", "kind": "Loại tài liệu"}  # kept among the remarks


@dataclass(slots=True)
class Given:
    """What the index says of one document; it goes with the intake row until the document is made."""

    fields: dict[str, str] = field(default_factory=dict)  # by name as in `fields.FIELDS`
    columns: dict[str, str] = field(default_factory=dict)  # other columns of the document
    ordinal: int = 0
    pages: int = 0

    def packed(self) -> str:
        return json.dumps([self.fields, self.columns, self.ordinal, self.pages], ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> Given:
        return cls(*json.loads(text)) if text else cls()


@dataclass(slots=True)
class IndexRow:
    """`number` as the sheet counts, from 1. `doubts` are sentences about cells that could not be used as they are."""

    number: int
    file: str = ""
    dossier: dict[str, str] = field(default_factory=dict)  # columns of the dossier; "fonds" and "inventory" besides
    total: int = 0
    given: Given = field(default_factory=Given)
    doubts: list[str] = field(default_factory=list)


def rows_of(cells: Sequence[Sequence[str]], columns: Sequence[Column], head: int) -> Iterator[IndexRow]:
    """The rows below the head (its place from 0); empty ones, and the one that numbers the columns, are passed over."""
    for place, row in enumerate(cells[head + 1 :], head + 2):
        if any(row) and not _numbers_columns(row):
            yield _row(place, row, columns)


def _numbers_columns(row: Sequence[str]) -> bool:
    """(1) (2) (3) … below the headers."""
    found = [re.fullmatch(r"\(?\s*(\d{1,3})\s*\)?", cell) for cell in row if cell]
    numbers = [int(one[1]) for one in found if one]
    return len(numbers) == len(found) >= 4 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _row(number: int, cells: Sequence[str], columns: Sequence[Column]) -> IndexRow:
    made = IndexRow(number)
    told: dict[str, dict[str, str]] = {DOSSIER: {}, DOCUMENT: {}}
    for column in columns:
        if column.of in told:
            parts = [cell.strip() for cell in cells[column.place : column.place + column.width]]
            told[column.of][column.key] = "/".join(part for part in parts if part)
    for of in told.values():
        for name in DATES:
            _join_date(of, name)
    _dossier(made, {key: value for key, value in told[DOSSIER].items() if value})
    _document(made, {key: value for key, value in told[DOCUMENT].items() if value})
    return made


def _join_date(told: dict[str, str], name: str) -> None:
    """One date out of its three columns; a whole date in the column of the day stays one."""
    parts = [told.pop(f"{name}.{part}", "") for part in ("day", "month", "year")]
    if not told.get(name) and any(parts):
        told[name] = "/".join(part for part in parts if part)


def _dossier(made: IndexRow, told: dict[str, str]) -> None:
    made.total = _count(told.pop("total", ""))
    remarks = _remarks(told)
    for key, value in told.items():
        if key in ("fonds", "inventory"):
            made.dossier[key] = value
        elif key in ("start_date", "end_date"):
            _keep(made, made.dossier, key, _date(value), value)
        elif key in _TABLES:
            _keep(made, made.dossier, key, _coded(key, value), value)
        elif key == "number_of_paper":
            _keep(made, made.dossier, key, str(_count(value) or ""), value)
        else:
            made.dossier[key] = _fitting(made, value, _length(Dossier, key))
    if remarks:
        made.dossier["description"] = _fitting(made, remarks, _length(Dossier, "description"))


def _document(made: IndexRow, told: dict[str, str]) -> None:
    made.file = told.pop("file", "")
    made.given.ordinal, made.given.pages = _count(told.pop("ordinal", "")), _count(told.pop("pages", ""))
    remarks = _remarks(told)
    if remarks:
        told["description"] = remarks
    whole = told.pop("code", "")
    number, notation = told.get("codeNumber", ""), told.get("codeNotation", "")
    if whole or (number and not notation) or (notation and not number):
        number, notation = codes.split_code(whole or number or notation)
    notation = notation.strip().lstrip("/").strip()
    told |= {"codeNumber": number.strip().rstrip("/"), "codeNotation": re.sub(r"\s*([-/])\s*", r"\1", notation)}
    for key, value in told.items():
        if not value:
            continue
        if key in _DOCUMENT_COLUMNS:
            coded = _coded(key, value) if key in _TABLES else _fitting(made, value, _length(Document, key))
            _keep(made, made.given.columns, key, coded, value)
        elif key == "issuedDate":
            _keep(made, made.given.fields, key, _date(value), value)
        elif key == "typeName":
            _keep(made, made.given.fields, key, type_names.spelt(value), value)
        elif key == "language":
            _keep(made, made.given.fields, key, _coded(key, value), value)
        elif key in ("urgency", "secrecy"):
            _choice(made, key, value)
        elif key in fields.BY_NAME:
            made.given.fields[key] = _fitting(made, value, fields.BY_NAME[key].length)


def _remarks(told: dict[str, str]) -> str:
    """The remarks, and with their names those columns for which the archive has no place of its own."""
    lines = [told.pop("description", "")]
    lines += [f"{name}: {value}" for key, name in _ALSO.items() if (value := told.pop(key, ""))]
    return "; ".join(line for line in lines if line)


def _choice(made: IndexRow, key: str, value: str) -> None:
    """“Thường”, “Không” and the like are no mark."""
    known = {clean(choice).casefold(): choice for choice in fields.BY_NAME[key].choices if choice}
    if clean(value).casefold() not in ("thường", "không", "bình thường", "không mật", "0", "-"):
        _keep(made, made.given.fields, key, known.get(clean(value).casefold()), value)


def _keep(made: IndexRow, into: dict[str, str], key: str, value: str | None, cell: str) -> None:
    if value:
        into[key] = value
    else:
        made.doubts.append(_("“{value}” was not understood and left out.").format(value=cell[:80]))


def _fitting(made: IndexRow, value: str, length: int) -> str:
    if len(value) > length:
        made.doubts.append(
            _("“{value}…” is longer than {count} letters; the rest was cut off.").format(value=value[:40], count=length)
        )
    return value[:length]


def _length(record: type[Dossier] | type[Document], column: str) -> int:
    kind: Any = record.__table__.c[column].type
    return int(kind.length)


def _coded(key: str, value: str) -> str | None:
    """The code of a cell in words or figures; what stands in a bracket behind it is noise."""
    return _TABLES[key].code(value) or _TABLES[key].code(re.sub(r"\s*\(.*$", "", value))


def _date(value: str) -> str | None:
    """dd/MM/yyyy, or what is known of it: MM/yyyy, yyyy. A year alone in two figures is no year."""
    whole = codes.parse_date(value)
    if whole is not None:
        return codes.format_date(whole)
    parts = re.findall(r"\d+", value)
    while parts and int(parts[0]) == 0:  # 00/00/1975: day and month are not known
        parts.pop(0)
    if re.search(r"[^\d/.\-\s]", value) or not 1 <= len(parts) <= 2 or not re.fullmatch(r"1[89]\d\d|2[01]\d\d", parts[-1]):
        return None
    if len(parts) == 2 and not 1 <= int(parts[0]) <= 12:
        return None
    return "/".join([*(part.zfill(2) for part in parts[:-1]), parts[-1]])


def _count(value: str) -> int:
    found = re.fullmatch(r"\s*0*(\d{1,9})(?:[.,]0+)?\s*", value)
    return int(found[1]) if found else 0
