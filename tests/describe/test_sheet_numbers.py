"""Sheet numbers in the corners of pages: found, read, told apart from page numbers, and settled by the run of a dossier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.describe.handwriting.reader import SlotReader
from app.describe.sheet_numbers.corner import find_marks
from app.describe.sheet_numbers.seen import Seen, look_at_pages
from app.describe.sheet_numbers.sequence import read_sheets
from storage.records.reading import FieldReading, PageText, Word
from tests.samples import typeface
from tests.samples.sheets import TOP, Numbered, Tool, make_numbered

BOX = (0.9, 0.02, 0.95, 0.05)


@pytest.fixture(scope="module")
def reader() -> SlotReader:
    return SlotReader()


def pages_of(made: Numbered, folder: Path, stem: str) -> tuple[list[PageText], list[Path]]:
    """The pages as an engine reads them that makes no mistake and sees no pencil."""
    return made.words(TOP), made.save(folder, stem)


def read(dossier: Sequence[Numbered], folder: Path, reader: SlotReader) -> list[FieldReading | None]:
    seen = [look_at_pages(*pages_of(made, folder, str(place)), reader) for place, made in enumerate(dossier)]
    return read_sheets(seen)


@pytest.mark.parametrize(
    ("tool", "way", "seed"), [("pencil", "scan 200", 3), ("machine", "grey 200", 4), ("pen", "bitonal 200", 5)]
)
def test_a_numbered_dossier_is_read(tool: Tool, way: str, seed: int, tmp_path: Path, reader: SlotReader) -> None:
    made = make_numbered(seed, 4, tool, way, deep=TOP)
    found = read(made, tmp_path, reader)
    assert [one.value if one else "" for one in found] == [one.truth for one in made]
    for one in found:
        assert one is not None
        assert one.box is not None
        assert one.why
        assert 0 <= one.box[0] < one.box[2] <= 1
    assert min(one.confidence for one in found if one) > 0.5


def test_all_marks_of_the_left_corner_are_heard(tmp_path: Path, reader: SlotReader) -> None:
    """Two numbers one below the other: either is a candidate."""
    sheet = Image.new("L", (1654, 500), 250)
    draw = ImageDraw.Draw(sheet)
    for text, top in (("38", 40), ("52", 150)):
        draw.text((110, top), text, font=typeface.at("regular", 40), fill=30)
    sheet.save(tmp_path / "both.png", dpi=(200, 200))
    page = PageText(1654, 500, 200, [], "test")
    assert [mark.side for mark in find_marks(page, tmp_path / "both.png")] == ["left", "left"]
    (seen,) = look_at_pages([page], [tmp_path / "both.png"], reader)
    assert {38, 52} <= {value for value, p in seen.values if p > 0.1}


def test_papers_without_numbers_give_none(tmp_path: Path, reader: SlotReader) -> None:
    made = make_numbered(6, 3, way="scan 200", deep=TOP, blank=True)
    assert read(made, tmp_path, reader) == [None] * 3


def written(path: Path, boxes: Iterable[tuple[float, float, float, float]], grey: int = 40) -> PageText:
    """A white page of 200 dpi with filled boxes (mm)."""
    page = np.full((500, 1654), 250, np.uint8)
    for x0, y0, x1, y1 in boxes:
        page[round(y0 / 25.4 * 200) : round(y1 / 25.4 * 200), round(x0 / 25.4 * 200) : round(x1 / 25.4 * 200)] = grey
    Image.fromarray(page).save(path, dpi=(200, 200))
    return PageText(1654, 500, 200, [], "test")


@pytest.mark.parametrize(
    "boxes",
    [
        [(195, 8, 201, 14)],  # a punched hole
        [(170, 10, 209, 10.6)],  # a fold
        [(207, 0, 210, 60)],  # the edge of the glass
        [(190, 8, 190.4, 8.4), (197, 12, 197.3, 12.3)],  # dirt
        [(180, 6, 206, 7), (180, 20, 206, 21), (180, 6, 181, 21), (205, 6, 206, 21)],  # the frame of a stamp
    ],
)
def test_what_is_no_number_is_left_alone(boxes: list[tuple[float, float, float, float]], tmp_path: Path) -> None:
    page = written(tmp_path / "page.png", boxes)
    assert find_marks(page, tmp_path / "page.png") == []


def test_the_number_of_a_paragraph_is_none(tmp_path: Path) -> None:
    """ "17." at the text's left edge, its line going on after an indent; without that line the same figures are a mark."""
    image = Image.new("L", (1654, 2339), 250)
    draw = ImageDraw.Draw(image)
    draw.text((150, 130), "17.", font=typeface.at("regular", 36), fill=30)
    rows = [("Các", "phòng", "ban", "thực", "hiện", "việc", "này")] * 6
    words = []
    for row, texts in enumerate(rows):
        for at, text in enumerate(texts):
            x, y = 290 + 160 * at - (140 if row and at == 0 else 0), 132 + 60 * row
            draw.text((x, y), text, font=typeface.at("regular", 36), fill=30)
            words.append(Word(text, (x / 1654, y / 2339, (x + 90) / 1654, (y + 34) / 2339), 0.6, 1, row))
    image.save(tmp_path / "page.png", dpi=(200, 200))
    page = PageText(*image.size, 200, words, "test")
    assert find_marks(page, tmp_path / "page.png") == []
    ImageDraw.Draw(image).rectangle((250, 120, 1653, 180), fill=250)
    image.save(tmp_path / "alone.png", dpi=(200, 200))
    without = PageText(*image.size, 200, words[len(rows[0]) :], "test")
    assert [mark.side for mark in find_marks(without, tmp_path / "alone.png")] == ["left"]


def test_a_lost_picture_and_an_empty_page_have_no_numbers(tmp_path: Path) -> None:
    page = written(tmp_path / "page.png", [])
    assert find_marks(page, tmp_path / "page.png") == []
    assert find_marks(page, tmp_path / "gone.png") == []
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    assert find_marks(page, tmp_path / "broken.jpg") == []


def test_page_numbers_of_a_typist_are_none_of_these(tmp_path: Path, reader: SlotReader) -> None:
    """Pages 2 and 3 bear their number at the right, set as the text is; page 1 has none."""
    made = make_numbered(7, 3, "machine", "grey 200", deep=TOP)
    one = next(one for one in made if one.labels[0])
    words, images = pages_of(one, tmp_path, "paper")
    mark = find_marks(words[0], images[0])[0]
    x0, y0, x1, y1 = mark.box
    number = Word("2", (x0, y0, x1, y1), 0.95, 9, 99)
    blank = written(tmp_path / "first.png", [])
    read_as_text = PageText(words[0].width, words[0].height, words[0].dpi, [*words[0].words, number], "test")
    seen = look_at_pages([blank, read_as_text], [tmp_path / "first.png", images[0]], reader)
    assert seen == []
    assert look_at_pages([blank, words[0]], [tmp_path / "first.png", images[0]], reader) != []


def test_a_photographed_page_lies_on_a_dark_table(tmp_path: Path, reader: SlotReader) -> None:
    made = make_numbered(4, 1, "machine", "grey 300", deep=TOP)[0]
    page = made.pages[0]
    table = Image.new("L", (round(page.width * 1.1), page.height + page.width // 15), 60)
    table.paste(page, (page.width // 20, page.width // 15))
    table.save(tmp_path / "photo.png")
    seen = look_at_pages([PageText(*table.size, 0, [], "test")], [tmp_path / "photo.png"], reader)
    assert [one.values[0][0] for one in seen] == [int(made.labels[0])]


# --- the run of a dossier ---
def corner(
    *values: tuple[int, float], page: int = 1, clear: float = 1.0, letters: Iterable[int] = (), weak: bool = False
) -> Seen:
    return Seen(page, page, values, BOX, clear, frozenset(letters), weak)


def sure(number: int, page: int = 1) -> Seen:
    return corner((number, 0.9), (number + 70, 0.1), page=page)


def test_neighbours_decide_a_pale_number_and_the_reading_tells_it() -> None:
    dossier = [[sure(n)] for n in (5, 6)] + [[corner((1, 0.6), (7, 0.4))]] + [[sure(n)] for n in (8, 9)]
    found = [one for one in read_sheets(dossier) if one]
    assert [one.value for one in found] == ["5", "6", "7", "8", "9"]
    assert "7" in found[2].why
    assert "1" in found[2].why
    assert "7" not in found[1].why


def test_what_the_pen_says_plainly_stays_and_is_doubted() -> None:
    dossier = [[sure(n)] for n in (5, 6)] + [[corner((4, 0.99), (7, 0.01))]] + [[sure(n)] for n in (8, 9, 10)]
    doubted = read_sheets(dossier)[2]
    assert doubted is not None
    assert doubted.value == "4"
    assert doubted.confidence < 0.6
    assert "4" in doubted.why


def test_pages_of_one_document_make_a_range() -> None:
    found = read_sheets([[sure(4), sure(5, page=3), sure(6, page=5)], [sure(7)]])
    assert [one.value for one in found if one] == ["4-6", "7"]


def test_pages_whose_numbers_do_not_fit_are_told() -> None:
    found = read_sheets([[sure(4), sure(9, page=2)], [sure(10)], [sure(11)]])[0]
    assert found is not None
    assert found.value == "4-9"
    assert found.confidence < 0.6
    assert "9" in found.why


def test_an_inserted_sheet_has_a_letter() -> None:
    dossier = [[sure(11)], [sure(12), corner((120, 0.6), (12, 0.4), page=2, letters=[12])], [sure(13)], [sure(14)]]
    assert [one.value for one in read_sheets(dossier) if one] == ["11", "12-12a", "13", "14"]


def test_a_lone_number_is_never_beyond_doubt_and_an_unclear_one_is_a_place() -> None:
    lone, unclear = read_sheets([[corner((7, 0.999))]])[0], read_sheets([[corner((7, 0.3), (1, 0.2), (4, 0.2))]])[0]
    assert lone is not None
    assert lone.value == "7"
    assert lone.confidence < 0.85
    assert unclear is not None
    assert unclear.value == ""
    assert unclear.box == BOX
    assert unclear.confidence < 0.2


def test_a_stroke_in_the_left_corner_needs_its_neighbours() -> None:
    stroke = corner((1, 0.95), (7, 0.05), weak=True)
    assert read_sheets([[stroke]]) == [None]
    assert [one.value for one in read_sheets([[stroke], [sure(2)], [sure(3)], [sure(4)]]) if one] == ["1", "2", "3", "4"]


def test_empty_corners_cost_no_field() -> None:
    assert read_sheets([[], []]) == [None, None]
