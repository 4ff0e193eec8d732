"""Access copies hardly outgrow their sources: black-and-white pages stay so, scans of a PDF go in byte for byte."""

from __future__ import annotations

import io
import struct
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from numpy.typing import NDArray
from pikepdf import pdfa as checker
from PIL import Image

from app.bare_picture import unpacked
from app.capture.tasks import render_page
from app.recognise import bitonal, jbig2, pdfa, repacking
from app.recognise.pictures import PLAIN_FAX, Picture
from app.recognise.sourcepicture import own_picture
from tests import made_files as made
from tests.recognise import scans
from tests.recognise.test_pdfa import picture_in, save_text, source_of, text_of, unlike
from tests.samples.sample import make_document, save

SIZE = (1654, 2339)
PdfDocument: Any = pypdfium2.PdfDocument  # without types


def fax(size: tuple[int, int] = SIZE) -> Image.Image:
    return made.sheet(size, made.LINES * 6).convert("L").point(lambda value: 255 if value > 140 else 0).convert("1")


def fax_pdf(path: Path, page: Image.Image, *, negative: bool = False, turned: int = 0) -> Path:
    with pikepdf.new() as pdf:
        leaf = pdf.add_blank_page(page_size=(595.44, 842.04))
        picture = pikepdf.Stream(
            pdf,
            bitonal.group4(page),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=page.width,
            Height=page.height,
            BitsPerComponent=1,
            ColorSpace=pikepdf.Name.DeviceGray,
            Filter=pikepdf.Name.CCITTFaxDecode,
            DecodeParms=pikepdf.Dictionary(K=-1, Columns=page.width, Rows=page.height, BlackIs1=negative),
        )
        leaf.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(picture)))
        leaf.Contents = pdf.make_stream(b"q 595.44 0 0 842.04 0 0 cm /Im0 Do Q")
        leaf.Rotate = turned
        pdf.save(path)
    return path


def ink(page: Image.Image) -> NDArray[np.bool_]:
    return np.asarray(page.convert("L")) < 128


def shown(path: Path | str, dpi: float = 200) -> NDArray[np.uint8]:
    document = PdfDocument(path)
    picture = np.asarray(document[0].render(scale=dpi / 72).to_pil().convert("L"))
    document.close()
    return picture


def test_a_black_and_white_page_loses_nothing_and_stays_small(tmp_path: Path) -> None:
    """The way through the program: the TIFF becomes a page image, the page image becomes G4 again, pixel for pixel."""
    page = fax()
    page.save(tmp_path / "a.tif", compression="group4", dpi=(200, 200))
    made_page = render_page(str(tmp_path / "a.tif"), 0, str(tmp_path / "page.jpg"))
    text = save_text(tmp_path / "a.json", text_of(SIZE, made.LINES * 6))
    done = pdfa.write_access_copy({}, [Path(made_page["path"])], [text], tmp_path / "out.pdf", title="Fax")
    assert picture_in(done.path)[2:] == ("/DeviceGray", "/CCITTFaxDecode")
    with pikepdf.open(done.path) as pdf:
        stream: Any = pdf.pages[0].Resources.XObject.I0
        image = pikepdf.PdfImage(stream).as_pil_image().convert("L")
    assert np.array_equal(np.asarray(image), np.asarray(page.convert("L")))
    assert done.size < (tmp_path / "a.tif").stat().st_size + 5_000, "marks of PDF/A, a font and the words"
    assert done.size < 0.2 * (tmp_path / "page.jpg").stat().st_size
    assert unlike(done.path, page) < 2


@pytest.mark.parametrize("kind", ["negative", "blank"])
def test_photostats_and_blank_backs_stay_black_and_white(tmp_path: Path, kind: str) -> None:
    """As a JPEG in colour the copy was ten times as large as such a page."""
    page = Image.fromarray(ink(fax())) if kind == "negative" else Image.new("1", SIZE, 1)
    page.save(tmp_path / "a.tif", compression="group4", dpi=(200, 200))
    render_page(str(tmp_path / "a.tif"), 0, str(tmp_path / "page.jpg"))
    done = pdfa.write_access_copy({}, [tmp_path / "page.jpg"], [None], tmp_path / "out.pdf", title="Sao")
    assert picture_in(done.path)[3] == "/CCITTFaxDecode"
    assert done.size < (tmp_path / "a.tif").stat().st_size + 4_000
    assert unlike(done.path, page) < 2


@pytest.mark.parametrize("negative", [False, True])
def test_the_g4_of_a_pdf_goes_in_byte_for_byte(tmp_path: Path, negative: bool) -> None:
    path = fax_pdf(tmp_path / "a.pdf", fax(), negative=negative)
    with pikepdf.open(path) as pdf:
        stream = pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()
    render_page(str(path), 0, str(tmp_path / "page.jpg"))
    source = source_of(path) | {"size": 2 * len(stream)}  # room for what PDF/A wants besides
    done = pdfa.write_access_copy(source, [tmp_path / "page.jpg"], [None], tmp_path / "out.pdf", title="Fax")
    assert (done.kept, picture_in(done.path)[0]) == (1, stream)
    assert np.array_equal(shown(done.path), shown(path))
    assert checker.validate_written(tmp_path / "out.pdf", "2b").passed


@pytest.mark.parametrize("dpi", [120, 600])
def test_a_scan_of_any_resolution_goes_in_byte_for_byte(tmp_path: Path, dpi: int) -> None:
    """Page images are made for reading, between 200 and 300 dpi; the copy takes the scanner's own bytes."""
    size = (round(5 * dpi), round(7 * dpi))
    out = io.BytesIO()
    made.sheet(size, points=dpi // 6).save(out, "JPEG", quality=70)
    path = made.scan_pdf(tmp_path / "a.pdf", out.getvalue(), size, dpi)
    render_page(str(path), 0, str(tmp_path / "page.jpg"))
    done = pdfa.write_access_copy(source_of(path), [tmp_path / "page.jpg"], [None], tmp_path / "out.pdf", title="Quét")
    assert (done.kept, picture_in(done.path)[0]) == (1, out.getvalue())
    assert unlike(done.path, made.sheet(size, points=dpi // 6)) < 3


@pytest.mark.parametrize("negative", [False, True])
def test_a_small_fax_is_packed_harder_and_loses_nothing(tmp_path: Path, negative: bool) -> None:
    """Only as many pages as it takes."""
    pages = [fax(), fax().transpose(Image.Transpose.ROTATE_180)]
    with pikepdf.new() as pdf:
        for page in pages:
            with pikepdf.open(fax_pdf(tmp_path / "one.pdf", page, negative=negative)) as one:
                pdf.pages.append(one.pages[0])
        pdf.save(tmp_path / "a.pdf")
    images: list[Path | None] = [tmp_path / "page.jpg"] * 2
    render_page(str(tmp_path / "a.pdf"), 0, str(tmp_path / "page.jpg"))
    words = save_text(tmp_path / "words.json", text_of(SIZE, made.LINES * 6))
    source, out = source_of(tmp_path / "a.pdf"), tmp_path / "out.pdf"
    roomy = pdfa.write_access_copy(source | {"size": 10**9}, images, [words] * 2, out, title="Fax")
    assert roomy.kept == 2
    source["size"] = int((roomy.size - 300) / 1.05)
    done = pdfa.write_access_copy(source, images, [words] * 2, out, title="Fax")
    assert (done.kept, picture_in(done.path)[3], picture_in(done.path, 1)[3]) == (1, "/JBIG2Decode", "/CCITTFaxDecode")
    assert done.size < 1.05 * source["size"]
    assert np.array_equal(shown(out), shown(tmp_path / "a.pdf"))
    assert checker.validate_written(out, "2b").passed
    subprocess.run(["pdfimages", "-png", out, tmp_path / "poppler"], check=True)
    seen = [np.asarray(Image.open(path).convert("L")) < 128 for path in sorted(tmp_path.glob("poppler-*.png"))]
    wanted = [ink(page) != negative for page in pages]
    assert np.array_equal(seen, wanted), "a second decoder finds the same pixels"


@pytest.mark.parametrize("kind", ["noise", "white", "black", "chequered", "one pixel", "narrow"])
def test_any_black_and_white_picture_comes_back_from_jbig2(kind: str) -> None:
    random = np.random.default_rng(4)
    pictures = {
        "noise": random.random((97, 301)) < 0.5,
        "white": np.zeros((400, 300), np.bool_),
        "black": np.ones((60, 3000), np.bool_),
        "chequered": np.indices((64, 65)).sum(axis=0) % 2 == 0,
        "one pixel": np.ones((1, 1), np.bool_),
        "narrow": random.random((500, 2)) < 0.1,
    }
    page = pictures[kind]
    assert np.array_equal(unpacked(jbig2.packed(page), page.shape[1], page.shape[0], "JBIG2Decode") < 128, page)


def test_what_does_not_come_back_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    page = fax((800, 600))
    picture = Picture(bitonal.group4(page), *page.size, grey=True, kept=True, fax=PLAIN_FAX)
    assert len(repacking.smaller(picture).data) < len(picture.data)
    packed = jbig2.packed(~ink(page))  # a packer that takes black for white
    monkeypatch.setattr(jbig2, "packed", lambda _ink: packed)
    assert repacking.smaller(picture) is picture
    assert repacking.can(picture)
    assert not repacking.can(replace(picture, data=bytes(repacking.BYTES_MOST + 1))), "halftones would take minutes"
    broken = replace(picture, data=b"\x00\x01" * 50)
    assert repacking.smaller(broken) is broken


def test_new_pictures_are_packed_harder_where_the_copy_would_outgrow_its_source(tmp_path: Path) -> None:
    out = io.BytesIO()
    noisy = Image.effect_noise(SIZE, 40).convert("RGB")
    noisy.save(out, "JPEG", quality=30)
    path = made.scan_pdf(
        tmp_path / "a.pdf", out.getvalue(), SIZE, 200, mask=True
    )  # a soft mask: not the scanner's plain picture
    render_page(str(path), 0, str(tmp_path / "page.jpg"))
    done = pdfa.write_access_copy(source_of(path), [tmp_path / "page.jpg"], [None], tmp_path / "out.pdf", title="Nhiễu")
    assert done.kept == 0
    soft = pdfa.write_access_copy({}, [tmp_path / "page.jpg"], [None], tmp_path / "soft.pdf", title="Nhiễu")
    assert done.size < 0.75 * soft.size


def test_scans_grow_by_five_percent_at_most(tmp_path: Path) -> None:
    for seed, condition in ((3, "clean"),):
        sample = make_document(seed, pages=2, condition=condition)
        path = save(sample, tmp_path, str(seed), "pdf")
        images: list[Path | None] = []
        for number in range(len(sample.pages)):
            images.append(tmp_path / f"{seed}-{number}.jpg")
            render_page(str(path), number, str(images[-1]))
        words = save_text(tmp_path / "words.json", text_of(SIZE, made.LINES * 7))
        done = pdfa.write_access_copy(source_of(path), images, [words] * len(images), tmp_path / "out.pdf", title="Quét")
        assert done.kept == len(images)
        assert done.size < 1.05 * path.stat().st_size


@pytest.mark.parametrize(("kind", "shared"), [("/JBIG2Decode", False), ("/JBIG2Decode", True), ("/FlateDecode", False)])
def test_other_packings_of_a_pdf_go_in_as_they_are(tmp_path: Path, kind: str, shared: bool) -> None:
    page, path = fax(), tmp_path / "a.pdf"
    data = jbig2.packed(ink(page)) if kind == "/JBIG2Decode" else zlib.compress(page.tobytes())
    with pikepdf.new() as pdf:
        more = {}
        if shared:  # a segment of its own kind ("extension", 62) that says nothing
            common = pdf.make_stream(struct.pack(">IBBII", 2, 62, 0, 4, 0x20000000))
            more["DecodeParms"] = pikepdf.Dictionary(JBIG2Globals=common)
        picture = pdf.make_indirect(
            pikepdf.Stream(
                pdf, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=page.width, Height=page.height,
                BitsPerComponent=1, ColorSpace=pikepdf.Name.DeviceGray, Filter=pikepdf.Name(kind), **more,
            )
        )  # fmt: skip
        for _number in range(3):
            leaf = pdf.add_blank_page(page_size=(595.44, 842.04))
            leaf.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
            leaf.Contents = pdf.make_stream(b"q 595.44 0 0 842.04 0 0 cm /Im0 Do Q")
        pdf.save(path)
    images: list[Path | None] = []
    for number in range(3):
        images.append(tmp_path / f"{number}.jpg")
        render_page(str(path), number, str(images[-1]))
    words = save_text(tmp_path / "words.json", text_of(SIZE, made.LINES * 6))
    done = pdfa.write_access_copy(source_of(path), images, [words] * 3, tmp_path / "out.pdf", title="Fax")
    assert done.kept == 3
    assert picture_in(done.path)[0] == data
    assert np.array_equal(shown(done.path), shown(path))
    assert done.size < len(data) + 10_000, "what three pages show is kept once"
    assert checker.validate_written(tmp_path / "out.pdf", "2b").passed


@pytest.mark.parametrize("change", ["rotate", "annotation", "text", "mask", "smaller", "two", "decode"])
def test_a_page_that_is_more_than_its_picture_is_drawn(tmp_path: Path, change: str) -> None:
    out = io.BytesIO()
    scans.body().save(out, "JPEG")
    made.scan_pdf(tmp_path / "a.pdf", out.getvalue(), (1654, scans.BOTTOM), 200, mask=change == "mask")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        page = pdf.pages[0]
        if change != "mask":
            assert own_picture(page) is not None
        if change == "rotate":
            page.Rotate = 90
        elif change == "annotation":
            page.Annots = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot)])
        elif change == "text":
            page.contents_add(b"BT (a) Tj ET")
        elif change == "smaller":
            page.Contents = pdf.make_stream(b"q 200 0 0 100 0 0 cm /Im0 Do Q")
        elif change == "two":
            page.contents_add(b"q 50 0 0 50 0 0 cm /Im0 Do Q")
        elif change == "decode":
            page.Resources.XObject.Im0.Decode = pikepdf.Array([1, 0, 1, 0, 1, 0])
        assert own_picture(page) is None


def test_greys_are_never_made_black_and_white() -> None:
    for picture in (scans.body(), made.sheet(SIZE), made.sheet(SIZE).convert("L"), Image.new("L", (100, 100), 250)):
        assert not bitonal.is_exact(np.asarray(picture.convert("L")))
    assert bitonal.is_exact(np.asarray(fax().convert("L")))
