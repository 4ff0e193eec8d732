"""The upper part of a page's JPEG without unpacking the rest, for looks at corners and at the lines of the head.

A baseline JPEG lies from top to bottom, so a copy of it that says to be lower is unpacked to there and no further. The pixels are those
of the whole page's picture bit for bit, but for the last rows, which a smoothed colour plane mixes with those below.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

_START, _ENDLESS = 0xFF, {0x01, *range(0xD0, 0xD9)}  # of a marker; markers without a length (ITU-T T.81, table B.1)
_BASELINE, _OTHERS = {0xC0, 0xC1}, {*range(0xC2, 0xD0)} - {0xC4, 0xCC}  # frames whose rows come one after the other, and others
_SCAN, _END = 0xDA, b"\xff\xd9"
_HEIGHT_AT = 5  # bytes from a frame's marker
_SPARE = 34  # more rows than are asked for: two of the largest blocks


def upper_part(opened: Image.Image, image: Path, deep: float) -> Image.Image | None:
    """The JPEG `image`, which is `opened`, as one that ends a little below `deep` page widths; not unpacked yet, to be closed.

    None where that saves less than half, for other files and for those whose end is missing. Raises what Pillow raises, OSError.
    """
    rows = round(deep * opened.width) + _SPARE
    if opened.format != "JPEG" or opened.mode not in ("L", "RGB") or 2 * rows > opened.height:
        return None
    data = image.read_bytes()
    lower = said_to_be(data, rows) if data.endswith(_END) else None
    return None if lower is None else Image.open(io.BytesIO(lower))


def said_to_be(data: bytes, rows: int) -> bytes | None:
    """The JPEG with this height in its header; None for one whose rows do not come one after the other, or that is no JPEG."""
    at = 2
    while at + _HEIGHT_AT + 2 <= len(data) and data[at] == _START:
        marker = data[at + 1]
        if marker in _BASELINE:
            at += _HEIGHT_AT
            return data[:at] + rows.to_bytes(2, "big") + data[at + 2 :]
        if marker == _SCAN or marker in _OTHERS:
            return None
        at += 2 if marker in _ENDLESS else 1 if marker == _START else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
