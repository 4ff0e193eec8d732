"""The pages of a document for the eye."""

from __future__ import annotations

from app.desk.pages import words_of
from app.errors import AppError
from app.i18n import _
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.records import Document, PageText


class DocumentPages:
    """Pages by number from 1. Every method may be called on any thread."""

    def __init__(self, workspace: Workspace, document_id: int) -> None:
        self._workspace = workspace
        with workspace.catalog.read() as session:
            if session.get(Document, document_id) is None:
                raise AppError("document.gone", _("This document is no longer in the archive."))
            self._pages = {page.number: page for page in queries.pages_of(session, document_id)}

    @property
    def count(self) -> int:
        return len(self._pages)

    def size(self, number: int) -> tuple[int, int]:
        """Pixels of the image, before the turn; A4 at 100 dpi where the page has no image."""
        page = self._pages[number]
        return (page.width or 827, page.height or 1169)

    @in_words
    def image(self, number: int) -> bytes:
        """JPEG or PNG; b"" for a page that could not be drawn (see `problem`)."""
        digest = self._pages[number].image
        return self._workspace.objects.read(digest) if digest else b""

    def problem(self, number: int) -> str:
        return self._pages[number].problem

    def words(self, number: int) -> PageText:
        return words_of(self._pages[number])

    def turn(self, number: int) -> int:
        """Degrees clockwise."""
        return self._pages[number].turn


def open_document(workspace: Workspace, document_id: int) -> DocumentPages:
    """Raises AppError `document.gone`."""
    return DocumentPages(workspace, document_id)
