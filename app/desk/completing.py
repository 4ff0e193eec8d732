"""Whether a dossier may go out: what is missing or wrong, with the document and the field it belongs to, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from app import clock
from app.desk import found, packing
from app.desk.packing import Wishes, documents_of
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package import plan, profiles
from app.package.model import DocumentInput, EventInput
from app.package.submission import PDFA, Agreement, agreement
from app.package.virus import Scanner, required
from app.settings import Settings
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import Document, Rendition, SpecialRecord

NEAREST = {"sip": "sip-hoso", "aip": "aip-hoso", "dip": "dip"}  # whose tables E-ARK packages are held against
LEVELS = ("error", "warning")


class GapMaker(Protocol):
    """Makes a gap of one document."""

    def __call__(self, level: str, code: str, words: str, field: str = "") -> Gap: ...


@dataclass(slots=True, frozen=True)
class Gap:
    """`field` is the circular's name ("" for the file). `document_id` is None for the dossier itself; `level` error or warning."""

    dossier_id: int
    document_id: int | None
    name: str
    field: str
    level: str
    code: str
    message: str


@dataclass(slots=True, frozen=True)
class VirusCheck:
    """`event` goes into PREMIS; `infected`: document id → virus."""

    event: EventInput
    infected: dict[int, str]


@in_words
def completeness(
    job: Job, workspace: Workspace, dossier_ids: Sequence[int], wishes: Wishes, *, terms: Path | None = None
) -> list[Gap]:
    """What keeps these dossiers from being accepted, errors first. `terms` is a submission agreement in a file.

    Raises AppError `agreement.broken`, `dossier.gone`, Cancelled.
    """
    agreed = agreement(terms)
    gaps: list[Gap] = []
    for number, dossier_id in enumerate(dossier_ids):
        job.progress(number, len(dossier_ids), _("Looking through the dossiers…"))
        gaps += _of_dossier(workspace, dossier_id, wishes, agreed)
    job.progress(len(dossier_ids), len(dossier_ids))
    return sorted(gaps, key=lambda gap: LEVELS.index(gap.level))


def virus_check(
    job: Job, workspace: Workspace, dossier_ids: Sequence[int], engine: Scanner, *, now: datetime | None = None
) -> VirusCheck:
    """Every file that would go out, through the scanner. Raises AppError `virus.unavailable`, Cancelled."""
    infected: dict[int, str] = {}
    done = 0
    for dossier_id in dossier_ids:
        with workspace.catalog.read() as session:
            rows = [(d.id, r) for d in documents_of(session, dossier_id) for r in queries.renditions_of(session, d.id)]
        for document_id, rendition in rows:
            job.progress(done, None, _("Checking for viruses…"))
            with workspace.objects.open(rendition.sha256) as file:
                virus = engine.scan(file)
            if virus:
                infected[document_id] = virus
            done += 1
    told = _("{files} files, {found} infected").format(files=done, found=len(infected))
    event = EventInput(
        type="virus check", at=now or clock.now(), detail=engine.words, outcome="failure" if infected else "success",
        outcome_note=told,
    )  # fmt: skip
    return VirusCheck(event, infected)


def gaps_of_virus(workspace: Workspace, dossier_id: int, check: VirusCheck) -> list[Gap]:
    """What the scanner found, as gaps of the dossier."""
    with workspace.catalog.read() as session:
        here = {d.id: d for d in documents_of(session, dossier_id)}
    words = _("A virus was found in the file: {virus}.")
    return [
        Gap(dossier_id, i, _named(here[i]), "", "error", "VIRUS", words.format(virus=virus))
        for i, virus in check.infected.items()
        if i in here
    ]


def laid_down(settings: Settings) -> tuple[Scanner | None, Path | None]:
    """The virus scanner and the submission agreement that the settings ask for. Raises AppError `virus.none`."""
    engine = required(settings["package.virus_scanner"]) if settings["package.virus_check"] else None
    return engine, settings["package.agreement"]


@in_words
def fit_to_go(
    job: Job,
    workspace: Workspace,
    dossier_ids: Sequence[int],
    wishes: Wishes,
    *,
    terms: Path | None = None,
    engine: Scanner | None = None,
) -> tuple[list[int], Wishes]:
    """The dossiers that may go out, and the wishes with the virus check for PREMIS; the others are Problems of the job.

    Held back is a dossier that the submission agreement `terms` does not take, and one in which `engine` finds a virus.
    Raises AppError `agreement.broken`, `virus.unavailable`, Cancelled.
    """
    fit = list(dossier_ids)
    if terms is not None:
        against = [gap for gap in completeness(job, workspace, fit, wishes, terms=terms) if gap.code == "AGREEMENT"]
        fit = _without(job, fit, [gap for gap in against if gap.level == "error"])
    if engine is not None and fit:
        check = virus_check(job, workspace, fit, engine)
        fit = _without(job, fit, [gap for each in fit for gap in gaps_of_virus(workspace, each, check)])
        clean = replace(check.event, outcome="success", outcome_note=_("No virus was found in the files of this dossier."))
        wishes = replace(wishes, virus_checked=clean)
    return fit, wishes


def _without(job: Job, dossier_ids: Sequence[int], gaps: Sequence[Gap]) -> list[int]:
    for gap in gaps:
        job.problem(gap.name, AppError(f"export.{gap.code.lower()}", gap.message, _("This dossier was not exported.")))
    kept_back = {gap.dossier_id for gap in gaps}
    return [each for each in dossier_ids if each not in kept_back]


def breaches(agreed: Agreement, record: str, mime: str, size: int) -> list[str]:
    """Why the agreement does not take a document's file of `size` bytes; empty when it does."""
    found = []
    taken = agreed.media.get(record)
    if taken is not None and mime not in taken:
        found.append(_("The archive does not take files of this kind ({kind}).").format(kind=mime))
    if agreed.largest_file and size > agreed.largest_file:
        found.append(_("The file is larger than the archive takes ({size} MB).").format(size=agreed.largest_file // 1_000_000))
    return found


def _of_dossier(workspace: Workspace, dossier_id: int, wishes: Wishes, agreed: Agreement) -> list[Gap]:
    with workspace.catalog.read() as session:
        dossier = found.dossier(session, dossier_id)
        documents = documents_of(session, dossier_id)
        gaps = list(_of_files(session, dossier_id, documents, agreed))
    if not documents:
        words = _("The dossier {code} is empty.").format(code=dossier.code)
        return [Gap(dossier_id, None, dossier.code, "", "error", "EMPTY", words)]
    if agreed.maintenance is not None and dossier.maintenance not in agreed.maintenance:
        words = _("The archive does not take dossiers with this retention period.")
        gaps.append(Gap(dossier_id, None, dossier.code, "maintenance", "error", "AGREEMENT", words))
    kind = wishes.kind if wishes.kind in profiles.kinds() else NEAREST.get(wishes.kind.removeprefix("eark-"), "sip-hoso")
    level = "error" if kind == wishes.kind else "warning"
    try:
        package = packing.package_input(workspace, dossier_id, replace(wishes, kind=kind, record_status="NEW"), clock.now())
    except AppError as error:
        if error.code != "document.no_file":
            raise
        return gaps
    by_uuid = {d.uuid: d for d in documents}
    for each in plan.input_faults(package):
        document = by_uuid[each.document.uuid] if isinstance(each.document, DocumentInput) else None
        name = _named(document) if document is not None else dossier.code
        owner = document.id if document is not None else None
        gaps.append(Gap(dossier_id, owner, name, each.fault.field, level, each.fault.rule, each.fault.message))
    return gaps


def _of_files(session: Session, dossier_id: int, documents: Sequence[Document], agreed: Agreement) -> Iterator[Gap]:
    for document in documents:
        special = session.get(SpecialRecord, document.id)
        record = special.record if special is not None else "doc"
        main = queries.best_rendition(session, document.id, "signed", "access", "original")

        def gap(level: str, code: str, words: str, field: str = "", of: Document = document) -> Gap:
            return Gap(dossier_id, of.id, _named(of), field, level, code, words)

        if document.secrecy:
            yield gap("error", "SECRET", _("The document bears a secrecy mark; it must not travel in a package."), "secrecy")
        if main is None:
            yield gap("error", "FILE", _("The document has no file."))
            continue
        yield from _of_main(gap, record, document, main, agreed)
        for each in queries.renditions_of(session, document.id):
            if each.kind == "attachment" and agreed.attachments is not None and each.mime not in agreed.attachments:
                yield gap(
                    "error", "AGREEMENT", _("The archive does not take attachments like “{name}”.").format(name=each.name)
                )


def _of_main(gap: GapMaker, record: str, document: Document, main: Rendition, agreed: Agreement) -> Iterator[Gap]:
    told = breaches(agreed, record, main.mime, main.size)
    media = agreed.media.get(record)
    if told and record == "doc" and media is not None and main.mime not in media and main.mime != "application/pdf":
        told[0] = _("The document has no PDF yet.")
    for words in told:
        yield gap("error", "AGREEMENT", words)
    if record == "doc" and agreed.pdfa and main.mime == "application/pdf" and main.puid not in PDFA:
        yield gap("warning", "PDFA", _("The file is not proven to be PDF/A."))
    if record == "doc" and agreed.signed and not main.signatures:
        words = _("The digitised copy is not signed by the agency.")
        if document.confidence_level != "02":
            words = _("The document is not digitally signed.")
        yield gap("warning", "UNSIGNED", words)


def _named(document: Document) -> str:
    return document.code or document.subject[:60] or document.source_name
