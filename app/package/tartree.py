"""The files of a TAR, plain or compressed; a compressed one is unpacked to a temporary file as far as it is harmless."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.i18n import _
from app.package.entrynames import judge_name
from app.package.report import Report
from app.package.ziptree import MOST_FILES, MOST_RATIO, RATIO_FROM, folders_of, root_folder

CHUNK = 1 << 20
_COMPRESSED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
_MAGIC_AT = 257


def is_tar(path: Path) -> bool:
    """A TAR by its bytes, a compressed file by its first ones: the name says nothing."""
    with path.open("rb") as file:
        head = file.read(512)
    return head[_MAGIC_AT : _MAGIC_AT + 5] == b"ustar" or any(head.startswith(mark) for mark in _COMPRESSED)


@dataclass(slots=True)
class TarTree:
    archive: tarfile.TarFile
    file: IO[bytes]
    name: str
    sizes: dict[str, int]
    folders: set[str]
    rows: dict[str, tarfile.TarInfo]

    @property
    def parallel(self) -> bool:
        return False  # tarfile moves one and the same file about

    def whole(self, path: str, most: int) -> None:
        return None

    def open(self, path: str) -> IO[bytes]:
        return self.archive.extractfile(self.rows[path]) or io.BytesIO()

    def close(self) -> None:
        self.archive.close()
        self.file.close()


def open_tar(path: Path, report: Report) -> TarTree | None:
    """Raises OSError and tarfile's errors for a damaged archive."""
    file = _plain(path, report)
    if file is None:
        return None
    try:
        archive = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - the tree closes it
        rows = list(_rows(archive, path, report))
        files = {row.name.removeprefix("./"): row for row in rows if row.isreg()}
        if len(rows) <= MOST_FILES and all(_harmless(row, report) for row in rows):
            told = [name for row in rows if row.isdir() and (name := row.name.removeprefix("./").strip("/")) not in ("", ".")]
            if not files and not told:
                report.error("TT05-ZIP", path.name, _("The archive is empty."))
            elif (top := root_folder(list(files), told, report)) is not None:
                return _tree(archive, file, top, files, told)
    except BaseException:
        file.close()
        raise
    file.close()
    return None


def _tree(archive: tarfile.TarFile, file: IO[bytes], top: str, files: dict[str, tarfile.TarInfo], told: list[str]) -> TarTree:
    cut = len(top) + 1 if top else 0
    held = {name[cut:]: row for name, row in files.items()}
    folders = folders_of(held, (name[cut:] for name in told))
    return TarTree(archive, file, top, {name: row.size for name, row in held.items()}, folders, held)


def _plain(path: Path, report: Report) -> IO[bytes] | None:
    with path.open("rb") as file:
        head = file.read(6)
    opener = next((each for mark, each in _COMPRESSED.items() if head.startswith(mark)), None)
    if opener is None:
        return path.open("rb")
    most = max(RATIO_FROM, MOST_RATIO * path.stat().st_size)
    whole = tempfile.TemporaryFile(prefix="vankho-tar-")  # noqa: SIM115 - the tree closes it
    try:
        with opener(path, "rb") as packed:
            while chunk := packed.read(CHUNK):
                whole.write(chunk)
                if whole.tell() > most:
                    words = _("The archive would unpack to a multiple of its size: it was made to do harm.")
                    report.error("TT05-BOMB", path.name, words)
                    whole.close()
                    return None
    except BaseException:
        whole.close()
        raise
    whole.seek(0)
    return whole


def _rows(archive: tarfile.TarFile, path: Path, report: Report) -> Iterator[tarfile.TarInfo]:
    for number, row in enumerate(archive):
        yield row
        if number >= MOST_FILES:
            report.error("TT05-BOMB", path.name, _("The package has too many files to be read."))
            return


def _harmless(row: tarfile.TarInfo, report: Report) -> bool:
    name = row.name
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name) or "\0" in name:
        report.error("TT05-UNSAFE", name, _("The entry points outside the package: it was made to do harm."))
        return False
    if row.issym() or row.islnk():
        report.error("TT05-LINK", name, _("A link is not part of a package; the file itself belongs there."))
        return False
    if not (row.isreg() or row.isdir()):
        report.error("TT05-LINK", name, _("This is not an ordinary file."))
        return False
    if row.isreg():
        judge_name(name.removeprefix("./"), report)
    return True
