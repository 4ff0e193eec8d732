"""Scanning at the desk: every page is in the archive, encrypted and committed, before the scanner is asked for the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app import clock
from app.capture import scanner
from app.capture.scanner import Device, ScannedPage, ScanProfile, trouble
from app.desk.intake import IntakeResult, run_batch
from app.desk.intake_steps import next_ordinal
from app.errors import AppError, Cancelled, Problem
from app.i18n import _
from app.jobs import Job
from app.package.puid import identify
from app.sandbox import SandboxPool
from app.settings import Settings
from app.troubles import in_words
from app.workspace import Workspace
from storage.records import Document, Intake, Page, Rendition, new_uuid

OnPage = Callable[[Path, int], None]


@dataclass(slots=True)
class Scanned:
    """A pile whose pages are in the archive and wait to be read."""

    batch: str
    pages: int = 0
    problems: list[Problem] = field(default_factory=list)


def devices(job: Job) -> list[Device]:
    """Raises AppError `scanner.none`, `scanner.no_driver`."""
    return scanner.list_devices(job)


def profile_of(
    settings: Settings,
    device: str = "",
    *,
    source: str | None = None,
    duplex: bool | None = None,
    dpi: int | None = None,
    colour: str | None = None,
) -> ScanProfile:
    """What the settings say, except where told otherwise."""
    return ScanProfile(
        device or settings["scan.device"],
        source or settings["scan.source"],
        settings["scan.duplex"] if duplex is None else duplex,
        dpi or settings["scan.dpi"],
        colour or settings["scan.colour"],
    )


@in_words
def scan_pages(
    job: Job,
    workspace: Workspace,
    profile: ScanProfile,
    *,
    dossier_id: int | None = None,
    ocr: bool = True,
    on_page: OnPage | None = None,
) -> Scanned:
    """One pile into one new document, its pages safe; `intake.run_batch(…, batch)` reads them, on another lane.

    `on_page(path, number)` shows a page while it is still there as a file. When the scanner fails or the person stops, the pages
    that came are a document all the same; the trouble is a Problem of the result. Raises AppError only when not a single page came.
    """
    intake_id: int | None = None
    scanned = Scanned(new_uuid())
    with workspace.scratch() as folder:
        try:
            for page in scanner.scan(job, profile, folder):
                if on_page is not None:
                    on_page(page.path, page.number)
                intake_id = _keep(workspace, scanned.batch, page, dossier_id, ocr, intake_id)
                page.path.unlink()
                scanned.pages = page.number
                job.progress(page.number, None, _("Page {number}").format(number=page.number))
        except AppError as error:
            if intake_id is None:
                raise
            if not isinstance(error, Cancelled):
                scanned.problems.append(job.problem(profile.device, error))
    if intake_id is None:
        raise trouble("scanner.no_paper")
    with workspace.catalog.write("scan.end") as transaction:
        transaction.session.get_one(Intake, intake_id).state = "paged"
    return scanned


@in_words
def scan(
    job: Job,
    workspace: Workspace,
    boxes: SandboxPool,
    profile: ScanProfile,
    *,
    dossier_id: int | None = None,
    ocr: bool = True,
    on_page: OnPage | None = None,
) -> IntakeResult:
    """`scan_pages`, then recognition and fields; what came before a stop is carried through."""
    scanned = scan_pages(job, workspace, profile, dossier_id=dossier_id, ocr=ocr, on_page=on_page)
    result = run_batch(Job(job.title) if job.stopping else job, workspace, boxes, scanned.batch)
    result.problems += scanned.problems
    return result


def _keep(workspace: Workspace, batch: str, page: ScannedPage, dossier_id: int | None, ocr: bool, intake_id: int | None) -> int:
    """One page into the archive; the first one makes the document and the intake row."""
    puid = identify(page.path).puid
    sha256, size = workspace.objects.put_file(page.path)
    with workspace.catalog.write("scan.page", f"{page.number}") as transaction:
        session = transaction.session
        if intake_id is None:
            name = _("Scan of {time}").format(time=clock.now().strftime("%d/%m/%Y %H:%M"))
            document = Document(
                dossier_id=dossier_id, ordinal=next_ordinal(session, dossier_id), source_name=name, created_at=clock.stamp()
            )
            session.add(document)
            session.flush()
            row = Intake(
                batch=batch,
                source=f"scan:{batch}",
                ocr=ocr,
                dossier_id=dossier_id,
                state="scanning",
                document_id=document.id,
                created_at=clock.stamp(),
            )
            session.add(row)
            session.flush()
        else:
            row = session.get_one(Intake, intake_id)
            document = session.get_one(Document, row.document_id)
        document.pages = page.number
        session.add(
            Page(document_id=document.id, number=page.number, image=sha256, width=page.width, height=page.height, dpi=page.dpi)
        )
        session.add(
            Rendition(
                document_id=document.id,
                kind="original",
                sha256=sha256,
                size=size,
                mime="image/jpeg",
                name=f"{page.number:04d}.jpg",
                puid=puid,
                created_at=clock.stamp(),
            )
        )
        return row.id
