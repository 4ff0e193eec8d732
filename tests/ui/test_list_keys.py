"""The list by keyboard: what is shown is what F4, Enter and the verbs work on; the keys are where one goes on; the menu fits the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.services import Services
from tests.conftest import PASSWORD
from tests.ui.conftest import discard, settle
from ui.actions import SPECS, VERBS
from ui.application import Program
from ui.dialogs.import_files import ImportDialog
from ui.dossiers import ChooseDossierDialog
from ui.models.documents import Column
from ui.pages.document_list import WIDTHS
from ui.pages.library import LibraryPage
from ui.pages.review import ReviewPage
from ui.pages.settings import SettingsPage

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def library(program: Program) -> LibraryPage:
    assert program.window.library is not None
    return program.window.library


@pytest.mark.parametrize("modifier", [NONE, CTRL])
def test_a_jump_to_an_end_of_the_list_chooses_that_row(
    program: Program, library: LibraryPage, modifier: Qt.KeyboardModifier
) -> None:
    ids = list(library.model.ids)
    for key, row in (
        (Qt.Key.Key_End, -1), (Qt.Key.Key_Home, 0), (Qt.Key.Key_PageDown, -1), (Qt.Key.Key_PageUp, 0),
    ):  # fmt: skip
        QTest.keyClick(library.list.table, key, modifier)
        settle(program)
        assert library.list.selected == [ids[row]]
        assert library.list.current == library.details.document_id == ids[row]


def test_with_shift_a_jump_chooses_all_between(library: LibraryPage) -> None:
    ids = list(library.model.ids)
    QTest.keyClick(library.list.table, Qt.Key.Key_Down)
    QTest.keyClick(library.list.table, Qt.Key.Key_End, CTRL | SHIFT)
    assert library.list.selected == ids[1:]


def test_the_quick_check_begins_with_the_document_that_is_shown(program: Program, library: LibraryPage) -> None:
    QTest.keyClick(library.list.table, Qt.Key.Key_End, CTRL)
    settle(program)
    program.window.actions_["review"].trigger()
    settle(program)
    page = program.window.pages.currentWidget()
    assert isinstance(page, ReviewPage)
    assert page.queue.current == library.details.document_id == library.model.ids[-1]


def test_what_is_shown_is_always_among_the_chosen(program: Program, library: LibraryPage) -> None:
    """Ctrl+Up leads the mark alone, to choose here and there: what is shown, opened and put into the bin stays the chosen row."""
    ids, table = list(library.model.ids), library.list.table
    QTest.keyClick(table, Qt.Key.Key_End)
    QTest.keyClick(table, Qt.Key.Key_Up, CTRL)
    QTest.keyClick(table, Qt.Key.Key_Up, CTRL)
    settle(program)
    assert table.currentIndex().row() == len(ids) - 3
    assert library.list.selected == [library.details.document_id] == [ids[-1]]
    opened: list[int] = []
    table.opened.connect(opened.append)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == [ids[-1]]
    library.close_document()
    QTest.keyClick(table, Qt.Key.Key_Space, CTRL)
    settle(program)
    assert library.list.selected == [ids[-3], ids[-1]]
    assert library.details.document_id == ids[-3]
    QTest.keyClick(table, Qt.Key.Key_Space, CTRL)
    settle(program)
    assert library.list.selected == [library.details.document_id] == [ids[-1]]


def test_hits_are_led_the_same_way(program: Program, library: LibraryPage) -> None:
    program.window.top.search.setText("UBND")
    settle(program)
    hits, view = [hit.id for hit in library.results.model.hits], library.results.view
    assert len(hits) > 1
    QTest.keyClick(view, Qt.Key.Key_End, CTRL)
    settle(program)
    assert library.results.selected == [library.details.document_id] == [hits[-1]]
    view.selectionModel().setCurrentIndex(library.results.model.index(0), QItemSelectionModel.SelectionFlag.NoUpdate)
    settle(program)
    assert library.results.current == library.details.document_id == hits[-1]


# --- where the keys go ---
@pytest.fixture
def fresh(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """The program over an archive without a document, opened as the program opens it."""
    monkeypatch.setenv("VANKHO_CONFIG", str(tmp_path / "config"))
    services = Services(tmp_path / "archive")
    services.create(PASSWORD)
    made = Program(qapp, services)
    made.window.resize(1366, 768)
    made.window.show()
    assert services.workspace is not None
    made._opened(services.workspace)
    settle(made)
    yield made
    discard(made)


def test_after_the_first_import_the_keys_go_to_the_list(fresh: Program, qtbot: QtBot) -> None:
    library = fresh.window.library
    assert library is not None
    assert fresh.window.focusWidget() is library.list.empty.first, "Enter begins what is to be done first"
    fresh.archive.verbs.import_paths([SAMPLES / "01-to-trinh.jpg"])
    dialog = fresh.window.findChild(ImportDialog)
    assert dialog is not None
    dialog.ocr.setChecked(False)
    dialog.verb_button.click()
    qtbot.waitUntil(lambda: library.model.rowCount() == 1)
    settle(fresh)
    assert fresh.window.focusWidget() is library.list.table


def test_a_list_that_gets_empty_hands_the_keys_to_the_shelves(
    program: Program, library: LibraryPage, holding: list[int]
) -> None:
    library.sidebar.choose(("to_sign", 0))
    settle(program)
    library.list.table.setFocus()
    assert library.list.selected == [holding[0]]
    program.window.actions_["trash"].trigger()
    settle(program)
    assert library.list._stack.currentWidget() is library.list.empty
    assert program.window.focusWidget() is library.sidebar
    program.window.actions_["go-list"].trigger()
    assert program.window.focusWidget() is library.sidebar, "nothing in the list takes keys"


# --- the menu ---
def test_the_menu_stands_in_one_column_of_a_small_screen_and_loses_nothing(program: Program) -> None:
    """768 pixels less a task bar, with letters half as large again."""
    menu = program.window.top.menu

    def keys(of: QMenu) -> list[str]:
        return [k for a in of.actions() for k in (keys(a.menu()) if isinstance(a.menu(), QMenu) else [a.objectName()]) if k]

    def tall(of: QMenu) -> int:
        below = [tall(a.menu()) for a in of.actions() if isinstance(a.menu(), QMenu)]
        return max([of.sizeHint().height(), *below])

    assert tall(menu) * 1.5 <= 768 - 48
    found = keys(menu)
    assert len(found) == len(set(found))
    elsewhere = {*VERBS, "help", "settings", "find", "refresh", "go-tree", "go-list", "go-details"}
    for_documents = {spec.key for spec in SPECS if spec.group == "Documents"}  # in the menu of the list
    assert {spec.key for spec in SPECS} - elsewhere - for_documents <= set(found)
    assert found[-1] == "quit"


# --- filing ---
def test_a_dossier_that_is_not_there_is_made_with_enter(program: Program, library: LibraryPage) -> None:
    program.window.actions_["file"].trigger()
    settle(program)
    dialog = program.window.findChild(ChooseDossierDialog)
    assert dialog is not None
    assert dialog._nothing.isHidden()
    QTest.keyClicks(dialog.field, "khong co ho so nay")
    assert dialog.list.count() == 0
    assert "Enter" in dialog._nothing.text()
    wanted: list[bool] = []
    dialog.new_wanted.connect(lambda: wanted.append(True))
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert wanted == [True]


def test_where_no_dossier_is_the_first_is_offered(qtbot: QtBot, program: Program) -> None:
    dialog = ChooseDossierDialog(program.window, [], 3)
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog._nothing.text().startswith("Chưa có hồ sơ nào")
    wanted: list[bool] = []
    dialog.new_wanted.connect(lambda: wanted.append(True))
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert wanted == [True]


# --- larger letters ---
def test_columns_grow_with_the_letters(qapp: QApplication, library: LibraryPage) -> None:
    """A day that was readable at 10 points is not cut off when the person chooses larger letters later."""
    table = library.list.table
    table.setColumnWidth(Column.DATE, 92)
    kept, font = table.layout_words(), qapp.font()
    larger = QFont(font)
    larger.setPointSizeF(font.pointSizeF() * 1.5)
    qapp.setFont(larger)
    try:
        table.restore_layout(kept)
        assert table.columnWidth(Column.DATE) == 138
        table.setColumnHidden(Column.TYPE, True)
        again = table.layout_words()
    finally:
        qapp.setFont(font)
    table.setColumnHidden(Column.TYPE, False)
    table.restore_layout(again)
    assert table.columnWidth(Column.DATE) == 92
    assert table.columnWidth(Column.TYPE) == WIDTHS[Column.TYPE], "a column that gave way in a narrow window comes back as wide"


def test_panes_grow_with_the_letters(qapp: QApplication, library: LibraryPage) -> None:
    kept, font = library.layout_words() | {"panes": [200, 700, 400]}, qapp.font()
    larger = QFont(font)
    larger.setPointSizeF(font.pointSizeF() * 1.5)
    qapp.setFont(larger)
    try:
        library.restore_layout(kept)
    finally:
        qapp.setFont(font)
    assert library._panes == [300, 1050, 600]
    library.restore_layout(kept)
    assert library._panes == [200, 700, 400]


def test_the_fields_of_all_settings_stand_in_one_column(qtbot: QtBot, stocked: Services) -> None:
    """A long sentence of help under a field does not make the fields of its card wider than those of the next."""
    page = SettingsPage(stocked.settings)
    qtbot.addWidget(page)
    page.resize(1200, 900)
    page.show()
    QApplication.processEvents()
    left = {row.control.mapTo(page, row.control.rect().topLeft()).x() for row in page.rows.values()}
    assert len(left) == 1
