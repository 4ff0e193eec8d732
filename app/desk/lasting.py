"""What will stop being provable in the archive, and when; new archive time stamps in time, for all of it at once.

Each signed file is judged once in the sandbox, and its terms are kept; they are found out again only when the trusted authorities
change. Renewing adds a time stamp over the whole file (PAdES LTA, ETSI EN 319 142-1 §5.5): a new signed rendition, the old one stays.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import clock
from app.desk import found, keeping_alive
from app.desk.trusting import trust_folder, trust_of
from app.errors import AppError, Cancelled, Problem
from app.i18n import _
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.renewing import renew_archive_stamp
from app.signature.timestamp import TimestampService
from app.signature.trust import Trust
from app.signature.tsa import no_service
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import Document, Rendition, SignatureTerm

AT_ONCE = 100  # files between two savings
FOR_EVER = timedelta(days=365 * 1000)
EXPIRED = "cert.expired"


@dataclass(slots=True, frozen=True)
class Term:
    """A signature's end: `until` is ISO 8601; `why` "certificate" (no time stamp) or "stamp"."""

    field: str
    signer: str
    until: str
    why: str


@dataclass(slots=True, frozen=True)
class DueRow:
    """A document whose signatures stop being provable: that of its signatures which ends first.

    `state`: "ended" (too late, a stamp can't help any more), "soon" (within `keeping_alive.WARN_BEFORE`) or "later".
    `renewable` is whether a further time stamp can be laid over the file: a PDF that has not ended.
    """

    document_id: int
    code: str
    subject: str
    signer: str
    until: datetime
    why: str
    state: str
    renewable: bool


@dataclass(slots=True)
class DueList:
    """`rows`, the soonest first; `unclear` counts documents with a signature that does not hold or can't be judged."""

    rows: list[DueRow] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)
    documents: int = 0  # signed documents that were looked at
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Renewed:
    documents: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: list[int] = field(default_factory=list)  # not tried: the service or the person stopped
    stopped: AppError | None = None


@dataclass(slots=True, frozen=True)
class _Signed:
    """The newest signed file of a document."""

    document_id: int
    code: str
    subject: str
    sha256: str
    mime: str


@in_words
def due(
    job: Job, workspace: Workspace, boxes: SandboxPool, *, within: timedelta | None = None, now: datetime | None = None
) -> DueList:
    """What stops being provable within that time (None: whenever), the soonest first. What ended already is always told.

    A file that can't be read is a Problem; the person may stop at any time, and what was found out is kept.
    """
    moment = now or datetime.now(UTC)
    with workspace.catalog.read() as session:
        signed = list(_signed(session))
    answer = DueList(documents=len(signed))
    terms = _terms(job, workspace, boxes, signed, answer)
    for one in signed:
        facts = terms.get(one.sha256)
        if facts is None:
            continue
        if not facts["clear"]:
            answer.unclear.append(one.document_id)
        ends = [Term(**row) for row in facts["terms"]]
        first = min(ends, key=lambda term: term.until, default=None)
        if first is not None:
            row = _row(one, first, moment)
            if row.state == "ended" or within is None or row.until <= moment + within:
                answer.rows.append(row)
    answer.rows.sort(key=lambda row: (row.until, row.document_id))
    return answer


def _row(one: _Signed, first: Term, moment: datetime) -> DueRow:
    until = datetime.fromisoformat(first.until)
    state = "ended" if until <= moment else "soon" if until <= moment + keeping_alive.WARN_BEFORE else "later"
    renewable = state != "ended" and one.mime == "application/pdf"
    return DueRow(one.document_id, one.code, one.subject, first.signer, until, first.why, state, renewable)


def _signed(session: Session) -> Iterator[_Signed]:
    """Of each document the newest file that carries signatures; one made here comes before what was taken in."""
    query = (
        select(Document, Rendition)
        .join(Rendition, Rendition.document_id == Document.id)
        .where(Document.deleted_at.is_(None), Rendition.kind.in_(("signed", "original")))
        .where(or_(Rendition.kind == "signed", Rendition.signatures > 0))
        .order_by(Document.id, Rendition.kind, Rendition.id)  # "original" < "signed": the last one counts
    )
    newest = {document.id: (document, rendition) for document, rendition in session.execute(query)}
    for document, rendition in newest.values():
        code = document.code or document.source_name
        yield _Signed(document.id, code, document.subject, rendition.sha256, rendition.mime)


def _terms(
    job: Job, workspace: Workspace, boxes: SandboxPool, signed: Sequence[_Signed], answer: DueList
) -> dict[str, dict[str, Any]]:
    """The kept terms by digest; those that are not known under the present authorities are found out first."""
    trusted = _mark_of(trust_of(workspace, workspace.settings["sign.trust"]))
    with workspace.catalog.read() as session:
        kept = session.execute(select(SignatureTerm.sha256, SignatureTerm.facts).where(SignatureTerm.trust == trusted))
        terms: dict[str, dict[str, Any]] = {sha256: json.loads(facts) for sha256, facts in kept}
    missing = list({one.sha256: one for one in signed if one.sha256 not in terms}.values())
    job.progress(0, len(missing), _("Looking at the signatures…"))
    with trust_folder(workspace) as trust, ThreadPoolExecutor(os.cpu_count() or 2, thread_name_prefix="terms") as pool:
        for start in range(0, len(missing), AT_ONCE):
            batch = missing[start : start + AT_ONCE]
            fresh: dict[str, dict[str, Any]] = {}
            asked = pool.map(lambda one: _judged(job, workspace, boxes, one, trust), batch)
            try:
                for number, (one, facts) in enumerate(zip(batch, asked, strict=True), start + 1):
                    job.progress(number, len(missing), one.code)
                    if isinstance(facts, AppError):
                        answer.problems.append(job.problem(one.code, facts))
                    else:
                        fresh[one.sha256] = facts
            finally:
                _save(workspace, fresh, trusted)
            terms |= fresh
    return terms


def _judged(job: Job, workspace: Workspace, boxes: SandboxPool, one: _Signed, trust: Path | None) -> dict[str, Any] | AppError:
    job.check()
    try:
        with workspace.scratch() as scratch:
            path = scratch / ("signed.xml" if "xml" in one.mime else "signed.pdf")
            workspace.objects.copy_out(one.sha256, path)
            report = boxes.call("app.signature.tasks:verify", path=str(path), trust=str(trust) if trust else None, job=job)
    except Cancelled:
        raise
    except AppError as error:
        return error
    return facts_of(report)


def facts_of(report: dict[str, Any]) -> dict[str, Any]:
    """`terms`: rows of `Term` for what holds, or held until its certificate ended; `clear` is whether that is all there is."""
    rows = report["signatures"]
    signers = {row["field"]: row["signer"] for row in rows}
    always = keeping_alive.due([report], datetime.now(UTC), FOR_EVER)
    terms = [Term(one.field, signers[one.field], one.until.isoformat(), one.why) for one in always]
    ended = [row for row in rows if row["verdict"] == "unknown" and row["intact"] and EXPIRED in row["reasons"]]
    terms += [
        Term(row["field"], row["signer"], row["certificate"]["notAfter"], "certificate")
        for row in ended
        if row["level"] != "TIMESTAMP"
    ]
    clear = report["verdict"] == "valid" or all(row["verdict"] == "valid" or row in ended for row in rows)
    return {"terms": [asdict(term) for term in terms], "clear": clear}


def _save(workspace: Workspace, fresh: dict[str, dict[str, Any]], trusted: str) -> None:
    if not fresh:
        return
    stamp = clock.stamp()
    with workspace.catalog.write("signature.terms") as transaction:
        for sha256, facts in fresh.items():
            words = json.dumps(facts, ensure_ascii=False)
            transaction.session.merge(SignatureTerm(sha256=sha256, trust=trusted, facts=words, checked_at=stamp))


def _mark_of(trust: Trust) -> str:
    return hashlib.sha256(b"".join(sorted(one.sha256 for one in trust.anchors))).hexdigest()


@in_words
def renew(job: Job, workspace: Workspace, boxes: SandboxPool, document_ids: Sequence[int], tsa: str = "") -> Renewed:
    """One more archive time stamp for each document: a new signed rendition, the old one stays.

    `tsa`: addresses of time-stamp services in their order (default: those of the settings). A document that can't be renewed is a
    Problem; when no service answers, the rest is left. Raises `sign.no_timestamp_service`.
    """
    addresses = (tsa or workspace.settings["sign.tsa"]).split()
    if not addresses:
        raise no_service()
    trust = trust_of(workspace, workspace.settings["sign.trust"])
    services = [TimestampService(address, trust=trust) for address in addresses]
    answer = Renewed()
    for number, document_id in enumerate(document_ids):
        try:
            job.progress(number, len(document_ids))
            _renew_one(workspace, boxes, document_id, services, trust)
            answer.documents.append(document_id)
        except AppError as error:
            if isinstance(error, Cancelled) or error.code.startswith("tsa."):
                answer.stopped, answer.left = error, list(document_ids[number:])
                return answer
            answer.problems.append(job.problem(str(document_id), error))
    job.progress(len(document_ids), len(document_ids))
    return answer


def _renew_one(
    workspace: Workspace, boxes: SandboxPool, document_id: int, services: Sequence[TimestampService], trust: Trust
) -> None:
    with workspace.catalog.read() as session:
        found.document(session, document_id)
        old = queries.best_rendition(session, document_id, "signed", "original")
    if old is None or old.mime != "application/pdf":
        raise AppError(
            "renew.no_pdf",
            _("Only signed PDF files can get a further time stamp."),
            _("Lay an evidence record over this file instead (evidence make)."),
        )
    with workspace.scratch() as scratch:
        source, out = scratch / "old.pdf", scratch / "new.pdf"
        workspace.objects.copy_out(old.sha256, source)
        _stamp(source, out, services, boxes, trust)
        sha256, size = workspace.objects.put_file(out)
    with workspace.catalog.write("document.renew", old.name) as transaction:
        found.document(transaction.session, document_id).signed = True
        transaction.session.add(
            Rendition(
                document_id=document_id,
                kind="signed",
                sha256=sha256,
                size=size,
                mime=old.mime,
                name=old.name,
                puid=old.puid,
                signatures=old.signatures + 1,
                signer=old.signer,
                sign_method=old.sign_method,
                signed_at=old.signed_at,
                created_at=clock.stamp(),
            )
        )


def _stamp(source: Path, out: Path, services: Sequence[TimestampService], boxes: SandboxPool, trust: Trust) -> None:
    """From the first service that gives a stamp; the last one's error counts."""
    for place, service in enumerate(services):
        try:
            renew_archive_stamp(source, out, service, boxes, trust=trust)
        except AppError as error:
            if place + 1 == len(services) or not error.code.startswith("tsa."):
                raise
        else:
            return
