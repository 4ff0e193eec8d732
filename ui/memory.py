"""Python's collector of cycles, kept on the window's thread and kept short.

Left to itself it runs on whichever thread happens to allocate: there it may free a widget, which Qt allows on the window's thread only
and answers with a crash; and a full round over all that is loaded holds every thread up for a third of a second.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 100


def settle() -> None:
    """What is loaded now stays for good: later rounds don't walk through it."""
    gc.freeze()


class Collector(QObject):
    """Collects by the thresholds of the interpreter, looked at ten times a second."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        settle()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(EVERY_MS)

    def _look(self) -> None:
        generation = due()
        if generation >= 0:
            gc.collect(generation)


def due() -> int:
    """The oldest generation whose turn it is, -1 for none."""
    found = -1
    for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
        if count <= threshold:
            break
        found = generation
    return found
