"""The life of a batch at the desk, and the patience of its sender."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import AppError, Cancelled
from app.sync import faults, outbox
from app.sync.line import retry_after
from app.sync.outbox import BatchState, Outgoing
from app.sync.patience import LONGEST_REST, Patience, rest_after
from app.sync.protocol import PART_SIZE, SMALL_PART_SIZE
from app.sync.sending import Pace
from tests.sync.offices import QuickClock
from tests.sync.test_messages import FORGED, _receipt

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SEALED = outbox.seal(Outgoing(FORGED.batch_id), FORGED)
RECEIPT = replace(_receipt(FORGED), jws="a.b.c")


def test_the_way_of_a_batch() -> None:
    batch = SEALED
    for state in (
        BatchState.OFFERED,
        BatchState.SENDING,
        BatchState.SENT,
        BatchState.SENDING,
        BatchState.SENT,
        BatchState.COMMITTED,
    ):
        batch = outbox.reached(batch, state)
        assert batch.state is state
        assert not outbox.may_free(batch, 5)
    batch = outbox.receipted(batch, RECEIPT)
    assert (batch.state, batch.receipt) == (BatchState.RECEIPTED, "a.b.c")
    assert [outbox.may_free(batch, copies) for copies in (0, 1)] == [False, True]
    assert outbox.receipted(batch, RECEIPT) == batch
    assert outbox.reached(batch, BatchState.SENDING) == batch
    assert outbox.due([batch], NOW) == []


def test_only_a_receipt_makes_a_batch_receipted() -> None:
    with pytest.raises(ValueError, match="receipted"):
        outbox.reached(SEALED, BatchState.RECEIPTED)
    with pytest.raises(ValueError, match="another batch"):
        outbox.receipted(SEALED, replace(RECEIPT, manifest_sha256="0" * 64))
    with pytest.raises(ValueError, match="another batch"):
        outbox.receipted(SEALED, replace(RECEIPT, jws=""))
    with pytest.raises(ValueError, match="sealed"):
        outbox.seal(SEALED, FORGED)
    with pytest.raises(ValueError, match="draft"):
        outbox.reached(Outgoing(FORGED.batch_id), BatchState.OFFERED)


def test_failures_are_tried_again_later_and_later() -> None:
    batch, pauses = SEALED, []
    for _ in range(12):
        batch = outbox.failed(batch, faults.offline(""), NOW)
        assert batch.next_try
        pauses.append(batch.next_try - NOW)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=22.5), timedelta(minutes=45))
    assert batch.state is BatchState.SEALED
    assert outbox.due([batch], NOW) == []
    assert outbox.due([batch], NOW + timedelta(minutes=46)) == [batch]
    assert outbox.reached(batch, BatchState.OFFERED).attempts == 0
    assert outbox.due([outbox.retried(batch)], NOW)


def test_the_servers_wish_is_the_least_pause() -> None:
    batch = outbox.failed(SEALED, faults.busy("", 7200.0), NOW)
    assert batch.next_try == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    "error", [faults.not_enrolled(), faults.tls(""), faults.local_blob(""), faults.version(""), faults.refused("")]
)
def test_what_needs_a_person_waits_for_one(error: AppError) -> None:
    batch = outbox.failed(SEALED, error, NOW)
    assert (batch.stuck, batch.problem) == (True, error.code)
    assert outbox.due([batch], NOW + timedelta(days=99)) == []
    assert outbox.due([outbox.retried(batch)], NOW) == [outbox.retried(batch)]


def test_oldest_first() -> None:
    rows = [replace(SEALED, batch_id=f"{n}") for n in (3, 1, 2)]
    assert [b.batch_id for b in outbox.due(rows, NOW)] == ["1", "2", "3"]
    assert outbox.due([Outgoing("1")], NOW) == []


# --- patience ---


def _patience(seconds: float, clock: QuickClock) -> Patience:
    return Patience(seconds, lambda: None, clock, lambda _low, high: high)


def test_rests_double_and_end_with_the_last_failure() -> None:
    clock = QuickClock()

    def attempt() -> None:
        raise faults.offline("no")

    with pytest.raises(AppError) as error:
        _patience(20.0, clock).insist(attempt)
    assert error.value.code == "sync.offline"
    assert round(clock.now) == 1 + 2 + 4 + 8


def test_every_success_begins_the_waiting_anew() -> None:
    clock = QuickClock()
    patience, turns = _patience(6.0, clock), itertools.count()

    def attempt() -> int:
        turn = next(turns)
        if turn % 3:
            raise faults.slow("")
        return turn

    assert [patience.insist(attempt) for _ in range(10)] == [0, 3, 6, 9, 12, 15, 18, 21, 24, 27]
    assert clock.now == pytest.approx(27.0)


def test_what_does_not_pass_is_not_tried_again() -> None:
    tries = []

    def attempt() -> None:
        tries.append(1)
        raise faults.not_enrolled()

    with pytest.raises(AppError):
        _patience(1000.0, QuickClock()).insist(attempt)
    assert len(tries) == 1


def test_a_rest_can_be_stopped() -> None:
    clock = QuickClock()

    def check() -> None:
        if clock.now > 1.0:
            raise Cancelled

    def attempt() -> None:
        raise faults.busy("", 500.0)

    with pytest.raises(Cancelled):
        Patience(1000.0, check, clock).insist(attempt)
    assert clock.now < 2.0


def test_full_jitter_is_bounded() -> None:
    for tries in (1, 5, 50, 5000):
        limit = min(LONGEST_REST, 2.0 ** (tries - 1)) if tries < 60 else LONGEST_REST
        assert all(0.0 <= rest_after(tries) <= limit for _ in range(20))


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("5", 5.0),
        ("99999999999", 86400.0),
        ("Sun, 22 Nov 2026 09:00:07 GMT", 7.0),
        ("Sun, 22 Nov 2020 09:00:07 GMT", 0.0),
    ],
)
def test_retry_after_as_number_and_date(field: str, seconds: float | None) -> None:
    assert retry_after(field, NOW.timestamp()) == seconds


def test_parts_shrink_on_a_break_and_grow_again() -> None:
    pace = Pace()
    assert pace.part == PART_SIZE
    pace.broke()
    assert pace.part == SMALL_PART_SIZE
    for _ in range(8 * 3):
        pace.good()
    assert pace.part == PART_SIZE
    assert Pace(500_000).part == 500_000
