"""When the program itself is at fault: what to copy and send, and what was saved from a run that broke off."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app import VERSION
from app.errors import AppError
from app.i18n import _, _n
from ui.dialogs.base import VerbDialog

ROOT = Path(__file__).resolve().parents[2]


def redacted(error: BaseException) -> str:
    """Where and what kind, never with what: types, modules, lines and functions, no messages, no values, no names of files of the
    office. AppErrors give their code besides."""
    lines = [
        f"Văn Khố {VERSION}, Python {platform.python_version()}, Qt {qVersion()}, {platform.system()} {platform.release()}"
    ]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        code = f" [{current.code}]" if isinstance(current, AppError) else ""
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}{code}")
        frames = traceback.extract_tb(current.__traceback__)
        lines += [f"  {_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        current = current.__cause__ or current.__context__
    return "\n".join(lines)


def _place(file: str) -> str:
    path = Path(file)
    for root in (ROOT, Path(sys.prefix)):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


class BugDialog(VerbDialog):
    """Says in plain words that the program made a mistake, with a report that holds no personal data."""

    def __init__(self, parent: QWidget | None, error: BaseException) -> None:
        super().__init__(
            parent,
            _("The program made a mistake"),
            _("Copy the report"),
            close=_("Close"),
            intro=_("Nothing already saved is lost. Please copy the report and send it to whoever looks after the program."),
        )
        self.details = QPlainTextEdit(redacted(error))
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(_("Report for support, without personal data"))
        self.details.setMinimumHeight(160)
        self.body.addWidget(self.details, 1)
        self.agreed.connect(self._copy)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.notice.say("success", _("The report is on the clipboard; paste it into a message."))


class RecoveryDialog(VerbDialog):
    """After a run that broke off: `agreed` goes on with what was unfinished; closing leaves it for later."""

    def __init__(self, parent: QWidget | None, count: int) -> None:
        words = _n("{count} item was not finished", "{count} items were not finished", count).format(count=count)
        super().__init__(
            parent,
            _("The program was interrupted last time"),
            _("Go on now"),
            close=_("Later"),
            intro=_("{what}. Nothing was lost: scanned pages and imported files are safe.").format(what=words),
        )
        self.body.addStretch(1)
        self.agreed.connect(self.accept)


def show_bug(parent: QWidget | None, error: BaseException) -> BugDialog:
    dialog = BugDialog(parent, error)
    dialog.show_wide(560, 380)
    return dialog


def show_recovery(parent: QWidget | None, count: int) -> RecoveryDialog:
    """`count` items wait to be finished; connect to `agreed`."""
    dialog = RecoveryDialog(parent, count)
    dialog.show_wide(460)
    return dialog
