"""The lines of an arrival stamp that was cut out (`inks`): where each stands, where its label ends, what ink is on it.

Words are not needed for it: leaders are rows of dots, a label is what begins at the left of a row, number and day are the first two
rows that begin at the same place, the office and ĐẾN above them stand in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.arrival.inks import MM, Cut, Layers
from app.describe.handwriting.geometry import ABOVE, BELOW, EM, HEIGHT, Gray

Role = Literal["number", "date"]
Pieces = NDArray[np.int32]
Piece = tuple[int, int, int, int, int]  # label, left, top, width, height

DOT = 7  # pixels a side, at most
_DOTS, _DOTS_SPAN = 8, 12 * MM  # in a leader
_LETTER = (12, 80)  # pixels high
_CAPITALS = (17, 46)  # and those at which a label begins
_DIGITS = (20, 80)
_GAP = 26  # pixels without a letter at the left of a label
_USUAL_EM, _EMS = 3.6 * MM, (2.6 * MM, 5.4 * MM)
_CAPITAL = 0.67  # em
_MERGED = 13  # pixels between two rows that are one
_SAME = 8  # pixels between the baselines of one line
_PITCH = (4.0 * MM, 11.0 * MM)  # from the number to the day
_ALIGNED = 3.0 * MM  # their labels begin at one place
_OVER = 4 * MM  # the pen runs over the frame's edge
_WRITTEN = (14, 90)  # pixels high
_OFF, _LEVEL = 3.0 * MM, 1.3 * MM  # what is written stands so far from the printed line, its digits from one another
_LABELS = 0.3  # of the frame's width: labels begin before
_FARTHEST, _UNSEEN = 0.48, 2.4  # of the frame's width: labels begin before; em of one that was not seen
_BEYOND = 0.3
_APART = 0.8  # em between what is no longer one number
_BETWEEN = 0.25  # em between parts of a line that may be left out
_TRIED = 3  # groups of a number, and of what may stand beside a day
_UP, _DOWN = 6.2 * MM, 2.0 * MM  # from a baseline to the middle of what is written on it
_WIDTHS: dict[Role, float] = {"number": 1.45, "date": 2.25}  # em of "Số:" and "Ngày:"
_DIGIT = 0.95  # em high, as the reader knows digits
_AIR = 0.3  # em of paper beside what was written
_INKED = 128
_BESIDE, _BESIDE_FAR = (0.8, 0.1), 2.0  # em above the baseline, em beside what was written
_LEAST_EM, _MOST_EM = 2.6 * MM, 8.0 * MM


@dataclass(slots=True, frozen=True)
class Row:
    """`baseline`, `left` (of the label) and `em` (of its print) in pixels of the cut; `dotted` tells where its leader begins.

    `sure` of its beginning: a label was seen there.
    """

    baseline: float
    left: float
    em: float
    dotted: float | None = None
    sure: bool = True

    def start(self, role: Role) -> float:
        """Where the label ends."""
        end = self.left + _WIDTHS[role] * self.em
        if self.dotted is not None and self.left + 0.7 * self.em < self.dotted < end:
            return self.dotted - 2
        return end


@dataclass(slots=True, frozen=True)
class Entry:
    """What is written on a row: `ink` is the picture with nothing else on it, the rest in pixels of the cut.

    `beside` is the ink that stands close by at the height of its digits and was not taken, in shares of its own.
    """

    ink: Gray
    box: tuple[float, float, float, float]
    baseline: float
    em: float
    beside: float = 0.0


def rows_of(layers: Layers, cut: Cut) -> list[Row]:
    """The rows inside the frame, from the top."""
    pieces = _pieces(layers.stamp, cut)
    dots = pieces[(pieces[:, 2] <= DOT) & (pieces[:, 3] <= DOT) & (pieces[:, 4] >= 3)]
    found = [_dotted(_labelled(row, cut), dots) for row in _leftmost(_starters(_letters(pieces)))]
    for baseline, first in _leaders(dots):
        _add(found, Row(baseline, max(cut.frame[0] + 12, first - 2.0 * _USUAL_EM), _USUAL_EM, first, sure=False))
    written = _pieces(layers.pen, cut) if layers.apart else pieces
    for row in _leftmost(_starters(_letters(written), _DIGITS)):
        _add(found, Row(row.baseline, row.left - 3, _USUAL_EM, sure=False))
    return sorted(found, key=lambda row: row.baseline)


def _labelled(row: Row, cut: Cut) -> Row:
    """The row, or where it begins too far to the right: its label was too faint to be seen, this is what a pen wrote behind it."""
    left, right = cut.frame[0], cut.frame[2]
    if row.left < left + _FARTHEST * (right - left):
        return row
    return Row(row.baseline, max(left + 12, row.left - _UNSEEN * _USUAL_EM), _USUAL_EM, sure=False)


def _leftmost(rows: Sequence[Row]) -> list[Row]:
    """What begins further to the right on the same line is what was written, not a label."""
    kept: list[Row] = []
    for row in sorted(rows, key=lambda one: one.left):
        if all(abs(row.baseline - other.baseline) > _SAME for other in kept):
            kept.append(row)
    return kept


def _add(rows: list[Row], new: Row) -> None:
    if all(abs(new.baseline - row.baseline) > _MERGED for row in rows if row.left < new.left + _ALIGNED):
        rows.append(new)


def _pieces(layer: Gray, cut: Cut) -> Pieces:
    """Connected ink inside the frame: (left, top, width, height, pixels) of each."""
    x0, y0, x1, y1 = (round(v) for v in cut.frame)
    inside = np.zeros(layer.shape, np.uint8)
    area = (slice(max(y0 + 5, 0), y1 - 4), slice(max(x0 + 5, 0), x1 - 4))
    inside[area] = (layer[area] < 128).astype(np.uint8)
    _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(inside, connectivity=8)
    return np.asarray(stats[1:], np.int32)


def _letters(pieces: Pieces) -> Pieces:
    found: Pieces = pieces[(pieces[:, 3] >= _LETTER[0]) & (pieces[:, 3] <= _LETTER[1]) & (pieces[:, 2] <= 12 * MM)]
    return found


def _starters(letters: Pieces, high: tuple[int, int] = _CAPITALS) -> list[Row]:
    """Rows by the capital at which they begin: nothing stands close at its left, its height tells the size of the print."""
    found = []
    for x, y, _w, h, _area in letters.tolist():
        if not high[0] <= h <= high[1]:
            continue
        level = (letters[:, 1] < y + 0.75 * h) & (letters[:, 1] + letters[:, 3] > y + 0.35 * h)
        before = letters[level & (letters[:, 0] < x - 1) & (letters[:, 0] + letters[:, 2] > x - _GAP)]
        if not len(before):
            found.append(Row(float(y + h), float(x), min(max(h / _CAPITAL, _EMS[0]), _EMS[1])))
    return found


def _dotted(row: Row, dots: Pieces) -> Row:
    """The row with the beginning of its leader."""
    lows = dots[:, 1] + dots[:, 3]
    on_it = np.sort(dots[(np.abs(lows - row.baseline) <= 5) & (dots[:, 0] > row.left + 0.7 * row.em)][:, 0])
    return replace(row, dotted=float(on_it[0])) if len(on_it) >= _DOTS // 2 else row


def _leaders(dots: Pieces) -> list[tuple[float, float]]:
    """(baseline, left end) of rows of dots."""
    lows = dots[:, 1] + dots[:, 3]
    if not len(lows):
        return []
    counts = np.convolve(np.bincount(lows, minlength=int(lows.max()) + 4), np.ones(5, np.int64), "same")
    found: list[tuple[float, float]] = []
    for at in np.argsort(-counts, kind="stable").tolist():
        if counts[at] < _DOTS:
            break
        xs = np.sort(dots[np.abs(lows - at) <= 3][:, 0])
        if len(xs) >= _DOTS and float(np.ptp(xs)) >= _DOTS_SPAN and all(abs(at - other) > _MERGED for other, _first in found):
            found.append((float(at), float(xs[1])))  # the first may be dirt
    return found


def leader_dots(layer: Gray, cut: Cut) -> NDArray[np.bool_]:
    """Where the dots of leaders lie in a layer of the cut."""
    pieces = _pieces(layer, cut)
    dots = pieces[(pieces[:, 2] <= DOT) & (pieces[:, 3] <= DOT) & (pieces[:, 4] >= 3)]
    mask = np.zeros(layer.shape, bool)
    for baseline, first in _leaders(dots):
        for x, y, w, h, _area in dots[np.abs(dots[:, 1] + dots[:, 3] - baseline) <= 5].tolist():
            if x >= first - MM:
                mask[max(y - 1, 0) : y + h + 1, max(x - 1, 0) : x + w + 1] = True
    return mask


def pairs_of(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Number and day may be these, the likeliest first: rows one below the other that begin at one place, upper ones first.

    Where one begins further to the right its label was not seen: it begins where the other one does.
    """
    found = []
    for at, upper in enumerate(rows):
        for lower in rows[at + 1 :]:
            if not _PITCH[0] <= lower.baseline - upper.baseline <= _PITCH[1]:
                continue
            one, two = upper, lower
            if upper.left > lower.left + _ALIGNED:
                one = replace(upper, left=lower.left, em=lower.em, sure=False)
            elif lower.left > upper.left + _ALIGNED:
                two = replace(lower, left=upper.left, em=upper.em, sure=False)
            found.append((2 - one.sure - two.sure, one.baseline, one, two))
    return [(upper, lower) for *_order, upper, lower in sorted(found, key=lambda one: one[:2])]


def entry_on(row: Row, role: Role, layers: Layers, cut: Cut, lower: float | None = None) -> Entry | None:
    """What a pen wrote on a row of this role ("number", "date"); None for nothing. `lower`: the row below."""
    return next((entry for entry, _part in entries_on(row, role, layers, cut, lower)), None)


def entries_on(row: Row, role: Role, layers: Layers, cut: Cut, lower: float | None = None) -> list[tuple[Entry, float]]:
    """What a pen may have written on a row, the likeliest first, each with its share of the ink that may be it.

    The label or print of the document's own may stand on the row too: what is left without them is tried as well.
    """
    dark = (layers.pen < 170).astype(np.uint8)
    labels_end = cut.frame[0] + _LABELS * (cut.frame[2] - cut.frame[0])  # where only the pen is seen its ink may begin anywhere
    start = min(row.left - 3, labels_end) if layers.apart else row.start(role) - 4
    stop = cut.frame[2] + _OVER
    if not layers.apart:
        dark[:, : max(0, round(start))] = 0
    _count, labels, stats, centres = cv2.connectedComponentsWithStats(dark, connectivity=8)
    down = _DOWN if lower is None else min(_DOWN, 0.45 * (lower - row.baseline))
    chosen = []
    for label, (x, y, w, h, area) in enumerate(stats.tolist()):
        across, along = centres[label]
        if label == 0 or not (start <= across and x + w <= stop and row.baseline - _UP <= along <= row.baseline + down):
            continue
        is_dot = w <= DOT and h <= DOT
        if is_dot or (h < 9 and w < 9) or h > _WRITTEN[1] or area < 12:
            continue
        chosen.append((label, x, y, w, h))
    line = _line_of(chosen, row.baseline)
    if line is None:
        return []
    baseline, em = line
    near = [
        one for one in chosen if one[2] < baseline + 0.25 * em and baseline - 1.3 * em < one[2] + one[4] < baseline + 0.5 * em
    ]
    found = []
    for pieces, part in _numbers(near, em, cut.frame[2] + MM) if role == "number" else _days(near, em):
        keep = np.zeros(len(stats), bool)
        keep[[one[0] for one in pieces]] = True
        mask = cv2.dilate(keep[labels].astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
        ink = np.where(mask, layers.pen, np.uint8(255))
        box = _around(pieces)
        aside = _beside((layers.pen < _INKED) & ~mask, (layers.pen < _INKED) & mask, box, baseline, em)
        found.append((Entry(ink, tuple(float(v) for v in box), baseline, em, aside), part))  # type: ignore[arg-type]
    return found


def _around(pieces: Sequence[Piece]) -> tuple[int, int, int, int]:
    return (
        min(o[1] for o in pieces),
        min(o[2] for o in pieces),
        max(o[1] + o[3] for o in pieces),
        max(o[2] + o[4] for o in pieces),
    )


def _beside(
    other: NDArray[np.bool_], own: NDArray[np.bool_], box: tuple[int, int, int, int], baseline: float, em: float
) -> float:
    """How much of the other ink stands left and right of the box where digits stand, against what is in it."""
    top, low = max(0, round(baseline - _BESIDE[0] * em)), max(0, round(baseline - _BESIDE[1] * em))
    left, right = max(0, round(box[0] - _BESIDE_FAR * em)), round(box[2] + _BESIDE_FAR * em)
    near = int(other[top:low, left : box[0]].sum()) + int(other[top:low, box[2] : right].sum())
    return near / max(int(own[top:low].sum()), 1)


def _numbers(pieces: Sequence[Piece], em: float, edge: float) -> list[tuple[list[Piece], float]]:
    """The digits of a number stand together: groups, those with most ink first. What stands apart, or runs far over the `edge`, is
    print."""
    groups = _groups(pieces, _APART * em)

    def weight(group: Sequence[Piece]) -> float:
        over = max(piece[1] + piece[3] for piece in group) > edge
        return sum(piece[4] for piece in group if piece[4] >= _WRITTEN[0]) * (_BEYOND if over else 1.0)

    found = sorted(((group, weight(group)) for group in groups), key=lambda one: -one[1])[:_TRIED]
    return [(group, heavy / max(found[0][1], 1.0)) for group, heavy in found if heavy or group is found[0][0]]


def _days(pieces: Sequence[Piece], em: float) -> list[tuple[list[Piece], float]]:
    """All of it; without its first parts, which may be the label; without its last ones, which may be print beside the stamp."""
    groups = _groups(pieces, _BETWEEN * em)
    if not groups:
        return []
    whole = sum(len(group) for group in groups)
    ends = [len(groups)]
    while ends[-1] > 1 and len(ends) < _TRIED:
        ends.append(ends[-1] - 1)
    found = []
    for left_out in range(len(ends) + _TRIED - 1):  # as little as may be first
        for first in range(min(left_out + 1, _TRIED)):
            end = ends[left_out - first] if left_out - first < len(ends) else 0
            if end <= first:
                continue
            kept = [piece for group in groups[first:end] for piece in group]
            box = _around(kept)
            if (first, end) == (0, len(groups)) or box[2] - box[0] > 1.1 * em:
                found.append((kept, len(kept) / whole))
    return found


def _groups(pieces: Sequence[Piece], apart: float) -> list[list[Piece]]:
    """Pieces that stand closer than `apart`, from the left."""
    groups: list[list[Piece]] = []
    end = 0
    for piece in sorted(pieces, key=lambda one: one[1]):
        if groups and piece[1] - end < apart:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        end = max(end, piece[1] + piece[3]) if len(groups[-1]) > 1 else piece[1] + piece[3]
    return groups


def _line_of(pieces: Sequence[Piece], near: float) -> tuple[float, float] | None:
    """(baseline, em) on which most of these pieces stand; print of another line crosses the stamp now and then."""
    digits = [(y + h, h) for _label, _x, y, _w, h in pieces if h >= _WRITTEN[0] and abs(y + h - near) <= _OFF]
    if not digits:
        return None
    best = max((sum(abs(low - other) <= _LEVEL for other, _h in digits) - abs(low - near) / _OFF, low) for low, _h in digits)[1]
    level = [(low, high) for low, high in digits if abs(low - best) <= _LEVEL]
    high = float(np.median([high for _low, high in level]))
    baseline = float(np.median([low for low, tall in level if tall >= 0.6 * high]))
    return baseline, min(max(high / _DIGIT, _LEAST_EM), _MOST_EM)


def window_of(entry: Entry, larger: float = 1.0) -> Gray:
    """The entry as the reader of slots wants it (see `geometry`): 48 pixels high, `larger` makes its em larger."""
    em = entry.em * larger
    left, right = entry.box[0] - _AIR * em, entry.box[2] + _AIR * em
    top = entry.baseline + 0.05 * em - ABOVE * em
    wide = max(8, round((right - left) * EM / em))
    fine = 2  # drawn so much larger, then reduced
    source = np.array([[left, top], [right, top], [left, top + (ABOVE + BELOW) * em]], np.float32)
    goal = np.array([[0, 0], [wide * fine, 0], [0, HEIGHT * fine]], np.float32)
    matrix = cv2.getAffineTransform(source, goal)
    drawn = cv2.warpAffine(entry.ink, matrix, (wide * fine, HEIGHT * fine), flags=cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(cv2.resize(drawn, (wide, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
