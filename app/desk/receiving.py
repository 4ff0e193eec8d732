"""Taking packages of others into the archive: quarantine → check → read → intake. The package as received is kept byte for byte."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from app.capture import files
from app.desk import found, intake, taking_over
from app.desk.acts import SCAN_MARK, SCANNED
from app.desk.completing import breaches
from app.desk.intake_index import Index
from app.desk.package_index import described
from app.desk.taking_over import Conflict, Taken
from app.errors import AppError, Cancelled, Problem
from app.i18n import _
from app.jobs import Job
from app.package.check import check_package
from app.package.puid import identify
from app.package.reading import ReadDocument, ReadFile, read_package
from app.package.report import Report
from app.package.submission import Agreement, agreement
from app.package.tree import BROKEN, Tree, looks_like_a_package, open_tree
from app.package.virus import Scanner
from app.sandbox import SandboxPool
from app.troubles import in_words
from app.workspace import Workspace
from storage.records import new_uuid

INSPECT_SECONDS = 120
CHUNK = 1 << 20
LOOSELY_CHECKED = ("tt02",)  # shapes that no rules of today hold for
MOST_TOLD = 3


@dataclass(slots=True)
class Received:
    """One package: what became of it. `known` are documents that were here already, just as the package has them."""

    path: Path
    report: Report
    kind: str = ""
    package_id: int = 0
    dossier_id: int = 0
    documents: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


@dataclass(slots=True)
class ReceivedAll:
    packages: list[Received] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@in_words
def import_packages(
    job: Job,
    workspace: Workspace,
    boxes: SandboxPool,
    paths: Iterable[Path],
    *,
    ocr: bool = True,
    accept: bool = False,
    engine: Scanner | None = None,
    terms: Path | None = None,
    index: Index | None = None,
) -> ReceivedAll:
    """Takes in packages, one after the other; one that is refused is a Problem and keeps none back. See `import_package`."""
    before = len(job.problems)
    result = ReceivedAll()
    for path in paths:
        try:
            result.packages.append(
                import_package(job, workspace, boxes, path, ocr=ocr, accept=accept, engine=engine, terms=terms, index=index)
            )
        except Cancelled:
            raise
        except AppError as error:
            if error.code in ("cancelled", "disk.full"):
                raise
            job.problem(path.name, error)
    result.problems = job.problems[before:]
    return result


@in_words
def import_package(
    job: Job,
    workspace: Workspace,
    boxes: SandboxPool,
    path: Path,
    *,
    ocr: bool = True,
    accept: bool = False,
    engine: Scanner | None = None,
    terms: Path | None = None,
    index: Index | None = None,
) -> Received:
    """Takes one package into the archive, folder or file, and lets its documents pass through intake.

    Nothing that is here is overwritten: what the package says otherwise comes back as a `Conflict`. `accept` takes a package in
    although the check found errors; harmful ones (paths that lead outside, bombs) are never unpacked.

    With `engine` every file passes the virus scanner first, and PREMIS will tell of it; `terms` is the submission agreement that the
    package must keep to; `index` is a spreadsheet index that came with it and fills what the package leaves open.
    Raises AppError `package.refused`, `package.unknown`, `package.virus`, `package.agreement`, `virus.unavailable`,
    `agreement.broken`, `file.unreadable`.
    """
    agreed = agreement(terms) if terms is not None else None
    with workspace.scratch() as scratch:
        job.progress(0, None, _("Checking the package…"))
        quarantined = _quarantine(found.plain_file(path), scratch)
        report = check_package(quarantined, job=job)
        tree = open_tree(quarantined, Report(quarantined))
        if tree is None:
            raise _refused(report)
        try:
            read = read_package(tree)
            if read is None:
                raise AppError(
                    "package.unknown",
                    _("“{name}” is no package that Văn Khố knows.").format(name=path.name),
                    _("Take its files in as documents instead."),
                )
            if not (report.valid or accept or read.kind in LOOSELY_CHECKED):
                raise _refused(report)
            if index is not None:
                read = described(job, read, index, tree.name)
            scanned = _scan(job, tree, engine) if engine is not None else ""
            kept, size = workspace.objects.put_file(_as_one_file(quarantined, scratch))
            taken = [_take(job, workspace, boxes, tree, each, scratch) for each in read.documents]
            if agreed is not None:
                _hold_against(agreed, taken)
        finally:
            tree.close()
        batch = new_uuid()
        noted = taking_over.note(
            workspace, read, taken, name=path.name, kept=kept, size=size, valid=report.valid, batch=batch, ocr=ocr
        )
    if scanned:
        _note_scan(workspace, read.objid, scanned)
    intake.run_batch(job, workspace, boxes, batch)
    result = Received(path, report, read.kind)
    result.package_id, result.dossier_id = noted.package_id, noted.dossier_id
    result.documents, result.known, result.conflicts = noted.documents, noted.known, noted.conflicts
    return result


def _quarantine(path: Path, scratch: Path) -> Path:
    """A copy that nobody else can change while it is looked at; links are not followed."""
    target = scratch / "quarantine" / path.name
    target.parent.mkdir()
    if path.is_dir():
        shutil.copytree(path, target, symlinks=True)
    else:
        files.stable_copy(path, target)
    return target


def _scan(job: Job, tree: Tree, engine: Scanner) -> str:
    """Every file of the package through the scanner; the engine with the date of its signatures. Raises AppError `package.virus`."""
    for number, path in enumerate(sorted(tree.sizes)):
        job.progress(number, len(tree.sizes), _("Checking for viruses…"))
        try:
            with tree.open(path) as file:
                virus = engine.scan(file)  # type: ignore[arg-type]  # it only reads
        except BROKEN as error:
            raise _unreadable(path, error) from error
        if virus:
            raise AppError(
                "package.virus",
                _("A virus was found in the file “{name}” of the package: {virus}.").format(name=path, virus=virus),
                _("The package was not taken in. Tell whoever sent it and the person who looks after your computers."),
            )
    return engine.words


def _note_scan(workspace: Workspace, objid: str, words: str) -> None:
    """The virus check into the audit chain, from which PREMIS tells it (`app.desk.acts.scans_of`)."""
    with workspace.catalog.write(SCANNED, f"{objid}{SCAN_MARK}{words}") as transaction:
        transaction.always = True


def _hold_against(agreed: Agreement, taken: Iterable[Taken]) -> None:
    """Raises AppError `package.agreement` for the first document whose file the archive does not take."""
    for one in taken:
        words = breaches(agreed, one.read.record, one.main.mime, one.main.size) if one.main is not None else []
        if words and one.read.file is not None:
            raise AppError(
                "package.agreement",
                f"{one.read.file.name}: {words[0]}",
                _("The package does not keep to the submission agreement “{name}”.").format(name=agreed.name),
            )


def _as_one_file(path: Path, scratch: Path) -> Path:
    """The file itself; of a folder a stored ZIP of its files."""
    if path.is_file():
        return path
    target = scratch / "received.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for each in sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink()):
            file.write(each, f"{path.name}/{each.relative_to(path).as_posix()}")
    return target


def _take(job: Job, workspace: Workspace, boxes: SandboxPool, tree: Tree, read: ReadDocument, scratch: Path) -> Taken:
    """The bytes of a document into the objects, and what they are."""
    job.check()
    taken = Taken(read)
    if read.file is not None:
        taken.main = _stored(workspace, tree, read.file, scratch / "file")
        if read.record != "media":
            _inspect(job, boxes, taken, scratch / "file")
    if read.original is not None:
        taken.original = _stored(workspace, tree, read.original, scratch / "original")
    taken.attachments = [_stored(workspace, tree, each, scratch / "attachment") for each in read.attachments]
    return taken


def _stored(workspace: Workspace, tree: Tree, file: ReadFile, place: Path) -> taking_over.Stored:
    try:
        with tree.open(file.path) as source, place.open("wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
    except BROKEN as error:
        raise _unreadable(file.path, error) from error
    sha256, size = workspace.objects.put_file(place)
    form = identify(place)
    return taking_over.Stored(
        sha256, size, file.name, form.mime if form.puid else (file.mime or form.mime), form.puid, file.path
    )


def _unreadable(path: str, error: BaseException) -> AppError:
    return AppError(
        "package.unreadable",
        _("The file “{name}” of the package cannot be read.").format(name=PurePosixPath(path).name),
        _("Ask for the package once more."),
        detail=str(error)[:200],
    )


def _inspect(job: Job, boxes: SandboxPool, taken: Taken, place: Path) -> None:
    """Pages and signatures of the file, as intake finds them; one that cannot be drawn is kept as it is."""
    try:
        taken.info = boxes.call("app.capture.tasks:inspect", path=str(place), timeout=INSPECT_SECONDS, job=job)
    except AppError as error:
        if error.code == "cancelled":
            raise
        job.problem(taken.read.file.name if taken.read.file else "", error)


def _refused(report: Report) -> AppError:
    errors = [finding for finding in report.findings if finding.level == "error"]
    told = "\n".join(f"• {finding.message}" for finding in errors[:MOST_TOLD])
    more = len(errors) - MOST_TOLD
    if more > 0:
        told += "\n" + _("… and {count} more").format(count=more)
    return AppError(
        "package.refused",
        _("The package is not right, so it was not taken in:") + "\n" + told,
        _("Send the report of the check to whoever made the package, or take it in as it is."),
    )


__all__ = ["Conflict", "Received", "ReceivedAll", "import_package", "import_packages", "looks_like_a_package"]
