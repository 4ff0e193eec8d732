"""The window's tests run without a screen."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from sqlalchemy import event
from sqlalchemy.engine import Engine

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # keyboard focus without a window manager

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services import Services
from tests.conftest import PASSWORD
from tests.ui.stock import stock
from ui.application import Program
from ui.jobs import JobsBridge
from ui.models.reading import Reads
from ui.theme import Theme

HANGS = 120_000  # milliseconds after which a wait counts as hanging: it is no measure of how fast anything has to be


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Waits until it comes. pytest-qt's own five seconds are a measure of the machine: opening an archive takes one by itself."""
    made = QtBot(request)
    for wait in ("waitUntil", "waitSignal", "waitSignals"):
        setattr(made, wait, partial(getattr(made, wait), timeout=HANGS))
    return made


@pytest.fixture(autouse=True)
def _news_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Good news goes by itself after eight seconds, which a slow machine may need to look at it."""
    monkeypatch.setattr("ui.messages.GONE_AFTER_MS", 2 * HANGS)


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
def jobs(services: Services, qtbot: QtBot) -> Iterator[JobsBridge]:
    bridge = JobsBridge()
    services.watch(bridge)
    yield bridge
    bridge.close()
    services.lanes.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """An archive with the small holding of `tests.ui.stock`, closed, and the ids of its documents. Made once, copied by each test."""
    place = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VANKHO_CONFIG", str(place / "config"))
        made = Services(place / "archive")
        made.create(PASSWORD)
        assert made.workspace is not None
        ids = stock(made.workspace)
        made.close()
    return place / "archive", ids


@pytest.fixture
def stocked(template: tuple[Path, list[int]], tmp_path: Path) -> Iterator[Services]:
    """A copy of the template, open."""
    shutil.copytree(template[0], tmp_path / "archive")
    made = Services(tmp_path / "archive")
    made.open(password=PASSWORD)
    yield made
    made.close()


@pytest.fixture
def holding(template: tuple[Path, list[int]]) -> list[int]:
    """Ids of the documents of the stocked archive, in the order of `tests.ui.stock.HOLDING`."""
    return template[1]


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
    discard(made)


@pytest.fixture
def asked_here() -> Iterator[list[str]]:
    """What was asked of any database on the window's own thread."""
    asked: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    yield asked
    event.remove(Engine, "before_cursor_execute", hear)


def discard(made: Program) -> None:
    """Closes the window and frees all of it, so that the next look is not laid on the windows of earlier tests."""
    if shiboken6.isValid(made.window):
        made.window.close()
    for part in (made.window, made.look, made.bridge, made.reads):
        if shiboken6.isValid(part):
            shiboken6.delete(part)


def settle(made: Program, seconds: float = HANGS / 1000) -> None:
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
