"""The whole window over a real archive, worked as a clerk works it."""

from __future__ import annotations

import gettext
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import i18n
from app.services import Services
from storage import queries
from tests.ui.conftest import discard, settle
from tests.ui.stock import DOUBTFUL, PAGED
from ui.application import Program
from ui.learnt.page import LearntPage
from ui.pages.library import LibraryPage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def library(program: Program) -> LibraryPage:
    assert program.window.library is not None
    return program.window.library


def choose(program: Program, library: LibraryPage, document_id: int) -> None:
    library.list.wish(document_id)
    settle(program)
    assert library.list.current == document_id


def test_window_comes_before_the_archive() -> None:
    """Importing the window must not import what only an open archive needs."""
    heavy = "{'sqlalchemy', 'alembic', 'babel', 'cryptography', 'pikepdf', 'pyhanko', 'cv2', 'numpy', 'lxml'}"
    code = f"import sys, ui.application; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_library_shows_the_holding(program: Program, library: LibraryPage) -> None:
    assert library.model.rowCount() == 5
    assert library.list._title.text() == "Tất cả văn bản"
    assert library.list._number.text() == "5 văn bản"
    assert program.window.top.isVisible()
    assert program.window.actions_["sign"].isEnabled()
    assert library.list.selected == [library.model.id_at(0)]


def test_shelf_narrows_the_list(program: Program, library: LibraryPage, holding: list[int]) -> None:
    library.sidebar.choose(("to_sign", 0))
    settle(program)
    assert list(library.model.ids) == [holding[0]]
    library.sidebar.choose(("deleted", 0))
    settle(program)
    assert library.list._stack.currentWidget() is library.list.empty
    assert "Thùng rác trống" in [label.text() for label in library.list.empty.findChildren(QLabel)]
    assert not program.window.actions_["trash"].isEnabled()


def test_choosing_shows_pages_and_fields(program: Program, library: LibraryPage, holding: list[int]) -> None:
    choose(program, library, holding[PAGED])
    assert library.details.viewer.canvas.count == 2
    assert library.details.form.cells["codeNumber"].editor.text() == "125"
    assert library.details.form.cells["typeName"].editor.text() == "Quyết định"
    assert library.details.form._lists["pages"].findChildren(QLabel)


def test_search_finds_without_accents_and_opens_at_the_word(program: Program, library: LibraryPage, holding: list[int]) -> None:
    field = program.window.top.search
    QTest.keyClicks(field, "nha van hoa")
    settle(program)
    assert library.searching
    assert [hit.id for hit in library.results.model.hits] == [holding[PAGED]]
    assert library.results.model.hits[0].page == 2
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(program)
    assert library._middle.currentWidget() is library.document
    assert library.details.viewer.page == 2
    assert library.details.viewer.canvas.hits
    QTest.keyClick(library.document, Qt.Key.Key_Escape)
    assert library._middle.currentWidget() is library.results
    QTest.keyClick(field, Qt.Key.Key_Escape)
    settle(program)
    assert not library.searching
    assert library._middle.currentWidget() is library.list


def test_search_that_finds_nothing_says_what_to_try(program: Program, library: LibraryPage) -> None:
    program.window.top.search.setText("khong co tu nay")
    settle(program)
    assert library.results._stack.currentWidget() is library.results._nothing


def test_typed_field_is_saved_and_undone(program: Program, library: LibraryPage, holding: list[int], stocked: Services) -> None:
    choose(program, library, holding[1])
    program.window.actions_["describe"].trigger()
    settle(program)
    assert library._middle.currentWidget() is library.document
    library.details.form.put_text("subject", "Trích yếu do người làm gõ")
    settle(program)
    assert stocked.workspace is not None

    def subject() -> str:
        assert stocked.workspace is not None
        with stocked.workspace.catalog.read() as session:
            return queries.document_rows(session, [holding[1]])[0].subject

    assert subject() == "Trích yếu do người làm gõ"
    assert library.details.form._title.text() == "36/TTr-VP"
    program.window.actions_["undo"].trigger()
    settle(program)
    assert subject() == "Xin ý kiến về thời hạn bảo quản"
    program.window.actions_["redo"].trigger()
    settle(program)
    assert subject() == "Trích yếu do người làm gõ"


def test_refused_value_is_told_beside_the_field(program: Program, library: LibraryPage, holding: list[int]) -> None:
    choose(program, library, holding[1])
    library.details.form.put_text("issuedDate", "31/02/2024")
    settle(program)
    assert library.details.form.cells["issuedDate"].state.doubtful


def test_confirming_moves_to_the_next_shelf(program: Program, library: LibraryPage, holding: list[int]) -> None:
    choose(program, library, holding[DOUBTFUL])
    program.window.actions_["confirm"].trigger()
    settle(program)
    row = library.model.row_at(library.model.row_of(holding[DOUBTFUL]))
    assert row is not None
    assert row.state == "confirmed"
    assert "Đã xác nhận 1 văn bản." in [b.message.text for b in program.window.banners.banners()]


def test_bin_and_back(program: Program, library: LibraryPage, holding: list[int]) -> None:
    choose(program, library, holding[3])
    program.window.actions_["trash"].trigger()
    settle(program)
    assert holding[3] not in library.model.ids
    library.sidebar.choose(("deleted", 0))
    settle(program)
    assert list(library.model.ids) == [holding[3]]
    program.window.actions_["restore"].trigger()
    settle(program)
    assert list(library.model.ids) == []


def test_filing_by_drag_and_by_dialog(program: Program, library: LibraryPage, holding: list[int]) -> None:
    dossier = next(node for key, node in library.sidebar.model_._by_key.items() if key[0] == "dossier")
    library.filed.emit([holding[4]], dossier.id)
    settle(program)
    assert dossier.count == 3
    choose(program, library, holding[3])
    program.window.actions_["file"].trigger()
    settle(program)
    dialog = program.window.findChild(QDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.field, "to chuc")  # type: ignore[attr-defined]
    assert dialog.list.count() == 1  # type: ignore[attr-defined]
    dialog._choose()  # type: ignore[attr-defined]
    settle(program)
    assert dossier.count == 4


def test_dossier_can_be_renamed_but_not_to_a_taken_code(program: Program, library: LibraryPage) -> None:
    key = next(key for key in library.sidebar.model_._by_key if key[0] == "dossier")
    library.sidebar.choose(key)
    settle(program)
    program.window.actions_["edit-dossier"].trigger()
    dialog = program.window.findChild(QDialog)
    assert dialog is not None
    dialog.cells["title"].editor.set_text("Tên mới")  # type: ignore[attr-defined]
    dialog.verb_button.click()  # type: ignore[attr-defined]
    settle(program)
    assert library.sidebar.node.title == "Tên mới"
    assert library.sidebar.key == key, "the choice stays through a rebuilt tree"


def test_files_let_go_over_the_window_are_imported(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "van-ban.pdf"
    file.write_bytes(b"%PDF-1.7")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)), QUrl("https://example.com/x.pdf")])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    entered = QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, left, none, QEvent.Type.DragEnter)
    program.window.dragEnterEvent(entered)  # type: ignore[arg-type]
    assert entered.isAccepted()
    assert program.window._veil.isVisible()
    program.window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, left, none))
    assert not program.window._veil.isVisible()
    dialog = program.window.findChild(QDialog)
    assert dialog is not None
    assert dialog.paths() == [file]  # type: ignore[attr-defined]


def test_undescribed_package_and_missing_server_are_told(program: Program, library: LibraryPage, holding: list[int]) -> None:
    choose(program, library, holding[3])
    program.window.actions_["package"].trigger()
    program.window.actions_["sync"].trigger()
    said = [b.message.text for b in program.window.banners.banners()]
    assert "Các văn bản này chưa nằm trong hồ sơ nào." in said
    assert "Chưa cài đặt máy chủ trung tâm." in said


def test_copies_are_saved(program: Program, holding: list[int], stocked: Services, tmp_path: Path) -> None:
    from app.jobs import Job
    from ui.copies import save_copies

    assert stocked.workspace is not None
    (tmp_path / "125-QĐ-UBND.png").write_bytes(b"there before")
    job = Job()
    assert save_copies(job, stocked.workspace, [holding[PAGED], holding[1], 999], tmp_path) == 1
    assert (tmp_path / "125-QĐ-UBND.png").read_bytes() == b"there before"
    assert (tmp_path / "125-QĐ-UBND (2).png").read_bytes().startswith(b"\x89PNG")
    assert [problem.code for problem in job.problems] == ["document.no_file", "document.no_file"]


def test_archive_is_proved_whole(program: Program, qtbot: QtBot) -> None:
    program.window.actions_["check-archive"].trigger()
    qtbot.waitUntil(lambda: any("Kho nguyên vẹn" in b.message.text for b in program.window.banners.banners()))
    program.window.actions_["jobs"].trigger()
    assert program.jobs is not None
    assert program.jobs.isVisible()
    QTest.keyClick(program.jobs, Qt.Key.Key_Escape)
    assert not program.jobs.isVisible()


def test_layout_is_remembered(program: Program, library: LibraryPage, stocked: Services) -> None:
    header = library.list.table.horizontalHeader()
    header.resizeSection(0, 201)
    header.moveSection(header.visualIndex(5), 0)
    library.splitter.setSizes([300, 500, 500])
    program.window.close()
    kept = json.loads(stocked.settings["ui.window"])
    table = json.loads(kept["library"]["table"])
    assert table["widths"][0] == 201
    assert table["order"][0] == 5
    assert kept["library"]["panes"] == library.splitter.sizes()


def test_panes_come_back_as_they_were(qapp: QApplication, stocked: Services) -> None:
    panes = [200, 700, 400]
    stocked.settings.set("ui.window", json.dumps({"library": {"panes": panes}}))
    again = Program(qapp, stocked)
    again.window.resize(1302, 768)
    again.window.show()
    assert stocked.workspace is not None
    again._opened(stocked.workspace)
    settle(again)
    assert again.window.library is not None
    now = again.window.library.layout_words()["panes"]
    assert all(abs(one - then) <= 4 for one, then in zip(now, panes, strict=True)), now
    discard(again)


@pytest.mark.parametrize("words", ["", "{", "[]", '{"order": [0]}', '{"order": [0,1,2,3,4,5], "widths": ["x"], "sort": 1}'])
def test_broken_layout_is_passed_over(program: Program, library: LibraryPage, words: str) -> None:
    library.list.table.restore_layout(words)
    library.restore_layout({"panes": ["x"], "table": 5, "open": [[1]], "details": []})
    assert library.list.table.horizontalHeader().count() == 6


def test_help_and_settings_come_and_go(program: Program, library: LibraryPage) -> None:
    pages = program.window.pages
    program.window.actions_["help"].trigger()
    program.window.actions_["settings"].trigger()
    assert pages.currentWidget() is not library
    QTest.keyClick(pages.currentWidget(), Qt.Key.Key_Escape)
    assert pages.currentWidget() is library
    assert pages.count() == 1


def test_enter_presses_the_button_that_has_the_focus(program: Program, library: LibraryPage) -> None:
    program.window.actions_["learnt"].trigger()
    settle(program)
    page = program.window.pages.currentWidget()
    assert isinstance(page, LearntPage)
    page.forget_button.setFocus()
    QTest.keyClick(page.forget_button, Qt.Key.Key_Return)
    assert page.keep_button.isVisible()
    QTest.keyClick(page.keep_button, Qt.Key.Key_Enter)
    assert not page.keep_button.isVisible()
    back = page.findChildren(QToolButton)[0]
    back.setFocus()
    QTest.keyClick(back, Qt.Key.Key_Return)
    assert program.window.pages.currentWidget() is library


def test_theme_and_density_from_the_menu(program: Program, stocked: Services) -> None:
    program.window.actions_["dark"].trigger()
    assert stocked.settings["ui.theme"] == "dark"
    assert program.look.look == "dark"
    before = program.look.row_height
    program.window.actions_["compact"].trigger()
    assert program.look.row_height < before


def test_tab_leaves_the_table(program: Program, library: LibraryPage) -> None:
    program.window.activateWindow()
    library.list.table.setFocus()
    QTest.keyClick(library.list.table, Qt.Key.Key_Tab)
    assert not library.list.table.hasFocus()
    assert not library.list.table.tabKeyNavigation()


@pytest.mark.parametrize("paged", [True, False])
def test_tab_goes_round_the_whole_window(program: Program, library: LibraryPage, holding: list[int], paged: bool) -> None:
    choose(program, library, holding[PAGED] if paged else holding[3])
    program.window.activateWindow()
    library.sidebar.setFocus()
    seen = [QApplication.focusWidget()]
    for _step in range(200):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() is seen[0]:
            break
        seen.append(QApplication.focusWidget())
    assert QApplication.focusWidget() is seen[0], "Tab comes back to where it began"
    assert len(set(map(id, seen))) == len(seen)
    assert {library.list.table, program.window.top.search} <= set(seen)
    assert library.details.form.cells["subject"].editor.widget in seen


def walk(program: Program, library: LibraryPage, holding: list[int]) -> Iterator[str]:
    """Puts every page of the window on screen, one after the other; yields its name."""
    choose(program, library, holding[PAGED])
    yield "library"
    program.window.actions_["describe"].trigger()
    settle(program)
    yield "document"
    library.close_document()
    program.window.top.search.setText("quyet dinh")
    settle(program)
    yield "search"
    program.window.top.search.clear()
    for key in ("settings", "help"):
        program.window.actions_[key].trigger()
        settle(program)
        yield key
        program.window.back()
    program.window.actions_["commands"].trigger()
    yield "palette"
    program.window.palette_.close_palette()
    program.window.actions_["jobs"].trigger()
    program.messages.warning("Có việc cần xem.", "Xin xem lại.", action=("Xem", lambda: None))
    yield "jobs"


def name_of(widget: QWidget) -> str:
    """What a screen reader says: the accessible name, else the words on it, else its label's."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton):
        return widget.text()
    for label in widget.window().findChildren(QLabel):
        if label.buddy() is widget:
            return label.text()
    return ""


def test_everything_that_takes_the_focus_has_a_name(program: Program, library: LibraryPage, holding: list[int]) -> None:
    nameless = set()
    for page in walk(program, library, holding):
        for widget in program.window.findChildren(QWidget):
            reachable = widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            inner = isinstance(widget.parent(), QComboBox | QAbstractItemView | QScrollArea) and widget.focusProxy() is None
            if reachable and not inner and widget.focusProxy() is None and not name_of(widget):
                nameless.add(f"{page}: {type(widget).__name__} in {type(widget.parent()).__name__}")
    assert nameless == set()


def test_nothing_is_left_in_english(program: Program, library: LibraryPage, holding: list[int]) -> None:
    """Words of the source language on a Vietnamese screen, found by what English has and Vietnamese has not."""
    common = {
        "the",
        "and",
        "of",
        "is",
        "are",
        "with",
        "this",
        "for",
        "not",
        "your",
        "open",
        "close",
        "file",
        "document",
        "page",
        "search",
        "settings",
    }
    english = set()
    for page in walk(program, library, holding):
        for widget in program.window.findChildren(QWidget):
            if not widget.isVisible() or isinstance(widget, QLineEdit):
                continue
            text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
            for words in (text, widget.toolTip(), widget.accessibleName()):
                if common & set(words.lower().replace("&", "").split()):
                    english.add(f"{page}: {words}")
    assert english == set()


class Longer(gettext.NullTranslations):
    """Vietnamese with every text four tenths longer."""

    def __init__(self, below: gettext.NullTranslations) -> None:
        super().__init__()
        self._below = below

    def gettext(self, message: str) -> str:
        text = self._below.gettext(message)
        return text + "ờ" * (len(text.replace("&", "")) * 2 // 5)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        text = self._below.ngettext(msgid1, msgid2, n)
        return text + "ờ" * (len(text) * 2 // 5)


def test_longer_words_are_not_cut(qapp: object, stocked: Services, holding: list[int]) -> None:
    i18n.set_language("vi")
    below = i18n._active()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "_load", lambda _code: Longer(below))
        program = Program(qapp, stocked)  # type: ignore[arg-type]
        program.window.resize(1366, 768)
        program.window.show()
        assert stocked.workspace is not None
        program._opened(stocked.workspace)
        settle(program)
        library = program.window.library
        assert library is not None
        cut = set()
        for page in walk(program, library, holding):
            for button in program.window.findChildren(QAbstractButton):
                words = button.text().replace("&", "")
                need = button.fontMetrics().horizontalAdvance(words)
                icon_only = (
                    isinstance(button, QToolButton) and button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
                )
                if button.isVisible() and words and not icon_only and button.width() < need:
                    cut.add(f"{page}: {words}")
        discard(program)
    i18n.set_language("vi")
    assert cut == set()
