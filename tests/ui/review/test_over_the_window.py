"""The review over the window, and what holds for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desk import describing
from app.services import Services
from app.workspace import Workspace
from tests.conftest import PASSWORD
from tests.ui.conftest import settle
from tests.ui.review.conftest import Desk
from ui.application import Program
from ui.jobs import JobsBridge
from ui.models.reading import Reads
from ui.pages.review import DOCUMENTS, GRID, ReviewPage
from ui.theme import Theme


def test_f4_opens_the_review_over_the_shelf(program: Program, stocked: Services, holding: list[int]) -> None:
    window = program.window
    library = window.library
    assert library is not None
    library.sidebar.choose(("to_check", 0))
    settle(program)
    assert library.list._review.isVisible()
    window.actions_["review"].trigger()
    settle(program)
    page = window.pages.currentWidget()
    assert isinstance(page, ReviewPage)
    assert set(page.queue.ids) == set(library.model.ids)
    window.actions_["review"].trigger()
    settle(program)
    assert page.part == GRID
    window.actions_["review"].trigger()
    settle(program)
    page.queue.go(holding[2])
    page._show_current()
    settle(program)
    page.form.go_to("codeNumber")
    page.form.cells["codeNumber"].put("418")
    page.form.accept()
    settle(program)
    assert stocked.workspace is not None
    assert describing.fields_of(stocked.workspace, holding[2]).values["codeNumber"] == "418"
    window.actions_["undo"].trigger()
    settle(program)
    assert describing.fields_of(stocked.workspace, holding[2]).values["codeNumber"] == "417"
    page.leave()
    settle(program)
    assert window.pages.currentWidget() is library
    assert window.focusWidget() is library.list.table  # the keys go on without the mouse
    assert "Kiểm tra nhanh" in [action.text() for _spec, action in window.actions_.usable]


def test_a_review_left_at_once_leaves_nothing_behind(
    qtbot: QtBot,
    look: Theme,
    scans: tuple[Path, list[int]],
    services: Services,
    workspace: Workspace,
    reads: Reads,
    bridge: JobsBridge,
) -> None:
    told: list[BaseException] = []
    reads.on_error = told.append
    page = ReviewPage(services, workspace, reads, bridge, scans[1])
    page.show()
    page.writer.edit(999, "subject", "văn bản không có")
    shiboken6.delete(page)
    qtbot.waitUntil(lambda: not reads.busy)
    assert [getattr(error, "code", "") for error in told] == ["document.gone"]


def test_closing_the_window_saves_what_is_typed(program: Program, stocked: Services, holding: list[int]) -> None:
    window = program.window
    assert window.library is not None
    window.library.list.wish(holding[2])
    settle(program)
    window.actions_["review"].trigger()
    settle(program)
    page = window.pages.currentWidget()
    assert isinstance(page, ReviewPage)
    page.queue.go(holding[2])
    page._show_current()
    settle(program)
    page.form.cells["codeNumber"].put("418")
    folder = stocked.folder
    window.close()
    again = Services(folder)
    workspace = again.open(password=PASSWORD)
    assert describing.fields_of(workspace, holding[2]).values["codeNumber"] == "418"
    again.close()


# --- for everybody ---
@pytest.mark.parametrize("part", [DOCUMENTS, GRID])
def test_everything_that_takes_the_focus_has_a_name(desk: Desk, part: int) -> None:
    desk.page._view_wanted(part)
    desk.settle()
    nameless = []
    for widget in desk.page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            words = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not (widget.accessibleName() or words):
                nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert nameless == []


def test_the_key_strip_names_the_keys_and_fits(desk: Desk) -> None:
    assert "Enter: Đúng, tiếp" in desk.page.strip.toolTip()
    for width in (1366, 900):
        desk.page.resize(width, 560)
        QApplication.processEvents()
        shown = [cap for cap, _label in desk.page.strip._pairs if cap.isVisible()]
        assert shown
        assert max(cap.geometry().right() for cap in shown) <= desk.page.width()


@pytest.mark.parametrize("look_name", ["light", "dark"])
def test_it_paints_in_every_look(desk: Desk, look: Theme, look_name: str) -> None:
    look.choose(look_name)
    assert not desk.page.grab().isNull()
    desk.page.toggle_view()
    desk.settle()
    assert not desk.page.grab().isNull()
