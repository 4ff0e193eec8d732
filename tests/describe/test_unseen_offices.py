"""Papers of offices and forms that the rules were not written on: what they got wrong there."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.describe.arrival.cleared import without_stamps
from app.describe.arrival.stamp import find_arrival_stamp
from app.describe.header import describe, read_header
from app.describe.ink import scanned_as
from app.describe.layout import Sheet
from app.describe.numbering import normal_notation
from app.recognise.tesseract import Tesseract
from tests.describe.layouts import HEIGHT, WIDTH, Draft, head
from tests.samples import ink
from tests.samples.arrival import any_stamp, struck

TODAY = date(2026, 11, 28)
FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"


def ending(*posts: str, label: str = "Nơi nhận:") -> Draft:
    """A letter's end: recipients on the left, posts and a name on the right."""
    draft = head().at("Đề nghị các đơn vị nghiêm túc thực hiện và báo cáo kết quả đúng thời hạn.", 0.12, 0.40)
    for row, text in enumerate((label, "- Như trên;", "- Sở Nội vụ;", "- Lưu: VT.")):
        draft.at(text, 0.12, 0.450 + 0.014 * row)
    for row, text in enumerate(posts):
        draft.put(text, 0.72, 0.446 + 0.017 * row)
    return draft.put("Nguyễn Văn Hải", 0.72, 0.570)


@pytest.mark.parametrize("label", ["Nơi nhận:", "Ni nhận:", "Nẵi nhận:", "Mi nhận:"])
def test_the_label_of_the_recipients_may_be_misread(label: str) -> None:
    fields = read_header([ending("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", label=label).page()], today=TODAY).fields
    assert fields["recipients"].value == "Như trên; Sở Nội vụ; Lưu: VT"
    assert fields["signer"].value == "Nguyễn Văn Hải"


def test_a_list_that_ends_in_the_file_needs_no_label() -> None:
    fields = read_header([ending("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", label="Nưi :").page()], today=TODAY).fields
    assert fields["recipients"].value == "Như trên; Sở Nội vụ; Lưu: VT"
    assert fields["recipients"].confidence < 0.8


@pytest.mark.parametrize("last", ["- Lưu ý nội dung trên", "- Sở Y tế"])
def test_a_list_of_the_text_is_none_of_recipients(last: str) -> None:
    draft = head().at("Bên nhận:", 0.12, 0.45).at("- Sở Nội vụ;", 0.12, 0.464).at(last, 0.12, 0.478)
    assert "recipients" not in read_header([draft.page()], today=TODAY).fields


def test_an_authority_begins_at_its_first_row() -> None:
    posts = ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    end = Draft().at("Các đơn vị báo cáo kết quả đúng thời hạn đã được giao trong kế hoạch.", 0.12, 0.62)
    for row, text in enumerate(posts):
        end.put(text, 0.72, 0.646 + 0.017 * row)
    fields = read_header([head().page(), end.put("Nguyễn Văn Hải", 0.72, 0.770).page()], today=TODAY).fields
    assert fields["authority"].value == "TM. ỦY BAN NHÂN DÂN; KT. CHỦ TỊCH"
    assert fields["position"].value == "Phó Chủ tịch"


def test_the_party_writes_its_letters_without_a_stop() -> None:
    fields = read_header([ending("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ").page()], today=TODAY).fields
    assert (fields["authority"].value, fields["position"].value) == ("TM. BAN THƯỜNG VỤ", "Phó Bí thư")


def test_a_long_row_of_the_authority_is_no_recipient() -> None:
    posts = ("TL. BỘ TRƯỞNG", "KT. VỤ TRƯỞNG VỤ KẾ HOẠCH - TÀI CHÍNH VÀ QUẢN LÝ", "PHÓ VỤ TRƯỞNG")
    fields = read_header([ending(*posts).page()], today=TODAY).fields
    assert fields["recipients"].value == "Như trên; Sở Nội vụ; Lưu: VT"


def test_a_second_post_belongs_to_the_first() -> None:
    fields = read_header([ending("KT. CHỈ HUY TRƯỞNG", "PHÓ CHỈ HUY TRƯỞNG", "THAM MƯU TRƯỞNG").page()], today=TODAY).fields
    assert fields["position"].value == "Phó Chỉ huy trưởng Tham mưu trưởng"


def test_the_last_letter_of_a_notation_read_twice() -> None:
    assert normal_notation("2026/HSST-QĐÐ") == "2026/HSST-QĐ"
    assert normal_notation("CV-ĐĐBQH") == "CV-ĐĐBQH"


def test_an_english_row_is_no_parent_though_an_accent_was_invented() -> None:
    draft = head(parent="", issuer="").put("TỔNG CÔNG TY LÂM NGHIỆP VIỆT NAM", 0.27, 0.034)
    draft.put("HÒA BINH FORESTRY JOINT STOCK COMPANY", 0.27, 0.048).put("CÔNG TY CỔ PHẦN LÂM NGHIỆP", 0.27, 0.062)
    fields = read_header([draft.page()], today=TODAY).fields
    assert fields["parentOrgan"].value.casefold() == "tổng công ty lâm nghiệp việt nam"
    assert fields["organName"].value.casefold() == "công ty cổ phần lâm nghiệp"


@pytest.mark.parametrize(
    ("rows", "bold", "issuer"),
    [
        (("NGÂN HÀNG NHÀ NƯỚC VIỆT NAM", "NGÂN HÀNG NHÀ NƯỚC", "CHI NHÁNH KHU VỰC 9"), 1, "ngân hàng nhà nước chi nhánh khu vực 9"),
        (("TỔNG CÔNG TY LÂM NGHIỆP VIỆT NAM", "LÂM TRƯỜNG HÀ NỪNG"), 1, "lâm trường hà nừng"),
        (("ỦY BAN NHÂN DÂN", "TỈNH HÀ TĨNH"), 1, "ủy ban nhân dân tỉnh hà tĩnh"),  # no name begins with "Tỉnh"
        (("SỞ TÀI CHÍNH", "CHI CỤC GIÁ"), 0, "chi cục giá"),  # of one weight: the words decide
    ],
)  # fmt: skip
def test_the_weight_of_print_parts_issuer_and_parent(
    rows: tuple[str, ...], bold: int, issuer: str, engine: Tesseract, tmp_path: Path
) -> None:
    image = Image.new("L", (WIDTH, HEIGHT), 250)
    draft = head(parent="", issuer="")
    for at, text in enumerate(rows):
        font = ImageFont.truetype(str(FONTS / f"Tinos-{'Bold' if at >= bold else 'Regular'}.ttf"), 28)
        y = 0.045 + 0.016 * at
        draft.put(text, 0.27, y)
        for word in draft.words[-len(text.split()) :]:
            x0, y0, x1, _low = word.box
            wide = Image.new("L", (round(font.getlength(word.text)), 48), 250)
            ImageDraw.Draw(wide).text((0, 8), word.text, font=font, fill=20)
            image.paste(wide.resize((round((x1 - x0) * WIDTH), 48)), (round(x0 * WIDTH), round(y0 * HEIGHT) - 8))
    path = tmp_path / "page.png"
    image.save(path, dpi=(200, 200))
    found = describe([draft.page()], images=[path], today=TODAY, engine=engine)
    assert found["organName"].value.casefold() == issuer


def test_a_sentence_in_a_frame_is_no_arrival_stamp(engine: Tesseract, tmp_path: Path) -> None:
    image = Image.new("L", (2480, 3508), 250)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONTS / "Tinos-Regular.ttf"), 46)
    draw.rectangle((300, 500, 900, 850), outline=20, width=5)
    for row, text in enumerate(("Đối với công trình", "xây dựng chuyển tiếp", "bảo đảm an toàn")):
        draw.text((330, 540 + 90 * row), text, font=font, fill=20)
    path = tmp_path / "page.png"
    image.save(path, dpi=(300, 300))
    page, _turn = engine.read_scan(path)
    assert find_arrival_stamp(page, path, engine) is None


def test_lines_beside_two_stamps_stay_apart(engine: Tesseract, tmp_path: Path) -> None:
    page = np.full((3508, 2480, 3), 250, np.uint8)
    rng = random.Random(4)
    for number, top in (("318", 420), ("75", 1250)):
        stamp = struck(any_stamp(rng, "UBND HUYỆN PHÚ AN", number, date(2024, 3, 7)), rng)
        ink.stamp_ink(page, stamp.stamp, 160, top, ink.RED, 0.9)
    image = Image.fromarray(page)
    font = ImageFont.truetype(str(FONTS / "Tinos-Regular.ttf"), 54)
    for row, text in enumerate(("Thông báo về công tác", "kiểm tra lưu trữ", "Kính gửi các đơn vị", "trực thuộc tỉnh")):
        ImageDraw.Draw(image).text((1100, 480 + 130 * (row % 2) + 830 * (row // 2)), text, font=font, fill=(25, 25, 28))
    path = tmp_path / "page.png"
    image.save(path, dpi=(300, 300))
    read, _turn = engine.read_scan(path)
    stamp = find_arrival_stamp(read, path, engine)
    assert stamp is not None
    cleared = without_stamps(read, path, engine, stamp, tmp_path)
    assert len(cleared.stamps) == 2
    for line in Sheet.of(cleared.page, 1).lines:
        assert line.reach[1] - line.reach[0] < 0.05, line.text


def test_how_a_picture_was_scanned(tmp_path: Path) -> None:
    grey = np.random.default_rng(1).integers(200, 250, (64, 64), np.uint8)
    for name, picture in (
        ("colour", Image.fromarray(np.stack([grey] * 3, axis=2))),
        ("grey", Image.fromarray(grey)),
        ("bitonal", Image.fromarray(grey > 225)),
    ):
        picture.save(tmp_path / f"{name}.png")
        assert scanned_as(tmp_path / f"{name}.png") == name
    assert scanned_as(tmp_path / "lost.png") == "colour"
