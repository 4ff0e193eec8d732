"""The picture of a page as it goes into an access copy: the scanner's own JPEG where that is possible, else a new one."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.errors import AppError
from app.i18n import _
from app.recognise.bitonal import group4, is_exact

Image.MAX_IMAGE_PIXELS = None  # our own bound, below

PIXELS_MOST = 300_000_000
ENLARGED_MOST = 80_000_000  # pixels of a picture that is made larger; a page is drawn in no more
DPI_LEAST, DPI_MOST = 200, 300  # Thông tư 05/2025/TT-BNV art. 8; more only makes the file larger
QUALITY = 80
A4_INCHES = (8.27, 11.69)
PAGE_INCHES = (1.5, 60.0)  # a slip … a large plan; other sizes mean that the file does not know its resolution
# Marks that `app.capture.render` leaves in JPEGs of its own making: drawn from a PDF, or changed from another image format. They
# were made for reading; only a source's own JPEG is worth keeping byte for byte.
DRAWN, CONVERTED = b"vankho drawn", b"vankho converted"
FONT = Path(__file__).resolve().parent.parent.parent / "resources" / "fonts" / "Tinos-Regular.ttf"
ORIENTATION = 0x0112  # EXIF
PLAIN_FAX, NEGATIVE_FAX = "plain", "negative"  # whether G4's black is shown black: `Picture.fax`
# How the stored rows and columns lie on the upright page (EXIF 2.32, table 6), as the matrix that PDF paints the unit square with.
TURNS = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


@dataclass(slots=True, frozen=True)
class Picture:
    """A JPEG, or where `fax` says so a CCITT group 4 stream, of `width` × `height` pixels; `turn` lays it upright on the page.

    Where `packing` is given, `data` is a source's stream of any other kind and `packing` its entries in PDF (bits, filter …), in
    which `%d` stands for the number of the stream that holds `shared`, what the pages of a JBIG2 have in common.
    """

    data: bytes
    width: int
    height: int
    grey: bool
    turn: int = 1
    kept: bool = False  # the bytes are the source's own
    fax: str = ""  # PLAIN_FAX or NEGATIVE_FAX
    packing: str = ""
    shared: bytes = b""

    @property
    def upright(self) -> tuple[int, int]:
        return (self.height, self.width) if self.turn >= 5 else (self.width, self.height)


@dataclass(slots=True, frozen=True)
class Sheet:
    """A page image's upright size in pixels, and its resolution by its own word, else as if it were A4."""

    width: int
    height: int
    dpi: float


def measure(path: Path) -> Sheet:
    """Reads only the header. Raises `page.unreadable`."""
    with opened(path, _unreadable) as image:
        width, height = image.size
        if image.getexif().get(ORIENTATION, 1) >= 5:
            width, height = height, width
        return Sheet(width, height, resolution(image))


def picture_of(path: Path, dpi: int, quality: int = QUALITY) -> Picture:
    """The page image `path`, whose true resolution is `dpi`. Raises `page.unreadable`.

    A scanner's JPEG is kept as it is, a black-and-white page is packed as G4 without loss, the rest becomes a new JPEG.
    """
    with opened(path, _unreadable) as image:
        mark = image.info.get("comment", b"")
        turn = image.getexif().get(ORIENTATION, 1)
        plain = image.format == "JPEG" and image.mode in ("RGB", "L") and turn in TURNS
        if plain and mark not in (DRAWN, CONVERTED) and is_plain(io.BytesIO(data := path.read_bytes())):
            return Picture(data, *image.size, image.mode == "L", turn, kept=True)
        if mark != DRAWN and turn == 1 and image.mode in ("1", "L") and dpi <= DPI_MOST * 2:
            grey = image.convert("L")
            if is_exact(np.asarray(grey)):
                return Picture(group4(grey), *grey.size, grey=True, fax=PLAIN_FAX)
        return encoded(image, dpi, DPI_LEAST if mark == DRAWN else DPI_MOST, quality)


@contextmanager
def opened(path: Path, complaint: Callable[[str], AppError]) -> Iterator[Image.Image]:
    """The image with its header read; whatever is wrong with it, then or while it is decoded, becomes `complaint(detail)`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd tags; what matters is whether the pixels can be read
            with Image.open(path, formats=("JPEG", "PNG", "TIFF")) as image:
                if image.width * image.height > PIXELS_MOST:
                    raise OSError(f"{image.width} × {image.height} pixels")
                yield image
    except (OSError, SyntaxError, ValueError) as error:
        raise complaint(f"{path.name}: {error}") from error


def _unreadable(detail: str) -> AppError:
    return AppError(
        "page.unreadable",
        _("A page's picture could not be read while the access copy was made."),
        _("Open the document, look for the page without a picture and scan it again."),
        detail=detail,
    )


def resolution(image: Image.Image) -> float:
    """Dots per inch: the file's own word where it makes a sensible page, else as if the page were A4."""
    try:
        dpi = float(image.info.get("dpi", (0, 0))[0])
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        dpi = 0.0
    short, long = sorted(image.size)
    if 99 <= dpi <= 1200 and short / dpi >= PAGE_INCHES[0] and long / dpi <= PAGE_INCHES[1]:
        return dpi
    return max(short / A4_INCHES[0], long / A4_INCHES[1])


def encoded(image: Image.Image, dpi: int, most: int = DPI_MOST, quality: int = QUALITY) -> Picture:
    """A new JPEG between 200 and 300 dpi, in colour as the circular wants it."""
    page = ImageOps.exif_transpose(image)
    if "A" in page.getbands() or "transparency" in page.info:
        clear = page.convert("RGBA")
        page = Image.new("RGB", clear.size, "white")
        page.paste(clear, mask=clear.getchannel("A"))
    page = page.convert("RGB")
    dpi = max(1, dpi)
    wanted = min(max(dpi, DPI_LEAST), most)
    if wanted > dpi:  # of a page of metres no more than was read
        wanted = max(dpi, min(wanted, int(dpi * (ENLARGED_MOST / (page.width * page.height)) ** 0.5)))
    if wanted != dpi:
        size = (max(1, round(page.width * wanted / dpi)), max(1, round(page.height * wanted / dpi)))
        page = page.resize(size, Image.Resampling.BOX if wanted < dpi else Image.Resampling.BICUBIC)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality, optimize=True, dpi=(wanted, wanted))
    return Picture(out.getvalue(), page.width, page.height, grey=False)


def turned_copy(path: Path, turn: int, out: Path) -> None:
    """The image, upright by its own word and then turned clockwise by `turn` degrees, as a PNG. Raises `page.unreadable`."""
    with opened(path, _unreadable) as image:
        dpi = resolution(image)
        page = ImageOps.exif_transpose(image).rotate(-turn, expand=True)
        page.convert("L" if page.mode in ("L", "1") else "RGB").save(out, "PNG", dpi=(dpi, dpi), compress_level=1)


def missing(number: int, width: float, height: float) -> Picture:
    """A sheet that says that page `number` (from 1) can't be shown: a page is never left out in silence. Size in points."""
    dpi = 100
    page = Image.new("RGB", (max(1, round(width / 72 * dpi)), max(1, round(height / 72 * dpi))), "white")
    words = _("Page {page} is damaged in the original file and can't be shown.").format(page=number)
    font = ImageFont.truetype(FONT, max(8, round(page.width / 32)))
    ImageDraw.Draw(page).text((page.width / 2, page.height / 3), words, font=font, fill="black", anchor="mm")
    return encoded(page, dpi)


def is_plain(file: BinaryIO) -> bool:
    """Whether the JPEG is of a kind that PDF's DCTDecode knows (ISO 32000-1, 7.4.8): sequential or progressive, 8 bits."""
    if file.read(2) != b"\xff\xd8":
        return False
    while True:
        mark = file.read(2)
        while mark[1:] == b"\xff":  # fill bytes
            mark = b"\xff" + file.read(1)
        if len(mark) < 2 or mark[0] != 0xFF:
            return False
        kind = mark[1]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            return kind <= 0xC2 and file.read(3)[2:] == b"\x08"
        if kind == 0xDA:
            return False
        length = int.from_bytes(file.read(2), "big")
        file.seek(max(0, length - 2), 1)
