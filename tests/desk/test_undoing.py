"""Undo and redo over the audit log: exactly back, exactly forth, never over somebody else's change."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.desk import describing, filing, keeping
from app.desk.searching import search
from app.desk.undoing import UNDOABLE, can_redo, can_undo, redo, undo
from app.errors import AppError
from app.jobs import Job
from app.workspace import Workspace
from storage.records import Document, Dossier, FieldEvidence, Page
from tests.desk import papers, records


def snapshot(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a clerk can see or change; not the counters of versions."""
    with workspace.catalog.read() as session:
        found = {}
        for kind in (Document, Dossier, FieldEvidence, Page):
            columns = [c for c in kind.__table__.columns if c.key not in ("version", "id")]
            found[kind.__tablename__] = sorted(tuple(map(repr, row)) for row in session.execute(select(*columns)))
        return found


def test_nothing_to_undo(workspace: Workspace) -> None:
    assert (can_undo(workspace), undo(workspace), can_redo(workspace), redo(workspace)) == (None, None, None, None)
    records.document(workspace, "a")  # taking in is not undone
    assert undo(workspace) is None


def steps(workspace: Workspace, one: int, two: int) -> list[Callable[[], object]]:
    return [
        lambda: describing.edit(workspace, one, {"subject": "mới", "signer": "Nguyễn Văn A", "issuedDate": "02/03/2024"}),
        lambda: describing.confirm_field(workspace, two, "subject"),
        lambda: filing.add_dossier(workspace, "01.HS", "Hồ sơ một"),
        lambda: filing.file_documents(workspace, [two, one], 1),
        lambda: filing.order_documents(workspace, 1, [one, two]),
        lambda: filing.edit_dossier(workspace, 1, {"title": "Tên khác", "number_of_paper": 7}),
        lambda: describing.confirm(workspace, [one, two]),
        lambda: describing.turn_page(workspace, one, 1, 90),
        lambda: filing.delete_documents(workspace, [two]),
        lambda: filing.restore_documents(workspace, [two]),
    ]


def test_every_step_goes_back_and_forth_exactly(workspace: Workspace) -> None:
    one, two = records.document(workspace, "một", date="01/01/2024"), records.document(workspace, "hai")
    states = [snapshot(workspace)]
    labels = []
    for step in steps(workspace, one, two):
        step()
        states.append(snapshot(workspace))
        assert states[-1] != states[-2]
        label = can_undo(workspace)
        assert label
        assert label not in UNDOABLE.values()  # in Vietnamese
        labels.append(label)
    for state, label in zip(reversed(states[:-1]), reversed(labels), strict=True):
        assert undo(workspace) == label
        assert snapshot(workspace) == state
    assert undo(workspace) is None
    for state, label in zip(states[1:], labels, strict=True):
        assert can_redo(workspace) == label
        assert redo(workspace) == label
        assert snapshot(workspace) == state, label
    assert redo(workspace) is None
    assert keeping.audit_verify(Job(), workspace).broken_at is None


def test_any_walk_of_undo_and_redo_keeps_to_the_line_of_states(workspace: Workspace) -> None:
    one = records.document(workspace, "0")
    line = [snapshot(workspace)]
    for number in range(1, 7):
        describing.edit(workspace, one, {"subject": str(number)})
        line.append(snapshot(workspace))
    chance, at = random.Random(7), 6
    for _step in range(40):
        back = chance.random() < 0.5
        done = undo(workspace) if back else redo(workspace)
        wanted = at - 1 if back else at + 1
        assert (done is not None) == (0 <= wanted <= 6)
        at = min(6, max(0, wanted))
        assert snapshot(workspace) == line[at]


def test_something_new_ends_the_chance_to_redo(workspace: Workspace) -> None:
    one = records.document(workspace, "a")
    describing.edit(workspace, one, {"subject": "b"})
    undo(workspace)
    assert can_redo(workspace)
    describing.edit(workspace, one, {"signer": "c"})
    assert (can_redo(workspace), redo(workspace)) == (None, None)
    undo(workspace)
    assert describing.fields_of(workspace, one).values["subject"] == "a"


def test_what_somebody_else_changed_since_is_refused(workspace: Workspace) -> None:
    one = records.document(workspace, "a")
    describing.edit(workspace, one, {"subject": "b"})
    with workspace.catalog.write("sync.pulled") as transaction:
        transaction.session.get_one(Document, one).subject = "từ máy chủ"
    before = snapshot(workspace)
    with pytest.raises(AppError) as error:
        undo(workspace)
    assert papers.in_vietnamese(error.value) == "undo.changed_since"
    assert snapshot(workspace) == before
    assert can_undo(workspace)  # still named, still refused: nothing was half done


def test_another_field_changed_by_somebody_else_does_not_stand_in_the_way(workspace: Workspace) -> None:
    one = records.document(workspace, "a")
    describing.edit(workspace, one, {"subject": "b"})
    with workspace.catalog.write("document.sign") as transaction:
        transaction.session.get_one(Document, one).signed = True
    assert undo(workspace)
    view = describing.fields_of(workspace, one)
    assert (view.values["subject"], view.document.signed) == ("a", True)


def test_a_dossier_that_is_in_use_by_now_is_not_taken_away(workspace: Workspace) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    one = records.document(workspace, "a")
    with workspace.catalog.write("document.import") as transaction:
        transaction.session.get_one(Document, one).dossier_id = dossier
    with pytest.raises(AppError) as error:
        undo(workspace)
    assert error.value.code == "undo.changed_since"
    assert filing.dossier_by_code(workspace, "01").id == dossier


def test_search_follows_undo(workspace: Workspace) -> None:
    one = records.document(workspace, "giấy mời họp")
    describing.edit(workspace, one, {"subject": "thông báo"})
    assert (search(workspace, "giay moi").count, search(workspace, "thong bao").count) == (0, 1)
    undo(workspace)
    assert (search(workspace, "giay moi").count, search(workspace, "thong bao").count) == (1, 0)
    filing.delete_documents(workspace, [one])
    assert search(workspace, "giay moi").count == 0
    undo(workspace)
    assert search(workspace, "giay moi").count == 1
