"""A package of a dossier: of which kind, where to, and what the check found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QScrollArea, QWidget

from app.desk import packaging
from app.desk.packaging import Exported
from app.i18n import N_, _, _n
from app.jobs import Job
from app.services import Services
from ui.choosing import choose_folder
from ui.dialogs.archive import archive_of, dossiers
from ui.dialogs.base import VerbDialog, labelled
from ui.jobs import JobsBridge
from ui.widgets.editors import ChoiceBox
from ui.widgets.lines import Line, Lines

SHOWN_FINDINGS = 200


@dataclass(slots=True, frozen=True)
class PackageKind:
    kind: str
    name: str
    help: str
    dialects: bool = True  # whether Thông tư 05/2025 has two ways to write it


ALL_KINDS = (
    PackageKind("sip-hoso", N_("Submission of a dossier (SIP)"), N_("To hand the dossier over to the historical archive.")),
    PackageKind("sip-tailieu", N_("Submission of documents (SIP)"), N_("To hand over loose documents.")),
    PackageKind("aip-hoso", N_("Archival package of a dossier (AIP)"), N_("To keep the dossier for good.")),
    PackageKind("aip-tailieu", N_("Archival package of documents (AIP)"), N_("To keep loose documents for good.")),
    PackageKind("dip", N_("Package for a reader (DIP)"), N_("Copies for somebody who asked for the records.")),
    PackageKind("eark-sip", N_("E-ARK submission (CSIP)"), N_("For archives abroad that follow E-ARK."), dialects=False),
    PackageKind("eark-aip", N_("E-ARK archival package (CSIP)"), N_("For archives abroad that follow E-ARK."), dialects=False),
    PackageKind("bagit", "BagIt", N_("A plain folder with checksums, for any system."), dialects=False),
    PackageKind("edxml", "edXML", N_("For the exchange of documents between offices."), dialects=False),
)
KINDS = tuple(kind for kind in ALL_KINDS if kind.kind in packaging.KINDS)
DIALECTS = (
    ("accepted", N_("As the receiving archives accept it")),
    ("letter", N_("By the letter of the circular")),
)
LEVELS = {"error": "danger", "warning": "warning", "info": ""}


class ExportDialog(VerbDialog):
    """`exported(Exported)` when a package was written, whatever the check says of it."""

    exported = Signal(object)

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge, dossier_id: int, folder: Path) -> None:
        row = next((d for d in dossiers(services) if d.id == dossier_id), None)
        named = f"{row.code} — {row.title}" if row is not None else ""
        super().__init__(parent, _("Export a package"), _("Export package"), close=_("Close"), intro=named)
        self._services, self._jobs, self._dossier = services, jobs, dossier_id
        self._job: Job | None = None
        self._written: Path | None = None
        self.kind = ChoiceBox()
        for kind in KINDS:
            self.kind.addItem(_(kind.name), kind.kind)
        self.dialect = ChoiceBox()
        for value, name in DIALECTS:
            self.dialect.addItem(_(name), value)
        self.folder = QLineEdit(str(folder))
        self.progress = QProgressBar()
        self.progress.setAccessibleName(_("Progress"))
        self.progress.hide()
        self.findings = Lines("")
        self._lay_out_body()
        self.kind.currentIndexChanged.connect(lambda _index: self._judge())
        self.folder.textChanged.connect(lambda _text: self._judge())
        self.agreed.connect(self._press)
        self.left.connect(lambda: self._job.stop() if self._job is not None else None)
        jobs.job_changed.connect(self._progressed)
        jobs.job_finished.connect(self._finished)
        self._judge()

    def _lay_out_body(self) -> None:
        self._kind_field = labelled(_("Kind of package"), self.kind, _(KINDS[0].help))
        self._dialect_field = labelled(_("Way of writing"), self.dialect)
        self.choose_button = QPushButton(_("Choose…"))
        self.choose_button.setAutoDefault(False)
        self.choose_button.setAccessibleName(_("Choose the folder"))
        self.choose_button.clicked.connect(lambda _checked: self._choose())
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose_button)
        holder.setFocusProxy(self.folder)
        self.folder.setAccessibleName(_("Into the folder"))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.findings)
        self._scroll.setMinimumHeight(150)
        self._scroll.hide()
        self.open_button = QPushButton(_("Open the folder"))
        self.open_button.setAutoDefault(False)
        self.open_button.hide()
        self.open_button.clicked.connect(lambda _checked: self._show_folder())
        self.foot.insertWidget(0, self.open_button)
        self.body.addWidget(self._kind_field)
        self.body.addWidget(self._dialect_field)
        self.body.addWidget(labelled(_("Into the folder"), holder))
        self.body.addWidget(self.progress)
        self.body.addWidget(self._scroll, 1)
        self.body.addStretch(0)

    def _chosen(self) -> PackageKind:
        return KINDS[max(self.kind.currentIndex(), 0)]

    def _judge(self) -> None:
        chosen, working = self._chosen(), self._job is not None
        self.kind.setAccessibleDescription(_(chosen.help))
        notes = [w for w in self._kind_field.children() if w.property("role") == "muted"]
        for note in notes:
            note.setText(_(chosen.help))  # type: ignore[attr-defined]
        self._dialect_field.setVisible(chosen.dialects)
        for field in (self.kind, self.dialect, self.folder, self.choose_button):
            field.setEnabled(not working)
        self.set_verb(_("Stop") if working else _("Export package"))
        self.set_ready(working or bool(self.folder.text().strip()), _("Choose a folder first."))

    def _choose(self) -> None:
        choose_folder(self, _("Choose the folder"), self.folder.setText, purpose="export", start=self.folder.text().strip())

    # --- the work ---
    def _press(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.set_verb(_("Stopping…"))
            self.set_ready(False)
            return
        workspace = archive_of(self._services)
        kind, out = self._chosen().kind, Path(self.folder.text().strip()).expanduser()
        dialect, dossier = str(self.dialect.currentData()), self._dossier

        def verb(job: Job) -> Exported:
            return packaging.export_dossier(job, workspace, dossier, kind, out, dialect=dialect)

        self.notice.clear()
        self._scroll.hide()
        self.open_button.hide()
        self._job, future = self._services.lanes.start("cpu", _("Export a package"), verb)
        self._jobs.watch(future, self._done, self._failed, context=self)
        self.progress.setRange(0, 0)
        self.progress.show()
        self._judge()

    def _progressed(self, job: Job) -> None:
        if job is self._job and job.total:
            self.progress.setRange(0, job.total)
            self.progress.setValue(min(job.done, job.total))

    def _finished(self, job: Job) -> None:
        if job is self._job:
            self._rest()

    def _rest(self) -> None:
        self._job = None
        self.progress.hide()
        self._judge()

    def _done(self, exported: Exported) -> None:
        self._rest()
        self._written = exported.path
        self.open_button.show()
        self._say(exported)
        self.exported.emit(exported)

    def _say(self, exported: Exported) -> None:
        findings = list(exported.report.findings)
        errors = sum(finding.level == "error" for finding in findings)
        where = _("Written to {path}").format(path=exported.path)
        if errors:
            words = _n(
                "The package was written, but the check found {count} error.",
                "The package was written, but the check found {count} errors.",
                errors,
            )
            self.notice.say("danger", words.format(count=errors), _("Correct what stands below and export again."))
        else:
            self.notice.say("success", _("The package is complete and passed the check."), where)
        shown = [Line(f.message, f"{f.where} · {f.rule}", LEVELS.get(f.level, "")) for f in findings[:SHOWN_FINDINGS]]
        self.findings.set_lines(shown)
        self._scroll.setVisible(bool(shown))

    def _failed(self, error: BaseException) -> None:
        self._rest()
        self.notice.say_error(error)

    def _show_folder(self) -> None:
        if self._written is not None:
            folder = self._written if self._written.is_dir() else self._written.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def open_export(
    window: QWidget | None, services: Services, jobs: JobsBridge, dossier_id: int, folder: Path | None = None
) -> ExportDialog:
    """`folder` is proposed; the person may choose another."""
    dialog = ExportDialog(window, services, jobs, dossier_id, folder or Path.home())
    dialog.show_wide(600)
    dialog.kind.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
