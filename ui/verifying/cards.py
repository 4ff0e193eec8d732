"""What is said of one signature: a verdict in colour, icon and word; who, when, what it covers; why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import N_, _
from app.signature.reasons import REASONS, sentence, weight
from ui import icons, theme
from ui.pages.facts import moment_word

VERDICTS = {
    "valid": ("success", "done", N_("Valid")),
    "invalid": ("danger", "signature-bad", N_("Not valid")),
    "unknown": ("warning", "warning", N_("Not determined")),
    "unsigned": ("info", "info", N_("Not signed")),
}
SENTENCES = {
    "valid": N_("All signatures are valid and the document is as it was signed."),
    "invalid": N_("At least one signature is not valid: don't rely on this document."),
    "unknown": N_("It can't be told for sure whether the signatures hold. The reasons stand below."),
    "unsigned": N_("This document carries no digital signature."),
}
SOURCES = {
    "timestamp": N_("proven by a time stamp"),
    "signer": N_("as the signer's computer said"),
    "none": N_("not known"),
}
CHANGES = {
    "none": N_("Nothing was changed after the signing."),
    "allowed": N_("Only allowed things were added after the signing, such as further signatures."),
    "suspicious": N_("After the signing the document was changed in a way that is not allowed, or that can't be told."),
}


INK = ("muted", "warning", "danger")  # of a note, a doubt, a fault


def ink_of(code: str) -> str:
    """How grave a reason is; one that is not known here is a doubt."""
    return INK[int(weight(code))] if code in REASONS else "warning"


def rows_of(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and words of each fact of a signature (`Verification.to_json`)."""
    when = moment_word(row["signedAt"]) if row["signedAt"] else _("time unknown")
    source = _(SOURCES.get(row["timeSource"], SOURCES["none"]))
    covers = _("the whole file") if row["coversWholeFile"] else _("an earlier version of the file")
    return [
        (_("Certificate issued by"), row["issuer"] or _("not known")),
        (_("Signing time"), f"{when} ({source})"),
        (_("Covers"), covers),
        (_("Afterwards"), _(CHANGES.get(row["changesAfter"], CHANGES["suspicious"]))),
    ]


class SignatureCard(QFrame):
    """One signature. `on_version` and `on_changes` are offered where something came after it."""

    def __init__(
        self,
        row: Mapping[str, Any],
        on_version: Callable[[], object] | None,
        on_changes: Callable[[], object] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        kind, mark, word = VERDICTS.get(row["verdict"], VERDICTS["unknown"])
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        sign = QLabel()
        sign.setPixmap(icons.pixmap(mark, kind, 20, self.devicePixelRatioF()))
        head.addWidget(sign)
        stamp = row["level"] == "TIMESTAMP"
        signer = row["signer"] or _("an unknown signer")
        title = _line(_("Time stamp of {name}").format(name=signer) if stamp else signer, "strong")
        head.addWidget(title, 1)
        verdict = QLabel(_(word))
        verdict.setProperty("role", kind if kind != "info" else "muted")
        head.addWidget(verdict)
        column.addLayout(head)
        facts = rows_of(row)
        for name, words in facts:
            column.addLayout(_fact(name, words))
        codes = sorted(dict.fromkeys(row["reasons"]), key=lambda code: -INK.index(ink_of(code)))
        whys = [sentence(code) for code in codes]
        for code, why in zip(codes, whys, strict=True):
            column.addWidget(_line(f"• {why}", ink_of(code)))
        if row["changesAfter"] != "none" and (on_version or on_changes):
            column.addLayout(self._buttons(on_version, on_changes))
        said = f"{title.text()}, {moment_word(row['signedAt']) if row['signedAt'] else ''}, {_(word)}. {' '.join(whys)}"
        self.setAccessibleName(said)

    def _buttons(self, on_version: Callable[[], object] | None, on_changes: Callable[[], object] | None) -> QHBoxLayout:
        row = QHBoxLayout()
        for words, action in ((_("See the signed version"), on_version), (_("Show what looks different"), on_changes)):
            if action is not None:
                button = QPushButton(words)
                button.clicked.connect(lambda _checked=False, do=action: do())
                row.addWidget(button)
        row.addStretch(1)
        return row


def _fact(name: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    label = QLabel(name)
    label.setProperty("role", "muted")
    label.setFixedWidth(theme.fitted(130))
    label.setWordWrap(True)
    row.addWidget(label)
    row.addWidget(_line(words, ""), 1)
    return row


def _line(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # names in a certificate are somebody else's
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
