"""What the program says to the person: banners, never boxes in the way.

Anyone in `ui` may say something through `Messages`; whatever was said before a window listens is kept and shown then. Expected errors
show their sentence and advice; cancel is silence; anything else is a bug: a plain sentence, with the report to copy.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.errors import AppError, Cancelled
from app.i18n import _
from ui.icons import icon, pixmap
from ui.toasts import Toasts

log = logging.getLogger(__name__)
GONE_AFTER_MS = 8000


class Kind(StrEnum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


ICONS = {Kind.INFO: "info", Kind.SUCCESS: "done", Kind.WARNING: "warning", Kind.DANGER: "error"}


@dataclass(slots=True, frozen=True)
class Message:
    """`key` makes a later message of the same matter take the place of the earlier one."""

    kind: Kind
    text: str
    advice: str = ""
    action: tuple[str, Callable[[], object]] | None = None
    key: str = ""
    lasting: bool = True


class Messages(QObject):
    """The bridge between those who have something to say and the window that shows it."""

    said = Signal(object)
    withdrawn = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: list[Message] = []
        self._heard = False

    def info(self, text: str, advice: str = "", **more: object) -> None:
        self.say(Message(Kind.INFO, text, advice, **more))  # type: ignore[arg-type]

    def success(self, text: str, advice: str = "", **more: object) -> None:
        """Good news goes by itself after a while."""
        self.say(Message(Kind.SUCCESS, text, advice, **{"lasting": False, **more}))  # type: ignore[arg-type]

    def warning(self, text: str, advice: str = "", **more: object) -> None:
        self.say(Message(Kind.WARNING, text, advice, **more))  # type: ignore[arg-type]

    def error(self, error: BaseException, key: str = "") -> None:
        """Shows an exception by the rules of the house."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, AppError):
            self.say(Message(Kind.DANGER, error.message, error.advice, key=key or error.code))
            return
        log.error("bug", exc_info=error)
        self.say(
            Message(
                Kind.DANGER,
                _("The program made a mistake; nothing already saved is lost."),
                _("Please try again. If it happens again, copy the report and send it to your support."),
                action=(_("Copy report"), lambda: _copy_report(error)),
                key=f"bug:{type(error).__name__}",
            )
        )

    def withdraw(self, key: str) -> None:
        self._waiting = [m for m in self._waiting if m.key != key]
        self.withdrawn.emit(key)

    def say(self, message: Message) -> None:
        if self._heard:
            self.said.emit(message)
        else:
            self._waiting.append(message)

    def listen(self, banners: Banners) -> None:
        """Shows everything in `banners` from now on, and what was said before."""
        self.said.connect(banners.show_message)
        self.withdrawn.connect(banners.remove)
        self._heard = True
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self.said.emit(message)


class Banners(QFrame):
    """The strip that stacks banners, newest on top, three at most."""

    MOST = 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(6)
        self.setAccessibleName(_("Messages"))
        self._toasts: Toasts | None = None
        self.hide()

    def float_over(self, window: QWidget) -> None:
        """Lets what goes by itself float over this window: a strip that goes would move the page under the hand."""
        self._toasts = Toasts(window)

    def show_message(self, message: Message) -> None:
        if message.key:
            self.remove(message.key)
        banner = Banner(message, self)
        banner.closed.connect(lambda: self._drop(banner))
        if self._toasts is not None and not message.lasting:
            self._toasts.column.addWidget(banner)
            self._toasts.place()
        else:
            self._column.insertWidget(0, banner)
            self.show()
        for old in self.banners()[: -self.MOST]:
            self._drop(old)
        announce(self, f"{message.text} {message.advice}".strip(), urgent=message.kind is Kind.DANGER)

    def remove(self, key: str) -> None:
        for banner in self.banners():
            if banner.message.key == key:
                self._drop(banner)

    def banners(self) -> list[Banner]:
        places = [self] if self._toasts is None else [self, self._toasts]
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return [b for place in places for b in place.findChildren(Banner, options=direct) if not b.gone]

    def _drop(self, banner: Banner) -> None:
        banner.gone = True
        self._column.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        if self._toasts is not None:
            self._toasts.column.removeWidget(banner)
            self._toasts.place()
        self.setVisible(self._column.count() > 0)


class Banner(QFrame):
    """One message: icon, words, perhaps one button, and a way to close it."""

    closed = Signal()

    def __init__(self, message: Message, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = message
        self.gone = False
        self.setProperty("kind", message.kind.value)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(10)
        mark = QLabel()
        mark.setPixmap(pixmap(ICONS[message.kind], message.kind.value, 20, self.devicePixelRatioF()))
        row.addWidget(mark)
        row.addWidget(self._words(), 1)
        if message.action is not None:
            button = QPushButton(message.action[0])
            button.clicked.connect(message.action[1])
            row.addWidget(button)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setToolTip(_("Close"))
        close.setAccessibleName(_("Close this message"))
        close.clicked.connect(self.closed)
        row.addWidget(close)
        if not message.lasting:
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(self.closed)
            timer.start(GONE_AFTER_MS)

    def _words(self) -> QWidget:
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(1)
        for text, role in ((self.message.text, "strong"), (self.message.advice, "")):
            if text:
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setProperty("role", role)
                label.setWordWrap(True)
                column.addWidget(label)
        return words


def announce(widget: QWidget, text: str, urgent: bool = False) -> None:
    """Tells a screen reader."""
    if QAccessible.isActive():
        event = QAccessibleAnnouncementEvent(widget, text)
        if urgent:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)


def _copy_report(error: BaseException) -> None:
    from ui.dialogs.report import redacted

    QGuiApplication.clipboard().setText(redacted(error))
