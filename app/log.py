"""The program's log: a file of its own, turned over by size, with nothing in it that must stay secret."""

from __future__ import annotations

import logging
import logging.handlers
import re
from pathlib import Path

# after = or : everything up to the end of the value (a pass phrase has blanks), after a blank one word
_SECRET = re.compile(
    r"""(?i)(?<![^\W_])(pin|password|passwd|token|key|bearer)(?:(['"]?\s*[=:]\s*['"]?)[^'",}\n]+|(\s+)[^\s'",}]+)"""
)


class Redacted(logging.Formatter):
    """Blots out what looks like a PIN, a password or a token."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def redact(text: str) -> str:
    """`text` with secrets blotted out and the home folder's name left out."""
    return _SECRET.sub(lambda found: f"{found[1]}{found[2] or found[3]}…", text).replace(str(Path.home()), "~")


def to_file(folder: Path) -> None:
    """Sends warnings and above to `vankho.log` in `folder` (1 MB, five generations). A full disk must not stop the program."""
    root = logging.getLogger()
    if any(isinstance(handler, logging.handlers.RotatingFileHandler) for handler in root.handlers):
        return
    try:
        handler = logging.handlers.RotatingFileHandler(folder / "vankho.log", maxBytes=1 << 20, backupCount=5, encoding="utf-8")
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.INFO)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.raiseExceptions = False
