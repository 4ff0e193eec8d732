"""The page viewer: a bar of buttons, a strip of thumbnails, the pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.i18n import _
from storage.records.reading import Box
from ui.widgets.mini_button import MiniButton
from ui.widgets.page_canvas import Hit
from ui.widgets.page_hand import LivePageCanvas
from ui.widgets.page_source import PageSource
from ui.widgets.thumbs import ThumbStrip
from ui.widgets.viewer_bar import ViewerBar

__all__ = ["Hit", "PageViewer"]

STRIP_FROM = 560  # pixels: below that the strip of thumbnails would leave too little for the page


class PageViewer(QWidget):
    """Shows the pages of one document.

    Signals: `box_drawn(page, box)` in fractions of the upright page, once for each `start_box_drawing`; `drawing_left()` when the
    person gave it up; `rotated(page, degrees)` the whole clockwise turn of the page's view, for whoever stores it;
    `page_changed(page)`; `selection_changed(text)`.
    """

    box_drawn = Signal(int, object)
    drawing_left = Signal()
    rotated = Signal(int, int)
    page_changed = Signal(int)
    selection_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, limit_mb: int = 160) -> None:
        super().__init__(parent)
        self.canvas = LivePageCanvas(self, limit_mb=limit_mb)
        self.thumbs = ThumbStrip(self.canvas.loader, self)
        self.bar = ViewerBar(self.canvas)
        self._empty = QLabel()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._hint = self._make_hint()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.canvas)
        self._lay_out()
        self._connect()
        self.set_source(None)

    # --- the document ---
    def set_source(self, source: PageSource | None) -> None:
        """Shows another document; None (or one without pages) shows a sentence instead."""
        self.stop_box_drawing()
        self.canvas.set_source(source)
        count = self.canvas.count
        self.thumbs.set_count(count)
        self._place_thumbs()
        nothing = _("Choose a document to see its pages here.")
        self._empty.setText(nothing if source is None else _("This document has no pages to show yet."))
        self._stack.setCurrentWidget(self.canvas if count else self._empty)
        self._follow(self.canvas.page)
        self.bar.refresh()

    def end(self) -> None:
        """Stops fetching for good: call it when the window closes."""
        self.canvas.loader.close()

    @property
    def page(self) -> int:
        """The page in view, from 1; 0 when there is none."""
        return self.canvas.page

    def go_to_page(self, page: int) -> None:
        self.canvas.go_to_page(page)

    def selected_text(self) -> str:
        return self.canvas.selected_text()

    # --- marks ---
    def show_hits(self, hits: Sequence[Hit], current: int = 0) -> None:
        """Marks found words; the hit at index `current` is brought into view."""
        self.canvas.show_hits(hits, current)
        self.bar.refresh()

    def step_hit(self, direction: int) -> None:
        """Goes to the next (+1) or previous (-1) hit, round the end."""
        hits = self.canvas.hits
        if hits:
            self.canvas.show_hits(hits, (self.canvas.current_hit + direction) % len(hits))
            self.bar.refresh()

    def show_evidence(self, page: int | None, box: Box | None) -> None:
        """Frames the place where a value was read, and goes there; None takes the frame away."""
        self.canvas.show_evidence(page, box)

    def crop(self, page: int, box: Box) -> QImage | None:
        """The piece of a page's image around a box, with a little air; None while the page is not there."""
        image = self.canvas.loader.image(page)
        if image is None:
            return None
        x0, y0, x1, y1 = box
        air = 0.012
        left, top = round(max(x0 - air, 0) * image.width()), round(max(y0 - air / 2, 0) * image.height())
        right, bottom = round(min(x1 + air, 1) * image.width()), round(min(y1 + air / 2, 1) * image.height())
        return image.copy(left, top, max(right - left, 1), max(bottom - top, 1))

    # --- drawing a box ---
    def start_box_drawing(self, what: str = "") -> None:
        """Lets the person draw one box. `what` says what it is for, e.g. the field's label."""
        if not self.canvas.count:
            return
        sentence = (
            _("Put a box around “{what}” on the page: with the arrow keys or the mouse.")
            if what
            else _("Put a box on the page: with the arrow keys or the mouse.")
        )
        self._hint_text.setText(sentence.format(what=what))
        self.canvas.set_drawing(True)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop_box_drawing(self) -> None:
        self.canvas.set_drawing(False)

    # --- building ---
    def _make_hint(self) -> QFrame:
        hint = QFrame()
        hint.setProperty("kind", "info")
        row = QHBoxLayout(hint)
        row.setContentsMargins(12, 6, 8, 6)
        self._hint_text = QLabel()
        self._hint_text.setWordWrap(True)
        leave = MiniButton("close", _("Stop drawing"))
        leave.clicked.connect(lambda _checked: self.stop_box_drawing())
        row.addWidget(self._hint_text, 1)
        row.addWidget(leave)
        hint.hide()
        return hint

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.thumbs)
        middle.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._hint)
        column.addLayout(middle, 1)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.page_changed.connect(self._follow)
        canvas.page_changed.connect(self.page_changed)
        canvas.zoom_changed.connect(lambda _zoom: self.bar.refresh())
        canvas.turned.connect(self.rotated)
        canvas.selection_changed.connect(self.selection_changed)
        canvas.drawing_changed.connect(self._drawing_changed)
        canvas.box_drawn.connect(self._drawn)
        self.thumbs.chosen.connect(canvas.go_to_page)
        self.bar.thumbs_toggled.connect(lambda _on: self._place_thumbs())
        self.bar.hit_wanted.connect(self.step_hit)

    # --- following ---
    def _follow(self, page: int) -> None:
        if page:
            self.thumbs.follow(page)
        self.bar.refresh()

    def _drawn(self, page: int, box: Box) -> None:
        self.canvas.drawing_changed.disconnect(self._drawing_changed)
        self.canvas.set_drawing(False)
        self.canvas.drawing_changed.connect(self._drawing_changed)
        self._hint.hide()
        self.box_drawn.emit(page, box)

    def _drawing_changed(self, on: bool) -> None:
        self._hint.setVisible(on)
        if not on:
            self.drawing_left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_thumbs()

    def _place_thumbs(self) -> None:
        """The strip needs more than one page and room beside them."""
        room = self.width() >= STRIP_FROM
        self.thumbs.setVisible(self.canvas.count > 1 and self.bar.thumbs.isChecked() and room)
        self.bar.strip_room = room
        self.bar.refresh()
