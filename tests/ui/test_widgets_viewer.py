from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app import i18n
from storage.records.reading import Box
from tests.ui.widgets_pages import DrawnPages
from ui import theme
from ui.widgets.page_layout import A4, MARGIN, Fit, PageLayout, natural_size, next_zoom, turned
from ui.widgets.page_viewer import Hit, PageViewer


@pytest.fixture
def viewer(qtbot: QtBot) -> Iterator[PageViewer]:
    i18n.set_language("vi")
    widget = PageViewer()
    qtbot.addWidget(widget)
    widget.resize(900, 700)
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    widget.canvas.loader.close()


def show(qtbot: QtBot, viewer: PageViewer, source: DrawnPages) -> None:
    viewer.set_source(source)
    qtbot.waitUntil(lambda: viewer.canvas.loader.image(1) is not None and viewer.canvas.text(1) is not None)


def spot(viewer: PageViewer, page: int, box: Box, x: float = 0.5) -> QPoint:
    left, top, width, height = viewer.canvas.layout_.box_rect(page, box)
    return QPoint(
        round(left + width * x - viewer.canvas.horizontalScrollBar().value()),
        round(top + height / 2 - viewer.canvas.verticalScrollBar().value()),
    )


def drag(viewer: PageViewer, start: QPoint, end: QPoint) -> None:
    port = viewer.canvas.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(port, (start + end) / 2)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def wheel(viewer: PageViewer, at: QPoint, notches: int, modifiers: Qt.KeyboardModifier) -> None:
    port = viewer.canvas.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(port.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, event)


def test_dragging_over_words_and_ctrl_c_gives_nfc_text_in_reading_order(qtbot: QtBot, viewer: PageViewer) -> None:
    source = DrawnPages()
    show(qtbot, viewer, source)
    words = source.words(1).words
    first = next(w for w in words if w.text.startswith("Số"[0]) and w.line == 2)
    last = next(w for w in words if w.line == 3)
    drag(viewer, spot(viewer, 1, first.box), spot(viewer, 1, last.box))
    QGuiApplication.clipboard().setText("trước đó")
    QTest.keyClick(viewer.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Số: 0417/BC-UBND Mỹ Đức, ngày 11 tháng 4 năm 2024\n\nBÁO"


def test_dragging_backwards_chooses_the_same(qtbot: QtBot, viewer: PageViewer) -> None:
    source = DrawnPages()
    show(qtbot, viewer, source)
    line = [w for w in source.words(1).words if w.line == 1]
    drag(viewer, spot(viewer, 1, line[2].box), spot(viewer, 1, line[0].box))
    assert viewer.selected_text() == "HUYỆN MỸ ĐỨC"


def test_double_click_takes_a_word_and_a_third_its_line(qtbot: QtBot, viewer: PageViewer) -> None:
    source = DrawnPages()
    show(qtbot, viewer, source)
    word = next(w for w in source.words(1).words if w.line == 3)
    port, at = viewer.canvas.viewport(), spot(viewer, 1, word.box)
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(port, button, none, at)
    QTest.mouseDClick(port, button, none, at)
    assert viewer.selected_text() == "BÁO"
    QTest.mousePress(port, button, none, at)
    assert viewer.selected_text() == "BÁO CÁO"
    QTest.mouseRelease(port, button, none, at)


def test_select_all_takes_the_page_and_escape_lets_go(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages())
    QTest.keyClick(viewer.canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert viewer.selected_text().endswith("Trang 1")
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert viewer.selected_text() == ""


def test_an_empty_view_says_whether_a_document_is_chosen(viewer: PageViewer) -> None:
    words = viewer.findChildren(QLabel)
    assert any(label.text().startswith("Hãy chọn một văn bản") and label.isVisible() for label in words)
    viewer.set_source(DrawnPages(0))
    assert any(label.text() == "Văn bản này chưa có trang để xem." and label.isVisible() for label in words)


def test_a_new_document_forgets_the_selection(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages())
    QTest.keyClick(viewer.canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    show(qtbot, viewer, DrawnPages(2))
    assert viewer.selected_text() == ""
    assert viewer.bar.place.text() == "Trang 1/2"


def test_fit_width_and_fit_page_follow_the_window(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages())
    canvas = viewer.canvas
    view, natural = canvas.viewport(), (595 / 72 * 96, 842 / 72 * 96)
    assert canvas.zoom == pytest.approx((view.width() - 2 * MARGIN) / natural[0])
    viewer.resize(1200, 700)
    qtbot.waitUntil(lambda: canvas.zoom == pytest.approx((view.width() - 2 * MARGIN) / natural[0]))
    QTest.mouseClick(viewer.bar.page, Qt.MouseButton.LeftButton)
    assert canvas.zoom == pytest.approx((view.height() - 2 * MARGIN) / natural[1])
    assert viewer.bar.page.isChecked()
    assert not viewer.bar.width_.isChecked()


def test_life_size_and_the_zoom_keys(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages())
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(viewer.canvas, Qt.Key.Key_1, control)
    assert viewer.bar.zoom.text() == "100 %"
    _left, _top, width, height = viewer.canvas.layout_.rect(1)
    assert (width, height) == pytest.approx((595 / 72 * 96, 842 / 72 * 96))
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Plus, control)
    assert viewer.canvas.zoom == 1.1
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Minus, control)
    assert viewer.canvas.zoom == 1.0


def test_ctrl_wheel_zooms_about_the_mouse(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages())
    canvas, at = viewer.canvas, QPoint(300, 350)
    before = canvas.layout_.locate(300 + canvas.horizontalScrollBar().value(), 350 + canvas.verticalScrollBar().value())
    zoom = canvas.zoom
    wheel(viewer, at, 4, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == pytest.approx(zoom * 1.15**4)
    after = canvas.layout_.locate(300 + canvas.horizontalScrollBar().value(), 350 + canvas.verticalScrollBar().value())
    assert before is not None
    assert after is not None
    assert after == pytest.approx(before, abs=0.004)
    top = canvas.verticalScrollBar().value()
    wheel(viewer, at, -1, Qt.KeyboardModifier.NoModifier)
    assert canvas.verticalScrollBar().value() > top


def test_page_keys_thumbnails_and_the_place(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages(5))
    QTest.keyClick(viewer.canvas, Qt.Key.Key_PageDown)
    assert viewer.bar.place.text() == "Trang 2/5"
    assert viewer.thumbs.currentIndex().row() == 1
    QTest.keyClick(viewer.canvas, Qt.Key.Key_End)
    assert viewer.page == 5
    assert not viewer.bar.next.isEnabled()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_PageUp)
    assert viewer.page == 4
    QTest.keyClick(viewer.thumbs, Qt.Key.Key_Up)
    assert viewer.page == 3
    rect = viewer.thumbs.visualRect(viewer.thumbs.model().index(1, 0))
    QTest.mouseClick(viewer.thumbs.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center())
    assert viewer.page == 2
    qtbot.waitUntil(lambda: viewer.canvas.loader.thumb(2) is not None)


def test_only_what_is_in_view_is_fetched_and_never_on_the_windows_thread(qtbot: QtBot, viewer: PageViewer) -> None:
    viewer.bar.thumbs.setChecked(False)
    source = DrawnPages(200)
    show(qtbot, viewer, source)
    qtbot.waitUntil(lambda: 2 in source.asked)
    viewer.go_to_page(150)
    qtbot.waitUntil(lambda: viewer.canvas.loader.image(150) is not None)
    assert set(source.asked) <= {1, 2, 3, 149, 150, 151, 152}
    assert threading.current_thread().name not in source.threads


def test_memory_stays_bounded(qtbot: QtBot) -> None:
    viewer = PageViewer(limit_mb=3)
    qtbot.addWidget(viewer)
    viewer.resize(700, 500)
    viewer.show()
    source = DrawnPages(12)
    show(qtbot, viewer, source)
    for page in range(1, 13):
        viewer.go_to_page(page)
        qtbot.waitUntil(lambda page=page: viewer.canvas.loader.image(page) is not None)
    one = 620 * 877 * 4
    assert viewer.canvas.loader.kept_bytes <= 3 * 1024 * 1024 + one * 2
    assert viewer.canvas.loader.image(1) is None
    viewer.canvas.loader.close()


def test_nothing_moves_when_late_images_of_other_sizes_arrive(qtbot: QtBot, viewer: PageViewer) -> None:
    gate = threading.Event()
    source = DrawnPages(30, slow=gate, sized=False)
    viewer.set_source(source)
    viewer.go_to_page(20)
    top = viewer.canvas.layout_.rect(20)[1] - viewer.canvas.verticalScrollBar().value()
    gate.set()
    qtbot.waitUntil(lambda: viewer.canvas.loader.image(20) is not None)
    assert viewer.page == 20
    assert viewer.canvas.layout_.rect(20)[1] - viewer.canvas.verticalScrollBar().value() == pytest.approx(top, abs=2)


def test_a_broken_page_says_so_and_the_others_are_shown(qtbot: QtBot, viewer: PageViewer) -> None:
    source = DrawnPages(3, broken=2)
    show(qtbot, viewer, source)
    viewer.go_to_page(2)
    qtbot.waitUntil(lambda: viewer.canvas.loader.error(2) == "Tệp hỏng. Hãy quét lại trang này.")
    viewer.go_to_page(3)
    qtbot.waitUntil(lambda: viewer.canvas.loader.image(3) is not None)


def test_hits_are_marked_on_the_page_and_stepped_through(qtbot: QtBot, viewer: PageViewer) -> None:
    source = DrawnPages(5)
    show(qtbot, viewer, source)
    box = source.words(1).words[0].box
    viewer.show_hits([Hit(1, (box,)), Hit(4, (box,))], current=0)
    assert viewer.bar.hits.text() == "Tìm thấy 1/2"
    at = spot(viewer, 1, box, 0.97)
    marked = viewer.canvas.viewport().grab().toImage().pixelColor(at)
    assert marked == QColor(theme.LIGHT.mark)
    QTest.mouseClick(viewer.bar.hit_down, Qt.MouseButton.LeftButton)
    assert viewer.page == 4
    assert viewer.bar.hits.text() == "Tìm thấy 2/2"
    QTest.mouseClick(viewer.bar.hit_down, Qt.MouseButton.LeftButton)
    assert viewer.page == 1


def test_evidence_is_framed_and_brought_into_view(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages(5))
    box = (0.2, 0.9, 0.4, 0.93)
    viewer.show_evidence(3, box)
    assert viewer.page == 3
    at = spot(viewer, 3, box)
    assert viewer.canvas.viewport().rect().contains(at)
    qtbot.waitUntil(lambda: viewer.canvas.loader.image(3) is not None)
    assert viewer.canvas.viewport().grab().toImage().pixelColor(at) != QColor("white")


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_drawn_box_is_in_fractions_of_the_upright_page(qtbot: QtBot, viewer: PageViewer, turns: int) -> None:
    show(qtbot, viewer, DrawnPages(2))
    QTest.mouseClick(viewer.bar.page, Qt.MouseButton.LeftButton)
    for _turn in range(turns):
        QTest.mouseClick(viewer.bar.right, Qt.MouseButton.LeftButton)
    viewer.start_box_drawing("Trích yếu")
    wanted = (0.1, 0.2, 0.6, 0.3)
    left, top, width, height = viewer.canvas.layout_.box_rect(1, wanted)
    shift = viewer.canvas.verticalScrollBar().value()
    with qtbot.waitSignal(viewer.box_drawn) as drawn:
        drag(
            viewer,
            QPoint(round(left), round(top - shift)),
            QPoint(round(left + width), round(top + height - shift)),
        )
    page, box = drawn.args
    assert page == 1
    assert box == pytest.approx(wanted, abs=0.006)
    assert not viewer.canvas.drawing


def test_escape_leaves_box_drawing(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages(1))
    viewer.start_box_drawing("Số")
    with qtbot.waitSignal(viewer.drawing_left):
        QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert not viewer.canvas.drawing


def test_turning_tells_the_shell_and_keeps_the_page(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages(3))
    viewer.go_to_page(2)
    with qtbot.waitSignal(viewer.rotated) as turned_:
        QTest.mouseClick(viewer.bar.left, Qt.MouseButton.LeftButton)
    assert turned_.args == [2, 270]
    assert viewer.page == 2
    _left, _top, width, height = viewer.canvas.layout_.rect(2)
    assert width > height


def test_without_a_document_a_sentence_and_no_live_buttons(qtbot: QtBot, viewer: PageViewer) -> None:
    viewer.set_source(None)
    assert viewer.bar.place.text() == ""
    assert not viewer.bar.right.isEnabled()
    viewer.start_box_drawing()
    assert not viewer.canvas.drawing


def test_a_narrow_pane_keeps_what_is_needed_most(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages(5))
    assert viewer.thumbs.isVisible()
    viewer.show_hits([Hit(1, ((0.1, 0.1, 0.2, 0.2),))])
    viewer.resize(330, 500)
    qtbot.waitUntil(lambda: not viewer.thumbs.isVisible())
    bar = viewer.bar
    shown = [
        w for w in (bar.previous, bar.place, bar.next, bar.hit_up, bar.hit_down, bar.zoom_in, bar.zoom_out) if w.isVisible()
    ]
    assert len(shown) == 7
    assert all(w.geometry().right() <= bar.width() for w in shown)
    viewer.resize(1000, 500)
    qtbot.waitUntil(lambda: viewer.thumbs.isVisible() and bar.left.isVisible() and bar.zoom.isVisible())


def test_the_menu_holds_all_the_bar_can_do(qtbot: QtBot, viewer: PageViewer) -> None:
    show(qtbot, viewer, DrawnPages(2))
    at = QPoint(100, 100)
    menu_event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, viewer.canvas.mapToGlobal(at))
    QApplication.sendEvent(viewer.canvas, menu_event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = [action.text() for action in menu.actions() if action.text()]
    assert names[0] == "Chép chữ đã chọn"
    turn = next(action for action in menu.actions() if action.text() == "Xoay trang sang phải")
    with qtbot.waitSignal(viewer.rotated) as rotated:
        turn.trigger()
    assert rotated.args == [1, 90]
    menu.close()


def test_arithmetic() -> None:
    assert natural_size(2480, 3508, 11811) == pytest.approx((2480 / 300 * 96, 3508 / 300 * 96), rel=1e-3)
    assert natural_size(2480, 3508, 3780)[1] == pytest.approx(A4[1], rel=1e-3)
    assert natural_size(2480, 3508, 0)[1] == pytest.approx(A4[1], rel=1e-3)
    assert [next_zoom(1.0, 1), next_zoom(1.03, -1), next_zoom(6.0, 1), next_zoom(0.1, -1)] == [1.1, 1.0, 6.0, 0.1]
    box = (0.1, 0.2, 0.3, 0.4)
    assert turned(turned(box, 90), -90) == pytest.approx(box)
    assert turned(box, 180) == pytest.approx((0.7, 0.6, 0.9, 0.8))
    layout = PageLayout(viewport=(500, 400))
    layout.reset([(100, 100)] * 3)
    assert list(layout.visible(0, 50)) == [1]
    assert list(layout.visible(layout.rect(1)[1] + 101, 50)) == [2]
    assert layout.fit_zoom(Fit.WIDTH, 1) == pytest.approx((500 - 2 * MARGIN) / 100)
    empty = PageLayout()
    assert (empty.page_at(10), list(empty.visible(0, 100)), empty.locate(1, 1)) == (0, [], None)
