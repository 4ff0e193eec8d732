"""The signing page with the real desk behind it: a real archive, a real token, the bytes that are signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desk import describing, intake, looks
from app.jobs import Job
from app.services import Services
from storage import queries
from tests.made_files import sign
from tests.signature import files
from tests.signature.conftest import PIN, Hsm, full_token, hsm, pdftotext, pki  # noqa: F401 - fixtures
from tests.signature.outgoing import decision
from ui.dialogs.pin import PinDialog
from ui.dialogs.questions import ChoiceDialog, answer_in
from ui.jobs import JobsBridge
from ui.signing.page import SigningPage
from ui.signing.run import time_left

LEFT = Qt.MouseButton.LeftButton
LONG = 30_000


@pytest.fixture
def jobs(services: Services, qtbot: QtBot) -> Iterator[JobsBridge]:
    bridge = JobsBridge()
    services.watch(bridge)
    yield bridge
    bridge.close()
    services.lanes.close()


@pytest.fixture
def document(services: Services, tmp_path: Path) -> int:
    """A decision without number and date, in the archive with its words."""
    assert services.workspace is not None
    paper = decision(tmp_path / "quyet-dinh.pdf")
    result = intake.import_files(Job(), services.workspace, services.sandboxes, [paper])
    assert not result.problems
    values = {"codeNumber": "5", "codeNotation": "QĐ-UBND", "typeName": "Quyết định", "issuedDate": "07/02/2026"}
    describing.edit(services.workspace, result.documents[0], values)
    return result.documents[0]


@pytest.fixture
def page(
    qtbot: QtBot,
    services: Services,
    jobs: JobsBridge,
    document: int,
    tmp_path: Path,
    hsm: Hsm,  # noqa: F811
) -> Iterator[SigningPage]:
    services.settings.set("sign.module", hsm.module)
    services.settings.set("sign.appearance", "person")
    services.settings.set("sign.person_image", files.picture(tmp_path / "hand.png", (20, 40, 180)))
    made = SigningPage(services, jobs, [document])
    qtbot.addWidget(made)
    made.resize(1200, 760)
    made.show()
    jobs.answer_with(answer_in(made))
    made.run.look_for_tokens()
    qtbot.waitUntil(lambda: made.run.looking is None and bool(made.certificates.cards), timeout=LONG)
    qtbot.waitUntil(lambda: made._preview is not None, timeout=LONG)
    yield made
    made.canvas.loader.close()


def front() -> Any:
    return QApplication.activeModalWidget()


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def type_pin(qtbot: QtBot, pin: bytes) -> None:
    qtbot.waitUntil(lambda: isinstance(front(), PinDialog), timeout=LONG)
    dialog = front()
    QTest.keyClicks(dialog.pin, pin.decode())
    QTest.keyClick(dialog.pin, Qt.Key.Key_Return)


def drawn(qtbot: QtBot, page: SigningPage, kind: str) -> Any:
    """The preview of this look."""
    page._preview = None
    page.look.kind.setCurrentIndex(page.look.kind.findData(kind))
    page.draw_again()
    qtbot.waitUntil(lambda: page._preview is not None, timeout=LONG)
    return page._preview


def test_wrong_pin_then_signed_exactly_what_was_shown(
    qtbot: QtBot, services: Services, page: SigningPage, document: int
) -> None:
    cards = page.certificates.cards
    assert [card.radio.isEnabled() for card in cards] == [True, True, False]
    assert "hết hạn" in cards[2].radio.accessibleName()
    assert not page.sign_button.isEnabled()
    click(cards[2])
    assert page.certificates.choice is None
    click(cards[0])
    assert page.sign_button.text() == "Ký 1 văn bản"
    shown = page.digests[document]
    click(page.sign_button)
    type_pin(qtbot, b"000000")
    qtbot.waitUntil(lambda: page.notice.kind == "danger", timeout=LONG)
    qtbot.waitUntil(lambda: page.run.looking is None and page.sign_button.isEnabled(), timeout=LONG)
    assert page.notice.kind == "danger"
    with qtbot.waitSignal(page.finished_batch, timeout=LONG) as finished:
        click(page.sign_button)
        type_pin(qtbot, PIN)
    assert finished.args is not None
    assert finished.args[0].signed == [document]
    assert page.notice.kind == "success"
    assert page.list.item(0).text().endswith("\nĐã ký và đã kiểm tra")
    assert not page.sign_button.isVisible()
    assert services.workspace is not None
    with services.workspace.catalog.read() as session:
        signed = queries.best_rendition(session, document, "signed")
        source = queries.best_rendition(session, document, "access", "original")
        assert queries.document_rows(session, [document])[0].signed
    assert signed is not None
    assert source is not None
    assert source.sha256 == shown
    assert services.workspace.objects.read(signed.sha256).startswith(services.workspace.objects.read(shown))
    qtbot.waitUntil(lambda: "đã nằm trên trang" in page.place.text(), timeout=LONG)
    assert page.canvas.box is None  # it is on the page itself now


def test_each_look_is_drawn_where_it_belongs(qtbot: QtBot, page: SigningPage) -> None:
    person = drawn(qtbot, page, "person")
    assert person.page == 2
    assert (person.box[0] + person.box[2]) / 2 == pytest.approx(420 / 595, abs=0.01)
    number = drawn(qtbot, page, "number")
    assert (number.page, [run[0] for run in number.runs]) == (1, ["05"])
    date = drawn(qtbot, page, "date")
    assert [run[0] for run in date.runs] == ["07", "02"]
    assert date.italic
    copy = drawn(qtbot, page, "copy")
    assert copy.runs[0][0] == "SAO Y"
    assert copy.box[2] > 0.9
    assert drawn(qtbot, page, "none").box is None
    assert page.place.text() == "Chữ ký sẽ không hiển thị trên trang."


def test_without_its_picture_the_seal_says_what_to_do(qtbot: QtBot, page: SigningPage) -> None:
    page.look.kind.setCurrentIndex(page.look.kind.findData("organisation"))
    qtbot.waitUntil(lambda: "con dấu" in page.place.text(), timeout=LONG)
    assert page.canvas.box is None


def test_dragging_and_arrows_move_it_and_the_place_is_kept_by_type(
    qtbot: QtBot, services: Services, page: SigningPage, document: int
) -> None:
    before = page._preview.box  # type: ignore[union-attr]
    assert before is not None
    view, rect = page.canvas.viewport(), page.canvas._rect()
    spot = QPoint(
        round(rect.center().x() - page.canvas.horizontalScrollBar().value()),
        round(rect.center().y() - page.canvas.verticalScrollBar().value()),
    )
    page._preview = page._preview
    QTest.mousePress(view, LEFT, pos=spot)
    QTest.mouseMove(view, spot + QPoint(-50, 20))
    QTest.mouseRelease(view, LEFT, pos=spot + QPoint(-50, 20))
    qtbot.waitUntil(lambda: page._preview is not None and page._preview.looked.by_hand, timeout=LONG)
    made = page._preview
    assert made is not None
    assert made.box is not None
    assert made.box[0] < before[0]
    assert made.box[1] > before[1]
    assert "Quyết định" in page.place.text()
    assert services.workspace is not None
    kept = looks.look_for_document(services.workspace, document, looks.Wish("person"))
    assert kept.by_hand
    moved_at = page.canvas.box
    QTest.keyClick(page.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert moved_at is not None
    qtbot.waitUntil(lambda: page.canvas.box is not None and page.canvas.box[1] > moved_at[1], timeout=LONG)
    click(page.auto_place)
    qtbot.waitUntil(lambda: page._preview is not None and not page._preview.looked.by_hand, timeout=LONG)
    assert page._preview is not None
    assert page._preview.box == pytest.approx(before)


def test_hidden_content_is_told_before_signing(qtbot: QtBot, services: Services, jobs: JobsBridge, tmp_path: Path) -> None:
    assert services.workspace is not None
    trap = sign(files.shadow_prepared(tmp_path / "a.pdf"), tmp_path / "b.pdf")  # a signed file is kept as it is, traps and all
    ids = intake.import_files(Job(), services.workspace, services.sandboxes, [trap], ocr=False).documents
    page = SigningPage(services, jobs, ids)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: page.findings.kind == "danger", timeout=LONG)
    assert "Không nên ký" in page.findings.text()
    page.canvas.loader.close()


def test_what_is_signed_already_is_asked_about(
    qtbot: QtBot, services: Services, jobs: JobsBridge, page: SigningPage, document: int
) -> None:
    click(page.certificates.cards[0])
    with qtbot.waitSignal(page.finished_batch, timeout=LONG):
        click(page.sign_button)
        type_pin(qtbot, PIN)
    again = SigningPage(services, jobs, [document])
    qtbot.addWidget(again)
    again.show()
    again.run.look_for_tokens()
    qtbot.waitUntil(lambda: again.run.looking is None and bool(again.certificates.cards), timeout=LONG)
    click(again.certificates.cards[0])
    click(again.sign_button)
    qtbot.waitUntil(lambda: isinstance(front(), ChoiceDialog), timeout=LONG)
    dialog = front()
    dialog._group.button(1).click()
    click(dialog.verb_button)
    qtbot.waitUntil(lambda: not again.run.todo)
    assert "Bỏ qua" in again.list.item(0).text()
    again.canvas.loader.close()


def test_without_a_driver_a_sentence_says_what_to_do(
    qtbot: QtBot, services: Services, jobs: JobsBridge, document: int, tmp_path: Path
) -> None:
    services.settings.set("sign.module", tmp_path / "khong-co.so")
    page = SigningPage(services, jobs, [document])
    qtbot.addWidget(page)
    page.run.look_for_tokens()
    qtbot.waitUntil(lambda: page.token_notice.kind == "danger", timeout=LONG)
    assert page.refresh_button.isEnabled()
    assert not page.sign_button.isEnabled()
    page.canvas.loader.close()


def test_everything_that_takes_the_keys_has_a_name(page: SigningPage) -> None:
    for widget in page.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page):
            named = widget.accessibleName() or (widget.text() if hasattr(widget, "text") else "")
            assert named or widget.focusProxy() is not None, widget


def test_the_time_left_is_told_in_words() -> None:
    job = Job()
    assert time_left(job) == ""
    job.total, job.done, job.started, job.ended = 100, 10, 0.0, 20.0
    assert time_left(job) == "10/100 · còn khoảng 3 phút"
    job.done = 99
    assert time_left(job) == "99/100"
