"""The bar of one running job, and its time left in words."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QWidget

from app.i18n import _, _n
from app.jobs import Job
from ui.jobs import JobsBridge


class JobProgress(QProgressBar):
    """Hidden until it follows a job; `notes` writes beside the percentage what the job is at."""

    def __init__(self, jobs: JobsBridge, parent: QWidget | None = None, *, notes: bool = False) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._notes = notes
        self.setAccessibleName(_("Progress"))
        self.hide()
        jobs.job_changed.connect(self._changed)

    def follow(self, job: Job) -> None:
        """Shows that it runs; how far, as soon as the job tells."""
        self._job = job
        self.setRange(0, 0)
        self.show()

    def rest(self) -> None:
        self._job = None
        self.hide()

    def _changed(self, job: Job) -> None:
        if job is self._job and job.total:
            self.setRange(0, job.total)
            self.setValue(min(job.done, job.total))
            if self._notes:
                self.setFormat(f"{job.note} · %p%" if job.note else "%p%")


def time_left(job: Job) -> str:
    """How many are done and about how long the rest takes; "" before the first."""
    total = job.total or 0
    if not job.done:
        return ""
    seconds = (total - job.done) * job.seconds / job.done
    counted = _("{done} of {total}").format(done=job.done, total=total)
    if seconds < 5:
        return counted
    rest = (
        _n("about {count} second left", "about {count} seconds left", round(seconds)).format(count=round(seconds))
        if seconds < 90
        else _n("about {count} minute left", "about {count} minutes left", round(seconds / 60)).format(
            count=round(seconds / 60)
        )
    )
    return f"{counted} · {rest}"
