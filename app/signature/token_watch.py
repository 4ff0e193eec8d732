"""Notices tokens that are plugged in and pulled out, without a PIN and without disturbing a session that signs.

Each driver is asked in a helper process of its own, every two seconds; one that hangs or crashes is started again after a while and
keeps nobody waiting.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from app.errors import AppError
from app.signature.modules import check_module, command_for
from app.signature.token_process import TokenProcess

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds between questions
PATIENCE = 10.0  # seconds for an answer
STARTING = 30.0  # for the first one: a cold disk, a virus scanner and the driver's own start lie before it
AFTER_FAILURE = 15.0
Present = frozenset[tuple[str, str]]  # serial number and label of each token


class TokenWatch:
    """Calls `changed(module, tokens)` on a thread of its own, first with what is there, then at each change, until `close`.

    `tokens` are (serial, label) pairs; an empty set also stands for a driver that does not answer.
    Whoever can't wait for the end gives an event `end` and sets it.
    """

    def __init__(
        self,
        modules: Sequence[Path],
        changed: Callable[[Path, Present], None],
        *,
        every: float = EVERY,
        after_failure: float = AFTER_FAILURE,
        approved: Collection[str] = (),
        worker: Sequence[str] | None = None,
        end: threading.Event | None = None,
    ) -> None:
        self._changed = changed
        self._every, self._after_failure = every, after_failure
        self._approved, self._worker = tuple(approved), worker
        self._end = end or threading.Event()
        self._seen: dict[Path, Present] = {}
        self._threads = [
            threading.Thread(target=self._watch, args=(module,), name="token-watch", daemon=True) for module in modules
        ]
        for thread in self._threads:
            thread.start()

    @property
    def present(self) -> Present:
        """What was there when each driver was asked last."""
        return frozenset[tuple[str, str]]().union(*list(self._seen.values()))

    def close(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(PATIENCE + 5)

    def _watch(self, module: Path) -> None:
        last: Present | None = None
        process: TokenProcess | None = None
        try:
            while not self._end.is_set():
                wait, patience = self._every, PATIENCE
                try:
                    if process is None:
                        path = check_module(module, self._approved)
                        process, patience = TokenProcess(self._worker or command_for(path)), STARTING
                    rows = process.ask({"op": "slots", "module": str(module.resolve())}, patience)["tokens"]
                    now: Present = frozenset((str(serial), str(label)) for serial, label in rows)
                except AppError as error:
                    log.info("token driver %s: %s", module.name, error.code)
                    now, wait = frozenset(), self._after_failure
                    if process is not None:
                        process.kill()
                        process = None
                self._seen[module] = now
                if now != last and not self._end.is_set():
                    last = now
                    self._tell(module, now)
                self._end.wait(wait)
        finally:
            if process is not None:
                process.close(1)

    def _tell(self, module: Path, now: Present) -> None:
        with contextlib.suppress(Exception):  # the listener's trouble must not end the watch
            self._changed(module, now)
