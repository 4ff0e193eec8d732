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
from app.recognise import colours, pictures, repacking, words
from app.recognise.drawing import Drawing
from app.recognise.pdfmarks import PRODUCER, About
from app.recognise.pdfstream import PdfStream
from app.recognise.textlayer import ENGINE as TEXT_LAYER
from app.recognise.turning import turn_of
from app.sandbox import progress
from storage.records.reading import PageText

FLAVOUR = "2b"
A4 = (595.28, 841.89)
SIDE_LEAST, SIDE_MOST = 3.0, 14_400.0  # points; ISO 19005-2, 6.1.13
SAME_SHAPE = 0.01  # relative difference of proportions up to which the source's page size holds for the picture
DPI_DRAWN = 200
QUALITIES = (80, 60, 45, 32)  # of JPEG; the first is the usual one
GROWTH = 1.05  # of the source
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
    about = About(title, language)
    if path is not None and _born_digital(page_texts):
        with suppress(*DENIED), warnings.catch_warnings(), pikepdf.open(path) as pdf:
            warnings.simplefilter("ignore")  # pikepdf's remarks on foreign forms; the check decides
            if len(pdf.pages) == len(page_texts):
                _prove(pdf, out, about)
                return AccessCopy(str(out), out.stat().st_size, len(page_texts), "vector", 0)
    part = out.with_name(out.name + ".part")
    pages = _Pages(page_images, page_texts, source.get("page_sizes") or [], source.get("pages", len(page_images)), turns)
    size = int(source.get("size") or (path.stat().st_size if path is not None else 0))
    try:
        kept = _write_within(part, about, pages, path, size)
        try:
            _check(part)
        except pdfa.PdfaError:
            if not kept or path is None:
                raise
            kept = _write_within(part, about, pages, None, size)  # a scan that PDF/A does not allow as it is
            _check(part)
        _settle(part, out)
    except pdfa.PdfaError as error:
        raise _unproven(error) from error
    finally:
        part.unlink(missing_ok=True)
    return AccessCopy(str(out), out.stat().st_size, len(page_images), "image", kept)


def _born_digital(page_texts: Sequence[Path | None]) -> bool:
    return bool(page_texts) and all(file is not None and _text(file).engine == TEXT_LAYER for file in page_texts)


def _text(file: Path) -> PageText:
    return words.from_json(file.read_bytes())


@dataclass(slots=True, frozen=True)
class _Pages:
    """What the pages are made of: the arguments of `write_access_copy`, and how many pages of which sizes the source has."""

    images: Sequence[Path | None]
    texts: Sequence[Path | None]
    sizes: Sequence[Sequence[float]]
    of_source: int
    turns: Sequence[int] | None


def _write_within(part: Path, about: About, pages: _Pages, path: Path | None, size: int) -> int:
    """Writes the pages, anew and harder packed while that is what makes the copy outgrow its source of `size` bytes (0: unknown).

    First black-and-white pages, without loss and only as many as it takes, then the new JPEGs. Returns how many scans were kept.
    """
    done = _write_pages(part, about, pages, path, QUALITIES[0], 0)
    if size == 0 or (over := part.stat().st_size - int(GROWTH * size)) <= 0:
        return done.kept
    if done.bitonal:
        done = _write_pages(part, about, pages, path, QUALITIES[0], over)
    for quality in QUALITIES[1:]:
        if part.stat().st_size <= GROWTH * size or not done.new:
            break
        done = _write_pages(part, about, pages, path, quality, over)
    return done.kept


@dataclass(slots=True)
class _Written:
    """How many pages went in as their source's own bytes, as black and white that may be packed harder, and as new JPEGs."""

    kept: int = 0
    bitonal: int = 0
    new: int = 0


def _write_pages(part: Path, about: About, pages: _Pages, path: Path | None, quality: int, over: int) -> _Written:
    """`over` are the bytes to save by packing black-and-white pages harder."""
    done = _Written()
    count = len(pages.images)
    with PdfStream(part, about) as pdf, Drawing(path if pages.of_source == count else None) as drawing:
        for number, (image, words_file) in enumerate(zip(pages.images, pages.texts, strict=True)):
            text = None if words_file is None else _text(words_file)
            claimed = (pages.sizes[number][0], pages.sizes[number][1]) if len(pages.sizes) == count else None
            if image is None:
                width, height = possible(claimed if claimed and min(claimed) > 0 else A4)
                drawn = drawing.page(number, DPI_DRAWN)
                picture = pictures.encoded(drawn, DPI_DRAWN) if drawn else pictures.missing(number + 1, width, height)
            else:
                sheet = pictures.measure(image)
                width, height = possible(page_size(sheet, text, claimed))
                picture = drawing.scan(number) or pictures.picture_of(image, round(sheet.width / width * 72), quality)
            if repacking.can(picture):
                done.bitonal += 1
                if over > 0:
                    smaller = repacking.smaller(picture)
                    over -= len(picture.data) - len(smaller.data)
                    picture = smaller
            done.kept += picture.kept
            done.new += not picture.kept and not picture.fax and not picture.packing
            turn = _turn(text) if pages.turns is None else pages.turns[number] % 360
            pdf.page(picture, text, width, height, turn)
            progress(number + 1, count)
    return done


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


def possible(size: tuple[float, float]) -> tuple[float, float]:
    """The page size, or the nearest of the same shape whose sides PDF/A-2 allows; strips longer than that are made broader."""
    scale = min(SIDE_MOST / max(size), max(1.0, SIDE_LEAST / min(size)))
    width, height = (max(side * scale, SIDE_LEAST) for side in size)
    return width, height


def _prove(pdf: pikepdf.Pdf, out: Path, about: About) -> None:
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
        pdfa.save(pdf, part, FLAVOUR, output_intent=colours.srgb())
        _settle(part, out)
    finally:
        part.unlink(missing_ok=True)


def _check(part: Path) -> None:
    """Reads what was written. Raises PdfaError."""
    report = pdfa.validate_written(part, FLAVOUR)
    if not report.passed:
        raise pdfa.PdfaError(report)


def _settle(part: Path, out: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(out)


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
