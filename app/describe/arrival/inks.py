"""An arrival stamp cut out of its page, set upright, its ink apart from the pen's.

Light goes through inks one after the other, so what they take away multiplies: in logarithms a pixel is a sum of stamp and pen, each
with a colour of its own. The stamp's is known from its frame, the pen's is what else is there. Where both are of one colour (grey scans,
a blue pen on a blue stamp) they stay together, and only lines and dots can be taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.describe.arrival.frames import PAGE, Frame
from app.describe.ink import Pixels
from storage.records.reading import Box

MM = 10  # pixels to a millimetre of a cut: 254 dpi
AIR = 7 * MM  # around the frame, where the pen runs over it
_FINE = np.arange(-1.25, 1.26, 0.25)  # degrees, by which the frame may be known wrongly
_SEARCH = 2 * MM  # pixels around an edge where its line is looked for
_BAND = 7  # pixels on each side of a line that belong to it
_LINE = 6 * MM  # what is straight for so long was not written
_INK = 0.12  # of the light that is taken away: less is paper
_TINTED = 0.9  # cosine between two inks: they can be told apart below
_COLOURED = 0.06  # of the light, how much more one colour takes away: else the scan is grey
_BLUE, _NOT_BLUE = 0.25, 0.1  # how much more red than blue a stroke takes away
_PEN_RED = 0.3  # of what a pen takes away is red, at least: blue and black do, a second stamp in red does not
_STROKE = 60  # pixels
_ENOUGH = 250  # pixels of a second ink
_FRAME_INK, _PALE = (0.2, 0.35), 0.45  # the least ink of a frame's lines that tells its colour: in a pale stamp and in others
_DRAWN = 1500  # pixels of a frame's lines
_TINT = 0.04  # of the paper's light by which one colour is darker in a coloured ink
_FAINT = 1.15, 1.5  # times as dark as the stamp: so much is still paper where the pen is told by its strength, so much all ink

Ink = NDArray[np.float32]  # what is taken away of the light: 0 paper … 1


@dataclass(slots=True)
class Cut:
    """The cut picture, `to_page` from its pixels to fractions of the page, the frame in its pixels."""

    picture: Pixels
    to_page: NDArray[np.float64]  # 2 × 3
    frame: tuple[float, float, float, float]

    def covered(self, boxes: Sequence[Box]) -> NDArray[np.bool_]:
        """Where these boxes of the page lie in the cut."""
        into = cv2.invertAffineTransform(self.to_page)
        mask = np.zeros(self.picture.shape[:2], np.uint8)
        for x0, y0, x1, y1 in boxes:
            corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ into.T
            cv2.fillPoly(mask, [np.round(corners).astype(np.int32)], 1)
        return mask.astype(bool)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A place of the cut as a box of the page."""
        corners = np.array([[x0, y0, 1], [x1, y0, 1], [x0, y1, 1], [x1, y1, 1]]) @ self.to_page.T
        low, high = np.clip(corners.min(axis=0), 0, 1).tolist(), np.clip(corners.max(axis=0), 0, 1).tolist()
        return low[0], low[1], high[0], high[1]


@dataclass(slots=True)
class Layers:
    """`stamp` and `pen`, each on white paper, without the frame's lines; `apart` tells whether they are two inks or the same picture."""

    stamp: NDArray[np.uint8]
    pen: NDArray[np.uint8]
    apart: bool
    to_read: tuple[NDArray[np.uint8], ...] = ()  # the stamp in the ways in which an engine may read it
    blue: bool = False  # the pen: it is known from black print


def cut_out(page: Pixels, frame: Frame, quarter: int = 0) -> Cut:
    """The frame with some paper around. `quarter`: degrees (90, -90) to turn one that stands on its side."""
    width = page.shape[1]
    scale = MM * PAGE / width
    cut = _turned(page, frame, frame.angle + quarter, quarter, scale)
    better = frame.angle + _level(cut.picture)
    cut = _turned(page, frame, better + quarter, quarter, scale)
    return replace(cut, frame=_edges(cut))


def _turned(page: Pixels, frame: Frame, angle: float, quarter: int, scale: float) -> Cut:
    height, width = page.shape[:2]
    wide, high = (frame.height, frame.width) if quarter else (frame.width, frame.height)
    wide, high = wide * PAGE * MM, high * PAGE * MM
    size = (round(wide) + 2 * AIR, round(high) + 2 * AIR)
    centre = (frame.x * width, frame.y * width)
    matrix = np.asarray(cv2.getRotationMatrix2D(centre, angle, scale), np.float64)
    matrix[:, 2] += (size[0] / 2 - centre[0], size[1] / 2 - centre[1])
    ways = cv2.INTER_AREA if scale < 0.9 else cv2.INTER_CUBIC
    picture = np.asarray(cv2.warpAffine(page, matrix, size, flags=ways, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    back = np.asarray(cv2.invertAffineTransform(matrix), np.float64) / np.array([[width], [height]])
    return Cut(picture, back, (float(AIR), float(AIR), AIR + wide, AIR + high))


def _level(picture: Pixels) -> float:
    """The degrees by which it must be turned further so that its lines lie level: then their rows are darkest."""
    grey = picture if picture.ndim == 2 else picture.min(axis=2)
    small = 255 - cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    height, width = small.shape
    best, angle = -1.0, 0.0
    for more in _FINE:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(more), 1.0)
        turned = cv2.warpAffine(small, matrix, (width, height), flags=cv2.INTER_LINEAR)
        rows = turned[AIR // 4 : -AIR // 4, AIR // 2 : -AIR // 2].mean(axis=1)
        sharp = float((np.diff(rows) ** 2).sum()) * (1 - 0.02 * abs(float(more)))
        if sharp > best:
            best, angle = sharp, float(more)
    return angle


def _edges(cut: Cut) -> tuple[float, float, float, float]:
    """The frame, each edge moved to the darkest line near it."""
    grey = cut.picture if cut.picture.ndim == 2 else cut.picture.min(axis=2)
    dark = 255.0 - grey.astype(np.float32)
    x0, y0, x1, y1 = (round(v) for v in cut.frame)
    rows, columns = dark[:, x0:x1].mean(axis=1), dark[y0:y1].mean(axis=0)
    return _peak(columns, x0), _peak(rows, y0), _peak(columns, x1), _peak(rows, y1)


def _peak(profile: NDArray[np.float32], near: int) -> float:
    first = max(0, near - _SEARCH)
    part = profile[first : near + _SEARCH]
    return float(first + int(part.argmax())) if len(part) else float(near)


def layers_of(cut: Cut, hidden: Sequence[Box] = ()) -> Layers:
    """Stamp and pen. `hidden`: boxes of the page with print of the document's own, which the stamp lies on."""
    found = _layers(cut)
    if hidden:
        covered = cut.covered(hidden)
        for layer in (found.stamp, *found.to_read):
            layer[covered] = 255
        if not found.blue:
            found.pen[covered] = 255
    return found


def _layers(cut: Cut) -> Layers:
    taken = taken_by_inks(cut.picture)
    lines = _stamped(taken, cut.frame)
    split = _split(taken, lines) if taken.shape[2] == 3 else None
    if split is None:
        ink = _without_lines(taken.max(axis=2), cut.frame)
        shown = _shown(ink, cut.frame)
        return Layers(_bold(ink, _INK), shown, apart=False, to_read=_readable(ink))
    stamp, pen = split
    shown = _shown(pen, cut.frame)
    alone = _one_pen(shown, taken, cut.frame)
    print_only = _without_lines(stamp, cut.frame)
    return Layers(
        _bold(print_only, _INK),
        shown if alone is None else alone,
        apart=True,
        to_read=_readable(print_only),
        blue=alone is not None,
    )


def coloured_only(cut: Cut) -> tuple[NDArray[np.uint8], ...]:
    """The cut without what is black or grey: a stamp of one colour on print of the document's own; nothing for a grey scan."""
    if cut.picture.ndim == 2:
        return ()
    values = cv2.GaussianBlur(cut.picture, (0, 0), 1.0).astype(np.float32)
    values = np.minimum(values / np.maximum(np.percentile(values, 85, axis=(0, 1)), 1), 1)
    tint = values.max(axis=2) - values.min(axis=2)
    tint -= float(np.median(tint))
    full = float(np.percentile(tint, 98))
    if full < _TINT:
        return ()
    return (np.asarray(255 * (1 - np.clip(1.3 * tint / full - 0.2, 0, 1)), np.uint8),)


def told_by_strength(cut: Cut, hidden: Sequence[Box] = ()) -> Layers | None:
    """Stamp and pen told apart by how dark they are, in the colour of which both take least: a stamp is as a rule the fainter one,
    and its colour fades where black does not. None where it is not. `hidden`: as `layers_of`."""
    taken = taken_by_inks(cut.picture)
    ink, least = taken.max(axis=2), taken.min(axis=2)
    drawn = _stamped(taken, cut.frame) & (ink > 2 * _INK)
    x0, y0, x1, y1 = (round(v) for v in cut.frame)
    inside = (slice(max(y0 + _BAND, 0), max(y1 - _BAND, 1)), slice(max(x0 + _BAND, 0), max(x1 - _BAND, 1)))
    inked = least[inside][ink[inside] > 2 * _INK]
    if int(drawn.sum()) < _ENOUGH or len(inked) < _ENOUGH:
        return None
    stamped, written = float(np.percentile(least[drawn], 85)), float(np.percentile(inked, 97))
    low, high = _FAINT[0] * stamped + _INK / 2, _FAINT[1] * stamped + 2 * _INK
    if written < high:
        return None
    pen = np.asarray(255 * (1 - np.clip((least - low) / (high - low), 0, 1)), np.uint8)
    stamp = _without_lines(ink, cut.frame)
    stamp[cv2.dilate((pen < 200).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0] = 0
    found = Layers(_bold(stamp, _INK), pen, apart=True)
    covered = cut.covered(hidden)
    for layer in (found.stamp, found.pen):
        layer[covered] = 255
    return found


def taken_by_inks(picture: Pixels) -> NDArray[np.float32]:
    """How much light is taken away in each colour, (rows, columns, 1 or 3): minus the logarithm against the paper."""
    values = picture.astype(np.float32) if picture.ndim == 3 else picture[:, :, None].astype(np.float32)
    paper = np.percentile(values, 85, axis=(0, 1))
    return np.asarray(-np.log(np.clip((values + 4) / (paper + 4), 0.02, 1.0)), np.float32)


def drawn_lines(cut: Cut) -> NDArray[np.bool_]:
    """Where frame and rules lie in the cut, but not where a stroke crosses them."""
    ink = taken_by_inks(cut.picture).max(axis=2)
    return np.asarray((ink > _INK) & (_without_lines(ink, cut.frame) == 0))


def _one_pen(
    shown: NDArray[np.uint8], taken: NDArray[np.float32], frame: tuple[float, float, float, float]
) -> NDArray[np.uint8] | None:
    """Without black print where the pen is blue; None where it is not."""
    blue = (taken[:, :, 0] - taken[:, :, 2]) / np.maximum(taken.max(axis=2), 0.2)
    count, labels, stats, _centres = cv2.connectedComponentsWithStats((shown < 150).astype(np.uint8), connectivity=8)
    flat = labels.ravel()
    area = np.maximum(np.bincount(flat, minlength=count), 1)
    tint = np.bincount(flat, blue.ravel(), minlength=count) / area
    x0, y0, x1, y1 = frame
    inside = (
        (stats[:, 0] > x0 - _BAND)
        & (stats[:, 0] < x1)
        & (stats[:, 1] > y0 - _BAND)
        & (stats[:, 1] + stats[:, 3] < y1 + AIR / 2)
    )
    inside[0] = False
    if area[inside & (tint > _BLUE) & (area > _STROKE)].sum() < _ENOUGH:
        return None
    black = tint < _NOT_BLUE
    black[0] = False
    away = cv2.dilate(black[labels].astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return np.where(away, np.uint8(255), shown)


def _band(ink: Ink, frame: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Where the frame's own lines lie."""
    band = np.zeros(ink.shape, bool)
    x0, y0, x1, y1 = (round(v) for v in frame)
    for y in (y0, y1):
        band[max(y - _BAND, 0) : y + _BAND, max(x0, 0) : x1] = True
    for x in (x0, x1):
        band[max(y0, 0) : y1, max(x - _BAND, 0) : x + _BAND] = True
    return band


def _stamped(taken: NDArray[np.float32], frame: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Where the stamp's own ink lies, for certain: in the frame's lines; without one in what is coloured inside."""
    band = _band(taken.max(axis=2), frame)
    if int((band & (taken.max(axis=2) > 2 * _INK)).sum()) >= _DRAWN or taken.shape[2] == 1:
        return band
    inside = np.zeros(band.shape, bool)
    x0, y0, x1, y1 = (max(round(v), 0) for v in frame)
    inside[y0:y1, x0:x1] = True
    return np.asarray(inside & (taken.max(axis=2) - taken.min(axis=2) > 2 * _INK))


def _split(taken: NDArray[np.float32], lines: NDArray[np.bool_]) -> tuple[Ink, Ink] | None:
    """Ink of the stamp and of the pen; None where they have one colour."""
    strength = np.linalg.norm(taken, axis=2)
    frame = lines & (strength > _FRAME_INK[0])
    if frame.any() and float(np.median(strength[frame])) > _PALE:
        frame = lines & (strength > _FRAME_INK[1])
    if int(frame.sum()) < _ENOUGH:
        return None
    own = _direction(taken[frame])
    ways = taken / np.maximum(strength, 1e-3)[:, :, None]
    other = (ways @ own < _TINTED + 0.5 * (1 - _TINTED)) & (strength > 0.6)
    other = cv2.erode(other.astype(np.uint8), np.ones((2, 2), np.uint8)).astype(bool)
    if int(other.sum()) < _ENOUGH:
        return None
    pen = _direction(taken[other])
    if float(own @ pen) > 0.97 or float(pen[0]) < _PEN_RED:
        return None
    basis = np.stack([own, pen], axis=1)  # 3 × 2
    share = taken.reshape(-1, 3) @ np.linalg.pinv(basis).T.astype(np.float32)
    stamp, written = share[:, 0].reshape(strength.shape), share[:, 1].reshape(strength.shape)
    stamp = np.where(written < 0, taken @ own, stamp)  # neither ink gives light back
    written = np.where(stamp < 0, taken @ pen, written)
    return np.maximum(stamp, 0), np.maximum(written, 0)


def _direction(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colour of an ink: what it takes away, as a vector of length 1."""
    mean = np.median(pixels / np.maximum(np.linalg.norm(pixels, axis=1), 1e-3)[:, None], axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-3), np.float32)


def _without_lines(ink: Ink, frame: tuple[float, float, float, float]) -> Ink:
    """Without frame and rules; where a stroke crosses a line it stays."""
    drawn = (ink > 2 * _INK).astype(np.uint8)
    level = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, np.ones((1, _LINE), np.uint8))
    upright = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, np.ones((_LINE + 2 * MM, 1), np.uint8))
    x0, y0, x1, y1 = (round(v) for v in frame)
    for y in (y0, y1):
        level[max(y - _BAND, 0) : y + _BAND, max(x0 - _BAND, 0) : x1 + _BAND] = 1
    for x in (x0, x1):
        upright[max(y0 - _BAND, 0) : y1 + _BAND, max(x - _BAND, 0) : x + _BAND] = 1
    out = ink.copy()
    for lines, flat in ((level, True), (upright, False)):
        lines = cv2.dilate(lines, np.ones((5, 1) if flat else (1, 5), np.uint8))
        beyond = cv2.bitwise_and(drawn, 1 - lines)
        crossed = cv2.bitwise_and(cv2.dilate(beyond, _arm(flat, -1)), cv2.dilate(beyond, _arm(flat, 1)))
        out[(lines > 0) & (crossed == 0)] = 0
    return out


def _arm(upright: bool, side: int) -> NDArray[np.uint8]:
    """A kernel that looks to one side only, across a line."""
    arm = np.zeros(4 * _BAND + 1, np.uint8)
    arm[2 * _BAND :] = 1
    arm = arm[::side]
    return np.ascontiguousarray(arm[:, None] if upright else arm[None, :])


def _shown(ink: Ink, frame: tuple[float, float, float, float]) -> NDArray[np.uint8]:
    """As a picture on white paper, faint ink as dark as strong."""
    x0, y0, x1, y1 = (round(v) for v in frame)
    part = ink[max(y0 + _BAND, 0) : y1 - _BAND, max(x0 + _BAND, 0) : x1]
    inked = part[part > 2 * _INK]
    full = max(float(np.percentile(inked, 60)), 3 * _INK) if len(inked) else 1.0
    return np.asarray(255 * (1 - np.clip((ink - _INK) / (full - _INK), 0, 1)), np.uint8)


def _bold(ink: Ink, least: float) -> NDArray[np.uint8]:
    """As a picture in which faint print is as black as strong."""
    return np.asarray(255 * (1 - np.clip((ink - least) / (2 * _INK), 0, 1)), np.uint8)


def _readable(ink: Ink) -> tuple[NDArray[np.uint8], ...]:
    """Bold, which brings faint print back, and as it is, in which close letters stay apart."""
    return _bold(ink, _INK / 2), np.asarray(255 * np.exp(-1.5 * ink), np.uint8)
