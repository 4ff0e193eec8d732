"""Writes an unsigned PDF anew with a plain cross reference table, when it is built in a way that can't be added to."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from app.errors import AppError
from app.i18n import _


def rewrite(source: Path, out: Path) -> None:
    """Pages, text and metadata stay; hybrid or damaged cross references go. Never for signed files.

    Raises `pdf.encrypted`, `pdf.damaged`.
    """
    try:
        with pikepdf.open(source) as pdf:
            if pdf.is_encrypted:
                raise encrypted()
            if has_signature(pdf):
                raise ValueError("a signature in an unreadable file")
            if not len(pdf.pages):
                raise ValueError("no pages")
            pdf.save(
                out,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
    except AppError:
        raise
    except pikepdf.PasswordError as error:
        raise encrypted() from error
    except Exception as error:
        raise damaged(repr(error)) from error


def has_signature(pdf: pikepdf.Pdf) -> bool:
    return any(
        isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing and "/Contents" in thing for thing in pdf.objects
    )


def encrypted() -> AppError:
    return AppError(
        "pdf.encrypted",
        _("The file is protected with a password and can't be signed."),
        _("Save a copy without the password and sign that."),
    )


def damaged(detail: str) -> AppError:
    return AppError(
        "pdf.damaged",
        _("The PDF is damaged and can't be signed."),
        _("Make it again from the original, or scan the paper again."),
        detail=detail,
    )
