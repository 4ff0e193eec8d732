"""Image files: opened safely, their pages turned upright, flattened and given a true resolution."""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps

from app.capture import complaints, jpeg
from app.capture.fileinfo import MAX_CLEAR_PIXELS, MAX_PAGES, MAX_PIXELS, MIME, WHOLE, FileInfo
from app.errors import AppError

Image.MAX_IMAGE_PIXELS = None  # our own cap is checked on the header, before anything is unpacked

ORIENTATION = 0x0112  # EXIF; from 5 on the page lies on its side
A4_INCHES = (8.27, 11.69)
DPI_RANGE = (99, 1200)  # a PNG says 99.9998 for 100; outside it the file's own word is a camera's or a screen's default
PAGE_INCHES = (1.5, 60.0)  # a slip … a large plan
UNCLOSED = "unclosed"
UNREADABLE = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, OverflowError)


@dataclass(slots=True)
class PageImage:
    """One page, upright, 8 bits a channel, "RGB" or "L"; `colour` is "colour", "grey" or "bitonal"."""

    image: Image.Image
    dpi: int
    colour: str


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """The image with its header read; the size of its first page is checked. Raises `file.broken`, `image.bomb`, `image.too_large`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd tags; what matters is whether the pixels can be read
        try:
            image = Image.open(path, formats=("JPEG", "PNG", "TIFF"))
        except UNREADABLE as error:
            raise complaints.broken(str(error)) from error
        with image:
            check_size(image)
            yield image


def check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise complaints.bomb(f"{image.width} × {image.height} pixels")
    if pixels > MAX_CLEAR_PIXELS and see_through(image):
        raise complaints.too_large_to_flatten(pixels // 1_000_000)


def see_through(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info


def inspect_image(path: Path, kind: str) -> FileInfo:
    """Decodes every page once, so that a damaged one is known before work is built on it."""
    info = FileInfo(kind, MIME[kind], path.stat().st_size, 0)
    with opened(path) as image:
        if kind == "tiff" and (least := directories(path, MAX_PAGES + 1)) > MAX_PAGES:
            raise complaints.too_many_pages(least)  # Pillow would read each of them from its beginning
        info.pages = _count(image) if kind == "tiff" else 1
        for index in range(info.pages):
            try:
                info.page_sizes.append(_measure(image, index, kind))
            except AppError as error:
                if kind != "tiff" or error.code != "image.page_broken":
                    raise
                info.page_sizes.append((0.0, 0.0))
                info.bad_pages.append(index)
    if len(info.bad_pages) == info.pages:
        raise complaints.broken("no page can be decoded")
    return info


def directories(path: Path, most: int) -> int:
    """How many pages the chain of a TIFF's directories has, `most` at most; a chain that is broken or runs in a circle ends there.

    TIFF 6.0 §2: an offset, a count of 12-byte entries, the next offset; BigTIFF has 8-byte offsets and counts and 20-byte entries.
    """
    with path.open("rb") as file:
        head = file.read(16)
        order = "<" if head[:2] == b"II" else ">"
        big = struct.unpack(order + "H", head[2:4])[0] == 43
        count, entry, link = ("Q", 20, "Q") if big else ("H", 12, "I")
        at = 8 if big else 4
        seen: set[int] = set()
        try:
            (place,) = struct.unpack_from(order + link, head, at)
            while place and place not in seen and len(seen) < most:
                seen.add(place)
                file.seek(place)
                (entries,) = struct.unpack(order + count, file.read(struct.calcsize(count)))
                file.seek(entries * entry, 1)
                (place,) = struct.unpack(order + link, file.read(struct.calcsize(link)))
        except (struct.error, OSError, OverflowError, ValueError):
            return len(seen)
    return len(seen)


def load_page(path: Path, kind: str, index: int, edge: int | None = None) -> PageImage:
    """One page ready for reading and showing; a JPEG that is wanted no larger than `edge` pixels is decoded smaller.

    Raises `file.broken`, `image.page_broken`, `image.bomb`, `file.no_such_page`.
    """
    with opened(path) as image:
        pages = _count(image) if kind == "tiff" else 1
        if not 0 <= index < pages:
            raise complaints.no_such_page(index, pages)
        if edge is not None:
            image.draft(None, (edge, edge))
        _decode(image, index, kind)
        return upright(image)


def upright(image: Image.Image) -> PageImage:
    """A loaded image as a page: turned by its EXIF note, flattened on white, pixels made square."""
    dpi_x, dpi_y = resolution(image)
    lies = image.getexif().get(ORIENTATION, 1) != 1
    turned = ImageOps.exif_transpose(image) if lies else image  # it would copy an upright one too: an A0 plan has 750 MB
    if (turned.width, turned.height) != (image.width, image.height):
        dpi_x, dpi_y = dpi_y, dpi_x
    flat = flatten(turned)
    if abs(dpi_x - dpi_y) > 0.02 * max(dpi_x, dpi_y):  # fax machines: 204 × 98 dpi
        dpi = max(dpi_x, dpi_y)
        size = (round(flat.width * dpi / dpi_x), round(flat.height * dpi / dpi_y))
        flat, dpi_x = flat.resize(size, Image.Resampling.BICUBIC), dpi
    colour = "bitonal" if image.mode == "1" else colour_of(flat)
    return PageImage(flat, round(dpi_x), colour)


def resolution(image: Image.Image) -> tuple[float, float]:
    """Dots per inch along x and y: the file's own word where it makes a sensible page, else as if the page were A4."""
    claimed = _claimed(image)
    if claimed is not None:
        inches = (image.width / claimed[0], image.height / claimed[1])
        if all(PAGE_INCHES[0] <= length <= PAGE_INCHES[1] for length in inches):
            return claimed
    short, long = sorted((image.width, image.height))
    guess = max(short / A4_INCHES[0], long / A4_INCHES[1])
    return guess, guess


def flatten(image: Image.Image) -> Image.Image:
    """ "RGB" or "L" with 8 bits a channel; transparency shows white paper."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    if image.mode in ("1", "L") and "transparency" not in image.info:
        return image.convert("L")
    if see_through(image):
        clear = image if image.mode == "RGBA" else image.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        return paper
    return image if image.mode == "RGB" else image.convert("RGB")


def glance(image: Image.Image) -> str:
    """The colour class of an opened JPEG, decoded at an eighth of its size. Raises `file.broken`."""
    _eighth(image, "RGB" if image.mode == "RGB" else "L")
    _decode(image, 0, "jpeg")
    return colour_of(image)


def colour_of(image: Image.Image) -> str:
    """Whether anything on the page is coloured: a seal of some square millimetres is enough."""
    if image.mode == "L":
        return "grey"
    shrink = max(1, min(8, max(image.size) // 400))
    small = np.asarray(image.reduce(shrink), dtype=np.int16)
    chroma = small.max(axis=2) - small.min(axis=2)
    return "colour" if float((chroma > 24).mean()) > 0.0002 else "grey"


def _claimed(image: Image.Image) -> tuple[float, float] | None:
    try:
        dpi_x, dpi_y = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    low, high = DPI_RANGE
    sane = math.isfinite(dpi_x) and math.isfinite(dpi_y) and low <= max(dpi_x, dpi_y) <= high and min(dpi_x, dpi_y) >= low / 2
    return (dpi_x, dpi_y) if sane else None


def _count(image: Image.Image) -> int:
    try:
        pages = int(getattr(image, "n_frames", 1))
    except UNREADABLE as error:
        raise complaints.broken(str(error)) from error
    if pages > MAX_PAGES:
        raise complaints.too_many_pages(pages)
    return pages


def _measure(image: Image.Image, index: int, kind: str) -> tuple[float, float]:
    if kind == "jpeg":
        size, turned = _points(image), image.getexif().get(ORIENTATION, 1) >= 5
        _eighth(image, "L")  # an eighth of the work, and still every byte is read
        _decode(image, index, kind)
        return (size[1], size[0]) if turned else size
    _decode(image, index, kind)
    return _points(image)


def _points(image: Image.Image) -> tuple[float, float]:
    dpi_x, dpi_y = resolution(image)
    return round(image.width / dpi_x * 72, 2), round(image.height / dpi_y * 72, 2)


def _eighth(image: Image.Image, mode: str) -> None:
    image.draft(mode, (max(1, image.width // 8), max(1, image.height // 8)))


def _decode(image: Image.Image, index: int, kind: str) -> None:
    """A JPEG that lacks nothing but its end mark is read, and marked in its `info` as UNCLOSED."""
    try:
        if kind == "tiff":
            image.seek(index)
            check_size(image)
        image.load()
    except MemoryError as error:
        raise complaints.bomb("decoding") from error
    except UNREADABLE as error:
        if kind == "tiff":
            raise complaints.page_broken(index, str(error)) from error
        if kind != "jpeg" or not _load_unclosed(image):
            raise complaints.broken(str(error)) from error


def _load_unclosed(image: Image.Image) -> bool:
    """Whether a JPEG that Pillow calls cut is all there but for its end mark; then it is loaded."""
    if jpeg.share(Path(image.filename).read_bytes()) < WHOLE:  # type: ignore[attr-defined]
        return False
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image.load()
    except UNREADABLE:
        return False
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    image.info[UNCLOSED] = True
    return True


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit and float greys: by their type's range, or by what is there when that is smaller or larger."""
    grey = np.asarray(image, dtype=np.float32)
    top = 65535.0 if image.mode.startswith("I") else 1.0
    highest = float(np.nanmax(grey, initial=0.0))
    if highest > top or (image.mode.startswith("I") and highest <= 255):
        top = max(highest, 255.0)
    return Image.fromarray(np.clip(np.nan_to_num(grey) * (255.0 / top), 0, 255).astype(np.uint8))
