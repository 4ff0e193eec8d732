"""Papers that finish being read while the clerk looks others over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app import clock
from app.services import Services
from app.workspace import Workspace
from storage import queries
from storage.queries import Scope
from storage.records import Document, Intake
from tests.ui.review.conftest import ALT, ENTER, Clock, Desk, shown
from tests.ui.review_stock import THIRD, scanned
from ui.jobs import JobsBridge
from ui.models.reading import Reads
from ui.pages.review import DOCUMENTS, DONE, GRID, ReviewPage
from ui.theme import Theme


def arriving(workspace: Workspace) -> int:
    """A paper whose pages are still being read."""
    document_id = scanned(workspace, THIRD, {"codeNumber": ""})
    with workspace.catalog.write("document.import") as transaction:
        transaction.session.get_one(Document, document_id).state = "new"
        transaction.session.add(
            Intake(source=f"/{document_id}.jpg", state="paged", document_id=document_id, created_at=clock.stamp())
        )
    return document_id


def arrived(workspace: Workspace, document_id: int) -> None:
    with workspace.catalog.write("document.describe") as transaction:
        transaction.session.get_one(Document, document_id).state = "described"
        transaction.session.query(Intake).filter_by(document_id=document_id).one().state = "done"


@pytest.fixture
def shelf(
    qtbot: QtBot, look: Theme, services: Services, workspace: Workspace, reads: Reads, bridge: JobsBridge
) -> Iterator[Desk]:
    """A review of the shelf "to check", one of whose papers is on its way."""
    on_its_way = arriving(workspace)
    with workspace.catalog.read() as session:
        ids = queries.document_ids(session, Scope("to_check"), "oldest")
    assert on_its_way in ids
    page = ReviewPage(services, workspace, reads, bridge, ids, scope=Scope("to_check"), clock=Clock())
    yield shown(page, workspace, reads, ids, qtbot)
    page.viewer.end()


def come(desk: Desk, number: int) -> None:
    desk.qtbot.waitUntil(lambda: len(desk.page.fresh.items) == number and not desk.page.fresh.looking, timeout=10_000)
    desk.settle()


def test_what_was_read_meanwhile_is_offered_and_joins_at_the_end(shelf: Desk) -> None:
    page, late = shelf.page, next(one for one in shelf.ids if one not in shelf.page.queue.ids)
    before, place = list(page.queue.ids), shelf.place
    shelf.write("1")
    assert not page.bar.fresh.isVisible()
    arrived(shelf.workspace, late)
    come(shelf, 1)
    assert (page.queue.ids, shelf.place) == (before, place), "nothing moves by itself"
    assert page.bar.fresh.text() == "1 tài liệu vừa đọc xong – xem thêm"
    newer = arriving(shelf.workspace)
    shelf.settle()
    arrived(shelf.workspace, newer)
    come(shelf, 2)
    page.bar.fresh.click()
    shelf.settle()
    assert page.queue.ids == [*before, late, newer]
    assert shelf.place == place
    assert page.form.cells["codeNumber"].editor.text() == "1", "what is being typed stays"
    assert page.form.cells["codeNumber"].editor.widget.hasFocus()
    assert not page.bar.fresh.isVisible()
    assert page.bar._progress.text() == f"Văn bản 1/{len(before) + 2}"


def test_who_comes_to_the_end_goes_on_with_them(shelf: Desk) -> None:
    page, late = shelf.page, next(one for one in shelf.ids if one not in shelf.page.queue.ids)
    arrived(shelf.workspace, late)
    come(shelf, 1)
    for _document in list(page.queue.ids):
        page.confirm_all()
        shelf.settle()
    assert page.part == DOCUMENTS
    assert shelf.place == (late, "codeNumber")
    page.confirm_all()
    shelf.settle()
    assert page.part == DONE
    newer = arriving(shelf.workspace)
    arrived(shelf.workspace, newer)
    come(shelf, 1)
    assert page.part == DONE
    assert page.focusWidget() is page.done.button, "Enter still leads back"
    assert page.done.more.isVisible()
    page.done.more.click()
    shelf.settle()
    assert (page.part, shelf.place[0]) == (DOCUMENTS, newer)


def test_the_grid_takes_them_in_where_it_is_asked_to(shelf: Desk) -> None:
    page, late = shelf.page, next(one for one in shelf.ids if one not in shelf.page.queue.ids)
    page.toggle_view()
    shelf.settle()
    page.grid.go_to(1)
    chosen = page.grid.current
    arrived(shelf.workspace, late)
    come(shelf, 1)
    assert late not in [card.crop.document_id for card in page.grid.model.cards]
    page.bar.fresh.click()
    shelf.settle()
    assert page.part == GRID
    assert page.grid.model.cards[-1].crop.document_id == late
    assert page.grid.current == chosen


def test_papers_of_other_lists_and_those_that_were_there_are_not_told(desk: Desk) -> None:
    late = arriving(desk.workspace)
    arrived(desk.workspace, late)
    desk.key(Qt.Key.Key_Down, ALT)
    desk.key(ENTER)
    assert desk.page.fresh.items == []
    assert not desk.page.bar.fresh.isVisible()
