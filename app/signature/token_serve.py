"""The pipes of a helper process that holds a token: requests in, answers out, and what happens while nobody asks.

One JSON object a line; a line with `"pin_size": n` is followed by n raw bytes, the PIN, which so never becomes a string. While
the helper waits it looks every two seconds whether the token is still there, and logs out when nobody has signed for a while.
"""

from __future__ import annotations

import io
import json
import os
import queue
import sys
import threading
import time
from typing import Any, Protocol

from app.signature.token_pin import no_dumps, wipe

TICK = 2.0  # seconds between looks at the token
ROOM = 1 << 20  # bytes of the first buffer; it grows with a longer request
LONGEST = 16 << 20


class Desk(Protocol):
    """Answers requests; `tick` is called while none comes, with monotonic seconds."""

    def answer(self, request: dict[str, Any]) -> dict[str, Any]: ...

    def tick(self, now: float) -> None: ...


class Requests:
    """Reads requests from a raw file into one buffer, in which a PIN is overwritten as soon as it was taken out."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._buffer = bytearray(ROOM)
        self._end = 0

    def next(self) -> dict[str, Any] | None:
        """The next request, its PIN as a bytearray under "pin"; None at the end of the pipe."""
        while (at := self._buffer.find(b"\n", 0, self._end)) < 0:
            if not self._more():
                return None
        request: dict[str, Any] = json.loads(bytes(self._buffer[:at]))
        size = int(request.pop("pin_size", -1))
        while self._end < at + 1 + max(size, 0):
            if not self._more():
                return None
        if size >= 0:
            request["pin"] = self._buffer[at + 1 : at + 1 + size]
        self._drop(at + 1 + max(size, 0))
        return request

    def _more(self) -> bool:
        if self._end == len(self._buffer):
            if len(self._buffer) >= LONGEST:
                return False
            self._buffer += bytes(len(self._buffer))
        with memoryview(self._buffer) as view:
            got = self._file.readinto(view[self._end :]) or 0
        self._end += got
        return got > 0

    def _drop(self, count: int) -> None:
        rest = self._end - count
        self._buffer[:rest] = self._buffer[count : self._end]
        self._buffer[rest : self._end] = bytes(self._end - rest)
        self._end = rest


def serve(requests: io.FileIO, answers: io.FileIO, desk: Desk, tick: float = TICK) -> None:
    """Answers request after request until the pipe ends."""
    waiting: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    reader = Requests(requests)

    def read() -> None:
        try:
            while (request := reader.next()) is not None:
                waiting.put(request)
        finally:
            waiting.put(None)

    threading.Thread(target=read, name="requests", daemon=True).start()
    while True:
        try:
            request = waiting.get(timeout=tick)
        except queue.Empty:
            desk.tick(time.monotonic())
            continue
        if request is None:
            return
        try:
            answers.write(json.dumps(desk.answer(request)).encode() + b"\n")
        finally:
            if isinstance(request.get("pin"), bytearray):
                wipe(request["pin"])


def private_pipes() -> tuple[io.FileIO, io.FileIO]:
    """The pipes for us alone: what a driver prints or reads goes to nowhere."""
    requests, answers = io.FileIO(os.dup(0), "rb"), io.FileIO(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return requests, answers


def work(desk: Desk) -> None:
    """The life of a helper process."""
    no_dumps()
    requests, answers = private_pipes()
    try:
        serve(requests, answers, desk, float(os.environ.get("VANKHO_TOKEN_TICK") or TICK))
    finally:
        desk.answer({"op": "close"})
        sys.stdout = sys.stderr = None
        os._exit(0)  # a driver's exit handlers are where many of them hang
