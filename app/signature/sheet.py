"""A4 sheets of text as a PDF, each letter embedded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.signature.font import FONT, FontSubset, missing, subset_for

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 56.0
LEADING = 1.35
BOLD = Path(__file__).resolve().parent.parent.parent / "resources" / "fonts" / "Tinos-Bold.ttf"


@dataclass(slots=True, frozen=True)
class Line:
    """One paragraph; `size` in points."""

    text: str
    size: float = 11
    bold: bool = False


def write_sheets(out: Path, lines: list[Line], *, title: str) -> None:
    """Writes `lines` onto as many sheets as they need."""
    plain, strong = (
        subset_for(letters([line.text for line in lines if line.bold is bold]), BOLD if bold else FONT)
        for bold in (False, True)
    )
    with pikepdf.new() as pdf:
        fonts = Dictionary(F0=font_object(pdf, plain), F1=font_object(pdf, strong))
        for content in sheets(lines, plain, strong):
            page = pdf.add_blank_page(page_size=(WIDTH, HEIGHT))
            page.Resources = Dictionary(Font=fonts)
            page.Contents = pdf.make_stream(content)
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = title
            metadata["dc:language"] = ["vi"]
        pdf.Root.Lang = pikepdf.String("vi")
        pdf.save(out, linearize=False)


def letters(texts: list[str]) -> str:
    joined = "".join(texts) + " ?"
    lacking = set(missing(joined))
    return "".join(sorted({c for c in joined if c not in lacking}))


def sheets(lines: list[Line], plain: FontSubset, strong: FontSubset) -> list[bytes]:
    found: list[bytes] = []
    parts: list[bytes] = []
    y = HEIGHT - MARGIN
    for line in lines:
        font, name = (strong, b"F1") if line.bold else (plain, b"F0")
        shown = "".join(c if c in font.glyphs else "?" for c in line.text)
        for row in wrap_at(shown, font, line.size):
            y -= line.size * LEADING
            if y < MARGIN:
                found.append(b"\n".join(parts))
                parts, y = [], HEIGHT - MARGIN - line.size * LEADING
            if row:
                parts.append(b"BT /%s %.2f Tf %.2f %.2f Td %s Tj ET" % (name, line.size, MARGIN, y, font.encode(row)))
    return [*found, b"\n".join(parts)]


def wrap_at(text: str, font: FontSubset, size: float) -> list[str]:
    """The words in rows that fit between the margins; a word longer than a row is cut."""
    rows, current = [], ""
    for word in text.split(" "):
        trial = f"{current} {word}" if current else word
        while font.width(trial, size) > WIDTH - 2 * MARGIN:
            if current:
                rows.append(current)
                current, trial = "", word
                continue
            cut = next(n for n in range(len(trial), 0, -1) if n == 1 or font.width(trial[:n], size) <= WIDTH - 2 * MARGIN)
            rows.append(trial[:cut])
            trial = word = trial[cut:]
        current = trial
    return [*rows, current]


def font_object(pdf: pikepdf.Pdf, font: FontSubset) -> pikepdf.Object:
    """A composite font with two-byte glyph numbers (ISO 32000-1 §9.7)."""
    name = Name("/" + font.name)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=4, FontBBox=Array(list(font.box)), ItalicAngle=0,
        Ascent=font.ascent, Descent=font.descent, CapHeight=font.cap_height, StemV=80,
        FontFile2=pdf.make_stream(font.data, Length1=len(font.data)),
    )  # fmt: skip
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, CIDToGIDMap=Name.Identity,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=Array([0, Array([font.widths[g] for g in sorted(font.widths)])]),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]), ToUnicode=pdf.make_stream(font.to_unicode()),
        )
    )  # fmt: skip
