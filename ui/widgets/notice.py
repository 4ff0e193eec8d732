"""A sentence with its advice, set apart by colour and icon, inside a dialog or a page."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.errors import AppError, Cancelled
from app.i18n import _
from ui import icons, theme
from ui.messages import announce

ICONS = {"info": "info", "success": "done", "warning": "warning", "danger": "error"}


class Notice(QFrame):
    """Hidden until it has something to say. `kind`: info, success, warning, danger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = ""
        self._sign = QLabel()
        self._text = QLabel()
        self._advice = QLabel()
        for label in (self._text, self._advice):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.hide()

    def say(self, kind: str, text: str, advice: str = "") -> None:
        """Shows a sentence; "" hides the notice."""
        self.kind = kind if text else ""
        if not text:
            self.hide()
            return
        theme.restyle(self, "kind", kind)
        theme.restyle(self._text, "role", "strong")
        self._sign.setPixmap(icons.pixmap(ICONS[kind], kind, 16, self.devicePixelRatioF()))
        self._text.setText(text)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self.setAccessibleName(f"{text} {advice}".strip())
        self.show()
        announce(self, self.accessibleName(), urgent=kind == "danger")

    def say_error(self, error: BaseException) -> None:
        """An exception by the rules of the house: cancel is silence, a bug says nothing technical."""
        if isinstance(error, Cancelled):
            self.say("", "")
        elif isinstance(error, AppError):
            self.say("danger", error.message, error.advice)
        else:
            self.say(
                "danger",
                _("The program made a mistake; nothing already saved is lost."),
                _("Please try again. If it happens again, tell whoever looks after the program."),
            )

    def clear(self) -> None:
        self.say("", "")

    def text(self) -> str:
        """What it says now; "" while hidden."""
        return f"{self._text.text()} {self._advice.text()}".strip() if self.kind else ""
