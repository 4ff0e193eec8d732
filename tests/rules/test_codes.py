"""Code tables of Thông tư 05/2025, abbreviations of Nghị định 30/2020, codes, dates and file names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import codes


def test_the_types_have_the_numbers_of_the_circular() -> None:
    assert len(codes.TYPES.names) == 32
    assert codes.TYPES.code("Nghị quyết") == "01"
    assert codes.TYPES.code("Tờ trình") == "15"
    assert codes.TYPES.code("Công văn") == "22"
    assert codes.TYPES.code("Khác") == codes.OTHER_TYPE == "32"
    assert codes.TYPES.name("20") == "Biên bản"


@pytest.mark.parametrize("table", codes.TABLES.values(), ids=lambda table: table.field)
def test_every_name_and_code_of_a_table_finds_the_other(table: codes.CodeTable) -> None:
    for code, name in table.items():
        assert table.code(name) == code
        assert table.code(name.upper()) == code
        assert table.code(code) == code
        assert table.name(code) == name
        assert code in table
    assert all(table.name(code) for code in table.also.values())
    assert table.code("không có trong bảng") is None
    assert table.code("99") is None
    assert table.name("99") is None


def test_names_are_found_without_accents_and_in_old_spelling() -> None:
    assert codes.TYPES.code("giay uy quyen") == codes.TYPES.code("Giấy uỷ quyền") == "16"
    assert codes.TYPES.code("Bản thoả thuận") == "25"
    assert codes.LANGUAGES.code("Tiếng Việt") == "01"
    assert codes.LANGUAGES.code("Việt - Anh") == "06"
    assert codes.kept_language("tiếng Việt–Anh") == codes.kept_language("Việt - Anh") == "06"
    assert all(codes.kept_language(codes.language_word(code)) == code for code in codes.LANGUAGES.names)
    assert codes.kept_language("Tiếng Khmer") == codes.language_word("Tiếng Khmer") == "Tiếng Khmer"
    assert codes.MAINTENANCE.code("vinh vien") == "01"
    assert codes.MAINTENANCE.code("1") == "01"
    assert codes.CONFIDENCE_LEVELS.code("Số hoá") == "02"
    assert codes.RISK_RECOVERY.code("1") == "1"


def test_abbreviations_both_ways() -> None:
    for mark, name in codes.ABBREVIATIONS.items():
        assert codes.abbreviation(name) == mark
        assert codes.type_of_abbreviation(mark) == name
    assert codes.abbreviation("Công văn") is None
    assert codes.type_of_abbreviation("CV") == "Công văn"
    assert codes.type_of_abbreviation("T.Tr") == "Tờ trình"
    assert codes.type_of_abbreviation("QÐ") == "Quyết định"
    assert codes.type_of_abbreviation("UBND") is None


def test_accents_and_case_tell_abbreviations_apart() -> None:
    assert codes.type_of_abbreviation("ĐA") == "Đề án"
    assert codes.type_of_abbreviation("DA") == "Dự án"
    assert codes.type_of_abbreviation("CT") == "Chỉ thị"
    assert codes.type_of_abbreviation("CTr") == "Chương trình"


@pytest.mark.parametrize(
    ("notation", "name"),
    [
        ("QĐ-UBND", "Quyết định"), ("TTr-SNV", "Tờ trình"), ("CV/TU", "Công văn"), ("UBND-VP", None), ("2020/NĐ-CP", None),
        ("2023/NQ-HĐND", "Nghị quyết"), ("", None),
    ],
)  # fmt: skip
def test_the_type_that_a_notation_names(notation: str, name: str | None) -> None:
    assert codes.type_of_notation(notation) == name


@pytest.mark.parametrize(
    ("text", "number", "notation"),
    [
        ("125/QĐ-UBND", "125", "QĐ-UBND"), ("Số: 01/ QĐ - UBND", "01", "QĐ-UBND"), ("30/2020/NĐ-CP", "30", "2020/NĐ-CP"),
        ("128-CV/TU", "128", "CV/TU"), ("Số 40-HD/VPTW", "40", "HD/VPTW"), ("12a/TTr-SNV", "12a", "TTr-SNV"),
        ("/QĐ-UBND", "", "QĐ-UBND"), ("QĐ-UBND", "", "QĐ-UBND"), ("125", "125", ""), ("05/BNV–VP", "05", "BNV-VP"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_code_comes_apart(text: str, number: str, notation: str) -> None:
    assert codes.split_code(text) == (number, notation)


@pytest.mark.parametrize(
    "code", ["125/QĐ-UBND", "30/2020/NĐ-CP", "128-CV/TU", "452/VP-CNTT", "09/2025/QĐ-TTg", "30/QĐ-UBND-VX"]
)
def test_a_code_goes_together_again(code: str) -> None:
    assert codes.join_code(*codes.split_code(code)) == code


def test_a_code_with_a_missing_half() -> None:
    assert codes.join_code("125", "") == "125"
    assert codes.join_code("", "/QĐ-UBND") == "QĐ-UBND"


@given(st.integers(1, 99999), st.sampled_from(sorted(codes.ABBREVIATIONS)), st.sampled_from(["UBND", "SNV", "TTg", "HĐND"]))
def test_every_state_code_survives_both_ways(number: int, mark: str, office: str) -> None:
    code = codes.join_code(str(number), f"{mark}-{office}")
    assert codes.split_code(code) == (str(number), f"{mark}-{office}")


@given(st.text(max_size=40))
def test_any_text_can_be_split(text: str) -> None:
    number, notation = codes.split_code(text)
    assert isinstance(number, str)
    assert isinstance(notation, str)


@pytest.mark.parametrize(
    "text",
    [
        "05/03/2024", "5/3/2024", "05-03-2024", "05.03.2024", "2024-03-05", "2024-03-05T08:00:00+07:00",
        "ngày 05 tháng 3 năm 2024", "An Phú, ngày 5 tháng 03 năm 2024", "ngay O5 thang 3 nam 2024",
    ],
)  # fmt: skip
def test_a_date_in_many_forms(text: str) -> None:
    assert codes.parse_date(text) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "text", ["", "31/02/2024", "05/13/2024", "3/2024", "2024", "ngày … tháng 3 năm 2024", "05/03/24", "05/03/0024", "abc"]
)
def test_what_is_no_whole_date(text: str) -> None:
    assert codes.parse_date(text) is None


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_a_date_survives_both_ways(day: date) -> None:
    assert codes.parse_date(codes.format_date(day)) == day


def test_file_names() -> None:
    assert codes.file_name("H49.64.33.2001.160", 7) == "H49.64.33.2001.160.7.pdf"
    assert codes.file_name("H49.64.33.2001.160") == "H49.64.33.2001.160.pdf"
    assert codes.file_name("01/HS-VP", 2, "xml") == "01-HS-VP.2.xml"
    assert "/" not in codes.file_name("../../etc/passwd", 1)
    assert codes.file_name("con", 1) == "_con.1.pdf"
    for code, ordinal in (("", 1), ("...", 1), ("A", 0), ("A", -1)):
        with pytest.raises(ValueError, match=r"dossier code|ordinals"):
            codes.file_name(code, ordinal)


@given(st.text(min_size=1, max_size=60), st.integers(1, 9999))
def test_a_file_name_never_leaves_its_folder(code: str, ordinal: int) -> None:
    try:
        name = codes.file_name(code, ordinal)
    except ValueError:
        return
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")
    assert codes.parse_file_name(name, code) == ordinal


def test_a_file_name_read_back() -> None:
    code = "H49.64.33.2001.160"
    assert codes.parse_file_name("H49.64.33.2001.160.7.pdf", code) == 7
    assert codes.parse_file_name("H49.64.33.2001.160.pdf", code) == 0
    assert codes.parse_file_name("H49.64.33.2001.161.7.pdf", code) is None
    assert codes.parse_file_name("scan0001.pdf", code) is None
