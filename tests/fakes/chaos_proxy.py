"""A bad line: a TCP proxy on loopback that cuts, stalls, or answers in the server's place, as a list of faults tells it.

Each accepted connection takes the next fault of the plan; when the plan is used up connections just pass. Counts what went through.
"""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType

_BLOCK = 65536


@dataclass(frozen=True)
class Pass:
    """Nothing happens to this connection."""


@dataclass(frozen=True)
class Cut:
    """The connection is reset after so many bytes from the desk (`up`) or from the server (`down`)."""

    up: int | None = None
    down: int | None = None


@dataclass(frozen=True)
class Stall:
    """After so many bytes from the desk nothing moves any more, and nobody hangs up."""

    up: int = 0


@dataclass(frozen=True)
class Reply:
    """Somebody else answers the first request: a captive portal, a gateway."""

    data: bytes


def html(status: str = "200 OK", body: str = "<html><body>Sign in to the guest network</body></html>") -> Reply:
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return Reply((head + body).encode())


def bad_gateway() -> Reply:
    return html("502 Bad Gateway", "<html><body>502 Bad Gateway</body></html>")


Fault = Pass | Cut | Stall | Reply


@dataclass
class _Count:
    connections: int = 0
    up: int = 0  # bytes from the desk that reached the server
    down: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class ChaosProxy:
    """`with ChaosProxy(url, [Cut(up=5000), Stall()]) as proxy: … proxy.url`."""

    def __init__(self, target: str, plan: Iterable[Fault] = (), forever: Fault | None = None) -> None:
        """`forever`: the fault of every connection after the plan."""
        host, _, port = target.rpartition("/")[2].partition(":")
        self._target = (host, int(port))
        self._plan: Iterator[Fault] = iter(list(plan))
        self.forever: Fault = forever or Pass()
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        self.count = _Count()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> ChaosProxy:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                desk, _address = self._listener.accept()
            except OSError:
                return
            self.count.connections += 1
            self._start(self._serve, desk, next(self._plan, self.forever))

    def _serve(self, desk: socket.socket, fault: Fault) -> None:
        with desk, contextlib.suppress(OSError):
            if isinstance(fault, Reply):
                self._reply(desk, fault)
                return
            with socket.create_connection(self._target) as server:
                self._carry(desk, server, fault)

    def _reply(self, desk: socket.socket, fault: Reply) -> None:
        """Answers once the head is there and reads on until the desk hangs up, so that it can see the answer."""
        got = b""
        while b"\r\n\r\n" not in got and (block := self._receive(desk)):
            got += block
        desk.sendall(fault.data)
        desk.shutdown(socket.SHUT_WR)
        while self._receive(desk):
            pass

    def _carry(self, desk: socket.socket, server: socket.socket, fault: Fault) -> None:
        up = down = 0
        while not self._closing.is_set():
            ready, _, _ = select.select([desk, server], [], [], 0.1)
            for side in ready:
                block = side.recv(_BLOCK)
                if not block:
                    return
                if side is desk:
                    block, over = self._allowed(block, up, fault.up if isinstance(fault, Cut | Stall) else None)
                    server.sendall(block)
                    up += len(block)
                    self.count.up += len(block)
                else:
                    block, over = self._allowed(block, down, fault.down if isinstance(fault, Cut) else None)
                    desk.sendall(block)
                    down += len(block)
                    self.count.down += len(block)
                if over and isinstance(fault, Stall):
                    self._closing.wait()
                if over:
                    _reset(desk)
                    _reset(server)
                    return

    def _allowed(self, block: bytes, gone: int, limit: int | None) -> tuple[bytes, bool]:
        if limit is None or gone + len(block) < limit:
            return block, False
        return block[: limit - gone], True

    def _receive(self, side: socket.socket) -> bytes:
        while not self._closing.is_set():
            if select.select([side], [], [], 0.1)[0]:
                return side.recv(_BLOCK)
        return b""


def _reset(side: socket.socket) -> None:
    """Hangs up with RST, as a broken line does."""
    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    side.close()
