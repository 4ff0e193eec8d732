"""Header fields of files that stay outside the archive: `vankho describe`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import clock
from app.capture import files
from app.describe.header import describe
from app.errors import AppError, Problem
from app.jobs import Job
from app.recognise.words import from_plain
from app.sandbox import SandboxPool
from app.troubles import of_os
from storage.records import FieldReading, PageText

DPI = 300
HEAD_PAGES = 3  # of a long document: the header is in front,
TAIL_PAGES = 2  # the signer at the end


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
        files.stable_copy(path, copy)
        info = boxes.call("app.capture.tasks:inspect", path=str(copy), job=job)
        count = int(info["pages"])
        wanted = sorted({*range(min(HEAD_PAGES, count)), *range(max(0, count - TAIL_PAGES), count)})
        texts = [PageText(0, 0, 0) for _number in range(count)]
        for index in wanted:
            texts[index] = _read(job, boxes, copy, index, info, Path(folder))
        return FileFields(path, count, describe(texts, today=clock.today()))


def _read(job: Job, boxes: SandboxPool, path: Path, index: int, info: dict[str, Any], folder: Path) -> PageText:
    if info["kind"] == "pdf" and info["has_text"]:
        layer = boxes.call("app.recognise.tasks:read_text_layer", path=str(path), index=index, job=job)
        if layer is not None:
            return from_plain(layer)
    image = boxes.call("app.capture.tasks:render_page", path=str(path), index=index, dpi=DPI, out=str(folder / "page"), job=job)
    return from_plain(boxes.call("app.recognise.tasks:read_page", image=image["path"], job=job))
