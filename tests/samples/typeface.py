"""Typefaces of the sample papers: widths in points and Pillow fonts. The shipped Tinos (metrics of Times New Roman) unless told otherwise.

Widths are plain advances without kerning, as word processors set Times by default, so that the picture and the born-digital
PDF come from the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Family:
    """The four files of a typeface."""

    name: str
    regular: Path
    bold: Path
    italic: Path
    bolditalic: Path

    def file(self, style: Style) -> Path:
        found: Path = getattr(self, style)
        return found


SHIPPED = Family("Tinos", *(FOLDER / name for name in FILES.values()))
_set_in: ContextVar[Family] = ContextVar("family", default=SHIPPED)


@contextmanager
def set_in(family: Family) -> Iterator[None]:
    """Whatever is measured, drawn or embedded inside is set in this typeface."""
    token = _set_in.set(family)
    try:
        yield
    finally:
        _set_in.reset(token)


def path(style: Style) -> Path:
    return _set_in.get().file(style)


def outlines(style: Style) -> TTFont:
    """The font program; read only."""
    return _outlines(path(style))


@cache
def _outlines(file: Path) -> TTFont:
    return TTFont(file, lazy=True)


def letters(style: Style) -> dict[int, str]:
    """Code point → glyph name."""
    return outlines(style).getBestCmap() or {}


@cache
def _advances(file: Path) -> dict[int, float]:
    font: Any = _outlines(file)
    em, metrics = font["head"].unitsPerEm, font["hmtx"]
    return {code: metrics[name][0] / em for code, name in (font.getBestCmap() or {}).items()}


def width(text: str, style: Style, size: float) -> float:
    """Points; KeyError for a character that the font lacks (a silent hole would spoil the truth)."""
    table = _advances(path(style))
    return size * sum(table[ord(c)] for c in text)


def at(style: Style, pixels: float) -> ImageFont.FreeTypeFont:
    return _at(path(style), pixels)


@cache
def _at(file: Path, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, pixels)
