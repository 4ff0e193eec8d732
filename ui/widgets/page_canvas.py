"""The pages of a document in one scrolled column: zoom, turning, choosing words, marks, drawing a box.

`PageViewer` puts the buttons and the strip of thumbnails around it. Long work (rendering) is `PageLoader`'s;
arithmetic is `PageLayout`'s; painting is `page_paint`'s. What stays here is the mouse, the keys and the scroll bars.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.i18n import _
from storage.records.reading import Box, PageText
from ui import theme
from ui.widgets import page_paint
from ui.widgets.page_layout import A4, ZOOM_MAX, ZOOM_MIN, Fit, PageLayout, Rect, natural_size, next_zoom
from ui.widgets.page_loader import PageLoader, Want
from ui.widgets.page_source import PageSource, page_size
from ui.widgets.text_select import Selection


@dataclass(slots=True, frozen=True)
class Hit:
    """A found word or run of words: its boxes on one page (from 1)."""

    page: int
    boxes: tuple[Box, ...]


class PageCanvas(QAbstractScrollArea):
    """Signals: `page_changed(page)` when another page leads the view, `zoom_changed(zoom)`, `turned(page, degrees)`
    with the whole turn of the view, `selection_changed(text)`, `box_drawn(page, box)`, `drawing_changed(on)`."""

    page_changed = Signal(int)
    zoom_changed = Signal(float)
    turned = Signal(int, int)
    selection_changed = Signal(str)
    box_drawn = Signal(int, object)
    drawing_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None, *, limit_mb: int = 160) -> None:
        super().__init__(parent)
        self.loader = PageLoader(self, limit_mb=limit_mb)
        self.loader.loaded.connect(lambda _page: self.viewport().update())
        self.loader.failed.connect(lambda _page: self.viewport().update())
        self.loader.text_loaded.connect(self._text_came)
        self.loader.measured.connect(self._measured)
        self.layout_ = PageLayout()
        self.fit = Fit.WIDTH
        self.count = 0
        self._page = 0
        self._sized: set[int] = set()
        self._selection: Selection | None = None
        self._hits: list[Hit] = []
        self._hit = -1
        self._evidence: tuple[int, Box] | None = None
        self.band: tuple[QPointF, QPointF] | None = None
        self._drawing = False
        self._ask_soon = QTimer(self)
        self._ask_soon.setSingleShot(True)
        self._ask_soon.setInterval(60)
        self._ask_soon.timeout.connect(self._ask)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setAccessibleName(_("Pages of the document"))
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalScrollBar().setSingleStep(40)

    # --- the document ---
    def set_source(self, source: PageSource | None) -> None:
        """Shows another document from its first page; None shows nothing."""
        self.loader.set_source(source)
        self.count = source.count if source else 0
        self._sized = set()
        self._page, self._selection, self._hits, self._hit = 0, None, [], -1
        self._evidence = self.band = None
        self.layout_.reset(self._natural_sizes(source))
        self._rearrange()
        self.verticalScrollBar().setValue(0)
        self._scrolled()
        self.selection_changed.emit("")

    def _natural_sizes(self, source: PageSource | None) -> list[tuple[float, float]]:
        sizes = [A4] * self.count
        for page in range(1, self.count + 1):
            points = page_size(source, page) if source is not None else None
            if points is not None:
                sizes[page - 1] = (points[0] / 72 * 96, points[1] / 72 * 96)
                self._sized.add(page)
        return sizes

    def _measured(self, page: int, width: int, height: int, dots: int) -> None:
        """The true size of a page whose size was only guessed. What the person looks at stays where it is."""
        if page in self._sized or page > self.count:
            return
        self._sized.add(page)
        self.layout_.sizes[page - 1] = natural_size(width, height, dots)
        self._rearrange(keep=True)

    def _text_came(self, page: int) -> None:
        if page == self._page:
            self._describe()
        self.viewport().update()

    @property
    def page(self) -> int:
        """The page that leads the view, from 1; 0 when there is none."""
        return self._page

    def text(self, page: int) -> PageText | None:
        return self.loader.text(page)

    # --- zoom and turning ---
    @property
    def zoom(self) -> float:
        return self.layout_.zoom

    def set_zoom(self, zoom: float, at: QPoint | None = None) -> None:
        """Life size is 1.0. The point `at` of the viewport (its middle when None) stays under the mouse."""
        self.fit = Fit.FREE
        self._zoom_to(min(max(zoom, ZOOM_MIN), ZOOM_MAX), at)

    def step_zoom(self, direction: int, at: QPoint | None = None) -> None:
        self.set_zoom(next_zoom(self.zoom, direction), at)

    def set_fit(self, fit: Fit) -> None:
        self.fit = fit
        self._rearrange(keep=True)
        if fit is Fit.PAGE and self._page:
            self.go_to_page(self._page)

    def _zoom_to(self, zoom: float, at: QPoint | None) -> None:
        spot = QPointF(at) if at is not None else QPointF(self.viewport().width() / 2, self.viewport().height() / 2)
        held = self.layout_.locate(spot.x() + self._left, spot.y() + self._top)
        self.layout_.zoom = zoom
        self._rearrange()
        if held is not None:
            x, y, _w, _h = self.layout_.box_rect(held[0], (held[1], held[2], held[1], held[2]))
            self._scroll_to(x - spot.x(), y - spot.y())
        self.zoom_changed.emit(zoom)

    def turn(self, degrees: int) -> None:
        """Turns the leading page by +90 or -90 in the view; `turned` lets the shell keep it."""
        if not self._page:
            return
        turns = self.layout_.turns
        turns[self._page - 1] = (turns[self._page - 1] + degrees) % 360
        page = self._page
        self._rearrange()
        self.go_to_page(page)
        self.turned.emit(page, turns[page - 1])

    def _rearrange(self, *, keep: bool = False) -> None:
        held = self._hold() if keep else None
        self.layout_.viewport = (float(self.viewport().width()), float(self.viewport().height()))
        if self.fit is not Fit.FREE and self.count:
            zoom = self.layout_.fit_zoom(self.fit, self._page or 1)
            if abs(zoom - self.layout_.zoom) > 1e-6:
                self.layout_.zoom = zoom
                self.zoom_changed.emit(zoom)
        self.layout_.arrange()
        width, height = self.layout_.extent
        for bar, extent, view in (
            (self.horizontalScrollBar(), width, self.viewport().width()),
            (self.verticalScrollBar(), height, self.viewport().height()),
        ):
            bar.setPageStep(view)
            bar.setRange(0, max(0, round(extent) - view))
        if held is not None:
            self._let_go(*held)
        self._scrolled()

    def _hold(self) -> tuple[int, float, float] | None:
        """What the person looks at: the leading page, pixels from the view's top to its top, and that as a share of its height."""
        if not self._page or self._top <= 0:
            return None
        _left, top, _width, height = self.layout_.rect(self._page)
        return (self._page, top - self._top, (self._top - top) / height)

    def _let_go(self, page: int, above: float, share: float) -> None:
        _left, top, _width, height = self.layout_.rect(page)
        self.verticalScrollBar().setValue(round(top - above if above >= 0 else top + share * height))

    # --- scrolling ---
    @property
    def _left(self) -> float:
        return float(self.horizontalScrollBar().value())

    @property
    def _top(self) -> float:
        return float(self.verticalScrollBar().value())

    def _scroll_to(self, left: float, top: float) -> None:
        self.horizontalScrollBar().setValue(round(left))
        self.verticalScrollBar().setValue(round(top))

    def go_to_page(self, page: int) -> None:
        """Brings the top of a page (from 1) to the top of the view."""
        if self.count:
            page = min(max(page, 1), self.count)
            self.verticalScrollBar().setValue(round(self.layout_.rect(page)[1] - 8))
            self._lead(page)

    def reveal(self, page: int, box: Box) -> None:
        """Scrolls so that the box is in view, with room around it; does nothing when it already is."""
        if not 1 <= page <= self.count:
            return
        left, top, width, height = self.layout_.box_rect(page, box)
        view_width, view_height = self.viewport().width(), self.viewport().height()
        if not (self._top + 8 <= top and top + height <= self._top + view_height - 8):
            self.verticalScrollBar().setValue(round(top - max((view_height - height) / 3, 8)))
        if not (self._left <= left and left + width <= self._left + view_width):
            self.horizontalScrollBar().setValue(round(left - max((view_width - width) / 2, 8)))
        self._lead(page)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._scrolled()

    def _scrolled(self) -> None:
        self.viewport().update()
        self._ask_soon.start()
        if self.count:
            self._lead(self.layout_.page_at(self._top + self.viewport().height() / 3))

    def _lead(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self._describe()
            self.page_changed.emit(page)

    def _describe(self) -> None:
        text = self.loader.text(self._page)
        place = _("Page {page} of {count}").format(page=self._page, count=self.count)
        self.setAccessibleDescription(f"{place}. {text.text}" if text else place)

    def _ask(self) -> None:
        """Asks for the pages in view, then for one on either side."""
        seen = list(self.layout_.visible(self._top, self.viewport().height()))
        if not seen:
            return
        pages = [*seen, *(p for p in (seen[-1] + 1, seen[0] - 1) if 1 <= p <= self.count)]
        ratio = self.devicePixelRatioF() * self.zoom
        self.loader.want([Want(page, max(1, round(self.layout_.sizes[page - 1][0] * ratio))) for page in pages])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rearrange(keep=True)

    # --- marks ---
    def show_hits(self, hits: Sequence[Hit], current: int = 0) -> None:
        """Marks the words a search found; `current` (an index) is brought into view, -1 for none."""
        self._hits = list(hits)
        self._hit = current if 0 <= current < len(self._hits) else -1
        if self._hit >= 0 and self._hits[self._hit].boxes:
            self.reveal(self._hits[self._hit].page, self._hits[self._hit].boxes[0])
        self.viewport().update()

    @property
    def current_hit(self) -> int:
        return self._hit

    @property
    def hits(self) -> Sequence[Hit]:
        return self._hits

    def show_evidence(self, page: int | None, box: Box | None) -> None:
        """Frames where a value was read and brings it into view; None takes the frame away."""
        self._evidence = (page, box) if page is not None and box is not None and 1 <= page <= self.count else None
        if self._evidence is not None:
            self.reveal(*self._evidence)
        elif page is not None and 1 <= page <= self.count:
            self.go_to_page(page)
        self.viewport().update()

    @property
    def evidence(self) -> tuple[int, Box] | None:
        return self._evidence

    # --- selection ---
    @property
    def selection(self) -> Selection | None:
        return self._selection

    def select(self, selection: Selection | None) -> None:
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(self.selected_text())
            self.viewport().update()

    def selected_text(self) -> str:
        """The chosen words, NFC, a line a line; "" for none."""
        return self._selection.text(self._texts(self._selection.pages)) if self._selection else ""

    def _texts(self, pages: range) -> Mapping[int, PageText]:
        found = {page: self.loader.text(page) for page in pages}
        return {page: text for page, text in found.items() if text is not None}

    # --- drawing a box ---
    @property
    def drawing(self) -> bool:
        return self._drawing

    def set_drawing(self, on: bool) -> None:
        """While on, dragging draws a box and `box_drawn` tells it; Esc or the right button leaves."""
        if on != self._drawing:
            self._drawing, self.band = on, None
            self.viewport().setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
            self.viewport().update()
            self.drawing_changed.emit(on)

    def canvas_point(self, position: QPointF) -> QPointF:
        """A point of the viewport on the scrolled canvas."""
        return QPointF(position.x() + self._left, position.y() + self._top)

    # --- painting ---
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.current().hover)
        painter.translate(-self._left, -self._top)
        for page in self.layout_.visible(self._top, self.viewport().height()):
            self._paint_page(painter, page)
        if self.band is not None:
            page_paint.rubber_band(painter, *self.band)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int) -> None:
        rect, image = self.layout_.rect(page), self.loader.image(page)
        page_paint.sheet(painter, rect, image, self.layout_.turns[page - 1])
        if image is None:
            error = self.loader.error(page)
            page_paint.notice(painter, rect, error or _("Opening page {page}…").format(page=page), bad=bool(error))
            return
        for index, hit in enumerate(self._hits):
            if hit.page == page:
                page_paint.hits(painter, self._rects(page, hit.boxes), current=index == self._hit)
        text = self.loader.text(page)
        if self._selection is not None and text is not None:
            page_paint.selection(painter, self._rects(page, self._selection.bands(page, text)))
        if self._evidence is not None and self._evidence[0] == page:
            page_paint.evidence(painter, self.layout_.box_rect(page, self._evidence[1]))

    def _rects(self, page: int, boxes: Sequence[Box]) -> list[Rect]:
        return [self.layout_.box_rect(page, box) for box in boxes]
