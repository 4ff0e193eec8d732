"""Which format a file really has: PRONOM's key by Siegfried's signatures, not by the name."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pygfried

from app.errors import AppError
from app.i18n import _

UNKNOWN_MIME = "application/octet-stream"


class Format(NamedTuple):
    puid: str  # "fmt/477"; empty when PRONOM does not know the file
    mime: str
    name: str  # "Acrobat PDF/A - Portable Document Format 2b"


def identify(path: Path) -> Format:
    """The format of a file; an empty or unknown one is `Format("", "application/octet-stream", "")`.

    Raises AppError `package.payload` when the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise AppError(
            "package.payload",
            _("The file “{name}” cannot be read.").format(name=path.name),
            _("Check that its disk is connected, or restore the file from a backup."),
            detail=str(error),
        ) from error
    matches = [] if empty else pygfried.identify(str(path), detailed=True)["files"][0]["matches"]
    best = next((match for match in matches if match["id"] not in ("", "UNKNOWN")), None)
    if best is None:
        return Format("", UNKNOWN_MIME, "")
    name = " ".join(part for part in (best["format"], best["version"]) if part)
    return Format(best["id"], best["mime"].split(",")[0].strip() or UNKNOWN_MIME, name)
