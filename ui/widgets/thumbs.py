"""The strip of thumbnails beside the pages."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.i18n import _
from ui import theme
from ui.widgets.page_loader import PageLoader

PICTURE = QSize(76, 104)
AnyIndex = QModelIndex | QPersistentModelIndex


class ThumbModel(QAbstractListModel):
    """One row a page. Pictures come from the loader as they are looked at."""

    def __init__(self, loader: PageLoader, parent: QWidget) -> None:
        super().__init__(parent)
        self._loader = loader
        self._count = 0
        self.turns: dict[int, int] = {}
        loader.thumb_loaded.connect(self._came)

    def set_count(self, count: int) -> None:
        self.beginResetModel()
        self._count, self.turns = count, {}
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else self._count

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        page = index.row() + 1
        if role == Qt.ItemDataRole.DisplayRole:
            return str(page)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return _("Page {page} of {count}").format(page=page, count=self._count)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._loader.thumb(page)
        return None

    def _came(self, page: int) -> None:
        index = self.index(page - 1)
        self.dataChanged.emit(index, index)


class ThumbDelegate(QStyledItemDelegate):
    """A small page with its number under it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(PICTURE.width() + 28, PICTURE.height() + option.fontMetrics.height() + 18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        tokens = theme.current()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(area, QColor(tokens.selection))
        text_height = option.fontMetrics.height()
        room = QRect(area.x(), area.y() + 7, area.width(), area.height() - text_height - 16)
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        self._picture(painter, room, picture if isinstance(picture, QImage) else None, chosen)
        painter.setPen(QColor(tokens.selection_text if chosen else tokens.muted))
        label = QRect(area.x(), area.bottom() - text_height - 4, area.width(), text_height + 2)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -2, -2))

    def _picture(self, painter: QPainter, room: QRect, image: QImage | None, chosen: bool) -> None:
        size = image.size().scaled(PICTURE, Qt.AspectRatioMode.KeepAspectRatio) if image is not None else PICTURE
        box = QRect(0, 0, size.width(), size.height())
        box.moveCenter(room.center())
        painter.fillRect(box, QColor(theme.LIGHT.base))
        if image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box, image)
        tokens = theme.current()
        painter.setPen(QPen(QColor(tokens.accent if chosen else tokens.line), 2 if chosen else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(-1, -1, 0, 0))


class ThumbStrip(QListView):
    """`chosen(page)` when the person goes to another page with mouse or arrows."""

    chosen = Signal(int)

    def __init__(self, loader: PageLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loader = loader
        self.pages = ThumbModel(loader, self)
        self.setModel(self.pages)
        self.setItemDelegate(ThumbDelegate(self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Thumbnails of the pages"))
        self.setFixedWidth(PICTURE.width() + 28 + 14)
        self._following = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(80)
        self._soon.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._soon.start())
        self.selectionModel().currentChanged.connect(self._moved)

    def set_count(self, count: int) -> None:
        self.pages.set_count(count)
        self._soon.start()

    def follow(self, page: int) -> None:
        """Marks the page that leads the view without telling anybody."""
        self._following = True
        self.setCurrentIndex(self.pages.index(page - 1))
        self._following = False

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._soon.start()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._soon.start()

    def _moved(self, current: QModelIndex) -> None:
        if current.isValid() and not self._following:
            self.chosen.emit(current.row() + 1)

    def _ask(self) -> None:
        if not self.isVisible():
            return
        first, last = self.indexAt(self.viewport().rect().topLeft()), self.indexAt(self.viewport().rect().bottomLeft())
        count = self.pages.rowCount()
        start = first.row() if first.isValid() else 0
        stop = last.row() if last.isValid() else count - 1
        self._loader.want_thumbs(range(start + 1, min(stop + 2, count) + 1))
