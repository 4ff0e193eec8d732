"""The small rooms under the header: fuzzy matching, names of offices, persons, types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.describe import vocabulary
from app.describe.closing import person
from app.describe.fuzzy import compact, distance, locate, prefix_distance
from app.describe.numbering import normal_notation
from app.describe.spelling import mend_office
from app.describe.title import clean_subject
from app.rules import codes
from storage.text import nfc

WORDS = st.text(alphabet="abcde", max_size=12)


@given(WORDS, WORDS)
def test_distance_is_symmetric_and_bounded(a: str, b: str) -> None:
    whole = distance(a, b, 20)
    assert whole == distance(b, a, 20)
    assert abs(len(a) - len(b)) <= whole <= max(len(a), len(b))
    assert (whole == 0) == (a == b)
    assert distance(a, b, 1) == min(whole, 2)


@given(WORDS.filter(bool), WORDS, WORDS)
def test_a_word_is_located_in_any_surroundings(word: str, before: str, after: str) -> None:
    hit = locate(word, before + word + after, 2)
    assert hit is not None
    assert hit[2] == 0
    assert (before + word + after)[hit[0] : hit[1]] == word


@given(WORDS.filter(lambda w: len(w) > 2), WORDS)
def test_a_prefix_with_one_wrong_letter(word: str, after: str) -> None:
    wrong = "z" + word[1:]
    errors, used = prefix_distance(word, wrong + after, 2)
    assert errors <= 1
    assert used >= len(word) - 1


def test_locate_forgives_no_more_than_it_says() -> None:
    assert locate("doclap", "xxdocIapyy".lower(), 1) is not None
    assert locate("doclap", "tudohanhphuc", 1) is None
    assert locate("doclap", "", 1) is None


@given(st.text(max_size=30))
def test_compact_holds_plain_letters_only(text: str) -> None:
    assert set(compact(text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789")


def test_the_header_knows_every_type_of_the_circular() -> None:
    """Parts don't import each other; this holds the two tables together."""
    kinds = {compact(kind.name): kind for kind in vocabulary.KINDS}
    for code, name in codes.TYPES.items():
        if name not in {"Khác", "Bản đồ", "Bản vẽ kỹ thuật"}:
            assert compact(name) in kinds, code
    for mark, name in codes.ABBREVIATIONS.items():
        assert mark in kinds[compact(name)].marks
        assert any(kind.name == name for kind in vocabulary.kinds_of(f"{mark}-UBND"))


def test_every_type_is_found_as_its_own_title() -> None:
    for kind in vocabulary.KINDS:
        found = vocabulary.title_at(compact(kind.name))
        assert found is not None
        assert (found.kind.name, found.errors) in {(kind.name, 0), ("Lệnh", 0)} or len(compact(kind.name)) < 5


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("ỦY BAN NHÂN DÂN HUYỆN PHÚ AN", "Ủy ban nhân dân huyện Phú An"),
        ("UBND THÀNH PHỐ HUẾ", "UBND thành phố Huế"),
        ("CHÍ CỤC AN TOÁN VỆ SINH THỰC PHÁM", "Chi cục An toàn vệ sinh thực phẩm"),
        ("SỞY TẾ HẬU GIANG", "Sở Y tế Hậu Giang"),
        ("PHÒNG LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI", "Phòng Lao động - Thương binh và Xã hội"),
        ("ỦY BAN NHÂN DÂN XÃ LỘC THỦY", "Ủy ban nhân dân xã Lộc Thủy"),
        ("Công ty Ánh Sao", "Công ty Ánh Sao"),
        ("", ""),
    ],
)
def test_names_of_offices(printed: str, written: str) -> None:
    assert mend_office(printed) == written


@given(st.text(max_size=60))
def test_any_text_can_be_a_name(text: str) -> None:
    assert mend_office(text) == nfc(mend_office(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Nguyễn Văn An", "Nguyễn Văn An"), ("PGS.TS. Lê Bình", "Lê Bình"), ("Đại tá Trần Văn Bé", "Trần Văn Bé"),
        ("TRẦN THỊ BÉ", "Trần Thị Bé"), ("Ñgô Văn Hùng", "Ngô Văn Hùng"), ("Lê THị Hằng", "Lê Thị Hằng"),
        ("PHÓ CHỦ TỊCH", None), ("Đã ký", None), ("Gu~ wWWVZ", None), ("Nơi nhận", None), ("và các phòng", None), ("", None),
    ],
)  # fmt: skip
def test_a_person(text: str, name: str | None) -> None:
    assert person(text) == name


@pytest.mark.parametrize(
    ("read", "normal"),
    [
        ("QÐ - UBND", "QĐ-UBND"),
        ("QÐĐ- cc", "QĐ-CC"),
        ("T.Tr- CC", "T.Tr-CC"),
        ("1.Tr-CC", "T.Tr-CC"),
        (".Tr- CC", "T.Tr-CC"),
        ("T:Tr-UBND", "T.Tr-UBND"),
        ("Tr-UBND", "Tr-UBND"),
        ("TTIr/BTC", "TTr/BTC"),
        ("QD-CC", "QĐ-CC"),
        ("8C-ATTP", "BC-ATTP"),
        ("BB-CC", "BB-CC"),
    ],
)
def test_a_notation_in_one_form(read: str, normal: str) -> None:
    assert normal_notation(read) == normal


@pytest.mark.parametrize(
    ("printed", "subject"),
    [
        ("V/v xin kinh phí.", "Về việc xin kinh phí"),
        ("( Về việc mua máy )", "Về việc mua máy"),
        ("(V# kiểm tra năm 2010)", "Về việc kiểm tra năm 2010"),
        ("kết quả năm 2023", "Kết quả năm 2023"),
        ("Báo cáo (tháng 12)", "Báo cáo (tháng 12)"),
    ],
)
def test_a_subject_on_one_line(printed: str, subject: str) -> None:
    assert clean_subject(printed) == subject
