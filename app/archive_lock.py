"""One program at a time per archive: a lock that the system releases by itself when the program dies."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import IO

from app.errors import AppError
from app.i18n import _
from storage.disk import as_its_folder


class ArchiveLock:
    """Holds `archive.lock`. Raises AppError `archive.in_use` when another program holds it."""

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = open(path, "a+", encoding="utf-8", opener=as_its_folder)  # noqa: SIM115 - held while the archive is open
        try:
            _lock(self._file)
        except OSError as error:
            holder = _holder(self._file)
            self._file.close()
            raise AppError(
                "archive.in_use",
                _("This archive is already open in another window or on another PC ({holder}).").format(holder=holder),
                _("Go on working there, or close Văn Khố there and try again."),
            ) from error
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{socket.gethostname()}, {os.getpid()}")
        self._file.flush()

    def release(self) -> None:
        """At once, also while some thread is just starting a child, which holds the open file until its own program begins."""
        if not self._file.closed:
            _unlock(self._file)
        self._file.close()


def _holder(file: IO[str]) -> str:
    try:
        file.seek(0)
        return file.read(200) or "?"
    except OSError:  # Windows refuses to read a locked range
        return "?"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(1 << 20)  # a byte behind the text, so that others can read who holds it
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

    def _unlock(file: IO[str]) -> None:
        pass  # closing does it: a child has no hand on the file there

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
