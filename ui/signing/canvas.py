"""The page that will be signed, with the signature on it as it will be drawn: to look at, and to drag."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from app.desk.showing import Preview
from app.signature.font import FONT, ITALIC
from storage.records.reading import Box
from ui import theme
from ui.widgets.page_hand import LivePageCanvas

PIXELS = 64  # size that letters are laid out in before they are scaled
STEP = 0.002  # of the page, with an arrow key; ten times that with Shift


class SignCanvas(LivePageCanvas):
    """`moved(page, box)` when the person has put the signature elsewhere.

    The mouse drags it; Ctrl with the arrows moves it by half a millimetre, with Shift too by five.
    """

    moved = Signal(int, object)

    _mark: Preview | None = None
    _picture: QImage | None = None
    _box: Box | None = None
    _held: QPointF | None = None
    movable = True

    def show_mark(self, preview: Preview | None) -> None:
        """The signature on its page; None for one that is not seen."""
        self._mark = preview if preview is not None and preview.box is not None else None
        self._box = self._mark.box if self._mark else None
        image = self._mark.look.image if self._mark and self._mark.look else None
        self._picture = trimmed(image) if image is not None else None
        if self._mark is not None and self._box is not None:
            self.reveal(self._mark.page, self._box)
        self.viewport().update()

    @property
    def box(self) -> Box | None:
        return self._box

    # --- moving ---
    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = self.canvas_point(event.position())
        if event.button() == Qt.MouseButton.LeftButton and self.movable and self._rect().contains(point):
            self._held = point
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = self.canvas_point(event.position())
        if self._held is not None and self._mark is not None:
            _left, _top, width, height = self.layout_.rect(self._mark.page)
            self._shift((point.x() - self._held.x()) / width, (point.y() - self._held.y()) / height)
            self._held = point
            return
        super().mouseMoveEvent(event)
        if self.movable and self._rect().contains(point):
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
            self._tell()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        way = steps.get(Qt.Key(event.key()))
        if (
            way is not None
            and self._box is not None
            and self.movable
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            step = STEP * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            self._shift(way[0] * step, way[1] * step)
            self._tell()
            return
        super().keyPressEvent(event)

    def _shift(self, across: float, down: float) -> None:
        if self._box is None:
            return
        x0, y0, x1, y1 = self._box
        across = min(max(across, -x0), 1 - x1)
        down = min(max(down, -y0), 1 - y1)
        self._box = (x0 + across, y0 + down, x1 + across, y1 + down)
        self.viewport().update()

    def _tell(self) -> None:
        if self._mark is not None and self._box is not None and self._box != self._mark.box:
            self.moved.emit(self._mark.page, self._box)

    def _rect(self) -> QRectF:
        if self._mark is None or self._box is None or self._mark.page > self.count:
            return QRectF()
        return QRectF(*self.layout_.box_rect(self._mark.page, self._box))

    # --- painting ---
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        rect = self._rect()
        if self._mark is None or rect.isEmpty():
            return
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(-float(self.horizontalScrollBar().value()), -float(self.verticalScrollBar().value()))
        if self._picture is not None:
            painter.drawImage(rect, self._picture)
        else:
            self._letters(painter, rect)
        if self.movable:
            painter.setPen(QPen(QColor(theme.LIGHT.accent), 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(-3, -3, 3, 3))
        painter.end()

    def _letters(self, painter: QPainter, rect: QRectF) -> None:
        assert self._mark is not None  # noqa: S101 - painted only with a mark
        scale = rect.height() / self._mark.height
        painter.setPen(QColor("black"))
        painter.setFont(_times(self._mark.italic))
        for text, x, y, size in self._mark.runs:
            painter.save()
            painter.translate(rect.x() + x * scale, rect.bottom() - y * scale)
            painter.scale(
                size * scale / PIXELS, size * scale / PIXELS
            )  # a font's own sizes are whole pixels: too wide or narrow
            painter.drawText(QPointF(0, 0), text)
            painter.restore()


@lru_cache(maxsize=2)
def _family(italic: bool) -> str:
    number = QFontDatabase.addApplicationFont(str(ITALIC if italic else FONT))
    families = QFontDatabase.applicationFontFamilies(number)
    return families[0] if families else "Times New Roman"


def _times(italic: bool) -> QFont:
    font = QFont(_family(italic))
    font.setItalic(italic)
    font.setPixelSize(PIXELS)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=4)
def trimmed(path: Path) -> QImage:
    """The picture without its empty margin, as it is drawn."""
    from PIL import Image

    with Image.open(path, formats=("PNG",)) as image:
        shown = image.convert("RGBA")
    extent = shown.getchannel("A").point(lambda a: 255 if a > 8 else 0).getbbox()
    shown = shown.crop(extent) if extent else shown
    shown.thumbnail((900, 900))
    data = shown.tobytes()
    return QImage(data, shown.width, shown.height, shown.width * 4, QImage.Format.Format_RGBA8888).copy()
