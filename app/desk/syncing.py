"""Bringing the desk's records to the central server: exactly once, over any line, each batch ended by a verified receipt.

What changed waits in the outbox since the transaction that changed it. `sync` seals it into a batch (a manifest that never changes
again), sends the batches in order, and keeps each receipt byte for byte. A record whose last version still travels waits for the
next batch, so that versions arrive in order.
"""

from __future__ import annotations

import io
import json
import platform
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import VERSION, clock
from app.desk import fields
from app.errors import AppError, Problem
from app.i18n import _
from app.jobs import Job
from app.rules import codes
from app.sync import client, outbox
from app.sync.endpoint import Endpoint, clean_address
from app.sync.line import SILENCE
from app.sync.manifest import Blob, Item, Manifest, Metadata
from app.sync.outbox import BatchState, Outgoing
from app.sync.receipt import Receipt, verify_receipt
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.queries import may_leave
from storage.records import Document, Dossier, OutboxItem, SyncBatch, SyncedVersion, new_uuid

TOOL = f"vankho {VERSION}"
BATCH_ITEMS = 500
_ENDPOINT = "sync.endpoint"


@dataclass(slots=True)
class SyncResult:
    batches: int = 0
    items: int = 0
    bytes: int = 0
    conflicts: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class SyncStatus:
    """For the status line."""

    waiting: int  # records that the server has not confirmed in their newest version
    last_receipt_at: str | None
    enrolled: bool
    url: str
    problem: str  # the sentence of the last failure that needs a person


def enrol(job: Job, workspace: Workspace, url: str, code: str) -> Endpoint:
    """Makes this desk known at a server. Raises AppError `sync.*`."""
    job.check()
    endpoint = client.enrol(url, code, platform.node() or "desk")
    workspace.settings.set(_ENDPOINT, json.dumps(endpoint.as_json()))
    workspace.settings.set("sync.url", endpoint.url)
    return endpoint


def endpoint_of(workspace: Workspace) -> Endpoint:
    """Raises AppError `sync.not_enrolled`."""
    stored = workspace.settings[_ENDPOINT]
    if not stored:
        raise AppError(
            "sync.not_enrolled",
            _("This desk is not connected to a central server yet."),
            _(
                "Ask your administrator for the server's address and an enrolment code, then enter both under Settings › Server."
            ),
        )
    return Endpoint.from_json(json.loads(stored))


def must_be_enrolled_at(workspace: Workspace, url: str) -> None:
    """Raises AppError `sync.other_server` where this desk belongs to another server: receipts are trusted by its pinned keys,
    so records never go to a server just because its address was typed."""
    enrolled = endpoint_of(workspace).url
    if clean_address(url, allow_plain=True) != enrolled:
        raise AppError(
            "sync.other_server",
            _("This desk is connected to {enrolled}, not to {url}.").format(enrolled=enrolled, url=url),
            _("Leave the address out to send there, or connect this desk to the other server first: vankho enrol URL CODE"),
        )


def status(workspace: Workspace) -> SyncStatus:
    with workspace.catalog.read() as session:
        waiting = session.scalar(select(func.count()).select_from(OutboxItem).where(may_leave())) or 0
        open_batches = list(session.scalars(select(SyncBatch).where(SyncBatch.state != "receipted")))
        last = session.scalar(select(func.max(SyncBatch.receipted_at)))
    waiting += sum(batch.items for batch in open_batches)
    problem = next((batch.message for batch in open_batches if batch.stuck), "")
    return SyncStatus(waiting, last, bool(workspace.settings[_ENDPOINT]), workspace.settings["sync.url"], problem)


@in_words
def sync(job: Job, workspace: Workspace, *, patience: float = 120.0) -> SyncResult:
    """Sends all that waits. A batch that fails stays and is tried again next time; its sentence is a Problem of the result.

    Raises AppError `sync.not_enrolled`; Cancelled when stopped (nothing sent so far is sent again).
    """
    endpoint = endpoint_of(workspace)
    result = SyncResult()
    while True:
        job.check()
        seal(workspace, endpoint)
        waiting = _open_batches(workspace)
        if not waiting:
            return result
        for batch in waiting:
            try:
                receipt = _deposit(job, workspace, endpoint, batch, patience)
            except AppError as error:
                if error.code == "cancelled":
                    raise
                _note_failure(workspace, batch.batch_id, error)
                result.problems.append(job.problem(_("Batch of {time}").format(time=batch.created_at[:16]), error))
                return result  # batches go in order: the next one would build on this one
            result.batches += 1
            result.items += receipt.items
            result.bytes += receipt.bytes
            result.conflicts += receipt.conflicts
            result.receipts.append(receipt)


@in_words
def seal(workspace: Workspace, endpoint: Endpoint) -> str | None:
    """Makes a batch of what waits in the outbox; returns its id, None when nothing waits."""
    with workspace.catalog.write("sync.seal") as transaction:
        session = transaction.session
        travelling = _travelling(session)
        blobs: dict[str, str] = {}
        items: list[Item] = []
        for row in _waiting(session):
            if row.uuid in travelling:
                continue
            item = _item(session, row, blobs)
            if item is not None:
                items.append(item)
            session.delete(row)  # without an item: the record was taken back by an undo
            if len(items) == BATCH_ITEMS:
                break
        if not items:
            return None
        manifest = Manifest(endpoint.agency, endpoint.desk_id, new_uuid(), tuple(items), TOOL)
        manifest.check()
        sealed = outbox.seal(Outgoing(manifest.batch_id), manifest)
        transaction.subject = manifest.batch_id
        session.add(
            SyncBatch(
                batch_id=manifest.batch_id,
                state=sealed.state.value,
                manifest=manifest.encoded,
                manifest_sha256=manifest.sha256,
                metadata_blobs=zlib.compress(json.dumps(blobs, ensure_ascii=False).encode()),
                items=len(items),
                bytes_total=manifest.total_bytes,
                created_at=clock.stamp(),
            )
        )
        return manifest.batch_id


def receipts(workspace: Workspace) -> list[tuple[SyncBatch, Receipt]]:
    """Every receipt, its signature and counts checked again against the pinned keys."""
    endpoint = endpoint_of(workspace)
    with workspace.catalog.read() as session:
        rows = list(session.scalars(select(SyncBatch).where(SyncBatch.state == "receipted").order_by(SyncBatch.id)))
    return [(row, verify_receipt(row.receipt, endpoint.pinned_keys, Manifest.read(row.manifest))) for row in rows]


def _open_batches(workspace: Workspace) -> list[SyncBatch]:
    """A person who presses Sync says "now": neither a pause nor a stuck batch is waited for."""
    with workspace.catalog.read() as session:
        return list(session.scalars(select(SyncBatch).where(SyncBatch.state != "receipted").order_by(SyncBatch.id)))


def _waiting(session: Session) -> Sequence[OutboxItem]:
    """What may be sent, oldest first. A secrecy mark keeps a document off the line (Luật Bảo vệ bí mật nhà nước):
    it stays in the outbox, should the mark be taken off one day."""
    return session.scalars(select(OutboxItem).where(may_leave()).order_by(OutboxItem.id)).all()


def _travelling(session: Session) -> set[str]:
    manifests = session.scalars(select(SyncBatch.manifest).where(SyncBatch.state != "receipted"))
    return {item.uuid for manifest in manifests for item in Manifest.read(manifest).items}


def _item(session: Session, row: OutboxItem, blobs: dict[str, str]) -> Item | None:
    """The record in its present version; None where it is gone."""
    described = _document(session, row.uuid) if row.kind == "document" else _dossier(session, row.uuid)
    if described is None:
        return None
    description, files = described
    metadata, data = Metadata.of(description)
    blobs[metadata.sha256] = data.decode()
    before = session.scalars(
        select(SyncedVersion).where(SyncedVersion.kind == row.kind, SyncedVersion.uuid == row.uuid)
    ).first()
    version = max(row.version, before.version + 1) if before else row.version
    return Item(row.uuid, version, before.digest if before else None, row.kind, metadata, files)


def _document(session: Session, uuid: str) -> tuple[dict[str, Any], tuple[Blob, ...]] | None:
    document = session.scalars(select(Document).where(Document.uuid == uuid)).first()
    if document is None:
        return None
    dossier = session.get(Dossier, document.dossier_id) if document.dossier_id else None
    described: dict[str, Any] = {field.name: fields.get(document, field.name) for field in fields.FIELDS}
    described |= {
        "uuid": document.uuid,
        "typeCode": codes.type_code(document.type_name) if document.type_name else "",
        "dossier": dossier.uuid if dossier else None,
        "docOrdinal": document.ordinal,
        "numberOfPage": document.pages,
        "state": document.state,
        "signed": document.signed,
        "createdAt": document.created_at,
        "deletedAt": document.deleted_at,
    }
    files: dict[str, Blob] = {}
    for rendition in queries.renditions_of(session, document.id):
        name = _safe(rendition.name) or "file"
        path = f"{rendition.kind}/{name}"
        if rendition.kind == "original" and path in files and files[path].sha256 != rendition.sha256:
            path = f"{rendition.kind}/{rendition.id}-{name}"
        files[path] = Blob(rendition.sha256, rendition.size, path, rendition.puid or None)
    return described, tuple(files.values())


def _dossier(session: Session, uuid: str) -> tuple[dict[str, Any], tuple[Blob, ...]] | None:
    dossier = session.scalars(select(Dossier).where(Dossier.uuid == uuid)).first()
    if dossier is None:
        return None
    names = [column.key for column in Dossier.__table__.columns if column.key not in ("id", "fonds_id", "inventory_id")]
    return {name: getattr(dossier, name) for name in names}, ()


def _safe(name: str) -> str:
    """A file name that the protocol takes."""
    plain = "".join("_" if c in '\\/:*?"<>|' or not c.isprintable() else c for c in name).strip(". ")
    return plain[:80]


def _deposit(job: Job, workspace: Workspace, endpoint: Endpoint, batch: SyncBatch, patience: float) -> Receipt:
    manifest = Manifest.read(batch.manifest)
    described: dict[str, str] = json.loads(zlib.decompress(batch.metadata_blobs))

    def open_blob(sha256: str) -> BinaryIO:
        return io.BytesIO(described[sha256].encode()) if sha256 in described else workspace.objects.open(sha256)

    def on_state(state: BatchState) -> None:
        if state is not BatchState.RECEIPTED:
            _save(workspace, batch.batch_id, lambda outgoing: outbox.reached(outgoing, state))

    silence = min(SILENCE, max(1.0, patience))  # who won't wait long won't listen long into a dead line
    receipt = client.deposit(job, endpoint, manifest, open_blob, on_state, patience=patience, silence=silence)
    _keep_receipt(workspace, manifest, receipt)
    return receipt


def _keep_receipt(workspace: Workspace, manifest: Manifest, receipt: Receipt) -> None:
    """The receipt, and what every record's next version will name as its parent, in one transaction."""
    with workspace.catalog.write("sync.receipt", manifest.batch_id) as transaction:
        session = transaction.session
        row = session.scalars(select(SyncBatch).where(SyncBatch.batch_id == manifest.batch_id)).one()
        done = outbox.receipted(_outgoing(row), receipt)
        _put(row, done)
        row.receipt, row.receipted_at, row.conflicts, row.message = receipt.jws, clock.stamp(), receipt.conflicts, ""
        for item in manifest.items:
            known = session.scalars(
                select(SyncedVersion).where(SyncedVersion.kind == item.kind, SyncedVersion.uuid == item.uuid)
            ).first()
            if known is None:
                known = SyncedVersion(kind=item.kind, uuid=item.uuid, version=0, digest="", batch_id="")
                session.add(known)
            known.version, known.digest, known.batch_id = item.version, item.digest, manifest.batch_id


def _note_failure(workspace: Workspace, batch_id: str, error: AppError) -> None:
    _save(workspace, batch_id, lambda outgoing: outbox.failed(outgoing, error, clock.now()), str(error))


def _save(workspace: Workspace, batch_id: str, step: Any, message: str = "") -> None:
    with workspace.catalog.write("sync.state", batch_id) as transaction:
        row = transaction.session.scalars(select(SyncBatch).where(SyncBatch.batch_id == batch_id)).one()
        _put(row, step(_outgoing(row)))
        row.message = message[:1000]


def _outgoing(row: SyncBatch) -> Outgoing:
    next_try = datetime.fromisoformat(row.next_try) if row.next_try else None
    return Outgoing(
        row.batch_id, BatchState(row.state), row.manifest_sha256, row.attempts, next_try, row.stuck, row.problem, row.receipt
    )


def _put(row: SyncBatch, outgoing: Outgoing) -> None:
    row.state, row.attempts, row.stuck, row.problem = outgoing.state.value, outgoing.attempts, outgoing.stuck, outgoing.problem
    row.next_try = clock.stamp(outgoing.next_try) if outgoing.next_try else None
