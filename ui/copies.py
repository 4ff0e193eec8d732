"""Plain copies of documents in a folder that the person chose."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.troubles import in_words
from storage import queries
from storage.disk import write_atomic
from storage.records import Document

if TYPE_CHECKING:
    from app.workspace import Workspace

KINDS = ("signed", "access", "original", "copy")


@in_words
def save_copies(job: Job, workspace: Workspace, ids: list[int], folder: Path) -> int:
    """Writes the signed, else the access, else the original file of each document; an existing file is never overwritten.

    Returns how many were written; documents without a file are problems of the job.
    """
    written = 0
    for place, document_id in enumerate(ids):
        job.progress(place, len(ids))
        with workspace.catalog.read() as session:
            document = session.get(Document, document_id)
            rendition = queries.best_rendition(session, document_id, *KINDS)
        name = (document.code or document.source_name) if document else str(document_id)
        if document is None or rendition is None:
            job.problem(name, AppError("document.no_file", _("This document has no file to copy.")))
            continue
        suffix = Path(rendition.name).suffix or (".pdf" if rendition.mime == "application/pdf" else "")
        write_atomic(free_name(folder, name, suffix), workspace.objects.read(rendition.sha256))
        written += 1
    job.progress(len(ids), len(ids))
    return written


def free_name(folder: Path, name: str, suffix: str) -> Path:
    """A name in `folder` that no file has: signs that file systems refuse become "-"."""
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", name).strip(" .")[:120] or "document"
    found = folder / f"{stem}{suffix}"
    number = 2
    while found.exists():
        found = folder / f"{stem} ({number}){suffix}"
        number += 1
    return found
