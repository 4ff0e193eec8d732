"""Draws one slot of a form as a scanner would see it: print, what the pen wrote, leaders, stamps, dirt.

    rng = np.random.default_rng([seed, index])
    slot = draw(rng, Hands(), Print())          # slot.window is 48 pixels high, slot.label the digits in it

Drawn at twice the size of `geometry`, worn, scanned at 150 … 300 dpi and brought to the size that the reader sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.describe.handwriting.geometry import ABOVE, BELOW, EM, HEIGHT
from training.hands import Hand, Hands
from training.strokes import Gray
from training.wear import worn

Kind = Literal["number", "day", "month", "year"]
FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
UNIT = 2 * EM  # pixels of an em while drawing
BASE = round(ABOVE * UNIT)
TALL = round((ABOVE + BELOW) * UNIT)
_MARKS = (
    "QĐ",
    "TTr",
    "T.Tr",
    "BC",
    "KH",
    "CV",
    "TB",
    "HD",
    "CTr",
    "BB",
    "GM",
    "NQ",
    "CT",
    "ĐA",
    "PA",
    "HĐ",
    "TT",
    "GP",
    "CĐ",
    "ĐN",
)
_ORGANS = (
    "UBND",
    "HĐND",
    "SYT",
    "SNV",
    "VP",
    "TTg",
    "BTC",
    "STC",
    "PNV",
    "TU",
    "HU",
    "CC",
    "SGDĐT",
    "BQL",
    "LĐLĐ",
    "ĐU",
    "NV",
    "VT",
)
_PLAINER = str.maketrans({"ố": "ô", "Ố": "Ô", "ă": "â", "Đ": "D"})  # the Latin half of a web font has no more
_LETTERS = "ABCDĐGHIKLMNOPQRSTUVXY"
_PARTY = ("QĐ", "CV", "TB", "BC", "KH", "NQ", "TTr", "HD")


@dataclass(slots=True, frozen=True)
class Drawn:
    """`window` is grey, 48 pixels high; `label` the digits as written, "" for an empty slot."""

    window: Gray
    label: str
    kind: Kind


class Print:
    """The typefaces of forms: Tinos (as Times) above all; others where a cache is given."""

    def __init__(self, cache: Path | None = None) -> None:
        times = (str(FONTS / "Tinos-Regular.ttf"), str(FONTS / "Tinos-Italic.ttf"))
        others = sorted((cache / "print").glob("*-italic.ttf")) if cache else []
        self.faces = [times, *((str(p).replace("-italic.ttf", ".ttf"), str(p)) for p in others)]

    def any(self, rng: np.random.Generator, *, italic: bool) -> str:
        pair = self.faces[0] if len(self.faces) == 1 or rng.random() < 0.7 else self.faces[rng.integers(1, len(self.faces))]
        return pair[1 if italic != (rng.random() < 0.06) else 0]


def draw(rng: np.random.Generator, hands: Hands, prints: Print, kind: Kind | None = None, hand: Hand | None = None) -> Drawn:
    """One slot. `kind` and `hand` are drawn from `rng` where they are not given."""
    kind = kind or ("number", "day", "month", "year")[rng.choice(4, p=(0.5, 0.2, 0.17, 0.13))]
    label = _label(rng, kind)
    em = UNIT * rng.uniform(0.86, 1.12)
    face = prints.any(rng, italic=kind != "number")
    before, after = _around(rng, kind)
    typed = bool(label) and rng.random() < (0.5 if kind == "year" else 0.08)
    left = text_ink(face, before, em)
    right = text_ink(face, after, em)
    digits = text_ink(face, label, em) if typed else None
    written = None if typed or not label else _written(rng, hand or hands.any(rng), label, em, kind)
    window = _laid(rng, kind, em, left, right, digits, written)
    return Drawn(worn(rng, window, HEIGHT), label, kind)


def _label(rng: np.random.Generator, kind: Kind) -> str:
    if rng.random() < 0.035:
        return ""
    if kind == "year":
        return str(rng.integers(1976, 2046) if rng.random() < 0.9 else rng.integers(1950, 2050))
    if kind == "number":
        length = rng.choice((1, 2, 3, 4, 5), p=(0.1, 0.23, 0.43, 0.2, 0.04))
        digits = "".join(str(d) for d in rng.integers(0, 10, length))
        return digits if digits[0] != "0" or rng.random() < 0.25 else str(rng.integers(1, 10)) + digits[1:]
    if rng.random() < 0.1:
        return "".join(str(d) for d in rng.integers(0, 10, 2))
    value = rng.integers(1, 32 if kind == "day" else 13)
    return f"{value:02d}" if rng.random() < 0.6 else str(value)


def _around(rng: np.random.Generator, kind: Kind) -> tuple[str, str]:
    """What is printed before and behind the slot."""
    if kind == "day":
        return ("ngày", "tháng") if rng.random() < 0.9 else (", ngày", "/")
    if kind == "month":
        return ("tháng", "năm") if rng.random() < 0.92 else ("/", "/20")
    if kind == "year":
        return "năm", ""
    label = ("Số:", "Số: ", "Số :", "Số", "SỐ:", "Số.")[rng.choice(6, p=(0.45, 0.25, 0.1, 0.1, 0.05, 0.05))]
    if rng.random() < 0.12:
        return label, f"-{_PARTY[rng.integers(len(_PARTY))]}/{_ORGANS[rng.integers(len(_ORGANS))]}"
    mark, organ = _MARKS[rng.integers(len(_MARKS))], _ORGANS[rng.integers(len(_ORGANS))]
    if rng.random() < 0.4:  # an office's own letters
        organ = "".join(_LETTERS[i] for i in rng.integers(0, len(_LETTERS), rng.integers(2, 6)))
    if rng.random() < 0.3:
        return label, f"/{organ}-{mark}"
    return label, f"/{mark}{'-' if rng.random() < 0.85 else ' - '}{organ}"


def _written(rng: np.random.Generator, hand: Hand, label: str, em: float, kind: Kind) -> Gray:
    high = em * rng.uniform(0.6, 1.1) * (1.15 if kind == "number" and rng.random() < 0.3 else 1.0)
    ink = hand.write(label, max(16, round(high)))
    slope = rng.normal(0, 2.5)
    if abs(slope) > 0.7:
        height, width = ink.shape
        rise = abs(np.tan(np.radians(slope))) * width
        matrix = np.array([[1, 0, 0], [-np.tan(np.radians(slope)), 1, rise if slope > 0 else 0]], np.float32)
        ink = np.asarray(cv2.warpAffine(ink, matrix, (width, height + int(rise) + 1)), np.uint8)
    if rng.random() < 0.35:  # the pen skips and fades
        coarse = rng.uniform(0.15, 1.0, (4, 10)).astype(np.float32)
        pressed = np.clip(cv2.resize(coarse, (ink.shape[1], ink.shape[0])) * rng.uniform(1.3, 2.4), 0.45, 1)
        ink = (ink * pressed).astype(np.uint8)
    return ink


def _laid(
    rng: np.random.Generator, kind: Kind, em: float, left: Gray, right: Gray, digits: Gray | None, written: Gray | None
) -> Gray:
    """Puts the parts on a line and cuts the window out of it; paper 255."""
    ink = digits if digits is not None else written
    width = ink.shape[1] if ink is not None else int(em * rng.uniform(0.6, 1.5))
    close = em * (rng.uniform(-0.3, 0.12) if rng.random() < 0.55 else rng.uniform(0.05, 0.6))
    far = em * (rng.uniform(-0.25, 0.3) if rng.random() < 0.55 else rng.uniform(0.2, 1.6))
    if digits is not None:
        close, far = em * rng.uniform(0.0, 0.4), em * rng.uniform(-0.02, 0.4)
    start = int(2 * em)
    edge = start + left.shape[1]  # right edge of the print before
    at = int(edge + close)
    stop = int(max(at + width + far, edge + em * rng.uniform(0.2, 1.4)))
    canvas = np.zeros((TALL, stop + right.shape[1] + int(3 * em)), np.float32)
    base = BASE + int(rng.normal(0, 0.06) * em)
    darkness = rng.uniform(0.8, 1.0)
    _lay(canvas, left, start, base, em, darkness)
    _lay(canvas, right, stop, base, em, darkness)
    _leaders(rng, canvas, edge, stop, base, em, darkness)
    if digits is not None:
        _lay(canvas, digits, at, base, em, darkness)
    elif written is not None:
        lift = rng.normal(0.02, 0.09) if rng.random() < 0.8 else rng.uniform(-0.25, 0.25)
        top = min(max(base - written.shape[0] + int(lift * em), 0), max(0, TALL - written.shape[0]))
        _over(canvas, written, at, top, float(rng.uniform(0.55, 1.0)))
    _dirt(rng, canvas, em, base)
    first, last = _cut(rng, kind, em, start, edge, stop)
    last = max(last, int(at + width + 0.1 * em)) if ink is not None else last
    return np.asarray(255 * (1 - np.clip(canvas[:, max(first, 0) : max(last, first + UNIT)], 0, 1)), np.uint8)


def _cut(rng: np.random.Generator, kind: Kind, em: float, start: int, edge: int, stop: int) -> tuple[int, int]:
    """The window as the locator cuts it, with its errors: now and then by a whole word."""
    more, further = (em * rng.uniform(0.3, 2.0) if rng.random() < 0.12 else 0.0 for _side in range(2))
    if kind == "number":
        return int(start + em * rng.normal(-0.05, 0.15) - more), int(stop + em * (0.75 + rng.normal(0, 0.25)) + further)
    first = edge - em * (0.8 + rng.normal(0, 0.2)) - more
    last = em * rng.uniform(0.0, 0.8) if kind == "year" else em * (0.8 + rng.normal(0, 0.2)) + further
    return int(first), int(stop + last)


def _lay(canvas: NDArray[np.float32], text: Gray, x: int, base: int, em: float, darkness: float) -> None:
    """`text` comes from `text_ink`: its baseline lies 1.2 em below its top."""
    _over(canvas, text, x, base - round(1.2 * em), darkness)


def _over(canvas: NDArray[np.float32], ink: Gray, x: int, y: int, darkness: float) -> None:
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + ink.shape[1], canvas.shape[1]), min(y + ink.shape[0], canvas.shape[0])
    if x1 > x0 and y1 > y0:
        spot = canvas[y0:y1, x0:x1]
        np.maximum(spot, ink[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32) * (darkness / 255), out=spot)


def _leaders(
    rng: np.random.Generator, canvas: NDArray[np.float32], left: int, right: int, base: int, em: float, darkness: float
) -> None:
    draw = rng.random()
    if draw < 0.55:
        step, size = em * rng.uniform(0.16, 0.34), max(1, round(em * rng.uniform(0.025, 0.055)))
        x = left + em * rng.uniform(0, 0.3)
        stop = right if rng.random() < 0.7 else left + (right - left) * rng.uniform(0.3, 1)
        while x < stop:
            cv2.circle(canvas, (int(x), base - size), size, darkness * rng.uniform(0.6, 1), -1, cv2.LINE_AA)
            x += step
    elif draw < 0.62:
        cv2.line(canvas, (left, base + 2), (right, base + 2), darkness, max(1, round(em * 0.04)), cv2.LINE_AA)


def _dirt(rng: np.random.Generator, canvas: NDArray[np.float32], em: float, base: int) -> None:
    width = canvas.shape[1]
    if rng.random() < 0.15:  # the rule under the office
        y = int(base - em * rng.uniform(1.05, 1.35))
        a, b = sorted(rng.integers(0, width, 2).tolist())
        cv2.line(canvas, (a, y), (b, y), float(rng.uniform(0.5, 1)), int(rng.integers(1, 4)), cv2.LINE_AA)
    if rng.random() < 0.25:  # a line of text above or below, cut by the window
        words = text_ink(str(FONTS / "Tinos-Regular.ttf"), "THỰC PHẨM TỈNH về việc phòng chống gửi", em)
        y = int(base + em * rng.uniform(0.1, 0.5)) if rng.random() < 0.6 else int(base - em * rng.uniform(2.5, 2.9))
        _over(canvas, words, int(rng.integers(-200, 100)), y, 0.9)
    for _ in range(int(rng.integers(0, 7)) if rng.random() < 0.25 else 0):
        spot = (int(rng.integers(0, width)), int(rng.integers(0, TALL)))
        cv2.circle(canvas, spot, int(rng.integers(1, 4)), float(rng.uniform(0.3, 1)), -1, cv2.LINE_AA)
    if rng.random() < 0.07:  # a seal or an arrival stamp over it
        centre = (int(rng.integers(0, width)), int(rng.integers(-60, TALL + 60)))
        layer = np.zeros_like(canvas)
        for radius in (int(em * rng.uniform(1.5, 4)), int(em * rng.uniform(0.8, 1.4))):
            cv2.circle(layer, centre, radius, 1.0, int(rng.integers(2, 6)), cv2.LINE_AA)
        np.maximum(canvas, layer * float(rng.uniform(0.15, 0.55)), out=canvas)
    if rng.random() < 0.04:  # a fold or a scanner line
        x = int(rng.integers(0, width))
        cv2.line(canvas, (x, 0), (x + int(rng.integers(-6, 7)), TALL), float(rng.uniform(0.1, 0.5)), 2, cv2.LINE_AA)


def text_ink(face: str, text: str, em: float) -> Gray:
    """Printed text as ink; 2 em high, its baseline 1.2 em below the top."""
    return _text_ink(face, text if Path(face).name.startswith("Tinos") else text.translate(_PLAINER), round(em))


@lru_cache(maxsize=4096)
def _text_ink(face: str, text: str, em: int) -> Gray:
    font = ImageFont.truetype(face, em)
    image = Image.new("L", (max(1, round(font.getlength(text))), 2 * em), 0)
    ImageDraw.Draw(image).text((0, round(1.2 * em)), text, font=font, fill=255, anchor="ls")
    return np.asarray(image)
