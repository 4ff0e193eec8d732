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


def as_its_folder(path: str, flags: int) -> int:
    """For `open(…, opener=)`: a new file that those may read and write who may use its folder, whatever the umask says.

    The archive's folder is its owner's alone (0700) unless the administrator opened it to others.
    """
    return os.open(path, flags, Path(path).parent.stat().st_mode & 0o666)


def make_folder(folder: Path) -> None:
    """A folder with the rights of the one it lies in. Raises FileExistsError as `mkdir` does."""
    folder.mkdir(mode=folder.parent.stat().st_mode & 0o777)


def write_atomic(path: Path, data: bytes, *, private: bool = False) -> None:
    """`.part` → fsync → rename. The part is removed when anything fails. `private`: see `as_its_folder`."""
    part = path.with_name(path.name + ".part")
    try:
        with open(part, "wb", opener=as_its_folder if private else None) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        settle(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
