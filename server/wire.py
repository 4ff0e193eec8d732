"""uvicorn's HTTP/1.1 with one addition: a connection that never finishes the head of a request is closed."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """Waits `patience` seconds for the first request's head, no longer: held-open connections would use up the server."""

    patience = 30.0
    _deadline: asyncio.TimerHandle | None = None

    @classmethod
    def within(cls, seconds: float) -> type[PatientProtocol]:
        return type("PatientProtocol", (cls,), {"patience": seconds})

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._deadline = self.loop.call_later(self.patience, self._too_late)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline:
            self._deadline.cancel()
        super().connection_lost(exc)

    def _too_late(self) -> None:
        cycle: object = self.cycle  # uvicorn declares it as never None; it is until the first head has come
        if cycle is None and not self.transport.is_closing():
            self.transport.close()
