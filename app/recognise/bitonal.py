"""Black-and-white pages as CCITT group 4 (ITU-T T.6), which takes a tenth of a JPEG and loses nothing."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MIDDLE_GREY = (64, 192)
LOOSE = 0.015  # share of middle greys up to which a page counts as black and white for reading
BLANK = 1  # steps of grey that packing leaves on a page of one colour
EXACT = 0.0005  # … and for keeping: what JPEG adds around the letters of a page that had no greys
STRIP_ROWS, STRIP_STARTS, STRIP_SIZES = 278, 273, 279  # TIFF 6.0 tags


def is_bitonal(grey: NDArray[np.uint8], most: float = LOOSE) -> bool:
    """Nearly no pixel between black and white, and not all black."""
    sample = grey[::2, ::2]
    between = np.count_nonzero((sample > MIDDLE_GREY[0]) & (sample < MIDDLE_GREY[1]))
    black = np.count_nonzero(sample <= MIDDLE_GREY[0])
    return bool(0 < black < sample.size / 2 and between < min(most * sample.size, 0.2 * black))


def is_exact(grey: NDArray[np.uint8]) -> bool:
    """Whether black and white tell all that is on the page, so that a copy may keep it so: also where white is on black, as on a
    photostat, and on a page that is blank to the last pixel."""
    if grey.min() >= 255 - BLANK or grey.max() <= BLANK:
        return True
    return is_bitonal(grey, EXACT) or is_bitonal(255 - grey, EXACT)


def group4(page: Image.Image) -> bytes:
    """The image, thresholded in the middle, as one G4 stream in which ink is black: PDF's CCITTFaxDecode with /K -1 reads it."""
    ink = page.convert("L").point(lambda value: 255 if value < 128 else 0).convert("1")
    out = io.BytesIO()
    ink.save(out, "TIFF", compression="group4", tiffinfo={STRIP_ROWS: page.height})
    with Image.open(out) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        starts, sizes = tags[STRIP_STARTS], tags[STRIP_SIZES]
    data = out.getvalue()
    return b"".join(data[start : start + size] for start, size in zip(starts, sizes, strict=True))
