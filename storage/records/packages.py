"""Packages and messages that came and went, records of pictures and sound, registers, and how and when each file was last proven."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Id, Moment, Record, Sha256, Uuid, new_uuid


class Package(Record):
    """An archival package that was written ("out") or taken in ("in").

    Of one that came in, `sha256` names the object that keeps it byte for byte (a folder as a stored ZIP of its files); of one that
    went out it is the digest of the ZIP.
    """

    __tablename__ = "package"
    __table_args__ = (Index("ix_package_dossier", "dossier_id"), Index("ix_package_objid", "objid"))
    id: Mapped[Id] = mapped_column(init=False)
    uuid: Mapped[Uuid] = mapped_column(default_factory=new_uuid)
    direction: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(20))
    objid: Mapped[str] = mapped_column(String(200), default="")
    record_status: Mapped[str] = mapped_column(String(12), default="NEW")
    name: Mapped[str] = mapped_column(String(255), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    valid: Mapped[bool] = mapped_column(default=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), default=None)
    created_at: Mapped[Moment]


class PackageItem(Record):
    """A document in a package, by the digest of its file there and its path."""

    __tablename__ = "package_item"
    __table_args__ = (Index("ix_package_item_package", "package_id"), Index("ix_package_item_sha256", "sha256"))
    id: Mapped[Id] = mapped_column(init=False)
    package_id: Mapped[int] = mapped_column(ForeignKey("package.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    path: Mapped[str] = mapped_column(String(500), default="")
    identifier: Mapped[str] = mapped_column(String(100), default="")  # docId or docCode in the package
    sha256: Mapped[Sha256]


class SpecialRecord(Record):
    """What a picture ("pic") or a sound or film ("media") has in fields of its own; `values` is JSON {TT05 field: value}."""

    __tablename__ = "special_record"
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    record: Mapped[str] = mapped_column(String(5))
    values: Mapped[str] = mapped_column(default="{}")


class FixityCheck(Record):
    """When an object was last read and compared with its digest. outcome: `sound`, `missing`, `damaged`."""

    __tablename__ = "fixity_check"
    __table_args__ = (Index("ix_fixity_check_at", "checked_at"),)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(8))
    checked_at: Mapped[Moment]


class DayEvidence(Record):
    """An evidence record (RFC 4998) over the files that came on one day; the object `sha256` keeps it as it stands today.

    `proven_at` is when its first time stamp was made, `renew_before` when its newest one stops being provable.
    """

    __tablename__ = "day_evidence"
    __table_args__ = (Index("ix_day_evidence_day", "day"),)
    id: Mapped[Id] = mapped_column(init=False)
    day: Mapped[str] = mapped_column(String(10))  # yyyy-MM-dd, in Vietnam
    sha256: Mapped[Sha256]
    files: Mapped[int]
    proven_at: Mapped[Moment]
    renew_before: Mapped[Moment]
    created_at: Mapped[Moment]


class RegisterEntry(Record):
    """A line of the register of incoming ("in") or outgoing ("out") documents of one year (Nghị định 30, annexes IV and VI)."""

    __tablename__ = "register_entry"
    __table_args__ = (UniqueConstraint("register", "year", "number"), Index("ix_register_entry_document", "document_id"))
    id: Mapped[Id] = mapped_column(init=False)
    uuid: Mapped[Uuid] = mapped_column(default_factory=new_uuid)
    register: Mapped[str] = mapped_column(String(3))
    year: Mapped[int]
    number: Mapped[int]
    entered_on: Mapped[str] = mapped_column(String(10))  # dd/MM/yyyy
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), default=None)
    other_party: Mapped[str] = mapped_column(String(500), default="")  # who sent it, or to whom it goes
    note: Mapped[str] = mapped_column(String(500), default="")


class Message(Record):
    """An edXML message (QCVN 102:2016/BTTTT) that came or went; the object `sha256` keeps its bytes.

    doc_type: 0 new, 1 recall, 2 update, 3 replacement; -1 for a status message, which then has `status_code`.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_message_id", "message_id"), Index("ix_message_document", "document_id"))
    id: Mapped[Id] = mapped_column(init=False)
    uuid: Mapped[Uuid] = mapped_column(default_factory=new_uuid)
    direction: Mapped[str] = mapped_column(String(3))
    message_id: Mapped[str] = mapped_column(String(200))  # DocumentId
    doc_type: Mapped[int] = mapped_column(default=0)
    status_code: Mapped[str] = mapped_column(String(5), default="")
    sender: Mapped[str] = mapped_column(String(100), default="")
    receivers: Mapped[str] = mapped_column(String(2000), default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), default=None)
    sha256: Mapped[Sha256]
    created_at: Mapped[Moment]
