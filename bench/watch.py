"""How long the window's thread leaves its events alone: a beat every few milliseconds, and the longest silence of each step."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS, POLL_MS = 4, 25
QUIET = 0.25  # seconds that a step is watched for after its end
LATE = 0.06  # silence after which a profiling run notes where the thread stands


@dataclass(slots=True)
class Silence:
    """The longest one of a step. `own`: seconds of it in which the thread itself worked; the rest it waited for a turn."""

    step: str
    part: str = ""
    longest: float = 0.0
    own: float = 0.0
    took: float = 0.0
    where: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Step:
    """`act` is done within one event of the window, as a click is; the step lasts until `ended` says so."""

    name: str
    act: Callable[[], Any]
    ended: Callable[[], bool] = lambda: True
    patience: float = 120.0
    part: str = ""


class Watch(QObject):
    """Walks through the steps and notes the longest silence of each."""

    def __init__(self, steps: Iterable[Step], done: Callable[[], None], *, profile: bool = False) -> None:
        super().__init__()
        self._steps: Iterator[Step] = iter(steps)
        self._done = done
        self.silences: list[Silence] = []
        self._now: Step | None = None
        self._begun = self._ended = 0.0
        self._last, self._cpu = time.perf_counter(), time.thread_time()
        self._beat, self._poll = QTimer(self), QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._tick)
        self._poll.timeout.connect(self._look)
        self._thread = threading.get_ident()
        self._running = True
        self._seen: list[str] = []
        if profile:
            threading.Thread(target=self._note_places, daemon=True).start()

    def begin(self) -> None:
        self._last, self._cpu = time.perf_counter(), time.thread_time()
        self._beat.start(BEAT_MS)
        self._poll.start(POLL_MS)

    def _tick(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        if self.silences and now - self._last > self.silences[-1].longest:
            worst = self.silences[-1]
            worst.longest, worst.own = now - self._last, cpu - self._cpu
            worst.where, self._seen = self._seen, []
        self._seen.clear()
        self._last, self._cpu = now, cpu

    def _look(self) -> None:
        now = time.perf_counter()
        if self._now is not None:
            if not self._now.ended():
                self._ended = 0.0
                if now - self._begun > self._now.patience:
                    raise SystemExit(f"the step did not end: {self._now.name}")
                return
            self._ended = self._ended or now
            if now - self._ended < QUIET:
                return
            self.silences[-1].took = self._ended - self._begun
        self._now, self._ended, self._begun = next(self._steps, None), 0.0, now
        if self._now is None:
            self._running = False
            self._beat.stop()
            self._poll.stop()
            self._done()
            return
        self.silences.append(Silence(self._now.name, self._now.part))
        self._now.act()

    def _note_places(self) -> None:
        """Where the window's thread stands while it is silent."""
        while self._running:
            time.sleep(0.008)
            if time.perf_counter() - self._last > LATE:
                frame = sys._current_frames().get(self._thread)
                lines = [f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in traceback.extract_stack(frame)[-7:]]
                self._seen.append(" < ".join(reversed(lines)))
