"""Packages of others into the archive: what the check says, what came in, what the archive has otherwise."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QWidget

from app.desk import completing, exchanging, receiving
from app.desk.exchanging import Incoming
from app.desk.fields import label
from app.desk.receiving import Received, ReceivedAll
from app.i18n import N_, _, _n
from app.jobs import Job
from app.services import Services
from ui.choosing import choose_files, choose_folder
from ui.dialogs.archive import archive_of
from ui.dialogs.base import labelled
from ui.dialogs.working import WorkingDialog
from ui.jobs import JobsBridge
from ui.models.words import number_word
from ui.widgets.lines import Line, Lines

SHOWN = 200
EDXML = ".edxml"
ACTIONS = {
    "new": N_("New document, number {number} in the register"), "recall": N_("The sender recalls a document"),
    "update": N_("The sender corrects a document"), "replacement": N_("Replaces a document; number {number} in the register"),
    "status": N_("Answer to a document that was sent"), "again": N_("This message was here already"),
}  # fmt: skip


class ImportPackageDialog(WorkingDialog):
    """`received(ReceivedAll | Incoming)` when something came in; `wanted(document id, field)` when a difference was chosen."""

    received = Signal(object)
    wanted = Signal(int, str)

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge, path: Path | None = None) -> None:
        intro = _("The package is checked first, then its documents are taken in. What was received is kept as it is.")
        super().__init__(parent, services, jobs, _("Take in a package"), _("Take in"), intro=intro)
        self.path = QLineEdit(str(path) if path else "")
        self.file_button, self.folder_button = QPushButton(_("File…")), QPushButton(_("Folder…"))
        self.accept_box = QCheckBox(_("Take it in although the check finds errors"))
        self.found = Lines("")
        self._scroll = QScrollArea()
        self._lay_out_body()
        self.path.textChanged.connect(lambda _text: self.judge())
        self.found.chosen.connect(self._jump)
        self.judge()

    def _lay_out_body(self) -> None:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.path, 1)
        for button, name in ((self.file_button, _("Choose the file")), (self.folder_button, _("Choose the folder"))):
            button.setAutoDefault(False)
            button.setAccessibleName(name)
            row.addWidget(button)
        self.file_button.clicked.connect(lambda _checked: self._choose_file())
        self.folder_button.clicked.connect(
            lambda _checked: choose_folder(self, _("Choose the folder"), self.path.setText, purpose="import-package")
        )
        holder.setFocusProxy(self.path)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self.found)
        self._scroll.setMinimumHeight(180)
        self._scroll.hide()
        self.body.addWidget(labelled(_("Package or edXML message"), holder))
        self.path.setAccessibleName(_("Package or edXML message"))
        self.body.addWidget(self.accept_box)
        self.body.addWidget(self.progress)
        self.body.addWidget(self._scroll, 1)
        self.body.addStretch(0)

    def _choose_file(self) -> None:
        filters = (_("Packages and messages ({kinds})").format(kinds="*.zip *.tar *.edxml"),)
        choose_files(self, _("Choose the file"), filters, lambda names: self.path.setText(names[0]), purpose="import-package")

    def lock(self, working: bool) -> None:
        for widget in (self.path, self.file_button, self.folder_button, self.accept_box):
            widget.setEnabled(not working)

    def why_not(self) -> str:
        return "" if self.path.text().strip() else _("Choose a package first.")

    def begin(self) -> None:
        workspace, boxes = archive_of(self._services), self._services.sandboxes
        path, accept = Path(self.path.text().strip()).expanduser(), self.accept_box.isChecked()
        settings = self._services.settings

        def verb(job: Job) -> ReceivedAll | Incoming:
            if path.suffix.casefold() == EDXML:
                return exchanging.receive_message(workspace, boxes, path)
            engine, terms = completing.laid_down(settings)
            one = receiving.import_package(job, workspace, boxes, path, accept=accept, engine=engine, terms=terms)
            return ReceivedAll([one], list(job.problems))

        self.notice.clear()
        self._scroll.hide()
        self.run("cpu", _("Take in a package"), verb, self._done)

    def _done(self, result: ReceivedAll | Incoming) -> None:
        if isinstance(result, Incoming):
            self._say_message(result)
        else:
            self._say_package(result.packages[0], result)
        self._scroll.show()
        self.received.emit(result)

    def _say_message(self, result: Incoming) -> None:
        words = _(ACTIONS[result.action]).format(number=result.number or "")
        self.notice.say("success" if result.action in ("new", "status", "again") else "warning", words, "")
        rows = [Line(f"{label(d.field)}: {d.there}", _("Here: {value}").format(value=d.here), "warning", (result.document_id, d.field))
                for d in result.differences]  # fmt: skip
        self.found.set_lines(rows)

    def _say_package(self, one: Received, result: ReceivedAll) -> None:
        count = len(one.documents)
        words = _n("{count} document was taken in.", "{count} documents were taken in.", count).format(count=number_word(count))
        details = []
        if one.known:
            details.append(_("{count} were here already.").format(count=number_word(len(one.known))))
        if one.conflicts:
            details.append(
                _("{count} differences from what is here; nothing was overwritten.").format(
                    count=number_word(len(one.conflicts))
                )
            )
        self.notice.say(
            "warning" if one.conflicts or not one.report.valid or result.problems else "success", words, " ".join(details)
        )
        rows = [
            Line(f"{c.name}, {label(c.field)}: {c.there}", _("Here: {value}").format(value=c.here or "—"), "warning",
                 (c.document_id, c.field) if c.document_id else None)
            for c in one.conflicts[:SHOWN]
        ]  # fmt: skip
        rows += [Line(f"{p.where}: {p.message}", p.advice, "warning") for p in result.problems[:SHOWN]]
        told = [f for f in one.report.findings if f.level != "info"][:SHOWN]
        rows += [Line(f.message, f"{f.where} · {f.rule}", "danger" if f.level == "error" else "warning") for f in told]
        self.found.set_lines(rows or [Line("", _("The check found nothing wrong."))])

    def _jump(self, key: tuple[int, str]) -> None:
        self.wanted.emit(key[0], key[1])
        self.reject()


def open_import_package(
    window: QWidget | None, services: Services, jobs: JobsBridge, path: Path | None = None
) -> ImportPackageDialog:
    dialog = ImportPackageDialog(window, services, jobs, path)
    dialog.first = dialog.path
    dialog.show_wide(640)
    dialog.path.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
