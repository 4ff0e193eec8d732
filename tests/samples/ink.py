"""What is put on a page after printing: signatures, round seals, boxed stamps. Layers of ink over an RGB page.

The seals are invented: a star and the name of an office that does not exist, never the national emblem.
"""

from __future__ import annotations

import math
import random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.samples import typeface
from tests.samples.hand import Gray, draw_stroke

Page = NDArray[np.uint8]  # height × width × 3
Colour = tuple[int, int, int]
RED: Colour = (206, 38, 44)
BLUE: Colour = (34, 56, 150)
BLACK: Colour = (38, 36, 40)


def stamp_ink(page: Page, mask: Gray, x: int, y: int, colour: Colour, strength: float = 1.0) -> None:
    """Lays ink (`mask` 0 … 255) on the page with its top left at (x, y): it darkens like dye, what lies beneath shows through."""
    height, width = page.shape[:2]
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(width, x + mask.shape[1]), min(height, y + mask.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    alpha = mask[y0 - y : y1 - y, x0 - x : x1 - x, None].astype(np.float32) * (strength / 255)
    under = page[y0:y1, x0:x1].astype(np.float32)
    dyed = under * (np.asarray(colour, np.float32) / 255)
    page[y0:y1, x0:x1] = (under * (1 - alpha) + dyed * alpha).astype(np.uint8)


def signature(rng: random.Random, width: int, height: int) -> Gray:
    """A quick scribble from left to right: an opening, a run of waves, an ending, each in one of several ways."""
    mask = np.zeros((height, width), np.uint8)
    pen = max(2.0, height * rng.uniform(0.02, 0.032))
    middle = rng.uniform(0.42, 0.6)
    openings = (
        ((0.08, middle + 0.15), (0.2, 0.12), (0.28, 0.2), (0.16, 0.85), (0.3, middle)),
        ((0.26, 0.1), (0.1, 0.3), (0.08, 0.7), (0.24, 0.82), (0.34, middle), (0.22, middle - 0.08), (0.3, middle + 0.1)),
        ((0.06, 0.3), (0.3, 0.08), (0.24, 0.5), (0.18, 0.95), (0.13, 0.7), (0.32, middle)),
    )
    points = list(rng.choice(openings))
    x, pace, tall = 0.34, rng.uniform(0.035, 0.08), rng.uniform(0.06, 0.26)
    while x < rng.uniform(0.6, 0.78):
        swing = tall * rng.uniform(0.5, 1.3)
        points += [(x, middle - swing), (x + pace * 0.55, middle + swing * rng.uniform(0.4, 1.0))]
        x += pace * rng.uniform(0.9, 1.5)
    endings = (
        ((0.82, middle - 0.1), (0.97, middle - rng.uniform(0.0, 0.3))),
        ((0.86, 0.3), (0.8, 0.94), (0.7, 0.8), (0.96, 0.42)),
        ((0.84, middle + 0.1), (0.94, 0.86), (0.5, 0.9), (0.1, 0.78)),
    )
    points += rng.choice(endings)
    _scribble(mask, points, pen, rng)
    if rng.random() < 0.5:
        _scribble(mask, [(0.9, 0.72), (0.5, rng.uniform(0.78, 0.9)), (0.14, 0.8)], pen * 0.8, rng)
    return mask


def _scribble(mask: Gray, points: list[tuple[float, float]], pen: float, rng: random.Random) -> None:
    height, width = mask.shape
    shaken = [(width * (x + rng.gauss(0, 0.008)), height * (y + rng.gauss(0, 0.025))) for x, y in points]
    draw_stroke(mask, shaken, pen, rng)


def seal(rng: random.Random, text: str, size: int) -> Gray:
    """A round seal `size` pixels across: two rings, the office round the rim, a star in the middle; unevenly inked."""
    image = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(image)
    edge = size * 0.012
    draw.ellipse((edge, edge, size - edge, size - edge), outline=255, width=max(2, round(size * 0.018)))
    inner = size * 0.225
    draw.ellipse((inner, inner, size - inner, size - inner), outline=255, width=max(1, round(size * 0.008)))
    _round_text(image, f"{text} * " if len(text) > 14 else f"{text} * {text} * ", size)
    draw.polygon(_star(size / 2, size / 2, size * 0.15), fill=255)
    turned = image.rotate(rng.uniform(-9, 9), Image.Resampling.BICUBIC)
    patches = np.asarray([[rng.random() for _ in range(9)] for _ in range(9)], np.float32)
    uneven = cv2.resize(patches, (size, size), interpolation=cv2.INTER_CUBIC) * 0.5 + 0.6
    inked = np.asarray(turned, np.float32) * np.clip(uneven, 0.35, 1.0)
    return np.asarray(np.clip(inked, 0, 255), np.uint8)


def _round_text(image: Image.Image, text: str, size: int) -> None:
    """Letters standing on a circle, the whole text once round."""
    font = typeface.at("bold", size * 0.088)
    step = 360 / len(text)
    radius = size * 0.383
    for i, letter in enumerate(text):
        cell = Image.new("L", (round(size * 0.2), round(size * 0.2)), 0)
        ImageDraw.Draw(cell).text((cell.width / 2, cell.height * 0.68), letter, font=font, fill=255, anchor="ms")
        angle = -180 + step * (i + 0.5)  # 0 is at the top, clockwise
        cell = cell.rotate(-angle, Image.Resampling.BICUBIC)
        x = size / 2 + radius * math.sin(math.radians(angle)) - cell.width / 2
        y = size / 2 - radius * math.cos(math.radians(angle)) - cell.height / 2
        image.paste(255, (round(x), round(y)), cell)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    corners = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * 0.382
        angle = math.radians(36 * i)
        corners.append((x + r * math.sin(angle), y - r * math.cos(angle)))
    return corners


def boxed(rng: random.Random, text: str, width: int, height: int) -> Gray:
    """A stamp of one word in a box of a single line (phụ lục I, phần I, III.2.b)."""
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((2, 2, width - 3, height - 3), outline=255, width=max(2, height // 22))
    draw.text((width / 2, height * 0.53), text, font=typeface.at("bold", height * 0.56), fill=255, anchor="mm")
    turned = image.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC)
    return np.asarray(turned, np.uint8)
