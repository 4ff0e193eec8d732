"""The number's line where the engine read nothing at all: tall strokes make it take the whole line for a drawing.

Only the ink is looked at: a line of print of the right height, level with the date where that was found, beginning alone at
its left. What is read there is offered, never sure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.describe.handwriting.geometry import Gray
from app.describe.handwriting.slots import Window
from storage.records.reading import Box

_LEVEL = 0.9  # em between the lines of number and date
_LENGTH = (3.0, 13.0)  # em of "Số: …/QĐ-UBND"
_READ = 5.2  # em from the S that hold the number
_FULL = 0.35  # of the width: a rule is dark from end to end and no better than text for it
_GAP = 2.5  # em without ink end the line


def find_lost_numbers(grey: Gray, box: Box, em: float, level: float | None) -> list[Window]:
    """Windows where the number may stand inside `box` (fractions of the page), best first.

    `em` and `level` (the baseline of the date) are in page widths; lines nearest to that level come first, else upper ones.
    """
    scale = grey.shape[1]
    unit = em * scale
    x0, x1 = round(box[0] * scale), round(box[2] * scale)
    y0, y1 = round(box[1] * grey.shape[0]), round(box[3] * grey.shape[0])
    if level is not None:
        y0, y1 = max(y0, round(level * scale - (_LEVEL + 1.2) * unit)), min(y1, round(level * scale + (_LEVEL + 0.4) * unit))
    part = grey[max(y0, 0) : y1, max(x0, 0) : x1]
    if unit < 6 or part.shape[0] < 1.5 * unit or part.shape[1] < _LENGTH[0] * unit:
        return []
    dark, found = _dark(part), []
    for line in _lines(dark, unit):
        ends = _extent(np.asarray(dark[max(0, round(line - 0.75 * unit)) : line].any(axis=0), bool), unit)
        if ends:
            left, right = (max(x0, 0) + end for end in ends)
            stop, spans = min(right, left + _READ * unit), ((left / scale, (left + 0.9 * unit) / scale),)
            found.append(Window("number", (left - 0.1 * unit) / scale, stop / scale, (max(y0, 0) + line) / scale, em, spans))
    return sorted(found, key=lambda window: abs(window.baseline - level)) if level is not None else found


def _dark(part: Gray) -> NDArray[np.bool_]:
    paper, ink = float(np.percentile(part, 80)), float(np.percentile(part, 0.5))
    return np.asarray(part < paper - max(25.0, 0.4 * (paper - ink)), bool)


def _lines(dark: NDArray[np.bool_], unit: float) -> list[int]:
    """The rows on which lines of text stand: as much ink over them as print has, next to none under them."""
    rows = np.minimum(dark.mean(axis=1), _FULL)
    total = np.concatenate([[0.0], np.cumsum(rows)])
    high, low = round(0.6 * unit), max(2, round(0.3 * unit))
    at = np.arange(high, len(rows) - low)
    if not len(at):
        return []
    score = (total[at] - total[at - high]) / high - (total[at + low] - total[at]) / low
    good = np.flatnonzero(score >= max(0.4 * float(score.max()), 0.01))
    groups = np.split(good, np.flatnonzero(np.diff(good) > 0.25 * unit) + 1) if len(good) else []
    return [int(at[group[score[group].argmax()]]) for group in groups]


def _extent(columns: NDArray[np.bool_], unit: float) -> tuple[int, int] | None:
    """Left and right end of the first stretch of ink that is as long as a code."""
    ends = np.flatnonzero(columns)
    if not len(ends):
        return None
    for group in np.split(ends, np.flatnonzero(np.diff(ends) > _GAP * unit) + 1):
        if _LENGTH[0] * unit <= group[-1] - group[0] <= _LENGTH[1] * unit:
            return int(group[0]), int(group[-1])
    return None
