"""Between the form of a document and the archive: shows what is known, writes what the clerk says, points to the place on the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.errors import AppError
from app.i18n import _
from storage.records.reading import Box, FieldReading
from ui.models.reading import Reads
from ui.widgets.details import DetailsForm
from ui.widgets.page_viewer import PageViewer

if TYPE_CHECKING:
    from app.desk.describing import DocumentView
    from app.workspace import Workspace

PADDING = 0.004  # of the page, around a crop


def turned(box: Box, degrees: int) -> Box:
    """The same place on a page turned clockwise by a multiple of 90 degrees."""
    for _step in range(degrees // 90 % 4):
        x0, y0, x1, y1 = box
        box = (1 - y1, x0, 1 - y0, x1)
    return box


class Description(QObject):
    """Holds the form, the viewer and the archive together for the document shown. Emits `failed(error)`."""

    failed = Signal(object)

    def __init__(
        self, form: DetailsForm, viewer: PageViewer, workspace: Workspace, reads: Reads, turn_of: Callable[[int], int]
    ) -> None:
        super().__init__(form)
        self._form, self._viewer, self._workspace, self._reads, self._turn_of = form, viewer, workspace, reads, turn_of
        self._drawing: str | None = None
        form.field_changed.connect(self._changed)
        form.field_confirmed.connect(self._confirmed)
        form.evidence_wanted.connect(viewer.show_evidence)
        form.box_wanted.connect(self._box_wanted)
        form.set_crop_source(self._crop)
        viewer.box_drawn.connect(self._box_drawn)
        viewer.drawing_left.connect(self._drawing_left)

    def show(self, view: DocumentView | None) -> None:
        """Fills the form; None empties it."""
        if view is None:
            self._form.show_nothing()
            return
        document = view.document
        title = document.code or document.subject or document.source_name or _("Document without a number")
        evidence = {name: self._upright(found) for name, found in view.evidence.items()}
        self._form.show_document(
            document.id,
            title,
            view.values,
            evidence,
            view.confirmed,
            read_only=document.deleted_at is not None,
            being_read=view.being_read,
        )

    def _upright(self, found: FieldReading) -> FieldReading:
        if found.box is None or found.page is None:
            return found
        return replace(found, box=turned(found.box, self._turn_of(found.page)))

    # --- writing ---
    def _changed(self, document_id: int, name: str, value: str) -> None:
        workspace = self._workspace

        def edit() -> None:
            from app.desk import describing

            describing.edit(workspace, document_id, {name: value})

        self._reads.write(edit, failed=lambda error: self._refused(document_id, name, error))

    def _confirmed(self, document_id: int, name: str) -> None:
        workspace = self._workspace

        def confirm() -> None:
            from app.desk import describing

            describing.confirm_field(workspace, document_id, name)

        self._reads.write(confirm, failed=lambda error: self._refused(document_id, name, error))

    def _refused(self, document_id: int, name: str, error: BaseException) -> None:
        if isinstance(error, AppError) and self._form.key == document_id:
            self._form.show_problem(name, str(error))
        else:
            self.failed.emit(error)

    # --- the place on the page ---
    def _crop(self, page: int, box: Box) -> QImage | None:
        image = self._viewer.canvas.loader.image(page) if hasattr(self._viewer.canvas.loader, "image") else None
        if image is None or image.isNull():
            return None
        x0, y0, x1, y1 = box
        x0, y0, x1, y1 = max(0.0, x0 - PADDING), max(0.0, y0 - PADDING), min(1.0, x1 + PADDING), min(1.0, y1 + PADDING)
        width, height = image.width(), image.height()
        return image.copy(round(x0 * width), round(y0 * height), round((x1 - x0) * width), round((y1 - y0) * height))

    def _box_wanted(self, _document_id: int, name: str, label: str) -> None:
        self._drawing = name
        self._viewer.start_box_drawing(label)

    def _box_drawn(self, page: int, box: Box) -> None:
        name, self._drawing = self._drawing, None
        if name is None:
            return
        text = self._viewer.canvas.text(page)
        inside = [w.text for w in text.words if _middle_in(w.box, box)] if text else []
        if inside:
            self._form.put_text(name, " ".join(inside))
        else:
            self._form.show_problem(name, _("No text was read inside the box. Please type the value."))

    def _drawing_left(self) -> None:
        self._drawing = None


def _middle_in(word: Box, box: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
