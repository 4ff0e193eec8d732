"""The office's own hands: the reader of handwritten numbers and dates practises on what this archive knows for certain.

It learns from numbers and dates that a clerk confirmed (numbers of arrival too), and from those that a dossier's own order proves;
then it must read slots that were kept aside at least as well as before, or nothing changes. The network's new last layers are a row
of the catalog that no other desk gets unless a clerk writes them to a file; `undo` brings the ones before back, `learning.reset`
those that were shipped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.desk.learnt import HANDS, OWN
from app.desk.pages import words_of
from app.errors import AppError, Cancelled
from app.i18n import _
from app.jobs import Job
from app.recognise.words import to_json
from app.sandbox import SandboxPool
from app.troubles import in_words
from app.workspace import Workspace
from storage.disk import write_atomic
from storage.records import Document, FieldEvidence, LearntCount, Page

NOW, BEFORE = "now", "before"  # labels of the rows; `seen` is how many documents were practised on
STORY = (
    "story"  # label of the row that tells how the weights in use came about: JSON {NOW, BEFORE, VAIN: `Practice` and its day}
)
VAIN = "vain"  # the last practice that did not read better
NAMES = ("codeNumber", "issuedDate")
ARRIVED = "arrivalNumber"  # practised on where a clerk confirmed it: what its neighbours prove is another register
PROVEN = {"codeNumber": 0.99, "issuedDate": 0.97}  # by the neighbours: of such readings none of 150 was wrong
WEIGHTS = {True: 3.0, False: 1.0}  # of a slot that a clerk confirmed, and of one that is proven
MOST = 150  # documents, the newest
DUE = 20  # documents more than last time before it is worth another practice
SECONDS = 300.0
FILE = "hands.npz"
LARGEST = 2_000_000  # bytes of a hand from another desk; ours have 110 kB


@dataclass(slots=True, frozen=True)
class Practice:
    """`right` of `tried` slots kept aside, before and after; `kept` tells whether the office reads with the new weights now.

    `foreign`: these weights came from another desk and were tried on `lessons` slots that are known here.
    """

    documents: int
    lessons: int
    tried: int
    right: tuple[int, int]
    kept: bool
    foreign: bool = False


@dataclass(slots=True, frozen=True)
class Story:
    """A practice and the moment of its end, ISO 8601 with +07:00."""

    at: str
    practice: Practice


@dataclass(slots=True, frozen=True)
class Standing:
    """What the reader of handwriting reads with now.

    `own`: with weights of this office's own, which came about by `last` (None for those of earlier versions, which kept no story).
    `vain`: a later practice that changed nothing. `known`: documents that are certain now, `fresh` of them came since the last one.
    """

    own: bool
    last: Story | None
    vain: Story | None
    known: int
    fresh: int


@dataclass(slots=True, frozen=True)
class _Known:
    document_id: int
    number: str
    dated: str
    arrived: str
    by_clerk: bool


def file_in(workspace: Workspace, folder: Path) -> Path | None:
    """The office's own weights as a file for the sandbox; None where there are none."""
    path = folder / FILE
    if path.exists():
        return path
    with workspace.catalog.read() as session:
        row = _row(session, NOW)
        if row is None or not row.counts:
            return None
        path.write_bytes(row.counts)
    return path


def is_due(workspace: Workspace) -> bool:
    """Whether enough new documents are known since the last practice."""
    return standing(workspace).fresh >= DUE


@in_words
def standing(workspace: Workspace) -> Standing:
    """How the reader stands in this office; for a page that shows it."""
    with workspace.catalog.read() as session:
        now, known, told = _row(session, NOW), len(_known(session)), _story(session)
    own = now is not None and bool(now.counts)
    vain = told.get(VAIN)
    last = told.get(NOW) if own else None
    return Standing(own, last, vain, known, max(0, known - (now.seen if now else 0)))


@in_words
def practise(job: Job, workspace: Workspace, boxes: SandboxPool) -> Practice | None:
    """Some ten seconds in the background. None where too little is known. Raises Cancelled and what the sandbox raises."""
    total, known = _certain(workspace)
    if not known:
        return None
    job.progress(0, len(known), _("Learning this office's handwriting…"))
    with workspace.scratch() as scratch:
        out = scratch / "practised.npz"
        documents, answer = _asked(job, workspace, boxes, "practise", known, scratch, out=str(out))
        if answer is None:
            return None
        done = Practice(documents, answer["lessons"], answer["tried"], _pair(answer["right"]), bool(answer["better"]))
        _keep(workspace, out.read_bytes() if done.kept else None, total, done)
    return done


def practise_if_due(job: Job, workspace: Workspace, boxes: SandboxPool) -> Practice | None:
    """For the end of other work: what goes wrong here is told as a problem and spoils nothing."""
    try:
        return practise(job, workspace, boxes) if is_due(workspace) else None
    except Cancelled:
        raise
    except AppError as error:
        job.problem(_("Handwriting"), error)
        return None


@in_words
def undo(workspace: Workspace) -> bool:
    """Reads again with the weights before the last practice (the shipped ones after the first). False where nothing was practised."""
    with workspace.catalog.write("learning.hands_undo") as transaction:
        session = transaction.session
        now, before = _row(session, NOW), _row(session, BEFORE)
        if now is None or not now.counts:
            return False
        transaction.always = True
        now.counts = before.counts if before else b""
        if before:
            session.delete(before)
        told = _story(session)
        earlier = told.pop(BEFORE, None)
        _tell(session, {NOW: earlier} if earlier else {})
    return True


@in_words
def export_hand(workspace: Workspace, path: Path) -> Path:
    """Writes the office's own weights for another desk of it. Raises AppError `hands.none`."""
    with workspace.catalog.read() as session:
        row = _row(session, NOW)
        weights = row.counts if row is not None else b""
    if not weights:
        raise AppError(
            "hands.none",
            _("This office's handwriting has not been learnt yet."),
            _("Practise first; what was learnt can then be handed on."),
        )
    write_atomic(path, weights)
    with workspace.catalog.write("learning.hands_export", path.name) as transaction:
        transaction.always = True
    return path


@in_words
def import_hand(job: Job, workspace: Workspace, boxes: SandboxPool, path: Path) -> Practice:
    """Takes in what another desk exported, unless it reads the numbers that are known here worse than what is in use.

    Raises AppError `hands.broken` for what is no such file; then nothing was changed.
    """
    if not path.is_file() or path.stat().st_size > LARGEST:
        raise _broken()
    weights = path.read_bytes()
    total, known = _certain(workspace)
    with workspace.scratch() as scratch:
        other = scratch / "foreign.npz"
        other.write_bytes(weights)
        documents, answer = _asked(job, workspace, boxes, "try_hands", known, scratch, other=str(other))
    if answer is None:
        raise _broken()
    right = _pair(answer["right"])
    done = Practice(documents, answer["tried"], answer["tried"], right, right[1] >= right[0], foreign=True)
    _keep(workspace, weights if done.kept else None, total, done)
    return done


def _asked(
    job: Job, workspace: Workspace, boxes: SandboxPool, task: str, known: Sequence[_Known], scratch: Path, **files: str
) -> tuple[int, dict[str, Any] | None]:
    """How many documents were laid out in `scratch`, and what the sandbox's `task` makes of them beside the office's own weights."""
    documents = _laid_out(job, workspace, known, scratch)
    own = file_in(workspace, scratch)
    answer = boxes.call(
        f"app.desk.tasks:{task}",
        documents=documents,
        today=clock.today().isoformat(),
        hands=str(own) if own else None,
        timeout=SECONDS,
        job=job,
        **files,
    )
    return len(documents), answer


def _broken() -> AppError:
    return AppError(
        "hands.broken",
        _("This file does not hold handwriting that another desk has learnt."),
        _("On the other desk choose “Write to a file” under the handwriting, and bring that file here."),
    )


def _pair(numbers: Sequence[int]) -> tuple[int, int]:
    return int(numbers[0]), int(numbers[1])


def _certain(workspace: Workspace) -> tuple[int, list[_Known]]:
    """How many documents are certain, and the newest of them."""
    with workspace.catalog.read() as session:
        certain = _known(session)
    return len(certain), certain[:MOST]


def _known(session: Session) -> list[_Known]:
    """Documents with a number or date that is certain, the newest first. Secret ones are left alone."""
    query = (
        select(FieldEvidence.document_id, FieldEvidence.name, FieldEvidence.value, FieldEvidence.confidence, FieldEvidence.source,
               FieldEvidence.confirmed)
        .join(Document, Document.id == FieldEvidence.document_id)
        .where(FieldEvidence.name.in_((*NAMES, ARRIVED)), FieldEvidence.value != "", Document.deleted_at.is_(None), Document.secrecy == "")
        .order_by(FieldEvidence.document_id.desc())
    )  # fmt: skip
    found: dict[int, dict[str, tuple[str, bool]]] = {}
    for document_id, name, value, confidence, source, confirmed in session.execute(query):
        if confirmed or (name in PROVEN and source == "handwriting" and confidence >= PROVEN[name]):
            found.setdefault(document_id, {})[name] = (value, confirmed)
    nothing = ("", False)
    return [
        _Known(
            document_id,
            one.get(NAMES[0], nothing)[0],
            one.get(NAMES[1], nothing)[0],
            one.get(ARRIVED, nothing)[0],
            any(sure for _v, sure in one.values()),
        )
        for document_id, one in found.items()
    ]


def _laid_out(job: Job, workspace: Workspace, known: Sequence[_Known], scratch: Path) -> list[dict[str, Any]]:
    """Words and picture of page 1 of each; pages with a text layer have nothing written by hand to learn from."""
    laid = []
    for one in known:
        job.check()
        with workspace.catalog.read() as session:
            page = session.scalars(select(Page).where(Page.document_id == one.document_id, Page.number == 1)).first()
        if page is None or not page.image or page.words is None or page.turn:
            continue
        text = words_of(page)
        if text.engine.startswith("text layer"):
            continue
        words, image = scratch / f"{one.document_id}.json", scratch / f"{one.document_id}.image"
        words.write_text(to_json(text), "utf-8")
        workspace.objects.copy_out(page.image, image)
        laid.append(
            {
                "words": str(words),
                "image": str(image),
                "number": one.number,
                "date": one.dated,
                "arrival": one.arrived,
                "weight": WEIGHTS[one.by_clerk],
            }
        )
    return laid


def _keep(workspace: Workspace, weights: bytes | None, seen: int, done: Practice) -> None:
    with workspace.catalog.write("learning.hands") as transaction:
        session = transaction.session
        transaction.always = True
        now = _row(session, NOW)
        if now is None:
            now = LearntCount(origin=OWN, kind=HANDS, label=NOW, seen=seen, counts=b"")
            session.add(now)
        now.seen = seen
        told, here = _story(session), Story(clock.stamp(), done)
        if weights is None:
            _tell(session, told | {VAIN: here})
            return
        _tell(session, {NOW: here} | ({BEFORE: told[NOW]} if NOW in told else {}))
        session.execute(delete(LearntCount).where(LearntCount.kind == HANDS, LearntCount.label == BEFORE))
        session.add(LearntCount(origin=OWN, kind=HANDS, label=BEFORE, seen=0, counts=now.counts))
        now.counts = weights


def _row(session: Session, label: str) -> LearntCount | None:
    return session.scalars(
        select(LearntCount).where(LearntCount.origin == OWN, LearntCount.kind == HANDS, LearntCount.label == label)
    ).first()


def _story(session: Session) -> dict[str, Story]:
    row = _row(session, STORY)
    told: dict[str, Any] = json.loads(row.counts) if row is not None else {}
    return {
        label: Story(one["at"], Practice(**one["practice"] | {"right": _pair(one["practice"]["right"])}))
        for label, one in told.items()
    }


def _tell(session: Session, told: dict[str, Story]) -> None:
    row = _row(session, STORY)
    if row is None:
        row = LearntCount(origin=OWN, kind=HANDS, label=STORY, seen=0, counts=b"")
        session.add(row)
    row.counts = json.dumps({label: asdict(one) for label, one in told.items()}).encode()
