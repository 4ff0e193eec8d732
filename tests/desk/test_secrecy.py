"""A secrecy mark takes a paper out of the batch, keeps it off the line and out of what is learnt."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from app.desk import describing, intake, learning
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries
from storage.queries import Scope
from storage.records import Document
from tests.desk.papers import SAMPLES, in_vietnamese
from tests.samples import scan
from tests.samples.hand import StrokeWriter
from tests.samples.layout import Manner, lay_out
from tests.samples.sample import assemble
from tests.samples.texts import compose


@pytest.fixture
def stamped(tmp_path: Path) -> Path:
    """A decision with the red framed mark MẬT in its head (Nghị định 30, annex I, place 10a)."""
    rng = Random(1)
    paper = compose(Random(1), "Quyết định", 1)
    paper.secrecy, paper.urgency = "Mật", ""
    made = assemble(paper, lay_out(paper, Manner.any(rng)), scan.any_wear(rng, "clean"), StrokeWriter.any(rng), rng)
    path = tmp_path / "quyết định.png"
    made.pages[0].convert("RGB").save(path, dpi=(200, 200))
    return path


def test_a_secret_paper_leaves_the_batch(workspace: Workspace, boxes: SandboxPool, stamped: Path) -> None:
    job = Job()
    result = intake.import_files(job, workspace, boxes, [stamped, SAMPLES / "05-thong-bao.jpg"])
    (problem,) = [p for p in job.problems if p.code == "document.secret"]
    assert in_vietnamese(problem) == "document.secret"
    assert len(result.documents) == 2
    secret, plain = sorted(result.documents, key=lambda i: not describing.fields_of(workspace, i).document.secrecy)
    with workspace.catalog.read() as session:
        assert session.get_one(Document, secret).secrecy == "Mật"
        assert queries.best_rendition(session, secret, "access") is None
        assert queries.best_rendition(session, secret, "original") is not None
        assert queries.best_rendition(session, plain, "access") is not None
        assert queries.document_ids(session, Scope("unsynced")) == [plain]
    assert intake.pending(workspace) == 0


def test_nothing_is_learnt_from_it_and_a_misread_mark_can_be_taken_off(
    workspace: Workspace, boxes: SandboxPool, stamped: Path
) -> None:
    (secret,) = intake.import_files(Job(), workspace, boxes, [stamped]).documents
    describing.confirm(workspace, [secret])
    assert learning.status(workspace).documents == 0
    describing.edit(workspace, secret, {"secrecy": ""})
    describing.describe_again(Job(), workspace, boxes, [secret])
    with workspace.catalog.read() as session:
        assert queries.best_rendition(session, secret, "access") is not None
        assert secret in queries.document_ids(session, Scope("unsynced"))
