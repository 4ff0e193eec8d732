"""The dialogs with the real desk behind them: a real archive, SoftHSM2, SANE's test device."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.capture.scanner import Device
from app.desk import describing, filing, intake
from app.desk.intake import IntakeResult
from app.errors import AppError
from app.jobs import Job, Question
from app.services import Services
from storage import queries
from storage.queries import Scope
from tests.made_files import drawn_pdf
from ui.dialogs.base import VerbDialog, labelled
from ui.dialogs.dossier import open_new_dossier
from ui.dialogs.export import open_export
from ui.dialogs.import_files import ImportDialog, open_import
from ui.dialogs.pin import PinDialog
from ui.dialogs.questions import ChoiceDialog, PasswordDialog, answer_in
from ui.dialogs.report import redacted, show_bug, show_recovery
from ui.dialogs.scan import ScanDialog, open_scan
from ui.dialogs.scan_form import ScanForm
from ui.jobs import JobsBridge

LEFT = Qt.MouseButton.LeftButton
CODE = "H49.64.2024.160"
DESCRIBED = {
    "codeNumber": "36", "codeNotation": "TTr-VP", "issuedDate": "11/04/2024", "typeName": "Tờ trình",
    "subject": "Xin ý kiến", "organName": "Văn phòng",
}  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def import_one(services: Services, tmp_path: Path, dossier_id: int | None = None) -> int:
    """A PDF born digital in the archive, without recognition."""
    assert services.workspace is not None
    paper = drawn_pdf(tmp_path / "to-trinh.pdf")
    result = intake.import_files(Job(), services.workspace, services.sandboxes, [paper], ocr=False, dossier_id=dossier_id)
    assert not result.problems
    return result.documents[0]


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


# --- questions ---
def front() -> Any:
    return QApplication.activeModalWidget()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (Question("choice", "Trùng", "Tệp đã có.", ("Bỏ qua", "Nhập thêm")), ChoiceDialog),
        (Question("password", "Tệp có mật khẩu", "…"), PasswordDialog),
        (Question("pin", "PIN", "…", facts={"count": 2}), PinDialog),
    ],
)
def test_each_question_of_a_real_job_gets_its_dialog(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, question: Question, kind: type
) -> None:
    jobs.answer_with(answer_in(window))
    answers: list[Any] = []
    jobs.watch(services.lanes.start("token", "x", lambda job: job.ask(question))[1], answers.append)
    qtbot.waitUntil(lambda: isinstance(front(), kind))
    dialog = front()
    if isinstance(dialog, ChoiceDialog):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        expected: Any = "Bỏ qua"
    elif isinstance(dialog, PasswordDialog):
        QTest.keyClicks(dialog.password, "bi mat")
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
        expected = "bi mat"
    else:
        QTest.keyClicks(dialog.pin, "4829")
        QTest.keyClick(dialog.pin, Qt.Key.Key_Return)
        expected = bytearray(b"4829")
    qtbot.waitUntil(lambda: answers == [expected])


def test_a_dialog_closes_itself_when_its_job_is_stopped(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget
) -> None:
    jobs.answer_with(answer_in(window))
    job, _future = services.lanes.start("token", "x", lambda job: job.ask(Question("pin", "PIN", "…")))
    qtbot.waitUntil(lambda: isinstance(front(), PinDialog))
    job.stop()
    qtbot.waitUntil(lambda: front() is None)


# --- dossiers ---
def test_a_new_dossier_is_in_the_archive(qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget) -> None:
    created: list[int] = []
    dialog = open_new_dossier(window, services, jobs, on_created=created.append)
    assert not dialog.verb_button.isEnabled()
    QTest.keyClicks(dialog.cells["code"].editor.widget, CODE)
    QTest.keyClicks(dialog.cells["title"].editor.widget, "Ho so chinh ly")
    QTest.keyClicks(dialog.cells["start_date"].editor.widget, "1/2/2024")
    click(dialog.verb_button)
    assert services.workspace is not None
    with services.workspace.catalog.read() as session:
        rows = queries.dossier_rows(session)
    assert [(row.id, row.code, row.title) for row in rows] == [(created[0], CODE, "Ho so chinh ly")]
    assert not dialog.isVisible()


def test_a_code_in_use_is_told_beside_the_field(qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget) -> None:
    assert services.workspace is not None
    filing.add_dossier(services.workspace, CODE, "Có rồi")
    dialog = open_new_dossier(window, services, jobs)
    dialog.cells["code"].editor.set_text(CODE)
    dialog.cells["title"].editor.set_text("Mới")
    dialog.cells["end_date"].editor.set_text("31/4/2024")
    dialog._judge()
    click(dialog.verb_button)
    assert dialog.cells["end_date"].editor.widget.property("invalid") is True
    dialog.cells["end_date"].editor.set_text("30/4/2024")
    click(dialog.verb_button)
    assert dialog.isVisible()
    assert CODE in dialog.cells["code"].editor.widget.accessibleDescription()


# --- importing ---
def test_importing_takes_the_files_in(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path
) -> None:
    assert services.workspace is not None
    dossier = filing.add_dossier(services.workspace, CODE, "Hồ sơ")
    paper = drawn_pdf(tmp_path / "to-trinh.pdf")
    dialog = open_import(window, services, jobs, [paper], dossier)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(paper)), QUrl.fromLocalFile(str(tmp_path / "khong-co.pdf"))])
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    dialog.dropEvent(drop)
    assert dialog.verb_button.text() == "Nhập 2 mục"
    dialog.list.setCurrentRow(1)
    click(dialog.remove_button)
    assert dialog.paths() == [paper]
    result = taken_in(qtbot, dialog)
    with services.workspace.catalog.read() as session:
        assert queries.document_rows(session, result.documents)[0].dossier_id == dossier


def test_nothing_to_import_cannot_be_imported(services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path) -> None:
    dialog = open_import(window, services, jobs)
    assert not dialog.verb_button.isEnabled()
    assert dialog.verb_button.accessibleDescription() == "Hãy thêm tệp hoặc thư mục trước."
    assert dialog.focusWidget() is dialog.files_button
    QTest.keyClick(dialog.files_button, Qt.Key.Key_Return)  # the framed button is the one that Enter presses
    asked = dialog.findChild(QFileDialog)
    assert asked is not None
    assert asked.isVisible()
    asked.filesSelected.emit([str(drawn_pdf(tmp_path / "a.pdf"))])
    asked.reject()
    assert dialog.verb_button.isEnabled()
    assert dialog.focusWidget() is dialog.verb_button  # the next Enter goes on


def taken_in(qtbot: QtBot, dialog: ImportDialog) -> IntakeResult:
    """The verb pressed, without OCR, and one document come of it."""
    dialog.ocr.setChecked(False)
    begun: list[Any] = []
    dialog.begun.connect(lambda _job, future: begun.append(future))
    click(dialog.verb_button)
    qtbot.waitUntil(begun[0].done)
    result: IntakeResult = begun[0].result()
    assert (len(result.documents), result.problems) == (1, [])
    return result


def workbook(path: Path, *rows: tuple[str, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in (("Hồ sơ số", "Tiêu đề hồ sơ", "Số của văn bản", "Trích yếu", "Đường dẫn file", "Ghi chú nội bộ"), *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_that_is_dropped_is_the_index_and_its_rows_are_taken_in(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path
) -> None:
    assert services.workspace is not None
    drawn_pdf(tmp_path / "to-trinh.pdf")
    index = workbook(tmp_path / "bang-ke.xlsx", ("01.2024", "Đất đai", "36", "Xin ý kiến", "to-trinh.pdf", "x"))
    dialog = open_import(window, services, jobs, [index])
    assert dialog.paths() == []
    qtbot.waitUntil(lambda: dialog.index.index is not None)
    assert dialog.verb_button.text() == "Nhập theo bảng kê"
    assert "1 dòng" in dialog.index._columns.text()
    assert "Ghi chú nội bộ" in dialog.index.notice.text()
    result = taken_in(qtbot, dialog)
    with services.workspace.catalog.read() as session:
        (row,) = queries.document_rows(session, result.documents)
    assert (row.subject, row.dossier_code) == ("Xin ý kiến", "01.2024")


def test_an_index_that_is_none_says_why_and_can_be_taken_off(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path
) -> None:
    (tmp_path / "bang-ke.xlsx").write_bytes(b"no workbook")
    dialog = open_import(window, services, jobs, [tmp_path / "bang-ke.xlsx", drawn_pdf(tmp_path / "to-trinh.pdf")])
    qtbot.waitUntil(lambda: dialog.index.notice.kind == "danger")
    assert not dialog.verb_button.isEnabled()
    click(dialog.index.remove_button)
    assert dialog.verb_button.text() == "Nhập 1 mục"
    assert dialog.verb_button.isEnabled()


# --- scanning ---
def test_a_kind_of_pile_is_kept_and_used_again(services: Services, qtbot: QtBot) -> None:
    form = ScanForm(services.settings)
    qtbot.addWidget(form)
    form.set_devices([Device("test:0", "Hãng", "Máy thử", "virtual device")])
    form.flatbed.setChecked(True)
    form.dpi.setCurrentIndex(form.dpi.findData(400))
    form.keep("Bản đồ")
    assert form.profiles.currentData() == "Bản đồ"
    form.feeder.click()
    assert form.profiles.currentData() == "", "what is chosen now is no longer that"
    form.dpi.setCurrentIndex(form.dpi.findData(200))
    form.profiles.setCurrentIndex(form.profiles.findData("Bản đồ"))
    form.profiles.activated.emit(form.profiles.currentIndex())
    chosen = form.profile()
    assert chosen is not None
    assert (chosen.device, chosen.source, chosen.dpi) == ("test:0", "flatbed", 400)
    with qtbot.waitSignal(form.failed) as told:
        form.keep("../ngoài")
    assert told.args[0].code == "profile.name"


# --- packages ---
def test_a_package_is_written_and_its_check_is_shown(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path
) -> None:
    assert services.workspace is not None
    services.settings.set("office.code", "H49.64")
    dossier = filing.add_dossier(
        services.workspace, CODE, "Hồ sơ", start_date="01/02/2024", end_date="30/04/2024", paper_file_code="K1.A2.160"
    )
    describing.edit(services.workspace, import_one(services, tmp_path, dossier), DESCRIBED)
    out = tmp_path / "gói"
    dialog = open_export(window, services, jobs, dossier, out)
    with qtbot.waitSignal(dialog.exported) as exported:
        click(dialog.verb_button)
        assert dialog.verb_button.text() == "Dừng"
    assert exported.args is not None
    (made,) = exported.args[0].packages
    assert made.path.is_relative_to(out)
    assert made.path.exists()
    assert dialog.notice.kind in ("success", "danger")
    findings = [f for f in made.report.findings if f.level != "info"]
    assert len([row for row in dialog.findings.rows() if row.line.title]) == 1 + len(findings) + len(exported.args[0].papers)
    assert dialog.open_button.isVisible()
    assert dialog.verb_button.text() == "Xuất gói"


def test_an_empty_dossier_says_why_it_can_not_be_exported(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path
) -> None:
    assert services.workspace is not None
    dossier = filing.add_dossier(services.workspace, CODE, "Trống")
    dialog = open_export(window, services, jobs, dossier, tmp_path)
    click(dialog.verb_button)
    qtbot.waitUntil(lambda: dialog.notice.kind == "danger")
    assert dialog.verb_button.isEnabled()
    assert not dialog.progress.isVisible()


# --- scanning ---
@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SANE's own test device: a feeder that holds ten sheets."""
    folder = tmp_path / "sane"
    folder.mkdir()
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text('number_of_devices 1\nmode Color\ndepth 8\nresolution 50\ntest-picture "Color pattern"\n')
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))


@pytest.mark.usefixtures("scanner")
def test_pages_appear_as_they_are_scanned_and_stop_keeps_them(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, tell = threading.Event(), ScanDialog._on_page

    def told(dialog: ScanDialog, path: Path, number: int) -> None:
        tell(dialog, path, number)
        if number == 3:  # the feeder would be empty before a slow window has pressed the button
            assert stopped.wait(60)

    monkeypatch.setattr(ScanDialog, "_on_page", told)
    services.settings.set("ocr.enabled", False)
    services.settings.set("scan.dpi", 200)
    dialog = open_scan(window, services, jobs)
    qtbot.waitUntil(dialog.verb_button.isEnabled)
    assert dialog.form.device.count() == 1
    with qtbot.waitSignal(dialog.scanned) as scanned:
        click(dialog.verb_button)
        assert dialog.verb_button.text() == "Dừng"
        qtbot.waitUntil(lambda: dialog.pages.count() >= 2)
        click(dialog.verb_button)
        stopped.set()
    assert scanned.args is not None
    assert len(scanned.args[0].documents) == 1
    assert dialog.verb_button.text() == "Quét tập tiếp theo"
    assert services.settings["scan.device"].startswith("test")
    assert services.workspace is not None
    with services.workspace.catalog.read() as session:
        row = queries.document_rows(session, queries.document_ids(session, Scope()))[0]
    assert row.pages == dialog.pages.count()


def test_without_a_scanner_the_sentence_stands_in_the_dialog(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dll.conf").write_text("")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path))
    dialog = open_scan(window, services, jobs)
    qtbot.waitUntil(lambda: dialog.notice.kind == "danger")
    assert not dialog.verb_button.isEnabled()
    assert dialog.form.refresh.isEnabled()


# --- bugs and recovery ---
def test_the_report_of_a_bug_holds_no_personal_data(qtbot: QtBot, window: QWidget) -> None:
    def cause() -> None:
        try:
            raise AppError("file.damaged", "Tệp của ông Nguyễn Văn A hỏng.")
        except AppError as error:
            raise KeyError("0123456789 Nguyễn Văn A") from error

    with pytest.raises(KeyError) as caught:
        cause()
    text = redacted(caught.value)
    assert "Nguyễn" not in text
    assert "0123456789" not in text
    assert "[file.damaged]" in text
    assert "builtins.KeyError" in text
    assert "tests/ui/test_widgets_dialogs.py" in text
    dialog = show_bug(window, caught.value)
    click(dialog.verb_button)
    assert QGuiApplication.clipboard().text() == text
    assert dialog.notice.kind == "success"


def test_recovery_offers_to_go_on(qtbot: QtBot, window: QWidget) -> None:
    dialog = show_recovery(window, 7)
    assert "7 mục" in dialog.intro.text()
    with qtbot.waitSignal(dialog.agreed):
        click(dialog.verb_button)


def test_tab_comes_to_the_body_before_the_buttons(
    qtbot: QtBot, services: Services, jobs: JobsBridge, window: QWidget, tmp_path: Path
) -> None:
    dialog = open_import(window, services, jobs, [tmp_path])
    dialog.list.setFocus()
    order: list[QWidget | None] = []
    for _step in range(8):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        order.append(dialog.focusWidget())
    assert order.index(dialog.files_button) < order.index(dialog.ocr) < order.index(dialog.verb_button)


def test_a_dialog_taller_than_the_screen_scrolls_and_shows_its_buttons(qtbot: QtBot, window: QWidget) -> None:
    dialog = VerbDialog(window, "Rất cao", "Làm")
    qtbot.addWidget(dialog)
    lines = [QLineEdit() for _line in range(40)]
    for number, line in enumerate(lines):
        dialog.body.addWidget(labelled(f"Ô {number}", line))
    dialog.first = lines[0]
    dialog.set_ready(False)
    dialog.show_wide(420)
    assert dialog.height() < dialog.screen().availableGeometry().height()
    assert dialog.rect().contains(dialog.verb_button.mapTo(dialog, dialog.verb_button.rect().bottomRight()))
    for line in lines[1:]:
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.focusWidget() is line
    area = dialog.findChild(QScrollArea)
    assert area is not None
    seen = area.viewport().rect()
    assert seen.contains(lines[-1].mapTo(area.viewport(), lines[-1].rect().center())), (
        "the field that has the focus is in sight"
    )
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.close_button
