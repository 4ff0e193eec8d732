"""Pages become images that are upright, flat, of a true resolution, and where possible the scanner's own bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from app.capture import render as render_module
from app.capture import tasks
from app.errors import AppError
from tests import made_files as made


def render(path: Path, index: int = 0, *, dpi: int = 300, png: bool = False) -> tuple[dict[str, Any], Image.Image]:
    out = path.parent / ("page.png" if png else "page.jpg")
    found = tasks.render_page(str(path), index, str(out), dpi)
    assert found["path"] == str(out)
    assert not list(path.parent.glob("*.part"))
    with Image.open(out) as image:
        image.load()
        assert (found["width"], found["height"]) == image.size
        return found, image


def test_a_plain_scan_stays_byte_for_byte(tmp_path: Path) -> None:
    made.sheet((1654, 2339)).save(tmp_path / "a.jpg", dpi=(200, 200), quality=70)
    found, _image = render(tmp_path / "a.jpg")
    assert (found["native"], found["dpi"], found["colour"]) == (True, 200, "colour")
    assert (tmp_path / "page.jpg").read_bytes() == (tmp_path / "a.jpg").read_bytes()


def test_a_scan_in_a_pdf_comes_out_as_its_own_jpeg(tmp_path: Path) -> None:
    made.sheet((1654, 2339)).save(tmp_path / "a.jpg", quality=70)
    jpeg = (tmp_path / "a.jpg").read_bytes()
    found, _image = render(made.scan_pdf(tmp_path / "a.pdf", jpeg, (1654, 2339), 200))
    assert (found["native"], found["dpi"]) == (True, 200)
    assert (tmp_path / "page.jpg").read_bytes() == jpeg


@pytest.mark.parametrize(("native", "expected"), [(120, 200), (240, 240), (400, 300)])
def test_a_turned_scan_is_drawn_at_its_own_resolution_within_bounds(tmp_path: Path, native: int, expected: int) -> None:
    made.sheet((600, 840), points=12).save(tmp_path / "a.jpg")
    path = made.scan_pdf(tmp_path / "a.pdf", (tmp_path / "a.jpg").read_bytes(), (600, 840), native, rotate=90)
    found, image = render(path)
    assert (found["native"], found["dpi"]) == (False, expected)
    assert image.width > image.height


def test_a_masked_picture_is_drawn_not_copied(tmp_path: Path) -> None:
    made.sheet((800, 1120), points=18).save(tmp_path / "a.jpg")
    path = made.scan_pdf(tmp_path / "a.pdf", (tmp_path / "a.jpg").read_bytes(), (800, 1120), 200, mask=True)
    found, image = render(path)
    assert not found["native"]
    assert np.asarray(image.convert("L")).min() > 90  # half transparent on white


def test_a_scan_with_something_over_it_is_drawn(tmp_path: Path) -> None:
    made.sheet((800, 1120), points=18).save(tmp_path / "a.jpg")
    path = made.scan_pdf(tmp_path / "a.pdf", (tmp_path / "a.jpg").read_bytes(), (800, 1120), 200)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].contents_add(pdf.make_stream(b"1 0 0 rg 50 50 100 60 re f"))
        pdf.save(path)
    found, image = render(path)
    assert not found["native"]
    assert found["dpi"] == 300
    red, green, _blue = image.getpixel((int(100 / 72 * 300), image.height - int(80 / 72 * 300)))  # type: ignore[misc]
    assert red > 200
    assert green < 60


def test_a_drawn_page_has_the_resolution_that_was_asked_for(tmp_path: Path) -> None:
    path = made.drawn_pdf(tmp_path / "a.pdf")
    found, image = render(path, dpi=100)
    assert found["dpi"] == 100
    assert image.size == pytest.approx((827, 1170), abs=1)
    assert found["colour"] == "grey"
    assert image.mode == "L"


def test_a_giant_page_is_drawn_smaller_instead_of_filling_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render_module, "PIXELS_MOST", 1_000_000)
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_400, 14_400))
        pdf.save(tmp_path / "a.pdf")
    found = tasks.thumbnail(str(tmp_path / "a.pdf"), str(tmp_path / "t.jpg"), 100)
    assert (found["width"], found["height"]) == (100, 100)
    found, image = render(tmp_path / "a.pdf")
    assert image.width * image.height <= 1_000_000
    assert found["dpi"] == 5


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.tif"])
def test_pages_are_turned_upright(tmp_path: Path, orientation: int, name: str) -> None:
    upright = Image.new("RGB", (400, 600), "white")
    upright.paste("red", (0, 0, 200, 150))  # top left
    stored = upright
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that the note undoes
    if orientation > 1:
        stored = upright.transpose(Image.Transpose(back[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / name, exif=exif, dpi=(150, 150))
    found, image = render(tmp_path / name)
    assert image.size == (400, 600)
    assert found["native"] is (orientation == 1 and name == "a.jpg")
    red, green, blue = image.convert("RGB").getpixel((60, 60))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60
    assert min(image.convert("RGB").getpixel((340, 540))) > 220  # type: ignore[type-var,arg-type]
    assert tasks.inspect(str(tmp_path / name))["page_sizes"][0] == pytest.approx([192, 288], abs=0.1)


def checker(mode: str) -> Image.Image:
    """A black square on white in an unusual kind of pixel."""
    grey = np.full((600, 400), 255, dtype=np.uint8)
    grey[100:300, 100:300] = 0
    base = Image.fromarray(grey)
    if mode == "I;16":
        return Image.fromarray(grey.astype(np.uint16) * 257)
    if mode == "F":
        return Image.fromarray(grey.astype(np.float32) / 255)
    if mode == "RGBA":
        clear = Image.new("RGBA", base.size, (0, 0, 0, 0))
        clear.paste((0, 0, 0, 255), (100, 100, 300, 300))
        return clear
    if mode == "LA":
        return checker("RGBA").convert("LA")
    if mode == "P":
        return base.convert("RGB").quantize(4)
    return base.convert(mode)


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("1", "a.png"),
        ("1", "a.tif"),
        ("L", "a.png"),
        ("P", "a.png"),
        ("LA", "a.png"),
        ("RGBA", "a.png"),
        ("RGBA", "a.tif"),
        ("I;16", "a.png"),
        ("I;16", "a.tif"),
        ("F", "a.tif"),
        ("CMYK", "a.jpg"),
        ("CMYK", "a.tif"),
        ("L", "a.jpg"),
    ],
)
@pytest.mark.parametrize("png", [False, True])
def test_every_kind_of_pixel_becomes_ink_on_paper(tmp_path: Path, mode: str, name: str, png: bool) -> None:
    checker(mode).save(tmp_path / name)
    found, image = render(tmp_path / name, png=png)
    assert image.mode in ("L", "RGB")
    assert found["colour"] == ("bitonal" if mode == "1" else "grey")
    assert np.asarray(image.convert("L"))[200, 200] < 12
    assert np.asarray(image.convert("L"))[500, 350] > 243


def test_a_palette_with_a_clear_colour_shows_paper(tmp_path: Path) -> None:
    checker("P").save(tmp_path / "a.png", transparency=checker("P").getpixel((200, 200)))
    _found, image = render(tmp_path / "a.png", png=True)
    assert np.asarray(image.convert("L"))[200, 200] == 255


@pytest.mark.parametrize(
    ("size", "dpi", "expected"),
    [
        ((2480, 3508), (300, 300), 300),
        ((2480, 3508), (72, 72), 300),  # a camera's default
        ((2480, 3508), None, 300),
        ((4032, 3024), (72, 72), 300),  # a phone photo: reduced to what is asked for
        ((1240, 1754), (0, 0), 150),
        ((1240, 1754), (10_000, 10_000), 150),
        ((1654, 2339), (199.9, 200), 200),
    ],
)
def test_the_resolution_is_the_files_own_only_where_it_makes_a_page(
    tmp_path: Path, size: tuple[int, int], dpi: tuple[float, float] | None, expected: int
) -> None:
    image = Image.new("L", size, 200)
    image.save(tmp_path / "a.jpg", **({} if dpi is None else {"dpi": dpi}))
    assert render(tmp_path / "a.jpg")[0]["dpi"] == pytest.approx(expected, abs=1)


def test_a_fax_gets_square_pixels(tmp_path: Path) -> None:
    Image.new("1", (1728, 1144), 1).save(tmp_path / "a.tif", dpi=(204, 98), compression="group4")
    found, image = render(tmp_path / "a.tif")
    assert found["dpi"] == 204
    assert image.size == pytest.approx((1728, 2381), abs=2)


def test_large_scans_are_reduced_and_small_ones_left(tmp_path: Path) -> None:
    made.sheet((2480, 3508)).save(tmp_path / "a.png", dpi=(600, 600))
    found, image = render(tmp_path / "a.png", dpi=300)
    assert (found["dpi"], image.size) == (300, (1240, 1754))
    assert image.info["dpi"] == pytest.approx((300, 300), abs=1)


def test_thumbnails(tmp_path: Path) -> None:
    made.sheet().save(tmp_path / "a.jpg")
    made.drawn_pdf(tmp_path / "a.pdf")
    sheets = [made.sheet((300, 420), points=8), made.sheet((420, 300), points=8)]
    sheets[0].save(tmp_path / "a.tif", save_all=True, append_images=sheets[1:])
    for name in ("a.jpg", "a.pdf", "a.tif"):
        found = tasks.thumbnail(str(tmp_path / name), str(tmp_path / "t.jpg"), 160)
        assert (found["height"], found["width"]) == (160, pytest.approx(113, abs=2))
    found = tasks.thumbnail(str(tmp_path / "a.tif"), str(tmp_path / "t.jpg"), 160, 1)
    assert found["width"] == 160


def test_a_filled_form_is_drawn_with_its_values(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(200, 200))
        look = pikepdf.Stream(pdf, b"0 0 0 rg 0 0 100 50 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        look.BBox = [0, 0, 100, 50]
        field = pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Sig,
                T="ChuKy",
                Rect=[50, 50, 150, 100],
                F=4,
                AP=pikepdf.Dictionary(N=pdf.make_indirect(look)),
            )
        )
        page.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        pdf.save(tmp_path / "a.pdf")
    _found, image = render(tmp_path / "a.pdf", dpi=72)
    assert image.convert("L").getpixel((100, 125)) < 30  # type: ignore[operator]


@pytest.mark.parametrize("index", [-1, 1])
@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.pdf"])
def test_a_page_that_is_not_there(tmp_path: Path, name: str, index: int) -> None:
    made.drawn_pdf(tmp_path / name) if name == "a.pdf" else made.sheet((90, 120), points=8).save(tmp_path / name)
    with pytest.raises(AppError) as caught:
        render(tmp_path / name, index)
    assert caught.value.code == "file.no_such_page"
