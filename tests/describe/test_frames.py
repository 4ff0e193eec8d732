"""Stamps in a frame of a single line: found by their shape in any ink, askew and torn, and read inside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.describe.frames import find_frames, read_frame
from app.recognise.tesseract import Tesseract

FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "Tinos-Bold.ttf"
SIZE = (1654, 2339)
PLACE = (340, 300, 580, 364)  # a frame of 30 × 8 mm at 200 dpi


def stamped(
    folder: Path, *, mode: str = "RGB", angle: float = 0.0, torn: bool = False, ink: tuple[int, int, int] = (205, 40, 45)
) -> Path:
    image = Image.new("RGB", SIZE, (246, 240, 226))
    draw = ImageDraw.Draw(image)
    plain = ImageFont.truetype(str(FONT), 36)
    draw.text((300, 180), "PHÒNG NỘI VỤ HUYỆN PHÚ AN", font=plain, fill=(20, 20, 20))
    draw.rectangle(PLACE, outline=ink, width=4)
    draw.text(((PLACE[0] + PLACE[2]) / 2, (PLACE[1] + PLACE[3]) / 2), "TỐI MẬT", font=plain, fill=ink, anchor="mm")
    if torn:
        for x, y in (PLACE[:2], PLACE[2:]):
            draw.rectangle((x - 9, y - 9, x + 9, y + 9), fill=(246, 240, 226))
    path = folder / "stamp.png"
    turned = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=(246, 240, 226), center=(460, 330))
    if mode == "1":
        turned = turned.convert("L").point(lambda value: 255 if value > 170 else 0)
    turned.convert(mode).save(path, dpi=(200, 200))
    return path


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
@pytest.mark.parametrize("angle", [0.0, 2.5, -2.0])
def test_a_frame_is_found_and_read_in_any_ink(mode: str, angle: float, engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path, mode=mode, angle=angle)
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    x0, y0, x1, y1 = frames[0]
    assert x0 * SIZE[0] == pytest.approx(PLACE[0], abs=14)
    assert y1 * SIZE[1] == pytest.approx(PLACE[3], abs=14)
    assert x1 > x0
    assert y1 > y0
    words = read_frame(engine, path, frames[0], 200)
    assert [text for word in words if (text := word.text.strip(".,:_-|")).isalpha()] == ["TỐI", "MẬT"]


def test_a_frame_torn_at_two_corners(engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path, torn=True)
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    assert "MẬT" in [word.text for word in read_frame(engine, path, frames[0], 200)]


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
    assert [text for word in read_frame(engine, path, frames[0], 200) if (text := word.text.strip(".,:_-|")).isalpha()] == [
        "TỐI",
        "MẬT",
    ]


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
    assert "MẬT" in [word.text.strip(".,:_-|") for word in read_frame(engine, path, frames[0], 200)]


def test_a_pale_stamp_of_a_coarse_scan_is_read(engine: Tesseract, tmp_path: Path) -> None:
    path = stamped(tmp_path, angle=2.0, ink=(224, 184, 176))
    fine = Image.open(path)
    coarse = np.asarray(fine.resize((fine.width // 2, fine.height // 2), Image.Resampling.BOX)).astype(np.float32)
    noise = np.random.default_rng(3).normal(0, 5, coarse.shape)
    Image.fromarray(np.clip(coarse + noise, 0, 255).astype(np.uint8)).save(path, dpi=(100, 100))
    frames = find_frames(path, 0.3)
    assert len(frames) == 1
    assert [text for word in read_frame(engine, path, frames[0], 100) if (text := word.text.strip(".,:_-|")).isalpha()] == [
        "TỐI",
        "MẬT",
    ]


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


def test_a_frame_below_the_head_is_not_looked_for(tmp_path: Path) -> None:
    assert find_frames(stamped(tmp_path), 0.1) == []
