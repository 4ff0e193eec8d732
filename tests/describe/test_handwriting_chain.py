"""The dossier as a sequence: order by evidence, the law of the gaps, what happens where pen and neighbours differ."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.describe.handwriting.chain import DAYS, NUMBERS, Candidates, Order, judge, sorted_order
from app.describe.handwriting.dossier import judged
from app.describe.handwriting.evidence import Evidence
from app.describe.handwriting.fuse import fused_number
from storage.records.reading import FieldReading

Numbers = Sequence[int]


def read_badly(truth: Numbers, seed: int, *, right: float = 0.75) -> list[Candidates]:
    """What a mediocre reader offers: often the truth first, else a look-alike first and the truth behind it."""
    rng = random.Random(seed)
    found: list[Candidates] = []
    for number in truth:
        digits = list(str(number))
        place = rng.randrange(len(digits))
        digits[place] = str((int(digits[place]) + rng.randrange(1, 10)) % 10)
        other = int("".join(digits))
        sure = rng.uniform(0.55, 0.95)
        first, second = (number, other) if rng.random() < right else (other, number)
        found.append(((first, sure), (second, 1 - sure)) if other else ((number, 1.0),))
    return found


def in_order(count: int) -> list[Order]:
    every = tuple(range(count))
    return [Order("given", (every,)), Order("reversed", (every[::-1],), 2.0)]


def share_right(truth: Numbers, values: Sequence[Candidates]) -> float:
    return sum(bool(v) and v[0][0] == t for v, t in zip(values, truth, strict=True)) / len(truth)


def test_a_register_in_order_mends_what_was_read_badly() -> None:
    truth = list(range(120, 180))
    readings = read_badly(truth, 1)
    outcome = judge(readings, NUMBERS, in_order(60))
    assert outcome.order == "given"
    assert share_right(truth, readings) < 0.9
    assert share_right(truth, outcome.values) >= 0.98


def test_a_pile_that_lies_newest_first_is_noticed() -> None:
    truth = list(range(400, 350, -1))
    outcome = judge(read_badly(truth, 2), NUMBERS, in_order(50))
    assert outcome.order == "reversed"
    assert share_right(truth, outcome.values) >= 0.96


def test_documents_in_no_order_keep_their_own_readings() -> None:
    rng = random.Random(3)
    truth = [rng.randrange(1, 9999) for _ in range(40)]
    readings = read_badly(truth, 3)
    outcome = judge(readings, NUMBERS, [*in_order(40), sorted_order(readings)])
    assert outcome.order == "none"
    assert [v[0][0] for v in outcome.values] == [r[0][0] for r in readings]


def test_a_shuffled_dense_register_is_sorted_rather_than_believed() -> None:
    truth = list(range(100, 160))
    random.Random(4).shuffle(truth)
    readings = read_badly(truth, 4, right=0.95)
    outcome = judge(readings, NUMBERS, [*in_order(60), sorted_order(readings)])
    assert outcome.order in {"sorted", "none"}
    assert outcome.order != "given"
    assert share_right(truth, outcome.values) >= share_right(truth, readings) - 0.02


def test_the_law_of_gaps_is_learnt_from_a_sparse_dossier() -> None:
    truth = list(range(100, 500, 8))
    outcome = judge(read_badly(truth, 5, right=0.9), NUMBERS, in_order(50))
    one, eight = (float(outcome.law.of(np.array([step]))[0]) for step in (1, 8))
    assert float(NUMBERS.of(np.array([1]))[0]) > float(NUMBERS.of(np.array([8]))[0])
    assert eight > 0.06
    assert one < 0.2
    assert share_right(truth, outcome.values) >= 0.9


def test_dates_may_stand_still_but_hardly_jump_back() -> None:
    truth = [733000 + i // 3 for i in range(30)]
    readings: list[Candidates] = [((day, 0.9), (day - 30, 0.1)) for day in truth]
    readings[12] = ((truth[12] - 300, 0.6), (truth[12], 0.4))
    outcome = judge(readings, DAYS, in_order(30))
    assert outcome.values[12][0][0] == truth[12]


def test_a_document_without_a_reading_stays_without_one() -> None:
    readings = read_badly(range(10, 20), 6)
    readings[4] = ()
    outcome = judge(readings, NUMBERS, in_order(10))
    assert outcome.values[4] == ()
    assert outcome.order == "given"


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_documents_are_no_sequence(count: int) -> None:
    readings = read_badly(range(50, 50 + count), 7)
    assert judge(readings, NUMBERS, in_order(count)).values == tuple(readings)


_READINGS = st.lists(
    st.lists(st.tuples(st.integers(1, 99_999), st.floats(1e-6, 1.0)), max_size=6, unique_by=lambda pair: pair[0]), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(_READINGS)
def test_posteriors_are_probabilities_over_what_was_read_or_lies_beside_it(raw: list[list[tuple[int, float]]]) -> None:
    readings: list[Candidates] = [tuple(sorted(one, key=lambda pair: -pair[1])) for one in raw]
    outcome = judge(readings, NUMBERS, [*in_order(len(readings)), sorted_order(readings)])
    assert len(outcome.values) == len(readings)
    thinkable = {one[0][0] + step for one in readings if one for step in (-1, 0, 1, 2)}
    for before, after in zip(readings, outcome.values, strict=True):
        assert {value for value, _p in after} <= {value for value, _p in before} | thinkable
        assert bool(after) == bool(before)
        assert [p for _v, p in after] == sorted((p for _v, p in after), reverse=True)
        if outcome.order != "none" and after:
            assert sum(p for _v, p in after) == pytest.approx(1.0)
    assert sum(band.weight for band in outcome.law.bands) == pytest.approx(1.0)


def evidence(notations: Sequence[str], numbers: Sequence[Candidates], days: Sequence[int]) -> list[Evidence]:
    fields = [{"codeNotation": FieldReading(notation, 0.9)} for notation in notations]
    found = [
        Evidence(field, numbers=number, dates=((day, 0.9),)) for field, number, day in zip(fields, numbers, days, strict=True)
    ]
    for one in found:
        one.year = 2012
    return found


def test_two_registers_in_one_dossier_are_told_apart() -> None:
    """Decisions and letters, each numbered by itself, lie mixed in the order of their dates."""
    notations = ["QĐ-UBND" if place % 3 else "UBND-VP" for place in range(48)]
    counts = {"QĐ-UBND": 60, "UBND-VP": 700}
    truth = []
    for notation in notations:
        counts[notation] += 1
        truth.append(counts[notation])
    found = evidence(notations, read_badly(truth, 8), [734000 + place for place in range(48)])
    numbers, _days = judged(found)
    values = [verdict.values for verdict in numbers]
    assert all(verdict.asked for verdict in numbers)
    assert share_right(truth, values) >= 0.95


def test_a_shuffled_dossier_is_put_in_order_by_its_dates() -> None:
    order = list(range(50))
    random.Random(9).shuffle(order)
    truth = [300 + place for place in order]
    found = evidence(["QĐ-UBND"] * 50, read_badly(truth, 9), [734000 + 2 * place for place in order])
    numbers, days = judged(found)
    assert share_right(truth, [verdict.values for verdict in numbers]) >= 0.95
    assert [verdict.values[0][0] for verdict in days] == [734000 + 2 * place for place in order]


def test_a_reader_that_hardly_knows_the_hand_makes_nothing_sure() -> None:
    truth = list(range(200, 230))
    readings: list[Candidates] = [((n // 10, 0.4), (n, 0.35), (n % 100, 0.25)) for n in truth]
    found = evidence(["QĐ-UBND"] * 30, readings, [734000] * 30)
    numbers, _days = judged(found)
    shown = [fused_number(one, verdict, None) for one, verdict in zip(found, numbers, strict=True)]
    assert all(reading.confidence < 0.95 for reading in shown)


def test_the_first_and_last_of_a_dossier_are_not_made_sure_by_one_neighbour() -> None:
    truth = list(range(200, 220))
    readings: list[Candidates] = [
        ((n, 0.8), (n + 300, 0.2)) if n in {200, 210, 219} else ((n, 0.999), (n + 1, 0.001)) for n in truth
    ]
    found = evidence(["QĐ-UBND"] * 20, readings, [734000] * 20)
    numbers, _days = judged(found)
    shown = [fused_number(one, verdict, None) for one, verdict in zip(found, numbers, strict=True)]
    assert [int(reading.value) for reading in shown] == truth
    assert shown[10].confidence >= 0.95  # one between two neighbours is
    assert shown[0].confidence < 0.95
    assert shown[19].confidence < 0.95
