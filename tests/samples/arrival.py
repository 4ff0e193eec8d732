"""Arrival stamps (dấu ĐẾN, NĐ 30/2020 annex IV: 35 × 50 mm) filled in by hand, as two layers of ink at 300 dpi.

The stamp is worn, struck askew or twice; number and day are written over its leaders and may run over its frame.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.samples import typeface
from tests.samples.hand import Gray, StrokeWriter, Writer, draw_stroke
from tests.samples.leaf import Box
from tests.samples.render import DPI
from tests.samples.typeface import Style

MM = DPI / 25.4
AIR = 60  # pixels around the frame, for what runs over it
TITLES = ("ĐẾN", "ĐẾN", "ĐẾN", "CÔNG VĂN ĐẾN", "VĂN BẢN ĐẾN")
DAYS = ("free", "free", "slashes", "slashes", "words")
LAST = ("Chuyển:", "Lưu hồ sơ số:", "Số và ký hiệu HS:")


@dataclass(slots=True)
class Stamp:
    """`stamp` and `pen` are ink 0 … 255 of one size; `written` tells where what was written stands, in their pixels."""

    stamp: Gray
    pen: Gray
    written: dict[str, Box] = field(default_factory=dict)


@dataclass(slots=True)
class _Sheet:
    """What is being drawn; positions in pixels of the frame's own corner, baselines for texts."""

    rng: random.Random
    writer: Writer
    size: tuple[int, int]
    stamp: Image.Image
    pen: Gray
    written: dict[str, Box] = field(default_factory=dict)

    def text(self, text: str, x: float, y: float, height: float, style: Style = "regular", anchor: str = "ls") -> float:
        """Stamped text; returns where it ends."""
        font = typeface.at(style, height)
        place = (x + AIR, y + AIR)
        ImageDraw.Draw(self.stamp).text(place, text, font=font, fill=255, anchor=anchor)
        return x + font.getlength(text)

    def line(self, x0: float, y0: float, x1: float, y1: float, thick: int) -> None:
        ImageDraw.Draw(self.stamp).line((x0 + AIR, y0 + AIR, x1 + AIR, y1 + AIR), fill=255, width=thick)

    def leader(self, x0: float, x1: float, y: float, step: float) -> None:
        x = x0
        while x < x1:
            ImageDraw.Draw(self.stamp).ellipse((x + AIR - 1.6, y + AIR - 3.2, x + AIR + 1.6, y + AIR), fill=255)
            x += step

    def hand(self, name: str, text: str, x: float, y: float, room: float, height: float) -> None:
        """What a pen writes near the baseline `y`, in about `room` pixels from `x` on; it gets smaller where there is little."""
        ink = written(self.writer, text, max(18, round(height)), self.rng)
        if ink.shape[1] > room * 1.25:
            factor = max(0.6, room * 1.25 / ink.shape[1])
            ink = np.asarray(cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
        spare = max(0.0, room - ink.shape[1])
        left = round(x + AIR + spare * self.rng.uniform(0.1, 0.7))
        top = round(y + AIR - ink.shape[0] + self.rng.gauss(-2, 4))
        left, top = max(0, min(left, self.pen.shape[1] - ink.shape[1])), max(0, min(top, self.pen.shape[0] - ink.shape[0]))
        spot = self.pen[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.maximum(spot, ink[: spot.shape[0], : spot.shape[1]], out=spot)
        old = self.written.get(name, (left, top, left, top))
        box = (left, top, left + ink.shape[1], top + ink.shape[0])
        known = name in self.written
        self.written[name] = (
            (min(old[0], box[0]), min(old[1], box[1]), max(old[2], box[2]), max(old[3], box[3])) if known else box
        )


def written(writer: Writer, text: str, height: int, rng: random.Random) -> Gray:
    """Digits with the strokes, hyphens and dots that people set between the parts of a date."""
    parts: list[Gray] = []
    run = ""
    for sign in (*text, ""):
        if sign.isdigit():
            run += sign
            continue
        if run:
            ink = writer.write(run, height)
            parts.append(ink)
            run = ""
        if sign:
            parts.append(_between(sign, height, rng))
    tall = max(part.shape[0] for part in parts) + height // 3
    wide = sum(part.shape[1] for part in parts) + height * len(parts)
    canvas, x = np.zeros((tall, wide), np.uint8), height // 4
    for part in parts:
        low = min(tall, tall - height // 6 + (height // 8 if part.shape[0] > 1.15 * height else 0))
        top = max(0, low - part.shape[0])
        spot = canvas[top : top + part.shape[0], x : x + part.shape[1]]
        np.maximum(spot, part[: spot.shape[0], : spot.shape[1]], out=spot)
        x += part.shape[1] + round(height * rng.uniform(-0.06, 0.16))
    ys, xs = np.nonzero(canvas > 20)
    return canvas[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]


def _between(sign: str, height: int, rng: random.Random) -> Gray:
    pen = max(2.0, height * rng.uniform(0.055, 0.1))
    canvas = np.zeros((round(height * 1.5), round(height * 0.9)), np.uint8)
    base = height * 1.2
    if sign == "/":
        lean, tall = rng.uniform(0.15, 0.5) * height, rng.uniform(0.95, 1.3) * height
        x = 0.15 * height
        draw_stroke(canvas, [(x + lean, base - tall), (x + lean * 0.5, base - tall / 2), (x, base + 0.08 * height)], pen, rng)
    elif sign == "-":
        y = base - height * rng.uniform(0.35, 0.55)
        draw_stroke(canvas, [(0.1 * height, y), (0.4 * height, y + rng.gauss(0, 2))], pen, rng)
    else:
        draw_stroke(canvas, [(0.2 * height, base - pen), (0.24 * height, base - pen * 0.8)], pen * 1.2, rng)
    ys, xs = np.nonzero(canvas > 20)
    low = round(base)  # stays on the line: the rows under a hyphen are kept
    return canvas[ys.min() : max(ys.max() + 1, low), xs.min() : xs.max() + 1]


def any_stamp(rng: random.Random, office: str, number: str, day: date, writer: Writer | None = None) -> Stamp:
    """A stamp of one of the usual forms with `number` and `day` written into it by one hand."""
    wide, tall = round(rng.uniform(47, 54) * MM), round(rng.uniform(31, 37) * MM)
    beside = rng.random() < 0.45
    title = "ĐẾN" if beside else rng.choice(TITLES)
    if title != "ĐẾN" and rng.random() < 0.6:
        tall = round(rng.uniform(22, 30) * MM)
    size = (wide + 2 * AIR, tall + 2 * AIR)
    writer = writer or StrokeWriter.any(rng)
    sheet = _Sheet(rng, writer, (wide, tall), Image.new("L", size, 0), np.zeros((size[1], size[0]), np.uint8))
    thick = rng.choice((3, 4, 5, 6))
    for x0, y0, x1, y1 in ((0, 0, wide, 0), (0, tall, wide, tall), (0, 0, 0, tall), (wide, 0, wide, tall)):
        sheet.line(x0, y0, x1, y1, thick)
    if rng.random() < 0.15:  # a double frame
        gap = 10
        for x0, y0, x1, y1 in ((gap, gap, wide - gap, gap), (gap, tall - gap, wide - gap, tall - gap),
                               (gap, gap, gap, tall - gap), (wide - gap, gap, wide - gap, tall - gap)):  # fmt: skip
            sheet.line(x0, y0, x1, y1, 2)
    (_beside if beside else _stacked)(sheet, office, title, number, day)
    return Stamp(np.asarray(sheet.stamp, np.uint8), sheet.pen, sheet.written)


def _beside(sheet: _Sheet, office: str, title: str, number: str, day: date) -> None:
    """The decree's form: the office above, ĐẾN at the left, number and day at its right, two lines below."""
    (wide, tall), rng = sheet.size, sheet.rng
    _office(sheet, office, tall * 0.17)
    split = wide * rng.uniform(0.28, 0.36)
    if rng.random() < 0.5:
        sheet.line(0, tall * 0.23, wide, tall * 0.23, 3)
        sheet.line(0, tall * 0.62, wide, tall * 0.62, 3)
        sheet.line(split, tall * 0.23, split, tall * 0.62, 3)
    sheet.text(title, split / 2, tall * 0.48, min(tall * 0.15, split * 0.36), "bold", "ms")
    em, left = tall * rng.uniform(0.105, 0.125), split + 10
    _number(sheet, number, left, tall * 0.39, wide, em)
    _day(sheet, day, left, tall * 0.57, wide, em, rng.choice(("free", "slashes")))
    for row, text in enumerate(("Chuyển:", rng.choice(LAST[1:]))):
        y = tall * (0.76 + 0.17 * row)
        sheet.leader(sheet.text(text, 14, y, em) + 6, wide - 12, y, 9)


def _stacked(sheet: _Sheet, office: str, title: str, number: str, day: date) -> None:
    """One line below the other, the title in the middle or with the office above it."""
    (wide, tall), rng = sheet.size, sheet.rng
    named = rng.random() < 0.6
    below = tuple(text for text in LAST[:2] if tall > 27 * MM and rng.random() < 0.7)
    pitch = tall / (named + 3 + len(below) + 0.35)
    y = pitch * 0.85
    if named:
        _office(sheet, office, y)
        y += pitch
    sheet.text(title, wide / 2, y, min(pitch * 0.7, 52.0), "bold", "ms")
    em = min(pitch * rng.uniform(0.5, 0.62), 52.0)
    y += pitch
    left = rng.uniform(12, 34)
    _number(sheet, number, left, y, wide, em)
    y += pitch
    form = rng.choice(DAYS)
    _day(sheet, day, left, y, wide, em, form)
    for text in below:
        y += pitch
        sheet.leader(sheet.text(text, left, y, em) + 6, wide - 12, y, 9)


def _office(sheet: _Sheet, office: str, y: float) -> None:
    height = 36.0
    while height > 16 and typeface.at("bold", height).getlength(office) > sheet.size[0] - 30:
        height -= 2
    sheet.text(office, sheet.size[0] / 2, y, height, "bold", "ms")


def _number(sheet: _Sheet, number: str, x: float, y: float, wide: int, em: float) -> None:
    start = sheet.text(sheet.rng.choice(("Số:", "Số:", "Số", "Số :", "SỐ:")), x, y, em) + 8
    sheet.leader(start, wide - 12, y, sheet.rng.uniform(7, 12))
    sheet.hand("number", number, start, y, wide - 12 - start, _height(sheet, em))


def _day(sheet: _Sheet, day: date, x: float, y: float, wide: int, em: float, form: str) -> None:
    rng, height = sheet.rng, _height(sheet, em)
    short = rng.random() < 0.5
    days, months = (f"{n:02d}" if rng.random() < 0.65 else str(n) for n in (day.day, day.month))
    if form == "free":
        start = sheet.text(rng.choice(("Ngày:", "Ngày:", "Ngày", "NGÀY:")), x, y, em) + 8
        sheet.leader(start, wide - 12, y, rng.uniform(7, 12))
        sign = rng.choice("///-.")
        year = rng.choice((f"{day.year}", f"{day.year}", f"{day.year % 100:02d}", ""))
        text = sign.join((days, months, year) if year else (days, months))
        sheet.hand("date", text, start, y, wide - 12 - start, height)
        return
    words = ("Ngày", "tháng", "năm") if form == "words" else (rng.choice(("Ngày:", "Ngày")), "/", "/")
    printed = str(day.year)[: 3 if rng.random() < 0.3 else 2]
    if form == "words":
        em *= 0.86
    lengths = [typeface.at("regular", em).getlength(word) for word in (*words, printed)]
    spare = max(90.0, wide - 12 - x - sum(lengths) - 12)
    for text, before, share in zip((days, months, str(day.year)[len(printed) :]), words, (0.4, 0.37, 0.23), strict=True):
        shown = before if before != words[2] or text is days or text is months else f"{before}{printed}"
        x = sheet.text(shown, x, y, em)
        sheet.leader(x + 4, x + share * spare, y, 8)
        sheet.hand("date", text, x + 2, y, share * spare, height * (0.9 if short else 1.0))
        x += share * spare + 3


def _height(sheet: _Sheet, em: float) -> float:
    """Of a written digit, in pixels: 3 to 5.5 mm."""
    return min(max(em * sheet.rng.uniform(0.75, 1.25), 3.0 * MM), 5.5 * MM)


def struck(stamp: Stamp, rng: random.Random) -> Stamp:
    """As the stamp comes to lie on paper: unevenly inked, now and then struck twice, askew, seldom turned by a quarter."""
    ink = stamp.stamp.astype(np.float32)
    if rng.random() < 0.1:
        moved = np.float32([[1, 0, rng.choice((-1, 1)) * rng.uniform(5, 12)], [0, 1, rng.uniform(-7, 7)]])
        again = cv2.warpAffine(ink, moved, (ink.shape[1], ink.shape[0]))
        ink = np.maximum(ink, again * rng.uniform(0.35, 0.7))
    patches = np.float32([[rng.random() for _x in range(8)] for _y in range(6)])
    least, most = rng.choice(((0.75, 1.0), (0.6, 1.0), (0.4, 1.0), (0.3, 0.8)))
    pressed = cv2.resize(patches, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(rng.getrandbits(32)).random(ink.shape, np.float32)
    ink *= np.clip(least + (most - least) * pressed, 0, 1) * np.where(grain < rng.uniform(0.0, 0.12), 0.35, 1.0)
    angle = max(-8.0, min(8.0, rng.gauss(0, 2.5)))
    quarter = rng.choice((90, -90)) if rng.random() < 0.04 else 0
    return _turned(Stamp(np.clip(ink, 0, 255).astype(np.uint8), stamp.pen, stamp.written), angle + quarter)


def _turned(stamp: Stamp, angle: float) -> Stamp:
    height, width = stamp.stamp.shape
    matrix = np.array(cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), np.float64)
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64) @ matrix.T
    matrix[:, 2] -= corners.min(axis=0)
    size = np.ceil(corners.max(axis=0) - corners.min(axis=0)).astype(int).tolist()
    layers = [
        np.asarray(cv2.warpAffine(layer, matrix, size, flags=cv2.INTER_LINEAR), np.uint8) for layer in (stamp.stamp, stamp.pen)
    ]
    boxes = {}
    for name, (x0, y0, x1, y1) in stamp.written.items():
        found = np.array([[x0, y0, 1], [x1, y0, 1], [x0, y1, 1], [x1, y1, 1]], np.float64) @ matrix.T
        low, high = found.min(axis=0), found.max(axis=0)
        boxes[name] = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return Stamp(*layers, boxes)
