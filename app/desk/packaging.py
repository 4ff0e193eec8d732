"""Packing dossiers for the archive that receives them, and checking packages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from app import clock
from app.desk import found, packing
from app.desk.acts import Acts
from app.desk.packing import Wishes, documents_of, package_input, year_of
from app.errors import AppError, Problem
from app.i18n import _
from app.jobs import Job
from app.package import hand_over, plans, segments
from app.package.check import PROFILES as CHECK_PROFILES
from app.package.check import check_package
from app.package.contents_list import ContentsList, Row, write_contents_list
from app.package.hand_over import Handed, HandOver
from app.package.journal import Entry, Journal
from app.package.model import PackageInput
from app.package.names import safe_name
from app.package.plan import unfit
from app.package.report import Report
from app.package.space import digest_of, refuse_small_disk, size_of
from app.package.write import Written, write_package
from app.rules import codes
from app.troubles import in_words
from app.workspace import Workspace
from storage.records import Document, Dossier, Package, PackageItem

__all__ = [
    "CHECK_PROFILES", "KINDS", "ExportResult", "Exported", "check_path", "contents_list", "export", "export_dossier", "package_input",
    "space_needed",
]  # fmt: skip
KINDS = plans.kinds()
SCHEMAS = ("TT05-EAD-XSD", "TT05-METS-XSD", "TT05-PREMIS-XSD")  # what the check says of XML that breaks its schema
LIST_NAME, MINUTES_NAME = "muc-luc-nop-luu.docx", "bien-ban-giao-nhan.docx"


@dataclass(slots=True)
class Exported:
    """One package on disk and what the check says of it. `digest` is the SHA-256 of the ZIP, empty for a folder."""

    path: Path
    documents: int
    size: int
    report: Report
    digest: str = ""
    already: bool = False  # written by an earlier run of the same export
    seal: Path | None = None  # the signature beside it


@dataclass(slots=True)
class ExportResult:
    packages: list[Exported] = field(default_factory=list)
    papers: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        return all(each.report.valid for each in self.packages)


@in_words
def export_dossier(
    job: Job,
    workspace: Workspace,
    dossier_id: int,
    kind: str,
    out: Path,
    *,
    dialect: str = "accepted",
    version: str = "",
    as_zip: bool = True,
    now: datetime | None = None,
) -> Exported:
    """Writes the package of one dossier into the folder `out` and checks it as the receiving archive would.

    Raises AppError `package.empty`, `package.kind`, `document.no_file`, and those of `write_package`.
    """
    wishes = Wishes(kind=kind, dialect=dialect, version=version, as_zip=as_zip, papers=False)
    return _export_one(job, workspace, dossier_id, out, wishes, now or clock.now(), 1, None)[0]


@in_words
def export(
    job: Job,
    workspace: Workspace,
    dossier_ids: Sequence[int],
    out: Path,
    wishes: Wishes,
    *,
    seal: Callable[[Path, str], Path] | None = None,
    now: datetime | None = None,
) -> ExportResult:
    """Writes the packages of many dossiers, with the papers of the hand-over. A dossier that cannot be packed is a Problem.

    Repeated after a kill or a stop it goes on where it was: what is whole in `out` is not written again. `seal` signs each package
    that passed the check (path, SHA-256 of the ZIP → the signature's file): `app.desk.sealing.seal`. Raises AppError
    `package.kind` and `package.space` before the first byte, `token.*` when the token fails; Cancelled when stopped.
    """
    _known(wishes.kind)
    moment = now or clock.now()
    before = len(job.problems)
    _room(workspace, dossier_ids, out)
    result = ExportResult()
    acts = Acts(workspace, dossier_ids) if wishes.kind in packing.WITH_EVENTS else None
    for number, dossier_id in enumerate(dossier_ids, 1):
        job.progress(0, None, _("Package {number} of {count}").format(number=number, count=len(dossier_ids)))
        try:
            made = _export_one(job, workspace, dossier_id, out, wishes, moment, number, acts)
            result.packages += made
            if seal is not None:
                for each in made:
                    each.seal = seal(each.path, each.digest) if each.report.valid else None
        except AppError as error:
            if error.code in ("cancelled", "package.space", "package.write") or error.code.startswith("token."):
                raise
            job.problem(_name_of(workspace, dossier_id), error)
    result.problems = job.problems[before:]
    if wishes.papers and result.packages and wishes.kind != "dip":
        result.papers = _papers(workspace, dossier_ids, result, out, wishes, moment)
    return result


def check_path(job: Job, path: Path, profile: str = "auto") -> Report:
    """Checks a package, folder, ZIP or TAR; anything odd is a finding, never an error. `profile`: one of CHECK_PROFILES."""
    return check_package(path, profile=profile, job=job)


@in_words
def contents_list(workspace: Workspace, dossier_id: int, out: Path) -> Path:
    """The dossier's Mục lục văn bản, tài liệu (Nghị định 30, annex V, form IV) as DOCX at `out`."""
    with workspace.catalog.read() as session:
        dossier = found.dossier(session, dossier_id)
        documents = documents_of(session, dossier_id)
    rows = [
        Row(
            code=d.code,
            issued_on=d.issued_date,
            type_and_subject=" ".join(filter(None, (codes.type_word(d.type_name), d.subject))),
            author=d.organ_name,
            sheets=d.sheets or str(d.pages or ""),
            note=d.description,
        )
        for d in documents
    ]
    write_contents_list(ContentsList(dossier.code, year_of(dossier, documents), rows, title=dossier.title), out)
    return out


def space_needed(workspace: Workspace, dossier_ids: Sequence[int]) -> int:
    """Bytes that the packages of these dossiers take at most, known before anything is written."""
    with workspace.catalog.read() as session:
        total = 0
        for dossier_id in dossier_ids:
            for document in documents_of(session, dossier_id):
                total += packing.size_of(session, document.id) + segments.PER_DOCUMENT
            total += segments.FRAME
    return total


def _export_one(
    job: Job,
    workspace: Workspace,
    dossier_id: int,
    out: Path,
    wishes: Wishes,
    moment: datetime,
    ordinal: int,
    acts: Acts | None,
) -> list[Exported]:
    _known(wishes.kind)
    package = package_input(workspace, dossier_id, wishes, moment, ordinal, acts)
    out.mkdir(parents=True, exist_ok=True)
    journal, key = Journal(out), packing.fingerprint(package, wishes)
    entry = journal.entries.get(key)
    if entry is not None and journal.whole(key):
        return [_found(job, out / name, len(package.documents)) for name in entry.files]
    if entry is None or entry.done:  # done, but its files were taken away: a new package
        entry = Entry(
            dossier=package.dossier.get("fileCode") or "", uuid=package.uuid, created=moment.isoformat(), ordinal=ordinal
        )
        journal.put(key, entry)
    else:
        package = replace(package_input(workspace, dossier_id, wishes, entry.moment, entry.ordinal, acts), uuid=entry.uuid)
    parts = segments.split(package, wishes.segment_size) if wishes.segment_size else [package]
    made = []
    for part in parts:
        one = _one_part(job, workspace, part, out, wishes)
        made.append(one)
        _note(workspace, dossier_id, part, one)
    journal.put(key, replace(entry, done=True, files=[each.path.name for each in made]))
    return made


def _one_part(job: Job, workspace: Workspace, part: PackageInput, out: Path, wishes: Wishes) -> Exported:
    """Writes one package; one that is there whole already, from a run that was killed before it could say so, is taken."""
    plan = plans.plan_of(part, wishes.dialect, wishes.version, prove=False)
    target = out / (plan.zip_name if wishes.as_zip else plan.folder)
    if target.exists():
        standing = _found(job, target, len(part.documents))
        if standing.report.valid:
            return replace(standing, already=False)
    # The check that follows reads back what lies on disk and holds every file against its known digest and schema: once is enough.
    written = write_package(job, part, out, as_zip=wishes.as_zip, prove=False, plan=plan)
    report = check_package(written.path, job=job)
    if not report.valid:
        _refuse_changed(workspace, part, written)
        _refuse_unfit(report, written)
    if wishes.digest_file and written.sha256:
        _digest_file(written)
    return Exported(written.path, len(part.documents), written.bytes, report, written.sha256)


def _refuse_changed(workspace: Workspace, part: PackageInput, written: Written) -> None:
    """A package whose files are not what the catalog says does not stay. Raises AppError `package.fixity`."""
    for document in part.documents:
        if document.linked is None and not workspace.objects.verify(document.sha256):
            _take_back(written)
            raise AppError(
                "package.fixity",
                _("The file “{name}” is not the one that was archived: its bytes have changed.").format(name=document.name),
                _("Restore the file from a backup, then export again."),
            )


def _refuse_unfit(report: Report, written: Written) -> None:
    """Nor does one whose XML does not follow its schemas. Raises AppError `package.schema`."""
    wrong = next((each for each in report.findings if each.rule in SCHEMAS), None)
    if wrong is not None:
        _take_back(written)
        raise unfit(f"{wrong.where}: {wrong.message}")


def _take_back(written: Written) -> None:
    if written.path.is_dir():
        shutil.rmtree(written.path)
    else:
        written.path.unlink()


def _digest_file(written: Written) -> None:
    """`<name>.sha256` beside the package, as `sha256sum -c` reads it."""
    beside = written.path.with_name(f"{written.path.name}.sha256")
    beside.write_text(f"{written.sha256}  {written.path.name}\n", "utf-8")


def _found(job: Job, path: Path, documents: int) -> Exported:
    report = check_package(path, job=job)
    return Exported(path, documents, size_of(path), report, digest_of(path), already=True)


def _note(workspace: Workspace, dossier_id: int, part: PackageInput, made: Exported) -> None:
    """The package into the catalog: what it is called, which documents are in it, its digest."""
    plan_ids = packing.identifiers(part)
    with workspace.catalog.write("dossier.export", f"{part.dossier.get('fileCode', '')} → {made.path.name}") as transaction:
        session = transaction.session
        transaction.always = True
        row = Package(
            direction="out", kind=part.kind, objid=made.report.objid, record_status=part.record_status, name=made.path.name[:255],
            sha256=made.digest, size=made.size, valid=made.report.valid, dossier_id=dossier_id, created_at=clock.stamp(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        ids = packing.ids_by_uuid(session, [d.uuid for d in part.documents])
        session.add_all(
            PackageItem(
                package_id=row.id,
                document_id=ids[d.uuid],
                path=f"representations/rep1/data/{d.name}"[:500],
                identifier=(plan_ids[d.uuid] or "")[:100],
                sha256=d.sha256,
            )
            for d in part.documents
            if d.linked is None and d.uuid in ids
        )


def _papers(
    workspace: Workspace, dossier_ids: Sequence[int], result: ExportResult, out: Path, wishes: Wishes, moment: datetime
) -> list[Path]:
    """Mục lục nộp lưu and Biên bản giao nhận beside the packages; those of an earlier hand-over in the folder get a number."""
    by_dossier: dict[str, list[Exported]] = {}
    names = {name: entry.dossier for entry in Journal(out).entries.values() for name in entry.files}
    for each in result.packages:
        by_dossier.setdefault(names.get(each.path.name, ""), []).append(each)
    rows = []
    with workspace.catalog.read() as session:
        for dossier_id in dossier_ids:
            dossier = found.dossier(session, dossier_id)
            documents = documents_of(session, dossier_id)
            made = by_dossier.get(dossier.code) or [
                e for key, group in by_dossier.items() for e in group if dossier.code in key
            ]
            if made:
                rows.append(_handed(dossier.code, dossier, documents, made))
    agency = workspace.settings["office.agency"] or ""
    told = HandOver(agency, workspace.settings["office.parent"] or "", wishes.receiver, workspace.actor, moment, rows)
    return [
        hand_over.write_list(told, _free(out / LIST_NAME)),
        hand_over.write_minutes(told, _free(out / MINUTES_NAME)),
    ]


def _handed(code: str, dossier: Dossier, documents: Sequence[Document], made: Sequence[Exported]) -> Handed:
    days = sorted((d.issued_sort, d.issued_date) for d in documents if d.issued_sort)
    start = dossier.start_date or (days[0][1] if days else "")
    end = dossier.end_date or (days[-1][1] if days else "")
    pages = sum(d.pages for d in documents)
    return Handed(
        code=code,
        title=dossier.title,
        period=" - ".join(dict.fromkeys(filter(None, (start, end)))),
        retention=codes.MAINTENANCE.name(dossier.maintenance) or "",
        sheets=f"{dossier.number_of_paper or (pages + 1) // 2}/{pages}",
        documents=len(documents),
        files=sum(each.report.files for each in made),
        packages=[(each.path.name, each.digest) for each in made],
        note=dossier.description[:100],
    )


def _free(path: Path) -> Path:
    number, wanted = 1, path
    while wanted.exists():
        number += 1
        wanted = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return wanted


def _room(workspace: Workspace, dossier_ids: Sequence[int], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    refuse_small_disk(out, space_needed(workspace, dossier_ids))


def _name_of(workspace: Workspace, dossier_id: int) -> str:
    with workspace.catalog.read() as session:
        return safe_name(found.dossier(session, dossier_id).code)


def _known(kind: str) -> None:
    if kind not in KINDS:
        known = _("Choose one of: {known}.").format(known=", ".join(KINDS))
        raise AppError("package.kind", _("There is no package kind “{kind}”.").format(kind=kind), known)
