"""Writing so that a pulled plug leaves the old file or the new one, never half of either."""

from __future__ import annotations

import os
from pathlib import Path


def fsync_folder(folder: Path) -> None:
    """Makes a rename durable. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(part: Path, final: Path) -> None:
    """Renames a written and synced `.part` into place."""
    part.replace(final)
    fsync_folder(final.parent)


def write_atomic(path: Path, data: bytes) -> None:
    """`.part` → fsync → rename. The part is removed when anything fails."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        settle(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
