"""The fields of the document in front, in the order in which they stand on the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from storage.records.reading import Box
from ui.models.review import reading_order
from ui.pages.review_cell import ReviewCell
from ui.pages.review_docs import ReviewDocument
from ui.widgets.document_fields import document_fields

if TYPE_CHECKING:
    from app.desk.describing import DocumentView
    from app.desk.review_checks import Finding

TRAIL = 200  # steps that Shift+Enter goes back


class ReviewForm(QWidget):
    """Signals: `field_changed(id, name, value)`, `field_confirmed(id, name)`, `finished(id)` when Enter finds no more doubt,
    `evidence_wanted(page|None, box|None)`, `entered(name)`, `box_wanted(name)`, `back_wanted(id, name)` to a field of another
    document, `undo_wanted()`, `redo_wanted()`."""

    field_changed = Signal(int, str, str)
    field_confirmed = Signal(int, str)
    finished = Signal(int)
    evidence_wanted = Signal(object, object)
    entered = Signal(str)
    box_wanted = Signal(str)
    back_wanted = Signal(int, str)
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = self._make_page()
        self.cells = {decl.name: ReviewCell(decl, self._page) for decl in document_fields()}
        self.order: list[str] = list(self.cells)
        self.document: ReviewDocument | None = None
        self.current = ""
        self._trail: list[tuple[int, str]] = []
        self._arranged: tuple[list[str], str] = ([], "")
        self._lay_out()
        for name, cell in self.cells.items():
            cell.changed.connect(lambda value, name=name: self._changed(name, value))
            cell.entered.connect(lambda name=name: self._entered(name))
            cell.box_wanted.connect(lambda name=name: self.box_wanted.emit(name))
            cell.installEventFilter(self)
            cell.undo.connect(self.undo_wanted)
            cell.redo.connect(self.redo_wanted)
        self.setMinimumWidth(340)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        whole = QVBoxLayout(self._page)
        whole.setContentsMargins(10, 10, 10, 10)
        whole.addLayout(self._column)
        whole.addStretch(1)
        self._rest = QLabel(_("Not found on the page"))
        self._rest.setProperty("role", "muted")
        self._arrange(set(self.order))

    def _make_page(self) -> QWidget:
        """From the outside in: whatever is put into another parent is styled anew, with all that is in it."""
        page = QWidget()
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        return page

    def _arrange(self, placed: Collection[str]) -> None:
        """Puts the cells into the running order; `placed` are those with something to look at, the others come below."""
        first = next((name for name in self.order if name not in placed), "")
        if self._arranged == (self.order, first):
            return
        self._arranged = (self.order, first)
        for widget in (self._rest, *self.cells.values()):
            self._column.removeWidget(widget)  # not takeAt: its item would live on and keep the new one's sizes stale
        before: QWidget | None = None
        for name in self.order:
            cell = self.cells[name]
            if name == first:
                self._column.addWidget(self._rest)
            self._column.addWidget(cell)
            if before is not None:
                QWidget.setTabOrder(before, cell.editor.widget)
            before = cell.editor.widget
        self._rest.setVisible(bool(first))

    # --- what is shown ---
    def show_document(self, document: ReviewDocument, findings: Sequence[Finding], *, field: str = "", year: str = "") -> None:
        """Shows a document and goes to `field`, else to the first that wants a look, else to the first of all."""
        self.flush()
        same = self.document is not None and self.document.id == document.id
        self.document = document
        self._fill(keep=False)
        self.show_findings(findings)
        for cell in self.cells.values():
            if not same:
                cell.say_busy("")  # what was said of the document before
            cell.year = (document.view.values.get("issuedDate", "") or year)[-4:]
            cell.show_suggestion(document.suggestions.get(cell.decl.name))
        self._place()
        if not same:
            self._scroll.verticalScrollBar().setValue(0)
        self.go_to(field if field in self.cells else self._first())

    def take_view(self, view: DocumentView) -> None:
        """The fields were read anew (an undo, another desk): what is being typed stays."""
        if self.document is not None and self.document.id == view.document.id:
            self.document.view = view
            self._fill(keep=True)
            self._place()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        by_field: dict[str, list[Finding]] = {}
        for one in findings:
            by_field.setdefault(one.field, []).append(one)
        for name, cell in self.cells.items():
            cell.show_findings(by_field.get(name, ()))

    def _fill(self, *, keep: bool) -> None:
        assert self.document is not None  # noqa: S101 - asked by those who set it
        view, evidence = self.document.view, self.document.evidence
        for name, cell in self.cells.items():
            typing = keep and cell.editor.widget.hasFocus()
            cell.show_value(view.values.get(name, ""), evidence.get(name), name in view.confirmed, keep_typing=typing)
            cell.set_read_only(view.document.deleted_at is not None)

    def _place(self) -> None:
        """Crops, and the cells in the order of their boxes."""
        assert self.document is not None  # noqa: S101 - asked by those who set it
        shown = {name: self._show_crop(name) for name in self.cells}
        places = {name: place for name, place in shown.items() if place is not None}
        self.order = reading_order(list(self.cells), places)
        self._arrange(places.keys())

    def _show_crop(self, name: str) -> tuple[int, Box] | None:
        """The crop of one cell; its place where the value stands there, or ought to."""
        assert self.document is not None  # noqa: S101 - asked by those who set it
        cell = self.cells[name]
        page, box, sought = self.document.place(name)
        if cell.drawn is not None:
            (page, box), sought = cell.drawn, False
        needed = cell.decl.required and not cell.saved
        image = self.document.pages.kept(page) if not sought or needed else None
        cell.show_place(image, box, sought=sought)
        return (page, box) if not sought or needed else None

    def take_back(self, name: str) -> bool:
        """What was typed or drawn and not saved goes, and the place is that of the reading again; False where there is nothing."""
        if not self.cells[name].revert():
            return False
        self._show_crop(name)
        self.go_to(name)
        return True

    # --- going ---
    def _first(self) -> str:
        return next((name for name in self.order if self.cells[name].wants_look), self.order[0])

    def go_to(self, name: str) -> None:
        cell = self.cells[name]
        there = cell.editor.widget.hasFocus()
        cell.editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if there or not cell.editor.widget.hasFocus():
            self._entered(name)  # no focus event comes: it was there already, or the window is not the active one

    def doubtful(self) -> list[str]:
        return [name for name in self.order if self.cells[name].wants_look]

    def _entered(self, name: str) -> None:
        for other, cell in self.cells.items():
            cell.set_active(other == name)
        self.current = name
        cell = self.cells[name]
        cell.select()
        if self.document is not None:
            page, box, sought = self.document.place(name)
            self.evidence_wanted.emit(None if sought else page, None if sought else box)
        self.entered.emit(name)
        QTimer.singleShot(0, self, self._keep_in_view)

    def _keep_in_view(self) -> None:
        if self.current in self.cells:
            self._scroll.ensureWidgetVisible(self.cells[self.current], 0, 40)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field in which one works grows, and those above it shrink: it stays in view."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and watched is self.cells.get(self.current):
            QTimer.singleShot(0, self, self._keep_in_view)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._keep_in_view)

    # --- the keys ---
    def accept(self) -> None:
        """Enter: the value is right. Goes to the next doubtful field, or says that the document is finished."""
        if self.document is None or self.current not in self.cells:
            return
        name, cell = self.current, self.cells[self.current]
        if cell.asked_empty and not cell.dirty:
            cell.show_trouble("")
        asked = bool(cell.asked) and cell.typed() == cell.asked
        if self._holds(name, cell) or not cell.leave():
            return
        if not cell.saved and cell.decl.required and not cell.confirmed and not cell.asked_empty:
            cell.show_trouble(_("Still empty. Type the value, or press Enter again if the paper has none."))
            cell.asked_empty = True
            return
        self._remember(name)
        self._confirm(name, cell, again=asked or cell.held)
        self.go_on(name)

    def _holds(self, name: str, cell: ReviewCell) -> bool:
        """Whether what was typed is doubtful: said once, before one goes on; Enter again takes it all the same."""
        from app.desk import reviewing

        value = cell.typed()
        if not value or value == cell.asked:
            return False
        words = reviewing.against({**self.values(), name: value}, name)
        if words:
            cell.asked = value
            cell.show_trouble(_("{what} Press Enter again if it is right all the same.").format(what=words))
        return bool(words)

    def _confirm(self, name: str, cell: ReviewCell, *, again: bool) -> None:
        """`again`: what the checks say against a value that counts as confirmed was told, and Enter came all the same."""
        if (cell.confirmed and not again) or not (cell.saved or cell.decl.required or cell.reading is not None):
            return
        cell.show_value(cell.saved, cell.reading, True)
        cell.let_stand()
        if self.document is not None:
            self.field_confirmed.emit(self.document.id, name)

    def go_on(self, name: str) -> None:
        """To the next doubtful field, round the end; none: the document is finished."""
        at = self.order.index(name) + 1
        for other in self.order[at:] + self.order[: at - 1]:
            if self.cells[other].wants_look:
                self.go_to(other)
                return
        if self.document is not None:
            self.finished.emit(self.document.id)

    def skip(self, by: int) -> bool:
        """To the next or previous doubtful field without a word about this one; False at the end."""
        at = self.order.index(self.current) if self.current in self.order else -1
        rest = self.order[at + 1 :] if by > 0 else self.order[:at][::-1]
        found = next((name for name in rest if self.cells[name].wants_look), "")
        if found:
            self._remember(self.current)
            self.go_to(found)
        return bool(found)

    def step(self, by: int) -> None:
        """To the neighbour in the order of the page."""
        at = self.order.index(self.current) + by if self.current in self.order else 0
        if 0 <= at < len(self.order):
            self.go_to(self.order[at])

    def back(self) -> None:
        """Shift+Enter: where one was before, in this document or the one before."""
        while self._trail:
            document_id, name = self._trail.pop()
            if self.document is not None and document_id != self.document.id:
                self.back_wanted.emit(document_id, name)
                return
            if name != self.current:
                self.go_to(name)
                return
        self.step(-1)

    def _remember(self, name: str) -> None:
        if self.document is not None:
            self._trail = [*self._trail[-TRAIL:], (self.document.id, name)]

    # --- writing ---
    def flush(self) -> None:
        """Saves what is being typed, as if one had left the field."""
        for cell in self.cells.values():
            if cell.dirty:
                cell.leave()

    def _changed(self, name: str, value: str) -> None:
        if self.document is not None:
            self.field_changed.emit(self.document.id, name, value)

    def refused(self, document_id: int, name: str, sentence: str) -> None:
        """The archive would not take a value."""
        if self.document is not None and self.document.id == document_id and name in self.cells:
            self.cells[name].show_trouble(sentence)

    def values(self) -> Mapping[str, str]:
        return {name: cell.saved for name, cell in self.cells.items()}

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and hasattr(self, "cells"):
            for cell in self.cells.values():
                cell.refresh_icon()
