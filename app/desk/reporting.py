"""The report of a package check as a file: PDF to print and file, JSON for other programs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from app import VERSION, clock
from app.errors import AppError
from app.i18n import N_, _, _n, language
from app.package.report import LEVELS, Finding, Report
from app.signature.font import FontSubset, missing, subset_for
from storage.disk import write_atomic

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
REGULAR, BOLD = FONTS / "NotoSans-Regular.ttf", FONTS / "NotoSans-Bold.ttf"
PAGE = (595.28, 841.89)  # points: A4
LEFT, RIGHT, TOP, BOTTOM = 56.0, 42.0, 52.0, 50.0
ROOM = PAGE[0] - LEFT - RIGHT
RULE_ROOM = 104.0  # points of the column with the rule's name
MOST = 2000  # findings of one report that are printed
LEVEL_WORDS = {"error": N_("Errors"), "warning": N_("Warnings"), "info": N_("Notes")}
COLOURS = {"error": (0.72, 0.11, 0.11), "warning": (0.60, 0.38, 0.0), "info": (0.25, 0.32, 0.40)}
INK, FAINT, GREEN = (0.1, 0.1, 0.12), (0.42, 0.42, 0.46), (0.06, 0.42, 0.20)


def report_kind(path: Path) -> str:
    """`pdf` or `json`, by the file's name. Raises AppError `report.kind` for anything else."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in ("pdf", "json"):
        raise AppError(
            "report.kind",
            _("A report can't be written as “{name}”.").format(name=path.name),
            _("Give a name that ends in .pdf or .json."),
        )
    return kind


def write_report(reports: Sequence[Report], path: Path, now: datetime | None = None) -> Path:
    """Writes the report of one or more packages; the file is there whole or not at all.

    Raises AppError `report.kind`, `report.write`.
    """
    content = _json(reports) if report_kind(path) == "json" else _pdf(reports, now or clock.now())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, content)
    except OSError as error:
        raise AppError(
            "report.write",
            _("The report “{name}” can't be written.").format(name=path.name),
            _("Choose a folder you may write to, with room left on its disk."),
            detail=str(error),
        ) from error
    return path


def _json(reports: Sequence[Report]) -> bytes:
    rows = [report.as_json() for report in reports]
    return (json.dumps(rows[0] if len(rows) == 1 else rows, ensure_ascii=False, indent=1) + "\n").encode()


# --- PDF ---


@dataclass(slots=True)
class Line:
    """A run of text on a page; `gap` points lie above it."""

    text: str
    size: float
    bold: bool = False
    colour: tuple[float, float, float] = INK
    indent: float = 0.0
    gap: float = 0.0
    label: str = ""  # in the first column, on the same line
    keep: float = 0.0  # points that must be left below, so that a heading does not stand alone


def _pdf(reports: Sequence[Report], now: datetime) -> bytes:
    lines = [line for report in reports for line in _lines(report, now)]
    everything = "".join(line.text + line.label for line in lines) + "0123456789/ " + _("Page") + "…\ufffd?"
    fonts = {bold: _font(everything, BOLD if bold else REGULAR) for bold in (False, True)}
    pages = list(_laid_out(lines, fonts))
    pdf = Pdf.new()
    with pdf.open_metadata(set_pikepdf_as_editor=False) as meta:
        meta["dc:title"] = _("Package check")
        meta["xmp:CreatorTool"] = f"Văn Khố {VERSION}"
    pdf.Root.Lang = String(language())
    objects = Dictionary(F0=_embedded(pdf, fonts[False]), F1=_embedded(pdf, fonts[True]))
    for number, content in enumerate(pages, 1):
        foot = f"{_('Page')} {number}/{len(pages)}"
        content += _run(foot, 8, fonts[False], PAGE[0] - RIGHT - fonts[False].width(foot, 8), BOTTOM - 22, FAINT, "F0")
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *PAGE]),
            Resources=Dictionary(Font=objects),
            Contents=pdf.make_indirect(Stream(pdf, content)),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    out = io.BytesIO()
    pdf.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    pdf.close()
    return out.getvalue()


def _lines(report: Report, now: datetime) -> Iterator[Line]:
    yield Line(_("Package check"), 17, bold=True, gap=14)
    yield Line(str(report.path.name), 11, bold=True, gap=4)
    facts = [
        _("Identifier: {id}").format(id=report.objid or "—"),
        _("Kind: {kind}; judged by: {profile}").format(kind=report.kind, profile=report.profile or "—"),
        _n("{count} file", "{count} files", report.files).format(count=f"{report.files:,}".replace(",", "."))
        + f", {report.bytes / 1_000_000:,.1f} MB".replace(",", "."),
        _("Checked on {when} by Văn Khố {version}").format(when=f"{now:%d/%m/%Y %H:%M}", version=VERSION),
    ]
    for fact in facts:
        yield Line(fact, 9.5, colour=FAINT, gap=1)
    verdict = _("The package is valid.") if report.valid else _("The package is NOT valid.")
    yield Line(verdict, 13, bold=True, colour=GREEN if report.valid else COLOURS["error"], gap=10)
    shown = 0
    for level in LEVELS:
        found = [finding for finding in report.findings if finding.level == level]
        if not found:
            continue
        title = f"{_(LEVEL_WORDS[level])} ({report.count(level)})"
        yield Line(title, 11.5, bold=True, colour=COLOURS[level], gap=12, keep=40)
        for finding in found[: max(0, MOST - shown)]:
            yield from _finding(finding)
        shown += len(found)
    if not report.findings:
        yield Line(_("Nothing to object to."), 10, gap=8)
    left = sum(report.count(level) for level in LEVELS) - min(shown, MOST)
    if left > 0:
        yield Line(_("… and {count} more, which are not printed.").format(count=left), 10, gap=8)


def _finding(finding: Finding) -> Iterator[Line]:
    yield Line(finding.message, 9.5, indent=RULE_ROOM, gap=5, label=finding.rule, keep=24)
    yield Line(finding.where or "—", 8, colour=FAINT, indent=RULE_ROOM, gap=0.5)


def _laid_out(lines: Sequence[Line], fonts: dict[bool, FontSubset]) -> Iterator[bytes]:
    """The content of each page."""
    content, y = b"", PAGE[1] - TOP
    for line in lines:
        font, name = fonts[line.bold], "F1" if line.bold else "F0"
        height = line.size * 1.32
        for number, text in enumerate(_wrapped(line.text, font, line.size, ROOM - line.indent)):
            gap = line.gap if number == 0 else 0
            if y - gap - height - (line.keep if number == 0 else 0) < BOTTOM:
                yield content
                content, y = b"", PAGE[1] - TOP
                gap = 0
            y -= gap + height
            if number == 0 and line.label:
                content += _run(line.label, 8.5, fonts[True], LEFT, y, line.colour, "F1")
            content += _run(text, line.size, font, LEFT + line.indent, y, line.colour, name)
    yield content


def _run(text: str, size: float, font: FontSubset, x: float, y: float, colour: tuple[float, ...], name: str) -> bytes:
    drawn = "".join(sign if sign in font.glyphs else "?" for sign in text)
    paint = " ".join(f"{part:.3f}" for part in colour)
    return f"BT {paint} rg /{name} {size:g} Tf {x:.2f} {y:.2f} Td ".encode() + font.encode(drawn) + b" Tj ET\n"


def _wrapped(text: str, font: FontSubset, size: float, room: float) -> list[str]:
    """Breaks at blanks; what is longer than a line, a path say, is cut."""

    def width(part: str) -> float:
        return font.width("".join(sign if sign in font.glyphs else "?" for sign in part), size)

    lines: list[str] = []
    current = ""
    for word in text.split(" "):
        joined = f"{current} {word}" if current else word
        if width(joined) <= room:
            current = joined
            continue
        if current:
            lines.append(current)
        while width(word) > room:
            cut = next((n for n in range(len(word) - 1, 1, -1) if width(word[:n]) <= room), 1)
            lines.append(word[:cut])
            word = word[cut:]
        current = word
    return [*lines, current]


def _font(text: str, path: Path) -> FontSubset:
    return subset_for("".join(sorted(set(text) - set(missing(text, path)))), path)


def _embedded(pdf: Pdf, font: FontSubset) -> Any:
    """A composite font with two-byte glyph numbers (ISO 32000-1 §9.7)."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + font.name),
        Flags=4,
        FontBBox=Array(list(font.box)),
        ItalicAngle=0,
        Ascent=font.ascent,
        Descent=font.descent,
        CapHeight=font.cap_height,
        StemV=80,
        FontFile2=pdf.make_indirect(Stream(pdf, font.data)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + font.name),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=Array([0, Array([font.widths[glyph] for glyph in sorted(font.widths)])]),
        CIDToGIDMap=Name.Identity,
    )
    whole = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/" + font.name),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_indirect(Stream(pdf, font.to_unicode())),
    )
    return pdf.make_indirect(whole)
