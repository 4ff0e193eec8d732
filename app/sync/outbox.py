"""The life of a batch at the desk: plain functions from one row to the next, no clock, no database, no network.

    draft → sealed → offered → sending → sent → committed → receipted

Only a verified receipt makes a batch `receipted`. A failure changes no state: it says when to try again, or that a person has to
do something first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.errors import AppError
from app.sync.manifest import Manifest
from app.sync.patience import rest_after
from app.sync.receipt import Receipt


class BatchState(StrEnum):
    DRAFT = "draft"  # items may come and go
    SEALED = "sealed"  # the manifest is fixed
    OFFERED = "offered"  # the server knows the manifest
    SENDING = "sending"
    SENT = "sent"  # the server has all bytes
    COMMITTED = "committed"  # the server says it counted them
    RECEIPTED = "receipted"  # its receipt was checked


ORDER = tuple(BatchState)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LATEST = timedelta(days=1)  # whatever a server asks for
# Failures that time does not heal: trying again by itself would only make noise.
NEEDS_PERSON = frozenset(
    {
        "sync.bad_address", "sync.local_blob", "sync.not_enrolled", "sync.receipt_invalid", "sync.refused", "sync.tls",
        "sync.tls_required", "sync.version", "sync.wrong_agency",
    }
)  # fmt: skip


@dataclass(slots=True, frozen=True)
class Outgoing:
    """One batch in the outbox. `next_try` is None when it may go at once, unless `stuck`."""

    batch_id: str
    state: BatchState = BatchState.DRAFT
    manifest_sha256: str = ""
    attempts: int = 0  # failures in a row
    next_try: datetime | None = None
    stuck: bool = False  # a person has to do something first
    problem: str = ""  # code of the last failure
    receipt: str = ""  # byte for byte as it came


def seal(batch: Outgoing, manifest: Manifest) -> Outgoing:
    """Fixes what the batch consists of."""
    if batch.state is not BatchState.DRAFT or manifest.batch_id != batch.batch_id:
        raise ValueError(f"a batch that is {batch.state} can't be sealed")
    return replace(batch, state=BatchState.SEALED, manifest_sha256=manifest.sha256)


def reached(batch: Outgoing, state: BatchState) -> Outgoing:
    """The client got so far. Going back to an earlier state is right: the server may have lost bytes, or a try begun anew.

    `receipted` is reached by `receipted` alone, and never left.
    """
    if batch.state is BatchState.DRAFT or state in (BatchState.DRAFT, BatchState.SEALED, BatchState.RECEIPTED):
        raise ValueError(f"{batch.state} → {state}")
    if batch.state is BatchState.RECEIPTED:
        return batch
    return replace(batch, state=state, attempts=0, next_try=None, stuck=False, problem="")


def receipted(batch: Outgoing, receipt: Receipt) -> Outgoing:
    """The end: a receipt that `verify_receipt` gave back, for this very manifest."""
    if batch.state is BatchState.DRAFT or receipt.manifest_sha256 != batch.manifest_sha256 or not receipt.jws:
        raise ValueError("the receipt is for another batch")
    if batch.state is BatchState.RECEIPTED:
        return batch
    return replace(batch, state=BatchState.RECEIPTED, attempts=0, next_try=None, stuck=False, problem="", receipt=receipt.jws)


def failed(batch: Outgoing, error: AppError, now: datetime, wait: float | None = None) -> Outgoing:
    """Notes a failure and the time of the next try: after 30 s at first, up to an hour, never before the server's `wait` (s)."""
    attempts = batch.attempts + 1
    if error.code in NEEDS_PERSON:
        return replace(batch, attempts=attempts, next_try=None, stuck=True, problem=error.code)
    asked = wait if wait is not None else getattr(error, "wait", None)
    pause = rest_after(attempts, _upper_half, FIRST_PAUSE.total_seconds(), LONGEST_PAUSE.total_seconds())
    next_try = now + min(timedelta(seconds=max(pause, min(asked or 0.0, LATEST.total_seconds()))), LATEST)
    return replace(batch, attempts=attempts, next_try=next_try, stuck=False, problem=error.code)


def retried(batch: Outgoing) -> Outgoing:
    """A person says: try again now."""
    return replace(batch, next_try=None, stuck=False)


def due(batches: Iterable[Outgoing], now: datetime) -> list[Outgoing]:
    """Those to send now, oldest first (ids are UUIDv7). A next try later than any that is ever set: the PC's clock was set back."""
    waiting = (b for b in batches if b.state not in (BatchState.DRAFT, BatchState.RECEIPTED) and not b.stuck)
    return sorted((b for b in waiting if b.next_try is None or not now < b.next_try <= now + LATEST), key=lambda b: b.batch_id)


def may_free(batch: Outgoing, copies_elsewhere: int) -> bool:
    """Whether local bytes may go: only with a checked receipt and a second copy besides the server's (a backup)."""
    return batch.state is BatchState.RECEIPTED and copies_elsewhere >= 1


def _upper_half(low: float, high: float) -> float:
    """Between batches no crowd has to be spread out: three quarters of the limit, the same each time."""
    return low + 0.75 * (high - low)
