"""The font of the invisible text: every sign is one blank glyph, half as wide as high; what it means stands in the ToUnicode map.

Codes are UTF-16 units, so that no map of codes has to be kept while pages are written; signs beyond the basic plane become U+FFFD.
"""

from __future__ import annotations

import io
import zlib
from functools import cache
from typing import Any

from fontTools import fontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables import _g_l_y_f

FontBuilder: Any = fontBuilder.FontBuilder  # without types
Glyph: Any = _g_l_y_f.Glyph

NAME = "VankhoGlyphless"
BORN = 3_786_912_000  # seconds since 1904: the same bytes on every run
EM = 1000
ADVANCE = 500  # of EM
ASCENT, DESCENT = 800, -200  # so that a line of size s covers exactly s: what viewers highlight is the word's box
_LINES_PER_MAP = 100  # PDF 32000-1 9.7.5.4: at most 100 entries in one bfchar section


@cache
def program() -> bytes:
    """A TrueType font with `.notdef` and one blank glyph.

    Its outline is a line without an area, from the lower left to the upper right corner: nothing is ever painted, but viewers that
    take what they highlight from the outline's box (PDFium, so Chrome and Edge) cover the word instead of a hair's breadth.
    """
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": Glyph(), "blank": _line()})
    builder.setupHorizontalMetrics({".notdef": (ADVANCE, 0), "blank": (ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = BORN
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _line() -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((ADVANCE, ASCENT))
    pen.lineTo((ADVANCE // 2, (ASCENT + DESCENT) // 2))
    pen.closePath()
    return pen.glyph()


@cache
def glyph_map() -> bytes:
    """CIDToGIDMap, deflated: every code shows glyph 1."""
    return zlib.compress(b"\x00\x01" * 0x10000, 9)


def encode(text: str) -> bytes:
    """The codes of a text, two bytes each."""
    return "".join(sign if "\x20" <= sign <= "\uffff" and not _lonely(sign) else "\ufffd" for sign in text).encode("utf-16-be")


def to_unicode(signs: set[str]) -> bytes:
    """The ToUnicode CMap of the signs used (ISO 32000-1, 9.10.3)."""
    codes = sorted({encode(sign).hex().upper() for sign in signs})
    body = []
    for start in range(0, len(codes), _LINES_PER_MAP):
        part = codes[start : start + _LINES_PER_MAP]
        body += [f"{len(part)} beginbfchar", *(f"<{code}> <{code}>" for code in part), "endbfchar"]
    head = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    tail = ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join([*head, *body, *tail]).encode("ascii")


def _lonely(sign: str) -> bool:
    return "\ud800" <= sign <= "\udfff"
