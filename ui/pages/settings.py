"""The settings page: built from the declarations in `app.settings`; every change counts at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError
from app.i18n import _
from app.settings import BY_KEY, SETTINGS, Setting, Settings
from ui import theme
from ui.choosing import choose_files
from ui.icons import pixmap
from ui.pages.over import OverPage, centred, head, heading
from ui.widgets.choice_box import ChoiceBox, NumberBox

WIDTH = 760
CONTROL = 340


class Control(QWidget):
    """The widget of one setting. Emits `changed(value)` when the person has decided on another value."""

    changed = Signal(object)

    def __init__(self, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._put: Callable[[Any], None]
        self.main = self._make()
        self.main.setAccessibleName(_(setting.label))
        self.main.setAccessibleDescription(_(setting.help) if setting.help else "")
        self.setFocusProxy(self.main)

    def show_value(self, value: Any) -> None:
        """Shows the value in force; tells nobody."""
        self.main.blockSignals(True)
        self._put(value)
        self.main.blockSignals(False)

    def _make(self) -> QWidget:
        if self.setting.choices:
            return self._choice()
        if self.setting.type is bool:
            return self._check()
        if self.setting.type is int:
            return self._number()
        return self._line()

    def _choice(self) -> QWidget:
        box = ChoiceBox()  # the wheel scrolls the page, it must not change a setting
        for value, label in self.setting.choices:
            box.addItem(_(label), value)
        self._put = lambda value: box.setCurrentIndex(max(0, box.findData(value)))
        box.activated.connect(lambda _i: self.changed.emit(box.currentData()))
        self._row.addWidget(box, 1)
        return box

    def _check(self) -> QWidget:
        box = QCheckBox(_("Yes"))
        self._put = lambda value: box.setChecked(bool(value))
        box.clicked.connect(lambda on: self.changed.emit(bool(on)))
        self._row.addWidget(box, 1)
        return box

    def _number(self) -> QWidget:
        box = NumberBox()
        box.setRange(self.setting.low or 0, self.setting.high if self.setting.high is not None else 1_000_000)
        box.setMaximumWidth(theme.fitted(140))
        box.lineEdit().setTextMargins(6, 0, 0, 0)  # a style sheet's padding does not reach the number
        self._put = lambda value: box.setValue(int(value))
        box.editingFinished.connect(lambda: self.changed.emit(box.value()))
        self._row.addWidget(box)
        self._row.addStretch(1)
        return box

    def _line(self) -> QWidget:
        line = QLineEdit()
        line.setMaxLength(1000)
        self._put = lambda value: line.setText("" if value is None else str(value))
        line.editingFinished.connect(lambda: self.changed.emit(line.text().strip()))
        self._row.addWidget(line, 1)
        if self.setting.type is Path:
            button = QPushButton(_("Browse…"))
            button.setAccessibleName(_("Browse: {name}").format(name=_(self.setting.label)))
            button.clicked.connect(lambda: self._browse(line))
            self._row.addWidget(button)
        return line

    def _browse(self, line: QLineEdit) -> None:
        def take(names: list[str]) -> None:
            line.setText(names[0])
            self.changed.emit(names[0])

        choose_files(self, _(self.setting.label), (_("All files (*)"),), take, purpose=self.setting.key, one=True)


class SettingRow:
    """Label, control, help, and what was wrong with the last try."""

    def __init__(self, setting: Setting, settings: Settings, grid: QGridLayout, line: int) -> None:
        self.setting, self._settings = setting, settings
        self.control = Control(setting)
        label = QLabel(_(setting.label))
        label.setWordWrap(True)
        label.setBuddy(self.control)
        self._lock = QLabel()
        self._lock.setToolTip(_("Laid down by your office"))
        self._help = QLabel()
        self._help.setWordWrap(True)
        self._help.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum
        )  # else fields of two cards differ in width
        grid.addWidget(label, line, 0)
        grid.addWidget(self.control, line, 1)
        grid.addWidget(self._lock, line, 2)
        grid.addWidget(self._help, line + 1, 1, 1, 2)
        self.control.changed.connect(self._change)
        self.refresh()

    def refresh(self) -> None:
        """Shows the value in force, and whether it may be changed."""
        self.control.show_value(self._settings[self.setting.key])
        locked = self._settings.locked(self.setting.key)
        closed = self.setting.scope == "archive" and self._settings.archive_values is None
        self.control.setEnabled(not (locked or closed))
        self._lock.setPixmap(
            pixmap("lock", "muted", 16, self._lock.devicePixelRatioF()) if locked else pixmap("lock", "window", 16)
        )
        self._lock.setVisible(locked)
        words = [_(self.setting.help)] if self.setting.help else []
        if locked:
            words.append(_("Laid down by your office; it can't be changed here."))
        elif closed:
            words.append(_("Open the archive to change this."))
        self._say(" ".join(words), "muted")

    def _change(self, value: Any) -> None:
        now = self._settings[self.setting.key]
        if value == now or (self.setting.type is Path and (str(now) if now else "") == value):
            return
        try:
            unkept = self._settings.set(self.setting.key, value)
        except AppError as error:
            self.control.show_value(now)
            self._say(str(error), "danger")
            return
        self.refresh()
        if unkept is not None:
            self._say(str(unkept), "danger")

    def _say(self, words: str, role: str) -> None:
        self._help.setText(words)
        theme.restyle(self._help, "role", role)
        self._help.setVisible(bool(words))


class SettingsPage(OverPage):
    """All settings by group; below them `archive`, what belongs to the open archive. Emits `closed()`."""

    def __init__(self, settings: Settings, archive: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._archive = settings, archive
        self.rows: dict[str, SettingRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        note = QLabel(_("Every change counts at once."))
        note.setProperty("role", "muted")
        column.addWidget(head(_("Settings"), self.leave, note))
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        scroll.setWidget(centred(inside))
        column.addWidget(scroll, 1)
        self._make_groups(inside)

    def _make_groups(self, inside: QWidget) -> None:
        inside.setMaximumWidth(theme.fitted(WIDTH))
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 20, 24, 32)
        column.setSpacing(10)
        for group in dict.fromkeys(s.group for s in SETTINGS if not s.hidden):
            column.addWidget(heading(_(group)))
            column.addWidget(self._make_card(inside, [s for s in SETTINGS if s.group == group and not s.hidden]))
            column.addSpacing(12)
        if self._archive is not None:
            column.addWidget(heading(_("This archive")))
            column.addWidget(self._archive)
        column.addStretch(1)

    def _make_card(self, inside: QWidget, settings: list[Setting]) -> QFrame:
        card = QFrame(inside)
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.setColumnMinimumWidth(1, theme.fitted(CONTROL))
        for place, setting in enumerate(settings):
            if place:
                grid.setRowMinimumHeight(place * 3 - 1, 8)
            self.rows[setting.key] = SettingRow(setting, self._settings, grid, place * 3)
        return card

    def refresh(self) -> None:
        for row in self.rows.values():
            row.refresh()

    def follow(self, key: str) -> None:
        """A setting was changed elsewhere."""
        if key in self.rows and not BY_KEY[key].hidden:
            self.rows[key].refresh()
