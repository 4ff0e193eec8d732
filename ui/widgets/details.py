"""The details of a document, in sections that fold: description, pages, signatures, history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.i18n import _, _n
from storage.records.reading import Box, FieldReading
from ui.models.words import kept_apart
from ui.widgets.field_cell import FieldCell
from ui.widgets.field_state import FieldDecl
from ui.widgets.fold import Fold
from ui.widgets.lines import Line, Lines

__all__ = ["DetailsForm", "FieldDecl", "Line"]

CropSource = Callable[[int, Box], QImage | None]


class DetailsForm(QWidget):
    """The form of one document. Each field saves as one leaves it; Enter accepts and goes to the next doubtful one.

    Signals: `field_changed(key, name, value)`; `field_confirmed(key, name)` when a doubtful or sure value was accepted as it is;
    `evidence_wanted(page|None, box|None)` as the focus moves; `box_wanted(key, name, label)`; `undo_wanted()`, `redo_wanted()`;
    `line_chosen(section, line key)`; `folds_changed()`. `key` is what `show_document` was given.
    """

    field_changed = Signal(object, str, str)
    field_confirmed = Signal(object, str)
    evidence_wanted = Signal(object, object)
    box_wanted = Signal(object, str, str)
    undo_wanted = Signal()
    redo_wanted = Signal()
    line_chosen = Signal(str, object)
    folds_changed = Signal()

    def __init__(self, fields: Sequence[FieldDecl], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key: Any = None
        self._being_read = False
        self._crop_source: CropSource | None = None
        # from the outside in: whatever is put into another parent is styled anew, with all that is in it
        self._stack, self._page = self._lay_out()
        self._described = QWidget(self._page)
        self.cells = {decl.name: FieldCell(decl, self._described) for decl in fields}
        self._columns = 0
        self._title = QLabel(self._page)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "heading")
        self._title.setWordWrap(True)
        self._apart = QLabel(self._page)
        self._apart.setTextFormat(Qt.TextFormat.PlainText)
        self._apart.setProperty("role", "danger")
        self._apart.setWordWrap(True)
        self._grid = QGridLayout()
        self._lists = {
            "pages": Lines(_("No pages yet."), self._page),
            "signatures": Lines(_("Nobody has signed this document."), self._page),
            "history": Lines(_("Nothing has happened yet."), self._page),
        }
        self.sections = self._make_sections()
        self._fill()
        self._connect()
        self.show_nothing()

    # --- building ---
    def _make_sections(self) -> dict[str, Fold]:
        self._grid.setContentsMargins(0, 0, 0, 12)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._described.setLayout(self._grid)
        self._arrange(1)
        titles = {"pages": _("Pages"), "signatures": _("Signatures"), "history": _("History")}
        folds = {"description": Fold(_("Description"), self._described, self._page)}
        folds |= {name: Fold(title, self._lists[name], self._page) for name, title in titles.items()}
        return folds

    def _fill(self) -> None:
        column = QVBoxLayout(self._page)
        column.setContentsMargins(14, 10, 12, 12)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._apart)
        for fold in self.sections.values():
            column.addWidget(fold)
        column.addStretch(1)

    def _lay_out(self) -> tuple[QStackedWidget, QWidget]:
        stack = QStackedWidget(self)
        self._scroll = QScrollArea(stack)
        page = QWidget(self._scroll)
        page.setAutoFillBackground(False)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        empty = QLabel(_("Choose a document to see its details here."))
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setWordWrap(True)
        empty.setProperty("role", "muted")
        empty.setContentsMargins(24, 24, 24, 24)
        stack.addWidget(empty)
        stack.addWidget(self._scroll)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(stack)
        return stack, page

    def _connect(self) -> None:
        for name, cell in self.cells.items():
            cell.changed.connect(lambda value, name=name: self._changed(name, value))
            cell.accepted.connect(lambda name=name: self._accepted(name))
            cell.entered.connect(lambda name=name: self._entered(name))
            cell.left.connect(lambda cell=cell: cell.show_crop(None))
            cell.box_wanted.connect(lambda name=name: self._box_wanted(name))
            cell.undo.connect(self.undo_wanted)
            cell.redo.connect(self.redo_wanted)
        for name, lines in self._lists.items():
            lines.chosen.connect(lambda key, name=name: self.line_chosen.emit(name, key))
        for fold in self.sections.values():
            fold.folded.connect(lambda _folded: self.folds_changed.emit())

    def _arrange(self, columns: int) -> None:
        """Puts short fields side by side where there is room for two."""
        if columns == self._columns:
            return
        self._columns = columns
        for cell in self.cells.values():
            self._grid.removeWidget(cell)
        row = column = 0
        before: QWidget | None = None
        for cell in self.cells.values():
            wide = columns == 1 or cell.decl.kind == "lines" or cell.decl.length >= 200
            if wide and column:
                row, column = row + 1, 0
            self._grid.addWidget(cell, row, column, 1, 2 if wide else 1)
            row, column = (row + 1, 0) if wide or column else (row, 1)
            if before is not None:
                QWidget.setTabOrder(before, cell.editor.widget)
            QWidget.setTabOrder(cell.editor.widget, cell.box_button)
            before = cell.box_button
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if columns == 2 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        short = [c for c in self.cells.values() if c.decl.kind != "lines" and c.decl.length < 200]
        need = max((c.needed_width() for c in short), default=0)
        self._arrange(2 if self.width() - 50 >= 2 * need else 1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and hasattr(self, "cells"):
            for cell in self.cells.values():
                cell.refresh_icon()

    # --- what is shown ---
    def show_document(
        self,
        key: Any,
        title: str,
        values: Mapping[str, str],
        evidence: Mapping[str, FieldReading],
        confirmed: Collection[str] = (),
        *,
        read_only: bool = False,
        being_read: bool = False,
    ) -> None:
        """Shows a document. A pending edit of the one before is told first, under its own key; what the person is typing in the
        same document is kept. `being_read`: its pages are still on their way through the recognition."""
        same = key == self._key
        if not same:
            self.flush()
        self._key, self._being_read = key, being_read
        self._title.setText(title)
        secrecy = values.get("secrecy", "")
        self._apart.setText(kept_apart(secrecy) if secrecy else "")
        self._apart.setVisible(bool(secrecy))
        for name, cell in self.cells.items():
            if not same:
                cell.set_finding("")
            cell.set_waiting(being_read)
            typing = same and cell.editor.widget.hasFocus()
            cell.show_value(values.get(name, ""), evidence.get(name), name in confirmed, keep_typing=typing)
            cell.set_read_only(read_only)
        self._stack.setCurrentIndex(1)
        self._say_doubt()
        if not same:
            self._scroll.verticalScrollBar().setValue(0)

    def show_findings(self, key: Any, findings: Mapping[str, str], standing: Collection[str] = ()) -> None:
        """What the checks have against the fields of that document, as field → sentence; `standing`: also confirmed fields of which
        the clerk has yet to say that they are right all the same."""
        if key == self._key:
            for name, cell in self.cells.items():
                cell.set_finding(findings.get(name, ""), standing=name in standing)
            self._say_doubt()

    def show_nothing(self) -> None:
        self.flush()
        self._key = None
        self._stack.setCurrentIndex(0)

    @property
    def key(self) -> Any:
        return self._key

    def flush(self) -> None:
        """Saves what is being typed, as if one had left the field."""
        if self._key is not None:
            for cell in self.cells.values():
                if cell.dirty:
                    cell.leave()

    def show_problem(self, name: str, sentence: str) -> None:
        """Says beside a field what the archive has against its value."""
        if name in self.cells:
            self.cells[name].show_trouble(sentence)
            self._say_doubt()

    def put_text(self, name: str, text: str) -> None:
        """Fills a field from outside (a box drawn on the page) as if it had been typed and left."""
        cell = self.cells[name]
        cell.editor.set_text(text)
        cell.leave()
        cell.editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def reveal(self, section: str) -> None:
        """Unfolds a section and brings its head into view."""
        fold = self.sections[section]
        fold.set_open(True)
        bar = self._scroll.verticalScrollBar()
        QTimer.singleShot(0, self, lambda: bar.setValue(fold.y()))

    def set_lines(self, section: str, lines: Sequence[Line]) -> None:
        """Fills "pages", "signatures" or "history"."""
        self._lists[section].set_lines(lines)
        self.sections[section].set_summary(str(len(lines)) if lines else "")

    def set_crop_source(self, source: CropSource | None) -> None:
        """`source(page, box)` gives the piece of the page that is shown above a doubtful field."""
        self._crop_source = source

    def folds(self) -> dict[str, bool]:
        """Which sections are open, to remember."""
        return {name: fold.is_open for name, fold in self.sections.items()}

    def set_folds(self, folds: Mapping[str, bool]) -> None:
        for name, on in folds.items():
            if name in self.sections:
                self.sections[name].set_open(bool(on))

    # --- doubtful fields ---
    def doubtful(self) -> list[str]:
        """Names of the fields that still want a look, in the order of the form."""
        return [name for name, cell in self.cells.items() if cell.state.doubtful]

    def doubtful_count(self) -> int:
        return len(self.doubtful())

    def focus_next_doubtful(self, after: str = "") -> bool:
        """Goes to the next doubtful field after `after`, round the end; False when there is none."""
        names = list(self.cells)
        start = names.index(after) + 1 if after in names else 0
        for name in names[start:] + names[:start]:
            if self.cells[name].state.doubtful and name != after:
                self.focus_field(name)
                return True
        return False

    def focus_field(self, name: str) -> None:
        self.sections["description"].set_open(True)
        cell = self.cells[name]
        cell.editor.begin()
        self._scroll.ensureWidgetVisible(cell, 0, 24)

    def _say_doubt(self) -> None:
        if self._being_read:
            self.sections["description"].set_summary(_("The pages are being read…"), "muted")
            return
        count = self.doubtful_count()
        words = (
            _n("{count} field to check", "{count} fields to check", count).format(count=count)
            if count
            else _("All fields are in order.")
        )
        self.sections["description"].set_summary(words, "warning" if count else "success")

    # --- what the person does ---
    def _changed(self, name: str, value: str) -> None:
        self._say_doubt()
        self.field_changed.emit(self._key, name, value)

    def _accepted(self, name: str) -> None:
        cell = self.cells[name]
        if cell.saved and (not cell.confirmed or cell.held):
            cell.show_value(cell.saved, cell.reading, True)
            cell.let_stand()
            self._say_doubt()
            self.field_confirmed.emit(self._key, name)
        if not self.focus_next_doubtful(name):
            self._focus_after(name)

    def _focus_after(self, name: str) -> None:
        names = list(self.cells)
        at = names.index(name)
        if at + 1 < len(names):
            self.focus_field(names[at + 1])

    def _entered(self, name: str) -> None:
        cell = self.cells[name]
        found = cell.reading
        if found is None or found.page is None:
            self.evidence_wanted.emit(None, None)
            return
        self.evidence_wanted.emit(found.page, found.box)
        if self._crop_source is not None and found.box is not None and cell.state.doubtful:
            cell.show_crop(self._crop_source(found.page, found.box))
        self._scroll.ensureWidgetVisible(cell, 0, 24)

    def _box_wanted(self, name: str) -> None:
        self.box_wanted.emit(self._key, name, self.cells[name].decl.label)
