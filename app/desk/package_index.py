"""A package with a spreadsheet index beside it: what the package does not say of its documents, the index does.

Older deliveries come as bags or bare file packages with a “mục lục” as XLSX. What the package says itself counts; a difference is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from app.desk.index_rows import IndexRow
from app.desk.intake_index import Index, Places
from app.desk.taking_over import DOCUMENT_COLUMNS, DOSSIER_COLUMNS
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package.reading import ReadDocument, ReadPackage

_OF_DOCUMENT = {column: name for name, column in DOCUMENT_COLUMNS.items()}
_OF_DOSSIER = {column: name for name, column in DOSSIER_COLUMNS.items()} | {"code": "fileCode"}


def described(job: Job, read: ReadPackage, index: Index, called: str) -> ReadPackage:
    """The package with its empty fields filled from the index. `called`: its folder, which stands for a title where there is none.

    Told as problems, the rest goes on: rows whose file the package does not hold, cells that could not be understood, fields that the
    package says otherwise, and an index of several dossiers, which one package is not.
    """
    documents = {each.file.path: each for each in read.documents if each.file is not None}
    places = Places([Path(path) for path in documents], [Path()])
    found: dict[str, IndexRow] = {}
    for row in index.rows:
        where = _("{name}, row {number}").format(name=index.path.name, number=row.number)
        try:
            path = places.find(row.file).as_posix()
        except AppError as error:
            job.problem(where, error)
            continue
        for doubt in row.doubts:
            job.problem(where, AppError("index.cell", doubt, _("Look at this cell of the index and at the document's fields.")))
        found[path] = row
        documents[path] = _document(job, where, documents[path], row)
    made = [documents[each.file.path] if each.file is not None else each for each in read.documents]
    return replace(read, documents=made, dossier=_dossier(job, read, index, list(found.values()), called))


def _document(job: Job, where: str, document: ReadDocument, row: IndexRow) -> ReadDocument:
    told = dict(row.given.fields) | {
        _OF_DOCUMENT[key]: value for key, value in row.given.columns.items() if key in _OF_DOCUMENT
    }
    own = dict(document.fields)
    if document.file is not None and own.get("subject") == PurePosixPath(document.file.path).stem:
        del own["subject"]  # the name of the file, for want of anything else
    bare = not own
    filled = _filled(job, where, own, told) or dict(document.fields)
    return replace(document, fields=filled, ordinal=row.given.ordinal if bare and row.given.ordinal else document.ordinal)


def _dossier(job: Job, read: ReadPackage, index: Index, rows: list[IndexRow], called: str) -> Mapping[str, str]:
    told = list({tuple(sorted(row.dossier.items())): row.dossier for row in rows if row.dossier}.values())
    if not told:
        return read.dossier
    if len({each.get("code", "") for each in told}) > 1:
        job.problem(
            index.path.name,
            AppError(
                "index.several_dossiers",
                _("The index names several dossiers, the package is one: it keeps its own description."),
                _("File the documents into their dossiers afterwards."),
            ),
        )
        return read.dossier
    own = {name: value for name, value in read.dossier.items() if not (name == "title" and value in (read.objid, called))}
    first = {_OF_DOSSIER[key]: value for key, value in told[0].items() if key in _OF_DOSSIER}
    return _filled(job, index.path.name, own, first)


def _filled(job: Job, where: str, own: dict[str, str], told: Mapping[str, str]) -> dict[str, str]:
    for name, value in told.items():
        if not own.get(name):
            own[name] = value
        elif own[name] != value:
            words = _("The index says “{there}” for {field}, the package “{here}”.")
            advice = _("What the package says was taken. Compare with the paper.")
            job.problem(
                where, AppError("index.differs", words.format(field=name, there=value[:80], here=own[name][:80]), advice)
            )
    return own
