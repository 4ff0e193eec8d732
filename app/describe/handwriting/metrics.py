"""Widths of printed words in Times: what handwriting has swallowed of a word's box is computed from its letters.

Forms since 1957 are set in Times or a face of its widths (NĐ 30/2020, phụ lục I prescribes Times New Roman 13 … 14). Tinos has
the same widths.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_FONTS = Path(__file__).resolve().parent.parent.parent.parent / "resources" / "fonts"
REGULAR = _FONTS / "Tinos-Regular.ttf"
_SIZE = 1000


@lru_cache(maxsize=4096)
def width(text: str, *, italic: bool = False) -> float:
    """Width of the ink of `text` in em, from the first letter's left edge to the last one's right; 0 for none."""
    left, _top, right, _bottom = _face(italic).getbbox(text, anchor="ls")
    return max(0.0, (right - left) / _SIZE)


@lru_cache(maxsize=4096)
def depth(text: str, *, italic: bool = False) -> float:
    """How far the ink reaches below the baseline, in em; 0 for "năm 2010"."""
    bottom = _face(italic).getbbox(text, anchor="ls")[3]
    return max(0.0, bottom / _SIZE)


@lru_cache(maxsize=2)
def _face(italic: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        str(_FONTS / f"Tinos-{'Italic' if italic else 'Regular'}.ttf"), _SIZE, layout_engine=ImageFont.Layout.BASIC
    )
