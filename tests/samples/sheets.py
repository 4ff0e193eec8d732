"""Dossiers whose sheets an archivist numbered in the corner: by pencil, pen or numbering machine, on one side or on both.

made = make_numbered(7, documents=20)      # made[0].truth is "1-3", made[0].pages are pictures

The hands are those of `tests.samples.hand`, which the reader was not trained on; the machine's figures are the shipped typefaces.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from storage.records.reading import PageText, Word
from tests.samples import ink, scan
from tests.samples.hand import Gray, StrokeWriter, draw_stroke
from tests.samples.layout import Manner
from tests.samples.leaf import PAPER, Leaf
from tests.samples.render import DPI, draw
from tests.samples.typeface import FOLDER
from tests.samples.varied.capture import Capture
from tests.samples.varied.form import any_form
from tests.samples.varied.setting import set_form

Tool = Literal["pencil", "pen", "machine"]
WAYS = ("scan 150", "scan 200", "scan 200", "scan 300", "grey 200", "grey 300", "bitonal 200", "bitonal 300")
MM = DPI / 25.4  # pixels
_FACES = ("NotoSans-Bold.ttf", "NotoSans-Regular.ttf", "Tinos-Bold.ttf", "Tinos-Regular.ttf")
TOP = 0.16  # of a page's height: the corners and a little more
_DARK_ENOUGH = 140  # of a pencil, that black and white leaves anything of it
_COLOURS = (ink.BLACK, ink.BLACK, ink.BLUE, (176, 40, 60), (90, 50, 140))
# The small letters behind an inserted sheet's number, in the box of a digit's lower two thirds.
_LETTERS = {
    "a": (
        ((0.8, 0.1), (0.4, 0.02), (0.1, 0.5), (0.3, 0.98), (0.75, 0.6), (0.82, 0.05)),
        ((0.82, 0.05), (0.8, 0.6), (1.0, 0.98)),
    ),
    "b": (((0.2, -0.5), (0.18, 0.3), (0.2, 0.95)), ((0.2, 0.6), (0.5, 0.15), (0.85, 0.55), (0.55, 0.98), (0.2, 0.9))),
}


@dataclass(slots=True)
class Numbering:
    """How one archivist numbers: the tool, where on the page, which sides. `height` in mm, `darkness` the grey of a pencil's line on
    white paper (0 … 255)."""

    tool: Tool
    writer: StrokeWriter
    height: float
    edge: tuple[float, float]  # mm from the nearer side and from the top
    left: bool = False
    both: bool = False  # back sides have numbers of their own
    colour: ink.Colour = ink.BLACK
    darkness: int = 150
    face: str = _FACES[0]
    width: int = 0  # figures of the machine, filled up with zeros
    spread: float = 1.0  # of the machine's figures

    @classmethod
    def any(cls, rng: random.Random, tool: Tool | None = None) -> Numbering:
        tool = tool or rng.choice(("pencil", "pencil", "pencil", "pen", "machine", "machine"))
        machine = tool == "machine"
        return cls(
            tool,
            StrokeWriter.any(rng),
            rng.uniform(3.6, 5.5) if machine else rng.uniform(4.0, 7.0),
            (rng.uniform(6, 18), rng.uniform(4, 13)),
            left=rng.random() < 0.05,
            both=rng.random() < 0.15,
            colour=rng.choice(_COLOURS) if machine else rng.choice((ink.BLUE, ink.BLACK, ink.RED)),
            darkness=rng.randint(120, 190),
            face=rng.choice(_FACES),
            width=rng.choice((0, 0, 3, 4, 5, 6)) if machine else rng.choice((0, 0, 0, 2)),
            spread=rng.uniform(1.0, 1.35),
        )

    def put(self, page: ink.Page, label: str, rng: random.Random) -> None:
        """Writes the number of one sheet ("7", "12a") onto a printed page of 300 dpi."""
        digits = label.rstrip("ab")
        figures = digits.zfill(self.width)
        high = round(self.height * MM * rng.uniform(0.94, 1.06))
        mask = self._stamped(figures, high, rng) if self.tool == "machine" else self.writer.write(figures, high)
        if label != digits:
            mask = _beside(mask, self._letter(label[-1], high, rng), high)
        mask = _tilted(mask, rng.uniform(-2, 2) if self.tool == "machine" else rng.uniform(-7, 7))
        beside, top = (edge * MM + rng.gauss(0, 1.2) * MM for edge in self.edge)
        x = round(beside) if self.left else round(page.shape[1] - beside - mask.shape[1])
        x = min(max(x, 2), page.shape[1] - mask.shape[1] - 2)
        y = max(round(top), 4)
        if self.tool == "pencil":
            level = self.darkness + rng.randint(-12, 12)
            ink.stamp_ink(page, mask, x, y, (level, level, min(level + 4, 255)), 0.95)
        else:
            ink.stamp_ink(page, mask, x, y, self.colour, rng.uniform(0.7, 0.95))

    def _stamped(self, figures: str, high: int, rng: random.Random) -> Gray:
        """Figures at equal distances, unevenly inked."""
        font = ImageFont.truetype(str(FOLDER / self.face), round(high / 0.7))
        step = round(font.getlength("0") * self.spread)
        image = Image.new("L", (step * (len(figures) + 1), round(high * 2)), 0)
        pencil = ImageDraw.Draw(image)
        for place, figure in enumerate(figures):
            pencil.text(
                (step * (place + 0.5), high * 1.5 + rng.gauss(0, 0.015) * high), figure, font=font, fill=255, anchor="ls"
            )
        mask = np.asarray(image, np.float32)
        patches = np.asarray([[rng.uniform(0.55, 1.15) for _x in range(7)] for _y in range(4)], np.float32)
        uneven = cv2.resize(patches, (mask.shape[1], mask.shape[0]), interpolation=cv2.INTER_CUBIC)
        return _cropped(np.asarray(np.clip(mask * uneven, 0, 255), np.uint8))

    def _letter(self, letter: str, high: int, rng: random.Random) -> Gray:
        low = round(0.62 * high)
        pen = (0.07 if self.tool == "machine" else self.writer.pen) * high  # a machine has no letters: they are added by hand
        canvas = np.zeros((high * 2, high * 2), np.uint8)
        for stroke in _LETTERS[letter]:
            points = [(0.4 * high + x * 0.6 * low, 1.5 * high - low + y * low) for x, y in stroke]
            draw_stroke(canvas, points, pen, rng)
        return _cropped(canvas)


@dataclass(slots=True)
class Numbered:
    """One document: `pages` as scanned, `truth` as the field reads ("" without numbers), `labels` by page ("" where it has none)."""

    leaves: list[Leaf]
    capture: Capture
    pages: list[Image.Image]
    labels: list[str]
    truth: str
    numbering: Numbering | None = field(default=None)

    def words(self, deep: float = 1.0) -> list[PageText]:
        """The pages as an engine would read them that makes no mistake with print; `deep` as in `make_numbered`."""
        width, height = PAPER[0], PAPER[1] * deep
        return [
            PageText(
                page.width, page.height, self.capture.wear.dpi, list(_words(leaf, self.capture.wear, width, height)), "test"
            )
            for leaf, page in zip(self.leaves, self.pages, strict=True)
        ]

    def save(self, folder: Path, stem: str) -> list[Path]:
        """Each page as a picture of its own, as a scanner with a feeder delivers them."""
        made = []
        for number, page in enumerate(self.pages, 1):
            bitonal = self.capture.way.startswith("bitonal")
            path = folder / f"{stem}-{number}{'.tif' if bitonal else '.jpg'}"
            dpi = (self.capture.wear.dpi,) * 2
            if bitonal:
                page.save(path, "TIFF", compression="group4", dpi=dpi)
            else:
                page.save(path, "JPEG", quality=self.capture.wear.quality, dpi=dpi)
            made.append(path)
        return made


def make_numbered(
    seed: int,
    documents: int = 20,
    tool: Tool | None = None,
    way: str | None = None,
    *,
    deep: float = 1.0,
    blank: bool = False,
) -> list[Numbered]:
    """A dossier numbered by one archivist from its first sheet on; of the many pages that a paper may have, four at most.

    `deep` is how much of a page's height is scanned: the corners need the top only. `blank` leaves the numbers away.
    """
    rng = random.Random(f"numbered-{seed}")
    numbering = Numbering.any(rng, tool)
    way = way or rng.choice(WAYS)
    if way.startswith("bitonal"):
        numbering.darkness = min(numbering.darkness, _DARK_ENOUGH)
    sheet = 0 if rng.random() < 0.6 else rng.randint(1, 300)
    made = []
    for _document in range(documents):
        double = rng.random() < 0.35
        leaves, capture = _paper(rng, way)
        labels: list[str] = []
        for side in range(len(leaves)):
            if blank or (double and side % 2 and not numbering.both):
                labels.append("")
            elif labels and rng.random() < 0.03:
                labels.append(f"{sheet}a" if f"{sheet}a" not in labels else f"{sheet}b")
            else:
                sheet += 1
                labels.append(str(sheet))
        made.append(_finished(leaves, capture, labels, numbering, rng, deep))
    return made


def _paper(rng: random.Random, way: str) -> tuple[list[Leaf], Capture]:
    form = any_form(rng)
    leaves = set_form(form, Manner.any(rng), rng)[:4]
    capture = Capture.any(rng, way)
    wear = replace(capture.wear, sheet="", angle=max(-2.0, min(2.0, capture.wear.angle)))
    return leaves, replace(capture, wear=wear, turn=0)


def _finished(
    leaves: list[Leaf], capture: Capture, labels: list[str], numbering: Numbering, rng: random.Random, deep: float
) -> Numbered:
    writer, pen = StrokeWriter.any(rng), rng.choice((ink.BLUE, ink.BLACK))
    pages = []
    for leaf, label in zip(leaves, labels, strict=True):
        page = draw(leaf, rng, writer, pen)
        if label:
            numbering.put(page, label, rng)
        page = page[: round(deep * page.shape[0])]
        pages.append(capture.finished(scan.scan(page, capture.wear, rng), rng))
    return Numbered(leaves, capture, pages, labels, span(labels), numbering)


def _words(leaf: Leaf, wear: scan.Wear, width: float, height: float) -> Iterator[Word]:
    for at, line in enumerate(leaf.lines):
        top, bottom = line.y - 0.8 * line.size, line.y + 0.24 * line.size
        if bottom < height:
            for word, x0, x1 in line.places():
                yield Word(word.text, scan.moved((x0, top, x1, bottom), wear, width, height), 0.95, 0, at)


def span(labels: Sequence[str]) -> str:
    """What the field says of pages with these numbers."""
    known = [label for label in labels if label]
    if not known:
        return ""
    return known[0] if known[0] == known[-1] else f"{known[0]}-{known[-1]}"


def _beside(mask: Gray, letter: Gray, high: int) -> Gray:
    gap = round(0.12 * high)
    tall = max(mask.shape[0], letter.shape[0])
    parts = [np.pad(one, ((tall - one.shape[0], 0), (0, 0))) for one in (mask, np.zeros((tall, gap), np.uint8), letter)]
    return np.asarray(np.hstack(parts), np.uint8)


def _tilted(mask: Gray, degrees: float) -> Gray:
    image = Image.fromarray(mask).rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    return _cropped(np.asarray(image, np.uint8))


def _cropped(mask: Gray) -> Gray:
    rows, columns = np.nonzero(mask > 20)
    return mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
