"""A box on the page is read into a field: drawn with the mouse, or moved there with the arrow keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from storage.records.reading import Box
from ui.jobs import JobsBridge
from ui.pages.review_docs import ReviewDocument
from ui.pages.review_form import ReviewForm
from ui.widgets.page_viewer import PageViewer

if TYPE_CHECKING:
    from app.services import Services
    from app.workspace import Workspace

STEP = 8.0  # pixels an arrow key moves the box
FIRST = (0.2, 0.04)  # of the page: a box that begins from nothing
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class BoxReader(QObject):
    """Signals: `active_changed(on: int)`, `failed(error)` for what is no matter of one field."""

    active_changed = Signal(int)
    failed = Signal(object)

    def __init__(
        self, viewer: PageViewer, form: ReviewForm, services: Services, workspace: Workspace, bridge: JobsBridge
    ) -> None:
        super().__init__(form)
        self._viewer, self._form, self._services, self._workspace, self._bridge = viewer, form, services, workspace, bridge
        self._name = ""
        self._document: ReviewDocument | None = None
        viewer.box_drawn.connect(self._drawn)
        viewer.drawing_left.connect(self._given_up)
        viewer.canvas.viewport().installEventFilter(self)

    def listen(self) -> None:
        """Hears the keys on the page before anybody else: call it after the other filters are in place."""
        self._viewer.canvas.installEventFilter(self)

    @property
    def active(self) -> bool:
        return bool(self._name)

    def begin(self, name: str) -> None:
        """Lets the clerk show where `name` stands on the document in front."""
        document = self._form.document
        if document is None or self.active or name not in self._form.cells:
            return
        if not document.pages.count:
            self._form.refused(document.id, name, _("This document has no pages to draw on."))
            return
        self._viewer.stop_box_drawing()
        self._document, self._name = document, name
        self._viewer.start_box_drawing(self._form.cells[name].decl.label)
        self._begin_band(document, name)
        self.active_changed.emit(1)

    def stop(self) -> None:
        self._viewer.stop_box_drawing()

    # --- with the keys ---
    def _begin_band(self, document: ReviewDocument, name: str) -> None:
        """A box to move: around the present place, else around the usual one."""
        canvas = self._viewer.canvas
        page, box, sought = document.place(name)
        if sought:
            middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            box = (middle[0] - FIRST[0] / 2, middle[1] - FIRST[1] / 2, middle[0] + FIRST[0] / 2, middle[1] + FIRST[1] / 2)
        if not 1 <= page <= canvas.count:
            return
        canvas.reveal(page, box)
        left, top, width, height = canvas.layout_.box_rect(page, box)
        canvas.band = (QPointF(left - 6, top - 5), QPointF(left + width + 6, top + height + 5))
        canvas.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.active:
            return False
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            return event.buttons() == Qt.MouseButton.NoButton  # a passing mouse leaves the box of the keys alone
        if not isinstance(event, QKeyEvent) or watched is not self._viewer.canvas:
            return False
        key = Qt.Key(event.key())
        ours = key in ARROWS or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.ShortcutOverride and ours:
            event.accept()
            return True
        if event.type() != QEvent.Type.KeyPress or self._viewer.canvas.band is None or not ours:
            return False
        if key in ARROWS:
            self._move(*ARROWS[key], larger=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            self._take_band()
        return True

    def _move(self, x: int, y: int, *, larger: bool) -> None:
        canvas = self._viewer.canvas
        assert canvas.band is not None  # noqa: S101 - asked by the caller
        one, other = canvas.band
        by = QPointF(x * STEP, y * STEP)
        other = other + by
        if larger:
            other = QPointF(max(other.x(), one.x() + STEP), max(other.y(), one.y() + STEP))
        else:
            one = one + by
        canvas.band = (one, other)
        self._follow(one, other)
        canvas.viewport().update()

    def _follow(self, one: QPointF, other: QPointF) -> None:
        """Keeps the box in view."""
        box = self._box(one, other)
        if box is not None:
            self._viewer.canvas.reveal(*box)

    def _box(self, one: QPointF, other: QPointF) -> tuple[int, Box] | None:
        canvas = self._viewer.canvas
        start, end = canvas.layout_.locate(one.x(), one.y()), canvas.layout_.locate(other.x(), other.y())
        if start is None or end is None or start[0] != end[0]:
            return None
        xs, ys = sorted((start[1], end[1])), sorted((start[2], end[2]))
        return start[0], (xs[0], ys[0], xs[1], ys[1])

    def _take_band(self) -> None:
        canvas = self._viewer.canvas
        assert canvas.band is not None  # noqa: S101 - asked by the caller
        box = self._box(*canvas.band)
        name, document = self._name, self._document
        self._end()  # stopping is no giving up
        canvas.band = None
        self._viewer.stop_box_drawing()
        if box is not None and document is not None:
            self._read(document, name, *box)

    # --- reading ---
    def _end(self) -> None:
        self._name = ""
        self.active_changed.emit(0)

    def _drawn(self, page: int, box: Box) -> None:
        name, document = self._name, self._document
        if name and document is not None:
            self._end()
            self._read(document, name, page, box)

    def _given_up(self) -> None:
        if self._name:
            self._end()
            if self._form.current:
                self._form.go_to(self._form.current)

    def _read(self, document: ReviewDocument, name: str, page: int, box: Box) -> None:
        services, workspace, place = self._services, self._workspace, document.as_scanned(page, box)

        def work(job: Job) -> str:
            from app.desk import reviewing

            return reviewing.read_box(job, workspace, services.sandboxes, document.id, page, place, field=name)

        self._form.go_to(name)
        self._form.cells[name].say_busy(_("Reading the box…"))
        _job, future = services.lanes.start("cpu", _("Read a box on the page"), work)
        self._bridge.watch(
            future,
            lambda text: self._take(document, name, text, page, box),
            lambda error: self._refused(document, name, error),
            self,
        )

    def _take(self, document: ReviewDocument, name: str, text: str, page: int, box: Box) -> None:
        if self._form.document is not document:
            return
        cell = self._form.cells[name]
        cell.say_busy("")
        cell.drawn = (page, box)
        cell.show_place(document.pages.kept(page), box)
        self._viewer.show_evidence(page, box)
        if text:
            cell.put(text)
        else:
            self._form.refused(document.id, name, _("No text was read inside the box. Please type the value."))

    def _refused(self, document: ReviewDocument, name: str, error: BaseException) -> None:
        if self._form.document is document:
            self._form.cells[name].say_busy("")
        if isinstance(error, AppError):
            self._form.refused(document.id, name, str(error))
        else:
            self.failed.emit(error)
