"""What other offices' papers asked of the reader: strangers in a register, one pen's own mistake, years behind the number."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from app.describe.handwriting.chain import NUMBERS, Candidates, Order, judge
from app.describe.handwriting.dossier import describe_dossier, judged
from app.describe.handwriting.doubt import doubted
from app.describe.handwriting.evidence import Evidence, numbers_of
from app.describe.handwriting.fuse import Verdict, fused_date, fused_number
from app.describe.handwriting.reader import NOTHING, Kind, SlotReader, SlotReading
from app.describe.handwriting.slots import find_windows
from app.describe.header import read_header
from app.recognise.tesseract import Tesseract
from storage.records.reading import FieldReading
from tests.describe.layouts import decision
from tests.samples.penned import ORDERS, make_dossier

TODAY = date(2026, 11, 27)
SURE = 0.95


def clear(value: int, sure: float = 0.97) -> Candidates:
    return ((value, sure), (value + 6, 1 - sure))


def evidence(numbers: Sequence[Candidates], days: Sequence[Candidates], notation: str = "QĐ-UBND") -> list[Evidence]:
    fields = {"codeNotation": FieldReading(notation, 0.9)}
    return [Evidence(dict(fields), numbers=n, dates=d, year=2012) for n, d in zip(numbers, days, strict=True)]


def test_a_clear_number_of_another_office_stays_though_it_lies_in_a_register() -> None:
    truth = [20, 21, 22, 1949, 24, 25, 1305, 27, 28, 29, 396, 31]
    outcome = judge([clear(n) for n in truth], NUMBERS, [Order("given", (tuple(range(12)),))])
    assert outcome.order == "given"
    assert [values[0][0] for values in outcome.values] == truth
    assert {(3,), (6,), (10,)} <= set(outcome.runs)


def test_a_stranger_is_no_surer_than_it_was_read() -> None:
    """Its neighbours are another office's: they neither raise nor explain it."""
    truth = [20, 21, 22, 1949, 24, 25, 1305, 27, 28, 29, 396, 31]
    found = evidence([clear(n) for n in truth], [()] * 12)
    numbers, _days = judged(found)
    assert [verdict.asked for verdict in numbers] == [n < 100 for n in truth]
    shown = fused_number(found[3], numbers[3], None)
    assert shown.value == "1949"
    assert shown.confidence <= 0.97
    assert shown.why == fused_number(found[3], Verdict(found[3].numbers, False), None).why


def test_a_doubtful_number_beside_strangers_is_still_mended() -> None:
    truth = [20, 21, 22, 1949, 24, 25, 1305, 27, 28, 29, 30, 31]
    readings = [clear(n) for n in truth]
    readings[4] = ((94, 0.5), (24, 0.3), (21, 0.2))
    assert judge(readings, NUMBERS, [Order("given", (tuple(range(12)),))]).values[4][0][0] == 24


def test_a_pen_whose_one_looks_like_a_seven_makes_no_register_sure() -> None:
    truth = [1219, 1285, 1343, 1423, 1424, 1477, 1495, 1503]
    misread = [((n + 6000, 0.8), (n, 0.2)) for n in truth]
    numbers, _days = judged(evidence(misread, [((734000 + i, 0.9),) for i in range(8)]))
    assert all(verdict.values[0][0] >= 7000 for verdict in numbers)
    assert all(verdict.trust < SURE for verdict in numbers)


def test_a_register_read_well_stays_sure() -> None:
    truth = [1219, 1221, 1222, 1224, 1225, 1226, 1228, 1230]
    found = evidence([((n, 0.995), (n + 6000, 0.003), (n + 1, 0.002)) for n in truth], [((734000 + i, 0.9),) for i in range(8)])
    numbers, _days = judged(found)
    shown = [fused_number(one, verdict, None) for one, verdict in zip(found, numbers, strict=True)]
    assert [int(one.value) for one in shown] == truth
    assert all(one.confidence >= SURE for one in shown)


def test_a_month_that_all_days_share_is_vouched_for_by_one_pen() -> None:
    days = [date(2014, 8, day) for day in (6, 8, 12, 14, 15, 19)]
    other = [day.replace(month=1) for day in days]
    readings = [((a.toordinal(), 0.6), (b.toordinal(), 0.4)) for a, b in zip(days, other, strict=True)]
    found = evidence([()] * 6, readings)
    _numbers, verdicts = judged(found)
    assert all(fused_date(one, verdict, None).confidence < SURE for one, verdict in zip(found, verdicts, strict=True))


def test_a_number_that_stands_twice_is_never_sure() -> None:
    truth = [40, 41, 42, 42, 43, 44, 45]
    found = evidence([clear(n, 0.999) for n in truth], [((734000 + i, 0.9),) for i in range(7)])
    numbers, _days = judged(found)
    shown = [
        fused_number(one, Verdict(v.values, v.asked, v.trust), None).confidence for one, v in zip(found, numbers, strict=True)
    ]
    assert numbers[2].trust < SURE
    assert numbers[3].trust < SURE
    assert shown[0] >= SURE


@pytest.mark.parametrize(("code", "notation"), [
    ("Số: ../..../2009/QĐ-UB", "2009/QĐ-UB"), ("Số: ../..../20O9/QĐ-UB", "2009/QĐ-UB"), ("Số: ..7.../QĐ-UB", "QĐ-UB"),
])  # fmt: skip
def test_the_year_behind_the_number_is_notation_and_not_in_the_window(code: str, notation: str) -> None:
    page = decision(code=code).page()
    header = read_header([page], today=TODAY)
    assert header.fields["codeNotation"].value == notation
    assert header.fields["codeNumber"].value == ""
    year = next(word for word in page.words if "QĐ" in word.text).box[2]
    window = find_windows(page, header)["number"]
    assert window.right < year


@pytest.mark.parametrize(("year", "context"), [("2024", "2024"), ("20....", "20"), ("200..", "200"), ("", "")])
def test_a_half_printed_year_is_handed_on(year: str, context: str) -> None:
    header = read_header([decision(place=f"An Phú, ngày .. tháng .. năm {year}").page()], today=TODAY)
    assert {slot.context for slot in header.slots if slot.field in {"issuedDate.day", "issuedDate.month"}} == {context}


@pytest.mark.parametrize("order", list(ORDERS))
def test_orders_are_what_their_names_say(order: str) -> None:
    entries = ORDERS[order](random.Random(2), 20)
    assert len(entries) == 20
    numbers, days = [one.number for one in entries], [one.issued for one in entries]
    rising = numbers == sorted(numbers)
    assert rising == (order in {"dense", "sparse", "busy"})
    assert (days == sorted(days)) == (order in {"dense", "sparse", "two registers", "january", "busy", "years"})
    assert all(1 <= number < 100_000 for number in numbers)


def test_a_paper_that_lies_twice_and_many_years_are_drawn() -> None:
    twice = ORDERS["copies"](random.Random(2), 20)
    assert len(set(twice)) < len(twice)
    years = ORDERS["years"](random.Random(2), 20)
    begun = [after for before, after in pairwise(years) if after.issued.year > before.issued.year]
    assert len(begun) >= 2
    assert all(one.number <= 60 for one in begun)


@pytest.mark.parametrize(("kind", "read", "meant"), [
    ("number", 437, 137), ("number", 3303, 3903), ("number", 53, 3), ("day", 14, 17), ("day", 5, 25), ("month", 4, 1),
    ("year", 1991, 1999),
])  # fmt: skip
def test_a_strange_hand_may_have_meant_a_look_alike(kind: Kind, read: int, meant: int) -> None:
    """Readings that the network holds for 0.99 of hands it does not know: less sure, and the truth a candidate."""
    seen = SlotReading(((read, 0.99), (read + 1, 0.01)), 0.98, {read: f"0{read}"})
    doubt = doubted(seen, kind)
    assert seen.of(meant) == 0
    assert doubt.of(meant) > 1e-5
    assert doubt.best == read
    assert 0.9 < doubt.sure < seen.sure
    assert (doubt.mass, doubt.forms) == (seen.mass, seen.forms)
    assert sum(p for _v, p in doubt.values) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kind", "lowest", "most"), [("day", 1, 31), ("month", 1, 12), ("year", 1950, 2049), ("number", 1, 99_999)]
)
def test_doubt_thinks_only_of_what_is_possible(kind: Kind, lowest: int, most: int) -> None:
    for value in (lowest, (lowest + most) // 2, most):
        assert all(lowest <= v <= most for v, _p in doubted(SlotReading(((value, 1.0),), 1.0), kind).values)
    assert doubted(NOTHING, kind) is NOTHING


@pytest.mark.parametrize("step", [1, 77])
def test_a_surely_misread_digit_is_mended_by_a_full_register_and_never_sure(step: int) -> None:
    """A 1 that the network takes for a 4, and nothing else seen; with wide gaps the neighbours can't tell."""
    truth = [130 + step * place for place in range(12)]
    tops = [*truth[:2], truth[2] + 300, *truth[3:]]
    read = [doubted(SlotReading(((top, 0.96), (top + 2, 0.04)), 1.0), "number").values for top in tops]
    found = evidence(read, [()] * 12)
    numbers, _days = judged(found)
    assert fused_number(found[2], numbers[2], None).confidence < SURE
    assert numbers[2].values[0][0] == truth[2] or step > 1


def test_letters_of_a_notation_by_hand_may_be_digits_of_the_number() -> None:
    """ "1124/TB" all by hand: B reads as an 8, and no notation was seen that would end the window."""
    read = SlotReading(((11248, 0.99), (11241, 0.01)), 0.9)
    without = dict(numbers_of({}, read))
    assert max(without.values()) < SURE
    assert without[1124] > 0.2
    seen = dict(numbers_of({"codeNotation": FieldReading("TB-SNV", 0.9)}, read))
    assert seen[11248] > SURE
    assert 1124 not in seen or seen[1124] < 0.01


@pytest.mark.parametrize(("neighbours", "sure"), [(0.97, False), (0.994, True)])
def test_a_value_in_the_place_of_the_pens_own_is_sure_only_where_neighbours_are_very_sure(
    neighbours: float, sure: bool
) -> None:
    one = evidence([((94, 0.6), (24, 0.4))], [()])[0]
    shown = fused_number(one, Verdict(((24, neighbours), (94, 1 - neighbours)), True), None)
    assert shown.value == "24"
    assert (shown.confidence >= SURE) == sure
    own = fused_number(one, Verdict(((94, neighbours), (24, 1 - neighbours)), True), None)
    assert own.confidence >= SURE


def test_a_dossier_of_another_office_is_read(tmp_path: Path) -> None:
    """An old form with the year behind the number: "Số: …/1999/QĐ-UB", on grey scans."""
    dossier = make_dossier(1, "dense", count=5, depth=0.36)
    assert "year inside" in dossier.classes
    engine, documents = Tesseract(), []
    try:
        for place, paper in enumerate(dossier.papers):
            path = tmp_path / f"{place}.jpg"
            paper.page.save(path, quality=90)
            documents.append(([engine.read(path, paper.dpi or 200)], [path]))
    finally:
        engine.close()
    described = describe_dossier(documents, TODAY, reader=SlotReader())
    read = [int(one["codeNumber"].value or 0) for one in described]
    right = [number == int(paper.truth["codeNumber"]) for number, paper in zip(read, dossier.papers, strict=True)]
    assert sum(right) >= 4, (read, dossier.classes)
    assert all(good or one["codeNumber"].confidence < SURE for good, one in zip(right, described, strict=True))
    assert (
        sum(
            one["codeNotation"].value == paper.truth["codeNotation"]
            for one, paper in zip(described, dossier.papers, strict=True)
        )
        >= 3
    )
