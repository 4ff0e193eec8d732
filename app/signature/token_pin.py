"""The PIN inside the helper process: one buffer, overwritten as soon as it is not needed. Nothing here is heavy to import."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class Pin:
    """Holds the PIN for the batch. The driver's binding asks for `encode()`; what that gave out is overwritten by `forget`."""

    def __init__(self, secret: bytearray) -> None:
        self._secret = secret
        self._given: list[bytes] = []

    def __len__(self) -> int:
        return len(self._secret)

    def __repr__(self) -> str:
        return "Pin(…)"

    def encode(self, _codec: str = "utf-8") -> bytes:
        """As a `str` does; the copy is remembered so that it can be overwritten."""
        given = bytes(self._secret)
        self._given.append(given)
        return given

    def forget_copies(self) -> None:
        """Overwrites what `encode` gave out: the driver has taken its own copy by now."""
        for given in self._given:
            overwrite(given)
        self._given.clear()

    def forget(self) -> None:
        self.forget_copies()
        wipe(self._secret)


def wipe(secret: bytearray) -> None:
    secret[:] = bytes(len(secret))


def overwrite(value: bytes) -> None:
    """Zeroes a bytes object that nobody else holds (a fresh copy of more than one byte; single bytes are shared in CPython)."""
    if len(value) > 1:
        ctypes.memset(id(value) + sys.getsizeof(value) - len(value) - 1, 0, len(value))


def no_dumps() -> None:
    """For good: a crash leaves no core file, and no other process of this user may read our memory."""
    if sys.platform == "win32":
        # no "report this problem" with a memory dump: SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX
        ctypes.windll.kernel32.SetErrorMode(0x0001 | 0x0002)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    set_dumpable(False)


@contextmanager
def no_dumps_meanwhile() -> Iterator[None]:
    """The same for the main process while a PIN passes through it; afterwards as before."""
    if sys.platform == "win32":
        yield
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_CORE)
    was = set_dumpable(False)
    resource.setrlimit(resource.RLIMIT_CORE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
        if was:
            set_dumpable(True)


PR_GET_DUMPABLE, PR_SET_DUMPABLE = 3, 4


def set_dumpable(on: bool) -> bool:
    """Linux: whether the process may be dumped or traced; what it was before. Elsewhere nothing, and False."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None)
    was = bool(libc.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1)
    libc.prctl(PR_SET_DUMPABLE, int(on), 0, 0, 0)
    return was
