"""Plain pages of text as PDF/A-2b, proven by `pikepdf.pdfa`: for the papers that travel inside packages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from fontTools import subset as font_subset
from fontTools.ttLib import TTFont
from pikepdf import pdfa

from app.errors import AppError
from app.i18n import _
from app.package.profiles import RESOURCES
from app.package.xml import text

subset: Any = font_subset  # it has no types

WIDTH, HEIGHT = 595.28, 841.89  # points
LEFT, RIGHT, TOP, BOTTOM = 85.0, 57.0, 57.0, 57.0  # margins: 30, 20, 20, 20 mm
LEADING = 1.35
FLAVOUR = "2b"


@dataclass(slots=True, frozen=True)
class Text:
    """A paragraph. `size` in points; `place`: left or centre."""

    words: str
    size: float = 13
    bold: bool = False
    place: str = "left"
    before: float = 4  # points


@dataclass(slots=True)
class _Font:
    name: str
    data: bytes
    glyphs: dict[str, int]
    widths: dict[int, float]  # in 1/1000 of the size
    box: list[int]
    ascent: int
    descent: int

    def width(self, words: str, size: float) -> float:
        return sum(self.widths[self.glyphs[sign]] for sign in words) * size / 1000


def text_pdf(paragraphs: Sequence[Text], title: str) -> bytes:
    """The paragraphs on as many A4 pages as they need. Raises AppError `pdfa.unproven`.

    Signs that Tinos has no glyph for are replaced by "?": nothing is dropped in silence.
    """
    clean = [Text(text(each.words), each.size, each.bold, each.place, each.before) for each in paragraphs]
    fonts = {bold: _font(bold, {sign for each in clean for sign in each.words} | {" ", "?"}) for bold in (False, True)}
    pages = _laid_out(clean, fonts)
    with pikepdf.new() as pdf:
        held = pikepdf.Dictionary({f"/F{int(bold)}": _embedded(pdf, font) for bold, font in fonts.items()})
        for content in pages:
            pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
            page = pdf.pages[-1]
            page.Resources = pikepdf.Dictionary(Font=held)
            page.Contents = pdf.make_stream(content)
        with pdf.open_metadata() as info:
            info["dc:title"] = text(title)
            info["xmp:CreatorTool"] = "Văn Khố"
        return _proven(pdf)


def _proven(pdf: pikepdf.Pdf) -> bytes:
    try:
        pdfa.prepare(pdf, FLAVOUR)
        out = io.BytesIO()
        pdfa.save(pdf, out, FLAVOUR)
        pdfa.validate_written(io.BytesIO(out.getvalue()), FLAVOUR)
    except (pdfa.PdfaError, pikepdf.PdfError) as error:
        raise AppError(
            "pdfa.unproven",
            _("The paper that goes with the package could not be made as PDF/A."),
            _("Look through the title and the names for unusual signs."),
            detail=str(error)[:300],
        ) from error
    return out.getvalue()


def _laid_out(paragraphs: Sequence[Text], fonts: dict[bool, _Font]) -> list[bytes]:
    room = WIDTH - LEFT - RIGHT
    pages: list[list[str]] = [[]]
    y = HEIGHT - TOP
    for each in paragraphs:
        font = fonts[each.bold]
        y -= each.before
        for line in _broken(each.words, font, each.size, room):
            if y - each.size * LEADING < BOTTOM:
                pages.append([])
                y = HEIGHT - TOP
            y -= each.size * LEADING
            x = LEFT if each.place == "left" else LEFT + (room - font.width(line, each.size)) / 2
            coded = "".join(f"{font.glyphs[sign]:04X}" for sign in line)
            pages[-1].append(f"BT /F{int(each.bold)} {each.size:g} Tf {x:.2f} {y:.2f} Td <{coded}> Tj ET")
    return ["\n".join(page).encode() for page in pages]


def _broken(words: str, font: _Font, size: float, room: float) -> list[str]:
    """Lines that fit; a word that is longer than a line is cut."""
    lines, line = [], ""
    for word in "".join(sign if sign in font.glyphs else "?" for sign in words).split(" "):
        longer = f"{line} {word}" if line else word
        if font.width(longer, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while font.width(word, size) > room:
            cut = next(n for n in range(len(word), 0, -1) if n == 1 or font.width(word[:n], size) <= room)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line]


def _font(bold: bool, signs: set[str]) -> _Font:
    path: Path = RESOURCES / "fonts" / ("Tinos-Bold.ttf" if bold else "Tinos-Regular.ttf")
    options = subset.Options(retain_gids=False, layout_features=[], notdef_outline=True, hinting=False)
    with TTFont(path) as font:
        worker = subset.Subsetter(options)
        worker.populate(unicodes=[ord(sign) for sign in signs])
        worker.subset(font)
        out = io.BytesIO()
        font.save(out)
    made: Any = TTFont(io.BytesIO(out.getvalue()))
    scale = 1000 / made["head"].unitsPerEm
    cmap = made.getBestCmap()
    glyphs = {chr(code): made.getGlyphID(name) for code, name in cmap.items()}
    advances = {made.getGlyphID(name): advance * scale for name, (advance, _bearing) in made["hmtx"].metrics.items()}
    head, across = made["head"], made["hhea"]
    box = [round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)]
    name = "VKHOAA+Tinos-Bold" if bold else "VKHOAA+Tinos"
    return _Font(name, out.getvalue(), glyphs, advances, box, round(across.ascent * scale), round(across.descent * scale))


def _embedded(pdf: pikepdf.Pdf, font: _Font) -> pikepdf.Object:
    program = pdf.make_stream(font.data)
    program.Length1 = len(font.data)
    name = pikepdf.Name(f"/{font.name}")
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor, FontName=name, Flags=4, FontBBox=font.box, ItalicAngle=0, Ascent=font.ascent,
        Descent=font.descent, CapHeight=font.ascent, StemV=80, FontFile2=program,
    )  # fmt: skip
    widths: list[Any] = []
    for glyph in sorted(font.widths):
        widths += [glyph, [round(font.widths[glyph], 2)]]
    inner = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.CIDFontType2, BaseFont=name, CIDToGIDMap=pikepdf.Name.Identity,
        CIDSystemInfo=pikepdf.Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor), W=pikepdf.Array([pikepdf.Array(w) if isinstance(w, list) else w for w in widths]),
    )  # fmt: skip
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type0, BaseFont=name, Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=pikepdf.Array([pdf.make_indirect(inner)]), ToUnicode=pdf.make_stream(_to_unicode(font)),
        )
    )  # fmt: skip


def _to_unicode(font: _Font) -> bytes:
    rows = [f"<{glyph:04X}> <{sign.encode('utf-16-be').hex().upper()}>" for sign, glyph in sorted(font.glyphs.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    told = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{told}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
