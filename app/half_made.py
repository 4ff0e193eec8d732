"""What a killed creation leaves: a folder that nobody has the key of, and in which a new creation may begin again.

The key of an archive exists in memory only until `keys.json` is written, last of all; what is there before can never be opened. A mark
says that a creation is under way: without it a folder that has lost its `keys.json` is never taken for one, as it may hold records.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from storage.disk import write_atomic

MARK = "creating.mark"
PARTS = frozenset(
    {MARK, f"{MARK}.part", "archive.lock", "audit.head", "objects", "work", "keys.json.part"}
    | {f"{name}.db{end}" for name in ("archive", "search") for end in ("", "-wal", "-shm", "-journal")}
)


def begin(folder: Path) -> None:
    write_atomic(folder / MARK, b"An archive is being made here.\n")


def end(folder: Path) -> None:
    (folder / MARK).unlink(missing_ok=True)


def is_left(folder: Path) -> bool:
    """Whether a creation was cut off here: its mark, no keys, nothing that it did not make itself, and not one file taken in."""
    names = {path.name for path in folder.iterdir()}
    marked = MARK in names or names <= {"archive.lock", f"{MARK}.part"}  # killed while it wrote the mark: the very first file
    return marked and names <= PARTS and not any(path.is_file() for path in (folder / "objects").rglob("*"))


def clear(folder: Path) -> None:
    """Removes what `is_left` has found; the lock, which is held now, stays. The mark goes last."""
    if not is_left(folder):
        return
    for path in sorted(folder.iterdir(), key=lambda one: one.name == MARK):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "archive.lock":
            path.unlink()
