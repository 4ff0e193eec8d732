"""The one picture that a page of a scanned PDF consists of, as its scanner wrote it: it goes into the access copy byte for byte."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from PIL import Image

from app.recognise.pictures import NEGATIVE_FAX, PLAIN_FAX, Picture, is_plain

CONTENT_MOST = 4_000  # bytes of operators; a page that is only a picture has about fifty
SAME_PLACE = 0.01  # of the page's side
PLAIN = {"q", "Q", "cm", "Do", "gs", "BMC", "BDC", "EMC"}
BYTES_MOST = 200_000_000
# Filters of PDF/A-2 besides JPEG and fax, with the numbers that may be among their parameters. JPEG 2000 is allowed too, but its
# inside can't be proven here: such a page is drawn.
PACKED: dict[str, tuple[str, ...]] = {
    "/JBIG2Decode": (),
    "/FlateDecode": ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns"),
}


def own_picture(page: pikepdf.Page) -> Picture | None:
    """The page's picture as it is packed if it covers the page, upright and alone; None for every other page."""
    try:
        if int(page.obj.get("/Rotate", 0)) % 360 != 0 or len(page.obj.get("/Annots", [])) > 0:
            return None
        image = _only_image(page)
        return None if image is None else _picture(image)
    except (pikepdf.PdfError, TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError, SyntaxError):
        return None


def _only_image(page: pikepdf.Page) -> pikepdf.Stream | None:
    contents = page.obj.get("/Contents")
    streams = [contents] if isinstance(contents, pikepdf.Stream) else list(contents or [])
    if sum(int(stream.get("/Length", 0)) for stream in streams) > CONTENT_MOST:
        return None
    name, matrix = None, pikepdf.Matrix()
    stack: list[pikepdf.Matrix] = []
    for instruction in pikepdf.parse_content_stream(page):
        word, operands = str(instruction.operator), list(instruction.operands)
        if word not in PLAIN or (word == "Do" and name is not None):
            return None
        if word == "q":
            stack.append(matrix)
        elif word == "Q":
            matrix = stack.pop() if stack and name is None else matrix
        elif word == "cm" and name is None:
            matrix = pikepdf.Matrix(*(float(value) for value in operands)) @ matrix
        elif word == "Do":
            name = str(operands[0])
    if name is None or not _covers(page, matrix):
        return None
    image = page.resources.XObject[name]
    return image if isinstance(image, pikepdf.Stream) else None


def _covers(page: pikepdf.Page, matrix: pikepdf.Matrix) -> bool:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    width, height = right - left, top - bottom
    if width <= 0 or height <= 0 or abs(matrix.b) > SAME_PLACE or abs(matrix.c) > SAME_PLACE:
        return False
    wanted = (width, height, left, bottom)
    found = (matrix.a, matrix.d, matrix.e, matrix.f)
    return all(abs(one - two) < SAME_PLACE * max(width, height) for one, two in zip(wanted, found, strict=True))


def _picture(image: pikepdf.Stream) -> Picture | None:
    if image.get("/Subtype") != "/Image" or "/SMask" in image or "/Mask" in image or image.get("/ImageMask", False):
        return None
    width, height, space = int(image.Width), int(image.Height), str(image.get("/ColorSpace", ""))
    kind, parameters = _one(image.get("/Filter")), _one(image.get("/DecodeParms"))
    if width < 1 or height < 1 or int(image.get("/Length", 0)) > BYTES_MOST:
        return None
    if kind == "/DCTDecode" and int(image.BitsPerComponent) == 8 and "/Decode" not in image:
        data = image.read_raw_bytes()
        if space in ("/DeviceRGB", "/DeviceGray") and _is_plain_jpeg(data, width, height, space == "/DeviceGray"):
            return Picture(data, width, height, space == "/DeviceGray", kept=True)
    if kind == "/CCITTFaxDecode" and space == "/DeviceGray" and int(image.BitsPerComponent) == 1 and parameters is not None:
        return _fax(image, parameters, width, height)
    return _as_packed(image, kind, parameters, width, height)


def _as_packed(image: pikepdf.Stream, kind: Any, parameters: Any, width: int, height: int) -> Picture | None:
    """JBIG2 and deflated pixels as they are: unpacked and packed anew as JPEG they would be several times as large."""
    space = str(image.get("/ColorSpace", ""))
    if kind not in PACKED or space not in ("/DeviceRGB", "/DeviceGray") or "/Decode" in image:
        return None
    bits = int(image.get("/BitsPerComponent", 8))
    if bits not in (1, 8) or (kind == "/JBIG2Decode" and (bits, space) != (1, "/DeviceGray")):
        return None
    numbers, shared = {}, b""
    for name, value in parameters.items() if parameters is not None else ():
        if kind == "/JBIG2Decode" and name == "/JBIG2Globals":
            shared = value.read_bytes()
        elif name in PACKED[kind]:
            numbers[name] = int(value)
        else:
            return None
    entries = " ".join(f"{name} {value}" for name, value in numbers.items()) + (" /JBIG2Globals %d 0 R" if shared else "")
    packing = f"/BitsPerComponent {bits} /ColorSpace {space} /Filter {kind}" + (
        f" /DecodeParms << {entries} >>" if entries else ""
    )
    return Picture(image.read_raw_bytes(), width, height, space == "/DeviceGray", kept=True, packing=packing, shared=shared)


def _fax(image: pikepdf.Stream, parameters: pikepdf.Object, width: int, height: int) -> Picture | None:
    group4 = int(parameters.get("/K", 0)) < 0 and int(parameters.get("/Columns", 1728)) == width
    if not group4 or not set(parameters.keys()) <= {"/K", "/Columns", "/Rows", "/BlackIs1"}:
        return None
    inverted = [float(value) for value in image.get("/Decode", [0, 1])] == [1, 0]
    black_is_1 = bool(parameters.get("/BlackIs1", False)) != inverted
    return Picture(image.read_raw_bytes(), width, height, grey=True, kept=True, fax=NEGATIVE_FAX if black_is_1 else PLAIN_FAX)


def _one(value: Any) -> Any:
    """The only entry of a list of one; itself where it is none."""
    if isinstance(value, pikepdf.Array):
        return value[0] if len(value) == 1 else None
    return value


def _is_plain_jpeg(data: bytes, width: int, height: int, grey: bool) -> bool:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        same = image.size == (width, height) and image.mode == ("L" if grey else "RGB")
    return same and is_plain(io.BytesIO(data))
