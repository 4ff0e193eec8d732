"""The seven looks on pages of every shape: where they stand, how large, how their letters are spaced, what can be read back."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from app.errors import AppError
from app.signature.appearance import CORNER_KINDS, MM, Appearance, Kind, texts
from app.signature.drawn import draw
from app.signature.font import FONT, ITALIC, subset_for
from app.signature.picture import doubts, read_picture
from app.signature.place import PageShape, page_shape
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from tests.signature import files
from tests.signature.conftest import pdftotext

NOW = datetime.now(UTC).replace(microsecond=0)
OFFICE = "Ủy ban nhân dân xã Đắk Ơ"
A4 = PageShape((0, 0, 595.28, 841.89), 0)
GAP = (0.17, 0.10, 0.24, 0.115)
DATE_GAPS = ((0.62, 0.12, 0.66, 0.136), (0.74, 0.12, 0.78, 0.136))


def looks(folder: Path) -> dict[str, Appearance]:
    hand = files.picture(folder / "hand.png", (20, 40, 180))
    seal = files.picture(folder / "seal.png", (210, 20, 20), (300, 300))
    return {
        "person": Appearance(Kind.PERSON, image=hand),
        "organisation": Appearance(Kind.ORGANISATION, image=seal, over=(0.5, 0.6, 0.8, 0.7)),
        "attachment": Appearance(Kind.ATTACHMENT, code="05/QĐ-UBND"),
        "copy": Appearance(Kind.COPY, organisation=OFFICE, copy_form="SAO LỤC"),
        "digitised": Appearance(Kind.DIGITISED, organisation=OFFICE),
        "number": Appearance(Kind.NUMBER, code="05", gaps=(GAP,)),
        "date": Appearance(Kind.DATE, issued=date(2024, 2, 5), gaps=DATE_GAPS),
    }


def page_like(
    path: Path,
    *,
    rotate: int = 0,
    crop: tuple[float, ...] | None = None,
    unit: float = 1,
    size: tuple[float, float] = (595, 842),
) -> Path:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        page.Rotate = rotate
        if crop:
            page.CropBox = pikepdf.Array(crop)
        if unit != 1:
            page.UserUnit = unit
        pdf.save(path)
    return path


SHAPES: dict[str, dict[str, object]] = {
    "A4": {},
    "turned 90": {"rotate": 90},
    "turned 180": {"rotate": 180},
    "turned 270": {"rotate": 270},
    "cropped": {"crop": (50, 80, 545, 780)},
    "cropped and turned": {"crop": (50, 80, 545, 780), "rotate": 90},
    "crop box larger than the page": {"crop": (-100, -100, 900, 1000)},
    "user unit": {"unit": 2.0},
    "user unit, turned": {"unit": 2.0, "rotate": 270},
    "A3 lying": {"size": (1191, 842)},
}


def expected(look: Appearance) -> list[str]:
    return texts(look, NOW, subject="Nguyễn Văn Ký", organisation="")


CASES = [(kind, shape) for shape in SHAPES for kind in ("organisation", "digitised", "date")]
CASES += [(kind, shape) for shape in ("A4", "user unit, turned") for kind in ("person", "attachment", "copy", "number")]


@pytest.mark.parametrize(("kind", "shape"), CASES)
def test_each_look_stands_inside_every_page_upright_and_in_true_size(
    tmp_path: Path, software: SoftwareSigner, shape: str, kind: str
) -> None:
    source = page_like(tmp_path / "a.pdf", **SHAPES[shape])  # type: ignore[arg-type]
    look = looks(tmp_path)[kind]
    out = sign_pdf(source, tmp_path / "b.pdf", software, appearance=look, now=NOW).path
    dark = ink(out)
    assert dark.size, "nothing is seen"
    width, height = extent(dark)
    if look.image is not None:
        want = (36 * MM, 36 * MM) if kind == "organisation" else None
        if want:
            assert (width, height) == pytest.approx(want, abs=2.5)
        else:
            assert width / height == pytest.approx(240 / 100, rel=0.1)
        return
    if kind in CORNER_KINDS:
        with pikepdf.open(source) as pdf:
            seen = page_shape({str(k): _plain(v) for k, v in pdf.pages[0].obj.items()})
        (top, _left), (bottom, right) = dark.min(axis=0), dark.max(axis=0)
        assert seen.width - right == pytest.approx(10 * MM, abs=4)
        assert top == pytest.approx(6 * MM, abs=6)
        assert bottom < 20 * MM  # above the state's name
    lines = [line.strip() for line in pdftotext(out).splitlines() if line.strip()]
    said = re.sub(r"\s+", " ", " ".join(lines))
    wanted = " ".join(expected(look))
    assert said == wanted == unicodedata.normalize("NFC", wanted)


def ink(path: Path, page: int = 0) -> np.ndarray:
    """Rows and columns of what is seen, in points on paper."""
    pdf = pypdfium2.PdfDocument(path)
    pdf.init_forms()
    with pikepdf.open(path) as pikes:
        unit = float(pikes.pages[page].obj.get("/UserUnit", 1))
    try:
        image = np.asarray(pdf[page].render(scale=2, may_draw_forms=True).to_numpy())[:, :, :3]
    finally:
        pdf.close()
    return np.argwhere(image.min(axis=2) < 200) / 2 * unit


def extent(points: np.ndarray) -> tuple[float, float]:
    (top, left), (bottom, right) = points.min(axis=0), points.max(axis=0)
    return float(right - left + 0.5), float(bottom - top + 0.5)


def _plain(value: object) -> object:
    return [float(v) for v in value] if isinstance(value, pikepdf.Array) else value


def test_the_width_of_every_word_is_that_of_the_font(tmp_path: Path, software: SoftwareSigner) -> None:
    """Both in the file (the /W array against the font's own table) and as poppler lays it out."""
    for kind, look in looks(tmp_path).items():
        if look.image is not None:
            continue
        source = files.plain(tmp_path / f"{kind}.pdf", text="")
        out = sign_pdf(source, tmp_path / f"{kind}-out.pdf", software, appearance=look, now=NOW).path
        font, size = (ITALIC, 13) if kind == "date" else (FONT, 13 if kind == "number" else 10)
        words = " ".join(expected(look)).split()
        laid = {word: x1 - x0 for word, x0, x1 in bboxes(out)}
        for word in words:
            assert laid[word] == pytest.approx(subset_for(word, font).width(word, size), rel=0.02), word
        widths, program = embedded_font(out)
        from fontTools.ttLib import TTFont

        with TTFont(program) as ttf:
            own = [ttf["hmtx"][name][0] * 1000 / ttf["head"].unitsPerEm for name in ttf.getGlyphOrder()]
        assert widths == pytest.approx(own, abs=0.51)


def bboxes(path: Path) -> list[tuple[str, float, float]]:
    told = subprocess.run(["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True, text=True).stdout
    rows = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<', told)
    return [(word, float(x0), float(x1)) for x0, x1, word in rows]


def embedded_font(path: Path) -> tuple[list[float], Path]:
    with pikepdf.open(path) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        font = field.AP.N.Resources.Font["/F0"].DescendantFonts[0]
        program = path.with_suffix(".ttf")
        program.write_bytes(font.FontDescriptor.FontFile2.read_bytes())
        return [float(w) for w in font.W[1]], program


def test_letters_are_black_upright_times_of_10_points(tmp_path: Path, software: SoftwareSigner) -> None:
    for kind in ("attachment", "copy", "digitised"):
        source = files.plain(tmp_path / f"{kind}.pdf")
        out = sign_pdf(source, tmp_path / f"{kind}-out.pdf", software, appearance=looks(tmp_path)[kind], now=NOW).path
        with pikepdf.open(out) as pdf:
            form = pdf.Root.AcroForm.Fields[0].AP.N
            content = form.read_bytes()
            font = form.Resources.Font["/F0"].DescendantFonts[0]
            assert b"0 g" in content
            assert set(re.findall(rb"/F0 (\S+) Tf", content)) == {b"10"}
            assert str(font.BaseFont).endswith("+Tinos-Regular")
            assert float(font.FontDescriptor.ItalicAngle) == 0
            assert "/XObject" not in form.Resources  # no picture of the seal


def test_number_and_date_meet_their_blanks(tmp_path: Path, software: SoftwareSigner) -> None:
    made = looks(tmp_path)
    source = files.plain(tmp_path / "a.pdf", text="")
    first = sign_pdf(source, tmp_path / "b.pdf", software, appearance=made["number"], now=NOW).path
    out = sign_pdf(first, tmp_path / "c.pdf", software, appearance=made["date"], now=NOW).path
    centres = sorted((x0 + x1) / 2 / 595 for word, x0, x1 in bboxes(out) if word in ("05", "02"))
    assert centres == pytest.approx([0.205, 0.64, 0.76], abs=0.004)


def test_days_and_months_have_the_zeros_of_the_decree() -> None:
    def said(day: date, gaps: int) -> list[str]:
        return texts(Appearance(Kind.DATE, issued=day, gaps=DATE_GAPS[:1] * gaps), NOW, subject="", organisation="")

    assert said(date(2024, 2, 5), 2) == ["05", "02"]
    assert said(date(2024, 3, 15), 3) == ["15", "3", "2024"]
    assert said(date(2024, 11, 1), 1) == ["ngày 01 tháng 11 năm 2024"]


@pytest.mark.parametrize(
    ("look", "code"),
    [
        (Appearance(Kind.NUMBER), "sign.code_missing"),
        (Appearance(Kind.NUMBER, code="12"), "sign.place_missing"),
        (Appearance(Kind.DATE, gaps=DATE_GAPS), "sign.date_missing"),
        (Appearance(Kind.DATE, issued=date(2024, 2, 5)), "sign.place_missing"),
        (Appearance(Kind.NUMBER, code="漢", gaps=(GAP,)), "sign.glyph_missing"),
        (Appearance(Kind.NUMBER, code="9" * 200, gaps=(GAP,)), "sign.page_too_small"),
    ],
)
def test_what_can_not_be_filled_in_is_refused(look: Appearance, code: str) -> None:
    with pytest.raises(AppError) as error:
        draw(look, A4, expected(look))
    assert error.value.code == code


def test_an_empty_margin_of_a_seal_is_no_part_of_it(tmp_path: Path) -> None:
    image = Image.new("RGBA", (600, 600), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((200, 220, 399, 419), fill=(200, 10, 10, 255))
    image.save(tmp_path / "seal.png", dpi=(141.1, 141.1))  # the seal itself is 36 mm
    picture = read_picture(tmp_path / "seal.png")
    assert (picture.width, picture.height) == (200, 200)
    assert picture.millimetres == pytest.approx(36, abs=0.2)


def test_pictures_that_the_decree_would_not_like_are_named(tmp_path: Path) -> None:
    def found(name: str, colour: tuple[int, int, int], ground: int, *, seal: bool) -> list[str]:
        image = Image.new("RGBA", (100, 100), (255, 255, 255, ground))
        ImageDraw.Draw(image).ellipse((10, 10, 90, 90), fill=(*colour, 255))
        image.save(tmp_path / name)
        return doubts(read_picture(tmp_path / name), seal=seal)

    assert found("1.png", (20, 30, 200), 0, seal=False) == []
    assert found("2.png", (200, 30, 20), 0, seal=True) == []
    assert found("3.png", (10, 10, 10), 255, seal=False) == ["opaque", "not_blue"]
    assert found("4.png", (10, 10, 200), 0, seal=True) == ["not_red"]
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(tmp_path / "5.png")
    with pytest.raises(AppError):
        read_picture(tmp_path / "5.png")


def test_a_small_page_refuses_a_text_that_does_not_fit() -> None:
    look = Appearance(Kind.DIGITISED, organisation=OFFICE)
    with pytest.raises(AppError) as error:
        draw(look, replace(A4, visible=(0, 0, 40, 20)), expected(look))
    assert error.value.code == "sign.page_too_small"
