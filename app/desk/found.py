"""What a verb was pointed at: records by their id, files by their path. What is gone or unfit is told in words."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from app.errors import AppError
from app.i18n import _
from storage.records import Document, Dossier, Fonds, Inventory

Shelf = TypeVar("Shelf", Fonds, Inventory)


def document(session: Session, document_id: int) -> Document:
    """Raises AppError `document.gone`."""
    found = session.get(Document, document_id)
    if found is None:
        raise AppError("document.gone", _("This document is no longer in the archive."))
    return found


def dossier(session: Session, dossier_id: int) -> Dossier:
    """Raises AppError `dossier.gone`."""
    found = session.get(Dossier, dossier_id)
    if found is None:
        raise AppError("dossier.gone", _("This dossier is no longer in the archive."), _("Choose another one."))
    return found


def shelf(session: Session, kind: type[Shelf], shelf_id: int) -> Shelf:
    """A fonds or an inventory. Raises AppError `shelf.gone`."""
    found = session.get(kind, shelf_id)
    if found is None:
        raise AppError("shelf.gone", _("This fonds or inventory is no longer in the archive."), _("Choose another one."))
    return found


def plain_file(path: Path) -> Path:
    """The path again, of a file or a folder. Raises AppError `file.not_a_file` for a pipe or a device: its reading may never end."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise AppError(
            "file.not_a_file",
            _("{name} is no file but a device or a pipe of the computer.").format(name=path.name),
            _("Choose a file: PDF, JPEG, PNG or TIFF."),
        )
    return path


def one_file(path: Path) -> Path:
    """The path again, of a file. Raises AppError `file.folder` besides what `plain_file` raises."""
    if path.is_dir():
        raise AppError(
            "file.folder",
            _("{name} is a folder.").format(name=path.name or str(path)),
            _("Choose the files in it."),
        )
    return plain_file(path)
