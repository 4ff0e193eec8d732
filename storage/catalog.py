"""The encrypted catalog: one SQLCipher database, one writer at a time, short transactions, each in the audit chain.

`write()` opens the one way in which anything changes; leaving the block commits rows, audit entry and outbox together or none of
them. `read()` gives a snapshot on a connection of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from storage import audit
from storage.disk import as_its_folder
from storage.errors import StorageError
from storage.records import Document, Dossier, FieldEvidence, OutboxItem, Page, Record, Rendition, SpecialRecord
from storage.text import collate, fold

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
Clock = Callable[[], str]


@dataclass(slots=True)
class Change:
    """What a write did, for views that refresh from it."""

    entry: int | None = None
    head: str = ""  # the hash of that entry
    tables: set[str] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)
    dossiers: set[int] = field(default_factory=set)


class Write:
    """An open transaction: the session, and what the audit entry will say."""

    def __init__(self, session: Session, action: str) -> None:
        self.session = session
        self.action = action
        self.subject = ""
        self.undoes: int | None = None
        self.always = False  # an entry in the log even where no record changed (an export, a reading of something restricted)
        self.change = Change()


class Catalog:
    """The open database. `clock` gives the time of every entry; `actor` is who works at the desk."""

    def __init__(self, path: Path, key: bytes, *, clock: Clock, actor: str) -> None:
        self.path = path
        self.clock = clock
        self.actor = actor
        self._writing = threading.RLock()
        self._listeners: list[Callable[[Change], None]] = []
        self.engine = open_engine(path, key)
        try:
            migrate(self.engine)
        except DatabaseError as error:
            self.engine.dispose()
            raise translated(error) from error
        except BaseException:
            self.engine.dispose()
            raise

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Calls `listener(change)` after every commit, on the thread that wrote."""
        self._listeners.append(listener)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing in it is ever written. Records stay usable after it as they were read.

        Raises StorageError `catalog.damaged` and the like for what the database meets on the disk.
        """
        try:
            with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
                yield session
                session.expunge_all()  # a rollback would expire them
        except DatabaseError as error:
            raise translated(error) from error

    @contextmanager
    def write(self, action: str, subject: str = "") -> Iterator[Write]:
        """One transaction. `action` is a stable English verb for the audit log ("document.edit"). Raises StorageError `disk.full`."""
        with self._writing, Session(self.engine, expire_on_commit=False) as session:
            transaction = Write(session, action)
            transaction.subject = subject
            event.listen(session, "after_flush", _after_flush)
            try:
                yield transaction
                self._finish(transaction)
            except DatabaseError as error:
                with suppress(DatabaseError):  # what broke the work may break its taking back: closing ends it too
                    session.rollback()
                raise translated(error) from error
            except BaseException:
                session.rollback()
                raise
        for listener in self._listeners:
            listener(transaction.change)

    def _finish(self, transaction: Write) -> None:
        session = transaction.session
        session.flush()
        changes = audit.changes_of(session)
        if changes or transaction.always:
            now = self.clock()
            _touch(session, changes, transaction.change, now)
            session.flush()
            entry = audit.append(
                session,
                at=now,
                actor=self.actor,
                action=transaction.action,
                subject=transaction.subject,
                undoes=transaction.undoes,
            )
            session.flush()
            transaction.change.entry, transaction.change.head = entry.seq, entry.hash
        session.commit()

    def close(self) -> None:
        self.engine.dispose()


def _after_flush(session: Session, _context: Any) -> None:
    audit.collect(session)


def _touch(session: Session, changes: list[dict[str, Any]], change: Change, now: str) -> None:
    """Raises the version of every record that changed and puts it into the outbox, in the same transaction."""
    owners: dict[str, type[Record]] = {t.__tablename__: t for t in (Page, Rendition, FieldEvidence, SpecialRecord)}
    for row in changes:
        change.tables.add(row["table"])
        if row["table"] == Document.__tablename__:
            change.documents.add(row["id"][0])
        elif row["table"] == Dossier.__tablename__:
            change.dossiers.add(row["id"][0])
        elif row["table"] in owners:
            document_id = row["after"].get("document_id") or row["before"].get("document_id")
            if document_id is None:
                record = session.get(owners[row["table"]], row["id"][0])
                document_id = getattr(record, "document_id", None)
            if document_id is not None:
                change.documents.add(document_id)
    for document_id in change.documents:
        document = session.get(Document, document_id)
        if document is not None:
            if not any(r["table"] == "document" and r["op"] == "insert" and r["id"][0] == document_id for r in changes):
                document.version += 1
            _into_outbox(session, "document", document.uuid, document.version, now)
    for dossier_id in change.dossiers:
        dossier = session.get(Dossier, dossier_id)
        if dossier is not None:
            _into_outbox(session, "dossier", dossier.uuid, None, now)


def _into_outbox(session: Session, kind: str, uuid: str, version: int | None, now: str) -> None:
    row = session.scalars(select(OutboxItem).where(OutboxItem.kind == kind, OutboxItem.uuid == uuid)).first()
    if row is None:
        session.add(OutboxItem(kind=kind, uuid=uuid, version=version or 1, changed_at=now))
    else:
        row.version = version or row.version + 1
        row.changed_at = now


def open_engine(path: Path, key: bytes) -> Engine:
    """An engine whose connections are keyed and set up. Raises StorageError `catalog.wrong_key` or `catalog.damaged`."""
    sqlcipher = _driver()
    if not path.exists():  # SQLite would make it readable for all; its -wal and -shm take the rights of the file
        with suppress(OSError), open(path, "ab", opener=as_its_folder):
            pass

    def connect() -> Any:
        connection = sqlcipher.connect(str(path), timeout=30, check_same_thread=False)
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_collation("VIETNAMESE", collate)
        connection.create_function("fold", 1, lambda text: fold(text or ""), deterministic=True)
        return connection

    engine = create_engine("sqlite://", creator=connect, module=sqlcipher, poolclass=QueuePool, pool_size=8, max_overflow=8)
    event.listen(engine, "connect", _begin_by_hand)
    event.listen(engine, "begin", _begin)
    try:
        with engine.connect() as probe:
            probe.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    except (DatabaseError, sqlcipher.Error) as error:
        engine.dispose()
        text = str(error)
        if "not a database" in text:
            raise StorageError("catalog.wrong_key", text) from error
        found = translated(error) if isinstance(error, DatabaseError) else None
        code = found.code if isinstance(found, StorageError) else "catalog.damaged"
        raise StorageError(code, text) from error
    return engine


def _begin_by_hand(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for a consistent snapshot


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")


def _driver() -> Any:
    import sqlcipher3.dbapi2

    return sqlcipher3.dbapi2


def migrate(engine: Engine) -> None:
    """Brings the schema up to this program's. Raises StorageError `catalog.newer` for an archive of a newer program.

    Alembic is loaded only where there is something to do: it takes longer than opening the archive.
    """
    revisions = sorted(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    current = _revision(engine)
    if current == revisions[-1]:
        return
    if current is not None and current not in revisions:
        raise StorageError("catalog.newer", current)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(engine: Engine) -> str | None:
    """What the archive's schema is; None for an empty one."""
    with engine.connect() as connection:
        if connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first() is None:
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return str(row[0]) if row else None


# SQLite's own words (sqlite3.c, sqlite3ErrStr) and what they mean here
_MEANINGS = (
    (("disk is full", "disk i/o"), "disk.full"),
    (("malformed", "not a database", "file is encrypted", "vtable constructor failed", "corrupt"), "catalog.damaged"),
    (("readonly database", "unable to open"), "catalog.no_access"),
    (("is locked",), "catalog.busy"),
)


def translated(error: DatabaseError) -> Exception:
    """What the disk or another program did to the database, as StorageError; anything else is a bug and stays what it is."""
    text = str(error.orig)
    code = next((code for words, code in _MEANINGS if any(word in text.lower() for word in words)), None)
    return StorageError(code, text) if code else error


def sound(engine: Engine) -> bool:
    """Whether every page of the database has the bytes that were written (SQLCipher's HMAC) and the structure holds."""
    try:
        with engine.connect() as connection:
            torn = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
            said = connection.exec_driver_sql("PRAGMA quick_check").fetchall()
    except DatabaseError as error:
        found = translated(error)
        if isinstance(found, StorageError) and found.code == "catalog.damaged":
            return False
        raise found from error
    return not torn and [row[0] for row in said] == ["ok"]
