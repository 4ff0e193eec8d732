from __future__ import annotations

import logging

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.errors import AppError, Cancelled
from ui.messages import Banners, Kind, Message, Messages
from ui.qt_texts import VIETNAMESE, QtTexts
from ui.theme import Theme


@pytest.fixture
def banners(qtbot: QtBot, look: Theme) -> Banners:
    made = Banners()
    qtbot.addWidget(made)
    return made


def words(banners: Banners) -> list[str]:
    return [banner.message.text for banner in banners.banners()]


def test_what_was_said_before_is_shown(banners: Banners) -> None:
    messages = Messages()
    messages.info("trước")
    messages.listen(banners)
    messages.info("sau")
    assert words(banners) == ["trước", "sau"]
    assert not banners.isHidden()


def test_same_matter_takes_the_place(banners: Banners) -> None:
    messages = Messages()
    messages.listen(banners)
    messages.info("một", key="sync")
    messages.warning("hai", key="sync")
    assert words(banners) == ["hai"]
    messages.withdraw("sync")
    assert words(banners) == []
    assert banners.isHidden()


def test_three_at_most(banners: Banners) -> None:
    messages = Messages()
    messages.listen(banners)
    for number in range(5):
        messages.info(str(number))
    assert words(banners) == ["2", "3", "4"]


def test_expected_error_shows_sentence_and_advice(banners: Banners) -> None:
    messages = Messages()
    messages.listen(banners)
    messages.error(AppError("disk.full", "Đĩa đầy.", "Hãy dọn đĩa."))
    shown = [label.text() for label in banners.findChildren(QLabel) if label.text()]
    assert shown == ["Đĩa đầy.", "Hãy dọn đĩa."]
    assert banners.banners()[0].message.kind is Kind.DANGER


def test_cancel_is_silence(banners: Banners) -> None:
    messages = Messages()
    messages.listen(banners)
    messages.error(Cancelled())
    assert words(banners) == []


def test_bug_gives_a_report_without_secrets(banners: Banners, caplog: pytest.LogCaptureFixture) -> None:
    messages = Messages()
    messages.listen(banners)
    with caplog.at_level(logging.CRITICAL):
        try:
            raise ValueError("mật khẩu: 123456")
        except ValueError as error:
            messages.error(error)
    button = next(b for b in banners.findChildren(QPushButton) if b.text() == "Chép báo cáo")
    button.click()
    report = QGuiApplication.clipboard().text()
    assert "ValueError" in report
    assert "123456" not in report


def test_good_news_goes_by_itself(banners: Banners, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr("ui.messages.GONE_AFTER_MS", 1)
    messages = Messages()
    messages.listen(banners)
    messages.success("xong")
    messages.say(Message(Kind.INFO, "ở lại"))
    qtbot.waitUntil(lambda: words(banners) == ["ở lại"])


def test_qt_speaks_vietnamese(qapp: object, qtbot: QtBot) -> None:
    texts = QtTexts(qapp)  # type: ignore[arg-type]
    texts.choose("vi")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Save)
    qtbot.addWidget(box)
    assert {b.text().replace("&", "") for b in box.buttons()} == {"Hủy", "Lưu"}
    field = QLineEdit("chữ")
    qtbot.addWidget(field)
    menu = field.createStandardContextMenu()
    qtbot.addWidget(menu)
    shown = {action.text().split("\t")[0].replace("&", "") for action in menu.actions() if action.text()}
    assert shown == {"Hoàn tác", "Làm lại", "Cắt", "Chép", "Dán", "Xóa", "Chọn tất cả"}
    texts.choose("en")
    english = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(english)
    assert english.buttons()[0].text().replace("&", "") == "Cancel"


def test_qt_mnemonics_are_ascii() -> None:
    for text in VIETNAMESE.values():
        at = text.find("&")
        assert at < 0 or text[at + 1].isascii(), text
