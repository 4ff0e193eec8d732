"""Who signed: names as they are read below seals, posts by their rows, the second look at the signature's column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.describe.closing import person
from app.describe.header import describe, read_header
from app.describe.names import is_syllable, likeness
from app.describe.on_behalf import mended
from app.describe.ring import without_rings
from app.recognise.tesseract import Tesseract
from tests.describe.layouts import HEIGHT, WIDTH, Draft, closing, head

TODAY = date(2026, 11, 22)
FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "Tinos-Bold.ttf"
RADIUS = 142  # pixels at 200 dpi: a seal of 36 mm


@pytest.mark.parametrize(
    ("read_as", "name"),
    [
        ("Đồ Hữu Sỹ", "Đỗ Hữu Sỹ"),
        ("uynh Ngọc Dũng", "Huỳnh Ngọc Dũng"),
        ("ùi Văn Dũng", "Bùi Văn Dũng"),
        ("Huỳah Ngọc Dũng", "Huỳnh Ngọc Dũng"),
        ("vũ Thu Duyên", "Vũ Thu Duyên"),
        ("Hồ Đức sỹ", "Hồ Đức Sỹ"),
        ("ThS. Nguyên Văn An", "Nguyễn Văn An"),
        ("Hoàng Minh Bình", "Hoàng Minh Bình"),
        ("Siu H'Win", None),
        ("oang minh bình", None),
        ("Nơi nhận", None),
    ],
)
def test_a_name_is_mended_by_its_family_alone(read_as: str, name: str | None) -> None:
    assert person(read_as) == name


def test_what_looks_like_a_name() -> None:
    assert likeness("Nguyễn Thị Hường") > likeness("Thị Hường") > likeness("Vự Jwu")
    assert all(is_syllable(word) for word in ("Nguyễn", "Huỳnh", "Quý", "Khuất", "Giang", "Nghĩa"))
    assert not any(is_syllable(word) for word in ("Jwu", "Ngnh", "Đốố"))


def test_kt_is_signed_by_a_deputy_whose_word_was_lost() -> None:
    draft = closing(head(), 0.4, posts=("KT. HIỆU TRƯỞNG", "HIỆU TRƯỞNG"))
    position = read_header([draft.page()], today=TODAY).fields["position"]
    assert position.value == "Phó Hiệu trưởng"
    assert position.confidence < 0.6
    whole = read_header([closing(head(), 0.4).page()], today=TODAY).fields["position"]
    assert whole.value == "Phó Trưởng phòng"
    assert whole.confidence > 0.9


def test_pieces_of_a_seal_are_no_part_of_the_post() -> None:
    draft = closing(head(), 0.4, posts=("GIÁM ĐỐC",)).put("ĐÂN Hạ", 0.70, 0.417, confidence=0.8)
    draft.put("TRÀ", 0.72, 0.434, confidence=0.8)
    assert read_header([draft.page()], today=TODAY).fields["position"].value == "Giám đốc"
    office = closing(head(), 0.4, posts=("GIÁM ĐỐC", "SỞ NỘI VỤ TỈNH AN PHÚ"))
    assert read_header([office.page()], today=TODAY).fields["position"].value == "Giám đốc SỞ NỘI VỤ TỈNH AN PHÚ"


def test_the_lowest_line_is_not_the_name_when_another_looks_like_one() -> None:
    draft = closing(head(), 0.4, name="Lê Quốc Nghĩa").put("Vây Quỉ", 0.70, 0.56, confidence=0.6)
    assert read_header([draft.page()], today=TODAY).fields["signer"].value == "Lê Quốc Nghĩa"


def sealed(folder: Path) -> Path:
    """Black and white: the seal's ring runs through the first letters of post and name."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 38)
    draw.text((1010, 940), "KT. HIỆU TRƯỞNG", font=font, fill=0)
    draw.text((1000, 985), "PHÓ HIỆU TRƯỞNG", font=font, fill=0)
    draw.text((1006, 1262), "Huỳnh Ngọc Dũng", font=font, fill=0)
    x, y = 1020, 1179
    draw.ellipse((x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS), outline=0, width=4)
    draw.ellipse((x - 80, y - 80, x + 80, y + 80), outline=0, width=3)
    path = folder / "page.png"
    image.convert("1").save(path, dpi=(200, 200))
    return path


def test_a_seal_without_colour_hides_neither_post_nor_name(engine: Tesseract, tmp_path: Path) -> None:
    draft = head().put("QUYẾT ĐỊNH", 0.52, 0.160).put("Về việc khen thưởng", 0.52, 0.177)
    first: Draft = draft.at("Nơi nhận:", 0.15, 0.405).at("- Như Điều 3;", 0.15, 0.425).at("- Lưu: VT.", 0.15, 0.44)
    found = describe([first.page()], images=[sealed(tmp_path)], today=TODAY, engine=engine)
    assert found["signer"].value == "Huỳnh Ngọc Dũng"
    assert found["position"].value == "Phó Hiệu trưởng"


def test_only_the_ring_is_taken_out(tmp_path: Path) -> None:
    with Image.open(sealed(tmp_path)) as opened:
        page = np.asarray(opened.convert("L"))[900:1370, 850:]
    open_page = without_rings(page, 200)
    y, x = np.mgrid[: page.shape[0], : page.shape[1]]
    away = np.hypot(x - 170, y - 279)
    ring = abs(away - RADIUS + 2) < 1.5
    assert (page[ring] == 0).mean() > 0.9
    assert (open_page[ring] > 200).mean() > 0.9
    assert np.array_equal(page[away < RADIUS - 20], open_page[away < RADIUS - 20])
    assert np.array_equal(page[away > RADIUS + 20], open_page[away > RADIUS + 20])
    blank = np.full((400, 600), 255, np.uint8)
    assert np.array_equal(without_rings(blank, 200), blank)


def test_a_picture_without_room_for_a_seal_is_left(tmp_path: Path) -> None:
    line = np.full((30, 600), 255, np.uint8)
    assert without_rings(line, 300) is line
    assert without_rings(line, 2400) is line


@pytest.mark.parametrize(
    ("read", "spelt"),
    [
        ("UY BAN NHAN DAN", "ỦY BAN NHÂN DÂN"),
        ("ÚY BAN NHÂN DÂN XÃ TÂN AN", "ỦY BAN NHÂN DÂN XÃ TÂN AN"),
        ("THƯỜNG TRỰC HỘI ĐÔNG NHÂN DÂN", "THƯỜNG TRỰC HỘI ĐỒNG NHÂN DÂN"),
        ("GIAM ĐOC", "GIÁM ĐỐC"),
        ("GIAM ĐỐC SỞ NỘI VỤ", "GIÁM ĐỐC SỞ NỘI VỤ"),
        ("BAN THƯỜNG VU", "BAN THƯỜNG VỤ"),
        ("LIÊN HIỆP HỘI", "LIÊN HIỆP HỘI"),
        ("", ""),
    ],
)
def test_for_whom_is_signed_is_spelt_right(read: str, spelt: str) -> None:
    assert mended(read) == spelt
