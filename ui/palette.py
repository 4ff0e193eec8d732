"""The command palette: every action by its name, without accents if one likes, opened by Ctrl+K."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.i18n import _
from storage.text import fold
from ui.actions import Actions, Spec, key_text, plain
from ui.icons import icon, pixmap
from ui.widgets.elided import ElidedLabel

WIDTH, HEIGHT, LEAST = 640, 440, 96
PORTION = 12  # lines made at once: as many as are seen
STEPS: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


def score(words: str, typed: str) -> int:
    """How well a command's name suits what was typed, both folded: 0 = not at all, more is better.

    Beginning of the name > beginning of a word > anywhere > letters in order ("kqs" … "kho quét số").
    """
    name, wanted = fold(words), fold(typed).strip()
    if not wanted:
        return 1
    if name.startswith(wanted):
        return 100
    if any(part.startswith(wanted) for part in name.split()):
        return 80
    if all(piece in name for piece in wanted.split()):
        return 60
    return 20 if _in_order("".join(part[0] for part in name.split()), wanted.replace(" ", "")) else 0


def _in_order(letters: str, wanted: str) -> bool:
    rest = iter(letters)
    return len(wanted) > 1 and all(letter in rest for letter in wanted)


class CommandPalette(QFrame):
    """Floats over the window's upper middle; Esc or a click elsewhere closes it."""

    closed = Signal()

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions, self._window = actions, window
        self.setProperty("role", "popup")
        self.setAutoFillBackground(True)
        self.setAccessibleName(_("All commands"))
        self._field = QLineEdit()
        self._field.setPlaceholderText(_("Type what you want to do…"))
        self._field.setAccessibleName(_("Command"))
        self._field.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self._list = QListWidget()
        self._list.setAccessibleName(_("Matching commands"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._none = QLabel(_("No command of that name."))
        self._none.setProperty("role", "muted")
        self._none.setContentsMargins(12, 8, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for widget in (self._field, self._none, self._list):
            column.addWidget(widget)
        self._left: list[tuple[Spec, QAction]] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._add)
        self._field.textChanged.connect(self._fill)
        self._field.installEventFilter(self)
        self._list.itemClicked.connect(lambda _item: self._use())
        self.hide()

    def open(self) -> None:
        """Shows it empty, ready to type."""
        window = self._window
        width = min(WIDTH, window.width() - 32)
        height = min(HEIGHT, window.height() - 96)
        self.setGeometry((window.width() - width) // 2, 64, width, height)
        if self._field.text():
            self._field.clear()
        else:
            self._fill("")
        self.show()
        self.raise_()
        self._field.setFocus()

    def close_palette(self) -> None:
        if self.isVisible():
            self._later.stop()
            self.hide()
            self.closed.emit()

    def matches(self, typed: str) -> list[tuple[Spec, QAction]]:
        """Usable commands first, then by how well they suit, then as registered."""
        found = [(score(plain(a.text()), typed), a.isEnabled(), s, a) for s, a in self._actions.usable if s.key != "commands"]
        kept = [(points, on, s, a) for points, on, s, a in found if points]
        kept.sort(key=lambda each: (-each[1], -each[0]))
        return [(s, a) for _points, _on, s, a in kept]

    def _fill(self, typed: str) -> None:
        self._list.clear()
        self._left = found = self.matches(typed)
        self._add()
        self._none.setVisible(not found)
        self._list.setVisible(bool(found))
        if found:
            self._list.setCurrentRow(0)
        self._fit(len(found))

    def _add(self) -> None:
        """The next few lines; those out of sight come when the window has a moment."""
        for spec, action in self._left[:PORTION]:
            item = QListWidgetItem(self._list)
            item.setData(Qt.ItemDataRole.UserRole, spec.key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, plain(action.text()))
            line = _Line(spec, action)
            item.setSizeHint(line.sizeHint())
            self._list.setItemWidget(item, line)
        self._left = self._left[PORTION:]
        if self._left:
            self._later.start()

    def _fit(self, count: int) -> None:
        """As high as what was found, at most as high as the window allows."""
        lines = self._list.sizeHintForRow(0) * count + 4 if count else self._none.sizeHint().height()
        wanted = self._field.sizeHint().height() + lines + 24
        self.resize(self.width(), max(LEAST, min(HEIGHT, self._window.height() - 96, wanted)))

    def _use(self) -> None:
        if self._list.currentRow() < 0:
            return
        action = self._actions[self._list.currentItem().data(Qt.ItemDataRole.UserRole)]
        if action.isEnabled():
            self.close_palette()
            action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self.close_palette()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._use()
                return True
            if key in STEPS:
                self._step(STEPS[key])
                return True
        if event.type() == QEvent.Type.FocusOut and watched is self._field:
            self.close_palette()
        return super().eventFilter(watched, event)

    def _step(self, by: int) -> None:
        count = self._list.count()
        if count:
            self._list.setCurrentRow(max(0, min(count - 1, self._list.currentRow() + by)))


class _Line(QWidget):
    """Icon, name, what is missing, key."""

    def __init__(self, spec: Spec, action: QAction) -> None:
        super().__init__()
        usable = action.isEnabled()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(10)
        mark = QLabel()
        mark.setPixmap(pixmap(spec.icon, "text" if usable else "faint", 20, self.devicePixelRatioF()))
        name = QLabel(plain(action.text()))
        name.setEnabled(usable)
        row.addWidget(mark)
        row.addWidget(name)
        if not usable and spec.need.sentence:
            why = ElidedLabel()
            why.setProperty("role", "muted")
            why.say(_(spec.need.sentence))
            row.addWidget(why, 1)
        else:
            row.addStretch(1)
        if spec.keys:
            key = QLabel(key_text(spec.keys[0]))
            key.setProperty("role", "key")
            row.addWidget(key)
