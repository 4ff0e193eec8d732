"""The page of what stops being provable, with a real archive, sandbox and time-stamp service behind it."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.desk import intake
from app.jobs import Job
from app.services import Services
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner, TestIdentity
from tests.signature import attacks, files
from tests.signature.pki import Pki
from tests.signature.stamps import service
from tests.ui.conftest import settle
from ui.application import Program
from ui.lasting.model import Column
from ui.lasting.page import LastingPage


def load(qtbot: QtBot, lasting: LastingPage) -> None:
    with qtbot.waitSignal(lasting.listed):
        lasting.load()


def choose(lasting: LastingPage, days: int) -> None:
    lasting.horizon.setCurrentIndex(lasting.horizon.findData(days))


def test_an_archive_without_signatures_says_so(qtbot: QtBot, lasting: LastingPage) -> None:
    load(qtbot, lasting)
    assert lasting._stack.currentWidget() is lasting.empty
    assert lasting.empty._title.text() == "Chưa có văn bản ký số nào."
    assert not lasting.verb_button.isVisible()
    with qtbot.waitSignal(lasting.closed):
        QTest.keyClick(lasting, Qt.Key.Key_Escape)


def test_listed_by_date_and_renewed(
    qtbot: QtBot,
    services: Services,
    lasting: LastingPage,
    software: SoftwareSigner,
    identity: TestIdentity,
    pki: Pki,
    tmp_path: Path,
) -> None:
    workspace = services.workspace
    assert workspace is not None
    trust = tmp_path / "trust"
    shutil.copytree(pki.chain, trust)
    shutil.copy(identity.root, trust / "root.pem")
    services.settings.set("sign.trust", trust)
    good = [sign_pdf(files.plain(tmp_path / f"{n}.pdf", text=f"{n}"), tmp_path / f"{n}-s.pdf", software).path for n in range(2)]
    attacks.overlay(good[0], tmp_path / "bad.pdf")
    done = intake.import_files(Job(), workspace, services.sandboxes, [*good, tmp_path / "bad.pdf"], ocr=False)
    assert not done.problems
    load(qtbot, lasting)
    assert lasting.notice.text().startswith("1 văn bản có chữ ký không hợp lệ")
    assert lasting.empty._title.text().startswith("Không có chữ ký nào hết giá trị")
    choose(lasting, 0)
    assert lasting._stack.currentWidget() is lasting.table
    assert [row.document_id for row in lasting.model.rows] == done.documents[:2]
    assert lasting.model.index(0, Column.LEFT).data() == "Còn 12 tháng"
    assert lasting.model.index(0, Column.WHY).data() == "Chứng thư hết hạn, không có dấu thời gian"
    assert not lasting.verb_button.isEnabled()
    assert lasting.settings_button.isVisible()
    assert lasting.verb_button.toolTip() == "Hãy đặt địa chỉ dịch vụ dấu thời gian trước."
    with service(pki) as url:
        services.settings.set("sign.tsa", url)
        lasting.table.selectRow(1)
        assert lasting.verb_button.text() == "Gia hạn dấu thời gian cho 1 văn bản"
        lasting.table.clearSelection()
        assert lasting.verb_button.text() == "Gia hạn dấu thời gian cho 2 văn bản"
        with qtbot.waitSignals([lasting.renewed, lasting.listed], order="strict"):
            QTest.mouseClick(lasting.verb_button, Qt.MouseButton.LeftButton)
    assert lasting.notice.kind == "success"
    assert lasting.notice.text().startswith("2 văn bản đã được gia hạn")
    assert {lasting.model.index(row, Column.WHY).data() for row in range(2)} == {"Dấu thời gian hết hạn"}
    services.settings.set("sign.tsa", "http://127.0.0.1:9/")
    with qtbot.waitSignals([lasting.renewed, lasting.listed], order="strict"):
        QTest.mouseClick(lasting.verb_button, Qt.MouseButton.LeftButton)
    assert lasting.notice.kind == "danger"


def test_the_page_opens_from_the_menu_and_leads_to_the_document(program: Program, qtbot: QtBot, holding: list[int]) -> None:
    program.window.actions_["lasting"].trigger()
    lasting = program.window.pages.currentWidget()
    assert isinstance(lasting, LastingPage)
    qtbot.waitUntil(lambda: lasting.found is not None)
    lasting.wanted.emit(holding[2])
    settle(program)
    assert program.window.pages.currentWidget() is program.window.library
    assert program.window.library is not None
    assert program.window.library.details.document_id == holding[2]
