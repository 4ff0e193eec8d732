"""How a document of a signing is drawn: its number, one line of its subject, and below it what became of it, in full."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QApplication, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import theme
from ui.pages.delegates import draw_focus

Index = QModelIndex | QPersistentModelIndex
PARTS = Qt.ItemDataRole.UserRole + 1  # (number, subject, words of the mark, its ink)
PAD, GAP = 7, 8  # pixels
WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
ENOUGH = 10_000  # pixels, higher than any row


class SignRows(QStyledItemDelegate):
    """Two lines, and as many more as the words of the mark need in the width of the list."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = option.widget
        width = view.viewport().width() - 2 * view.spacing() if isinstance(view, QListView) else option.rect.width()
        line, mark = QFontMetrics(option.font).lineSpacing(), index.data(PARTS)[2]
        high = 2 * line + (self._mark_height(option.font, mark, _text_width(width)) if mark else 0)
        return QSize(max(width, 0), high + 2 * PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        number, subject, mark, ink = index.data(PARTS)
        self.initStyleOption(option, index)
        rect: QRect = option.rect
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        sign, option.icon, option.text = QIcon(option.icon), QIcon(), ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        tokens = theme.current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        strong = QFont(option.font)
        strong.setWeight(QFont.Weight.DemiBold)
        line = QFontMetrics(option.font).lineSpacing()
        size = theme.ICON_LIST
        painter.save()
        sign.paint(painter, rect.left() + GAP, rect.top() + PAD + (line - size) // 2, size, size)
        left, width = rect.left() + 2 * GAP + size, _text_width(rect.width())
        self._line(painter, QRect(left, rect.top() + PAD, width, line), strong, number, tokens.text)
        below = tokens.selection_text if chosen else tokens.muted
        self._line(painter, QRect(left, rect.top() + PAD + line, width, line), option.font, subject, below)
        if mark:
            painter.setFont(option.font)
            painter.setPen(QColor(getattr(tokens, ink)))
            painter.drawText(QRect(left, rect.top() + PAD + 2 * line, width, rect.bottom()), WRAPPED, mark)
        painter.restore()
        if focused:
            draw_focus(painter, rect)

    def _line(self, painter: QPainter, room: QRect, font: QFont, words: str, ink: str) -> None:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _mark_height(self, font: QFont, words: str, width: int) -> int:
        return QFontMetrics(font).boundingRect(QRect(0, 0, width, ENOUGH), WRAPPED, words).height()


def _text_width(width: int) -> int:
    return max(width - 3 * GAP - theme.ICON_LIST, 40)
