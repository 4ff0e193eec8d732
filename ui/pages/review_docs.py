"""The documents of a review, read beside the window: the one in front, and the next while the clerk looks at this one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.errors import AppError
from storage.records.reading import Box, FieldReading
from ui.models.reading import Reads
from ui.pages.description import turned
from ui.pages.pane import ArchivePages

if TYPE_CHECKING:
    from app.desk.describing import DocumentView
    from app.desk.learning import Suggestion
    from app.desk.viewing import DocumentPages
    from app.workspace import Workspace

IMAGES = 3  # whole pages kept of a document
DOCUMENTS = 3  # before, now, next


class KeptPages(ArchivePages):
    """The archive's pages; the few that are looked at are kept unpacked, so that neither crops nor the viewer wait for them."""

    def __init__(self, pages: DocumentPages) -> None:
        super().__init__(pages)
        self._lock = threading.Lock()
        self._images: OrderedDict[int, QImage] = OrderedDict()

    def image(self, page: int) -> QImage:
        with self._lock:
            found = self._images.get(page)
        if found is None:
            found = super().image(page)
            with self._lock:
                self._images[page] = found
                while len(self._images) > IMAGES:
                    self._images.popitem(last=False)
        return found

    def kept(self, page: int) -> QImage | None:
        """The page, where it is at hand."""
        with self._lock:
            return self._images.get(page)


@dataclass(slots=True)
class ReviewDocument:
    """All that the review shows of one document. Boxes of `evidence` are those of the upright page."""

    view: DocumentView
    pages: KeptPages
    suggestions: Mapping[str, Suggestion]

    @property
    def id(self) -> int:
        return self.view.document.id

    @property
    def evidence(self) -> dict[str, FieldReading]:
        return {name: self._upright(found) for name, found in self.view.evidence.items()}

    def _upright(self, found: FieldReading) -> FieldReading:
        if found.box is None or found.page is None:
            return found
        return replace(found, box=turned(found.box, self.pages.turn(found.page)))

    def place(self, name: str) -> tuple[int, Box, bool]:
        """(page, upright box, whether it is only the usual place of the field)."""
        from app.desk import reviewing

        page, box, sought = reviewing.place_of(name, self.view.evidence.get(name), self.pages.count)
        return page, turned(box, self.pages.turn(page)), sought

    def as_scanned(self, page: int, box: Box) -> Box:
        """A box of the upright page on the page as it was scanned."""
        return turned(box, -self.pages.turn(page))


def load(workspace: Workspace, document_id: int) -> ReviewDocument:
    """Reads fields, pages and suggestions, and unpacks the pages that the fields stand on. Raises AppError `document.gone`."""
    from app.desk import describing, learning, viewing

    view = describing.fields_of(workspace, document_id)
    pages = KeptPages(viewing.open_document(workspace, document_id))
    for number in sorted({1, *(found.page for found in view.evidence.values() if found.page and found.box)})[:IMAGES]:
        if number <= pages.count:
            try:
                pages.image(number)
            except AppError:
                continue  # the viewer says so in its place
    suggestions = {one.field: one for one in learning.suggest(workspace, document_id)}
    return ReviewDocument(view, pages, suggestions)


class ReviewDesk(QObject):
    """`ready(ReviewDocument)` for the document that was asked for, `changed(DocumentView)` when its fields were read anew,
    `failed(id, error)`."""

    ready = Signal(object)
    changed = Signal(object)
    failed = Signal(int, object)

    def __init__(self, workspace: Workspace, reads: Reads, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reads = workspace, reads
        self._kept: OrderedDict[int, ReviewDocument] = OrderedDict()
        self._wanted = 0
        self._coming = 0

    def show(self, document_id: int) -> None:
        """Tells `ready` at once where the document is at hand."""
        self._wanted = document_id
        kept = self._kept.get(document_id)
        if kept is not None:
            self._kept.move_to_end(document_id)
            self.ready.emit(kept)
        elif self._coming != document_id:
            self._read("review:now", document_id)

    def ahead(self, document_id: int) -> None:
        """Reads a document that will be wanted soon."""
        if document_id and document_id not in self._kept and document_id not in (self._coming, self._wanted):
            self._coming = document_id
            self._read("review:ahead", document_id)

    def kept(self, document_id: int) -> ReviewDocument | None:
        return self._kept.get(document_id)

    def refresh(self, document_id: int) -> None:
        """Reads the fields of a document anew where it is at hand."""
        if document_id in self._kept:
            workspace = self._workspace

            def read() -> DocumentView:
                from app.desk import describing

                return describing.fields_of(workspace, document_id)

            self._reads.run(f"review:fields:{document_id}", read, self._take_fields, lambda e: self.failed.emit(document_id, e))

    def forget(self, document_id: int) -> None:
        self._kept.pop(document_id, None)

    def _read(self, key: str, document_id: int) -> None:
        workspace = self._workspace
        self._reads.run(key, lambda: load(workspace, document_id), self._take, lambda error: self._lost(document_id, error))

    def _take(self, made: ReviewDocument) -> None:
        if self._coming == made.id:
            self._coming = 0
        self._kept[made.id] = made
        if made.id == self._wanted:
            self.ready.emit(made)
        for old in list(self._kept):
            if len(self._kept) <= DOCUMENTS:
                break
            if old not in (self._wanted, made.id):
                del self._kept[old]

    def _lost(self, document_id: int, error: BaseException) -> None:
        if self._coming == document_id:
            self._coming = 0
        if document_id == self._wanted:
            self.failed.emit(document_id, error)

    def _take_fields(self, view: DocumentView) -> None:
        kept = self._kept.get(view.document.id)
        if kept is not None:
            kept.view = view
            self.changed.emit(view)
