"""Keeping files readable: formats at risk, when the files were last proven, PDF/A copies."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from app.desk import preserving
from app.desk.preserving import Alarm, FormatRow, Rolled
from app.i18n import N_, _
from app.jobs import Job
from app.services import Services
from ui.dialogs.archive import archive_of
from ui.dialogs.base import labelled
from ui.dialogs.working import WorkingDialog
from ui.jobs import JobsBridge
from ui.models.words import number_word
from ui.widgets.lines import Line, Lines

RISK_WORDS = {"high": N_("at risk"), "unknown": N_("not known"), "medium": N_("readable today"), "low": N_("safe")}
KINDS = {"high": "danger", "unknown": "warning", "medium": "warning", "low": "success"}


@dataclass(slots=True, frozen=True)
class _State:
    formats: list[FormatRow]
    alarms: list[Alarm]
    at_risk: list[int]


class PreservationDialog(WorkingDialog):
    """`wanted(document id, "")` when a damaged document was chosen."""

    wanted = Signal(int, str)

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge) -> None:
        intro = _("Every file is read again from time to time and compared with its digest; formats that age get a PDF/A copy.")
        super().__init__(parent, services, jobs, _("Preservation"), _("Check files now"), intro=intro)
        self._at_risk: list[int] = []
        self.formats, self.alarms = Lines(_("There are no files yet.")), Lines(_("All files were whole when last read."))
        self.migrate_button = QPushButton(_("Make PDF/A copies"))
        self.migrate_button.setAutoDefault(False)
        self.migrate_button.clicked.connect(lambda _checked: self._migrate())
        self.foot.insertWidget(0, self.migrate_button)
        parts = ((_("Damaged or missing files"), self.alarms, 70, 1), (_("Formats"), self.formats, 170, 2))
        for name, lines, height, share in parts:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setWidget(lines)
            area.setMinimumHeight(height)
            self.body.addWidget(labelled(name, area), share)
        self.body.addWidget(self.progress)
        self.alarms.chosen.connect(self._jump)
        self._load()

    def _load(self) -> None:
        workspace = archive_of(self._services)

        def verb(job: Job) -> _State:
            job.check()
            return _State(preserving.formats(workspace), preserving.alarms(workspace), preserving.at_risk(workspace))

        self.run("catalog", _("Preservation"), verb, self._show_state)

    def _show_state(self, state: _State) -> None:
        self._at_risk = state.at_risk
        self.formats.set_lines([_format_line(row) for row in state.formats])
        words = {"missing": _("the file is missing"), "damaged": _("the file has changed")}
        self.alarms.set_lines([
            Line(f"{a.name or a.sha256[:12]}: {words[a.outcome]}", _("Restore it from a backup."), "danger",
                 a.document_id) for a in state.alarms
        ])  # fmt: skip
        self.judge()

    def lock(self, working: bool) -> None:
        self.migrate_button.setEnabled(bool(self._at_risk) and not working)
        self.migrate_button.setToolTip("" if self._at_risk else _("No document needs one."))

    def begin(self) -> None:
        workspace = archive_of(self._services)

        def verb(job: Job) -> Rolled:
            preserving.identify_formats(job, workspace)
            return preserving.roll_fixity(job, workspace)

        self.run("cpu", _("Checking files…"), verb, self._checked)

    def _checked(self, rolled: Rolled) -> None:
        bad = len(rolled.missing) + len(rolled.damaged)
        words = _("{count} files were read; {bad} are damaged or missing.").format(
            count=number_word(rolled.checked), bad=number_word(bad)
        )
        self.notice.say("danger" if bad else "success", words, "")
        self._load()

    def _migrate(self) -> None:
        workspace, boxes, chosen = archive_of(self._services), self._services.sandboxes, self._at_risk

        def verb(job: Job) -> int:
            return len(preserving.migrate(job, workspace, boxes, chosen))

        self.run("cpu", _("Making PDF/A copies…"), verb, self._migrated)

    def _migrated(self, count: int) -> None:
        self.notice.say(
            "success", _("{count} PDF/A copies made").format(count=number_word(count)), _("The originals stay as they are.")
        )
        self._load()

    def _jump(self, document_id: int) -> None:
        self.wanted.emit(document_id, "")
        self.reject()


def _format_line(row: FormatRow) -> Line:
    name = " · ".join(filter(None, (row.name, row.puid or _("format not known"))))
    size = f"{row.size / 1e6:.1f}".replace(".", ",")
    words = _("{risk} · {count} files · {size} MB").format(
        risk=_(RISK_WORDS[row.risk]), count=number_word(row.count), size=size
    )
    return Line(name, words, KINDS[row.risk])


def open_preservation(window: QWidget | None, services: Services, jobs: JobsBridge) -> PreservationDialog:
    dialog = PreservationDialog(window, services, jobs)
    dialog.show_wide(620)
    return dialog
