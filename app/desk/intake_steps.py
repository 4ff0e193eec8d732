"""The steps of one item's intake, each ending in one transaction. See `app.desk.intake` for the states."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.capture import complaints, files
from app.capture.fileinfo import WHOLE
from app.desk import fields, given, mending
from app.desk.index_rows import Given
from app.desk.pages import pack_words
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package.puid import identify
from app.recognise.words import from_plain
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries
from storage.errors import StorageError
from storage.records import Document, FieldReading, Intake, Page, PageText, Rendition
from storage.text import clean

DPI = 300  # of page images made from PDFs without a resolution of their own
CHUNK = 16  # pages read in one transaction
SHEETS = 32  # page images in one transaction
WRITERS = 4  # waiting for the disk side by side costs one wait
INSPECT_SECONDS = 120
PAGE_SECONDS = 180
SLOW_MOST = 3  # pages of a document that took too long: the others are not tried, or a hostile file would take days
T = TypeVar("T")
_FULL = re.compile(r"\[Errno (27|28|122)\]")  # EFBIG, ENOSPC, EDQUOT


class InOrder(Protocol):
    """See `app.desk.intake.Turns`."""

    def wait(self, item: int) -> None: ...

    def passed(self, item: int) -> None: ...


def source_text(path: Path) -> str:
    """A path as the catalog keeps it. File names on Linux are bytes: one that is no text is kept as file: URL."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return path.as_uri()
    return text


def source_path(text: str) -> Path:
    if text.startswith("file://"):
        return Path(os.fsdecode(unquote_to_bytes(urlsplit(text).path)))
    return Path(text)


def shown_path(source: str) -> str:
    """A source for people and JSON: the whole path, or `scan:…`."""
    return shown_whole(str(source_path(source)))


def shown_whole(path: str) -> str:
    return clean(path.encode("utf-8", "replace").decode())


def shown(name: str) -> str:
    """A foreign file name as text for people, lists and packages."""
    return clean(name.encode("utf-8", "replace").decode())[:255]


def run(job: Job, workspace: Workspace, boxes: SandboxPool, intake_id: int, turns: InOrder) -> None:
    """Carries one item from whatever state it is in to `done` or `doubled`. Raises AppError when it can't be done."""
    with workspace.scratch() as scratch:
        item = _item(workspace, intake_id)
        if item.state == "scanning":  # the program was killed while the scanner ran: what came in is kept
            _set_state(workspace, intake_id, "paged")
        if item.state == "waiting":
            _store(job, workspace, boxes, intake_id, scratch, turns)
        turns.passed(intake_id)
        if _item(workspace, intake_id).state == "stored":
            _make_pages(job, workspace, boxes, intake_id, scratch)
        if _item(workspace, intake_id).state == "paged":
            _recognise(job, workspace, boxes, intake_id, scratch)
        if mending.in_vain(workspace, intake_id):
            _set_state(workspace, intake_id, "doubled")
        if _item(workspace, intake_id).state == "recognised":
            finish(job, workspace, boxes, intake_id, scratch)


def _item(workspace: Workspace, intake_id: int) -> Intake:
    with workspace.catalog.read() as session:
        return session.get_one(Intake, intake_id)


def _set_state(workspace: Workspace, intake_id: int, state: str) -> None:
    with workspace.catalog.write(f"intake.{state}") as transaction:
        transaction.session.get_one(Intake, intake_id).state = state


def _call(boxes: SandboxPool, task: str, *, job: Job, **params: Any) -> Any:
    """A task in the sandbox; that it ran out of disk is not the file's fault."""
    try:
        return boxes.call(task, job=job, **params)
    except AppError as error:
        if error.code == "sandbox.crashed" and _FULL.search(error.detail):
            raise StorageError("disk.full", error.detail) from error
        raise


# --- waiting → stored ---
def _store(job: Job, workspace: Workspace, boxes: SandboxPool, intake_id: int, scratch: Path, turns: InOrder) -> None:
    item = _item(workspace, intake_id)
    source = source_path(item.source)
    copy = scratch / "original"
    sha256, size = files.stable_copy(source, copy)
    if (known := _known(workspace, sha256)) is None:
        info = _call(boxes, "app.capture.tasks:inspect", path=str(copy), timeout=INSPECT_SECONDS, job=job)
        info["puid"] = identify(copy).puid
        workspace.objects.put_file(copy)
        turns.wait(intake_id)
        job.check()  # those before it may have met a full disk: then this one comes after them another time
        _new_document(workspace, intake_id, shown(source.name), sha256, size, info)
    else:
        if item.given:
            turns.wait(intake_id)  # it may go into a dossier: in the order of the index
        with workspace.catalog.write("intake.doubled") as transaction:
            _doubled(transaction.session, transaction.session.get_one(Intake, intake_id), known, sha256, size)


def _known(workspace: Workspace, sha256: str) -> int | None:
    with workspace.catalog.read() as session:
        return _owner(session, sha256)


def _owner(session: Session, sha256: str) -> int | None:
    """The living document that already has these bytes as its original."""
    return session.scalars(
        select(Document.id)
        .join(Rendition, Rendition.document_id == Document.id)
        .where(Rendition.sha256 == sha256, Rendition.kind == "original", Document.deleted_at.is_(None))
        .limit(1)
    ).first()


def _doubled(session: Session, row: Intake, known: int, sha256: str, size: int) -> None:
    """We have these bytes. Where their document once failed half way, or pages of it did, this item carries it on instead.

    What an index says of them is kept all the same: the files may have been taken in before the index came.
    """
    row.state, row.document_id, row.sha256, row.size = "doubled", known, sha256, size
    if row.given:
        document, said = session.get_one(Document, known), Given.unpacked(row.given)
        given.put(session, document, said)
        if document.dossier_id is None:
            given.place(session, document, row.dossier_id, said.ordinal, next_ordinal(session, row.dossier_id))
    for failed in session.scalars(select(Intake).where(Intake.document_id == known, Intake.state == "failed")):
        failed.state, row.state = "doubled", "stored"
    if row.state == "doubled":
        mending.begin(session, row)


def _new_document(workspace: Workspace, intake_id: int, name: str, sha256: str, size: int, info: dict[str, Any]) -> None:
    with workspace.catalog.write("document.import", name) as transaction:
        session = transaction.session
        row = session.get_one(Intake, intake_id)
        known = _owner(session, sha256)  # asked again inside the writer's lock: twins in one batch run side by side
        if known is not None:
            _doubled(session, row, known, sha256, size)
            return
        document = Document(
            pages=info["pages"],
            signed=bool(info["signed"]),
            source_name=name,
            confidence_level="01" if info["signed"] or info["has_text"] else "02",
            created_at=clock.stamp(),
        )
        said = Given.unpacked(row.given)
        given.place(session, document, row.dossier_id, said.ordinal, next_ordinal(session, row.dossier_id))
        session.add(document)
        session.flush()
        given.put(session, document, said)
        session.add(
            Rendition(
                document_id=document.id,
                kind="original",
                sha256=sha256,
                size=size,
                mime=info["mime"],
                name=name,
                puid=info["puid"],
                signatures=info["signatures"],
                created_at=clock.stamp(),
            )
        )
        row.state, row.document_id, row.sha256, row.size = "stored", document.id, sha256, size


def next_ordinal(session: Session, dossier_id: int | None) -> int:
    """The next place in a dossier, from 1; 0 outside of any."""
    if dossier_id is None:
        return 0
    last = session.scalars(
        select(Document.ordinal).where(Document.dossier_id == dossier_id).order_by(Document.ordinal.desc()).limit(1)
    ).first()
    return (last or 0) + 1


# --- stored → paged ---
def _make_pages(job: Job, workspace: Workspace, boxes: SandboxPool, intake_id: int, scratch: Path) -> None:
    item = _item(workspace, intake_id)
    assert item.document_id is not None  # noqa: S101 - set together with the state
    original = scratch / "original"
    if not original.exists():
        workspace.objects.copy_out(item.sha256, original)
    with workspace.catalog.read() as session:
        document = session.get_one(Document, item.document_id)
        have = set(session.scalars(select(Page.number).where(Page.document_id == document.id)))
        have -= mending.undrawn(session, item).keys()
    missing = [number for number in range(1, document.pages + 1) if number not in have]
    slow: list[AppError] = []
    with ThreadPoolExecutor(WRITERS, thread_name_prefix="pages") as threads:
        for part in _chunks(missing, SHEETS):
            job.check()
            made = list(threads.map(lambda n: _make_page(job, workspace, boxes, original, n, document.source_name, slow), part))
            with workspace.catalog.write("document.pages", document.source_name) as transaction:
                again = mending.undrawn(transaction.session, item)
                for page in made:
                    page.document_id = document.id
                    if page.number in again:
                        mending.put(again[page.number], page)
                    else:
                        transaction.session.add(page)
    _set_state(workspace, intake_id, "paged")


def _make_page(
    job: Job, workspace: Workspace, boxes: SandboxPool, original: Path, number: int, name: str, slow: list[AppError]
) -> Page:
    """One page image into the objects. A page that can't be drawn keeps its place and says so: it is never dropped in silence.

    `slow` gathers the refusals of pages that took too long.
    """
    out = original.with_name(f"page-{number}")
    try:
        if len(slow) >= SLOW_MOST:
            raise slow[-1]
        made = _call(
            boxes,
            "app.capture.tasks:render_page",
            path=str(original),
            index=number - 1,
            dpi=DPI,
            out=str(out),
            timeout=PAGE_SECONDS,
            job=job,
        )
    except AppError as error:
        if not error.code.startswith(("image.page", "pdf.page", "sandbox.")):
            raise
        if error.code == "sandbox.timeout":
            slow.append(error)
        job.problem(_("{name}, page {number}").format(name=name, number=number), error)
        return Page(document_id=0, number=number, problem=str(error)[:500])
    path = Path(made["path"])
    sha256, _size = workspace.objects.put_file(path)
    path.unlink()
    page = Page(document_id=0, number=number, image=sha256, width=made["width"], height=made["height"], dpi=made["dpi"])
    if made["share"] < WHOLE:
        lacking = complaints.page_incomplete(number - 1, made["share"])
        job.problem(_("{name}, page {number}").format(name=name, number=number), lacking)
        page.problem = str(lacking)[:500]
    return page


def _chunks(things: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]


# --- paged → recognised ---
def _recognise(job: Job, workspace: Workspace, boxes: SandboxPool, intake_id: int, scratch: Path) -> None:
    item = _item(workspace, intake_id)
    assert item.document_id is not None  # noqa: S101 - set together with the state
    with workspace.catalog.read() as session:
        pages = list(
            session.scalars(
                select(Page).where(Page.document_id == item.document_id, Page.words.is_(None)).order_by(Page.number)
            )
        )
        name = session.get_one(Document, item.document_id).source_name
    layer = _text_layer_source(job, workspace, boxes, item, scratch)
    todo = [page for page in pages if page.image] if item.ocr or layer else []
    with ThreadPoolExecutor(boxes.size, thread_name_prefix="read") as threads:
        for done, part in enumerate(_chunks(todo, CHUNK)):
            job.check()
            if len(todo) > CHUNK:  # a thick one: its own pages are all that moves for minutes
                job.progress(job.done, note=_("{name}, page {number}").format(name=name, number=done * CHUNK + 1))
            readings = list(threads.map(lambda page: _read(job, workspace, boxes, page, layer, item.ocr, scratch, name), part))
            _save_words(workspace, part, readings)
    _set_state(workspace, intake_id, "recognised")


def _text_layer_source(job: Job, workspace: Workspace, boxes: SandboxPool, item: Intake, scratch: Path) -> Path | None:
    """The original where it is a PDF with text of its own, which may be sound."""
    with workspace.catalog.read() as session:
        original = session.scalars(
            select(Rendition).where(Rendition.document_id == item.document_id, Rendition.kind == "original").limit(1)
        ).first()
    if original is None or original.mime != "application/pdf":
        return None
    path = scratch / "original"
    if not path.exists():
        workspace.objects.copy_out(original.sha256, path)
    info = _call(boxes, "app.capture.tasks:inspect", path=str(path), timeout=INSPECT_SECONDS, job=job)
    return path if info["has_text"] else None


def _read(
    job: Job, workspace: Workspace, boxes: SandboxPool, page: Page, layer: Path | None, ocr: bool, scratch: Path, name: str
) -> tuple[PageText, int] | None:
    """The words of a page and the turn that sets it upright; None where they are not to be had: the document goes on without."""
    image = scratch / f"read-{page.number}"
    params: dict[str, Any] = {"timeout": PAGE_SECONDS, "job": job}
    try:
        if layer is not None:
            task = "app.recognise.tasks:read_text_layer"
            found = _call(boxes, task, path=str(layer), index=page.number - 1, **params)
            if found is not None:
                return from_plain(found), 0
        if not ocr:
            return None
        workspace.objects.copy_out(page.image, image)
        found = _call(boxes, "app.recognise.tasks:read_page", image=str(image), **params)
        return from_plain(found), int(found["turn"])
    except AppError as error:
        if not error.code.startswith(("sandbox.", "ocr.")):
            raise
        job.problem(_("{name}, page {number}").format(name=name, number=page.number), error)
        return None
    finally:
        image.unlink(missing_ok=True)


def _save_words(workspace: Workspace, pages: list[Page], readings: list[tuple[PageText, int] | None]) -> None:
    """Boxes stay those of the image as scanned; the turn is for the eye, unless the clerk has turned the page already."""
    with workspace.catalog.write("document.recognise") as transaction:
        for page, reading in zip(pages, readings, strict=True):
            if reading is not None:
                text, turn = reading
                row = transaction.session.get_one(Page, page.id)
                row.words, row.text, row.turn = pack_words(text), text.text, row.turn or turn


# --- recognised → done ---
def finish(job: Job, workspace: Workspace, boxes: SandboxPool, intake_id: int, scratch: Path) -> None:
    """Fields and access copy, then the item is done. Raises AppError where one of them can't be made; the other is kept."""
    from app.desk import learning
    from app.desk.access import make_access_copy
    from app.desk.describing import propose
    from app.desk.learnt import keep_first_read

    item = _item(workspace, intake_id)
    assert item.document_id is not None  # noqa: S101 - set together with the state
    document_id = item.document_id
    failures: list[AppError] = []
    first_read = _tried(failures, lambda: propose(job, workspace, boxes, document_id, scratch)) or {}
    secret = _secrecy(workspace, document_id, first_read)
    readings = learning.improve(workspace, first_read, document_id) if first_read and not secret else first_read
    access = None
    if secret:
        _warn_of_secrecy(job, workspace, document_id, secret)
    else:
        access = _tried(failures, lambda: make_access_copy(job, workspace, boxes, document_id, scratch))
    with workspace.catalog.write("document.describe") as transaction:
        session = transaction.session
        document = session.get_one(Document, item.document_id)
        known = queries.evidence_of(session, document.id)
        for name, found in readings.items():
            if name in fields.BY_NAME and name not in known:
                fields.put(document, name, found.value)
                session.add(fields.evidence(document.id, name, found))
        if first_read and not secret:
            keep_first_read(session, document.id, first_read)
        if document.state == "new":
            document.state = "described" if readings else "recognised"
        if access is not None:
            session.add(access)
        if not failures:
            session.get_one(Intake, intake_id).state = "doubled" if mending.is_mending(item) else "done"
    if failures:
        raise failures[0]


def _secrecy(workspace: Workspace, document_id: int, first_read: Mapping[str, FieldReading]) -> str:
    """The mark on the paper, or the one that an index or a clerk gave the document before it was read."""
    with workspace.catalog.read() as session:
        told = session.get_one(Document, document_id).secrecy
    return told or (first_read["secrecy"].value if "secrecy" in first_read else "")


def _warn_of_secrecy(job: Job, workspace: Workspace, document_id: int, mark: str) -> None:
    """A secrecy mark takes a document out of the batch: no copy is made of it, nothing is learnt, and it never travels.

    Luật Bảo vệ bí mật nhà nước 2018: copying and sending take the leave of who is competent.
    """
    with workspace.catalog.read() as session:
        name = session.get_one(Document, document_id).source_name
    job.problem(
        name,
        AppError(
            "document.secret",
            _("This document bears the mark “{mark}”.").format(mark=mark),
            _(
                "It was taken out of the batch: no copy was made, and it is not sent to the server. Handle it by the rules for state"
                " secrets; if the mark was misread, clear the field “Secrecy” and read the fields again."
            ),
        ),
    )


def _tried(failures: list[AppError], step: Callable[[], T]) -> T | None:
    """The step's result; where it can't be done the reason goes to `failures`. A stop and a full disk pass through."""
    try:
        return step()
    except AppError as error:
        if error.code in ("cancelled", "disk.full"):
            raise
        if _FULL.search(error.detail):
            raise StorageError("disk.full", error.detail) from error
        failures.append(error)
        return None
