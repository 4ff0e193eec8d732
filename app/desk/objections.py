"""What the checks hold against documents, kept in step with the archive: it brings a document to the shelf "to check".

After each commit the documents that it touched, and those that lie in a dossier with them, are checked anew on the thread that wrote;
the lists ask one small table. What nobody followed is found from the audit log. Clerks say that a value is right all the same by
confirming its field; that holds until the value, or the one that it is held against, is another.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from app.desk import fields
from app.desk.own_checks import by_itself, pile_of, row_of
from app.desk.review_checks import Finding, order_findings
from app.desk.sheet_checks import sheet_findings
from app.jobs import Job
from app.workspace import Workspace
from storage import audit
from storage.catalog import Change
from storage.records import AuditEntry, Document, FieldEvidence, Objection

log = logging.getLogger(__name__)
LOOKED_AT = "*"  # confirmed before the program kept what was held against it
PASSED_OVER = frozenset({"field.missing"})  # what is not on the paper can't be filled in; the review asks for it
PARTNERS = {"codeNotation": "typeName", "arrivalDate": "issuedDate"}  # a field → the one that it is held against
BY_THE_DAY = "date.future"  # ends by itself
POSITION = 0  # the row of no document: only its `entry` counts
CHUNK = 500  # documents checked at a time
NOTE_EVERY = 100  # entries of the log: those after the last note are followed again at the next start
DOSSIER_MOST = 1000  # documents: a larger dossier is looked over in a review, not at each commit
TABLES = {"document", "field_evidence"}
WORDS = ("document.confirm", "document.confirm_field")


# --- what a clerk has said ---
def seal(document: Document, name: str) -> str:
    """What a confirmation of the field covers: its value, and the one that the checks hold beside it."""
    values = [fields.get(document, one) for one in (name, PARTNERS.get(name, "")) if one]
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:16]


def renew_seals(document: Document, rows: Iterable[FieldEvidence]) -> None:
    """Before values change: what was confirmed in an older version is said of the values as they stand."""
    for row in rows:
        if row.stands == LOOKED_AT and row.name in fields.BY_NAME:
            row.stands = seal(document, row.name)


def stands(document: Document, row: FieldEvidence | None, name: str) -> bool:
    """Whether something held against the field still waits for the clerk's word."""
    if row is None or not row.confirmed:
        return document.state not in ("new", "confirmed")
    return row.stands not in (LOOKED_AT, seal(document, name))


def confirmed(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], FieldEvidence]:
    """The rows by which a clerk said something, by document and field."""
    queries = (
        select(FieldEvidence).where(FieldEvidence.document_id.in_(part), FieldEvidence.confirmed) for part in _parts(ids)
    )
    return {(row.document_id, row.name): row for query in queries for row in session.scalars(query)}


def judged(
    findings: Iterable[Finding], documents: Mapping[int, Document], evidence: Mapping[tuple[int, str], FieldEvidence]
) -> list[Finding]:
    """The findings, with `stands` as it is."""
    return [
        replace(one, stands=stands(documents[one.document_id], evidence.get((one.document_id, one.field)), one.field))
        for one in findings
    ]


# --- keeping in step ---
class Objections:
    """Follows one open archive."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = weakref.ref(workspace)
        self._lock = threading.Lock()  # of two that check the same dossier the later one sees what the other wrote
        self._noted: int | None = None  # the entry up to which the archive knows that all was followed; None: not caught up yet

    def follow(self, change: Change) -> None:
        """Hooked to every commit. The commit stands whatever happens here."""
        workspace = self._workspace()
        if workspace is None or change.entry is None or not (change.documents and change.tables & TABLES):
            return
        try:
            far = self._noted is not None and change.entry - self._noted >= NOTE_EVERY
            if change.tables & TABLES == {FieldEvidence.__tablename__} and not far and self._settle(workspace, change):
                return
            with workspace.catalog.read() as session:
                left = _left_behind(session, session.get_one(AuditEntry, change.entry))
                ids = sorted(_beside(session, _read(session, change.documents)) | left | change.documents)
            self.look(workspace, ids, change.entry if far else None)
        except Exception:
            log.exception("the checks did not follow")

    def _settle(self, workspace: Workspace, change: Change) -> bool:
        """A clerk's word on values that stay as they are: it ends what was held against them, and touches no other document.

        False where the entry says more than that.
        """
        with self._lock:
            with workspace.catalog.read() as session:
                entry = session.get_one(AuditEntry, change.entry)
                if entry.action not in WORDS:
                    return False
                rows = session.scalars(select(Objection).where(Objection.document_id.in_(change.documents)))
                before = {(row.document_id, row.field): row.code for row in rows}
                said = confirmed(session, sorted(change.documents))
                documents = {one: session.get_one(Document, one) for one, _name in before}
                held = {key: code for key, code in before.items() if stands(documents[key[0]], said.get(key), key[1])}
            _keep(workspace, sorted(change.documents), held)
        return True

    def look(self, workspace: Workspace, ids: Sequence[int], entry: int | None = None) -> None:
        """Checks these documents and keeps what is held against them. `entry`: all up to it is followed when this is done.

        Of a dossier all documents are among `ids`, or it is too thick to be checked as one.
        """
        with self._lock:
            for part in _parts(ids):
                with workspace.catalog.read() as session:
                    found = _found(session, part)
                held = {(one.document_id, one.field): one.code for one in reversed(found) if one.stands}
                _keep(workspace, part, held)
            if entry is not None:
                with workspace.catalog.write("objections.follow") as transaction:
                    transaction.session.merge(Objection(document_id=POSITION, field="", entry=entry))
                self._noted = entry


def _found(session: Session, ids: Sequence[int]) -> list[Finding]:
    """What is held against these documents: by themselves, and beside those of their dossiers."""
    own = list(session.scalars(select(Document).where(Document.id.in_(ids), Document.deleted_at.is_(None))))
    found = [one for document in own for one in by_itself(document)]
    for dossier in sorted({one.dossier_id for one in own if one.dossier_id is not None}):
        beside = _of_dossiers(session, [dossier])
        rows = [row_of(one) for one in session.scalars(select(Document).where(Document.id.in_(beside)))]
        found += order_findings(rows) + sheet_findings(pile_of(rows, dossier))
    documents = {one.id: one for one in own}
    wanted = [one for one in found if one.document_id in documents and one.code not in PASSED_OVER]
    return judged(wanted, documents, confirmed(session, ids))


def _keep(workspace: Workspace, ids: Sequence[int], held: Mapping[tuple[int, str], str]) -> None:
    with workspace.catalog.read() as session:
        rows = session.scalars(select(Objection).where(Objection.document_id.in_(ids)))
        before = {(row.document_id, row.field): row.code for row in rows}
    if before == held:
        return
    with workspace.catalog.write("objections.follow") as transaction:
        session = transaction.session
        for document_id, name in before.keys() - held.keys():
            session.execute(delete(Objection).where(Objection.document_id == document_id, Objection.field == name))
        for (document_id, name), code in held.items():
            if before.get((document_id, name)) != code:
                session.merge(Objection(document_id=document_id, field=name, code=code))
        transaction.change.documents |= {one for one, _name in before.keys() ^ held.keys()}  # the lists show them otherwise now


def _parts(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)]


def _read(session: Session, ids: Iterable[int]) -> set[int]:
    """Those that are not on their way any more: while a pile comes in its dossier is not checked at every page."""
    return set(session.scalars(select(Document.id).where(Document.id.in_(ids), Document.state != "new")))


def _beside(session: Session, ids: Iterable[int]) -> set[int]:
    """These documents and those of their dossiers, as far as a dossier is not too thick."""
    found = set(ids)
    dossiers = set(session.scalars(select(Document.dossier_id).where(Document.id.in_(found), Document.dossier_id.is_not(None))))
    return found | _of_dossiers(session, dossiers)


def _of_dossiers(session: Session, dossiers: Iterable[int | None]) -> set[int]:
    found: set[int] = set()
    for dossier in dossiers:
        inside = select(Document.id).where(Document.dossier_id == dossier, Document.deleted_at.is_(None))
        ids = set(session.scalars(inside.limit(DOSSIER_MOST + 1)))
        found |= ids if len(ids) <= DOSSIER_MOST else set()
    return found


def _left_behind(session: Session, entry: AuditEntry) -> set[int]:
    """Documents of the dossiers that an entry of the log took documents out of."""
    moved = {
        row["before"]["dossier_id"]
        for row in audit.read_changes(entry)
        if row["table"] == "document" and row["before"].get("dossier_id")
    }
    return _of_dossiers(session, moved)


# --- what nobody followed ---
_OPEN: weakref.WeakKeyDictionary[Workspace, Objections] = weakref.WeakKeyDictionary()
_ATTACHING = threading.Lock()


def followed(workspace: Workspace) -> Objections:
    """From the first call on every change of the archive is followed."""
    with _ATTACHING:
        found = _OPEN.get(workspace)
        if found is None:
            found = _OPEN[workspace] = Objections(workspace)
            workspace.listen(found.follow)
        return found


def catch_up(job: Job, workspace: Workspace) -> int:
    """Checks what nobody has checked: all documents of an archive of an older version, else what was written without a window,
    and days that lay in the future then. Returns the documents looked at."""
    waiting, last = _waiting(workspace)
    for done, part in enumerate(_parts(waiting)):
        job.progress(done * CHUNK, len(waiting))
        followed(workspace).look(workspace, part)
    followed(workspace).look(workspace, [], last)
    return len(waiting)


def catch_up_few(workspace: Workspace) -> int:
    """The same at once where it takes a moment; else the number of documents that wait for `catch_up`. Follows from now on."""
    waiting, last = _waiting(workspace)
    if len(waiting) > CHUNK:
        return len(waiting)
    followed(workspace).look(workspace, waiting, last)
    return 0


def _waiting(workspace: Workspace) -> tuple[list[int], int]:
    """The documents that nobody has checked, and the audit entry up to which this is known."""
    followed(workspace)
    with workspace.catalog.read() as session:
        position = session.get(Objection, (POSITION, ""))
        last = session.scalar(select(func.max(AuditEntry.seq))) or 0
        return (_open_ids(session) if position is None else sorted(_missed(session, position.entry))), last


def _missed(session: Session, position: int) -> set[int]:
    ids = set(session.scalars(select(Objection.document_id).where(Objection.code == BY_THE_DAY)))
    entries = select(AuditEntry).where(AuditEntry.seq > position).order_by(AuditEntry.seq)
    for entry in session.scalars(entries.execution_options(yield_per=CHUNK)):
        ids |= audit.documents_of(session, audit.read_changes(entry)) | _left_behind(session, entry)
    return {one for part in _parts(sorted(ids)) for one in _beside(session, part)}


def _open_ids(session: Session) -> list[int]:
    """Of the documents that are confirmed as a whole nothing is held open; those on their way are checked when they are read."""
    touched = select(FieldEvidence.document_id).where(FieldEvidence.confirmed, FieldEvidence.stands != LOOKED_AT)
    wanted = or_(Document.state != "confirmed", Document.id.in_(touched))
    query = select(Document.id).where(Document.deleted_at.is_(None), Document.state != "new", wanted)
    return list(session.scalars(query.order_by(Document.dossier_id, Document.ordinal, Document.id)))
