"""What the program is doing: a row for each piece of work, with progress, rate, time left and Stop."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.errors import AppError, Problem
from app.i18n import _, _n
from app.jobs import Job, State
from ui import icons, theme
from ui.jobs import ENDED, JobsBridge

SHOWN_PROBLEMS = 50  # different sentences
SHOWN_NAMES = 6
KEPT_FINISHED = 30


def time_left(job: Job) -> str:
    """In plain words; "" when it can't be told yet."""
    if job.total is None or job.done <= 0 or job.rate <= 0 or job.done >= job.total:
        return ""
    seconds = (job.total - job.done) / job.rate * 60
    if seconds < 50:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return _n("about {count} minute left", "about {count} minutes left", minutes).format(count=minutes)
    hours = round(minutes / 60)
    return _n("about {count} hour left", "about {count} hours left", hours).format(count=hours)


def describe(job: Job) -> str:
    """How far a job is, in one line."""
    match job.state:
        case State.WAITING:
            return _("Waiting for its turn")
        case State.STOPPED:
            return _("Stopped after {done}").format(done=job.done) if job.done else _("Stopped")
        case State.FAILED:
            error = job.error
            return error.message if isinstance(error, AppError) else _("The program made a mistake here.")
        case State.DONE:
            done = _n("Done: {count} item", "Done: {count} items", job.done).format(count=job.done) if job.done else _("Done")
            bad = len(job.problems)
            return f"{done} · {_n('{count} problem', '{count} problems', bad).format(count=bad)}" if bad else done
    if job.stopping:
        return _("Stopping…")
    count = f"{job.done}/{job.total}" if job.total else (str(job.done) if job.done else "")
    rate = _("{rate} a minute").format(rate=_rate(job.rate)) if job.done and job.seconds > 2 else ""
    return " · ".join(part for part in (count, rate, time_left(job), job.note) if part) or _("Working…")


def sign_of(job: Job) -> tuple[str, str]:
    """Icon and ink role of a job's state; no icon while it runs."""
    match job.state:
        case State.FAILED:
            return ("error", "danger")
        case State.STOPPED:
            return ("stop", "muted")
        case State.DONE:
            return ("warning", "warning") if job.problems else ("done", "success")
        case State.WAITING:
            return ("clock", "muted")
    return ("", "muted")


def _rate(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 9.95 else f"{rate:.1f}".replace(".", ",")


def details_text(job: Job) -> str:
    """All problems of a job as text to send to whoever helps: no personal data beyond the names of the items."""
    lines = [f"{job.title} — {describe(job)}"]
    for problem in job.problems:
        lines.append(f"- {problem.where} [{problem.code}] {problem.message} {problem.advice}".rstrip())
    if isinstance(job.error, AppError):
        lines.append(f"[{job.error.code}] {job.error.message} {job.error.advice}".rstrip())
    elif job.error is not None:
        lines.append(type(job.error).__name__)
    return "\n".join(lines)


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """What went wrong, each sentence once with the names it is about: a folder may hold a hundred files of one wrong kind."""
    alike: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        alike.setdefault((problem.message, problem.advice), []).append(problem.where)
    lines = []
    for (message, advice), names in list(alike.items())[:SHOWN_PROBLEMS]:
        shown = ", ".join(names[:SHOWN_NAMES])
        if len(names) > SHOWN_NAMES:
            shown = _("{names} and {count} more").format(names=shown, count=len(names) - SHOWN_NAMES)
        lines.append(f"• {shown}: {message} {advice}".rstrip())
    if len(alike) > SHOWN_PROBLEMS:
        lines.append(_("… and {count} more; copy the details to see them.").format(count=len(alike) - SHOWN_PROBLEMS))
    return lines


class JobRow(QFrame):
    """One job."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.setProperty("role", "card")
        self._title = QLabel(job.title)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "strong")
        self._title.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress of “{title}”").format(title=job.title))
        self._sign = QLabel()
        self.line = QLabel()
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setWordWrap(True)
        self.stop_button = QPushButton(_("Stop"))
        self.stop_button.setAccessibleName(_("Stop “{title}”").format(title=job.title))
        self.stop_button.clicked.connect(self._stop)
        self.copy_button = QPushButton(_("Copy details"))
        self.copy_button.setProperty("role", "quiet")
        self.copy_button.setAccessibleName(_("Copy the details of “{title}”").format(title=job.title))
        self.copy_button.clicked.connect(self._copy)
        self.problems = QLabel()
        self.problems.setWordWrap(True)
        self.problems.setTextFormat(Qt.TextFormat.PlainText)
        self.problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._shown = -1
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.stop_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.bar)
        told = QHBoxLayout()
        told.setSpacing(6)
        told.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        told.addWidget(self.line, 1)
        column.addLayout(told)
        column.addWidget(self.problems)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def refresh(self) -> None:
        """Brings the row in line with its job."""
        job = self.job
        ended = job.state in ENDED
        self.line.setText(describe(job))
        bad = job.state is State.FAILED
        icon, role = sign_of(job)
        theme.restyle(self.line, "role", role)
        self._sign.setVisible(bool(icon))
        if icon:
            self._sign.setPixmap(icons.pixmap(icon, role, 16, self.devicePixelRatioF()))
        self.bar.setVisible(not ended)
        if job.total:
            self.bar.setRange(0, job.total)
            self.bar.setValue(min(job.done, job.total))
        else:
            self.bar.setRange(0, 0 if job.state is State.RUNNING else 1)
        if ended and self.stop_button.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else it would fall to some button at the other end of the window
        self.stop_button.setVisible(not ended)
        self.stop_button.setEnabled(not job.stopping)
        self.copy_button.setVisible(bool(job.problems) or bad)
        self._show_problems()

    def _show_problems(self) -> None:
        problems = self.job.problems
        advice = self.job.error.advice if isinstance(self.job.error, AppError) else ""
        count = len(problems) + bool(advice)
        if count == self._shown:
            return
        self._shown = count
        lines = problem_lines(problems)
        if advice:
            lines.append(advice)
        self.problems.setText("\n".join(lines))
        self.problems.setVisible(bool(lines))

    def _stop(self) -> None:
        self.job.stop()
        self.refresh()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(details_text(self.job))


class JobsPanel(QWidget):
    """All jobs, the newest on top. `reshaped()` when another height is wanted; `live_changed(count)` with how many wait or run."""

    live_changed = Signal(int)
    reshaped = Signal()  # rows came, went or grew

    def __init__(self, jobs: JobsBridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[int, JobRow] = {}
        self._told: dict[int, int] = {}  # job id → problems shown
        self._live = 0
        self.setAccessibleName(_("Running and finished work"))
        self._empty = QLabel(_("No work is running."))
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clear_button = QPushButton(_("Clear finished"))
        self.clear_button.setProperty("role", "quiet")
        self.clear_button.clicked.connect(self.clear_finished)
        self._column = self._lay_out()
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        jobs.job_started.connect(self._started)
        jobs.job_changed.connect(self._changed)
        jobs.job_finished.connect(self._finished)
        self._count()

    def _lay_out(self) -> QVBoxLayout:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(8)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        heading = QLabel(_("Work"))
        heading.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 8, 4)
        head.addWidget(heading)
        head.addStretch(1)
        head.addWidget(self.clear_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(self._empty, 1)
        outer.addWidget(scroll, 1)
        self._scroll, self._head, self._inner = scroll, head, inner
        return column

    def wanted_height(self) -> int:
        """Pixels that show every row without scrolling."""
        inner = self._inner
        width = self._scroll.viewport().width()
        rows = inner.heightForWidth(width) if inner.hasHeightForWidth() else inner.sizeHint().height()
        return self._head.sizeHint().height() + (rows if self._rows else self._empty.sizeHint().height() + 40)

    @property
    def live(self) -> int:
        """How many jobs wait or run."""
        return self._live

    def row(self, job: Job) -> JobRow | None:
        return self._rows.get(job.id)

    def clear_finished(self) -> None:
        for job_id in [i for i, row in self._rows.items() if row.job.state in ENDED]:
            self._drop(job_id)
        self._count()

    def _drop(self, job_id: int) -> None:
        row = self._rows.pop(job_id)
        self._told.pop(job_id, None)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _started(self, job: Job) -> None:
        if job.id not in self._rows:
            row = JobRow(job)
            self._rows[job.id] = row
            self._column.insertWidget(0, row)
            self._count()

    def _changed(self, job: Job) -> None:
        row = self._rows.get(job.id)
        if row is not None:
            told = len(job.problems)
            row.refresh()
            if told != self._told.get(job.id, 0):
                self._told[job.id] = told
                self.reshaped.emit()

    def _finished(self, job: Job) -> None:
        self._changed(job)
        if job.state is State.DONE and not job.done and not job.problems and job.id in self._rows:
            self._drop(job.id)  # a look for scanners or tokens: nothing to tell afterwards
        ended = [i for i, row in self._rows.items() if row.job.state in ENDED]
        for job_id in ended[:-KEPT_FINISHED]:
            self._drop(job_id)
        self._count()

    def _tick(self) -> None:
        """Time goes on while a job is silent."""
        for row in self._rows.values():
            if row.job.state is State.RUNNING:
                row.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            for row in getattr(self, "_rows", {}).values():
                row.refresh()

    def _count(self) -> None:
        live = sum(row.job.state not in ENDED for row in self._rows.values())
        self._empty.setVisible(not self._rows)
        self._scroll.setVisible(bool(self._rows))
        self.clear_button.setVisible(len(self._rows) > live)
        if live and not self._clock.isActive():
            self._clock.start()
        elif not live:
            self._clock.stop()
        self.reshaped.emit()
        if live != self._live:
            self._live = live
            self.live_changed.emit(live)
