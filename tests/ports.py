"""A port of this machine that stays ours while nobody listens on it."""

from __future__ import annotations

import socket
import sys


class KeptPort:
    """`number` for a server that starts later or again. Until `close` the system gives it to nobody else, also not as the near end
    of a connection, and whoever connects before the server listens is refused.

    It is bound, but doesn't listen, so that a server which reuses addresses (ours and clamd do) can take it.
    """

    def __init__(self) -> None:
        self._held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":
            self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", 0))
        self.number: int = self._held.getsockname()[1]

    def close(self) -> None:
        self._held.close()
