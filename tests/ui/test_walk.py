"""What a first walk through the window met: each of these went wrong for a clerk once."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desk import describing, filing, intake
from app.errors import AppError, Problem
from app.jobs import Job
from app.launch import services_for_window
from app.services import Services
from storage import queries
from storage.records import Intake
from tests.conftest import PASSWORD
from tests.ui.conftest import discard, settle
from ui.application import Program
from ui.dialogs.dossier import open_edit_dossier, open_new_dossier
from ui.dialogs.shelf import ShelfDialog
from ui.pages.document_list import Column
from ui.pages.library import LibraryPage
from ui.pages.start import FirstRunPage, GonePage, RecoveryPage, UnlockPage
from ui.verbs import first_of
from ui.widgets.field_state import FieldState
from ui.widgets.jobs_panel import problem_lines

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


@pytest.fixture
def library(program: Program) -> LibraryPage:
    assert program.window.library is not None
    return program.window.library


# --- the archive that was open last ---
def test_the_archive_that_was_open_last_opens_again(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, template: tuple[Path, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VANKHO_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("VANKHO_ARCHIVE", raising=False)
    elsewhere = tmp_path / "ổ mạng" / "kho"
    shutil.copytree(template[0], elsewhere)
    program = Program(qapp, Services(elsewhere))
    program.show()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), UnlockPage))
    page = program.window.pages.currentWidget()
    assert isinstance(page, UnlockPage)
    page._password.line.setText(PASSWORD)
    page._button.click()
    qtbot.waitUntil(lambda: program.window.library is not None)
    settle(program, 60)
    discard(program)
    assert services_for_window([]).folder == elsewhere
    assert services_for_window(["--archive", str(tmp_path)]).folder == tmp_path


def test_a_missing_drive_is_not_taken_for_a_first_run(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VANKHO_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("VANKHO_ARCHIVE", raising=False)
    services = Services(tmp_path / "rút ra rồi")
    services.settings.set("ui.archive", str(services.folder))
    program = Program(qapp, services)
    program.show()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), GonePage))
    page = program.window.pages.currentWidget()
    assert isinstance(page, GonePage)
    page.again.emit()
    assert isinstance(program.window.pages.currentWidget(), GonePage)
    assert not services.folder.exists()
    page = program.window.pages.currentWidget()
    page.fresh.emit()  # type: ignore[union-attr]
    assert isinstance(program.window.pages.currentWidget(), FirstRunPage)
    discard(program)


def test_the_name_of_the_office_is_asked_once_at_the_start(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    services = Services(tmp_path / "kho")
    program = Program(qapp, services)
    program.show()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), FirstRunPage))
    page = program.window.pages.currentWidget()
    assert isinstance(page, FirstRunPage)
    page._agency.setText("  UBND xã Hòa Thắng ")
    page._first.line.setText(PASSWORD)
    page._second.line.setText(PASSWORD)
    page._button.click()
    qtbot.waitUntil(lambda: isinstance(program.window.pages.currentWidget(), RecoveryPage))
    assert services.settings["office.agency"] == "UBND xã Hòa Thắng"
    discard(program)


# --- fonds and inventories ---
def shelf_dialog(program: Program) -> ShelfDialog:
    found = [d for d in program.window.findChildren(ShelfDialog) if d.isVisible()]
    assert len(found) == 1
    return found[0]


def test_an_inventory_is_made_renamed_and_chosen_for_a_dossier(
    program: Program, library: LibraryPage, stocked: Services
) -> None:
    actions = program.window.actions_
    assert not actions["edit-shelf"].isEnabled()
    actions["new-inventory"].trigger()
    dialog = shelf_dialog(program)
    assert not dialog.verb_button.isEnabled()
    dialog.cells["code"].editor.set_text("01")
    dialog._press()
    assert dialog.isVisible(), "the number is taken: the dialog says so and stays"
    dialog.cells["code"].editor.set_text("02")
    dialog.cells["title"].editor.set_text("Hồ sơ năm 2025")
    dialog._press()
    settle(program)
    node = library.sidebar.node
    assert (node.kind, node.code, node.title) == ("inventory", "02", "Hồ sơ năm 2025")
    assert library.list._title._whole == "Mục lục 02 — Hồ sơ năm 2025"
    inventory = node.id
    assert actions["edit-shelf"].isEnabled()
    actions["edit-shelf"].trigger()
    again = shelf_dialog(program)
    again.cells["title"].editor.set_text("Vĩnh viễn")
    again._press()
    settle(program)
    assert library.sidebar.node.title == "Vĩnh viễn"
    made: list[int] = []
    new = open_new_dossier(program.window, stocked, program.bridge, inventory_id=inventory, on_created=made.append)
    new.cells["code"].editor.set_text("03.2025")
    new.cells["title"].editor.set_text("Hồ sơ mới")
    new._create()
    settle(program)
    assert library.sidebar.model_.node(library.sidebar.model_.index_of(("dossier", made[0]))).parent.id == inventory  # type: ignore[union-attr]


def test_a_dossier_moves_to_another_inventory(program: Program, library: LibraryPage, stocked: Services) -> None:
    assert stocked.workspace is not None
    with stocked.workspace.catalog.read() as session:
        dossier = queries.dossier_rows(session)[0]
    other = filing.add_inventory(stocked.workspace, dossier.fonds_id, "02")
    dialog = open_edit_dossier(program.window, stocked, dossier.id)
    assert dialog.shelf.editor.text() == str(dossier.inventory_id)
    dialog.shelf.editor.set_text(str(other))
    dialog.verb_button.click()
    settle(program)
    with stocked.workspace.catalog.read() as session:
        assert next(r.inventory_id for r in queries.dossier_rows(session) if r.id == dossier.id) == other


def test_an_empty_inventory_says_what_comes_first(program: Program, library: LibraryPage, stocked: Services) -> None:
    assert stocked.workspace is not None
    with stocked.workspace.catalog.read() as session:
        fonds = queries.dossier_rows(session)[0].fonds_id
    inventory = filing.add_inventory(stocked.workspace, fonds, "09")
    settle(program)
    library.sidebar.choose(("inventory", inventory))
    settle(program)
    assert [b.text() for b in library.list.empty._shown] == ["Hồ sơ mới"]


# --- an import under way ---
def test_a_document_that_is_being_read_misses_nothing(
    program: Program, library: LibraryPage, holding: list[int], stocked: Services
) -> None:
    assert stocked.workspace is not None
    new = holding[4]
    library.list.wish(new)
    settle(program)
    assert library.details.form.cells["subject"].state is FieldState.MISSING
    with stocked.workspace.catalog.write("intake.add") as transaction:
        transaction.session.add(
            Intake(batch="b", source="/x.pdf", state="paged", document_id=new, created_at="2026-01-01T00:00:00Z")
        )
    library.details.reload()
    settle(program)
    assert describing.fields_of(stocked.workspace, new).being_read
    assert library.details.form.cells["subject"].state is FieldState.PLAIN
    assert library.details.form.sections["description"]._summary.text() == "Đang đọc các trang…"


def test_a_stopped_import_offers_to_go_on(program: Program, qtbot: QtBot, stocked: Services) -> None:
    workspace = stocked.workspace
    assert workspace is not None
    begun, gate = threading.Event(), threading.Event()

    def work(job: Job) -> Any:
        begun.set()
        assert gate.wait(60)
        return intake.import_files(job, workspace, stocked.sandboxes, [SAMPLES / "01-to-trinh.jpg"], ocr=False)

    job, _future = stocked.lanes.start("cpu", "Nhập", work)
    assert begun.wait(60)
    job.stop()
    gate.set()
    banners = program.window.banners

    def offered() -> bool:
        return any(b.message.key == "import" and b.message.action is not None for b in banners.banners())

    qtbot.waitUntil(offered)
    message = next(b.message for b in banners.banners() if b.message.key == "import")
    assert message.text == "Còn 1 tệp chưa đọc xong."
    assert job.done == 0
    assert message.action is not None
    message.action[1]()
    qtbot.waitUntil(lambda: intake.pending(workspace) == 0)


def test_the_window_never_waits_for_the_archive(
    program: Program, library: LibraryPage, qtbot: QtBot, holding: list[int], stocked: Services, asked_here: list[str]
) -> None:
    """While files come in, documents are chosen and shelves changed: no question to the database on the window's thread."""
    workspace = stocked.workspace
    assert workspace is not None
    paths = [SAMPLES / "01-to-trinh.jpg", SAMPLES / "04-quyet-dinh.png"]
    results: list[intake.IntakeResult] = []
    program.archive.verbs.start(
        "cpu", "Nhập", lambda job: intake.import_files(job, workspace, stocked.sandboxes, paths, ocr=False), results.append
    )
    chosen = 0
    while not results:
        library.list.wish(holding[chosen % len(holding)])
        library.sidebar.choose(("unfiled" if chosen % 2 else "all", 0))
        chosen += 1
        qtbot.wait(20)
    settle(program)
    assert len(results[0].documents) == 2
    assert asked_here == []


# --- words ---
def test_one_sentence_for_all_files_of_one_wrong_kind() -> None:
    wrong = AppError("file.kind", "Tệp này không phải văn bản.", "Bỏ qua.")
    problems = [Problem.of(f"{n}.json", wrong) for n in range(9)] + [Problem.of("a.pdf", AppError("pdf.broken", "Tệp hỏng."))]
    lines = problem_lines(problems)
    assert lines == [
        "• 0.json, 1.json, 2.json, 3.json, 4.json, 5.json và 3 tệp nữa: Tệp này không phải văn bản. Bỏ qua.",
        "• a.pdf: Tệp hỏng.",
    ]
    assert first_of(problems[:3]) == "Tệp này không phải văn bản. Bỏ qua."
    assert first_of(problems) == "0.json: Tệp này không phải văn bản. Bỏ qua."


def test_what_the_checks_say_stands_beside_the_field(
    program: Program, library: LibraryPage, holding: list[int], stocked: Services
) -> None:
    assert stocked.workspace is not None
    describing.edit(stocked.workspace, holding[1], {"issuedDate": "22/04/2999"})
    library.list.wish(holding[1])
    settle(program)
    cell = library.details.form.cells["issuedDate"]
    assert "22/04/2999" in cell._note.text() or "tương lai" in cell._note.text()
    library.list.wish(holding[0])
    settle(program)
    assert library.details.form.cells["issuedDate"]._note.text() == ""


def test_the_running_work_does_not_lie_over_the_next_page(program: Program) -> None:
    program.window.actions_["jobs"].trigger()
    assert program.jobs is not None
    assert program.jobs.isVisible()
    program.window.actions_["settings"].trigger()
    assert not program.jobs.isVisible()


# --- small windows ---
def test_a_narrow_window_leaves_the_list_readable(program: Program, library: LibraryPage) -> None:
    table = library.list.table
    assert not table.isColumnHidden(Column.TYPE)
    program.window.resize(1024, 700)
    QApplication.processEvents()
    assert library.splitter.sizes()[1] >= 470
    assert table.isColumnHidden(Column.TYPE)
    assert not table.isColumnHidden(Column.STATE)
    assert table.columnWidth(Column.SUBJECT) >= 90
    assert '"widths": [118, 90' in table.layout_words()
    program.window.resize(1600, 900)
    QApplication.processEvents()
    assert not table.isColumnHidden(Column.TYPE)


def test_the_palette_is_as_high_as_what_it_found(program: Program) -> None:
    palette = program.window.palette_
    palette.open()
    high = palette.height()
    QTest.keyClicks(palette._field, "muc luc ho so")
    assert palette.height() < high
    QTest.keyClick(palette._field, Qt.Key.Key_Escape)
