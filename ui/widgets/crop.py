"""The place on the page where a value was read, enlarged: what the clerk compares with what is typed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import _
from storage.records.reading import Box
from ui import theme

CALM, ACTIVE = 44, 104  # pixels high
SHARE = 0.42  # of the crop's height that the box itself takes where there is room
SHARE_OF_LONG = 0.8
LONG = 0.25  # page widths
AIR = 1.1  # of the box's width
LEAST = 0.03  # page widths high: a speck is not blown up further


def region(box: Box, width: float, height: float, aspect: float, *, close: bool = True) -> Box:
    """The part of a page (`width` × `height`, any unit) of that aspect around `box`; it stays on the page.

    A short value is shown with its neighbours on the line ("Số: 14/TTr-UBND"): that is how it is read. `close` false shows the
    box as it is, for a place that is only the usual one.
    """
    x0, y0, x1, y1 = box
    wide, high = max(x1 - x0, 1e-6) * width, max(y1 - y0, 1e-6) * height
    long = wide > LONG * width  # a whole line or more: what stands above and below it only takes room
    share = 1.0 if not close else SHARE_OF_LONG if long else SHARE
    tall = max(high / share, LEAST * width, wide * AIR / aspect)
    tall = min(tall, height, width / aspect)
    across = tall * aspect
    left = min(max((x0 + x1) / 2 * width - across / 2, 0.0), max(width - across, 0.0))
    top = min(max((y0 + y1) / 2 * height - tall / 2, 0.0), max(height - tall, 0.0))
    return (left / width, top / height, (left + across) / width, (top + tall) / height)


def inside(box: Box, outer: Box) -> Box:
    """`box` in fractions of `outer`."""
    width, height = max(outer[2] - outer[0], 1e-9), max(outer[3] - outer[1], 1e-9)
    return (
        (box[0] - outer[0]) / width,
        (box[1] - outer[1]) / height,
        (box[2] - outer[0]) / width,
        (box[3] - outer[1]) / height,
    )


def paint_crop(painter: QPainter, area: QRectF, image: QImage | None, source: QRectF, mark: Box | None) -> None:
    """Paper, the piece `source` (pixels) of the image on it, and a frame around `mark` (fractions of the piece)."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(area, 4, 4)
    painter.setClipPath(path)
    painter.fillRect(area, QColor(theme.LIGHT.base))
    if image is not None and not image.isNull():
        painter.drawImage(area, image, source)
    if mark is not None:
        frame = QRectF(
            QPointF(area.left() + mark[0] * area.width() - 3, area.top() + mark[1] * area.height() - 3),
            QPointF(area.left() + mark[2] * area.width() + 3, area.top() + mark[3] * area.height() + 3),
        )
        ink = QColor(theme.LIGHT.accent)
        ink.setAlpha(150)
        painter.setPen(QPen(ink, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 3, 3)
    painter.setClipping(False)
    painter.setPen(QPen(QColor(theme.current().line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.restore()


class CropView(QWidget):
    """A piece of a page image. `clicked()` when the clerk points at it: the field is meant."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._box: Box | None = None
        self._sought = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CALM)
        self.setCursor(Qt.CursorShape.IBeamCursor)

    @property
    def filled(self) -> bool:
        return self._image is not None and self._box is not None

    @property
    def box(self) -> Box | None:
        return self._box

    def show_place(self, image: QImage | None, box: Box | None, *, sought: bool = False) -> None:
        """`image` is the whole upright page, `box` in its fractions; `sought`: only the usual place, nothing is framed."""
        self._image, self._box, self._sought = image, box, sought
        self.setToolTip(_("Not found. It usually stands here.") if sought else "")
        self.update()

    def set_active(self, active: bool) -> None:
        """Larger while the clerk works in this field."""
        self.setFixedHeight(ACTIVE if active else CALM)

    def sizeHint(self) -> QSize:
        return QSize(240, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._image is None or self._box is None or not self.height():
            paint_crop(painter, area, None, QRectF(), None)
            painter.end()
            return
        width, height = self._image.width(), self._image.height()
        part = region(self._box, width, height, area.width() / area.height(), close=not self._sought)
        source = QRectF(part[0] * width, part[1] * height, (part[2] - part[0]) * width, (part[3] - part[1]) * height)
        paint_crop(painter, area, self._image, source, None if self._sought else inside(self._box, part))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()
