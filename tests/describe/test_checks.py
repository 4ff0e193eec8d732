"""What can't be right is told, what can be right is not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from app import i18n
from app.describe.checks import check_fields
from storage.records.reading import FieldReading

TODAY = date(2026, 11, 22)
GOOD = {
    "typeName": "Quyết định", "codeNumber": "125", "codeNotation": "QĐ-UBND", "issuedDate": "05/03/2024",
    "organName": "Ủy ban nhân dân", "subject": "Về việc bổ nhiệm",
}  # fmt: skip


def found(**changes: str) -> set[tuple[str, str]]:
    return {(field, code) for field, code, _message in check_fields({**GOOD, **changes}, today=TODAY)}


@pytest.fixture(autouse=True)
def _keep_language() -> Iterator[None]:
    before = i18n.language()
    yield
    i18n.set_language(before)


def test_a_good_document_has_no_findings() -> None:
    assert found() == set()
    readings = {name: FieldReading(value, 0.9) for name, value in GOOD.items()}
    assert check_fields(readings, today=TODAY) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"issuedDate": "31/02/2024"}, ("issuedDate", "date.impossible")),
        ({"issuedDate": "23/11/2026"}, ("issuedDate", "date.future")),
        ({"issuedDate": "23/11/1816"}, ("issuedDate", "date.too_old")),
        ({"issuedDate": "2024-03-05"}, ("issuedDate", "date.format")),
        ({"issuedDate": ""}, ("issuedDate", "field.missing")),
        ({"arrivalDate": "04/03/2024"}, ("arrivalDate", "date.before_issue")),
        ({"codeNumber": "12/5"}, ("codeNumber", "number.not_digits")),
        ({"codeNotation": "TTr-UBND"}, ("codeNotation", "type.notation_differs")),
        ({"typeName": "Công văn"}, ("codeNotation", "type.notation_differs")),
        ({"codeNotation": "///"}, ("codeNotation", "notation.shape")),
        ({"codeNotation": "12"}, ("codeNotation", "notation.shape")),
        ({"codeNotation": "/QĐ-UBND"}, ("codeNotation", "notation.shape")),
        ({"codeNotation": "QĐ--UBND"}, ("codeNotation", "notation.shape")),
        ({"place": "123"}, ("place", "place.no_name")),
        ({"signer": "Nguyễn Văn 4n"}, ("signer", "signer.no_name")),
        ({"signer": "..."}, ("signer", "signer.no_name")),
        ({"subject": "x" * 501}, ("subject", "field.too_long")),
        ({"organName": "x" * 201}, ("organName", "field.too_long")),
    ],
)
def test_each_finding(changes: dict[str, str], expected: tuple[str, str]) -> None:
    assert found(**changes) == {expected}


@pytest.mark.parametrize(
    ("notation", "name"),
    [
        ("UBND-VP", "Công văn"), ("T.Tr-CC", "Tờ trình"), ("2020/NĐ-CP", "Nghị định"), ("CV/TU", "Công văn"),
        ("TM-ATTP", "Thơ mời"), ("BB-CC", "Trích biên bản"), ("NQLT-BTC", "Nghị quyết"), ("ATTP", "Công văn"),
        ("NĐ-CP", "Khác"),
    ],
)  # fmt: skip
def test_notations_that_agree(notation: str, name: str) -> None:
    assert found(codeNotation=notation, typeName=name) == set()


@pytest.mark.parametrize(
    "notation", ["ATTP", "2020/NĐ-CP", "CV/TU", "T.Tr-CC", "QĐ-UBND(VX)", "KH/ĐU-BCH", "QĐ - UBND", "SNN&PTNT-VP"]
)
def test_shapes_of_notations_that_are_in_use(notation: str) -> None:
    assert not any(code == "notation.shape" for _field, code in found(codeNotation=notation))


def test_places_with_figures_and_names_with_stops_are_none_of_it() -> None:
    assert found(place="Quận 1", signer="TS. Nguyễn Văn An") == set()


def test_today_is_no_future() -> None:
    assert found(issuedDate="22/11/2026") == set()


def test_the_words_are_vietnamese_by_default_and_english_on_demand() -> None:
    i18n.set_language("en")
    english = check_fields({}, today=TODAY)
    i18n.set_language("vi")
    vietnamese = check_fields({}, today=TODAY)
    assert english[0][2] == "This field is still empty."
    assert vietnamese[0][2] == "Trường này chưa có thông tin."
