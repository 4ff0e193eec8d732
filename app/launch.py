"""What a start without a command needs, and no more: the window must be there at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import i18n
from app.services import Services


def wants_window(arguments: Sequence[str]) -> bool:
    """No command: the window. `--archive DIR` alone opens that archive in the window."""
    rest = list(arguments)
    if "--archive" in rest[:-1]:
        at = rest.index("--archive")
        del rest[at : at + 2]
    return not rest


def has_screen() -> bool:
    """False on a Linux without X11 or Wayland, where Qt would end the program with a core dump."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in named)


def services_for_window(arguments: Sequence[str]) -> Services:
    """What the window starts with: the archive of `--archive DIR` or VANKHO_ARCHIVE, else the one that was open last."""
    rest = list(arguments)
    folder = Path(rest[rest.index("--archive") + 1]) if "--archive" in rest[:-1] else None
    services = Services(folder)
    last = services.settings["ui.archive"]
    if folder is None and last and not os.environ.get("VANKHO_ARCHIVE"):
        services.folder = Path(last)
    i18n.set_language(services.settings["ui.language"])
    return services
