"""The addresses of batch deposit, version 1 (`app.sync.protocol` tells them in one table)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from app.sync import strict
from app.sync.manifest import Manifest
from app.sync.protocol import BYTES, JSON, MAX_QUERY, RECEIPT, VERSION, VERSION_HEADER, Capabilities, Enrolment
from app.sync.receipt import jwk
from app.sync.strict import Fields
from server.blobs import Blobs
from server.commits import Commits
from server.enrolment import enrol
from server.ledger import Desk, Ledger, utc
from server.limits import Limits
from server.problems import Refused
from server.signing import Signer
from server.trust import TrustLists
from server.web import HANDLERS, Body, Edge, read_body

_TOLD_OF_BATCH = (
    "desk", "manifest_sha256", "items", "blobs", "bytes", "offered_at", "committed_at", "seq", "receipt_sha256",
)  # fmt: skip
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(slots=True, frozen=True)
class Wanted:
    """A blob that a batch of the agency has told of."""

    agency: str
    sha256: str
    size: int


@dataclass(slots=True)
class Deposit:
    """The server's verbs as HTTP handlers."""

    ledger: Ledger
    blobs: Blobs
    signer: Signer
    limits: Limits = field(default_factory=Limits)
    lists: TrustLists | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    commits: Commits = field(init=False)
    _uploads: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.commits = Commits(self.ledger, self.blobs, self.signer, self.now)
        self._uploads = asyncio.Semaphore(self.limits.uploads_at_once)

    # --- everybody ---
    async def capabilities(self, _request: Request) -> Response:
        told = Capabilities((VERSION,), self.limits.part, self.limits.manifest, (self.signer.public,), utc(self.now()))
        return Response(told.encoded(), media_type=JSON)

    async def enrol(self, request: Request) -> Response:
        _speaks_our_version(request)
        desk = strict.uuid_of(request.path_params["desk"], "desk")
        body = await read_body(request, self.limits.small_body, self.limits)
        asked = Enrolment.read(body.data, desk)
        agency, token = await run_in_threadpool(enrol, self.ledger, self.signer, asked, self.now())
        return _json({"agency": agency, "desk": desk, "keys": {"keys": [jwk(self.signer.public)]}, "token": token})

    # --- batches ---
    async def offer(self, request: Request, desk: Desk) -> Response:
        batch = strict.uuid7_of(request.path_params["batch"])
        body = await read_body(request, self.limits.manifest, self.limits)
        manifest = await run_in_threadpool(_manifest, request.headers.get("content-digest", ""), body)
        if manifest.batch_id != batch:
            raise Refused(400, "malformed", "the manifest tells another batch id")
        if manifest.agency != desk.agency:
            raise Refused(403, "agency", "the manifest tells another agency")
        new = await run_in_threadpool(self._offer, desk, manifest)
        return _json({"batch_id": batch, "manifest_sha256": manifest.sha256}, 201 if new else 200)

    def _offer(self, desk: Desk, manifest: Manifest) -> bool:
        known = self.ledger.batch(desk.agency, manifest.batch_id)
        if known is None and manifest.total_bytes > self.blobs.free():
            raise Refused(507, "disk_full", "the server's disk has no room for this batch")
        return self.ledger.offer(desk, manifest, self.now(), self.limits.open_bytes_of_agency)

    async def state(self, request: Request, desk: Desk) -> Response:
        row = await self._batch(request, desk)
        checking = self.commits.checking(desk.agency, row.batch)
        told = {name: getattr(row, name) for name in _TOLD_OF_BATCH}
        state = "committed" if row.receipt is not None else "checking" if checking else "open"
        return _json({**told, "batch_id": row.batch, "state": state})

    async def commit(self, request: Request, desk: Desk) -> Response:
        row = await self._batch(request, desk)
        if request.headers.get("idempotency-key", "").strip('"') != row.manifest_sha256:
            raise Refused(422, "idempotency_key", "Idempotency-Key has to be the manifest's digest")
        receipt = row.receipt or await self.commits.commit(desk.agency, row.batch, self.limits.commit_grace)
        if receipt is None:
            return _json({"batch_id": row.batch, "state": "checking"}, 202, {"Retry-After": "1"})
        return Response(receipt, media_type=RECEIPT)

    async def receipt(self, request: Request, desk: Desk) -> Response:
        return Response(_counted(await self._batch(request, desk)).receipt, media_type=RECEIPT)

    async def verdicts(self, request: Request, desk: Desk) -> Response:
        return Response(_counted(await self._batch(request, desk)).verdicts, media_type=JSON)

    async def _batch(self, request: Request, desk: Desk) -> Any:
        batch = strict.uuid7_of(request.path_params["batch"])
        row = await run_in_threadpool(self.ledger.batch, desk.agency, batch)
        if row is None:
            raise Refused(404, "batch_unknown")
        return row

    async def item(self, request: Request, desk: Desk) -> Response:
        uuid = strict.uuid_of(request.path_params["item"])
        accepted, aside = await run_in_threadpool(self.ledger.item, desk.agency, uuid)
        if not accepted and not aside:
            raise Refused(404, "item_unknown")
        return _json({"set_aside": aside, "uuid": uuid, "versions": accepted})

    async def trust(self, _request: Request, _desk: Desk) -> Response:
        """The list of trusted authorities, signed; 404 while the administrator has laid none down."""
        told = await run_in_threadpool(self.lists.current, self.now()) if self.lists is not None else None
        if told is None:
            raise Refused(404, "trust_unknown", "no list of authorities on this server")
        return Response(told, media_type=RECEIPT)

    # --- bytes ---
    async def missing(self, request: Request, desk: Desk) -> Response:
        body = await read_body(request, self.limits.small_body, self.limits)
        asked = Fields(strict.read_json(body.data), "question")
        digests = [strict.sha256_of(digest) for digest in asked.list("sha256", MAX_QUERY)]
        asked.close()
        return _json(await run_in_threadpool(self._missing, desk.agency, digests))

    def _missing(self, agency: str, digests: list[str]) -> dict[str, Any]:
        missing = [digest for digest in digests if self.blobs.size(agency, digest) is None]
        partial = {digest: self.blobs.offset(agency, digest) for digest in missing}
        return {"missing": missing, "partial": {digest: offset for digest, offset in partial.items() if offset}}

    async def put_blob(self, request: Request, wanted: Wanted) -> Response:
        async with self._room():
            body = await read_body(request, self.limits.part, self.limits)
            new = await run_in_threadpool(self._put, wanted, body)
        return Response(status_code=201 if new else 200)

    def _put(self, wanted: Wanted, body: Body) -> bool:
        if body.size != wanted.size or body.sha256 != wanted.sha256:
            raise Refused(422, "digest", "the bytes are not those of this digest")
        return self.blobs.put(wanted.agency, wanted.sha256, body.chunks)

    async def get_blob(self, _request: Request, wanted: Wanted) -> Response:
        """Bytes of a counted batch, for a desk of the same agency."""
        if not await run_in_threadpool(self.ledger.committed, wanted.agency, wanted.sha256):
            raise Refused(404, "blob_unknown", "no committed batch holds these bytes")
        return FileResponse(self.blobs.path(wanted.agency, wanted.sha256), media_type=BYTES)

    async def begin_upload(self, request: Request, wanted: Wanted) -> Response:
        if request.headers.get("upload-length") != str(wanted.size):
            raise Refused(422, "length", f"Upload-Length has to be {wanted.size}")
        new = await run_in_threadpool(self.blobs.begin, wanted.agency, wanted.sha256)
        return await self._progress(wanted, 201 if new else 200)

    async def upload_state(self, _request: Request, wanted: Wanted) -> Response:
        return await self._progress(wanted, 200)

    async def add_part(self, request: Request, wanted: Wanted) -> Response:
        offset, last = _number(request, "upload-offset"), request.headers.get("upload-complete") == "?1"
        async with self._room():
            body = await read_body(request, self.limits.part, self.limits)
            if offset + body.size > wanted.size or last != (offset + body.size == wanted.size):
                raise Refused(422, "length", "the part and Upload-Complete do not fit the length told before")
            await run_in_threadpool(self._add, wanted, offset, body, last, request.headers.get("content-digest", ""))
        return await self._progress(wanted, 204)

    def _add(self, wanted: Wanted, offset: int, body: Body, last: bool, told: str) -> None:
        _check_digest(told, body)
        if self.blobs.size(wanted.agency, wanted.sha256) is not None:
            return  # it is whole: the part was sent again
        self.blobs.append(wanted.agency, wanted.sha256, offset, body.chunks)
        if last and not self.blobs.finish(wanted.agency, wanted.sha256):
            raise Refused(422, "digest", "the bytes are not those of this digest; begin again")

    async def _progress(self, wanted: Wanted, status: int) -> Response:
        offset, whole = await run_in_threadpool(self.blobs.state, wanted.agency, wanted.sha256)
        if offset is None:
            raise Refused(404, "upload_unknown", "this upload was not begun")
        headers = {
            "Cache-Control": "no-store",
            "Upload-Complete": "?1" if whole else "?0",
            "Upload-Length": str(wanted.size),
            "Upload-Limit": f"max-append-size={self.limits.part}",
            "Upload-Offset": str(offset),
        }
        return Response(status_code=status, headers=headers)

    @asynccontextmanager
    async def _room(self) -> AsyncIterator[None]:
        """One of the places for a part in memory."""
        if self._uploads.locked():
            raise Refused(503, "busy", "too many uploads at once", headers={"Retry-After": "2"})
        async with self._uploads:
            yield

    def known(self, handler: Callable[[Request, Desk], Awaitable[Response]]) -> Handler:
        """Lets only enrolled desks through."""

        async def guarded(request: Request) -> Response:
            desk = await run_in_threadpool(self.ledger.desk_of, _token(request))
            if desk is None:
                raise _not_enrolled()
            return await handler(request, desk)

        return guarded

    def wanted(self, handler: Callable[[Request, Wanted], Awaitable[Response]]) -> Handler:
        """Lets enrolled desks through to bytes that a batch of their agency has told of, and to no others."""

        async def guarded(request: Request) -> Response:
            sha256 = strict.sha256_of(request.path_params["sha256"])
            desk, size = await run_in_threadpool(self.ledger.desk_and_size, _token(request), sha256)
            if desk is None:
                raise _not_enrolled()
            if size is None:
                raise Refused(404, "blob_unexpected", "no batch of this agency names these bytes")
            return await handler(request, Wanted(desk.agency, sha256, size))

        return guarded


def application(deposit: Deposit) -> Starlette:
    """The ASGI application."""
    d, known, wanted = deposit, deposit.known, deposit.wanted
    routes = [
        Route("/v1/capabilities", d.capabilities, methods=["GET"]),
        Route("/v1/desks/{desk}", d.enrol, methods=["PUT"]),
        Route("/v1/batches/{batch}", _by_method(PUT=known(d.offer), GET=known(d.state)), methods=["PUT", "GET"]),
        Route("/v1/batches/{batch}/commit", known(d.commit), methods=["POST"]),
        Route("/v1/batches/{batch}/receipt", known(d.receipt), methods=["GET"]),
        Route("/v1/batches/{batch}/verdicts", known(d.verdicts), methods=["GET"]),
        Route("/v1/blobs/missing", known(d.missing), methods=["POST"]),
        Route("/v1/blobs/{sha256}", _by_method(PUT=wanted(d.put_blob), GET=wanted(d.get_blob)), methods=["PUT", "GET"]),
        Route("/v1/trust", known(d.trust), methods=["GET"]),
        Route("/v1/items/{item}", known(d.item), methods=["GET"]),
        Route(
            "/v1/uploads/{sha256}",
            _by_method(PUT=wanted(d.begin_upload), HEAD=wanted(d.upload_state), PATCH=wanted(d.add_part)),
            methods=["PUT", "HEAD", "PATCH"],
        ),
    ]

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        await run_in_threadpool(d.blobs.forget_stale, time.time() - d.limits.forget_uploads)
        yield

    return Starlette(routes=routes, exception_handlers=HANDLERS, middleware=[Middleware(Edge, limits=d.limits)], lifespan=life)


def _by_method(**handlers: Handler) -> Handler:
    async def chosen(request: Request) -> Response:
        return await handlers["GET" if request.method == "HEAD" and "HEAD" not in handlers else request.method](request)

    return chosen


def _json(value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(strict.canonical(dict(value)), status, headers, JSON)


def _speaks_our_version(request: Request) -> None:
    told = request.headers.get(VERSION_HEADER, str(VERSION))
    if told != str(VERSION):
        raise Refused(400, "version", "this server speaks another version", versions=[VERSION])


def _token(request: Request) -> str:
    _speaks_our_version(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _not_enrolled() -> Refused:
    return Refused(401, "not_enrolled", headers={"WWW-Authenticate": "Bearer"})


def _manifest(told: str, body: Body) -> Manifest:
    _check_digest(told, body)
    return Manifest.read(body.data)


def _check_digest(told: str, body: Body) -> None:
    """The body has to be what its Content-Digest tells (RFC 9530)."""
    if strict.read_content_digest(told) != body.sha256:
        raise Refused(422, "part_broken", "the body is not what Content-Digest tells: send it again")


def _number(request: Request, name: str) -> int:
    told = request.headers.get(name, "")
    if not told.isdecimal() or len(told) > 16:
        raise Refused(400, "malformed", f"{name} has to be a whole number")
    return int(told)


def _counted(row: Any) -> Any:
    if row.receipt is None:
        raise Refused(404, "no_receipt", "the batch is not committed")
    return row
