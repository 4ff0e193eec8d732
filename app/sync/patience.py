"""How long to go on trying, and how long to rest between tries."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from app.sync.faults import LineError

T = TypeVar("T")

FIRST_REST = 1.0  # seconds
LONGEST_REST = 300.0
_SLICE = 0.2  # of a rest: so often it is asked whether to stop
_random = random.SystemRandom()


class Clock(Protocol):
    """Time as an argument: tests bring their own."""

    def monotonic(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class Patience:
    """Tries again what may pass by itself, until nothing has moved for `seconds`. Shared by all senders of one batch."""

    def __init__(
        self,
        seconds: float,
        check: Callable[[], None],
        clock: Clock = time,
        jitter: Callable[[float, float], float] = _random.uniform,
    ) -> None:
        """`check` raises when the work shall stop."""
        self._seconds = seconds
        self._check = check
        self._clock = clock
        self._jitter = jitter
        self._lock = threading.Lock()
        self._moved_at = clock.monotonic()

    def moved(self) -> None:
        """Something got through: the waiting begins anew."""
        with self._lock:
            self._moved_at = self._clock.monotonic()

    def insist(self, attempt: Callable[[], T], broke: Callable[[LineError], None] = lambda _error: None) -> T:
        """The result of `attempt`, tried again with full jitter after each passing failure; the last failure at the end.

        `broke` hears of each failure before the rest.
        """
        tries = 0
        while True:
            self._check()
            moved_before = self._moved_at
            try:
                result = attempt()
            except LineError as error:
                if not error.passing:
                    raise
                broke(error)
                tries = 1 if self._moved_at != moved_before else tries + 1
                self._rest(tries, error)
            else:
                self.moved()
                return result

    def _rest(self, tries: int, error: LineError) -> None:
        rest = max(rest_after(tries, self._jitter), error.wait or 0.0)
        now = self._clock.monotonic()
        if now + rest > self._moved_at + self._seconds:
            raise error
        while (left := now + rest - self._clock.monotonic()) > 0:
            self._check()
            self._clock.sleep(min(left, _SLICE))


def rest_after(
    tries: int,
    jitter: Callable[[float, float], float] = _random.uniform,
    first: float = FIRST_REST,
    longest: float = LONGEST_REST,
) -> float:
    """Seconds to rest after so many failures in a row: anything up to a limit that doubles (full jitter)."""
    return jitter(0.0, min(longest, first * 2.0 ** min(tries - 1, 30)))
