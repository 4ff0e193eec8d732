"""How much of a JPEG is there: a cut one decodes without a word, its lower part grey.

The end of its data is continued in two ways. Where all pixels were told before it, both give the same picture; else they part
where the data end. So bytes behind the end, and an end mark that is missing alone, are no harm.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

_START, _SCAN, _END = b"\xff\xd8\xff", 0xDA, 0xD9
_KNOWN = (0xC0, 0xC1, 0xC2)  # Huffman-coded frames (ITU-T T.81, table B.1); others are not judged
_PROGRESSIVE = 0xC2
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # what ends a scan's data
_TAILS = (b"\x55\x1b" * 32, b"\xc6\x39\xaa\x0d" * 16)
_EIGHTH = 8


@dataclass(slots=True)
class _Walk:
    """What the markers tell: the kind of frame, of each component the coefficients that have all their bits, where data end."""

    kind: int = 0
    bits: int = 8
    components: list[int] = field(default_factory=list)
    whole: dict[int, set[int]] = field(default_factory=dict)
    scans: int = 0
    end: int = 0
    closed: bool = False


def share(data: bytes) -> float:
    """The share of the rows that are there, 0 to 1; 1 for what can't be judged."""
    start = data.find(_START)
    if start < 0:
        return 0.0
    data = data[start:]
    walk = _walked(data)
    if walk.kind not in _KNOWN or walk.bits != 8:
        return 1.0 if walk.kind else 0.0
    if walk.scans == 0:
        return 0.0
    if not walk.closed and not _all_told(walk):
        return 0.5  # the finer parts of the whole picture, or a colour, are missing
    return _rows(data[: walk.end].rstrip(b"\xff"))


def _walked(data: bytes) -> _Walk:
    walk, at = _Walk(end=len(data)), 2
    while found := _MARKER.search(data, at):
        kind, at = data[found.start() + 1], found.end()
        if kind == _END:
            walk.end, walk.closed = found.start(), True
            break
        length = int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : at + max(length, 2)]
        if len(body) < length - 2:
            if walk.scans == 0:
                return walk
            walk.end = found.start()
            break
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC) and len(body) > 5:
            walk.kind, walk.bits = kind, body[0]
            walk.components = [body[place] for place in range(6, len(body) - 2, 3)]
        elif kind == _SCAN and body:
            _note_scan(walk, body)
        at += max(length, 2)
    return walk


def _note_scan(walk: _Walk, body: bytes) -> None:
    walk.scans += 1
    count = body[0]
    if len(body) < 4 + 2 * count:
        return
    first, last, bits = body[1 + 2 * count], body[2 + 2 * count], body[3 + 2 * count]
    for place in range(count):
        told = walk.whole.setdefault(body[1 + 2 * place], set())
        if walk.kind != _PROGRESSIVE:
            told.update(range(64))
        elif bits & 0x0F == 0:
            told.update(range(first, min(last, 63) + 1))


def _all_told(walk: _Walk) -> bool:
    return all(len(walk.whole.get(component, ())) == 64 for component in walk.components)


def _rows(data: bytes) -> float:
    """Where the two continuations part."""
    try:
        one, two = (_small(data + tail + b"\xff\xd9") for tail in _TAILS)
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError):
        return 1.0
    parted = np.nonzero((one != two).reshape(len(one), -1).any(axis=1))[0]
    return 1.0 if parted.size == 0 else float(parted[0]) / len(one)


def _small(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        small = (max(1, image.width // _EIGHTH), max(1, image.height // _EIGHTH))
        image.draft("L" if image.mode in ("L", "RGB") else image.mode, small)
        return np.asarray(image)
