"""The right pane: the page of the chosen document above, its description below."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QTransform
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.errors import AppError
from app.i18n import _
from storage.records.reading import Box, PageText, Word
from ui.models.reading import Reads
from ui.pages.description import Description, turned
from ui.pages.facts import facts_of
from ui.widgets.decoding import decoded
from ui.widgets.details import DetailsForm
from ui.widgets.document_fields import document_fields
from ui.widgets.lines import Line
from ui.widgets.page_viewer import Hit, PageViewer

if TYPE_CHECKING:
    from app.desk.describing import DocumentView
    from app.desk.review_checks import Finding
    from app.desk.viewing import DocumentPages
    from app.workspace import Workspace

SHOW_MS = 60  # walking down a list quickly loads only where one stops
LEAST = 80  # pixels: a kept height below that is no choice of a person


class ArchivePages:
    """The archive's pages as the viewer wants them (`ui.widgets.page_source.PageSource`): upright by their stored turn."""

    def __init__(self, pages: DocumentPages) -> None:
        self._pages = pages

    @property
    def count(self) -> int:
        return self._pages.count

    def turn(self, page: int) -> int:
        return self._pages.turn(page) if 1 <= page <= self.count else 0

    def size(self, page: int) -> tuple[float, float]:
        """Points of the upright page, as if it were 100 dots an inch where the scan does not tell."""
        width, height = self._pages.size(page)
        scale = 595.0 / max(1, min(width, height))
        return (height * scale, width * scale) if self.turn(page) % 180 else (width * scale, height * scale)

    def image(self, page: int) -> QImage:
        """Raises AppError for a page that can't be drawn."""
        image = decoded(self._pages.image(page))
        if image.isNull():
            why = self._pages.problem(page)
            raise AppError(
                "page.unreadable", why or _("This page can't be shown."), _("The file itself is kept; try “Save a copy”.")
            )
        turn = self.turn(page)
        return image.transformed(QTransform().rotate(turn)) if turn else image

    def words(self, page: int) -> PageText | None:
        text, turn = self._pages.words(page), self.turn(page)
        if turn:
            text.words = [Word(w.text, turned(w.box, turn), w.confidence, w.block, w.line) for w in text.words]
        return text


class DetailsPane(QWidget):
    """Shows one document: viewer and form. The viewer can be lent to the middle of the window. Emits `failed(error)`."""

    failed = Signal(object)

    def __init__(self, workspace: Workspace, reads: Reads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reads = workspace, reads
        self.document_id = 0
        self.view: DocumentView | None = None
        self._source: ArchivePages | None = None
        self._query = ""
        self._page = 0
        self._go_on = False
        self._wanted_field = ""
        self._turns: dict[int, int] = {}
        self._titled: Callable[[str, str], None] | None = None
        self.splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._home = QWidget(self.splitter)
        self.viewer = PageViewer(self._home)
        self.viewer.setFocusProxy(None)  # type: ignore[arg-type]  # a hidden proxy (no document yet) would hold Tab where it is
        self.viewer.rotated.connect(self._turned)
        self._home_place = QVBoxLayout(self._home)
        self._home_place.setContentsMargins(0, 0, 0, 0)
        self._home_place.addWidget(self.viewer)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(self._home)
        self.form = DetailsForm(document_fields(), self.splitter)
        self.splitter.addWidget(self.form)
        self._sizes = [420, 380]
        self.splitter.setSizes(self._sizes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self.setMinimumWidth(300)
        self.form.line_chosen.connect(lambda section, key: self.viewer.go_to_page(key) if section == "pages" and key else None)
        self._description = Description(self.form, self.viewer, workspace, reads, self._turn_of)
        self._description.failed.connect(self.failed)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SHOW_MS)
        self._soon.timeout.connect(self._load)

    # --- the document ---
    def show_document(self, document_id: int, page: int = 0, query: str = "") -> None:
        """Shows another document (0 = none), at a page, the words of a query marked."""
        same = document_id == self.document_id
        self.document_id, self._page, self._query = document_id, page, query
        if same and self._source is not None:
            self._mark_hits()
        else:
            self._soon.start()

    def go_on(self) -> None:
        """The document that is shown next gets the focus in its first doubtful field."""
        self._go_on = True

    def go_to_field(self, name: str) -> None:
        """The cursor into this field, at once or as soon as the document is shown."""
        if self.view is not None and self.view.document.id == self.document_id:
            self.form.focus_field(name)
        else:
            self._wanted_field = name

    def reload(self) -> None:
        """Reads the fields anew; the pages stay as they are in view."""
        if self.document_id:
            self._ask_fields()

    def say_title(self, say: Callable[[str, str], None]) -> None:
        """Calls `say(code, subject)` now, where known, and whenever they change."""
        self._titled = say
        self._tell_title()

    def _load(self) -> None:
        if not self.document_id:
            self._reads.forget("pages")
            self._take_pages(None)
            self._take_fields(None)
            return

        self._ask_pages()
        self._ask_fields()

    def _ask_pages(self) -> None:
        document_id, workspace = self.document_id, self._workspace

        def open_pages() -> DocumentPages:
            from app.desk import viewing

            return viewing.open_document(workspace, document_id)

        self._reads.run("pages", open_pages, self._take_pages)

    def _ask_fields(self) -> None:
        document_id, workspace = self.document_id, self._workspace

        def read() -> DocumentView:
            from app.desk import describing

            return describing.fields_of(workspace, document_id)

        self._reads.run("fields", read, self._take_fields)

    def _take_pages(self, pages: DocumentPages | None) -> None:
        self._source = ArchivePages(pages) if pages is not None else None
        self._turns = {}
        self.viewer.set_source(self._source)
        self._mark_hits()

    def say_signatures(self, lines: list[Line]) -> None:
        """Puts a fresh report on the signatures into the form."""
        self.form.set_lines("signatures", lines)
        self.form.reveal("signatures")

    def _ask_facts(self) -> None:
        document_id = self.document_id
        self._reads.ask("facts", self._workspace.catalog, lambda s: facts_of(s, document_id), self._take_facts)

    def _take_facts(self, facts: dict[str, list[Line]]) -> None:
        for section, lines in facts.items():
            self.form.set_lines(section, lines)
        if len(facts["pages"]) != (self._source.count if self._source else 0):
            self._ask_pages()  # pages came or went while the document was shown

    def _take_fields(self, view: DocumentView | None) -> None:
        if view is not None and view.document.id != self.document_id:
            return
        self.view = view
        self._description.show(view)
        self._tell_title()
        if view is not None:
            if self._go_on and not self.form.focus_next_doubtful():
                self.form.focus_field(next(iter(self.form.cells)))
            elif self._wanted_field:
                self.form.focus_field(self._wanted_field)
            self._go_on, self._wanted_field = False, ""
            self._ask_facts()
            self._ask_findings()

    def _ask_findings(self) -> None:
        """What looks wrong in the document by itself, and beside the others of its dossier."""
        document_id, workspace = self.document_id, self._workspace

        def check() -> list[Finding]:
            from app.desk import reviewing

            return [one for one in reviewing.checks_of(workspace, [document_id]) if one.code != "field.missing"]

        self._reads.run("findings", check, lambda found: self._take_findings(document_id, found))

    def _take_findings(self, document_id: int, found: list[Finding]) -> None:
        """Of several about one field the first is said."""
        said = {one.field: one.message for one in reversed(found)}
        self.form.show_findings(document_id, said, {one.field for one in found if one.stands})

    def _tell_title(self) -> None:
        if self._titled is not None:
            document = self.view.document if self.view else None
            self._titled(document.code if document else "", document.subject if document else "")

    # --- the pages ---
    def _mark_hits(self) -> None:
        if self._source is None:
            return
        if self._page:
            self.viewer.go_to_page(self._page)
        if not self._query:
            self.viewer.show_hits([])
            return
        document_id, workspace, query = self.document_id, self._workspace, self._query

        def find() -> list[tuple[int, Box]]:
            from app.desk import searching

            return searching.hit_boxes(workspace, document_id, query)

        self._reads.run("hits", find, lambda found: self._take_hits(document_id, found))

    def _take_hits(self, document_id: int, found: list[tuple[int, Box]]) -> None:
        if document_id != self.document_id or self._source is None:
            return
        source = self._source
        hits = [
            Hit(page, (turned(box, source.turn(page)),))
            for page, boxes in groupby(found, lambda each: each[0])
            for _p, box in boxes
        ]
        first = next((i for i, hit in enumerate(hits) if hit.page >= self._page), 0)
        self.viewer.show_hits(hits, first)

    def _turned(self, page: int, degrees: int) -> None:
        by = (degrees - self._turns.get(page, 0)) % 360
        self._turns[page] = degrees
        if by:
            document_id, workspace = self.document_id, self._workspace

            def turn() -> None:
                from app.desk import describing

                describing.turn_page(workspace, document_id, page, by)

            self._reads.write(turn)

    def _turn_of(self, page: int) -> int:
        return self._source.turn(page) if self._source else 0

    # --- lending the viewer ---
    def lend_viewer(self, place: QVBoxLayout) -> None:
        """Moves the viewer into another layout."""
        if not self._home.isHidden():
            self._sizes = self.splitter.sizes()
        place.addWidget(self.viewer)
        self._home.hide()

    def take_viewer(self) -> None:
        self._home_place.addWidget(self.viewer)
        if self._home.isHidden():
            self._home.show()
            self.splitter.setSizes(self._sizes)
        self._titled = None

    # --- what is remembered ---
    def layout_words(self) -> dict[str, Any]:
        sizes = self._sizes if self._home.isHidden() else self.splitter.sizes()  # a lent viewer leaves no height behind
        return {"sizes": sizes, "folds": self.form.folds()}

    def restore_layout(self, kept: dict[str, Any]) -> None:
        sizes = kept.get("sizes")
        if (
            isinstance(sizes, list)
            and len(sizes) == self.splitter.count()
            and all(isinstance(s, int) and s >= LEAST for s in sizes)
        ):
            self.splitter.setSizes(sizes)
        folds = kept.get("folds")
        if isinstance(folds, dict):
            self.form.set_folds({str(name): bool(on) for name, on in folds.items()})
