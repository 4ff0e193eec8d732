"""Scan profiles by name: what a pile of one kind is scanned with, kept on this PC or handed over as a JSON file.

    {"device": "…", "source": "feeder", "dpi": 300, "colour": "colour", "duplex": true}

Every entry may be missing; the settings answer for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app import paths
from app.capture.scanner import ScanProfile
from app.errors import AppError
from app.i18n import _
from app.troubles import in_words
from storage.disk import write_atomic
from storage.text import clean

MOST = 64 * 1024  # bytes of a profile
_KINDS: dict[str, type] = {"device": str, "source": str, "dpi": int, "colour": str, "duplex": bool}
_CHOICES = {"source": ("feeder", "flatbed"), "colour": ("colour", "grey")}
DPI = range(50, 2401)


@in_words
def load(named: str) -> dict[str, Any]:
    """What a profile says: the file `named`, else the saved profile of that name. Keys as of `ScanProfile`.

    Raises AppError `profile.unknown`, `profile.broken`.
    """
    path = Path(named)
    if not path.is_file():
        path = _place(named)
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(MOST))
    except (FileNotFoundError, NotADirectoryError):
        known = ", ".join(names()) or _("none so far")
        raise AppError(
            "profile.unknown",
            _("There is no scan profile “{name}”.").format(name=named),
            _("Give the path of a JSON file, or one of the saved profiles: {known}.").format(known=known),
        ) from None
    except ValueError as error:
        raise _broken(named, str(error)) from error
    return _checked(named, said)


@in_words
def save(name: str, profile: ScanProfile) -> Path:
    """Keeps a profile on this PC under a name; one of that name is replaced. Raises AppError `profile.name`."""
    path = _place(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, json.dumps(asdict(profile), ensure_ascii=False, indent=1).encode())
    return path


def names() -> list[str]:
    """The profiles saved on this PC."""
    return sorted(path.stem for path in _folder().glob("*.json"))


def _folder() -> Path:
    return paths.config_dir() / "scan-profiles"


def _place(name: str) -> Path:
    """A name is no path: it can't lead out of the folder."""
    plain = clean(name)
    if not plain or plain.startswith(".") or len(plain) > 80 or re.search(r'[\\/:*?"<>|\x00]', plain):
        raise AppError(
            "profile.name",
            _("“{name}” is neither a file nor a name for a scan profile.").format(name=name[:200]),
            _("Use letters, figures and blanks."),
        )
    return _folder() / f"{plain}.json"


def _checked(named: str, said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise _broken(named, "not an object")
    for key, value in said.items():
        kind = _KINDS.get(key)
        if kind is None or type(value) is not kind or value not in _CHOICES.get(key, (value,)):
            raise _broken(named, f"{key}: {value!r}")
    if said.get("dpi", 300) not in DPI:
        raise _broken(named, f"dpi: {said['dpi']}")
    return said


def _broken(named: str, what: str) -> AppError:
    return AppError(
        "profile.broken",
        _("The scan profile “{name}” can't be used: {what}.").format(name=named, what=what[:200]),
        _("It may hold device, source (feeder, flatbed), dpi, colour (colour, grey) and duplex (true, false)."),
        detail=what,
    )
