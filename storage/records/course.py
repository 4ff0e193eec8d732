"""The course of the work: intake, audit, outbox, receipts, settings."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Id, Moment, Record, Sha256, new_uuid


class Intake(Record):
    """One file or scanned pile on its way in. The row is what lets a killed program finish without losing or doubling.

    state: `waiting` → `stored` (bytes are ours) → `paged` → `recognised` → `done`; `failed` keeps the sentence, `doubled` names
    the document that already has these bytes. `batch` joins what was brought in at one time.
    """

    __tablename__ = "intake"
    __table_args__ = (UniqueConstraint("batch", "source"), Index("ix_intake_state", "state"))
    id: Mapped[Id] = mapped_column(init=False)
    batch: Mapped[str] = mapped_column(String(36), default_factory=new_uuid)
    source: Mapped[str] = mapped_column(String(4096))
    ocr: Mapped[bool] = mapped_column(default=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), default=None)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), default=None)
    code: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(String(1000), default="")
    given: Mapped[str] = mapped_column(default="")  # JSON: what an index says of the document (app.desk.index_rows.Given)
    created_at: Mapped[Moment]


class AuditEntry(Record):
    """One transaction of the archive, chained by hash; the table accepts no change and no deletion (triggers).

    `hash` = SHA-256 over prev_hash and the canonical JSON of the other columns. `changes` is compressed canonical JSON:
    [{table, id, op, before, after}], which is also what undo reads.
    """

    __tablename__ = "audit_entry"
    seq: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[Moment]
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(500), default="")
    undoes: Mapped[int | None] = mapped_column(default=None)
    changes: Mapped[bytes] = mapped_column(LargeBinary)
    prev_hash: Mapped[Sha256]
    hash: Mapped[Sha256]


class OutboxItem(Record):
    """A record that the server has not yet seen in this version; written in the transaction that changed the record."""

    __tablename__ = "outbox_item"
    __table_args__ = (UniqueConstraint("kind", "uuid"),)
    id: Mapped[Id] = mapped_column(init=False)
    kind: Mapped[str] = mapped_column(String(12))  # document, dossier
    uuid: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[Moment]


class SyncedVersion(Record):
    """The newest version of a record that a verified receipt covers, and the digest that the next version names as parent."""

    __tablename__ = "synced_version"
    __table_args__ = (UniqueConstraint("kind", "uuid"),)
    id: Mapped[Id] = mapped_column(init=False)
    kind: Mapped[str] = mapped_column(String(12))
    uuid: Mapped[str] = mapped_column(String(36))
    version: Mapped[int]
    digest: Mapped[Sha256]
    batch_id: Mapped[str] = mapped_column(String(36))


class SyncBatch(Record):
    """A sealed batch: its manifest never changes again. state: sealed → offered → sending → sent → committed → receipted."""

    __tablename__ = "sync_batch"
    id: Mapped[Id] = mapped_column(init=False)
    batch_id: Mapped[str] = mapped_column(String(36), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="sealed")
    manifest: Mapped[bytes] = mapped_column(LargeBinary, info={"bulky": True})
    manifest_sha256: Mapped[Sha256]
    metadata_blobs: Mapped[bytes] = mapped_column(LargeBinary, info={"bulky": True})  # zlib JSON {sha256: canonical JSON}
    receipt: Mapped[str] = mapped_column(default="", info={"bulky": True})
    items: Mapped[int] = mapped_column(default=0)
    bytes_total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try: Mapped[str | None] = mapped_column(String(32), default=None)
    stuck: Mapped[bool] = mapped_column(default=False)  # a person has to do something first
    conflicts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(String(1000), default="")
    created_at: Mapped[Moment]
    receipted_at: Mapped[str | None] = mapped_column(String(32), default=None)


class ArchiveSetting(Record):
    """A setting that belongs to the archive rather than to the person or the PC (agency, endpoint of the server)."""

    __tablename__ = "archive_setting"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(default="", info={"bulky": True})  # may hold a secret: the log keeps its digest
