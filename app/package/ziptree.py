"""The files of a ZIP, with hostile archives recognised before anything is read (APPNOTE 6.3.10)."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.i18n import _
from app.package.entrynames import judge_name, judge_together
from app.package.report import Report
from app.package.stored import StoredFiles
from app.package.zipfacts import central_directory_size

MOST_FILES = 500_000
MOST_RATIO = 200  # unpacked ÷ packed of the whole archive; XML of ours comes to about 20
RATIO_FROM = 64 << 20  # bytes: smaller archives cannot hurt, whatever their ratio
_SMALLEST_ROW = 46  # bytes of one entry in a ZIP's central directory


@dataclass(slots=True)
class ZipTree:
    archive: zipfile.ZipFile
    name: str
    sizes: dict[str, int]
    folders: set[str]
    rows: dict[str, zipfile.ZipInfo]
    stored: StoredFiles

    @property
    def parallel(self) -> bool:
        return True

    def whole(self, path: str, most: int) -> memoryview | None:
        return self.stored.whole(self.rows[path]) if self.sizes[path] <= most else None

    def open(self, path: str) -> IO[bytes]:
        return self.archive.open(self.rows[path])

    def close(self) -> None:
        self.stored.close()
        self.archive.close()


def open_zip(path: Path, report: Report) -> ZipTree | None:
    with path.open("rb") as file:
        if central_directory_size(file) > MOST_FILES * _SMALLEST_ROW * 4:
            report.error("TT05-BOMB", path.name, _("The package has too many files to be read."))
            return None
    archive = zipfile.ZipFile(path)
    try:
        rows = archive.infolist()
        if any(not row.filename for row in rows):  # zipfile itself stumbles over a name of no letters
            raise zipfile.BadZipFile("nameless entry")
        if not rows:
            report.error("TT05-ZIP", path.name, _("The archive is empty."))
        elif _harmless(rows, path, report):
            return _rooted(archive, path, rows, report)
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
        judge_name(name, report)
    return True


def _climbs(name: str) -> bool:
    return ".." in name.replace("\\", "/").split("/")


def _rooted(archive: zipfile.ZipFile, path: Path, rows: list[zipfile.ZipInfo], report: Report) -> ZipTree | None:
    """The tree below the one folder of the archive, or below its top where somebody packed without the folder."""
    files = [row for row in rows if not row.is_dir()]
    told = [row.filename.strip("/") for row in rows if row.is_dir()]
    top = root_folder([row.filename for row in files], told, report)
    if top is None:
        return None
    cut = len(top) + 1 if top else 0
    held = {row.filename[cut:]: row for row in files}
    folders = folders_of(held, (name[cut:] for name in told))
    return ZipTree(archive, top, {name: row.file_size for name, row in held.items()}, folders, held, StoredFiles(path))


def root_folder(names: Sequence[str], folders: Sequence[str], report: Report) -> str | None:
    """The one folder of an archive; empty where it was packed without one, None where nothing can be made of it.

    `folders`: those that the archive names; an empty one beside the package is one too many.
    """
    judge_together(names, report)
    tops = {name.partition("/")[0] for name in names if "/" in name} | {name.partition("/")[0] for name in folders if name}
    loose = [name for name in names if "/" not in name]
    top = next(iter(tops)) if len(tops) == 1 and not loose else ""
    if not top:
        report.error("CSIPSTR1", "", _("The archive must hold exactly one folder, the package."))
        if not {"METS.xml", "bagit.txt"} & set(loose):
            return None
    return top


def folders_of(files: Iterable[str], told: Iterable[str] = ()) -> set[str]:
    """Every folder that files lie in, and those that an archive names though they are empty."""
    found = {path.rstrip("/") for path in told if path.strip("/")}
    for path in [*files, *found]:
        parent = path.rpartition("/")[0]
        while parent and parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return found
