"""Questions to the catalog that run beside the window: asked here, answered on the window's thread.

One matter has one key: when it is asked again before the answer came, the older answer is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)
T = TypeVar("T")


class Readable(Protocol):
    """What can be read: `storage.catalog.Catalog` is one."""

    def read(self) -> AbstractContextManager[Session]: ...


Failed = Callable[[BaseException], None]
Answer = tuple[str, int, Future[Any], Callable[[Any], None], Failed | None]


class Reads(QObject):
    """Runs reads on two threads and small writes, in order, on a third. Answers come on the window's thread."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="ui-read")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="ui-write")
        self._newest: dict[str, int] = {}
        self._count = 0
        self._open = 0
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.on_error: Failed = lambda error: log.error("read failed", exc_info=error)

    def ask(self, key: str, source: Readable, query: Callable[[Session], T], then: Callable[[T], None]) -> None:
        """Calls `then(query(session))` later, unless the same key was asked again meanwhile."""

        def run() -> T:
            with source.read() as session:
                return query(session)

        self.run(key, run, then)

    def run(self, key: str, work: Callable[[], T], then: Callable[[T], None], failed: Failed | None = None) -> None:
        """Calls `then(work())` later; `work` runs on a reading thread and must not touch widgets."""
        if self._closed:
            return
        number = self._number(key)
        future = self._pool.submit(self._work, key, number, work)
        future.add_done_callback(lambda f: self._tell((key, number, f, then, failed)))

    def write(self, work: Callable[[], T], then: Callable[[T], None] | None = None, failed: Failed | None = None) -> None:
        """Does a short write, one after the other; each is done, also when the window closes meanwhile."""
        if self._closed:
            return
        key = f"write:{self._count}"
        number = self._number(key)
        future = self._writer.submit(work)
        future.add_done_callback(lambda f: self._tell((key, number, f, then or _nothing, failed)))

    def forget(self, key: str) -> None:
        """Drops the answer that is still on its way."""
        self._newest.pop(key, None)

    @property
    def busy(self) -> bool:
        return self._open > 0

    def close(self) -> None:
        """Ends every write, drops every read."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)

    def _number(self, key: str) -> int:
        self._count += 1
        self._open += 1
        self._newest[key] = self._count
        return self._count

    def _work(self, key: str, number: int, work: Callable[[], T]) -> T | None:
        return work() if self._newest.get(key) == number else None

    def _tell(self, answer: Answer) -> None:
        if not self._closed:
            self._answered.emit(answer)

    @Slot(object)
    def _deliver(self, answer: Answer) -> None:
        key, number, future, then, failed = answer
        self._open -= 1
        if self._closed or future.cancelled() or self._newest.get(key) != number:
            return
        del self._newest[key]
        error = future.exception()
        if error is not None:
            (failed or self.on_error)(error)
        else:
            then(future.result())


def _nothing(_result: object) -> None:
    pass
