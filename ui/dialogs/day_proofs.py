"""Proofs by day: which days have one, until when it holds, and the buttons that make what is missing and check all."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from app import clock
from app.desk import day_evidence
from app.desk.day_evidence import DayCheck, DayState
from app.i18n import _, _n
from app.jobs import Job
from app.services import Services
from app.signature.reasons import sentence
from storage.records import DayEvidence
from ui.dialogs.archive import archive_of
from ui.dialogs.base import labelled
from ui.dialogs.working import WorkingDialog
from ui.jobs import JobsBridge
from ui.models.words import date_word, number_word
from ui.widgets.lines import Line, Lines

KINDS = {"valid": "success", "invalid": "danger", "unknown": "warning"}
SHOWN_DOCUMENTS = 20


class DayProofsDialog(WorkingDialog):
    """`wanted(document id, "")` when a document with a changed file was chosen; `settings_wanted()`."""

    wanted = Signal(int, str)
    settings_wanted = Signal()

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge) -> None:
        intro = _(
            "One time stamp over all files of a day proves, years later too, that they were there on that day and were not changed since."
        )
        super().__init__(parent, services, jobs, _("Proofs by day"), _("Make what is missing"), intro=intro)
        self._states: list[DayState] | None = None
        self.days = Lines(_("No files have come in before today."))
        self.check_button = QPushButton(_("Check all files"))
        self.settings_button = QPushButton(_("Set the time-stamp service…"))
        for place, button in enumerate((self.check_button, self.settings_button)):
            button.setAutoDefault(False)
            self.foot.insertWidget(place, button)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.days)
        area.setMinimumHeight(240)
        self.body.addWidget(labelled(_("Days"), area), 1)
        self.body.addWidget(self.progress)
        self.check_button.clicked.connect(lambda _checked: self._check())
        self.settings_button.clicked.connect(lambda _checked: self._set_up())
        self.days.chosen.connect(self._jump)
        self.load()

    # --- how the days stand ---
    def load(self) -> None:
        workspace = archive_of(self._services)
        self.run("catalog", _("Proofs by day"), lambda _job: day_evidence.day_states(workspace), self._show)

    def _show(self, states: list[DayState]) -> None:
        self._states = states
        self.days.set_lines([_line(one) for one in states])
        self.judge()
        if not self._ready and states and not self.notice.text():
            self.notice.say(
                "info",
                _("For a proof the program needs the address of a time-stamp service."),
                _("It stands under Settings › Signing; your administrator knows it."),
            )

    @property
    def _ready(self) -> bool:
        return bool(self._services.settings["sign.tsa"])

    def lock(self, working: bool) -> None:
        self.settings_button.setVisible(not self._ready)
        self.check_button.setEnabled(not working and any(one.covered for one in self._states or ()))

    def why_not(self) -> str:
        if not self._ready:
            return _("Set the address of a time-stamp service first.")
        missing = any(one.left or _ends_soon(one) for one in self._states or ())
        return "" if missing else _("Every day before today has its proof.")

    # --- the work ---
    def begin(self) -> None:
        workspace, trust = archive_of(self._services), self._services.settings["sign.trust"]
        self.notice.clear()

        def verb(job: Job) -> list[DayEvidence]:
            return day_evidence.make_days(job, workspace, trust=trust) + day_evidence.renew_days(job, workspace, trust=trust)

        self.run("network", _("Proofs by day"), verb, self._made)

    def _made(self, rows: list[DayEvidence]) -> None:
        days = len({row.day for row in rows})
        words = _n("{count} day has its proof now.", "{count} days have their proofs now.", days)
        self.notice.say("success", words.format(count=number_word(days)))
        self.load()

    def _check(self) -> None:
        workspace, trust = archive_of(self._services), self._services.settings["sign.trust"]
        self.notice.clear()
        self.run("cpu", _("Checking files…"), lambda job: day_evidence.check_days(job, workspace, trust=trust), self._checked)

    def _checked(self, checks: list[DayCheck]) -> None:
        files, bad = sum(one.files for one in checks), [one for one in checks if one.verdict == "invalid"]
        if bad:
            words = _n("{count} day does not hold any more.", "{count} days do not hold any more.", len(bad))
            advice = _("What is wrong stands below. Don't change anything; tell the administrator of the archive.")
            self.notice.say("danger", words.format(count=number_word(len(bad))), advice)
        elif any(one.verdict == "unknown" for one in checks):
            self.notice.say("warning", _("The files are unchanged, but not every time stamp could be judged."))
        else:
            words = _n("{count} file is as it was on its day.", "{count} files are as they were on their day.", files)
            self.notice.say("success", words.format(count=number_word(files)))
        self.days.set_lines(
            [line for one in sorted(checks, key=lambda one: one.day, reverse=True) for line in _checked_lines(one)]
        )

    # --- leading elsewhere ---
    def _jump(self, document_id: int) -> None:
        self.wanted.emit(document_id, "")
        self.reject()

    def _set_up(self) -> None:
        self.settings_wanted.emit()
        self.reject()


def _line(one: DayState) -> Line:
    counted = _n("{count} file", "{count} files", one.covered + one.left).format(count=number_word(one.covered + one.left))
    title = f"{date_word(one.day)} · {counted}"
    if one.left:
        words = _n("{count} file has no proof yet", "{count} files have no proof yet", one.left)
        return Line(title, words.format(count=number_word(one.left)), "warning")
    until = _("Provable until {date}").format(date=date_word(one.renew_before))
    return Line(title, until, "warning" if _ends_soon(one) else "success")


def _ends_soon(one: DayState) -> bool:
    return bool(one.renew_before) and datetime.fromisoformat(one.renew_before) <= clock.now() + day_evidence.RENEW_WITHIN


def _checked_lines(one: DayCheck) -> list[Line]:
    counted = _n("{count} file", "{count} files", one.files).format(count=number_word(one.files))
    whys = " ".join(sentence(code) for code in one.reasons)
    lines = [Line(f"{date_word(one.day)} · {counted}", whys or _("Unchanged."), KINDS.get(one.verdict, "warning"))]
    for document in one.documents[:SHOWN_DOCUMENTS]:
        lines.append(Line(_("Document {number}").format(number=document), _("Show it"), "", document))
    return lines


def open_day_proofs(window: QWidget | None, services: Services, jobs: JobsBridge) -> DayProofsDialog:
    dialog = DayProofsDialog(window, services, jobs)
    dialog.show_wide(640)
    return dialog
