"""Header fields of files that stay outside the archive: `vankho describe`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.capture import files
from app.desk import found
from app.desk.field_reading import ReadPage, read_fields, wanted_pages
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


def describe_files(job: Job, boxes: SandboxPool, paths: Iterable[Path]) -> Iterator[FileFields]:
    """One result a file, in order; a bad file is a result with its Problem."""
    for path in paths:
        job.check()
        try:
            yield _describe(job, boxes, path)
        except AppError as error:
            yield FileFields(path, problem=job.problem(path.name, error))
        except OSError as error:
            yield FileFields(path, problem=job.problem(path.name, of_os(error, path.name)))


def _describe(job: Job, boxes: SandboxPool, path: Path) -> FileFields:
    with tempfile.TemporaryDirectory(prefix="vankho-") as folder:
        copy = Path(folder) / "original"
        files.stable_copy(found.plain_file(path), copy)
        info = boxes.call("app.capture.tasks:inspect", path=str(copy), job=job)
        count = int(info["pages"])
        place = Path(folder)
        pages = {number: _read(job, boxes, copy, number, info, place) for number in wanted_pages(count)}
        return FileFields(path, count, read_fields(job, boxes, pages, count, place))


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
