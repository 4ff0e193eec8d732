"""Jobs: what they report, how they stop, how lanes keep scarce things serial."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from app.errors import AppError, Cancelled
from app.jobs import Job, Lanes, Question, State


class Heard:
    """A listener that notes what it hears and answers what it was given."""

    def __init__(self, answer: Any = None) -> None:
        self.states: list[State] = []
        self.answer = answer
        self.asked: list[Question] = []

    def changed(self, job: Job) -> None:
        self.states.append(job.state)

    def ask(self, job: Job, question: Question) -> Any:
        self.asked.append(question)
        return self.answer


def test_a_job_goes_through_its_states_and_its_future_has_the_result() -> None:
    heard = Heard()
    lanes = Lanes(heard)
    job, future = lanes.start("cpu", "việc", lambda job: job.progress(1, 2, "a") or 42)
    assert future.result(60) == 42
    lanes.close()
    assert (job.state, job.done, job.total, job.note) == (State.DONE, 1, 2, "a")
    assert heard.states[-1] is State.DONE
    assert lanes.live == []


def test_an_expected_failure_and_a_bug_both_end_the_job_as_failed() -> None:
    lanes = Lanes()

    def expected(_job: Job) -> None:
        raise AppError("a.b", "không được")

    def bug(_job: Job) -> None:
        raise KeyError("x")

    for verb, kind in ((expected, AppError), (bug, KeyError)):
        job, future = lanes.start("cpu", "việc", verb)
        with pytest.raises(kind):
            future.result(60)
        assert job.state is State.FAILED
        assert isinstance(job.error, kind)
    lanes.close()


def test_stopping_reaches_a_running_job_at_its_next_check_and_a_waiting_one_before_it_begins() -> None:
    lanes = Lanes(widths={"catalog": 1})
    going, begun = threading.Event(), []

    def long(job: Job) -> None:
        going.set()
        while True:
            job.check()

    first, one = lanes.start("catalog", "dài", long)
    second, two = lanes.start("catalog", "sau", begun.append)
    assert going.wait(60)
    second.stop()
    first.stop()
    for future in (one, two):
        with pytest.raises(Cancelled):
            future.result(60)
    assert (first.state, second.state, begun) == (State.STOPPED, State.STOPPED, [])
    lanes.close()


def test_a_narrow_lane_runs_one_at_a_time_in_order() -> None:
    lanes = Lanes(widths={"token": 1})
    inside, most, order = [], [], []

    def verb(number: int) -> None:
        inside.append(number)
        most.append(len(inside))
        order.append(number)
        inside.remove(number)

    futures = [lanes.start("token", "", lambda _job, n=n: verb(n))[1] for n in range(20)]
    for future in futures:
        future.result(60)
    lanes.close()
    assert max(most) == 1
    assert order == list(range(20))


def test_declining_a_question_is_cancelling() -> None:
    assert Job("", Heard("1234")).ask(Question("pin", "PIN", "?")) == "1234"
    with pytest.raises(Cancelled):
        Job("", Heard(None)).ask(Question("pin", "PIN", "?"))
    with pytest.raises(Cancelled):
        Job().ask(Question("pin", "PIN", "?"))


def test_closing_lanes_stops_what_runs() -> None:
    lanes = Lanes()
    going = threading.Event()

    def long(job: Job) -> None:
        going.set()
        while True:
            job.check()

    job, _future = lanes.start("network", "dài", long)
    assert going.wait(60)
    lanes.close()
    assert job.state is State.STOPPED


def test_problems_are_kept_with_their_words() -> None:
    job = Job()
    problem = job.problem("a.pdf", AppError("pdf.encrypted", "Bị khóa.", "Mở khóa.", detail="bí mật"))
    assert job.problems == [problem]
    assert str(problem) == "a.pdf: Bị khóa. Mở khóa."
    assert "bí mật" not in repr(problem)
