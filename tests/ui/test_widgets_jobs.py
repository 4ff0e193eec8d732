from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.errors import AppError, Cancelled
from app.jobs import Job, Lanes, Question, State
from ui.jobs import Asked, JobsBridge
from ui.widgets.jobs_panel import JobsPanel, describe, details_text, time_left

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[JobsBridge]:
    made = JobsBridge()
    yield made
    made.close()


@pytest.fixture
def lanes(bridge: JobsBridge) -> Iterator[Lanes]:
    made = Lanes(bridge)
    yield made
    bridge.close()
    made.close()


def until_stopped(job: Job) -> None:
    """Works until it is asked to stop."""
    job.progress(1, 4, "một")
    gate = threading.Event()
    while not gate.wait(0.01):
        job.check()


def test_a_question_is_asked_on_the_windows_thread_and_answered_to_the_worker(
    qtbot: QtBot, bridge: JobsBridge, lanes: Lanes
) -> None:
    asked_on: list[threading.Thread] = []

    def handle(asked: Asked) -> None:
        asked_on.append(threading.current_thread())
        asked.answer(bytearray(b"482915"))

    bridge.answer_with(handle)
    _job, future = lanes.start("token", "Ký", lambda job: job.ask(Question("pin", "PIN", "…")))
    qtbot.waitUntil(future.done)
    assert future.result() == bytearray(b"482915")
    assert asked_on == [threading.main_thread()]


def test_declining_cancels_the_work(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    bridge.answer_with(lambda asked: asked.answer(None))
    job, future = lanes.start("token", "Ký", lambda job: job.ask(Question("pin", "PIN", "…")))
    qtbot.waitUntil(lambda: future.done() and job.ended is not None)
    assert isinstance(future.exception(), Cancelled)
    assert job.state is State.STOPPED


def test_stopping_withdraws_the_question(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    open_questions: list[Asked] = []
    gone: list[bool] = []

    def handle(asked: Asked) -> None:
        asked.on_withdrawn = lambda: gone.append(True)
        open_questions.append(asked)

    bridge.answer_with(handle)
    job, future = lanes.start("token", "Ký", lambda job: job.ask(Question("pin", "PIN", "…")))
    qtbot.waitUntil(lambda: bool(open_questions))
    job.stop()
    qtbot.waitUntil(lambda: future.done() and bool(gone))
    assert isinstance(future.exception(), Cancelled)
    open_questions[0].answer("too late")


def test_closing_declines_what_is_open_and_a_broken_dialog_too(qtbot: QtBot, lanes: Lanes, bridge: JobsBridge) -> None:
    waiting: list[Asked] = []
    bridge.answer_with(waiting.append)
    _job, future = lanes.start("token", "Ký", lambda job: job.ask(Question("pin", "PIN", "…")))
    qtbot.waitUntil(lambda: bool(waiting))
    bridge.close()
    qtbot.waitUntil(future.done)
    assert isinstance(future.exception(), Cancelled)


def test_a_dialog_that_fails_declines(qtbot: QtBot, lanes: Lanes, bridge: JobsBridge, caplog: pytest.LogCaptureFixture) -> None:
    def broken(asked: Asked) -> None:
        raise ValueError("no dialog")

    bridge.answer_with(broken)
    _job, future = lanes.start("token", "Ký", lambda job: job.ask(Question("pin", "PIN", "…")))
    qtbot.waitUntil(future.done)
    assert isinstance(future.exception(), Cancelled)
    assert "could not be shown" in caplog.text


def test_asking_on_the_windows_own_thread_is_refused(bridge: JobsBridge) -> None:
    with pytest.raises(RuntimeError, match="own thread"):
        bridge.ask(Job(), Question("pin", "", ""))


def test_results_and_errors_come_on_the_windows_thread(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    got: list[tuple[Any, threading.Thread]] = []

    def keep(value: Any) -> None:
        got.append((value, threading.current_thread()))

    bridge.watch(lanes.start("cpu", "a", lambda _job: 42)[1], keep)
    qtbot.waitUntil(lambda: len(got) == 1)

    def bad(_job: Job) -> None:
        raise AppError("x.y", "Hỏng.")

    bridge.watch(lanes.start("cpu", "b", bad)[1], keep, keep)
    qtbot.waitUntil(lambda: len(got) == 2)
    assert got[0] == (42, threading.main_thread())
    assert isinstance(got[1][0], AppError)

    def cancelled(_job: Job) -> None:
        raise Cancelled

    bridge.watch(lanes.start("cpu", "c", cancelled)[1], keep, keep)
    bridge.watch(lanes.start("cpu", "d", lambda _job: "last")[1], keep)
    qtbot.waitUntil(lambda: got[-1][0] == "last")
    assert len(got) == 3


def test_nobody_is_called_once_the_context_is_gone(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    got: list[Any] = []
    gate = threading.Event()
    context = QObject()
    bridge.watch(lanes.start("catalog", "a", lambda _job: gate.wait(60))[1], got.append, context=context)
    bridge.watch(lanes.start("catalog", "b", lambda _job: "after")[1], got.append)
    context.deleteLater()
    qtbot.wait(0)
    del context
    gate.set()
    qtbot.waitUntil(lambda: "after" in got)
    assert got == ["after"]


def test_ten_thousand_reports_reach_the_window_coalesced(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    seen: list[int] = []
    bridge.job_changed.connect(lambda job: seen.append(job.done))

    def many(job: Job) -> None:
        for number in range(10_000):
            job.progress(number + 1, 10_000)

    with qtbot.waitSignal(bridge.job_finished):
        lanes.start("cpu", "nhiều", many)
    assert seen[-1] == 10_000
    assert len(seen) < 500


def test_the_stop_button_stops_a_real_job(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    panel = JobsPanel(bridge)
    qtbot.addWidget(panel)
    panel.show()
    job, future = lanes.start("cpu", "Nhận dạng", until_stopped)
    qtbot.waitUntil(lambda: (row := panel.row(job)) is not None and row.bar.value() == 1)
    row = panel.row(job)
    assert row is not None
    assert panel.live == 1
    assert row.line.text().startswith("1/4")
    QTest.mouseClick(row.stop_button, LEFT)
    assert not row.stop_button.isEnabled()
    qtbot.waitUntil(lambda: panel.live == 0)
    assert job.state is State.STOPPED
    assert isinstance(future.exception(), Cancelled)
    assert row.line.text() == "Đã dừng sau 1 mục"
    assert not row.stop_button.isVisible()
    QTest.mouseClick(panel.clear_button, LEFT)
    assert panel.row(job) is None


def test_problems_are_listed_with_their_advice_and_can_be_copied(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    panel = JobsPanel(bridge)
    qtbot.addWidget(panel)
    panel.show()

    def verb(job: Job) -> None:
        for number in range(60):
            job.problem(f"tệp {number}.pdf", AppError("pdf.encrypted", "Tệp có mật khẩu.", "Hãy mở khóa tệp.", detail="secret"))
        job.progress(3, 3)

    with qtbot.waitSignal(bridge.job_finished):
        job, _future = lanes.start("cpu", "Nhập", verb)
    row = panel.row(job)
    assert row is not None
    assert "tệp 5.pdf và 54 tệp nữa: Tệp có mật khẩu. Hãy mở khóa tệp." in row.problems.text()
    assert row.line.text() == "Đã xong: 3 mục · 60 mục chưa làm được"
    QTest.mouseClick(row.copy_button, LEFT)
    copied = QGuiApplication.clipboard().text()
    assert "tệp 59.pdf [pdf.encrypted]" in copied
    assert "secret" not in copied


def test_a_failure_says_its_sentence_and_a_bug_nothing_technical(
    qtbot: QtBot, bridge: JobsBridge, lanes: Lanes, caplog: pytest.LogCaptureFixture
) -> None:
    panel = JobsPanel(bridge)
    qtbot.addWidget(panel)

    def fail(_job: Job) -> None:
        raise AppError("token.removed", "USB ký số đã bị rút ra.", "Hãy cắm lại.")

    def bug(_job: Job) -> None:
        raise KeyError("tên riêng")

    for verb, words in ((fail, "USB ký số đã bị rút ra."), (bug, "Chương trình gặp lỗi ở việc này.")):
        with qtbot.waitSignal(bridge.job_finished):
            job, _future = lanes.start("cpu", "x", verb)
        row = panel.row(job)
        assert row is not None
        assert row.line.text() == words
        assert "tên riêng" not in details_text(job)


class Held:
    """The bridge behind a gate: what the job's thread tells of its end is on its way, and the window goes on meanwhile."""

    def __init__(self, bridge: JobsBridge) -> None:
        self._bridge = bridge
        self.at_the_end, self.gate = threading.Event(), threading.Event()

    def changed(self, job: Job) -> None:
        if job.ended is not None:
            self.at_the_end.set()
            assert self.gate.wait(60)
        self._bridge.changed(job)

    def ask(self, job: Job, question: Question) -> Any:
        return self._bridge.ask(job, question)


def test_an_end_is_told_once_and_the_result_in_the_same_turn(qtbot: QtBot, bridge: JobsBridge) -> None:
    """A window that looks between the last report and the end must not take the one for the other."""
    held = Held(bridge)
    lanes = Lanes(held)
    heard: list[str] = []
    bridge.job_started.connect(lambda _job: heard.append("started"))
    bridge.job_finished.connect(lambda _job: heard.append("finished"))
    seen: list[int] = []
    bridge.job_changed.connect(lambda job: seen.append(job.done))
    turns: list[list[str]] = []
    bridge.job_finished.connect(lambda _job: QTimer.singleShot(0, lambda: turns.append(list(heard))))
    watched = threading.Event()

    def verb(job: Job) -> None:
        assert watched.wait(60)
        job.progress(1, 1)

    try:
        _job, future = lanes.start("cpu", "a", verb)
        bridge.watch(future, lambda _none: heard.append("result"))
        watched.set()
        assert held.at_the_end.wait(60)
        qtbot.waitUntil(lambda: bool(seen))
        assert heard == ["started"], "it has not told its end yet"
        held.gate.set()
        qtbot.waitUntil(lambda: bool(turns))
    finally:
        held.gate.set()
        lanes.close()
    assert turns == [["started", "finished", "result"]]
    qtbot.wait(0)
    assert heard == ["started", "finished", "result"]


def test_small_errands_leave_no_row_behind(qtbot: QtBot, bridge: JobsBridge, lanes: Lanes) -> None:
    panel = JobsPanel(bridge)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(bridge.job_finished):
        job, _future = lanes.start("scanner", "Tìm máy quét", lambda _job: [])
    assert panel.row(job) is None
    assert panel.live == 0


def test_time_left_and_rate_in_plain_words() -> None:
    job = Job("x")
    job.started -= 60
    job.done, job.total = 10, 100
    assert time_left(job) == "còn khoảng 9 phút"
    assert describe(job).startswith("10/100 · 10 mục/phút")
    job.done = 99
    assert time_left(job) == "còn chưa đến một phút"
    job.done, job.total = 1, 400
    assert time_left(job) == "còn khoảng 7 giờ"
    job.total = None
    assert time_left(job) == ""
