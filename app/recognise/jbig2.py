"""A black-and-white picture as one JBIG2 generic region, arithmetically coded and without loss (ITU-T T.88, 6.2 and annex E).

Each pixel is coded by how often pixels with the same sixteen neighbours were black so far: a page of print takes about a quarter less
than as G4. No symbols are matched, so no digit can ever stand in for another that looks like it.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.bool_]

# T.88, table E.1: probability of the less likely sign, next state after the likelier, after the other one, and whether they then swap.
_STATES = (
    (0x5601, 1, 1, 1), (0x3401, 2, 6, 0), (0x1801, 3, 9, 0), (0x0AC1, 4, 12, 0), (0x0521, 5, 29, 0), (0x0221, 38, 33, 0),
    (0x5601, 7, 6, 1), (0x5401, 8, 14, 0), (0x4801, 9, 14, 0), (0x3801, 10, 14, 0), (0x3001, 11, 17, 0), (0x2401, 12, 18, 0),
    (0x1C01, 13, 20, 0), (0x1601, 29, 21, 0), (0x5601, 15, 14, 1), (0x5401, 16, 14, 0), (0x5101, 17, 15, 0), (0x4801, 18, 16, 0),
    (0x3801, 19, 17, 0), (0x3401, 20, 18, 0), (0x3001, 21, 19, 0), (0x2801, 22, 19, 0), (0x2401, 23, 20, 0), (0x2201, 24, 21, 0),
    (0x1C01, 25, 22, 0), (0x1801, 26, 23, 0), (0x1601, 27, 24, 0), (0x1401, 28, 25, 0), (0x1201, 29, 26, 0), (0x1101, 30, 27, 0),
    (0x0AC1, 31, 28, 0), (0x09C1, 32, 29, 0), (0x08A1, 33, 30, 0), (0x0521, 34, 31, 0), (0x0441, 35, 32, 0), (0x02A1, 36, 33, 0),
    (0x0221, 37, 34, 0), (0x0141, 38, 35, 0), (0x0111, 39, 36, 0), (0x0085, 40, 37, 0), (0x0049, 41, 38, 0), (0x0025, 42, 39, 0),
    (0x0015, 43, 40, 0), (0x0009, 44, 41, 0), (0x0005, 45, 42, 0), (0x0001, 45, 43, 0), (0x5601, 46, 46, 0),
)  # fmt: skip
# By state and likelier sign: the probability, what follows the likelier and the other sign, the likelier sign.
_ROWS = [(q, up << 1 | usual, down << 1 | (usual ^ swap), usual) for q, up, down, swap in _STATES for usual in (0, 1)]
_ABOVE = ((-2, range(-2, 3)), (-1, range(-3, 4)), (0, range(-4, 0)))  # template 0: rows and columns of the neighbours
_NOMINAL = struct.pack(">8b", 3, -1, -3, -1, 2, -2, -2, -2)  # where its four movable neighbours stand
_PAGE, _REGION = 48, 38  # segment types


def packed(ink: Ink) -> bytes:
    """The page whose black pixels are true, as PDF's JBIG2Decode reads it: a page segment and a region, without file header."""
    height, width = ink.shape
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 0) + _NOMINAL + _coded(ink)
    return _segment(0, _PAGE, page) + _segment(1, _REGION, region)


def _segment(number: int, kind: int, data: bytes) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data


def _neighbours(ink: Ink) -> NDArray[np.uint16]:
    height, width = ink.shape
    wide = np.zeros((height + 2, width + 8), np.uint16)
    wide[2:, 4:-4] = ink
    found = np.zeros((height, width), np.uint16)
    for row, columns in _ABOVE:
        for column in columns:
            found <<= 1
            found |= wide[2 + row : 2 + row + height, 4 + column : 4 + column + width]
    return found


def _coded(ink: Ink) -> bytes:
    around, black = _neighbours(ink).ravel(), ink.ravel()
    places = np.flatnonzero((around != 0) | black)
    white = np.diff(places, prepend=-1) - 1
    rest = black.size - (int(places[-1]) + 1 if places.size else 0)
    return _arithmetic(white.tolist(), around[places].tolist(), black[places].tolist(), rest)


def _arithmetic(white: list[int], around: list[int], black: list[bool], rest: int) -> bytes:
    """Annex E.2 for pixels of these neighbours, each after so many white pixels among white, and with `rest` of those at the end.

    Most of a page is white among white: what needs no new state is taken in one step.
    """
    out = bytearray(1)  # the last byte may still get a carry; the first is none of the code
    states = [0] * (1 << 16)  # by neighbours: twice the number of the state, plus the likelier sign
    a, c, free = 0x8000, 0, 12  # the interval, its foot, bits until a byte is full
    for run, neighbours, sign in zip([*white, rest], [*around, -1], [*black, False], strict=True):
        left = run
        while left or neighbours >= 0:
            if left:
                q, likelier, other, usual = _ROWS[states[0]]
                steps = (a - 0x8000) // q if usual == 0 else 0
                if steps >= left:
                    a, c, left = a - left * q, c + left * q, 0
                    continue
                a, c, left = a - (steps + 1) * q, c + steps * q, left - steps - 1
                place, same = 0, usual == 0
            else:
                place, neighbours = neighbours, -1
                q, likelier, other, usual = _ROWS[states[place]]
                a -= q
                same = usual == sign
            if same:
                if a & 0x8000:
                    c += q
                    continue
                if a < q:
                    a = q
                else:
                    c += q
                states[place] = likelier
            else:
                if a < q:
                    c += q
                else:
                    a = q
                states[place] = other
            shift = 16 - a.bit_length()
            a <<= shift
            while shift >= free:
                c, shift = c << free, shift - free
                c, free = _byte(out, c)
            c, free = c << shift, free - shift
    top = c + a
    c |= 0xFFFF
    c -= 0x8000 if c >= top else 0
    c, free = _byte(out, c << free)
    _byte(out, c << free)
    return bytes(out[1:]) + (b"\xac" if out[-1] == 0xFF else b"\xff\xac")


def _byte(out: bytearray, c: int) -> tuple[int, int]:
    """Moves a byte from the register to the code; returns the register and the bits until the next (E.2.5). After 0xFF one bit
    is left free, so that a carry stops there."""
    if out[-1] != 0xFF and c >= 1 << 27:
        out[-1] += 1
        c &= (1 << 27) - 1
    if out[-1] == 0xFF:
        out.append(c >> 20)
        return c & 0xFFFFF, 7
    out.append(c >> 19)
    return c & 0x7FFFF, 8
