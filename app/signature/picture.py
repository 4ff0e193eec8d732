"""The picture of a signature or a seal: a PNG, ready to go into a PDF."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from app.errors import AppError
from app.i18n import N_, _

LARGEST = 25_000_000  # pixels
LONGEST_SIDE = 1600  # pixels kept: 60 mm at 600 dpi
FILE_LIMIT = 20 << 20  # bytes
FAINTEST = 8  # of 255: a more transparent pixel is nothing


@dataclass(slots=True, frozen=True)
class Picture:
    """Width and height in pixels of what is not transparent; `rgb` and `alpha` are deflated samples, 8 bit.

    `alpha` is None when all is opaque. `millimetres` is the width on paper by the file's own resolution, None when it has none;
    `ink` the mean colour of what is seen.
    """

    width: int
    height: int
    rgb: bytes
    alpha: bytes | None
    millimetres: float | None
    ink: tuple[int, int, int] = (0, 0, 0)


def read_picture(path: Path) -> Picture:
    """Raises `sign.image_missing`, `sign.image_bad`."""
    try:
        stat = path.stat()
    except OSError as error:
        raise AppError(
            "sign.image_missing",
            _("The picture {name} was not found.").format(name=path.name),
            _("Choose the PNG picture again in the settings."),
        ) from error
    return _read(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, changed: int, size: int) -> Picture:  # noqa: ARG001 - the time is part of the cache's key
    try:
        if size > FILE_LIMIT:
            raise ValueError("too large")
        with Image.open(path, formats=("PNG",)) as image:
            if image.width * image.height > LARGEST:
                raise ValueError("too many pixels")
            dpi = image.info.get("dpi", (0, 0))[0]
            shown = image.convert("RGBA")
        seen = shown.getchannel("A").point(lambda a: 255 if a > FAINTEST else 0)
        extent = seen.getbbox()
        if extent is None:
            raise ValueError("nothing to be seen")
        shown = shown.crop(extent)  # an empty margin would make a seal smaller than it is and put a signature off the middle
        millimetres = shown.width / dpi * 25.4 if dpi and dpi > 1 else None
        ink = mean_ink(shown)
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        alpha = shown.getchannel("A")
        opaque = alpha.getextrema() == (255, 255)
        mask = None if opaque else zlib.compress(alpha.tobytes())
        return Picture(shown.width, shown.height, zlib.compress(shown.convert("RGB").tobytes()), mask, millimetres, ink)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise AppError(
            "sign.image_bad",
            _("The picture {name} can't be used for the signature.").format(name=path.name),
            _("Choose a PNG picture with a transparent background, not larger than 20 MB."),
            detail=str(error),
        ) from error


def mean_ink(image: Image.Image) -> tuple[int, int, int]:
    """The colour of what is neither transparent nor paper white, on average."""
    small = image.copy()
    small.thumbnail((64, 64))
    samples = small.tobytes()
    pixels = (samples[at : at + 4] for at in range(0, len(samples), 4))
    seen = [p[:3] for p in pixels if p[3] > 127 and min(p[:3]) < 200]
    if not seen:
        return (255, 255, 255)
    red, green, blue = (round(sum(p[i] for p in seen) / len(seen)) for i in range(3))
    return red, green, blue


def doubts(picture: Picture, *, seal: bool) -> list[str]:
    """What of the decree's demands on the picture is not met, as codes of `DOUBTS`: it still may be used."""
    red, green, blue = picture.ink
    wrong = red < max(green, blue) + 30 if seal else blue < max(red, green) + 10
    found = ["opaque"] if picture.alpha is None else []
    return found + ((["not_red"] if seal else ["not_blue"]) if wrong else [])


DOUBTS = {
    "opaque": N_("The picture has no transparent ground: it will cover what is printed below it."),
    "not_red": N_("The picture of the seal is not red, as Decree 30/2020 wants it."),
    "not_blue": N_("The picture of the signature is not blue, as Decree 30/2020 wants it."),
}
