"""The upper part of a page's JPEG without unpacking the rest, for looks at corners and at the lines of the head.

A baseline JPEG lies from top to bottom, so a copy of it that says to be lower is unpacked to there and no further. The pixels are those
of the whole page's picture bit for bit; only the last rows, which a smoothed colour plane mixes with those below, are left out.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_START, _ENDLESS = 0xFF, {0x01, *range(0xD0, 0xD9)}  # of a marker; markers without a length (ITU-T T.81, table B.1)
_BASELINE = {0xC0, 0xC1}  # frames whose rows come one after the other
_SCAN = 0xDA
_END = b"\xff\xd9"  # of a whole JPEG
_HEIGHT_AT = 5  # bytes from a frame's marker
_SPARE = 32  # rows that are unpacked and left out: two rows of the largest blocks


def upper_half_size(opened: Image.Image, image: Path, deep: float, *, grey: bool = False) -> NDArray[np.uint8] | None:
    """The JPEG `image`, which is `opened`, in half its size down to `deep` page widths or more, as `unpack_jpeg` gives the whole; `grey`
    without its colours. None where that saves nothing or can't be done. Raises what Pillow raises, OSError.
    """
    rows = round(deep * opened.width) + 2
    if opened.format != "JPEG" or opened.mode not in ("L", "RGB") or 2 * (rows + _SPARE) > opened.height:
        return None
    data = image.read_bytes()
    lower = said_to_be(data, rows + _SPARE) if data.endswith(_END) else None
    if lower is None:
        return None
    with Image.open(io.BytesIO(lower)) as upper:
        upper.draft("L" if grey else None, (upper.width // 2, upper.height // 2))
        if abs(2 * upper.width - opened.width) > 1:
            return None
        pixels = np.asarray(upper.convert("L") if grey else upper)
    return np.asarray(pixels[: (rows + 1) // 2], np.uint8)


def said_to_be(data: bytes, rows: int) -> bytes | None:
    """The JPEG with this height in its header; None for one whose rows do not come one after the other, or that is no JPEG."""
    at = 2
    while at + _HEIGHT_AT + 2 <= len(data) and data[at] == _START:
        marker = data[at + 1]
        if marker in _BASELINE:
            at += _HEIGHT_AT
            return data[:at] + rows.to_bytes(2, "big") + data[at + 2 :]
        if marker == _SCAN or (0xC2 <= marker <= 0xCF and marker not in (0xC4, 0xCC)):
            return None
        at += 2 if marker in _ENDLESS else 1 if marker == _START else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
