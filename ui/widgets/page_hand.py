"""The mouse and the keys on a page canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QMenu

from app.i18n import _
from ui.widgets.page_canvas import PageCanvas
from ui.widgets.page_layout import Fit
from ui.widgets.text_select import Place, Selection, line_of, nearest_word

NEAR = 0.012  # of a page: this near to a word the mouse means the word, else it drags the page
SMALLEST_BOX = 0.004  # of a page; less is a slip of the hand


class LivePageCanvas(PageCanvas):
    """A page canvas that one can work with.

    Dragging over words chooses them, elsewhere it moves the page; a double click takes a word, a third its line.
    Ctrl+wheel zooms. PgUp/PgDn turn pages, Space and the arrows scroll, Home/End go to the first and last page,
    Ctrl+C copies, Ctrl+A takes the page's text, Ctrl+plus/minus zoom, Ctrl+0 fits the page, Ctrl+1 is life size,
    Ctrl+2 fits the width, Esc lets go.
    """

    _anchor: Place | None = None
    _pan: QPointF | None = None
    _double_at: Place | None = None

    # --- the mouse ---
    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self.drawing:
            if event.button() == Qt.MouseButton.LeftButton:
                point = self.canvas_point(position)
                self.band = (point, point)
            else:
                self.set_drawing(False)
            return
        if event.button() == Qt.MouseButton.MiddleButton:
            self._start_pan(position)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._press(event, position)

    def _press(self, event: QMouseEvent, position: QPointF) -> None:
        place = self._place(position, within=NEAR)
        if place is not None and place == self._double_at:
            self._take_line(place)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.selection is not None:
            self._anchor = self.selection.anchor
            self._drag_to(position)
        elif place is not None:
            self._anchor = place
            self.select(None)
        else:
            self.select(None)
            self._start_pan(position)
        self._double_at = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self.band is not None:
            self.band = (self.band[0], self.canvas_point(position))
            self.viewport().update()
        elif self._anchor is not None:
            self._drag_to(position)
        elif self._pan is not None:
            delta = self._pan - position
            self._pan = position
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(delta.x()))
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(delta.y()))
        elif not self.drawing:
            over = self._place(position, within=NEAR) is not None
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.band is not None:
            self._finish_band()
        if self._pan is not None:
            self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._anchor = self._pan = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position(), within=NEAR)
        if place is not None and event.button() == Qt.MouseButton.LeftButton and not self.drawing:
            self._anchor = self._double_at = place
            self.select(Selection(place, place))

    def _take_line(self, place: Place) -> None:
        text = self.text(place[0])
        if text is not None:
            first, last = line_of(text, place[1])
            self.select(Selection((place[0], first), (place[0], last)))

    def _start_pan(self, position: QPointF) -> None:
        self._pan = position
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def _drag_to(self, position: QPointF) -> None:
        place = self._place(position)
        if place is not None and self._anchor is not None:
            self.select(Selection(self._anchor, place))
        view = self.viewport().height()
        if position.y() < 0 or position.y() > view:
            step = position.y() if position.y() < 0 else position.y() - view
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(step / 2))

    def _place(self, position: QPointF, within: float | None = None) -> Place | None:
        point = self.canvas_point(position)
        found = self.layout_.locate(point.x(), point.y())
        text = self.text(found[0]) if found is not None else None
        if found is None or text is None:
            return None
        index = nearest_word(text, found[1], found[2], within=within)
        return None if index is None else (found[0], index)

    def _finish_band(self) -> None:
        assert self.band is not None  # noqa: S101 - the caller looked
        (one, other), self.band = self.band, None
        self.viewport().update()
        start = self.layout_.locate(one.x(), one.y())
        if start is None:
            return
        page = start[0]
        left, top, width, height = self.layout_.rect(page)
        inside = QPointF(min(max(other.x(), left), left + width), min(max(other.y(), top), top + height - 0.01))
        end = self.layout_.locate(inside.x(), inside.y())
        if end is None:
            return
        box = (min(start[1], end[1]), min(start[2], end[2]), max(start[1], end[1]), max(start[2], end[2]))
        if box[2] - box[0] >= SMALLEST_BOX and box[3] - box[1] >= SMALLEST_BOX:
            self.box_drawn.emit(page, box)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            notches = event.angleDelta().y() / 120
            if notches:
                self.set_zoom(self.zoom * 1.15**notches, event.position().toPoint())
            event.accept()
            return
        super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything the bar can do, for narrow panes and for the menu key."""
        if not self.count:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = self._entry(menu, _("Copy the selected text"), self.copy, "Ctrl+C")
        copy.setEnabled(self.selection is not None)
        menu.addSeparator()
        self._entry(menu, _("Larger"), lambda: self.step_zoom(+1), "Ctrl++")
        self._entry(menu, _("Smaller"), lambda: self.step_zoom(-1), "Ctrl+-")
        self._entry(menu, _("Life size (100 %)"), lambda: self.set_zoom(1.0), "Ctrl+1")
        self._entry(menu, _("Fit the width"), lambda: self.set_fit(Fit.WIDTH), "Ctrl+2")
        self._entry(menu, _("Fit the whole page"), lambda: self.set_fit(Fit.PAGE), "Ctrl+0")
        menu.addSeparator()
        self._entry(menu, _("Turn the page left"), lambda: self.turn(-90))
        self._entry(menu, _("Turn the page right"), lambda: self.turn(90))
        menu.popup(event.globalPos())

    def _entry(self, menu: QMenu, name: str, act: Callable[[], object], key: str = "") -> QAction:
        action = menu.addAction(name)
        action.triggered.connect(lambda _checked: act())
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown only: the canvas takes the key itself
        return action

    # --- the keys ---
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._edit_key(event) or self._zoom_key(event) or self._move_key(event)):
            super().keyPressEvent(event)

    def _edit_key(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._take_page()
        elif event.key() == Qt.Key.Key_Escape and (self.drawing or self.selection is not None):
            self.set_drawing(False)
            self.select(None)
        else:
            return False
        return True

    def _zoom_key(self, event: QKeyEvent) -> bool:
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.step_zoom(+1)
            case Qt.Key.Key_Minus:
                self.step_zoom(-1)
            case Qt.Key.Key_0:
                self.set_fit(Fit.PAGE)
            case Qt.Key.Key_1:
                self.set_zoom(1.0)
            case Qt.Key.Key_2:
                self.set_fit(Fit.WIDTH)
            case _:
                return False
        return True

    def _move_key(self, event: QKeyEvent) -> bool:
        step = self.verticalScrollBar().pageStep() - 40
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        match event.key():
            case Qt.Key.Key_PageDown:
                self.go_to_page(self.page + 1)
            case Qt.Key.Key_PageUp:
                self.go_to_page(self.page - 1)
            case Qt.Key.Key_Home:
                self.go_to_page(1)
            case Qt.Key.Key_End:
                self.go_to_page(self.count)
            case Qt.Key.Key_Space:
                self.verticalScrollBar().setValue(self.verticalScrollBar().value() + (-step if back else step))
            case _:
                return False
        return True

    def copy(self) -> None:
        """Puts the chosen text on the clipboard; nothing chosen leaves the clipboard alone."""
        text = self.selected_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def _take_page(self) -> None:
        text = self.text(self.page)
        if text is not None and text.words:
            self.select(Selection((self.page, 0), (self.page, len(text.words) - 1)))
