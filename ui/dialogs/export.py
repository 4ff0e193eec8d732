"""Packages of dossiers: what is missing before anything is written, where to, and what lies there in the end."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QWidget

from app.desk import completing, packaging, sealing
from app.desk.completing import Gap
from app.desk.packaging import Exported, ExportResult
from app.i18n import _, _n
from app.jobs import Job
from app.services import Services
from ui.dialogs.archive import archive_of, dossiers
from ui.dialogs.base import labelled
from ui.dialogs.export_form import ExportForm
from ui.dialogs.working import WorkingDialog
from ui.jobs import JobsBridge
from ui.models.words import number_word
from ui.widgets.lines import Line, Lines

SHOWN_FINDINGS = 200
BESIDE = 60  # pixels of the screen for the title bar and the task bar
SETTLE_MS = 100  # until the layout has made room for the notice
LOOK_MS = 300  # after the last change
LEVELS = {"error": "danger", "warning": "warning", "info": ""}


@dataclass(slots=True, frozen=True)
class Looked:
    """What was found before the export: gaps, and bytes that the packages need."""

    gaps: list[Gap]
    needed: int


class ExportDialog(WorkingDialog):
    """`exported(ExportResult)` when packages were written; `wanted(document id, field)` when a gap was chosen."""

    exported = Signal(object)
    wanted = Signal(int, str)

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge, dossier_id: int, folder: Path) -> None:
        rows = dossiers(services)
        row = next((d for d in rows if d.id == dossier_id), None)
        named = f"{row.code} — {row.title}" if row is not None and len(rows) == 1 else ""
        super().__init__(parent, services, jobs, _("Export packages"), _("Export package"), intro=named, notes=True)
        self._looking: Job | None = None
        self._written: Path | None = None
        self.form = ExportForm(rows, [dossier_id], folder)
        self.kind, self.dialect, self.folder = self.form.kind, self.form.dialect, self.form.folder
        self.gaps, self.findings = Lines(_("Nothing is missing.")), Lines("")
        self.room = QLabel()
        self.room.setProperty("role", "muted")
        self.room.setWordWrap(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._lay_out_body()
        self.form.changed.connect(self.judge)
        self.gaps.chosen.connect(self._jump)
        self.judge()

    def _lay_out_body(self) -> None:
        self._gap_area = _scrolled(self.gaps, 64)
        self._gap_field = labelled(_("Before the export"), self._gap_area)
        self._scroll = _scrolled(self.findings, 120)
        self._scroll.hide()
        self.open_button = QPushButton(_("Open the folder"))
        self.open_button.setAutoDefault(False)
        self.open_button.hide()
        self.open_button.clicked.connect(lambda _checked: self._show_folder())
        self.foot.insertWidget(0, self.open_button)
        for widget in (self.form, self.room, self._gap_field, self.progress):
            self.body.addWidget(widget)
        self.body.addWidget(self._scroll, 1)
        self.body.addStretch(0)

    # --- before ---
    def lock(self, working: bool) -> None:
        self.form.set_working(working)
        self._gap_field.setVisible(not working and not self._scroll.isVisibleTo(self))
        if not working:
            self._timer.start()

    def why_not(self) -> str:
        if not self.form.dossier_ids():
            return _("Choose a dossier first.")
        return "" if self.folder.text().strip() else _("Choose a folder first.")

    def _look(self) -> None:
        """Looks through what was chosen, in the background: what is missing, and how much room it takes."""
        chosen = self.form.dossier_ids()
        if not chosen or self.working or self._services.workspace is None:
            self.gaps.set_lines(())
            return
        if self._looking is not None:
            self._looking.stop()
        workspace, wishes = archive_of(self._services), self.form.wishes()
        terms = self._services.settings["package.agreement"]

        def verb(job: Job) -> Looked:
            gaps = completing.completeness(job, workspace, chosen, wishes, terms=terms)
            return Looked(gaps, packaging.space_needed(workspace, chosen))

        self.gaps.set_lines((Line("", _("Looking through the dossiers…")),))
        job, future = self._services.lanes.start("catalog", _("Look through the dossiers"), verb)
        self._looking = job
        self._jobs.watch(future, lambda looked: self._say_gaps(job, looked), lambda _error: None, context=self)

    def _say_gaps(self, job: Job, looked: Looked) -> None:
        if job is not self._looking:
            return
        self._looking = None
        errors = sum(gap.level == "error" for gap in looked.gaps)
        lines = [
            Line(f"{gap.name}: {gap.message}", "", LEVELS[gap.level], (gap.document_id, gap.field) if gap.document_id else None)
            for gap in looked.gaps[:SHOWN_FINDINGS]
        ]
        if errors:
            words = _n("{count} thing keeps the package from being accepted.", "{count} things keep the package from being accepted.",
                       errors).format(count=number_word(errors))  # fmt: skip
            lines.insert(0, Line(words, _("Choose a line to go to its field."), "danger"))
        self.gaps.set_lines(lines)
        self._say_room(looked.needed)

    def _say_room(self, needed: int) -> None:
        place = self.form.out()
        while not place.exists() and place != place.parent:
            place = place.parent
        try:
            free = shutil.disk_usage(place).free
        except OSError:
            self.room.clear()
            return
        words = _("Needs about {need} MB; {free} GB are free there.")
        self.room.setText(words.format(need=number_word(needed // 1_000_000 + 1), free=f"{free / 1e9:.1f}".replace(".", ",")))

    def _jump(self, key: tuple[int, str]) -> None:
        self.wanted.emit(key[0], key[1])
        self.reject()

    # --- the work ---
    def begin(self) -> None:
        workspace, chosen, wishes, out = (
            archive_of(self._services),
            self.form.dossier_ids(),
            self.form.wishes(),
            self.form.out(),
        )

        settings, signed = self._services.settings, self.form.sign_box.isChecked()

        def verb(job: Job) -> ExportResult:
            engine, terms = completing.laid_down(settings)
            fit, checked = completing.fit_to_go(job, workspace, chosen, wishes, terms=terms, engine=engine)
            held_back = list(job.problems)
            result = ExportResult()
            if fit:
                with sealing.token_sealer(job, workspace) if signed else nullcontext() as seal:
                    result = packaging.export(job, workspace, fit, out, checked, seal=seal)
            result.problems[:0] = held_back
            return result

        self.notice.clear()
        self._timer.stop()
        self._scroll.hide()
        self.open_button.hide()
        self.run("token" if signed else "cpu", _("Export packages"), verb, self._done)

    def stop(self) -> None:
        super().stop()
        if self._looking is not None:
            self._looking.stop()

    def _done(self, result: ExportResult) -> None:
        self._written = self.form.out()
        self.open_button.setVisible(bool(result.packages))
        self.form.show_choice(not result.packages)
        self._gap_field.hide()
        self._say(result)
        self.judge()
        QTimer.singleShot(SETTLE_MS, self, self._fit)
        self.exported.emit(result)

    def _fit(self) -> None:
        """The window grew with what it told; its buttons must stay on a small screen."""
        room = self.screen().availableGeometry().height() - BESIDE
        self.resize(self.width(), min(self.height(), room))

    def _say(self, result: ExportResult) -> None:
        errors = sum(f.level == "error" for each in result.packages for f in each.report.findings)
        count = len(result.packages)
        where = _("They lie in {path}").format(path=self._written)
        if result.problems:
            self.notice.say("danger", _("{count} dossiers could not be exported.").format(count=len(result.problems)), where)
        elif errors:
            words = _n(
                "The package was written, but the check found {count} error.",
                "The package was written, but the check found {count} errors.",
                errors,
            )
            self.notice.say("danger", words.format(count=errors), _("Correct what stands below and export again."))
        else:
            words = _n(
                "{count} package is complete and passed the check.",
                "{count} packages are complete and passed the check.",
                count,
            )
            self.notice.say("success", words.format(count=number_word(count)), where)
        self.findings.set_lines(_lines(result))
        self._scroll.show()

    def _show_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))


def _lines(result: ExportResult) -> list[Line]:
    """What could not be done, then each package with what the check says, then the papers."""
    lines = [Line(f"{p.where}: {p.message}", p.advice, "danger") for p in result.problems]
    for each in result.packages:
        lines += _of_package(each)
    return lines + [Line(paper.name, _("Paper of the hand-over"), "") for paper in result.papers]


def _of_package(each: Exported) -> Sequence[Line]:
    told = [f for f in each.report.findings if f.level != "info"]
    state = _("was there already") if each.already else _n("{count} document", "{count} documents", each.documents).format(
        count=number_word(each.documents)
    )  # fmt: skip
    head = Line(each.path.name, f"{state} · {each.size / 1e6:.1f} MB".replace(".", ",") if not each.already else state,
                "danger" if not each.report.valid else "success")  # fmt: skip
    seal = [Line(each.seal.name, _("Signature of the package"), "success")] if each.seal is not None else []
    return [head, *seal, *(Line(f.message, f"{f.where} · {f.rule}", LEVELS.get(f.level, "")) for f in told[:SHOWN_FINDINGS])]


def _scrolled(lines: Lines, height: int) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(lines)
    area.setMinimumHeight(height)
    return area


def open_export(
    window: QWidget | None, services: Services, jobs: JobsBridge, dossier_id: int, folder: Path | None = None
) -> ExportDialog:
    """`folder` is proposed; the person may choose another."""
    dialog = ExportDialog(window, services, jobs, dossier_id, folder or Path.home())
    dialog.show_wide(680)
    dialog.kind.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
