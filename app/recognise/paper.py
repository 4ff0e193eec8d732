"""The picture of a page made easier to read: red ink faded, light evened, specks gone, lines level, low resolutions enlarged.

Each step earned its place on generated pages (misses are printed words that were not read): without the red ink words under
seals are missed 7 times less often and fewer seals are taken for letters; level lines leave 16 % fewer misses on worn pages;
soft edges 5 % fewer on black-and-white ones; 1.5 times the size 40 % fewer at 150 dpi, 50 % at 100 dpi; in even
light the last of 11 photographed papers got back the six fields of their heads and ends that they had lost. At 200 dpi a larger
picture would leave 13 % fewer for half as much time again: it is left as it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.errors import AppError
from app.i18n import _
from app.recognise.bitonal import is_bitonal
from app.recognise.pictures import opened, resolution

Grey = NDArray[np.uint8]
COLOURS_MOST = 60_000_000  # pixels; larger pictures are read in grey, which takes a quarter of the memory
SPECK = 3  # pixels of black on a black-and-white page that nobody misses
EDGE = 0.8  # sigma that turns the steps of black-and-white letters into the soft edges that the engine was trained on
LOW, WANTED, ENLARGED_MOST = 185, 225, 2.0  # dots an inch
LEVEL, STEEPEST, COARSE, FINE = 0.3, 6.0, 0.4, 0.1  # degrees
SMALL = 600  # pixels across, to look for the lines on
LINES_LEAST = 300  # dark pixels there
CLEARER = 1.03  # how much sharper the lines must stand out
STROKES_SEEN, STROKES = 90, 0.1  # a stroke is thinner than that part of the page; the share of white that is no stroke
GROUND = 200  # pixels across, to look for the light on the paper
LETTERS = 9  # of these pixels: what is smaller is print, not shadow
EVEN = 0.75  # the darkest tenth of the paper against the lightest; scanners shade less than this
LIT = 240


@dataclass(slots=True, frozen=True)
class Paper:
    """`grey` is upright by the file's own word; `width` × `height` and `dpi` are those of the file's picture.

    `grey` may be larger than that, and is the picture rotated by `tilt` degrees clockwise about its middle.
    """

    grey: Grey
    width: int
    height: int
    dpi: int
    tilt: float = 0.0

    @property
    def scale(self) -> float:
        return float(self.grey.shape[1] / self.width)


def load(path: Path, dpi: int | None = None) -> Paper:
    """The page's picture, red ink faded; `dpi` where it is better known than by the file. Raises `ocr.unreadable`."""
    with opened(path, unreadable) as image:
        own = dpi or round(resolution(image))
        if image.mode == "L" or image.width * image.height > COLOURS_MOST:
            image.draft("L", image.size)  # a JPEG's colour planes are not even unpacked
            flat = image.convert("L")
        else:
            flat = _on_white(image).getchannel("R")
        grey = np.asarray(ImageOps.exif_transpose(flat) if image.getexif() else flat)
        return Paper(grey, grey.shape[1], grey.shape[0], own)


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; where it is transparent the paper is white."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    page = Image.new("RGB", clear.size, "white")
    page.paste(clear, mask=clear.getchannel("A"))
    return page


def cleaned(paper: Paper) -> Paper:
    """Without specks and steps where it is black and white, enlarged where it is small."""
    grey = positive(paper.grey)
    grey = _softened(_despeckled(grey)) if is_bitonal(grey) else lit(grey)
    if paper.dpi < LOW:
        factor = min(WANTED / max(paper.dpi, 1), ENLARGED_MOST)
        grey = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
    return replace(paper, grey=grey)


def positive(grey: Grey) -> Grey:
    """A photostat, white letters on black, as a page of print; pages on which white is more than strokes stay as they are."""
    if not is_bitonal(255 - grey):
        return grey
    white = (grey > 127).astype(np.uint8)
    step = max(1, round(grey.shape[1] / STROKES_SEEN))
    broad = cv2.erode(white, np.ones((step, step), np.uint8))
    return 255 - grey if np.count_nonzero(broad) < STROKES * np.count_nonzero(white) else grey


def lit(grey: Grey) -> Grey:
    """A photo taken in uneven light as if it were lit evenly, the table around it as light as paper: the engine sets one limit
    between ink and paper for large parts of a page, and loses the print in the shadow. Evenly lit pages stay as they are.
    """
    size = (GROUND, max(1, round(grey.shape[0] * GROUND / grey.shape[1])))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    ground = cv2.GaussianBlur(cv2.dilate(small, np.ones((LETTERS, LETTERS), np.uint8)), (0, 0), LETTERS / 3)
    dark, light = np.percentile(ground, (10, 90))
    if dark >= EVEN * light:
        return grey
    wide = cv2.resize(ground, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, wide, scale=LIT), np.uint8)


def _despeckled(grey: Grey) -> Grey:
    count, labels, stats, _centres = cv2.connectedComponentsWithStats((grey < 128).astype(np.uint8), connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= SPECK
    small[0] = False  # the paper
    if not small.any() or count < 2:
        return grey
    clean = grey.copy()
    clean[small[labels]] = 255
    return clean


def _softened(grey: Grey) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), EDGE), np.uint8)


def level(paper: Paper) -> Paper:
    """The lines of text made level."""
    tilt = -skew(paper.grey)
    if abs(tilt) < LEVEL:
        return paper
    height, width = paper.grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -tilt, 1.0)  # OpenCV counts against the clock
    ground = int(np.median(paper.grey[:: max(1, height // 100), :: max(1, width // 100)]))
    grey = cv2.warpAffine(paper.grey, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(ground,))
    return replace(paper, grey=np.asarray(grey, np.uint8), tilt=tilt)


def skew(grey: Grey) -> float:
    """By how many degrees clockwise the lines fall to the right; 0 where there are none to see.

    The dark pixels are counted along slanted rows: where the slant is that of the lines, full rows stand beside empty ones.
    For a page on its side the columns are looked at instead.
    """
    step = max(1, round(grey.shape[1] / SMALL))
    size = (max(1, grey.shape[1] // step), max(1, grey.shape[0] // step))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    y, x = np.nonzero(small < np.percentile(small, 80) - 60)
    if len(y) < LINES_LEAST or len(y) > small.size / 3:
        return 0.0
    rows, columns = _Slants(y, x - size[0] / 2), _Slants(x, y - size[1] / 2)
    slant, crossing = rows.steepest(), columns.steepest()
    return slant if rows.sharpness(slant) * 2 > columns.sharpness(crossing) else -crossing


class _Slants:
    def __init__(self, across: NDArray[np.int64], along: NDArray[np.float64]) -> None:
        self._across, self._along = across.astype(np.float32), along.astype(np.float32)
        self._room = math.ceil(float(np.abs(self._along).max()) * math.tan(math.radians(STEEPEST + 1))) + 1
        self._rows = int(across.max()) + 2 * self._room + 2

    def sharpness(self, degrees: float) -> float:
        places = self._across - self._along * np.float32(math.tan(math.radians(degrees))) + np.float32(self._room)
        counts = np.bincount(places.astype(np.int32), minlength=self._rows).astype(np.float64)
        return float((np.diff(counts) ** 2).sum())

    def steepest(self) -> float:
        coarse = max(np.arange(-STEEPEST, STEEPEST + 0.1, COARSE), key=self.sharpness)
        fine = float(max(np.arange(coarse - COARSE, coarse + COARSE + 0.01, FINE), key=self.sharpness))
        return fine if self.sharpness(fine) > CLEARER * self.sharpness(0.0) else 0.0


def unreadable(detail: str) -> AppError:
    return AppError(
        "ocr.unreadable",
        _("The picture of this page could not be read."),
        _("Scan the page again, or type its details by hand."),
        detail=detail,
    )
