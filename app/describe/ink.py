"""Inks apart: black print, and the red of seals and stamps.

A seal printed over a name hides it from the engine, a red frame hides the mark inside it. Taken apart by colour both can
be read: what is printed black is dark in every channel, what is stamped red only in green and blue.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray
from PIL import Image

from app.describe.ring import without_rings
from storage.records.reading import Box, PageText, Word

Layer = Literal["black", "open", "dark", "red", "all"]
Shape = Literal["page", "block", "line"]
Scanned = Literal["colour", "grey", "bitonal"]
Pixels = NDArray[np.uint8]  # (rows, columns) grey or (rows, columns, 3)
_FRAME = 24  # white pixels around a crop: the engine reads badly at an edge
_DARK = (0.15, 0.4)  # between ink (0) and paper (1): dark as print, light as a seal
_RED_SHOWN = np.asarray(255 - np.clip((np.arange(256) - 25) * 3, 0, 255), np.uint8)  # by how much more red than green and blue
_LEAST_RED = 400  # pixels at 200 dpi; a mark of one word has some thousand
_PICTURES_KEPT = 2  # of one document: the page with the head and the one with the signature
_EVERY = 16  # rows of a picture of which one is looked at
_END = b"\xff\xd9"  # of a whole JPEG
KEPT_MOST = 20_000_000  # pixels; larger ones are unpacked for each look, they would not leave room for the engine


class PageReader(Protocol):
    """What reads words off a picture: the engines of `app.recognise` do."""

    def read_grey(self, grey: NDArray[np.uint8], dpi: int) -> PageText: ...

    def read_block(self, grey: NDArray[np.uint8], dpi: int, *, one_line: bool = False) -> PageText: ...


def reread(
    engine: PageReader,
    image: Path,
    box: Box,
    layer: Layer,
    *,
    dpi: int,
    first_line: int,
    shape: Shape = "page",
    size: float = 1.0,
) -> list[Word]:
    """The words of one ink inside `box`, in boxes of the whole page, lines numbered from `first_line`.

    `size` scales the picture before it is read.
    `shape`: what is in the box; in a block or a line the engine looks for no drawings, in which it loses a name below a seal.

    "all" is the picture as it is, "open" its black ink without the ring of a seal, "dark" only its darkest ink: bold print below the
    grey of a seal; in a picture without colours every ink counts as black. None of that ink: no words.
    Raises what the engine raises, OSError for a lost image.
    """
    dpi = dpi if dpi > 0 else 200
    pixels = pixels_of(image)
    height, width = pixels.shape[:2]
    frame = (int(box[0] * width), int(box[1] * height), round(box[2] * width), round(box[3] * height))
    if frame[2] - frame[0] < 20 or frame[3] - frame[1] < 20:
        return []
    grey = _of(pixels[frame[1] : frame[3], frame[0] : frame[2]], layer)
    if layer == "open":
        grey = without_rings(grey, dpi)
    if layer == "red" and int((grey < 128).sum()) < _LEAST_RED * (dpi / 200) ** 2:
        return []
    if size != 1.0:
        grey = np.asarray(
            cv2.resize(grey, None, fx=size, fy=size, interpolation=cv2.INTER_CUBIC if size > 1 else cv2.INTER_AREA), np.uint8
        )
        dpi = round(dpi * size)
    framed = np.pad(grey, _FRAME, constant_values=255)
    found = engine.read_grey(framed, dpi) if shape == "page" else engine.read_block(framed, dpi, one_line=shape == "line")
    return [_moved(word, frame, found, (width, height), first_line, size) for word in found.words]


def pixels_of(image: Path) -> Pixels:
    """The page's picture, unpacked once for all looks at it. Raises OSError."""
    with Image.open(image) as opened:
        if opened.width * opened.height > KEPT_MOST:
            return _unpack(opened, image)
    state = image.stat()
    return _unpacked(image, state.st_mtime_ns, state.st_size)


def scanned_as(image: Path) -> Scanned:
    """In colour, in grey, or in black and white; a lost picture counts as in colour."""
    try:
        pixels = pixels_of(image)
    except OSError:
        return "colour"
    if pixels.ndim > 2:
        return "colour"
    few = pixels[::_EVERY, :]  # rows are long enough to tell
    return "grey" if ((few > 0) & (few < 255)).any() else "bitonal"


@lru_cache(maxsize=_PICTURES_KEPT)
def _unpacked(image: Path, _changed: int, _size: int) -> Pixels:
    with Image.open(image) as opened:
        return _unpack(opened, image)


def _unpack(opened: Image.Image, image: Path) -> Pixels:
    pixels = unpack_jpeg(opened, image)
    return np.asarray(opened.convert("L" if opened.mode in ("1", "L") else "RGB")) if pixels is None else pixels


def unpack_jpeg(opened: Image.Image, image: Path, *, half: bool = False, grey: bool = False) -> Pixels | None:
    """The picture of the JPEG `image`, which is `opened`, or its half in each direction, in half the time that Pillow takes and bit
    for bit the same; `grey` without its colours. None for other files, and where the end is missing or the library does not know it:
    Pillow then tells what is wrong. Raises OSError.
    """
    if opened.format != "JPEG" or opened.mode not in ("L", "RGB"):
        return None
    data = np.fromfile(image, np.uint8)
    if data[-2:].tobytes() != _END:
        return None
    colours = opened.mode == "RGB" and not grey
    if half:
        way = cv2.IMREAD_REDUCED_GRAYSCALE_2 | cv2.IMREAD_COLOR_RGB if colours else cv2.IMREAD_REDUCED_GRAYSCALE_2
    else:
        way = cv2.IMREAD_COLOR_RGB if colours else cv2.IMREAD_GRAYSCALE
    pixels = cv2.imdecode(data, way | cv2.IMREAD_IGNORE_ORIENTATION)
    return None if pixels is None else np.asarray(pixels, np.uint8)


def _of(pixels: Pixels, layer: Layer) -> Pixels:
    if pixels.ndim == 2:
        plain = np.ascontiguousarray(pixels)
        if layer == "red":
            return np.full_like(plain, 255)
        return _dark(plain) if layer == "dark" else plain
    red, green, blue = cv2.split(pixels)
    if layer == "red":
        return _red(red, green, blue)
    if layer == "all":
        return darkest(pixels)
    grey = np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)
    return _dark(grey) if layer == "dark" else grey


def darkest(pixels: Pixels) -> NDArray[np.uint8]:
    """Ink of any colour dark; 8 bit grey, one channel."""
    if pixels.ndim == 2:
        return pixels
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue), np.uint8)


def _dark(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bold print stays, what is clearly lighter than it becomes paper: a seal in a grey scan, thin strokes of a pen."""
    paper, ink = np.percentile(grey, 80), np.percentile(grey, 0.5)
    share = (grey.astype(np.float32) - ink) / max(float(paper - ink), 1.0)
    return np.asarray(np.clip((share - _DARK[0]) / (_DARK[1] - _DARK[0]), 0, 1) * 255, np.uint8)


def _red(red: MatLike, green: MatLike, blue: MatLike) -> Pixels:
    """Dark where the paper is red; 8 bit grey, one channel."""
    excess = cv2.subtract(red, cv2.max(green, blue))  # OpenCV's differences stop at 0
    return np.asarray(cv2.LUT(excess, _RED_SHOWN), np.uint8)


def _moved(
    word: Word, frame: tuple[int, int, int, int], crop: PageText, page: tuple[int, int], first: int, size: float
) -> Word:
    x0, y0, x1, y1 = word.box
    left, top = frame[0] - _FRAME / size, frame[1] - _FRAME / size
    wide, high = crop.width / size, crop.height / size
    box = (
        min(max((left + x0 * wide) / page[0], 0.0), 1.0),
        min(max((top + y0 * high) / page[1], 0.0), 1.0),
        min(max((left + x1 * wide) / page[0], 0.0), 1.0),
        min(max((top + y1 * high) / page[1], 0.0), 1.0),
    )
    return Word(word.text, box, word.confidence, word.block, word.line + first)
