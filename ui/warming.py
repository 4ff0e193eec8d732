"""Rooms of the program that the clerk may open next are loaded while nobody waits for them.

The first opening of a page reads its code and that of the desk behind it, a third of a second on a slow machine; done beside the
window, one after the other, the page then opens at once.
"""

from __future__ import annotations

import importlib
import logging
import threading
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from ui import memory

log = logging.getLogger(__name__)

ROOMS = (
    "ui.dialogs.import_files",
    "ui.pages.settings",
    "ui.pages.archive_settings",
    "app.desk.viewing",
    "app.desk.searching",
    "ui.pages.review_open",
    "ui.signing.page",
    "ui.dialogs.pin",
    "ui.verifying.page",
    "ui.dialogs.scan",
    "ui.dialogs.export",
    "ui.dialogs.dossier",
    "ui.lasting.page",
    "ui.dialogs.check_package",
    "ui.dialogs.import_package",
    "ui.dialogs.preservation",
    "ui.dialogs.day_proofs",
    "ui.pages.help",
)
PAUSE = 0.05  # seconds between two rooms, in which the window has the interpreter for itself


def load(rooms: Sequence[str], stopped: Callable[[float], bool]) -> None:
    """Loads them; `stopped(seconds)` waits and says whether to leave off. A room that is broken says so when it is opened."""
    for name in rooms:
        try:
            importlib.import_module(name)
        except Exception:
            log.exception("could not be loaded ahead: %s", name)
        memory.settle()
        if stopped(PAUSE):
            return


class Warming(QObject):
    """Loads the rooms on a thread of its own, until all are there or the archive's window is gone."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        end = threading.Event()
        self._thread = threading.Thread(target=load, args=(ROOMS, end.wait), name="warming", daemon=True)
        parent.destroyed.connect(lambda _gone: end.set())

    def start(self) -> None:
        self._thread.start()
