"""PDF files: what is in them, before anything of it is trusted. Structure by pikepdf, page sizes and text by pdfium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2.raw

from app.capture import complaints
from app.capture.fileinfo import MAX_PAGES, MIME, FileInfo
from app.capture.pdf_content import Findings
from app.errors import AppError

raw: Any = pypdfium2.raw  # made of ctypes, without types
PdfDocument: Any = pypdfium2.PdfDocument

STRANGE = (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError)  # what a strange structure provokes
TEXT_SAMPLE = 12  # pages looked at for text, spread over the document
TEXT_LOOKED_AT = 500  # characters of a page
TEXT_ENOUGH = 10  # characters on a page that count as text


def inspect_pdf(path: Path) -> FileInfo:
    """Raises `pdf.encrypted`, `pdf.no_pages`, `file.broken`, `file.too_many_pages`, `image.bomb`."""
    info = FileInfo("pdf", MIME["pdf"], path.stat().st_size, 0)
    with _structure(path) as pdf:
        info.encrypted = pdf.is_encrypted
        info.pages = len(pdf.pages)
        if info.pages == 0:
            raise complaints.no_pages()
        if info.pages > MAX_PAGES:
            raise complaints.too_many_pages(info.pages)
        findings = Findings()
        findings.look_through(pdf)
        info.signatures = findings.signatures
        info.signed = findings.signatures > 0
        info.active = sorted(findings.active)
    with document(path) as pages:
        if len(pages) != info.pages:
            raise complaints.broken(f"{info.pages} pages by the structure, {len(pages)} to be shown")
        info.page_sizes, info.bad_pages = _sizes(pages)
        info.has_text = _has_text(pages)
    if len(info.bad_pages) == info.pages:
        raise complaints.broken("no page can be shown")
    return info


@contextmanager
def document(path: Path) -> Iterator[Any]:
    """The file as pdfium sees it, form fields and the looks of signatures included, scripts excluded."""
    try:
        pdf: Any = PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise complaints.encrypted() from error
        raise complaints.broken(str(error)) from error
    try:
        if len(pdf) and pdf.get_formtype() != raw.FORMTYPE_NONE:
            pdf.init_forms()
        yield pdf
    finally:
        pdf.close()


@contextmanager
def _structure(path: Path) -> Iterator[pikepdf.Pdf]:
    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError as error:
        raise complaints.encrypted() from error
    except STRANGE as error:
        raise complaints.broken(str(error)) from error
    except MemoryError as error:
        raise complaints.bomb("the cross-reference or an object stream") from error
    with pdf:
        try:
            yield pdf
        except AppError:
            raise
        except MemoryError as error:
            raise complaints.bomb("an object") from error
        except STRANGE as error:
            raise complaints.broken(f"{type(error).__name__}: {error}") from error


def _sizes(pages: Any) -> tuple[list[tuple[float, float]], list[int]]:
    sizes, bad = [], []
    for index in range(len(pages)):
        try:
            width, height = pages.get_page_size(index)
        except pypdfium2.PdfiumError:
            width = height = 0.0
        if width <= 0 or height <= 0:
            width = height = 0.0
            bad.append(index)
        sizes.append((round(width, 2), round(height, 2)))
    return sizes, bad


def _has_text(pages: Any) -> bool:
    step = max(1, len(pages) // TEXT_SAMPLE)
    for index in itertools.islice(range(0, len(pages), step), TEXT_SAMPLE + 1):
        try:
            page = pages[index]
        except pypdfium2.PdfiumError:
            continue
        try:
            text = page.get_textpage()
            codes = (raw.FPDFText_GetUnicode(text, number) for number in range(min(text.count_chars(), TEXT_LOOKED_AT)))
            found = sum(code > 32 for code in codes)
            text.close()
        except pypdfium2.PdfiumError:
            found = 0
        finally:
            page.close()
        if found >= TEXT_ENOUGH:
            return True
    return False
