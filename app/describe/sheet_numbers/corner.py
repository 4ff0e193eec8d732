"""Lone figures in the upper corners of a page: where they stand, as pictures. Nothing is read here.

An archivist numbers every sheet of a dossier that is kept five years and longer in the upper right corner, with a black pencil or a
numbering machine (Nghị định 30/2020/NĐ-CP, art. 31). Pencil is pale: the paper around is measured, and whatever stands out of its
grain is ink. What belongs to the text, is thick as a punched hole, long as a fold or full of other ink beside it is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.describe.handwriting.geometry import Gray
from app.describe.ink import KEPT_MOST, pixels_of, unpack_jpeg
from app.describe.upper import upper_part
from storage.records.reading import Box, PageText, Word

Side = Literal["right", "left"]
A4 = 210.0  # mm
_WIDTHS = (100.0, 450.0)  # mm that a scanned page may be wide; else its resolution is a wrong one
WIDE, DEEP = 42.0, 30.0  # mm of a corner
_STEP = 6  # pixels between those that are looked at for the paper's edges
_TABLE, _DARKER = 20.0, 0.72  # mm of a table above a photographed paper; how bright it is at most, against paper
_FINE = 7.2  # pixels a millimetre that are looked at: 183 dpi; coarser pictures stay as they are
_COARSE = 5.0  # a JPEG is unpacked at half its size as long as so many are left
_LARGEST, _SMALLEST = 20_000, 50  # pixels a side
_ROOM = 10.0  # mm around a point in which bare paper is found
_TALL = (2.3, 9.5)  # mm of a figure
_LOW = 0.45  # of the height of its neighbours: the lowest part of a figure or letter
_THICK = 1.6  # mm across: a stroke of a thick pen
_LONGEST = 26.0  # mm of a number
_GRAIN, _PALEST, _CLEAR = 4.0, 7.0, 14.0  # deviations of the paper's grain, grey levels
_WHOLE = 0.65  # of the number's height: a figure that is not broken
_PALE, _FULL = 0.2, 0.7  # of the darkest ink: what counts as paper, what as print
_BLACKEST = 1.4  # times the darkest figure: specks over a pencil's line
_NEAR, _SHADOW = 3.0, 0.36  # mm around a point, share of the darkest ink there
_ACROSS, _DOWN = 2.4, 0.5  # mm between two figures of one number, between parts of one figure
_SPACED = 0.55  # of their height, where the figures are large
_RUBBED, _SPECK = 0.33, 0.03  # of the darkest stroke, of all ink
_EDGE, _INDENT = 4.0, 40.0  # mm left of the text's edge, to the words behind the number of a paragraph
_READ, _GOES_ON = 0.3, 2  # confidence of such a word, and how many there are
_LINE, _LINES = 4, 4  # words of a line of text, such lines of a page
_ALONE = 0.45  # of its own ink may lie around it


@dataclass(slots=True, frozen=True)
class Mark:
    """Ink that may be a number. `picture` is the cut-out with paper around, paper light; `line` the row in it on which the figures
    stand, `high` how high they are, in its pixels; `parts` the edges of its pieces from left to right, `lows` their heights in
    shares of the highest; `contrast` grey levels between paper and stroke."""

    side: Side
    box: Box  # fractions of the page
    picture: Gray
    line: float
    high: float
    parts: tuple[tuple[int, int], ...]
    lows: tuple[float, ...]
    tall: float  # mm
    contrast: float
    alone: float  # ink around it, in shares of its own: 0 where nothing is
    cut: bool = False  # the edge of the paper goes through it

    def without_last(self, start: int) -> Mark:
        """The mark without what stands right of the column `start` of its picture."""
        picture = self.picture.copy()
        picture[:, start:] = 255
        return replace(self, picture=picture, parts=self.parts[:-1], lows=self.lows[:-1])


@dataclass(slots=True, frozen=True)
class _Corner:
    """Where a corner is cut out of a page that is `across` pixels wide; `scale` pixels a millimetre."""

    side: Side
    left: int
    top: int
    page: PageText
    across: int
    scale: float

    @property
    def down(self) -> float:
        """The height of the page in pixels."""
        return self.across * self.page.height / self.page.width

    def frame(self, box: Box) -> tuple[int, int, int, int]:
        """A box in fractions of the page as pixels of the corner."""
        x0, y0, x1, y1 = box
        across, down = self.across, self.down
        return (
            round(x0 * across) - self.left,
            round(y0 * down) - self.top,
            round(x1 * across) - self.left,
            round(y1 * down) - self.top,
        )

    def box(self, frame: tuple[int, int, int, int]) -> Box:
        """The other way round, inside the page."""
        x0, y0, x1, y1 = frame
        left, right = max(0.0, (x0 + self.left) / self.across), min(1.0, (x1 + self.left) / self.across)
        return left, max(0.0, (y0 + self.top) / self.down), right, min(1.0, (y1 + self.top) / self.down)


@dataclass(slots=True, frozen=True)
class _Piece:
    x0: int
    y0: int
    x1: int
    y1: int
    area: int
    contrast: float

    @property
    def high(self) -> int:
        return self.y1 - self.y0


def find_marks(page: PageText, image: Path, *, at_hand: bool = False) -> list[Mark]:
    """The candidates of a page that lies upright, those at the right first; [] for an empty corner and a lost picture.

    `at_hand` where other looks at this picture have unpacked it already.
    """
    if page.width <= 0 or page.height <= 0:
        return []
    grey = _upper(image, page, at_hand=at_hand)
    if grey is None:
        return []
    coarse = grey.shape[1] / _millimetres(page)
    left, right, top = _paper(grey)
    wide, deep = min(round(WIDE * coarse), (right - left) // 2), round(DEEP * coarse)
    shrunk = min(1.0, _FINE / coarse)
    found = []
    for side, at in _sides(left, right - wide):
        part = _reduced(grey[top : top + deep, at : at + wide], shrunk)
        corner = _Corner(side, round(at * shrunk), round(top * shrunk), page, round(grey.shape[1] * shrunk), coarse * shrunk)
        found += _marks(part, corner)
    return found


def _sides(left: int, right: int) -> tuple[tuple[Side, int], tuple[Side, int]]:
    return ("right", right), ("left", left)


def _millimetres(page: PageText) -> float:
    wide = page.width / page.dpi * 25.4 if page.dpi > 0 else A4
    return wide if _WIDTHS[0] <= wide <= _WIDTHS[1] else A4


def _upper(image: Path, page: PageText, *, at_hand: bool) -> Gray | None:
    """The uppermost stripe of the picture as grey."""
    deep = (DEEP + _TABLE) / _millimetres(page)
    try:
        with Image.open(image) as opened:
            if max(opened.size) > _LARGEST or min(opened.size) < _SMALLEST:
                return None
            if at_hand and opened.width * opened.height <= KEPT_MOST:
                known = pixels_of(image)
                stripe = known[: round(deep * known.shape[1])]
                grey = stripe if stripe.ndim == 2 else cv2.cvtColor(stripe, cv2.COLOR_RGB2GRAY)
                return np.ascontiguousarray(grey, np.uint8)
            part = upper_part(opened, image, deep)
            if part is None:
                return _cropped(opened, page, deep, image)
            with part:
                return _cropped(part, page, deep)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _cropped(opened: Image.Image, page: PageText, deep: float, image: Path | None = None) -> Gray:
    """Down to `deep` page widths; a fine JPEG in half its size, by the faster way where `image` holds all of it."""
    if opened.width / _millimetres(page) >= 2 * _COARSE:
        half = unpack_jpeg(opened, image, half=True, grey=True) if image else None
        if half is not None:
            return half[: round(deep * half.shape[1])]
        opened.draft("L", (opened.width // 2, opened.height // 2))
    upper = opened.crop((0, 0, opened.width, min(round(deep * opened.width), opened.height)))
    return np.asarray(upper.convert("L"), np.uint8)


def _reduced(part: Gray, share: float) -> Gray:
    if share >= 1:
        return np.ascontiguousarray(part)
    size = max(8, round(part.shape[1] * share)), max(8, round(part.shape[0] * share))
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)


def _paper(grey: Gray) -> tuple[int, int, int]:
    """Left, right and upper edge of the paper: in a photograph a dark table lies around it."""
    thin = grey[::_STEP, ::_STEP]
    middle = thin[:, round(0.3 * thin.shape[1]) : round(0.7 * thin.shape[1])]
    rows = np.percentile(middle, 75, axis=1)
    top = int((rows >= _DARKER * float(rows.max())).argmax())
    columns = np.percentile(thin[top:], 75, axis=0)
    light = np.flatnonzero(columns >= _DARKER * float(np.percentile(columns, 75)))
    if top >= thin.shape[0] - 2 or len(light) < thin.shape[1] // 2:
        return 0, grey.shape[1], 0
    left, right = int(light[0]), int(light[-1]) + 1
    return left * _STEP, grey.shape[1] if right == thin.shape[1] else right * _STEP, top * _STEP


def _marks(part: Gray, corner: _Corner) -> list[Mark]:
    scale = corner.scale
    dark, grain = _ink(part, scale)
    least = max(_PALEST, _GRAIN * grain)
    if int((dark > max(_CLEAR, 1.6 * least)).sum()) < 0.6 * scale * scale:
        return []
    dark[_text(part.shape, corner)] = 0
    pieces = _pieces(dark, dark > max(_CLEAR, 1.6 * least), _strokes(dark, least, scale), scale)
    made = []
    for group in _groups(pieces, scale):
        mark = _mark(group, part, dark, least, corner)
        if mark is not None:
            made.append(mark)
    return sorted(made, key=lambda mark: mark.alone)


def _ink(part: Gray, scale: float) -> tuple[NDArray[np.float32], float]:
    """How much darker than the paper around each point is, and the grain of the bare paper in grey levels."""
    size = max(9, round(_ROOM * scale)) | 1
    small = cv2.resize(part, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    kernel = np.ones((max(3, size // 4) | 1,) * 2, np.uint8)
    paper = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel), 5)
    paper = cv2.resize(paper, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR)
    soft = cv2.GaussianBlur(part, (0, 0), max(0.5, 0.09 * scale)).astype(np.float32)
    dark = paper.astype(np.float32) - soft
    some = dark[::3, ::3]
    middle = float(np.median(some))
    grain = 1.4826 * float(np.median(np.abs(some - middle)))
    return np.asarray(dark - middle, np.float32), grain


def _text(shape: tuple[int, ...], corner: _Corner) -> NDArray[np.bool_]:
    """Where words stand that are none of these numbers."""
    found = np.zeros(shape[:2], bool)
    lowest = (corner.top + shape[0]) / corner.down
    for word in corner.page.words:
        if 1.5 * word.box[1] - 0.5 * word.box[3] < lowest and is_text(word):
            x0, y0, x1, y1 = corner.frame(word.box)
            air = max(2, (y1 - y0) // 4)
            found[max(y0 - air, 0) : max(y1 + air, 0), max(x0 - air, 0) : max(x1 + air, 0)] = True
    return found


def is_text(word: Word) -> bool:
    """A word of print: at least two letters that the engine is sure of."""
    return sum(c.isalpha() for c in word.text) >= 2 and word.confidence >= (0.5 if len(word.text) > 2 else 0.8)


def _strokes(dark: NDArray[np.float32], least: float, scale: float) -> NDArray[np.bool_]:
    """Ink, and no shadow around it: against what is darkest near by."""
    near = cv2.blur(dark, (max(1, round(0.3 * scale)),) * 2)
    darkest = cv2.dilate(near, np.ones((max(3, round(_NEAR * scale)),) * 2, np.uint8))
    return np.asarray(dark > np.maximum(least, _SHADOW * darkest), bool)


def _pieces(dark: NDArray[np.float32], strong: NDArray[np.bool_], strokes: NDArray[np.bool_], scale: float) -> list[_Piece]:
    """Connected strokes that are no hole, no fold, no edge of the paper."""
    weak = strokes.astype(np.uint8)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(weak, connectivity=8)
    held = np.bincount(labels[strong], minlength=count)
    enough = (held >= 0.03 * scale * scale) & (stats[:, cv2.CC_STAT_AREA] >= 0.06 * scale * scale)
    enough[0] = False  # the paper
    if not enough.any():
        return []
    thick = cv2.distanceTransform(weak, cv2.DIST_L2, 3)
    high, wide = weak.shape
    found = []
    for index in np.flatnonzero(enough).tolist():
        x, y, w, h, area = stats[index].tolist()
        if h > _TALL[1] * scale or w > _LONGEST * scale or 2 * float(thick[y : y + h, x : x + w].max()) > _THICK * scale:
            continue
        at_edge = x == 0 or y == 0 or x + w == wide or y + h == high
        if at_edge and (h > 0.75 * _TALL[1] * scale or w > 12 * scale or y + h == high):
            continue
        if h < 0.2 * w and w > 4 * scale:
            continue  # a rule, a fold
        inside = labels[y : y + h, x : x + w] == index
        found.append(_Piece(x, y, x + w, y + h, area, float(np.percentile(dark[y : y + h, x : x + w][inside], 80))))
    return found


def _groups(pieces: Sequence[_Piece], scale: float) -> list[list[_Piece]]:
    """Pieces that lie so near each other, side by side above all, that they may be one number."""
    groups: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.x0):
        near = [group for group in groups if any(_near(piece, other, scale) for other in group)]
        merged = [piece, *(one for group in near for one in group)]
        groups = [group for group in groups if group not in near]
        groups.append(merged)
    return [kept for group in groups if (kept := _solid(group))]


def _near(one: _Piece, other: _Piece, scale: float) -> bool:
    across = max(one.x0, other.x0) - min(one.x1, other.x1)
    down = max(one.y0, other.y0) - min(one.y1, other.y1)
    return across <= max(_ACROSS * scale, _SPACED * max(one.high, other.high)) and down <= _DOWN * scale


def _solid(group: Sequence[_Piece]) -> list[_Piece]:
    """Without specks at the ends and the shades of what was rubbed out."""
    darkest = max(group, key=lambda p: p.area * p.contrast).contrast
    whole = sum(p.area for p in group)
    tall = 0.5 * max(p.high for p in group)
    kept = (p for p in group if p.contrast >= _RUBBED * darkest and (p.area >= _SPECK * whole or p.high >= tall))
    return sorted(kept, key=lambda p: p.x0)


def _mark(group: Sequence[_Piece], part: Gray, dark: NDArray[np.float32], least: float, corner: _Corner) -> Mark | None:
    scale = corner.scale
    x0, x1 = min(p.x0 for p in group), max(p.x1 for p in group)
    y0, y1 = min(p.y0 for p in group), max(p.y1 for p in group)
    highest = y1 - y0
    full = [p for p in group if p.high >= _WHOLE * highest]
    line, high = float(y1), float(highest)
    if sum(p.x1 - p.x0 for p in full) >= 0.5 * sum(
        p.x1 - p.x0 for p in group
    ):  # else strokes are broken: the whole is what is known
        line, high = float(np.median([p.y1 for p in full])), float(np.median([p.high for p in full]))
    if not _TALL[0] * scale <= high <= _TALL[1] * scale or x1 - x0 > _LONGEST * scale or x1 - x0 > 6.5 * high:
        return None
    alone = _ink_around(dark, least, (x0, y0, x1, y1), high)
    frame = (x0, y0, x1, y1)
    if alone > _ALONE or _beside_text(frame, corner, high) or _begins_paragraph(frame, corner):
        return None
    air = round(0.9 * high)
    box = (x0 - air, y0 - round(0.6 * high), x1 + air, y1 + round(0.6 * high))
    picture = _cut(part, dark, group, box)
    strokes = dark[y0:y1, x0:x1]
    contrast = float(np.percentile(strokes[strokes > least], 80)) if bool((strokes > least).any()) else 0.0
    pad = round(0.25 * high)
    place = corner.box((x0 - pad, y0 - pad, x1 + pad, y1 + pad))
    cut = x0 <= 1 or y0 <= 1 or x1 >= part.shape[1] - 1
    parts = tuple((p.x0 - box[0], p.x1 - box[0]) for p in group)
    lows = tuple(p.high / highest for p in group)
    return Mark(corner.side, place, picture, line - box[1], high, parts, lows, high / scale, contrast, alone, cut)


def _cut(part: Gray, dark: NDArray[np.float32], group: Sequence[_Piece], box: tuple[int, int, int, int]) -> Gray:
    """The number alone on white paper, its strokes as dark as print: what lies around it in the corner is left out."""
    x0, y0, x1, y1 = box
    out = np.zeros((y1 - y0, x1 - x0), np.float32)
    near = np.zeros(part.shape, np.uint8)
    left, top, right, bottom = (
        f(getattr(p, n) for p in group) for f, n in ((min, "x0"), (min, "y0"), (max, "x1"), (max, "y1"))
    )
    cv2.rectangle(near, (left - 2, top - 2), (right + 1, bottom + 1), 1, -1)
    a, b = max(x0, 0), min(x1, part.shape[1])
    c, d = max(y0, 0), min(y1, part.shape[0])
    held = np.where(near[c:d, a:b] > 0, dark[c:d, a:b], 0)
    out[c - y0 : d - y0, a - x0 : b - x0] = np.clip(held, 0, _BLACKEST * max(p.contrast for p in group))
    full = max(float(np.percentile(out[out > 0], 96)) if bool((out > 0).any()) else 1.0, 1.0)
    return np.asarray(255 - np.clip((out / full - _PALE) / (_FULL - _PALE), 0, 1) * 235, np.uint8)


def _ink_around(dark: NDArray[np.float32], least: float, box: tuple[int, int, int, int], high: float) -> float:
    x0, y0, x1, y1 = box
    beside, above = round(0.8 * high), round(0.35 * high)
    a, b = max(x0 - beside, 0), min(x1 + beside, dark.shape[1])
    c, d = max(y0 - above, 0), min(y1 + above, dark.shape[0])
    own = float(np.clip(dark[y0:y1, x0:x1], least, None).sum()) - least * (y1 - y0) * (x1 - x0)
    whole = float(np.clip(dark[c:d, a:b], least, None).sum()) - least * (d - c) * (b - a)
    return float((whole - own) / max(own, 1.0))


def _beside_text(box: tuple[int, int, int, int], corner: _Corner, high: float) -> bool:
    """True where a word of print stands on the same line near it: "Trang 2", "Số 12", the end of a heading."""
    x0, y0, x1, y1 = box
    for word in corner.page.words:
        if is_text(word):
            a, b, c, d = corner.frame(word.box)
            level = min(d, y1) - max(b, y0)
            if level > 0.35 * min(d - b, y1 - y0) and max(a - x1, x0 - c) < 2.2 * high:
                return True
    return False


def _begins_paragraph(box: tuple[int, int, int, int], corner: _Corner) -> bool:
    """True for the number of a paragraph ("17."): it stands at the text's left edge or further in, and its line goes on with words."""
    if corner.side != "left":
        return False
    x0, y0, x1, y1 = box
    edge = corner.frame((_left_edge(corner.page), 0.0, 0.0, 0.0))[0]
    if x0 < edge - _EDGE * corner.scale:
        return False
    behind = 0
    for word in corner.page.words:
        if sum(c.isalpha() for c in word.text) >= 2 and word.confidence >= _READ:
            a, b, _c, d = corner.frame(word.box)
            behind += min(d, y1) - max(b, y0) > 0.35 * min(d - b, y1 - y0) and 0 <= a - x1 < _INDENT * corner.scale
    return behind >= _GOES_ON


def _left_edge(page: PageText) -> float:
    """Where most lines of the page begin, a fraction of its width; 1 where it has hardly any."""
    lines = [line for line in page.lines() if len(line) >= _LINE]
    starts = sorted(min(word.box[0] for word in line) for line in lines)
    return starts[len(starts) // 2] if len(starts) >= _LINES else 1.0
