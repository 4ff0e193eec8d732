"""Proofs by day at the window: a real archive, a real time-stamp service; and the run that the office's setting asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app import clock
from app.desk import day_evidence
from app.services import Services
from storage.records import Rendition
from tests.desk import packed
from tests.signature.pki import Pki
from tests.signature.stamps import service
from tests.ui.proof.hands import click
from ui.dialogs.day_proofs import DayProofsDialog, open_day_proofs
from ui.jobs import JobsBridge
from ui.messages import Kind, Messages
from ui.nightly import Nightly


@pytest.fixture
def tsa(services: Services, pki: Pki) -> Iterator[None]:
    with service(pki) as url:
        services.settings.set("sign.tsa", url)
        services.settings.set("sign.trust", pki.chain)
        yield


@pytest.fixture
def yesterday(services: Services) -> list[str]:
    """Files that came yesterday: their digests."""
    assert services.workspace is not None
    packed.dossier(services.workspace, 3)
    moment = datetime.combine(clock.today() - timedelta(days=1), datetime.min.time(), clock.VIETNAM)
    with services.workspace.catalog.write("document.import") as transaction:
        rows = list(transaction.session.query(Rendition))
        for row in rows:
            row.created_at = clock.stamp(moment)
        return [row.sha256 for row in rows]


@pytest.fixture
def dialog(qtbot: QtBot, services: Services, jobs: JobsBridge, yesterday: list[str]) -> Iterator[DayProofsDialog]:
    made = open_day_proofs(None, services, jobs)
    qtbot.waitUntil(lambda: not made.working)
    yield made
    if shiboken6.isValid(made):
        made.reject()


def words(dialog: DayProofsDialog) -> list[str]:
    return [f"{row.line.title} {row.line.detail}" for row in dialog.days.rows()]


def test_without_a_service_it_says_whom_to_ask(qtbot: QtBot, dialog: DayProofsDialog) -> None:
    assert not dialog.verb_button.isEnabled()
    assert "dịch vụ dấu thời gian" in dialog.notice.text()
    assert "3 tệp chưa có bằng chứng" in words(dialog)[0]
    with qtbot.waitSignal(dialog.settings_wanted):
        click(dialog.settings_button)


@pytest.mark.usefixtures("tsa")
def test_made_checked_and_a_changed_file_leads_to_its_document(
    qtbot: QtBot, services: Services, dialog: DayProofsDialog, yesterday: list[str]
) -> None:
    dialog.judge()
    click(dialog.verb_button)
    qtbot.waitUntil(lambda: dialog.notice.kind == "success" and not dialog.working)
    assert "1 ngày" in dialog.notice.text()
    assert "Chứng minh được đến" in words(dialog)[0]
    assert not dialog.verb_button.isEnabled(), "nothing is missing any more"
    click(dialog.check_button)
    qtbot.waitUntil(lambda: "3 tệp vẫn nguyên" in dialog.notice.text())
    assert services.workspace is not None
    other, _size = services.workspace.objects.put_bytes(b"%PDF-1.7 another decision")
    services.workspace.objects.path(other).replace(services.workspace.objects.path(yesterday[0]))
    click(dialog.check_button)
    qtbot.waitUntil(lambda: dialog.notice.kind == "danger")
    (owner,) = [row for row in dialog.days.rows() if row.line.key is not None]
    with qtbot.waitSignal(dialog.wanted) as told:
        owner.chosen.emit(owner.line.key)
    assert told.args == [owner.line.key, ""]


@pytest.mark.usefixtures("tsa", "yesterday")
def test_the_office_s_setting_makes_them_by_themselves(qtbot: QtBot, services: Services, jobs: JobsBridge) -> None:
    assert services.workspace is not None
    messages, parent = Messages(), QObject()
    nightly = Nightly(services, services.workspace, jobs, messages, parent)
    nightly.look()
    assert nightly._job is None, "nobody asked for it"
    services.settings.set("sign.day_evidence", True)
    nightly.look()
    workspace = services.workspace
    qtbot.waitUntil(lambda: [one.left for one in day_evidence.day_states(workspace)] == [0])


@pytest.mark.usefixtures("yesterday")
def test_a_service_that_does_not_answer_is_told_with_the_next_step(qtbot: QtBot, services: Services, jobs: JobsBridge) -> None:
    assert services.workspace is not None
    services.settings.set("sign.day_evidence", True)
    services.settings.set("sign.tsa", "http://127.0.0.1:9/")
    told = []
    messages, parent = Messages(), QObject()
    messages.say = told.append  # type: ignore[method-assign]
    Nightly(services, services.workspace, jobs, messages, parent).look()
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].kind is Kind.WARNING
    assert "chưa có bằng chứng" in told[0].text
    assert "Một giờ nữa" in told[0].advice
