"""The course of a signing: tokens, the PIN's question, the batch with its time left, the end. One run at a time; the rest may go on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.desk import signing
from app.desk.signing import SignChoice, SignOutcome
from app.errors import AppError, Cancelled, Problem
from app.i18n import _, _n
from app.jobs import Job, Question
from app.signature.token_errors import token_error
from app.signature.tokens import TokenInfo
from ui.dialogs.archive import archive_of
from ui.dialogs.questions import ChoiceDialog
from ui.jobs import JobsBridge
from ui.models.words import number_word
from ui.widgets.job_progress import time_left

if TYPE_CHECKING:
    from app.services import Services
    from app.signature.token_watch import TokenWatch
    from ui.signing.page import SigningPage

SOON_MS = 1000
LATER_STEPS = {"organisation", "number", "date"}  # these belong onto a document that is signed already


class SignRun(QObject):
    """Drives the page's right side."""

    _plugged = Signal(bool)  # or unplugged, on the watch's thread; True with the watch's first answer

    def __init__(self, page: SigningPage, services: Services, jobs: JobsBridge, document_ids: Sequence[int]) -> None:
        super().__init__(page)
        self._page, self._services, self._jobs = page, services, jobs
        self.todo = list(document_ids)
        self.job: Job | None = None
        self.looking: Job | None = None
        self._gone = threading.Event()
        gone = self._gone
        page.destroyed.connect(lambda _page: gone.set())
        self._watch: TokenWatch | None = None
        self._listed: list[TokenInfo] | None = None  # no list, or only a driver's trouble
        self._again = False  # something was plugged or pulled while the answer was on its way
        self._compare = False  # the watch's first answer came while the list was on its way
        self._plugged.connect(self._look_again, Qt.ConnectionType.QueuedConnection)
        jobs.job_changed.connect(self._progressed)
        jobs.job_finished.connect(self._finished)
        self.judge()

    # --- tokens ---
    def look_for_tokens(self) -> None:
        """Asks the driver which tokens are plugged in; no PIN is needed."""
        if self.looking is not None or self.job is not None:
            return
        page, settings = self._page, self._services.settings
        page.refresh_button.setEnabled(False)
        page.token_notice.say("info", _("Looking for tokens…"))
        self._again = False

        def look(job: Job) -> list[TokenInfo]:
            self._begin_watch()
            return signing.tokens(job, settings)

        self.looking, future = self._services.lanes.start("token", _("Look for tokens"), look)
        self._jobs.watch(future, self._found, self._not_found, context=self)

    def _begin_watch(self) -> None:
        """From now on a token that is plugged in or pulled is noticed; on the token's lane, as it asks the disk for drivers."""
        gone, plugged = self._gone, self._plugged.emit
        if self._watch is None and not gone.is_set():
            self._watch = signing.watch_tokens(
                self._services.settings, lambda first: None if gone.is_set() else plugged(first), gone
            )

    def _found(self, tokens: list[TokenInfo]) -> None:
        page = self._page
        self.looking = None
        page.refresh_button.setEnabled(True)
        page.token_notice.clear()
        page.certificates.set_tokens(tokens, datetime.now(UTC))
        if not tokens:
            page.token_notice.say(
                "warning",
                _("No token is plugged in."),
                _("Plug in the USB token; its certificates then appear here by themselves."),
            )
        elif all(token.flags.locked for token in tokens):
            page.token_notice.say_error(token_error("token.pin_locked"))
        elif not any(card.radio.isEnabled() for card in page.certificates.cards):
            page.token_notice.say(
                "warning", _("No certificate here can sign."), _("The reasons stand beside each certificate.")
            )
        self.judge()
        self._listed = tokens
        compare, self._compare = self._compare, False
        if self._again or (compare and not self._in_step()):
            self.look_for_tokens()
        elif not tokens and not self._in_step():
            QTimer.singleShot(SOON_MS, self, self.look_for_tokens)  # pulled and put back between two looks of the watch
        if page.sign_button.isEnabled():
            page.sign_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _not_found(self, error: BaseException) -> None:
        page = self._page
        self.looking, self._listed, self._compare = None, None, False
        page.refresh_button.setEnabled(True)
        page.token_notice.clear()
        page.certificates.set_tokens((), datetime.now(UTC))
        page.token_notice.say_error(error)  # what became of the batch stays below
        self.judge()
        if self._again:
            self.look_for_tokens()

    def _in_step(self) -> bool:
        return self._watch is None or self._listed is None or signing.in_step(self._listed, self._watch.present)

    def _look_again(self, first: bool) -> None:
        if first and self.looking is not None:
            self._compare = True
        elif not first or not self._in_step():
            self._again = True
            self.look_for_tokens()

    # --- signing ---
    def press(self) -> None:
        """Signs, or stops what is under way."""
        if self.job is not None:
            self.job.stop()
            self._page.sign_button.setText(_("Stopping…"))
            self._page.sign_button.setEnabled(False)
            return
        signed = [row.id for row in self._page.list.rows if row.signed and row.id in self.todo]
        if signed and self._page.look.wish.kind not in LATER_STEPS:
            self._ask_about(signed)
        else:
            self._sign(list(self.todo))

    def _ask_about(self, signed: list[int]) -> None:
        """Documents that carry signatures are asked about, not signed over in silence."""
        count = len(signed)
        more, leave = _("Add one more signature to each"), _("Leave those out")
        words = _n(
            "{count} of these documents is signed already. The signatures there stay as they are.",
            "{count} of these documents are signed already. The signatures there stay as they are.",
            count,
        )
        question = Question("choice", _("Signed already"), words.format(count=count), (more, leave))
        dialog = ChoiceDialog(self._page.window(), question)

        def answered(text: str | None) -> None:
            if text == more:
                self._sign(list(self.todo), again="sign")
            elif text == leave:
                for one in signed:
                    self._page.list.mark(one, "signed", "muted", _("Left out: signed already"))
                self.todo = [one for one in self.todo if one not in signed]
                if self.todo:
                    self._sign(list(self.todo))
                self.judge()

        dialog.answered.connect(answered)
        dialog.show_wide(480)

    def _choice(self, again: str) -> SignChoice | None:
        chosen = self._page.certificates.choice
        module = chosen[0].module if chosen is not None else None
        if chosen is None or module is None:
            return None
        token, certificate = chosen
        look, settings = self._page.look, self._services.settings
        level = look.chosen_level
        return signing.choice_of(
            settings,
            module,
            certificate_id=certificate.sha256,
            token_serial=token.serial or None,
            token_label=token.label or None,
            appearance=look.wish.kind,
            level=level,
            again=again,
            final_try_ok=token.flags.final_try,  # the PIN dialog warns and wants a tick
            shown=self._page.digests,
            wish=look.wish,
        )

    def _sign(self, ids: list[int], again: str = "ask") -> None:
        choice = self._choice(again)
        if choice is None or not ids:
            return
        page, workspace, boxes = self._page, archive_of(self._services), self._services.sandboxes
        page.notice.clear()
        title = _n("Sign {count} document", "Sign {count} documents", len(ids)).format(count=len(ids))
        self.job, future = self._services.lanes.start(
            "token", title, lambda job: signing.sign_documents(job, workspace, ids, choice, boxes=boxes)
        )
        self._jobs.watch(future, self._done, self._failed, context=self)
        page.progress.follow(self.job)
        self.judge()

    def _progressed(self, job: Job) -> None:
        if job is not self.job or not job.total:
            return
        page = self._page
        page.eta.setText(time_left(job))
        page.eta.setVisible(bool(page.eta.text()))

    def _finished(self, job: Job) -> None:
        if job is self.job:
            self.job = None
            self._page.progress.rest()
            self._page.eta.hide()
            self.judge()

    def _done(self, outcome: SignOutcome) -> None:
        page = self._page
        signed = set(outcome.signed)
        own = [p for p in outcome.problems if not p.code.startswith("token.")]  # the token's trouble is said once, not at each
        reasons = {i: p for p in own if (i := self._document_of(p)) is not None}
        for row in page.list.rows:
            if row.id in signed:
                page.list.mark_signed(row.id)
            elif row.id in reasons:
                page.list.mark_problem(row.id, reasons[row.id])
            elif row.id in outcome.skipped:
                page.list.mark(row.id, "signed", "muted", _("Left out: signed already"))
            elif row.id in self.todo:
                page.list.mark_waiting(row.id)
        self.todo = [i for i in self.todo if i not in signed and i not in outcome.skipped]
        page.forget_shown(outcome.signed)
        self._say_outcome(outcome, len(signed))
        self.judge()
        if page.list.current in signed:
            page.look_at(int(page.list.current or 0))  # what was made, as it is now
        page.finished_batch.emit(outcome)
        if outcome.stopped is not None and not isinstance(outcome.stopped, Cancelled):
            self.look_for_tokens()

    def _document_of(self, problem: Problem) -> int | None:
        """The document a problem speaks of: the desk names it by its code or by the file made for it."""
        stem = Path(problem.where).stem
        return next((row.id for row in self._page.list.rows if problem.where == row.code or stem == str(row.id)), None)

    def _say_outcome(self, outcome: SignOutcome, count: int) -> None:
        stopped, notice = outcome.stopped, self._page.notice
        done = _n("{count} document was signed and checked.", "{count} documents were signed and checked.", count)
        if stopped is not None and not isinstance(stopped, Cancelled):
            self._say_stopped(stopped, count)
        elif self.todo:
            rest = len(self.todo)
            words = _n("{count} document is not signed yet.", "{count} documents are not signed yet.", rest)
            notice.say("warning", words.format(count=rest), done.format(count=count) if count else "")
        else:
            notice.say("success", done.format(count=count))

    def _say_stopped(self, stopped: AppError, count: int) -> None:
        """What the token did, how far the batch came, and how to go on: nobody should have to count."""
        rest = len(self.todo)
        counted = _("{count} signed, {rest} not yet.").format(count=number_word(count), rest=number_word(rest))
        words = _n("Sign {count} document", "Sign {count} documents", rest).format(count=rest)
        go_on = _("What is signed stays signed. Put the token back in, then press “{button}” to go on with the rest.")
        back = stopped.code in ("token.removed", "token.absent")
        advice = go_on.format(button=words) if back else f"{stopped.advice} " + _("Then press “{button}”.").format(button=words)
        self._page.notice.say("danger", f"{stopped.message} {counted}", advice)

    def _failed(self, error: BaseException) -> None:
        self._page.notice.say_error(error)
        self.judge()
        self.look_for_tokens()  # the state of the PIN may have changed

    def give_up(self) -> None:
        """Leaving while looking stops that; signing under way goes on in the jobs panel."""
        self._gone.set()
        if self.looking is not None:
            self.looking.stop()

    # --- what stands there ---
    def judge(self) -> None:
        page, working, count = self._page, self.job is not None, len(self.todo)
        chosen = page.certificates.choice
        page.certificates.setEnabled(not working)
        page.refresh_button.setEnabled(not working and self.looking is None)
        page.look.set_busy(working)
        page.canvas.movable = not working
        button = page.sign_button
        button.setVisible(working or count > 0)
        if working:
            button.setText(_("Stop"))
            button.setEnabled(True)
            button.setToolTip("")
            return
        words = _n("Sign {count} document", "Sign {count} documents", count).format(count=count)
        button.setText(words if count else _("Sign"))
        button.setEnabled(chosen is not None and count > 0 and bool(page.list.rows))
        button.setToolTip("" if chosen is not None else _("Choose a certificate first."))
        button.setAccessibleDescription(button.toolTip())
