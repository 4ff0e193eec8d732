"""One field of the form: label and state above, the editor, and below it what is wrong or why it is doubtful."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.i18n import _
from storage.records.reading import FieldReading
from ui import icons, theme
from ui.widgets.editors import Editor
from ui.widgets.field_state import FieldDecl, FieldState, state_of, tidy
from ui.widgets.mini_button import SIDE, MiniButton

CROP_HEIGHT = 56
SIGN = 14  # the icon of the state
GAP = 4


class FieldCell(QWidget):
    """Signals: `changed(value)` once a valid new value stands, `accepted()` on Enter when the value is valid, `entered()`,
    `box_wanted()`, `undo()`, `redo()`."""

    changed = Signal(str)
    accepted = Signal()
    entered = Signal()
    left = Signal()
    box_wanted = Signal()
    undo = Signal()
    redo = Signal()

    def __init__(self, decl: FieldDecl, parent: QWidget | None = None, *, plain: bool = False) -> None:
        """`plain`: for a form of new things, without a page: nothing was read, so only what is wrong is said."""
        super().__init__(parent)
        self.decl = decl
        self.saved = ""
        self.reading: FieldReading | None = None
        self.confirmed = False
        self.state = FieldState.PLAIN
        self._trouble = ""
        self._read_only = False
        self._plain = plain
        self._waiting = False
        self._finding = ""
        self._standing = False
        self.editor = Editor(decl, self)
        self.editor.is_clean = lambda: not self.dirty
        self._label = QLabel(decl.label)
        self._label.setBuddy(self.editor.widget)
        self._icon, self._word = QLabel(), QLabel()
        self.box_button = self._make_box_button()
        self._note = QLabel()
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setWordWrap(True)
        self._note.hide()
        self._crop = QLabel()
        self._crop.setProperty("role", "crop")
        self._crop.setAccessibleName(_("The place on the page where “{label}” was read").format(label=decl.label))
        self._crop.hide()
        self._lay_out()
        self.editor.left.connect(self.leave)
        self.editor.entered.connect(self._offer_box)
        self.editor.entered.connect(self.entered)
        self.editor.accepted.connect(self._accept)
        self.editor.typed.connect(self._typed)
        self.editor.undo.connect(self.undo)
        self.editor.redo.connect(self.redo)
        self.editor.escaped.connect(self._revert)
        self._judge()

    def _make_box_button(self) -> MiniButton:
        button = MiniButton("crop", _("Show on the page where “{label}” stands").format(label=self.decl.label))
        button.clicked.connect(lambda _checked: self.box_wanted.emit())
        button.installEventFilter(self)
        button.hide()
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GAP)
        self._label.setMinimumHeight(SIDE)
        head.addWidget(self._label)
        head.addWidget(self.box_button)
        head.addStretch(1)
        head.addWidget(self._icon)
        head.addWidget(self._word)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._crop)
        column.addWidget(self.editor.widget)
        column.addWidget(self._note)
        column.addStretch(1)
        QWidget.setTabOrder(self.editor.widget, self.box_button)

    # --- the button that asks for a box: there while one works in the field ---
    def _offer_box(self) -> None:
        if self._plain:
            return
        near = self.underMouse() or self.editor.widget.hasFocus() or self.box_button.hasFocus()
        offered = near and not self._read_only
        self.box_button.setVisible(offered)
        tight = offered and self.width() < self.needed_width() + SIDE + GAP
        self._word.setVisible(bool(self.state.icon) and not tight)  # the icon and its colour stay

    def needed_width(self) -> int:
        """Pixels in which label and longest state word fit beside each other."""
        widest = max(self._word.fontMetrics().horizontalAdvance(state.word) for state in FieldState)
        return self._label.sizeHint().width() + SIGN + widest + 4 * GAP

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._offer_box()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._offer_box()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            QTimer.singleShot(0, self, self._offer_box)
        return super().eventFilter(watched, event)

    # --- the value ---
    @property
    def dirty(self) -> bool:
        """Whether something was typed that is not saved (it may be invalid)."""
        return self.editor.text() != self.saved

    def show_value(self, value: str, reading: FieldReading | None, confirmed: bool, *, keep_typing: bool = False) -> None:
        """Shows what is saved. With `keep_typing`, what the person is typing stays."""
        if (value, reading, confirmed) == (self.saved, self.reading, self.confirmed) and not self.dirty and not self._trouble:
            return  # told again and again while an import runs
        keep = keep_typing and self.dirty
        self.saved, self.reading, self.confirmed = value, reading, confirmed
        if not keep:
            self.editor.set_text(value)
            self._trouble = ""
        self._judge()

    def set_finding(self, sentence: str, *, standing: bool = False) -> None:
        """What the checks have against the saved value ("" for nothing): it may stand, but somebody should look; `standing`: even
        where it is confirmed, which it was before or is because it was typed."""
        if (sentence, standing) != (self._finding, self._standing):
            self._finding, self._standing = sentence, standing
            self._judge()

    @property
    def held(self) -> bool:
        """Whether Enter has yet to say that the value is right all the same."""
        return bool(self._finding) and self._standing

    def let_stand(self) -> None:
        """The clerk said that it is right all the same."""
        self._standing = False
        self._judge()

    def set_waiting(self, on: bool) -> None:
        """While the document is still being read an empty field is not missing: it is on its way."""
        if on != self._waiting:
            self._waiting = on
            self._judge()

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self.editor.set_read_only(on)
        self._offer_box()

    def leave(self) -> bool:
        """Checks and saves; False when the value can't be saved (the sentence stands below it)."""
        self.left.emit()
        QTimer.singleShot(0, self, self._offer_box)
        if self._read_only or not self.dirty:
            return not self._trouble
        try:
            value = tidy(self.decl, self.editor.text())
        except ValueError as wrong:
            self.show_trouble(str(wrong))
            return False
        self._trouble = ""
        new = value != self.saved
        self.editor.set_text(value)
        if new:
            self.saved, self.confirmed = value, True
            self._finding, self._standing = "", False  # that was said of the old value
            self.changed.emit(value)
        self._judge()
        return True

    def show_trouble(self, sentence: str) -> None:
        """Says beside the field what is wrong with it; "" takes it back."""
        self._trouble = sentence
        self._judge()

    def _accept(self) -> None:
        if self.leave():
            self.accepted.emit()
        else:
            self.entered.emit()  # one is still here: the place on the page stays in view

    def _revert(self) -> None:
        """Back to what is saved."""
        self.editor.set_text(self.saved)
        self.show_trouble("")
        self.editor.begin()

    def _typed(self) -> None:
        if self._trouble:
            self.show_trouble("")

    # --- the state ---
    def _judge(self) -> None:
        state = FieldState.PLAIN
        if not self._plain:
            state = state_of(self.decl, self.saved, self.reading, self.confirmed)
            if self._waiting and state is FieldState.MISSING:
                state = FieldState.PLAIN
            if self.held and state is FieldState.CONFIRMED:
                state = FieldState.CHECK
            if self._finding and not self.confirmed and state in (FieldState.PLAIN, FieldState.SURE):
                state = FieldState.CHECK
        self.state = FieldState.WRONG if self._trouble else state
        self._word.setText(self.state.word)
        if self._word.property("role") != self.state.role:
            theme.restyle(self._word, "role", self.state.role)
        self.refresh_icon()
        if bool(self.editor.widget.property("invalid")) != bool(self._trouble):
            theme.restyle(self.editor.widget, "invalid", bool(self._trouble))
        self._say_note()
        said = [self.state.word, self._note.text(), self.decl.help]
        self.editor.widget.setAccessibleDescription(". ".join(part.rstrip(".") for part in said if part))

    def refresh_icon(self) -> None:
        """Draws the state's icon in the ink of the running palette."""
        has = bool(self.state.icon)
        self._icon.setVisible(has)
        self._word.setVisible(has)
        self._offer_box()
        if has:
            self._icon.setPixmap(icons.pixmap(self.state.icon, self.state.role, SIGN, self.devicePixelRatioF()))

    def _say_note(self) -> None:
        why = self.reading.why if self.reading is not None and self.state is FieldState.CHECK else ""
        text = self._trouble or self._finding or why
        warns = self._finding and (self._standing or not self.confirmed)
        role = "danger" if self._trouble else "warning" if warns else "muted"
        if self._note.property("role") != role:
            theme.restyle(self._note, "role", role)
        self._note.setText(text)
        self._note.setVisible(bool(text))

    def show_crop(self, image: QImage | None) -> None:
        """The piece of the page where the value was read, above the editor; None hides it."""
        if image is None or image.isNull():
            self._crop.hide()
            return
        ratio = self.devicePixelRatioF()
        room = QSize(max(self.width() - 12, 80), CROP_HEIGHT) * ratio
        size = image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        if size.width() > image.width() * 1.5:
            size = image.size() * 1.5
        picture = QPixmap.fromImage(
            image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
        picture.setDevicePixelRatio(ratio)
        self._crop.setPixmap(picture)
        self._crop.show()
