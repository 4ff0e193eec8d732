"""What a token may do to a clerk, seen at the window: each time a right sentence, nothing lost, and a way to go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desk import intake, signers
from app.jobs import Job
from app.services import Services
from app.signature import token_watch, tokens
from storage import queries
from tests.signature.conftest import PIN, Hsm
from tests.signature.outgoing import decision
from tests.signature.pki import Pki
from tests.signature.test_bad_tokens import Fake
from tests.ui.proof.hands import click, front, type_pin
from ui.dialogs.pin import PinDialog
from ui.dialogs.questions import answer_in
from ui.jobs import JobsBridge
from ui.signing.page import SigningPage

COUNT = 4
PATIENCE = 5.0  # seconds with a driver that hangs


@pytest.fixture
def fake(services: Services, tmp_path: Path, pki: Pki, hsm: Hsm, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """The token behind the settings' driver is the fake one, for listing, watching and signing."""
    made = Fake(tmp_path, pki, hsm.module)
    monkeypatch.setattr(tokens, "command_for", lambda _path: made.worker)
    watch = signers.TokenWatch
    monkeypatch.setattr(
        signers,
        "TokenWatch",
        lambda modules, changed, **more: watch(modules, changed, every=0.1, after_failure=0.1, worker=made.worker, **more),
    )
    services.settings.set("sign.module", hsm.module)
    services.settings.set("sign.appearance", "none")
    return made


@pytest.fixture
def papers(services: Services, tmp_path: Path) -> list[int]:
    assert services.workspace is not None
    made = [decision(tmp_path / f"{number}.pdf", number=f"Số: {number}/QĐ-UBND") for number in range(COUNT)]
    result = intake.import_files(Job(), services.workspace, services.sandboxes, made, ocr=False)
    assert not result.problems
    return result.documents


@pytest.fixture
def open_page(
    qtbot: QtBot, services: Services, jobs: JobsBridge, fake: Fake, papers: list[int]
) -> Iterator[Callable[[], SigningPage]]:
    pages: list[SigningPage] = []

    def make() -> SigningPage:
        page = SigningPage(services, jobs, papers)
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1200, 760)
        page.show()
        jobs.answer_with(answer_in(page))
        page.run.look_for_tokens()
        qtbot.waitUntil(lambda: page.run.looking is None and len(page.list.rows) == COUNT)
        return page

    yield make
    for page in pages:
        page.leave()


def rested(qtbot: QtBot, page: SigningPage) -> None:
    qtbot.waitUntil(lambda: page.run.job is None and page.run.looking is None)


def signed(services: Services, ids: list[int]) -> int:
    assert services.workspace is not None
    with services.workspace.catalog.read() as session:
        return sum(row.signed for row in queries.document_rows(session, ids))


def test_last_try_wants_certainty_and_a_locked_token_says_who_helps(
    qtbot: QtBot, services: Services, fake: Fake, papers: list[int], open_page: Callable[[], SigningPage]
) -> None:
    fake.put(tries=1)
    page = open_page()
    click(page.sign_button)
    qtbot.waitUntil(lambda: isinstance(front(), PinDialog))
    dialog = front()
    assert "lần thử cuối" in dialog.notice.text().lower() or "lần cuối" in dialog.notice.text().lower()
    dialog.pin.setText("000000")
    assert not dialog.verb_button.isEnabled()
    dialog.sure.setChecked(True)
    click(dialog.verb_button)
    rested(qtbot, page)
    qtbot.waitUntil(lambda: page.notice.kind == "danger")
    assert "đã bị khóa" in page.notice.text()
    qtbot.waitUntil(lambda: not page.certificates.cards[0].radio.isEnabled())
    assert "khóa" in page.certificates.cards[0].radio.accessibleName()
    assert not page.sign_button.isEnabled()
    assert "mở khóa" in page.token_notice.text(), "who can help"
    assert fake.facts()["attempts"] == 1
    assert signed(services, papers) == 0


def test_pulled_and_put_back_before_signing_is_noticed_by_itself(
    qtbot: QtBot, fake: Fake, open_page: Callable[[], SigningPage]
) -> None:
    page = open_page()
    click(page.certificates.cards[0])
    fake.put(present=False)
    qtbot.waitUntil(lambda: not page.certificates.cards and page.token_notice.kind == "warning")
    assert not page.sign_button.isEnabled()
    fake.put(present=True)
    qtbot.waitUntil(lambda: page.certificates.choice is not None)
    assert page.sign_button.isEnabled()


def test_put_back_before_the_watch_saw_it_gone_is_found_all_the_same(
    qtbot: QtBot, fake: Fake, open_page: Callable[[], SigningPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page()
    with monkeypatch.context() as patch:
        patch.setattr(signers, "list_tokens", lambda *_args, **_more: [])  # looked at in the moment it was out
        page.run.look_for_tokens()
        qtbot.waitUntil(lambda: not page.certificates.cards)
    qtbot.waitUntil(lambda: bool(page.certificates.cards))


def test_a_watch_that_looks_late_still_finds_what_the_list_missed(
    qtbot: QtBot, fake: Fake, open_page: Callable[[], SigningPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = threading.Event()
    check = token_watch.check_module

    def late(path: Path, approved: Collection[str]) -> Path:
        assert ready.wait(60)
        return check(path, approved)

    monkeypatch.setattr(token_watch, "check_module", late)
    fake.put(present=False)
    page = open_page()
    assert not page.certificates.cards
    fake.put(present=True)
    ready.set()
    qtbot.waitUntil(lambda: page.certificates.choice is not None)


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("removed-open", "Không tìm thấy"),
        ("crash-open", "dừng đột ngột"),
        ("removed-keys", "rút ra"),
        ("crash", "dừng đột ngột"),
    ],
)
def test_a_token_that_fails_at_any_step_says_so_and_the_rest_can_be_signed_afterwards(
    qtbot: QtBot,
    services: Services,
    fake: Fake,
    papers: list[int],
    open_page: Callable[[], SigningPage],
    mode: str,
    words: str,
) -> None:
    page = open_page()
    click(page.certificates.cards[0])
    fake.put(mode=mode)
    click(page.sign_button)
    type_pin(qtbot, PIN)
    qtbot.waitUntil(lambda: page.notice.kind == "danger")
    rested(qtbot, page)
    assert words in page.notice.text()
    assert signed(services, papers) == 0
    fake.put(mode="")
    qtbot.waitUntil(page.sign_button.isEnabled)
    assert page.sign_button.text() == f"Ký {COUNT} văn bản"
    with qtbot.waitSignal(page.finished_batch):
        click(page.sign_button)
        type_pin(qtbot, PIN)
    assert page.notice.kind == "success"
    assert signed(services, papers) == COUNT


def test_pulled_in_the_middle_tells_how_many_and_goes_on_with_the_rest(
    qtbot: QtBot, services: Services, fake: Fake, papers: list[int], open_page: Callable[[], SigningPage]
) -> None:
    page = open_page()
    click(page.certificates.cards[0])
    fake.put(last=2)
    click(page.sign_button)
    type_pin(qtbot, PIN)
    qtbot.waitUntil(lambda: page.notice.kind == "danger")
    rested(qtbot, page)
    done = signed(services, papers)
    assert done == 2
    assert f"Đã ký {done} văn bản, còn {COUNT - done} văn bản chưa ký." in page.notice.text()
    assert "cắm lại USB ký số" in page.notice.text()
    marks = [page.list.words(row).split("\n")[-1] for row in range(COUNT)]
    assert marks.count("Đã ký và đã kiểm tra") == done
    assert not page.sign_button.isEnabled()
    fake.put(present=True, last=None)
    qtbot.waitUntil(page.sign_button.isEnabled)
    assert page.sign_button.text() == f"Ký {COUNT - done} văn bản"
    assert f"Đã ký {done} văn bản" in page.notice.text(), "what became of the batch stays to be read"
    with qtbot.waitSignal(page.finished_batch) as finished:
        click(page.sign_button)
        type_pin(qtbot, PIN)
    assert finished.args is not None
    assert len(finished.args[0].signed) == COUNT - done
    assert signed(services, papers) == COUNT


def test_a_driver_that_hangs_while_it_is_asked_is_given_up_with_a_sentence(
    qtbot: QtBot, fake: Fake, open_page: Callable[[], SigningPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.put(mode="hang-list")
    with monkeypatch.context() as patch:  # who answers afterwards has all the time it needs
        patch.setattr(signers, "list_tokens", partial(signers.list_tokens, timeout=PATIENCE))
        page = open_page()
    assert page.token_notice.kind == "danger"
    assert "không trả lời" in page.token_notice.text()
    fake.put(mode="")
    click(page.refresh_button)
    qtbot.waitUntil(lambda: bool(page.certificates.cards))
