"""Header fields of files that stay outside the archive: `vankho describe`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.capture import files
from app.desk import found
from app.desk.field_reading import Paper, ReadPage, read_dossier, read_fields, wanted_pages
from app.errors import AppError, Problem
from app.jobs import Job
from app.recognise.words import from_plain
from app.sandbox import SandboxPool
from app.troubles import of_os
from storage.records import FieldReading

DPI = 300


@dataclass(slots=True)
class FileFields:
    file: Path
    pages: int = 0
    fields: dict[str, FieldReading] = field(default_factory=dict)
    problem: Problem | None = None


def describe_files(job: Job, boxes: SandboxPool, paths: Iterable[Path], *, dossier: bool = False) -> Iterator[FileFields]:
    """One result a file, in order; a bad file is a result with its Problem. `dossier`: the files in this order are one dossier."""
    with tempfile.TemporaryDirectory(prefix="vankho-") as name:
        folder = Path(name)
        if not dossier:
            for path in paths:
                result, paper = _opened(job, boxes, path, folder / "one")
                if paper is not None:
                    result.fields = read_fields(job, boxes, paper.pages, paper.count, folder)
                yield result
            return
        opened = [_opened(job, boxes, path, folder / str(place)) for place, path in enumerate(paths)]
        read = read_dossier(job, boxes, [paper or Paper({}, 0) for _result, paper in opened], folder)
    for (result, _paper), fields in zip(opened, read, strict=True):
        result.fields = fields
        yield result


def _opened(job: Job, boxes: SandboxPool, path: Path, folder: Path) -> tuple[FileFields, Paper | None]:
    """The words and pictures of one file; no Paper for one that can't be read."""
    job.check()
    folder.mkdir(exist_ok=True)
    try:
        paper = _paper(job, boxes, path, folder)
    except AppError as error:
        return FileFields(path, problem=job.problem(path.name, error)), None
    except OSError as error:
        return FileFields(path, problem=job.problem(path.name, of_os(error, path.name))), None
    return FileFields(path, paper.count), paper


def _paper(job: Job, boxes: SandboxPool, path: Path, folder: Path) -> Paper:
    copy = folder / "original"
    files.stable_copy(found.one_file(path), copy)
    info = boxes.call("app.capture.tasks:inspect", path=str(copy), job=job)
    count = int(info["pages"])
    return Paper({number: _read(job, boxes, copy, number, info, folder) for number in wanted_pages(count)}, count)


def _read(job: Job, boxes: SandboxPool, path: Path, number: int, info: dict[str, Any], folder: Path) -> ReadPage:
    out = str(folder / f"page-{number}")
    made = boxes.call("app.capture.tasks:render_page", path=str(path), index=number - 1, dpi=DPI, out=out, job=job)
    image = Path(made["path"])
    if info["kind"] == "pdf" and info["has_text"]:
        layer = boxes.call("app.recognise.tasks:read_text_layer", path=str(path), index=number - 1, job=job)
        if layer is not None:
            return ReadPage(from_plain(layer), image)
    read = boxes.call("app.recognise.tasks:read_page", image=str(image), job=job)
    return ReadPage(from_plain(read), image, int(read["turn"]))
