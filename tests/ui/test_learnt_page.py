"""The page of what was learnt, over a real archive and the real reader of handwriting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.describe.handwriting import recurrent
from app.describe.handwriting.reader import SlotReader
from app.desk import describing
from app.desk.hands import Practice, Standing, Story
from app.services import Services
from tests.ui.proof.hands import click, nameless
from ui.jobs import JobsBridge
from ui.learnt.cards import HandsCard
from ui.learnt.page import LearntPage
from ui.theme import Theme


@pytest.fixture
def page(qtbot: QtBot, look: Theme, stocked: Services, holding: list[int]) -> Iterator[LearntPage]:
    """Over an archive with one confirmed document."""
    bridge = JobsBridge()
    stocked.watch(bridge)
    assert stocked.workspace is not None
    describing.edit(stocked.workspace, holding[0], {"codeNumber": "126"})
    made = LearntPage(stocked, bridge)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    with qtbot.waitSignal(made.listed):
        made.load()
    yield made
    bridge.close()


def asked(page: LearntPage) -> QFileDialog:
    """The dialog for files that is open."""
    return next(dialog for dialog in page.findChildren(QFileDialog) if dialog.isVisible())


def chosen(qtbot: QtBot, page: LearntPage, path: Path) -> None:
    """Gives the file to the dialog that asks for one, and waits until all is shown anew."""
    dialog = asked(page)
    with qtbot.waitSignal(page.listed):
        dialog.fileSelected.emit(str(path))
        dialog.filesSelected.emit([str(path)])
    dialog.reject()


def test_it_says_what_is_known_and_what_to_do_first(page: LearntPage) -> None:
    assert page.suggestions._here.text() == "1 văn bản đã xác nhận"
    assert page.hands._state.text() == "Bộ đọc có sẵn của chương trình"
    assert page.hands._learnt.text() == "Chưa luyện lần nào."
    assert not page.hands.undo.isEnabled()
    assert page.hands.undo.toolTip() == "Chưa luyện chữ viết tay của cơ quan."
    assert nameless(page) == []


def test_page_down_reads_on_whatever_has_the_focus(page: LearntPage) -> None:
    page.resize(1000, 300)
    bar = page.scrolled.verticalScrollBar()
    for button in (page.hands.now, page.forget_button):
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_PageDown)
        assert bar.value() > 0
        QTest.keyClick(button, Qt.Key.Key_PageUp)
        assert bar.value() == 0


def test_too_few_numbers_are_said_and_change_nothing(qtbot: QtBot, page: LearntPage) -> None:
    page.hands.now.setFocus()
    with qtbot.waitSignal(page.listed):
        QTest.keyClick(page.hands.now, Qt.Key.Key_Space)
        assert page.stop_button.isVisible()
        assert not page.hands.now.isEnabled()
    assert page.notice.text().startswith("Còn quá ít số và ngày tháng")
    assert not page.stop_button.isVisible()
    assert page.hands.now.hasFocus()


def test_a_hand_is_brought_in_handed_on_taken_back_and_forgotten(qtbot: QtBot, page: LearntPage, tmp_path: Path) -> None:
    file, written = tmp_path / "hand.npz", tmp_path / "written.npz"
    file.write_bytes(recurrent.to_bytes(SlotReader().shipped))
    click(page.hands.take)
    chosen(qtbot, page, file)
    assert page.hands._state.text() == "Nét chữ của cơ quan này"
    assert page.hands._learnt.text().startswith("Nhận từ máy khác ngày ")
    click(page.hands.give)
    chosen(qtbot, page, written)
    assert written.read_bytes() == file.read_bytes()
    with qtbot.waitSignal(page.listed):
        click(page.hands.undo)
    assert page.notice.text() == "Đã bỏ lần luyện gần nhất."
    assert page.hands._state.text() == "Bộ đọc có sẵn của chương trình"

    click(page.forget_button)
    assert page.focusWidget() is page.keep_button  # Enter alone forgets nothing
    click(page.keep_button)
    assert page.focusWidget() is page.forget_button
    assert page.suggestions._here.text() == "1 văn bản đã xác nhận"
    click(page.forget_button)
    with qtbot.waitSignal(page.listed):
        click(page.sure_button)
    assert page.suggestions._here.text().startswith("Chưa có gì.")
    assert not page.suggestions.give.isEnabled()
    with qtbot.waitSignal(page.listed):
        click(page.suggestions.again)
    assert page.notice.text() == "Đã học lại từ 1 văn bản."


def test_a_file_of_another_kind_is_refused_in_words(qtbot: QtBot, page: LearntPage, tmp_path: Path) -> None:
    (tmp_path / "hand.npz").write_bytes(b"no weights")
    click(page.hands.take)
    dialog = asked(page)
    dialog.filesSelected.emit([str(tmp_path / "hand.npz")])
    dialog.reject()
    qtbot.waitUntil(lambda: bool(page.notice.text()))
    assert page.notice.kind == "danger"
    assert "Tệp này không chứa chữ viết tay" in page.notice.text()


def test_how_well_it_reads_is_said_before_and_after(qtbot: QtBot, look: Theme) -> None:
    card = HandsCard()
    qtbot.addWidget(card)
    kept = Story("2026-11-20T09:00:00.000+07:00", Practice(58, 170, 34, (27, 33), True))
    vain = Story("2026-11-27T09:00:00.000+07:00", Practice(80, 200, 40, (38, 37), False))
    card.tell(Standing(True, kept, vain, 83, 3))
    assert card._learnt.text() == (
        "Ngày 20/11/2026, từ 170 số viết tay trong 58 văn bản\nLuyện lại ngày 27/11/2026: đọc không khá hơn nên giữ nguyên."
    )
    assert card._better.text() == "Trong 34 mẫu để riêng, trước đọc đúng 27, nay đọc đúng 33 (79 → 97 %)."
    assert card._next.text() == "3 văn bản; thêm 17 văn bản nữa thì tự luyện"
    card.tell(Standing(False, None, None, 25, 25))
    assert card._next.text() == "25 văn bản, đủ để luyện tiếp"
