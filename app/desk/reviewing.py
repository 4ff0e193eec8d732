"""Looking over what was read: which documents, which place on the page, what seems wrong; and reading a box the clerk draws.

What the clerk then says is written by `app.desk.describing`; here only `accept_box` writes, which also keeps the place of the box.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app import clock
from app.describe import checks
from app.desk import fields, found, hands, objections
from app.desk.box_text import fitted
from app.desk.learnt import learnt
from app.desk.own_checks import by_itself, pile_of, row_of
from app.desk.pages import words_of
from app.desk.review_checks import Finding, order_findings, unknown_issuers
from app.desk.sheet_checks import form_of, sheet_findings
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.recognise.pictures import opened
from app.recognise.words import from_plain
from app.sandbox import SandboxPool
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.catalog import Change
from storage.queries import Scope
from storage.records import Document, FieldEvidence, FieldReading, Page, PageText
from storage.records.reading import Box

SECONDS = 60.0
WHITE = 48  # pixels of paper around a crop: the engine reads badly at an edge
READ_AT = 300  # dots an inch; a coarser crop is enlarged before it is read
PIXELS_MOST = 40_000_000  # of what is read out of a box; A4 at 300 dpi has 9
CHUNK = 400
MOST = 3000  # documents of one review

# Where a field stands by Nghị định 30/2020/NĐ-CP, annex I, while its place was not found: fractions of page 1 (of the last page
# where the number is -1).
USUAL_PLACES: dict[str, tuple[int, Box]] = {
    "parentOrgan": (1, (0.08, 0.03, 0.5, 0.12)),
    "organName": (1, (0.08, 0.03, 0.5, 0.13)),
    "codeNumber": (1, (0.08, 0.09, 0.5, 0.18)),
    "codeNotation": (1, (0.08, 0.09, 0.5, 0.18)),
    "place": (1, (0.45, 0.09, 0.97, 0.18)),
    "issuedDate": (1, (0.45, 0.09, 0.97, 0.18)),
    "typeName": (1, (0.12, 0.14, 0.92, 0.25)),
    "subject": (1, (0.1, 0.16, 0.94, 0.3)),
    "addressee": (1, (0.12, 0.2, 0.94, 0.34)),
    "arrivalNumber": (1, (0.0, 0.0, 0.45, 0.2)),
    "arrivalDate": (1, (0.0, 0.0, 0.45, 0.2)),
    "sheets": (1, (0.72, 0.0, 1.0, 0.1)),
    "recipients": (-1, (0.08, 0.55, 0.5, 0.95)),
    "authority": (-1, (0.45, 0.55, 0.97, 0.75)),
    "position": (-1, (0.45, 0.55, 0.97, 0.85)),
    "signer": (-1, (0.45, 0.6, 0.97, 0.95)),
}


@dataclass(slots=True, frozen=True)
class ReviewItem:
    """A document that waits to be looked at. `doubtful`: fields unsure and not confirmed, and needed ones that are empty."""

    document_id: int
    title: str
    dossier_id: int | None
    ordinal: int
    doubtful: int


@dataclass(slots=True, frozen=True)
class FieldCrop:
    """One field of one document with the picture it was read from. `image` is the page image's digest ("" without one), `page` its
    number, `box` in fractions of the image as scanned, `turn` degrees clockwise for the eye; `sought` where the place is only the
    usual one."""

    document_id: int
    title: str
    value: str
    reading: FieldReading | None
    confirmed: bool
    image: str
    page: int
    box: Box
    turn: int
    sought: bool


@in_words
def items(
    workspace: Workspace,
    ids: Sequence[int],
    *,
    doubtful_first: bool = True,
    only_doubtful: bool = False,
    wanted: int = 0,
    most: int = MOST,
) -> list[ReviewItem]:
    """The documents in the order in which they are looked over; those gone, in the bin or still being read are left out. Of more than
    `most` those on the shelf "to check" are taken, and no more than that.

    `doubtful_first`: those with something to check before the others; within that (and else) by dossier and place in it, the
    unfiled ones last in the order given. `wanted`: a document that stays in any case, since the clerk stands on it.
    """
    with workspace.catalog.read() as session:
        if len(ids) > most:
            waiting = set(queries.document_ids(session, Scope("to_check")))
            ids = [one for one in ids if one in waiting or one == wanted][:most]
        rows = queries.document_rows(session, list(ids))
        live = set(_live(session, [row.id for row in rows])) - _still_read(session, rows)
        settled = _left_empty(session, [row.id for row in rows])
    made = []
    for row in rows:
        needed = (row.code, row.issued_date, row.type_name, row.subject, row.organ_name)
        empty = max(0, sum(not value for value in needed) - settled.get(row.id, 0))
        title = row.code or row.subject or _("Document without a number")
        if row.id in live:
            made.append(ReviewItem(row.id, title, row.dossier_id, row.ordinal, row.doubtful + empty))
    if only_doubtful:
        made = [item for item in made if item.doubtful or item.document_id == wanted]
    given = {item.document_id: place for place, item in enumerate(made)}

    def key(item: ReviewItem) -> tuple[bool, bool, int, int, int]:
        late = doubtful_first and not item.doubtful
        return (late, item.dossier_id is None, item.dossier_id or 0, item.ordinal, given[item.document_id])

    return sorted(made, key=key)


@in_words
def on_their_way(workspace: Workspace, ids: Sequence[int]) -> set[int]:
    """Those of the documents whose pages are still being read."""
    with workspace.catalog.read() as session:
        return {one for part in _parts(ids) for one in queries.still_read(session, part)}


@in_words
def fresh(
    workspace: Workspace, waiting: Sequence[int], scope: Scope | None, newest: int, *, only_doubtful: bool = False
) -> list[ReviewItem]:
    """What has become ready for a review that is under way, oldest first: of the `waiting` documents, and of those in `scope` that came
    after document `newest`."""
    with workspace.catalog.read() as session:
        later = queries.document_ids(session, scope, newer_than=newest) if scope is not None else []
    ready = items(workspace, sorted({*waiting, *later}), only_doubtful=only_doubtful)
    return sorted(ready, key=lambda item: item.document_id)


def _live(session: Session, ids: Sequence[int]) -> list[int]:
    kept: list[int] = []
    for part in _parts(ids):
        kept += session.scalars(select(Document.id).where(Document.id.in_(part), Document.deleted_at.is_(None)))
    return kept


def _still_read(session: Session, rows: Sequence[queries.DocumentRow]) -> set[int]:
    """Nothing is missing on a paper whose pages are on their way, and nothing can be checked yet."""
    fresh = [row.id for row in rows if row.state == "new"]
    return {one for part in _parts(fresh) for one in queries.still_read(session, part)}


def _left_empty(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Needed fields by document that are empty and were confirmed so: the paper has none. Number and notation count once."""
    counted: dict[int, set[str]] = {}
    wanted = {field.name for field in fields.FIELDS if field.required}
    for part in _parts(ids):
        rows = select(FieldEvidence.document_id, FieldEvidence.name).where(
            FieldEvidence.document_id.in_(part),
            FieldEvidence.confirmed,
            FieldEvidence.value == "",
            FieldEvidence.name.in_(wanted),
        )
        for document_id, name in session.execute(rows):
            counted.setdefault(document_id, set()).add("codeNumber" if name == "codeNotation" else name)
    return {document_id: len(names) for document_id, names in counted.items()}


def _parts(ids: Sequence[int]) -> list[list[int]]:
    return [list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK)]


# --- one field of many documents ---
@in_words
def field_crops(workspace: Workspace, ids: Sequence[int], name: str) -> list[FieldCrop]:
    """The field of each document, in the order of `ids`; documents that are gone are left out."""
    with workspace.catalog.read() as session:
        made: dict[int, FieldCrop] = {}
        for part in _parts(ids):
            documents = session.scalars(select(Document).where(Document.id.in_(part)))
            pages = _pages(session, part)
            rows = select(FieldEvidence).where(FieldEvidence.document_id.in_(part), FieldEvidence.name == name)
            evidence = {row.document_id: row for row in session.scalars(rows)}
            for document in documents:
                made[document.id] = _crop(document, name, evidence.get(document.id), pages.get(document.id, {}))
    return [made[one] for one in ids if one in made]


def _pages(session: Session, ids: Sequence[int]) -> dict[int, dict[int, tuple[str, int]]]:
    """Image and turn by document and page number, without the bulky words."""
    found_: dict[int, dict[int, tuple[str, int]]] = {}
    columns = select(Page.document_id, Page.number, Page.image, Page.turn).where(Page.document_id.in_(ids))
    for document_id, number, image, turn in session.execute(columns):
        found_.setdefault(document_id, {})[number] = (image, turn)
    return found_


def _crop(document: Document, name: str, row: FieldEvidence | None, pages: dict[int, tuple[str, int]]) -> FieldCrop:
    reading = fields.reading(row) if row is not None else None
    page, box, sought = place_of(name, reading, len(pages))
    image, turn = pages.get(page, ("", 0))
    title = document.code or document.subject or document.source_name or _("Document without a number")
    confirmed = row is not None and row.confirmed
    return FieldCrop(document.id, title, fields.get(document, name), reading, confirmed, image, page, box, turn, sought)


def place_of(name: str, reading: FieldReading | None, pages: int) -> tuple[int, Box, bool]:
    """(page, box, whether it is only the usual place of such a field) to look at; `pages` is their number."""
    if reading is not None and reading.box is not None and reading.page is not None:
        return reading.page, reading.box, False
    page, box = USUAL_PLACES.get(name, (1, (0.0, 0.0, 1.0, 0.3)))
    return (max(pages, 1) if page < 0 else page), box, True


# --- what seems wrong ---
@in_words
def checks_of(workspace: Workspace, ids: Sequence[int]) -> list[Finding]:
    """What looks wrong in these documents: each by itself, and beside the others of its dossier or of the list."""
    wanted = set(ids)
    with workspace.catalog.read() as session:
        own = [one for part in _parts(ids) for one in session.scalars(_documents(Document.id.in_(part)))]
        dossiers = sorted({one.dossier_id for one in own if one.dossier_id is not None})
        beside = [one for part in _parts(dossiers) for one in session.scalars(_documents(Document.dossier_id.in_(part)))]
        known = _confirmed_issuers(session)
        evidence = objections.confirmed(session, ids)
    documents = {one.id: one for one in [*own, *beside]}
    rows = [row_of(one) for one in documents.values()]
    made = [one for document in own for one in by_itself(document)]
    made += [one for one in order_findings(rows) if one.document_id in wanted]
    for dossier in dossiers:
        made += [one for one in sheet_findings(pile_of(rows, dossier)) if one.document_id in wanted]
    made += unknown_issuers([row for row in rows if row.id in wanted], known)
    return objections.judged(made, documents, evidence)


def against(values: Mapping[str, str], name: str) -> str:
    """What the checks have against one of a document's values as it is typed, the other documents left aside; "" for nothing."""
    made = checks.check_fields(values, today=clock.today())
    said = [message for field, code, message in made if field == name and code != "field.missing"]
    return next(iter(said), form_of(values.get(name, "")) if name == "sheets" else "")


def dossier_checks(workspace: Workspace, dossier_id: int) -> list[Finding]:
    """What looks wrong in the documents of one dossier. Raises AppError `dossier.gone`."""
    with workspace.catalog.read() as session:
        found.dossier(session, dossier_id)
        ids = list(session.scalars(select(Document.id).where(Document.dossier_id == dossier_id, Document.deleted_at.is_(None))))
    return checks_of(workspace, ids)


def _documents(condition: ColumnElement[bool]) -> Select[Document]:
    return select(Document).where(condition, Document.deleted_at.is_(None))


def _confirmed_issuers(session: Session) -> list[str]:
    rows = (
        select(Document.organ_name)
        .join(FieldEvidence, FieldEvidence.document_id == Document.id)
        .where(
            FieldEvidence.name == "organName", FieldEvidence.confirmed, Document.deleted_at.is_(None), Document.organ_name != ""
        )
    )
    return list(session.scalars(rows))


# --- a box drawn on the page ---
@in_words
def read_box(
    job: Job, workspace: Workspace, boxes: SandboxPool, document_id: int, page: int, box: Box, *, field: str = ""
) -> str:
    """The text inside `box` (fractions of page `page` as scanned), as the field `field` is written; "" where there is none.

    Text of a born-digital page is taken as it is; a picture is cut out and read again, alone and enlarged, which finds what the
    reading of the whole page missed; of the two readings the surer one counts. Raises AppError `document.gone`, `page.gone`,
    `page.unreadable`, `box.too_small` and those of the sandbox.
    """
    stored = _page(workspace, document_id, page)
    box = _inside(box)
    whole = words_of(stored)
    known, sure = _words_in(whole, box)
    if not stored.image or (known and whole.engine == "text layer"):
        return fitted(field, known)
    with workspace.scratch() as scratch:
        path = scratch / "page"
        workspace.objects.copy_out(stored.image, path)
        crop = scratch / "crop.png"
        _cut(path, box, stored.turn, stored.dpi, crop)
        answer = boxes.call("app.recognise.tasks:read_page", image=str(crop), dpi=READ_AT, timeout=SECONDS, job=job)
        alone, surer = _words_in(from_plain(answer), (0.0, 0.0, 1.0, 1.0))
        by_hand, certain = ("", 0.0)
        if field in {"codeNumber", "sheets"}:
            own = hands.file_in(workspace, scratch)
            by_hand, certain = boxes.call(
                "app.desk.tasks:read_digits", image=str(crop), hands=str(own) if own else None, timeout=SECONDS, job=job
            )
    first, second = (alone, known) if surer >= sure else (known, alone)
    if certain > (max(surer, sure) if fitted(field, first) else 0.0):
        return fitted(field, by_hand)
    return fitted(field, first) or fitted(field, second)


def _page(workspace: Workspace, document_id: int, number: int) -> Page:
    with workspace.catalog.read() as session:
        found.document(session, document_id)
        page = session.scalars(select(Page).where(Page.document_id == document_id, Page.number == number)).first()
    if page is None:
        raise AppError("page.gone", _("This document has no page {number}.").format(number=number))
    return page


def _inside(box: Box) -> Box:
    """The part of a box that lies on the page. Raises AppError `box.too_small` for what is no place at all."""
    if not all(math.isfinite(edge) for edge in box):
        raise _too_small()
    x0, y0, x1, y1 = (min(max(edge, 0.0), 1.0) for edge in box)
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _words_in(text: PageText, box: Box) -> tuple[str, float]:
    """The words whose middle lies in the box, a line a line, and the lowest confidence among them."""
    lines, sure = [], 1.0
    for line in text.lines():
        inside = [word for word in line if _has_middle(box, word.box)]
        if inside:
            lines.append(" ".join(word.text for word in inside))
            sure = min(sure, *(word.confidence for word in inside))
    return "\n".join(lines), sure if lines else 0.0


def _has_middle(box: Box, word: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _cut(page: Path, box: Box, turn: int, dpi: int, out: Path) -> None:
    """Writes the inside of the box, upright, at 300 dpi, with white around it. Raises AppError `page.unreadable`."""
    with opened(page, _unreadable) as image:
        width, height = image.size
        frame = (round(box[0] * width), round(box[1] * height), round(box[2] * width), round(box[3] * height))
        if frame[2] - frame[0] < 4 or frame[3] - frame[1] < 4:
            raise _too_small()
        piece = image.crop(frame).convert("RGB").convert("L")
    if turn % 360:
        piece = piece.rotate(-turn, expand=True)
    scale = min(4.0, max(1.0, READ_AT / max(dpi or 200, 50)))
    scale = min(scale, (PIXELS_MOST / (piece.width * piece.height)) ** 0.5)  # a box around a plan of metres
    if not 1.0 <= scale <= 1.05:
        size = (max(1, round(piece.width * scale)), max(1, round(piece.height * scale)))
        piece = piece.resize(size, Image.Resampling.BICUBIC)
    sheet = Image.new("L", (piece.width + 2 * WHITE, piece.height + 2 * WHITE), 255)
    sheet.paste(piece, (WHITE, WHITE))
    sheet.save(out, dpi=(READ_AT, READ_AT))


def _too_small() -> AppError:
    return AppError("box.too_small", _("This box is too small to read."), _("Draw it around the whole word."))


def _unreadable(detail: str) -> AppError:
    return AppError(
        "page.unreadable",
        _("The picture of this page could not be read."),
        _("Type the value by hand, or scan the page again."),
        detail=detail,
    )


@in_words
def accept_box(workspace: Workspace, document_id: int, name: str, value: str, page: int, box: Box) -> Change:
    """As `describing.edit` of one field, and keeps the drawn box (fractions of the page as scanned) as the place where it stands:
    the crop is right from now on, and the program learns where this issuer writes it. One step of undo."""
    learnt(workspace)
    with workspace.catalog.write("document.edit") as transaction:
        session = transaction.session
        document = found.document(session, document_id)
        transaction.subject = document.code or document.source_name
        rows = list(session.scalars(select(FieldEvidence).where(FieldEvidence.document_id == document_id)))
        objections.renew_seals(document, rows)
        fields.put(document, name, value)
        row = next((one for one in rows if one.name == name), None)
        if row is None:
            row = fields.evidence(document_id, name, FieldReading("", 1.0, source="clerk"))
            session.add(row)
        row.value, row.source, row.confidence, row.why = fields.get(document, name)[:1000], "clerk", 1.0, ""
        row.page, (row.x0, row.y0, row.x1, row.y1) = page, _inside(box)
        row.confirmed, row.stands = True, ""
    return transaction.change
