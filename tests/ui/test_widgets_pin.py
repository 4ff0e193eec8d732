"""The PIN dialog in all its states."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.widgets_office import FACTS
from ui.dialogs.pin import PinDialog, PinFacts, ask_pin


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def pin_dialog(qtbot: QtBot, state: str = "", **more: Any) -> tuple[PinDialog, list[Any]]:
    facts = {name: getattr(FACTS, name) for name in FACTS.__slots__} | {"state": state} | more
    dialog = ask_pin(None, PinFacts(**facts))
    answers: list[Any] = []
    dialog.answered.connect(answers.append)
    qtbot.addWidget(dialog)
    return dialog, answers


def test_the_pin_is_taken_only_when_its_length_fits(qtbot: QtBot) -> None:
    dialog, answers = pin_dialog(qtbot, shortest=6, longest=8)
    assert dialog.verb_button.text() == "Ký 5 văn bản"
    assert not dialog.verb_button.isEnabled()
    QTest.keyClicks(dialog.pin, "12345")
    assert not dialog.verb_button.isEnabled()
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)
    assert answers == []
    QTest.keyClicks(dialog.pin, "67890")
    assert dialog.pin.text() == "12345678"
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)
    assert answers == [bytearray(b"12345678")]


def test_the_field_keeps_no_pin_and_hides_it(qtbot: QtBot) -> None:
    dialog, answers = pin_dialog(qtbot)
    QTest.keyClicks(dialog.pin, "123456")
    assert dialog.pin.displayText() != "123456"
    click(dialog.show_button)
    assert dialog.pin.displayText() == "123456"
    click(dialog.verb_button)
    assert dialog.pin.text() == ""
    assert isinstance(answers[0], bytearray)


def test_escape_declines_once(qtbot: QtBot) -> None:
    dialog, answers = pin_dialog(qtbot)
    QTest.keyClicks(dialog.pin, "123456")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert answers == [None]
    assert not dialog.isVisible()


def test_a_wrong_try_before_is_told(qtbot: QtBot) -> None:
    dialog, _answers = pin_dialog(qtbot, "low")
    assert dialog.notice.kind == "warning"
    assert "nhập sai mã PIN" in dialog.notice.text()


def test_the_last_try_wants_a_tick(qtbot: QtBot) -> None:
    dialog, answers = pin_dialog(qtbot, "final")
    assert "lần thử cuối cùng" in dialog.notice.text()
    QTest.keyClicks(dialog.pin, "123456")
    assert not dialog.verb_button.isEnabled()
    QTest.keyClick(dialog.sure, Qt.Key.Key_Space)
    click(dialog.verb_button)
    assert answers == [bytearray(b"123456")]


def test_a_locked_token_takes_no_pin(qtbot: QtBot) -> None:
    dialog, answers = pin_dialog(qtbot, "locked")
    assert not dialog.pin.isVisible()
    assert not dialog.verb_button.isVisible()
    assert dialog.close_button.isDefault()
    click(dialog.close_button)
    assert answers == [None]


def test_a_pin_pad_gets_an_empty_answer(qtbot: QtBot) -> None:
    dialog, answers = pin_dialog(qtbot, pin_pad=True)
    assert not dialog.pin.isVisible()
    click(dialog.verb_button)
    assert answers == [bytearray()]
