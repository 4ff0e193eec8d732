from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QIcon, QPalette, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from ui import icons, sheet, theme
from ui.actions import SPECS
from ui.models.documents import STATUSES
from ui.models.tree import ICONS as TREE_ICONS
from ui.models.tree import SHELVES
from ui.pages.delegates import RowDelegate
from ui.theme import CONTRAST, DARK, LIGHT, Theme, Tokens

SCHEMES = [LIGHT, DARK, CONTRAST]


def ratio(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda t: t.name)
def test_words_can_be_read(tokens: Tokens) -> None:
    grounds = (tokens.window, tokens.base, tokens.alt)
    for ground in grounds:
        for ink in (tokens.text, tokens.muted, tokens.accent, tokens.danger, tokens.success, tokens.warning):
            assert ratio(ink, ground) >= 4.5, (ink, ground)
        assert ratio(tokens.faint, ground) >= 3, "disabled words stay readable"
    pairs = [
        (tokens.accent_text, tokens.accent),
        (tokens.accent_text, tokens.accent_hover),
        (tokens.selection_text, tokens.selection),
        (tokens.danger, tokens.danger_ground),
        (tokens.success, tokens.success_ground),
        (tokens.warning, tokens.warning_ground),
        (tokens.info, tokens.info_ground),
        (tokens.text, tokens.danger_ground),
        (tokens.text, tokens.warning_ground),
        (LIGHT.text, tokens.mark),
    ]
    for ink, ground in pairs:
        assert ratio(ink, ground) >= 4.5, (ink, ground)


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda t: t.name)
def test_fields_and_focus_can_be_seen(tokens: Tokens) -> None:
    for ground in (tokens.window, tokens.base):
        assert ratio(tokens.field, ground) >= 3
        assert ratio(tokens.accent, ground) >= 3


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("compact", [False, True])
def test_sheet_is_whole(tokens: Tokens, compact: bool) -> None:
    text = sheet.of(tokens, compact)
    assert "$" not in text
    assert text.count("{") == text.count("}")
    for name in re.findall(r'url\("vk:([^"]+)"\)', text):
        assert (icons.FOLDER / "controls" / name).is_file()
    for value in asdict(tokens).values():
        assert value == tokens.name or re.fullmatch(r"#[0-9a-f]{6}", value)


def test_look_changes_at_once(look: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    field, later = QLineEdit(), QLineEdit()
    for widget in (field, later):
        qtbot.addWidget(widget)
    field.show()
    with qtbot.waitSignal(look.changed):
        look.choose("dark")
    later.show()  # made before the change, seen after it
    assert later.palette().color(QPalette.ColorRole.Text) == QColor(DARK.text)
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.window)
    assert field.palette().color(QPalette.ColorRole.Text) == QColor(DARK.text)
    assert theme.current() is DARK
    look.choose("contrast")
    assert theme.current() is CONTRAST
    look.choose("light")
    assert theme.current() is LIGHT


def test_a_change_of_look_polishes_a_widget_as_often_however_deep_it_lies(look: Theme, qtbot: QtBot) -> None:
    """Qt's own way from one sheet to another does it once for every ancestor: a window full of fields then stands still."""

    class Counting(QWidget):
        count = 0

        def event(self, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.StyleChange
            return super().event(event)

    chain = [Counting()]
    qtbot.addWidget(chain[0])
    for _depth in range(8):
        chain.append(Counting(chain[-1]))
    chain[0].show()
    for widget in chain:
        widget.count = 0
    look.choose("dark")
    counts = [widget.count for widget in chain]
    assert counts[0] > 0
    assert max(counts) == min(counts), counts


def test_density_changes_rows(look: Theme) -> None:
    roomy = look.row_height
    look.choose(compact=True)
    assert look.row_height < roomy
    assert look.row_height >= theme.ROW_COMPACT


def test_font_is_large_enough_and_has_vietnamese(look: Theme, qapp: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    assert qapp.font().pointSizeF() >= 10
    metrics = QFontMetricsF(qapp.font())
    assert all(metrics.inFontUcs4(ord(letter)) for letter in "ĂÂĐÊÔƠƯẳẵỗựỹ")


def test_icon_follows_the_palette(look: Theme) -> None:
    icon = icons.icon("stop")

    def colours() -> set[str]:
        image = icon.pixmap(20, 20).toImage()
        points = [(x, y) for x in range(image.width()) for y in range(image.height())]
        return {image.pixelColor(x, y).name() for x, y in points if image.pixelColor(x, y).alpha() == 255}

    assert colours() == {LIGHT.text}
    look.choose("dark")
    assert colours() == {DARK.text}
    assert icons.ink("danger").name() == DARK.danger
    assert icons.ink("text", QIcon.Mode.Disabled).name() == DARK.faint


def test_icon_survives_copies(look: Theme) -> None:
    icon = QIcon(icons.icon("scan", "accent"))
    icon.addPixmap(icons.pixmap("stop"))  # detaches: the engine is cloned
    assert not icon.pixmap(16, 16).isNull()


def test_every_named_icon_is_there() -> None:
    names = {spec.icon for spec in SPECS} | {status.icon for status in STATUSES.values()}
    names |= {icon for _kind, _title, icon in SHELVES} | set(TREE_ICONS.values())
    for name in names:
        assert (icons.FOLDER / f"{name}.svg").is_file(), name
    assert "MIT" in (icons.FOLDER / "LICENSE.txt").read_text()
    with pytest.raises(FileNotFoundError):
        icons.icon("no such drawing")


def test_the_focused_row_wears_a_mark_and_its_cell_no_frame(qtbot: QtBot, look: Theme) -> None:
    model = QStandardItemModel(3, 2)
    table = QTableView()
    qtbot.addWidget(table)
    table.setModel(model)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setItemDelegate(RowDelegate(look, table))
    table.setCurrentIndex(model.index(1, 1))
    table.show()
    table.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    picture = table.viewport().grab().toImage()

    def accent_at(row: int, column: int) -> bool:
        rect = table.visualRect(model.index(row, column))
        return picture.pixelColor(rect.left() + 1, rect.center().y()) == QColor(theme.current().accent)

    assert [(row, column) for row in range(3) for column in range(2) if accent_at(row, column)] == [(1, 0)]


def test_what_holds_words_grows_with_the_letters(qapp: QApplication) -> None:
    before = qapp.font()
    larger = QFont(before)
    larger.setPointSizeF(15)
    try:
        qapp.setFont(larger)
        assert theme.fitted(118) == 177
        assert "min-height: 42px" in sheet.of(LIGHT, False, 15)
    finally:
        qapp.setFont(before)
    assert theme.fitted(118) == round(118 * before.pointSizeF() / 10)
