"""What belongs to the open archive on the settings page: its password, opening by itself, the connection to the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QWidget

from app.i18n import _
from app.jobs import Job
from ui import theme
from ui.models.reading import Reads
from ui.pages.cards import PasswordField
from ui.pages.start import MIN_PASSWORD

if TYPE_CHECKING:
    from app.workspace import Workspace


class ArchiveCard(QFrame):
    """Each row: what it is, a field, a button; below it what came of the last press."""

    def __init__(self, workspace: Workspace, reads: Reads) -> None:
        super().__init__()
        self._workspace, self._reads = workspace, reads
        self.setProperty("role", "card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 16, 20, 16)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.password, self.again = PasswordField(), PasswordField()
        self.remember = QLabel(_("This PC keeps the key in the safe of the operating system."))
        self.remember.setWordWrap(True)
        self.remember.setProperty("role", "muted")
        self.code = QLineEdit()
        self.code.setMaxLength(200)
        self.code.setPlaceholderText(_("Enrolment code from your administrator"))
        self._row(_("New password"), self.password)
        self.password_button = self._row(_("The same password again"), self.again, _("Change password"), self._change_password)
        self.remember_button = self._row(_("Open by itself on this PC"), self.remember, _("Turn on"), self._remember)
        self.code_button = self._row(_("Connect to the central server"), self.code, _("Connect"), self._enrol)
        self.again.entered.connect(self.password_button.click)
        self.code.returnPressed.connect(self.code_button.click)

    def _row(self, name: str, field: QWidget, verb: str = "", slot: Callable[[QLabel], None] | None = None) -> QPushButton:
        line = self._grid.rowCount() * 2
        label = QLabel(name)
        label.setWordWrap(True)
        label.setMinimumWidth(160)
        field.setAccessibleName(name)
        label.setBuddy(field)
        said = QLabel()
        said.setWordWrap(True)
        said.hide()
        button = QPushButton(verb)
        button.setAccessibleName(f"{name}: {verb}")
        if slot is not None:
            button.clicked.connect(lambda: slot(said))
        button.setVisible(slot is not None)
        self._grid.addWidget(label, line, 0)
        self._grid.addWidget(field, line, 1)
        self._grid.addWidget(button, line, 2)
        self._grid.addWidget(said, line + 1, 1, 1, 2)
        return button

    def _change_password(self, said: QLabel) -> None:
        password, workspace = self.password.text, self._workspace
        if len(password) < MIN_PASSWORD:
            _say(
                said,
                _("At least {count} characters; a sentence that you remember is best.").format(count=MIN_PASSWORD),
                "danger",
            )
        elif password != self.again.text:
            _say(said, _("The two passwords differ."), "danger")
        else:
            self._do(said, lambda: workspace.change_password(password), _("The password has been changed."), self._forget)

    def _forget(self) -> None:
        for field in (self.password, self.again):
            field.clear()

    def _remember(self, said: QLabel) -> None:
        workspace = self._workspace

        def told(kept: Any) -> None:
            words = _("From now on the archive opens by itself here.") if kept else _("This PC has no safe place for the key.")
            _say(said, words, "success" if kept else "danger")

        self._reads.write(workspace.remember, told, lambda error: _say(said, str(error), "danger"))

    def _enrol(self, said: QLabel) -> None:
        code, workspace = self.code.text().strip(), self._workspace
        url = workspace.settings["sync.url"]
        if not url or not code:
            _say(said, _("Fill in the address of the central server and the code first."), "danger")
            return

        def work() -> None:
            from app.desk import syncing

            syncing.enrol(Job(), workspace, url, code)

        _say(said, _("Connecting…"), "muted")
        self._do(said, work, _("Connected. F5 sends what waits."), self.code.clear)

    def _do(self, said: QLabel, work: Callable[[], Any], words: str, after: Callable[[], Any]) -> None:
        def done(_result: Any) -> None:
            after()
            _say(said, words, "success")

        self._reads.write(work, done, lambda error: _say(said, str(error), "danger"))


def _say(label: QLabel, words: str, role: str) -> None:
    label.setText(words)
    theme.restyle(label, "role", role)
    label.show()
    area = label.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    if isinstance(area, QScrollArea):
        scroll = area
        QTimer.singleShot(0, label, lambda: scroll.ensureWidgetVisible(label, 0, 24))
