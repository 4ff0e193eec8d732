"""Scanning: choose how, press the button, see the pages as they come."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QImageReader, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

from app.capture.scanner import Device, ScanProfile
from app.desk import intake, scanning
from app.desk.scanning import Scanned
from app.i18n import _, _n
from app.jobs import Job
from app.services import Services
from ui import theme
from ui.dialogs.archive import archive_of, dossiers
from ui.dialogs.base import VerbDialog, framed, labelled
from ui.dialogs.dossier import open_new_dossier
from ui.dialogs.scan_form import ScanForm
from ui.jobs import JobsBridge
from ui.widgets.dossier_picker import DossierPicker

THUMB = QSize(116, 156)


class ScanDialog(VerbDialog):
    """Stays open for the next pile. `scanned(IntakeResult)` after each pile has been read.

    The verb button scans, and stops while scanning. Closing while scanning stops too; pages that came are kept.
    """

    scanned = Signal(object)
    _page_came = Signal(int, QImage)

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge, dossier_id: int | None = None) -> None:
        super().__init__(parent, _("Scan"), _("Scan"), close=_("Close"))
        self._services, self._jobs = services, jobs
        self._job: Job | None = None
        self._looking: Job | None = None
        self.form = ScanForm(services.settings)
        self.picker = DossierPicker()
        self.picker.set_rows(dossiers(services), dossier_id)
        self.picker.new_wanted.connect(self._new_dossier)
        self.pages = QListWidget()
        self.count = QLabel()
        self._lay_out_body()
        self.form.refresh_wanted.connect(self.look_for_devices)
        self.form.changed.connect(self._judge)
        self.form.failed.connect(self.notice.say_error)
        self._page_came.connect(self._show_page, Qt.ConnectionType.QueuedConnection)
        self.agreed.connect(self._press)
        self.left.connect(self._give_up)
        jobs.job_finished.connect(self._finished)
        self._judge()
        self._say_count()

    def _lay_out_body(self) -> None:
        pages = self.pages
        pages.setViewMode(QListView.ViewMode.IconMode)
        pages.setResizeMode(QListView.ResizeMode.Adjust)
        pages.setMovement(QListView.Movement.Static)
        pages.setUniformItemSizes(True)
        pages.setIconSize(THUMB)
        pages.setGridSize(THUMB + QSize(24, 36))
        pages.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        pages.setAccessibleName(_("Pages scanned"))
        self.count.setProperty("role", "muted")
        self.count.setWordWrap(True)
        self.count.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.form.setFixedWidth(theme.fitted(280))
        right = QVBoxLayout()
        right.addWidget(self.count)
        right.addWidget(framed(pages), 1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.form)
        row.addLayout(right, 1)
        self.body.addWidget(labelled(_("Into the dossier"), self.picker))
        self.body.addLayout(row, 1)

    # --- scanners ---
    def look_for_devices(self) -> None:
        """Asks the drivers; takes some seconds with scanners on the network."""
        if self._looking is not None or self._job is not None:
            return
        self.form.refresh.setEnabled(False)
        self.notice.say("info", _("Looking for scanners…"))
        self._looking, future = self._services.lanes.start("scanner", _("Look for scanners"), scanning.devices)
        self._jobs.watch(future, self._found, self._not_found, context=self)
        self._judge()

    def _found(self, devices: list[Device]) -> None:
        self._looking = None
        self.form.refresh.setEnabled(True)
        self.notice.clear()
        self.form.set_devices(devices)
        self._judge()
        self.verb_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_found(self, error: BaseException) -> None:
        self._looking = None
        self.form.refresh.setEnabled(True)
        self.form.set_devices(())
        self.notice.say_error(error)
        self._judge()
        self.form.refresh.setFocus(Qt.FocusReason.OtherFocusReason)  # what the sentence tells one to press

    # --- a pile ---
    @property
    def scanning(self) -> bool:
        return self._job is not None

    def _press(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.set_verb(_("Stopping…"))
            self.set_ready(False)
            return
        profile = self.form.profile()
        if profile is not None:
            self._scan(profile)

    def _scan(self, profile: ScanProfile) -> None:
        services, dossier_id = self._services, self.picker.dossier_id
        workspace = archive_of(services)
        self.form.remember(profile)
        self.pages.clear()
        self.notice.clear()

        def verb(job: Job) -> Scanned:
            return scanning.scan_pages(
                job,
                workspace,
                profile,
                dossier_id=dossier_id,
                on_page=self._on_page,
                ocr=bool(services.settings["ocr.enabled"]),
            )

        self._job, future = services.lanes.start("scanner", _("Scan a pile"), verb)
        self._jobs.watch(future, self._done, self._failed, context=self)
        self._judge()
        self._say_count()

    def _on_page(self, path: Path, number: int) -> None:
        """On the scanner's thread, while the file is there."""
        reader = QImageReader(str(path))
        size = reader.size().scaled(THUMB * 2, Qt.AspectRatioMode.KeepAspectRatio)
        if size.isValid():
            reader.setScaledSize(size)
        try:
            self._page_came.emit(number, reader.read())
        except RuntimeError:
            return  # the dialog is gone; the page is safe all the same

    def _finished(self, job: Job) -> None:
        """Also when it was stopped before the first page, which is silence for everyone else."""
        if job is self._job:
            self._job = None
            self._judge()
            self._say_count()

    def _show_page(self, number: int, image: QImage) -> None:
        item = QListWidgetItem(QIcon(_paper(image)), str(number))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, _("Page {number}").format(number=number))
        self.pages.addItem(item)
        self.pages.scrollToItem(item)
        self._say_count()

    def _done(self, result: Scanned) -> None:
        """The scanner is free for the next pile; the pages are read meanwhile."""
        self._job = None
        services, workspace = self._services, archive_of(self._services)
        _job, future = services.lanes.start(
            "cpu", _("Read the scanned pages"), lambda job: intake.run_batch(job, workspace, services.sandboxes, result.batch)
        )
        self._jobs.watch(future, self.scanned.emit, context=self)
        problems = result.problems
        if problems:
            self.notice.say("warning", problems[0].message, problems[0].advice)
        else:
            self.notice.say(
                "success",
                _("The pages are in the archive."),
                _("Put in the next pile and press “Scan the next pile”, or close."),
            )
        self._judge()
        self._say_count()

    def _failed(self, error: BaseException) -> None:
        self._job = None
        self.notice.say_error(error)
        self._judge()
        self._say_count()

    def _give_up(self) -> None:
        for job in (self._job, self._looking):
            if job is not None:
                job.stop()

    # --- what stands there ---
    def _judge(self) -> None:
        working = self._job is not None
        self.form.set_working(working)
        self.picker.setEnabled(not working)
        if working:
            self.set_verb(_("Stop"))
            self.set_ready(True)
            return
        self.set_verb(_("Scan the next pile") if self.pages.count() else _("Scan"))
        self.set_ready(self.form.profile() is not None, _("No scanner has been chosen."))

    def _say_count(self) -> None:
        count = self.pages.count()
        if count:
            words = _n("{count} page", "{count} pages", count).format(count=count)
            self.count.setText(_("{what}, each safe on the disk").format(what=words))
        else:
            self.count.setText(_("Scanning…") if self._job is not None else _("Pages appear here as they come."))

    def _new_dossier(self) -> None:
        def created(dossier_id: int) -> None:
            self.picker.set_rows(dossiers(self._services), dossier_id)

        open_new_dossier(self, self._services, self._jobs, on_created=created)


def _paper(image: QImage) -> QPixmap:
    """The page on a ground of one size, with an edge: a white page on white would be seen by nobody."""
    picture = QPixmap(THUMB * 2)
    picture.fill(Qt.GlobalColor.transparent)
    page = image.scaled(THUMB * 2 - QSize(4, 4), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    left, top = (picture.width() - page.width()) // 2, (picture.height() - page.height()) // 2
    painter = QPainter(picture)
    painter.drawImage(left, top, page)
    painter.setPen(QPen(QColor(theme.current().field), 2))
    painter.drawRect(left - 1, top - 1, page.width() + 1, page.height() + 1)
    painter.end()
    picture.setDevicePixelRatio(2.0)
    return picture


def open_scan(window: QWidget | None, services: Services, jobs: JobsBridge, dossier_id: int | None = None) -> ScanDialog:
    dialog = ScanDialog(window, services, jobs, dossier_id)
    dialog.show_wide(820, 600)
    dialog.look_for_devices()
    return dialog
