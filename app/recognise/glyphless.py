"""The font of the invisible text: blank glyphs as wide as those of the typeface that offices print in.

A sign takes one byte. A first font holds what Vietnamese is written with, the same in every copy; signs beyond it get a code in further
fonts when they first appear, and differ from it only in their ToUnicode map. The widths are roughly those of Times (Nghị định
30/2020/NĐ-CP, annex I, prescribes its like), so that the signs of a printed line, stretched to its length, nearly fall into place alone.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from fontTools import fontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables import _c_m_a_p, _g_l_y_f

FontBuilder: Any = fontBuilder.FontBuilder  # without types
Glyph: Any = _g_l_y_f.Glyph
Subtable: Any = _c_m_a_p.CmapSubtable

NAME = "VankhoGlyphless"
BORN = 3_786_912_000  # seconds since 1904: the same bytes on every run
EM = 1000
ASCENT, DESCENT = 800, -200  # so that a line of size s covers exactly s: what viewers highlight is the word's box
UNKNOWN = "\ufffd"
USUAL = 500  # of EM: digits, most small letters, and all that is not told here
WIDTHS = {
    250: " .,",
    278: "ijlt/:;\\'’‘",
    333: "fr()[]-!I",
    389: "sJ",
    444: "acez?“”",
    556: "SPF",
    611: "ELTZ",
    667: "BCR",
    722: "ADĐGHKNOQUVXYw",
    778: "m&",
    889: "M%@",
    944: "W—",
}
ACCENTED = (*"ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư", *map(chr, range(0x1EA0, 0x1EFA)))
BESIDES = "“”‘’–—…•·§°½«»×²³€□☐"
FREE = (*range(0x80, 0x100), *range(0x01, 0x09), *range(0x0E, 0x20))  # codes; the ASCII signs keep their own
FIRST, LAST = 0x01, 0xFF
_LINES_PER_MAP = 100  # PDF 32000-1 9.7.5.4: at most 100 entries in one section of a CMap


class Coded(NamedTuple):
    font: int  # its number
    code: int


class Signs:
    """Which code stands for which sign; those beyond the first font are given theirs when they are first asked for."""

    def __init__(self) -> None:
        self._codes = {sign: Coded(0, code) for code, sign in _first_font().items()}
        self.fonts: list[dict[int, str]] = [{}]  # of each the signs that were asked for, by their codes

    def of(self, sign: str) -> Coded:
        if not sign >= " " or "\ud800" <= sign <= "\udfff":
            sign = UNKNOWN
        coded = self._codes.get(sign)
        if coded is None:
            if len(self.fonts) == 1 or len(self.fonts[-1]) == len(FREE):
                self.fonts.append({})
            coded = self._codes[sign] = Coded(len(self.fonts) - 1, FREE[len(self.fonts[-1])])
        self.fonts[coded.font][coded.code] = sign
        return coded

    def width(self, text: str) -> float:
        """In EM."""
        return sum(_widths()[self.of(sign).code] for sign in text) / EM


@cache
def _first_font() -> dict[int, str]:
    own = {code: chr(code) for code in range(0x20, 0x7F)}
    return own | dict(zip(FREE, (*sorted(ACCENTED), *BESIDES), strict=False))


@cache
def _widths() -> dict[int, int]:
    told = {sign: width for width, signs in WIDTHS.items() for sign in signs}
    bare = {
        code: told.get(sign, told.get(unicodedata.normalize("NFD", sign)[0], USUAL)) for code, sign in _first_font().items()
    }
    return {code: bare.get(code, USUAL) for code in range(FIRST, LAST + 1)}


def widths() -> list[int]:
    """Of the codes from FIRST to LAST, in thousandths of an em."""
    return list(_widths().values())


@cache
def program() -> bytes:
    """A TrueType font with a blank glyph for each width.

    An outline is a line without an area, from the lower left to the upper right corner: nothing is ever painted, but viewers that
    take what they highlight from the outline's box (PDFium, so Chrome and Edge) cover the word instead of a hair's breadth.
    """
    names = {width: f"w{width}" for width in sorted(set(widths()))}
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupGlyf({".notdef": Glyph()} | {name: _line(width) for width, name in names.items()})
    builder.setupHorizontalMetrics({".notdef": (USUAL, 0)} | {name: (width, 0) for width, name in names.items()})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    font = builder.font
    codes = Subtable.newSubtable(0)
    codes.platformID, codes.platEncID, codes.language = 1, 0, 0
    codes.cmap = {code: names[width] for code, width in _widths().items()}
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion, font["cmap"].tables = 0, [codes]
    font["head"].created = font["head"].modified = BORN
    font.recalcTimestamp = False
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _line(width: int) -> Any:
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((width, ASCENT))
    pen.lineTo((width // 2, (ASCENT + DESCENT) // 2))
    pen.closePath()
    return pen.glyph()


def to_unicode(signs: dict[int, str]) -> bytes:
    """The ToUnicode CMap of a font whose signs stand under these codes (ISO 32000-1, 9.10.3).

    Sign by sign: ranges would be shorter, but Ghostscript 10.00 gets them wrong where a code is one byte.
    """
    rows = [f"<{code:02x}> <{sign.encode('utf-16-be').hex()}>" for code, sign in sorted(signs.items())]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CMapName /VK def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <ff>",
            "endcodespacerange",
            *_sections(rows),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    ).encode("ascii")


def _sections(rows: list[str]) -> Iterator[str]:
    for start in range(0, len(rows), _LINES_PER_MAP):
        part = rows[start : start + _LINES_PER_MAP]
        yield from (f"{len(part)} beginbfchar", *part, "endbfchar")
