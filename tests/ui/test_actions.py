from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import i18n
from app.i18n import _
from ui.actions import BY_KEY, SPECS, VERBS, Actions, Circumstances, key_text, plain
from ui.palette import CommandPalette, score
from ui.qt_texts import QtTexts
from ui.theme import Theme


@pytest.fixture
def window(qtbot: QtBot, look: Theme) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


def test_keys_are_given_once() -> None:
    keys = [QKeySequence(key).toString() for spec in SPECS for key in spec.keys]
    assert all(keys)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_mnemonics_are_ascii_and_unique(language: str) -> None:
    i18n.set_language(language)
    letters = []
    for key in VERBS:
        text = _(BY_KEY[key].text)
        letter = text[text.index("&") + 1]
        assert letter.isascii()
        assert letter.isalpha()
        letters.append(letter.lower())
    assert len(letters) == len(set(letters))
    assert all("&" not in _(spec.text) for spec in SPECS if spec.key not in VERBS)


def test_enabled_by_circumstances(window: QWidget) -> None:
    actions = Actions(window)
    actions.refresh(Circumstances())
    assert not actions["scan"].isEnabled()
    assert actions["help"].isEnabled()
    assert "mở kho" in actions["scan"].toolTip()
    actions.refresh(Circumstances(archive=True))
    assert actions["scan"].isEnabled()
    assert not actions["sign"].isEnabled()
    actions.refresh(Circumstances(archive=True, selected=3))
    assert actions["sign"].isEnabled()
    assert not actions["describe"].isEnabled(), "one document only"
    actions.refresh(Circumstances(archive=True, selected=1, trash=True))
    assert actions["restore"].isEnabled()
    assert not actions["trash"].isEnabled()
    assert not actions["sign"].isEnabled()
    actions.refresh(Circumstances(archive=True, dossier=True))
    assert actions["package"].isEnabled()


def test_serving_anew_replaces(window: QWidget) -> None:
    actions = Actions(window)
    calls: list[str] = []
    actions.serve("refresh", lambda: calls.append("old"))
    actions.serve("refresh", lambda: calls.append("new"))
    actions.refresh(Circumstances(archive=True))
    actions["refresh"].trigger()
    assert calls == ["new"]


def test_words_follow_the_language(window: QWidget) -> None:
    actions = Actions(window)
    assert actions["scan"].text() == "Quét"
    i18n.set_language("en")
    actions.retranslate()
    assert actions["scan"].text() == "Scan"
    assert key_text("Ctrl+Return") == "Ctrl+Enter"
    assert plain("A && B &C") == "A & B C"


def test_menus_name_the_keys_as_they_are_printed(qapp: QApplication) -> None:
    texts = QtTexts(qapp)
    texts.choose("vi")
    try:
        for spec in SPECS:
            for key in spec.keys:
                sequence = QKeySequence(key)
                assert sequence.toString(QKeySequence.SequenceFormat.PortableText) == key, "read as before"
                shown = sequence.toString(QKeySequence.SequenceFormat.NativeText)
                assert key != spec.keys[0] or shown == key_text(key), "the menu shows what the help page shows"
        assert QKeySequence("Ctrl+Down").toString(QKeySequence.SequenceFormat.NativeText) == "Ctrl+↓"
    finally:
        texts.leave()


def test_help_page_shows_every_key(qtbot: QtBot, look: Theme) -> None:
    from ui.pages.help import HelpPage

    page = HelpPage()
    qtbot.addWidget(page)
    shown = {label.text() for label in page.findChildren(QLabel)}
    for spec in SPECS:
        if spec.keys:
            assert key_text(spec.keys[0]) in shown
            assert plain(_(spec.text)) in shown


@pytest.mark.parametrize("typed", ["đưa vào hồ sơ", "dua vao ho so", "DUA", "ho so dua"])
def test_palette_finds_without_accents(typed: str) -> None:
    assert score("Đưa vào hồ sơ", typed) > 0


def test_palette_prefers_the_beginning() -> None:
    assert score("Ký số", "ky") > score("Kiểm tra chữ ký số", "ky") > score("Ký số", "xyz") == 0
    assert score("Lập hồ sơ mới", "lhs") > 0


def test_palette_runs_the_command(window: QWidget, qtbot: QtBot) -> None:
    actions = Actions(window)
    actions.refresh(Circumstances(archive=True))
    palette = CommandPalette(actions, window)
    palette.open()
    qtbot.keyClicks(palette._field, "dong bo")
    assert palette.matches("dong bo")[0][0].key == "sync"
    with qtbot.waitSignal(actions["sync"].triggered):
        qtbot.keyClick(palette._field, "\r")
    assert not palette.isVisible()


def test_palette_does_not_run_what_may_not(window: QWidget, qtbot: QtBot) -> None:
    actions = Actions(window)
    actions.refresh(Circumstances(archive=True))
    palette = CommandPalette(actions, window)
    palette.open()
    palette._field.setText("bo vao thung rac")
    with qtbot.assertNotEmitted(actions["trash"].triggered):
        qtbot.keyClick(palette._field, "\r")
    assert palette.isVisible()
    palette._field.setText("không có lệnh này")
    assert palette._none.isVisibleTo(palette)
    from PySide6.QtCore import Qt

    qtbot.keyClick(palette._field, Qt.Key.Key_Escape)
    assert not palette.isVisible()
