"""The review: page on the left, fields on the right, and all by keys; or one field of all documents as a grid of crops.

Nothing here makes the window wait: documents are read ahead, values are written behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.i18n import _
from storage.catalog import Change
from storage.queries import Scope
from ui.jobs import JobsBridge
from ui.models.reading import Reads
from ui.models.review import Pace, Queue
from ui.pages.review_bar import ReviewBar, ReviewDone
from ui.pages.review_box import BoxReader
from ui.pages.review_docs import ReviewDesk, ReviewDocument
from ui.pages.review_form import ReviewForm
from ui.pages.review_fresh import ReviewFresh
from ui.pages.review_grid import ReviewGrid
from ui.pages.review_keys import BOX_KEYS, DOCUMENT_KEYS, GRID_KEYS, Keys, KeyStrip
from ui.pages.review_lists import ReviewLists
from ui.pages.review_writer import ReviewWriter, learn_hands
from ui.widgets.page_viewer import PageViewer

if TYPE_CHECKING:
    from app.desk.describing import DocumentView
    from app.desk.review_checks import Finding
    from app.desk.reviewing import ReviewItem
    from app.services import Services
    from app.workspace import Workspace

NARROW = 1180
DOCUMENTS, GRID, DONE = 0, 1, 2
READS = ("items", "waiting", "fresh", "checks", "now", "ahead", "before", "grid", "crop")


def forget_reads(reads: Reads, ids: Sequence[int]) -> None:
    """Drops the answers that are still on their way to a page that is gone."""
    for key in (*READS, *(f"fields:{one}" for one in ids)):
        reads.forget(f"review:{key}")


class ReviewPage(QWidget):
    """Looks over `ids`, the documents of the list `scope` (None: chosen by hand).

    Signals: `closed()`, `undo_wanted()`, `redo_wanted()`, `failed(error)` for whoever shows banners.
    """

    closed = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    failed = Signal(object)

    def __init__(
        self,
        services: Services,
        workspace: Workspace,
        reads: Reads,
        bridge: JobsBridge,
        ids: Sequence[int],
        *,
        start: int = 0,
        only_doubtful: bool = False,
        scope: Scope | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._workspace, self._reads = services, workspace, reads
        self._start, self._field, self._clock = start, "", clock
        self._shown_before = 0
        self.queue, self.pace = Queue(()), Pace()
        self.bar, self.strip, self.done = ReviewBar(), KeyStrip(), ReviewDone()
        self.parts = QStackedWidget(self)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self.parts)
        self.splitter.setHandleWidth(1)
        self.viewer = PageViewer(self.splitter)
        self.form = ReviewForm(self.splitter)
        self.grid = ReviewGrid(workspace, reads)
        self.desk = ReviewDesk(workspace, reads, self)
        self.writer = ReviewWriter(workspace, reads, self)
        self.box = BoxReader(self.viewer, self.form, services, workspace, bridge)
        self.lists = ReviewLists(workspace, reads, ids, only_doubtful, start, self)
        self.fresh = ReviewFresh(workspace, reads, ids, scope, only_doubtful, self)
        self._lay_out()
        self._connect()
        self._set_keys()
        self._show_part(DOCUMENTS)
        self.destroyed.connect(lambda: forget_reads(reads, ids))
        self.lists.ask_items(doubtful_first=True)
        self.fresh.begin()

    # --- building ---
    def _lay_out(self) -> None:
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.viewer)
        self.splitter.addWidget(self.form)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([760, 520])
        for part in (self.splitter, self.grid, self.done):
            self.parts.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.parts, 1)
        column.addWidget(self.strip)

    def _connect(self) -> None:
        self.bar.closed.connect(self.leave)
        self.done.closed.connect(self.leave)
        self.bar.view_wanted.connect(self._view_wanted)
        self.bar.order_wanted.connect(lambda first: self.lists.ask_items(doubtful_first=bool(first)))
        self.lists.items_came.connect(self._take_items)
        self.lists.findings_came.connect(self._take_findings)
        for part in (self.bar, self.done):
            self.fresh.came.connect(lambda items, part=part: part.say_fresh(len(items)))
        self.bar.fresh_wanted.connect(self.join)
        self.done.more_wanted.connect(self.join)
        self.desk.ready.connect(self._take)
        self.desk.changed.connect(self._take_view)
        self.desk.failed.connect(self._lost)
        self.form.field_changed.connect(self._changed)
        self.form.field_confirmed.connect(self.writer.confirm)
        self.form.finished.connect(self._finished)
        self.form.evidence_wanted.connect(self.viewer.show_evidence)
        self.form.back_wanted.connect(self._back_to)
        self.form.box_wanted.connect(lambda _name: self.draw_box())
        self.grid.edited.connect(self.writer.edit)
        self.grid.accepted.connect(self.writer.confirm)
        self.form.undo_wanted.connect(self.undo_wanted)
        self.form.redo_wanted.connect(self.redo_wanted)
        self.viewer.rotated.connect(self._turned)
        self.writer.refused.connect(self._refused)
        self.writer.failed.connect(self.failed)
        self.writer.turned.connect(self._reload)
        self.box.active_changed.connect(lambda on: self.strip.show_keys(BOX_KEYS if on else DOCUMENT_KEYS))
        self.box.failed.connect(self.failed)

    def _set_keys(self) -> None:
        shared = {"Esc": self._escape, "Alt+Down": lambda: self.step(1), "Alt+Up": lambda: self.step(-1)}
        self._document_keys = Keys(
            shared
            | {
                "Return": self._enter,
                "Shift+Return": self._guarded(self.form.back),
                "F3": lambda: self.skip(1),
                "Shift+F3": lambda: self.skip(-1),
                "F6": self.draw_box,
                "Ctrl+D": self.copy_before,
                "Alt+Return": self.take_suggestion,
                "Ctrl+Shift+Return": self.confirm_all,
                "PgDown": lambda: self.viewer.go_to_page(self.viewer.page + 1),
                "PgUp": lambda: self.viewer.go_to_page(self.viewer.page - 1),
            },
            self,
        )
        self._document_keys.watch(*(cell.editor.widget for cell in self.form.cells.values()), self.viewer.canvas)
        self.viewer.canvas.installEventFilter(self)
        self.box.listen()
        self._grid_keys = Keys(
            {
                "Esc": self._escape,
                "Return": self.grid.accept,
                "Shift+Return": self.grid.back,
                "F3": lambda: self.grid.skip(1),
                "Shift+F3": lambda: self.grid.skip(-1),
                "Ctrl+D": self.grid.copy_before,
                "Alt+Right": lambda: self.grid.step_field(1),
                "Alt+Left": lambda: self.grid.step_field(-1),
            },
            self,
        )
        self._grid_keys.watch(self.grid.view)
        self._done_keys = Keys({"Esc": self._escape, "Return": self.leave}, self)
        self._done_keys.watch(self.done.button)

    def _guarded(self, act: Callable[[], None]) -> Callable[[], bool | None]:
        """Not while a box is drawn."""
        return lambda: False if self.box.active else act()

    def _enter(self) -> bool | None:
        if self.box.active:
            return False
        self.form.accept()
        return None

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """What is typed while the page has the focus goes into the field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not self.box.active:
            plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            if plain and event.text().isprintable() and event.text().strip() and self.form.current:
                self.form.cells[self.form.current].type_over(event)
                return True
        return False

    # --- which documents ---
    def _take_items(self, items: list[ReviewItem]) -> None:
        done, current = self.queue.done, self.queue.current
        self.queue = Queue(item.document_id for item in items)
        self.queue.done = done & set(self.queue.ids)
        self.queue.go(current or self._start)
        self.fresh.know(set(self.queue.ids))
        if not items:
            self._show_part(DONE)
            return
        if self.part == GRID:
            self.grid.show_documents(self.lists.by_place, current=self.queue.current)
        self._show_current()

    def _take_findings(self, findings: list[Finding]) -> None:
        self.grid.take_findings(findings)
        if self.form.document is not None:
            self.form.show_findings(self.lists.of(self.form.document.id))

    # --- one document after the other ---
    def _show_current(self) -> None:
        self._tell()
        if self.queue.current:
            self.desk.show(self.queue.current)

    def _take(self, document: ReviewDocument) -> None:
        if document.id != self.queue.current:
            return
        self.form.flush()
        if self._shown_before != document.id:
            self.pace.begin(self._clock())
            self._shown_before = document.id
        self.box.stop()
        self.viewer.set_source(document.pages)
        before = self.desk.kept(self.queue.before)
        year = before.view.values.get("issuedDate", "")[-4:] if before is not None else ""
        self.form.show_document(document, self.lists.of(document.id), field=self._field, year=year)
        self._field = ""
        self._say_document(document.view)
        following = self.queue.next_open()
        at = self.queue.at + 1
        neighbour = self.queue.ids[at] if at < len(self.queue.ids) else 0
        self.desk.ahead(following if following != document.id else neighbour)

    def _take_view(self, view: DocumentView) -> None:
        self.form.take_view(view)
        if view.document.id == self.queue.current:
            self._say_document(view)

    def _say_document(self, view: DocumentView) -> None:
        if self.part != DOCUMENTS:
            return
        document = view.document
        self.bar.say_document(document.code or _("Document without a number"), document.subject or document.source_name)

    def _lost(self, document_id: int, error: BaseException) -> None:
        """A document that is gone is left out; other trouble is told."""
        if not (isinstance(error, AppError) and error.code == "document.gone"):
            self.failed.emit(error)
        self.queue.drop([document_id])
        if self.queue.ids:
            self._show_current()
        else:
            self._show_part(DONE)

    def _finished(self, document_id: int) -> None:
        """Enter found no more doubt here."""
        self.queue.done.add(document_id)
        self.pace.end(self._clock())
        self._shown_before = 0
        if not self.queue.next_open():
            self._take_in()
        following = self.queue.next_open()
        if not following:
            self._show_part(DONE)
            return
        self.queue.go(following)
        self._show_current()

    def _take_in(self) -> list[int]:
        """What was read meanwhile joins at the end."""
        items = self.fresh.take()
        more = [item.document_id for item in items]
        self.queue.add(more)
        self.lists.add(items)
        return more

    def join(self) -> None:
        """The same, asked for: where the clerk is stays as it is; who was through goes on with them."""
        more = self._take_in()
        if not more:
            return
        if self.part == GRID:
            self.grid.show_documents(self.lists.by_place, current=self.grid.current)
        elif self.part == DONE:
            self.queue.go(more[0])
            self._show_part(DOCUMENTS)
            self._show_current()
        elif self.form.current:
            self.form.go_to(self.form.current)  # not the button that is gone
        self._tell()

    def step(self, by: int) -> None:
        """To the neighbour, done or not."""
        if self.part == DOCUMENTS:
            self.form.flush()
            if self.queue.step(by):
                self._show_current()

    def skip(self, by: int) -> None:
        """To the next doubtful field without accepting this one, over the end of the document."""
        if not self.form.skip(by):
            self.step(by)

    def _back_to(self, document_id: int, name: str) -> None:
        self.form.flush()
        if self.queue.go(document_id):
            self._field = name
            self._show_current()

    def confirm_all(self) -> None:
        """All fields of this document are right."""
        document = self.form.document
        if document is None:
            return
        self.form.flush()
        self.writer.confirm_all(document.id)
        self._finished(document.id)

    # --- one field ---
    def copy_before(self) -> None:
        """The value of the document in front, to be accepted with Enter."""
        name, before = self.form.current, self.queue.before
        if name not in self.form.cells:
            return
        if not before:
            self.form.cells[name].say_briefly(_("There is no document before this one."))
            return
        kept = self.desk.kept(before)
        if kept is not None:
            self.form.cells[name].put(kept.view.values.get(name, ""))
            return
        document_id, workspace = self.queue.current, self._workspace

        def read() -> str:
            from app.desk import describing

            return describing.fields_of(workspace, before).values.get(name, "")

        self._reads.run("review:before", read, lambda value: self._put(document_id, name, value))

    def take_suggestion(self) -> None:
        """What the program learnt, to be accepted with Enter."""
        cell = self.form.cells.get(self.form.current)
        if cell is not None and cell.suggestion is not None and not cell.confirmed:
            cell.put(cell.suggestion.value)

    def _put(self, document_id: int, name: str, value: str) -> None:
        if self.form.document is not None and self.form.document.id == document_id:
            self.form.cells[name].put(value)

    def draw_box(self) -> None:
        """Lets the clerk show where the field stands."""
        self.box.begin(self.form.current)

    # --- writing ---
    def _changed(self, document_id: int, name: str, value: str) -> None:
        document, drawn = self.form.document, self.form.cells[name].drawn
        if drawn is None or document is None or document.id != document_id:
            self.writer.edit(document_id, name, value)
        else:
            page, box = drawn
            self.writer.accept_box(document_id, name, value, page, document.as_scanned(page, box))

    def _refused(self, document_id: int, name: str, error: BaseException) -> None:
        shown = self.form.document is not None and self.form.document.id == document_id
        if isinstance(error, AppError) and shown and self.part == DOCUMENTS:
            self.form.refused(document_id, name, str(error))
        else:
            self.failed.emit(error)

    def _turned(self, page: int, degrees: int) -> None:
        if self.form.document is not None and degrees % 360:
            self.writer.turn(self.form.document.id, page, degrees)

    def _reload(self, document_id: int) -> None:
        """The pages lie otherwise now: crops and boxes are worked out anew."""
        self.desk.forget(document_id)
        if document_id == self.queue.current:
            self._field = self.form.current
            self.desk.show(document_id)

    def take_change(self, change: Change) -> None:
        """The archive has changed: an undo, another verb, what was written here."""
        ours = set(self.queue.ids)
        if change.documents - ours:
            self.fresh.look_soon(ours)
        if not change.documents & ours:
            return
        for one in change.documents:
            self.desk.refresh(one)
        if self.part == GRID:
            self.grid.reload()
        self.lists.check_soon()

    # --- the two ways to look ---
    @property
    def part(self) -> int:
        return self.parts.currentIndex()

    def toggle_view(self) -> None:
        """F4: from a document to the grid of its field, and back to the document of the card."""
        self._view_wanted(DOCUMENTS if self.part == GRID else GRID)

    def _view_wanted(self, part: int) -> None:
        self.form.flush()
        if part == GRID and self.queue.ids:
            self.grid.show_documents(self.lists.by_place, self.form.current, self.queue.current)
        elif part == DOCUMENTS and self.part == GRID:
            self._field = self.grid.field
            self.queue.go(self.grid.current)
        self._show_part(part)
        if part == DOCUMENTS and self.queue.ids:
            self._show_current()

    def _show_part(self, part: int) -> None:
        self.parts.setCurrentIndex(part)
        self.bar.say_view(part == GRID)
        self.strip.setVisible(part != DONE)
        self.strip.show_keys(GRID_KEYS if part == GRID else DOCUMENT_KEYS)
        if part == GRID:
            self.bar.say_document(_("One field of all documents"), "")
            self.grid.view.setFocus()
        elif part == DONE:
            self.bar.say_document(_("Quick check"), "")
            self.done.say_result(self.pace)
            self.done.button.setFocus()
        self._tell()

    def _tell(self) -> None:
        self.bar.say_progress(self.queue, self.pace)

    # --- leaving ---
    def _escape(self) -> bool | None:
        if self.box.active or self.viewer.canvas.selection is not None:
            return False
        if self.part == DOCUMENTS and self.viewer.canvas.hasFocus() and self.form.current:
            self.form.go_to(self.form.current)
            return None
        if self.part == DOCUMENTS and self.form.current in self.form.cells and self.form.take_back(self.form.current):
            return None
        self.leave()
        return None

    def leave(self) -> None:
        """Saves what is typed and closes; what was confirmed may teach the reader of handwriting, behind the window."""
        self.form.flush()
        if self.queue.done:
            learn_hands(self._services, self._workspace)
        self.closed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.part == GRID:
            self.grid.view.setFocus()
        elif self.part == DOCUMENTS and self.form.document is not None and self.form.current:
            self.form.go_to(self.form.current)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self.form.flush()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.set_narrow(self.width() < NARROW)
