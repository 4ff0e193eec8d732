"""Header fields of files that stay outside the archive: `vankho describe`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.capture import complaints, files
from app.capture.fileinfo import WHOLE
from app.desk import found
from app.desk.field_reading import Paper, ReadPage, read_dossier, read_fields
from app.desk.page_choice import ends, further_pages, wanted_pages
from app.errors import AppError, Cancelled, Problem
from app.i18n import _
from app.jobs import Job
from app.recognise.turning import upright
from app.recognise.words import from_plain
from app.sandbox import SandboxPool
from app.troubles import no_temporary_folder, of_os, temporary_folder
from storage.records import FieldReading, PageText

DPI = 300
PAGE_ALONE = ("image.page", "pdf.page", "ocr.", "sandbox.")  # refusals of one page: the others are read all the same


@dataclass(slots=True)
class FileFields:
    """`problem` is why the file has no fields, `page_problems` what is wrong with single pages, by their number."""

    file: Path
    pages: int = 0
    fields: dict[str, FieldReading] = field(default_factory=dict)
    problem: Problem | None = None
    page_problems: dict[int, Problem] = field(default_factory=dict)


def describe_files(job: Job, boxes: SandboxPool, paths: Iterable[Path], *, dossier: bool = False) -> Iterator[FileFields]:
    """One result a file, in order; a bad file is a result with its Problem. `dossier`: the files in this order are one dossier.

    Raises AppError where there is no folder for passing files.
    """
    try:
        passing = tempfile.TemporaryDirectory(prefix="vankho-", ignore_cleanup_errors=True)
    except OSError as error:
        raise (no_temporary_folder(str(error)) if temporary_folder() is None else of_os(error)) from error
    with passing as name:
        folder = Path(name)
        if not dossier:
            for path in paths:
                result, paper = _opened(job, boxes, path, folder / "one")
                if paper is not None:
                    _fill(job, boxes, result, paper, folder)
                yield result
            return
        opened = [_opened(job, boxes, path, folder / str(place)) for place, path in enumerate(paths)]
        try:
            read = read_dossier(job, boxes, [paper or Paper({}, 0) for _result, paper in opened], folder)
        except Cancelled:
            raise
        except (AppError, OSError):  # one of them may be what can't be read: each is tried without the others
            for result, paper in opened:
                if paper is not None:
                    _fill(job, boxes, result, paper, folder)
        else:
            for (result, _paper), fields in zip(opened, read, strict=True):
                result.fields = fields
    yield from (result for result, _paper in opened)


def _fill(job: Job, boxes: SandboxPool, result: FileFields, paper: Paper, folder: Path) -> None:
    """The fields of one file, or its Problem."""
    try:
        result.fields = read_fields(job, boxes, paper.pages, paper.count, folder)
    except Cancelled:
        raise
    except AppError as error:
        result.problem = job.problem(_name(result.file), error)
    except OSError as error:
        result.problem = job.problem(_name(result.file), of_os(error, result.file.name, [folder]))


def _opened(job: Job, boxes: SandboxPool, path: Path, folder: Path) -> tuple[FileFields, Paper | None]:
    """The words and pictures of one file; no Paper for one that can't be read."""
    job.check()
    result = FileFields(path)
    try:
        folder.mkdir(exist_ok=True)
        paper = _paper(job, boxes, result, folder)
    except Cancelled:
        raise
    except AppError as error:
        result.problem = job.problem(_name(path), error)
        return result, None
    except OSError as error:
        result.problem = job.problem(_name(path), of_os(error, path.name, [folder]))
        return result, None
    return result, paper


def _paper(job: Job, boxes: SandboxPool, result: FileFields, folder: Path) -> Paper:
    """Raises AppError where not one page can be read."""
    copy = folder / "original"
    files.stable_copy(found.one_file(result.file), copy)
    info = boxes.call("app.capture.tasks:inspect", path=str(copy), job=job)
    result.pages = int(info["pages"])
    pages = _Pages(job, boxes, result, copy, info, folder)
    for number in wanted_pages(result.pages):
        pages.read(number)
    if pages.last is not None and not pages.made:
        raise pages.last
    _read_on(pages)
    copy.unlink()  # of a thick dossier the pictures alone fill the folder
    return Paper(pages.made, result.pages)


def _read_on(pages: _Pages) -> None:
    """To the page with the signature, where annexes follow it; what was read so far is worth more than that."""
    try:
        for number in further_pages(pages.result.pages, {number: _upright(page) for number, page in pages.made.items()}):
            page = pages.read(number)
            if page is not None and ends(_upright(page)):
                return
    except Cancelled:
        raise
    except AppError as error:
        pages.job.problem(_name(pages.result.file), error)


def _upright(page: ReadPage) -> PageText:
    return upright(page.text, page.turn)


@dataclass(slots=True)
class _Pages:
    """The pages of one file as they are read: one that can't be is noted, the others are read all the same."""

    job: Job
    boxes: SandboxPool
    result: FileFields
    file: Path
    info: dict[str, Any]
    folder: Path
    made: dict[int, ReadPage] = field(default_factory=dict)
    last: AppError | None = None

    def read(self, number: int) -> ReadPage | None:
        """Raises AppError where it is the file that can't be read."""
        self.job.check()
        try:
            page, share = _read(self.job, self.boxes, self.file, number, self.info, self.folder)
        except AppError as error:
            if not error.code.startswith(PAGE_ALONE) or (error.code == "sandbox.timeout" and self.last is not None):
                raise  # a file that takes too long twice takes too long
            self.last = error
            _note(self.job, self.result, number, error)
            return None
        self.made[number] = page
        if share < WHOLE:
            _note(self.job, self.result, number, complaints.page_incomplete(number - 1, share))
        return page


def _note(job: Job, result: FileFields, number: int, error: AppError) -> None:
    where = _("{name}, page {number}").format(name=_name(result.file), number=number)
    result.page_problems[number] = job.problem(where, error)


def _name(path: Path) -> str:
    """As it can be printed: foreign drives hold names that are no valid text."""
    return files.shown(path)


def _read(job: Job, boxes: SandboxPool, path: Path, number: int, info: dict[str, Any], folder: Path) -> tuple[ReadPage, float]:
    """A page, and which share of its pictures' rows is there."""
    out = str(folder / f"page-{number}")
    made = boxes.call("app.capture.tasks:render_page", path=str(path), index=number - 1, dpi=DPI, out=out, job=job)
    image, share = Path(made["path"]), float(made["share"])
    if info["kind"] == "pdf" and info["has_text"]:
        layer = boxes.call("app.recognise.tasks:read_text_layer", path=str(path), index=number - 1, job=job)
        if layer is not None:
            return ReadPage(from_plain(layer), image), share
    read = boxes.call("app.recognise.tasks:read_page", image=str(image), job=job)
    return ReadPage(from_plain(read), image, int(read["turn"])), share
