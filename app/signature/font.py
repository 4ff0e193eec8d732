"""A subset of a TrueType font as PDF objects: every letter drawn is embedded, its text can be extracted again.

The signature's text is drawn with Tinos, which has the measures of Times New Roman (Decree 30/2020, appendix I).
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools import subset as font_subset
from fontTools.ttLib import TTFont

subset: Any = font_subset  # it has no types

FOLDER = Path(__file__).resolve().parent.parent.parent / "resources" / "fonts"
FONT, ITALIC = FOLDER / "Tinos-Regular.ttf", FOLDER / "Tinos-Italic.ttf"
CUTTING = threading.Lock()  # fontTools fills tables of its own at the first cut and lets other threads see them half full
ALWAYS = frozenset("0123456789:+-T.,/ ")  # what a signing time is made of: files of a batch share one subset


@dataclass(slots=True, frozen=True)
class FontSubset:
    """The glyphs of some characters. Widths, heights and the box are in 1/1000 of the font size."""

    name: str
    data: bytes
    glyphs: dict[str, int]
    widths: dict[int, int]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    italic_angle: float = 0.0  # degrees, as the PDF wants it

    def width(self, text: str, size: float) -> float:
        """How wide the text is, in points."""
        return sum(self.widths[self.glyphs[c]] for c in text) * size / 1000

    def encode(self, text: str) -> bytes:
        """The text as a hexadecimal PDF string of two-byte glyph numbers."""
        return b"<" + b"".join(b"%04X" % self.glyphs[c] for c in text) + b">"

    def to_unicode(self) -> bytes:
        """The CMap that leads from glyphs back to text (ISO 32000-1 §9.10.3)."""
        pairs = sorted((glyph, char) for char, glyph in self.glyphs.items())
        blocks = []
        for start in range(0, len(pairs), 100):
            part = pairs[start : start + 100]
            rows = "\n".join(f"<{glyph:04X}> <{char.encode('utf-16-be').hex().upper()}>" for glyph, char in part)
            blocks.append(f"{len(part)} beginbfchar\n{rows}\nendbfchar")
        return CMAP.replace("BLOCKS", "\n".join(blocks)).encode()


CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
BLOCKS
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@lru_cache(maxsize=4)
def characters(path: Path = FONT) -> frozenset[str]:
    """Every character that the font can draw."""
    with TTFont(path, lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap() or ())


def missing(text: str, path: Path = FONT) -> str:
    """The characters of the text that the font lacks, each once; drawn they would vanish without a word."""
    return "".join(sorted(set(text) - characters(path)))


def subset_for(text: str, path: Path = FONT) -> FontSubset:
    """The subset that draws the text (all of whose characters the font has)."""
    return _subset(frozenset(text) | (ALWAYS & characters(path)), path)


@lru_cache(maxsize=32)
def _subset(chars: frozenset[str], path: Path) -> FontSubset:
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, drop_tables=["FFTM", "kern", "DSIG"])
    with CUTTING, TTFont(path) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(c) for c in chars])
        cutter.subset(font)
        head: Any = font["head"]
        scale = 1000 / head.unitsPerEm
        post: Any = font["post"]
        angle = float(post.italicAngle)
        glyphs = {chr(code): font.getGlyphID(name) for code, name in (font.getBestCmap() or {}).items() if chr(code) in chars}
        order = font.getGlyphOrder()
        widths = {number: round(font["hmtx"][name][0] * scale) for number, name in enumerate(order)}
        lines, shape = font["hhea"], font["OS/2"]
        box = tuple(round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
        for table in ("name", "cmap", "post", "OS/2", "GDEF", "GPOS", "GSUB", "gasp"):
            if table in font:
                del font[table]  # a PDF reader needs only the outlines
        out = io.BytesIO()
        font.save(out)
    return FontSubset(
        f"{_tag(chars)}+{path.stem}",
        out.getvalue(),
        glyphs,
        widths,
        (box[0], box[1], box[2], box[3]),
        round(lines.ascent * scale),
        round(lines.descent * scale),
        round(getattr(shape, "sCapHeight", 0) * scale) or 700,
        angle,
    )


def _tag(chars: frozenset[str]) -> str:
    """Six capital letters that tell subsets apart (ISO 32000-1 §9.6.4)."""
    number = sum((i + 1) * ord(c) for i, c in enumerate(sorted(chars)))
    return "".join(chr(65 + number // 26**i % 26) for i in range(6))
