"""Before the archive is open: opening, unlocking, creating it. Pages only; `ui.opening` does the work."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from app.i18n import _
from storage.text import clean
from ui.pages.cards import CardPage, PasswordField, Trouble

MIN_PASSWORD = 8


class OpeningPage(CardPage):
    """While the archive is being opened, or closed."""

    def __init__(self, words: str = "") -> None:
        super().__init__(_("Văn Khố"), "fonds")
        words = words or _("Opening the archive…")
        self.paragraph(words)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName(words)
        self.column.addWidget(bar)


class UnlockPage(CardPage):
    """Asks for the password, or for the code of the recovery sheet. Emits `unlock(secret, is_recovery, remember)`, `elsewhere()`."""

    unlock = Signal(str, bool, bool)
    elsewhere = Signal()

    def __init__(self, folder: Path, can_remember: bool) -> None:
        super().__init__(_("Open Văn Khố"), "lock")
        place = self.paragraph(_("Folder: {folder}").format(folder=folder))
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trouble = Trouble()
        self.column.addWidget(self.trouble)
        self._password = PasswordField()
        self._label = self.field(_("Password"), self._password)
        self._code = QLineEdit()
        self._code.setMaxLength(100)
        self._code.setPlaceholderText("XXXX-XXXX-XXXX-…")
        self._code.setAccessibleName(_("Recovery code"))
        self._code.hide()
        self.column.addWidget(self._code)
        self._remember = QCheckBox(_("Open by itself on this PC from now on"))
        self._remember.setVisible(can_remember)
        self.column.addWidget(self._remember)
        self._button = QPushButton(_("Open"))
        self._button.setProperty("role", "primary")
        self._other = QPushButton(_("Use the recovery sheet"))
        self._other.setProperty("role", "quiet")
        self._where = QPushButton(_("Another archive…"))
        self._where.setProperty("role", "quiet")
        self.column.addSpacing(10)
        self.column.addWidget(self._button)
        self.column.addLayout(_row(self._other, self._where))
        self._button.clicked.connect(self._unlock)
        self._password.entered.connect(self._unlock)
        self._code.returnPressed.connect(self._unlock)
        self._password.changed.connect(self._follow)
        self._code.textChanged.connect(lambda _t: self._follow())
        self._other.clicked.connect(lambda: self.ask_recovery(self._code.isHidden()))
        self._where.clicked.connect(self.elsewhere)
        self.setFocusProxy(self._password)
        self._follow()

    def ask_recovery(self, on: bool) -> None:
        """Asks for the recovery code instead of the password, or back."""
        self._code.setVisible(on)
        self._password.setVisible(not on)
        self._label.setText(_("Code of the recovery sheet") if on else _("Password"))
        self._other.setText(_("Use the password") if on else _("Use the recovery sheet"))
        self._label.setBuddy(self._code if on else self._password)
        self.setFocusProxy(self._code if on else self._password)  # never a hidden one: Tab would stay there
        (self._code if on else self._password).setFocus()
        self.trouble.say("")
        self._follow()

    def busy(self, on: bool) -> None:
        for widget in (self._button, self._password, self._code, self._other, self._where):
            widget.setEnabled(not on)
        self._button.setText(_("Opening…") if on else _("Open"))

    def refuse(self, error: BaseException) -> None:
        """Says what was wrong; what was typed can be typed again."""
        self.busy(False)
        self.trouble.say(error)
        if not self._password.isHidden():
            self._password.clear()
            self._password.setFocus()
        else:
            self._code.setFocus()
            self._code.selectAll()

    @property
    def _recovery(self) -> bool:
        return not self._code.isHidden()

    def _follow(self) -> None:
        self._button.setEnabled(bool(self._code.text().strip() if self._recovery else self._password.text))

    def _unlock(self) -> None:
        secret = self._code.text().strip() if self._recovery else self._password.text
        if secret and self._button.isEnabled():
            self.trouble.say("")
            self.unlock.emit(secret, self._recovery, self._remember.isChecked())


class FirstRunPage(CardPage):
    """Creates the archive: where, and with which password. Emits `wanted(folder, password)`, `open_other()`, `browse()`."""

    wanted = Signal(str, str)
    open_other = Signal()
    browse = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__(_("Welcome to Văn Khố"), "fonds", 520)
        self.paragraph(
            _(
                "Your documents are kept encrypted in one folder. Choose the folder and a password; "
                "without them nobody can read the documents."
            )
        )
        self.trouble = Trouble()
        self.column.addWidget(self.trouble)
        self._folder = QLineEdit(str(folder))
        self._browse = QPushButton(_("Browse…"))
        self._browse.setAccessibleName(_("Browse for a folder"))
        line = QWidget()
        inner = QHBoxLayout(line)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._folder, 1)
        inner.addWidget(self._browse)
        self.field(_("Folder of the archive"), line)
        self._folder.setAccessibleName(_("Folder of the archive"))
        self._agency = QLineEdit()
        self._agency.setMaxLength(200)
        self._agency.setPlaceholderText(_("For example: Ủy ban nhân dân xã Hòa Thắng"))
        self.field(_("Name of your agency"), self._agency)
        self._first, self._second = PasswordField(), PasswordField()
        self.field(_("Password"), self._first)
        self.field(_("The same password again"), self._second)
        self._hint = self.paragraph("")
        self._button = QPushButton(_("Create the archive"))
        self._button.setProperty("role", "primary")
        self._other = QPushButton(_("Open an archive that exists…"))
        self._other.setProperty("role", "quiet")
        self.column.addSpacing(8)
        self.column.addWidget(self._button)
        self.column.addWidget(self._other)
        for field in (self._first, self._second):
            field.changed.connect(self._follow)
            field.entered.connect(self._enter)
        self._button.clicked.connect(self._create)
        self._browse.clicked.connect(self.browse)
        self._other.clicked.connect(self.open_other)
        self._agency.returnPressed.connect(self._enter)
        self.setFocusProxy(self._agency)
        self._follow()

    @property
    def agency(self) -> str:
        """What the person calls the office; "" when it is to be told later, in the settings."""
        return clean(self._agency.text())

    def set_folder(self, folder: str) -> None:
        self._folder.setText(folder)

    def busy(self, on: bool) -> None:
        for widget in (self._folder, self._browse, self._agency, self._first, self._second, self._other):
            widget.setEnabled(not on)
        self._button.setText(_("Creating…") if on else _("Create the archive"))
        self._button.setEnabled(not on)

    def refuse(self, error: BaseException) -> None:
        self.busy(False)
        self._follow()
        self.trouble.say(error)

    def _follow(self) -> None:
        first, second = self._first.text, self._second.text
        if len(first) < MIN_PASSWORD:
            words = _("At least {count} characters; a sentence that you remember is best.").format(count=MIN_PASSWORD)
        elif not second:
            words = _("Type the same password once more.")
        elif first != second:
            words = _("The two passwords differ.")
        else:
            words = _("The two passwords agree.")
        self._hint.setText(words)
        self._button.setEnabled(len(first) >= MIN_PASSWORD and first == second and bool(self._folder.text().strip()))

    def _enter(self) -> None:
        """Enter creates the archive when all is there, else it goes to what is missing."""
        if self._button.isEnabled():
            self._create()
        else:
            (self._second if len(self._first.text) >= MIN_PASSWORD else self._first).line.setFocus()

    def _create(self) -> None:
        if self._button.isEnabled():
            self.trouble.say("")
            self.wanted.emit(self._folder.text().strip(), self._first.text)


class GonePage(CardPage):
    """The archive that was open last is not where it was: a drive is not plugged in, a folder was moved. Nothing new is made in
    its place unasked. Emits `again()`, `elsewhere()`, `fresh()`."""

    again = Signal()
    elsewhere = Signal()
    fresh = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__(_("The archive is not in its place"), "warning", 520)
        place = self.paragraph(_("Folder: {folder}").format(folder=folder))
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.paragraph(
            _(
                "Perhaps the drive is not plugged in, the network is down, or the folder was moved. "
                "The documents are still where the folder is."
            )
        )
        button = QPushButton(_("Look again"))
        button.setProperty("role", "primary")
        button.clicked.connect(self.again)
        other = QPushButton(_("Another archive…"))
        other.setProperty("role", "quiet")
        other.clicked.connect(self.elsewhere)
        fresh = QPushButton(_("Create a new archive"))
        fresh.setProperty("role", "quiet")
        fresh.clicked.connect(self.fresh)
        self.column.addSpacing(10)
        self.column.addWidget(button)
        self.column.addLayout(_row(other, fresh))
        self.setFocusProxy(button)


class RecoveryPage(CardPage):
    """Shows the recovery code once; goes on only when the person says that it was printed or written down. Emits `done()`, `print_()`."""

    done = Signal()
    print_ = Signal()

    def __init__(self, code: str) -> None:
        super().__init__(_("Keep the recovery sheet safe"), "key", 560)
        self.code = code
        self.paragraph(
            _(
                "If the password is forgotten, only this code opens the archive. Print it or write it down, "
                "put it into an envelope and lock it away. It is shown only now."
            )
        )
        self.column.addSpacing(4)
        self.column.addWidget(_code_card(code.split("-")))
        self._print = QPushButton(_("Print the sheet…"))
        self._agree = QCheckBox(_("I have printed the code or written it down"))
        self._button = QPushButton(_("Go to the archive"))
        self._button.setProperty("role", "primary")
        self._button.setEnabled(False)
        self.column.addSpacing(8)
        self.column.addWidget(self._print)
        self.column.addSpacing(8)
        self.column.addWidget(self._agree, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._button)
        self._agree.toggled.connect(self._button.setEnabled)
        self._print.clicked.connect(self.print_)
        self._button.clicked.connect(self.done)
        self.setFocusProxy(self._print)


def _code_card(groups: list[str]) -> QFrame:
    """The groups of a code in rows of four, standing under each other."""
    card = QFrame()
    card.setProperty("role", "well")
    card.setAccessibleName(_("Recovery code: {code}").format(code=" ".join(groups)))
    grid = QGridLayout(card)
    grid.setContentsMargins(24, 14, 24, 14)
    for place, group in enumerate(groups):
        label = QLabel(group)
        label.setProperty("role", "code")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(label, place // 4, place % 4)
    return card


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    return row
