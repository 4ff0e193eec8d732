"""The verification page with the real desk and the real sandbox behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.desk import intake
from app.jobs import Job
from app.services import Services
from tests.made_files import sign
from tests.signature import files
from tests.signature.outgoing import decision
from ui.jobs import JobsBridge
from ui.verifying.page import VerifyPage, report_name

LONG = 30_000


@pytest.fixture
def jobs(services: Services, qtbot: QtBot) -> Iterator[JobsBridge]:
    bridge = JobsBridge()
    services.watch(bridge)
    yield bridge
    bridge.close()
    services.lanes.close()


@pytest.fixture
def page(qtbot: QtBot, services: Services, jobs: JobsBridge) -> Iterator[VerifyPage]:
    made = VerifyPage(services, jobs)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    yield made
    made.viewer.end()


def buttons(page: VerifyPage) -> dict[str, QPushButton]:
    return {button.text(): button for card in page.cards for button in card.findChildren(QPushButton)}


def test_a_document_of_the_archive_is_judged_and_its_result_kept(
    qtbot: QtBot, services: Services, page: VerifyPage, tmp_path: Path
) -> None:
    assert services.workspace is not None
    paper = sign(decision(tmp_path / "a.pdf"), tmp_path / "b.pdf")
    (document,) = intake.import_files(Job(), services.workspace, services.sandboxes, [paper], ocr=False).documents
    with qtbot.waitSignal(page.judged, timeout=LONG):
        page.judge(document)
    assert page.report is not None
    assert page.report["verdict"] == "unknown"  # nobody knows that authority
    assert page.verdict.accessibleName().startswith("Chưa xác định")
    assert len(page.cards) == 1
    assert "danh sách tin cậy" in page.cards[0].accessibleName()
    assert page.save_button.isEnabled()
    qtbot.waitUntil(lambda: page.viewer.canvas.loader.image(1) is not None, timeout=LONG)


def test_a_foreign_file_dropped_here_is_verified(qtbot: QtBot, page: VerifyPage, tmp_path: Path) -> None:
    path = files.plain(tmp_path / "khong-ky.pdf")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(page.judged, timeout=LONG):
        page.dropEvent(event)
    assert page.verdict.accessibleName().startswith("Chưa ký số")
    assert not page.save_button.isEnabled()


def test_what_was_changed_after_the_signing_is_shown(qtbot: QtBot, page: VerifyPage, tmp_path: Path) -> None:
    signed = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf")
    number = files.object_number(signed, "contents")
    body = b"<< /Length 44 >>\nstream\nBT /F0 12 Tf 100 500 Td (Quyet dinh 999) Tj ET\nendstream"
    forged = files.append_object(signed, tmp_path / "c.pdf", number, body)
    with qtbot.waitSignal(page.judged, timeout=LONG):
        page.judge(forged)
    assert page.verdict.accessibleName().startswith("Không hợp lệ")
    offered = buttons(page)
    offered["Xem bản đã ký"].click()
    qtbot.waitUntil(lambda: "đúng như lúc" in page.version.text(), timeout=LONG)
    assert page.back_button.isVisible()
    offered["Xem chỗ khác biệt"].click()
    qtbot.waitUntil(lambda: "Trang: 1" in page.version.text(), timeout=LONG)
    assert page.viewer.canvas.hits


def test_a_file_that_is_gone_is_told_and_everything_has_a_name(qtbot: QtBot, page: VerifyPage, tmp_path: Path) -> None:
    page.judge(tmp_path / "khong-co.pdf")
    qtbot.waitUntil(lambda: page.notice.kind == "danger", timeout=LONG)
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page):
            named = widget.accessibleName() or (widget.text() if hasattr(widget, "text") else "")
            assert named or widget.focusProxy() is not None, widget


def test_the_name_of_a_report_keeps_the_whole_number() -> None:
    assert report_name("5/QĐ-UBND") == "Kết quả kiểm tra 5-QĐ-UBND.pdf"
    assert report_name("Công văn số 7.2.PDF") == "Kết quả kiểm tra Công văn số 7.2.pdf"
