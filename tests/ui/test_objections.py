"""What the checks hold against a document, at the window: it comes to the shelf and leaves it, and Enter says that it is right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.desk import describing, objections
from app.services import Services
from storage.queries import Scope
from tests.ui.conftest import settle
from ui.application import Program
from ui.models.documents import STATUSES, status_of
from ui.widgets.field_cell import FieldCell
from ui.widgets.field_state import FieldDecl, FieldState


def test_a_contradiction_brings_the_document_to_the_shelf_and_enter_takes_it_off(
    program: Program, stocked: Services, holding: list[int]
) -> None:
    library, workspace = program.window.library, stocked.workspace
    assert library is not None
    assert workspace is not None
    objections.followed(workspace)
    one = holding[1]  # 36/TTr-VP
    describing.edit(workspace, one, {"codeNotation": "TTr-VP", "typeName": "Công văn"})
    settle(program)
    row = library.model.row_at(library.model.row_of(one))
    assert row is not None
    assert status_of(row) == STATUSES["check"]
    library.sidebar.choose(("to_check", 0))
    settle(program)
    assert one in library.model.ids
    library.list.wish(one)
    settle(program)
    form = library.details.form
    assert form.cells["codeNotation"].state is FieldState.CHECK, "although both were typed"
    assert "codeNotation" in form.doubtful()
    form.focus_field("codeNotation")
    editor = form.cells["codeNotation"].editor.widget
    assert isinstance(editor, QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(program)
    assert form.cells["codeNotation"].state is FieldState.CONFIRMED
    with workspace.catalog.read() as session:
        from storage import queries

        assert one not in queries.document_ids(session, Scope("to_check"))


def test_the_window_follows_and_catches_up_by_itself(
    qtbot: QtBot, program: Program, stocked: Services, holding: list[int]
) -> None:
    workspace = stocked.workspace
    assert workspace is not None
    describing.edit(workspace, holding[1], {"typeName": "Công văn"})

    def to_check() -> list[int]:
        from storage import queries

        with workspace.catalog.read() as session:
            return queries.document_ids(session, Scope("to_check"))

    qtbot.waitUntil(lambda: holding[1] in to_check(), timeout=10_000)
    settle(program)


def test_a_new_value_is_no_longer_what_was_spoken_of(qtbot: QtBot) -> None:
    cell = FieldCell(FieldDecl("codeNumber", "Số"))
    qtbot.addWidget(cell)
    cell.show_value("12", None, True)
    cell.set_finding("Số 12 đã có", standing=True)
    assert cell.state is FieldState.CHECK
    cell.editor.set_text("13")
    cell.leave()
    assert (cell.state, cell.held) == (FieldState.CONFIRMED, False)
