"""Signing and verifying never make the window wait: no question to the database, and no setting written, on its thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app import settings as settings_module
from app.services import Services
from storage import queries
from tests.signature import files
from tests.signature.conftest import PIN, Hsm
from tests.ui.proof.hands import click, drawn, type_pin
from ui.dialogs.questions import answer_in
from ui.jobs import JobsBridge
from ui.lasting.page import LastingPage
from ui.signing.page import SigningPage
from ui.verifying.page import VerifyPage


@pytest.fixture
def written_here(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Which settings files were written on the window's own thread; they are written all the same."""
    written: list[Path] = []
    write = settings_module.write_atomic

    def hear(path: Path, data: bytes) -> Any:
        if threading.current_thread() is threading.main_thread():
            written.append(path)
        return write(path, data)

    monkeypatch.setattr(settings_module, "write_atomic", hear)
    return written


def test_signed_verified_and_listed_without_a_wait(
    qtbot: QtBot,
    services: Services,
    jobs: JobsBridge,
    document: int,
    hsm: Hsm,
    tmp_path: Path,
    written_here: list[Path],
    asked_here: list[str],
) -> None:
    for key, value in (
        ("sign.module", hsm.module),
        ("sign.appearance", "person"),
        ("sign.person_image", files.picture(tmp_path / "hand.png", (20, 40, 180))),
        ("sign.tsa", "http://127.0.0.1:9/"),
    ):
        services.settings.set(key, value)
    written_here.clear()
    asked_here.clear()
    page = SigningPage(services, jobs, [document])
    qtbot.addWidget(page)
    page.show()
    jobs.answer_with(answer_in(page))
    page.run.look_for_tokens()
    qtbot.waitUntil(lambda: page.run.looking is None and bool(page.certificates.cards))
    qtbot.waitUntil(lambda: page._preview is not None)
    box = drawn(qtbot, page, "copy").box
    page._moved(1, (box[0] - 0.1, box[1], box[2] - 0.1, box[3]))
    qtbot.waitUntil(lambda: page._preview is not None and page._preview.looked.by_hand)
    page.look.level.setCurrentIndex(page.look.level.findData("T"))
    qtbot.waitUntil(lambda: services.settings["sign.level"] == "T")
    page.look.level.setCurrentIndex(page.look.level.findData("B"))
    click(page.certificates.cards[0])
    with qtbot.waitSignal(page.finished_batch):
        click(page.sign_button)
        type_pin(qtbot, PIN)
    page.canvas.loader.close()
    verifying = VerifyPage(services, jobs)
    qtbot.addWidget(verifying)
    with qtbot.waitSignal(verifying.judged):
        verifying.judge(document)
    verifying.viewer.end()
    lasting = LastingPage(services, jobs)
    qtbot.addWidget(lasting)
    with qtbot.waitSignal(lasting.listed):
        lasting.load()
    assert (asked_here, written_here) == ([], [])
    assert services.workspace is not None
    with services.workspace.catalog.read() as session:
        assert queries.document_rows(session, [document])[0].signed
    assert asked_here
