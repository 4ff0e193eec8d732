"""The dialogs behind the questions of running work: a PIN, a password, a choice."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QButtonGroup, QLineEdit, QRadioButton, QWidget

from app.i18n import _
from app.jobs import Question
from ui.dialogs.base import VerbDialog, labelled
from ui.dialogs.pin import PinDialog, PinFacts, ask_pin
from ui.jobs import Asked


class ChoiceDialog(VerbDialog):
    """One of several sentences. `answered(text)` or None, exactly once."""

    answered = Signal(object)

    def __init__(self, parent: QWidget | None, question: Question) -> None:
        super().__init__(parent, question.title, _("Go on"), intro=question.text)
        self._done = False
        self._group = QButtonGroup(self)
        for number, choice in enumerate(question.choices):
            button = QRadioButton(choice)
            button.setChecked(number == 0)
            self._group.addButton(button, number)
            self.body.addWidget(button)
        self.body.addStretch(1)
        self.set_ready(bool(question.choices))
        self.agreed.connect(self._give)
        self.left.connect(lambda: self._answer(None))

    def _give(self) -> None:
        chosen = self._group.checkedButton()
        self._answer(chosen.text() if chosen is not None else None)
        self.accept()

    def _answer(self, value: str | None) -> None:
        if not self._done:
            self._done = True
            self.answered.emit(value)


class NameDialog(VerbDialog):
    """A short name. `named(text)` when one was given."""

    named = Signal(str)

    def __init__(self, parent: QWidget | None, title: str, label: str, verb: str) -> None:
        super().__init__(parent, title, verb)
        self.line = QLineEdit()
        self.line.setMaxLength(80)
        self.line.textChanged.connect(lambda text: self.set_ready(bool(text.strip()), _("Type a name first.")))
        self.body.addWidget(labelled(label, self.line))
        self.body.addStretch(1)
        self.first = self.line
        self.set_ready(False, _("Type a name first."))
        self.agreed.connect(self._give)

    def _give(self) -> None:
        self.named.emit(self.line.text().strip())
        self.accept()


class PasswordDialog(VerbDialog):
    """A password, for a file or an archive. `answered(text)` or None, exactly once."""

    answered = Signal(object)

    def __init__(self, parent: QWidget | None, question: Question) -> None:
        super().__init__(parent, question.title, _("Unlock"), intro=question.text)
        self._done = False
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.textChanged.connect(lambda text: self.set_ready(bool(text)))
        self.body.addWidget(labelled(_("Password"), self.password))
        self.body.addStretch(1)
        self.set_ready(False)
        self.agreed.connect(self._give)
        self.left.connect(lambda: self._answer(None))

    def _give(self) -> None:
        text = self.password.text()
        self.password.clear()
        self._answer(text)
        self.accept()

    def _answer(self, value: str | None) -> None:
        self.password.clear()
        if not self._done:
            self._done = True
            self.answered.emit(value)


def answer_in(window: QWidget) -> Callable[[Asked], None]:
    """A handler for `JobsBridge.answer_with` that opens the fitting dialog over `window` or the dialog now in front of it."""

    def handle(asked: Asked) -> None:
        parent = QApplication.activeModalWidget() or window
        dialog = _dialog(parent, asked.question)
        dialog.answered.connect(asked.answer)

        def withdraw() -> None:
            if shiboken6.isValid(dialog):
                dialog.reject()

        asked.on_withdrawn = withdraw

    return handle


def _dialog(parent: QWidget, question: Question) -> PinDialog | ChoiceDialog | PasswordDialog:
    if question.kind == "pin":
        return ask_pin(parent, PinFacts.of(question.facts))
    dialog = PasswordDialog(parent, question) if question.kind == "password" else ChoiceDialog(parent, question)
    dialog.show_wide(460)
    return dialog
