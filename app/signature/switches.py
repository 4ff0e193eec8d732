"""Does a signed file hold parts that can be shown or hidden? The signature covers them all, so it stays as valid as it is; but what a
person sees need not be all that was signed, and a person should be told.

Pulling such a switch by an update of the file is a change like any other (`app.signature.changes`). Only content that lies in another
file was never signed at all.
"""

from __future__ import annotations

from pathlib import Path

import pikepdf

from app.signature.lint.bytes import look_at_bytes
from app.signature.lint.gather import Gathered
from app.signature.lint.objects import look_at_objects

SWITCHES = {
    "field.hidden", "field.covered", "field.stray", "layer.hidden", "note.hidden", "object.doubled", "picture.alternate",
    "active.javascript", "active.hide", "field.xfa",
}  # fmt: skip
OUTSIDE = "file.outside"
MOST_OBJECTS = 20_000  # more would take too long for a look beside the verdict


def switches(path: Path) -> list[str]:
    """Codes of reasons about the file; nothing when it can't be read that way: then its signatures tell."""
    found = Gathered()
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.objects) > MOST_OBJECTS:
                return []
            look_at_bytes(path, pdf, found)
            look_at_objects(pdf, found)
    except Exception:  # noqa: BLE001 - foreign bytes break parsers in many ways
        return []
    codes = {row["code"] for row in found.rows}
    told = ["content.outside"] if OUTSIDE in codes else []
    return told + (["content.switches"] if codes & SWITCHES else [])
