"""The page of what stops being provable: by date, with the one button that keeps it provable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.desk import lasting
from app.desk.lasting import DueList, DueRow, Renewed
from app.errors import Cancelled
from app.i18n import N_, _, _n
from app.jobs import Job
from ui import theme
from ui.jobs import JobsBridge
from ui.lasting.model import Column, DueModel
from ui.models.chosen import chosen_rows, keep_head_apart
from ui.models.words import number_word
from ui.pages.desk_page import DeskPage
from ui.pages.empty_state import EmptyState
from ui.pages.over import head as page_head
from ui.widgets.choice_box import ChoiceBox
from ui.widgets.job_progress import JobProgress, time_left
from ui.widgets.notice import Notice

if TYPE_CHECKING:
    from app.services import Services

HORIZONS = ((90, N_("Within 90 days")), (365, N_("Within one year")), (0, N_("All signatures")))
WIDTHS = {Column.UNTIL: 175, Column.LEFT: 140, Column.CODE: 130, Column.SIGNER: 190, Column.WHY: 300}


class LastingPage(DeskPage):
    """`listed()` when the list stands; `renewed(Renewed)` after a batch; `wanted(document_id)` on a double click."""

    listed = Signal()
    renewed = Signal(object)
    wanted = Signal(int)

    def __init__(self, services: Services, jobs: JobsBridge, parent: QWidget | None = None) -> None:
        super().__init__(services, jobs, parent)
        self._job: Job | None = None
        self._renewing = False
        self.found: DueList | None = None
        self.model = DueModel()
        self.table = QTableView()
        self.empty = EmptyState()
        self.horizon = ChoiceBox()
        for days, label in HORIZONS:
            self.horizon.addItem(_(label), days)
        self.horizon.setAccessibleName(_("Which signatures are shown"))
        self.settings_button = QPushButton(_("Set the time-stamp service…"))
        self.notice = Notice()
        self.progress = JobProgress(jobs)
        self.eta = QLabel()
        self.verb_button = QPushButton()
        self._stack = QStackedWidget()
        self._set_up_table()
        self._lay_out()
        self.horizon.currentIndexChanged.connect(lambda _index: self._show())
        self.table.selectionModel().selectionChanged.connect(lambda _now, _before: self._judge())
        self.table.doubleClicked.connect(lambda index: self.wanted.emit(self.model.rows[index.row()].document_id))
        self.verb_button.clicked.connect(lambda _checked: self._press())
        jobs.job_changed.connect(self._progressed)
        jobs.job_finished.connect(self._finished)
        self._judge()

    # --- building ---
    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        keep_head_apart(table)
        table.setAccessibleName(_("Signatures that stop being provable"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setAlternatingRowColors(True)
        table.setIconSize(QSize(theme.ICON_LIST, theme.ICON_LIST))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(36)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in WIDTHS.items():
            table.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.SUBJECT, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        self.eta.setProperty("role", "muted")
        self.verb_button.setProperty("role", "primary")
        foot = QFrame()
        foot.setProperty("role", "foot")
        rows = QVBoxLayout(foot)
        rows.setContentsMargins(16, 10, 16, 12)
        rows.setSpacing(8)
        said = QHBoxLayout()
        said.addWidget(self.notice, 1)
        said.addWidget(self.settings_button)
        rows.addLayout(said)
        rows.addWidget(self.progress)
        line = QHBoxLayout()
        line.addWidget(self.eta, 1)
        line.addWidget(self.verb_button)
        rows.addLayout(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page_head(_("Signatures that stop being provable"), self.leave, self.horizon))
        column.addWidget(self._stack, 1)
        column.addWidget(foot)

    # --- the list ---
    def load(self) -> None:
        """Reads the list; signatures that were never looked at are judged now."""
        workspace, boxes = self._workspace, self._services.sandboxes
        if self.found is None:
            self.empty.say(
                "clock", _("Looking at the signatures…"), _("Each file is looked at once; the next time it is quick."), []
            )
            self._stack.setCurrentWidget(self.empty)
        self._start("cpu", _("Signatures that stop being provable"), lambda job: lasting.due(job, workspace, boxes), self._take)

    def _start(self, lane: str, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        def ended(result: Any) -> None:
            self._rest()
            done(result)

        def failed(error: BaseException) -> None:
            self._rest()
            self.notice.say_error(error)

        self._job = self.start(lane, title, verb, ended, failed)
        if self._job is not None:
            self.progress.follow(self._job)
        self._judge()

    def _finished(self, job: Job) -> None:
        if job is self._job:  # stopped: nobody calls back
            self._rest()

    def _rest(self) -> None:
        self._job = None
        self.progress.rest()
        self.eta.clear()
        self._judge()

    def _take(self, found: DueList) -> None:
        self.found = found
        self._show()
        if not self._renewing and found.unclear:
            count = len(found.unclear)
            words = _n(
                "{count} document has a signature that does not hold or can't be judged; it is not listed here.",
                "{count} documents have signatures that do not hold or can't be judged; they are not listed here.",
                count,
            )
            self.notice.say("warning", words.format(count=number_word(count)), _("Look at them with “Check signatures”."))
        self._renewing = False
        self.listed.emit()

    def _show(self) -> None:
        if self.found is None:
            return
        days = int(self.horizon.currentData())
        limit = datetime.now(UTC) + timedelta(days=days)
        rows = [row for row in self.found.rows if not days or row.until <= limit]
        self.model.take(rows)
        if rows:
            self._stack.setCurrentWidget(self.table)
        else:
            self._say_empty(days)
        self._judge()

    def _say_empty(self, days: int) -> None:
        if self.found is None or not self.found.documents:
            self.empty.say(
                "signed", _("There are no signed documents yet."), _("They are listed here once they are signed."), []
            )
        elif not days:
            self.empty.say("signed", _("No signature could be judged."), "", [])
        else:
            self.empty.say(
                "done",
                _("No signature stops being provable in this time."),
                _("The program looks anew each time you open this page."),
                [],
            )
        self._stack.setCurrentWidget(self.empty)

    @property
    def chosen(self) -> list[DueRow]:
        """What would be renewed: the chosen rows, else all that are shown; only those for which it helps."""
        runs = chosen_rows(self.table.selectionModel())
        rows = [row for first, last in runs for row in self.model.rows[first : last + 1]] or self.model.rows
        return [row for row in rows if row.renewable]

    # --- renewing ---
    def _press(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.verb_button.setText(_("Stopping…"))
            self.verb_button.setEnabled(False)
            return
        workspace, boxes, ids = self._workspace, self._services.sandboxes, [row.document_id for row in self.chosen]
        self.notice.clear()
        self._start("network", _("Renew time stamps"), lambda job: lasting.renew(job, workspace, boxes, ids), self._told)

    def _told(self, done: Renewed) -> None:
        count, rest = len(done.documents), len(done.left)
        words = _n("{count} document has a new time stamp.", "{count} documents have new time stamps.", count)
        said = words.format(count=number_word(count))
        if done.stopped is not None and not isinstance(done.stopped, Cancelled):
            self.notice.say("danger", done.stopped.message, f"{done.stopped.advice} {said if count else ''}".strip())
        elif done.problems:
            first = done.problems[0]
            more = _n("{count} document could not be renewed.", "{count} documents could not be renewed.", len(done.problems))
            told = f"{more.format(count=number_word(len(done.problems)))} {first.message}"
            self.notice.say("warning", told, f"{first.advice} {said if count else ''}".strip())
        elif rest:
            left = _n("{count} document is still to be renewed.", "{count} documents are still to be renewed.", rest)
            self.notice.say("warning", left.format(count=number_word(rest)), said if count else "")
        else:
            self.notice.say("success", said, _("The old files stay as they were."))
        self.renewed.emit(done)
        self._renewing = True
        self.load()

    def _progressed(self, job: Job) -> None:
        if job is self._job:
            self.eta.setText(time_left(job))

    # --- what stands there ---
    def _judge(self) -> None:
        working, count = self._job is not None, len(self.chosen)
        ready = bool(self._services.settings["sign.tsa"])
        self.horizon.setEnabled(not working)
        self.table.setEnabled(not working)
        self.settings_button.setVisible(not ready and not working and bool(self.model.rows))
        self.verb_button.setVisible(working or bool(self.model.rows))
        if working:
            self.verb_button.setText(_("Stop"))
            self.verb_button.setEnabled(True)
            self.verb_button.setToolTip("")
            return
        words = _n("Renew the time stamp of {count} document", "Renew the time stamps of {count} documents", count)
        self.verb_button.setText(words.format(count=number_word(count)) if count else _("Renew time stamps"))
        self.verb_button.setEnabled(bool(count) and ready)
        why = _("Nothing here can be renewed.") if not count else _("Set the address of a time-stamp service first.")
        self.verb_button.setToolTip("" if count and ready else why)
        self.verb_button.setAccessibleDescription(self.verb_button.toolTip())
        if not ready and self.model.rows and not self.notice.text():
            self.notice.say(
                "info",
                _("To renew, the program needs the address of a time-stamp service."),
                _("It stands under Settings › Signing; your administrator knows it."),
            )
