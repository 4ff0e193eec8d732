"""One field of a whole dossier as a grid."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.desk import describing
from app.desk.reviewing import FieldCrop
from app.services import Services
from storage.records import Document, FieldReading
from tests.ui.review.conftest import ALT, ENTER, Desk
from tests.ui.review_stock import THIRD, scanned
from ui.jobs import JobsBridge
from ui.models.reading import Reads
from ui.models.review_grid import GridModel
from ui.pages.review import DOCUMENTS, GRID, ReviewPage
from ui.widgets.field_state import FieldDecl


def grid_card(desk: Desk, document_id: int) -> object:
    model = desk.page.grid.model
    return model.cards[model.place_of(document_id)]


def test_grid_edits_in_place_and_goes_on(desk: Desk) -> None:
    one, two, three = desk.ids
    desk.page.toggle_view()
    desk.settle()
    grid = desk.page.grid
    assert (desk.page.part, grid.field, grid.current) == (GRID, "codeNumber", one)
    assert [card.crop.document_id for card in grid.model.cards] == [one, two, three]
    assert all(grid.store.piece(card.crop) is not None for card in grid.model.cards)
    QTest.keyClick(grid.view, Qt.Key.Key_1)
    editor = grid.view.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.accessibleName().startswith("Số: ")
    QTest.keyClicks(editor, "4")
    QTest.keyClick(editor, ENTER)
    desk.settle()
    assert desk.values(one)["codeNumber"] == "14"
    assert grid.current == two, "the next that wants a look"
    QTest.keyClick(grid.view, ENTER)
    desk.settle()
    assert desk.confirmed(two) == {"codeNumber"}
    QTest.keyClick(grid.view, Qt.Key.Key_Left)
    before = grid.place
    QTest.keyClick(grid.view, Qt.Key.Key_Right)
    assert grid.place == before + 1


def test_grid_keeps_what_can_not_be_open_with_its_sentence(desk: Desk) -> None:
    desk.page.form.go_to("issuedDate")
    desk.page.toggle_view()
    desk.settle()
    grid = desk.page.grid
    assert grid.field == "issuedDate"
    grid.edit_current()
    editor = grid.view.viewport().findChild(QLineEdit)
    assert editor is not None
    editor.setText("32/01/2024")
    QTest.keyClick(editor, ENTER)
    assert "không có ngày" in grid._trouble.text().lower()
    assert editor.property("invalid") is True
    editor.setText("17/1")
    QTest.keyClick(editor, ENTER)
    desk.settle()
    assert desk.values(desk.ids[0])["issuedDate"] == "17/01/2024"


def test_grid_marks_numbers_out_of_order_and_doubled(desk: Desk, services: Services, bridge: JobsBridge) -> None:
    one, two, three = desk.ids
    describing.edit(desk.workspace, one, {"codeNumber": "14", "codeNotation": "TB-UBND"})
    with desk.workspace.catalog.write("test") as transaction:
        for row in transaction.session.query(Document):
            row.organ_name, row.code_notation = "Ủy ban nhân dân xã Hòa Thắng", "TB-UBND"
            row.code_number = {one: "14", two: "88", three: "14"}[row.id]
    desk.page.toggle_view()
    desk.page.lists.ask_findings()
    desk.settle()
    words = {card.crop.document_id: card.word for card in desk.page.grid.model.cards}
    assert words[three] == "Trùng số" or words[three] == "Số sai thứ tự"
    assert words[two] == "Số sai thứ tự"
    card = desk.page.grid.model.cards[1]
    assert card.wants_look
    assert "88" in card.sentence
    grid = desk.page.grid
    grid.go_to(1)
    assert "88" in grid._trouble.text()
    picture = grid.view.grab().toImage()
    assert not picture.isNull()


def test_grid_leads_to_the_document_and_back(desk: Desk) -> None:
    desk.page.toggle_view()
    desk.settle()
    QTest.keyClick(desk.page.grid.view, Qt.Key.Key_Right, ALT)
    desk.settle()
    assert desk.page.grid.field == "codeNotation"
    assert desk.page.grid.current == desk.ids[0]
    desk.page.grid.go_to(2)
    desk.page.toggle_view()
    desk.settle()
    assert desk.page.part == DOCUMENTS
    assert desk.place == (desk.ids[2], "codeNotation")


def test_grid_of_many_fetches_only_what_is_seen(desk: Desk, services: Services, reads: Reads, bridge: JobsBridge) -> None:
    more = [scanned(desk.workspace, THIRD, {"codeNumber": ""}) for _n in range(70)]
    page = ReviewPage(services, desk.workspace, reads, bridge, more)
    desk.qtbot.addWidget(page)
    page.resize(900, 500)
    page.show()
    other = Desk(page, desk.workspace, reads, more, desk.qtbot)
    other.settle()
    page.toggle_view()
    other.settle()
    there = [card for card in page.grid.model.cards if page.grid.store.piece(card.crop) is not None]
    assert 6 <= len(there) < 60
    page.grid.view.scrollToBottom()
    other.settle()
    assert page.grid.store.piece(page.grid.model.cards[-1].crop) is not None
    page.viewer.end()


def test_what_stands_there_and_could_not_be_read_wants_a_look() -> None:
    def crop(number: int, reading: FieldReading | None, *, confirmed: bool = False) -> FieldCrop:
        return FieldCrop(number, f"{number}", "", reading, confirmed, "", 1, (0.1, 0.1, 0.2, 0.2), 0, reading is None)

    faint = FieldReading("", 0.1, 1, (0.1, 0.1, 0.2, 0.2), "rule", "")
    model = GridModel()
    model.fill(FieldDecl("arrivalDate", "Ngày đến", "date"), [crop(1, None), crop(2, faint), crop(3, faint, confirmed=True)])
    assert [card.wants_look for card in model.cards] == [False, True, False]
    assert model.cards[1].word == "Cần kiểm tra"
