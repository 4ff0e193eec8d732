"""What the server knows and never forgets: desks, batches, versions, receipts.

At-least-once on the wire, exactly once here: (agency, batch) and (agency, item, version) are unique and a commit is one
transaction. SQLite runs with WAL and synchronous=FULL and one writer; on PostgreSQL the agency's row is the lock.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, and_, bindparam, create_engine, event, func, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.sync import strict
from app.sync.manifest import Manifest
from server import troubles
from server.judging import judge
from server.problems import Refused
from server.signing import Signer
from server.tables import SCHEMA, agencies, batch_blobs, batches, desks, metadata, schema, set_aside, versions


@dataclass(slots=True, frozen=True)
class Desk:
    """An enrolled desk, known by its token."""

    id: str
    agency: str


_DESK_AND_SIZE = (
    select(desks.c.desk, desks.c.agency, batch_blobs.c.size)
    .outerjoin(batch_blobs, and_(batch_blobs.c.agency == desks.c.agency, batch_blobs.c.sha256 == bindparam("blob")))
    .where(desks.c.token_sha256 == bindparam("token"), desks.c.revoked_at.is_(None))
    .limit(1)
)


def utc(when: datetime) -> str:
    """The form in which the ledger keeps times."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Ledger:
    """One database. Every method is one transaction and may be called from any thread."""

    def __init__(self, url: str) -> None:
        """`url` as SQLAlchemy takes it: "sqlite:////srv/ledger.db", "postgresql+psycopg://…". Makes what is missing."""
        self._engine = _open(url)
        self._writer = threading.Lock()
        try:
            with self.writing() as db:
                metadata.create_all(db)
                found = db.execute(select(schema.c.version)).scalar()
                if found is None:
                    db.execute(insert(schema).values(version=SCHEMA))
        except SQLAlchemyError as error:
            self.close()
            raise troubles.ledger_unusable(str(error)) from None
        if found is not None and found > SCHEMA:
            self.close()
            raise troubles.ledger_newer()

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._engine.connect() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._writer, self._engine.connect() as db:
            db.info["writing"] = True
            try:
                with db.begin():
                    yield db
            finally:
                db.info.pop("writing", None)

    # --- desks ---
    def desk_of(self, token: str) -> Desk | None:
        """The desk that holds this token, unless it was revoked."""
        return self.desk_and_size(token, "")[0]

    def desk_and_size(self, token: str, sha256: str) -> tuple[Desk | None, int | None]:
        """The desk, and the size of a blob that some batch of its agency names; None for one nobody has told of."""
        with self.reading() as db:
            row = db.execute(_DESK_AND_SIZE, {"token": strict.sha256(token.encode()), "blob": sha256}).first()
        return (Desk(row.desk, row.agency), row.size) if row else (None, None)

    # --- batches ---
    def batch(self, agency: str, batch: str) -> Row[Any] | None:
        with self.reading() as db:
            return _batch(db, agency, batch)

    def offer(self, carrier: Desk, manifest: Manifest, now: datetime, open_bytes: int) -> bool:
        """Notes a batch; True when it is new, False when this very batch is known. Refused when its id means another batch.

        `open_bytes`: how much an agency may have offered and not yet committed.
        """
        with self.writing() as db:
            lock_agency(db, carrier.agency)
            known = _batch(db, carrier.agency, manifest.batch_id)
            if known:
                if known.manifest_sha256 != manifest.sha256:
                    raise Refused(409, "batch_differs", "another manifest stands under this id")
                return False
            maker = db.execute(select(desks.c.agency).where(desks.c.desk == manifest.desk)).scalar()
            if maker != carrier.agency:
                raise Refused(403, "desk_unknown", "the desk that made the batch is not enrolled in this agency")
            if _open_bytes(db, carrier.agency) + manifest.total_bytes > open_bytes:
                raise Refused(507, "quota", "too much is offered and not yet committed")
            _insert_batch(db, carrier, manifest, utc(now))
            return True

    def accept(self, agency: str, batch: str, unreadable: Collection[str], signer: Signer, now: datetime) -> str:
        """Counts a batch whose bytes were checked: verdicts, versions and the signed receipt in one transaction.

        `unreadable`: digests of descriptions that are no canonical JSON. Returns the receipt; a batch that was already counted
        keeps the receipt it has.
        """
        with self.writing() as db:
            last = lock_agency(db, agency)
            row = _batch(db, agency, batch)
            if row is None:
                raise Refused(404, "batch_unknown")
            if row.receipt is not None:
                return str(row.receipt)
            manifest = Manifest.read(row.manifest)
            judged = judge(db, manifest, unreadable)
            for table, rows in ((versions, judged.versions), (set_aside, judged.set_aside)):
                if rows:
                    db.execute(insert(table), rows)
            seq = last.seq + 1
            receipt = signer.receipt(manifest, judged, seq, last.receipt_sha256, utc(now))
            digest = strict.sha256(receipt.encode())
            db.execute(
                update(batches)
                .where(batches.c.agency == agency, batches.c.batch == batch)
                .values(committed_at=utc(now), seq=seq, receipt=receipt, receipt_sha256=digest, verdicts=judged.encoded)
            )
            db.execute(update(agencies).where(agencies.c.agency == agency).values(seq=seq, receipt_sha256=digest))
            return receipt

    def committed(self, agency: str, sha256: str) -> bool:
        """Whether a counted batch of the agency holds this blob."""
        wanted = select(batches.c.batch).join(
            batch_blobs, and_(batch_blobs.c.agency == batches.c.agency, batch_blobs.c.batch == batches.c.batch)
        )
        told = and_(batch_blobs.c.agency == agency, batch_blobs.c.sha256 == sha256, batches.c.receipt.is_not(None))
        with self.reading() as db:
            return db.execute(wanted.where(told).limit(1)).first() is not None

    def item(self, agency: str, uuid: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The accepted versions of a record, the head last, and those kept aside."""
        with self.reading() as db:
            rows = (
                db.execute(select(table).where(table.c.agency == agency, table.c.item == uuid).order_by(table.c.version))
                for table in (versions, set_aside)
            )
            accepted, aside = ([_told(row) for row in found] for found in rows)
        return accepted, aside

    def receipts(self, agency: str) -> list[str]:
        """All receipts of an agency in their order: a chain that anybody can check."""
        wanted = select(batches.c.receipt).where(batches.c.agency == agency, batches.c.seq.is_not(None))
        with self.reading() as db:
            return list(db.execute(wanted.order_by(batches.c.seq)).scalars())


def _told(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in ("agency", "item")}


def lock_agency(db: Connection, agency: str) -> Row[Any]:
    """Makes this transaction the agency's only writer and gives its row, made when missing."""
    wanted = select(agencies).where(agencies.c.agency == agency).with_for_update()
    row = db.execute(wanted).first()
    if row is None:
        db.execute(insert(agencies).values(agency=agency, seq=0))
        row = db.execute(wanted).one()
    return row


def _batch(db: Connection, agency: str, batch: str) -> Row[Any] | None:
    return db.execute(select(batches).where(batches.c.agency == agency, batches.c.batch == batch)).first()


def _open_bytes(db: Connection, agency: str) -> int:
    wanted = select(func.sum(batches.c.bytes)).where(batches.c.agency == agency, batches.c.receipt.is_(None))
    return int(db.execute(wanted).scalar() or 0)


def _insert_batch(db: Connection, carrier: Desk, manifest: Manifest, now: str) -> None:
    key = {"agency": carrier.agency, "batch": manifest.batch_id}
    db.execute(
        insert(batches).values(
            **key,
            desk=manifest.desk,
            carrier=carrier.id,
            manifest_sha256=manifest.sha256,
            manifest=manifest.encoded,
            items=len(manifest.items),
            blobs=len(manifest.wanted),
            bytes=manifest.total_bytes,
            offered_at=now,
        )
    )
    db.execute(insert(batch_blobs), [{**key, "sha256": sha, "size": size} for sha, size in manifest.wanted.items()])


def _open(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": 60}, pool_size=20, max_overflow=40)

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # transactions are begun below, not guessed by the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(db: Connection) -> None:
        # A writer takes its place at once: a reader that turns writer half-way could find the queue closed.
        db.exec_driver_sql("BEGIN IMMEDIATE" if db.info.get("writing") else "BEGIN")

    return engine
