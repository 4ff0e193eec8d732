"""What dialogs need of the open archive."""

from __future__ import annotations

from app.errors import AppError
from app.i18n import _
from app.services import Services
from app.workspace import Workspace
from storage import queries
from storage.queries import DocumentRow, DossierRow


def archive_of(services: Services) -> Workspace:
    """The open archive. Raises AppError `archive.closed`."""
    if services.workspace is None:
        raise AppError("archive.closed", _("No archive is open."), _("Open an archive first."))
    return services.workspace


def dossiers(services: Services) -> list[DossierRow]:
    with archive_of(services).catalog.read() as session:
        return queries.dossier_rows(session)


def documents(services: Services, ids: list[int]) -> list[DocumentRow]:
    with archive_of(services).catalog.read() as session:
        return queries.document_rows(session, ids)
