"""What pages that lie over the library share: a head with the way back, and a column of readable width in the middle."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.i18n import _
from ui import theme
from ui.icons import icon


class OverPage(QWidget):
    """A page that lies over the library until it is left: `closed()`. Esc and the arrow at its top lead back."""

    closed = Signal()

    def leave(self) -> None:
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return
        super().keyPressEvent(event)


def heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def head(title: str, back: Callable[[], object], *behind: QWidget) -> QFrame:
    """The bar on top: back, title, and what stands at its far end."""
    bar = QFrame()
    bar.setProperty("role", "bar")
    row = QHBoxLayout(bar)
    row.setContentsMargins(8, 6, 12, 6)
    button = QToolButton()
    button.setIcon(icon("arrow-left"))
    button.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
    button.setAccessibleName(_("Back"))
    button.setToolTip(_("Back (Esc)"))
    button.clicked.connect(lambda _checked=False: back())
    row.addWidget(button)
    row.addWidget(heading(title))
    row.addStretch(1)
    for widget in behind:
        row.addWidget(widget)
    return bar


def centred(inside: QWidget) -> QWidget:
    """`inside` in the middle, as wide as it wants to be at most."""
    outside = QWidget()
    across = QHBoxLayout(outside)
    across.setContentsMargins(0, 0, 0, 0)
    across.addStretch(1)
    across.addWidget(inside, 100)
    across.addStretch(1)
    return outside
