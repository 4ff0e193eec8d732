"""The second look at overlapping inks, and the room for readers of handwriting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from app.describe.header import describe
from app.describe.ink import reread
from app.describe.readers import Candidate, Slot, ask
from app.recognise.tesseract import Tesseract
from storage.records.reading import FieldReading, PageText
from storage.text import fold
from tests.describe.layouts import HEIGHT, WIDTH, decision, head

TODAY = date(2026, 11, 22)
FONT = Path(__file__).resolve().parents[2] / "resources" / "fonts" / "Tinos-Bold.ttf"


def paper(folder: Path, mode: str = "RGB") -> Path:
    """A head with a red framed mark, and a name under a red seal."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), 36)
    draw.rectangle((340, 262, 560, 318), outline=(205, 30, 40), width=4)
    draw.text((362, 268), "TỐI MẬT", font=font, fill=(205, 30, 40))
    draw.text((1060, 940), "GIÁM ĐỐC", font=font, fill="black")
    draw.text((1010, 1220), "Trần Văn Minh", font=font, fill="black")
    draw.ellipse((880, 1000, 1160, 1280), outline=(205, 30, 40), width=7)
    draw.ellipse((950, 1070, 1090, 1260), outline=(205, 30, 40), width=5)
    path = folder / "page.png"
    image.convert(mode).save(path, dpi=(200, 200))
    return path


def first_look() -> PageText:
    """What an engine sees of it: the seal and the frame hide what is in them."""
    draft = head().put("QUYẾT ĐỊNH", 0.52, 0.160).put("Về việc khen thưởng", 0.52, 0.177)
    draft.at("Nơi nhận:", 0.15, 0.405).at("- Như Điều 3;", 0.15, 0.425).at("- Lưu: VT.", 0.15, 0.44)
    return draft.page()


def test_ink_on_ink_is_read_apart(engine: Tesseract, tmp_path: Path) -> None:
    path = paper(tmp_path)
    assert "signer" not in describe([first_look()], images=[path], today=TODAY)
    found = describe([first_look()], images=[path], today=TODAY, engine=engine)
    assert fold(found["signer"].value) == "tran van minh"  # the seal runs through an accent
    assert found["position"].value == "Giám đốc"
    assert found["secrecy"].value == "Tối mật"
    assert found["codeNumber"].value == "125"
    box = found["signer"].box
    assert box is not None
    assert box[0] * WIDTH == pytest.approx(1010, abs=25)
    assert box[3] * HEIGHT == pytest.approx(1260, abs=25)


def test_red_ink_is_asked_of_coloured_pictures_only(engine: Tesseract, tmp_path: Path) -> None:
    whole = (0.0, 0.0, 1.0, 0.3)
    assert {w.text for w in reread(engine, paper(tmp_path), whole, "red", dpi=200, first_line=0)} >= {"TỐI", "MẬT"}
    assert reread(engine, paper(tmp_path, "L"), whole, "red", dpi=200, first_line=0) == []
    assert reread(engine, paper(tmp_path, "1"), whole, "red", dpi=200, first_line=0) == []


def test_a_tiny_place_or_a_lost_picture_ends_no_description(engine: Tesseract, tmp_path: Path) -> None:
    assert reread(engine, paper(tmp_path), (0.1, 0.1, 0.101, 0.101), "black", dpi=200, first_line=0) == []
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nno picture")
    for image in (tmp_path / "missing.png", broken):
        found = describe([first_look()], images=[image], today=TODAY, engine=engine)
        assert found["codeNumber"].value == "125"


class Pen:
    """A reader that has seen the same two digits everywhere."""

    def __init__(self, value: str, confidence: float) -> None:
        self.value, self.confidence = value, confidence
        self.seen: list[Slot] = []

    def read(self, image: Path, slot: Slot) -> Sequence[Candidate]:
        self.seen.append(slot)
        return [Candidate("0", self.confidence / 2), Candidate(self.value, self.confidence)] if self.value else []


def test_a_reader_fills_what_the_rules_left_empty(tmp_path: Path) -> None:
    pages, images = [decision(code="Số: 4Z /QĐ-PNV").page()], [tmp_path / "page.png"]
    pen = Pen("42", 0.9)
    found = describe(pages, images=images, today=TODAY, readers={"codeNumber": [pen]})
    assert (found["codeNumber"].value, found["codeNumber"].source) == ("42", "handwriting")
    assert found["codeNumber"].box is not None
    assert [slot.context for slot in pen.seen] == ["QĐ-PNV"]
    silent = describe(pages, images=images, today=TODAY, readers={"codeNumber": [Pen("", 0.9)]})
    assert silent["codeNumber"].value == ""


def test_a_reader_less_sure_than_the_print_changes_nothing(tmp_path: Path) -> None:
    pages, images = [decision().page()], [tmp_path / "page.png"]
    found = describe(pages, images=images, today=TODAY, readers={"codeNumber": [Pen("99", 0.5)]})
    assert (found["codeNumber"].value, found["codeNumber"].source) == ("125", "rule")


def test_a_slot_on_a_page_without_picture_is_not_asked(tmp_path: Path) -> None:
    reading = FieldReading("", 0.1, 2)
    slot = Slot("codeNumber", 2, (0.0, 0.0, 0.5, 0.5))
    assert ask({"codeNumber": [Pen("1", 0.9)]}, [tmp_path / "1.png"], slot, reading) is reading
