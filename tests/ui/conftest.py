"""The window's tests run without a screen."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.services import Services
from tests.ui.stock import stock
from ui.application import Program
from ui.models.reading import Reads
from ui.theme import Theme


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Theme]:
    made = Theme(qapp, "light")
    yield made
    made.choose("light", False)


@pytest.fixture
def reads(qapp: QApplication) -> Iterator[Reads]:
    made = Reads()
    yield made
    made.close()


@pytest.fixture
def stocked(services: Services) -> Services:
    """An open archive with a small, well-known holding (see `tests.ui.stock`)."""
    assert services.workspace is not None
    stock(services.workspace)
    return services


@pytest.fixture
def program(qapp: QApplication, stocked: Services) -> Iterator[Program]:
    """The whole program over the stocked archive, its library on screen, every read answered."""
    made = Program(qapp, stocked)
    made.window.resize(1366, 768)
    made.window.show()
    assert stocked.workspace is not None
    made._opened(stocked.workspace)
    settle(made)
    yield made
    made.window.close()


def settle(made: Program, seconds: float = 15.0) -> None:
    """Lets the window run until nothing is asked, waiting or running any more."""
    import time

    until = time.monotonic() + seconds
    quiet = 0
    while quiet < 3:
        assert time.monotonic() < until, "the window did not come to rest"
        QApplication.processEvents()
        library = made.window.library
        waiting = [library._refresh, library.details._soon] if library is not None else []
        busy = made.reads.busy or any(t.isActive() for t in waiting) or made.window.top.search.pausing
        quiet = 0 if busy else quiet + 1
        if busy:
            time.sleep(0.005)
