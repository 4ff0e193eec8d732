"""Other hands than our strokes: MNIST pictures and handwriting fonts, from the cache of `training.fetch`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.strokes import Gray, StrokeHand, cropped


class Hand(Protocol):
    """Somebody with a pen."""

    def write(self, text: str, height: int) -> Gray:
        """The digits as ink, 0 paper … 255 full, about `height` pixels tall, cropped to the ink."""
        ...


class Hands:
    """Chooses a hand for each slot: our strokes alone, or with pictures and fonts where a cache is given."""

    def __init__(self, cache: Path | None = None) -> None:
        self.pictures = _pictures(cache / "mnist") if cache else {}
        self.fonts = sorted((cache / "hand").glob("*.ttf")) if cache else []

    def any(self, rng: np.random.Generator) -> Hand:
        draw = rng.random()
        if self.pictures and draw < 0.36:
            return PictureHand.any(rng, self.pictures)
        if self.fonts and draw < 0.5:
            return FontHand(rng, self.fonts[rng.integers(len(self.fonts))])
        return StrokeHand.any(rng)


# MNIST's writers are American: how often a writer makes these digits the European way instead.
_OWN = (("1", 0.6), ("7", 0.65), ("2", 0.3), ("3", 0.15), ("9", 0.15), ("0", 0.1))


@dataclass(slots=True)
class PictureHand:
    """Pictures of digits in one manner: slant, width, thickness and overlap are those of one writer."""

    rng: np.random.Generator
    pictures: dict[str, Gray]
    strokes: StrokeHand  # writes "1" and "7" the European way
    own: frozenset[str]
    slant: float
    wide: float
    hard: float
    overlap: float

    @classmethod
    def any(cls, rng: np.random.Generator, pictures: dict[str, Gray]) -> PictureHand:
        strokes = StrokeHand.any(rng)
        slant = float(rng.uniform(-0.1, 0.6))
        strokes.slant = slant + 0.1
        strokes.pen = float(rng.uniform(2.0, 4.5))
        own = frozenset(digit for digit, share in _OWN if rng.random() < share)
        return cls(
            rng,
            pictures,
            strokes,
            own,
            slant,
            float(rng.uniform(0.75, 1.3)),
            float(rng.uniform(50, 140)),
            float(rng.uniform(0.1, 0.8)),
        )

    def write(self, text: str, height: int) -> Gray:
        parts = [self._digit(d, height) for d in text]
        steps = [
            p.shape[1] - self.overlap * max(self.slant, 0) * 0.8 * height + self.rng.uniform(0, 0.22) * height for p in parts
        ]
        left = np.concatenate([[0.0], np.cumsum(steps)])
        high = int(height * 1.6)
        canvas = np.zeros((high, sum(p.shape[1] + height for p in parts)), np.uint8)
        base, drift = height * 1.3, self.rng.normal(0, 0.04) * height
        for place, part in enumerate(parts):
            y = int(base + drift * place + self.rng.normal(0, 0.03) * height) - part.shape[0]
            y, wanted = min(max(y, 0), high - part.shape[0]), max(int(left[place]), 0)
            x = _clear(canvas, part, y, wanted)
            left[place + 1 :] += x - wanted
            spot = canvas[y : y + part.shape[0], x : x + part.shape[1]]
            np.maximum(spot, part[: spot.shape[0], : spot.shape[1]], out=spot)
        return cropped(canvas)

    def _digit(self, digit: str, height: int) -> Gray:
        rng = self.rng
        high = int(height * rng.uniform(0.85, 1.1))
        if digit in self.own:
            return self.strokes.write(digit, high)[: int(height * 1.55)]
        choices = self.pictures[digit]
        picture = cropped(choices[rng.integers(len(choices))])
        wide = max(4, round(picture.shape[1] / picture.shape[0] * high * self.wide * rng.uniform(0.9, 1.1)))
        large = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_CUBIC)
        lean = abs(self.slant) * high
        matrix = np.array([[1, -self.slant, lean if self.slant > 0 else 0], [0, 1, 0]], np.float32)
        if height < 36:
            large = cv2.erode(large, np.ones((2, 2), np.uint8))
        sheared = cv2.warpAffine(large, matrix, (wide + int(lean) + 1, high)).astype(np.float32)
        return cropped(np.clip((sheared - self.hard) * 2.2, 0, 255).astype(np.uint8))


def _clear(canvas: Gray, part: Gray, y: int, x: int) -> int:
    """Moves a digit right until a person could still tell it from what stands there: digits touch, they don't cover."""
    limit = 0.05 * float(part.sum(dtype=np.float64))
    for _ in range(40):
        spot = canvas[y : y + part.shape[0], x : x + part.shape[1]]
        if float(np.minimum(spot, part[: spot.shape[0], : spot.shape[1]]).sum(dtype=np.float64)) <= limit:
            break
        x += 2
    return x


@dataclass(slots=True)
class FontHand:
    """A handwriting font, sheared and thickened a little, so that one font is many writers."""

    rng: np.random.Generator
    font: Path

    def write(self, text: str, height: int) -> Gray:
        rng = self.rng
        font = _font(str(self.font), max(12, int(height * 1.35 / 4) * 4))
        box = font.getbbox(text)
        image = Image.new("L", (int(box[2] + height), int(box[3] + height)), 0)
        ImageDraw.Draw(image).text((height // 3, height // 3), text, font=font, fill=255)
        ink: NDArray[Any] = cropped(np.asarray(image))
        scale = height * rng.uniform(0.9, 1.1) / max(ink.shape[0], 1)
        ink = cv2.resize(ink, (max(3, int(ink.shape[1] * scale * rng.uniform(0.8, 1.25))), max(3, int(ink.shape[0] * scale))))
        slant = rng.uniform(-0.1, 0.45)
        lean = abs(slant) * ink.shape[0]
        matrix = np.array([[1, -slant, lean if slant > 0 else 0], [0, 1, 0]], np.float32)
        ink = cv2.warpAffine(ink, matrix, (ink.shape[1] + int(lean) + 1, ink.shape[0]))
        thick = rng.random()
        if thick < 0.3:
            ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
        elif thick < 0.5:
            ink = np.clip(ink.astype(np.float32) * 1.6 - 120, 0, 255).astype(np.uint8)
        return cropped(np.asarray(ink, np.uint8))


@lru_cache(maxsize=1024)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _pictures(where: Path) -> dict[str, Gray]:
    """All training pictures by digit, (n, 28, 28) each. Raises OSError, ValueError for files that are not it."""
    labels, images = _idx(where / "train-labels-idx1-ubyte"), _idx(where / "train-images-idx3-ubyte")
    return {str(digit): images[labels == digit] for digit in range(10)}


def _idx(path: Path) -> Gray:
    """The IDX format of unsigned bytes: 0, 0, 8, the number of dimensions, their sizes (big endian), the values."""
    raw = path.read_bytes()
    if len(raw) < 8 or raw[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is no IDX file of bytes")
    shape = np.frombuffer(raw, ">u4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape.tolist())
