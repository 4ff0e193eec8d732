"""Choosing the certificate to sign with: every one that is plugged in, and why some can't sign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _, _n
from app.signature.certificates import CertInfo
from app.signature.tokens import TokenInfo
from ui import icons

SOON_DAYS = 30

Choice = tuple[TokenInfo, CertInfo]


def why_not(token: TokenInfo, certificate: CertInfo) -> str:
    """The sentence that greys a certificate out; "" when it can sign."""
    if token.flags.locked:
        return _("The PIN of this token is locked.")
    return certificate.reason


def validity(certificate: CertInfo, now: datetime) -> tuple[str, str]:
    """ "valid until …" in words, and the ink role for it."""
    days = certificate.days_left(now)
    until = f"{certificate.not_after:%d/%m/%Y}"
    if days < 0:
        return (_("Expired on {date}").format(date=until), "danger")
    words = _n("Valid until {date}, {count} day left", "Valid until {date}, {count} days left", days)
    return (words.format(date=until, count=days), "warning" if days <= SOON_DAYS else "muted")


class CertificateCard(QFrame):
    """One certificate: name, office, issuer, days left, and why it can't sign."""

    def __init__(self, token: TokenInfo, certificate: CertInfo, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice: Choice = (token, certificate)
        self.setProperty("role", "card")
        reason = why_not(token, certificate)
        self.radio = QRadioButton(certificate.subject or certificate.label or token.label)
        self.radio.setEnabled(not reason)
        until, role = validity(certificate, now)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(2)
        column.addWidget(self.radio)
        where = _("Token {label}, number {serial}").format(label=token.label, serial=token.serial)
        issuer = _("Issued by {issuer}").format(issuer=certificate.issuer) if certificate.issuer else ""
        rows = [(certificate.organisation, "muted"), (issuer, "muted"), (until, role)]
        if reason:
            rows = rows[:1] if token.flags.locked else []  # what can't sign takes little room; the rest is in the hint
        self.setToolTip("\n".join(part for part in (issuer, until, where) if part))
        for text, ink in rows:
            if text:
                column.addWidget(_line(text, ink))
        if reason:
            column.addLayout(self._reason(reason))
        said = [certificate.subject, certificate.organisation, until, reason]
        self.radio.setAccessibleName(", ".join(part.rstrip(".") for part in said if part))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The whole card chooses, not only its small circle."""
        if event.button() == Qt.MouseButton.LeftButton and self.radio.isEnabled():
            self.radio.click()
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)

    def _reason(self, reason: str) -> QHBoxLayout:
        sign = QLabel()
        sign.setPixmap(icons.pixmap("warning", "warning", 16, self.devicePixelRatioF()))
        row = QHBoxLayout()
        row.setContentsMargins(26, 2, 0, 0)
        row.setSpacing(6)
        row.addWidget(sign)
        row.addWidget(_line(reason, "warning", inset=0), 1)
        return row


class CertificateList(QWidget):
    """`chosen()` when another certificate is chosen, or none can be."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(lambda _button: self.chosen.emit())
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.cards: list[CertificateCard] = []
        self._before = ""  # SHA-256 of the one chosen last: a token that was pulled and put back finds it chosen again

    def set_tokens(self, tokens: Sequence[TokenInfo], now: datetime) -> None:
        """Those that can sign first; the only one, or the one chosen before, is chosen."""
        self._before = self.choice[1].sha256 if self.choice else self._before
        for card in self.cards:
            self._group.removeButton(card.radio)
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        pairs = [(token, certificate) for token in tokens for certificate in token.certificates]
        pairs.sort(key=lambda pair: bool(why_not(*pair)))
        self.cards = [CertificateCard(token, certificate, now) for token, certificate in pairs]
        for card in self.cards:
            self._group.addButton(card.radio)
            self._column.addWidget(card)
        self._choose_again()
        self.chosen.emit()

    def _choose_again(self) -> None:
        usable = [card for card in self.cards if card.radio.isEnabled()]
        same = [card for card in usable if card.choice[1].sha256 == self._before]
        for card in same[:1] or (usable if len(usable) == 1 else []):
            card.radio.setChecked(True)

    @property
    def choice(self) -> Choice | None:
        button = self._group.checkedButton()
        return next((card.choice for card in self.cards if card.radio is button), None)


def _line(text: str, role: str, inset: int = 26) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setContentsMargins(inset, 0, 0, 0)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
