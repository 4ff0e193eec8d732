"""Fields of a document: proposed by reading, confirmed or corrected by the clerk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import clock
from app.describe import checks
from app.desk import fields, found, hands, learning, objections
from app.desk.access import make_access_copy
from app.desk.field_reading import Paper, ReadPage, read_dossier, read_fields
from app.desk.learnt import keep_first_read, learnt
from app.desk.page_choice import wanted_pages
from app.desk.pages import words_of
from app.errors import AppError, Cancelled
from app.i18n import _
from app.jobs import Job
from app.sandbox import SandboxPool
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.catalog import Change
from storage.records import Document, FieldEvidence, FieldReading, Page


@dataclass(slots=True)
class DocumentView:
    """All that the details form shows of one document."""

    document: Document
    values: dict[str, str]  # by field name, as people write them
    evidence: dict[str, FieldReading]
    confirmed: set[str]
    being_read: bool = False  # taken in, its pages not read yet: nothing is missing, it is on its way


def propose(job: Job, workspace: Workspace, boxes: SandboxPool, document_id: int, scratch: Path) -> dict[str, FieldReading]:
    """Reads the fields off a document's pages; nothing is written to the archive. `scratch` takes passing files."""
    paper = _paper(workspace, document_id, scratch)
    return read_fields(job, boxes, paper.pages, paper.count, scratch, hands.file_in(workspace, scratch))


def _paper(workspace: Workspace, document_id: int, scratch: Path) -> Paper:
    with workspace.catalog.read() as session:
        stored = {page.number: page for page in queries.pages_of(session, document_id)}
    pages = {}
    for number in wanted_pages(len(stored), {number: page.text for number, page in stored.items()}):
        page = stored[number]
        image = scratch / f"page-of-{document_id}-{number}"
        if page.image and not image.exists():
            workspace.objects.copy_out(page.image, image)
        pages[number] = ReadPage(words_of(page), image if page.image else None, page.turn)
    return Paper(pages, len(stored))


def fields_of(workspace: Workspace, document_id: int) -> DocumentView:
    """Raises AppError `document.gone`."""
    with workspace.catalog.read() as session:
        document = found.document(session, document_id)
        rows = queries.evidence_of(session, document_id)
        being_read = document.state == "new" and queries.being_read(session, document_id)
    return DocumentView(
        document,
        {field.name: fields.get(document, field.name) for field in fields.FIELDS},
        {name: fields.reading(row) for name, row in rows.items()},
        {name for name, row in rows.items() if row.confirmed},
        being_read,
    )


@in_words
def edit(workspace: Workspace, document_id: int, values: Mapping[str, str]) -> Change:
    """Writes what the clerk typed; each of these fields counts as confirmed. One step of undo."""
    learnt(workspace)
    with workspace.catalog.write("document.edit") as transaction:
        session = transaction.session
        document = found.document(session, document_id)
        transaction.subject = document.code or document.source_name
        objections.renew_seals(document, session.scalars(_rows_of(document_id)))
        for name, value in values.items():
            fields.put(document, name, value)
            _confirm_one(session, document, name)
    return transaction.change


@in_words
def confirm_field(workspace: Workspace, document_id: int, name: str) -> Change:
    """The clerk looked and it is right, whatever the checks hold against it."""
    learnt(workspace)
    with workspace.catalog.write("document.confirm_field", fields.label(name)) as transaction:
        session = transaction.session
        document = found.document(session, document_id)
        row = _confirm_one(session, document, name)
        row.stands = objections.seal(document, name)
    return transaction.change


@in_words
def confirm(workspace: Workspace, document_ids: Iterable[int]) -> Change:
    """These documents are described: all their fields count as seen."""
    learnt(workspace)
    with workspace.catalog.write("document.confirm") as transaction:
        for document_id in document_ids:
            document = found.document(transaction.session, document_id)
            document.state = "confirmed"
            for row in transaction.session.scalars(_rows_of(document_id)):
                row.confirmed = True
                if row.name in fields.BY_NAME:
                    row.stands = objections.seal(document, row.name)
    return transaction.change


@in_words
def describe_again(job: Job, workspace: Workspace, boxes: SandboxPool, document_ids: Sequence[int]) -> Change:
    """Reads the fields anew; what the clerk confirmed stays. One step of undo for all of them.

    Documents of one dossier are read together, in their order: a number or day that is hard to read is settled by its neighbours.
    """
    first_read: dict[int, dict[str, FieldReading]] = {}
    proposed = {}
    for together in _by_dossier(workspace, document_ids):
        job.progress(len(first_read), len(document_ids))
        first_read |= read_anew(job, workspace, boxes, together)
    for document_id, readings in first_read.items():
        proposed[document_id] = learning.improve(workspace, readings, document_id)
    with workspace.catalog.write("document.describe_again") as transaction:
        session = transaction.session
        for document_id, readings in proposed.items():
            document = found.document(session, document_id)
            rows = {row.name: row for row in session.scalars(_rows_of(document_id))}
            objections.renew_seals(document, rows.values())
            for name, reading in readings.items():
                if name not in fields.BY_NAME or (name in rows and rows[name].confirmed):
                    continue
                if name in rows:
                    session.delete(rows[name])
                    session.flush()
                fields.put(document, name, reading.value)
                session.add(fields.evidence(document_id, name, reading))
            keep_first_read(session, document_id, first_read[document_id])
    for document_id in document_ids:
        try:
            _complete(job, workspace, boxes, document_id)
        except Cancelled:
            raise
        except AppError as error:  # the fields are read; the other documents still get their copies
            job.problem(fields_of(workspace, document_id).document.source_name, error)
    hands.practise_if_due(job, workspace, boxes)
    return transaction.change


def read_anew(
    job: Job, workspace: Workspace, boxes: SandboxPool, together: Sequence[int]
) -> dict[int, dict[str, FieldReading]]:
    """What documents that lie together say, by document; nothing is written."""
    with workspace.scratch() as scratch:
        papers = [_paper(workspace, document_id, scratch) for document_id in together]
        own = hands.file_in(workspace, scratch)
        return dict(zip(together, read_dossier(job, boxes, papers, scratch, own), strict=True))


def _complete(job: Job, workspace: Workspace, boxes: SandboxPool, document_id: int) -> None:
    """Makes the access copy that a secrecy mark, taken off since, had held back."""
    with workspace.catalog.read() as session:
        document = found.document(session, document_id)
        has_one = queries.best_rendition(session, document_id, "access") is not None
    if has_one or document.signed or document.secrecy:
        return
    with workspace.scratch() as scratch:
        access = make_access_copy(job, workspace, boxes, document_id, scratch)
    if access is not None:
        with workspace.catalog.write("document.access_copy", document.code) as transaction:
            transaction.session.add(access)


def _by_dossier(workspace: Workspace, document_ids: Sequence[int]) -> list[list[int]]:
    """Documents of one dossier together in their order there, those outside of any alone."""
    with workspace.catalog.read() as session:
        rows = [found.document(session, document_id) for document_id in document_ids]
    dossiers: dict[int, list[Document]] = {}
    alone = []
    for row in rows:
        if row.dossier_id is None:
            alone.append([row.id])
        else:
            dossiers.setdefault(row.dossier_id, []).append(row)
    return [*([row.id for row in sorted(d, key=lambda row: (row.ordinal, row.id))] for d in dossiers.values()), *alone]


@in_words
def turn_page(workspace: Workspace, document_id: int, number: int, degrees: int) -> Change:
    """Turns a page for the eye, in steps of 90° clockwise; the image as scanned stays."""
    with workspace.catalog.write("page.turn", str(number)) as transaction:
        page = transaction.session.scalars(select(Page).where(Page.document_id == document_id, Page.number == number)).first()
        if page is None:
            raise AppError("page.gone", _("This document has no page {number}.").format(number=number))
        page.turn = round((page.turn + degrees) / 90) * 90 % 360
    return transaction.change


def check(workspace: Workspace, document_id: int) -> list[tuple[str, str, str]]:
    """(field, code, sentence) for everything that looks wrong in a document's fields."""
    view = fields_of(workspace, document_id)
    readings = {name: FieldReading(value, 1.0) for name, value in view.values.items()}
    return list(checks.check_fields(readings, today=clock.today()))


def _rows_of(document_id: int) -> Select[FieldEvidence]:
    return select(FieldEvidence).where(FieldEvidence.document_id == document_id)


def _confirm_one(session: Session, document: Document, name: str) -> FieldEvidence:
    value = fields.get(document, name)
    row = session.scalars(_rows_of(document.id).where(FieldEvidence.name == name)).first()
    if row is None:
        row = fields.evidence(document.id, name, FieldReading(value, 1.0, source="clerk"))
        session.add(row)
    elif row.value != value:
        row.value, row.source, row.confidence, row.stands = value[:1000], "clerk", 1.0, ""
    row.confirmed = True
    return row
