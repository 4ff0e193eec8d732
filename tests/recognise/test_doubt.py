"""Words that are likely wrong are marked; ink on ink and poor pictures are read all the same."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from app.recognise import paper, tasks
from app.recognise.doubt import DOUBTFUL, contradicts, core, is_doubtful, plausible, unmarked, weighed
from app.recognise.engine import compared, second_engine
from app.recognise.syllables import is_syllable
from app.recognise.tesseract import Tesseract
from app.recognise.words import from_plain
from storage.records.reading import PageText, Word
from tests.recognise import scans
from tests.recognise.test_turned import errors, saved
from tests.samples.sample import make_document

# Syllables with every kind of onset, rhyme and tone, old and new tone places, and their capitals.
GOOD = """
    căn cứ nghị định của chính phủ về công tác văn thư nghiêm nguyễn khuyến quốc quyết quýt quy huỳnh thuở khuỷu tuyên giếng giết gì giữ
    hòa hoà thủy thuỷ kỹ lý tỷ mỹ yên yêu ý ghế nghe kiện toàn đường rượu hươu ưu oanh xoắn ngoằn loét quẹo ỦY BAN NHÂN DÂN Đắk Lắk Kon
"""
BAD = "tich hoc cê ge kan tổt ngiêm qốc zoan wa nghà cing ĐÒÂN thê̂ tthư phưong1 nguyễnn HCH bbc sứsc"


@pytest.mark.parametrize("word", GOOD.split())
def test_vietnamese_syllables_are_known(word: str) -> None:
    assert is_syllable(word)
    assert plausible(word)


@pytest.mark.parametrize("word", BAD.split())
def test_other_strings_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_what_is_no_word_is_not_judged() -> None:
    assert all(plausible(text) for text in ("2020", "125/QĐ-UBND", "UBND", "HĐND", "", "15.000đ"))
    assert not any(plausible(text) for text in ("sAU", "HộI", "TNMTUBND", "abcx", "TICH"))
    assert core("“Điều”:") == "Điều"
    assert core("./.") == ""
    assert unmarked("Đường") == "duong"


def test_readings_contradict_in_letters_and_marks_but_not_in_capitals() -> None:
    assert contradicts("tống", "tổng", 0.1)
    assert contradicts("ba", "bà", 0.1)
    assert not contradicts("sau", "Sau", 0.99)
    assert not contradicts("tới", "đới", 0.5)
    assert contradicts("tới", "đới", 0.9)


def line(*texts: str, sure: float = 0.97) -> list[Word]:
    return [Word(text, (n / 20, 0.1, n / 20 + 0.04, 0.12), sure, 0, 0) for n, text in enumerate(texts)]


def marked(words: list[Word], said: dict[str, str] | None = None, sure: float = 0.95) -> list[str]:
    asked = said or {}
    return [word.text for word in weighed(words, lambda word: (asked.get(word.text, word.text), sure)) if is_doubtful(word)]


def test_what_two_readings_disagree_on_is_doubtful() -> None:
    words = line("tống", "hợp", "báo", "cáo", sure=0.94)
    assert marked(words) == []
    assert marked(words, {"tống": "“tổng."}) == ["tống"]
    assert marked(words, {"cáo": "Cáo"}) == []


def test_sure_words_are_not_asked_about_again() -> None:
    asked: list[str] = []

    def again(word: Word) -> tuple[str, float]:
        asked.append(word.text)
        return word.text, 1.0

    weighed([*line("chắc", "chắn", sure=0.98), *line("UY", sure=0.96), *line("mờ", sure=0.5), *line("vừa", sure=0.94)], again)
    assert asked == ["UY", "vừa"]


def test_a_lost_mark_is_put_back_where_the_word_was_none_without_it() -> None:
    (word,) = weighed(line("TICH,", sure=0.99), lambda _word: ("TỊCH.", 0.4))
    assert word.text == "TỊCH,"
    assert is_doubtful(word)
    (kept,) = weighed(line("HCH", sure=0.99), lambda _word: ("HỌC", 0.9))
    assert kept.text == "HCH"


def test_a_capital_within_a_sentence_is_doubtful() -> None:
    assert marked(line("nhiệm", "vụ", "Sau", "đây:", sure=0.96)) == ["Sau"]
    assert marked(line("xã", "Vạn", "Phúc", sure=0.96)) == []
    assert marked(line("vụ.", "Sau", "đó", sure=0.96)) == []


def test_text_layers_are_beyond_doubt() -> None:
    assert not is_doubtful(Word("Company", (0, 0, 1, 1), 1.0))


def test_wrong_words_of_a_worn_page_are_among_the_marked(engine: Tesseract, tmp_path: Path) -> None:
    """A page blurred until the reader errs: most of what it gets wrong is marked, most of what it gets right is not."""
    page, _turn = engine.read_scan(saved(scans.body().filter(ImageFilter.GaussianBlur(3.1)), tmp_path / "a.jpg"))
    right = set(" ".join([*scans.BODY, scans.SIGNER]).split())
    wrong = [word for word in page.words if word.text not in right]
    good = [word for word in page.words if word.text in right]
    assert len(wrong) > 2
    assert sum(map(is_doubtful, wrong)) >= 0.7 * len(wrong)
    assert sum(map(is_doubtful, good)) < 0.5 * len(good)
    clean, _turn = engine.read_scan(saved(scans.body(), tmp_path / "b.jpg"))
    assert sum(map(is_doubtful, clean.words)) <= 0.1 * len(clean.words)


def test_a_name_under_a_seal_is_read(engine: Tesseract, tmp_path: Path) -> None:
    page, _turn = engine.read_scan(saved(scans.body(sealed=True), tmp_path / "a.jpg"))
    assert scans.SIGNER in page.text.split("\n")
    assert not any("STAR" in word.text or "ĐẮK" in word.text for word in page.words), "the seal's own letters"


def test_small_pictures_are_enlarged_and_boxes_stay_theirs(engine: Tesseract, tmp_path: Path) -> None:
    small = scans.body().resize((827, 400), Image.Resampling.BOX)
    small.save(tmp_path / "a.png", dpi=(100, 100))
    page, _turn = engine.read_scan(tmp_path / "a.png")
    assert (page.width, page.height, page.dpi) == (827, 400, 100)
    assert errors(page.text) < 0.05
    first = next(word for word in page.words if word.text == "Căn")
    assert first.box[0] == pytest.approx(180 / 1654, abs=0.005)


def test_specks_on_black_and_white_pages_are_wiped_off(engine: Tesseract, tmp_path: Path) -> None:
    grey = np.asarray(scans.body().convert("L").point(lambda value: 255 if value > 140 else 0)).copy()
    dice = np.random.default_rng(4)
    y, x = dice.integers(0, grey.shape[0] - 1, 1500), dice.integers(0, grey.shape[1] - 1, 1500)
    grey[y, x] = 0
    Image.fromarray(grey).convert("1").save(tmp_path / "a.tif", compression="group4", dpi=(200, 200))
    sheet = paper.cleaned(paper.load(tmp_path / "a.tif"))
    assert np.count_nonzero(sheet.grey < 128) < np.count_nonzero(grey < 128) - 1000
    page, _turn = engine.read_scan(tmp_path / "a.tif")
    assert errors(page.text) < 0.02


def test_a_photo_is_not_taken_for_black_and_white() -> None:
    sheet = paper.Paper(np.asarray(scans.body().convert("L")), 1654, scans.BOTTOM, 200)
    assert paper.cleaned(sheet).grey is sheet.grey


def test_another_engines_reading_lowers_what_it_contradicts() -> None:
    mine = PageText(1, 1, 200, line("Tống", "hợp", "12"), "a")
    other = PageText(1, 1, 200, line("Tổng", "Hợp", "12"), "b")
    assert [is_doubtful(word) for word in compared(mine, other).words] == [True, False, False]
    assert [is_doubtful(word) for word in compared(mine, PageText(1, 1, 200, [], "b")).words] == [True, True, True]


def test_a_second_engine_is_found_where_one_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real installed package with an entry point, as the optional readers bring one."""
    assert second_engine() is None
    (tmp_path / "other_reader.py").write_text(
        "from storage.records.reading import PageText\n"
        "class Other:\n    name = 'other'\n    def read(self, image, dpi=None):\n        return PageText(1, 1, 200, [], 'other')\n"
    )
    about = tmp_path / "other_reader-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: other-reader\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[vankho.engines]\nother = other_reader:Other\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = second_engine()
    assert found is not None
    assert found.name == "other"
    monkeypatch.setattr(tasks, "_second", lambda: found)
    page = from_plain(tasks.read_page(str(saved(scans.body(), tmp_path / "a.jpg"))))
    assert page.words
    assert all(is_doubtful(word) for word in page.words if core(word.text))
    sys.modules.pop("other_reader")


def test_doubt_finds_what_confidence_alone_does_not(engine: Tesseract, tmp_path: Path) -> None:
    """On a generated letter of an office, scanned badly."""
    sample = make_document(7002, pages=1, condition="worn")
    page, _turn = engine.read_scan(saved(sample.pages[0], tmp_path / "a.jpg"))
    right = set(sample.truth["text"][0].split())
    wrong = [word for word in page.words if word.text not in right]
    assert wrong
    assert sum(map(is_doubtful, wrong)) >= 0.75 * len(wrong)
    assert sum(map(is_doubtful, page.words)) <= 0.12 * len(page.words)
    assert 0.9 < DOUBTFUL < 0.95
