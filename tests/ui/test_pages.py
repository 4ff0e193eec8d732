"""The pages outside of the library: first run, unlocking, recovery sheet, settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app import paths
from app.errors import AppError
from app.i18n import _
from app.services import Services
from app.settings import SETTINGS, Settings
from tests.conftest import PASSWORD
from tests.ui.conftest import discard, settle
from ui.application import Program
from ui.pages.archive_settings import ArchiveCard
from ui.pages.settings import SettingsPage
from ui.pages.start import FirstRunPage, RecoveryPage, UnlockPage
from ui.recovery_sheet import sheet_html
from ui.theme import Theme


def test_first_run_asks_for_two_equal_passwords(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    page = FirstRunPage(tmp_path / "kho")
    qtbot.addWidget(page)
    assert page._folder.text() == str(tmp_path / "kho")
    for first, second, ready in (
        ("", "", False),
        ("ngắn", "ngắn", False),
        ("dài hơn tám", "dài hơn", False),
        ("dài hơn tám", "dài hơn tám", True),
    ):
        page._first.line.setText(first)
        page._second.line.setText(second)
        assert page._button.isEnabled() is ready, (first, second)
    with qtbot.waitSignal(page.wanted) as told:
        page._button.click()
    assert told.args == [str(tmp_path / "kho"), "dài hơn tám"]
    page.refuse(AppError("archive.folder_not_empty", "Thư mục không trống.", "Hãy chọn thư mục khác."))
    assert page.trouble.words == "Thư mục không trống. Hãy chọn thư mục khác."


def test_password_can_be_looked_at(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    page = UnlockPage(tmp_path, can_remember=False)
    qtbot.addWidget(page)
    assert page._password.line.echoMode() == QLineEdit.EchoMode.Password
    page._password._eye.click()
    assert page._password.line.echoMode() == QLineEdit.EchoMode.Normal
    page._password.clear()
    assert page._password.line.echoMode() == QLineEdit.EchoMode.Password


def test_unlock_by_recovery_code(qtbot: QtBot, look: Theme, tmp_path: Path) -> None:
    page = UnlockPage(tmp_path, can_remember=True)
    qtbot.addWidget(page)
    page._remember.setChecked(True)
    page._other.click()
    page._code.setText(" ABCD-EFGH ")
    with qtbot.waitSignal(page.unlock) as told:
        page._button.click()
    assert told.args == ["ABCD-EFGH", True, True]


def test_recovery_sheet_must_be_agreed_to(qtbot: QtBot, look: Theme) -> None:
    code = "ABCD-EFGH-JKLM-NPQR-STUV-WXYZ-2345-6789"
    page = RecoveryPage(code)
    qtbot.addWidget(page)
    shown = " ".join(label.text() for label in page.findChildren(QLabel))
    assert all(group in shown for group in code.split("-"))
    assert not page._button.isEnabled()
    page._agree.click()
    with qtbot.waitSignal(page.done):
        page._button.click()


def test_recovery_sheet_is_escaped() -> None:
    html = sheet_html("ABCD-EFGH", "/kho/<b>A&B</b>", "11/04/2024")
    assert "<b>A" not in html
    assert "ABCD" in html


def test_first_run_leads_to_the_library(qapp: object, qtbot: QtBot, tmp_path: Path) -> None:
    services = Services(tmp_path / "moi" / "kho")
    program = Program(qapp, services)  # type: ignore[arg-type]
    program.show()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), FirstRunPage))
    page = program.window.pages.currentWidget()
    assert isinstance(page, FirstRunPage)
    page._first.line.setText(PASSWORD)
    page._second.line.setText(PASSWORD)
    page._button.click()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), RecoveryPage))
    recovery = program.window.pages.currentWidget()
    assert isinstance(recovery, RecoveryPage)
    assert recovery.code.count("-") == 7
    recovery._agree.click()
    recovery._button.click()
    qtbot.waitUntil(lambda: program.window.library is not None)
    settle(program)
    assert program.window.library is not None
    assert program.window.library.list._stack.currentWidget() is program.window.library.list.empty
    discard(program)


def test_wrong_password_is_told_and_the_right_one_opens(qapp: object, qtbot: QtBot, template: tuple[Path, list[int]]) -> None:
    services = Services(template[0])
    program = Program(qapp, services)  # type: ignore[arg-type]
    program.show()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), UnlockPage))
    page = program.window.pages.currentWidget()
    assert isinstance(page, UnlockPage)
    page._password.line.setText("sai mật khẩu")
    page._button.click()
    qtbot.waitUntil(lambda: bool(page.trouble.words))
    assert page.trouble.words.startswith("Mật khẩu")
    assert page._password.text == ""
    page._password.line.setText(PASSWORD)
    page._button.click()
    qtbot.waitUntil(lambda: program.window.library is not None)
    settle(program)
    program.window.actions_["lock"].trigger()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), UnlockPage))
    assert services.workspace is None
    assert program.window.library is None
    assert program.window.top.isHidden()
    discard(program)


# --- settings ---
@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    paths.office_file().write_text(json.dumps({"locked": {"scan.dpi": 400}}), "utf-8")
    return Settings(tmp_path / "settings.json", paths.office_file())


@pytest.fixture
def page(settings: Settings, qtbot: QtBot, look: Theme) -> SettingsPage:
    made = SettingsPage(settings)
    qtbot.addWidget(made)
    made.show()
    return made


def test_page_builds_itself(page: SettingsPage) -> None:
    assert set(page.rows) == {s.key for s in SETTINGS if not s.hidden}
    for key, row in page.rows.items():
        assert row.control.main.accessibleName() == _(row.setting.label), key
    headings = [label.text() for label in page.findChildren(QLabel) if label.property("role") == "heading"]
    assert len(headings) == len({s.group for s in SETTINGS if not s.hidden}) + 1


def test_change_counts_at_once(page: SettingsPage, settings: Settings) -> None:
    box = page.rows["ui.theme"].control.main
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("dark"))
    box.activated.emit(box.currentIndex())
    assert settings["ui.theme"] == "dark"
    check = page.rows["scan.duplex"].control.main
    assert isinstance(check, QCheckBox)
    check.click()
    assert settings["scan.duplex"] is True
    line = page.rows["sign.module"].control.main
    assert isinstance(line, QLineEdit)
    line.setText("/usr/lib/token.so")
    line.editingFinished.emit()
    assert settings["sign.module"] == Path("/usr/lib/token.so")


def test_locked_setting_is_shown_and_can_not_be_changed(page: SettingsPage) -> None:
    row = page.rows["scan.dpi"]
    assert not row.control.isEnabled()
    assert not row._lock.isHidden()
    assert "Do cơ quan quy định" in row._help.text()
    box = row.control.main
    assert isinstance(box, QComboBox)
    assert box.currentData() == 400


def test_settings_of_the_archive_wait_for_it(page: SettingsPage) -> None:
    row = page.rows["office.agency"]
    assert not row.control.isEnabled()
    assert "mở kho" in row._help.text()


def test_refused_value_goes_back(page: SettingsPage, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key: str, value: object) -> None:
        raise AppError("setting.invalid", "Giá trị không hợp.", "Chọn lại.")

    monkeypatch.setattr(settings, "set", refuse)
    row = page.rows["scan.device"]
    line = row.control.main
    assert isinstance(line, QLineEdit)
    line.setText("máy lạ")
    line.editingFinished.emit()
    assert line.text() == ""
    assert row._help.text() == "Giá trị không hợp. Chọn lại."


def test_archive_card_changes_the_password(program: Program, qtbot: QtBot, stocked: Services) -> None:
    program.window.actions_["settings"].trigger()
    card = program.window.findChild(ArchiveCard)
    assert isinstance(card, ArchiveCard)
    card.password.line.setText("ngắn")
    card.password_button.click()
    settle(program)
    assert any("Ít nhất 8 ký tự" in label.text() for label in card.findChildren(QLabel))
    card.password.line.setText("mật khẩu mới rất dài")
    card.password_button.click()
    assert any(label.text() == "Hai mật khẩu chưa giống nhau." for label in card.findChildren(QLabel)), "a slip would lock out"
    card.again.line.setText("mật khẩu mới rất dài")
    card.password_button.click()
    settle(program)
    assert any(label.text() == "Đã đổi mật khẩu." for label in card.findChildren(QLabel))
    card.code_button.click()
    assert any("địa chỉ máy chủ" in label.text() for label in card.findChildren(QLabel))
    discard(program)
    again = Services(stocked.folder)
    again.open(password="mật khẩu mới rất dài")
    again.close()
