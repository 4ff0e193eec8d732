"""Pictures and recordings: what Thông tư 05/2025 asks of them in records of their own (EAD_pic, EAD_media) beside the common fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.desk import found
from app.errors import AppError
from app.i18n import _
from app.package import fields as tables
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import SpecialRecord
from storage.text import clean

DOCUMENT, PICTURE, RECORDING = "doc", "pic", "media"
RECORDS = (DOCUMENT, PICTURE, RECORDING)
STRICTEST = "sip-hoso"  # the kind whose tables are asked: what it takes, every kind takes


@dataclass(slots=True, frozen=True)
class OwnField:
    """One field of the record: its name and label in the circular, its value, and what is wrong with it (empty: nothing)."""

    name: str
    label: str
    required: bool
    codes: Mapping[str, str]  # code → words; empty for a free text
    value: str
    problem: str


@dataclass(slots=True, frozen=True)
class Special:
    document_id: int
    record: str  # doc, pic, media
    fields: list[OwnField]

    @property
    def missing(self) -> list[str]:
        """The labels of the fields that must be filled and are not."""
        return [each.label for each in self.fields if each.required and not each.value]


def own_fields(record: str) -> list[tables.Field]:
    """What a picture or recording has beyond the fields of every document; nothing for a document."""
    if record == DOCUMENT:
        return []
    common = tables.names(STRICTEST, DOCUMENT)
    return [each for each in tables.record(STRICTEST, record) if each.name not in common]


def guessed(mime: str) -> str:
    """The record that a file of this media type most likely wants. A scanned paper is a picture file too: never taken for granted."""
    sort = mime.partition("/")[0]
    return PICTURE if sort == "image" else RECORDING if sort in ("audio", "video") else DOCUMENT


def special(workspace: Workspace, document_id: int) -> Special:
    """The document's record with its own fields, and what is missing in them. Raises AppError `document.gone`."""
    with workspace.catalog.read() as session:
        found.document(session, document_id)
        row = session.get(SpecialRecord, document_id)
        record, values = (row.record, json.loads(row.values)) if row is not None else (DOCUMENT, {})
    return _told(document_id, record, values)


def suggestion(workspace: Workspace, document_id: int) -> str:
    """The record that the document's file speaks for."""
    with workspace.catalog.read() as session:
        rendition = queries.best_rendition(session, document_id, "original", "access")
    return guessed(rendition.mime) if rendition is not None else DOCUMENT


@in_words
def describe_special(workspace: Workspace, document_id: int, record: str, values: Mapping[str, str]) -> Special:
    """Makes the document a picture or a recording, or a document again, and writes these of its own fields. One step of undo.

    Code words are taken for their codes; fields that are not named stay. What is still missing comes back. Raises AppError
    `special.record`, `special.field`, `special.value`, `special.no_file`, `document.gone`.
    """
    if record not in RECORDS:
        raise AppError("special.record", _("“{record}” is no kind of record: doc, pic or media.").format(record=record[:20]))
    given = _checked(record, values)
    with workspace.catalog.write("document.edit") as transaction:
        session = transaction.session
        document = found.document(session, document_id)
        transaction.subject = document.code or document.source_name
        row = session.get(SpecialRecord, document_id)
        if record == DOCUMENT:
            if row is not None:
                session.delete(row)
            return _told(document_id, record, {})
        _must_have_a_file(session, document_id)
        kept: dict[str, str] = json.loads(row.values) if row is not None and row.record == record else {}
        merged = {name: value for name, value in {**kept, **given}.items() if value}
        told = json.dumps(merged, ensure_ascii=False)
        if row is None:
            session.add(SpecialRecord(document_id=document_id, record=record, values=told))
        else:
            row.record, row.values = record, told
    return _told(document_id, record, merged)


def _checked(record: str, values: Mapping[str, str]) -> dict[str, str]:
    known = {each.name: each for each in own_fields(record)}
    given = {}
    for name, value in values.items():
        field = known.get(name)
        if field is None:
            raise AppError(
                "special.field",
                _("A record of this kind has no field “{name}” of its own.").format(name=name[:40]),
                _("Choose one of: {known}.").format(known=", ".join(known)) if known else "",
            )
        text = clean(value)
        given[name] = (tables.code_for(field.codes, text) or text) if field.codes and text else text
    for fault in _faults(record, given):
        if given.get(fault.field):
            raise AppError("special.value", f"{known[fault.field].label}: {fault.message}")
    return given


def _must_have_a_file(session: Session, document_id: int) -> None:
    if queries.best_rendition(session, document_id, "original") is None:
        raise AppError(
            "special.no_file", _("This document has no file."), _("A picture or recording needs its file as it was taken in.")
        )


def _faults(record: str, values: Mapping[str, str]) -> list[tables.Fault]:
    own = {each.name for each in own_fields(record)}
    return [fault for fault in tables.faults(STRICTEST, record, values) if fault.field in own] if own else []


def _told(document_id: int, record: str, values: Mapping[str, str]) -> Special:
    problems = {fault.field: fault.message for fault in _faults(record, values)}
    rows = [
        OwnField(
            name=each.name,
            label=each.label,
            required=each.required,
            codes=tables.codes(each.codes) if each.codes else {},
            value=values.get(each.name) or "",
            problem=problems.get(each.name, ""),
        )
        for each in own_fields(record)
    ]
    return Special(document_id, record, rows)
