"""A born-digital PDF of set leaves: real text with embedded subset fonts and a ToUnicode map, no pictures.

PDF 1.7 (ISO 32000-1), 9.7: Type 0 fonts with Identity-H, the glyph number being the character code.
"""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from tests.samples import typeface
from tests.samples.leaf import PAPER, Leaf, Line
from tests.samples.typeface import FILES, Style

_subset: Any = subset  # without types


class _Face:
    """One embedded style: which letters it needs, and their glyph numbers."""

    def __init__(self, style: Style, letters: set[str]) -> None:
        self.style = style
        font = typeface.outlines(style)
        cmap = typeface.letters(style)
        self.glyph = {c: font.getGlyphID(cmap[ord(c)]) for c in sorted(letters)}

    def encode(self, text: str) -> str:
        return "<" + "".join(f"{self.glyph[c]:04x}" for c in text) + ">"

    def embedded(self, pdf: pikepdf.Pdf) -> pikepdf.Object:
        font: Any = TTFont(typeface.path(self.style))
        name = f"VANKHO+{font['name'].getDebugName(6)}"
        em, head, os2 = font["head"].unitsPerEm, font["head"], font["OS/2"]
        scale = 1000 / em
        box = [round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax)]
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/" + name), Flags=4 + (64 if "italic" in self.style else 0),
            FontBBox=Array(box), ItalicAngle=round(font["post"].italicAngle), Ascent=round(font["hhea"].ascent * scale),
            Descent=round(font["hhea"].descent * scale), CapHeight=round(getattr(os2, "sCapHeight", 1341) * scale),
            StemV=140 if "bold" in self.style else 80, FontFile2=pdf.make_stream(self._program(font)),
        )  # fmt: skip
        widths = Array()
        for letter, glyph in sorted(self.glyph.items(), key=lambda pair: pair[1]):
            widths.append(glyph)
            widths.append(Array([round(typeface.width(letter, self.style, 1000))]))
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/" + name), CIDToGIDMap=Name.Identity, W=widths,
            CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
        )  # fmt: skip
        whole = Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/" + name), Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]), ToUnicode=pdf.make_stream(self._to_unicode()),
        )  # fmt: skip
        return pdf.make_indirect(whole)

    def _program(self, font: Any) -> bytes:
        options: Any = _subset.Options(
            retain_gids=True, layout_features=[], hinting=False, name_IDs=[1, 2, 6], notdef_outline=True
        )
        subsetter: Any = _subset.Subsetter(options)
        subsetter.populate(text="".join(self.glyph))
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
        return out.getvalue()

    def _to_unicode(self) -> bytes:
        pairs = [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, glyph in self.glyph.items()]
        rows = [f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in _by(pairs, 100)]
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            + "\n".join(rows)
            + "\nendcmap CMapName currentdict /CMap defineresource pop end end\n"
        ).encode()


def text_pdf(leaves: list[Leaf], title: str) -> bytes:
    """The leaves as a PDF. Pens, seals and stamps are not on it: it is the file that was printed or sent."""
    letters: dict[Style, set[str]] = {style: {" "} for style in FILES}
    for leaf in leaves:
        for line in leaf.lines:
            for word in line.words:
                letters[word.style] |= set(word.text)
    faces = {style: _Face(style, found) for style, found in letters.items()}
    pdf = pikepdf.new()
    fonts = Dictionary({f"/{style}": face.embedded(pdf) for style, face in faces.items()})
    for leaf in leaves:
        page = pdf.add_blank_page(page_size=PAPER)
        page.obj.Resources = Dictionary(Font=fonts)
        page.obj.Contents = pdf.make_stream(_content(leaf, faces))
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Producer"] = "tests.samples"
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _content(leaf: Leaf, faces: dict[Style, _Face]) -> bytes:
    height = PAPER[1]
    ops = ["BT"]
    for line in leaf.lines:
        ops += _line(line, faces, height)
    ops.append("ET")
    for rule in leaf.rules:
        dash = "[0.6 2.6] 0 d" if rule.dotted else "[] 0 d"
        y = height - rule.y
        ops.append(f"{dash} {rule.width} w {rule.x0:.2f} {y:.2f} m {rule.x1:.2f} {y:.2f} l S")
    return "\n".join(ops).encode()


def _line(line: Line, faces: dict[Style, _Face], height: float) -> list[str]:
    """Words with real spaces between them; a TJ adjustment stretches the space of a justified line."""
    ops = [f"1 0 0 1 {line.x:.3f} {height - line.y:.3f} Tm"]
    for i, word in enumerate(line.words):
        face = faces[word.style]
        ops.append(f"/{word.style} {line.size} Tf")
        if i and not word.joined:
            space = typeface.width(" ", word.style, line.size)
            ops.append(f"[{face.encode(' ')} {-(line.gap - space) * 1000 / line.size:.2f}] TJ")
        after = (word.room - typeface.width(word.text, word.style, line.size)) if word.room else 0.0
        ops.append(f"[{face.encode(word.text)} {-after * 1000 / line.size:.2f}] TJ")
    return ops


def _by(rows: list[str], count: int) -> list[list[str]]:
    return [rows[i : i + count] for i in range(0, len(rows), count)]
