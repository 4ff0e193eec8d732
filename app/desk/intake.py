"""Bringing papers in: from files and folders to documents with pages, words, fields and an access copy.

Every step of every item is recorded in its `Intake` row within the transaction that does it, so that a killed program goes on
where it was: nothing is lost, nothing comes twice.

    waiting → stored (the bytes are ours, the document exists) → paged (every page has its image) → recognised (every page has its
    words) → done (fields and access copy);  failed: the sentence is kept, the source stays where it was;  doubled: we have it
    (pages of it that had failed are tried again: see `app.desk.mending`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.capture import files
from app.desk import found, intake_steps, mending
from app.errors import AppError, Cancelled, Problem
from app.i18n import _
from app.jobs import Job
from app.package.tree import looks_like_a_package
from app.sandbox import SandboxPool
from app.troubles import in_words, of_os, translated
from app.workspace import Workspace
from storage.errors import StorageError
from storage.records import Intake, new_uuid

OPEN = ("scanning", "waiting", "stored", "paged", "recognised")
SPARE = 1  # items more than workers, so that none of these waits while another item is on its way to the disk
STOPS_ALL = ("disk.full",)  # every further item would fail in the same way


@dataclass(slots=True, frozen=True)
class Outcome:
    """How one file ended. `state` as of the intake row; `error` where it failed (the document may exist all the same)."""

    source: str
    state: str
    document_id: int | None = None
    error: Problem | None = None
    mended: tuple[int, ...] = ()  # pages of a doubled document that had failed and are whole now


@dataclass(slots=True)
class IntakeResult:
    """`outcomes`: one for each file and each path that could not be looked into, in their order."""

    batch: str
    outcomes: list[Outcome] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@in_words
def import_files(
    job: Job,
    workspace: Workspace,
    boxes: SandboxPool,
    paths: Iterable[Path],
    *,
    ocr: bool = True,
    dossier_id: int | None = None,
) -> IntakeResult:
    """Takes in files and whole folders, in the order given. One bad file is a Problem of the result; the rest go on.

    Raises Cancelled when stopped (what is begun stays and `resume` ends it) and AppError `disk.full`.
    """
    before = len(job.problems)
    lost: list[Outcome] = []
    sources = list(dict.fromkeys(intake_steps.source_text(path) for path in collected(job, paths, lost)))
    batch = enqueue(workspace, [Item(source, dossier_id) for source in sources], ocr=ocr)
    result = run_batch(job, workspace, boxes, batch)
    result.problems = job.problems[before:]
    result.outcomes = lost + result.outcomes
    return result


@dataclass(slots=True, frozen=True)
class Item:
    """One file to be taken in. `given` as of the intake row."""

    source: str
    dossier_id: int | None = None
    given: str = ""


def enqueue(workspace: Workspace, items: Sequence[Item], *, ocr: bool) -> str:
    """Writes the intake rows of a new batch; returns the batch. Raises AppError `dossier.gone`."""
    batch = new_uuid()
    with workspace.catalog.write("intake.add", f"{len(items)}") as transaction:
        for dossier_id in {item.dossier_id for item in items if item.dossier_id is not None}:
            found.dossier(transaction.session, dossier_id)
        now = clock.stamp()
        transaction.session.add_all(
            Intake(batch=batch, source=item.source, ocr=ocr, dossier_id=item.dossier_id, given=item.given, created_at=now)
            for item in items
        )
    return batch


def collected(job: Job, paths: Iterable[Path], lost: list[Outcome]) -> Iterator[Path]:
    """The files of all paths; a path that is gone or shut goes to `lost` with its problem and doesn't keep the others back."""
    for path in paths:
        try:
            _refuse_package(found.plain_file(path))
            yield from (file.absolute() for file in files.collect([path]))
        except AppError as error:
            problem = job.problem(intake_steps.shown(path.name or str(path)), error)
            lost.append(Outcome(intake_steps.source_text(path.absolute()), "failed", None, problem))


def _refuse_package(path: Path) -> None:
    """A package is no document: taken apart here, its descriptions would be lost. Raises AppError `intake.package`."""
    if path.suffix.casefold() == ".edxml" or looks_like_a_package(path):
        raise AppError(
            "intake.package",
            _("“{name}” is a package of records or a message, not a document.").format(name=path.name),
            _("Take it in with “Take in a package”; on the command line: vankho import-package."),
        )


def resume(job: Job, workspace: Workspace, boxes: SandboxPool) -> IntakeResult:
    """Ends whatever an earlier run left unfinished."""
    return run_batch(job, workspace, boxes, None)


def pending(workspace: Workspace) -> int:
    """How many items wait to be finished."""
    with workspace.catalog.read() as session:
        return session.scalar(select(func.count()).select_from(Intake).where(Intake.state.in_(OPEN))) or 0


def failures(workspace: Workspace, batch: str | None = None) -> list[Problem]:
    """What could not be taken in, with the sentence that was shown."""
    with workspace.catalog.read() as session:
        query = select(Intake).where(Intake.state == "failed").order_by(Intake.id)
        rows = session.scalars(query if batch is None else query.where(Intake.batch == batch))
        return [Problem(row.source, row.code, row.message) for row in rows]


@in_words
def run_batch(job: Job, workspace: Workspace, boxes: SandboxPool, batch: str | None) -> IntakeResult:
    """Works through the open items of a batch (None: of all), several at a time; documents come to be in the items' order."""
    with workspace.catalog.read() as session:
        ids = _open_ids(session, batch)
    result = IntakeResult(batch or "")
    before = len(job.problems)
    job.progress(0, len(ids), _("Taking in…"))
    turns = Turns(ids)
    with ThreadPoolExecutor(boxes.size + SPARE, thread_name_prefix="intake") as threads, _stopped_by_interrupt(job):
        ended = threads.map(lambda i: _one(job, workspace, boxes, i, turns), ids)
        for done, (intake_id, problem) in enumerate(zip(ids, ended, strict=True), 1):
            _tell(job, done, len(ids))
            _note(workspace, intake_id, problem, result)
    result.problems = job.problems[before:]  # of items, and of single pages in items that went on
    full = next((p for p in result.problems if p.code in STOPS_ALL), None)
    if full is not None:
        raise AppError(full.code, full.message, full.advice, detail=full.detail)
    job.check()
    return result


class Turns:
    """Lets items that run side by side pass one point in their order: a folder's files become documents as they are named.

    An item is started after those before it, so that waiting for them always ends.
    """

    def __init__(self, ids: Iterable[int]) -> None:
        self._left = dict.fromkeys(ids)
        self._passed = threading.Condition()

    def wait(self, item: int) -> None:
        """Returns when every item before this one is past."""
        with self._passed:
            self._passed.wait_for(lambda: next(iter(self._left), item) == item or item not in self._left)

    def passed(self, item: int) -> None:
        with self._passed:
            self._left.pop(item, None)
            self._passed.notify_all()


@contextmanager
def _stopped_by_interrupt(job: Job) -> Iterator[None]:
    """Ctrl+C must not wait for a thousand pages: what runs stops at its next safe point."""
    try:
        yield
    except BaseException:
        job.stop()
        raise


def _tell(job: Job, done: int, total: int) -> None:
    if job.stopping:
        return  # the items under way end by themselves at their next safe point; those not begun don't count as done
    with suppress(Cancelled):
        job.progress(done, total)


def _open_ids(session: Session, batch: str | None) -> list[int]:
    query = select(Intake.id).where(Intake.state.in_(OPEN)).order_by(Intake.id)
    return list(session.scalars(query if batch is None else query.where(Intake.batch == batch)))


def _one(job: Job, workspace: Workspace, boxes: SandboxPool, intake_id: int, turns: Turns) -> Problem | None:
    """One item through all its steps. A refusal of the item is its Problem; trouble of the whole program passes through."""
    with workspace.catalog.read() as session:
        item = session.get_one(Intake, intake_id)
    where = intake_steps.shown(intake_steps.source_path(item.source).name)
    try:
        job.check()
        intake_steps.run(job, workspace, boxes, intake_id, turns)
    except Cancelled:
        pass
    except AppError as error:
        return _failed(job, workspace, intake_id, where, error)
    except StorageError as error:
        return _failed(job, workspace, intake_id, where, translated(error))
    except OSError as error:
        return _failed(job, workspace, intake_id, where, of_os(error, where))
    finally:
        turns.passed(intake_id)
    return None


def _failed(job: Job, workspace: Workspace, intake_id: int, where: str, error: AppError) -> Problem:
    problem = job.problem(where, error)
    if error.code in STOPS_ALL:
        job.stop()
    else:
        with workspace.catalog.write("intake.fail", where) as transaction:
            row = transaction.session.get_one(Intake, intake_id)
            row.state, row.code, row.message = "failed", error.code, str(error)[:1000]
    return problem


def _note(workspace: Workspace, intake_id: int, problem: Problem | None, result: IntakeResult) -> None:
    with workspace.catalog.read() as session:
        row = session.get_one(Intake, intake_id)
        whole = tuple(mending.whole(session, row)) if row.state == "doubled" else ()
    result.outcomes.append(Outcome(row.source, row.state, row.document_id, problem, whole))
    if row.state in ("done", "failed") and row.document_id is not None:  # failed late: the document exists and is shown
        result.documents.append(row.document_id)
    elif row.state == "doubled":
        result.doubled.append(row.source)
