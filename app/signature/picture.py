"""The picture of a signature or a seal: a PNG, ready to go into a PDF."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from app.errors import AppError
from app.i18n import _

LARGEST = 25_000_000  # pixels
LONGEST_SIDE = 1600  # pixels kept: 60 mm at 600 dpi
FILE_LIMIT = 20 << 20  # bytes


@dataclass(slots=True, frozen=True)
class Picture:
    """Width and height in pixels; `rgb` and `alpha` are deflated samples, 8 bit; `alpha` is None when all is opaque.

    `millimetres` is the width on paper by the file's own resolution, None when it has none.
    """

    width: int
    height: int
    rgb: bytes
    alpha: bytes | None
    millimetres: float | None


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
            millimetres = image.width / dpi * 25.4 if dpi and dpi > 1 else None
            shown = image.convert("RGBA")
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        alpha = shown.getchannel("A")
        opaque = alpha.getextrema() == (255, 255)
        mask = None if opaque else zlib.compress(alpha.tobytes())
        return Picture(shown.width, shown.height, zlib.compress(shown.convert("RGB").tobytes()), mask, millimetres)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise AppError(
            "sign.image_bad",
            _("The picture {name} can't be used for the signature.").format(name=path.name),
            _("Choose a PNG picture with a transparent background, not larger than 20 MB."),
            detail=str(error),
        ) from error
