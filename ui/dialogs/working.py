"""A dialog whose verb is long work: one button starts and stops it, a bar shows it, its trouble stands inside; closing stops it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.jobs import Job
from app.services import Services
from ui.dialogs.base import VerbDialog
from ui.jobs import JobsBridge
from ui.widgets.job_progress import JobProgress


class WorkingDialog(VerbDialog):
    """Say in `begin` what the button starts, in `lock` what can't be chosen meanwhile, in `why_not` what is still missing."""

    def __init__(
        self,
        parent: QWidget | None,
        services: Services,
        jobs: JobsBridge,
        title: str,
        verb: str,
        *,
        intro: str = "",
        notes: bool = False,
    ) -> None:
        """`notes`: the bar also says what the work is at."""
        super().__init__(parent, title, verb, close=_("Close"), intro=intro)
        self._services, self._jobs = services, jobs
        self._job: Job | None = None
        self._verb = verb
        self.progress = JobProgress(jobs, notes=notes)
        self.agreed.connect(self.press)
        self.left.connect(self.stop)
        jobs.job_finished.connect(self._finished)

    # --- what each dialog says ---
    def begin(self) -> None:
        """The verb button was pressed while nothing runs."""
        raise NotImplementedError

    def lock(self, working: bool) -> None:
        """Work has begun or ended, or something was chosen."""

    def why_not(self) -> str:
        """What is still missing for the verb; "" when it can be done."""
        return ""

    # --- the work ---
    @property
    def working(self) -> bool:
        return self._job is not None

    def press(self) -> None:
        """Begins, or asks what runs to stop."""
        if self._job is None:
            self.begin()
            return
        self._job.stop()
        self.set_verb(_("Stopping…"))
        self.set_ready(False)

    def run(self, lane: str, title: str, verb: Callable[[Job], Any], done: Callable[[Any], None]) -> None:
        """Starts work; `done(result)` on the window's thread."""
        job, future = self._services.lanes.start(lane, title, verb)
        self._job = job

        def ended(result: Any) -> None:
            self._rest(job)
            done(result)

        def failed(error: BaseException) -> None:
            self._rest(job)
            self.notice.say_error(error)

        self._jobs.watch(future, ended, failed, context=self)
        self.progress.follow(job)
        self.judge()

    def stop(self) -> None:
        if self._job is not None:
            self._job.stop()

    def _finished(self, job: Job) -> None:
        self._rest(job)  # also when it was stopped: then nobody calls back

    def _rest(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.progress.rest()
            self.judge()

    def judge(self) -> None:
        """Whether the verb can be done, and what the button says."""
        working = self._job is not None
        why = "" if working else self.why_not()
        self.set_verb(_("Stop") if working else self._verb)
        self.set_ready(not why, why)
        self.lock(working)
