"""The help page: every key, made from the registry of actions, and the few words a beginner needs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.i18n import N_, _
from ui.actions import GROUPS, SPECS, Spec, key_text, plain
from ui.icons import pixmap
from ui.pages.over import OverPage, centred, head, heading

STEPS = (
    ("scan", N_("Scan or import"), N_("Put paper into the scanner, or drop files and folders anywhere on this window.")),
    (
        "review",
        N_("Check"),
        N_("Press F2: the program has filled the fields in. Enter accepts a field and goes to the next doubtful one."),
    ),
    ("dossier", N_("Put into dossiers"), N_("Drag documents to a dossier in the tree, or press Ctrl+M.")),
    ("sign", N_("Sign digitally"), N_("Plug in the token, choose documents, press Ctrl+Enter, type the PIN once.")),
    ("to-sync", N_("Send"), N_("F5 sends everything new to the central server; a broken line loses nothing.")),
)


class HelpPage(OverPage):
    """Emits `closed()`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head(_("Keys and help"), self.leave))
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName(_("Keys and help"))
        inside = QWidget()
        scroll.setWidget(centred(inside))
        inside.setMaximumWidth(980)
        body = QVBoxLayout(inside)
        body.setContentsMargins(24, 20, 24, 32)
        body.setSpacing(12)
        body.addWidget(heading(_("A day in five steps")))
        body.addWidget(_steps())
        body.addSpacing(8)
        body.addWidget(heading(_("Keys")))
        body.addLayout(_keys())
        body.addStretch(1)
        column.addWidget(scroll, 1)
        self.setFocusProxy(scroll)


def _steps() -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    grid = QGridLayout(card)
    grid.setContentsMargins(20, 16, 20, 16)
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(12)
    grid.setColumnStretch(2, 1)
    for line, (mark, title, words) in enumerate(STEPS):
        picture = QLabel()
        picture.setPixmap(pixmap(mark, "accent", 20, picture.devicePixelRatioF()))
        name = QLabel(_(title))
        name.setProperty("role", "strong")
        text = QLabel(_(words))
        text.setWordWrap(True)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(picture, line, 0, top)
        grid.addWidget(name, line, 1, top)
        grid.addWidget(text, line, 2)
    return card


def _keys() -> QHBoxLayout:
    """Groups in two columns of cards, shared out by length."""
    row = QHBoxLayout()
    row.setSpacing(16)
    columns = [QVBoxLayout(), QVBoxLayout()]
    used = [0, 0]
    for group in GROUPS:
        specs = [spec for spec in SPECS if spec.group == group and spec.keys]
        place = 0 if used[0] <= used[1] else 1
        used[place] += len(specs) + 2
        columns[place].addWidget(_group(group, specs))
    for column in columns:
        column.setSpacing(16)
        column.addStretch(1)
        row.addLayout(column, 1)
    return row


def _group(group: str, specs: list[Spec]) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    grid = QGridLayout(card)
    grid.setContentsMargins(20, 14, 20, 14)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    title = QLabel(_(group))
    title.setProperty("role", "strong")
    grid.addWidget(title, 0, 0, 1, 2)
    for line, spec in enumerate(specs, 1):
        key = QLabel(key_text(spec.keys[0]))
        key.setProperty("role", "key")
        grid.addWidget(QLabel(plain(_(spec.text))), line, 0)
        grid.addWidget(key, line, 1, Qt.AlignmentFlag.AlignRight)
    return card
