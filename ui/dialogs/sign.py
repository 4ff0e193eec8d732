"""Signing a batch: which documents, whose certificate, which look; one PIN; what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.desk import signing
from app.desk.signing import SignChoice, SignOutcome
from app.errors import AppError, Cancelled, Problem
from app.i18n import _, _n
from app.jobs import Job
from app.services import Services
from app.settings import BY_KEY
from app.signature.tokens import TokenInfo
from storage.queries import DocumentRow
from ui import icons
from ui.dialogs.archive import archive_of, documents
from ui.dialogs.base import VerbDialog, framed, labelled
from ui.jobs import JobsBridge
from ui.widgets.certificates import CertificateList
from ui.widgets.editors import ChoiceBox
from ui.widgets.look_preview import LookPreview


class SignDialog(VerbDialog):
    """`finished_batch(SignOutcome)` after each run. What could not be signed stays on the list for another try."""

    finished_batch = Signal(object)

    def __init__(self, parent: QWidget | None, services: Services, jobs: JobsBridge, document_ids: Sequence[int]) -> None:
        super().__init__(parent, _("Sign documents"), _("Sign"), close=_("Close"))
        self._services, self._jobs = services, jobs
        self._rows = documents(services, list(document_ids))
        self._todo = [row.id for row in self._rows]
        self._job: Job | None = None
        self._looking: Job | None = None
        self._module: Path | None = None
        self.list = QListWidget()
        self.certificates = CertificateList()
        self.look = ChoiceBox()
        self.preview = LookPreview()
        self.progress = QProgressBar()
        self._lay_out_body()
        self._fill_documents()
        self._fill_looks()
        self.certificates.chosen.connect(self._judge)
        self.look.currentIndexChanged.connect(lambda _index: self._judge())
        self.agreed.connect(self._press)
        self.left.connect(self._give_up)
        jobs.job_changed.connect(self._progressed)
        jobs.job_finished.connect(self._finished)
        self._judge()

    # --- building ---
    def _lay_out_body(self) -> None:
        self.list.setAccessibleName(_("Documents to sign"))
        self.list.setWordWrap(True)
        self.list.setMinimumSize(300, 260)
        self.list.setSpacing(3)
        self.progress.setAccessibleName(_("Progress"))
        self.progress.hide()
        self.refresh_button = QPushButton(_("Look for tokens again"))
        self.refresh_button.setAutoDefault(False)
        self.refresh_button.clicked.connect(lambda _checked: self.look_for_tokens())
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumSize(320, 170)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.certificates)
        column.addStretch(1)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        look = QHBoxLayout()
        look.setSpacing(16)
        look.addWidget(labelled(_("Look of the signature"), self.look), 1, Qt.AlignmentFlag.AlignTop)
        look.addWidget(self.preview)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addLayout(_head(_("Certificate"), self.refresh_button))
        right.addWidget(scroll, 1)
        right.addSpacing(8)
        right.addLayout(look)
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addLayout(_head(_("Documents"), None))
        left.addWidget(framed(self.list), 1)
        left.addWidget(self.progress)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(left, 4)
        row.addLayout(right, 5)
        self.body.addLayout(row, 1)

    def _fill_documents(self) -> None:
        for row in self._rows:
            item = QListWidgetItem(icons.icon("document", "muted"), _named(row))
            item.setData(Qt.ItemDataRole.UserRole, row.id)
            item.setToolTip(row.subject)
            self.list.addItem(item)

    def _fill_looks(self) -> None:
        setting = BY_KEY["sign.appearance"]
        for value, label in setting.choices:
            self.look.addItem(_(label), value)
        self.look.setCurrentIndex(max(self.look.findData(self._services.settings["sign.appearance"]), 0))
        self.look.setEnabled(not self._services.settings.locked("sign.appearance"))

    # --- tokens ---
    def look_for_tokens(self) -> None:
        """Asks the driver which tokens are plugged in; no PIN is needed."""
        if self._looking is not None or self._job is not None:
            return
        settings = self._services.settings
        try:
            self._module = signing.module_of(settings)
        except AppError as error:
            self.notice.say_error(error)
            return
        module = self._module
        self.refresh_button.setEnabled(False)
        if not self.notice.text():
            self.notice.say("info", _("Looking for tokens…"))
        self._looking, future = self._services.lanes.start(
            "token", _("Look for tokens"), lambda job: signing.tokens(job, settings, module)
        )
        self._jobs.watch(future, self._found, self._not_found, context=self)

    def _found(self, tokens: list[TokenInfo]) -> None:
        self._looking = None
        self.refresh_button.setEnabled(True)
        if self.notice.kind == "info":
            self.notice.clear()
        self.certificates.set_tokens(tokens, datetime.now(UTC))
        if not tokens:
            self.notice.say("warning", _("No token is plugged in."), _("Plug in the USB token, then look again."))
        elif not any(card.radio.isEnabled() for card in self.certificates.cards):
            self.notice.say("warning", _("No certificate here can sign."), _("The reasons stand beside each certificate."))
        self._judge()
        self.verb_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_found(self, error: BaseException) -> None:
        self._looking = None
        self.refresh_button.setEnabled(True)
        self.certificates.set_tokens((), datetime.now(UTC))
        self.notice.say_error(error)
        self._judge()

    # --- signing ---
    def _press(self) -> None:
        if self._job is not None:
            self._job.stop()
            self.set_verb(_("Stopping…"))
            self.set_ready(False)
            return
        choice = self._choice()
        if choice is not None:
            self._sign(choice)

    def _choice(self) -> SignChoice | None:
        chosen = self.certificates.choice
        if chosen is None or self._module is None:
            return None
        token, certificate = chosen
        return SignChoice(
            self._module,
            certificate_id=certificate.sha256,
            token_serial=token.serial or None,
            token_label=token.label or None,
            appearance=str(self.look.currentData()),
            final_try_ok=token.flags.final_try,  # the PIN dialog warns and wants a tick
        )

    def _sign(self, choice: SignChoice) -> None:
        workspace, ids = archive_of(self._services), list(self._todo)
        self.notice.clear()
        title = _n("Sign {count} document", "Sign {count} documents", len(ids)).format(count=len(ids))
        self._job, future = self._services.lanes.start(
            "token", title, lambda job: signing.sign_documents(job, workspace, ids, choice)
        )
        self._jobs.watch(future, self._done, self._failed, context=self)
        self.progress.setRange(0, len(ids))
        self.progress.setValue(0)
        self.progress.show()
        self._judge()

    def _progressed(self, job: Job) -> None:
        if job is self._job and job.total:
            self.progress.setRange(0, job.total)
            self.progress.setValue(min(job.done, job.total))

    def _finished(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.progress.hide()
            self._judge()

    def _done(self, outcome: SignOutcome) -> None:
        signed = set(outcome.signed)
        reasons = {i: p for p in outcome.problems if (i := self._document_of(p)) is not None}
        for row in range(self.list.count()):
            self._mark(self.list.item(row), signed, reasons)
        self._todo = [i for i in self._todo if i not in signed]
        self._say_outcome(outcome, len(signed))
        self._judge()
        self.finished_batch.emit(outcome)
        if outcome.stopped is not None and not isinstance(outcome.stopped, Cancelled):
            self.look_for_tokens()

    def _document_of(self, problem: Problem) -> int | None:
        """The document a problem speaks of: the desk names it by its code or by the file made for it."""
        stem = Path(problem.where).stem
        return next((row.id for row in self._rows if problem.where == row.code or stem == str(row.id)), None)

    def _mark(self, item: QListWidgetItem, signed: set[int], reasons: dict[int, Problem]) -> None:
        document_id = int(item.data(Qt.ItemDataRole.UserRole))
        row = next(r for r in self._rows if r.id == document_id)
        if document_id in signed:
            item.setIcon(icons.icon("done", "success"))
            item.setText(_("{document}\nSigned").format(document=_named(row)))
        elif document_id in reasons:
            problem = reasons[document_id]
            item.setIcon(icons.icon("error", "danger"))
            item.setText(f"{_named(row)}\n{problem.message} {problem.advice}".strip())
        elif document_id in self._todo:
            item.setIcon(icons.icon("clock", "muted"))
            item.setText(_("{document}\nNot signed yet").format(document=_named(row)))

    def _say_outcome(self, outcome: SignOutcome, count: int) -> None:
        stopped = outcome.stopped
        done = _n("{count} document was signed and checked.", "{count} documents were signed and checked.", count)
        if stopped is not None and not isinstance(stopped, Cancelled):
            self.notice.say("danger", stopped.message, stopped.advice)
        elif self._todo:
            rest = len(self._todo)
            words = _n("{count} document is not signed yet.", "{count} documents are not signed yet.", rest)
            self.notice.say("warning", words.format(count=rest), done.format(count=count) if count else "")
        else:
            self.notice.say("success", done.format(count=count))

    def _failed(self, error: BaseException) -> None:
        self.notice.say_error(error)
        self._judge()
        self.look_for_tokens()  # the state of the PIN may have changed

    def _give_up(self) -> None:
        """Closing while looking stops that; signing under way goes on in the jobs panel."""
        if self._looking is not None:
            self._looking.stop()

    # --- what stands there ---
    def _judge(self) -> None:
        working, count = self._job is not None, len(self._todo)
        chosen = self.certificates.choice
        for widget in (self.certificates, self.refresh_button):
            widget.setEnabled(not working and (widget is not self.refresh_button or self._looking is None))
        self.look.setEnabled(not working and not self._services.settings.locked("sign.appearance"))
        self._show_preview()
        if working:
            self.set_verb(_("Stop"))
            self.set_ready(True)
            return
        self.set_verb(_n("Sign {count} document", "Sign {count} documents", count).format(count=count) if count else _("Sign"))
        self.set_ready(chosen is not None and count > 0, _("Choose a certificate first.") if count else "")
        self.verb_button.setVisible(count > 0)
        if not count:
            self.close_button.setDefault(True)

    def _show_preview(self) -> None:
        chosen = self.certificates.choice
        agency = str(self._services.settings["office.agency"] or "")
        self.preview.show_look(
            str(self.look.currentData() or "none"),
            subject=chosen[1].subject if chosen else _("Signer's name"),
            organisation=agency or (chosen[1].organisation if chosen else "") or _("Name of the agency"),
            code=self._rows[0].code if self._rows else "",
        )


def _named(row: DocumentRow) -> str:
    subject = row.subject if len(row.subject) <= 90 else row.subject[:88].rsplit(" ", 1)[0] + "…"
    return " — ".join(part for part in (row.code, subject) if part) or _("Document {id}").format(id=row.id)


def _head(title: str, button: QPushButton | None) -> QHBoxLayout:
    label = QLabel(title)
    label.setProperty("role", "strong")
    label.setFixedHeight(label.fontMetrics().height() + 16)
    row = QHBoxLayout()
    row.addWidget(label, 1)
    if button is not None:
        button.setProperty("role", "quiet")
        button.setFixedHeight(label.height())
        row.addWidget(button)
    return row


def open_sign(window: QWidget | None, services: Services, jobs: JobsBridge, document_ids: Sequence[int]) -> SignDialog:
    """Opens the dialog and looks for tokens at once."""
    dialog = SignDialog(window, services, jobs, document_ids)
    dialog.show_wide(900, 720)
    dialog.look_for_tokens()
    return dialog
