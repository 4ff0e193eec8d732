"""Black-and-white pictures packed harder without loss, where a copy would outgrow its source: G4 as JBIG2.

What was packed is unpacked again by another program (PDFium), and is used only when every pixel came back.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.bare_picture import unpacked
from app.recognise import jbig2
from app.recognise.pictures import NEGATIVE_FAX, Picture

PACKING = "/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/JBIG2Decode"
PIXELS_MOST = 40_000_000  # A4 at 600 dpi has 35
BYTES_MOST = 150_000  # as G4: a page of halftones would take minutes, and next to it words cost nothing
_LONG, _SHORT = 4, 3  # types of TIFF 6.0


def can(picture: Picture) -> bool:
    small = len(picture.data) <= BYTES_MOST and picture.width * picture.height <= PIXELS_MOST
    return bool(picture.fax) and small


def smaller(picture: Picture) -> Picture:
    """The picture as JBIG2, no longer "kept"; as it was where that is not smaller or can't be proven."""
    try:
        ink = _ink(picture)
    except (OSError, ValueError, SyntaxError):  # a fax that its reader does not understand to the end
        return picture
    data = jbig2.packed(ink)
    if len(data) >= len(picture.data) or not np.array_equal(
        unpacked(data, picture.width, picture.height, "JBIG2Decode") < 128, ink
    ):
        return picture
    return replace(picture, data=data, kept=False, fax="", packing=PACKING)


def _ink(picture: Picture) -> NDArray[np.bool_]:
    """The pixels that are black. The G4 stream is given the header of a TIFF (ITU-T T.6 is its compression 4)."""
    white_is_0 = 0 if picture.fax != NEGATIVE_FAX else 1
    entries = (
        (256, _LONG, picture.width), (257, _LONG, picture.height), (258, _SHORT, 1), (259, _SHORT, 4), (262, _SHORT, white_is_0),
        (273, _LONG, 8), (277, _SHORT, 1), (278, _LONG, picture.height), (279, _LONG, len(picture.data)),
    )  # fmt: skip
    place = 8 + len(picture.data)
    table = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    file = struct.pack("<2sHI", b"II", 42, place) + picture.data + struct.pack("<H", len(entries)) + table + bytes(4)
    with Image.open(io.BytesIO(file), formats=("TIFF",)) as image:
        return np.asarray(image.convert("L")) < 128
