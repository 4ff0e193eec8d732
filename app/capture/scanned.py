"""Telling a scanned PDF page, one image as large as the page, from a drawn one."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw
from PIL import Image

pdfium: Any = pypdfium2.raw  # made of ctypes, without types

INVISIBLE = 3  # text render mode of an OCR layer
GLANCE = 160  # pixels of the longer side
UNLIKE = 10.0  # mean difference of 255; ways of making small differ by some 2
COVERS = 0.97  # share of the page's width and height
OBJECTS_LOOKED_AT = 5_000  # a page with more is drawn, or has a long OCR layer and is drawn too


@dataclass(slots=True, frozen=True)
class ScannedPage:
    """`dpi` of the image on its page; `jpeg` its own bytes where the image is shown exactly as it is stored."""

    dpi: float
    jpeg: bytes | None


def scanned_page(page: Any) -> ScannedPage | None:
    """None when anything but one image (and invisible text) makes the page."""
    image = _only_image(page)
    if image is None:
        return None
    width, height = page.get_size()
    left, bottom, right, top = image.get_bounds()
    turned = page.get_rotation() % 180 != 0
    across, up = (right - left, top - bottom) if not turned else (top - bottom, right - left)
    if across < COVERS * width or up < COVERS * height:
        return None
    pixels = image.get_px_size()
    if turned:
        pixels = pixels[::-1]
    dpi = max(pixels[0] / across, pixels[1] / up) * 72
    return ScannedPage(dpi, _jpeg(page, image, width, height))


def has_picture(page: Any) -> bool:
    """Whether any picture is on the page, in a form or not."""
    return any(True for _picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=5))


def _only_image(page: Any) -> Any:
    if pdfium.FPDFPage_GetAnnotCount(page) > 0:  # stamps and signatures are seen too
        return None
    found = None
    for number, thing in enumerate(page.get_objects()):
        if number > OBJECTS_LOOKED_AT:
            return None
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE and found is None:
            found = thing
        elif thing.type == pdfium.FPDF_PAGEOBJ_FORM:
            continue  # its own objects follow
        elif thing.type != pdfium.FPDF_PAGEOBJ_TEXT or pdfium.FPDFTextObj_GetTextRenderMode(thing) != INVISIBLE:
            return None
    return found


def _jpeg(page: Any, image: Any, width: float, height: float) -> bytes | None:
    """The stored JPEG, unless the page shows it turned, cut, masked or through an unusual colour space."""
    if list(image.get_filters()) != ["DCTDecode"] or page.get_rotation() != 0 or image.level > 0:
        return None
    a, b, c, d, e, f = image.get_matrix().get()
    left, bottom, _right, _top = page.get_bbox()
    upright = abs(b) < 0.01 and abs(c) < 0.01 and a > 0 and d > 0
    flush = max(abs(e - left), abs(f - bottom), abs(a - width), abs(d - height)) < 1.0  # points
    if not (upright and flush) or pdfium.FPDFPageObj_HasTransparency(image):
        return None
    about = image.get_metadata()
    if about.colorspace not in (
        pdfium.FPDF_COLORSPACE_DEVICERGB,
        pdfium.FPDF_COLORSPACE_DEVICEGRAY,
        pdfium.FPDF_COLORSPACE_ICCBASED,
        pdfium.FPDF_COLORSPACE_CALRGB,
        pdfium.FPDF_COLORSPACE_CALGRAY,
    ):
        return None
    data = bytes(image.get_data(decode_simple=False))
    return data if data.startswith(b"\xff\xd8\xff") and _looks_like(page, data) else None


def _looks_like(page: Any, jpeg: bytes) -> bool:
    """The proof that no mask, colour map or other trick lies between the stored picture and the page: both seen small."""
    width, height = page.get_size()
    bitmap = page.render(scale=GLANCE / max(width, height), rev_byteorder=True)
    shown = bitmap.to_pil().convert("RGB")
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
            image.draft("RGB", (GLANCE, GLANCE))
            stored = image.convert("RGB").resize(shown.size, Image.Resampling.BOX)
    except (OSError, SyntaxError, ValueError):
        return False
    mine, theirs = 255 - np.asarray(shown, dtype=np.float32), 255 - np.asarray(stored, dtype=np.float32)
    ink = abs(float(mine.mean()) - float(theirs.mean()))  # making small keeps the amount of ink
    return ink < 0.3 + 0.05 * float(theirs.mean()) and float(np.abs(mine - theirs).mean()) < UNLIKE
