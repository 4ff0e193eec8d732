"""An open archive: the folder, its catalog, objects and search, and what every verb needs besides.

<archive>/keys.json  archive.lock  audit.head  archive.db  search.db  objects/…  work/ (emptied at opening and closing)
"""

from __future__ import annotations

import getpass
import logging
import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, half_made, indexing, keystore
from app.archive_lock import ArchiveLock
from app.errors import AppError
from app.i18n import _
from app.settings import Settings
from app.troubles import in_words
from storage.catalog import Catalog, Change
from storage.chain_head import ChainHead
from storage.errors import StorageError
from storage.keys import Envelopes, derive
from storage.objects import Objects
from storage.records import ArchiveSetting, AuditEntry, Fonds, new_uuid
from storage.search import Search

log = logging.getLogger(__name__)
KEYS = "keys.json"
LOCK = "archive.lock"
MIN_PASSWORD = 8
UNNAMED_FONDS = "000"


class Workspace:
    """What a verb works on. Made by `create` or `open_archive`; close it when done."""

    def __init__(self, folder: Path, envelopes: Envelopes, data_key: bytes, settings: Settings, lock: ArchiveLock) -> None:
        self.folder = folder
        self.archive_id = envelopes.archive_id
        self.settings = settings
        self._lock = lock
        self._data_key = data_key
        actor = settings["office.person"] or getpass.getuser()
        self.work = folder / "work"
        self._indexing = threading.Lock()
        # first: an archive of a newer program is refused before anything is touched
        self.catalog = Catalog(folder / "archive.db", derive(data_key, "catalog"), clock=clock.stamp, actor=actor)
        try:
            self._open_rest(folder, data_key, settings)
        except BaseException:
            settings.archive_values = None
            self.catalog.close()
            raise

    def _open_rest(self, folder: Path, data_key: bytes, settings: Settings) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(mode=0o700, exist_ok=True)
        self.objects = Objects(folder / "objects", derive(data_key, "objects"))
        self.objects.sweep()
        self.head = ChainHead(folder / "audit.head", derive(data_key, "audit"))
        with self.catalog.read() as session:  # `create` writes keys.json last: without it the archive is just being made
            self.head.begin(session, now=clock.stamp(), new=not (folder / KEYS).exists())
        self.catalog.listen(self._follow_head)
        self.search = Search(folder / "search.db", derive(data_key, "search"))
        with self.catalog.read() as session:  # held: the window asks at every click, and must never wait for the disk
            self._values = {row.key: row.value for row in session.scalars(select(ArchiveSetting))}
        settings.archive_values = (self._read_setting, self._write_setting)
        indexing.catch_up_safely(self.catalog, self.search)
        self.catalog.listen(self._index)

    @property
    def actor(self) -> str:
        return self.catalog.actor

    def listen(self, listener: Callable[[Change], None]) -> None:
        """Calls `listener(change)` after every change of the archive, on the thread that made it."""
        self.catalog.listen(listener)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder for plain copies, removed afterwards."""
        folder = Path(tempfile.mkdtemp(dir=self.work))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def remember(self) -> bool:
        """Lets this PC open the archive without a password; False where the system has no encrypting key store."""
        envelopes = Envelopes.load(self.folder / KEYS)
        secret = envelopes.wrap_secret("keyring", self._data_key)
        if not keystore.keep(self.archive_id, secret):
            return False
        envelopes.save(self.folder / KEYS)
        return True

    def change_password(self, password: str) -> None:
        _check_password(password)
        envelopes = Envelopes.load(self.folder / KEYS)
        envelopes.wrap_password(self._data_key, password)
        envelopes.save(self.folder / KEYS)

    def close(self) -> None:
        self.settings.archive_values = None
        self.search.close()
        self.catalog.close()
        with suppress(OSError):  # a full disk: the head stays at an earlier entry of the same chain
            self.head.close()
        shutil.rmtree(self.work, ignore_errors=True)
        self._lock.release()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def _follow_head(self, change: Change) -> None:
        if change.entry is not None:
            with suppress(OSError):
                self.head.follow(change.entry, change.head)

    def _index(self, change: Change) -> None:
        if change.entry is not None and (change.documents or change.dossiers):
            try:
                with self._indexing:
                    indexing.follow(self.catalog, self.search, change)
            except Exception as error:  # the commit stands; the index catches up at the next opening
                if isinstance(error, StorageError) and error.code == "search.damaged":
                    self.heal_search()
                else:
                    log.exception("the search index did not follow")

    def heal_search(self) -> None:
        """Makes a damaged search index anew from the catalog: it holds nothing of its own."""
        log.warning("the search index is damaged and made anew")
        with self._indexing:
            self.search.renew()
            indexing.catch_up(self.catalog, self.search)

    def _read_setting(self, key: str) -> str | None:
        return self._values.get(key)

    def _write_setting(self, key: str, value: str) -> None:
        with self.catalog.write("setting.change", key) as transaction:
            _put_setting(transaction.session, key, value)
            _name_fonds(transaction.session, key, value)
        self._values[key] = value


def _put_setting(session: Session, key: str, value: str) -> None:
    row = session.get(ArchiveSetting, key)
    if row is None:
        session.add(ArchiveSetting(key=key, value=value))
    else:
        row.value = value


def _name_fonds(session: Session, key: str, value: str) -> None:
    """The fonds that was made before the office had told its name and code takes them over as they come, in either order."""
    if key == "office.agency" and value:
        for fonds in session.scalars(select(Fonds).where(Fonds.agency == unnamed_agency())):
            fonds.title = fonds.agency = value[:200]
    elif key == "office.code" and value and session.scalars(select(Fonds).where(Fonds.code == value)).first() is None:
        for fonds in session.scalars(select(Fonds).where(Fonds.code == UNNAMED_FONDS)):
            fonds.code = value[:100]


def unnamed_agency() -> str:
    """What the first fonds is called while the office has not told its name."""
    return _("Our agency")


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise AppError(
            "password.short",
            _("The password is too short."),
            _("Use {count} characters or more; a sentence that you remember is best.").format(count=MIN_PASSWORD),
        )


@in_words
def create(folder: Path, password: str, settings: Settings) -> tuple[Workspace, str]:
    """A new archive in an empty or new folder. Returns it open, and the recovery code to be printed.

    Raises AppError `archive.exists`, `archive.folder_not_empty`, `password.short`, or of the disk.
    """
    _check_password(password)
    if (folder / KEYS).exists():
        raise AppError(
            "archive.exists", _("There is already an archive in this folder."), _("Open it, or choose another folder.")
        )
    folder.mkdir(parents=True, exist_ok=True)
    if any(path.name != LOCK for path in folder.iterdir()) and not half_made.is_left(folder):
        raise AppError(
            "archive.folder_not_empty", _("This folder is not empty."), _("Choose an empty or a new folder for the archive.")
        )
    folder.chmod(0o700)  # its owner's alone; an administrator may open it to others, and new files follow the folder
    lock = ArchiveLock(folder / LOCK)
    try:
        half_made.clear(folder)
        half_made.begin(folder)
        data_key = secrets.token_bytes(32)
        envelopes = Envelopes(new_uuid())
        envelopes.wrap_password(data_key, password)
        recovery = envelopes.wrap_recovery(data_key)
        workspace = Workspace(folder, envelopes, data_key, settings, lock)
        # last: a folder without keys.json is no archive, so a killed creation leaves nothing that looks like one
        envelopes.save(folder / KEYS)
        half_made.end(folder)
        return workspace, recovery
    except BaseException:
        lock.release()
        raise


@in_words
def open_archive(folder: Path, settings: Settings, *, password: str | None = None, recovery: str | None = None) -> Workspace:
    """Opens by password, by the recovery code, or (neither given) by this PC's key store.

    Raises AppError: `keys.*`, `archive.in_use`, `catalog.newer`, `catalog.damaged`, `disk.full`.
    """
    envelopes = Envelopes.load(folder / KEYS)
    data_key = _data_key(envelopes, password, recovery)
    _whole(folder)
    lock = ArchiveLock(folder / LOCK)
    half_made.end(folder)  # it was made whole, and killed before it could say so
    try:
        return Workspace(folder, envelopes, data_key, settings, lock)
    except BaseException:
        lock.release()
        raise


def _whole(folder: Path) -> None:
    """An archive that lost its catalog must not come up as an empty one. Raises StorageError `catalog.missing`."""
    database = folder / "archive.db"
    if not database.is_file() or database.stat().st_size == 0:
        raise StorageError("catalog.missing", str(database))


def opens_by_itself(folder: Path) -> bool:
    """True where this PC's key store holds the key of the archive in `folder`."""
    with suppress(StorageError):
        envelopes = Envelopes.load(folder / KEYS)
        return "keyring" in envelopes.wrapped and keystore.fetch(envelopes.archive_id) is not None
    return False


def is_archive(folder: Path) -> bool:
    return (folder / KEYS).exists()


def _data_key(envelopes: Envelopes, password: str | None, recovery: str | None) -> bytes:
    if password is not None:
        return envelopes.open_password(password)
    if recovery is not None:
        return envelopes.open_recovery(recovery)
    secret = keystore.fetch(envelopes.archive_id)
    if secret is None:
        raise StorageError("keys.wrong_secret")
    return envelopes.open_secret("keyring", secret)


def last_entry(session: Session) -> int:
    """The number of the newest audit entry; 0 in an empty archive."""
    return session.scalar(select(func.max(AuditEntry.seq))) or 0
