"""The ring of a round seal taken out of a picture without colours: where it runs through a letter, the engine loses letter or line.

A seal of an office is 30 … 42 mm wide (TT 07/2010/TT-BCA), so a circle of that size is looked for; what lies inside stays.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SEARCH, _FINE = 75, 150  # dots an inch
_RADIUS = (13.0, 21.5)  # mm
_MM = 25.4
_VOTES, _STEEP, _COARSE = 45, 120, 1.5  # of the search for circles
_TRIES = 2
_ASTRAY = 4  # pixels of the fine picture by which the search may miss the middle
_AROUND = 9  # and the radius
_DRAWN, _EDGE = 0.5, 0.3  # of a ring's points that are ink: in its line, at its edge
_THICKEST = 5
_INK = 0.6  # of the paper

Grey = NDArray[np.uint8]


def without_rings(grey: Grey, dpi: int) -> Grey:
    """A copy with the line of a seal's outer ring made paper; the same picture where there is none."""
    factor = _SEARCH / dpi
    if min(grey.shape) * factor < _RADIUS[0] / _MM * _SEARCH:
        return grey  # not even half a seal has room
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    low, high = (round(mm / _MM * _SEARCH) for mm in _RADIUS)
    found = cv2.HoughCircles(
        cv2.GaussianBlur(small, (3, 3), 0), cv2.HOUGH_GRADIENT, _COARSE, low // 2,
        param1=_STEEP, param2=_VOTES, minRadius=low, maxRadius=high,
    )  # fmt: skip
    if found is None:
        return grey
    paper = float(np.percentile(grey[::4, ::4], 80))
    fine = cv2.resize(grey, None, fx=_FINE / dpi, fy=_FINE / dpi, interpolation=cv2.INTER_AREA)
    rows, columns = np.nonzero(fine < _INK * paper)
    for x, y, radius in found[0][:_TRIES]:
        ring = _ring(rows, columns, (float(x), float(y), float(radius)))
        if ring is not None:
            return _erased(grey, ring, dpi / _FINE, round(paper))
    return grey


def _ring(
    rows: NDArray[np.intp], columns: NDArray[np.intp], circle: tuple[float, float, float]
) -> tuple[float, float, float, float] | None:
    """(x, y, inner radius, outer radius) in the fine picture of the ring that ink is drawn along, near a circle of the search."""
    x, y, radius = (value * _FINE / _SEARCH for value in circle)
    away = np.abs(np.hypot(columns - x, rows - y) - radius) < _AROUND + _ASTRAY * 1.5
    across, down = columns[away], rows[away]
    best: tuple[float, float, float, NDArray[np.float64]] | None = None
    for dx in range(-_ASTRAY, _ASTRAY + 1, 2):
        for dy in range(-_ASTRAY, _ASTRAY + 1, 2):
            share = _profile(np.hypot(across - x - dx, down - y - dy), radius)
            if best is None or share.max() > best[0]:
                best = (float(share.max()), x + dx, y + dy, share)
    if best is None or best[0] < _DRAWN:
        return None
    share, peak = best[3], int(best[3].argmax())
    inner = outer = peak
    while inner > 0 and peak - inner < _THICKEST and share[inner - 1] > _EDGE:
        inner -= 1
    while outer < len(share) - 1 and outer - peak < _THICKEST and share[outer + 1] > _EDGE:
        outer += 1
    start = int(radius) - _AROUND
    return best[1], best[2], float(start + inner), float(start + outer + 1)


def _profile(distances: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """Of the points of each circle around `radius`, a pixel apart, the share that is ink."""
    start = int(radius) - _AROUND
    radii = np.arange(start, start + 2 * _AROUND)
    counts = np.bincount(np.clip(distances.astype(np.int64) - start + 1, 0, len(radii) + 1), minlength=len(radii) + 2)
    return np.asarray(counts[1:-1] / (2 * np.pi * (radii + 0.5)), np.float64)


def _erased(grey: Grey, ring: tuple[float, float, float, float], scale: float, paper: int) -> Grey:
    x, y, inner, outer = (value * scale for value in ring)
    width = max(1, round(outer - inner))
    clean = grey.copy()
    cv2.circle(clean, (round(x), round(y)), round((inner + outer) / 2), (paper,), width, cv2.LINE_AA)
    return clean
