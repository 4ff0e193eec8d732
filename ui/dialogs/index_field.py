"""The spreadsheet index of a pile: which one, and how its columns were understood, before anything is taken in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.desk import intake_index
from app.desk.intake_index import Index
from app.i18n import _, _n
from app.jobs import Job
from app.services import Services
from ui import theme
from ui.choosing import choose_files
from ui.dialogs.archive import archive_of
from ui.jobs import JobsBridge
from ui.models.words import number_word
from ui.widgets.elided import ElidedLabel
from ui.widgets.notice import Notice

KIND = ".xlsx"


def is_index(path: Path) -> bool:
    return path.suffix.casefold() == KIND


class IndexField(QWidget):
    """`changed()` when an index was chosen, understood or taken off. `index` is there once it was understood."""

    changed = Signal()

    def __init__(self, services: Services, jobs: JobsBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services, self._jobs = services, jobs
        self._reading: Job | None = None
        self.path: Path | None = None
        self.index: Index | None = None
        self._name = ElidedLabel()
        self.choose_button = QPushButton(_("Choose the index…"))
        self.remove_button = QPushButton(_("Without an index"))
        self._columns = QLabel()
        self._columns.setWordWrap(True)
        self._columns.setProperty("role", "muted")
        self._columns.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.notice = Notice()
        self._lay_out()
        self.choose_button.clicked.connect(lambda _checked: self._choose())
        self.remove_button.clicked.connect(lambda _checked: self.take(None))
        self.setFocusProxy(self.choose_button)
        self.take(None)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        for button in (self.choose_button, self.remove_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._columns)
        column.addWidget(self.notice)

    def _choose(self) -> None:
        filters = (_("Excel workbooks ({kinds})").format(kinds=f"*{KIND}"),)
        choose_files(
            self.window(), _("Choose the index"), filters, lambda names: self.take(Path(names[0])), purpose="index", one=True
        )

    def take(self, path: Path | None) -> None:
        """Reads the index at `path`, beside the window; None: there is none."""
        self.give_up()
        self.path, self.index = path, None
        self.notice.clear()
        self._columns.clear()
        self._columns.setVisible(path is not None)
        self.remove_button.setVisible(path is not None)
        self._name.say(path.name if path is not None else _("None: the fields are read from the pages."))
        theme.restyle(self._name, "role", "strong" if path is not None else "muted")
        if path is not None:
            self._columns.setText(_("Reading the index…"))
            services, workspace = self._services, archive_of(self._services)
            job, future = services.lanes.start(
                "cpu",
                _("Reading the index…"),
                lambda job: intake_index.read_index(job, workspace, services.sandboxes, path),
            )
            self._reading = job
            self._jobs.watch(future, lambda index: self._understood(job, index), lambda error: self._refused(job, error), self)
        self.changed.emit()

    @property
    def reading(self) -> bool:
        return self._reading is not None

    def _understood(self, job: Job, index: Index) -> None:
        if job is not self._reading:
            return
        self._reading, self.index = None, index
        rows = _n("{count} row", "{count} rows", len(index.rows)).format(count=number_word(len(index.rows)))
        meanings = ", ".join(dict.fromkeys(column.meaning for column in index.columns))
        self._columns.setText(_("{rows}. Taken from it: {columns}.").format(rows=rows, columns=meanings))
        if index.ignored:
            words = _("These columns are not used: {headers}").format(headers="; ".join(index.ignored))
            self.notice.say(
                "info", words, _("If one of them matters, give it another header in the index and choose it again.")
            )
        self.changed.emit()

    def _refused(self, job: Job, error: BaseException) -> None:
        if job is self._reading:
            self._reading = None
            self._columns.hide()
            self.notice.say_error(error)
            self.changed.emit()

    def give_up(self) -> None:
        """Whoever closes the window does not wait for the index."""
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
