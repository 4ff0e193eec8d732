"""Prints a set leaf: an RGB picture at 300 dpi with everything that pen, seal and stamp add."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageDraw

from tests.samples import ink, typeface
from tests.samples.hand import Writer
from tests.samples.leaf import PAPER, Leaf, Line, Mark

DPI = 300
SCALE = DPI / 72
FEATURES = ["-kern", "-liga"]


def draw(leaf: Leaf, rng: random.Random, writer: Writer | None, pen: ink.Colour) -> ink.Page:
    """Height × width × 3, white paper. `pen` is the ink of what is written by hand; without a writer the room stays empty."""
    size = (round(PAPER[0] * SCALE), round(PAPER[1] * SCALE))
    image = Image.new("L", size, 255)
    pencil = ImageDraw.Draw(image)
    for line in leaf.lines:
        _print(pencil, line)
    for rule in leaf.rules:
        y, thick = rule.y * SCALE, max(1, round(rule.width * SCALE))
        if rule.dotted:
            for x in np.arange(rule.x0, rule.x1, 3.2):
                pencil.ellipse((x * SCALE - 2, y - 2, x * SCALE + 2, y + 2), fill=20)
        else:
            pencil.line((rule.x0 * SCALE, y, rule.x1 * SCALE, y), fill=20, width=thick)
    page = np.repeat(np.asarray(image, np.uint8)[:, :, None], 3, axis=2)
    for line in leaf.lines if writer else ():
        assert writer
        _write(page, line, rng, writer, pen)
    for mark in leaf.marks:
        _put(page, mark, rng)
    return page


def _print(pencil: ImageDraw.ImageDraw, line: Line) -> None:
    for word, x0, _x1 in line.places():
        if not word.room:
            font = typeface.at(word.style, line.size * SCALE)
            pencil.text((x0 * SCALE, line.y * SCALE), word.text, font=font, fill=18, anchor="ls", features=FEATURES)


def _write(page: ink.Page, line: Line, rng: random.Random, writer: Writer, pen: ink.Colour) -> None:
    """Digits a little larger than print, not quite on the line, in the middle of their room."""
    for word, x0, x1 in line.places():
        if not word.room:
            continue
        height = int(line.size * SCALE * rng.uniform(0.9, 1.2))
        mask = writer.write(word.text, height)
        if mask.shape[1] > (x1 - x0) * SCALE:  # stays clear of the print beside it
            factor = (x1 - x0) * SCALE / mask.shape[1]
            mask = np.asarray(Image.fromarray(mask).resize((round((x1 - x0) * SCALE), round(mask.shape[0] * max(factor, 0.7)))))
        x = round((x0 + x1) / 2 * SCALE - mask.shape[1] / 2)
        y = round((line.y - rng.uniform(0, 1.5)) * SCALE - mask.shape[0])
        ink.stamp_ink(page, mask, x, y, pen, 0.92)


def _put(page: ink.Page, mark: Mark, rng: random.Random) -> None:
    x, y = round(mark.box[0] * SCALE), round(mark.box[1] * SCALE)
    width, height = round((mark.box[2] - mark.box[0]) * SCALE), round((mark.box[3] - mark.box[1]) * SCALE)
    if mark.kind == "signature":
        own = random.Random(mark.text)
        ink.stamp_ink(page, ink.signature(own, width, height), x, y + rng.randint(-8, 8), ink.BLUE, 0.9)
    elif mark.kind == "seal":
        ink.stamp_ink(page, ink.seal(rng, mark.text, width), x + rng.randint(-10, 10), y, ink.RED, 0.85)
    else:
        ink.stamp_ink(page, ink.boxed(rng, mark.text, width, height), x, y, ink.RED, 0.9)
