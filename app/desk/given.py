"""What an index said of a document, put into it as the clerk's own word."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.desk import fields
from app.desk.index_rows import Given
from storage.records import Document, FieldEvidence, FieldReading

SOURCE = "index"


def put(session: Session, document: Document, given: Given) -> None:
    """Fields count as confirmed, so that no reading replaces them; what a clerk confirmed before stays as it is."""
    known = {row.name: row for row in session.scalars(select(FieldEvidence).where(FieldEvidence.document_id == document.id))}
    for name, value in given.fields.items():
        row = known.get(name)
        if row is not None and row.confirmed:
            continue
        fields.put(document, name, value)
        shown = fields.get(document, name)
        if row is None:
            row = fields.evidence(document.id, name, FieldReading(shown, 1.0, source=SOURCE))
            session.add(row)
        else:
            row.value, row.source, row.confidence, row.why = shown[:1000], SOURCE, 1.0, ""
        row.confirmed = True
    for column, value in given.columns.items():
        setattr(document, column, value)


def place(session: Session, document: Document, dossier_id: int | None, ordinal: int, following: int) -> None:
    """Into the dossier, at the number that the index gives where it is free, else at the end (`following`)."""
    document.dossier_id = dossier_id
    if dossier_id is None:
        return
    taken = select(Document.id).where(
        Document.dossier_id == dossier_id, Document.ordinal == ordinal, Document.deleted_at.is_(None)
    )
    free = ordinal > 0 and session.scalars(taken.limit(1)).first() is None
    document.ordinal = ordinal if free else following
