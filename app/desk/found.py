"""Records by their id, for verbs: one that is gone is told in words (another window, another person, an old list)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.errors import AppError
from app.i18n import _
from storage.records import Document, Dossier


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
