"""Types that an earlier version lost come back; nothing that a clerk said is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desk import describing, undoing, untyped
from app.errors import Cancelled
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage.records import Document, FieldReading
from tests.desk import papers, records
from tests.desk.papers import take


def lost(workspace: Workspace, kind: str, *, state: str = "described") -> int:
    """As an earlier version left it: the reading stands in the evidence, the document has no type."""
    from app.desk import fields

    one = records.document(workspace, "cũ")
    with workspace.catalog.write("test") as transaction:
        transaction.session.add(fields.evidence(one, "typeName", FieldReading(kind, 0.97, 1, (0.3, 0.2, 0.7, 0.25), "rule")))
        transaction.session.get_one(Document, one).state = state
    return one


def type_of(workspace: Workspace, document_id: int) -> str:
    return describing.fields_of(workspace, document_id).values["typeName"]


def test_a_type_that_was_read_once_comes_back_without_reading(workspace: Workspace, boxes: SandboxPool) -> None:
    one, two = lost(workspace, "Thông tư"), lost(workspace, "Nghị định")
    typed, empty, whole = lost(workspace, "Luật"), lost(workspace, "Luật"), lost(workspace, "Luật")
    describing.edit(workspace, typed, {"typeName": "Báo cáo"})
    describing.confirm_field(workspace, empty, "typeName")  # the clerk said that the paper has none
    describing.confirm(workspace, [whole])
    assert untyped.lost(workspace) == 2
    before = describing.fields_of(workspace, one)
    made = untyped.read_types(Job(), workspace, boxes)
    assert made == untyped.Retyped(looked=2, filled=2)
    assert (type_of(workspace, one), type_of(workspace, two)) == ("Thông tư", "Nghị định")
    assert [type_of(workspace, each) for each in (typed, empty, whole)] == ["Báo cáo", "", ""]
    after = describing.fields_of(workspace, one)
    assert after.evidence["typeName"].box == before.evidence["typeName"].box
    assert {**after.values, "typeName": ""} == before.values
    assert untyped.lost(workspace) == 0
    assert undoing.can_undo(workspace) is not None
    undoing.undo(workspace)
    assert (type_of(workspace, one), type_of(workspace, two)) == ("", "")
    undoing.redo(workspace)
    assert type_of(workspace, one) == "Thông tư"


def test_where_nothing_was_kept_the_paper_is_read_again(workspace: Workspace, boxes: SandboxPool) -> None:
    take(workspace, boxes, papers.SAMPLES / "11-quyet-dinh.pdf")
    with workspace.catalog.write("test") as transaction:
        from sqlalchemy import delete

        from storage.records import FieldEvidence

        transaction.session.execute(delete(FieldEvidence).where(FieldEvidence.name == "typeName"))
        document = transaction.session.get_one(Document, 1)
        document.type_name, document.code_notation = "", "sai"
    blank = records.document(workspace, "trống")
    assert untyped.lost(workspace) == 0
    assert untyped.read_types(Job(), workspace, boxes) == untyped.Retyped(looked=2, filled=1)
    assert type_of(workspace, 1) == "Quyết định"
    assert type_of(workspace, blank) == ""
    assert describing.fields_of(workspace, 1).values["codeNotation"] == "sai", "the type alone was asked for"


def test_what_was_found_before_a_stop_is_kept(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    one = lost(workspace, "Thông tư")
    records.document(workspace, "trống")
    job = Job()
    job.stop()
    with pytest.raises(Cancelled):
        untyped.read_types(job, workspace, boxes)
    assert type_of(workspace, one) == "Thông tư"
