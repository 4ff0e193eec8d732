"""The verification page with the real desk and the real sandbox behind it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.desk import intake
from app.jobs import Job
from app.services import Services
from tests.made_files import sign
from tests.signature import files
from tests.signature.outgoing import decision
from tests.ui.proof.hands import nameless
from tests.ui.review_stock import SAMPLES
from ui.outward import verdicts_in_words
from ui.verifying.cards import SignatureCard
from ui.verifying.page import VerifyPage, report_name


def buttons(verifying: VerifyPage) -> dict[str, QPushButton]:
    return {button.text(): button for card in verifying.cards for button in card.findChildren(QPushButton)}


def test_a_document_of_the_archive_is_judged_and_its_result_kept(
    qtbot: QtBot, services: Services, verifying: VerifyPage, tmp_path: Path
) -> None:
    assert services.workspace is not None
    paper = sign(decision(tmp_path / "a.pdf"), tmp_path / "b.pdf")
    (document,) = intake.import_files(Job(), services.workspace, services.sandboxes, [paper], ocr=False).documents
    with qtbot.waitSignal(verifying.judged):
        verifying.judge(document)
    assert verifying.report is not None
    assert verifying.report["verdict"] == "unknown"  # nobody knows that authority
    assert verifying.verdict.accessibleName().startswith("Chưa xác định")
    assert len(verifying.cards) == 1
    assert "danh sách tin cậy" in verifying.cards[0].accessibleName()
    assert verifying.save_button.isEnabled()
    qtbot.waitUntil(lambda: verifying.viewer.canvas.loader.image(1) is not None)


def test_of_a_scan_it_is_said_that_nobody_signed_it(qtbot: QtBot, services: Services, verifying: VerifyPage) -> None:
    assert services.workspace is not None
    scan = SAMPLES / "01-to-trinh.jpg"
    (document,) = intake.import_files(Job(), services.workspace, services.sandboxes, [scan], ocr=False).documents
    verifying.judge(document)
    qtbot.waitUntil(lambda: verifying.notice.kind == "danger")
    assert "không có chữ ký số" in verifying.notice.text()


def test_a_foreign_file_dropped_here_is_verified(qtbot: QtBot, verifying: VerifyPage, tmp_path: Path) -> None:
    path = files.plain(tmp_path / "khong-ky.pdf")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(verifying.judged):
        verifying.dropEvent(event)
    assert verifying.verdict.accessibleName().startswith("Chưa ký số")
    assert not verifying.save_button.isEnabled()


def test_what_was_changed_after_the_signing_is_shown(qtbot: QtBot, verifying: VerifyPage, tmp_path: Path) -> None:
    signed = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf")
    number = files.object_number(signed, "contents")
    body = b"<< /Length 44 >>\nstream\nBT /F0 12 Tf 100 500 Td (Quyet dinh 999) Tj ET\nendstream"
    forged = files.append_object(signed, tmp_path / "c.pdf", number, body)
    with qtbot.waitSignal(verifying.judged):
        verifying.judge(forged)
    assert verifying.verdict.accessibleName().startswith("Không hợp lệ")
    offered = buttons(verifying)
    offered["Xem bản đã ký"].click()
    qtbot.waitUntil(lambda: "đúng như lúc" in verifying.version.text())
    assert verifying.back_button.isVisible()
    offered["Xem chỗ khác biệt"].click()
    qtbot.waitUntil(lambda: "Trang: 1" in verifying.version.text())
    assert verifying.viewer.canvas.hits
    assert verifying.report is not None
    row = verifying.report["signatures"][0]
    painted = SignatureCard(row | {"signer": '<b style="color:green">Hợp lệ</b>'}, None, None)
    qtbot.addWidget(painted)
    named = next(label for label in painted.findChildren(QLabel) if "Hợp lệ" in label.text())
    assert named.textFormat() == Qt.TextFormat.PlainText  # a name that somebody put into a certificate is never drawn as ours


def test_a_file_that_is_gone_is_told_and_everything_has_a_name(qtbot: QtBot, verifying: VerifyPage, tmp_path: Path) -> None:
    verifying.judge(tmp_path / "khong-co.pdf")
    qtbot.waitUntil(lambda: verifying.notice.kind == "danger")
    assert nameless(verifying) == []


def test_the_name_of_a_report_keeps_the_whole_number() -> None:
    assert report_name("5/QĐ-UBND") == "Kết quả kiểm tra 5-QĐ-UBND.pdf"
    assert report_name("Công văn số 7.2.PDF") == "Kết quả kiểm tra Công văn số 7.2.pdf"


def test_several_documents_are_counted_by_verdict() -> None:
    counted = {"valid": 3, "invalid": 0, "unknown": 6, "unsigned": 14}
    assert verdicts_in_words(counted) == ("Đã kiểm tra: 3 văn bản có chữ ký hợp lệ, 6 chưa xác định được, 14 chưa ký số.")
