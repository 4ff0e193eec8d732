"""What number a lone mark in the corner is: the small network's candidates for its ink, and whether it is digits at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from app.describe.handwriting.decode import beam
from app.describe.handwriting.geometry import ABOVE, BELOW, EM, HEIGHT, WIDEST, Gray
from app.describe.handwriting.reader import SlotReader, SlotReading
from app.describe.sheet_numbers.corner import Mark

LONGEST = 6  # digits: a numbering machine fills up with zeros
MOST = 9999  # sheets of one dossier
_SIZES = (0.82, 1.0)  # em that the figures are high
_MARGIN = 0.8  # em of paper at both sides
_KEPT = 30
_WIDE = (0.22, 1.35)  # heights that one digit takes of the number's width
_WHOLE, _MERGED = 0.72, 0.1  # of the height: a piece that is a figure; how often two such pieces are one
_ONE = 0.08  # a lone stroke's


def read_figures(reader: SlotReader, mark: Mark) -> SlotReading:
    """Candidates from 1 to 9999; without any where the ink is no number."""
    found: dict[int, float] = {}
    runs, mass = 0, 0.0
    wide = sum(b - a for a, b in _joined(mark.parts)) / mark.high
    apart = len(_joined([part for part, low in zip(mark.parts, mark.lows, strict=True) if low >= _WHOLE]))
    for size in _SIZES:
        for steps in reader.steps(_window(mark, size)):
            runs += 1
            for text, probability in beam(steps, LONGEST).items():
                if text and int(text) and int(text) <= MOST and _fits(text, wide):
                    mass += probability
                    share = probability * (_MERGED if len(text) < apart else 1.0)
                    found[int(text)] = found.get(int(text), 0.0) + share
    return _normal(found, mass / runs) if mass > 0 else SlotReading()


def _normal(found: Mapping[int, float], mass: float) -> SlotReading:
    best = sorted(found.items(), key=lambda pair: -pair[1])[:_KEPT]
    kept = sum(p for _v, p in best)
    return SlotReading(tuple((value, p / kept) for value, p in best), min(1.0, mass))


def _joined(parts: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for a, b in parts:
        if spans and a <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(b, spans[-1][1]))
        else:
            spans.append((a, b))
    return spans


def _fits(text: str, wide: float) -> bool:
    """Whether so many digits can take so much room: "1" is a stroke, others are not."""
    ones = text.count("1")
    others = len(text) - ones
    return ones * _ONE + others * _WIDE[0] <= wide <= len(text) * _WIDE[1] + 0.3


def _window(mark: Mark, size: float) -> Gray:
    """The mark as the reader wants it: its figures `size` em high on the baseline of a window of 48 pixels."""
    scale = size * EM / mark.high
    picture = mark.picture
    wide = max(1, round(picture.shape[1] * scale))
    tall = max(1, round(picture.shape[0] * scale))
    small = cv2.resize(picture, (wide, tall), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    out = np.full((HEIGHT, min(wide, WIDEST)), 255, np.uint8)
    top = round(HEIGHT * ABOVE / (ABOVE + BELOW) - mark.line * scale)
    a, b = max(top, 0), min(top + tall, HEIGHT)
    if b > a:
        out[a:b] = small[a - top : b - top, : out.shape[1]]
    return out
