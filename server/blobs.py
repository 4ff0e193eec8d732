"""The bytes: one file a blob, named by its SHA-256, in a folder of its own for each agency.

    <root>/<agency>/ab/cd/<sha256>       whole, hashed, synced to disk
    <root>/staging/<agency>/<sha256>     a large blob that is still coming: its length is how far it got
    <root>/quarantine/…                  what was found damaged when it was read again

A part reaches its staging file only after its own digest was checked, so a killed server leaves a correct beginning. File
contents are synced as they come; the folders' entries once for a whole batch, by `settle`, before it is counted: until then a
power cut only means that some blobs are asked for again.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from server.problems import Refused

_STRIPES = 64
_MAX_RUNNING = 256
CHUNK = 1024 * 1024


class Blobs:
    """Every method blocks on the disk and may be called from any thread."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._locks = [threading.Lock() for _ in range(_STRIPES)]
        self._running: dict[Path, tuple[int, hashlib._Hash]] = {}  # how far the digest of a staging file has got
        root.mkdir(parents=True, exist_ok=True)

    # --- whole blobs ---
    def size(self, agency: str, sha256: str) -> int | None:
        """Bytes of a whole blob; None when it is not here."""
        return _size(self._place(agency, sha256))

    def put(self, agency: str, sha256: str, chunks: Sequence[bytes]) -> bool:
        """Stores bytes whose digest the caller has checked; False when they were here already."""
        place = self._place(agency, sha256)
        with self._lock(sha256):
            if place.exists():
                return False
            staging = self._staging(agency, sha256).with_suffix(".whole")
            staging.parent.mkdir(parents=True, exist_ok=True)
            try:
                with staging.open("wb") as file:
                    _write(file, chunks)
            except BaseException:
                staging.unlink(missing_ok=True)
                raise
            _move(staging, place)
            return True

    def settle(self, agency: str, digests: Iterable[str]) -> None:
        """Makes sure that the names of these whole blobs survive a power cut."""
        if os.name != "posix":
            return  # Windows writes a rename through with the file system's own journal
        top = self._place(agency, "0" * 64).parents[2]
        leaves = {self._place(agency, digest).parent for digest in digests}
        for folder in (*leaves, *{leaf.parent for leaf in leaves}, top, self._root):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def path(self, agency: str, sha256: str) -> Path:
        """Where a whole blob lies: for reading only."""
        return self._place(agency, sha256)

    def open(self, agency: str, sha256: str) -> BinaryIO:
        return self._place(agency, sha256).open("rb")

    def intact(self, agency: str, sha256: str, size: int) -> bool:
        """Reads a blob again from the disk. A damaged one goes to quarantine and counts as missing."""
        place = self._place(agency, sha256)
        try:
            with place.open("rb") as file:
                if os.fstat(file.fileno()).st_size == size and _digest(file) == sha256:
                    return True
        except FileNotFoundError:
            return False
        aside = self._root / "quarantine" / place.parts[-4] / f"{sha256}.{time.time_ns()}"
        _move(place, aside)
        return False

    # --- uploads in parts ---
    def begin(self, agency: str, sha256: str) -> bool:
        """Opens an upload; False when it was open already, or the blob is whole."""
        staging = self._staging(agency, sha256)
        with self._lock(sha256):
            staging.parent.mkdir(parents=True, exist_ok=True)
            if staging.exists() or self._place(agency, sha256).exists():
                return False
            staging.touch()
            return True

    def offset(self, agency: str, sha256: str) -> int | None:
        """How many bytes of an open upload are safe; None when there is none."""
        return _size(self._staging(agency, sha256))

    def state(self, agency: str, sha256: str) -> tuple[int | None, bool]:
        """How many bytes are safe, None when nothing was begun; and whether the blob is whole."""
        whole = self.size(agency, sha256)
        return (whole, True) if whole is not None else (self.offset(agency, sha256), False)

    def append(self, agency: str, sha256: str, offset: int, chunks: Sequence[bytes]) -> int:
        """Adds a part whose digest the caller has checked; the new offset. Refused (409) when it does not fit at the end."""
        staging = self._staging(agency, sha256)
        with self._lock(sha256):
            have = _size(staging)
            if have != offset:
                raise _not_at_end(have or 0)
            running = self._hasher(staging, offset)
            try:
                with staging.open("r+b") as file:
                    file.seek(offset)
                    _write(file, chunks)
            except BaseException:
                self._running.pop(staging, None)
                os.truncate(staging, offset)
                raise
            for chunk in chunks:
                running.update(chunk)
            now_at = offset + sum(map(len, chunks))
            self._remember(staging, now_at, running)
            return now_at

    def finish(self, agency: str, sha256: str) -> bool:
        """Turns a complete upload into a blob. False when its digest is wrong: the upload is gone and has to begin again."""
        staging = self._staging(agency, sha256)
        with self._lock(sha256):
            have = _size(staging)
            if have is None:
                return self._place(agency, sha256).exists()
            right = self._hasher(staging, have).hexdigest() == sha256
            self._running.pop(staging, None)
            if not right:
                staging.unlink()
                return False
            _move(staging, self._place(agency, sha256))
            return True

    def forget_stale(self, older_than: float) -> int:
        """Removes unfinished uploads untouched since `older_than` (seconds since 1970); how many."""
        gone = 0
        for staging in (self._root / "staging").glob("*/*"):
            with self._lock(staging.stem):
                if staging.exists() and staging.stat().st_mtime < older_than:
                    staging.unlink()
                    gone += 1
        return gone

    def free(self) -> int:
        """Bytes free on the disk."""
        return shutil.disk_usage(self._root).free

    def _hasher(self, staging: Path, offset: int) -> hashlib._Hash:
        """The digest of the first `offset` bytes, carried on from the last part or, after a restart, read again."""
        known = self._running.get(staging)
        if known and known[0] == offset:
            return known[1]
        running = hashlib.sha256()
        if offset:
            with staging.open("rb") as file:
                while chunk := file.read(CHUNK):
                    running.update(chunk)
        return running

    def _remember(self, staging: Path, offset: int, running: hashlib._Hash) -> None:
        self._running.pop(staging, None)
        self._running[staging] = (offset, running)
        while len(self._running) > _MAX_RUNNING:
            self._running.pop(next(iter(self._running)), None)

    def _lock(self, sha256: str) -> threading.Lock:
        return self._locks[int(sha256[:2], 16) % _STRIPES]

    def _place(self, agency: str, sha256: str) -> Path:
        return self._root / _folder(agency) / sha256[:2] / sha256[2:4] / sha256

    def _staging(self, agency: str, sha256: str) -> Path:
        return self._root / "staging" / _folder(agency) / sha256


def _folder(agency: str) -> str:
    """A folder name that is safe on every system and never another agency's, whatever the letter case."""
    return hashlib.sha256(agency.encode()).hexdigest()[:32]


def _not_at_end(offset: int) -> Refused:
    told = {"Upload-Offset": str(offset)}
    return Refused(409, "offset", "the part does not begin where the upload ends", headers=told, offset=offset)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _digest(file: io.BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def _write(file: BinaryIO, chunks: Sequence[bytes]) -> None:
    try:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Refused(507, "disk_full", "the server's disk is full") from error
        raise


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
