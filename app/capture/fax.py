"""How much of a CCITT fax or a JBIG2 or JPEG 2000 picture is there: PDFium shows a cut one without a word, its lower part white.

A fax is continued in two ways, as in `app.capture.jpeg`; the other two say how long each of their parts is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from app.bare_picture import unpacked

_PIXELS_MOST = 80_000_000
_TAIL = 80  # bytes
_CLOSING = "000000000001" * 2  # EOFB of group 4, ITU-T T.6 §2.4.1.2
_CLOSING_WITHIN = 12  # bytes of the end
_BLACK = "00110101010"  # a white run of 0, a black run of 1 (T.4, table 2)
_UNKNOWN = 0xFFFFFFFF  # JBIG2: the segment ends where its data say so


def fax_share(data: bytes, width: int, height: int, parameters: Mapping[str, Any]) -> float:
    """The share of the rows that are there, 0 to 1. `parameters` are the stream's DecodeParms."""
    way = int(parameters.get("/K", 0))
    ends = f"{int.from_bytes(data[-_CLOSING_WITHIN:], 'big'):b}"
    if (way < 0 and _CLOSING in ends) or not 0 < width * height <= _PIXELS_MOST:
        return 1.0
    tails = ("0", "0" * 24 + "1" + ("1" if way > 0 else "") + _BLACK * 60)
    if way < 0:  # lines like the one before, against black ones: "1" is a code of its own wherever it begins
        tails = ("1", "1" * 16 + ("001" + _BLACK) * 60)
    one, two = (unpacked(data + _bytes(tail), width, height, "CCITTFaxDecode", parameters) for tail in tails)
    parted = np.nonzero((one != two).any(axis=1))[0]
    return 1.0 if parted.size == 0 else float(parted[0]) / len(one)


def _bytes(bits: str) -> bytes:
    whole = (bits * (_TAIL * 8 // len(bits) + 1))[: _TAIL * 8]
    return int(whole, 2).to_bytes(_TAIL, "big")


def jbig2_share(data: bytes) -> float:
    """The share of the bytes that the segments announce, 0 to 1 (ITU-T T.88 §7.2, as embedded in PDF: without a file header)."""
    at, size = 0, len(data)
    while at + 11 <= size:
        flags, referred = data[at + 4], data[at + 5] >> 5
        number = int.from_bytes(data[at : at + 4], "big")
        head = at + 6
        if referred == 7:
            referred = int.from_bytes(data[at + 5 : at + 9], "big") & 0x1FFFFFFF
            head = at + 9 + (referred + 8) // 8
        head += referred * (1 if number <= 256 else 2 if number <= 65536 else 4) + (4 if flags & 0x40 else 1)
        length = int.from_bytes(data[head : head + 4], "big")
        if length == _UNKNOWN or head + 4 > size:
            return 1.0
        at = head + 4 + length
    return min(1.0, size / at) if at else 0.0


def jpx_share(data: bytes) -> float:
    """The share of the bytes that the tile parts announce, 0 to 1 (ITU-T T.800 §A.4.2)."""
    start = data.find(b"\xff\x4f\xff\x51")
    at = data.find(b"\xff\x90\x00\x0a", start)
    if start < 0 or at < 0:
        return 0.0
    while data[at : at + 4] == b"\xff\x90\x00\x0a" and at + 12 <= len(data):
        length = int.from_bytes(data[at + 6 : at + 10], "big")
        if length == 0:
            return 1.0  # up to the end, wherever that is
        at += length
    return min(1.0, len(data) / at)
