"""One document in the whole middle: a bar that says which, with the way back and to its neighbours; the viewer below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.i18n import _
from ui import theme
from ui.icons import icon
from ui.widgets.elided import ElidedLabel


class DocumentPage(QWidget):
    """Holds the viewer while a document is open. Emits `closed()` and `stepped(by)`."""

    closed = Signal()
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(6)
        self.back = _button("arrow-left", _("Back to the list (Esc)"), _("Back to the list"))
        self.back.clicked.connect(self.closed)
        self._code = QLabel()
        self._code.setProperty("role", "heading")
        self._code.setTextFormat(Qt.TextFormat.PlainText)
        self._subject = ElidedLabel()
        self._subject.setProperty("role", "muted")
        self.previous = _button("up", _("Previous document (Alt+Up)"), _("Previous document"), "Alt+Up")
        self.next = _button("down", _("Next document (Alt+Down)"), _("Next document"), "Alt+Down")
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        row.addWidget(self.back)
        row.addWidget(self._code)
        row.addWidget(self._subject, 1)
        row.addWidget(self.previous)
        row.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        self.place = QVBoxLayout()
        column.addLayout(self.place, 1)

    def say(self, code: str, subject: str) -> None:
        self._code.setText(code or _("Document without a number"))
        self._subject.say(subject)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)


def _button(mark: str, hint: str, name: str, key: str = "") -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(mark))
    button.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
    button.setToolTip(hint)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if key:
        button.setShortcut(key)
    return button
