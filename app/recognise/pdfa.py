"""The access copy: PDF/A-2b in two layers, the page's picture and invisible words above it (Thông tư 05/2025/TT-BNV art. 8).

Every copy is proven: `pikepdf.pdfa` re-reads what was written and approves it, or there is no copy.
"""

from __future__ import annotations

import mmap
import os
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import pdfa

from app.errors import AppError
from app.i18n import _
from app.recognise import pictures, textplane, words
from app.recognise.drawing import Drawing
from app.recognise.pdfstream import PdfStream
from app.recognise.textlayer import ENGINE as TEXT_LAYER
from app.recognise.turning import turn_of
from app.sandbox import progress
from storage.records.reading import PageText

FLAVOUR = "2b"
A4 = (595.28, 841.89)
SAME_SHAPE = 0.01  # relative difference of proportions up to which the source's page size holds for the picture
DPI_DRAWN = 200
QUALITIES = (80, 60, 45, 32)  # of JPEG; the first is the usual one
GROWTH = 1.03  # of the source, before the marks of PDF/A are added
PRODUCER = "Văn Khố"
DENIED = (pdfa.PdfaError, pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError)  # what foreign structure provokes


@dataclass(slots=True, frozen=True)
class AccessCopy:
    """`way` is "vector" when the source's own drawing was kept, else "image"; `kept` counts scans embedded byte for byte."""

    path: str
    size: int  # bytes
    pages: int
    way: str
    kept: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def write_access_copy(
    source: Mapping[str, Any],
    page_images: Sequence[Path | None],
    page_texts: Sequence[Path | None],
    out: Path,
    *,
    title: str,
    language: str = "vi",
    turns: Sequence[int] | None = None,
) -> AccessCopy:
    """Writes the access copy of one document and proves it.

    `source` is what `inspect` found, with "path" added for a PDF; `page_images` are image files in page order (None: the page is
    drawn from the PDF, or a notice stands in its place), `page_texts` are files as `words.to_json` writes them (None: no words).
    A sound PDF that was born digital keeps its own drawing where it can be made PDF/A; so give a PDF's "path" only while the
    pages are still its own and in its order. `turns` are degrees clockwise that set the pages upright; without them the pages are
    turned so that their words, as they were read, run from left to right.

    The copy is hardly larger than its source: scans of a PDF go in byte for byte, black-and-white pages as G4, and where new JPEGs
    would make it grow by more than 5 % they are packed harder.

    Raises `pdf.signed`, `pdfa.unproven`, `page.unreadable`.
    """
    path = Path(source["path"]) if source.get("kind") == "pdf" and source.get("path") else None
    if source.get("signed") or (path is not None and _mentions_signature(path)):
        raise _signed()
    if len(page_images) != len(page_texts):
        raise ValueError(f"{len(page_images)} pictures and {len(page_texts)} texts")
    about = _About(title, language)
    if path is not None and _born_digital(page_texts):
        with suppress(*DENIED), warnings.catch_warnings(), pikepdf.open(path) as pdf:
            warnings.simplefilter("ignore")  # pikepdf's remarks on foreign forms; the check decides
            if len(pdf.pages) == len(page_texts):
                _prove(pdf, out, about)
                return AccessCopy(str(out), out.stat().st_size, len(page_texts), "vector", 0)
    base = out.with_name(out.name + ".base.part")
    try:
        kept = _write_within(base, source, path, page_images, page_texts, turns)
        try:
            with pikepdf.open(base) as pdf:
                _prove(pdf, out, about)
        except pdfa.PdfaError:
            if not kept or path is None:
                raise
            kept = _write_within(
                base, source, None, page_images, page_texts, turns
            )  # a scan that PDF/A does not allow as it is
            with pikepdf.open(base) as pdf:
                _prove(pdf, out, about)
    except pdfa.PdfaError as error:
        raise _unproven(error) from error
    finally:
        base.unlink(missing_ok=True)
    return AccessCopy(str(out), out.stat().st_size, len(page_images), "image", kept)


@dataclass(slots=True, frozen=True)
class _About:
    title: str
    language: str


def _born_digital(page_texts: Sequence[Path | None]) -> bool:
    return bool(page_texts) and all(file is not None and _text(file).engine == TEXT_LAYER for file in page_texts)


def _text(file: Path) -> PageText:
    return words.from_json(file.read_bytes())


def _write_within(
    base: Path,
    source: Mapping[str, Any],
    path: Path | None,
    page_images: Sequence[Path | None],
    page_texts: Sequence[Path | None],
    turns: Sequence[int] | None,
) -> int:
    """Writes the pages, anew and harder packed while that is what makes the copy outgrow its source. How many scans were kept."""
    size = int(source.get("size") or (path.stat().st_size if path is not None else 0))
    kept = 0
    for quality in QUALITIES:
        kept = _write_pages(base, source, path, page_images, page_texts, turns, quality)
        if kept == len(page_images) or base.stat().st_size < GROWTH * size or size == 0:
            break
    return kept


def _write_pages(
    base: Path,
    source: Mapping[str, Any],
    path: Path | None,
    page_images: Sequence[Path | None],
    page_texts: Sequence[Path | None],
    turns: Sequence[int] | None,
    quality: int,
) -> int:
    """Returns how many scans went in byte for byte."""
    kept = 0
    sizes = source.get("page_sizes") or []
    whole = source.get("pages", len(page_images)) == len(page_images)
    with PdfStream(base) as pdf, Drawing(path if whole else None) as drawing:
        for number, (image, words_file) in enumerate(zip(page_images, page_texts, strict=True)):
            text = None if words_file is None else _text(words_file)
            claimed = tuple(sizes[number]) if len(sizes) == len(page_images) else None
            if image is None:
                width, height = claimed if claimed and min(claimed) > 0 else A4
                drawn = drawing.page(number, DPI_DRAWN)
                picture = pictures.encoded(drawn, DPI_DRAWN) if drawn else pictures.missing(number + 1, width, height)
            else:
                sheet = pictures.measure(image)
                width, height = page_size(sheet, text, claimed)
                picture = drawing.scan(number) or pictures.picture_of(image, round(sheet.width / width * 72), quality)
            kept += picture.kept
            turn = _turn(text) if turns is None else turns[number] % 360
            plane = b"" if text is None else textplane.operators(text, width, height, turn)
            signs = set() if text is None else {sign for word in text.words for sign in word.text}
            pdf.page(picture, plane, signs, width, height, turn)
            progress(number + 1, len(page_images))
    return kept


def _turn(text: PageText | None) -> int:
    if text is None or text.engine.startswith(TEXT_LAYER):
        return 0
    return turn_of(text.words, text.width, text.height)


def page_size(sheet: pictures.Sheet, text: PageText | None, claimed: tuple[float, float] | None) -> tuple[float, float]:
    """Points. What was read knows the true resolution; the source's own page size is exact, but only while the page is whole."""
    dpi = sheet.dpi if text is None else text.dpi * sheet.width / max(text.width, 1)
    measured = (sheet.width / dpi * 72, sheet.height / dpi * 72)
    if claimed is None or min(claimed) <= 0:
        return measured
    if text is None:  # the resolution is a guess: only the proportions count
        same = abs(claimed[0] / claimed[1] * sheet.height / sheet.width - 1) < SAME_SHAPE
    else:
        same = all(abs(mine / theirs - 1) < SAME_SHAPE for mine, theirs in zip(measured, claimed, strict=True))
    return claimed if same else measured


def _prove(pdf: pikepdf.Pdf, out: Path, about: _About) -> None:
    """Declares, writes, re-reads; `out` appears only when the check approves. Raises PdfaError."""
    pdf.Root.Lang = pikepdf.String(about.language)
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = about.title
        metadata["dc:language"] = [about.language]
        metadata["xmp:CreatorTool"] = PRODUCER
        metadata["pdf:Producer"] = PRODUCER
    part = out.with_name(out.name + ".part")
    try:
        pdfa.save(pdf, part, FLAVOUR)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _mentions_signature(path: Path) -> bool:
    """A signature's ByteRange can't be packed into an object stream: it must be patched in place. So its name is seen."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find(b"/ByteRange") >= 0


def _signed() -> AppError:
    return AppError(
        "pdf.signed",
        _("The PDF is signed; rewriting it as an access copy would break the signature."),
        _("Use the signed file itself for reading and giving out."),
    )


def _unproven(error: pdfa.PdfaError) -> AppError:
    return AppError(
        "pdfa.unproven",
        _("The access copy did not pass the PDF/A check, so it was not kept."),
        _("The original is safe. Send the report to those who look after the program."),
        detail=error.report.summary(),
    )
