"""The page of what stops being provable, with a real archive, sandbox and time-stamp service behind it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.desk import intake
from app.jobs import Job
from app.services import Services
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner, TestIdentity
from tests.signature import attacks, files
from tests.signature.conftest import identity, pki, software  # noqa: F401 - fixtures
from tests.signature.pki import Pki
from tests.signature.stamps import service
from tests.ui.conftest import settle
from ui.application import Program
from ui.jobs import JobsBridge
from ui.lasting.model import Column
from ui.lasting.page import LastingPage

LONG = 30_000


@pytest.fixture
def jobs(services: Services, qtbot: QtBot) -> Iterator[JobsBridge]:
    bridge = JobsBridge()
    services.watch(bridge)
    yield bridge
    bridge.close()
    services.lanes.close()


@pytest.fixture
def page(qtbot: QtBot, services: Services, jobs: JobsBridge) -> LastingPage:
    made = LastingPage(services, jobs)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made


def load(qtbot: QtBot, page: LastingPage) -> None:
    with qtbot.waitSignal(page.listed, timeout=LONG):
        page.load()


def choose(page: LastingPage, days: int) -> None:
    page.horizon.setCurrentIndex(page.horizon.findData(days))


def test_an_archive_without_signatures_says_so(qtbot: QtBot, page: LastingPage) -> None:
    load(qtbot, page)
    assert page._stack.currentWidget() is page.empty
    assert page.empty._title.text() == "Chưa có văn bản ký số nào."
    assert not page.verb_button.isVisible()
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page, Qt.Key.Key_Escape)


def test_listed_by_date_and_renewed(
    qtbot: QtBot,
    services: Services,
    page: LastingPage,
    software: SoftwareSigner,  # noqa: F811
    identity: TestIdentity,  # noqa: F811
    pki: Pki,  # noqa: F811
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
    load(qtbot, page)
    assert page.notice.text().startswith("1 văn bản có chữ ký không hợp lệ")
    assert page.empty._title.text().startswith("Không có chữ ký nào hết giá trị")
    choose(page, 0)
    assert page._stack.currentWidget() is page.table
    assert [row.document_id for row in page.model.rows] == done.documents[:2]
    assert page.model.index(0, Column.LEFT).data() == "Còn 12 tháng"
    assert page.model.index(0, Column.WHY).data() == "Chứng thư hết hạn, không có dấu thời gian"
    assert not page.verb_button.isEnabled()
    assert page.settings_button.isVisible()
    assert page.verb_button.toolTip() == "Hãy đặt địa chỉ dịch vụ dấu thời gian trước."
    with service(pki) as url:
        services.settings.set("sign.tsa", url)
        page.table.selectRow(1)
        assert page.verb_button.text() == "Gia hạn dấu thời gian cho 1 văn bản"
        page.table.clearSelection()
        assert page.verb_button.text() == "Gia hạn dấu thời gian cho 2 văn bản"
        with qtbot.waitSignals([page.renewed, page.listed], timeout=LONG, order="strict"):
            QTest.mouseClick(page.verb_button, Qt.MouseButton.LeftButton)
    assert page.notice.kind == "success"
    assert page.notice.text().startswith("2 văn bản đã được gia hạn")
    assert {page.model.index(row, Column.WHY).data() for row in range(2)} == {"Dấu thời gian hết hạn"}
    services.settings.set("sign.tsa", "http://127.0.0.1:9/")
    with qtbot.waitSignals([page.renewed, page.listed], timeout=LONG, order="strict"):
        QTest.mouseClick(page.verb_button, Qt.MouseButton.LeftButton)
    assert page.notice.kind == "danger"


def test_the_page_opens_from_the_menu_and_leads_to_the_document(program: Program, qtbot: QtBot, holding: list[int]) -> None:
    program.window.actions_["lasting"].trigger()
    page = program.window.pages.currentWidget()
    assert isinstance(page, LastingPage)
    qtbot.waitUntil(lambda: page.found is not None, timeout=LONG)
    page.wanted.emit(holding[2])
    settle(program)
    assert program.window.pages.currentWidget() is program.window.library
    assert program.window.library is not None
    assert program.window.library.details.document_id == holding[2]
