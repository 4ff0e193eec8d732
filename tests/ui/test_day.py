"""What hurt on a day at the real window: each test was a clerk's trouble once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QScrollBar
from pytestqt.qtbot import QtBot

from app.desk import filing, packaging
from app.errors import AppError
from app.jobs import Job
from app.services import Services
from storage import queries
from storage.records import Intake
from tests.ui.conftest import settle
from ui import choosing
from ui.application import Program
from ui.dialogs.dossier import open_edit_dossier
from ui.messages import Banners, Messages
from ui.pages.archive_settings import ArchiveCard
from ui.pages.library import LibraryPage
from ui.pages.settings import SettingsPage
from ui.pages.start import FirstRunPage
from ui.theme import Theme
from ui.verbs import moved
from ui.widgets.elided import ElidedLabel


@pytest.fixture
def library(program: Program) -> LibraryPage:
    assert program.window.library is not None
    return program.window.library


def choose(program: Program, library: LibraryPage, document_id: int) -> None:
    library.list.wish(document_id)
    settle(program)
    assert library.list.current == document_id


def describe(program: Program, library: LibraryPage, document_id: int, name: str) -> QLineEdit:
    """Opens a document by F2 and goes into a field."""
    choose(program, library, document_id)
    program.window.actions_["describe"].trigger()
    settle(program)
    library.details.form.focus_field(name)
    editor = library.details.form.cells[name].editor.widget
    assert isinstance(editor, QLineEdit)
    return editor


# --- the first run ---
def test_tab_goes_from_password_to_password_not_into_the_eye(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    page = FirstRunPage(tmp_path / "kho")
    qtbot.addWidget(page)
    page.show()
    page._first.line.setFocus()
    QTest.keyClicks(page._first.line, "mat khau cua toi")
    QTest.keyClick(page._first.line, Qt.Key.Key_Tab)
    assert page.focusWidget() is page._second.line
    key = page._second.findChild(QShortcut)
    assert isinstance(key, QShortcut)
    key.activated.emit()
    assert page._second._eye.isChecked(), "the eye has a key instead"
    assert not page._first._eye.isChecked()
    page._first.line.setFocus()
    QTest.keyClick(page._first.line, Qt.Key.Key_Return)
    assert page.focusWidget() is page._second.line, "Enter goes to what is missing"


# --- the list stays where the clerk stands ---
def test_a_typed_date_that_moves_the_row_does_not_show_another_document(
    program: Program, library: LibraryPage, holding: list[int]
) -> None:
    editor = describe(program, library, holding[4], "issuedDate")
    QTest.keyClicks(editor, "12/8/2030")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(program)
    assert library.details.document_id == holding[4]
    assert library.model.row_of(holding[4]) == 0, "the newest is first now"
    assert library.list.current == holding[4]


def test_new_documents_leave_the_choice_alone(
    program: Program, library: LibraryPage, holding: list[int], stocked: Services
) -> None:
    from tests.ui.stock import many

    choose(program, library, holding[2])
    library.list.table.selectAll()
    before = set(library.list.selected)
    assert stocked.workspace is not None
    many(stocked.workspace, 3)
    settle(program)
    assert library.model.rowCount() == 8
    assert library.list.current == holding[2]
    assert set(library.list.selected) == before


def test_a_document_that_leaves_the_shelf_stays_while_one_works_on_it(
    program: Program, library: LibraryPage, holding: list[int]
) -> None:
    library.sidebar.choose(("to_check", 0))
    settle(program)
    ids = list(library.model.ids)
    describe(program, library, ids[0], "codeNumber")
    program.window.actions_["confirm"].trigger()
    settle(program)
    assert ids[0] not in library.model.ids
    assert library.details.document_id == ids[0], "it is still in the middle"
    library.close_document()
    settle(program)
    assert library.list.current not in (ids[0],)
    assert bool(library.list.current) == bool(library.model.rowCount())


def test_the_first_row_is_chosen_when_the_archive_opens(program: Program, library: LibraryPage) -> None:
    assert library.list.selected == [library.model.id_at(0)]


def test_after_a_dossier_the_other_shelves_are_in_the_order_of_the_header(
    program: Program, library: LibraryPage, stocked: Services
) -> None:
    assert stocked.workspace is not None
    with stocked.workspace.catalog.read() as session:
        dossier = queries.dossier_rows(session)[0].id
    library.sidebar.choose(("dossier", dossier))
    settle(program)
    assert library.model.order == "dossier"
    assert not library.list.table.horizontalHeader().isSortIndicatorShown()
    library.sidebar.choose(("all", 0))
    settle(program)
    assert library.model.order == library.list.table.order == "newest"


def test_a_click_on_the_chosen_shelf_leaves_the_search(program: Program, library: LibraryPage) -> None:
    program.window.top.search.setText("nha van hoa")
    settle(program)
    assert library.searching
    where = library.sidebar.visualRect(library.sidebar.currentIndex()).center()
    QTest.mouseClick(library.sidebar.viewport(), Qt.MouseButton.LeftButton, pos=where)
    settle(program)
    assert program.window.top.search.text() == ""
    assert library._middle.currentWidget() is library.list


def test_after_a_full_disk_a_button_goes_on(qtbot: QtBot, program: Program, stocked: Services) -> None:
    """The advice said "press Continue", and there was nothing to press."""
    workspace = stocked.workspace
    assert workspace is not None
    with workspace.catalog.write("intake.add") as transaction:
        transaction.session.add(Intake(source="/không còn.png", state="waiting", created_at="2026-01-01T00:00:00.000+07:00"))

    def full(_job: Job) -> None:
        raise AppError("disk.full", "Đĩa đầy.", "Hãy dọn đĩa.")

    stocked.lanes.start("cpu", "Nhập", full)

    def offered() -> list[str]:
        shown = [banner.message for banner in program.window.banners.banners() if banner.message.key == "import"]
        return [message.action[0] for message in shown if message.action is not None]

    qtbot.waitUntil(lambda: offered() == ["Tiếp tục"], timeout=10_000)
    settle(program)


# --- fields ---
def test_undo_and_redo_work_from_a_field(program: Program, library: LibraryPage, holding: list[int]) -> None:
    editor = describe(program, library, holding[1], "codeNumber")
    QTest.keyClicks(editor, "77")
    assert editor.text() == "77", "what stood there was chosen, typing replaces it"
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(program)
    again = describe(program, library, holding[1], "codeNumber")
    QTest.keyClick(again, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(program)
    assert again.text() == "36"
    QTest.keyClick(again, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    settle(program)
    assert again.text() == "77"


def test_escape_throws_a_wrong_date_away_and_then_closes_the_document(
    program: Program, library: LibraryPage, holding: list[int]
) -> None:
    editor = describe(program, library, holding[1], "issuedDate")
    QTest.keyClicks(editor, "31/2/2024")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert editor.property("invalid")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.text() == "22/04/2024"
    assert not editor.property("invalid")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert library._middle.currentWidget() is library.list


def test_a_reload_keeps_the_selection_in_the_field(program: Program, library: LibraryPage, holding: list[int]) -> None:
    editor = describe(program, library, holding[1], "codeNotation")
    assert editor.selectedText() == "TTr-VP"
    library.details.reload()
    settle(program)
    assert editor.selectedText() == "TTr-VP"


def test_who_types_goes_on_typing_in_the_next_document(program: Program, library: LibraryPage, holding: list[int]) -> None:
    describe(program, library, library.model.id_at(0), "place")
    library.step(1)
    settle(program)
    assert library.details.document_id == library.model.id_at(1)
    assert any(cell.editor.widget.hasFocus() for cell in library.details.form.cells.values())
    assert not library.details.form.cells["place"].editor.widget.hasFocus()


def test_an_open_document_leaves_its_heights_in_the_layout(program: Program, library: LibraryPage, holding: list[int]) -> None:
    before = library.details.splitter.sizes()
    library.open_document(holding[0])
    settle(program)
    assert library.details.layout_words()["sizes"] == before
    library.close_document()
    after = library.details.splitter.sizes()
    assert all(abs(now - then) <= 2 for now, then in zip(after, before, strict=True))
    library.details.restore_layout({"sizes": [0, 700]})
    assert library.details.splitter.sizes() == after


# --- messages ---
def test_good_news_floats_and_moves_nothing(program: Program, library: LibraryPage) -> None:
    QApplication.processEvents()
    top = library.mapTo(program.window, QPoint(0, 0))
    program.messages.success("Đã xong.")
    QApplication.processEvents()
    assert [b.message.text for b in program.window.banners.banners()] == ["Đã xong."]
    assert library.mapTo(program.window, QPoint(0, 0)) == top
    assert program.window.banners.isHidden()
    program.window.banners.banners()[0].closed.emit()
    assert not program.window.banners.banners()


def test_lasting_news_stands_in_the_strip(qtbot: QtBot, look: Theme, program: Program) -> None:
    banners = Banners(program.window)
    banners.float_over(program.window)
    messages = Messages()
    messages.listen(banners)
    messages.success("trôi", key="a")
    messages.warning("ở lại", key="a")
    assert [b.message.text for b in banners.banners()] == ["ở lại"]
    assert not banners.isHidden()


# --- settings ---
def test_the_wheel_scrolls_past_the_settings(program: Program) -> None:
    program.window.actions_["settings"].trigger()
    page = program.window.findChild(SettingsPage)
    assert isinstance(page, SettingsPage)
    box = page.rows["scan.colour"].control.main
    assert isinstance(box, QComboBox)
    at = box.currentIndex()
    for turn in (-120, 120, -120):
        event = QWheelEvent(
            QPointF(5, 5), box.mapToGlobal(QPointF(5, 5)), QPoint(0, 0), QPoint(0, turn), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(box, event)
        assert box.currentIndex() == at
        assert not event.isAccepted()


def test_enter_in_the_code_connects(program: Program) -> None:
    program.window.actions_["settings"].trigger()
    card = program.window.findChild(ArchiveCard)
    assert isinstance(card, ArchiveCard)
    QTest.keyClick(card.code, Qt.Key.Key_Return)
    assert any("địa chỉ máy chủ" in label.text() for label in card.findChildren(type(card.remember)))


# --- dossiers ---
def test_all_of_a_dossier_can_be_edited(qtbot: QtBot, program: Program, stocked: Services) -> None:
    assert stocked.workspace is not None
    with stocked.workspace.catalog.read() as session:
        dossier = queries.dossier_rows(session)[0]
    saved: list[int] = []
    dialog = open_edit_dossier(program.window, stocked, dossier.id, saved.append)
    assert dialog.cells["title"].editor.text() == dossier.title
    dialog.cells["paper_file_code"].editor.set_text("K1.G1.H1.01")
    dialog.verb_button.click()
    assert saved == [dossier.id]
    settle(program)
    again = open_edit_dossier(program.window, stocked, dossier.id)
    assert again.cells["paper_file_code"].editor.text() == "K1.G1.H1.01"
    again.reject()


def test_documents_move_in_their_dossier(program: Program, library: LibraryPage, holding: list[int], stocked: Services) -> None:
    assert stocked.workspace is not None
    with stocked.workspace.catalog.read() as session:
        dossier = queries.dossier_rows(session)[0].id
    library.sidebar.choose(("dossier", dossier))
    settle(program)
    assert list(library.model.ids) == [holding[0], holding[1]]
    choose(program, library, holding[1])
    program.window.actions_["earlier"].trigger()
    settle(program)
    assert list(library.model.ids) == [holding[1], holding[0]]
    assert library.list.current == holding[1]
    program.window.actions_["by-date"].trigger()
    settle(program)
    assert list(library.model.ids) == [holding[0], holding[1]]


def test_moving_keeps_blocks_together() -> None:
    assert moved([1, 2, 3, 4], [2, 3], -1) == [2, 3, 1, 4]
    assert moved([1, 2, 3, 4], [2, 3], +1) == [1, 4, 2, 3]
    assert moved([1, 2, 3], [1, 3], -1) == [1, 3, 2]
    assert moved([1, 2, 3], [3], +1) == [1, 2, 3]


def test_the_contents_list_is_written_from_the_window(
    program: Program, library: LibraryPage, stocked: Services, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stocked.workspace is not None
    with stocked.workspace.catalog.read() as session:
        dossier = queries.dossier_rows(session)[0].id
    library.sidebar.choose(("dossier", dossier))
    settle(program)
    asked: list[str] = []
    out = tmp_path / "muc luc.docx"

    def answer(_parent: object, _title: str, name: str, _filters: object, then: object, *, purpose: str) -> None:
        asked.append(f"{purpose}: {name}")
        then(str(out))  # type: ignore[operator]

    monkeypatch.setattr("ui.outward.choose_new_file", answer)
    program.window.actions_["contents-list"].trigger()
    qtbot.waitUntil(lambda: any("mục lục" in b.message.text for b in program.window.banners.banners()))
    assert asked[0].startswith("contents-list: Muc luc 01.2024.TC")
    assert out.read_bytes().startswith(b"PK")
    assert packaging.contents_list(stocked.workspace, dossier, tmp_path / "b.docx").exists()
    assert filing.order_documents(stocked.workspace, dossier, []) is not None


# --- small things ---
def test_files_are_looked_for_where_one_was_last(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    chosen: list[list[str]] = []
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    dialog = choosing.choose_files(program.window, "Thêm tệp", ("Tệp (*.pdf)",), chosen.append, purpose="test")
    dialog.filesSelected.emit([str(tmp_path / "a.pdf")])
    dialog.close()
    assert chosen == [[str(tmp_path / "a.pdf")]]
    assert choosing.last_folder("test") == str(tmp_path)
    assert choosing.last_folder("never used") != str(Path.cwd())


def test_a_long_title_ends_in_dots(qtbot: QtBot, look: Theme) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    label.say("Hồ sơ sửa chữa Nhà văn hóa thôn Đông Hạ năm 2024")
    assert label.text().endswith("…")
    assert label.toolTip().endswith("2024")


def test_the_button_of_the_thumbnails_is_there_only_where_it_works(
    program: Program, library: LibraryPage, holding: list[int]
) -> None:
    choose(program, library, holding[0])
    viewer = library.details.viewer
    assert viewer.canvas.count == 2
    assert viewer.bar.thumbs.isHidden(), "the pane is too narrow for the strip"
    library.open_document(holding[0])
    program.window.resize(1600, 800)
    settle(program)
    assert not viewer.bar.thumbs.isHidden()
    assert isinstance(library.list.table.verticalScrollBar(), QScrollBar)
