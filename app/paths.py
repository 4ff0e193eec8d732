"""Where things lie on this PC. Environment variables move them for tests and for administrators."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = ROOT / "resources"


def config_dir() -> Path:
    """Settings of this person on this PC (`VANKHO_CONFIG` moves it)."""
    return _folder("VANKHO_CONFIG", platformdirs.user_config_dir("vankho", appauthor=False))


def log_dir() -> Path:
    return _folder("VANKHO_LOG", platformdirs.user_log_dir("vankho", appauthor=False))


def default_archive() -> Path:
    """The archive that opens when none is named (`VANKHO_ARCHIVE`); not created here."""
    return Path(os.environ.get("VANKHO_ARCHIVE") or platformdirs.user_data_dir("vankho", appauthor=False)) / "archive"


def office_file() -> Path:
    """What the office's administrator lays down for every user of the PC (`VANKHO_OFFICE`)."""
    default = "C:/ProgramData/vankho/office.json" if sys.platform == "win32" else "/etc/vankho/office.json"
    return Path(os.environ.get("VANKHO_OFFICE") or default)


def _folder(variable: str, default: str) -> Path:
    folder = Path(os.environ.get(variable) or default)
    with suppress(OSError):  # a home that can't be written: the program works, and says so only where something is to be kept
        folder.mkdir(parents=True, exist_ok=True)
    return folder
