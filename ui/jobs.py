"""The bridge between work on threads and the window.

A `Job` speaks from its own thread; widgets may be touched from the window's thread only. `JobsBridge` is the
`app.jobs.Listener` that carries one to the other: changes arrive coalesced (at most every 40 ms, however often the
verb reports), results arrive through `watch`, and a question blocks the worker, never the window.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from app.errors import Cancelled
from app.jobs import Job, Question, State

log = logging.getLogger(__name__)

TICK_MS = 40
ENDED = frozenset({State.DONE, State.STOPPED, State.FAILED})


class Asked:
    """A question that waits for the person. Answered once; later answers are ignored.

    `withdrawn` handlers run on the window's thread when the job was stopped before the answer: the dialog then closes
    itself.
    """

    def __init__(self, job: Job, question: Question) -> None:
        self.job = job
        self.question = question
        self.on_withdrawn: Callable[[], None] | None = None
        self._answer: Any = None
        self._done = threading.Event()
        self._lock = threading.Lock()

    def answer(self, value: Any) -> None:
        """Lets the worker go on with `value`; None declines, and the verb is cancelled."""
        with self._lock:
            if not self._done.is_set():
                self._answer = value
                self._done.set()

    @property
    def answered(self) -> bool:
        return self._done.is_set()

    def wait(self) -> Any:
        """The answer; called on the worker's thread. Gives up (None) when the job is asked to stop."""
        while not self._done.wait(0.1):
            if self.job.stopping:
                self.answer(None)
        return self._answer


class JobsBridge(QObject):
    """Hears jobs on their threads and tells the window on its own.

    Signals: `job_started(Job)` once a job is first heard of, `job_changed(Job)` for progress, `job_finished(Job)`
    once at its end. Who `watch`es it is called right after that, in the same turn of the window: nothing can be seen or
    pressed between the two.
    """

    job_started = Signal(object)
    job_changed = Signal(object)
    job_finished = Signal(object)

    _wake = Signal()
    _ended = Signal(object)
    _ask = Signal(object)
    _withdraw = Signal(object)
    _settled = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._pending: dict[int, Job] = {}
        self._known: set[int] = set()
        self._open: list[Asked] = []
        self._watched: dict[Future[Any], _Watch] = {}
        self._handler: Callable[[Asked], None] | None = None
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._deliver)
        queued = Qt.ConnectionType.QueuedConnection
        self._wake.connect(self._schedule, queued)
        self._ended.connect(self._end, queued)
        self._ask.connect(self._show_question, queued)
        self._withdraw.connect(self._withdraw_question, queued)
        self._settled.connect(self._settle, queued)

    # --- app.jobs.Listener, from any thread ---
    def changed(self, job: Job) -> None:
        with self._lock:
            if self._closed:
                return
            over = job.over
            first = not self._pending
            if over:
                self._pending.pop(job.id, None)
            else:
                self._pending[job.id] = job
        if over:  # in its turn, behind all that the job's thread has told the window before
            self._ended.emit(job)
        elif first:
            self._wake.emit()

    def ask(self, job: Job, question: Question) -> Any:
        """Blocks the calling worker until the person answers; None when declined, stopped or closing."""
        if QThread.currentThread() is self.thread():
            raise RuntimeError("a question was asked on the window's own thread: it would wait for itself")
        asked = Asked(job, question)
        with self._lock:
            if self._closed or self._handler is None:
                return None
            self._open.append(asked)
        self._ask.emit(asked)
        answer = asked.wait()
        with self._lock:
            self._open.remove(asked)
            closed = self._closed
        if not closed:
            self._withdraw.emit(asked)
        return answer

    # --- for the window ---
    def answer_with(self, handler: Callable[[Asked], None]) -> None:
        """`handler(asked)` shows a dialog without blocking and calls `asked.answer` when the person has decided."""
        self._handler = handler

    def watch(
        self,
        future: Future[Any],
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[BaseException], None] | None = None,
        context: QObject | None = None,
    ) -> None:
        """Calls back on the window's thread with the result or the error. Cancel is silence: neither is called.

        With `context`, nothing is called once that object is gone.
        """
        self._watched[future] = _Watch(on_done, on_error, context)
        future.add_done_callback(self._tell_settled)

    @property
    def closed(self) -> bool:
        """Whether the window is going: nothing new should be started."""
        return self._closed

    def close(self) -> None:
        """Declines every open question and falls silent. Call it before `Lanes.close()`."""
        with self._lock:
            self._closed = True
            waiting = list(self._open)
        for asked in waiting:
            asked.answer(None)
        self._timer.stop()
        self._watched.clear()

    # --- on the window's thread ---
    @Slot()
    def _schedule(self) -> None:
        if not self._timer.isActive() and not self._closed:
            self._timer.start()

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            jobs, self._pending = list(self._pending.values()), {}
        for job in jobs:
            self._tell(job)

    def _tell(self, job: Job) -> None:
        if job.id not in self._known:
            self._known.add(job.id)
            self.job_started.emit(job)
        self.job_changed.emit(job)

    @Slot(object)
    def _end(self, job: Job) -> None:
        if self._closed:
            return
        self._tell(job)
        self._known.discard(job.id)
        self.job_finished.emit(job)
        if job.future is not None:
            self._settle(job.future)

    @Slot(object)
    def _show_question(self, asked: Asked) -> None:
        if asked.answered or self._handler is None:
            asked.answer(None)
            return
        try:
            self._handler(asked)
        except Exception:
            log.exception("the dialog for a question could not be shown")
            asked.answer(None)

    @Slot(object)
    def _withdraw_question(self, asked: Asked) -> None:
        if asked.on_withdrawn is not None:
            asked.on_withdrawn()

    def _tell_settled(self, future: Future[Any]) -> None:
        with self._lock:
            closed = self._closed
        if not closed:
            self._settled.emit(future)

    @Slot(object)
    def _settle(self, future: Future[Any]) -> None:
        watch = self._watched.pop(future, None)
        if watch is not None:
            self._deliver()  # a job's last progress is seen before its result
            watch.settle(future)


class _Watch:
    def __init__(
        self,
        on_done: Callable[[Any], None] | None,
        on_error: Callable[[BaseException], None] | None,
        context: QObject | None,
    ) -> None:
        self.on_done = on_done
        self.on_error = on_error
        self.context = context

    def settle(self, future: Future[Any]) -> None:
        if self.context is not None and not shiboken6.isValid(self.context):
            return
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            if self.on_done is not None:
                self.on_done(future.result())
        elif not isinstance(error, Cancelled | CancelledError) and self.on_error is not None:
            self.on_error(error)
