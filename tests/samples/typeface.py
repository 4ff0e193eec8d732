"""The shipped Tinos (metrics of Times New Roman): widths in points and Pillow fonts.

Widths are plain advances without kerning, as word processors set Times by default, so that the picture and the born-digital
PDF come from the same numbers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from fontTools.ttLib import TTFont
from PIL import ImageFont

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
Style = Literal["regular", "bold", "italic", "bolditalic"]
FILES: dict[Style, str] = {
    "regular": "Tinos-Regular.ttf",
    "bold": "Tinos-Bold.ttf",
    "italic": "Tinos-Italic.ttf",
    "bolditalic": "Tinos-BoldItalic.ttf",
}
LEADING = 1.15  # single spacing of Times New Roman, in sizes


def path(style: Style) -> Path:
    return FOLDER / FILES[style]


@cache
def outlines(style: Style) -> TTFont:
    """The font program; read only."""
    return TTFont(path(style), lazy=True)


def letters(style: Style) -> dict[int, str]:
    """Code point → glyph name."""
    return outlines(style).getBestCmap() or {}


@cache
def _advances(style: Style) -> dict[int, float]:
    font: Any = outlines(style)
    em, metrics = font["head"].unitsPerEm, font["hmtx"]
    return {code: metrics[name][0] / em for code, name in letters(style).items()}


def width(text: str, style: Style, size: float) -> float:
    """Points; KeyError for a character that the font lacks (a silent hole would spoil the truth)."""
    table = _advances(style)
    return size * sum(table[ord(c)] for c in text)


@cache
def at(style: Style, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path(style), pixels)
