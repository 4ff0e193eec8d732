"""The editors of a form: one line, several lines, a choice. Each saves as one leaves it and leaves Enter to the form."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from app.i18n import _
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.field_state import FieldDecl
from ui.widgets.word_box import WordBox


class LinesEdit(QPlainTextEdit):
    """A few lines of text that grows with its content, from one to `most` lines; Tab leaves it."""

    def __init__(self, parent: QWidget | None = None, *, most: int = 6) -> None:
        super().__init__(parent)
        self._most = most
        self.document().setDocumentMargin(2)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.textChanged.connect(self._grow)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        needed = round(self.document().size().height())
        lines = max(1, min(needed, self._most))
        margins = self.document().documentMargin() * 2
        self.setFixedHeight(math.ceil(QFontMetricsF(self.font()).lineSpacing() * lines + margins + 12))
        as_needed = Qt.ScrollBarPolicy.ScrollBarAsNeeded  # a bar beside lines that all stand there only takes their room
        self.setVerticalScrollBarPolicy(as_needed if needed > self._most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


class Editor(QObject):
    """The one face of all editors: text in, text out, and when the person is done with it.

    Signals: `typed()` on every change by the person, `left()` when the focus goes, `accepted()` on Enter, `entered()` when the focus
    comes, `undo()` / `redo()` when there is nothing of its own to take back, `escaped()` when Esc throws away what was typed.
    """

    typed = Signal()
    left = Signal()
    accepted = Signal()
    entered = Signal()
    undo = Signal()
    redo = Signal()
    escaped = Signal()

    def __init__(self, decl: FieldDecl, parent: QWidget) -> None:
        super().__init__(parent)
        self.decl = decl
        self.is_clean: Callable[[], bool] = lambda: True
        self.widget: QLineEdit | QPlainTextEdit | QComboBox = _build(decl, parent)
        self.widget.setAccessibleName(decl.label)
        self.widget.installEventFilter(self)
        if isinstance(self.widget, QComboBox):
            self.widget.activated.connect(lambda _index: self._picked())
            line = self.widget.lineEdit()
            if line is not None:
                line.textEdited.connect(lambda _text: self.typed.emit())
        elif isinstance(self.widget, QLineEdit):
            self.widget.textEdited.connect(lambda _text: self.typed.emit())
        else:
            self.widget.textChanged.connect(self.typed)

    def text(self) -> str:
        match self.widget:
            case WordBox():
                return self.widget.text()
            case QComboBox():
                return str(self.widget.currentData() or "")
            case QLineEdit():
                return self.widget.text()
            case _:
                return self.widget.toPlainText()

    def set_text(self, text: str) -> None:
        """Shows a value without telling anybody. A choice that the list does not know is added: nothing is lost."""
        if text == self.text():
            return  # cursor and selection stay: a reload must not change what the next key does
        self.widget.blockSignals(True)
        match self.widget:
            case WordBox():
                self.widget.set_text(text)
            case QComboBox():
                index = self.widget.findData(text)
                if index < 0:
                    self.widget.addItem(text, text)
                    index = self.widget.count() - 1
                self.widget.setCurrentIndex(index)
            case QLineEdit():
                self.widget.setText(text)
                self.widget.setCursorPosition(0)
            case _:
                self.widget.setPlainText(text)
        self.widget.blockSignals(False)
        if isinstance(self.widget, LinesEdit):
            self.widget._grow()

    def begin(self) -> None:
        """Takes the focus; what stands in one line is chosen, so that typing replaces it and an arrow key edits it."""
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(self.widget, WordBox):
            self.widget.begin()
        elif isinstance(self.widget, QLineEdit):
            self.widget.selectAll()

    def set_read_only(self, on: bool) -> None:
        if isinstance(self.widget, QComboBox):
            self.widget.setEnabled(not on)
        else:
            self.widget.setReadOnly(on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() != Qt.FocusReason.PopupFocusReason:  # a menu or a list of choices: one comes back
                self._settle()
                self.left.emit()
        elif kind == QEvent.Type.FocusIn:
            self.entered.emit()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._settle()
            self.accepted.emit()
            return True
        if event.matches(QKeySequence.StandardKey.Undo) and self.is_clean():
            self.undo.emit()
            return True
        if event.matches(QKeySequence.StandardKey.Redo) and self.is_clean():
            self.redo.emit()
            return True
        if event.key() == Qt.Key.Key_Escape and not self.is_clean():
            self.escaped.emit()
            return True
        return False

    def _settle(self) -> None:
        if isinstance(self.widget, WordBox):
            self.widget.settle()

    def _picked(self) -> None:
        self.typed.emit()
        self.left.emit()


def choice_box(decl: FieldDecl, parent: QWidget | None) -> ChoiceBox:
    """A box with the choices of a field; of kind "word" it takes other words too."""
    if decl.kind == "word":
        return WordBox(decl.label, (value for value, _shown in decl.choices if value), decl.choices[0][1], parent)
    box = ChoiceBox(parent)
    for value, shown in decl.choices:
        box.addItem(shown, value)
    return box


def _build(decl: FieldDecl, parent: QWidget) -> QLineEdit | QPlainTextEdit | QComboBox:
    if decl.kind in ("choice", "word"):
        box = choice_box(decl, parent)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        return box
    if decl.kind == "lines":
        return LinesEdit(parent)
    line = QLineEdit(parent)
    if decl.kind == "date":
        line.setPlaceholderText(_("day/month/year"))
    return line
