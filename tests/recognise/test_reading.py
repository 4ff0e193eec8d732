"""Real Tesseract on real pictures, and text layers of real PDFs."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from app.errors import AppError
from app.recognise import tasks, textlayer
from app.recognise.engine import Engine
from app.recognise.tesseract import MODELS
from app.recognise.words import from_plain
from app.sandbox import Sandbox
from storage.records.reading import PageText
from tests import made_files as made

BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ",
    "về công tác văn thư; theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số",
    "45/TTr-SNV về việc kiện toàn Ban Chỉ đạo chuyển đổi số của huyện Đắk Song,",
    "Ủy ban nhân dân huyện giao Phòng Tài chính - Kế hoạch chủ trì, phối hợp với",
    "các cơ quan, đơn vị có liên quan tổ chức thực hiện, báo cáo kết quả trước",
    "ngày 31 tháng 12 hằng năm để tổng hợp, trình cấp có thẩm quyền xem xét.",
)


def distance(one: str, other: str) -> int:
    """Levenshtein."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def error_rate(page: PageText, truth: tuple[str, ...]) -> float:
    wanted = " ".join(" ".join(truth).split())
    return distance(page.text.replace("\n", " "), wanted) / len(wanted)


def letter(folder: Path, *, noise: bool = False) -> Path:
    """A page at 200 dpi: two columns on top, a body below."""
    page = Image.new("RGB", (1654, 1100), (250, 246, 232))
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(made.FONT, 36)
    small = ImageFont.truetype(made.FONT, 32)
    for number, text in enumerate(("ỦY BAN NHÂN DÂN", "HUYỆN ĐẮK SONG", "Số: 125/QĐ-UBND")):
        draw.text((360, 120 + number * 55), text, font=small, fill=(20, 20, 40), anchor="mm")
    for number, text in enumerate(("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")):
        draw.text((1150, 120 + number * 55), text, font=small, fill=(20, 20, 40), anchor="mm")
    for number, text in enumerate(BODY):
        draw.text((180, 420 + number * 62), text, font=font, fill=(20, 20, 40))
    if noise:
        dice = random.Random(3)
        for _speck in range(60):
            x, y = dice.randrange(1654), dice.randrange(1100)
            draw.ellipse((x, y, x + 1, y + 1), fill=(90, 80, 70))
        page = page.filter(ImageFilter.GaussianBlur(0.6))
    page.save(folder / "letter.jpg", dpi=(200, 200), quality=75)
    return folder / "letter.jpg"


@pytest.mark.parametrize("noise", [False, True])
def test_vietnamese_print_is_read(engine: Engine, tmp_path: Path, noise: bool) -> None:
    page = engine.read(letter(tmp_path, noise=noise))
    body = [w for w in page.words if w.box[1] > 0.36]
    assert error_rate(PageText(1, 1, 1, body), BODY) < 0.02
    assert (page.width, page.height, page.dpi) == (1654, 1100, 200)
    assert page.engine.startswith("tesseract 5")
    assert page.engine.endswith(" vie")


def test_words_have_places_confidence_and_order(engine: Engine, tmp_path: Path) -> None:
    page = engine.read(letter(tmp_path))
    for word in page.words:
        x0, y0, x1, y1 = word.box
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1
        assert 0 <= word.confidence <= 1
        assert word.text == unicodedata.normalize("NFC", word.text)
    assert sum(w.confidence for w in page.words) / len(page.words) > 0.9
    lines = [" ".join(w.text for w in row) for row in page.lines()]
    assert lines.index("ỦY BAN NHÂN DÂN") < lines.index("Số: 125/QĐ-UBND") < lines.index(BODY[0])
    assert lines.index("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") < lines.index(BODY[0])
    number = next(w for w in page.words if w.text == "125/QĐ-UBND")
    assert number.box[0] == pytest.approx(0.19, abs=0.04)
    assert number.box[1] == pytest.approx((120 + 110 - 16) / 1100, abs=0.01)


def test_an_empty_page_has_no_words(engine: Engine, tmp_path: Path) -> None:
    Image.new("RGB", (1000, 1400), "white").save(tmp_path / "a.png")
    assert engine.read(tmp_path / "a.png").words == []
    Image.new("RGB", (1000, 1400), "black").save(tmp_path / "a.png")
    assert engine.read(tmp_path / "a.png").words == []
    Image.new("RGB", (3, 2), "white").save(tmp_path / "a.png")
    assert engine.read(tmp_path / "a.png").words == []


def test_a_picture_that_knows_no_resolution_is_read_as_a4(engine: Engine, tmp_path: Path) -> None:
    made.sheet((1240, 1754)).save(tmp_path / "a.jpg", dpi=(72, 72))
    assert engine.read(tmp_path / "a.jpg").dpi == 150
    assert engine.read(tmp_path / "a.jpg", 155).dpi == 155


def test_a_photo_on_its_side_is_read_upright(engine: Engine, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made.sheet().transpose(Image.Transpose.ROTATE_90).save(tmp_path / "a.jpg", exif=exif, dpi=(150, 150))
    page = engine.read(tmp_path / "a.jpg")
    assert (page.width, page.height) == (1240, 1754)
    assert error_rate(page, made.LINES) < 0.05


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\xff\xd8\xff\xe0rubbish"])
def test_a_broken_picture_is_told(engine: Engine, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(AppError) as caught:
        engine.read(tmp_path / "a.jpg")
    assert caught.value.code == "ocr.unreadable"


def test_the_task_reads_in_a_sandbox(tmp_path: Path) -> None:
    with Sandbox() as sandbox:
        page = from_plain(sandbox.call("app.recognise.tasks:read_page", image=letter(tmp_path), dpi=200))
    assert "125/QĐ-UBND" in page.text


def test_the_model_is_shipped_with_its_licence() -> None:
    assert (MODELS / "vie.traineddata").stat().st_size > 400_000
    assert "Apache License" in (MODELS / "LICENSE").read_text()


def layer(path: Path, index: int = 0) -> PageText | None:
    found = tasks.read_text_layer(str(path), index)
    return None if found is None else from_plain(found)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_text_of_a_born_digital_pdf_needs_no_ocr(tmp_path: Path, rotate: int) -> None:
    made.drawn_pdf(tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        width, height = 595.28, 841.89
        matrix = {
            0: (1, 0, 0, 1, 0, 0),
            90: (0, 1, -1, 0, height, 0),
            180: (-1, 0, 0, -1, width, height),
            270: (0, -1, 1, 0, 0, width),
        }[rotate]
        page.Rotate = rotate
        page.MediaBox = [0, 0, width, height] if rotate % 180 == 0 else [0, 0, height, width]
        page.contents_add(pdf.make_stream(" ".join(map(str, matrix)).encode() + b" cm"), prepend=True)
        pdf.save(tmp_path / "a.pdf")
    found = layer(tmp_path / "a.pdf")
    assert found is not None
    assert found.text.split("\n") == list(made.LINES)
    assert found.engine == textlayer.ENGINE
    assert found.words[0].box == pytest.approx((0.101, 0.085, 0.13, 0.1), abs=0.003)
    assert (found.width, found.height) == (2480, 3508)


def test_a_scan_has_no_text_layer(tmp_path: Path) -> None:
    made.sheet().save(tmp_path / "a.jpg")
    assert layer(made.scan_pdf(tmp_path / "a.pdf", (tmp_path / "a.jpg").read_bytes(), (1240, 1754), 150)) is None


def test_a_scan_with_a_printed_stamp_is_still_to_be_read(tmp_path: Path) -> None:
    made.drawn_pdf(tmp_path / "text.pdf", ("Số đến: 1234, ngày đến 12/5/2026",))
    made.sheet().save(tmp_path / "a.jpg")
    made.scan_pdf(tmp_path / "scan.pdf", (tmp_path / "a.jpg").read_bytes(), (1240, 1754), 150)
    assert layer(tmp_path / "text.pdf") is not None
    with pikepdf.open(tmp_path / "scan.pdf") as scan, pikepdf.open(tmp_path / "text.pdf") as text:
        scan.pages[0].add_overlay(text.pages[0])
        scan.save(tmp_path / "both.pdf")
    assert layer(tmp_path / "both.pdf") is None


def test_text_in_an_old_vietnamese_font_is_translated(tmp_path: Path) -> None:
    made.drawn_pdf(tmp_path / "a.pdf", ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Ñoäc laäp - Töï do - Haïnh phuùc"))
    found = layer(tmp_path / "a.pdf")
    assert found is not None
    assert found.text.split("\n") == ["Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc"]
    assert found.engine == f"{textlayer.ENGINE}, VNI"


def test_a_layer_of_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 rubbish")
    with pytest.raises(AppError) as caught:
        layer(tmp_path / "a.pdf")
    assert caught.value.code == "file.broken"
    made.drawn_pdf(tmp_path / "b.pdf")
    with pytest.raises(AppError):
        layer(tmp_path / "b.pdf", 5)
