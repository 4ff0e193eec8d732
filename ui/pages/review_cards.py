"""How a card of the grid is drawn and typed over: the crop, the value beside it, below it what is known of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.i18n import _
from ui import icons, theme
from ui.models.review_grid import CARD_ROLE, Card, GridModel
from ui.widgets.crop import paint_crop
from ui.widgets.crop_store import CropStore
from ui.widgets.editors import choice_box
from ui.widgets.field_state import FieldState
from ui.widgets.word_box import WordBox

Index = QModelIndex | QPersistentModelIndex
GAP, AIR = 5, 8
NARROW = {"codeNumber", "arrivalNumber"}
MIDDLE = {"issuedDate", "arrivalDate", "codeNotation", "typeName", "place", "urgency", "secrecy"}
FOOT = 20  # pixels of the line below: state and document
PAPER = 62


def card_width(name: str) -> int:
    """The least width of a card of that field: how long its values are."""
    return theme.fitted(250 if name in NARROW else 330 if name in MIDDLE else 520)


def card_height() -> int:
    return theme.fitted(PAPER) + theme.fitted(FOOT) + 2 * AIR + GAP + 4


class CardDelegate(QStyledItemDelegate):
    """`refused(sentence)` when what was typed can't stand ("" takes it back); `done(place, by)` when a value was given with Enter."""

    refused = Signal(str)
    done = Signal(int, int)

    def __init__(self, model: GridModel, store: CropStore, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._store = model, store

    # --- places ---
    @staticmethod
    def card_area(rect: QRect) -> QRectF:
        return QRectF(rect).adjusted(GAP, GAP, -GAP, -GAP)

    def paper_area(self, rect: QRect) -> QRectF:
        """Where the crop stands: a little more than half, so that the value has its room."""
        area = self.card_area(rect)
        share = 0.52 if self._model.decl.name in NARROW else 0.56
        return QRectF(area.left() + AIR, area.top() + AIR, (area.width() - 3 * AIR) * share, theme.fitted(PAPER))

    def value_area(self, rect: QRect) -> QRectF:
        area, paper = self.card_area(rect), self.paper_area(rect)
        return QRectF(QPointF(paper.right() + AIR, paper.top()), QPointF(area.right() - AIR, paper.bottom()))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(card_width(self._model.decl.name), card_height())

    # --- drawing ---
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: Card | None = index.data(CARD_ROLE)
        if card is None:
            return
        tokens = theme.current()
        rect: QRect = option.rect
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, QColor(tokens.base))  # the view has laid the colour of the selection there
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge, width = self._edge(card)
        painter.setPen(QPen(QColor(edge), width))
        painter.setBrush(QColor(tokens.selection if current else tokens.base))
        painter.drawRoundedRect(self.card_area(rect), 7, 7)
        if current:
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.card_area(rect).adjusted(-3, -3, 3, 3), 9, 9)
        self._paint_paper(painter, rect, card)
        self._paint_value(painter, option, rect, card, current)
        self._paint_foot(painter, option, rect, card, current)
        painter.restore()

    def _edge(self, card: Card) -> tuple[str, float]:
        tokens = theme.current()
        if not card.wants_look:
            return tokens.line, 1
        bad = bool(card.findings) or card.state in (FieldState.MISSING, FieldState.WRONG)
        return (tokens.danger if bad else tokens.warning), 2

    def _paint_paper(self, painter: QPainter, rect: QRect, card: Card) -> None:
        area = self.paper_area(rect)
        piece = self._store.piece(card.crop)
        if piece is None:
            paint_crop(painter, area, None, QRectF(), None)
            return
        paint_crop(painter, area, piece.image, QRectF(piece.image.rect()), piece.mark)
        if piece.image.isNull():
            painter.setPen(QColor(theme.LIGHT.muted))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), _("No picture"))

    def _paint_value(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, card: Card, current: bool) -> None:
        tokens = theme.current()
        font = QFont(option.font)
        big = self._model.decl.name in NARROW | MIDDLE
        font.setPointSizeF(font.pointSizeF() + (6 if self._model.decl.name in NARROW else 2 if big else 0))
        font.setWeight(QFont.Weight.DemiBold if big else QFont.Weight.Normal)
        painter.setFont(font)
        ink = tokens.selection_text if current else tokens.text
        painter.setPen(QColor(ink if card.crop.value else tokens.muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(self.value_area(rect), int(flags), card.crop.value or "—")

    def _paint_foot(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, card: Card, current: bool) -> None:
        tokens = theme.current()
        paper, area = self.paper_area(rect), self.card_area(rect)
        line = QRectF(
            QPointF(paper.left(), paper.bottom() + 3), QPointF(area.right() - AIR, paper.bottom() + 3 + theme.fitted(FOOT))
        )
        painter.setFont(option.font)
        metrics = painter.fontMetrics()
        word = card.word
        mark, role = self._mark(card)
        used = 0.0
        if word:
            ratio = painter.device().devicePixelRatioF()
            picture = icons.pixmap(mark, role, 14, ratio)
            painter.drawPixmap(QPointF(line.left(), line.top() + (line.height() - 14) / 2), picture)
            painter.setPen(QColor(tokens.selection_text if current and role == "muted" else getattr(tokens, role)))
            painter.drawText(line.adjusted(18, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), word)
            used = 18 + metrics.horizontalAdvance(word) + 10
        painter.setPen(QColor(tokens.selection_text if current else tokens.muted))
        room = line.adjusted(used, 0, 0, 0)
        title = metrics.elidedText(card.crop.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), title)

    @staticmethod
    def _mark(card: Card) -> tuple[str, str]:
        if card.findings:
            return "warning", "danger" if card.wants_look else "warning"
        if card.crop.confirmed:
            return "done", "success"
        return card.state.icon or "info", card.state.role

    # --- typing over it ---
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        decl = self._model.decl
        editor: QWidget
        if decl.kind in ("choice", "word"):
            editor = choice_box(decl, parent)
        elif decl.kind == "lines":
            editor = QPlainTextEdit(parent)
            editor.setTabChangesFocus(True)
        else:
            editor = QLineEdit(parent)
        card: Card | None = index.data(CARD_ROLE)
        editor.setAccessibleName(f"{decl.label}: {card.crop.title}" if card is not None else decl.label)
        editor.setProperty("place", self._model.place(index))
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.value_area(option.rect).toRect()
        if isinstance(editor, QPlainTextEdit):
            editor.setGeometry(area.adjusted(-4, -2, 4, theme.fitted(FOOT)))
        else:
            height = editor.sizeHint().height()
            editor.setGeometry(area.left() - 4, area.center().y() - height // 2, area.width() + 8, height)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        value = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, WordBox):
            editor.set_text(value)
            editor.begin()
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(value)))
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(value)
            editor.selectAll()
        elif isinstance(editor, QLineEdit):
            editor.setText(value)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        place = self._model.place(index)
        if place < 0:
            return
        try:
            value = self._model.value_of(place, _text(editor))
        except ValueError:
            return  # told when Enter was pressed; leaving it otherwise keeps what was there
        if value != self._model.cards[place].crop.value:
            self._model.write(place, value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, QWidget):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.finish(watched, -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return False
            self.refused.emit("")
        return super().eventFilter(watched, event)

    def finish(self, editor: QWidget, by: int) -> None:
        """Enter while typing: checks, writes, goes on. What can't stand stays open with its sentence."""
        place = int(editor.property("place"))
        try:
            value = self._model.value_of(place, _text(editor))
        except ValueError as wrong:
            theme.restyle(editor, "invalid", True)
            self.refused.emit(str(wrong))
            return
        self.refused.emit("")
        self._model.write(place, value)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        self.done.emit(place, by)


def _text(editor: QWidget) -> str:
    if isinstance(editor, WordBox):
        return editor.text()
    if isinstance(editor, QComboBox):
        return str(editor.currentData() or "")
    if isinstance(editor, QPlainTextEdit):
        return editor.toPlainText()
    return editor.text() if isinstance(editor, QLineEdit) else ""
