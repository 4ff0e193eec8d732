"""Foreign files on their way in, in the parent process: which there are, and a copy of each that can be relied on."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from app.errors import AppError
from app.i18n import _
from app.troubles import FULL, full
from storage.text import clean

PIECE = 1024 * 1024
TRIES = 3
SPARE = 64 * 1024 * 1024  # bytes left free on the disk beyond the file itself
_SYSTEM_FILES = {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information"}


def collect(paths: Iterable[Path]) -> Iterator[Path]:
    """The files meant by files and folders: folders in depth, in the order people number things (2 before 10).

    Hidden and system files are left out of folders, a file that is named itself is always taken. Links to folders are not
    followed. Raises `file.gone`, `file.denied` for a path that is not there or not to be looked into.
    """
    for path in paths:
        path = Path(path)
        with _told(path):
            folder = path.is_dir()
            if not folder and not path.exists():
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        if folder:
            yield from _inside(path)
        else:
            yield path


def natural_key(path: Path) -> list[tuple[int, int, str]]:
    """Sorts "trang 2" before "trang 10"."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def stable_copy(source: Path, destination: Path) -> tuple[str, int]:
    """Copies a foreign file as it is at one moment; returns (SHA-256 in hex, size in bytes).

    The copy appears under its name only when it is whole and on disk. A file that changes while it is read (a scanner still
    writing, a sync client) is read again, up to three times. Raises `file.changing`, `file.gone`, `file.denied`, `disk.full`,
    `file.unreadable`.
    """
    with _told(source, destination.parent):
        for _try in range(TRIES):
            with suppress(_Changed):
                return _copy_once(source, destination)
    raise AppError(
        "file.changing",
        _("{name} is still being written by another program.").format(name=shown(source)),
        _("Wait until the scanner or the other program has finished, then add it again."),
    )


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """Write to the path that is given; when all went well it takes the place of `out`, else it is removed."""
    part = out.with_name(out.name + ".part")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(out)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _inside(folder: Path) -> Iterator[Path]:
    with _told(folder):
        entries = sorted(folder.iterdir(), key=natural_key)
    for entry in entries:
        if _hidden(entry):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                if os.access(entry, os.R_OK | os.X_OK):
                    yield from _inside(entry)
                else:
                    yield entry  # named as it is, so that its refusal is told and the rest goes on
        elif entry.is_file() or entry.is_symlink():  # a link that leads nowhere: nothing is left out in silence
            yield entry


def _hidden(path: Path) -> bool:
    name = path.name.casefold()
    if name.startswith((".", "~$")) or name.endswith((".part", ".crdownload", ".tmp")) or name in _SYSTEM_FILES:
        return True
    with suppress(OSError):
        return bool(getattr(path.stat(), "st_file_attributes", 0) & 0x2)  # FILE_ATTRIBUTE_HIDDEN, on Windows
    return False


class _Changed(Exception):  # noqa: N818 - a signal within this file
    """The source is not what it was when the copy began."""


def _copy_once(source: Path, destination: Path) -> tuple[str, int]:
    destination.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as reading:
        before = os.fstat(reading.fileno())
        if shutil.disk_usage(destination.parent).free < before.st_size + SPARE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with replaced(destination) as part:
            with part.open("wb") as writing:
                digest, size = _pour(reading, writing)
            after = source.stat()  # by name: a program may also have put another file in its place
            if (after.st_size, after.st_mtime_ns) != (size, before.st_mtime_ns) or _pour_away(source) != digest:
                raise _Changed
    return digest, size


def _pour(reading: BinaryIO, writing: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := reading.read(PIECE):
        digest.update(piece)
        writing.write(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _pour_away(source: Path) -> str:
    with source.open("rb") as reading:
        return hashlib.file_digest(reading, "sha256").hexdigest()


def shown(path: Path) -> str:
    """The name as it can be printed on one line: foreign drives hold names that are no valid text, or break it."""
    return clean(path.name.encode("utf-8", "replace").decode())


@contextmanager
def _told(path: Path, into: Path | None = None) -> Iterator[None]:
    """Turns what the system says about a path into what a clerk can act on; `into` is the folder that is written to."""
    try:
        yield
    except FileNotFoundError as error:
        raise AppError(
            "file.gone",
            _("{name} is no longer there.").format(name=shown(path)),
            _("Check that the drive or the network folder is still connected and that nobody moved the file."),
            detail=str(error),
        ) from error
    except PermissionError as error:
        raise AppError(
            "file.denied",
            _("{name} may not be read: it is open in another program or you have no right to it.").format(name=shown(path)),
            _("Close the other program, or ask the owner of the folder for the right to read it."),
            detail=str(error),
        ) from error
    except OSError as error:
        if error.errno in FULL:  # only what is written can be too much
            raise full(into, str(error)) from error
        raise AppError(
            "file.unreadable",
            _("{name} could not be read from where it lies.").format(name=shown(path)),
            _("Check the USB stick, the drive or the network, then add it again."),
            detail=str(error),
        ) from error
