"""The signing page: the documents, the very bytes that will be signed with the signature on them, the certificate, one PIN.

Nothing here makes the window wait: pages, findings, previews, tokens and signing are work on threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.desk import looks, showing
from app.desk.showing import Preview, ShownFile
from app.errors import AppError, Cancelled
from app.i18n import _
from app.jobs import Job
from app.rules.codes import type_word
from app.signature.lint import Finding, worst
from storage.queries import DocumentRow
from storage.records.reading import Box
from ui.dialogs.archive import documents
from ui.dialogs.base import framed
from ui.jobs import JobsBridge
from ui.pages.desk_page import DeskPage
from ui.pages.over import head as page_head
from ui.signing.canvas import SignCanvas, trimmed
from ui.signing.choices import LookChoice, head
from ui.signing.documents import SignList
from ui.signing.paper import ShownPages
from ui.signing.run import SignRun
from ui.widgets.certificates import CertificateList
from ui.widgets.job_progress import JobProgress
from ui.widgets.notice import Notice
from ui.widgets.viewer_bar import ViewerBar

if TYPE_CHECKING:
    from app.services import Services


class SignBar(ViewerBar):
    """Without what this page has not: thumbnails, and turning, which would show the signature otherwise than it will be."""

    def _make_room(self) -> None:
        super()._make_room()
        for button in (self.thumbs, self.left, self.right):
            button.hide()


KINDS = {"error": "danger", "warning": "warning", "info": "info"}
PREVIEW_MS = 120


class SigningPage(DeskPage):
    """Signs `document_ids`. `finished_batch(SignOutcome)` after each run."""

    finished_batch = Signal(object)

    def __init__(
        self, services: Services, jobs: JobsBridge, document_ids: Sequence[int], parent: QWidget | None = None
    ) -> None:
        super().__init__(services, jobs, parent)
        self._folder = self.scratch()
        self._shown: dict[int, ShownFile] = {}
        self._preview: Preview | None = None
        self._wish = 0  # counts the wishes for a drawing: only the newest is shown
        self.list = SignList()
        self.canvas = SignCanvas()
        self.bar = SignBar(self.canvas)
        self.findings = Notice()
        self.place = QLabel()
        self.auto_place = QPushButton(_("Find the place by itself again"))
        self.bytes = QLabel()
        self.certificates = CertificateList()
        self.look = LookChoice(services.settings)
        self.progress = JobProgress(jobs)
        self.eta = QLabel()
        self.notice, self.token_notice = Notice(), Notice()
        self.sign_button = QPushButton()
        self.refresh_button = QPushButton(_("Look for tokens again"))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PREVIEW_MS)
        self._soon.timeout.connect(self._ask_preview)
        self._lay_out()
        self.run = SignRun(self, services, jobs, document_ids)
        self._connect()
        ids = list(document_ids)
        self._do("catalog", _("Open the document"), lambda _job: documents(services, ids), self._listed)

    def _do(self, lane: str, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        """Small work that touches the disk: never on the window's thread."""
        self.start(lane, title, verb, done, self.notice.say_error)

    def _listed(self, rows: Sequence[DocumentRow]) -> None:
        self.list.take(rows)
        self.run.judge()

    def _keep_setting(self, key: str, value: object) -> None:
        settings = self._services.settings
        self._do("catalog", _("Draw the signature"), lambda _job: settings.set(key, value), lambda _none: self.look.told(key))

    # --- building ---
    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for build in (self._left, self._middle, self._right):
            build(splitter)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([270, 640, 400])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page_head(_("Sign documents"), self.leave))
        column.addWidget(splitter, 1)

    def _left(self, splitter: QSplitter) -> None:
        side = QWidget(splitter)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 4, 8, 12)
        column.setSpacing(4)
        column.addLayout(head(_("Documents")))
        column.addWidget(framed(self.list), 1)
        side.setMinimumWidth(210)

    def _middle(self, splitter: QSplitter) -> None:
        side = QWidget(splitter)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        above = QVBoxLayout()
        above.setContentsMargins(8, 8, 8, 8)
        above.addWidget(self.findings)
        column.addWidget(self.bar)
        column.addLayout(above)
        column.addWidget(self.canvas, 1)
        foot = QFrame()
        foot.setProperty("role", "foot")
        rows = QVBoxLayout(foot)
        rows.setContentsMargins(12, 6, 12, 6)
        rows.setSpacing(2)
        line = QHBoxLayout()
        self.place.setWordWrap(True)
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.auto_place.setProperty("role", "quiet")
        self.auto_place.hide()
        line.addWidget(self.place, 1)
        line.addWidget(self.auto_place)
        rows.addLayout(line)
        self.bytes.setProperty("role", "muted")
        self.bytes.setWordWrap(True)
        self.bytes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bytes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        rows.addWidget(self.bytes)
        column.addWidget(foot)

    def _right(self, splitter: QSplitter) -> None:
        side = QWidget(splitter)
        scroll = QScrollArea(side)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        scroll.setWidget(inner)
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 4, 12, 8)
        column.setSpacing(6)
        self.refresh_button.setAutoDefault(False)
        column.addLayout(head(_("Certificate"), self.refresh_button))
        column.addWidget(self.token_notice)
        column.addWidget(self.certificates)
        column.addSpacing(8)
        column.addWidget(self.look)
        column.addStretch(1)
        self.eta.setProperty("role", "muted")
        self.eta.hide()
        self.sign_button.setProperty("role", "primary")
        foot = QFrame()
        foot.setProperty("role", "foot")
        rows = QVBoxLayout(foot)
        rows.setContentsMargins(12, 10, 12, 12)
        rows.setSpacing(8)
        for widget in (self.notice, self.progress, self.eta, self.sign_button):
            rows.addWidget(widget)
        whole = QVBoxLayout(side)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(foot)
        side.setMinimumWidth(360)

    def _connect(self) -> None:
        self.list.looked_at.connect(self.look_at)
        self.canvas.moved.connect(self._moved)
        self.canvas.page_changed.connect(lambda _page: self.bar.refresh())
        self.canvas.zoom_changed.connect(lambda _zoom: self.bar.refresh())
        self.auto_place.clicked.connect(lambda _checked: self._forget_place())
        self.look.changed.connect(self.draw_again)
        self.look.kept.connect(self._keep_setting)
        self.certificates.chosen.connect(self.draw_again)
        self.certificates.chosen.connect(self.run.judge)
        self.refresh_button.clicked.connect(lambda _checked: self.run.look_for_tokens())
        self.sign_button.clicked.connect(lambda _checked: self.run.press())

    # --- what is looked at ---
    def look_at(self, document_id: int) -> None:
        """Shows the bytes of this document that would be signed."""
        self._preview = None
        self.findings.clear()
        self.canvas.show_mark(None)
        self.canvas.set_source(None)
        self.bytes.clear()
        workspace, boxes, folder = self._workspace, self._services.sandboxes, self._folder
        self.start(
            "cpu",
            _("Open the document"),
            lambda job: showing.show_document(job, workspace, boxes, document_id, folder),
            self._opened,
            lambda error: self._not_shown(document_id, error),
        )

    def _opened(self, shown: ShownFile) -> None:
        self._shown[shown.document_id] = shown
        if shown.document_id != self.list.current:
            return
        self.canvas.set_source(ShownPages(self._services.sandboxes, shown))
        self.bar.refresh()
        short = f"{shown.sha256[:16]}…{shown.sha256[-8:]}"
        words = _("These very bytes will be signed. SHA-256: {digest}") if self._waits else _("Signed. SHA-256: {digest}")
        self.bytes.setText(words.format(digest=short))
        self.bytes.setToolTip(shown.sha256)
        self.draw_again()
        boxes = self._services.sandboxes
        self.start(
            "cpu",
            _("Look for hidden content"),
            lambda job: showing.findings(job, boxes, shown),
            lambda found: self._found(shown, found),
            self._not_checked,
        )

    def _found(self, shown: ShownFile, found: list[Finding]) -> None:
        level = worst(found)
        if shown.document_id != self.list.current or level in (None, "info"):
            return
        told = list(dict.fromkeys(one.words for one in found if one.level != "info"))
        advice = (
            _("Don't sign it like this: ask for a clean copy, or print and scan it.")
            if level == "error"
            else _("Look at the document closely before you sign it.")
        )
        self.findings.say(KINDS[str(level)], " ".join(told[:3]), advice)

    def _not_checked(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self.findings.say("warning", _("The document could not be checked for hidden content."), _advice(error))

    def _not_shown(self, document_id: int, error: BaseException) -> None:
        if document_id == self.list.current:
            self.findings.say_error(error)

    # --- the look ---
    def draw_again(self) -> None:
        self._wish += 1  # what is being drawn is of yesterday now
        self._soon.start()

    def _ask_preview(self) -> None:
        document_id = self.list.current
        shown = self._shown.get(document_id) if document_id is not None else None
        if shown is None:
            return
        if not self._waits:
            self.canvas.show_mark(None)
            self.auto_place.hide()
            self._say(_("This document is signed; its signature is part of the file."), "muted")
            return
        workspace, boxes, wish = self._workspace, self._services.sandboxes, self.look.wish
        chosen = self.certificates.choice
        subject = chosen[1].subject if chosen else _("Signer's name")
        office = chosen[1].organisation if chosen else _("Name of the agency")

        def work(job: Job) -> Preview:
            made = showing.preview_look(job, workspace, boxes, shown, wish, subject=subject, organisation=office)
            if made.look is not None and made.look.image is not None:
                trimmed(made.look.image)  # decoded here, not in the window's thread
            return made

        number = self._wish
        self.start(
            "cpu",
            _("Draw the signature"),
            work,
            lambda made: self._drawn(number, shown, made),
            lambda error: self._not_drawn(number, shown, error),
        )

    def _drawn(self, number: int, shown: ShownFile, made: Preview) -> None:
        if number != self._wish or shown.document_id != self.list.current:
            return
        self._preview = made
        self.canvas.show_mark(made)
        if made.signatures and self.findings.kind == "":
            self.findings.say("info", _("This document already carries {count} signatures.").format(count=made.signatures))
        self.auto_place.setVisible(made.looked.by_hand)
        self._say_place(shown, made)

    def _say_place(self, shown: ShownFile, made: Preview) -> None:
        there = made.looked.place.there if made.looked.place is not None else ""
        if made.doubts:
            words, role = " ".join(made.doubts), "warning"
        elif there and not made.looked.by_hand:
            words, role = _("“{text}” stands there already. Drag the signature where it belongs.").format(text=there), "warning"
        elif made.box is None:
            words, role = _("Nothing will be seen on the page."), "muted"
        elif made.looked.by_hand:
            name = type_word(shown.type_name) or _("documents without a type")
            words, role = _("Placed by hand; kept for: {name}.").format(name=name), "muted"
        elif made.looked.place is not None:
            words, role = _("The place was found on the page. You can drag it elsewhere."), "muted"
        else:
            words, role = _("The usual place. You can drag it elsewhere."), "muted"
        self._say(words, role)

    def _say(self, words: str, role: str) -> None:
        from ui import theme

        theme.restyle(self.place, "role", role)
        self.place.setText(words)

    def _not_drawn(self, number: int, shown: ShownFile, error: BaseException) -> None:
        if number != self._wish or shown.document_id != self.list.current or isinstance(error, Cancelled):
            return
        self.canvas.show_mark(None)
        text = f"{error.message} {_advice(error)}" if isinstance(error, AppError) else _("The signature can't be shown here.")
        self._say(text, "danger")

    def _moved(self, page: int, box: Box) -> None:
        shown, made = self._shown.get(self.list.current or 0), self._preview
        if shown is None or made is None:
            return
        place = made.looked.place
        kind = self.look.wish.kind
        kept = place if kind != "organisation" else None
        start = made.box
        if kept is not None and start is not None and not made.looked.by_hand:
            # the drawing is smaller than the room it stands in: both move by the same way
            by = (box[0] - start[0], box[1] - start[1])
            box = (kept.box[0] + by[0], kept.box[1] + by[1], kept.box[2] + by[0], kept.box[3] + by[1])
        last = page == shown.pages and page > 1
        name = type_word(shown.type_name)
        settings, number = self._services.settings, -1 if last else page
        self._do(
            "catalog",
            _("Draw the signature"),
            lambda _job: looks.remember(settings, kind, name, kept, number, box),
            lambda _none: self.draw_again(),
        )

    def _forget_place(self) -> None:
        shown = self._shown.get(self.list.current or 0)
        if shown is not None:
            settings, kind, name = self._services.settings, self.look.wish.kind, type_word(shown.type_name)
            self._do(
                "catalog",
                _("Draw the signature"),
                lambda _job: looks.forget(settings, kind, name),
                lambda _none: self.draw_again(),
            )

    @property
    def _waits(self) -> bool:
        """Whether the document that is looked at is still to be signed."""
        return self.list.current in self.run.todo

    # --- leaving ---
    @property
    def digests(self) -> dict[int, str]:
        """SHA-256 of what was shown, by document."""
        return {one.document_id: one.sha256 for one in self._shown.values()}

    def forget_shown(self, ids: Sequence[int]) -> None:
        """What was signed has other bytes now."""
        for one in ids:
            self._shown.pop(one, None)

    def leave(self) -> None:
        self.run.give_up()
        self.canvas.loader.close()
        super().leave()


def _advice(error: BaseException) -> str:
    return error.advice if isinstance(error, AppError) else ""
