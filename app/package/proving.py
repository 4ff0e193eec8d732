"""SHA-256 on a thread of its own, while the same bytes are read and written elsewhere.

Hashing lets go of the interpreter, so it costs next to no wall time. A file that turns out wrong is told to the writer at its
next step, at the latest before the package gets its name.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable

AHEAD = 8  # chunks that may wait to be hashed


class Digest:
    """One SHA-256 in the making; `hex` counts when everything fed was hashed."""

    def __init__(self) -> None:
        self._sum = hashlib.sha256()

    def update(self, chunk: bytes) -> None:
        self._sum.update(chunk)

    @property
    def hex(self) -> str:
        return self._sum.hexdigest()


class Prover:
    """Takes chunks in order; used as a context, it has hashed everything when the context ends."""

    def __init__(self) -> None:
        self._work: queue.Queue[Callable[[], None] | None] = queue.Queue(maxsize=AHEAD)
        self._thread = threading.Thread(target=self._run, name="package-digest", daemon=True)
        self.wrong: str | None = None  # the first thing whose digest was not the expected one

    def __enter__(self) -> Prover:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Waits until everything is hashed."""
        if self._thread.is_alive():
            self._work.put(None)
            self._thread.join()

    def feed(self, digest: Digest, chunk: bytes) -> None:
        self._work.put(lambda: digest.update(chunk))

    def expect(self, digest: Digest, sha256: str, what: str) -> None:
        """`digest` is complete and must be `sha256` (hex, any case); else `what` is `wrong`."""
        self._work.put(lambda: self._compare(digest, sha256, what))

    def _compare(self, digest: Digest, sha256: str, what: str) -> None:
        if self.wrong is None and digest.hex != sha256.lower():
            self.wrong = what

    def _run(self) -> None:
        while (step := self._work.get()) is not None:
            step()
