"""The files of a package, whether it is a folder or a ZIP; hostile archives are recognised before anything is read."""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from app.i18n import _
from app.package.names import RESERVED
from app.package.report import Report
from app.package.zipfacts import central_directory_size

MOST_FILES = 500_000
MOST_RATIO = 200  # unpacked ÷ packed of the whole archive; XML of ours comes to about 20
RATIO_FROM = 64 << 20  # bytes: smaller archives cannot hurt, whatever their ratio
_SMALLEST_ROW = 46  # bytes of one entry in a ZIP's central directory


class Tree(Protocol):
    """Files by their path relative to the package's folder, with `/`, in NFC as written."""

    @property
    def name(self) -> str:
        """The package's folder; empty when an archive has none."""
        ...

    @property
    def sizes(self) -> Mapping[str, int]: ...

    def open(self, path: str) -> IO[bytes]:
        """Raises OSError and the errors of zipfile (see BROKEN)."""
        ...

    def close(self) -> None: ...


# What a damaged archive or disk may raise while it is read.
BROKEN = (
    OSError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
)


def open_tree(path: Path, report: Report) -> Tree | None:
    """The tree of a package; None when it is none or must not be read, with findings that say why."""
    try:
        if path.is_dir():
            return _folder(path, report)
        if not path.is_file():
            report.error("TT05-FILE", path.name, _("The package is not there."))
            return None
        if path.stat().st_size == 0:
            report.error("TT05-ZIP", path.name, _("The file is empty."))
            return None
        return _archive(path, report)
    except BROKEN as error:
        if type(error) is PermissionError:
            report.error("TT05-FILE", path.name, _("The package cannot be read: you have no right to it."))
        else:
            report.error("TT05-ZIP", path.name, _("The file is not a ZIP archive, or it is damaged."))
        return None


# --- folders ---


@dataclass(slots=True)
class FolderTree:
    base: Path
    sizes: dict[str, int]

    @property
    def name(self) -> str:
        return self.base.resolve().name

    def open(self, path: str) -> IO[bytes]:
        return (self.base / path).open("rb")

    def close(self) -> None:
        pass


def _folder(base: Path, report: Report) -> FolderTree:
    sizes: dict[str, int] = {}
    for path in _walk(base, report):
        name = path.relative_to(base).as_posix()
        facts = path.lstat()
        if stat.S_ISLNK(facts.st_mode):
            report.error("TT05-LINK", name, _("A link is not part of a package; the file itself belongs there."))
        elif not stat.S_ISREG(facts.st_mode):
            report.error("TT05-LINK", name, _("This is not an ordinary file."))
        else:
            sizes[name] = facts.st_size
            _judge_name(name, report)
    _judge_together(sizes, report)
    return FolderTree(base, sizes)


def _walk(base: Path, report: Report) -> Iterator[Path]:
    count = 0

    def unreadable(error: OSError) -> None:
        report.error("TT05-FILE", str(error.filename or base), _("The folder cannot be read."))

    for folder, folders, files in os.walk(base, onerror=unreadable, followlinks=False):
        here = Path(folder)
        linked = [name for name in folders if (here / name).is_symlink()]
        for name in [*linked, *files]:
            count += 1
            if count > MOST_FILES:
                report.error("TT05-BOMB", "", _("The package has too many files to be read."))
                return
            yield here / name


# --- archives ---


@dataclass(slots=True)
class ZipTree:
    archive: zipfile.ZipFile
    name: str
    sizes: dict[str, int]
    rows: dict[str, zipfile.ZipInfo]

    def open(self, path: str) -> IO[bytes]:
        return self.archive.open(self.rows[path])

    def close(self) -> None:
        self.archive.close()


def _archive(path: Path, report: Report) -> ZipTree | None:
    with path.open("rb") as file:
        if central_directory_size(file) > MOST_FILES * _SMALLEST_ROW * 4:
            report.error("TT05-BOMB", path.name, _("The package has too many files to be read."))
            return None
    archive = zipfile.ZipFile(path)
    try:
        rows = archive.infolist()
        if any(not row.filename for row in rows):  # zipfile itself stumbles over a name of no letters
            raise zipfile.BadZipFile("nameless entry")
        if all(row.is_dir() for row in rows):
            report.error("TT05-ZIP", path.name, _("The archive is empty."))
        elif _harmless(rows, path, report):
            return _rooted(archive, [row for row in rows if not row.is_dir()], report)
    except BaseException:
        archive.close()
        raise
    archive.close()
    return None


def _harmless(rows: list[zipfile.ZipInfo], path: Path, report: Report) -> bool:
    """False when nothing of the archive should be read."""
    packed, unpacked = sum(r.compress_size for r in rows), sum(r.file_size for r in rows)
    if len(rows) > MOST_FILES:
        report.error("TT05-BOMB", path.name, _("The package has too many files to be read."))
        return False
    if packed > path.stat().st_size:
        report.error("TT05-BOMB", path.name, _("The archive's entries overlap: it was made to do harm."))
        return False
    if unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(packed, 1):
        report.error("TT05-BOMB", path.name, _("The archive would unpack to a multiple of its size: it was made to do harm."))
        return False
    bad = [row for row in rows if not _judge_row(row, report)]
    return not bad


def _judge_row(row: zipfile.ZipInfo, report: Report) -> bool:
    """False for an entry that must not be unpacked by anybody."""
    name, raw = row.filename, row.orig_filename
    mode = row.external_attr >> 16
    if "\0" in raw or raw.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", raw) or _climbs(raw):
        words = _("The entry points outside the package: it was made to do harm.")
        report.error("TT05-UNSAFE", raw, words)
        return False
    if mode and stat.S_ISLNK(mode):
        report.error("TT05-LINK", name, _("A link is not part of a package; the file itself belongs there."))
        return False
    if row.flag_bits & 0x1:
        report.error("TT05-ENCRYPTED", name, _("The archive is locked with a password."))
        return False
    if row.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # Others are not everybody's to open, and their headers may ask for gigabytes of memory.
        report.error("TT05-METHOD", name, _("The file is compressed by a method that not every program can open."))
        return False
    if "\\" in raw:
        report.error(
            "TT05-UNSAFE",
            raw,
            _("The path is written with back-slashes; it means different files on different systems."),
        )
        return False
    if not row.is_dir():
        _judge_name(name, report)
    return True


def _climbs(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/")


def _rooted(archive: zipfile.ZipFile, rows: list[zipfile.ZipInfo], report: Report) -> ZipTree | None:
    """The tree below the one folder of the archive, or below its top where somebody packed without the folder."""
    names = [row.filename for row in rows]
    _judge_together(names, report)
    tops = {name.partition("/")[0] for name in names if "/" in name}
    loose = [name for name in names if "/" not in name]
    top = next(iter(tops)) if len(tops) == 1 and not loose else ""
    if not top:
        report.error("CSIPSTR1", "", _("The archive must hold exactly one folder, the package."))
        if "METS.xml" not in loose:
            return None
    cut = len(top) + 1 if top else 0
    held = {row.filename[cut:]: row for row in rows}
    return ZipTree(archive, top, {name: row.file_size for name, row in held.items()}, held)


# --- names ---


def _judge_name(name: str, report: Report) -> None:
    for part in name.split("/"):
        if part.partition(".")[0].rstrip().upper() in RESERVED or part != part.rstrip(" .") or re.search(r'[<>:"|?*\\]', part):
            report.warning("TT05-NAME", name, _("Windows cannot hold a file of this name."))
            break
    if name.isascii() and name.isprintable():
        return
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in name):
        report.error("TT05-UNSAFE", name, _("The name holds invisible signs that can hide what the file is."))
    if not unicodedata.is_normalized("NFC", name):
        report.warning("TT05-NAME", name, _("The accents of the name are written apart (not NFC); systems may not find it."))


def _judge_together(names: Iterable[str], report: Report) -> None:
    """Names that are one and the same on some system."""
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFC", name).casefold()
        if key not in seen:
            seen[key] = name
        elif seen[key] == name:
            report.error("TT05-TWICE", name, _("The file is in the archive twice."))
        else:
            words = _("The name differs from “{other}” only in case or in the writing of accents.")
            report.error("TT05-TWICE", name, words.format(other=seen[key]))
    for key in seen:
        parent = key.rpartition("/")[0]
        if parent in seen:
            report.error("TT05-TWICE", seen[parent], _("The name is both a file and a folder."))
