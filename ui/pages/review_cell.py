"""One field in a review: its crop above, the value to compare with it, what is doubtful about it below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import _
from storage.records.reading import Box, FieldReading
from ui import theme
from ui.models.review import with_year
from ui.widgets.crop import CropView
from ui.widgets.field_cell import FieldCell
from ui.widgets.field_state import FieldDecl, FieldState, tidy, unread

if TYPE_CHECKING:
    from app.desk.learning import Suggestion
    from app.desk.review_checks import Finding

SELECTED = {"codeNumber", "issuedDate", "arrivalNumber", "arrivalDate"}  # what is typed takes the place of the whole value
NEGLIGIBLE = "field.missing"  # the state says it already
EDGE = 4
BRIEFLY = 4000  # milliseconds
LARGER = 3  # points: the value is compared with an enlarged crop


class ReviewCell(FieldCell):
    """A field cell that shows its crop always and knows when it wants a look."""

    def __init__(self, decl: FieldDecl, parent: QWidget | None = None) -> None:
        self.year = ""  # completes a day without one
        self.active = False
        self.findings: Sequence[Finding] = ()
        self.suggestion: Suggestion | None = None
        self._busy = ""
        self.asked_empty = False  # Enter was pressed once on a needed field that is empty
        self.asked = ""  # the doubtful value on which Enter was pressed once
        self.drawn: tuple[int, Box] | None = None  # a box that the clerk drew, not saved yet
        super().__init__(decl, parent)
        self.box_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from field to field; F6 draws
        self.crop = CropView()
        self.crop.setAccessibleName(_("The place on the page where “{label}” was read").format(label=decl.label))
        self.crop.clicked.connect(lambda: self.editor.widget.setFocus(Qt.FocusReason.MouseFocusReason))
        self._found = QLabel()
        self._advice = QLabel()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)  # noqa: S101 - FieldCell makes it
        column.setContentsMargins(14, 7, 12, 9)
        column.setSpacing(4)
        column.insertWidget(1, self.crop)
        for place, label in enumerate((self._found, self._advice)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.hide()
            column.insertWidget(column.count() - 1 - place, label)
        self.crop.hide()
        self._judge()

    # --- what is shown ---
    def show_place(self, image: QImage | None, box: Box | None, *, sought: bool = False) -> None:
        """The crop; None where there is nothing to look at."""
        self.crop.show_place(image, box, sought=sought)
        self.crop.setVisible(self.crop.filled)

    def show_value(self, value: str, reading: FieldReading | None, confirmed: bool, *, keep_typing: bool = False) -> None:
        self.asked_empty = False
        if not keep_typing:
            self.asked = ""
            self.drawn = None
        super().show_value(value, reading, confirmed, keep_typing=keep_typing)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """What the checks have against the value."""
        self.findings = [one for one in findings if one.code != NEGLIGIBLE]
        self._judge()

    def show_suggestion(self, suggestion: Suggestion | None) -> None:
        """What the program learnt would stand here."""
        self.suggestion = suggestion
        self._judge()

    @property
    def held(self) -> bool:
        return any(one.stands for one in self.findings)

    def let_stand(self) -> None:
        self.findings = [replace(one, stands=False) for one in self.findings]
        self._judge()

    @property
    def wants_look(self) -> bool:
        """Whether Enter should stop here: unsure, missing or suspicious, and the clerk has not yet said that it is right."""
        if self._trouble:
            return True
        if self.confirmed:
            return self.held
        return self.state.doubtful or unread(self.saved, self.reading) or bool(self.findings)

    def set_active(self, active: bool) -> None:
        """The field in which the clerk works: larger crop, a frame."""
        if active != self.active:
            self.active = active
            self.crop.set_active(active)
            size = self.font().pointSizeF() + LARGER
            self.editor.widget.setStyleSheet(f"font-size: {size:.1f}pt;" if active else "")
            self.update()

    def select(self) -> None:
        """Number and day are typed over; elsewhere one mends letters."""
        widget = self.editor.widget
        if isinstance(widget, QLineEdit):
            if self.decl.name in SELECTED:
                widget.selectAll()
            else:
                widget.end(False)

    # --- what the person does ---
    def type_over(self, event: QKeyEvent) -> None:
        """A key pressed over the page or the crop goes into the field."""
        self.editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.select()
        copy = QKeyEvent(event.type(), event.key(), event.modifiers(), event.text())
        QCoreApplication.sendEvent(self.editor.widget, copy)

    def put(self, text: str) -> None:
        """Writes a value as if it were typed; it is saved as one leaves the field or accepts it."""
        self.editor.set_text(text)
        self.asked_empty = False
        if self._trouble:
            self.show_trouble("")
        widget = self.editor.widget
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            widget.selectAll()

    def say_busy(self, sentence: str) -> None:
        """Something is under way for this field; "" when it has come."""
        self._busy = sentence
        self._judge()

    def say_briefly(self, sentence: str) -> None:
        """A remark that is no trouble of the value; it goes by itself."""
        self.say_busy(sentence)
        QTimer.singleShot(BRIEFLY, self, lambda: self.say_busy("") if self._busy == sentence else None)

    def revert(self) -> bool:
        """Takes back what was typed or drawn and not saved; False when there is nothing."""
        if not self.dirty and not self._trouble and self.drawn is None:
            return False
        self.drawn = None
        self.show_value(self.saved, self.reading, self.confirmed)
        self.select()
        return True

    def typed(self) -> str:
        """What was typed and not saved, as it would be saved; "" for nothing, and where it can't be."""
        text = with_year(self.editor.text(), self.year) if self.decl.kind == "date" else self.editor.text()
        try:
            return tidy(self.decl, text) if self.dirty else ""
        except ValueError:
            return ""

    def leave(self) -> bool:
        if self.decl.kind == "date" and self.dirty:
            whole = with_year(self.editor.text(), self.year)
            if whole != self.editor.text():
                self.editor.set_text(whole)
        before = self.saved
        left = super().leave()
        if self.saved != before:
            self.findings = ()  # they were about the old value
            self._judge()
        return left

    # --- the state in words ---
    def _judge(self) -> None:
        super()._judge()
        if not hasattr(self, "_advice"):
            return
        self._say_standing()
        self._say_findings()
        self._say_advice()
        said = [self._word.text(), self._note.text(), self._found.text(), self._advice.text()]
        self.editor.widget.setAccessibleDescription(". ".join(part.rstrip(".") for part in said if part))
        self.update()

    def _say_standing(self) -> None:
        """The state in the words of a review."""
        if self.confirmed and not self.saved and self.state is FieldState.MISSING:
            self._say_state(FieldState.CONFIRMED)
            self._word.setText(_("Left empty"))
        elif self.wants_look and not self.state.doubtful:
            self._say_state(FieldState.CHECK)

    def _say_state(self, state: FieldState) -> None:
        from ui import icons

        self._word.setText(state.word)
        self._word.show()
        theme.restyle(self._word, "role", state.role)
        self._icon.setPixmap(icons.pixmap(state.icon, state.role, 14, self.devicePixelRatioF()))
        self._icon.show()

    def _say_note(self) -> None:
        super()._say_note()
        if self._busy:
            theme.restyle(self._note, "role", "accent")
            self._note.setText(self._busy)
            self._note.show()
            return
        why = self.reading.why if self.reading is not None and not self.confirmed else ""
        if not self._trouble and why and self.state is not FieldState.SURE:
            theme.restyle(self._note, "role", "muted")
            self._note.setText(why)
            self._note.show()

    def _say_findings(self) -> None:
        lines = [one.message for one in self.findings]
        if self.asked or (self.confirmed and not self._trouble and not self.held):  # what is typed was just spoken of
            lines = []
        theme.restyle(self._found, "role", "danger")
        self._found.setText("\n".join(f"⚠ {line}" for line in lines))
        self._found.setVisible(bool(lines))

    def _say_advice(self) -> None:
        one = self.suggestion
        offered = one is not None and not self.confirmed and one.value != self.saved
        if one is not None and offered:
            words = _("Suggestion: {value} (Alt+Enter takes it). {why}")
            self._advice.setText(words.format(value=one.value, why=one.why))
        theme.restyle(self._advice, "role", "accent")
        self._advice.setVisible(offered)

    def refresh_icon(self) -> None:
        super().refresh_icon()
        if hasattr(self, "_advice"):
            self._say_standing()

    # --- the frame ---
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().toRectF().adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(tokens.accent if self.active else tokens.line), 2 if self.active else 1))
        painter.setBrush(QColor(tokens.base))
        painter.drawRoundedRect(area, 6, 6)
        if self.wants_look:
            danger = self.state in (FieldState.MISSING, FieldState.WRONG) or bool(self.findings)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.danger if danger else tokens.warning))
            painter.drawRoundedRect(QRectF(area.left() + 3, area.top() + 5, EDGE, area.height() - 10), 2, 2)
        painter.end()
