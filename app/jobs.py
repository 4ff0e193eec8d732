"""Long work: a verb gets a `Job`, reports through it, may be asked to stop, may ask the person.

The verb neither knows nor cares who listens: the window's jobs panel, the command line, a test. Nothing here knows Qt.

Lanes keep scarce things serial: the catalog has one writer, a token and a scanner serve one at a time; the network and the
processor take a few.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from app.errors import AppError, Cancelled, Problem

log = logging.getLogger(__name__)
T = TypeVar("T")

LANES = {"catalog": 1, "token": 1, "scanner": 1, "network": 4, "cpu": 2}


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(slots=True, frozen=True)
class Question:
    """Something only the person can answer. `kind` chooses the dialog: "pin", "choice", "password"."""

    kind: str
    title: str
    text: str
    choices: Sequence[str] = ()
    facts: dict[str, Any] = field(default_factory=dict)  # e.g. the certificate's owner, tries left


class Listener(Protocol):
    """Hears of a job from the job's own thread."""

    def changed(self, job: Job) -> None: ...

    def ask(self, job: Job, question: Question) -> Any:
        """The answer, or None when the person declines."""
        ...


class Silent:
    """Listens to nothing and answers nothing: for tests and work nobody watches."""

    def changed(self, job: Job) -> None:
        pass

    def ask(self, job: Job, question: Question) -> Any:
        return None


class Job:
    """One piece of long work, as its verb sees it."""

    _ids = itertools.count(1)

    def __init__(self, title: str = "", listener: Listener | None = None) -> None:
        self.id = next(Job._ids)
        self.title = title
        self.state = State.RUNNING
        self.done = 0
        self.total: int | None = None
        self.note = ""
        self.problems: list[Problem] = []
        self.error: BaseException | None = None
        self.started = time.monotonic()
        self.ended: float | None = None
        self.future: Future[Any] | None = None  # what becomes of it, where a lane runs it
        self.listener: Listener = listener or Silent()
        self._stop = threading.Event()

    # --- for the verb ---
    def progress(self, done: int, total: int | None = None, note: str | None = None) -> None:
        """Says how far the work is; raises Cancelled when the person asked to stop."""
        self.done = done
        self.total = total if total is not None else self.total
        self.note = note if note is not None else self.note
        self.listener.changed(self)
        self.check()

    def check(self) -> None:
        """Raises Cancelled when the person asked to stop. Call it wherever nothing is half done."""
        if self._stop.is_set():
            raise Cancelled

    def problem(self, where: str, error: AppError) -> Problem:
        """Notes an item that could not be done; the batch goes on."""
        found = Problem.of(where, error)
        self.problems.append(found)
        log.warning("%s: %s (%s) %s", where, error.code, error.message, error.detail)
        self.listener.changed(self)
        return found

    def ask(self, question: Question) -> Any:
        """Waits for the person's answer; declining raises Cancelled."""
        answer = self.listener.ask(self, question)
        if answer is None:
            raise Cancelled
        return answer

    def part(self) -> Job:
        """For a step inside this job that counts in its own units: it stops with the job, and its numbers stay its own."""
        inner = Job(self.title)
        inner._stop = self._stop
        return inner

    # --- for whoever watches ---
    @property
    def over(self) -> bool:
        """Whether its result or its error is there: from then on a lane tells its listener nothing but the end."""
        return self.future is not None and self.future.done()

    def stop(self) -> None:
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.started

    @property
    def rate(self) -> float:
        """Items a minute; 0 before the first."""
        return self.done / self.seconds * 60 if self.seconds > 0 else 0.0


class Lanes:
    """Runs verbs on threads, so many at a time as the lane allows."""

    def __init__(self, listener: Listener | None = None, widths: dict[str, int] | None = None) -> None:
        self._listener = listener
        self._pools = {
            name: ThreadPoolExecutor(width, thread_name_prefix=f"lane-{name}") for name, width in (widths or LANES).items()
        }
        self._live: dict[int, Job] = {}
        self._lock = threading.Lock()

    def start(self, lane: str, title: str, verb: Callable[[Job], T]) -> tuple[Job, Future[T]]:
        """Queues `verb(job)`; the future holds its result or its exception, the job its state.

        The listener hears of the job before it can run, and of its end once, when the future is done.
        """
        job = Job(title, self._listener)
        job.state = State.WAITING
        with self._lock:
            self._live[job.id] = job
        job.listener.changed(job)
        future = self._pools[lane].submit(self._run, job, verb)
        job.future = future
        future.add_done_callback(lambda _done: self._tell_end(job))
        return job, future

    def _run(self, job: Job, verb: Callable[[Job], T]) -> T:
        end = State.FAILED
        try:
            job.state, job.started = State.RUNNING, time.monotonic()
            job.check()
            job.listener.changed(job)
            result = verb(job)
            end = State.DONE
            return result
        except Cancelled as stopped:
            end, job.error = State.STOPPED, stopped
            raise
        except BaseException as error:
            job.error = error
            if not isinstance(error, AppError):
                log.exception("job %s failed", job.title)
            raise
        finally:
            job.ended = time.monotonic()
            job.state = end  # last: who sees that it ended sees how
            self._forget(job)

    def _tell_end(self, job: Job) -> None:
        if job.ended is None:  # its turn never came
            job.state, job.ended = State.STOPPED, time.monotonic()
            self._forget(job)
        job.listener.changed(job)

    def _forget(self, job: Job) -> None:
        with self._lock:
            self._live.pop(job.id, None)

    @property
    def live(self) -> list[Job]:
        with self._lock:
            return list(self._live.values())

    def close(self, *, stop: bool = True) -> None:
        """Asks everything to stop and waits for it."""
        if stop:
            for job in self.live:
                job.stop()
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=stop)
