"""Dates between slashes and in words; who issued it, printed between a title and its subject."""

from __future__ import annotations

from datetime import date

import pytest

from app.describe.header import read_header
from app.describe.spoken_dates import number_of
from tests.describe.layouts import Draft, head

TODAY = date(2026, 11, 22)


def titled(draft: Draft) -> Draft:
    return draft.put("TỜ TRÌNH", 0.52, 0.135).put("Về việc xin kinh phí", 0.52, 0.152)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("hai nghin khong tram hai muoi tu", 2024),
        ("hai ngan linh bay", 2007),
        ("mot nghin chin tram chin muoi lam", 1995),
        ("hai nghin muoi chin", 2019),
        ("muoi", 10),
        ("muoi lam", 15),
        ("hai tu", 24),
        ("mong nam", 5),
        ("ba muoi mot", 31),
        ("nghin hai", None),
        ("hai ba bon", None),
        ("can cu", None),
    ],
)
def test_numbers_in_words(words: str, number: int | None) -> None:
    assert number_of(words) == number


@pytest.mark.parametrize("line", ["Hà Nội, ngày 05/3/2024", "Hà Nội, 05/03/2024", "Hà Nội, ngày 5-3-2024"])
def test_a_date_between_slashes(line: str) -> None:
    found = read_header([titled(head(place=line)).page()], today=TODAY).fields
    assert found["issuedDate"].value == "05/03/2024"
    assert found["issuedDate"].confidence < 0.95
    assert found["place"].value == "Hà Nội"


@pytest.mark.parametrize("line", ["Hà Nội, 31/02/2024", "Hà Nội, 05/03/2027", "Theo Quyết định ngày 05/3/2024"])
def test_no_other_date_is_taken(line: str) -> None:
    assert not read_header([titled(head(place=line)).page()], today=TODAY).fields["issuedDate"].value


def test_minutes_that_tell_their_day_in_words() -> None:
    draft = Draft().put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.52, 0.05).put("Độc lập - Tự do - Hạnh phúc", 0.52, 0.066)
    draft.put("BIÊN BẢN", 0.52, 0.1).put("Họp xét thi đua", 0.52, 0.12)
    draft.at("Hôm nay, ngày mười hai tháng tám năm hai nghìn không trăm mười chín, tại", 0.19, 0.15)
    assert read_header([draft.page()], today=TODAY).fields["issuedDate"].value == "12/08/2019"


def test_the_issuer_between_title_and_subject_is_no_subject() -> None:
    old = (
        head().put("QUYẾT ĐỊNH", 0.52, 0.135).put("CỦA CHỦ TỊCH ỦY BAN NHÂN DÂN", 0.52, 0.152).put("HUYỆN AN PHÚ", 0.52, 0.169)
    )
    old.put("Về việc nâng lương cán bộ", 0.52, 0.186)
    assert read_header([old.page()], today=TODAY).fields["subject"].value == "Về việc nâng lương cán bộ"
    kept = head().put("QUY CHẾ", 0.52, 0.135).put("CỦA PHÒNG NỘI VỤ VỀ TIẾP CÔNG DÂN", 0.52, 0.152)
    assert read_header([kept.page()], today=TODAY).fields["subject"].value == "CỦA PHÒNG NỘI VỤ VỀ TIẾP CÔNG DÂN"
