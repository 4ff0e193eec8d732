"""The ICC profiles of output intents, made here: sRGB (IEC 61966-2-1), and its grey axis for copies without colour.

The usual sRGB profile of 3 kB holds a table of 1,024 steps and two paragraphs; the same curve as a formula takes 32 bytes (ICC.1:2010,
10.16), and a copy of a fax of 20 kB must not grow for it.
"""

from __future__ import annotations

import struct
from functools import cache

# The parametric curve of type 3: (a·x + b)^g from d on, c·x below; in the order g, a, b, c, d.
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_WHITE = (0.9642, 1.0, 0.8249)  # D50, the white of the connection space
# The primaries and white of sRGB seen in D50 (Bradford), and the matrix that adapts D65 to it.
_PRIMARIES = {"rXYZ": (0.43607, 0.22249, 0.01392), "gXYZ": (0.38515, 0.71687, 0.09708), "bXYZ": (0.14307, 0.06061, 0.71410)}
_ADAPTED = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_BORN = (2026, 1, 1, 0, 0, 0)


@cache
def srgb() -> bytes:
    curve = _curve()
    tags = {
        "desc": _text("sRGB"),
        "cprt": _text("CC0"),
        "wtpt": _xyz(_WHITE),
        "chad": b"sf32" + bytes(4) + _fixed(*_ADAPTED),
        **{name: _xyz(value) for name, value in _PRIMARIES.items()},
        "rTRC": curve, "gTRC": curve, "bTRC": curve,
    }  # fmt: skip
    return _profile("RGB ", tags)


@cache
def grey() -> bytes:
    return _profile("GRAY", {"desc": _text("sGrey"), "cprt": _text("CC0"), "wtpt": _xyz(_WHITE), "kTRC": _curve()})


def _profile(space: str, tags: dict[str, bytes]) -> bytes:
    """ICC.1:2010, 7: version 4.2, of a display, connected by XYZ. Tags with the same data share it."""
    table, body, places = b"", b"", dict[bytes, int]()
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += name.encode() + struct.pack(">II", places[data], len(data))
    head = struct.pack(
        ">I4xI4s4s4s6H4s4x4x4x4x8xI12s4x16x28x",
        start + len(body), 0x04200000, b"mntr", space.encode(), b"XYZ ", *_BORN, b"acsp", 0, _fixed(*_WHITE),
    )  # fmt: skip
    return head + struct.pack(">I", len(tags)) + table + body


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*value)


def _text(text: str) -> bytes:
    words = text.encode("utf-16-be")
    return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(words), 28) + words


def _curve() -> bytes:
    return struct.pack(">4s4xH2x", b"para", 3) + _fixed(*_CURVE)
