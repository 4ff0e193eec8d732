"""What to take in: files, folders, into which dossier, with or without recognition."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QWidget

from app.desk import intake, intake_index
from app.i18n import _, _n
from app.jobs import Job
from app.services import Services
from ui import icons
from ui.choosing import choose_files, choose_folder
from ui.dialogs.archive import archive_of, dossiers
from ui.dialogs.base import VerbDialog, framed, labelled
from ui.dialogs.dossier import open_new_dossier
from ui.dialogs.index_field import IndexField, is_index
from ui.jobs import JobsBridge
from ui.widgets.dossier_picker import DossierPicker


class ImportDialog(VerbDialog):
    """`begun(job, future of IntakeResult)` once the work is under way; the dialog is closed then and the jobs panel shows it."""

    begun = Signal(object, object)

    def __init__(
        self,
        parent: QWidget | None,
        services: Services,
        jobs: JobsBridge,
        paths: Iterable[Path] = (),
        dossier_id: int | None = None,
    ) -> None:
        super().__init__(
            parent,
            _("Import files"),
            _("Import"),
            intro=_("PDF, pictures and whole folders. The files stay where they are; the archive keeps exact copies."),
        )
        self._services, self._jobs = services, jobs
        self.list = QListWidget()
        self.list.setAccessibleName(_("Files and folders to import"))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.setMinimumHeight(150)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.picker = DossierPicker()
        self.picker.set_rows(dossiers(services), dossier_id)
        self.picker.new_wanted.connect(self._new_dossier)
        self.index = IndexField(services, jobs)
        self.ocr = QCheckBox(_("Recognise the text, so that it can be found and described"))
        self.ocr.setChecked(bool(services.settings["ocr.enabled"]))
        self.ocr.setEnabled(not services.settings.locked("ocr.enabled"))
        self._lay_out_body()
        self.setAcceptDrops(True)
        self.agreed.connect(self._begin)
        self.add(paths)

    def _lay_out_body(self) -> None:
        self.files_button = QPushButton(_("Add files…"))
        self.folder_button = QPushButton(_("Add a folder…"))
        self.remove_button = QPushButton(_("Take off the list"))
        self.files_button.clicked.connect(lambda _checked: self._ask_files())
        self.folder_button.clicked.connect(lambda _checked: self._ask_folder())
        self.remove_button.clicked.connect(lambda _checked: self._remove())
        self.first = self.files_button
        row = QHBoxLayout()
        for button in (self.files_button, self.folder_button, self.remove_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.count)
        self.list.itemSelectionChanged.connect(self._judge)
        self.body.addWidget(framed(self.list), 1)
        self.body.addLayout(row)
        self.body.addWidget(labelled(_("Into the dossier"), self.picker))
        self.body.addWidget(labelled(_("Index of the pile (Excel, if there is one)"), self.index))
        self.body.addWidget(self.ocr)
        self.index.changed.connect(self._judge)
        self.left.connect(self.index.give_up)

    # --- the list ---
    def add(self, paths: Iterable[Path]) -> None:
        """Puts paths on the list, each once; a workbook is the index of the others."""
        known = set(self.paths())
        for path in paths:
            if is_index(path):
                self.index.take(path)
                continue
            if path not in known:
                known.add(path)
                item = QListWidgetItem(icons.icon("import-folder" if path.is_dir() else "document"), str(path))
                item.setToolTip(str(path))
                self.list.addItem(item)
        self._judge()

    def paths(self) -> list[Path]:
        return [Path(self.list.item(row).text()) for row in range(self.list.count())]

    def _remove(self) -> None:
        for item in self.list.selectedItems():
            self.list.takeItem(self.list.row(item))
        self._judge()

    def _judge(self) -> None:
        count, index = self.list.count(), self.index
        self.remove_button.setEnabled(bool(self.list.selectedItems()))
        if index.path is not None:
            why = _("The index is still being read.") if index.reading else _("Choose another index, or go without one.")
            self.set_ready(index.index is not None, why)
            self.set_verb(_("Import by the index"))
            self.count.setText("" if count else _("The files are looked for beside the index."))
            return
        self.set_ready(count > 0, _("Add files or a folder first."))
        self.set_verb(_n("Import {count} item", "Import {count} items", count).format(count=count) if count else _("Import"))
        self.count.setText("" if count else _("You may also drop files here."))

    def _ask_files(self) -> None:
        kinds = "*.pdf *.jpg *.jpeg *.png *.tif *.tiff *.xlsx"
        filters = (_("Documents and pictures ({kinds})").format(kinds=kinds), _("All files (*)"))
        choose_files(self, _("Add files"), filters, lambda files: self.add(map(Path, files)), purpose="import")

    def _ask_folder(self) -> None:
        choose_folder(self, _("Add a folder"), lambda name: self.add([Path(name)]), purpose="import", files_too=True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(dropped_paths(event.mimeData()))
        event.acceptProposedAction()

    def _new_dossier(self) -> None:
        def created(dossier_id: int) -> None:
            self.picker.set_rows(dossiers(self._services), dossier_id)

        open_new_dossier(self, self._services, self._jobs, on_created=created)

    # --- the work ---
    def _begin(self) -> None:
        services, paths, ocr, dossier_id = self._services, self.paths(), self.ocr.isChecked(), self.picker.dossier_id
        workspace, index = archive_of(services), self.index.path

        def verb(job: Job) -> intake.IntakeResult:
            if index is not None:
                boxes = services.sandboxes
                return intake_index.import_index(job, workspace, boxes, index, paths, ocr=ocr, dossier_id=dossier_id).intake
            return intake.import_files(job, workspace, services.sandboxes, paths, ocr=ocr, dossier_id=dossier_id)

        if index is not None:
            title = _("Import “{name}”").format(name=index.name)
        elif len(paths) == 1:
            title = _("Import “{name}”").format(name=paths[0].name)
        else:
            title = _n("Import {count} item", "Import {count} items", len(paths)).format(count=len(paths))
        job, future = services.lanes.start("cpu", title, verb)
        self.begun.emit(job, future)
        self.accept()


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files and folders of something that was dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def open_import(
    window: QWidget | None,
    services: Services,
    jobs: JobsBridge,
    paths: Iterable[Path] = (),
    dossier_id: int | None = None,
) -> ImportDialog:
    dialog = ImportDialog(window, services, jobs, paths, dossier_id)
    dialog.show_wide(600, 460)
    return dialog
