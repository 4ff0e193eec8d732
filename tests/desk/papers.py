"""What these tests ask of an archive, and papers that are quick to read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from app.desk import intake, keeping
from app.desk.intake import IntakeResult
from app.errors import AppError, Problem
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries
from storage.records import Document, Intake, Page, Rendition
from tests.made_files import sheet

VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


def jpeg(path: Path, text: str = "Quyết định", number: int = 0) -> Path:
    """A slip with one line: quick to read, different for each number."""
    sheet((620, 200), (f"{text} {number}",), points=28, seal=False).save(path, dpi=(100, 100))
    return path


def tiny(path: Path, shade: int = 0) -> Path:
    """A picture without words."""
    Image.new("L", (60, 80), shade).save(path, dpi=(200, 200))
    return path


def take(
    workspace: Workspace, boxes: SandboxPool, *paths: Path, ocr: bool = False, dossier_id: int | None = None
) -> IntakeResult:
    return intake.import_files(Job(), workspace, boxes, paths, ocr=ocr, dossier_id=dossier_id)


def in_vietnamese(trouble: AppError | Problem) -> str:
    """The code, after the proof that the person gets two Vietnamese sentences without a word for programmers."""
    for sentence in (trouble.message, trouble.advice):
        assert VIETNAMESE.search(sentence), (trouble.code, sentence)
        assert not re.search(r"Errno|Exception|Error|None|\.py", sentence), sentence
    return trouble.code


def documents(workspace: Workspace) -> list[Document]:
    with workspace.catalog.read() as session:
        return list(session.scalars(select(Document).order_by(Document.id)))


def pages(workspace: Workspace, document_id: int) -> list[Page]:
    with workspace.catalog.read() as session:
        return queries.pages_of(session, document_id)


def renditions(workspace: Workspace, document_id: int, kind: str) -> list[Rendition]:
    with workspace.catalog.read() as session:
        return [r for r in queries.renditions_of(session, document_id) if r.kind == kind]


def states(workspace: Workspace) -> list[str]:
    with workspace.catalog.read() as session:
        return list(session.scalars(select(Intake.state).order_by(Intake.id)))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def prove_whole(workspace: Workspace) -> None:
    """Every file has its digest, the audit chain fits, and each document has the pages that it says, numbered from 1."""
    assert keeping.fixity(Job(), workspace).sound
    assert keeping.audit_verify(Job(), workspace).sound
    for document in documents(workspace):
        assert [page.number for page in pages(workspace, document.id)] == list(range(1, document.pages + 1))


def names(found: Iterable[Document]) -> list[str]:
    return [document.source_name for document in found]
