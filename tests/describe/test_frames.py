"""Stamps in a frame of a single line: found by their shape in any ink, askew and torn, and read inside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.describe.marks.frames import Frame, find_frames
from app.describe.marks.inside import read_frame
from app.describe.marks.places import dark_places, red_places
from app.describe.ruled import head_of
from app.recognise.tesseract import Tesseract
from storage.records.reading import Word

FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "Tinos-Bold.ttf"
SIZE = (1654, 2339)
PLACE = (340, 300, 580, 364)  # a frame of 30 × 8 mm at 200 dpi


def stamped(
    folder: Path,
    *,
    mode: str = "RGB",
    angle: float = 0.0,
    torn: bool = False,
    ink: tuple[int, int, int] = (205, 40, 45),
    text: str = "TỐI MẬT",
) -> Path:
    image = Image.new("RGB", SIZE, (246, 240, 226))
    draw = ImageDraw.Draw(image)
    plain = ImageFont.truetype(str(FONT), 36)
    draw.text((300, 180), "PHÒNG NỘI VỤ HUYỆN PHÚ AN", font=plain, fill=(20, 20, 20))
    draw.rectangle(PLACE, outline=ink, width=4)
    draw.text(((PLACE[0] + PLACE[2]) / 2, (PLACE[1] + PLACE[3]) / 2), text, font=plain, fill=ink, anchor="mm")
    if torn:
        for x, y in (PLACE[:2], PLACE[2:]):
            draw.rectangle((x - 9, y - 9, x + 9, y + 9), fill=(246, 240, 226))
    path = folder / "stamp.png"
    turned = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(246, 240, 226), center=(460, 330))
    if mode == "1":
        turned = turned.convert("L").point(lambda value: 255 if value > 170 else 0)
    turned.convert(mode).save(path, dpi=(200, 200))
    return path


def said(engine: Tesseract, path: Path, frame: Frame) -> list[str]:
    """The letters of each reading."""
    return ["".join(c for word in words for c in word.text if c.isalpha()) for words in read_frame(engine, path, frame)]


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
@pytest.mark.parametrize("angle", [0.0, 2.5, -2.0])
def test_a_frame_is_found_and_read_in_any_ink(mode: str, angle: float, engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path, mode=mode, angle=angle)
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    x0, y0, x1, y1 = frames[0].box
    assert x0 * SIZE[0] == pytest.approx(PLACE[0], abs=14)
    assert y1 * SIZE[1] == pytest.approx(PLACE[3], abs=14)
    assert x1 > x0
    assert y1 > y0
    assert "TỐIMẬT" in said(engine, path, frames[0])


def test_a_frame_torn_at_two_corners(engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path, torn=True)
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    assert "TỐIMẬT" in said(engine, path, frames[0])


def test_a_frame_whose_line_fades_out_at_two_ends(engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path)
    image = Image.open(path)
    draw = ImageDraw.Draw(image)
    x0, y0, x1, y1 = PLACE
    draw.rectangle((x0 + 5, y0 - 2, x0 + 55, y0 + 5), fill=(246, 240, 226))  # a fifth of the edge is gone, above and below
    draw.rectangle((x1 - 55, y1 - 5, x1 - 5, y1 + 2), fill=(246, 240, 226))
    draw.rectangle((x0 - 2, y0 - 2, x0 + 4, y0 + 4), fill=(246, 240, 226))
    draw.rectangle((x1 - 4, y1 - 4, x1 + 4, y1 + 4), fill=(246, 240, 226))
    image.save(path, dpi=(200, 200))
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    assert "TỐIMẬT" in said(engine, path, frames[0])


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_frame_in_the_shadow_of_a_photographed_page(mode: str, engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path, mode=mode, angle=-3.0)
    picture = np.asarray(Image.open(path)).astype(np.float32)
    light = np.interp(np.arange(SIZE[0]), (0, 1000), (0.42, 1.0))  # the stamp stands where it is dark
    light = light[None, :] if picture.ndim == 2 else light[None, :, None]
    dark = (picture * light).astype(np.uint8)
    dark[:, :120] = 40  # the table beside the page
    Image.fromarray(dark).save(path, dpi=(200, 200))
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    assert "TỐIMẬT" in said(engine, path, frames[0])


def test_a_pale_stamp_of_a_coarse_scan_is_read(engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path, angle=2.0, ink=(224, 184, 176))
    fine = Image.open(path)
    coarse = np.asarray(fine.resize((fine.width // 2, fine.height // 2), Image.Resampling.BOX)).astype(np.float32)
    noise = np.random.default_rng(3).normal(0, 5, coarse.shape)
    Image.fromarray(np.clip(coarse + noise, 0, 255).astype(np.uint8)).save(path, dpi=(100, 100))
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    assert "TỐIMẬT" in said(engine, path, frames[0])


def test_text_and_tables_are_no_frames(tmp_path: Path) -> None:
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 34)
    for row in range(12):
        draw.text((200, 120 + row * 40), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", font=font, fill="black")
    draw.line((300, 640, 560, 640), fill="black", width=4)
    draw.line((300, 700, 560, 700), fill="black", width=4)
    path = tmp_path / "text.png"
    image.save(path, dpi=(200, 200))
    assert find_frames(path, 0.35) == []


def printed(count: int, *, size: int = 30) -> tuple[Image.Image, list[Word]]:
    """A page with so many rows of print, and its words as an engine reads them."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), size)
    words = []
    for row in range(count):
        x, y = 200.0, 120 + row * 1.6 * size
        for text in ["Ủy", "ban", "nhân", "dân", "huyện", "Phú", "An", "thông", "báo", "kết", "quả", "thẩm", "định"]:
            draw.text((x, y), text, font=font, fill="black")
            x0, y0, x1, y1 = draw.textbbox((x, y), text, font=font)
            words.append(Word(text, (x0 / SIZE[0], y0 / SIZE[1], x1 / SIZE[0], y1 / SIZE[1]), 0.95, 0, row))
            x += font.getlength(f"{text} ")
    draw.line((900, 80, 1300, 80), fill="black", width=3)  # as below the motto
    return image, words


def test_print_that_was_read_is_no_place_to_look_at(tmp_path: Path) -> None:
    image, words = printed(12)
    head = head_of(np.asarray(image), 0.7)
    assert dark_places(head, 0.7, (), SIZE[1] / SIZE[0], ()) != []
    assert dark_places(head, 0.7, words, SIZE[1] / SIZE[0], ()) == []
    assert red_places(head, 0.7) == []


@pytest.mark.parametrize("angle", [0.0, 7.0])
@pytest.mark.parametrize("ink", [(205, 40, 45), (30, 30, 30)])
def test_a_stamp_beside_and_over_print_that_was_read(angle: float, ink: tuple[int, int, int], tmp_path: Path) -> None:
    image, words = printed(4)
    stamp = Image.new("L", (300, 130), 0)
    ImageDraw.Draw(stamp).rectangle((30, 33, 270, 97), outline=255, width=4)
    turned = stamp.rotate(angle, Image.Resampling.BICUBIC)
    places = [(1200, 190), (400, 270)]  # one below the last row, one over it: its lower edge and its sides are to be seen
    for place in places:
        image.paste(ink, place, turned)
    path = tmp_path / "stamps.png"
    image.save(path, dpi=(200, 200))
    found = find_frames(path, 0.3, words)
    middles = [((f.box[0] + f.box[2]) / 2 * SIZE[0], (f.box[1] + f.box[3]) / 2 * SIZE[1]) for f in found]
    for x, y in places:
        assert any(abs(u - x - 150) < 20 and abs(v - y - 65) < 12 for u, v in middles)


def test_a_frame_below_the_head_is_not_looked_for(tmp_path: Path) -> None:
    assert find_frames(stamped(tmp_path), 0.1) == []


def test_frames_of_other_kinds_far_askew_and_with_print_through_them(engine: Tesseract, tmp_path: Path) -> None:
    image = Image.new("L", SIZE, 250)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 36)
    stamp = Image.new("L", (330, 130), 250)
    pen = ImageDraw.Draw(stamp)
    pen.rounded_rectangle((20, 30, 310, 100), 16, outline=40, width=4)
    pen.rounded_rectangle((12, 22, 318, 108), 20, outline=40, width=4)
    pen.text((165, 66), "TUYỆT MẬT", font=font, fill=40, anchor="mm")
    image.paste(stamp.rotate(8, Image.Resampling.BICUBIC, expand=True, fillcolor=250), (150, 120))
    draw.rectangle((700, 150, 960, 220), outline=20, width=4)
    draw.text((820, 186), "KHẨN", font=font, fill=20, anchor="mm")
    draw.text((935, 205), "nhân dân huyện", font=font, fill=20, anchor="ls")  # a line of print that runs out of the frame
    path = tmp_path / "kinds.png"
    image.save(path, dpi=(200, 200))
    frames = find_frames(path, 0.3)
    read = [text for frame in frames for text in said(engine, path, frame)]
    assert "TUYỆTMẬT" in read
    assert any(frame.angle == pytest.approx(-8, abs=1.5) for frame in frames)
    assert any(frame.box[0] == pytest.approx(700 / SIZE[0], abs=0.01) for frame in frames)


def test_red_words_without_a_frame_are_found(engine: Tesseract, tmp_path: Path) -> None:
    image = Image.new("RGB", SIZE, (250, 248, 244))
    ImageDraw.Draw(image).text((400, 300), "TỐI MẬT", font=ImageFont.truetype(str(FONT), 44), fill=(205, 40, 45))
    path = tmp_path / "bare.png"
    image.save(path, dpi=(200, 200))
    frames = find_frames(path, 0.3)
    assert [frame.drawn for frame in frames] == [False]
    assert "TỐIMẬT" in said(engine, path, frames[0])


def test_the_cells_of_a_table_are_no_frames(tmp_path: Path) -> None:
    image = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(image)
    for y in range(200, 520, 64):
        draw.line((300, y, 1260, y), fill=0, width=3)
    for x in range(300, 1300, 240):
        draw.line((x, 200, x, 456), fill=0, width=3)
    path = tmp_path / "table.png"
    image.save(path, dpi=(200, 200))
    assert find_frames(path, 0.35) == []
