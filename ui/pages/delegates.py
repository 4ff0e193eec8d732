"""How rows are drawn: their height, and what lies beside the text."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from ui import theme
from ui.models.tree import CODE_ROLE, COUNT_ROLE, KIND_ROLE
from ui.models.words import number_word

Index = QModelIndex | QPersistentModelIndex
FOCUS_MARK = 3  # pixels


class RowDelegate(QStyledItemDelegate):
    """Rows of the running density. The focused row of a table wears a mark at its left edge: a framed cell would look editable."""

    def __init__(self, look: theme.Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), self._look.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        table = option.widget
        if not isinstance(table, QTableView) or not table.hasFocus():
            return
        if index.row() == table.currentIndex().row() and index.column() == table.horizontalHeader().logicalIndexAt(0):
            mark = QRect(option.rect.topLeft(), QSize(FOCUS_MARK, option.rect.height()))
            painter.fillRect(mark, QColor(theme.current().accent))


class ElidedRows(QStyledItemDelegate):
    """Rows as wide as their list: long words end in dots, and nothing has to be pushed sideways."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, super().sizeHint(option, index).height())


def draw_focus(painter: QPainter, rect: QRect) -> None:
    """The 2-pixel frame of keyboard focus."""
    painter.save()
    painter.setPen(QPen(QColor(theme.current().accent), 2))
    painter.drawRect(rect.adjusted(1, 1, -1, -1))
    painter.restore()


class TreeDelegate(RowDelegate):
    """A line of the tree with its number at the right edge; a line parts the shelves from the fonds."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), max(theme.ROW_COMPACT, self._look.row_height - 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        rect: QRect = option.rect
        count = index.data(COUNT_ROLE) or 0
        text = number_word(int(count)) if count else ""
        style = option.widget.style() if option.widget else QApplication.style()
        room = option.fontMetrics.horizontalAdvance(text) + 14 if text else 8
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        words = option.text
        option.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        self._draw_words(painter, option, index, words, text, room)
        if focused:
            draw_focus(painter, rect)

    def _draw_words(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, words: str, count: str, room: int
    ) -> None:
        rect: QRect = option.rect
        tokens = theme.current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ink, faint = (tokens.selection_text, tokens.selection_text) if chosen else (tokens.text, tokens.muted)
        kind = index.data(KIND_ROLE)
        painter.save()
        if kind == "fonds":
            painter.setPen(QColor(tokens.line))
            painter.drawLine(0, rect.top(), rect.right(), rect.top())
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if kind == "fonds" else QFont.Weight.Normal)
        painter.setFont(font)
        left = rect.left() + 4 + theme.ICON_LIST + 8
        space = QRect(QPoint(left, rect.top()), QPoint(rect.right() - room, rect.bottom()))
        used = self._draw(painter, space, words, ink)
        code = index.data(CODE_ROLE) or ""
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        if code and painter.fontMetrics().horizontalAdvance(code) <= space.width() - used - 12:  # else the tooltip tells it
            self._draw(painter, space.adjusted(used + 8, 0, 0, 0), code, faint)
        if count:
            painter.setPen(QColor(faint))
            painter.drawText(rect.adjusted(0, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        painter.restore()

    def _draw(self, painter: QPainter, space: QRect, words: str, ink: str) -> int:
        """Draws words, elided; returns their width in pixels."""
        painter.setPen(QColor(ink))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, space.width())
        painter.drawText(space, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        return painter.fontMetrics().horizontalAdvance(shown)
