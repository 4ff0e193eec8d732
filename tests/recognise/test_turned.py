"""Pages that lie askew, on their side or upside down are read upright; words lie where they are on the image as scanned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import pdfa as checker
from PIL import Image

from app.recognise import paper, pdfa, tasks, words
from app.recognise.tesseract import Tesseract
from app.recognise.turning import shifted, turn_of, turned, upright
from storage.records.reading import PageText, Word
from tests.recognise import scans
from tests.recognise.test_pdfa import pdftotext, save_text
from tests.recognise.test_reading import distance

WANTED = " ".join(scans.BODY)


def saved(image: Image.Image, path: Path) -> Path:
    image.save(path, dpi=(200, 200), quality=85)
    return path


def errors(text: str) -> float:
    said = " ".join(text.split())
    return distance(said[: len(WANTED)], WANTED) / len(WANTED)


@pytest.fixture(scope="module")
def readings(engine: Tesseract, tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, PageText, int]]:
    """(picture, words, turn) of one page, by how it lies: degrees clockwise."""
    folder = tmp_path_factory.mktemp("turned")
    found = {}
    for lies in (0, 90, 180, 270):
        path = saved(scans.body().rotate(-lies, expand=True), folder / f"{lies}.jpg")
        found[lies] = (path, *engine.read_scan(path))
    return found


@pytest.mark.parametrize("lies", [0, 90, 180, 270])
def test_however_a_page_lies_it_is_read(readings: dict[int, tuple[Path, PageText, int]], lies: int) -> None:
    _path, page, turn = readings[lies]
    assert turn == -lies % 360
    assert errors(page.text) < 0.02
    assert turn_of(page.words, page.width, page.height) == turn


@pytest.mark.parametrize("lies", [90, 180, 270])
def test_words_lie_where_they_are_on_the_image(readings: dict[int, tuple[Path, PageText, int]], lies: int) -> None:
    _path, straight, _turn = readings[0]
    _path, page, turn = readings[lies]
    assert (page.width, page.height) == ((1654, scans.BOTTOM) if lies == 180 else (scans.BOTTOM, 1654))
    texts = [word.text for word in straight.words]
    there = {word.text: word.box for word in straight.words if len(word.text) > 3 and texts.count(word.text) == 1}
    back = upright(page, turn)
    assert (back.width, back.height) == (1654, scans.BOTTOM)
    same = [word for word in back.words if word.text in there]
    assert len(same) > 10
    for word in same:
        assert word.box == pytest.approx(there[word.text], abs=0.01)


@pytest.mark.parametrize("lies", [0, 90, 180, 270])
def test_the_copy_shows_it_upright_with_its_words_in_order(
    readings: dict[int, tuple[Path, PageText, int]], tmp_path: Path, lies: int
) -> None:
    path, page, turn = readings[lies]
    out = tmp_path / "out.pdf"
    pdfa.write_access_copy({}, [path], [save_text(tmp_path / "a.json", page)], out, title="Lật")
    assert checker.validate_written(out, "2b").passed
    with pikepdf.open(out) as pdf:
        assert int(pdf.pages[0].get("/Rotate", 0)) == turn
        assert pdf.pages[0].Resources.XObject.I0.read_raw_bytes() == path.read_bytes()
    assert pdftotext(out).split() == page.text.split()
    boxes = [line.split('"') for line in pdftotext(out, "-bbox").split("\n") if "<word" in line]
    first = upright(page, turn).words[0].box
    assert [float(value) for value in boxes[0][1:4:2]] == pytest.approx([first[0] * 595.4, first[1] * 288], abs=3)


def test_the_clerks_turn_of_a_page_counts_more(readings: dict[int, tuple[Path, PageText, int]], tmp_path: Path) -> None:
    path, page, _turn = readings[180]
    out, text = tmp_path / "out.pdf", str(save_text(tmp_path / "a.json", page))
    tasks.write_access_copy({}, [str(path)], [text], str(out), title="Lật", turns=[0])
    with pikepdf.open(out) as pdf:
        assert "/Rotate" not in pdf.pages[0]


@pytest.mark.parametrize("tilt", [-3.5, 2.0])
def test_a_page_laid_on_askew_is_read_along_its_lines(engine: Tesseract, tmp_path: Path, tilt: float) -> None:
    image = scans.body().rotate(-tilt, fillcolor=(250, 247, 238), resample=Image.Resampling.BICUBIC)
    page, turn = engine.read_scan(saved(image, tmp_path / "a.jpg"))
    assert turn == 0
    assert errors(page.text) < 0.03
    first, last = page.lines()[1][0], page.lines()[1][-1]
    fall = (last.box[3] - first.box[3]) * scans.BOTTOM / ((last.box[0] - first.box[0]) * 1654)
    assert fall == pytest.approx(np.tan(np.radians(tilt)), abs=0.02)


@pytest.mark.parametrize("tilt", [-5.0, -1.3, 0.0, 0.6, 4.0])
@pytest.mark.parametrize("side", [0, 90])
def test_the_slant_of_lines_is_measured(tilt: float, side: int) -> None:
    image = scans.body().rotate(-tilt, fillcolor=(250, 247, 238), resample=Image.Resampling.BICUBIC)
    grey = np.asarray(image.rotate(side, expand=True).convert("L"))
    assert paper.skew(grey) == pytest.approx(tilt, abs=0.15)


@pytest.mark.parametrize("size", [(3, 2), (40, 900), (1000, 1400)])
def test_an_empty_page_lies_level(size: tuple[int, int]) -> None:
    for shade in (0, 255):
        assert paper.skew(np.full(size, shade, np.uint8)) == 0


def test_boxes_turn_with_their_page() -> None:
    box = (0.1, 0.2, 0.3, 0.25)
    assert turned(box, 90) == pytest.approx((0.75, 0.1, 0.8, 0.3))
    assert turned(turned(box, 90), 270) == pytest.approx(box)
    assert turned(box, 180) == pytest.approx((0.7, 0.75, 0.9, 0.8))
    away = shifted(box, 3.0, 1000, 1400)
    assert shifted(away, -3.0, 1000, 1400) == pytest.approx(box)
    x0, y0, x1, y1 = shifted((0.0, 0.0, 0.02, 0.02), 5.0, 1000, 1400)
    assert 0 <= x0 < x1 <= 1
    assert 0 <= y0 < y1 <= 1


def test_a_page_of_one_word_a_line_is_not_turned() -> None:
    column = [Word(str(n), (0.1, n / 10, 0.2, n / 10 + 0.05), 1.0, 0, n) for n in range(5)]
    assert turn_of(column, 100, 100) == 0
    assert turn_of([], 100, 100) == 0


def test_the_task_tells_the_turn(readings: dict[int, tuple[Path, PageText, int]]) -> None:
    found = tasks.read_page(str(readings[180][0]))
    assert found["turn"] == 180
    assert words.from_plain(found).text == readings[180][1].text


def test_a_picture_can_be_had_upright(readings: dict[int, tuple[Path, PageText, int]], tmp_path: Path) -> None:
    path, _page, turn = readings[90]
    assert tasks.turn_picture(str(path), turn, str(tmp_path / "up.png")) == str(tmp_path / "up.png")
    with Image.open(tmp_path / "up.png") as image:
        assert image.size == (1654, scans.BOTTOM)
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)
        difference = np.asarray(image.convert("L"), np.int16) - np.asarray(scans.body().convert("L"), np.int16)
    assert np.abs(difference).mean() < 2
