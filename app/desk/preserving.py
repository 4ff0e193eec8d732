"""Keeping files readable for good: what they are, how safe that is, whether they are still whole, and copies in safe formats."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.desk.access import make_access_copy
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package.profiles import FOLDER
from app.package.puid import identify
from app.package.submission import PDFA
from app.sandbox import SandboxPool
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import DayEvidence, Document, FixityCheck, Message, Package, Page, Rendition

DAYS = 90  # within which every file is proven once; the law asks for three years (Thông tư 05/2025, art. 26-31)
AT_ONCE = 200  # results written in one transaction
RISKS = ("high", "unknown", "medium", "low")


@dataclass(slots=True)
class Rolled:
    """One run of the rolling check. `due` counts what was due when it began, `left` what still is."""

    checked: int = 0
    due: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.due - self.checked

    @property
    def sound(self) -> bool:
        return not (self.missing or self.damaged)


@dataclass(slots=True, frozen=True)
class Alarm:
    """A file that was not sound when it was last read, with the document that it belongs to."""

    sha256: str
    outcome: str  # missing, damaged
    checked_at: str
    document_id: int | None
    name: str


@dataclass(slots=True, frozen=True)
class FormatRow:
    """The files of one format. `risk`: high, unknown, medium or low; `name` as people call it, else its media type."""

    puid: str
    mime: str
    count: int
    size: int
    risk: str
    name: str


@in_words
def roll_fixity(
    job: Job, workspace: Workspace, *, days: int = DAYS, most: int | None = None, now: datetime | None = None
) -> Rolled:
    """Reads those files again whose last proof is `days` old, oldest first; at most `most` of them (None: all that are due).

    Each result is kept; a bad one is an alarm until a later check finds the file sound.
    """
    moment = now or clock.now()
    limit = (moment - timedelta(days=days)).isoformat(timespec="milliseconds")
    with workspace.catalog.read() as session:
        known = {row.sha256: row for row in session.scalars(select(FixityCheck))}
        due = [digest for digest in _objects(session) if digest not in known or known[digest].checked_at <= limit]
    due.sort(key=lambda digest: (known[digest].checked_at if digest in known else "", digest))
    result = Rolled(due=len(due))
    chosen = due if most is None else due[:most]
    stamp = moment.isoformat(timespec="milliseconds")
    for start in range(0, len(chosen), AT_ONCE):
        found = []
        for digest in chosen[start : start + AT_ONCE]:
            job.progress(result.checked, len(chosen), _("Checking files…"))
            found.append((digest, _outcome(workspace, digest)))
            result.checked += 1
        _keep(workspace, found, stamp, result)
    return result


def share_of_a_day(workspace: Workspace, days: int = DAYS) -> int:
    """How many files a day's run has to read so that all are read within `days`."""
    with workspace.catalog.read() as session:
        return -(-len(_objects(session)) // days)


def alarms(workspace: Workspace) -> list[Alarm]:
    """Files that were not sound at their last check."""
    with workspace.catalog.read() as session:
        found = []
        for row in session.scalars(select(FixityCheck).where(FixityCheck.outcome != "sound").order_by(FixityCheck.checked_at)):
            owner = session.scalars(select(Rendition.document_id).where(Rendition.sha256 == row.sha256)).first()
            owner = owner or session.scalars(select(Page.document_id).where(Page.image == row.sha256)).first()
            document = session.get(Document, owner) if owner else None
            name = (document.code or document.source_name) if document else ""
            found.append(Alarm(row.sha256, row.outcome, row.checked_at, owner, name))
        return found


@in_words
def identify_formats(job: Job, workspace: Workspace) -> int:
    """Finds out the format of every file that has none yet (PRONOM, by Siegfried); returns how many were found."""
    with workspace.catalog.read() as session:
        rows = list(session.scalars(select(Rendition).where(Rendition.puid == "").order_by(Rendition.id)))
    count = 0
    for number, row in enumerate(rows):
        job.progress(number, len(rows), _("Identifying formats…"))
        with workspace.scratch() as scratch:
            place = scratch / "file"
            try:
                workspace.objects.copy_out(row.sha256, place)
                form = identify(place)
            except AppError as error:
                job.problem(row.name, error)
                continue
        if form.puid:
            with workspace.catalog.write("document.identify", form.puid) as transaction:
                transaction.session.get_one(Rendition, row.id).puid = form.puid
            count += 1
    job.progress(len(rows), len(rows))
    return count


def formats(workspace: Workspace) -> list[FormatRow]:
    """What the archive's files are, the riskiest first."""
    query = (
        select(Rendition.puid, Rendition.mime, func.count(), func.sum(Rendition.size))
        .join(Document, Document.id == Rendition.document_id)
        .where(Document.deleted_at.is_(None))
        .group_by(Rendition.puid, Rendition.mime)
    )
    with workspace.catalog.read() as session:
        rows = [FormatRow(p, m, c, s or 0, risk_of(p), _names().get(p, m)) for p, m, c, s in session.execute(query)]
    return sorted(rows, key=lambda row: (RISKS.index(row.risk), -row.count, row.puid))


def at_risk(workspace: Workspace) -> list[int]:
    """Documents whose only files are in formats that may not be readable one day."""
    with workspace.catalog.read() as session:
        safe = select(Rendition.document_id).where(Rendition.puid.in_(_risks()["low"]))
        query = select(Document.id).where(Document.deleted_at.is_(None), Document.id.not_in(safe))
        return list(session.scalars(query.order_by(Document.id)))


def risk_of(puid: str) -> str:
    return next((risk for risk, keys in _risks().items() if puid in keys), "unknown")


@in_words
def migrate(job: Job, workspace: Workspace, boxes: SandboxPool, document_ids: Sequence[int]) -> list[int]:
    """Makes a PDF/A copy of each document that has none; the original stays as it is. Returns the documents that got one.

    Signed documents are left alone (a copy would not carry the signature), and those under a secrecy mark. One that cannot be made
    is a Problem of the job.
    """
    made = []
    for number, document_id in enumerate(document_ids):
        job.progress(number, len(document_ids), _("Making PDF/A copies…"))
        with workspace.catalog.read() as session:
            document = session.get_one(Document, document_id)
            if document.secrecy or any(row.puid in PDFA for row in queries.renditions_of(session, document_id)):
                continue
        try:
            with workspace.scratch() as scratch:
                copy = make_access_copy(job, workspace, boxes, document_id, scratch)
        except AppError as error:
            if error.code == "cancelled":
                raise
            job.problem(document.code or document.source_name, error)
            continue
        if copy is not None:
            with workspace.catalog.write("document.migrate", document.code) as transaction:
                transaction.session.add(copy)
            made.append(document_id)
    job.progress(len(document_ids), len(document_ids))
    return made


def _objects(session: Session) -> list[str]:
    """Every digest that a row names."""
    digests = set(session.scalars(select(Rendition.sha256)))
    digests |= set(session.scalars(select(Page.image).where(Page.image != "")))
    digests |= set(session.scalars(select(Package.sha256).where(Package.direction == "in")))
    digests |= set(session.scalars(select(Message.sha256)))
    digests |= set(session.scalars(select(DayEvidence.sha256)))
    return sorted(digests)


def _outcome(workspace: Workspace, digest: str) -> str:
    if not workspace.objects.has(digest):
        return "missing"
    return "sound" if workspace.objects.verify(digest) else "damaged"


def _keep(workspace: Workspace, found: Iterable[tuple[str, str]], stamp: str, result: Rolled) -> None:
    rows = list(found)
    bad = sum(outcome != "sound" for _digest, outcome in rows)
    with workspace.catalog.write("fixity.check", f"{len(rows)} files, {bad} bad") as transaction:
        transaction.always = True
        for digest, outcome in rows:
            transaction.session.merge(FixityCheck(sha256=digest, outcome=outcome, checked_at=stamp))
            if outcome != "sound":
                (result.missing if outcome == "missing" else result.damaged).append(digest)


@cache
def _names() -> dict[str, str]:
    told: dict[str, str] = json.loads((FOLDER / "formats.json").read_text("utf-8"))["names"]
    return told


@cache
def _risks() -> dict[str, frozenset[str]]:
    told = json.loads((FOLDER / "formats.json").read_text("utf-8"))
    return {risk: frozenset(told[risk]) for risk in ("high", "medium", "low")}
