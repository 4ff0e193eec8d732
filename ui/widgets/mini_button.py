"""A small icon button for tight places: no frame until one points at it or comes to it with Tab."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui import icons, theme

SIDE = 20


class MiniButton(QAbstractButton):
    """`name` is its accessible name and its tooltip."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_as(icon, name)

    def show_as(self, icon: str, name: str) -> None:
        self.setIcon(icons.icon(icon, "muted"))
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QColor(tokens.accent) if self.hasFocus() else QColor(Qt.GlobalColor.transparent)
        ground = QColor(tokens.hover) if self.underMouse() or self.isDown() else QColor(Qt.GlobalColor.transparent)
        painter.setPen(QPen(edge, 2))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        room = self.rect().adjusted(2, 2, -2, -2)
        self.icon().paint(painter, room)
        painter.end()
