"""Arrival stamps filled in by hand: found by their frame, inks taken apart, number and day read where the pen wrote them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw

from app.describe.arrival.cleared import without_stamps
from app.describe.arrival.frames import find_stamp_frames
from app.describe.arrival.inks import Cut, Layers, cut_out, layers_of
from app.describe.arrival.rows import Entry, Row
from app.describe.arrival.stamp import find_arrival_stamp
from app.describe.handwriting.arrival import DayReading, Lines, Written, read_day, weighed
from app.describe.handwriting.arrived import look_for_stamp, out_of_order, read_arrival_by_hand
from app.describe.handwriting.arrived_lessons import arrival_lessons
from app.describe.handwriting.chain import Candidates
from app.describe.handwriting.dossier import read_header
from app.describe.handwriting.reader import SlotReader, SlotReading
from app.recognise.tesseract import Tesseract
from storage.records.reading import Box, FieldReading, PageText, Word
from tests.samples import ink, typeface
from tests.samples.arrival import any_stamp, struck, written
from tests.samples.hand import StrokeWriter
from tests.samples.varied.arrived import make_arrived

TODAY = date(2026, 11, 27)
ISSUED: Candidates = ((date(2024, 3, 4).toordinal(), 1.0),)
ARRIVED = date(2024, 3, 7)
BLANK = (2339, 1654, 3)  # A4 at 200 dpi
NO_WORDS = PageText(BLANK[1], BLANK[0], 200, [], "none")


@pytest.fixture(scope="module")
def reader() -> SlotReader:
    return SlotReader()


def stamped(
    path: Path, seed: int, colour: ink.Colour = ink.RED, pen: ink.Colour = ink.BLUE, mode: str = "RGB"
) -> dict[str, Box]:
    """A sheet with a stamp of number 318 and 7 March 2024; where they were written, as fractions of it."""
    rng = random.Random(seed)
    stamp = struck(any_stamp(rng, "UBND HUYỆN PHÚ AN", "318", ARRIVED), rng)
    page = np.full((3508, 2480, 3), 250, np.uint8)
    ink.stamp_ink(page, stamp.stamp, 160, 420, colour, 0.9)
    ink.stamp_ink(page, stamp.pen, 160, 420, pen, 0.95)
    small = cv2.GaussianBlur(cv2.resize(page, BLANK[1::-1], interpolation=cv2.INTER_AREA), (0, 0), 0.6)
    Image.fromarray(small).convert(mode).save(path, dpi=(200, 200))
    return {
        name: ((x0 + 160) / 2480, (y0 + 420) / 3508, (x1 + 160) / 2480, (y1 + 420) / 3508)
        for name, (x0, y0, x1, y1) in stamp.written.items()
    }


def read(path: Path, engine: Tesseract, reader: SlotReader) -> dict[str, FieldReading]:
    stamp = look_for_stamp(NO_WORDS, path, engine, {})
    return read_arrival_by_hand(stamp, reader, {}, ISSUED, TODAY) if stamp else {}


@pytest.mark.parametrize(
    ("seed", "colour", "pen", "mode"),
    [
        (1, ink.RED, ink.BLUE, "RGB"),
        (2, ink.RED, ink.BLACK, "RGB"),
        (3, (120, 52, 150), ink.BLUE, "RGB"),
        (5, ink.RED, ink.BLUE, "L"),
    ],
)
def test_number_and_day_are_read_where_the_pen_wrote_them(
    seed: int, colour: ink.Colour, pen: ink.Colour, mode: str, engine: Tesseract, reader: SlotReader, tmp_path: Path
) -> None:
    places = stamped(tmp_path / "page.png", seed, colour, pen, mode)
    found = read(tmp_path / "page.png", engine, reader)
    assert (found["arrivalNumber"].value, found["arrivalDate"].value) == ("318", "07/03/2024")
    assert {one.source for one in found.values()} == {"handwriting"}
    for name, place in (("arrivalNumber", "number"), ("arrivalDate", "date")):
        box, true = found[name].box, places[place]
        assert box is not None
        assert box[0] <= true[0] + 0.004
        assert box[2] >= true[2] - 0.004
        assert (box[3] - box[1]) < 3 * (true[3] - true[1])  # the review page shows a crop of it


def test_stamp_and_pen_of_two_inks_come_apart(tmp_path: Path) -> None:
    stamped(tmp_path / "page.png", 1)
    page = np.asarray(Image.open(tmp_path / "page.png"))
    frame = find_stamp_frames(page, 0.75)[0]
    cut = cut_out(page, frame)
    layers = layers_of(cut)
    assert layers.apart
    blue = (cut.picture[:, :, 2].astype(int) - cut.picture[:, :, 0]) > 60
    red = (cut.picture[:, :, 0].astype(int) - cut.picture[:, :, 2]) > 60
    assert (layers.pen[blue] < 128).mean() > 0.9
    assert (layers.pen[red] < 128).mean() < 0.05


@pytest.mark.parametrize("form", ["low", "round", "without a frame", "faint on yellow paper"])
def test_a_coloured_stamp_is_found_whatever_its_form(form: str, engine: Tesseract, tmp_path: Path) -> None:
    """Over print of the document's own, from which its colour tells it."""
    colour, paper = (150, 160, 205) if form.startswith("faint") else ink.RED, (236, 228, 200)
    image = Image.new("RGB", BLANK[1::-1], paper)
    draw = ImageDraw.Draw(image)
    for row in range(0 if form == "without a frame" else 6):
        draw.text(
            (150, 330 + 62 * row),
            "Căn cứ kế hoạch công tác năm 2024, Phòng thông báo",
            font=typeface.at("regular", 36),
            fill=(40, 40, 42),
        )
    sheet = Image.new("RGB", (440, 300), (255, 255, 255))
    pencil = ImageDraw.Draw(sheet)
    low = form == "low"
    if form == "round":
        pencil.ellipse((10, 10, 430, 290), outline=colour, width=4)
    elif form != "without a frame":
        pencil.rectangle((10, 75 if low else 10, 430, 205 if low else 290), outline=colour, width=4)
    for text, y in (("CÔNG VĂN ĐẾN", 110), ("Số: " + 38 * ".", 150), ("Ngày: " + 34 * ".", 190)):
        pencil.text((220, y), text, font=typeface.at("bold", 34), fill=colour, anchor="mm")
    image.paste(ImageChops.multiply(image.crop((600, 340, 1040, 640)), sheet), (600, 340))
    image.save(tmp_path / "page.png", dpi=(200, 200))
    stamp = find_arrival_stamp(NO_WORDS, tmp_path / "page.png", engine)
    assert stamp is not None
    x0, y0, x1, y1 = (value * side for value, side in zip(stamp.box, (*BLANK[1::-1], *BLANK[1::-1]), strict=True))
    assert x0 < 720 < 920 < x1
    assert y0 < 450 < 530 < y1


def test_a_dark_pen_is_told_from_a_faint_stamp_of_one_colour(engine: Tesseract, tmp_path: Path) -> None:
    places = stamped(tmp_path / "page.png", 5, (150, 150, 152), ink.BLACK, "L")
    stamp = find_arrival_stamp(NO_WORDS, tmp_path / "page.png", engine)
    assert stamp is not None
    assert stamp.strong is not None
    pen = stamp.strong.pen < 128
    written = stamp.cut.covered([(x0 - 0.01, y0 - 0.01, x1 + 0.01, y1 + 0.01) for x0, y0, x1, y1 in places.values()])
    x0, y0, x1, y1 = (round(value) for value in stamp.cut.frame)
    inside = np.zeros(pen.shape, bool)
    inside[y0 + 15 : y1 - 15, x0 + 15 : x1 - 15] = True
    assert (pen & written).sum() > 800
    assert (pen & inside & ~written).sum() < 0.05 * (pen & written).sum()


def test_another_framed_stamp_is_none_of_arrival(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    image = Image.new("RGB", BLANK[1::-1], (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((150, 250, 545, 520), outline=ink.RED, width=4)
    for row, text in enumerate(("CHỨNG THỰC BẢN SAO", "ĐÚNG VỚI BẢN CHÍNH", "Số: 318  Quyển số: 01", "Ngày: 07/03/2024")):
        draw.text((170, 270 + 58 * row), text, font=typeface.at("bold", 32), fill=ink.RED)
    image.save(tmp_path / "page.png", dpi=(200, 200))
    assert find_arrival_stamp(NO_WORDS, tmp_path / "page.png", engine) is None
    assert read(tmp_path / "page.png", engine, reader) == {}


@pytest.mark.parametrize(("below", "found"), [(True, True), (False, False)])
def test_number_and_day_alone_are_a_stamp_only_in_a_clear_frame(
    below: bool, found: bool, engine: Tesseract, tmp_path: Path
) -> None:
    """The head of a court's decision has "Số" and "Ngày" too; strokes around it make three edges of a frame."""
    image = Image.new("RGB", BLANK[1::-1], (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.line([(150, 520), (150, 250), (545, 250), (545, 520)] + [(150, 520)] * below, fill=(30, 30, 30), width=4)
    for row, text in enumerate(("Số: 2/2023", "Ngày: 07-3-2023")):
        draw.text((170, 320 + 70 * row), text, font=typeface.at("regular", 36), fill=(30, 30, 30))
    image.save(tmp_path / "page.png", dpi=(200, 200))
    stamp = find_arrival_stamp(NO_WORDS, tmp_path / "page.png", engine)
    assert (stamp is not None) == found


def test_a_number_that_runs_into_the_line_below_is_not_sure(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    places = stamped(path, 1)
    assert read(path, engine, reader)["arrivalNumber"].confidence >= 0.95
    image = Image.open(path)
    x = places["number"][2] * image.width - 5  # its last digit and the day's line become one piece of ink
    ImageDraw.Draw(image).line(
        (x, places["number"][1] * image.height, x + 4, places["date"][3] * image.height), fill=ink.BLUE, width=6
    )
    image.save(path, dpi=(200, 200))
    assert read(path, engine, reader)["arrivalNumber"].confidence < 0.9


def test_rows_that_may_be_others_leave_a_share() -> None:
    """The year of a day reads well as a number: two ways to see the rows, nearly alike."""
    day = DayReading(((ARRIVED.toordinal(), 1.0),), 0.9)
    ways = [
        Written(None, None, SlotReading(((number, 1.0),), 1.0), day, likely)
        for number, likely in ((12, -3.4), (50, -4.1), (12, -9.0))
    ]
    best = weighed(ways)
    assert best.numbers.best == 12
    assert 0.6 < best.number_share < 0.7
    assert best.day_share == pytest.approx(1)
    assert weighed(ways[:1]).number_share == 1


def test_a_confirmed_number_of_arrival_is_a_lesson(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    stamped(path, 1)
    lessons = arrival_lessons(NO_WORDS, path, "318", today=TODAY, engine=engine, reader=reader, weight=3.0)
    assert [(one.digits, one.weight) for one in lessons] == [("318", 3.0)]
    assert reader.read(lessons[0].window, "number").best == 318
    for number in ("70655", ""):  # stands on no line of the stamp; is not known
        assert arrival_lessons(NO_WORDS, path, number, today=TODAY, engine=engine, reader=reader) == []
    typed = [Word(text, (0.08 + 0.05 * at, 0.15, 0.12 + 0.05 * at, 0.16), 0.96, 0, 2) for at, text in enumerate(("Số:", "318"))]
    words = [Word("ĐẾN", (0.08, 0.13, 0.12, 0.14), 0.96, 0, 1), *typed]
    page = PageText(BLANK[1], BLANK[0], 200, words, "none")
    assert arrival_lessons(page, path, "318", today=TODAY, engine=engine, reader=reader) == []  # print teaches no hand


@pytest.mark.parametrize("text", ["7/3/2024", "07-3-24", "07.03.2024", "7/3"])
def test_a_day_in_any_form(text: str, reader: SlotReader) -> None:
    rng = random.Random(9)
    mask = written(StrokeWriter.any(rng), text, 40, rng)
    sheet = np.full((200, mask.shape[1] + 100), 255, np.uint8)
    sheet[60 : 60 + mask.shape[0], 50 : 50 + mask.shape[1]] = 255 - mask
    entry = Entry(sheet, (50.0, 60.0, 50.0 + mask.shape[1], 60.0 + mask.shape[0]), 60.0 + mask.shape[0] - 3, 42.0)
    found = read_day(reader, entry, ISSUED, TODAY)
    assert found.days[0][0] == ARRIVED.toordinal()
    assert found.expected
    later = (ARRIVED + timedelta(days=30)).toordinal()
    after = read_day(reader, entry, ((later, 1.0),), TODAY)
    assert not (after.days and after.expected and after.days[0][0] < later)  # nothing arrives before it is issued


@pytest.mark.parametrize("print_at", ["left", "right"])
def test_print_beside_a_day_is_left_out(print_at: str, reader: SlotReader) -> None:
    """Where all is of one ink the label, or a line of the document's own, may stand in what is taken for the day."""
    rng = random.Random(9)
    mask = written(StrokeWriter.any(rng), "7/3/2024", 40, rng)
    sheet = Image.new("L", (mask.shape[1] + 420, 200), 255)
    sheet.paste(Image.fromarray(255 - mask), (160, 60))
    ImageDraw.Draw(sheet).text(
        (20 if print_at == "left" else 175 + mask.shape[1], 60 + mask.shape[0]),
        "Ngày",
        font=typeface.at("bold", 52),
        fill=0,
        anchor="ls",
    )
    picture = np.asarray(sheet)
    cut = Cut(picture, np.eye(2, 3) / 1000, (-200.0, 0.0, sheet.width, sheet.height))
    layers = Layers(picture, picture, apart=False)
    lines = Lines(reader, layers, cut, ISSUED, TODAY)
    _entry, found = lines.day(Row(60.0 + mask.shape[0], -100.0, 40.0))
    assert found.best == ARRIVED.toordinal()
    assert found.mass > 1e-4


def test_a_document_keeps_its_own_number_and_day(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    made = make_arrived(180_002, way="scan 200")
    path = made.paper.save(tmp_path, "paper")
    page, turn = engine.read_scan(path)
    assert turn == 0
    found = read_header([page], [path], TODAY, engine=engine, reader=reader)
    for name in ("codeNumber", "codeNotation", "issuedDate", "arrivalNumber", "arrivalDate"):
        assert found[name].value.lstrip("0") == made.paper.truth[name].lstrip("0"), name


def arrived(number: str, day: str) -> dict[str, FieldReading]:
    return {
        name: FieldReading(value, 0.9, 1, None, "handwriting", "")
        for name, value in (("arrivalNumber", number), ("arrivalDate", day))
    }


def test_arrival_numbers_rise_with_their_days() -> None:
    days = [("120", "04/03/2024"), ("131", "05/03/2024"), ("182", "06/03/2024"), ("135", "06/03/2024"), ("140", "08/03/2024")]
    papers = [arrived(number, day) for number, day in days]
    doubted = out_of_order(papers)
    assert list(doubted) == [2]
    assert doubted[2].value == "182"
    assert doubted[2].confidence < 0.6
    assert out_of_order(papers[:3]) == {}
    assert out_of_order([arrived("7", "05/01/2025"), *(papers[i] for i in (0, 1, 3, 4))]) == {}  # a new year begins anew


def notice() -> Image.Image:
    """Page 1 of a typed notice, 300 dpi."""
    lines = (
        (500, 200, "regular", "UBND HUYỆN PHÚ AN"), (500, 262, "bold", "PHÒNG NỘI VỤ"),
        (1560, 200, "bold", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), (1560, 262, "bold", "Độc lập - Tự do - Hạnh phúc"),
        (500, 380, "regular", "Số: 45/TB-PNV"), (1560, 380, "italic", "Phú An, ngày 04 tháng 3 năm 2024"),
        (1240, 600, "bold", "THÔNG BÁO"), (1240, 670, "bold", "Về việc kiểm tra công tác văn thư, lưu trữ năm 2024"),
        (1240, 900, "regular", "Căn cứ kế hoạch công tác năm 2024, Phòng Nội vụ thông báo lịch kiểm tra như sau:"),
    )  # fmt: skip
    sheet = Image.new("RGB", (2480, 3508), (250, 250, 250))
    draw = ImageDraw.Draw(sheet)
    for x, y, style, text in lines:
        draw.text((x, y), text, font=typeface.at(style, 54 if y != 900 else 50), fill=(30, 30, 32), anchor="mm")  # type: ignore[arg-type]
    return sheet


@pytest.mark.parametrize(("colour", "mode"), [(ink.RED, "RGB"), (ink.BLACK, "L")])
def test_a_stamp_over_the_head_costs_no_other_field(
    colour: ink.Colour, mode: str, engine: Tesseract, reader: SlotReader, tmp_path: Path
) -> None:
    page = np.array(notice())
    rng = random.Random(6)
    stamp = struck(any_stamp(rng, "TRƯỜNG THPT TÂN KHÁNH", "318", ARRIVED), rng)
    ink.stamp_ink(page, stamp.stamp, 120, 470, colour, 0.9)  # its right edge runs through the subject's first words
    ink.stamp_ink(page, stamp.pen, 120, 470, ink.BLUE, 0.95)
    path = tmp_path / "page.png"
    Image.fromarray(page).convert(mode).save(path, dpi=(300, 300))
    read_page, _turn = engine.read_scan(path)
    found = read_header([read_page], [path], TODAY, engine=engine, reader=reader)
    assert {name: found[name].value for name in ("codeNumber", "codeNotation", "issuedDate", "typeName")} == {
        "codeNumber": "45", "codeNotation": "TB-PNV", "issuedDate": "04/03/2024", "typeName": "Thông báo",
    }  # fmt: skip
    assert found["subject"].value == "Về việc kiểm tra công tác văn thư, lưu trữ năm 2024"
    assert found["arrivalNumber"].value == "318"
    assert found["subject"].confidence <= 0.9  # beside the stamp: nobody knows what is under it


def test_a_paper_that_was_passed_on_has_two_stamps(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    page = np.array(notice())
    rng = random.Random(4)
    for number, day, left, top in (("318", ARRIVED, 140, 980), ("75", date(2024, 3, 12), 1400, 1030)):
        stamp = struck(any_stamp(rng, "TRƯỜNG THPT TÂN KHÁNH", number, day), rng)
        ink.stamp_ink(page, stamp.stamp, left, top, ink.RED, 0.9)
        ink.stamp_ink(page, stamp.pen, left, top, ink.BLUE, 0.95)
    path = tmp_path / "page.png"
    Image.fromarray(page).save(path, dpi=(300, 300))
    read_page, _turn = engine.read_scan(path)
    found = read_header([read_page], [path], TODAY, engine=engine, reader=reader)
    assert (found["arrivalNumber"].value, found["arrivalDate"].value) == ("75", "12/03/2024")
    assert max(found[name].confidence for name in ("arrivalNumber", "arrivalDate")) <= 0.8
    assert "two arrival stamps" in found["arrivalNumber"].why
    assert (found["codeNumber"].value, found["issuedDate"].value) == ("45", "04/03/2024")
    assert found["subject"].value == "Về việc kiểm tra công tác văn thư, lưu trữ năm 2024"


def test_words_beside_a_stamp_may_have_lost_some_to_it(engine: Tesseract, tmp_path: Path) -> None:
    stamped(tmp_path / "page.png", 1)
    stamp = find_arrival_stamp(NO_WORDS, tmp_path / "page.png", engine)
    assert stamp is not None
    x0, y0, x1, y1 = stamp.box
    middle = (y0 + y1) / 2
    assert stamp.touches((x1 + 0.01, middle, x1 + 0.2, middle + 0.01))
    assert stamp.touches((x0 - 0.05, middle, x1 + 0.2, middle + 0.01))
    assert not stamp.touches((x1 + 0.05, middle, x1 + 0.2, middle + 0.01))
    assert not stamp.touches((x0, y1 + 0.01, x1, y1 + 0.02))


def test_a_full_disk_costs_no_stamp(engine: Tesseract, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    stamped(path, 1)
    stamp = find_arrival_stamp(NO_WORDS, path, engine)
    assert stamp is not None
    kept = without_stamps(NO_WORDS, path, engine, stamp, tmp_path / "gone")
    assert (kept.page, kept.image, kept.stamps) == (NO_WORDS, path, [stamp])
    cleared = without_stamps(NO_WORDS, path, engine, stamp, tmp_path)
    assert cleared.stamps == [stamp]
    assert find_arrival_stamp(NO_WORDS, cleared.image, engine, gone=[stamp.box]) is None
