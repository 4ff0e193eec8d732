"""What the window, the command line and the reports read: selects that return plain rows, never records that can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Integer, Select, and_, cast, exists, func, select, union
from sqlalchemy.orm import Session

from storage.records import (
    AuditEntry,
    Document,
    Dossier,
    FieldEvidence,
    Fonds,
    Intake,
    Inventory,
    Objection,
    OutboxItem,
    Page,
    Rendition,
    SyncBatch,
)

DOUBTFUL = 0.85  # below this confidence a field asks to be looked at
ASIDE = ("authority", "recipients", "attachments", "language")  # help to find a document: nobody is asked to check them


@dataclass(slots=True, frozen=True)
class DocumentRow:
    """One line of a list of documents."""

    id: int
    uuid: str
    code: str
    issued_date: str
    type_name: str
    subject: str
    pages: int
    state: str
    signed: bool
    doubtful: int  # fields not confirmed and not sure, and those that the checks hold something against
    dossier_id: int | None
    dossier_code: str
    ordinal: int
    organ_name: str
    secrecy: str
    unsynced: bool
    source_name: str = ""
    held: int = 0  # fields that the checks hold something against


@dataclass(slots=True, frozen=True)
class DossierRow:
    id: int
    uuid: str
    code: str
    title: str
    documents: int
    inventory_id: int | None
    fonds_id: int


@dataclass(slots=True, frozen=True)
class TreeRow:
    """A node of the tree on the left: kind is "fonds", "inventory" or "dossier"."""

    kind: str
    id: int
    parent: tuple[str, int] | None
    code: str
    title: str
    documents: int


@dataclass(slots=True, frozen=True)
class Counts:
    """What the shelves on the left and the status line count."""

    documents: int
    unfiled: int
    to_check: int
    to_sign: int
    unsynced: int
    deleted: int
    failed: int


@dataclass(slots=True, frozen=True)
class Scope:
    """Which documents a list shows: all, one dossier, or one of the shelves."""

    kind: str = "all"  # all, dossier, inventory, fonds, unfiled, to_check, to_sign, unsynced, deleted
    id: int | None = None


def document_ids(session: Session, scope: Scope, order: str = "newest", *, newer_than: int = 0) -> list[int]:
    """Every id of the scope in order: "newest", "oldest", "code", "subject", "type", "pages" or "dossier" (place in the dossier).
    `newer_than`: only those that came after this document."""
    query = _scoped(select(Document.id), scope)
    if newer_than:
        query = query.where(Document.id > newer_than)
    columns: dict[str, list[ColumnElement[Any]]] = {
        "newest": [Document.issued_sort.desc(), Document.id.desc()],
        "oldest": [Document.issued_sort.asc(), Document.id.asc()],
        "code": [Document.code_notation.asc(), cast(Document.code_number, Integer).asc(), Document.id.asc()],
        "subject": [Document.subject.collate("VIETNAMESE").asc(), Document.id.asc()],
        "type": [Document.type_name.asc(), Document.id.asc()],
        "pages": [Document.pages.desc(), Document.id.asc()],
        "dossier": [Document.dossier_id.asc(), Document.ordinal.asc(), Document.id.asc()],
    }
    return list(session.scalars(query.order_by(*columns.get(order, columns["newest"]))))


def document_rows(session: Session, ids: list[int]) -> list[DocumentRow]:
    """Rows for these ids, in their order; ids that are gone are left out."""
    found: dict[int, DocumentRow] = {}
    for start in range(0, len(ids), 500):
        for row in session.execute(_row_query().where(Document.id.in_(ids[start : start + 500]))):
            document, dossier_code, doubtful, held, unsynced = row
            found[document.id] = DocumentRow(
                id=document.id,
                uuid=document.uuid,
                code=document.code,
                issued_date=document.issued_date,
                type_name=document.type_name,
                subject=document.subject,
                pages=document.pages,
                state=document.state,
                signed=document.signed,
                doubtful=(doubtful or 0) + (held or 0),
                held=held or 0,
                dossier_id=document.dossier_id,
                dossier_code=dossier_code or "",
                ordinal=document.ordinal,
                organ_name=document.organ_name,
                secrecy=document.secrecy,
                unsynced=bool(unsynced),
                source_name=document.source_name,
            )
    return [found[i] for i in ids if i in found]


def _row_query() -> Select[Any]:
    named = exists().where(Objection.document_id == FieldEvidence.document_id, Objection.field == FieldEvidence.name)
    doubtful = (
        select(func.count())
        .where(FieldEvidence.document_id == Document.id, _is_doubtful(), ~named)
        .correlate(Document)
        .scalar_subquery()
    )
    held = select(func.count()).where(Objection.document_id == Document.id).correlate(Document).scalar_subquery()
    unsynced = (
        select(func.count())
        .where(OutboxItem.kind == "document", OutboxItem.uuid == Document.uuid, Document.secrecy == "")
        .correlate(Document)
        .scalar_subquery()
    )
    return select(Document, Dossier.code, doubtful, held, unsynced).outerjoin(Dossier, Dossier.id == Document.dossier_id)


def may_leave() -> ColumnElement[bool]:
    """Outbox items that may travel: not those of documents under a secrecy mark."""
    return OutboxItem.uuid.not_in(select(Document.uuid).where(Document.secrecy != ""))


def _is_doubtful() -> ColumnElement[bool]:
    return and_(FieldEvidence.confirmed.is_(False), FieldEvidence.confidence < DOUBTFUL, FieldEvidence.name.not_in(ASIDE))


def _scoped(query: Select[tuple[int]], scope: Scope) -> Select[tuple[int]]:
    return query.where(_condition(scope))


def _condition(scope: Scope) -> ColumnElement[bool]:
    if scope.kind == "deleted":
        return Document.deleted_at.is_not(None)
    live = Document.deleted_at.is_(None)
    narrower: dict[str, ColumnElement[bool]] = {
        "dossier": Document.dossier_id == scope.id,
        "inventory": Document.dossier_id.in_(select(Dossier.id).where(Dossier.inventory_id == scope.id)),
        "fonds": Document.dossier_id.in_(select(Dossier.id).where(Dossier.fonds_id == scope.id)),
        "unfiled": Document.dossier_id.is_(None),
        "to_check": Document.id.in_(_to_check()),
        "to_sign": and_(Document.state == "confirmed", Document.signed.is_(False)),
        "unsynced": Document.uuid.in_(select(OutboxItem.uuid).where(OutboxItem.kind == "document", may_leave())),
    }
    return and_(live, narrower[scope.kind]) if scope.kind in narrower else live


def _to_check() -> CompoundSelect[tuple[int]]:
    """A union: with "or" SQLite goes through all documents in the order that is asked for, 14 times as long."""
    waiting = Document.state != "confirmed"
    return union(
        select(Objection.document_id),
        select(Document.id).where(Document.state.in_(("new", "recognised"))),
        select(Document.id).join(FieldEvidence, FieldEvidence.document_id == Document.id).where(waiting, _is_doubtful()),
    )


def counts(session: Session) -> Counts:
    """One number a shelf."""

    def of(kind: str) -> int:
        return session.scalar(select(func.count()).select_from(Document).where(_condition(Scope(kind)))) or 0

    failed = session.scalar(select(func.count()).select_from(Intake).where(Intake.state == "failed")) or 0
    return Counts(of("all"), of("unfiled"), of("to_check"), of("to_sign"), of("unsynced"), of("deleted"), failed)


def tree(session: Session) -> list[TreeRow]:
    """Fonds, inventories and dossiers with their numbers of documents, parents before children, in order of code."""
    rows: list[TreeRow] = []
    numbers: dict[int | None, int] = {
        row[0]: row[1]
        for row in session.execute(
            select(Document.dossier_id, func.count()).where(Document.deleted_at.is_(None)).group_by(Document.dossier_id)
        )
    }
    dossiers = session.scalars(select(Dossier).where(Dossier.deleted_at.is_(None)).order_by(Dossier.code)).all()
    for fonds in session.scalars(select(Fonds).order_by(Fonds.code)):
        own = [d for d in dossiers if d.fonds_id == fonds.id]
        rows.append(TreeRow("fonds", fonds.id, None, fonds.code, fonds.title, sum(numbers.get(d.id, 0) for d in own)))
        for inventory in session.scalars(select(Inventory).where(Inventory.fonds_id == fonds.id).order_by(Inventory.code)):
            inside = [d for d in own if d.inventory_id == inventory.id]
            total = sum(numbers.get(d.id, 0) for d in inside)
            rows.append(TreeRow("inventory", inventory.id, ("fonds", fonds.id), inventory.code, inventory.title, total))
        for dossier in own:
            parent = ("inventory", dossier.inventory_id) if dossier.inventory_id else ("fonds", fonds.id)
            rows.append(TreeRow("dossier", dossier.id, parent, dossier.code, dossier.title, numbers.get(dossier.id, 0)))
    return rows


def dossier_rows(session: Session) -> list[DossierRow]:
    """Every live dossier, by code."""
    number = select(func.count()).where(Document.dossier_id == Dossier.id, Document.deleted_at.is_(None)).scalar_subquery()
    query = select(Dossier, number).where(Dossier.deleted_at.is_(None)).order_by(Dossier.code)
    return [DossierRow(d.id, d.uuid, d.code, d.title, n or 0, d.inventory_id, d.fonds_id) for d, n in session.execute(query)]


def pages_of(session: Session, document_id: int) -> list[Page]:
    return list(session.scalars(select(Page).where(Page.document_id == document_id).order_by(Page.number)))


def evidence_of(session: Session, document_id: int) -> dict[str, FieldEvidence]:
    rows = session.scalars(select(FieldEvidence).where(FieldEvidence.document_id == document_id))
    return {row.name: row for row in rows}


def being_read(session: Session, document_id: int) -> bool:
    """Whether the intake has still to read the document's pages."""
    return bool(still_read(session, [document_id]))


def still_read(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of the documents whose pages the intake has still to read. `ids` in portions that a statement takes."""
    open_ = Intake.state.in_(("scanning", "waiting", "stored", "paged", "recognised"))
    rows = session.scalars(select(Intake.document_id).where(open_, Intake.document_id.in_(ids)))
    return {one for one in rows if one is not None}


def renditions_of(session: Session, document_id: int) -> list[Rendition]:
    """Newest last."""
    return list(session.scalars(select(Rendition).where(Rendition.document_id == document_id).order_by(Rendition.id)))


def best_rendition(session: Session, document_id: int, *kinds: str) -> Rendition | None:
    """The newest rendition of the first kind that the document has."""
    found = renditions_of(session, document_id)
    for kind in kinds:
        for rendition in reversed(found):
            if rendition.kind == kind:
                return rendition
    return None


def history_of(session: Session, limit: int = 200) -> list[AuditEntry]:
    """The newest audit entries first."""
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)))


def batches(session: Session) -> list[SyncBatch]:
    return list(session.scalars(select(SyncBatch).order_by(SyncBatch.id)))
