"""Words as JSON, in reading order, and whether a text layer deserves trust."""

from __future__ import annotations

import json

import pytest

from app.recognise import words
from app.recognise.found import Found
from app.recognise.order import in_reading_order
from app.recognise.soundness import is_sound, is_vietnamese_letter
from app.recognise.tesseract import is_word
from storage.records.reading import PageText, Word

PAGE = PageText(
    2480, 3508, 300, [Word("Hà", (0.1, 0.2, 0.3, 0.25), 0.97, 0, 0), Word('"Nội"', (0.3, 0.2, 0.4, 0.25), 1, 1, 1)], "x"
)


def test_words_survive_json() -> None:
    assert words.from_json(words.to_json(PAGE)) == PAGE
    assert words.from_plain(words.to_plain(PAGE)) == PAGE
    assert len(words.to_json(PAGE)) < 200


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "nonsense", '{"v": 2}', json.dumps({**words.to_plain(PAGE), "words": [["a"]]})]
)
def test_what_is_not_words_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        words.from_json(text)


def line(text: str, x: float, y: float, block: int, number: int) -> list[Found]:
    """Words 0.08 wide."""
    return [
        Found(word, (x + place * 0.1, y, x + place * 0.1 + 0.08, y + 0.02), 0.9, block, number)
        for place, word in enumerate(text.split())
    ]


def read(*lines: list[Found]) -> list[str]:
    page = PageText(1, 1, 1, in_reading_order([word for row in lines for word in row], 1.4))
    assert [w.line for w in page.words] == sorted(w.line for w in page.words)
    assert [w.block for w in page.words] == sorted(w.block for w in page.words)
    return page.text.split("\n")


def test_a_header_of_two_columns_is_read_column_by_column() -> None:
    found = read(
        line("ỦY BAN", 0.1, 0.10, 0, 0),
        line("Số: 12", 0.1, 0.14, 0, 1),
        line("CỘNG HÒA", 0.6, 0.10, 1, 2),
        line("Hà Nội", 0.6, 0.14, 1, 3),
        line("QUYẾT ĐỊNH", 0.4, 0.3, 2, 4),
    )
    assert found == ["ỦY BAN", "Số: 12", "CỘNG HÒA", "Hà Nội", "QUYẾT ĐỊNH"]


def test_a_block_that_the_engine_puts_too_late_is_moved_up() -> None:
    found = read(line("thân bài", 0.1, 0.5, 0, 0), line("tiêu đề", 0.1, 0.1, 1, 1), line("cuối", 0.1, 0.9, 2, 2))
    assert found == ["tiêu đề", "thân bài", "cuối"]


def test_lines_go_down_and_words_go_right() -> None:
    found = read(
        line("dưới", 0.1, 0.2, 0, 0), line("trên", 0.1, 0.1, 0, 1), line("b", 0.2, 0.3, 0, 2) + line("a", 0.1, 0.3, 0, 2)
    )
    assert found == ["trên", "dưới", "a b"]


def test_columns_that_the_engine_took_for_one_are_unfolded() -> None:
    found = read(
        line("ỦY BAN", 0.1, 0.10, 0, 0) + line("CỘNG HÒA", 0.6, 0.10, 0, 0),
        line("HUYỆN", 0.12, 0.13, 0, 1),
        line("Số: 12", 0.1, 0.16, 0, 2) + line("Hà Nội", 0.65, 0.16, 0, 2),
        line("Điều 1", 0.1, 0.19, 0, 3),
        line("một hai ba bốn năm sáu bảy tám", 0.1, 0.22, 0, 4),
    )
    assert found == ["ỦY BAN", "HUYỆN", "Số: 12", "CỘNG HÒA", "Hà Nội", "Điều 1", "một hai ba bốn năm sáu bảy tám"]


def test_a_single_line_of_two_columns_is_unfolded_only_over_a_wide_gutter() -> None:
    assert read(line("Nơi nhận", 0.1, 0.7, 0, 0) + line("CHỦ TỊCH", 0.6, 0.7, 0, 0)) == ["Nơi nhận", "CHỦ TỊCH"]
    assert read(line("Số:", 0.2, 0.1, 0, 0) + line("/QĐ-UBND", 0.36, 0.1, 0, 0)) == ["Số: /QĐ-UBND"]


def test_the_rows_of_a_table_are_left_alone() -> None:
    rows = [line("a", 0.1, y, 0, n) + line("b", 0.4, y, 0, n) + line("c", 0.7, y, 0, n) for n, y in enumerate((0.1, 0.13))]
    assert read(*rows) == ["a b c", "a b c"]


def test_blocks_that_cover_each_other_are_all_read() -> None:
    ring = [line("a", 0.1, 0.1, 0, 0) + line("z", 0.1, 0.9, 0, 1), line("b", 0.1, 0.5, 1, 2), line("c", 0.1, 0.2, 2, 3)]
    assert sorted(" ".join(read(*ring)).split()) == ["a", "b", "c", "z"]
    assert read() == [""]


@pytest.mark.parametrize(
    ("text", "sure", "kept"),
    [
        ("Quyết", 0.9, True),
        ("3", 0.2, True),
        ("-", 0.9, True),
        ("–", 0.5, True),
        ("|", 0.9, False),
        ("||", 0.9, False),
        (".", 0.1, False),
        ("~~", 0.2, False),
        ("", 0.9, False),
        ("l", 0.0, False),
    ],
)
def test_dirt_is_not_a_word(text: str, sure: float, kept: bool) -> None:
    assert is_word(text, sure, 10, 10) is kept
    assert not is_word(text, sure, 0, 10)


VIETNAMESE = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; “Điều 1.” Số: 125/QĐ-UBND – 30 % (ba mươi)"


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (VIETNAMESE, True),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc", True),
        ("Independence and liberty, 2 September 1945, signed in three copies.", True),
        ("Công ty Société Générale, ông François Müller, số 12 phố Tràng Tiền, Hà Nội, Việt Nam", True),
        ("1.234.567,89 2.345.678,00 3.000.000,00 12/05/2020 17.500.000", True),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc", False),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc, Quyết định", False),
        ("\ue001\ue002\ue003 \ue004\ue005 \ue006\ue007\ue008\ue009 \ue00a\ue00b\ue00c \ue00d", False),
        ("\ufffd\ufffd ngh\ufffd \ufffd\ufffdnh \ufffd\ufffd\ufffd\ufffd s\ufffd", False),
        ("Q U Y Ế T Đ Ị N H C Ủ A Ủ Y B A N", False),
        ("12", False),
        ("", False),
        ("\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14", False),
    ],
)
def test_sound_text_is_told_from_noise(text: str, sound: bool) -> None:
    assert is_sound(text) is sound


def test_the_letters_of_vietnamese() -> None:
    assert all(is_vietnamese_letter(letter) for letter in "aAđĐưƯơởỡặẫệốỵỹýỳỷ")
    assert not any(is_vietnamese_letter(letter) for letter in "äñçßøåëûîžωя1")
