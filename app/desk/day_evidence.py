"""Proof that the files of a day's intake existed then and were not changed since: one time stamp over all of them (RFC 4998).

The catalog knows the SHA-256 of every file, so making a record reads none of them; checking it reads them all. Records lie in the
archive's objects, each named by a row of `DayEvidence` and so by the audit chain. A record copied out proves any single file of its
day by itself (`evidence verify FILE RECORD`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from app import clock
from app.desk.trusting import trust_of
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.signature.evidence.checking import EvidenceReport, Group, check_stamps
from app.signature.evidence.making import make_group_records, renew_group_trees, renew_stamps
from app.signature.evidence.record import EvidenceRecord, load_record
from app.signature.timestamp import wrong_answer
from app.signature.trust import Trust
from app.signature.tsa import TimestampServices, no_service
from app.troubles import in_words
from app.workspace import Workspace
from storage.errors import StorageError
from storage.records import DayEvidence, Document, Message, Package, Page, Rendition

RENEW_WITHIN = timedelta(days=90)
BLOCK = 1 << 20


@dataclass(slots=True)
class DayCheck:
    """One record checked. `changed`: files with other bytes than were stamped; `missing`: files that the catalog names and are gone.

    `verdict`: valid, invalid, unknown; `reasons` are codes as in a verification. `documents`: whose files those bad ones are.
    """

    day: str
    verdict: str
    files: int
    proven_at: str
    renew_before: str
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "day": self.day,
            "verdict": self.verdict,
            "files": self.files,
            "provenAt": self.proven_at,
            "renewBefore": self.renew_before,
            "changed": self.changed,
            "missing": self.missing,
            "documents": self.documents,
            "reasons": self.reasons,
        }


@dataclass(slots=True, frozen=True)
class DayState:
    """How a day stands: files that its records cover, files that none covers yet, and until when the records prove ("" without one)."""

    day: str
    covered: int
    left: int
    renew_before: str


def day_states(workspace: Workspace, *, today: date | None = None) -> list[DayState]:
    """Every day before `today` on which files came, newest first. Reads no file."""
    with workspace.catalog.read() as session:
        rows = _rows(session)
        last = (today or clock.today()).isoformat()
        counts = {day: count for day, count in counts_by_day(session).items() if day < last}
        covered = Counter[str]()
        for row in rows:
            covered[row.day] += row.files
        found = files_of_days(session, [day for day, count in counts.items() if count > covered[day]])
    left = {day: len(_uncovered(workspace, day, files, rows)) for day, files in found.items()}
    ends = {row.day: min(other.renew_before for other in rows if other.day == row.day) for row in rows}
    return [DayState(day, covered[day], left.get(day, 0), ends.get(day, "")) for day in sorted(counts | ends, reverse=True)]


@in_words
def make_days(
    job: Job,
    workspace: Workspace,
    tsa: str = "",
    *,
    day: date | None = None,
    today: date | None = None,
    trust: Path | None = None,
) -> list[DayEvidence]:
    """A record for the files of `day`, or, without one, for every day before `today` with files that no record covers; all under one
    time stamp. Files that a record of the day covers already are left out. The new rows; none when there is nothing to prove.

    `tsa`: addresses, else those of the settings. Raises `tsa.*`, `sign.no_timestamp_service`; a stamp that no trusted authority
    vouches for is refused, as it would prove nothing.
    """
    job.progress(0, None, _("Collecting the files of the day…"))
    with workspace.catalog.read() as session:
        rows = _rows(session)
        covered: Counter[str] = Counter()
        for row in rows:
            covered[row.day] += row.files
        last = (today or clock.today()).isoformat()
        days = sorted(one for one, count in counts_by_day(session).items() if one < last and count > covered[one])
        found = files_of_days(session, [day.isoformat()] if day is not None else days)
    left = {one: files for one, named in found.items() if (files := _uncovered(workspace, one, named, rows))}
    if not left:
        return []
    believed = trust_of(workspace, trust)
    job.progress(0, len(left), _("Asking for the time stamp…"))
    records = make_group_records(
        [[bytes.fromhex(f) for f in files] for files in left.values()], _services(job, workspace, tsa, believed)
    )
    made = []
    for (one, files), record in zip(left.items(), records, strict=True):
        report = _good(check_stamps(record, believed))
        sha256, _size = workspace.objects.put_bytes(record.dump())
        times = {"proven_at": clock.stamp(report.proven_at), "renew_before": clock.stamp(report.renew_before)}
        made.append(DayEvidence(day=one, sha256=sha256, files=len(files), created_at=clock.stamp(), **times))
    with workspace.catalog.write("evidence.make", f"{sum(row.files for row in made)} files") as transaction:
        transaction.session.add_all(made)
    job.progress(len(left), len(left))
    return made


@in_words
def check_days(
    job: Job, workspace: Workspace, *, day: date | None = None, trust: Path | None = None, now: datetime | None = None
) -> list[DayCheck]:
    """Re-reads every file that a record covers, and judges the time stamps; of one day or of all, oldest first."""
    believed = trust_of(workspace, trust)
    with workspace.catalog.read() as session:
        rows = [row for row in _rows(session) if day is None or row.day == day.isoformat()]
    total, done, checks = sum(row.files for row in rows), 0, []
    for row in rows:
        check = DayCheck(row.day, "invalid", row.files, row.proven_at, row.renew_before)
        checks.append(check)
        record = _load(workspace, row)
        if record is None:
            check.reasons.append("evidence.unreadable")
            continue
        report = check_stamps(record, believed, now=now)
        check.verdict, check.reasons = report.verdict, list(report.reasons)
        group = Group(record)
        for member in sorted(group.members):
            job.progress(done, total, _("Checking files…"))
            done += 1
            digests = _digests(workspace, member.hex(), group.digests)
            if digests is not None and not group.proves(digests):
                check.changed.append(member.hex())
            elif digests is None and _is_wanted(workspace, member.hex()):
                check.missing.append(member.hex())
        if check.changed or check.missing:
            check.verdict = "invalid"
            check.reasons.append("evidence.file_changed" if check.changed else "evidence.file_missing")
            check.documents = _owners(workspace, [*check.changed, *check.missing])
    return checks


@in_words
def renew_days(
    job: Job,
    workspace: Workspace,
    tsa: str = "",
    *,
    within: timedelta = RENEW_WITHIN,
    digest: str | None = None,
    trust: Path | None = None,
    now: datetime | None = None,
) -> list[DayEvidence]:
    """A further time stamp for every record that stops being provable `within` that time, all under one question; with `digest`, new
    trees in that hash over re-read files. The rows as they are now.

    A record that does not hold, or whose files do not, is a problem of the job and stays as it was. Raises as `make_days`.
    """
    believed, moment = trust_of(workspace, trust), now or clock.now()
    with workspace.catalog.read() as session:
        rows = [row for row in _rows(session) if datetime.fromisoformat(row.renew_before) <= moment + within]
    ready: list[tuple[DayEvidence, EvidenceRecord]] = []
    files: list[list[bytes]] = []
    for number, row in enumerate(rows):
        job.progress(number, len(rows), _("Checking files…"))
        record = _load(workspace, row)
        again = _files_again(workspace, record, digest) if record is not None and digest else []
        if record is None or again is None or check_stamps(record, believed, now=now).verdict != "valid":
            job.problem(row.day, not_sound(row.day))
            continue
        ready.append((row, record))
        files.append(again)
    if not ready:
        return []
    services, records = _services(job, workspace, tsa, believed), [record for _row, record in ready]
    if digest:
        renew_group_trees(list(zip(records, files, strict=True)), services, digest)
    else:
        renew_stamps(records, services)
    changed = {}
    for row, record in ready:
        report = _good(check_stamps(record, believed))
        changed[row.id] = workspace.objects.put_bytes(record.dump())[0], clock.stamp(report.renew_before)
    with workspace.catalog.write("evidence.renew", f"{len(changed)} records") as transaction:
        renewed = [transaction.session.get_one(DayEvidence, one) for one in changed]
        for row in renewed:
            row.sha256, row.renew_before = changed[row.id]
    job.progress(len(rows), len(rows))
    return renewed


def sources() -> tuple[tuple[Any, Any, Any], ...]:
    """Where files are named: a query of moments and digests, and its two columns. A page's image counts to the day of its document."""
    return (
        (select(Rendition.created_at, Rendition.sha256), Rendition.created_at, Rendition.sha256),
        (
            select(Document.created_at, Page.image).join(Page, Page.document_id == Document.id).where(Page.image != ""),
            Document.created_at,
            Page.image,
        ),
        (
            select(Package.created_at, Package.sha256).where(Package.direction == "in"),
            Package.created_at,
            Package.sha256,
        ),
        (select(Message.created_at, Message.sha256), Message.created_at, Message.sha256),
    )


def counts_by_day(session: Session) -> Counter[str]:
    """How many files came or were made on each day (yyyy-MM-dd, Vietnam); one that several tables name counts for each."""
    counts: Counter[str] = Counter()
    for query, moment, sha256 in sources():
        day = func.substr(moment, 1, 10)
        counts.update(dict(session.execute(query.with_only_columns(day, func.count(distinct(sha256))).group_by(day)).all()))
    return counts


def files_of_days(session: Session, days: Collection[str]) -> dict[str, set[str]]:
    """The SHA-256 of every file that came or was made on these days, read in one pass."""
    found: dict[str, set[str]] = {day: set() for day in sorted(days)}
    if found:
        for query, moment, _sha256 in sources():
            within = query.where(moment >= min(found), moment < max(found) + "U")  # behind the T that follows the day
            for when, sha256 in session.execute(within):
                if when[:10] in found:
                    found[when[:10]].add(sha256)
    return found


def is_named(session: Session, sha256: str) -> bool:
    """Whether the catalog still names the file: what was destroyed lawfully, it does not."""
    return any(session.execute(query.where(column == sha256).limit(1)).first() for query, _moment, column in sources())


def not_sound(day: str) -> AppError:
    return AppError(
        "evidence.not_sound",
        _("The evidence record of {day} does not hold, so it was not renewed.").format(day=day),
        _("Check it first (evidence check), and tell the administrator of the archive."),
    )


def _uncovered(workspace: Workspace, day: str, files: set[str], rows: Iterable[DayEvidence]) -> set[str]:
    """Those of a day's files that stand in no record of that day. Records are opened only where the count says that some do not."""
    kept = [row for row in rows if row.day == day]
    if kept and sum(row.files for row in kept) >= len(files):
        return set()
    for row in kept:
        record = _load(workspace, row)
        files = files - {member.hex() for member in Group(record).members} if record else files
    return files


def _rows(session: Session) -> list[DayEvidence]:
    return list(session.scalars(select(DayEvidence).order_by(DayEvidence.day, DayEvidence.id)))


def _services(job: Job, workspace: Workspace, tsa: str, trust: Trust) -> TimestampServices:
    addresses, pause = tsa or workspace.settings["sign.tsa"], workspace.settings["sign.tsa_pause"]
    services = TimestampServices.of(addresses, trust=trust, strict=True, pause=pause, stopping=lambda: job.stopping)
    if services is None:
        raise no_service()
    return services


def _good(report: EvidenceReport) -> EvidenceReport:
    if report.verdict != "valid":
        raise wrong_answer(" ".join(report.reasons))
    return report


def _load(workspace: Workspace, row: DayEvidence) -> EvidenceRecord | None:
    """None for a record that is gone or spoilt."""
    try:
        return load_record(workspace.objects.read(row.sha256))
    except (StorageError, AppError):
        return None


def _digests(workspace: Workspace, sha256: str, names: Iterable[str]) -> dict[str, bytes] | None:
    """The digests of a stored file as it is now, in one reading; None when it is gone. Bytes that no longer decrypt have none that fit."""
    hashes = {name: hashlib.new(name) for name in names}
    try:
        with workspace.objects.open(sha256) as file:
            while block := file.read(BLOCK):
                for one in hashes.values():
                    one.update(block)
    except StorageError as error:
        return None if error.code == "object.missing" else dict.fromkeys(hashes, b"")
    return {name: one.digest() for name, one in hashes.items()}


def _files_again(workspace: Workspace, record: EvidenceRecord, digest: str) -> list[bytes] | None:
    """The record's files in a further hash; None when one of them is not the file that was stamped, or is gone though it is named."""
    group, found = Group(record), []
    for member in group.members:
        digests = _digests(workspace, member.hex(), {*group.digests, digest})
        if digests is None and not _is_wanted(workspace, member.hex()):
            continue
        if digests is None or not group.proves(digests):
            return None
        found.append(digests[digest])
    return found or None


def _is_wanted(workspace: Workspace, sha256: str) -> bool:
    with workspace.catalog.read() as session:
        return is_named(session, sha256)


def _owners(workspace: Workspace, files: list[str]) -> list[int]:
    found: set[int] = set()
    with workspace.catalog.read() as session:
        for sha256 in files:
            found |= set(session.scalars(select(Rendition.document_id).where(Rendition.sha256 == sha256)))
            found |= set(session.scalars(select(Page.document_id).where(Page.image == sha256)))
    return sorted(found)
