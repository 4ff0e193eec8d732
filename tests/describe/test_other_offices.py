"""Heads of offices that write otherwise: joint circulars, chairs, companies with an English name, courts, contracts, places that look like
words of a sentence.
"""

from __future__ import annotations

from datetime import date

import pytest

from app.describe.header import read_header
from app.describe.places import mended_place
from storage.records.reading import FieldReading
from tests.describe.layouts import Draft, head

TODAY = date(2026, 11, 22)


def values(draft: Draft) -> dict[str, str]:
    return {name: reading.value for name, reading in read_header([draft.page()], today=TODAY).fields.items()}


@pytest.mark.parametrize("place", ["Tư Nghĩa", "Từ Sơn", "Tứ Kỳ", "Kế Sách", "Nghi Lộc"])
def test_places_that_begin_like_words_of_a_citation(place: str) -> None:
    found = values(head(place=f"{place}, ngày 08 tháng 8 năm 2012"))
    assert (found["place"], found["issuedDate"]) == (place, "08/08/2012")


def test_words_of_a_sentence_are_no_place() -> None:
    found = values(head(place="Từ ngày 08 tháng 8 năm 2012"))
    assert "place" not in found
    cited = head(place="").at("Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;", 0.55, 0.7)
    assert "place" not in values(cited)


@pytest.mark.parametrize(
    ("read", "sure", "told"),
    [("Hà Đông", 0.9, "Hà Đông"), ("Bắc Giarg", 0.7, "Bắc Giang"), ("Hai Phòng", 0.9, "Hải Phòng"), ("Hà Lội", 0.5, "Hà Nội")],
)
def test_a_place_that_can_be_one_is_not_bent_to_a_province(read: str, sure: float, told: str) -> None:
    assert mended_place({"place": FieldReading(read, sure, 1, None, "rule", "")}).value == told


@pytest.mark.parametrize(
    ("rows", "organ", "parent"),
    [
        (("BỘ Y TẾ -", "BẢO HIỂM XÃ HỘI VIỆT NAM"), "Bộ Y tế - Bảo hiểm xã hội Việt Nam", None),
        (("CHỦ TỊCH", "ỦY BAN NHÂN DÂN", "TỈNH QUẢNG BÌNH"), "Chủ tịch Ủy ban nhân dân tỉnh Quảng Bình", None),
        (("LIÊN ĐOÀN LAO ĐỘNG TỈNH HÀ NAM", "CÔNG ĐOÀN VIÊN CHỨC"), "Công đoàn Viên chức", "Liên đoàn Lao động tỉnh Hà Nam"),
        (("CÔNG TY TNHH SAO MAI", "SAO MAI CO., LTD"), "Công ty TNHH Sao Mai", None),
    ],
)
def test_names_of_the_head(rows: tuple[str, ...], organ: str, parent: str | None) -> None:
    draft = head(parent="", issuer="", code="", place="")
    for at, row in enumerate(rows):
        draft.put(row, 0.25, 0.050 + 0.016 * at)
    draft.put("Số: 07/CV-VP", 0.25, 0.125).put("Hà Nội, ngày 14 tháng 8 năm 2009", 0.70, 0.125)
    found = values(draft)
    assert found["organName"].casefold() == organ.casefold()
    assert found.get("parentOrgan", "").casefold() == (parent or "").casefold()


@pytest.mark.parametrize(
    ("line", "number", "notation"),
    [("Số/No.: 15/2022/CV-SMV", "15", "2022/CV-SMV"), ("Bản án số: 45/2023/DS-ST", "45", "2023/DS-ST")],
)
def test_number_lines_with_another_label(line: str, number: str, notation: str) -> None:
    found = values(head(code=line))
    assert (found["codeNumber"], found["codeNotation"]) == (number, notation)


def test_the_title_of_a_contract_is_no_issuer() -> None:
    draft = Draft().put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.52, 0.05).put("Độc lập - Tự do - Hạnh phúc", 0.52, 0.066)
    draft.put("HỢP ĐỒNG MUA BÁN HÀNG HÓA", 0.52, 0.1).put("Số: 05/2021/HĐMB-HT", 0.52, 0.12)
    draft.at("Hôm nay, ngày 02 tháng 3 năm 2021, tại trụ sở Công ty Hưng Thịnh, chúng tôi gồm có:", 0.19, 0.15)
    found = values(draft)
    assert "organName" not in found
    assert (found["codeNumber"], found["typeName"]) == ("05", "Hợp đồng")
