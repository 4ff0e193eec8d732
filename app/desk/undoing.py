"""Undo and redo: one step is one transaction of the archive, read back from the audit log and applied the other way round.

Only what a clerk does by hand is undone (`UNDOABLE`); an undo is itself an entry of the log that names what it undoes, so nothing
disappears from the record. A step whose rows have been changed since by something else is refused rather than guessed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import AppError
from app.i18n import N_, _
from app.troubles import in_words
from app.workspace import Workspace
from storage import audit
from storage.records import AuditEntry, Document, Dossier, FieldEvidence, Fonds, Inventory, Page, Record

UNDOABLE = {
    "document.edit": N_("Edit of {subject}"),
    "document.confirm_field": N_("Confirmation of {subject}"),
    "document.confirm": N_("Confirmation of documents"),
    "document.describe_again": N_("Reading the fields again"),
    "document.file": N_("Filing into {subject}"),
    "document.order": N_("Order in {subject}"),
    "document.delete": N_("Moving documents to the bin"),
    "document.restore": N_("Bringing documents back"),
    "page.turn": N_("Turn of page {subject}"),
    "dossier.add": N_("New dossier {subject}"),
    "dossier.edit": N_("Edit of dossier {subject}"),
    "fonds.add": N_("New fonds {subject}"),
    "fonds.edit": N_("Edit of fonds {subject}"),
    "inventory.add": N_("New inventory {subject}"),
    "inventory.edit": N_("Edit of inventory {subject}"),
}
REACH = 100  # steps
_TABLES: dict[str, type[Record]] = {t.__tablename__: t for t in (Document, Dossier, FieldEvidence, Page, Fonds, Inventory)}
_FREE = {"version"}  # goes up at every change, also at an undo


@in_words
def undo(workspace: Workspace) -> str | None:
    """Takes back the newest step; returns its name, None when there is none. Raises AppError `undo.changed_since`."""
    return _apply(workspace, redoing=False)


@in_words
def redo(workspace: Workspace) -> str | None:
    """Does again what was undone last; possible until something else is done."""
    return _apply(workspace, redoing=True)


def can_undo(workspace: Workspace) -> str | None:
    """The name of the step that `undo` would take back."""
    with workspace.catalog.read() as session:
        entry = _next(session, redoing=False)
        return _label(session, entry) if entry else None


def can_redo(workspace: Workspace) -> str | None:
    with workspace.catalog.read() as session:
        entry = _next(session, redoing=True)
        return _label(session, entry) if entry else None


def _apply(workspace: Workspace, *, redoing: bool) -> str | None:
    with workspace.catalog.write("step.redo" if redoing else "step.undo") as transaction:
        entry = _next(transaction.session, redoing=redoing)
        if entry is None:
            return None
        label = _label(transaction.session, entry)
        transaction.undoes = entry.seq
        transaction.subject = entry.subject
        try:
            for row in reversed(audit.read_changes(entry)):
                _reverse(transaction.session, row)
        except IntegrityError as error:  # other records lean on this one by now, or its code was given away
            raise _changed_since() from error
    return label


def _next(session: Session, *, redoing: bool) -> AuditEntry | None:
    """Undo: the newest step that stands. Redo: the newest undo, unless something was done after it.

    An undo is itself undone by a redo; both carry `undoes`.
    """
    spent: set[int] = set()  # steps that are undone, and undos that are redone
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(REACH * 4)):
        if entry.seq in spent:
            continue
        if entry.action == "step.redo":
            spent.add(entry.undoes or 0)
        elif entry.action == "step.undo":
            if redoing:
                return entry
            spent.add(entry.undoes or 0)
        elif entry.action in UNDOABLE:
            return None if redoing else entry
    return None


def _label(session: Session, entry: AuditEntry) -> str:
    """The name of a step; an undo that may be redone is called by the step that it took back."""
    step = session.get(AuditEntry, entry.undoes) if entry.undoes is not None else entry
    return _(UNDOABLE[(step or entry).action]).format(subject=entry.subject).strip()


def _reverse(session: Session, row: dict[str, Any]) -> None:
    kind = _TABLES.get(row["table"])
    if kind is None:
        raise _changed_since()
    record = session.get(kind, row["id"][0])
    if row["op"] == "insert":
        if record is not None:
            session.delete(record)
            session.flush()
        return
    if row["op"] == "delete":
        values = dict(row["before"])
        identity = values.pop("id")
        restored = kind(**values)
        restored.id = identity  # type: ignore[attr-defined]
        session.add(restored)
        session.flush()
        return
    if record is None or any(getattr(record, k) != v for k, v in row["after"].items() if k not in _FREE):
        raise _changed_since()
    for key, value in row["before"].items():
        if key not in _FREE:
            setattr(record, key, value)
    session.flush()


def _changed_since() -> AppError:
    return AppError(
        "undo.changed_since",
        _("This step can't be undone: it has been changed since by something else."),
        _("Change the field by hand."),
    )
