"""From a scanned page to the number: windows on rendered heads, and a whole dossier whose documents vouch for each other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.describe.handwriting.dossier import describe_dossier, read_header
from app.describe.handwriting.evidence import Evidence
from app.describe.handwriting.fuse import Verdict, fused_date, fused_number
from app.describe.handwriting.lost import find_lost_numbers
from app.describe.handwriting.metrics import width
from app.describe.handwriting.notation import snapped
from app.describe.handwriting.reader import SlotReader
from app.describe.handwriting.slots import Window, aligned, cut, find_windows, load_grey
from app.describe.header import read_header as rules_header
from app.recognise.tesseract import Tesseract
from storage.records.reading import Box, FieldReading, PageText, Word
from tests.describe.layouts import head as drafted_head
from tests.samples import make_document, scan
from tests.samples.dossier import ENTRIES, WITH_PEN, paper_of
from tests.samples.hand import StrokeWriter
from tests.samples.layout import Manner, lay_out
from tests.samples.sample import Sample, assemble

TODAY = date(2026, 11, 22)
HEAD = 0.38  # of the page: as much as a head needs


@pytest.fixture(scope="module")
def reader() -> SlotReader:
    return SlotReader()


def head_of(sample: Sample, path: Path, zoom: float = 1.0) -> tuple[Path, int]:
    """The upper part of page 1 as a picture; its resolution."""
    page = sample.pages[0]
    strip = page.crop((0, 0, page.width, round(page.height * HEAD)))
    if zoom != 1.0:
        strip = strip.resize((round(strip.width * zoom), round(strip.height * zoom)), Image.Resampling.BICUBIC)
    dpi = round(sample.wear.dpi * zoom)
    strip.save(path, dpi=(dpi, dpi))
    return path, dpi


def inside(box: Box, window: Window, aspect: float) -> bool:
    """Whether the middle line of a field, in fractions of the page, lies in the window."""
    left, top, right, bottom = window.box(aspect)
    return left <= box[0] + 0.01 and right >= box[2] - 0.01 and top < (box[1] + box[3]) / 2 < bottom


@pytest.mark.parametrize(("seed", "zoom"), [(0, 1.0), (1, 1.5), (7, 1.5)])
def test_the_places_are_found_at_any_resolution(
    seed: int, zoom: float, engine: Tesseract, reader: SlotReader, tmp_path: Path
) -> None:
    sample = make_document(seed, pages=1, handwritten=True)
    path, dpi = head_of(sample, tmp_path / "head.png", zoom)
    page = engine.read(path, dpi)
    windows = find_windows(page, rules_header([page], today=TODAY))
    assert set(windows) == {"number", "day", "month", "year"}
    number = sample.truth["boxes"]["codeNumber"]["box"]
    on_strip = (number[0], number[1] / HEAD, number[2], number[3] / HEAD)
    assert inside(on_strip, windows["number"], page.height / page.width)
    grey = load_grey(path)
    assert grey is not None
    year = reader.read(cut(grey, aligned(grey, windows["year"])), "year")
    assert year.best == int(sample.truth["fields"]["issuedDate"][-4:])


def pile(
    numbers: Sequence[int], engine: Tesseract, folder: Path
) -> tuple[list[tuple[list[PageText], list[Path]]], list[tuple[str, str]]]:
    """Heads of one office's papers, filled in by one clerk, and (number, date) of each."""
    documents, truth = [], []
    for place, number in enumerate(numbers):
        issued = date(2024, 3, 1 + 2 * place)
        entry = replace(ENTRIES[3], number=f"{number:02d}", issued=issued, by_hand=WITH_PEN)
        rng = random.Random(f"pile-{number}")
        writer = StrokeWriter(rng, 0.18, 0.075, 0.6, 0.02, dict.fromkeys("0123456789", 0))
        paper = paper_of(entry)
        wear = scan.Wear(angle=rng.uniform(-0.5, 0.5), noise=1.0, blur=0.5)
        sample = assemble(paper, lay_out(paper, Manner(body=14.0, spacing=1.05)), wear, writer, rng)
        path, dpi = head_of(sample, folder / f"{number}.jpg")
        documents.append(([engine.read(path, dpi)], [path]))
        truth.append((f"{number:02d}", f"{issued:%d/%m/%Y}"))
    return documents, truth


def test_a_dossier_of_rendered_pages(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    documents, truth = pile([126, 127, 129, 130, 131, 134], engine, tmp_path)
    described = describe_dossier(documents, TODAY, reader=reader)
    read = [(one["codeNumber"].value, one["issuedDate"].value) for one in described]
    right = sum(a == b for a, b in zip(read, truth, strict=True))
    assert right >= 5, (read, truth)
    for one, (number, day) in zip(described, truth, strict=True):
        for name, wanted in (("codeNumber", number), ("issuedDate", day)):
            reading = one[name]
            assert reading.source == "handwriting"
            assert reading.box is not None
            assert reading.page == 1
            assert reading.why
            assert reading.value == wanted or reading.confidence < 0.95
        assert one["codeNotation"].value == "QĐ-UBND"
        assert one["typeName"].value == "Quyết định"


def test_a_single_document_with_a_pen(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    documents, truth = pile([57], engine, tmp_path)
    fields = read_header(*documents[0], TODAY, reader=reader)
    assert (fields["codeNumber"].value, fields["issuedDate"].value) == truth[0]
    assert fields["codeNumber"].source == "handwriting"


def test_what_is_well_printed_stays_with_the_rules(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    sample = make_document(11, pages=1, handwritten=False, condition="clean")
    path, dpi = head_of(sample, tmp_path / "head.png")
    page = engine.read(path, dpi)
    fields = read_header([page], [path], TODAY, reader=reader)
    rules = rules_header([page], today=TODAY).fields
    assert fields["codeNumber"] == rules["codeNumber"]
    assert fields["issuedDate"] == rules["issuedDate"]
    assert fields["codeNumber"].source == "rule"


def test_a_sure_pen_stands_against_its_neighbours_and_says_so() -> None:
    evidence = Evidence({}, numbers=((270, 0.97), (280, 0.03)))
    reading = fused_number(evidence, Verdict(((280, 0.99), (270, 0.01)), asked=True), None)
    assert reading.value == "270"
    assert reading.confidence < 0.6
    assert "270" in reading.why
    assert "280" in reading.why


def test_a_doubtful_pen_follows_its_neighbours_and_says_so() -> None:
    days = [date(2010, 9, 6).toordinal(), date(2010, 10, 6).toordinal()]
    evidence = Evidence({}, dates=((days[0], 0.6), (days[1], 0.4)))
    reading = fused_date(evidence, Verdict(((days[1], 0.98), (days[0], 0.02)), asked=True), None)
    assert reading.value == "06/10/2010"
    assert "06/09/2010" in reading.why


def test_a_value_that_the_pen_hardly_shows_is_never_sure() -> None:
    evidence = Evidence({}, numbers=((31, 0.8), (44, 0.199), (37, 0.001)))
    assert fused_number(evidence, Verdict(((37, 0.999),), asked=True), None).confidence <= 0.9


def test_print_that_the_neighbours_doubt_is_kept_and_shown() -> None:
    printed = FieldReading("2011", 0.95, 1, (0.1, 0.1, 0.2, 0.2), "rule", "")
    evidence = Evidence({"codeNumber": printed}, numbers=((2011, 0.85), (201, 0.15)))
    reading = fused_number(evidence, Verdict(((201, 0.99), (2011, 0.01)), asked=True), printed)
    assert reading.value == "2011"
    assert reading.confidence < 0.6
    assert "201" in reading.why


def without_line(page: PageText, mark: str) -> PageText:
    """As if the engine had taken a line for a drawing."""
    level = next((w.box[1] + w.box[3]) / 2 for w in page.words if mark in w.text)
    kept = [w for w in page.words if w.box[0] > 0.45 or abs((w.box[1] + w.box[3]) / 2 - level) > 0.02]
    return PageText(page.width, page.height, page.dpi, kept, page.engine)


def test_a_number_whose_line_has_no_words_is_found_by_its_ink(engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    documents, truth = pile([243], engine, tmp_path)
    page = without_line(documents[0][0][0], "/QĐ")
    assert "codeNumber" not in {slot.field for slot in rules_header([page], today=TODAY).slots}
    fields = read_header([page], documents[0][1], TODAY, reader=reader)
    assert fields["codeNumber"].value == truth[0][0]
    assert fields["codeNumber"].confidence < 0.95
    assert fields["issuedDate"].value == truth[0][1]


@pytest.mark.parametrize("shade", ["white", "noise", "rule"])
def test_no_number_is_found_where_no_line_is(shade: str) -> None:
    grey = np.full((600, 1600), 245, np.uint8)
    if shade == "noise":
        grey = np.random.default_rng(1).integers(200, 256, grey.shape).astype(np.uint8)
    if shade == "rule":
        grey[300:303, 200:700] = 20
    assert find_lost_numbers(grey, (0.05, 0.1, 0.47, 0.9), 0.0227, None) == []


def notation(value: str, sure: float, kind: str = "Tờ trình") -> dict[str, FieldReading]:
    return {"codeNotation": FieldReading(value, sure, 1, None, "rule", ""), "typeName": FieldReading(kind, 0.9)}


def test_a_misread_notation_is_mended_after_the_dossier() -> None:
    fields = [notation("TTr-STC", 0.95)] * 4 + [notation("ZTTr-STC", 0.3), notation("TTr-STG", 0.4)]
    mended = snapped(fields)
    assert [one.value for one in mended if one] == ["TTr-STC"] * 6
    assert mended[4] is not None
    assert mended[4].confidence < 0.95
    assert "ZTTr-STC" in mended[4].why


def test_other_notations_are_left_alone() -> None:
    fields = [notation("TTr-STC", 0.95)] * 4 + [notation("BC-STC", 0.9, "Báo cáo"), notation("GM-UBND", 0.5, "Giấy mời")]
    fields.append(notation("TTr.STC", 0.5))
    assert [one.value for one in snapped(fields) if one][4:] == ["BC-STC", "GM-UBND", "TTr.STC"]


def empty_page() -> PageText:
    return PageText(1654, 800, 200, [Word("Số:", (0.1, 0.2, 0.13, 0.22), 0.9)])


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 60])
def test_a_picture_that_can_not_be_read_leaves_the_rules(content: bytes, reader: SlotReader, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(content)
    fields = read_header([empty_page()], [path], TODAY, reader=reader)
    assert all(one.source == "rule" for one in fields.values())
    assert read_header([empty_page()], [tmp_path / "missing.png"], TODAY, reader=reader) == fields


def test_nothing_gives_nothing(reader: SlotReader) -> None:
    assert describe_dossier([], TODAY, reader=reader) == []
    assert describe_dossier([([], [])], TODAY, reader=reader) == [{}]
    assert read_header([PageText(0, 0, 0)], [], TODAY, reader=reader).keys() <= {"numberOfPage"}


def test_a_window_beyond_the_picture_is_paper() -> None:
    grey = np.full((50, 80), 200, np.uint8)
    for window in (Window("day", 2.0, 2.2, 0.5, 0.02), Window("day", -0.5, 0.4, 0.9, 0.3), Window("day", 0.2, 0.3, -4.0, 0.02)):
        found = cut(grey, aligned(grey, window))
        assert found.shape[0] == 48
        assert found.min() >= 190


@pytest.mark.parametrize("seed", [31, 32, 34, 37])
def test_number_and_notation_share_no_place(seed: int, engine: Tesseract, reader: SlotReader, tmp_path: Path) -> None:
    """The clerk compares each with its own crop: the number's showed the first letters of the notation, which lacked half a letter."""
    sample = make_document(seed, pages=1, handwritten=True)
    path, dpi = head_of(sample, tmp_path / "head.png", 1.5)
    (told,) = describe_dossier([([engine.read(path, dpi)], [path])], TODAY, engine=engine, reader=reader)
    number, notation = told["codeNumber"].box, told["codeNotation"].box
    assert number is not None
    assert notation is not None
    boxes = sample.truth["boxes"]
    assert number[2] <= notation[0] + 1e-6
    assert number[2] >= boxes["codeNumber"]["box"][2] - 0.004, "no digit is cut off"
    assert notation[0] <= boxes["codeNotation"]["box"][0] + 0.003, "and no letter"


def test_digits_wider_than_print_are_not_cut_off_the_number() -> None:
    """ "178/T.Tr-CC" read as one word: shared evenly among its letters the notation would begin within the digits."""
    draft, end = drafted_head(code=""), 0.4
    draft.words.append(Word("Số:178/T.Tr-CC", (0.17, 0.095, end, 0.1075), 0.9, 0, draft.line))
    page = draft.page()
    header = rules_header([page], today=TODAY)
    window, notation = find_windows(page, header)["number"], header.fields["codeNotation"]
    begins = end - window.em * width(notation.value)
    assert notation.box is not None
    assert notation.box[0] < begins - 2 * window.em
    assert begins - 0.3 * window.em < window.box(page.height / page.width)[2] <= begins, "up to the slash"
