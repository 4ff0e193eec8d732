"""The signing page with the real desk behind it: a real archive, a real token, the bytes that are signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.desk import intake, looks
from app.jobs import Job
from app.services import Services
from storage import queries
from tests.made_files import sign
from tests.signature import files
from tests.signature.conftest import PIN
from tests.ui.proof.hands import LEFT, click, drawn, front, nameless, type_pin
from ui.dialogs.questions import ChoiceDialog
from ui.jobs import JobsBridge
from ui.signing.page import SigningPage
from ui.widgets.job_progress import time_left


def test_wrong_pin_then_signed_exactly_what_was_shown(
    qtbot: QtBot, services: Services, signing: SigningPage, document: int
) -> None:
    cards = signing.certificates.cards
    assert [card.radio.isEnabled() for card in cards] == [True, True, False]
    assert "hết hạn" in cards[2].radio.accessibleName()
    assert not signing.sign_button.isEnabled()
    click(cards[2])
    assert signing.certificates.choice is None
    click(cards[0])
    assert signing.sign_button.text() == "Ký 1 văn bản"
    shown = signing.digests[document]
    click(signing.sign_button)
    type_pin(qtbot, b"000000")
    qtbot.waitUntil(lambda: signing.notice.kind == "danger")
    qtbot.waitUntil(lambda: signing.run.looking is None and signing.sign_button.isEnabled())
    assert signing.notice.kind == "danger"
    with qtbot.waitSignal(signing.finished_batch) as finished:
        click(signing.sign_button)
        type_pin(qtbot, PIN)
    assert finished.args is not None
    assert finished.args[0].signed == [document]
    assert signing.notice.kind == "success"
    assert signing.list.words(0).endswith("\nĐã ký và đã kiểm tra")
    assert not signing.sign_button.isVisible()
    assert services.workspace is not None
    with services.workspace.catalog.read() as session:
        signed = queries.best_rendition(session, document, "signed")
        source = queries.best_rendition(session, document, "access", "original")
        assert queries.document_rows(session, [document])[0].signed
    assert signed is not None
    assert source is not None
    assert source.sha256 == shown
    assert services.workspace.objects.read(signed.sha256).startswith(services.workspace.objects.read(shown))
    qtbot.waitUntil(lambda: "đã nằm trong tệp" in signing.place.text())
    assert signing.canvas.box is None  # it is on the page itself now


def test_each_look_is_drawn_where_it_belongs(qtbot: QtBot, signing: SigningPage) -> None:
    person = drawn(qtbot, signing, "person")
    assert person.page == 2
    assert (person.box[0] + person.box[2]) / 2 == pytest.approx(420 / 595, abs=0.01)
    number = drawn(qtbot, signing, "number")
    assert (number.page, [run[0] for run in number.runs]) == (1, ["05"])
    date = drawn(qtbot, signing, "date")
    assert [run[0] for run in date.runs] == ["07", "02"]
    assert date.italic
    copy = drawn(qtbot, signing, "copy")
    assert copy.runs[0][0] == "SAO Y"
    assert copy.box[2] > 0.9
    assert drawn(qtbot, signing, "none").box is None
    assert signing.place.text() == "Chữ ký sẽ không hiển thị trên trang."


def test_without_its_picture_the_seal_says_what_to_do(qtbot: QtBot, signing: SigningPage) -> None:
    signing.look.kind.setCurrentIndex(signing.look.kind.findData("organisation"))
    qtbot.waitUntil(lambda: "con dấu" in signing.place.text())
    assert signing.canvas.box is None


def test_dragging_and_arrows_move_it_and_the_place_is_kept_by_type(
    qtbot: QtBot, services: Services, signing: SigningPage, document: int
) -> None:
    before = signing._preview.box  # type: ignore[union-attr]
    assert before is not None
    view, rect = signing.canvas.viewport(), signing.canvas._rect()
    spot = QPoint(
        round(rect.center().x() - signing.canvas.horizontalScrollBar().value()),
        round(rect.center().y() - signing.canvas.verticalScrollBar().value()),
    )
    signing._preview = signing._preview
    QTest.mousePress(view, LEFT, pos=spot)
    QTest.mouseMove(view, spot + QPoint(-50, 20))
    QTest.mouseRelease(view, LEFT, pos=spot + QPoint(-50, 20))
    qtbot.waitUntil(lambda: signing._preview is not None and signing._preview.looked.by_hand)
    made = signing._preview
    assert made is not None
    assert made.box is not None
    assert made.box[0] < before[0]
    assert made.box[1] > before[1]
    assert "Quyết định" in signing.place.text()
    assert services.workspace is not None
    kept = looks.look_for_document(services.workspace, document, looks.Wish("person"))
    assert kept.by_hand
    moved_at = signing.canvas.box
    QTest.keyClick(signing.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert moved_at is not None
    qtbot.waitUntil(lambda: signing.canvas.box is not None and signing.canvas.box[1] > moved_at[1])
    click(signing.auto_place)
    qtbot.waitUntil(lambda: signing._preview is not None and not signing._preview.looked.by_hand)
    assert signing._preview is not None
    assert signing._preview.box == pytest.approx(before)


def test_hidden_content_is_told_before_signing(qtbot: QtBot, services: Services, jobs: JobsBridge, tmp_path: Path) -> None:
    assert services.workspace is not None
    trap = sign(files.shadow_prepared(tmp_path / "a.pdf"), tmp_path / "b.pdf")  # a signed file is kept as it is, traps and all
    ids = intake.import_files(Job(), services.workspace, services.sandboxes, [trap], ocr=False).documents
    signing = SigningPage(services, jobs, ids)
    qtbot.addWidget(signing)
    qtbot.waitUntil(lambda: signing.findings.kind == "danger")
    assert "Không nên ký" in signing.findings.text()
    signing.canvas.loader.close()


def test_what_is_signed_already_is_asked_about(
    qtbot: QtBot, services: Services, jobs: JobsBridge, signing: SigningPage, document: int
) -> None:
    click(signing.certificates.cards[0])
    with qtbot.waitSignal(signing.finished_batch):
        click(signing.sign_button)
        type_pin(qtbot, PIN)
    again = SigningPage(services, jobs, [document])
    qtbot.addWidget(again)
    again.show()
    again.run.look_for_tokens()
    qtbot.waitUntil(lambda: again.run.looking is None and bool(again.certificates.cards))
    click(again.certificates.cards[0])
    qtbot.waitUntil(again.sign_button.isEnabled)
    click(again.sign_button)
    qtbot.waitUntil(lambda: isinstance(front(), ChoiceDialog))
    dialog = front()
    dialog._group.button(1).click()
    click(dialog.verb_button)
    qtbot.waitUntil(lambda: not again.run.todo)
    assert "Bỏ qua" in again.list.words(0)
    again.canvas.loader.close()


def test_without_a_driver_a_sentence_says_what_to_do(
    qtbot: QtBot, services: Services, jobs: JobsBridge, document: int, tmp_path: Path
) -> None:
    services.settings.set("sign.module", tmp_path / "khong-co.so")
    signing = SigningPage(services, jobs, [document])
    qtbot.addWidget(signing)
    signing.run.look_for_tokens()
    qtbot.waitUntil(lambda: signing.token_notice.kind == "danger")
    assert signing.refresh_button.isEnabled()
    assert not signing.sign_button.isEnabled()
    signing.canvas.loader.close()


def test_everything_that_takes_the_keys_has_a_name(signing: SigningPage) -> None:
    assert nameless(signing) == []


def test_the_time_left_is_told_in_words() -> None:
    job = Job()
    assert time_left(job) == ""
    job.total, job.done, job.started, job.ended = 100, 10, 0.0, 20.0
    assert time_left(job) == "10/100 · còn khoảng 3 phút"
    job.done = 99
    assert time_left(job) == "99/100"
