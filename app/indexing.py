"""Keeps the search index in step with the catalog: after each commit, and at opening whatever was missed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.rules import codes
from storage import audit
from storage.catalog import Catalog, Change
from storage.errors import StorageError
from storage.records import AuditEntry, Document, Dossier, Page
from storage.search import Entry, Search

CHUNK = 500
LONG = 100  # pages; while such a document is still being read its text is not indexed anew after every few pages


def follow(catalog: Catalog, search: Search, change: Change) -> None:
    """Indexes what one commit changed. One caller at a time.

    Commits of several threads may arrive out of order: the position only moves over entries whose documents are indexed, so that
    a program killed at any moment finds the rest at its next start.
    """
    position = search.position
    if change.entry is None or position >= change.entry:
        return  # a later commit has taken this one along
    if position != change.entry - 1:
        catch_up(catalog, search)
        return
    with catalog.read() as session:
        ids = set(change.documents)
        if change.dossiers:
            ids.update(session.scalars(select(Document.id).where(Document.dossier_id.in_(change.dossiers))))
        _update(session, search, sorted(ids), change.entry or 0)


def catch_up(catalog: Catalog, search: Search) -> int:
    """Brings the index to the end of the audit log; rebuilds it when it is new, damaged or of another version. Returns documents done."""
    with catalog.read() as session:
        head = session.scalar(select(func.max(AuditEntry.seq))) or 0
        position = search.position
        if position == head:
            return 0
        if position < 0 or position > head:
            return _rebuild(session, search, head)
        ids = set(_touched(session, position))
        _update(session, search, sorted(ids), head)
        return len(ids)


def catch_up_safely(catalog: Catalog, search: Search) -> None:
    """`catch_up`; an index that turns out to be damaged is thrown away and filled again."""
    try:
        catch_up(catalog, search)
    except StorageError as error:
        if error.code != "search.damaged":
            raise
        search.renew()
        catch_up(catalog, search)


def _touched(session: Session, position: int) -> Iterator[int]:
    """Documents that audit entries after `position` concern."""
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.seq > position)):
        for row in audit.read_changes(entry):
            if row["table"] == "document":
                yield row["id"][0]
            elif row["table"] == "page" and (row["after"].get("document_id") or row["before"].get("document_id")):
                yield row["after"].get("document_id") or row["before"]["document_id"]
            elif row["table"] == "dossier":
                yield from session.scalars(select(Document.id).where(Document.dossier_id == row["id"][0]))


def _rebuild(session: Session, search: Search, head: int) -> int:
    ids = list(session.scalars(select(Document.id).order_by(Document.id)))
    with search.update(head, clear=True) as index:
        for start in range(0, len(ids), CHUNK):
            index.put(_entries(session, ids[start : start + CHUNK]))
    return len(ids)


def _update(session: Session, search: Search, ids: list[int], position: int) -> None:
    with search.update(position) as index:
        for start in range(0, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            found = _entries(session, part)
            index.put(found)
            for gone in set(part) - {entry.id for entry in found}:
                index.remove(gone)


def _entries(session: Session, ids: list[int]) -> list[Entry]:
    """Live documents with everything a person may look for: code, type, names, subject, dossier, and the text of every page."""
    texts: dict[int, list[str]] = {}
    growing = select(Document.id).where(Document.id.in_(ids), Document.state == "new", Document.pages > LONG)
    whole = set(ids) - set(session.scalars(growing))
    for document_id, text in session.execute(
        select(Page.document_id, Page.text).where(Page.document_id.in_(whole)).order_by(Page.document_id, Page.number)
    ):
        texts.setdefault(document_id, []).append(text)
    query = (
        select(Document, Dossier.code, Dossier.title)
        .outerjoin(Dossier, Dossier.id == Document.dossier_id)
        .where(Document.id.in_(ids), Document.deleted_at.is_(None))
    )
    entries = []
    for document, dossier_code, dossier_title in session.execute(query):
        head = [
            document.code,
            codes.type_word(document.type_name),
            document.subject,
            document.organ_name,
            document.parent_organ,
            document.signer,
            document.addressee,
            document.recipients,
            document.attachments,
            document.issued_date,
            document.keyword,
            document.description,
            document.autograph,
            document.source_name,
            dossier_code or "",
            dossier_title or "",
        ]
        text = "\n".join([*filter(None, head), *texts.get(document.id, [])])
        entries.append(Entry(document.id, text, document.issued_sort, document.dossier_id))
    return entries
