"""Where good news floats: over the page, at its lower edge, so that nothing moves under the hand when it comes and goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

WIDTH, GAP, FOOT = 560, 12, 34


class Toasts(QFrame):
    """Holds banners in `column`; keeps its place while the window changes size, and hides when it is empty."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        window.installEventFilter(self)
        self.hide()

    def place(self) -> None:
        """To the lower edge, in the middle, as high as its banners need."""
        if not self.column.count():
            self.hide()
            return
        width = min(WIDTH, self._window.width() - 2 * GAP)
        height = self.column.totalHeightForWidth(width) if self.column.hasHeightForWidth() else self.column.sizeHint().height()
        self.setGeometry((self._window.width() - width) // 2, self._window.height() - FOOT - GAP - height, width, height)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)
