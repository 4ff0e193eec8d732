"""The ledger's tables: plain SQL types only, so that SQLite and PostgreSQL carry the same schema.

Times are UTC texts ("2026-11-22T09:00:00Z"), digests lower-case hexadecimal, ids lower-case UUIDs.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

metadata = MetaData()


SCHEMA = 1  # rises with every change of the tables


def _digest(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(20), nullable=nullable)


agencies = Table(
    "agencies", metadata,
    Column("agency", String(64), primary_key=True),
    Column("seq", BigInteger, nullable=False, default=0),  # of the last receipt
    _digest("receipt_sha256", nullable=True),  # of the last receipt
)  # fmt: skip

schema = Table("schema", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

codes = Table(
    "codes", metadata,
    Column("code_sha256", String(64), primary_key=True),
    Column("agency", String(64), nullable=False),
    _time("expires_at"),
    Column("used_by", String(36)),  # the desk
    _time("used_at", nullable=True),
    ForeignKeyConstraint(["agency"], ["agencies.agency"]),
)  # fmt: skip

desks = Table(
    "desks", metadata,
    Column("desk", String(36), primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("public_key", String(43), nullable=False),
    Column("token_sha256", String(64), nullable=False, unique=True),
    _time("enrolled_at"),
    _time("revoked_at", nullable=True),
    ForeignKeyConstraint(["agency"], ["agencies.agency"]),
)  # fmt: skip

batches = Table(
    "batches", metadata,
    Column("agency", String(64), primary_key=True),
    Column("batch", String(36), primary_key=True),
    Column("desk", String(36), nullable=False),  # that made it
    Column("carrier", String(36), nullable=False),  # that offered it first; another desk when carried by hand
    _digest("manifest_sha256"),
    Column("manifest", LargeBinary, nullable=False),
    Column("items", Integer, nullable=False),
    Column("blobs", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    _time("offered_at"),
    _time("committed_at", nullable=True),
    Column("seq", BigInteger),
    Column("receipt", Text),  # as it was first sent, for ever
    _digest("receipt_sha256", nullable=True),
    Column("verdicts", LargeBinary),
    UniqueConstraint("agency", "seq"),
    ForeignKeyConstraint(["agency"], ["agencies.agency"]),
    ForeignKeyConstraint(["desk"], ["desks.desk"]),
    ForeignKeyConstraint(["carrier"], ["desks.desk"]),
)  # fmt: skip

batch_blobs = Table(
    "batch_blobs", metadata,
    Column("agency", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("batch", String(36), primary_key=True),
    Column("size", BigInteger, nullable=False),
    ForeignKeyConstraint(["agency", "batch"], ["batches.agency", "batches.batch"]),
)  # fmt: skip

versions = Table(
    "versions", metadata,
    Column("agency", String(64), primary_key=True),
    Column("item", String(36), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    _digest("digest"),
    _digest("parent", nullable=True),
    Column("kind", String(32), nullable=False),
    _digest("metadata_sha256"),
    Column("batch", String(36), nullable=False),
    UniqueConstraint("agency", "item", "digest"),
    ForeignKeyConstraint(["agency", "batch"], ["batches.agency", "batches.batch"]),
)  # fmt: skip

# Versions that could not follow the head: kept whole beside it until a person has chosen.
set_aside = Table(
    "set_aside", metadata,
    Column("agency", String(64), primary_key=True),
    Column("item", String(36), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("batch", String(36), primary_key=True),
    Column("version", BigInteger, nullable=False),
    _digest("parent", nullable=True),
    _digest("head", nullable=True),  # that stood when this one came
    Column("kind", String(32), nullable=False),
    _digest("metadata_sha256"),
    Column("reason", String(32), nullable=False),  # "conflict", "unreadable"
    ForeignKeyConstraint(["agency", "batch"], ["batches.agency", "batches.batch"]),
)  # fmt: skip

Index("batch_blobs_by_batch", batch_blobs.c.agency, batch_blobs.c.batch)
