"""The desk's side of batch deposit: hand over a batch and come back with a receipt that was checked.

Any number of tries, from any state, end in one receipt: every request may be repeated, and the server tells what it still wants.
"""

from __future__ import annotations

import logging
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.errors import Cancelled
from app.i18n import _
from app.jobs import Job
from app.sync import faults, receipt
from app.sync.endpoint import Endpoint, clean_address
from app.sync.faults import LineError
from app.sync.line import SILENCE, Answer, Line
from app.sync.manifest import Manifest, new_id
from app.sync.outbox import BatchState
from app.sync.patience import Clock, Patience
from app.sync.protocol import JSON, MAX_QUERY, TRUST_LIST, VERSION, Capabilities, Enrolment, ItemVersions, ServerVersion
from app.sync.receipt import Receipt, Verdict
from app.sync.sending import OpenBlob, Pace, Sender
from app.sync.strict import Fields, Malformed, canonical, content_digest, read_json, sha256

log = logging.getLogger(__name__)

_ROUNDS = 5  # of sending what the server misses at commit


def deposit(
    job: Job,
    endpoint: Endpoint,
    manifest: Manifest,
    open_blob: OpenBlob,
    on_state: Callable[[BatchState], None],
    *,
    patience: float = 120.0,
    silence: float = SILENCE,
    senders: int = 2,
    clock: Clock = time,
) -> Receipt:
    """Brings a batch to the server and gives its verified receipt. May be called again after any failure.

    `open_blob(sha256)` opens a blob's bytes, descriptions included; `on_state` hears each state as it is reached (from the
    caller's thread; the row should be saved then). `job.progress` counts bytes. The work gives up when nothing has got through
    for `patience` seconds; `silence` seconds without a byte are a broken line. Stopping loses at most one part a sender.
    Errors: AppError with codes `sync.…` (`app.sync.faults`, `sync.receipt_invalid`).
    """
    if manifest.agency != endpoint.agency:
        raise faults.wrong_agency(endpoint.agency)
    return _Deposit(job, endpoint, manifest, open_blob, on_state, patience, silence, senders, clock).run()


def verdicts(endpoint: Endpoint, confirmed: Receipt, *, silence: float = SILENCE) -> tuple[Verdict, ...]:
    """What became of each item of a batch, checked against its receipt."""
    with Line(endpoint.url, endpoint.token, silence=silence) as line:
        answer = line.ask("GET", f"/v1/batches/{confirmed.batch_id}/verdicts")
    return receipt.check_verdicts(answer.body, confirmed)


def trust_list(endpoint: Endpoint, *, silence: float = SILENCE) -> bytes | None:
    """The server's signed list of trusted authorities, its signature checked against the pinned keys; None when it has none.

    Returns the token as it came. Raises LineError, also for a list that the server did not sign.
    """
    with Line(endpoint.url, endpoint.token, silence=silence) as line:
        answer = line.ask("GET", "/v1/trust", expect=(200, 404))
    if answer.status == 404:
        return None
    try:
        receipt.opened(answer.body.decode("ascii"), endpoint.pinned_keys, TRUST_LIST)
    except (Malformed, UnicodeDecodeError) as error:
        raise faults.refused(str(error)) from None
    return answer.body


def versions(endpoint: Endpoint, uuid: str, *, silence: float = SILENCE) -> ItemVersions:
    """What the server has of a record: to show a conflict side by side and to name the right parent. Empty when unknown."""
    with Line(endpoint.url, endpoint.token, silence=silence) as line:
        answer = line.ask("GET", f"/v1/items/{uuid}", expect=(200, 404))
    if answer.status == 404:
        return ItemVersions((), ())
    try:
        return ItemVersions.read(read_json(answer.body))
    except Malformed as error:
        raise faults.refused(str(error)) from None


def description(endpoint: Endpoint, version: ServerVersion, *, silence: float = SILENCE) -> bytes:
    """The canonical JSON of a version that some desk of this agency sent, checked against its digest."""
    with Line(endpoint.url, endpoint.token, silence=silence) as line:
        data = line.ask("GET", f"/v1/blobs/{version.metadata_sha256}").body
    if sha256(data) != version.metadata_sha256:
        raise faults.refused("the description is not what its digest tells")
    return data


def enrol(
    url: str,
    code: str,
    desk_name: str,
    agency: str | None = None,
    *,
    allow_plain: bool = False,
    patience: float = 10.0,
    silence: float = SILENCE,
    clock: Clock = time,
) -> Endpoint:
    """Makes this desk known at a server with a one-time code and pins the server's keys.

    `agency` None: the one that the code was made for. `allow_plain`: accept http:// to another computer.
    """
    address = clean_address(url, allow_plain=allow_plain)
    private = Ed25519PrivateKey.generate()
    public = receipt.public_text(private.public_key())
    name = unicodedata.normalize("NFC", " ".join(desk_name.split()))[:255] or "?"
    asked = Enrolment(new_id(), agency, name, code.strip()[:40] or "?", public)
    body = asked.signed(private)
    keep_trying = Patience(patience, lambda: None, clock)
    with Line(address, silence=silence) as line:
        keep_trying.insist(lambda: _capabilities(line))
        answer = keep_trying.insist(
            lambda: line.ask("PUT", f"/v1/desks/{asked.desk}", body, {"Content-Type": "application/jose"}, (200, 400, 403, 409))
        )
    if answer.status != 200:
        raise faults.code_refused(answer.problem.detail)
    try:
        got = Fields(read_json(answer.body), "answer")
        keys = receipt.read_jwks(got.take("keys"))
        endpoint = Endpoint(address, asked.desk, got.text("agency"), got.text("token"), keys, receipt.private_text(private))
    except Malformed as error:
        raise faults.refused(str(error)) from None
    if not keys or (agency is not None and endpoint.agency != agency):
        raise faults.refused("no signing key or another agency in the answer")
    return endpoint


def _capabilities(line: Line) -> Capabilities:
    """What the server says of itself. A foreign page here is told at once: waiting would not bring the server."""
    try:
        answer = line.ask("GET", "/v1/capabilities")
        told = Capabilities.read(answer.body)
    except Malformed as error:
        raise faults.version(str(error)) from None
    except LineError as error:
        error.passing = error.passing and error.code != "sync.not_our_server"
        raise
    if VERSION not in told.versions:
        raise faults.version(f"server speaks {told.versions}")
    return told


@dataclass(slots=True)
class _Deposit:
    """One call of `deposit`."""

    job: Job
    endpoint: Endpoint
    manifest: Manifest
    open_blob: OpenBlob
    on_state: Callable[[BatchState], None]
    patience: float
    silence: float
    senders: int
    clock: Clock
    _stop: threading.Event = field(default_factory=threading.Event)
    _over: dict[str, int] = field(default_factory=dict)  # bytes of each blob that are over or on the way

    def run(self) -> Receipt:
        keep_trying = Patience(self.patience, self._check, self.clock)
        with self._line() as line:
            told = keep_trying.insist(lambda: _capabilities(line))
            pace = Pace(told.part_size)
            keep_trying.insist(lambda: self._offer(line))
            self.on_state(BatchState.OFFERED)
            for _round in range(_ROUNDS):
                self._bring(line, keep_trying, pace)
                token = self._commit(line, keep_trying)
                if token is not None:
                    return self._confirm(token)
        raise faults.refused("the server goes on missing what was sent")

    def _offer(self, line: Line) -> None:
        headers = {"Content-Digest": content_digest(self.manifest.sha256), "Content-Type": JSON}
        line.ask("PUT", self._path(), self.manifest.encoded, headers, (200, 201))

    def _bring(self, line: Line, keep_trying: Patience, pace: Pace) -> None:
        """Sends what the server has not got yet, small blobs first."""
        self.on_state(BatchState.SENDING)
        missing = self._missing(line, keep_trying)
        self._over = {sha: size for sha, size in self.manifest.wanted.items() if sha not in missing}
        self._tell()
        order = sorted(missing, key=lambda sha: (self.manifest.wanted[sha], sha))
        if order:
            self._send_all(order, missing, keep_trying, pace)
        self.on_state(BatchState.SENT)

    def _missing(self, line: Line, keep_trying: Patience) -> dict[str, bool]:
        """Digests that the server wants; True where it has a beginning already."""
        found: dict[str, bool] = {}
        wanted = list(self.manifest.wanted)
        for start in range(0, len(wanted), MAX_QUERY):
            question = canonical({"sha256": wanted[start : start + MAX_QUERY]})
            answer = keep_trying.insist(lambda q=question: line.ask("POST", "/v1/blobs/missing", q, {"Content-Type": JSON}))  # type: ignore[misc]
            found.update(_read_missing(answer, self.manifest.wanted))
        return found

    def _send_all(self, order: list[str], begun: dict[str, bool], keep_trying: Patience, pace: Pace) -> None:
        """Several senders work through the list; the caller's thread reports and hears of a stop."""
        queue = iter(order)
        turn = threading.Lock()

        def work() -> None:
            with self._line() as line:
                sender = Sender(line, keep_trying, pace, self.open_blob, self._moved, self._check)
                while True:
                    with turn:
                        sha = next(queue, None)
                    if sha is None:
                        return
                    sender.send(sha, self.manifest.wanted[sha], begun[sha])

        pool = ThreadPoolExecutor(min(self.senders, len(order)), thread_name_prefix="deposit")
        try:
            self._watch([pool.submit(work) for _sender in range(min(self.senders, len(order)))])
        finally:
            self._stop.set()
            # A sender on a line that has gone silent ends by itself; nobody has to wait for it.
            pool.shutdown(wait=False, cancel_futures=True)
        self._stop.clear()

    def _watch(self, working: Iterable[Future[None]]) -> None:
        left = set(working)
        while left:
            done, left = wait(left, timeout=0.1, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            self._tell()

    def _commit(self, line: Line, keep_trying: Patience) -> str | None:
        """The receipt; None when the server still misses bytes."""
        headers = {"Idempotency-Key": f'"{self.manifest.sha256}"'}

        def ask() -> Answer:
            answer = line.ask("POST", f"{self._path()}/commit", b"", headers, (200, 202, 409))
            if answer.status == 202:
                keep_trying.moved()  # it is checking: that is progress
                raise faults.busy("checking", float(answer.headers.get("retry-after", "1")))
            return answer

        answer = keep_trying.insist(ask)
        if answer.status == 200:
            return answer.body.decode("ascii", "replace")
        if answer.problem.code != "missing":
            raise faults.refused(answer.problem.detail)
        return None

    def _confirm(self, token: str) -> Receipt:
        self.on_state(BatchState.COMMITTED)
        confirmed = receipt.verify_receipt(token, self.endpoint.pinned_keys, self.manifest)
        self.on_state(BatchState.RECEIPTED)
        return confirmed

    def _line(self) -> Line:
        return Line(self.endpoint.url, self.endpoint.token, silence=self.silence)

    def _path(self) -> str:
        return f"/v1/batches/{self.manifest.batch_id}"

    def _moved(self, sha256: str, count: int) -> None:
        self._over[sha256] = min(count, self.manifest.wanted[sha256])

    def _tell(self) -> None:
        self.job.progress(sum(list(self._over.values())), self.manifest.total_bytes, _("Sending to the central server"))

    def _check(self) -> None:
        self.job.check()
        if self._stop.is_set():
            raise Cancelled


def _read_missing(answer: Answer, wanted: dict[str, int]) -> dict[str, bool]:
    try:
        got = Fields(read_json(answer.body), "missing")
        missing, partial = got.list("missing", MAX_QUERY), got.take("partial")
    except Malformed as error:
        raise faults.refused(str(error)) from None
    if not isinstance(partial, dict) or any(sha not in wanted for sha in missing):
        raise faults.refused("the server misses what nobody spoke of")
    return {sha: sha in partial for sha in missing}
