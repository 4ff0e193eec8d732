"""Writers of other offices: own strokes, handwriting fonts and pictures of digits that the training does not know."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.samples.hand import SCALE, Gray, StrokeWriter, Writer, draw_stroke
from tests.samples.penned.glyphs import DIGITS, LETTERS, SLENDER, Glyph


@dataclass(slots=True)
class ClerkWriter:
    """One clerk: which form of each digit, slant, pen, spacing; digits may touch."""

    rng: random.Random
    slant: float
    pen: float  # of the height
    narrow: float
    shake: float
    spacing: float  # of the width, below 1 digits touch
    forms: dict[str, Glyph]  # as this clerk makes them

    @classmethod
    def any(cls, rng: random.Random) -> ClerkWriter:
        twist = rng.uniform(0.01, 0.07)
        forms = {sign: _own(rng, rng.choice(choices), twist) for sign, choices in DIGITS.items()}
        forms |= {sign: _own(rng, glyph, twist / 2) for sign, glyph in LETTERS.items()}
        return cls(
            rng, rng.uniform(-0.12, 0.6), rng.uniform(0.045, 0.125), rng.uniform(0.45, 0.85), rng.uniform(0.01, 0.05),
            rng.uniform(0.98, 1.4), forms,
        )  # fmt: skip

    def write(self, text: str, height: int) -> Gray:
        """As `Writer.write`, with the letters of `LETTERS` too; KeyError for others."""
        rng, tall = self.rng, height * SCALE
        canvas = np.zeros((int(tall * 1.9), int(tall * (1.3 * len(text) + 2.4))), np.uint8)
        x, drift = 0.9 * tall, rng.gauss(0, 0.025) * tall
        for place, sign in enumerate(text):
            high = tall * rng.uniform(0.86, 1.08)
            wide = high * self.narrow * rng.uniform(0.88, 1.14) * SLENDER.get(sign, 1.0)
            base = tall * 1.4 + drift * place + rng.gauss(0, 0.025) * tall
            slant = self.slant + rng.gauss(0, 0.04)
            for stroke in self.forms[sign]:
                shaken = [(px + rng.gauss(0, self.shake), py + rng.gauss(0, self.shake)) for px, py in stroke]
                points = [(x + px * wide + (1 - py) * high * slant, base - (1 - py) * high) for px, py in shaken]
                draw_stroke(canvas, points, self.pen * tall, rng)
            x += (wide * self.spacing + 0.5 * self.pen * tall) * rng.uniform(0.96, 1.1)
        small = cv2.resize(_cropped(canvas), None, fx=1 / SCALE, fy=1 / SCALE, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)


@dataclass(slots=True)
class FontWriter:
    """A handwriting font, a little narrower, wider or more slanted for each writer."""

    rng: random.Random
    file: Path
    stretch: float
    slant: float

    @classmethod
    def any(cls, rng: random.Random, file: Path) -> FontWriter:
        return cls(rng, file, rng.uniform(0.85, 1.2), rng.uniform(-0.05, 0.4))

    def write(self, text: str, height: int) -> Gray:
        font = _font(self.file, 120)
        box = font.getbbox(text)
        image = Image.new("L", (int(box[2] - box[0]) + 60, int(box[3] - box[1]) + 60), 0)
        ImageDraw.Draw(image).text((30 - box[0], 30 - box[1]), text, font=font, fill=255)
        ink = _cropped(np.asarray(image, np.uint8))
        digit = font.getbbox("5")
        scale = height * self.rng.uniform(0.94, 1.06) / max(digit[3] - digit[1], 1)
        return _slanted(ink, scale * self.stretch, scale, self.slant)


@dataclass(slots=True)
class PictureWriter:
    """Pictures of single digits written by many people, in one slant and size."""

    rng: random.Random
    pictures: dict[str, list[Gray]]
    slant: float
    stretch: float
    spacing: float

    @classmethod
    def any(cls, rng: random.Random, pictures: dict[str, list[Gray]]) -> PictureWriter:
        return cls(rng, pictures, rng.uniform(0.0, 0.4), rng.uniform(0.85, 1.15), rng.uniform(-0.06, 0.14))

    def write(self, text: str, height: int) -> Gray:
        parts = []
        for digit in text:
            picture = _cropped(self.rng.choice(self.pictures[digit]))
            tall = height * self.rng.uniform(0.88, 1.06) / picture.shape[0]
            parts.append(_slanted(picture, tall * self.stretch, tall, self.slant))
        gap = round(self.spacing * height)
        canvas = np.zeros((max(p.shape[0] for p in parts), sum(p.shape[1] + max(gap, 0) for p in parts)), np.uint8)
        x = 0
        for part in parts:
            spot = canvas[-part.shape[0] :, x : x + part.shape[1]]
            np.maximum(spot, part[:, : spot.shape[1]], out=spot)
            x += part.shape[1] + gap
        return _cropped(canvas)


def _own(rng: random.Random, glyph: Glyph, twist: float) -> Glyph:
    """A form bent and stretched as one writer always does; its strokes still meet where they met."""
    wide, high = rng.gauss(1, 0.09), rng.gauss(1, 0.05)
    moved: dict[tuple[float, float], tuple[float, float]] = {}
    for stroke in glyph:
        for x, y in stroke:
            moved.setdefault((x, y), (x * wide + rng.gauss(0, twist), y * high + rng.gauss(0, twist)))
    return tuple(tuple(moved[point] for point in stroke) for stroke in glyph)


def any_writer(rng: random.Random, fonts: list[Path], pictures: dict[str, list[Gray]]) -> Writer:
    """Pictures of real digits, fonts, own strokes, as far as they are at hand."""
    draw = rng.random()
    if pictures and draw < 0.4:
        return PictureWriter.any(rng, pictures)
    if fonts and draw < 0.65:
        return FontWriter.any(rng, rng.choice(fonts))
    return StrokeWriter.any(rng) if draw > 0.88 else ClerkWriter.any(rng)


def writes_letters(writer: Writer) -> bool:
    return isinstance(writer, ClerkWriter | FontWriter)


def _slanted(ink: Gray, wide: float, high: float, slant: float) -> Gray:
    size = (max(2, round(ink.shape[1] * wide)), max(2, round(ink.shape[0] * high)))
    ink = np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA if high < 1 else cv2.INTER_CUBIC), np.uint8)
    lean = abs(slant) * size[1]
    matrix = np.array([[1, -slant, lean if slant > 0 else 0], [0, 1, 0]], np.float32)
    return _cropped(np.asarray(cv2.warpAffine(ink, matrix, (size[0] + int(lean) + 1, size[1])), np.uint8))


@cache
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size)


def _cropped(image: Gray) -> Gray:
    ys, xs = np.nonzero(image > 20)
    return image[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] if len(ys) else image[:1, :1]
