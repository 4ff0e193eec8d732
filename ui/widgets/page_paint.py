"""Draws one page and what lies over it. Pages stay white and their marks keep the light colours, in the dark too."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ui import theme
from ui.widgets.page_layout import Rect


def rectf(rect: Rect) -> QRectF:
    return QRectF(*rect)


def _ink(name: str, alpha: int = 255) -> QColor:
    colour = QColor(getattr(theme.LIGHT, name))
    colour.setAlpha(alpha)
    return colour


def sheet(painter: QPainter, rect: Rect, image: QImage | None, degrees: int) -> None:
    """White paper with a thin edge, and the image turned clockwise by `degrees` once it is there."""
    area = rectf(rect)
    painter.fillRect(area, _ink("base"))
    if image is not None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(area.center())
        painter.rotate(degrees)
        width, height = (area.height(), area.width()) if degrees % 180 else (area.width(), area.height())
        painter.drawImage(QRectF(-width / 2, -height / 2, width, height), image)
        painter.restore()
    edge = QColor(theme.current().line)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))


def notice(painter: QPainter, rect: Rect, text: str, *, bad: bool) -> None:
    """A sentence in the middle of a page that isn't there."""
    painter.setPen(_ink("danger" if bad else "muted"))
    area = rectf(rect).adjusted(16, 16, -16, -16)
    painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), text)


def selection(painter: QPainter, rects: Iterable[Rect]) -> None:
    for rect in rects:
        painter.fillRect(rectf(rect), _ink("accent", 80))


def hits(painter: QPainter, rects: Iterable[Rect], *, current: bool) -> None:
    """Search hits like a felt pen; the current one has an edge besides, so that colour is not all that tells it."""
    for rect in rects:
        area = rectf(rect).adjusted(-1.5, -1, 1.5, 1)
        painter.save()
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
        painter.fillRect(area, _ink("mark"))
        painter.restore()
        if current:
            painter.setPen(QPen(_ink("danger"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(-1, -1, 1, 1))


def evidence(painter: QPainter, rect: Rect) -> None:
    """Where on the page a field's value was read."""
    area = rectf(rect).adjusted(-4, -3, 4, 3)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_ink("accent"), 2))
    painter.setBrush(_ink("accent", 28))
    painter.drawRoundedRect(area, 4, 4)
    painter.restore()


def rubber_band(painter: QPainter, one: QPointF, other: QPointF) -> None:
    painter.setPen(QPen(_ink("accent"), 2, Qt.PenStyle.DashLine))
    painter.setBrush(_ink("accent", 28))
    painter.drawRect(QRectF(one, other).normalized())
