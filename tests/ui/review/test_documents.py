"""The review, worked by keys as a clerk works it, document after document and with boxes."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.desk import describing, reviewing, undoing
from app.errors import AppError
from storage.records import Document
from tests.ui.review.conftest import ALT, CTRL, ENTER, SHIFT, Desk
from tests.ui.review_stock import WHY, truth
from ui.models.review import Pace
from ui.pages.review import DONE
from ui.pages.review_bar import ReviewDone


def test_three_documents_by_keys_alone(desk: Desk) -> None:
    one, two, three = desk.ids
    assert desk.place == (one, "codeNumber")
    desk.write("14")
    desk.key(ENTER)
    assert desk.place == (two, "codeNumber"), "the document is done: on to the next"
    desk.write("38")
    desk.key(ENTER)
    assert desk.place == (two, "issuedDate")
    desk.key(ENTER)
    assert desk.place == (three, "codeNotation")
    desk.key(ENTER)
    assert desk.page.part == DONE
    assert [desk.values(one)["codeNumber"], desk.values(two)["codeNumber"]] == ["14", "38"]
    assert desk.confirmed(two) == {"codeNumber", "issuedDate"}
    assert desk.confirmed(three) == {"codeNotation"}
    assert desk.page.pace.done == 3
    assert desk.page.pace.seconds == 7.0
    assert "3 văn bản" in desk.page.done._title.text()
    with desk.qtbot.waitSignal(desk.page.closed):
        desk.key(ENTER)


@pytest.mark.parametrize(
    ("name", "doubtful", "words"),
    [
        ("issuedDate", "01/01/2100", "tương lai"),
        ("codeNotation", "BC-UBND", "là của loại"),
        ("sheets", "17/02/2018", "12-15"),
    ],
)
def test_a_doubtful_value_is_said_before_one_goes_on(desk: Desk, name: str, doubtful: str, words: str) -> None:
    """The checks run when one has left the field; what was just typed is said while one is there, once."""
    one = desk.ids[0]
    before = desk.values(one)[name]
    desk.page.form.go_to(name)
    cell = desk.page.form.cells[name]
    cell.editor.widget.selectAll()
    desk.write(doubtful)
    desk.key(ENTER)
    assert desk.place == (one, name)
    assert re.search(words, cell._note.text())
    assert "Enter" in cell._note.text()
    assert desk.values(one)[name] == before, "not saved yet"
    desk.key(ENTER)
    assert desk.place != (one, name)
    assert desk.values(one)[name] == doubtful, "the clerk has the last word"


def test_crop_of_the_field_is_shown_enlarged(desk: Desk) -> None:
    cell = desk.page.form.cells["codeNumber"]
    assert cell.crop.isVisible()
    box = truth("01-to-trinh.jpg")["boxes"]["codeNumber"]["box"]
    assert cell.crop.box == pytest.approx(tuple(box))
    picture = cell.crop.grab().toImage()
    dark = sum(picture.pixelColor(x, y).lightness() < 110 for x in range(picture.width()) for y in range(picture.height()))
    assert dark > 300, "ink, not blank paper"
    assert cell.crop.height() > desk.page.form.cells["organName"].crop.height()
    assert desk.page.viewer.canvas.evidence == (1, tuple(box))


def test_fields_stand_in_the_order_of_the_page(desk: Desk) -> None:
    order = desk.page.form.order
    seen = [n for n in order if n in ("organName", "codeNumber", "codeNotation", "place", "issuedDate", "typeName", "signer")]
    assert seen == ["organName", "codeNumber", "codeNotation", "place", "issuedDate", "typeName", "signer"]
    assert order.index("signer") < order.index("urgency"), "what has no place comes below"
    cells = desk.page.form.cells
    assert cells["organName"].y() < cells["codeNumber"].y() < cells["signer"].y() < cells["keyword"].y()


def test_why_and_findings_stand_beside_the_field(desk: Desk) -> None:
    desk.key(Qt.Key.Key_Down, ALT)
    cell = desk.page.form.cells["codeNumber"]
    assert WHY in cell._note.text()
    assert cell._word.text() == "Cần kiểm tra"
    described = cell.editor.widget.accessibleDescription()
    assert WHY.rstrip(".") in described
    with desk.workspace.catalog.write("test") as transaction:
        transaction.session.get_one(Document, desk.ids[1]).issued_date = "31/02/2024"
    desk.settle()
    day = desk.page.form.cells["issuedDate"]
    assert "31/02/2024" in day._found.text()
    assert day._found.isVisible()
    desk.key(ENTER)
    assert desk.page.form.current == "issuedDate"
    desk.key(ENTER)
    assert not day._found.isVisible(), "the clerk said that it stands so on the paper"


def test_empty_needed_field_is_accepted_only_on_the_second_enter(desk: Desk) -> None:
    one = desk.ids[0]
    desk.key(ENTER)
    assert desk.place == (one, "codeNumber")
    assert "Còn trống" in desk.page.form.cells["codeNumber"]._note.text()
    desk.key(ENTER)
    assert desk.place[0] == desk.ids[1]
    assert desk.confirmed(one) == {"codeNumber"}
    assert desk.values(one)["codeNumber"] == ""


def test_shift_enter_goes_back_over_the_border_of_a_document(desk: Desk) -> None:
    one, two, _three = desk.ids
    desk.write("14")
    desk.key(ENTER)
    desk.key(ENTER)
    assert desk.place == (two, "issuedDate")
    desk.key(ENTER, SHIFT)
    assert desk.place == (two, "codeNumber")
    desk.key(ENTER, SHIFT)
    assert desk.place == (one, "codeNumber")


def test_skipping_leaves_the_field_doubtful(desk: Desk) -> None:
    one, two, three = desk.ids
    desk.key(Qt.Key.Key_F3)
    assert desk.place == (two, "codeNumber")
    desk.key(Qt.Key.Key_F3)
    desk.key(Qt.Key.Key_F3)
    assert desk.place == (three, "codeNotation")
    assert [desk.confirmed(one), desk.confirmed(two)] == [set(), set()]


def test_copy_from_the_document_before(desk: Desk) -> None:
    desk.key(Qt.Key.Key_D, CTRL)
    assert "đứng trước" in desk.page.form.cells["codeNumber"]._note.text()
    desk.key(Qt.Key.Key_Down, ALT)
    assert "đứng trước" not in desk.page.form.cells["codeNumber"]._note.text(), "it was said of the document before"
    desk.page.form.go_to("place")
    desk.page.form.cells["place"].put("sai")
    desk.key(Qt.Key.Key_D, CTRL)
    assert desk.page.form.cells["place"].editor.text() == "Hòa Thắng"
    desk.key(ENTER)
    assert desk.values(desk.ids[1])["place"] == "Hòa Thắng"


def test_wrong_values_stay_with_their_sentence_and_escape_takes_them_back(desk: Desk) -> None:
    desk.page.form.go_to("issuedDate")
    desk.write("31/02/2024")
    desk.key(ENTER)
    assert desk.page.form.current == "issuedDate"
    assert desk.page.form.cells["issuedDate"]._trouble
    with desk.qtbot.assertNotEmitted(desk.page.closed):
        desk.key(Qt.Key.Key_Escape)
    assert desk.page.form.cells["issuedDate"].editor.text() == "16/01/2024"
    desk.write("5/3")
    desk.key(ENTER)
    assert desk.values(desk.ids[0])["issuedDate"] == "05/03/2024", "the year need not be typed"


def test_digits_typed_over_the_page_go_into_the_field(desk: Desk) -> None:
    desk.page.viewer.canvas.setFocus()
    desk.write("14")
    assert desk.page.form.cells["codeNumber"].editor.text() == "14"
    desk.key(ENTER)
    assert desk.values(desk.ids[0])["codeNumber"] == "14"


def test_whole_document_is_confirmed_at_once(desk: Desk) -> None:
    desk.key(ENTER, CTRL | SHIFT)
    assert desk.place[0] == desk.ids[1]
    assert describing.fields_of(desk.workspace, desk.ids[0]).document.state == "confirmed"


def test_what_is_typed_is_saved_when_the_review_is_left(desk: Desk) -> None:
    desk.write("14")
    desk.page.leave()
    desk.settle()
    assert desk.values(desk.ids[0])["codeNumber"] == "14"


def test_the_next_document_is_at_hand_before_it_is_wanted(desk: Desk) -> None:
    kept = desk.page.desk.kept(desk.ids[1])
    assert kept is not None
    assert kept.pages.kept(1) is not None
    desk.page.step(1)
    assert desk.page.form.document is kept, "shown in the same moment"


def test_an_undo_shows_in_the_form(desk: Desk) -> None:
    desk.page.form.go_to("codeNumber")
    desk.write("15")
    desk.key(ENTER)
    desk.key(Qt.Key.Key_Up, ALT)
    assert desk.page.form.cells["codeNumber"].editor.text() == "15"
    with desk.qtbot.waitSignal(desk.page.undo_wanted):
        QTest.keyClick(desk.page.form.cells["codeNumber"].editor.widget, Qt.Key.Key_Z, CTRL)
    undoing.undo(desk.workspace)
    desk.settle()
    assert desk.page.form.cells["codeNumber"].editor.text() == ""
    assert desk.page.form.cells["codeNumber"].wants_look


def test_a_turned_page_turns_its_crops(desk: Desk) -> None:
    before = desk.page.form.cells["organName"].crop.box
    desk.page.viewer.canvas.turn(90)
    desk.settle()
    after = desk.page.form.cells["organName"].crop.box
    assert before is not None
    assert after == pytest.approx((1 - before[3], before[0], 1 - before[1], before[2]))


def test_documents_that_vanish_are_left_out(desk: Desk) -> None:
    with desk.qtbot.assertNotEmitted(desk.page.failed):
        desk.page.desk.failed.emit(desk.ids[2], AppError("document.gone", "Văn bản không còn."))
    desk.settle()
    assert desk.page.queue.ids == desk.ids[:2]
    assert desk.place == (desk.ids[0], "codeNumber")


# --- a box ---
def truth_box(name: str) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = truth("01-to-trinh.jpg")["boxes"][name]["box"]
    return (x0 - 0.006, y0 - 0.004, x1 + 0.006, y1 + 0.004)


def test_a_box_drawn_with_the_mouse_is_read(desk: Desk) -> None:
    page = desk.page
    page.form.go_to("issuedDate")
    read = page.form.cells["issuedDate"].crop.box
    desk.key(Qt.Key.Key_F6)
    assert page.box.active
    canvas = page.viewer.canvas
    left, top, width, height = canvas.layout_.box_rect(1, truth_box("issuedDate"))
    one = QPoint(round(left - canvas._left), round(top - canvas._top))
    other = QPoint(round(left + width - canvas._left), round(top + height - canvas._top))
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=one)
    QTest.mouseMove(canvas.viewport(), other)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=other)
    cell = page.form.cells["issuedDate"]
    desk.qtbot.waitUntil(lambda: cell.drawn is not None)
    assert cell.editor.text() == "16/01/2024"
    assert cell.crop.box != read
    desk.key(Qt.Key.Key_Escape)
    assert (cell.drawn, cell.crop.box) == (None, read)  # given up: the place is that of the reading again


def test_a_box_moved_by_keys_is_read_and_kept_as_the_place(desk: Desk) -> None:
    page, one = desk.page, desk.ids[0]
    desk.key(Qt.Key.Key_F6)
    canvas = page.viewer.canvas
    assert canvas.band is not None
    start = canvas.band[0]
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.band[0] == start
    QTest.keyClick(canvas, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Up, SHIFT)
    QTest.keyClick(canvas, ENTER)
    cell = page.form.cells["codeNumber"]
    desk.qtbot.waitUntil(lambda: cell.drawn is not None)
    assert cell.editor.text() == "14"
    desk.key(ENTER)
    view = describing.fields_of(desk.workspace, one)
    assert view.values["codeNumber"] == "14"
    box, told = view.evidence["codeNumber"].box, truth("01-to-trinh.jpg")["boxes"]["codeNumber"]["box"]
    assert box is not None
    assert box[0] < told[0] < told[2] < box[2]


def test_escape_gives_the_box_up_and_stays_in_the_review(desk: Desk) -> None:
    desk.key(Qt.Key.Key_F6)
    with desk.qtbot.assertNotEmitted(desk.page.closed):
        QTest.keyClick(desk.page.viewer.canvas, Qt.Key.Key_Escape)
    assert not desk.page.box.active
    assert desk.page.focusWidget() is desk.page.form.cells["codeNumber"].editor.widget


def test_sum_and_seconds_a_document_agree_at_the_end(qtbot: QtBot) -> None:
    """One paper took long: what stands beside the sum is the mean, not the middle."""
    pace, done = Pace(), ReviewDone()
    qtbot.addWidget(done)
    for start, end in ((0, 1), (1, 2), (2, 60)):
        pace.begin(start)
        pace.end(end)
    done.say_result(pace)
    assert "1 phút" in done._words.text()
    assert "20 giây" in done._words.text()


def test_what_was_typed_against_the_checks_is_asked_for_until_enter_lets_it_stand(desk: Desk) -> None:
    three = desk.ids[2]
    notation = describing.fields_of(desk.workspace, three).values["typeName"]
    describing.edit(desk.workspace, three, {"codeNotation": "QĐ-UBND"})
    desk.page.queue.go(three)
    desk.page._show_current()
    desk.settle()
    cell = desk.page.form.cells["codeNotation"]
    assert notation == "Công văn"
    assert cell.confirmed
    assert cell.wants_look
    assert "Quyết định" in cell._found.text()
    desk.page.form.go_to("codeNotation")
    desk.key(ENTER)
    assert not cell.wants_look
    assert not cell._found.isVisible()
    assert not [one for one in reviewing.checks_of(desk.workspace, [three]) if one.stands and one.field == "codeNotation"]


def test_a_doubtful_value_that_was_asked_for_once_stands(desk: Desk) -> None:
    three = desk.ids[2]
    desk.page.queue.go(three)
    desk.page._show_current()
    desk.settle()
    desk.page.form.go_to("codeNotation")
    desk.page.form.cells["codeNotation"].put("QĐ-UBND")
    desk.key(ENTER)
    assert "Enter" in desk.page.form.cells["codeNotation"]._note.text()
    desk.key(ENTER)
    assert desk.values(three)["codeNotation"] == "QĐ-UBND"
    found = [one for one in reviewing.checks_of(desk.workspace, [three]) if one.field == "codeNotation"]
    assert found
    assert not any(one.stands for one in found), "the second Enter said that it is right"
