"""The names of the head and the place of issue read twice, names of addressees without their label."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from app.describe.header import describe, read_header
from app.describe.places import mended_place
from app.recognise.tesseract import Tesseract
from storage.records.reading import FieldReading
from tests.describe.layouts import HEIGHT, WIDTH, Draft, head

TODAY = date(2026, 11, 22)
FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "Tinos-Bold.ttf"


def picture(folder: Path, *lines: tuple[str, float, float]) -> Path:
    """Lines in bold print, each centred at x, its top at y (fractions of the page)."""
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 29)
    for text, x, y in lines:
        draw.text((x * WIDTH, y * HEIGHT), text, font=font, fill=10, anchor="ma")
    path = folder / "head.png"
    image.save(path, dpi=(200, 200))
    return path


def test_a_row_of_the_head_that_was_lost_comes_back(engine: Tesseract, tmp_path: Path) -> None:
    page = head(parent="", issuer="").put("TỔNG LIÊN ĐOÀN LAO ĐỘNG", 0.27, 0.040).put("WII NĂW", 0.27, 0.055, confidence=0.2)
    page.put("LIÊN ĐOÀN LAO ĐỘNG", 0.27, 0.070)
    printed = picture(
        tmp_path,
        ("TỔNG LIÊN ĐOÀN LAO ĐỘNG", 0.27, 0.040),
        ("VIỆT NAM", 0.27, 0.055),
        ("LIÊN ĐOÀN LAO ĐỘNG", 0.27, 0.070),
    )
    alone = describe([page.page()], today=TODAY)
    assert alone["parentOrgan"].value == "Tổng Liên đoàn Lao động"
    found = describe([page.page()], images=[printed], today=TODAY, engine=engine)
    assert found["parentOrgan"].value == "Tổng Liên đoàn Lao động Việt Nam"
    assert found["organName"].value == "Liên đoàn Lao động"


def test_a_name_ends_as_the_place_does(engine: Tesseract, tmp_path: Path) -> None:
    page = head(parent="ĐẢNG BỘ TỈNH MỸ XUYÊN", issuer="HUYỆN ỦY TÂN KHÁNH", place="Mỹ Xuyên Đông, ngày 05 tháng 3 năm 2024")
    found = describe([page.page()], images=[picture(tmp_path)], today=TODAY, engine=engine)
    assert found["parentOrgan"].value == "Đảng bộ tỉnh Mỹ Xuyên Đông"
    assert found["parentOrgan"].confidence <= 0.75


@pytest.mark.parametrize(
    ("place", "sure", "organ", "told"),
    [
        ("Ngọc Điền", 0.95, "Viện kiểm sát nhân dân huyện Ngọc Điển", "Ngọc Điền"),  # small letters are believed
        ("Binh Sa", 0.6, "Bảo hiểm xã hội tỉnh Bình Sa", "Bình Sa"),
        ("Ea Hdữy", 0.42, "Bệnh viện Đa khoa tỉnh Ea Hding", "Ea Hding"),
        ("Ea Hdữy", 0.9, "Bệnh viện Đa khoa tỉnh Ea Hding", "Ea Hdữy"),
        ("Vĩnh Hò", 0.7, "Sở Y tế tỉnh Vĩnh Hà", "Vĩnh Hà"),
        ("Bắc Giarg", 0.7, "Trường Tiểu học Kỳ Sơn", "Bắc Giang"),
        ("Câm Sơn", 0.9, "Ủy ban nhân dân huyện Cẩm Sơn", "Cẩm Sơn"),  # but small letters lose accents
        ("Câm Xuyên", 0.9, "Ủy ban nhân dân huyện Câm Xuyên", "Cẩm Xuyên"),  # and so do capitals
        ("Câm Sơn", 0.97, "Ủy ban nhân dân xã Câm Sơn", "Câm Sơn"),
        ("Bình Sq", 0.9, "Sở Nội vụ", "Bình Sa"),
        ("Phurớc Long", 0.9, "Sở Nội vụ", "Phước Long"),
        ("Quy Nhơn", 0.7, "Sở Nội vụ", "Quy Nhơn"),
        ("Hoà Thắng", 0.7, "Sở Nội vụ", "Hoà Thắng"),
    ],
)
def test_the_place_is_mended_by_the_head_where_it_is_doubtful(place: str, sure: float, organ: str, told: str) -> None:
    fields = {
        "place": FieldReading(place, sure, 1, None, "rule", ""),
        "organName": FieldReading(organ, 0.8, 1, None, "rule", ""),
    }
    found = mended_place(fields)
    assert found.value == told
    assert told == place or found.confidence <= 0.85


def test_the_place_is_read_again_with_every_letter_of_its_words(engine: Tesseract, tmp_path: Path) -> None:
    """A word that the first look was not sure of belongs to the place: alone the second one would be sure of half a name."""
    page = head(place="")
    page.at("Phurớc", 0.58, 0.095, confidence=0.1).at("Nguyên, ngày 05 tháng 3 năm 2024", 0.6425, 0.095)
    drawn = page.page()
    drawn.words[-6:] = [replace(word, line=drawn.words[-7].line) for word in drawn.words[-6:]]
    printed = picture(tmp_path, ("Phước Nguyên, ngày 05 tháng 3 năm 2024", 0.735, 0.0945))
    alone = describe([drawn], today=TODAY)["place"]
    assert alone.confidence < 0.5
    found = describe([drawn], images=[printed], today=TODAY, engine=engine)["place"]
    assert (found.value, found.confidence > 0.8) == ("Phước Nguyên", True)


def test_a_second_look_that_lost_a_row_is_no_better(engine: Tesseract, tmp_path: Path) -> None:
    page = head(parent="", issuer="", place="Bình Sa, ngày 05 tháng 3 năm 2024").put("ỦY BAN NHÂN DÂN", 0.27, 0.04)
    page.put("TÍNH BINHSA", 0.27, 0.055, confidence=0.4).put("SỞ NỘI VỤ", 0.27, 0.071)
    printed = picture(tmp_path, ("ỦY BAN NHÂN DÂN", 0.27, 0.04), ("SỞ NỘI VỤ", 0.27, 0.071))
    found = describe([page.page()], images=[printed], today=TODAY, engine=engine)
    assert found["parentOrgan"].value == "Ủy ban nhân dân tỉnh Bình Sa"
    assert found["parentOrgan"].confidence <= 0.75


def test_a_date_line_with_one_word_misread() -> None:
    found = read_header([head(place="Bình Sa, ngùy 22 tháng 10 năm 2022").page()], today=TODAY).fields
    assert (found["place"].value, found["issuedDate"].value) == ("Bình Sa", "22/10/2022")
    lone = read_header([head(place="An n Hải, ngày 22 tháng 10 năm 2022").page()], today=TODAY).fields
    assert lone["place"].value == "An Hải"
    other = read_header([head(place="Bình Sa, khóa 22 tháng 10 năm 2022").page()], today=TODAY).fields
    assert other["issuedDate"].value == ""


def test_the_post_between_subject_and_grounds_signs_nothing() -> None:
    draft = head().put("QUYẾT ĐỊNH", 0.52, 0.13).put("BỘ TRƯỞNG BỘ NỘI VỤ", 0.56, 0.16)
    for row in range(6):
        draft.at(
            "Căn cứ Nghị định về chức năng, nhiệm vụ và quyền hạn của các cơ quan, tổ chức trong cả nước;",
            0.12,
            0.2 + 0.02 * row,
        )
    draft.at("Nơi nhận:", 0.15, 0.6).at("- Như Điều 3;", 0.15, 0.62)
    assert "position" not in read_header([draft.page()], today=TODAY).fields


def letter() -> Draft:
    return head(code="Số: 85/UBND-VP").put("V/v báo cáo kết quả rà soát", 0.27, 0.113)


def test_addressees_without_their_label_and_without_a_dash() -> None:
    listed = letter().at("Kính gửi:", 0.33, 0.16).at("- Sở Tài chính;", 0.40, 0.18).at("Sở Nội vụ;", 0.41, 0.197)
    listed.at("- Các phòng, ban thuộc huyện.", 0.40, 0.214).at("Căn cứ kế hoạch năm 2024, Ủy ban báo cáo.", 0.19, 0.25)
    value = read_header([listed.page()], today=TODAY).fields["addressee"].value
    assert value == "Sở Tài chính; Sở Nội vụ; Các phòng, ban thuộc huyện"
    bare = letter().at("- Sở Tài chính;", 0.40, 0.18).at("- Các phòng, ban thuộc huyện.", 0.40, 0.197)
    bare.at("Căn cứ kế hoạch năm 2024, Ủy ban báo cáo.", 0.19, 0.23)
    reading = read_header([bare.page()], today=TODAY).fields["addressee"]
    assert reading.value == "Sở Tài chính; Các phòng, ban thuộc huyện"
    assert reading.confidence <= 0.6
    text = letter().at("Căn cứ kế hoạch năm 2024:", 0.19, 0.16).at("- rà soát hồ sơ;", 0.35, 0.18).at("- báo cáo.", 0.35, 0.2)
    assert "addressee" not in read_header([text.page()], today=TODAY).fields


def test_minutes_without_a_number_have_no_number() -> None:
    draft = Draft().put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.52, 0.05).put("Độc lập - Tự do - Hạnh phúc", 0.52, 0.066)
    draft.put("BIÊN BẢN", 0.52, 0.1).put("Họp xét thi đua", 0.52, 0.12)
    draft.at("Hôm nay, ngày 05 tháng 3 năm 2024, tại Phòng Nội vụ, chúng tôi gồm có:", 0.19, 0.15)
    found = read_header([draft.page()], today=TODAY).fields
    assert "codeNumber" not in found
    assert found["typeName"].value == "Biên bản"
