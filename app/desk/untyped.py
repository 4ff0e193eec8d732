"""Documents without a type: those whose type an earlier version could not keep get it back, the others are looked at again.

Before types without a code of their own in Thông tư 05/2025 (Thông tư, Nghị định, Luật …) were kept, the reading found them and the
catalog dropped them; what was read still stands in the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.desk import describing, fields, learning, objections
from app.errors import AppError, Cancelled
from app.i18n import _
from app.jobs import Job
from app.rules import codes
from app.sandbox import SandboxPool
from app.troubles import in_words
from app.workspace import Workspace
from storage.records import Document, FieldEvidence, FieldReading

NAME = "typeName"
CHUNK = 8  # documents of one call: a type needs no neighbours, and whoever stops does not wait long


@dataclass(slots=True, frozen=True)
class Retyped:
    """How many documents were looked at, and how many have a type now."""

    looked: int
    filled: int


def lost(workspace: Workspace) -> int:
    """Documents whose type was read and could not be kept."""
    with workspace.catalog.read() as session:
        read = select(func.count(Document.id)).join(FieldEvidence, _of_type()).where(_open(), FieldEvidence.value != "")
        return session.scalar(read) or 0


@in_words
def read_types(job: Job, workspace: Workspace, boxes: SandboxPool) -> Retyped:
    """Fills the type of every document that has none and of which no clerk has said so; no other field is touched.

    One step of undo. When it is stopped, what was read until then is kept.
    """
    with workspace.catalog.read() as session:
        rows = session.execute(select(Document.id, Document.source_name).where(_open()).order_by(Document.id)).all()
        kept = {row.document_id: fields.reading(row) for row in _evidence(session)}
    found = {one: reading for one, reading in kept.items() if codes.kept_type(reading.value)}
    unread = [(one, name) for one, name in rows if one not in found]
    stopped: Cancelled | None = None
    for start in range(0, len(unread), CHUNK):
        part = unread[start : start + CHUNK]
        try:
            job.progress(start, len(unread), _("Looking for the types…"))
            readings = describing.read_anew(job, workspace, boxes, [one for one, _name in part])
        except Cancelled as stop:
            stopped = stop
            break
        except AppError as error:
            job.problem(part[0][1], error)
            continue
        improved = {one: learning.improve(workspace, reading, one) for one, reading in readings.items()}
        found |= {one: reading[NAME] for one, reading in improved.items() if NAME in reading and reading[NAME].value}
    filled = _write(workspace, found)
    if stopped is not None:
        raise stopped
    return Retyped(len(rows), filled)


def _write(workspace: Workspace, found: dict[int, FieldReading]) -> int:
    filled = 0
    with workspace.catalog.write("document.describe_again") as transaction:
        session = transaction.session
        for document_id, reading in found.items():
            document = session.scalars(select(Document).where(Document.id == document_id, _open())).first()
            if document is None:
                continue  # a clerk was quicker
            rows = list(session.scalars(select(FieldEvidence).where(FieldEvidence.document_id == document_id)))
            objections.renew_seals(document, rows)
            fields.put(document, NAME, reading.value)
            if (row := next((one for one in rows if one.name == NAME), None)) is not None and row.value != reading.value:
                session.delete(row)
                session.flush()
                row = None
            if row is None:
                session.add(fields.evidence(document_id, NAME, reading))
            filled += bool(document.type_name)
    return filled


def _open() -> ColumnElement[bool]:
    """Documents without a type of which nobody has said that they have none."""
    said = select(FieldEvidence.id).where(_of_type(), FieldEvidence.confirmed)
    return and_(
        Document.deleted_at.is_(None),
        Document.state.in_(("recognised", "described")),
        Document.type_name == "",
        ~said.correlate(Document).exists(),
    )


def _of_type() -> ColumnElement[bool]:
    return and_(FieldEvidence.document_id == Document.id, FieldEvidence.name == NAME)


def _evidence(session: Session) -> list[FieldEvidence]:
    return list(session.scalars(select(FieldEvidence).join(Document, _of_type()).where(_open())))
