"""What a printed page goes through on its way into the computer: paper, age, the scanner's glass and its habits."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.samples.hand import StrokeWriter
from tests.samples.ink import Page, stamp_ink
from tests.samples.leaf import Box
from tests.samples.render import DPI

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wear:
    """How a page suffered. Angles in degrees, `shift` in mm, `noise` in grey levels, colours 0 … 255."""

    angle: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    paper: tuple[int, int, int] = (252, 252, 250)
    fade: float = 0.0  # 0 black print … 1 gone
    blur: float = 0.6  # sigma in pixels of the result
    shade: float = 0.0  # how much darker the far corner is, 0 … 1
    noise: float = 2.0
    specks: int = 0
    holes: bool = False  # dark marks of a staple or a hole punch
    sheet: str = ""  # the archivist's sheet number, in pencil at the top right
    whitened: bool = False  # the scanner lifts the paper to pure white, as office presets do
    grey: bool = False
    dpi: int = 200
    quality: int = 75  # of JPEG
    few_colours: bool = False  # PNG with a palette of sixteen


def any_wear(rng: random.Random, condition: str = "any") -> Wear:
    """A page in a `condition`: "clean" (office preset), "used", "worn" (old, yellowed), or any of them."""
    if condition == "any":
        condition = rng.choices(("clean", "used", "worn"), (3, 4, 2))[0]
    if condition == "clean":
        return Wear(
            angle=rng.uniform(-0.5, 0.5),
            shift=(rng.uniform(-1, 1), rng.uniform(-1, 1)),
            blur=rng.uniform(0.35, 0.55),
            noise=rng.uniform(0.5, 1.5),
            whitened=True,
            quality=rng.randint(72, 85),
        )
    worn = condition == "worn"
    red = rng.randint(222, 238) if worn else rng.randint(238, 250)
    yellow = rng.randint(14, 40) if worn else rng.randint(2, 12)
    return Wear(
        angle=rng.uniform(-1.5, 1.5),
        shift=(rng.uniform(-3, 3), rng.uniform(-3, 3)),
        paper=(red, red - yellow // 4, red - yellow),
        fade=rng.uniform(0.12, 0.3) if worn else rng.uniform(0.0, 0.12),
        blur=rng.uniform(0.6, 0.9) if worn else rng.uniform(0.45, 0.75),
        shade=rng.uniform(0.05, 0.2) if worn else rng.uniform(0.0, 0.08),
        noise=rng.uniform(4, 8) if worn else rng.uniform(2, 4.5),
        specks=rng.randint(20, 90) if worn else rng.randint(0, 20),
        holes=rng.random() < (0.6 if worn else 0.3),
        sheet=str(rng.randint(1, 180)) if rng.random() < 0.3 else "",
        grey=rng.random() < 0.12,
        quality=rng.randint(60, 80),
    )


def scan(page: Page, wear: Wear, rng: random.Random) -> Image.Image:
    """The printed page (RGB, 300 dpi) as the scanner delivers it at `wear.dpi`, before any JPEG."""
    noise = np.random.default_rng(rng.getrandbits(32))
    page = page.copy()
    _handle(page, wear, rng)
    factor = wear.dpi / DPI
    small = cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    turned = cv2.warpAffine(
        small, _turn(wear, small.shape[1], small.shape[0]), (small.shape[1], small.shape[0]),
        flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
    )  # fmt: skip
    blurred = cv2.GaussianBlur(turned, (0, 0), wear.blur).astype(np.float32) / 255
    sheet = (wear.fade + blurred * np.float32(1 - wear.fade)) * _paper(wear, blurred.shape[0], blurred.shape[1], noise)
    grain = noise.standard_normal(sheet.shape[:2], np.float32)[:, :, None] * wear.noise
    result = sheet + grain + noise.standard_normal(sheet.shape, np.float32) * (wear.noise * 0.35)
    if wear.whitened:  # everything lighter than 232 becomes white, the rest is stretched
        result = np.where(result > 232, 255, (result - 12) * (255 / 228))
    image = Image.fromarray(np.clip(result, 0, 255).astype(np.uint8))
    return image.convert("L") if wear.grey else image


def moved(box: Box, wear: Wear, width: float, height: float) -> Box:
    """Where a box (points, on a page of width × height points) lands in the scan, as fractions of it."""
    matrix = _turn(wear, width, height, dpi=72)
    corners = np.array([[box[i], box[j], 1.0] for i in (0, 2) for j in (1, 3)])
    found = corners @ matrix.T
    low, high = found.min(axis=0) / (width, height), found.max(axis=0) / (width, height)
    limited = np.clip([*low, *high], 0, 1).round(5).tolist()
    return (limited[0], limited[1], limited[2], limited[3])


def _turn(wear: Wear, width: float, height: float, dpi: float | None = None) -> NDArray[np.float64]:
    matrix = np.array(cv2.getRotationMatrix2D((width / 2, height / 2), wear.angle, 1.0), np.float64)
    for axis in (0, 1):
        matrix[axis, 2] += wear.shift[axis] / 25.4 * (dpi or wear.dpi)
    return matrix


def _paper(wear: Wear, height: int, width: int, noise: np.random.Generator) -> Floats:
    """The colour of the bare paper at every point: its tint, blotches, and light that falls off to one corner."""
    blotches = cv2.resize(noise.standard_normal((9, 7)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    light = np.asarray(1 + blotches * (0.012 if wear.shade else 0.002), np.float64)
    if wear.shade:
        down, across = np.linspace(0, 1, height)[:, None], np.linspace(0, 1, width)[None, :]
        down = down if noise.random() < 0.5 else 1 - down
        across = across if noise.random() < 0.5 else 1 - across
        light = light - wear.shade * down * across
    return np.asarray(light[:, :, None] * np.asarray(wear.paper, np.float32), np.float32)


def _handle(page: Page, wear: Wear, rng: random.Random) -> None:
    """Marks of use on the paper itself."""
    height, width = page.shape[:2]
    for _ in range(wear.specks):
        radius, dark = rng.choice((1, 1, 2, 2, 3)), rng.randint(60, 190)
        cv2.circle(page, (rng.randrange(width), rng.randrange(height)), radius, (dark, dark, dark), -1, cv2.LINE_AA)
    if wear.holes:
        y = rng.randint(120, 500)
        for x in (rng.randint(60, 110), rng.randint(150, 230)):
            dark = rng.randint(30, 110)
            size, tilt = (rng.randint(10, 26), rng.randint(5, 11)), rng.randint(-25, 25)
            cv2.ellipse(page, (x, y + rng.randint(-14, 14)), size, tilt, 0, 360, (dark, dark, dark), -1, cv2.LINE_AA)
    if wear.sheet:
        mask = StrokeWriter.any(rng).write(wear.sheet, 62)
        stamp_ink(page, mask, width - mask.shape[1] - rng.randint(50, 110), rng.randint(50, 110), (120, 120, 125), 0.6)
