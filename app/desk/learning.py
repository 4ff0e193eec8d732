"""The program learns from the clerk: suggestions, and what has been learnt as something to hand on, make anew or forget.

Nothing has to be called to learn: confirming, correcting, filing and their undo are followed as they are committed (`app.desk.learnt`).
Suggestions fill what the rules left empty or doubtful; they never touch what is confirmed, and never name a secrecy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Select, delete, func, select, update

from app import clock
from app.describe.learning import Advice, Case, advise, exchange, habits
from app.describe.learning.features import head_of_text
from app.desk import fields, found
from app.desk.learnt import HANDS, OWN, Learnt, case_of, dossier_keys, learnt, save, set_position
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.rules import codes
from app.troubles import in_words
from app.workspace import Workspace, last_entry
from storage import queries
from storage.disk import write_atomic
from storage.records import Document, FieldEvidence, FieldReading, LearntCount, Lesson, Page

NEVER = frozenset({"secrecy", "urgency"})
EMPTY = 0.1  # a reading no surer than this has no place of its own
ORIGINS = 20  # other desks
AT_ONCE = 20  # documents learnt anew before somebody else may ask


@dataclass(slots=True, frozen=True)
class Suggestion:
    """`field` as in `app.desk.fields`, or "dossier" (value: its code) or "maintenance" (value: the code of the retention).

    `confidence` 0 … 0.97, `why` a translated sentence that names the evidence, `dossier_id` where a dossier is meant.
    """

    field: str
    value: str
    confidence: float
    why: str
    dossier_id: int | None = None


@dataclass(slots=True, frozen=True)
class KnowledgeStatus:
    """What has been learnt so far: own documents, counts held, and how many other desks' knowledge is here."""

    documents: int
    counts: int
    origins: int


@in_words
def suggest(workspace: Workspace, document_id: int) -> list[Suggestion]:
    """For the fields that are not confirmed and would change, the dossier of a document that has none, and its retention.

    The surest first. Raises AppError `document.gone`.
    """
    memory = learnt(workspace)
    with workspace.catalog.read() as session:
        document = found.document(session, document_id)
        evidence = queries.evidence_of(session, document_id)
        case = case_of(session, document, evidence, session.get(Lesson, document_id))
        dossiers = dossier_keys(session)
    titles = {key: f"{code} {title}" for key, (_id, code, title) in dossiers.items()}
    with memory.lock:
        advices = advise(memory.whole(), case, dossiers=titles)
    confirmed = {name for name, row in evidence.items() if row.confirmed}
    kept = []
    for advice in advices:
        if advice.field in NEVER | confirmed or advice.value == case.values.get(advice.field):
            continue
        if not advice.beats(case.values.get(advice.field, ""), case.sure.get(advice.field, 0.0)):
            continue
        if advice.field in ("dossier", "maintenance") and document.dossier_id is not None:
            continue
        kept.append(_suggestion(advice, dossiers))
    return sorted(kept, key=lambda one: -one.confidence)


def _suggestion(advice: Advice, dossiers: Mapping[str, tuple[int, str, str]]) -> Suggestion:
    if advice.field == "dossier":
        identity, code, _title = dossiers[advice.value]
        return Suggestion("dossier", code, advice.confidence, advice.why, identity)
    return Suggestion(advice.field, advice.value, advice.confidence, advice.why)


def improve(workspace: Workspace, readings: Mapping[str, FieldReading], document_id: int) -> dict[str, FieldReading]:
    """The rules' readings of a document with what was learnt for those that are empty or doubtful; nothing is written.

    Where nothing was learnt the readings come back as they are.
    """
    memory = learnt(workspace)
    with workspace.catalog.read() as session:
        first_page = session.scalar(select(Page.text).where(Page.document_id == document_id, Page.number == 1)) or ""
    values = {name: reading.value for name, reading in readings.items()}
    sure = {name: reading.confidence for name, reading in readings.items()}
    case = Case(values, sure, values, head_of_text(first_page))
    with memory.lock:
        advices = advise(memory.whole(), case, dossiers={})
    improved = dict(readings)
    for advice in advices:
        if advice.field in NEVER or advice.field not in fields.BY_NAME:
            continue
        reading = readings.get(advice.field, FieldReading("", 0.0))
        if not advice.beats(reading.value, reading.confidence):
            continue
        improved[advice.field] = replace(
            reading, value=advice.value, confidence=advice.confidence, source="learned", why=advice.why
        )
    return _with_places(memory, improved)


def _with_places(memory: Learnt, readings: dict[str, FieldReading]) -> dict[str, FieldReading]:
    """What was not found gets the place where it stands in the issuer's other documents: the clerk sees that crop."""
    issuer = readings.get("organName")
    if issuer is None or not issuer.value:
        return readings
    for name in habits.PLACED:
        reading = readings.get(name)
        if reading is None or reading.value or reading.confidence > EMPTY or reading.page not in (None, 1):
            continue
        with memory.lock:
            box = habits.zone(memory.whole(), issuer.value, name)
        if box:
            why = _("Not read. In this issuer's other documents it stands here.")
            readings[name] = replace(reading, page=1, box=box, source="learned", why=why)
    return readings


@in_words
def rebuild(workspace: Workspace, job: Job | None = None) -> int:
    """Makes the counts anew from the confirmed documents of this archive; other desks' knowledge stays. Returns how many taught."""
    memory = learnt(workspace)
    with memory.lock:
        with workspace.catalog.write("learning.rebuild") as transaction:
            session = transaction.session
            transaction.always = True
            session.execute(delete(LearntCount).where(LearntCount.origin == OWN, LearntCount.kind != HANDS))
            session.execute(update(Lesson).values(taught=b"", entry=0))  # stopped half way, the next start learns the rest
            ids = list(session.scalars(_confirmed()))
            last = last_entry(session)
        memory.drop()
    for done in range(0, len(ids), AT_ONCE):
        if job is not None:
            job.progress(done, len(ids))
            job.check()
        memory.relearn(ids[done : done + AT_ONCE], 0)
    with workspace.catalog.write("learning.rebuild") as transaction:
        set_position(transaction.session, last + 1)  # the entry of the rebuild itself
    return status(workspace).documents


def _confirmed() -> Select[int]:
    return (
        select(FieldEvidence.document_id)
        .join(Document, Document.id == FieldEvidence.document_id)
        .where(FieldEvidence.confirmed, Document.deleted_at.is_(None))
        .distinct()
        .order_by(FieldEvidence.document_id)
    )


@in_words
def reset(workspace: Workspace) -> None:
    """Forgets everything learnt here and brought in. The documents stay as they are; `rebuild` learns from them again."""
    memory = learnt(workspace)
    with memory.lock:
        with workspace.catalog.write("learning.reset") as transaction:
            session = transaction.session
            transaction.always = True
            session.execute(delete(LearntCount))
            session.execute(update(Lesson).values(taught=b""))
            set_position(session, last_entry(session) + 1)
        memory.drop()


@in_words
def status(workspace: Workspace) -> KnowledgeStatus:
    memory = learnt(workspace)
    with workspace.catalog.read() as session:
        documents = session.scalar(select(func.count()).select_from(Lesson).where(Lesson.taught != b"")) or 0
        origins = session.scalar(select(func.count(LearntCount.origin.distinct())).where(LearntCount.origin != OWN)) or 0
    with memory.lock:
        return KnowledgeStatus(documents, memory.whole().size, origins)


@in_words
def export_knowledge(workspace: Workspace, path: Path) -> Path:
    """Writes the counts of this archive for other desks, as JSON: no texts, no names of signers, no word of one document only."""
    memory = learnt(workspace)
    with memory.lock:
        data = exchange.to_json(memory.own(), workspace.archive_id, clock.today().isoformat())
    write_atomic(path, data)
    with workspace.catalog.write("learning.export", path.name) as transaction:
        transaction.always = True
    return path


@in_words
def import_knowledge(workspace: Workspace, path: Path) -> int:
    """Takes in what another desk exported, in place of what came from there before; returns how many labels.

    Raises AppError `knowledge.broken`, `knowledge.newer`, `knowledge.too_large`, `knowledge.own`, `knowledge.too_many`; then
    nothing was taken.
    """
    memory = learnt(workspace)
    if path.exists() and not path.is_file():
        raise exchange.broken("no file")
    with path.open("rb") as file:
        data = file.read(exchange.LARGEST + 1)
    origin, knowledge = exchange.from_json(data)
    if origin == workspace.archive_id:
        raise AppError(
            "knowledge.own",
            _("This file was exported from this archive: it already knows all of this."),
            _("Choose a file from another desk."),
        )
    keys = [key for key, _tally in knowledge.rows()]
    with memory.lock:
        with workspace.catalog.write("learning.import", origin) as transaction:
            session = transaction.session
            transaction.always = True
            known = set(session.scalars(select(LearntCount.origin).distinct())) - {OWN, origin}
            if len(known) >= ORIGINS:
                raise AppError(
                    "knowledge.too_many",
                    _("There is already knowledge of {count} other desks here.").format(count=len(known)),
                    _("Reset what was learnt and bring in only the desks that you need."),
                )
            session.execute(delete(LearntCount).where(LearntCount.origin == origin))
            save(session, knowledge, keys, origin)
        memory.drop()
    return len(keys)


def suggest_retention(workspace: Workspace, title: str) -> Suggestion | None:
    """The retention that dossiers with such a title have here; None where that is not clear. The value is the code."""
    memory = learnt(workspace)
    with memory.lock:
        advices = advise(memory.whole(), Case(values={"subject": title}), dossiers={})
    for advice in advices:
        if advice.field == "maintenance" and codes.MAINTENANCE.name(advice.value):
            return Suggestion(advice.field, advice.value, advice.confidence, advice.why)
    return None
