"""The files of a package, whether it is a folder, a ZIP or a TAR; hostile archives are recognised before anything is read."""

from __future__ import annotations

import itertools
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from app.i18n import _
from app.package.entrynames import judge_name, judge_together
from app.package.report import Report
from app.package.tartree import is_tar, open_tar
from app.package.ziptree import MOST_FILES, open_zip


class Tree(Protocol):
    """Files by their path relative to the package's folder, with `/`, in NFC as written."""

    @property
    def name(self) -> str:
        """The package's folder; empty when an archive has none."""
        ...

    @property
    def sizes(self) -> Mapping[str, int]: ...

    @property
    def folders(self) -> Set[str]:
        """Every folder of the package, empty ones too."""
        ...

    @property
    def parallel(self) -> bool:
        """Whether several threads may read at once."""
        ...

    def whole(self, path: str, most: int) -> bytes | memoryview | None:
        """The file in one reading, proven as `open` proves it; None where it has more than `most` bytes or must be opened.

        Raises what `open` raises.
        """
        ...

    def open(self, path: str) -> IO[bytes]:
        """Raises OSError and the errors of zipfile (see BROKEN)."""
        ...

    def close(self) -> None: ...


# What a damaged archive or disk may raise while it is read.
BROKEN = (
    OSError,
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OverflowError,
)


METS_NAME = "METS.xml"


def open_tree(path: Path, report: Report) -> Tree | None:
    """The tree of a package; None when it is none or must not be read, with findings that say why.

    Who names its METS.xml means the folder around it.
    """
    try:
        if path.is_dir():
            return _folder(_package_in(path), report)
        if not path.is_file():
            report.error("TT05-FILE", path.name, _("The package is not there."))
            return None
        if path.name == METS_NAME:
            return _folder(path.parent, report)
        if path.stat().st_size == 0:
            report.error("TT05-ZIP", path.name, _("The file is empty."))
            return None
        return open_tar(path, report) if is_tar(path) else open_zip(path, report)
    except BROKEN as error:
        if type(error) is PermissionError:
            report.error("TT05-FILE", path.name, _("The package cannot be read: you have no right to it."))
        else:
            report.error("TT05-ZIP", path.name, _("The file is not a ZIP or TAR archive, or it is damaged."))
        return None


def looks_like_a_package(path: Path) -> bool:
    """True for a folder or archive that is made as a package of records; reads names only."""
    if path.is_dir():
        return any((path / name).is_file() for name in ("METS.xml", "bagit.txt"))
    if path.suffix.casefold() not in (".zip", ".tar"):
        return False
    tree = open_tree(path, Report(path))
    if tree is None:
        return False
    with_marks = any(name in tree.sizes for name in ("METS.xml", "bagit.txt"))
    tree.close()
    return with_marks


# --- folders ---


@dataclass(slots=True)
class FolderTree:
    base: Path
    sizes: dict[str, int]
    folders: set[str]

    @property
    def name(self) -> str:
        return self.base.resolve().name

    @property
    def parallel(self) -> bool:
        return True

    def whole(self, path: str, most: int) -> bytes | None:
        return (self.base / path).read_bytes() if self.sizes[path] <= most else None

    def open(self, path: str) -> IO[bytes]:
        return (self.base / path).open("rb")

    def close(self) -> None:
        pass


def _package_in(folder: Path) -> Path:
    """The package itself where somebody named the folder around it, as unpacking leaves one."""
    with os.scandir(folder) as found:
        inside = list(itertools.islice(found, 2))
    if len(inside) == 1 and inside[0].is_dir(follow_symlinks=False):
        only = Path(inside[0].path)
        if (only / "METS.xml").is_file() or (only / "bagit.txt").is_file():
            return only
    return folder


def _folder(base: Path, report: Report) -> FolderTree:
    sizes: dict[str, int] = {}
    folders: set[str] = set()
    for path in _walk(base, report):
        name = path.relative_to(base).as_posix()
        facts = path.lstat()
        if stat.S_ISDIR(facts.st_mode):
            folders.add(name)
            continue
        if stat.S_ISLNK(facts.st_mode):
            report.error("TT05-LINK", name, _("A link is not part of a package; the file itself belongs there."))
        elif not stat.S_ISREG(facts.st_mode):
            report.error("TT05-LINK", name, _("This is not an ordinary file."))
        else:
            sizes[name] = facts.st_size
            judge_name(name, report)
    judge_together(sizes, report)
    return FolderTree(base, sizes, folders)


def _walk(base: Path, report: Report) -> Iterator[Path]:
    count = 0

    def unreadable(error: OSError) -> None:
        report.error("TT05-FILE", str(error.filename or base), _("The folder cannot be read."))

    for folder, folders, files in os.walk(base, onerror=unreadable, followlinks=False):
        here = Path(folder)
        for name in [*folders, *files]:
            count += 1
            if count > MOST_FILES:
                report.error("TT05-BOMB", "", _("The package has too many files to be read."))
                return
            yield here / name
