"""The verification page: the verdict on a document or a file dropped here, signature by signature, beside its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.desk.showing import ShownFile
from app.i18n import _
from app.jobs import Job
from ui import icons, theme
from ui.choosing import choose_files, choose_new_file
from ui.jobs import JobsBridge
from ui.messages import announce
from ui.pages.desk_page import DeskPage
from ui.pages.over import head as page_head
from ui.signing.paper import ShownPages
from ui.verifying import work
from ui.verifying.cards import SENTENCES, VERDICTS, SignatureCard
from ui.verifying.work import Subject
from ui.widgets.notice import Notice
from ui.widgets.page_viewer import Hit, PageViewer

if TYPE_CHECKING:
    from app.services import Services

FILTER = "*.pdf"


class VerifyPage(DeskPage):
    """`judged(report)` after each verification. Any PDF dropped here is verified, not taken in."""

    judged = Signal(dict)

    def __init__(self, services: Services, jobs: JobsBridge, parent: QWidget | None = None) -> None:
        super().__init__(services, jobs, parent)
        self._folder = self.scratch()
        self._subject: Subject | None = None
        self._shown: ShownFile | None = None
        self._online = False
        self.report: dict[str, Any] | None = None
        self.cards: list[SignatureCard] = []
        self.setAcceptDrops(True)
        self._sign, self._word, self._words, self._name = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self._word, self._words, self._name):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict = QFrame()
        self.notice = Notice()
        self.version = Notice()
        self.back_button = QPushButton(_("Back to the file as it is"))
        self.viewer = PageViewer()
        self.file_button = QPushButton(_("Verify another file…"))
        self.online_button = QPushButton(_("Ask the authorities online"))
        self.save_button = QPushButton(_("Save the report…"))
        self._lay_out()
        self.file_button.clicked.connect(lambda _checked: self._choose_file())
        self.online_button.clicked.connect(lambda _checked: self._judge(online=True))
        self.save_button.clicked.connect(lambda _checked: self._save())
        self.back_button.clicked.connect(lambda _checked: self._show_now())
        self._set_ready(False)

    # --- building ---
    def _lay_out(self) -> None:
        for label in (self._words, self._name):
            label.setWordWrap(True)
        self._word.setProperty("role", "title")
        self._name.setProperty("role", "muted")
        row = QHBoxLayout(self.verdict)
        row.setContentsMargins(16, 14, 16, 14)
        row.setSpacing(14)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self._word, self._words, self._name):
            words.addWidget(label)
        row.addLayout(words, 1)
        self.verdict.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        scroll = QScrollArea(splitter)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(_("Verification report"))
        inner = QWidget()
        scroll.setWidget(inner)
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self.notice)
        column.addWidget(self.verdict)
        column.addLayout(self._column)
        column.addStretch(1)
        side = QWidget(splitter)
        whole = QVBoxLayout(side)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        version = QHBoxLayout()
        version.setContentsMargins(8, 8, 8, 8)
        version.addWidget(self.version, 1)
        version.addWidget(self.back_button)
        whole.addLayout(version)
        whole.addWidget(self.viewer, 1)
        self.back_button.hide()
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([560, 700])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(page_head(_("Check signatures"), self.leave, self.file_button, self.online_button, self.save_button))
        outer.addWidget(splitter, 1)

    # --- judging ---
    def judge(self, subject: Subject) -> None:
        """Verifies a document (its id) or a file; offline, as long as nobody asks for more."""
        self._subject, self._shown, self.report, self._online = subject, None, None, False
        self._clear()
        self.notice.say("info", _("Checking the signatures…"))
        services, workspace, folder = self._services, self._workspace, self._folder
        self._start(
            _("Open the document"),
            lambda job: work.open_subject(job, services, workspace, subject, folder),
            lambda shown: self._opened(subject, shown),
        )

    def _start(self, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        self.start("cpu", title, verb, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.notice.say_error(error)
        self._set_ready(self._shown is not None)

    def _opened(self, subject: Subject, shown: ShownFile) -> None:
        if subject != self._subject:
            return
        self._shown = shown
        self.viewer.set_source(ShownPages(self._services.sandboxes, shown))
        self._judge(online=False)

    def _judge(self, *, online: bool) -> None:
        subject, shown = self._subject, self._shown
        if subject is None or shown is None:
            return
        self._online = online
        self._set_ready(False)
        self.notice.say("info", _("Asking the authorities…") if online else _("Checking the signatures…"))
        services, workspace = self._services, self._workspace
        self._start(
            _("Check signatures"),
            lambda job: work.verify(job, services, workspace, subject, shown, online=online),
            lambda report: self._told(subject, report),
        )

    def _told(self, subject: Subject, report: dict[str, Any]) -> None:
        if subject != self._subject or self._shown is None:
            return
        self.report = report
        self._clear()
        kind, mark, word = VERDICTS.get(report["verdict"], VERDICTS["unknown"])
        theme.restyle(self.verdict, "kind", kind)
        self._sign.setPixmap(icons.pixmap(mark, kind, 32, self.devicePixelRatioF()))
        self._word.setText(_(word))
        self._words.setText(_(SENTENCES.get(report["verdict"], SENTENCES["unknown"])))
        how = _("checked online") if self._online else _("checked without asking the authorities")
        self._name.setText(f"{self._shown.name} · {how}")
        self.verdict.setAccessibleName(f"{_(word)}. {self._words.text()}")
        self.verdict.show()
        for row in report["signatures"]:
            card = SignatureCard(row, *self._offers(row))
            self.cards.append(card)
            self._column.addWidget(card)
        self._set_ready(True)
        announce(self.verdict, self.verdict.accessibleName(), urgent=kind == "danger")
        self.judged.emit(report)

    def _offers(self, row: dict[str, Any]) -> tuple[Callable[[], object], Callable[[], object] | None]:
        covered = row.get("coveredBytes") or 0
        changes = (lambda: self._show_changes(covered)) if covered else None
        return (lambda: self._show_version(row)), changes

    # --- earlier versions ---
    def _show_version(self, row: dict[str, Any]) -> None:
        shown, services, folder = self._shown, self._services, self._folder
        if shown is None:
            return
        self._start(
            _("See the signed version"),
            lambda job: work.signed_version(job, services, shown, row["field"], folder),
            lambda made: self._show_made(row, made),
        )

    def _show_made(self, row: dict[str, Any], made: ShownFile) -> None:
        self.viewer.set_source(ShownPages(self._services.sandboxes, made))
        signer = row["signer"] or _("an unknown signer")
        self.version.say("info", _("This is the document as {name} signed it.").format(name=signer))
        self.back_button.show()

    def _show_now(self) -> None:
        if self._shown is not None:
            self.viewer.set_source(ShownPages(self._services.sandboxes, self._shown))
        self.version.clear()
        self.back_button.hide()

    def _show_changes(self, covered: int) -> None:
        shown, services = self._shown, self._services
        if shown is not None:
            self._show_now()
            self._start(
                _("Show what looks different"), lambda job: work.changes(job, services, shown, covered), self._show_places
            )

    def _show_places(self, rows: list[dict[str, Any]]) -> None:
        hits = [Hit(row["page"] + 1, tuple(tuple(box) for box in row["boxes"])) for row in rows if row.get("boxes")]
        self.viewer.show_hits(hits)
        if not rows:
            self.version.say("info", _("The pages look the same as when they were signed."))
        else:
            pages = ", ".join(str(number) for number in sorted({row["page"] + 1 for row in rows}))
            self.version.say("warning", _("What looks different is marked. Pages: {pages}").format(pages=pages))

    # --- the report, other files ---
    def _save(self) -> None:
        shown, services, workspace, online = self._shown, self._services, self._workspace, self._online
        if shown is None:
            return

        def write(name: str) -> None:
            self._start(
                _("Save the report…"),
                lambda job: work.write_report(job, services, workspace, shown, Path(name), online=online),
                self._saved,
            )

        filters = (
            _("Report as PDF ({kinds})").format(kinds="*.pdf"),
            _("Report for programs, XML ({kinds})").format(kinds="*.xml"),
        )
        choose_new_file(self.window(), _("Save the report…"), report_name(shown.name), filters, write, purpose="report")

    def _saved(self, path: Path) -> None:
        self.notice.say("success", _("The report has been saved: {file}").format(file=path))
        if path.suffix.lower() == ".pdf":
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _choose_file(self) -> None:
        filters = (_("PDF files ({kinds})").format(kinds=FILTER),)
        choose_files(
            self.window(),
            _("Verify another file…"),
            filters,
            lambda names: self.judge(Path(names[0])),
            purpose="verify",
            one=True,
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _pdf(event) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _pdf(event)
        if path is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.judge(path)

    # --- what stands there ---
    def _clear(self) -> None:
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = []
        self.verdict.hide()
        self.notice.clear()
        self.version.clear()
        self.back_button.hide()

    def _set_ready(self, on: bool) -> None:
        self.online_button.setEnabled(on)
        self.save_button.setEnabled(on and self.report is not None and self.report["verdict"] != "unsigned")

    def leave(self) -> None:
        self.viewer.end()
        super().leave()


def report_name(document: str) -> str:
    """A file name for the report on it; a number such as 5/QĐ-UBND is no path."""
    name = _("Verification {file}").format(file=re.sub(r"\.pdf$", "", document, flags=re.IGNORECASE))
    return re.sub(r'[\\/:*?"<>|]', "-", name) + ".pdf"


def _pdf(event: QDropEvent) -> Path | None:
    """The first file of the drag, when it is one."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() == ".pdf"), None)
