"""The sentences for files that can't be taken in, in one place so that every reader says them alike."""

from __future__ import annotations

from app.capture.fileinfo import MAX_PAGES
from app.errors import AppError
from app.i18n import _


def empty() -> AppError:
    return AppError(
        "file.empty",
        _("The file is empty: it has no content at all."),
        _("Copy it again from where it came, or scan the paper again."),
    )


def unknown() -> AppError:
    return AppError(
        "file.unknown",
        _("The content of this file is not a PDF, JPEG, PNG or TIFF, whatever its name says."),
        _("Save it as PDF in the program that made it, then add the PDF."),
    )


def broken(detail: str = "") -> AppError:
    return AppError(
        "file.broken",
        _("The file is damaged and can't be read."),
        _("Copy it again from where it came, or scan the paper again."),
        detail=detail,
    )


def encrypted() -> AppError:
    return AppError(
        "pdf.encrypted",
        _("The PDF is locked with a password."),
        _("Open it with its password, save it without one, then add it again."),
    )


def no_pages() -> AppError:
    return AppError("pdf.no_pages", _("The PDF has no pages."), _("Ask the sender for the complete file."))


def too_many_pages(pages: int) -> AppError:
    return AppError(
        "file.too_many_pages",
        _("The file has {pages} pages; {limit} are the most that one file may have.").format(pages=pages, limit=MAX_PAGES),
        _("Split it into several files, then add those."),
    )


def bomb(detail: str = "") -> AppError:
    return AppError(
        "image.bomb",
        _("A page of this file unpacks to an unreasonable size, so the file was not opened."),
        _("It may be made to do harm. Ask the sender for an ordinary scan at 200 to 300 dpi."),
        detail=detail,
    )


def too_large_to_flatten(millions: int) -> AppError:
    return AppError(
        "image.too_large",
        _("This picture has {count} million pixels and is partly see-through: that is more than can be read here.").format(
            count=millions
        ),
        _("Save it as JPEG, or as PNG without transparency, and take in that file."),
    )


def page_broken(index: int, detail: str = "") -> AppError:
    return AppError(
        "image.page_broken",
        _("Page {page} of the file is damaged; the other pages can be read.").format(page=index + 1),
        _("Scan this page again and put it in its place."),
        detail=detail,
    )


def page_incomplete(index: int, share: float) -> AppError:
    return AppError(
        "image.incomplete",
        _("The picture on page {page} is not complete: only about {percent} % of it is in the file.").format(
            page=index + 1, percent=min(99, round(share * 100))
        ),
        _("Scan this page again, or ask for the file again. What could be read of it was kept."),
    )


def no_such_page(index: int, pages: int) -> AppError:
    return AppError(
        "file.no_such_page",
        _("The file has no page {page}; it has {pages}.").format(page=index + 1, pages=pages),
        _("Add the file again, so that its pages are counted anew."),
    )


def sheet_unknown() -> AppError:
    return AppError(
        "sheet.unknown",
        _("The index is not an Excel workbook (.xlsx), whatever its name says."),
        _("Open it in Excel or LibreOffice and save it as .xlsx, then choose that file."),
    )


def sheet_broken(detail: str = "") -> AppError:
    return AppError(
        "sheet.broken",
        _("The index is damaged or locked with a password and can't be read."),
        _("Open it in Excel or LibreOffice and save it once more as .xlsx without a password."),
        detail=detail,
    )


def sheet_empty() -> AppError:
    return AppError("sheet.empty", _("The index has no rows."), _("Choose the workbook that lists the documents."))


def sheet_too_long(limit: int) -> AppError:
    return AppError(
        "sheet.too_long",
        _("The index has more than {limit} rows.").format(limit=limit),
        _("Split it into several workbooks and take in one after the other."),
    )
