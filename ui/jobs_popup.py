"""The panel of running work, floating over the lower right corner; opened from the foot or by Ctrl+J."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ui.jobs import JobsBridge
from ui.widgets.jobs_panel import JobsPanel
from ui.window import Window

WIDTH, HEIGHT, LEAST, MARGIN, FOOT, EDGE = 440, 480, 150, 12, 34, 4


class JobsPopup(QFrame):
    """Keeps its place when the window changes size; Esc closes it."""

    def __init__(self, bridge: JobsBridge, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "popup")
        self.setAutoFillBackground(True)
        self.panel = JobsPanel(bridge)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        column.addWidget(self.panel)
        self.panel.reshaped.connect(lambda: QTimer.singleShot(0, self, self._follow))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.panel.accessibleName())
        window.installEventFilter(self)
        window.pages.currentChanged.connect(lambda _place: self.hide())  # it would lie over what the next page is for
        self.hide()

    def toggle(self) -> None:
        if self.isVisible():
            self.hide()
            return
        self._place()
        self.show()
        self.raise_()
        self.setFocus()

    def _follow(self) -> None:
        """Once the rows have taken in their new words."""
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        width = min(WIDTH, self._window.width() - 2 * MARGIN)
        height = min(HEIGHT, self._window.height() - 120, max(LEAST, self.panel.wanted_height() + 10 * EDGE))
        self.setGeometry(self._window.width() - width - MARGIN, self._window.height() - height - FOOT - MARGIN, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)
