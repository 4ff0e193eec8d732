"""The bar of buttons above the pages. In a narrow pane it shows what is needed most; the rest is in the pages' own menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app.i18n import _
from ui import icons, theme
from ui.widgets.page_canvas import PageCanvas
from ui.widgets.page_layout import Fit


class ViewerBar(QFrame):
    """Says where the canvas is and lets one go elsewhere. `thumbs_toggled(on)`, `hit_wanted(+1 | -1)`."""

    thumbs_toggled = Signal(bool)
    hit_wanted = Signal(int)

    def __init__(self, canvas: PageCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.setProperty("role", "bar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._make_buttons()
        self._lay_out()
        self.refresh()

    def _make_buttons(self) -> None:
        canvas = self._canvas
        self.thumbs = _button("panel-left", _("Thumbnails of the pages"), self._toggle_thumbs, checkable=True)
        self.thumbs.setChecked(True)
        self.previous = _button("previous", _("Previous page"), lambda: canvas.go_to_page(canvas.page - 1), "PgUp")
        self.next = _button("next", _("Next page"), lambda: canvas.go_to_page(canvas.page + 1), "PgDown")
        self.place = QLabel()
        self.zoom_out = _button("zoom-out", _("Smaller"), lambda: canvas.step_zoom(-1), "Ctrl+-")
        self.zoom_in = _button("zoom-in", _("Larger"), lambda: canvas.step_zoom(+1), "Ctrl++")
        self.zoom = QToolButton()
        self.zoom.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.zoom.clicked.connect(lambda _checked: canvas.set_zoom(1.0))
        self.width_ = _button("fit-width", _("Fit the width"), lambda: self._fit(Fit.WIDTH), "Ctrl+2", checkable=True)
        self.page = _button("fit-page", _("Fit the whole page"), lambda: self._fit(Fit.PAGE), "Ctrl+0", checkable=True)
        self.left = _button("rotate-left", _("Turn the page left"), lambda: canvas.turn(-90))
        self.right = _button("rotate-right", _("Turn the page right"), lambda: canvas.turn(90))
        self.hits = QLabel()
        self.hit_up = _button("up", _("Previous place found"), lambda: self.hit_wanted.emit(-1))
        self.hit_down = _button("down", _("Next place found"), lambda: self.hit_wanted.emit(+1))
        self.strip_room = True  # whether the strip of thumbnails could be shown; a button that does nothing is none
        self._expendable = (self.left, self.thumbs, self.zoom, self.page, self.right, self.width_, self.hits)

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(2)
        for widget in (self.thumbs, self.previous, self.place, self.next):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        for widget in (self.hits, self.hit_up, self.hit_down):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        for widget in (self.zoom_out, self.zoom, self.zoom_in, self.width_, self.page, self.left, self.right):
            self._row.addWidget(widget)

    def refresh(self) -> None:
        """Brings the bar in line with the pages."""
        canvas = self._canvas
        page, count = canvas.page, canvas.count
        self.place.setText(_("Page {page}/{count}").format(page=page, count=count) if count else "")
        percent = f"{round(canvas.zoom * 100)} %"
        self.zoom.setText(percent)
        self.zoom.setAccessibleName(_("Zoom {percent}, press for life size").format(percent=percent))
        self.zoom.setToolTip(_("Life size (100 %)") + " — Ctrl+1")
        self.width_.setChecked(canvas.fit is Fit.WIDTH)
        self.page.setChecked(canvas.fit is Fit.PAGE)
        self.previous.setEnabled(page > 1)
        self.next.setEnabled(page < count)
        self.thumbs.setEnabled(count > 1)
        for button in (self.zoom_out, self.zoom, self.zoom_in, self.width_, self.page, self.left, self.right):
            button.setEnabled(count > 0)
        total = len(canvas.hits)
        self.hits.setText(_("Found {at}/{total}").format(at=canvas.current_hit + 1, total=total) if total else "")
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Hides the least needed until the rest fits."""
        found = bool(self._canvas.hits)
        shown = self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        useless = set() if found else {self.hits, self.hit_up, self.hit_down}
        if not self.strip_room or self._canvas.count < 2:
            useless.add(self.thumbs)
        wanted = [w for w in shown if w not in useless]
        gone = [w for w in shown if w not in wanted]
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        for widget in self._expendable:
            if sum(w.sizeHint().width() + self._row.spacing() for w in wanted) <= room:
                break
            if widget in wanted:
                wanted.remove(widget)
                gone.append(widget)
        for each in shown:
            if each.isHidden() != (each in gone):
                each.setVisible(each not in gone)

    def _fit(self, fit: Fit) -> None:
        self._canvas.set_fit(fit)
        self.refresh()

    def _toggle_thumbs(self) -> None:
        self.thumbs_toggled.emit(self.thumbs.isChecked())


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
