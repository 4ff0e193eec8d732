"""The review, worked by keys as a clerk works it, over real scans."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.desk import describing, undoing
from app.errors import AppError
from app.services import Services
from app.workspace import Workspace
from storage import keys
from storage.records import Document
from tests.conftest import PASSWORD
from tests.ui.conftest import settle
from tests.ui.review_stock import THIRD, WHY, dossier_of_three, scanned, truth
from ui.application import Program
from ui.jobs import JobsBridge
from ui.models.reading import Reads
from ui.pages.library import ChangeBridge
from ui.pages.review import DOCUMENTS, DONE, GRID, ReviewPage
from ui.theme import Theme

SHIFT, CTRL, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ENTER = Qt.Key.Key_Return


@dataclass
class Clock:
    now: float = 0.0
    step: float = field(default=7.0)

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@dataclass
class Desk:
    """A review on screen with everything behind it."""

    page: ReviewPage
    workspace: Workspace
    reads: Reads
    ids: list[int]
    qtbot: QtBot

    def settle(self) -> None:
        def quiet() -> bool:
            return not (self.reads.busy or self.page.lists.checking or self.page.grid._soon.isActive())

        for _turn in range(3):
            self.qtbot.waitUntil(quiet, timeout=20000)
            QApplication.processEvents()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = self.page.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, modifiers)
        self.settle()

    def write(self, text: str) -> None:
        for letter in text:
            target = self.page.focusWidget()
            assert target is not None
            QTest.keyClicks(target, letter)

    @property
    def place(self) -> tuple[int, str]:
        return self.page.queue.current, self.page.form.current

    def values(self, document_id: int) -> dict[str, str]:
        return describing.fields_of(self.workspace, document_id).values

    def confirmed(self, document_id: int) -> set[str]:
        return describing.fields_of(self.workspace, document_id).confirmed


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[int]]:
    """A closed archive with a dossier of three; each test opens a copy. Its password is not stretched as long as a real one."""
    folder = tmp_path_factory.mktemp("scans")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(keys.ARGON, "memory_cost", 8192)
        patch.setitem(keys.ARGON, "time_cost", 1)
        patch.setenv("VANKHO_CONFIG", str(folder / "config"))
        made = Services(folder / "archive")
        made.create(PASSWORD)
        assert made.workspace is not None
        ids = dossier_of_three(made.workspace)
        made.close()
    return folder / "archive", ids


@pytest.fixture
def services(scans: tuple[Path, list[int]], tmp_path: Path) -> Iterator[Services]:
    shutil.copytree(scans[0], tmp_path / "archive")
    made = Services(tmp_path / "archive")
    made.open(password=PASSWORD)
    yield made
    made.close()


@pytest.fixture
def bridge(qapp: QApplication, services: Services) -> Iterator[JobsBridge]:
    made = JobsBridge()
    services.watch(made)
    yield made
    made.close()


@pytest.fixture
def desk(
    qtbot: QtBot,
    look: Theme,
    scans: tuple[Path, list[int]],
    services: Services,
    workspace: Workspace,
    reads: Reads,
    bridge: JobsBridge,
) -> Iterator[Desk]:
    ids = scans[1]
    page = ReviewPage(services, workspace, reads, bridge, ids, clock=Clock())
    page.lists._check_soon.setInterval(30)  # the tests need not wait for a person's hand to rest
    changes = ChangeBridge(page)
    changes.changed.connect(page.take_change)
    workspace.listen(changes)
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    page.activateWindow()
    made = Desk(page, workspace, reads, ids, qtbot)
    made.settle()
    yield made
    page.viewer.end()


# --- document after document ---
def test_three_documents_by_keys_alone(desk: Desk) -> None:
    one, two, three = desk.ids
    assert desk.place == (one, "codeNumber")
    desk.write("14")
    desk.key(ENTER)
    assert desk.place == (two, "codeNumber"), "the document is done: on to the next"
    desk.write("38")
    desk.key(ENTER)
    assert desk.place == (two, "issuedDate")
    desk.key(ENTER)
    assert desk.place == (three, "codeNotation")
    desk.key(ENTER)
    assert desk.page.part == DONE
    assert [desk.values(one)["codeNumber"], desk.values(two)["codeNumber"]] == ["14", "38"]
    assert desk.confirmed(two) == {"codeNumber", "issuedDate"}
    assert desk.confirmed(three) == {"codeNotation"}
    assert desk.page.pace.done == 3
    assert desk.page.pace.seconds == 7.0
    assert "3 văn bản" in desk.page.done._title.text()
    with desk.qtbot.waitSignal(desk.page.closed):
        desk.key(ENTER)


def test_crop_of_the_field_is_shown_enlarged(desk: Desk) -> None:
    cell = desk.page.form.cells["codeNumber"]
    assert cell.crop.isVisible()
    box = truth("01-to-trinh.jpg")["boxes"]["codeNumber"]["box"]
    assert cell.crop.box == pytest.approx(tuple(box))
    picture = cell.crop.grab().toImage()
    dark = sum(picture.pixelColor(x, y).lightness() < 110 for x in range(picture.width()) for y in range(picture.height()))
    assert dark > 300, "ink, not blank paper"
    assert cell.crop.height() > desk.page.form.cells["organName"].crop.height()
    assert desk.page.viewer.canvas.evidence == (1, tuple(box))


def test_fields_stand_in_the_order_of_the_page(desk: Desk) -> None:
    order = desk.page.form.order
    seen = [n for n in order if n in ("organName", "codeNumber", "codeNotation", "place", "issuedDate", "typeName", "signer")]
    assert seen == ["organName", "codeNumber", "codeNotation", "place", "issuedDate", "typeName", "signer"]
    assert order.index("signer") < order.index("urgency"), "what has no place comes below"
    cells = desk.page.form.cells
    assert cells["organName"].y() < cells["codeNumber"].y() < cells["signer"].y() < cells["keyword"].y()


def test_why_and_findings_stand_beside_the_field(desk: Desk) -> None:
    desk.key(Qt.Key.Key_Down, ALT)
    cell = desk.page.form.cells["codeNumber"]
    assert WHY in cell._note.text()
    assert cell._word.text() == "Cần kiểm tra"
    described = cell.editor.widget.accessibleDescription()
    assert WHY.rstrip(".") in described
    with desk.workspace.catalog.write("test") as transaction:
        transaction.session.get_one(Document, desk.ids[1]).issued_date = "31/02/2024"
    desk.settle()
    day = desk.page.form.cells["issuedDate"]
    assert "31/02/2024" in day._found.text()
    assert day._found.isVisible()
    desk.key(ENTER)
    assert desk.page.form.current == "issuedDate"
    desk.key(ENTER)
    assert not day._found.isVisible(), "the clerk said that it stands so on the paper"


def test_empty_needed_field_is_accepted_only_on_the_second_enter(desk: Desk) -> None:
    one = desk.ids[0]
    desk.key(ENTER)
    assert desk.place == (one, "codeNumber")
    assert "Còn trống" in desk.page.form.cells["codeNumber"]._note.text()
    desk.key(ENTER)
    assert desk.place[0] == desk.ids[1]
    assert desk.confirmed(one) == {"codeNumber"}
    assert desk.values(one)["codeNumber"] == ""


def test_shift_enter_goes_back_over_the_border_of_a_document(desk: Desk) -> None:
    one, two, _three = desk.ids
    desk.write("14")
    desk.key(ENTER)
    desk.key(ENTER)
    assert desk.place == (two, "issuedDate")
    desk.key(ENTER, SHIFT)
    assert desk.place == (two, "codeNumber")
    desk.key(ENTER, SHIFT)
    assert desk.place == (one, "codeNumber")


def test_skipping_leaves_the_field_doubtful(desk: Desk) -> None:
    one, two, three = desk.ids
    desk.key(Qt.Key.Key_F3)
    assert desk.place == (two, "codeNumber")
    desk.key(Qt.Key.Key_F3)
    desk.key(Qt.Key.Key_F3)
    assert desk.place == (three, "codeNotation")
    assert [desk.confirmed(one), desk.confirmed(two)] == [set(), set()]


def test_copy_from_the_document_before(desk: Desk) -> None:
    desk.key(Qt.Key.Key_D, CTRL)
    assert "đứng trước" in desk.page.form.cells["codeNumber"]._note.text()
    desk.key(Qt.Key.Key_Down, ALT)
    desk.page.form.go_to("place")
    desk.page.form.cells["place"].put("sai")
    desk.key(Qt.Key.Key_D, CTRL)
    assert desk.page.form.cells["place"].editor.text() == "Hòa Thắng"
    desk.key(ENTER)
    assert desk.values(desk.ids[1])["place"] == "Hòa Thắng"


def test_wrong_values_stay_with_their_sentence_and_escape_takes_them_back(desk: Desk) -> None:
    desk.page.form.go_to("issuedDate")
    desk.write("31/02/2024")
    desk.key(ENTER)
    assert desk.page.form.current == "issuedDate"
    assert desk.page.form.cells["issuedDate"]._trouble
    with desk.qtbot.assertNotEmitted(desk.page.closed):
        desk.key(Qt.Key.Key_Escape)
    assert desk.page.form.cells["issuedDate"].editor.text() == "16/01/2024"
    desk.write("5/3")
    desk.key(ENTER)
    assert desk.values(desk.ids[0])["issuedDate"] == "05/03/2024", "the year need not be typed"


def test_digits_typed_over_the_page_go_into_the_field(desk: Desk) -> None:
    desk.page.viewer.canvas.setFocus()
    desk.write("14")
    assert desk.page.form.cells["codeNumber"].editor.text() == "14"
    desk.key(ENTER)
    assert desk.values(desk.ids[0])["codeNumber"] == "14"


def test_whole_document_is_confirmed_at_once(desk: Desk) -> None:
    desk.key(ENTER, CTRL | SHIFT)
    assert desk.place[0] == desk.ids[1]
    assert describing.fields_of(desk.workspace, desk.ids[0]).document.state == "confirmed"


def test_what_is_typed_is_saved_when_the_review_is_left(desk: Desk) -> None:
    desk.write("14")
    desk.page.leave()
    desk.settle()
    assert desk.values(desk.ids[0])["codeNumber"] == "14"


def test_the_next_document_is_at_hand_before_it_is_wanted(desk: Desk) -> None:
    kept = desk.page.desk.kept(desk.ids[1])
    assert kept is not None
    assert kept.pages.kept(1) is not None
    desk.page.step(1)
    assert desk.page.form.document is kept, "shown in the same moment"


def test_an_undo_shows_in_the_form(desk: Desk) -> None:
    desk.page.form.go_to("codeNumber")
    desk.write("15")
    desk.key(ENTER)
    desk.key(Qt.Key.Key_Up, ALT)
    assert desk.page.form.cells["codeNumber"].editor.text() == "15"
    with desk.qtbot.waitSignal(desk.page.undo_wanted):
        QTest.keyClick(desk.page.form.cells["codeNumber"].editor.widget, Qt.Key.Key_Z, CTRL)
    undoing.undo(desk.workspace)
    desk.settle()
    assert desk.page.form.cells["codeNumber"].editor.text() == ""
    assert desk.page.form.cells["codeNumber"].wants_look


def test_a_turned_page_turns_its_crops(desk: Desk) -> None:
    before = desk.page.form.cells["organName"].crop.box
    desk.page.viewer.canvas.turn(90)
    desk.settle()
    after = desk.page.form.cells["organName"].crop.box
    assert before is not None
    assert after == pytest.approx((1 - before[3], before[0], 1 - before[1], before[2]))


def test_documents_that_vanish_are_left_out(desk: Desk) -> None:
    with desk.qtbot.assertNotEmitted(desk.page.failed):
        desk.page.desk.failed.emit(desk.ids[2], AppError("document.gone", "Văn bản không còn."))
    desk.settle()
    assert desk.page.queue.ids == desk.ids[:2]
    assert desk.place == (desk.ids[0], "codeNumber")


# --- a box ---
def truth_box(name: str) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = truth("01-to-trinh.jpg")["boxes"][name]["box"]
    return (x0 - 0.006, y0 - 0.004, x1 + 0.006, y1 + 0.004)


def test_a_box_drawn_with_the_mouse_is_read(desk: Desk) -> None:
    page = desk.page
    page.form.go_to("issuedDate")
    desk.key(Qt.Key.Key_F6)
    assert page.box.active
    canvas = page.viewer.canvas
    left, top, width, height = canvas.layout_.box_rect(1, truth_box("issuedDate"))
    one = QPoint(round(left - canvas._left), round(top - canvas._top))
    other = QPoint(round(left + width - canvas._left), round(top + height - canvas._top))
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=one)
    QTest.mouseMove(canvas.viewport(), other)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=other)
    cell = page.form.cells["issuedDate"]
    desk.qtbot.waitUntil(lambda: cell.drawn is not None, timeout=30000)
    assert cell.editor.text() == "16/01/2024"


def test_a_box_moved_by_keys_is_read_and_kept_as_the_place(desk: Desk) -> None:
    page, one = desk.page, desk.ids[0]
    desk.key(Qt.Key.Key_F6)
    canvas = page.viewer.canvas
    assert canvas.band is not None
    start = canvas.band[0]
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.band[0] == start
    QTest.keyClick(canvas, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Up, SHIFT)
    QTest.keyClick(canvas, ENTER)
    cell = page.form.cells["codeNumber"]
    desk.qtbot.waitUntil(lambda: cell.drawn is not None, timeout=30000)
    assert cell.editor.text() == "14"
    desk.key(ENTER)
    view = describing.fields_of(desk.workspace, one)
    assert view.values["codeNumber"] == "14"
    box, told = view.evidence["codeNumber"].box, truth("01-to-trinh.jpg")["boxes"]["codeNumber"]["box"]
    assert box is not None
    assert box[0] < told[0] < told[2] < box[2]


def test_escape_gives_the_box_up_and_stays_in_the_review(desk: Desk) -> None:
    desk.key(Qt.Key.Key_F6)
    with desk.qtbot.assertNotEmitted(desk.page.closed):
        QTest.keyClick(desk.page.viewer.canvas, Qt.Key.Key_Escape)
    assert not desk.page.box.active
    assert desk.page.focusWidget() is desk.page.form.cells["codeNumber"].editor.widget


# --- the grid ---
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


# --- over the window ---
def test_f4_opens_the_review_over_the_shelf(program: Program, stocked: Services, holding: list[int]) -> None:
    window = program.window
    library = window.library
    assert library is not None
    library.sidebar.choose(("to_check", 0))
    settle(program)
    assert library.list._review.isVisible()
    window.actions_["review"].trigger()
    settle(program)
    page = window.pages.currentWidget()
    assert isinstance(page, ReviewPage)
    assert set(page.queue.ids) == set(library.model.ids)
    window.actions_["review"].trigger()
    settle(program)
    assert page.part == GRID
    window.actions_["review"].trigger()
    settle(program)
    page.queue.go(holding[2])
    page._show_current()
    settle(program)
    page.form.go_to("codeNumber")
    page.form.cells["codeNumber"].put("418")
    page.form.accept()
    settle(program)
    assert stocked.workspace is not None
    assert describing.fields_of(stocked.workspace, holding[2]).values["codeNumber"] == "418"
    window.actions_["undo"].trigger()
    settle(program)
    assert describing.fields_of(stocked.workspace, holding[2]).values["codeNumber"] == "417"
    page.leave()
    settle(program)
    assert window.pages.currentWidget() is library
    assert "Kiểm tra nhanh" in [action.text() for _spec, action in window.actions_.usable]


def test_a_review_left_at_once_leaves_nothing_behind(
    qtbot: QtBot,
    look: Theme,
    scans: tuple[Path, list[int]],
    services: Services,
    workspace: Workspace,
    reads: Reads,
    bridge: JobsBridge,
) -> None:
    told: list[BaseException] = []
    reads.on_error = told.append
    page = ReviewPage(services, workspace, reads, bridge, scans[1])
    page.show()
    page.writer.edit(999, "subject", "văn bản không có")
    shiboken6.delete(page)
    qtbot.waitUntil(lambda: not reads.busy, timeout=20000)
    assert [getattr(error, "code", "") for error in told] == ["document.gone"]


def test_closing_the_window_saves_what_is_typed(program: Program, stocked: Services, holding: list[int]) -> None:
    window = program.window
    assert window.library is not None
    window.library.list.wish(holding[2])
    settle(program)
    window.actions_["review"].trigger()
    settle(program)
    page = window.pages.currentWidget()
    assert isinstance(page, ReviewPage)
    page.queue.go(holding[2])
    page._show_current()
    settle(program)
    page.form.cells["codeNumber"].put("418")
    folder = stocked.folder
    window.close()
    again = Services(folder)
    workspace = again.open(password=PASSWORD)
    assert describing.fields_of(workspace, holding[2]).values["codeNumber"] == "418"
    again.close()


# --- for everybody ---
@pytest.mark.parametrize("part", [DOCUMENTS, GRID])
def test_everything_that_takes_the_focus_has_a_name(desk: Desk, part: int) -> None:
    desk.page._view_wanted(part)
    desk.settle()
    nameless = []
    for widget in desk.page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            words = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not (widget.accessibleName() or words):
                nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert nameless == []


def test_the_key_strip_names_the_keys_and_fits(desk: Desk) -> None:
    assert "Enter: Đúng, tiếp" in desk.page.strip.toolTip()
    for width in (1366, 900):
        desk.page.resize(width, 560)
        QApplication.processEvents()
        shown = [cap for cap, _label in desk.page.strip._pairs if cap.isVisible()]
        assert shown
        assert max(cap.geometry().right() for cap in shown) <= desk.page.width()


@pytest.mark.parametrize("look_name", ["light", "dark"])
def test_it_paints_in_every_look(desk: Desk, look: Theme, look_name: str) -> None:
    look.choose(look_name)
    assert not desk.page.grab().isNull()
    desk.page.toggle_view()
    desk.settle()
    assert not desk.page.grab().isNull()
