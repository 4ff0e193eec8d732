"""How a printed page comes into the computer here: scanners from 100 to 600 dpi, fax, copies of copies, cameras, pages that lie wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image

from tests.samples.scan import Wear, any_wear

WAYS = {"scan 100": 0.6, "scan 150": 1.5, "scan 200": 3, "scan 300": 4, "scan 400": 0.7, "scan 600": 0.4, "grey 200": 1.5, "grey 300": 1.5,
        "bitonal 200": 0.8, "bitonal 300": 1.5, "copied": 1, "photo": 1.5, "text": 1.5}  # fmt: skip


@dataclass(slots=True, frozen=True)
class Capture:
    """One way in: `way` of `WAYS`, the wear of the paper, `turn` degrees clockwise that the page lies wrong."""

    way: str
    wear: Wear
    turn: int = 0

    @classmethod
    def any(cls, rng: random.Random, way: str | None = None) -> Capture:
        way = way or rng.choices(list(WAYS), list(WAYS.values()))[0]
        wear = any_wear(rng)
        dpi = int(way.split()[1]) if " " in way else 200
        wear = replace(
            wear,
            dpi=dpi,
            blur=wear.blur * max(0.6, dpi / 200),
            grey=wear.grey or way.startswith("grey"),
            angle=wear.angle * rng.choice((1, 1, 1.6)),
        )
        turn = rng.choice((90, 180, 270)) if rng.random() < 0.07 and way not in {"photo", "text"} else 0
        return cls(way, wear, turn)

    @property
    def dpi(self) -> int | None:
        """What the file says; a camera says nothing."""
        return None if self.way == "photo" else self.wear.dpi

    def finished(self, page: Image.Image, rng: random.Random) -> Image.Image:
        """The scan of one page (`scan.scan` made it) as the file holds it."""
        if self.way.startswith("bitonal"):
            page = _bitonal(page)
        elif self.way == "copied":
            page = _copied(page, rng)
        elif self.way == "photo":
            page = _photo(page, rng)
        return page.rotate(-self.turn, expand=True) if self.turn else page


def _bitonal(page: Image.Image) -> Image.Image:
    grey = np.asarray(page.convert("L"))
    paper = int(np.bincount(grey.ravel(), minlength=256).argmax())
    return Image.fromarray(np.where(grey > paper * 0.7, 255, 0).astype(np.uint8)).convert("1")


def _copied(page: Image.Image, rng: random.Random) -> Image.Image:
    """A copy of a copy: grey, thick or thin strokes, hard contrast, dirt of the glass."""
    grey = np.asarray(page.convert("L"))
    kernel = np.ones((2, 2), np.uint8)
    grey = np.asarray(
        cv2.erode(grey, kernel) if rng.random() < 0.5 else cv2.dilate(grey, kernel) if rng.random() < 0.3 else grey, np.uint8
    )
    hard = np.clip((grey.astype(np.float32) - 90) * 1.9, 0, 255)
    noise = np.random.default_rng(rng.getrandbits(32))
    hard[noise.random(hard.shape) < 0.0012] = 30
    return Image.fromarray(cv2.GaussianBlur(hard.astype(np.uint8), (0, 0), 0.5))


def _photo(page: Image.Image, rng: random.Random) -> Image.Image:
    """From a phone held over the table: perspective, a dark table around, light from one side and the shadow of the hand."""
    picture = np.asarray(page.convert("RGB"))
    height, width = picture.shape[:2]
    big_w, big_h = round(width * 1.12), round(height * 1.1)
    away = 0.025 * width
    corners = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    goal = corners + np.float32([(big_w - width) / 2, (big_h - height) / 2])
    goal += np.float32([[rng.uniform(-away, away), rng.uniform(-away, away)] for _corner in range(4)])
    table = np.full((big_h, big_w, 3), (rng.randint(60, 120), rng.randint(50, 90), rng.randint(40, 70)), np.uint8)
    matrix = cv2.getPerspectiveTransform(corners, np.asarray(goal, np.float32))
    cv2.warpPerspective(picture, matrix, (big_w, big_h), table, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_TRANSPARENT)
    light = cv2.resize(
        np.float32([[rng.uniform(0.55, 1.0) for _x in range(3)] for _y in range(3)]),
        (big_w, big_h),
        interpolation=cv2.INTER_CUBIC,
    )
    shadow = np.ones((big_h, big_w), np.float32)
    x, y = rng.randrange(big_w), rng.randrange(big_h // 2, big_h)
    cv2.ellipse(shadow, (x, y), (big_w // 3, big_h // 4), rng.randint(0, 90), 0, 360, 0.72, -1)
    shadow = cv2.GaussianBlur(shadow, (0, 0), big_w / 30)
    lit = table.astype(np.float32) * np.clip(light, 0.5, 1.05)[:, :, None] * shadow[:, :, None]
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
