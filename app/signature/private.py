"""Files that nobody else may read, and that must not be there yet."""

from __future__ import annotations

import io
import os
from pathlib import Path

NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # Windows would turn line ends otherwise


def create_private(path: Path) -> io.BufferedRandom:
    """A new file open for writing and reading, for its owner only. Raises OSError, FileExistsError among them."""
    return os.fdopen(os.open(path, NEW, 0o600), "w+b")
