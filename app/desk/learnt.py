"""What this archive has learnt, kept in step with it: after each commit the documents that it touched are learnt anew.

The counts live in memory and in rows of the catalog; the lesson of each document is kept, so that a correction, an undo or a document
taken out of a dossier subtracts exactly what was taught. What a killed program missed is found from the audit log at the next start.
"""

from __future__ import annotations

import json
import logging
import threading
import weakref
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from app.describe.learning import Case, Knowledge, Mark, Tally, teach
from app.describe.learning.features import head_of_text
from app.describe.learning.knowledge import Key
from app.desk import fields
from app.workspace import Workspace
from storage import audit, queries
from storage.catalog import Catalog, Change
from storage.records import AuditEntry, Document, Dossier, FieldEvidence, FieldReading, Fonds, LearntCount, Lesson, Page

log = logging.getLogger(__name__)
OWN = ""
HANDS = "hand"  # rows of this kind hold no counts but the weights of `app.desk.hands`
# commits after which something may be learnt otherwise; the others are not even looked into
TEACHING = frozenset(
    {
        "document.edit",
        "document.confirm_field",
        "document.confirm",
        "document.describe_again",
        "document.file",
        "document.delete",
        "document.restore",
        "dossier.edit",
        "step.undo",
        "step.redo",
    }
)
REACH = 50  # documents of a dossier that are learnt anew when its retention or code changes
POSITION = 0  # the lesson of no document: only its `entry` counts
CHUNK = 200  # documents in one transaction


class Learnt:
    """The knowledge of one open archive. One caller at a time; the catalog's own lock is only taken inside of this one."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.lock = threading.RLock()
        self._whole: Knowledge | None = None
        self._own: Knowledge | None = None

    def whole(self) -> Knowledge:
        """Own counts and those of other desks together."""
        with self.lock:
            if self._whole is None:
                self._load()
            assert self._whole is not None  # noqa: S101 - just loaded
            return self._whole

    def own(self) -> Knowledge:
        self.whole()
        assert self._own is not None  # noqa: S101 - loaded together
        return self._own

    def drop(self) -> None:
        """Forgets what is in memory; the rows are read again when they are needed."""
        self._whole = self._own = None

    def _load(self) -> None:
        own, others = Knowledge(), []
        with self.catalog.read() as session:
            for row in session.scalars(select(LearntCount).where(LearntCount.kind != HANDS).order_by(LearntCount.id)):
                try:
                    item = ((row.kind, row.label), Tally(row.seen, unpack(row.counts)))
                except (zlib.error, ValueError):  # counts can be made anew; the work of the day does not wait for them
                    log.exception("a row of counts can't be read")
                    continue
                if row.origin == OWN:
                    own.put(*item)
                else:
                    others.append(item)
        whole = own
        if others:
            whole = Knowledge()
            for key, tally in [*own.rows(), *others]:
                whole.put(key, tally)
            whole.trim([key for key, _tally in whole.rows()])
        self._own, self._whole = own, whole

    def follow(self, change: Change) -> None:
        """Hooked to every commit. The commit stands whatever happens here."""
        if change.entry is None or not (change.documents or change.dossiers):
            return
        try:
            with self.catalog.read() as session:
                entry = session.get_one(AuditEntry, change.entry)
                ids = _touched(session, entry) | change.documents if entry.action in TEACHING else set()
            if ids:
                self.relearn(ids, change.entry)
        except Exception:
            log.exception("learning did not follow")
            self.drop()

    def catch_up(self) -> int:
        """Learns what was confirmed while nobody followed. Returns the documents looked at."""
        with self.catalog.read() as session:
            position = session.scalar(select(func.max(Lesson.entry))) or 0
            missed = select(AuditEntry).where(AuditEntry.seq > position, AuditEntry.action.in_(TEACHING))
            ids: set[int] = set()
            last = position
            for entry in session.scalars(missed.order_by(AuditEntry.seq)):
                ids.update(_touched(session, entry))
                last = entry.seq
        if ids:
            self.relearn(ids, last)
        return len(ids)

    def relearn(self, document_ids: Iterable[int], entry: int) -> None:
        """Subtracts what these documents taught and adds what they teach now."""
        ids = sorted(document_ids)
        with self.lock:
            for start in range(0, len(ids), CHUNK):
                last = start + CHUNK >= len(ids)
                self._relearn(ids[start : start + CHUNK], entry if last else entry - 1)  # killed half way: all of it again

    def _relearn(self, ids: list[int], entry: int) -> None:
        touched: set[Key] = set()
        whole, own = self.whole(), self.own()
        try:
            with self.catalog.write("learning.follow") as transaction:
                session = transaction.session
                for document_id in ids:
                    lesson = session.get(Lesson, document_id)
                    before = marks_of(lesson)
                    _both(whole, own, before, learning=False)
                    after = self._marks(session, document_id, lesson)
                    learnt_now = _both(whole, own, after, learning=True)
                    touched |= {(mark.kind, mark.label) for mark in _unlike(before, after)}
                    touched |= _trim(whole, own, learnt_now)
                    if lesson is None:
                        if not after:
                            continue
                        lesson = Lesson(document_id=document_id)
                        session.add(lesson)
                    lesson.taught, lesson.entry = pack_marks(after), entry
                save(session, own, touched)
        except BaseException:
            self.drop()
            raise

    def _marks(self, session: Session, document_id: int, lesson: Lesson | None) -> list[Mark]:
        document = session.get(Document, document_id)
        if document is None or document.deleted_at is not None or document.secrecy:
            return []  # knowledge goes to other desks: not a word of a secret paper
        evidence = queries.evidence_of(session, document_id)
        truth = {name: fields.get(document, name) for name, row in evidence.items() if row.confirmed and name in fields.BY_NAME}
        truth.pop("secrecy", None)
        if not any(truth.values()):
            return []
        truth |= _place(session, document)
        return teach(self.whole(), case_of(session, document, evidence, lesson), truth)


def case_of(session: Session, document: Document, evidence: Mapping[str, FieldEvidence], lesson: Lesson | None) -> Case:
    """A document for the models. What the rules read first is in its lesson; where it is not, what nobody has touched since."""
    kept = unpack(lesson.first_read) if lesson is not None else {}
    untouched = {name: row for name, row in evidence.items() if row.source not in ("clerk", "learned")}
    text = session.scalar(select(Page.text).where(Page.document_id == document.id, Page.number == 1)) or ""
    boxes = {name: box for name, row in evidence.items() if row.page == 1 and (box := fields.reading(row).box)}
    return Case(
        read={name: row.value for name, row in untouched.items()} | kept,
        sure={name: 1.0 if row.confirmed else row.confidence for name, row in evidence.items()},
        values={field.name: fields.get(document, field.name) for field in fields.FIELDS},
        head=head_of_text(text),
        boxes=boxes,
    )


def keep_first_read(session: Session, document_id: int, readings: Mapping[str, FieldReading]) -> None:
    """Notes what the rules read, before suggestions and the clerk change it: corrections are told from it."""
    values = {name: found.value[:500] for name, found in readings.items() if name in fields.BY_NAME and name != "secrecy"}
    lesson = session.get(Lesson, document_id)
    if lesson is None:
        lesson = Lesson(document_id=document_id)
        session.add(lesson)
    lesson.first_read = pack(values)


def dossier_keys(session: Session) -> dict[str, tuple[int, str, str]]:
    """Key → (id, code, title) of the dossiers that can be filed into. The key is the same on every desk: fonds and code."""
    rows = session.execute(
        select(Fonds.code, Dossier.code, Dossier.id, Dossier.title)
        .join(Fonds, Fonds.id == Dossier.fonds_id)
        .where(Dossier.deleted_at.is_(None))
    )
    return {_key(fonds, code): (identity, code, title) for fonds, code, identity, title in rows}


def _place(session: Session, document: Document) -> dict[str, str]:
    dossier = session.get(Dossier, document.dossier_id) if document.dossier_id is not None else None
    if dossier is None:
        return {}
    fonds = session.get_one(Fonds, dossier.fonds_id)
    return {"dossier": _key(fonds.code, dossier.code), "maintenance": dossier.maintenance}


def _key(fonds: str, code: str) -> str:
    return f"{fonds} | {code}"


def _in_dossiers(session: Session, dossier_ids: Iterable[int]) -> Iterable[int]:
    """The newest documents of these dossiers that taught something; a large dossier must not hold up the clerk."""
    query = select(Lesson.document_id).join(Document, Document.id == Lesson.document_id)
    taught = query.where(Document.dossier_id.in_(dossier_ids), Lesson.taught != b"")
    return session.scalars(taught.order_by(Lesson.document_id.desc()).limit(REACH))


def _touched(session: Session, entry: AuditEntry) -> set[int]:
    """The documents that an entry of the log concerns."""
    changes = audit.read_changes(entry)
    found = audit.documents_of(session, changes)
    for row in changes:
        if row["table"] == "dossier" and {"code", "maintenance"} & row["after"].keys():
            found.update(_in_dossiers(session, row["id"]))
    return found


def _both(whole: Knowledge, own: Knowledge, marks: list[Mark], *, learning: bool) -> set[Key]:
    touched: set[Key] = set()
    for knowledge in [own] if whole is own else [own, whole]:
        touched |= knowledge.learn(marks) if learning else knowledge.unlearn(marks)
    return touched


def _unlike(before: list[Mark], after: list[Mark]) -> list[Mark]:
    """The marks that only one of them has: the others leave their rows as they are."""
    rest = list(after)
    gone = []
    for mark in before:
        if mark in rest:
            rest.remove(mark)
        else:
            gone.append(mark)
    return [*gone, *rest]


def _trim(whole: Knowledge, own: Knowledge, touched: set[Key]) -> set[Key]:
    lost = own.trim(touched)
    if whole is not own:
        whole.trim(touched)
    return lost


def save(session: Session, knowledge: Knowledge, keys: Iterable[Key], origin: str = OWN) -> None:
    """Writes the rows of these labels as they are now. New rows come last: their order is that of the last lesson."""
    changed = sorted(keys)
    gone = delete(LearntCount).where(
        LearntCount.origin == origin, LearntCount.kind == bindparam("k"), LearntCount.label == bindparam("l")
    )
    connection = session.connection()
    if changed:
        connection.execute(gone, [{"k": kind, "l": label} for kind, label in changed])
    rows = [
        {"origin": origin, "kind": kind, "label": label, "seen": tally.seen, "counts": pack(tally.counts)}
        for kind, label in changed
        if (tally := knowledge.tally(kind, label)) is not None
    ]
    if rows:
        connection.execute(insert(LearntCount), rows)


def set_position(session: Session, entry: int) -> None:
    """Everything up to this audit entry counts as followed."""
    row = session.get(Lesson, POSITION)
    if row is None:
        session.add(Lesson(document_id=POSITION, entry=entry))
    else:
        row.entry = entry


def pack(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def unpack(data: bytes) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(zlib.decompress(data)) if data else {}
    return value


def pack_marks(marks: list[Mark]) -> bytes:
    return pack({"marks": [[mark.kind, mark.label, mark.counts] for mark in marks]}) if marks else b""


def marks_of(lesson: Lesson | None) -> list[Mark]:
    return [Mark(*row) for row in unpack(lesson.taught).get("marks", [])] if lesson is not None else []


_OPEN: weakref.WeakKeyDictionary[Workspace, weakref.ReferenceType[Learnt]] = weakref.WeakKeyDictionary()
_ATTACHING = threading.Lock()


def learnt(workspace: Workspace) -> Learnt:
    """The knowledge of an open archive; from the first call on it follows every change. It lives as long as its catalog."""
    with _ATTACHING:
        known = _OPEN.get(workspace)
        found = known() if known is not None else None
        if found is not None:
            return found
        made = Learnt(workspace.catalog)
        workspace.listen(made.follow)
        _OPEN[workspace] = weakref.ref(made)
    try:
        made.catch_up()
    except Exception:
        log.exception("learning did not catch up")
    return made
