"""The desk learns as the clerk works: followed through confirming, filing, undo; handed on, made anew, forgotten."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import settings as app_settings
from app.describe.learning import Tally
from app.desk import describing, filing, learning, undoing
from app.desk.keeping import audit_verify
from app.desk.learnt import learnt
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.services import Services
from app.workspace import Workspace, open_archive
from storage import audit
from storage.records import AuditEntry, FieldEvidence, LearntCount, Lesson
from tests.conftest import PASSWORD
from tests.describe.office_papers import Read, read_papers
from tests.desk import papers as papers_of
from tests.desk.office import correct, take_read
from tests.desk.papers import in_vietnamese

Rows = dict[tuple[str, str], Tally]


@pytest.fixture(scope="module")
def papers() -> list[Read]:
    mixed = read_papers(1)[:12] + read_papers(0)[:12]
    random.Random(1).shuffle(mixed)
    return mixed


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Workspace]:
    """Another desk."""
    made = Services(tmp_path / "second")
    made.create(PASSWORD)
    assert made.workspace is not None
    yield made.workspace
    made.close()


def rows(workspace: Workspace) -> Rows:
    """What is learnt, as it is stored."""
    learnt(workspace).drop()
    return copy.deepcopy(dict(learnt(workspace).own().rows()))


def work_through(workspace: Workspace, papers: list[Read]) -> list[int]:
    """Takes in, corrects, confirms and files; returns how many fields were typed for each."""
    dossiers: dict[str, int] = {}
    typed = []
    for paper in papers:
        document_id = take_read(workspace, paper)
        typed.append(correct(workspace, document_id, paper))
        if paper.matter:
            if paper.matter not in dossiers:
                dossiers[paper.matter] = filing.add_dossier(workspace, f"{len(dossiers) + 1:02d}", paper.matter)
            filing.file_documents(workspace, [document_id], dossiers[paper.matter])
    return typed


def test_the_clerk_types_less_and_less(workspace: Workspace, papers: list[Read]) -> None:
    typed = work_through(workspace, papers)
    assert sum(typed[12:]) < sum(typed[:12])
    status = learning.status(workspace)
    assert status.documents == len(papers)
    assert 300 < status.counts < 20_000
    with workspace.catalog.read() as session:
        used = list(session.scalars(select(FieldEvidence).where(FieldEvidence.source == "learned")))
        names = {name for entry in session.scalars(select(AuditEntry)) for name in _tables(entry)}
        actions = set(session.scalars(select(AuditEntry.action)))
    assert used
    assert all("“" in row.why for row in used)
    assert not names & {"learnt_count", "lesson"}  # the log tells of documents, not of counts
    assert "learning.follow" not in actions
    assert audit_verify(Job(), workspace).broken_at is None


def _tables(entry: AuditEntry) -> set[str]:
    return {row["table"] for row in audit.read_changes(entry)}


def test_suggestions_name_a_dossier_and_why(workspace: Workspace, papers: list[Read]) -> None:
    work_through(workspace, papers)
    found = []
    for paper in read_papers(1)[12:24]:
        document_id = take_read(workspace, paper)
        for suggestion in learning.suggest(workspace, document_id):
            assert suggestion.field not in ("secrecy", "urgency")
            assert 0.6 <= suggestion.confidence <= 0.97
            if suggestion.field == "dossier":
                dossier = filing.dossier_by_code(workspace, suggestion.value)
                assert dossier.id == suggestion.dossier_id
                assert f"hồ sơ {dossier.code}" in suggestion.why
                found.append(dossier.title == paper.matter)
    assert len(found) >= 4
    assert sum(found) >= 0.75 * len(found)
    filing.edit_dossier(workspace, dossier.id, {"maintenance": "05"})
    assert learning.suggest_retention(workspace, "chuyện không ai biết") is None


def test_what_is_confirmed_is_never_suggested_again(workspace: Workspace, papers: list[Read]) -> None:
    work_through(workspace, papers[:6])
    document_id = take_read(workspace, papers[0])
    describing.edit(workspace, document_id, {"organName": "Cơ quan khác", "codeNotation": "TIr-UENO"})
    describing.confirm(workspace, [document_id])
    fields = {suggestion.field for suggestion in learning.suggest(workspace, document_id)}
    assert fields <= {"dossier", "maintenance"}
    view = describing.fields_of(workspace, document_id)
    assert view.values["organName"] == "Cơ quan khác"


def test_undo_takes_back_exactly_what_was_taught(workspace: Workspace, papers: list[Read]) -> None:
    work_through(workspace, papers[:6])
    document_id = take_read(workspace, papers[6])
    steps = [rows(workspace)]
    describing.edit(workspace, document_id, {"organName": papers[6].truth["organName"], "codeNotation": "CV-X"})
    steps.append(rows(workspace))
    describing.confirm_field(workspace, document_id, "subject")
    steps.append(rows(workspace))
    describing.confirm(workspace, [document_id])
    steps.append(rows(workspace))
    dossier = filing.add_dossier(workspace, "99", "Hồ sơ mới")
    filing.file_documents(workspace, [document_id], dossier)
    filed = rows(workspace)
    assert ("dossier", "000 | 99") in filed
    assert undoing.undo(workspace)
    assert rows(workspace) == steps[3]
    assert undoing.redo(workspace)
    assert rows(workspace) == filed
    assert undoing.undo(workspace)
    undoing.undo(workspace)  # the dossier
    for before in reversed(steps[:3]):
        assert undoing.undo(workspace)
        assert rows(workspace) == before


def test_a_document_in_the_bin_teaches_nothing(workspace: Workspace, papers: list[Read]) -> None:
    work_through(workspace, papers[:4])
    before = rows(workspace)
    document_id = take_read(workspace, papers[4])
    correct(workspace, document_id, papers[4])
    learned = rows(workspace)
    assert learned != before
    filing.delete_documents(workspace, [document_id])
    assert rows(workspace) == before
    filing.restore_documents(workspace, [document_id])
    assert rows(workspace) == learned


def test_the_retention_of_a_dossier_teaches_its_documents(workspace: Workspace, papers: list[Read]) -> None:
    dossier = filing.add_dossier(workspace, "01", "Đất đai", maintenance="05")
    document_id = take_read(workspace, papers[0], dossier)
    correct(workspace, document_id, papers[0])
    assert ("maintenance", "05") in rows(workspace)
    filing.edit_dossier(workspace, dossier, {"maintenance": "02"})
    assert ("maintenance", "05") not in rows(workspace)
    assert ("maintenance", "02") in rows(workspace)


def test_what_was_missed_while_the_program_was_away_is_learnt_at_the_next_start(tmp_path: Path, papers: list[Read]) -> None:
    made = Services(tmp_path / "away")
    made.create(PASSWORD)
    assert made.workspace is not None
    work_through(made.workspace, papers[:3])
    document_id = take_read(made.workspace, papers[3])
    assert learning.status(made.workspace).documents == 3
    with made.workspace.catalog.write("document.confirm") as transaction:  # as if it were killed right after this commit
        made.workspace.catalog._listeners.clear()
        for row in transaction.session.scalars(select(FieldEvidence).where(FieldEvidence.document_id == document_id)):
            row.confirmed = True
    made.close()
    with open_archive(tmp_path / "away", app_settings.Settings(tmp_path / "s.json"), password=PASSWORD) as again:
        assert learning.status(again).documents == 4
        kept = rows(again)
        learning.rebuild(again)
        assert without_trials(rows(again)) == without_trials(kept)


def without_trials(found: Rows) -> Rows:
    """How right suggestions were depends on the order of the work; the counts don't."""
    return {key: tally for key, tally in found.items() if key[0] != "trial"}


def test_rebuild_makes_the_same_counts_and_reset_forgets(workspace: Workspace, papers: list[Read]) -> None:
    work_through(workspace, papers[:8])
    before = rows(workspace)
    with workspace.catalog.write("test") as transaction:
        transaction.session.query(LearntCount).filter(LearntCount.kind == "organName").delete()
    learnt(workspace).drop()
    assert learning.rebuild(workspace, Job()) == 8
    assert without_trials(rows(workspace)) == without_trials(before)
    learning.reset(workspace)
    assert rows(workspace) == {}
    assert learning.status(workspace) == learning.KnowledgeStatus(0, 0, 0)
    document_id = take_read(workspace, papers[0])
    assert learning.suggest(workspace, document_id) == []
    assert learning.rebuild(workspace) == 8
    with workspace.catalog.read() as session:
        actions = list(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("learning.%"))))
    assert actions.count("learning.reset") == 1
    assert audit_verify(Job(), workspace).broken_at is None


def test_another_desk_learns_from_the_export(
    workspace: Workspace, second: Workspace, papers: list[Read], tmp_path: Path
) -> None:
    work_through(workspace, papers[:16])
    path = learning.export_knowledge(workspace, tmp_path / "tri thức.json")
    assert learning.import_knowledge(second, path) > 20
    assert learning.status(second).origins == 1
    taken = copy.deepcopy(dict(learnt(second).whole().rows()))
    assert taken == {
        (kind, label): Tally(seen, counts)
        for kind, labels in json.loads(path.read_text("utf-8"))["counts"].items()
        for label, (seen, counts) in labels.items()
    }
    learning.import_knowledge(second, path)  # once more: in place of the first
    assert dict(learnt(second).whole().rows()) == taken
    bettered = 0
    for paper in read_papers(1)[12:24]:
        document_id = take_read(second, paper)
        with second.catalog.read() as session:
            used = session.scalars(
                select(FieldEvidence).where(FieldEvidence.document_id == document_id, FieldEvidence.source == "learned")
            )
            bettered += sum(row.value == paper.truth.get(row.name) for row in used)
    assert bettered >= 5
    work_through(second, papers[:2])
    learning.rebuild(second)
    learnt(second).drop()
    assert learning.status(second).origins == 1  # what came from outside is not made from this archive's documents
    own = json.loads(learning.export_knowledge(second, tmp_path / "b.json").read_text("utf-8"))
    assert all(seen <= 2 for labels in own["counts"].values() for seen, _counts in labels.values())
    learning.reset(second)
    assert learning.status(second).counts == 0


def test_bad_files_are_refused_and_nothing_is_taken(workspace: Workspace, papers: list[Read], tmp_path: Path) -> None:
    work_through(workspace, papers[:3])
    before = rows(workspace)
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\x00" * 100)
    own = learning.export_knowledge(workspace, tmp_path / "own.json")
    newer = tmp_path / "newer.json"
    newer.write_text(own.read_text("utf-8").replace('"version":1', '"version":9'), "utf-8")
    for path, code in ((bad, "knowledge.broken"), (own, "knowledge.own"), (newer, "knowledge.newer")):
        with pytest.raises(AppError) as caught:
            learning.import_knowledge(workspace, path)
        assert in_vietnamese(caught.value) == code
    with pytest.raises(AppError):
        learning.import_knowledge(workspace, tmp_path / "missing.json")
    assert rows(workspace) == before
    assert learning.status(workspace).origins == 0


def test_too_many_desks_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "k.json"
    for number in range(learning.ORIGINS + 1):
        counts = {"dossier": {"x": [2, {"w:a": 2}]}}
        whole = {"format": "vankho-knowledge", "version": 1, "origin": f"desk{number}", "made": "", "counts": counts}
        path.write_text(json.dumps(whole), "utf-8")
        if number < learning.ORIGINS:
            assert learning.import_knowledge(workspace, path) == 1
    with pytest.raises(AppError) as caught:
        learning.import_knowledge(workspace, path)
    assert in_vietnamese(caught.value) == "knowledge.too_many"
    tally = learnt(workspace).whole().tally("dossier", "x")
    assert tally == Tally(2 * learning.ORIGINS, {"w:a": 2 * learning.ORIGINS})


def test_a_real_intake_keeps_what_was_read_first(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    truths = {
        path: json.loads(path.with_suffix(".json").read_text("utf-8")) for path in sorted(papers_of.SAMPLES.glob("*.pdf"))
    }
    source = next(path for path, truth in truths.items() if truth["born_digital"])
    notation = truths[source]["fields"]["codeNotation"]
    [document_id] = papers_of.take(workspace, boxes, source).documents
    with workspace.catalog.read() as session:
        lesson = session.get_one(Lesson, document_id)
        assert lesson.first_read
        assert not lesson.taught
        assert session.scalar(select(func.count()).select_from(LearntCount)) == 0
    describing.edit(workspace, document_id, {"codeNotation": "XX-YY", "secrecy": "Mật"})
    assert not rows(workspace)  # not a word of a secret paper
    describing.edit(workspace, document_id, {"secrecy": ""})
    kept = rows(workspace)
    assert kept["fix:codeNotation", notation.split("-")[0]].counts == {"XX": 1}
    assert not any("Mật" in label or "Mật" in tally.counts for (_kind, label), tally in kept.items())
    describing.describe_again(Job(), workspace, boxes, [document_id])
    assert describing.fields_of(workspace, document_id).values["codeNotation"] == "XX-YY"
    assert rows(workspace) == kept
