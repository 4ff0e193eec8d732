"""What was done to documents, told from the audit chain as PREMIS events (Thông tư 05/2025: one event per preservation act).

Event types are words of the Library of Congress' vocabulary (id.loc.gov/vocabulary/preservation/eventType).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import N_, _
from app.package.model import EventInput
from app.workspace import Workspace
from storage import audit
from storage.records import AuditEntry, Document

# action of the audit log → (event type, words)
ACTS: Mapping[str, tuple[str, str]] = {
    "document.import": ("ingestion end", N_("Taken into the archive")),
    "scan.end": ("ingestion end", N_("Taken into the archive")),
    "document.access_copy": ("migration", N_("Copy made in another format; the original is kept")),
    "package.import": ("ingestion end", N_("Taken over from a package")),
    "document.recognise": ("metadata extraction", N_("Text recognised")),
    "document.describe": ("metadata extraction", N_("Fields read")),
    "document.describe_again": ("metadata extraction", N_("Fields read")),
    "document.edit": ("metadata modification", N_("Description changed")),
    "document.confirm": ("metadata modification", N_("Description confirmed")),
    "document.confirm_field": ("metadata modification", N_("Description confirmed")),
    "document.file": ("metadata modification", N_("Filed into a dossier")),
    "page.turn": ("modification", N_("Page turned for viewing")),
    "document.sign": ("digital signature generation", N_("Signed")),
    "document.identify": ("format identification", N_("Format identified by PRONOM")),
    "document.migrate": ("migration", N_("Copy made in another format; the original is kept")),
    "document.delete": ("deaccession", N_("Moved to the bin")),
    "document.restore": ("accession", N_("Brought back from the bin")),
}
SCANNED, SCAN_MARK = "package.virus_check", " · "  # the OBJID, then the engine with the date of its signatures
PART = 500  # numbers in one query
OWNERS = ("page", "rendition", "field_evidence", "special_record")


class Acts:
    """The acts on the documents of one or many dossiers, read in one pass over the audit chain: its changes lie in it compressed."""

    def __init__(self, workspace: Workspace, dossier_ids: Sequence[int]) -> None:
        with workspace.catalog.read() as session:
            self._uuids: dict[int, str] = {}
            moments = []
            for start in range(0, len(dossier_ids), PART):
                part = list(dossier_ids[start : start + PART])
                query = select(Document.id, Document.uuid, Document.created_at).where(Document.dossier_id.in_(part))
                for row_id, uuid, created in session.execute(query):
                    self._uuids[row_id] = uuid
                    moments.append(created)
            self._acts = list(self._read(session, min(moments))) if moments else []
        self._of: dict[int, list[int]] = {}
        for number, (_act, touched) in enumerate(self._acts):
            for document in touched:
                self._of.setdefault(document, []).append(number)

    def _read(self, session: Session, since: str) -> Iterator[tuple[EventInput, tuple[int, ...]]]:
        owned = _Owned(session, set(self._uuids))
        query = select(AuditEntry).where(AuditEntry.action.in_(list(ACTS)), AuditEntry.at >= since).order_by(AuditEntry.seq)
        for entry in session.scalars(query.execution_options(yield_per=500)):
            touched = tuple(dict.fromkeys(i for i in owned.documents(audit.read_changes(entry)) if i in self._uuids))
            if touched:
                sort, words = ACTS[entry.action]
                at = datetime.fromisoformat(entry.at)
                yield EventInput(type=sort, at=at, detail=_(words), agent=entry.actor, documents=[]), touched

    def on(self, documents: Sequence[Document]) -> list[EventInput]:
        """The acts on these documents, oldest first; one event for each transaction, however many documents it touched."""
        wanted = {document.id: document.uuid for document in documents}
        numbers = sorted({number for document in wanted for number in self._of.get(document, ())})
        return [
            replace(self._acts[number][0], documents=[wanted[i] for i in self._acts[number][1] if i in wanted])
            for number in numbers
        ]


def scans_of(workspace: Workspace, objids: Sequence[str]) -> list[EventInput]:
    """The virus checks of the packages that were taken in under these OBJIDs."""
    with workspace.catalog.read() as session:
        query = select(AuditEntry).where(AuditEntry.action == SCANNED).order_by(AuditEntry.seq)
        rows = [(entry.at, entry.actor, *entry.subject.partition(SCAN_MARK)[::2]) for entry in session.scalars(query)]
    return [
        EventInput(type="virus check", at=datetime.fromisoformat(at), detail=words, agent=actor)
        for at, actor, objid, words in rows
        if objid in objids
    ]


class _Owned:
    """Leads from changed rows to the documents that they belong to. An update of a page names only what changed, not its document."""

    def __init__(self, session: Any, documents: set[int]) -> None:
        from storage.records import FieldEvidence, Page, Rendition

        self._owner: dict[tuple[str, int], int] = {}
        for kind in (Page, Rendition, FieldEvidence):
            for start in range(0, len(documents), PART):
                part = sorted(documents)[start : start + PART]
                for row_id, owner in session.execute(select(kind.id, kind.document_id).where(kind.document_id.in_(part))):
                    self._owner[kind.__tablename__, row_id] = owner

    def documents(self, changes: Sequence[Mapping[str, Any]]) -> Iterator[int]:
        for row in changes:
            if row["table"] == "document":
                yield row["id"][0]
            elif row["table"] in OWNERS:
                owner = (
                    row["after"].get("document_id")
                    or row["before"].get("document_id")
                    or self._owner.get((row["table"], row["id"][0]))
                )
                if owner is not None:
                    yield owner
