"""What lies on disk and what still fits."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from app.errors import AppError
from app.i18n import _

SPARE = 16 << 20  # bytes that stay free beside the package


def refuse_small_disk(folder: Path, size: int) -> None:
    """Raises AppError `package.space` where `size` bytes do not fit into `folder`."""
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise AppError(
            "package.space",
            _("There is not enough room in “{folder}”: the package needs {need} MB, {free} MB are free.").format(
                folder=folder, need=(size + SPARE) // 1_000_000 + 1, free=free // 1_000_000
            ),
            _("Free some space or choose another folder."),
        )


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file()) if path.is_dir() else path.stat().st_size


def digest_of(path: Path) -> str:
    """SHA-256 (hex) of a file; empty for a folder."""
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
