"""Asking for the PIN of a token: whose certificate, for how many documents, how many tries are left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.i18n import _, _n
from app.signature.certificates import CertInfo
from app.signature.tokens import TokenFlags, TokenInfo
from ui import icons, theme
from ui.dialogs.base import VerbDialog, fact

SHORTEST, LONGEST = 4, 64  # where the token does not say


@dataclass(slots=True, frozen=True)
class PinFacts:
    """What the person has to know before typing. `state`: "", "low", "final", "locked"; times as dd/MM/yyyy."""

    owner: str = ""
    issuer: str = ""
    serial: str = ""
    valid_until: str = ""
    token: str = ""
    documents: int = 0
    state: str = ""
    pin_pad: bool = False
    shortest: int = SHORTEST
    longest: int = LONGEST

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> PinFacts:
        """From the facts of the desk's question: `token` (TokenInfo), `certificate` (CertInfo), `count`; any may be absent."""
        token: TokenInfo | None = facts.get("token")
        certificate: CertInfo | None = facts.get("certificate")
        flags = token.flags if token is not None else TokenFlags()
        states = {"locked": flags.locked, "final": flags.final_try, "low": flags.pin_count_low}
        return cls(
            owner=certificate.subject if certificate is not None else "",
            issuer=certificate.issuer if certificate is not None else "",
            serial=certificate.serial if certificate is not None else "",
            valid_until=f"{certificate.not_after:%d/%m/%Y}" if certificate is not None else "",
            token=f"{token.label} · {token.serial}" if token is not None else "",
            documents=int(facts.get("count") or 0),
            state=next((name for name, on in states.items() if on), ""),
            pin_pad=flags.pin_pad,
        )


class PinDialog(VerbDialog):
    """`answered(pin)`: a bytearray that the receiver wipes, empty for a PIN pad; None when declined. Comes exactly once."""

    answered = Signal(object)

    def __init__(self, parent: QWidget | None, facts: PinFacts) -> None:
        count = facts.documents
        verb = _n("Sign {count} document", "Sign {count} documents", count).format(count=count) if count else _("Go on")
        super().__init__(parent, _("PIN of the token"), verb)
        self.facts = facts
        self._answered = False
        self.pin = QLineEdit()
        self.sure = QCheckBox(_("I am certain that this PIN is right"))
        self._build_facts()
        self._build_pin()
        self._warn()
        self.agreed.connect(self._give)
        self.left.connect(lambda: self._answer(None))
        self._judge()

    def _build_facts(self) -> None:
        facts = self.facts
        card = QFrame()
        card.setProperty("role", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        owner = QLabel(facts.owner or facts.token)
        owner.setTextFormat(Qt.TextFormat.PlainText)
        owner.setProperty("role", "heading")
        owner.setWordWrap(True)
        column.addWidget(owner)
        rows = (
            (_("Certificate issued by"), facts.issuer),
            (_("Serial number"), _in_fours(facts.serial)),
            (_("Valid until"), facts.valid_until),
            (_("Token"), facts.token),
        )
        for name, value in rows:
            if value:
                column.addWidget(fact(name, value))
        self.body.addWidget(card)

    def _build_pin(self) -> None:
        facts = self.facts
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setMaxLength(facts.longest)
        self.pin.setAccessibleName(_("PIN"))
        self.pin.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhSensitiveData
        )
        self.pin.textChanged.connect(lambda _text: self._judge())
        self.sure.toggled.connect(lambda _on: self._judge())
        self.show_button = QToolButton()
        self.show_button.setIcon(icons.icon("eye"))
        self.show_button.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
        self.show_button.setCheckable(True)
        self.show_button.setAccessibleName(_("Show the PIN"))
        self.show_button.setToolTip(_("Show the PIN"))
        self.show_button.toggled.connect(self._show_pin)
        label = QLabel(_("PIN"))
        label.setBuddy(self.pin)
        row = QHBoxLayout()
        row.addWidget(self.pin, 1)
        row.addWidget(self.show_button)
        self._field = QWidget()
        column = QVBoxLayout(self._field)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label)
        column.addLayout(row)
        self.body.addWidget(self._field)
        self.body.addWidget(self.sure)
        self.body.addStretch(1)
        self._field.setVisible(facts.state != "locked" and not facts.pin_pad)
        self.sure.setVisible(facts.state == "final" and not facts.pin_pad)

    def _warn(self) -> None:
        match self.facts.state:
            case "locked":
                self.notice.say(
                    "danger",
                    _("The PIN is locked after too many wrong tries."),
                    _("Ask the office that issued the token to unlock it."),
                )
                self.verb_button.hide()
                self.close_button.setText(_("Close"))
                self.close_button.setDefault(True)
            case "final":
                self.notice.say(
                    "danger",
                    _("This is the last try: one more wrong PIN locks the token."),
                    _("If you are not certain of the PIN, close this and ask the office that issued the token."),
                )
            case "low":
                self.notice.say(
                    "warning",
                    _("A wrong PIN was entered before."),
                    _("The token locks itself after too many wrong tries. Please type slowly."),
                )
            case _ if self.facts.pin_pad:
                self.notice.say("info", _("Enter the PIN on the device itself after pressing the button below."))

    def _show_pin(self, on: bool) -> None:
        self.pin.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self.show_button.setIcon(icons.icon("eye-off" if on else "eye"))
        self.show_button.setToolTip(_("Hide the PIN") if on else _("Show the PIN"))
        self.show_button.setAccessibleName(self.show_button.toolTip())

    def _judge(self) -> None:
        facts = self.facts
        length = len(self.pin.text().encode())
        fits = facts.pin_pad or facts.shortest <= length <= facts.longest
        certain = facts.state != "final" or facts.pin_pad or self.sure.isChecked()
        why = _("A PIN has {low} to {high} characters.").format(low=facts.shortest, high=facts.longest)
        self.set_ready(facts.state != "locked" and fits and certain, why)

    def _give(self) -> None:
        secret = bytearray(self.pin.text().encode())
        self._wipe()
        self._answer(secret)
        self.accept()

    def _wipe(self) -> None:
        """Python can't promise that no copy stays in memory; the field at least holds none."""
        self.pin.blockSignals(True)
        self.pin.setText("0" * len(self.pin.text()))
        self.pin.clear()
        self.pin.blockSignals(False)

    def _answer(self, value: bytearray | None) -> None:
        self._wipe()
        if not self._answered:
            self._answered = True
            self.answered.emit(value)


def ask_pin(parent: QWidget | None, facts: PinFacts) -> PinDialog:
    """Opens the dialog; connect to `answered`."""
    dialog = PinDialog(parent, facts)
    dialog.show_wide(460)
    if dialog.pin.isVisibleTo(dialog):
        dialog.pin.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def _in_fours(serial: str) -> str:
    """Readable, and it may break: a certificate's serial number has up to 40 digits."""
    return " ".join(serial[place : place + 4] for place in range(0, len(serial), 4))
