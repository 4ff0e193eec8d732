"""A picture that is cut off inside a sound PDF is told with its share; sound pictures of every kind raise no alarm."""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from app.capture import tasks
from app.capture.fileinfo import WHOLE
from app.errors import AppError
from app.recognise import jbig2
from app.recognise.bitonal import group4
from tests import made_files as made

SIZE = (1240, 1754)
PAGE = made.sheet(SIZE)
NOISE = Image.fromarray(np.random.default_rng(7).integers(0, 255, (*SIZE[::-1], 3), np.uint8)).resize(SIZE)
LETTERS = Image.fromarray(np.where(np.asarray(PAGE.convert("L")) < 128, 0, 255).astype(np.uint8))
FULL_PAGE = made.sheet(SIZE, lines=tuple(made.LINES * 6), seal=False)  # ink down to the lower edge
DOTS = Image.fromarray(np.where(np.asarray(FULL_PAGE.convert("L")) < 128, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image = PAGE, **how: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70, **how)
    return out.getvalue()


def jpx(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG2000", quality_layers=[30], irreversible=True)
    return out.getvalue()


def group3(image: Image.Image, two: bool) -> bytes:
    out = io.BytesIO()
    info = {292: 1} if two else {}
    image.convert("1").save(out, "TIFF", compression="group3", tiffinfo={**info, 278: image.height})
    with Image.open(io.BytesIO(out.getvalue())) as file:
        tags: Any = file.tag_v2  # type: ignore[attr-defined]
        return out.getvalue()[tags[273][0] : tags[273][0] + tags[279][0]]


def without_closing(fax: bytes) -> bytes:
    """The fax without its EOFB: some scanners leave it out."""
    bits = f"{int.from_bytes(fax, 'big'):0{len(fax) * 8}b}"
    bits = bits[: bits.rindex("000000000001" * 2)]
    return int(bits.ljust((len(bits) + 7) // 8 * 8, "0"), 2).to_bytes((len(bits) + 7) // 8, "big")


def png_rows(image: Image.Image, tag: int = 0) -> bytes:
    return zlib.compress(b"".join(bytes([tag]) + row.tobytes() for row in np.asarray(image)))


FAX = {"/K": -1, "/Columns": SIZE[0], "/Rows": SIZE[1]}
RGB = {"BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceRGB}
GREY = {"BitsPerComponent": 8, "ColorSpace": pikepdf.Name.DeviceGray}
BLACK = {"BitsPerComponent": 1, "ColorSpace": pikepdf.Name.DeviceGray}
TAGGED = {"/Predictor": 15, "/Colors": 3, "/Columns": SIZE[0]}
# kind: the stream, its filter, its parameters, its other entries
KINDS: dict[str, tuple[Callable[[], bytes], str, dict[str, Any] | None, dict[str, Any]]] = {
    "jpeg": (jpeg, "DCTDecode", None, RGB),
    "grey jpeg": (lambda: jpeg(PAGE.convert("L")), "DCTDecode", None, GREY),
    "progressive": (lambda: jpeg(progressive=True), "DCTDecode", None, RGB),
    "restarts": (lambda: jpeg(restart_marker_rows=1), "DCTDecode", None, RGB),
    "cmyk": (lambda: jpeg(PAGE.convert("CMYK")), "DCTDecode", None, {**RGB, "ColorSpace": pikepdf.Name.DeviceCMYK}),
    "jpx": (lambda: jpx(PAGE), "JPXDecode", None, {}),
    "g4": (lambda: group4(LETTERS), "CCITTFaxDecode", FAX, BLACK),
    "g4 unclosed": (lambda: without_closing(group4(LETTERS)), "CCITTFaxDecode", FAX, BLACK),
    "g3": (lambda: group3(DOTS, two=False), "CCITTFaxDecode", {**FAX, "/K": 0}, BLACK),
    "g3 in two dimensions": (lambda: group3(DOTS, two=True), "CCITTFaxDecode", {**FAX, "/K": 4}, BLACK),
    "jbig2": (lambda: jbig2.packed(np.asarray(LETTERS) < 128), "JBIG2Decode", None, BLACK),
    "deflated": (lambda: zlib.compress(PAGE.tobytes()), "FlateDecode", None, RGB),
    "deflated rows": (lambda: png_rows(PAGE), "FlateDecode", TAGGED, RGB),
}


def pdf(path: Path, data: bytes, kind: str) -> Path:
    """Page 1 is blank, page 2 shows the picture within a form."""
    _made, packing, parameters, entries = KINDS[kind]
    with pikepdf.new() as file:
        file.add_blank_page(page_size=(595, 842))
        page = file.add_blank_page(page_size=(595, 842))
        picture = pikepdf.Stream(file, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, **entries)
        picture.Width, picture.Height, picture.Filter = *SIZE, pikepdf.Name("/" + packing)
        if parameters is not None:
            picture.DecodeParms = pikepdf.Dictionary(parameters)
        form = pikepdf.Stream(file, b"q 595 0 0 842 0 0 cm /Im0 Do Q", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        form.BBox = [0, 0, 595, 842]
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=file.make_indirect(picture)))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fm0=file.make_indirect(form)))
        page.Contents = file.make_stream(b"/Fm0 Do")
        file.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return path


def share(path: Path, index: int = 1) -> float:
    return float(tasks.render_page(str(path), index, str(path.with_suffix(".jpg")), 100)["share"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_picture_is_told_and_a_whole_one_is_not(tmp_path: Path, kind: str) -> None:
    data = KINDS[kind][0]()
    whole = pdf(tmp_path / "whole.pdf", data, kind)
    assert share(whole) == 1.0
    assert share(whole, 0) == 1.0
    found = [share(pdf(tmp_path / "cut.pdf", data[: round(len(data) * part)], kind)) for part in (0.2, 0.5)]
    assert all(one < 0.9 for one in found), found
    assert found[0] <= found[1]


@pytest.mark.parametrize("kind", ["jpeg", "grey jpeg", "progressive", "restarts", "cmyk"])
def test_what_scanners_leave_out_or_add_is_no_harm(tmp_path: Path, kind: str) -> None:
    data = KINDS[kind][0]()
    for other in (data[:-2], data[:-1], data + b"\r\n\0\0", data + os.urandom(500), data[:-2] + b"\r\n"):
        assert share(pdf(tmp_path / "a.pdf", other, kind)) == 1.0


def test_an_end_mark_behind_a_cut_does_not_hide_it(tmp_path: Path) -> None:
    data = jpeg(NOISE)
    assert 0.4 < share(pdf(tmp_path / "a.pdf", data[: len(data) // 2] + b"\xff\xd9", "jpeg")) < 0.6


def test_rows_that_name_no_filter_are_rubbish(tmp_path: Path) -> None:
    assert share(pdf(tmp_path / "a.pdf", png_rows(PAGE, 200), "deflated rows")) == 0.0


def test_a_wrong_length_is_told_only_where_it_costs_pixels(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", jpeg(), "jpeg")
    right = path.read_bytes()
    length = len(jpeg())
    for wrong in (length // 2, length - 1, 0, length * 100):
        path.write_bytes(right.replace(b"/Length %d " % length, b"/Length %d " % wrong))
        assert path.read_bytes() != right
        out = tasks.render_page(str(path), 1, str(tmp_path / "x.png"), 100)
        with Image.open(tmp_path / "x.png") as drawn, Image.open(io.BytesIO(jpeg())) as stored:
            small = stored.convert("L").resize(drawn.size, Image.Resampling.BOX)
            same = float(np.abs(np.asarray(small, np.float32) - np.asarray(drawn.convert("L"), np.float32)).mean()) < 3
        assert (out["share"] >= WHOLE) == same, (wrong, out["share"])


def test_a_jpeg_file_without_its_end_mark_is_read_and_a_cut_one_refused(tmp_path: Path) -> None:
    data = jpeg(dpi=(150, 150))
    (tmp_path / "a.jpg").write_bytes(data[:-2])
    assert tasks.inspect(str(tmp_path / "a.jpg"))["pages"] == 1
    out = tasks.render_page(str(tmp_path / "a.jpg"), 0, str(tmp_path / "x.jpg"))
    with Image.open(tmp_path / "x.jpg") as read, Image.open(io.BytesIO(data)) as whole:  # closed: any reader takes it
        assert float(np.abs(np.asarray(read, np.float32) - np.asarray(whole, np.float32)).mean()) < 2
    assert not out["native"]
    (tmp_path / "a.jpg").write_bytes(data[: len(data) // 2])
    with pytest.raises(AppError) as told:
        tasks.inspect(str(tmp_path / "a.jpg"))
    assert told.value.code == "file.broken"


def test_a_jpeg_of_one_pixel_and_a_page_of_kilometres(tmp_path: Path) -> None:
    Image.new("L", (1, 1)).save(tmp_path / "a.jpg")
    assert tasks.inspect(str(tmp_path / "a.jpg"))["pages"] == 1
    assert tasks.render_page(str(tmp_path / "a.jpg"), 0, str(tmp_path / "x.jpg"))["width"] == 1
    with pikepdf.new() as pdf:
        pdf.add_blank_page().obj.MediaBox = [0, 0, 3_000_000, 3_000_000]
        pdf.save(tmp_path / "a.pdf")
    out = tasks.render_page(str(tmp_path / "a.pdf"), 0, str(tmp_path / "x.jpg"))
    assert 1_000_000 < out["width"] * out["height"] < 81_000_000
