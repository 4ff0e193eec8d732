"""What stands where a list would be: why nothing is here and what to do first."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.actions import plain
from ui.icons import pixmap


class EmptyState(QWidget):
    """Says why nothing is here and what to do first, with the buttons to do it."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title.setProperty("role", "heading")
        self._advice = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._advice.setProperty("role", "muted")
        self._advice.setWordWrap(True)
        self._shown: list[QPushButton] = []
        self._said: tuple[str, str, str, tuple[str, ...]] | None = None
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        for widget in (self._mark, self._title, self._advice):
            column.addWidget(widget)
        column.addSpacing(12)
        column.addLayout(self._buttons)
        column.addStretch(3)

    def say(self, mark: str, title: str, advice: str, actions: list[QAction]) -> bool:
        """False when it stands there already: then its buttons stay, and the one that has the focus keeps it."""
        says = (mark, title, advice, tuple(action.objectName() for action in actions))
        if says == self._said:
            return False
        self._said = says
        self._mark.setPixmap(pixmap(mark, "muted", 48, self.devicePixelRatioF()))
        self._title.setText(title)
        self._advice.setText(advice)
        for old in self._shown:
            old.deleteLater()
        self._shown = []
        while self._buttons.takeAt(0) is not None:
            pass
        self._buttons.addStretch(1)
        for place, action in enumerate(actions):
            button = QPushButton(action.icon(), plain(action.text()))
            if place == 0:
                button.setProperty("role", "primary")
                button.setIcon(_primary_icon(action))
            button.clicked.connect(action.trigger)
            self._buttons.addWidget(button)
            button.show()  # a hidden one takes no focus; a layout shows it in the next turn only
            self._shown.append(button)
        self._buttons.addStretch(1)
        return True

    @property
    def first(self) -> QPushButton | None:
        """The button that says what to do first, if there is one."""
        return self._shown[0] if self._shown else None


def _primary_icon(action: QAction) -> Any:
    from ui.actions import BY_KEY
    from ui.icons import icon

    return icon(BY_KEY[action.objectName()].icon, "accent_text")
