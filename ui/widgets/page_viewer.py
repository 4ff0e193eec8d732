"""The page viewer: a bar of buttons, a strip of thumbnails, the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.i18n import _
from storage.records.reading import Box
from ui import icons, theme
from ui.widgets.page_canvas import Hit
from ui.widgets.page_hand import LivePageCanvas
from ui.widgets.page_layout import Fit
from ui.widgets.page_source import PageSource
from ui.widgets.thumbs import ThumbStrip

__all__ = ["Hit", "PageViewer"]


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
        self._bar = self._make_bar()
        self._empty = QLabel(_("Choose a document to see its pages here."))
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._hint = self._make_hint()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.canvas)
        self._lay_out()
        self._connect()
        self._say()

    # --- the document ---
    def set_source(self, source: PageSource | None) -> None:
        """Shows another document; None (or one without pages) shows a sentence instead."""
        self.stop_box_drawing()
        self.canvas.set_source(source)
        count = self.canvas.count
        self.thumbs.set_count(count)
        self.thumbs.setVisible(count > 1 and self.thumbs_button.isChecked())
        self._stack.setCurrentWidget(self.canvas if count else self._empty)
        self._follow(self.canvas.page)
        self._say()

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
        self._say()

    def step_hit(self, direction: int) -> None:
        """Goes to the next (+1) or previous (-1) hit, round the end."""
        hits = self.canvas.hits
        if hits:
            self.canvas.show_hits(hits, (self.canvas.current_hit + direction) % len(hits))
            self._say()

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
        sentence = _("Drag a box around “{what}” on the page.") if what else _("Drag a box on the page.")
        self._hint_text.setText(sentence.format(what=what))
        self.canvas.set_drawing(True)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop_box_drawing(self) -> None:
        self.canvas.set_drawing(False)

    # --- building ---
    def _make_bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        canvas = self.canvas
        self.thumbs_button = _button("panel-left", _("Thumbnails of the pages"), self._toggle_thumbs, checkable=True)
        self.thumbs_button.setChecked(True)
        self.previous_button = _button("previous", _("Previous page"), lambda: canvas.go_to_page(canvas.page - 1), "PgUp")
        self.next_button = _button("next", _("Next page"), lambda: canvas.go_to_page(canvas.page + 1), "PgDown")
        self.place = QLabel()
        self.zoom_out_button = _button("zoom-out", _("Smaller"), lambda: canvas.step_zoom(-1), "Ctrl+-")
        self.zoom_in_button = _button("zoom-in", _("Larger"), lambda: canvas.step_zoom(+1), "Ctrl++")
        self.zoom_button = QToolButton()
        self.zoom_button.clicked.connect(lambda: canvas.set_zoom(1.0))
        self.width_button = _button("fit-width", _("Fit the width"), lambda: self._fit(Fit.WIDTH), "Ctrl+2", checkable=True)
        self.page_button = _button("fit-page", _("Fit the whole page"), lambda: self._fit(Fit.PAGE), "Ctrl+0", checkable=True)
        self.left_button = _button("rotate-left", _("Turn the page left"), lambda: canvas.turn(-90))
        self.right_button = _button("rotate-right", _("Turn the page right"), lambda: canvas.turn(90))
        self.hits_label = QLabel()
        self.hit_up = _button("up", _("Previous place found"), lambda: self.step_hit(-1))
        self.hit_down = _button("down", _("Next place found"), lambda: self.step_hit(+1))
        for widget in (self.thumbs_button, self.previous_button, self.place, self.next_button):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.hits_label, self.hit_up, self.hit_down):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.zoom_out_button, self.zoom_button, self.zoom_in_button, self.width_button, self.page_button):
            row.addWidget(widget)
        row.addSpacing(8)
        row.addWidget(self.left_button)
        row.addWidget(self.right_button)
        return bar

    def _make_hint(self) -> QFrame:
        hint = QFrame()
        hint.setProperty("kind", "info")
        row = QHBoxLayout(hint)
        row.setContentsMargins(12, 6, 8, 6)
        self._hint_text = QLabel()
        self._hint_text.setWordWrap(True)
        leave = _button("close", _("Stop drawing"), self.stop_box_drawing, "Esc")
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
        column.addWidget(self._bar)
        column.addWidget(self._hint)
        column.addLayout(middle, 1)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.page_changed.connect(self._follow)
        canvas.page_changed.connect(self.page_changed)
        canvas.zoom_changed.connect(lambda _zoom: self._say())
        canvas.turned.connect(self.rotated)
        canvas.selection_changed.connect(self.selection_changed)
        canvas.drawing_changed.connect(self._drawing_changed)
        canvas.box_drawn.connect(self._drawn)
        self.thumbs.chosen.connect(canvas.go_to_page)

    # --- following ---
    def _follow(self, page: int) -> None:
        if page:
            self.thumbs.follow(page)
        self._say()

    def _fit(self, fit: Fit) -> None:
        self.canvas.set_fit(fit)
        self._say()

    def _toggle_thumbs(self) -> None:
        self.thumbs.setVisible(self.canvas.count > 1 and self.thumbs_button.isChecked())

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

    def _say(self) -> None:
        """Brings the bar in line with the pages."""
        page, count = self.canvas.page, self.canvas.count
        self.place.setText(_("Page {page}/{count}").format(page=page, count=count) if count else "")
        percent = f"{round(self.canvas.zoom * 100)} %"
        self.zoom_button.setText(percent)
        self.zoom_button.setAccessibleName(_("Zoom {percent}, press for life size").format(percent=percent))
        self.zoom_button.setToolTip(_("Life size (100 %)") + " — Ctrl+1")
        self.width_button.setChecked(self.canvas.fit is Fit.WIDTH)
        self.page_button.setChecked(self.canvas.fit is Fit.PAGE)
        self.previous_button.setEnabled(page > 1)
        self.next_button.setEnabled(page < count)
        self.thumbs_button.setEnabled(count > 1)
        for button in (
            self.zoom_out_button,
            self.zoom_button,
            self.zoom_in_button,
            self.width_button,
            self.page_button,
            self.left_button,
            self.right_button,
        ):
            button.setEnabled(count > 0)
        self._say_hits()

    def _say_hits(self) -> None:
        total, at = len(self.canvas.hits), self.canvas.current_hit
        self.hits_label.setText(_("Found {at}/{total}").format(at=at + 1, total=total) if total else "")
        for widget in (self.hits_label, self.hit_up, self.hit_down):
            widget.setVisible(total > 0)


def _button(icon: str, name: str, action: Callable[[], object], key: str = "", *, checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setIcon(icons.icon(icon))
    button.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
    button.setAccessibleName(name)
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) if key else ""
    button.setToolTip(f"{name} — {shown}" if shown else name)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda _checked=False: action())
    return button
