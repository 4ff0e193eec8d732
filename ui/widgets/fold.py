"""A section that folds, with a title and a summary that stays in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.i18n import _
from ui import theme
from ui.widgets.mini_button import MiniButton


class _Head(QFrame):
    pressed = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()


class Fold(QWidget):
    """`folded(bool)` when the person opens or closes it."""

    folded = Signal(bool)

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._content = content
        self._arrow = MiniButton("down", title)
        self._arrow.clicked.connect(lambda _checked: self._toggle())
        self._heading = QLabel(title)
        self._heading.setProperty("role", "strong")
        self._summary = QLabel()
        self._summary.setProperty("role", "muted")
        line = QFrame()
        line.setProperty("role", "line")
        head = _Head()
        head.pressed.connect(self._toggle)
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(4)
        row.addWidget(self._arrow)
        row.addWidget(self._heading)
        row.addStretch(1)
        row.addWidget(self._summary)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addWidget(head)
        column.addWidget(content)
        self._open = True
        self._show()

    @property
    def is_open(self) -> bool:
        return self._open

    def set_open(self, on: bool) -> None:
        if on != self._open:
            self._open = on
            self._show()

    def set_summary(self, text: str, role: str = "muted") -> None:
        """A few words at the right of the title, in the ink of `role`."""
        self._summary.setText(text)
        theme.restyle(self._summary, "role", role)

    def _toggle(self) -> None:
        self.set_open(not self._open)
        self.folded.emit(not self._open)

    def _show(self) -> None:
        self._content.setVisible(self._open)
        sentence = _("Fold “{title}”") if self._open else _("Unfold “{title}”")
        self._arrow.show_as("down" if self._open else "next", sentence.format(title=self._title))
