"""Taking in a digitised pile by its spreadsheet index: dossiers and fields come from the rows, the files from beside it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from app.capture import files
from app.desk import filing, found, intake_steps
from app.desk.index_rows import Given, IndexRow, rows_of
from app.desk.intake import IntakeResult, Item, Outcome, collected, enqueue, run_batch
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.rules import index_columns
from app.rules.index_columns import Column
from app.sandbox import SandboxPool
from app.troubles import in_words
from app.workspace import Workspace
from storage.records import Document, Dossier, Fonds, Intake, Inventory
from storage.text import clean, nfc


@dataclass(slots=True)
class Index:
    """A spreadsheet index as it was understood. `ignored`: headers that no meaning was found for."""

    path: Path
    sheet: str
    columns: list[Column] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    rows: list[IndexRow] = field(default_factory=list)


@dataclass(slots=True)
class IndexResult:
    index: Index
    intake: IntakeResult


@in_words
def read_index(job: Job, workspace: Workspace, boxes: SandboxPool, path: Path) -> Index:
    """What an index says, nothing done yet. Raises AppError `sheet.*`, `index.no_header`, `index.no_files`, or of the file."""
    job.progress(0, None, _("Reading the index…"))
    with workspace.scratch() as scratch:
        copy, out = scratch / "index.xlsx", scratch / "rows"
        files.stable_copy(found.one_file(path), copy)
        told = boxes.call("app.capture.tasks:read_sheet", path=str(copy), out=str(out), job=job)
        with out.open(encoding="utf-8") as lines:
            cells = [[nfc(cell) for cell in json.loads(line)] for line in lines]
    head = index_columns.header_row(cells)
    if head is None:
        raise AppError(
            "index.no_header",
            _("The index has no row of headers that Văn Khố understands."),
            _("The first rows must hold headers such as “Trích yếu nội dung” and “Đường dẫn file”."),
        )
    place, headers = head
    columns = index_columns.match(headers)
    if not any(column.key == "file" for column in columns):
        raise AppError(
            "index.no_files",
            _("The index has no column that names the files."),
            _("Give that column the header “Đường dẫn file”."),
        )
    known = {number for column in columns for number in range(column.place, column.place + column.width)}
    ignored = [header for number, header in enumerate(headers) if header and number not in known]
    return Index(path, told["sheet"], columns, ignored, _carried(list(rows_of(cells, columns, place))))


@in_words
def import_index(
    job: Job,
    workspace: Workspace,
    boxes: SandboxPool,
    path: Path,
    paths: Sequence[Path] = (),
    *,
    ocr: bool = True,
    dossier_id: int | None = None,
) -> IndexResult:
    """Takes in the files that the index names and, where `paths` are given, whatever else lies there.

    The files are looked for below `paths`, without them below the index's own folder, never elsewhere. What can't be found or
    understood is a Problem of the result with its row; the rest goes on. `dossier_id` is for documents whose row names no dossier.
    """
    before = len(job.problems)
    index = read_index(job, workspace, boxes, path)
    lost: list[Outcome] = []
    own = path.absolute()
    have = [file for file in collected(job, paths or [own.parent], lost) if file != own]
    places = Places(have, [root.absolute() for root in paths] or [own.parent])
    dossiers = _Dossiers(job, workspace, index)
    items: dict[str, Item] = {}
    rows: dict[str, int] = {}
    for row in index.rows:
        job.check()
        where = _where(index, row.number)
        for doubt in row.doubts:
            job.problem(where, AppError("index.cell", doubt, _("Look at this cell of the index and at the document's fields.")))
        source = _file_of(job, places, where, row, rows, lost)
        if source is not None:
            rows[source] = row.number
            filed = dossiers.of(row) or dossier_id
            items[source] = Item(source, filed, row.given.packed())
    dossiers.count(index)
    if paths:
        for file in have:
            text = intake_steps.source_text(file)
            items.setdefault(text, Item(text, dossier_id))
    batch = enqueue(workspace, list(items.values()), ocr=ocr)
    result = run_batch(job, workspace, boxes, batch)
    _compare_pages(job, workspace, batch, {source: _where(index, number) for source, number in rows.items()})
    result.problems = job.problems[before:]
    result.outcomes = lost + result.outcomes
    return IndexResult(index, result)


def _carried(rows: list[IndexRow]) -> list[IndexRow]:
    """Cells merged downwards stand in their first row only: a row that says nothing of a dossier lies in the one above."""
    last: dict[str, str] = {}
    for row in rows:
        if row.dossier:
            last = row.dossier
        else:
            row.dossier = dict(last)
    return rows


def _where(index: Index, number: int) -> str:
    return _("{name}, row {number}").format(name=intake_steps.shown(index.path.name), number=number)


def _file_of(job: Job, places: Places, where: str, row: IndexRow, rows: dict[str, int], lost: list[Outcome]) -> str | None:
    """The source of the row's file; None, with a Problem, where there is none of its own."""
    try:
        source = intake_steps.source_text(places.find(row.file))
        if source in rows:
            raise AppError(
                "index.file_twice",
                _("{name} is named by row {number} already.").format(name=row.file, number=rows[source]),
                _("Cut the file into one file a document, or correct the path in the index."),
            )
    except AppError as error:
        lost.append(Outcome(row.file, "failed", None, job.problem(where, error)))
        return None
    return source


class Places:
    """The files below some folders, found by what an index calls them.

    Paths in an index carry the drive or the folders of the PC that wrote it: the longest agreement from the end decides.
    """

    def __init__(self, have: Iterable[Path], roots: Sequence[Path]) -> None:
        self._by_name: dict[str, list[tuple[list[str], Path]]] = defaultdict(list)
        for file in have:
            root = next((root for root in roots if file != root and file.is_relative_to(root)), None)
            parts = _parts(str(file.relative_to(root) if root else file.name))
            for name in {parts[-1], parts[-1].rpartition(".")[0]} - {""}:
                self._by_name[name].append((parts, file))

    def find(self, told: str) -> Path:
        """Raises AppError `index.no_file`, `index.file_missing`, `index.file_unclear`."""
        parts = _parts(told)
        if not parts:
            raise AppError("index.no_file", _("The row names no file."), _("Write the file's path into the index."))
        likest = [(_agreeing(parts, theirs), len(theirs), file) for theirs, file in self._by_name.get(parts[-1], ())]
        best = max((same for same, _depth, _file in likest), default=0)
        whole = [file for same, depth, file in likest if same == best == depth]
        chosen = whole if len(whole) == 1 else [file for same, _depth, file in likest if same == best]
        if not chosen:
            raise AppError(
                "index.file_missing",
                _("{name} is not there.").format(name=told[:200]),
                _(
                    "Copy the file to its place beside the index, or correct the path in the index; then take in the index again."
                ),
            )
        if len(chosen) > 1:
            raise AppError(
                "index.file_unclear",
                _("Several files are called {name}.").format(name=told[:200]),
                _("Write more of the path into the index, so that one file only is meant."),
            )
        return chosen[0]


def _parts(path: str) -> list[str]:
    """`\\\\HS 01\\vb.PDF` → ["hs 01", "vb.pdf"]: either slash, no leading one, no drive, no way upwards, no case."""
    pieces = re.split(r"[\\/]+", nfc(re.sub(r"^file:/*|^[a-zA-Z]:", "", path.strip())))
    return [clean(piece).casefold() for piece in pieces if piece.strip() not in ("", ".", "..")]


def _agreeing(ours: list[str], theirs: list[str]) -> int:
    """How many parts agree from the end; the name itself may lack its extension."""
    count = 1
    for left, right in zip(ours[-2::-1], theirs[-2::-1], strict=False):
        if left != right:
            break
        count += 1
    return count


class _Dossiers:
    """Finds the dossiers of an index, and makes those that are not there with what their rows say together."""

    def __init__(self, job: Job, workspace: Workspace, index: Index) -> None:
        self._job = job
        self._workspace = workspace
        self._index = index
        self._ids: dict[tuple[str, str], int | None] = {}
        self._rows: dict[tuple[str, str], list[IndexRow]] = defaultdict(list)
        for row in index.rows:
            self._rows[_key(row)].append(row)

    def of(self, row: IndexRow) -> int | None:
        """The dossier's id; None where the row names none, or with a Problem where it can't be made."""
        key = _key(row)
        if key not in self._ids:
            self._ids[key] = self._made(row) if row.dossier else None
        return self._ids[key]

    def count(self, index: Index) -> None:
        """A dossier of which the index says another number of documents than it lists is a Problem."""
        for rows in self._rows.values():
            total = max(row.total for row in rows)
            if total and total != len(rows) and rows[0].dossier.get("code"):
                trouble = AppError(
                    "index.total",
                    _("Dossier {code}: the index says {total} documents and lists {count}.").format(
                        code=rows[0].dossier["code"], total=total, count=len(rows)
                    ),
                    _("Look for rows that are missing or stand twice."),
                )
                self._job.problem(_where(index, rows[0].number), trouble)

    def _made(self, row: IndexRow) -> int | None:
        try:
            told = self._together(_key(row))
            if not told.get("code"):
                raise AppError(
                    "index.no_dossier_code",
                    _("The row names a dossier without its code."),
                    _(
                        "The document was taken in outside of any dossier. File it, or add the code and take in the index again."
                    ),
                )
            fonds_id = self._fonds(told.pop("fonds", ""))
            inventory = told.pop("inventory", "")
            known = self._known(told["code"], fonds_id)
            if known is not None:
                return known
            inventory_id = self._inventory(fonds_id, inventory) if inventory else None
            code, title = told.pop("code"), told.pop("title", "")
            values = {name: int(value) if name == "number_of_paper" else value for name, value in told.items()}
            return filing.add_dossier(
                self._workspace, code, title or code, fonds_id=fonds_id, inventory_id=inventory_id, **values
            )
        except AppError as error:
            self._job.problem(_where(self._index, row.number), error)
            return None

    def _together(self, key: tuple[str, str]) -> dict[str, str]:
        told: dict[str, str] = {}
        for row in self._rows[key]:
            told |= {name: value for name, value in row.dossier.items() if value and name not in told}
        return told

    def _known(self, code: str, fonds_id: int | None) -> int | None:
        query = select(Dossier.id).where(Dossier.code == clean(code), Dossier.deleted_at.is_(None)).order_by(Dossier.id)
        with self._workspace.catalog.read() as session:
            return session.scalars(query if fonds_id is None else query.where(Dossier.fonds_id == fonds_id)).first()

    def _fonds(self, name: str) -> int | None:
        """By its code or its title; None: the archive's first."""
        name = clean(name)
        if not name:
            return None
        with self._workspace.catalog.read() as session:
            same = {
                row.id
                for row in session.scalars(select(Fonds))
                if name.casefold() in (row.code.casefold(), row.title.casefold())
            }
        return min(same) if same else filing.add_fonds(self._workspace, name[:100], name[:1000])

    def _inventory(self, fonds_id: int | None, code: str) -> int | None:
        code = clean(code)[:30]
        with self._workspace.catalog.read() as session:
            fonds_id = fonds_id or session.scalars(select(Fonds.id).order_by(Fonds.id).limit(1)).first()
            if fonds_id is None:
                return None
            query = select(Inventory.id).where(Inventory.fonds_id == fonds_id, Inventory.code == code)
            known = session.scalars(query).first()
        return known or filing.add_inventory(self._workspace, fonds_id, code)


def _key(row: IndexRow) -> tuple[str, str]:
    return clean(row.dossier.get("fonds", "")).casefold(), clean(row.dossier.get("code", ""))


def _compare_pages(job: Job, workspace: Workspace, batch: str, wheres: dict[str, str]) -> None:
    """A document with another number of pages than its row says was perhaps scanned in part."""
    for source, given, pages in _counted(workspace, batch):
        said = Given.unpacked(given).pages
        if said and pages and said != pages:
            trouble = AppError(
                "index.pages",
                _("The index says {said} pages, the file has {pages}.").format(said=said, pages=pages),
                _("Compare the file with the paper: a page may be missing."),
            )
            job.problem(wheres.get(source, source), trouble)


def _counted(workspace: Workspace, batch: str) -> Iterator[tuple[str, str, int]]:
    query = select(Intake.source, Intake.given, Document.pages).join(Document, Document.id == Intake.document_id)
    with workspace.catalog.read() as session:
        rows = session.execute(query.where(Intake.batch == batch, Intake.given != "")).all()
    yield from ((row[0], row[1], row[2]) for row in rows)
