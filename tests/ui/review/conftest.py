"""A review on screen over real scans, for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desk import describing
from app.services import Services
from app.workspace import Workspace
from storage import keys
from tests.conftest import PASSWORD
from tests.ui.review_stock import dossier_of_three
from ui.jobs import JobsBridge
from ui.models.reading import Reads
from ui.pages.library import ChangeBridge
from ui.pages.review import ReviewPage
from ui.theme import Theme

SHIFT, CTRL, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ENTER = Qt.Key.Key_Return


@dataclass
class Clock:
    now: float = 0.0
    step: float = field(default=7.0)

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass
class Desk:
    """A review on screen with everything behind it."""

    page: ReviewPage
    workspace: Workspace
    reads: Reads
    ids: list[int]
    qtbot: QtBot

    def settle(self) -> None:
        def quiet() -> bool:
            return not (self.reads.busy or self.page.lists.checking or self.page.grid._soon.isActive())

        for _turn in range(3):
            self.qtbot.waitUntil(quiet)
            QApplication.processEvents()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = self.page.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, modifiers)
        self.settle()

    def write(self, text: str) -> None:
        for letter in text:
            target = self.page.focusWidget()
            assert target is not None
            QTest.keyClicks(target, letter)

    @property
    def place(self) -> tuple[int, str]:
        return self.page.queue.current, self.page.form.current

    def values(self, document_id: int) -> dict[str, str]:
        return describing.fields_of(self.workspace, document_id).values

    def confirmed(self, document_id: int) -> set[str]:
        return describing.fields_of(self.workspace, document_id).confirmed


@pytest.fixture(scope="session")
def scans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A closed archive with a dossier of three; each test opens a copy. Its password is not stretched as long as a real one."""
    folder = tmp_path_factory.mktemp("scans")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(keys.ARGON, "memory_cost", 8192)
        patch.setitem(keys.ARGON, "time_cost", 1)
        patch.setenv("VANKHO_CONFIG", str(folder / "config"))
        made = Services(folder / "archive")
        made.create(PASSWORD)
        assert made.workspace is not None
        ids = dossier_of_three(made.workspace)
        made.close()
    return folder / "archive", ids


@pytest.fixture
def services(scans: tuple[Path, list[int]], tmp_path: Path) -> Iterator[Services]:
    shutil.copytree(scans[0], tmp_path / "archive")
    made = Services(tmp_path / "archive")
    made.open(password=PASSWORD)
    yield made
    made.close()


@pytest.fixture
def bridge(qapp: QApplication, services: Services) -> Iterator[JobsBridge]:
    made = JobsBridge()
    services.watch(made)
    yield made
    made.close()


@pytest.fixture
def desk(
    qtbot: QtBot,
    look: Theme,
    scans: tuple[Path, list[int]],
    services: Services,
    workspace: Workspace,
    reads: Reads,
    bridge: JobsBridge,
) -> Iterator[Desk]:
    ids = scans[1]
    page = ReviewPage(services, workspace, reads, bridge, ids, clock=Clock())
    yield shown(page, workspace, reads, ids, qtbot)
    page.viewer.end()


def shown(page: ReviewPage, workspace: Workspace, reads: Reads, ids: list[int], qtbot: QtBot) -> Desk:
    """The review on the screen, told of what changes in the archive."""
    page.lists._check_soon.setInterval(30)  # the tests need not wait for a person's hand to rest
    page.fresh._soon.setInterval(30)
    changes = ChangeBridge(page)
    changes.changed.connect(page.take_change)
    workspace.listen(changes)
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    page.activateWindow()
    made = Desk(page, workspace, reads, ids, qtbot)
    made.settle()
    return made
