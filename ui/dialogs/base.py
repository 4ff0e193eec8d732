"""What all dialogs have in common: window-modal, never `exec()`, one button named by its verb, Esc closes, errors inside."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from ui import theme
from ui.widgets.notice import Notice

NOTICE = 70  # pixels that a sentence of two lines takes, which may come later
FRAME = 60  # pixels that the window manager's frame and bars take at most


class VerbDialog(QDialog):
    """A dialog with a heading, a body, a notice and a foot. `agreed()` when the verb button is pressed.

    `body` takes the content. It deletes itself when closed; `left()` comes once, however it was closed.
    """

    agreed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None, title: str, verb: str, *, close: str = "", intro: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._gone = False
        self._waits_at: QPushButton | None = None  # has the focus only because the verb can't be done yet
        self.first: QWidget | None = None  # has the focus at first while the verb can't be done yet
        heading = QLabel(title)
        heading.setProperty("role", "title")
        heading.setWordWrap(True)
        self.intro = QLabel(intro)
        self.intro.setWordWrap(True)
        self.intro.setProperty("role", "muted")
        self.intro.setVisible(bool(intro))
        self.notice = Notice()
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.verb_button = QPushButton(verb)
        self.verb_button.setProperty("role", "primary")
        self.verb_button.setDefault(True)
        self.verb_button.clicked.connect(self._agree)
        self.close_button = QPushButton(close or _("Cancel"))
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self._lay_out(heading)
        self.finished.connect(lambda _result: self._leave())

    def _lay_out(self, heading: QLabel) -> None:
        inner = QVBoxLayout()
        inner.setContentsMargins(24, 20, 24, 16)
        inner.setSpacing(12)
        inner.addWidget(heading)
        inner.addWidget(self.intro)
        inner.addWidget(self.notice)
        inner.addLayout(self.body, 1)
        self._foot = QFrame()
        self._foot.setProperty("role", "foot")
        self.foot = QHBoxLayout(self._foot)
        self.foot.setContentsMargins(24, 12, 24, 12)
        self.foot.setSpacing(8)
        self.foot.addStretch(1)
        self.foot.addWidget(self.close_button)
        self.foot.addWidget(self.verb_button)
        self._inner: QVBoxLayout | None = inner
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(inner, 1)

    def set_ready(self, on: bool, why_not: str = "") -> None:
        """Whether the verb can be done now; `why_not` tells those who hover or listen."""
        self.verb_button.setEnabled(on)
        if on and self._waits_at is not None:
            if self.focusWidget() is self._waits_at:
                self.verb_button.setFocus(Qt.FocusReason.OtherFocusReason)
            self._waits_at = None
        self.verb_button.setToolTip("" if on else why_not)
        self.verb_button.setAccessibleDescription("" if on else why_not)

    def set_verb(self, verb: str) -> None:
        self.verb_button.setText(verb)

    def show_wide(self, width: int, height: int = 0) -> None:
        """Opens at that size, but never larger than the screen: what finds no room there is scrolled, the foot stays in sight."""
        screen = (self.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        least = self.minimumSizeHint().height() + self._foot.sizeHint().height()
        if least + theme.fitted(NOTICE) > screen.height() - FRAME:
            self._scroll_body()
        self._close_foot()
        wide = min(max(width, self.minimumSizeHint().width()), screen.width() - 40)
        outer = self.layout()
        needed = (
            outer.totalHeightForWidth(wide) if outer is not None and outer.hasHeightForWidth() else self.sizeHint().height()
        )
        self.resize(wide, min(max(height, needed), screen.height() - FRAME))
        self.open()
        if self.focusWidget() in (None, self.close_button):
            first = self.first if self.first is not None and self.first.isEnabled() else self.close_button
            if not self.verb_button.isEnabled() and isinstance(first, QPushButton):
                self._waits_at = first
            (self.verb_button if self.verb_button.isEnabled() else first).setFocus(Qt.FocusReason.OtherFocusReason)

    def _scroll_body(self) -> None:
        """Before the foot joins: what is moved here comes behind all else in the order of Tab."""
        inner, outer = self._inner, self.layout()
        if inner is None or not isinstance(outer, QVBoxLayout):
            return
        self._inner = None
        outer.removeItem(inner)
        inner.setParent(None)
        holder, area = QWidget(), QScrollArea()
        holder.setLayout(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(holder)
        area.setMinimumWidth(holder.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())
        outer.addWidget(area, 1)

    def _close_foot(self) -> None:
        """The foot joins last, so that Tab comes to the buttons after the body."""
        outer = self.layout()
        if outer is not None and outer.indexOf(self._foot) < 0:
            outer.addWidget(self._foot)

    def showEvent(self, event: QShowEvent) -> None:
        self._close_foot()
        super().showEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter does the verb; on another button that has the focus it presses that one, as the clerk sees it framed."""
        button = self.focusWidget()
        ours = isinstance(button, QPushButton | QToolButton) and button is not self.verb_button
        if ours and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QAbstractButton):
            button.click()
            return
        super().keyPressEvent(event)

    def _agree(self) -> None:
        self.agreed.emit()

    def _leave(self) -> None:
        if not self._gone:
            self._gone = True
            self.left.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        super().done(result)
        self.close()


def framed(widget: QWidget) -> QFrame:
    """A list with an edge around it."""
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(4, 4, 4, 4)
    column.addWidget(widget)
    return frame


def fact(name: str, value: str) -> QWidget:
    """A line "name: value" of a dialog; the value can be selected and is read out with its name."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(12)
    what = QLabel(name)
    what.setProperty("role", "muted")
    what.setMinimumWidth(theme.fitted(120))
    says = QLabel(value)
    says.setWordWrap(True)
    says.setTextFormat(Qt.TextFormat.PlainText)
    says.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    says.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    line.addWidget(what, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(says, 1)
    return row


def labelled(label: str, field: QWidget, help_text: str = "") -> QWidget:
    """A field under its label, named for screen readers."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    title = QLabel(label)
    title.setBuddy(field)
    field.setAccessibleName(label)
    column.addWidget(title)
    column.addWidget(field)
    if help_text:
        note = QLabel(help_text)
        note.setWordWrap(True)
        note.setProperty("role", "muted")
        field.setAccessibleDescription(help_text)
        column.addWidget(note)
    return box
