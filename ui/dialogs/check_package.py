"""Check a package: choose or drop a folder, ZIP or TAR; what is wrong with it, by weight; the report as PDF or JSON."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.desk import packaging, reporting
from app.i18n import N_, _, _n
from app.package.report import LEVELS, Finding, Report
from app.services import Services
from ui import icons
from ui.choosing import choose_files, choose_folder, choose_new_file
from ui.dialogs.base import framed, labelled
from ui.dialogs.working import WorkingDialog
from ui.jobs import JobsBridge
from ui.models.words import number_word
from ui.widgets.choice_box import ChoiceBox

PROFILE_NAMES = {
    "auto": N_("Find out from the package"),
    "tt05": N_("Circular 05/2025 (Vietnam)"),
    "bagit": "BagIt (RFC 8493)",
}
KINDS = {"error": "danger", "warning": "warning", "info": "info"}
ICONS = {"error": "error", "warning": "warning", "info": "info"}
WORDS = {"error": N_("Errors"), "warning": N_("Warnings"), "info": N_("Notes")}
FINDING = Qt.ItemDataRole.UserRole


def profile_name(key: str) -> str:
    name = PROFILE_NAMES.get(key)
    if name is not None:
        return _(name)
    family, _dash, version = key.partition("-")
    return f"E-ARK {family.upper()} {version}"


class CheckPackageDialog(WorkingDialog):
    """`checked(Report)` when a package was judged."""

    checked = Signal(object)

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge, path: Path | None = None) -> None:
        intro = _("Choose a package from anywhere, or drop it here. It is only read, never changed.")
        super().__init__(parent, services, jobs, _("Check a package"), _("Check"), intro=intro)
        self.report: Report | None = None
        self.setAcceptDrops(True)
        self.path = QLineEdit(str(path or ""))
        self.path.setPlaceholderText(_("Folder, ZIP or TAR"))
        self.path.setAccessibleName(_("Package"))
        self.profile = ChoiceBox()
        for key in packaging.CHECK_PROFILES:
            self.profile.addItem(profile_name(key), key)
        self.filter = QLineEdit()
        self.levels = {level: QCheckBox() for level in LEVELS}
        self.tree = QTreeWidget()
        self.words = QLabel()
        self._lay_out_body()
        self._connect()
        self.first = self.path
        self.judge()

    # --- what it looks like ---
    def _lay_out_body(self) -> None:
        self.file_button, self.folder_button = QPushButton(_("Choose a file…")), QPushButton(_("Choose a folder…"))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.path, 1)
        for button in (self.file_button, self.folder_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        holder.setFocusProxy(self.path)
        self.body.addWidget(labelled(_("Package"), holder))
        self.body.addWidget(labelled(_("Judge by"), self.profile))
        self.body.addWidget(self.progress)
        self._found = self._findings()
        self._found.hide()
        self.body.addWidget(self._found, 1)
        self.body.addStretch(0)
        self.place_button = QPushButton(_("Show the place"))
        self.save_button = QPushButton(_("Save the report…"))
        for position, button in enumerate((self.save_button, self.place_button)):
            button.setAutoDefault(False)
            button.hide()
            self.foot.insertWidget(position, button)

    def _findings(self) -> QWidget:
        self.filter.setPlaceholderText(_("Filter: rule, words or file"))
        self.filter.setAccessibleName(_("Filter: rule, words or file"))
        self.filter.setClearButtonEnabled(True)
        box = QWidget()
        bar = QHBoxLayout()
        bar.setSpacing(16)
        bar.addWidget(self.filter, 1)
        for box_ in self.levels.values():
            box_.setChecked(True)
            bar.addWidget(box_)
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels([_("What is wrong"), _("Where"), _("Rule")])
        self.tree.setAlternatingRowColors(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(_("Findings"))
        self.tree.setMinimumHeight(240)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(1, 230)
        header.resizeSection(2, 130)
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setMinimumHeight(self.words.fontMetrics().lineSpacing() * 3)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = _column(box)
        column.addLayout(bar)
        column.addWidget(framed(self.tree), 1)
        column.addWidget(self.words)
        return box

    def _connect(self) -> None:
        title = _("Choose a package")
        self.file_button.clicked.connect(
            lambda _checked: choose_files(
                self, title, [_("Packages") + " (*.zip *.tar *.tgz *.gz *.bz2 *.xz)", _("All files") + " (*)"],
                lambda names: self.take(Path(names[0])), purpose="check", one=True,
            )
        )  # fmt: skip
        self.folder_button.clicked.connect(
            lambda _checked: choose_folder(self, title, lambda name: self.take(Path(name)), purpose="check", files_too=True)
        )
        self.path.textChanged.connect(lambda _text: self.judge())
        self.filter.textChanged.connect(lambda _text: self._show())
        for box in self.levels.values():
            box.toggled.connect(lambda _on: self._show())
        self.tree.currentItemChanged.connect(lambda _now, _before: self._tell())
        self.tree.itemActivated.connect(lambda item, _column: self.jump() if item.data(0, FINDING) else None)
        self.place_button.clicked.connect(lambda _checked: self.jump())
        self.save_button.clicked.connect(lambda _checked: self._choose_report())

    # --- dropping ---
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None and not self.working:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.take(path)

    def take(self, path: Path) -> None:
        """Checks the package at `path` at once."""
        self.path.setText(str(path))
        if not self.working:
            self.begin()

    # --- the work ---
    def lock(self, working: bool) -> None:
        for field in (self.path, self.profile, self.file_button, self.folder_button):
            field.setEnabled(not working)

    def why_not(self) -> str:
        return "" if self.path.text().strip() else _("Choose a package first.")

    def begin(self) -> None:
        path, profile = Path(self.path.text().strip()).expanduser(), str(self.profile.currentData())
        self.notice.clear()
        self._found.hide()
        for button in (self.place_button, self.save_button):
            button.hide()
        self.run("cpu", _("Check a package"), lambda job: packaging.check_path(job, path, profile), self._done)

    def _done(self, report: Report) -> None:
        self.report = report
        judged = _("Judged by: {profile}. {files}.").format(
            profile=profile_name(report.profile),
            files=_n("{count} file", "{count} files", report.files).format(count=number_word(report.files)),
        )
        errors, warnings = report.count("error"), report.count("warning")
        if errors:
            words = _n("The package has {count} error.", "The package has {count} errors.", errors)
            self.notice.say("danger", words.format(count=number_word(errors)), judged)
        elif warnings:
            words = _n("The package is valid, with {count} warning.", "The package is valid, with {count} warnings.", warnings)
            self.notice.say("warning", words.format(count=number_word(warnings)), judged)
        else:
            self.notice.say("success", _("The package is valid."), judged)
        for level, box in self.levels.items():
            box.setText(f"{_(WORDS[level])} ({number_word(report.count(level))})")
            box.setEnabled(report.count(level) > 0)
        with QSignalBlocker(self.filter):
            self.filter.clear()
        self._found.setVisible(bool(report.findings))
        self.save_button.show()
        self.place_button.setVisible(bool(report.findings))
        self._show()
        self._grow()
        if report.findings:
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        self.checked.emit(report)

    def _grow(self) -> None:
        """Room for the findings, within the screen."""
        if self.report is None or not self.report.findings:
            return
        screen = self.screen().availableGeometry()
        self.intro.hide()
        self.resize(min(max(self.width(), 900), screen.width() - 40), min(max(self.height(), 680), screen.height() - 60))
        frame = self.frameGeometry()
        left = max(screen.left(), min(frame.left(), screen.right() - frame.width() - 20))
        top = max(screen.top(), min(frame.top(), screen.bottom() - frame.height() - 20))
        self.move(left, top)

    # --- the findings ---
    def _show(self) -> None:
        """The findings that the filter lets through, under their levels."""
        self.tree.clear()
        if self.report is None:
            return
        wanted = self.filter.text().strip().casefold()
        for level in LEVELS:
            found = [f for f in self.report.findings if f.level == level and (not wanted or wanted in _searched(f))]
            if not found or not self.levels[level].isChecked():
                continue
            group = QTreeWidgetItem([f"{_(WORDS[level])} ({number_word(len(found))})"])
            group.setIcon(0, icons.icon(ICONS[level], KINDS[level]))
            group.addChildren([_item(finding) for finding in found])
            self.tree.addTopLevelItem(group)
            group.setFirstColumnSpanned(True)
            group.setExpanded(level != "info" or not self.report.count("error"))
        top = self.tree.topLevelItem(0)
        first = top.child(0) if top is not None else None
        if first is not None:
            self.tree.setCurrentItem(first)
        self._tell()

    def _chosen(self) -> Finding | None:
        item = self.tree.currentItem()
        found = item.data(0, FINDING) if item is not None else None
        return found if isinstance(found, Finding) else None

    def _tell(self) -> None:
        finding = self._chosen()
        self.words.setText(f"{finding.rule}: {finding.message}\n{finding.where}" if finding is not None else "")
        self.place_button.setEnabled(finding is not None)

    def jump(self) -> None:
        """Opens the folder where the chosen finding lies; of an archive the file cannot be opened: its place goes to the clipboard."""
        finding = self._chosen()
        if finding is None or self.report is None:
            return
        place = place_of(self.report, finding)
        if place is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))
            return
        QGuiApplication.clipboard().setText(finding.where)
        self.words.setText(_("The place is on the clipboard: {place}").format(place=finding.where))

    # --- the report ---
    def _choose_report(self) -> None:
        if self.report is not None:
            name = f"{self.report.path.stem or 'goi'}-kiem-tra.pdf"
            filters = ["PDF (*.pdf)", "JSON (*.json)"]
            choose_new_file(self, _("Save the report"), name, filters, lambda chosen: self.save(Path(chosen)), purpose="report")

    def save(self, path: Path) -> None:
        report = self.report
        if report is None:
            return
        _job, future = self._services.lanes.start(
            "cpu", _("Save the report"), lambda _job: reporting.write_report([report], path)
        )
        self._jobs.watch(future, self._saved, self.notice.say_error, context=self)

    def _saved(self, path: Path) -> None:
        self.words.setText(_("Report: {path}").format(path=path))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def place_of(report: Report, finding: Finding) -> Path | None:
    """The folder on the disk in which the finding's file lies; None for what lies in an archive."""
    if not report.path.is_dir():
        return None
    name = finding.where.partition("#")[0].partition(" ")[0] if "#" in finding.where else finding.where
    inner = report.path / name.rpartition(":")[0] if ":" in name and not (report.path / name).exists() else report.path / name
    while not inner.exists() and inner != report.path and report.path in inner.parents:
        inner = inner.parent
    return inner if inner.is_dir() else inner.parent


def _searched(finding: Finding) -> str:
    return f"{finding.rule} {finding.message} {finding.where}".casefold()


def _item(finding: Finding) -> QTreeWidgetItem:
    item = QTreeWidgetItem([finding.message, finding.where, finding.rule])
    item.setData(0, FINDING, finding)
    for column, words in enumerate((finding.message, finding.where, finding.rule)):
        item.setToolTip(column, words)
    return item


def _dropped(event: QDropEvent) -> Path | None:
    urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
    return Path(urls[0].toLocalFile()) if len(urls) == 1 else None


def _column(box: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    return column


def open_check(window: QWidget | None, services: Services, jobs: JobsBridge, path: Path | None = None) -> CheckPackageDialog:
    """With a `path` the check begins at once."""
    dialog = CheckPackageDialog(window, services, jobs, path)
    dialog.show_wide(720)
    if path is not None:
        dialog.take(path)
    return dialog
