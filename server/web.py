"""Between HTTP and the server's verbs: bodies within limits, problems as answers, the protocol's header on everything."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.sync.protocol import PROBLEM, VERSION, VERSION_HEADER, Problem
from app.sync.strict import Malformed
from server.limits import Limits
from server.problems import Refused

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Body:
    """A whole body in pieces."""

    chunks: Sequence[bytes]
    size: int

    @cached_property
    def sha256(self) -> str:
        """Costs time for each byte: to be asked for in a worker thread."""
        digest = hashlib.sha256()
        for chunk in self.chunks:
            digest.update(chunk)
        return digest.hexdigest()

    @property
    def data(self) -> bytes:
        return b"".join(self.chunks)


async def read_body(request: Request, largest: int, limits: Limits) -> Body:
    """Reads the body; Refused when it is too large (413), too slow (408) or broken off."""
    told = request.headers.get("content-length")
    if told is None:
        raise Refused(411, "length_required", "Content-Length is required")
    if not told.isdecimal() or int(told) > largest:
        raise Refused(413, "too_large", f"at most {largest} bytes", limit=largest)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body), asyncio.timeout(limits.silence) as silence:
            async for chunk in request.stream():
                silence.reschedule(asyncio.get_running_loop().time() + limits.silence)
                chunks.append(chunk)
                size += len(chunk)
    except TimeoutError:
        raise Refused(408, "too_slow", "the body did not come", headers={"Connection": "close"}) from None
    return Body(chunks, size)


def problem(refused: Refused) -> Response:
    told = refused.problem
    return Response(told.encoded(), told.status, {"Content-Type": PROBLEM, **refused.headers})


class Edge:
    """The outermost layer: turns what verbs raise into problems, and reads away the rest of a refused body.

    Without the latter a desk that is still sending would see a broken line instead of the answer.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Inlet(receive)
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = [*message["headers"], (VERSION_HEADER.lower().encode(), str(VERSION).encode())]
                await body.drain(self._limits)
            await send(message)

        try:
            await self._app(scope, body, answer)
        except ClientDisconnect:
            log.info("the desk hung up: %s", scope["path"])
        except Exception:
            if started:
                raise
            log.exception("request failed: %s %s", scope["method"], scope["path"])
            sorry = Response(Problem(500, "server_error").encoded(), 500, {"Content-Type": PROBLEM})
            await sorry(scope, body, answer)


class _Inlet:
    """A request's body as it comes, remembering whether all of it has come."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._more = True

    async def __call__(self) -> Message:
        message = await self._receive()
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def drain(self, limits: Limits) -> None:
        left = 2 * limits.part
        try:
            async with asyncio.timeout(limits.silence):
                while self._more and left > 0:
                    left -= len((await self()).get("body", b""))
        except TimeoutError:
            self._more = False


async def on_refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class only
    return problem(error)


async def on_malformed(_request: Request, error: Exception) -> Response:
    return problem(Refused(400, "malformed", str(error)[:500]))


async def on_unknown(_request: Request, error: Exception) -> Response:
    """Starlette's own answers (no such address, wrong method) in our words."""
    status = getattr(error, "status_code", 404)
    return problem(Refused(status, "method" if status == 405 else "no_such_address"))


HANDLERS = {Refused: on_refused, Malformed: on_malformed, 404: on_unknown, 405: on_unknown}
