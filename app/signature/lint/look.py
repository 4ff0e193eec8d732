"""Runs both looks at a file, inside the sandbox: at its objects and at its pages as they are drawn."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from app.signature.lint.bytes import look_at_bytes
from app.signature.lint.gather import Gathered
from app.signature.lint.objects import look_at_objects
from app.signature.lint.pages import look_at_pages


def look(path: Path) -> Gathered:
    """Never raises for what a file holds."""
    found = Gathered()
    try:
        with pikepdf.open(path) as pdf:
            look_at_bytes(path, pdf, found)
            look_at_objects(pdf, found)
    except pikepdf.PasswordError:
        found.add("file.encrypted")
        return found
    except Exception:  # noqa: BLE001 - foreign bytes break parsers in many ways; the page is not drawn on top of that
        found.add("file.damaged")
        return found
    look_at_pages(path, found)
    return found
