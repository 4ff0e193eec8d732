"""The audit chain: every transaction leaves one entry that names what changed, by whom, and the hash of the entry before.

Nothing can be altered in the middle without breaking every hash after it; what is cut from the end is found by
`storage.chain_head`, and what was changed in the records past the program by `storage.replay`.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from storage.records import (
    AuditEntry,
    Document,
    FieldEvidence,
    FixityCheck,
    Intake,
    LearntCount,
    Lesson,
    Objection,
    OutboxItem,
    PackageItem,
    Record,
    SignatureTerm,
    SyncedVersion,
)

GENESIS = "0" * 64
# derived rows and work lists: the records they concern are logged
UNLOGGED = (
    AuditEntry,
    OutboxItem,
    Intake,
    SyncedVersion,
    LearntCount,
    Lesson,
    FixityCheck,
    PackageItem,
    SignatureTerm,
    Objection,
)


def canonical(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_hash(prev_hash: str, at: str, actor: str, action: str, subject: str, undoes: int | None, changes: bytes) -> str:
    """`changes` counts as its plain canonical JSON, so that the compression may change."""
    head = canonical([prev_hash, at, actor, action, subject, undoes])
    return hashlib.sha256(head + b"\n" + changes).hexdigest()


def changes_of(session: Session) -> list[dict[str, Any]]:
    """What the session is about to write, as plain data. Call after a flush of ids, before commit."""
    found: list[dict[str, Any]] = session.info.setdefault("changes", [])
    return found


def collect(session: Session) -> None:
    """Notes new, changed and deleted rows of this flush. Hooked to `after_flush`, when ids are known and histories still stand."""
    found = changes_of(session)
    for record in session.new:
        if not isinstance(record, UNLOGGED):
            found.append(_row(record, "insert", {}, _values(record)))
    for record in session.dirty:
        if not isinstance(record, UNLOGGED):
            before, after = _difference(record)
            if after:
                found.append(_row(record, "update", before, after))
    for record in session.deleted:
        if not isinstance(record, UNLOGGED):
            found.append(_row(record, "delete", _values(record), {}))


def append(session: Session, *, at: str, actor: str, action: str, subject: str, undoes: int | None) -> AuditEntry:
    """Adds the entry for the session's changes at the end of the chain."""
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).first()
    prev = last.hash if last else GENESIS
    plain = canonical(changes_of(session))
    entry = AuditEntry(
        at=at,
        actor=actor,
        action=action,
        subject=subject[:500],
        undoes=undoes,
        changes=zlib.compress(plain),
        prev_hash=prev,
        hash=entry_hash(prev, at, actor, action, subject[:500], undoes, plain),
    )
    session.add(entry)
    return entry


def read_changes(entry: AuditEntry) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(zlib.decompress(entry.changes))
    return data


@dataclass(slots=True, frozen=True)
class ChainReport:
    entries: int
    head: str
    broken_at: int | None  # seq of the first entry that does not fit, None when all do


def documents_of(session: Session, changes: Iterable[dict[str, Any]]) -> set[int]:
    """The documents whose own row, or a row of whose fields, an entry changed; `changes` as `read_changes` tells them."""
    found: set[int] = set()
    for row in changes:
        if row["table"] == Document.__tablename__:
            found.add(row["id"][0])
        elif row["table"] == FieldEvidence.__tablename__:
            owner = row["after"].get("document_id") or row["before"].get("document_id")
            if owner is None and (evidence := session.get(FieldEvidence, row["id"][0])) is not None:
                owner = evidence.document_id
            if owner is not None:
                found.add(owner)
    return found


def verify_chain(session: Session) -> ChainReport:
    """Walks the whole chain. A gap in the numbers counts as a break."""
    prev, count, expected = GENESIS, 0, 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=500)):
        try:
            plain = zlib.decompress(entry.changes)
        except zlib.error:
            return ChainReport(count, prev, entry.seq)
        value = entry_hash(prev, entry.at, entry.actor, entry.action, entry.subject, entry.undoes, plain)
        if entry.seq != expected or entry.prev_hash != prev or entry.hash != value:
            return ChainReport(count, prev, entry.seq)
        prev, count, expected = entry.hash, count + 1, expected + 1
    return ChainReport(count, prev, None)


def _row(record: Record, op: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    state = inspect(record)
    key = state.identity or state.mapper.primary_key_from_instance(record)
    return {"table": record.__tablename__, "id": list(key), "op": op, "before": before, "after": after}


def _values(record: Record) -> dict[str, Any]:
    mapper = inspect(type(record))
    return {
        attribute.key: plain(getattr(record, attribute.key), bool(attribute.columns[0].info.get("bulky")))
        for attribute in mapper.column_attrs
    }


def _difference(record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    state = inspect(record)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if history.has_changes():
            bulky = bool(attribute.columns[0].info.get("bulky"))
            before[attribute.key] = plain(history.deleted[0] if history.deleted else None, bulky)
            after[attribute.key] = plain(history.added[0] if history.added else None, bulky)
    return before, after


def plain(value: Any, bulky: bool) -> Any:
    """A column's value as the log keeps it: bytes and bulky columns by their digest."""
    if isinstance(value, str) and bulky:
        value = value.encode()
    if isinstance(value, bytes):
        return {"sha256": hashlib.sha256(value).hexdigest(), "size": len(value)}
    return value
