from __future__ import annotations

import unicodedata

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from storage.records.reading import FieldReading
from ui.theme import Theme
from ui.widgets.dates import BadDateError, normal_date
from ui.widgets.details import DetailsForm, FieldDecl, Line
from ui.widgets.document_fields import document_fields
from ui.widgets.editors import LinesEdit
from ui.widgets.field_cell import FieldCell
from ui.widgets.field_state import FieldState, state_of, tidy
from ui.widgets.word_box import WordBox

FIELDS = [
    FieldDecl("codeNumber", "Số", length=11, required=True),
    FieldDecl("issuedDate", "Ngày ban hành", "date", 10, required=True),
    FieldDecl("typeName", "Loại", "choice", choices=(("", "(chưa chọn)"), ("02", "Quyết định"), ("14", "Báo cáo"))),
    FieldDecl("subject", "Trích yếu", "lines", 40, required=True),
    FieldDecl("signer", "Người ký", length=100),
    FieldDecl("numberOfPage", "Số trang", "number", 4),
]
VALUES = {"codeNumber": "0417", "issuedDate": "11/04/2024", "typeName": "14", "subject": "Kết quả chỉnh lý"}
BOX = (0.1, 0.2, 0.3, 0.22)
READ = {
    "codeNumber": FieldReading("0417", 0.5, 1, BOX, "handwriting", "Số viết tay"),
    "issuedDate": FieldReading("11/04/2024", 0.99, 1, (0.5, 0.2, 0.9, 0.22)),
    "typeName": FieldReading("14", 0.6, 2, BOX),
}


@pytest.fixture
def form(qtbot: QtBot) -> DetailsForm:
    widget = DetailsForm(FIELDS)
    qtbot.addWidget(widget)
    widget.resize(400, 800)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    widget.show_document(7, "Báo cáo 0417", VALUES, READ)
    return widget


def line(form: DetailsForm, name: str) -> QLineEdit:
    widget = form.cells[name].editor.widget
    assert isinstance(widget, QLineEdit)
    return widget


def retype(form: DetailsForm, name: str, text: str) -> None:
    widget = form.cells[name].editor.widget
    widget.setFocus()
    assert isinstance(widget, QLineEdit | QPlainTextEdit)
    widget.selectAll()
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    if isinstance(widget, QLineEdit):
        widget.insert(text)
    else:
        widget.insertPlainText(text)


def notes(cell: FieldCell) -> list[str]:
    return [label.text() for label in cell.findChildren(QLabel) if label.isVisibleTo(cell)]


def test_a_field_is_saved_as_one_leaves_it(qtbot: QtBot, form: DetailsForm) -> None:
    retype(form, "signer", "  Nguyễn   Thị Lan ")
    with qtbot.waitSignal(form.field_changed) as changed:
        QTest.keyClick(form.cells["signer"].editor.widget, Qt.Key.Key_Tab)
    assert changed.args == [7, "signer", "Nguyễn Thị Lan"]
    assert form.cells["signer"].state is FieldState.CONFIRMED


def test_what_is_saved_is_nfc(qtbot: QtBot, form: DetailsForm) -> None:
    retype(form, "signer", unicodedata.normalize("NFD", "Đỗ Thị Hằng"))
    with qtbot.waitSignal(form.field_changed) as changed:
        form.cells["codeNumber"].editor.widget.setFocus()
    assert changed.args[2] == unicodedata.normalize("NFC", "Đỗ Thị Hằng")


def test_leaving_without_a_change_saves_nothing(qtbot: QtBot, form: DetailsForm) -> None:
    with qtbot.assertNotEmitted(form.field_changed):
        line(form, "codeNumber").setFocus()
        line(form, "signer").setFocus()


def test_an_impossible_date_is_told_beside_the_field_and_not_saved(qtbot: QtBot, form: DetailsForm) -> None:
    with qtbot.assertNotEmitted(form.field_changed):
        retype(form, "issuedDate", "31/2/2024")
        line(form, "signer").setFocus()
    cell = form.cells["issuedDate"]
    assert cell.state is FieldState.WRONG
    assert "Tháng 2 năm 2024 không có ngày 31." in notes(cell)
    assert "không có ngày 31" in cell.editor.widget.accessibleDescription()
    assert cell.editor.widget.property("invalid") is True
    with qtbot.waitSignal(form.field_changed) as changed:
        retype(form, "issuedDate", "1/2/2024")
        line(form, "signer").setFocus()
    assert changed.args[2] == "01/02/2024"
    assert line(form, "issuedDate").text() == "01/02/2024"
    assert cell.editor.widget.property("invalid") is False


def test_too_long_a_text_is_kept_and_told_not_cut(form: DetailsForm) -> None:
    retype(form, "subject", "x" * 41)
    line(form, "signer").setFocus()
    assert form.cells["subject"].editor.text() == "x" * 41
    assert "Đang có 41 ký tự; chỉ được tối đa 40 ký tự." in notes(form.cells["subject"])


def test_a_secrecy_mark_is_said_above_the_fields(form: DetailsForm) -> None:
    form.show_document(7, "Báo cáo 0417", VALUES | {"secrecy": "Mật"}, READ)
    said = [label.text() for label in form.findChildren(QLabel) if label.isVisibleTo(form) and "Mật" in label.text()]
    assert said == ["Mật: để riêng, không tạo bản sao và không gửi lên máy chủ."]
    form.show_document(8, "Báo cáo 0418", VALUES, READ)
    assert not any("không gửi lên máy chủ" in label.text() for label in form.findChildren(QLabel) if label.isVisibleTo(form))


def test_states_say_word_and_colour(form: DetailsForm) -> None:
    form.show_document(7, "Báo cáo 0417", VALUES | {"subject": ""}, READ, {"issuedDate"})
    states = {name: cell.state for name, cell in form.cells.items()}
    assert states == {
        "codeNumber": FieldState.CHECK,
        "issuedDate": FieldState.CONFIRMED,
        "typeName": FieldState.CHECK,
        "subject": FieldState.MISSING,
        "signer": FieldState.PLAIN,
        "numberOfPage": FieldState.PLAIN,
    }
    assert "Cần kiểm tra" in notes(form.cells["codeNumber"])
    assert "Số viết tay" in notes(form.cells["codeNumber"])
    assert "Còn thiếu" in notes(form.cells["subject"])
    assert form.doubtful_count() == 3


def test_enter_accepts_and_goes_to_the_next_doubtful_field(qtbot: QtBot, form: DetailsForm) -> None:
    line(form, "codeNumber").setFocus()
    with qtbot.waitSignal(form.field_confirmed) as confirmed:
        QTest.keyClick(line(form, "codeNumber"), Qt.Key.Key_Return)
    assert confirmed.args == [7, "codeNumber"]
    assert form.cells["codeNumber"].state is FieldState.CONFIRMED
    assert form.cells["typeName"].editor.widget.hasFocus()
    QTest.keyClick(form.cells["typeName"].editor.widget, Qt.Key.Key_Return)
    assert form.doubtful_count() == 0
    assert form.cells["subject"].editor.widget.hasFocus()


def test_enter_on_a_wrong_value_stays_there(form: DetailsForm) -> None:
    retype(form, "issuedDate", "hôm qua")
    QTest.keyClick(line(form, "issuedDate"), Qt.Key.Key_Return)
    assert line(form, "issuedDate").hasFocus()
    assert form.cells["issuedDate"].state is FieldState.WRONG


def test_coming_to_a_field_asks_for_its_evidence_and_shows_the_crop(qtbot: QtBot, form: DetailsForm) -> None:
    asked: list[tuple[int, object]] = []

    def crop(page: int, box: object) -> QImage:
        asked.append((page, box))
        image = QImage(200, 30, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        return image

    form.set_crop_source(crop)
    line(form, "signer").setFocus()
    with qtbot.waitSignal(form.evidence_wanted) as wanted:
        line(form, "codeNumber").setFocus()
    assert wanted.args == [1, BOX]
    assert asked == [(1, BOX)]
    with qtbot.waitSignal(form.evidence_wanted) as wanted:
        line(form, "signer").setFocus()
    assert wanted.args == [None, None]


def test_ctrl_z_takes_back_typing_first_and_then_asks_the_app(qtbot: QtBot, form: DetailsForm) -> None:
    field = line(form, "signer")
    field.setFocus()
    QTest.keyClicks(field, "Lan")
    with qtbot.assertNotEmitted(form.undo_wanted):
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == ""
    with qtbot.waitSignal(form.undo_wanted):
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_another_document_saves_the_pending_edit_under_the_old_key(qtbot: QtBot, form: DetailsForm) -> None:
    retype(form, "signer", "Lan")
    with qtbot.waitSignal(form.field_changed) as changed:
        form.show_document(8, "Khác", {"codeNumber": "1"}, {})
    assert changed.args == [7, "signer", "Lan"]
    assert line(form, "signer").text() == ""


def test_a_refresh_of_the_same_document_keeps_what_is_being_typed(form: DetailsForm) -> None:
    retype(form, "signer", "Lan đang gõ")
    form.show_document(7, "Báo cáo 0417", VALUES | {"codeNumber": "0418"}, READ)
    assert line(form, "signer").text() == "Lan đang gõ"
    assert line(form, "codeNumber").text() == "0418"


def test_a_choice_is_saved_at_once_and_the_wheel_changes_nothing(qtbot: QtBot, form: DetailsForm) -> None:
    box = form.cells["typeName"].editor.widget
    assert isinstance(box, QComboBox)
    box.setFocus()
    with qtbot.waitSignal(form.field_changed) as changed:
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert changed.args == [7, "typeName", "02"]
    spot = QPointF(5, 5)
    wheel = QWheelEvent(
        spot, QPointF(box.mapToGlobal(QPoint(5, 5))), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert box.currentData() == "02"


def test_lines_have_a_bar_only_where_some_are_out_of_sight(qtbot: QtBot) -> None:
    edit = LinesEdit(most=3)
    qtbot.addWidget(edit)
    edit.resize(200, 40)
    edit.show()
    for lines in (1, 2, 3, 4, 2):
        edit.setPlainText("\n".join("một dòng" for _line in range(lines)))
        qtbot.waitUntil(lambda lines=lines: edit.verticalScrollBar().isVisible() == (lines > 3))
        if lines <= 3:
            last = edit.document().findBlockByNumber(lines - 1)
            bottom = edit.blockBoundingGeometry(last).translated(edit.contentOffset()).bottom()
            assert bottom <= edit.viewport().height() + 1


@pytest.fixture
def word_cell(qtbot: QtBot) -> FieldCell:
    names = ("Quyết định", "Thông báo", "Thông tư", "Thông tư liên tịch")
    cell = FieldCell(FieldDecl("typeName", "Loại", "word", 50, (("", "(chưa chọn)"), *((name, name) for name in names))))
    qtbot.addWidget(cell)
    cell.show()
    cell.editor.begin()
    return cell


def test_a_word_is_found_without_accents(qtbot: QtBot, word_cell: FieldCell) -> None:
    box = word_cell.editor.widget
    assert isinstance(box, WordBox)
    assert box.currentText() == ""
    QTest.keyClicks(box, "tu lien")
    completer = box.completer()
    assert completer is not None
    assert [completer.completionModel().index(row, 0).data() for row in range(completer.completionCount())] == [
        "Thông tư liên tịch"
    ]
    popup = completer.popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Down)
    with qtbot.waitSignal(word_cell.changed) as changed:
        QTest.keyClick(popup, Qt.Key.Key_Return)
    assert changed.args == ["Thông tư liên tịch"]
    assert word_cell.editor.text() == word_cell.saved == "Thông tư liên tịch"


@pytest.mark.parametrize(("typed", "value"), [("thong tu", "Thông tư"), ("Ban  do", "Ban do"), ("QUYET DINH", "Quyết định")])
def test_enter_takes_a_word_as_it_was_typed(qtbot: QtBot, word_cell: FieldCell, typed: str, value: str) -> None:
    box = word_cell.editor.widget
    assert isinstance(box, WordBox)
    QTest.keyClicks(box, typed)
    with qtbot.waitSignals([word_cell.changed, word_cell.accepted]):
        QTest.keyClick(box, Qt.Key.Key_Return)
    assert (word_cell.saved, box.currentText()) == (value, value)
    word_cell.editor.set_text("")
    assert (word_cell.editor.text(), box.currentText()) == ("", "")


def test_a_word_typed_without_accents_stands_there_with_them(qtbot: QtBot, word_cell: FieldCell) -> None:
    word_cell.show_value("Thông tư", None, True)
    box = word_cell.editor.widget
    assert isinstance(box, WordBox)
    word_cell.editor.begin()
    with qtbot.assertNotEmitted(word_cell.changed):
        QTest.keyClicks(box, "THONG TU")
        completer = box.completer()
        popup = completer.popup() if completer else None
        assert popup is not None
        popup.hide()  # as Tab does; while it is open one has not left
        QApplication.sendEvent(box, QFocusEvent(QFocusEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert box.currentText() == "Thông tư"


def test_a_value_the_list_does_not_know_is_not_lost(form: DetailsForm) -> None:
    form.show_document(9, "Cũ", VALUES | {"typeName": "99"}, {})
    assert form.cells["typeName"].editor.text() == "99"


def test_the_box_button_is_reached_with_tab(qtbot: QtBot, form: DetailsForm) -> None:
    line(form, "codeNumber").setFocus()
    qtbot.waitUntil(form.cells["codeNumber"].box_button.isVisible)
    QTest.keyClick(line(form, "codeNumber"), Qt.Key.Key_Tab)
    assert form.cells["codeNumber"].box_button.hasFocus()
    with qtbot.waitSignal(form.box_wanted) as wanted:
        QTest.keyClick(form.cells["codeNumber"].box_button, Qt.Key.Key_Space)
    assert wanted.args == [7, "codeNumber", "Số"]


def test_text_from_a_drawn_box_is_saved(qtbot: QtBot, form: DetailsForm) -> None:
    with qtbot.waitSignal(form.field_changed) as changed:
        form.put_text("signer", "Trần Văn Đạt")
    assert changed.args == [7, "signer", "Trần Văn Đạt"]


def test_read_only_forms_save_nothing(qtbot: QtBot, form: DetailsForm) -> None:
    form.show_document(7, "Báo cáo", VALUES, READ, read_only=True)
    with qtbot.assertNotEmitted(form.field_changed):
        QTest.keyClicks(line(form, "signer"), "abc")
        form.flush()
    assert line(form, "signer").text() == ""


def test_what_the_archive_has_against_a_value_stands_beside_it(form: DetailsForm) -> None:
    form.show_problem("codeNumber", "Số này đã có trong sổ.")
    assert "Số này đã có trong sổ." in notes(form.cells["codeNumber"])
    assert form.cells["codeNumber"].state.doubtful


def test_sections_fold_and_are_remembered(qtbot: QtBot, form: DetailsForm) -> None:
    fold = form.sections["description"]
    with qtbot.waitSignal(form.folds_changed):
        QTest.mouseClick(fold._arrow, Qt.MouseButton.LeftButton)
    assert not line(form, "codeNumber").isVisible()
    folds = form.folds()
    assert folds == {"description": False, "pages": True, "signatures": True, "history": True}
    form.focus_field("signer")
    assert form.sections["description"].is_open
    form.set_folds(folds)
    assert form.folds() == folds


def test_lines_are_chosen_by_mouse_and_key(qtbot: QtBot, form: DetailsForm) -> None:
    form.set_lines("signatures", [Line("Nguyễn Thị Lan", "hợp lệ", "success", key=3), Line("Không chọn được")])
    first, second = form._lists["signatures"].rows()
    assert first.accessibleName() == "Nguyễn Thị Lan. hợp lệ"
    assert second.focusPolicy() == Qt.FocusPolicy.NoFocus
    for act in (
        lambda: QTest.mouseClick(first, Qt.MouseButton.LeftButton),
        lambda: QTest.keyClick(first, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(form.line_chosen) as chosen:
            act()
        assert chosen.args == ["signatures", 3]


def test_short_fields_share_a_row_where_there_is_room(qtbot: QtBot, form: DetailsForm) -> None:
    number, date = form.cells["codeNumber"], form.cells["issuedDate"]
    form.resize(700, 800)
    qtbot.waitUntil(lambda: number.y() == date.y() and number.x() != date.x())
    form.resize(300, 800)
    qtbot.waitUntil(lambda: number.y() != date.y())


def test_the_desks_own_fields_make_a_form(qtbot: QtBot) -> None:
    form = DetailsForm(document_fields())
    qtbot.addWidget(form)
    form.show_document(1, "x", {"typeName": "Báo cáo", "urgency": "Khẩn", "subject": "a\nb"}, {})
    assert form.cells["typeName"].editor.text() == "Báo cáo"
    assert form.cells["urgency"].editor.text() == "Khẩn"
    assert form.cells["subject"].editor.text() == "a\nb"
    assert all(cell.decl.label for cell in form.cells.values())


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("1/2/2024", "01/02/2024"),
        ("01.02.2024", "01/02/2024"),
        ("1-2-2024", "01/02/2024"),
        ("01022024", "01/02/2024"),
        (" 1 / 2 / 2024 ", "01/02/2024"),
        ("ngày 11 tháng 4 năm 2024", "11/04/2024"),
        ("4/2024", "04/2024"),
        ("1975", "1975"),
        ("29/2/2024", "29/02/2024"),
        ("", ""),
    ],
)
def test_dates_as_people_type_them(typed: str, saved: str) -> None:
    assert normal_date(typed) == saved


@pytest.mark.parametrize("typed", ["29/2/2023", "1/13/2024", "0/1/2024", "1/2/24", "1/2/9999", "hôm nay", "1/2/20244", "12"])
def test_what_is_no_date_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadDateError) as wrong:
        normal_date(typed)
    assert str(wrong.value).endswith(".")


def test_tidy_numbers_and_states() -> None:
    number = FieldDecl("n", "Số trang", "number", 4)
    assert tidy(number, " 12 ") == "12"
    with pytest.raises(ValueError, match="Chỉ ghi chữ số"):
        tidy(number, "mười")
    assert tidy(FieldDecl("s", "x", "lines"), "a  b\n\n c ") == "a b\nc"
    assert state_of(number, "", None, False) is FieldState.PLAIN
    assert state_of(number, "3", FieldReading("3", 0.1, source="clerk"), False) is FieldState.CONFIRMED
    assert state_of(number, "3", FieldReading("3", 0.95), False) is FieldState.SURE


def test_a_menu_over_the_field_does_not_count_as_leaving(qtbot: QtBot, form: DetailsForm) -> None:
    retype(form, "issuedDate", "31/2/2024")
    field = line(form, "issuedDate")
    with qtbot.assertNotEmitted(form.field_changed):
        QApplication.sendEvent(field, QFocusEvent(QFocusEvent.Type.FocusOut, Qt.FocusReason.PopupFocusReason))
    assert form.cells["issuedDate"].state is not FieldState.WRONG


def test_a_change_of_look_redraws_the_lists(qtbot: QtBot, look: Theme, form: DetailsForm) -> None:
    form.set_lines("signatures", [Line("Nguyễn Thị Lan", "hợp lệ", "success", key=3)])
    before = form._lists["signatures"].rows()[0]
    look.choose("dark")
    qtbot.waitUntil(lambda: form._lists["signatures"].rows()[0] is not before)
    assert form._lists["signatures"].rows()[0].line.key == 3
