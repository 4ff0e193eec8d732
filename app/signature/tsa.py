"""The time-stamp services of an office in their order: which is asked, how often at once, and what happens when one does not answer.

The state's own service takes 2 to 131 seconds and serves only a few callers at once, so: a long limit, few at a time, a pause
between requests where the operator asks for one, two more tries with a growing wait, then the next service. One that failed is
left in peace for a while, so that a batch does not wait for it with every file.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from app.errors import AppError, Cancelled
from app.i18n import _
from app.signature.timestamp import TIMEOUT, TimestampService
from app.signature.trust import Trust

AT_ONCE = 8
NARROW = {"tsa.ca.gov.vn": 4}  # services that serve fewer at once, as those who use them found
WAITS = (2.0, 4.0)  # seconds before the second and the third try
REST = 120.0  # seconds that a service is not asked after it failed
PASSING = {"tsa.unreachable"}  # worth another try at the same service
GRAIN = 0.25  # seconds between looks at "stop" while waiting


class Stamper(Protocol):
    """Whoever gives time stamps: one service, or several in order."""

    def stamp(self, signature: bytes) -> bytes: ...

    def stamp_digest(self, imprint: bytes, digest: str = "sha256") -> bytes: ...


@dataclass(slots=True)
class _Desk:
    """One service with its state."""

    service: TimestampService
    room: threading.Semaphore
    turn: threading.Lock = field(default_factory=threading.Lock)
    last: float = -1e9  # monotonic seconds of the last request
    rests_until: float = -1e9


class TimestampServices(Stamper):
    """`stopping` is asked while waiting: True ends the wait with Cancelled. Safe on any thread."""

    def __init__(
        self,
        services: Sequence[TimestampService],
        *,
        at_once: int = AT_ONCE,
        pause: float = 0.0,
        waits: Sequence[float] = WAITS,
        rest: float = REST,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._desks = [_Desk(one, threading.Semaphore(min(at_once, NARROW.get(host_of(one), at_once)))) for one in services]
        self._pause = pause
        self._waits = tuple(waits)
        self._rest = rest
        self._stopping = stopping

    @classmethod
    def of(
        cls,
        addresses: str,
        *,
        trust: Trust | None = None,
        strict: bool = False,
        timeout: float = TIMEOUT,
        pause: float = 0.0,
        stopping: Callable[[], bool] = lambda: False,
    ) -> TimestampServices | None:
        """From addresses with spaces or line ends between them, as the settings keep them; None for an empty text."""
        services = [TimestampService(url, timeout, trust, strict) for url in addresses.split()]
        return cls(services, pause=pause, stopping=stopping) if services else None

    def stamp(self, signature: bytes) -> bytes:
        """The token over a signature value. Raises as `stamp_digest`."""
        return self.stamp_digest(hashlib.sha256(signature).digest())

    def stamp_digest(self, imprint: bytes, digest: str = "sha256") -> bytes:
        """The token over a digest of that algorithm from the first service that gives a good one.

        Raises the last service's `tsa.*`; Cancelled when the person stops.
        """
        failure: AppError | None = None
        for desk in self._in_order():
            try:
                return self._ask(desk, imprint, digest)
            except Cancelled:
                raise
            except AppError as error:
                failure = error
                desk.rests_until = time.monotonic() + self._rest
        raise failure or no_service()

    def _in_order(self) -> list[_Desk]:
        """Those that rest come last: better a tired one than none."""
        now = time.monotonic()
        return sorted(self._desks, key=lambda desk: desk.rests_until > now)

    def _ask(self, desk: _Desk, imprint: bytes, digest: str) -> bytes:
        for wait in (*self._waits, None):
            try:
                with self._admitted(desk):
                    return desk.service.stamp_digest(imprint, digest)
            except AppError as error:
                if wait is None or error.code not in PASSING or desk.rests_until > time.monotonic():
                    raise
                self._sleep(wait)
        raise AssertionError  # the last try returns or raises

    @contextlib.contextmanager
    def _admitted(self, desk: _Desk) -> Iterator[None]:
        while not desk.room.acquire(timeout=GRAIN):
            self._check()
        try:
            with desk.turn:
                self._sleep(desk.last + self._pause - time.monotonic())
                desk.last = time.monotonic()
            yield
        finally:
            desk.room.release()

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._check()
            time.sleep(min(left, GRAIN))

    def _check(self) -> None:
        if self._stopping():
            raise Cancelled


def host_of(service: TimestampService) -> str:
    try:
        return urlsplit(service.url).hostname or ""
    except ValueError:
        return ""


def no_service() -> AppError:
    return AppError(
        "sign.no_timestamp_service",
        _("A time stamp is wanted, but no time-stamp service is set."),
        _("Enter the address of the service in the settings, or sign with level B."),
    )
