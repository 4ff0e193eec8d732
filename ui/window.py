"""The window: verbs on top, messages below them, one page at a time, facts at the bottom.

It paints before anything of the archive is imported; pages that need the archive are made when it is open.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QPushButton, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.i18n import _
from app.settings import Settings
from ui import theme
from ui.actions import Actions, Circumstances
from ui.bars import Foot, TopBar
from ui.messages import Banners, Messages
from ui.palette import CommandPalette

if TYPE_CHECKING:
    from ui.pages.library import LibraryPage

NARROW = 1120


class Window(QWidget):
    """Signals: `dropped(list[Path])` files and folders let go over the window; `closing()` before it closes."""

    dropped = Signal(list)
    closing = Signal()

    def __init__(self, settings: Settings, look: theme.Theme, messages: Messages) -> None:
        super().__init__()
        self._settings, self._look = settings, look
        self.setObjectName("window")
        self.setWindowTitle(_("Văn Khố"))
        self.setAcceptDrops(True)
        self.setMinimumSize(860, 470)  # a screen of 1366 × 768 whose user has chosen 150 %
        self.may_close: Callable[[], bool] = lambda: True
        self.actions_ = Actions(self)
        self.top = TopBar(self.actions_)
        self.banners = Banners()
        self.foot = Foot(self.actions_)
        self.pages = QStackedWidget()
        self.library: LibraryPage | None = None
        self._lay_out()
        self.palette_ = CommandPalette(self.actions_, self)
        self.banners.float_over(self)
        self._veil = DropVeil(self)
        messages.listen(self.banners)
        self._wire()
        self.actions_.refresh(Circumstances())
        self._kept = self._load_layout()
        self._restore_geometry()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.banners)
        column.addWidget(self.pages, 1)
        column.addWidget(self.foot)
        self.top.hide()
        self.foot.hide()

    def _wire(self) -> None:
        actions = self.actions_
        actions.on("commands", self.palette_.open)
        actions.on("help", self.show_help)
        actions.on("quit", self.close)
        actions.on("find", self._go_find)
        actions.on(
            "compact", lambda: self._settings.set("ui.density", "compact" if actions["compact"].isChecked() else "comfortable")
        )
        actions.on("dark", lambda: self._settings.set("ui.theme", "dark" if actions["dark"].isChecked() else "light"))
        self._look.changed.connect(self._follow_look)
        self._follow_look()

    def _follow_look(self) -> None:
        self.actions_["compact"].setChecked(self._look.compact)
        self.actions_["dark"].setChecked(theme.current().name != "light")

    # --- pages ---
    def show_page(self, page: QWidget, *, keep: bool = False) -> None:
        """Shows a page; the one before goes, unless it is the library or `keep`."""
        before = self.pages.currentWidget()
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        if before is not None and before is not page and before is not self.library and not keep:
            self.pages.removeWidget(before)
            before.deleteLater()
        page.setFocus()

    def show_library(self, library: LibraryPage) -> None:
        """The archive is open: its page, the verbs and the facts."""
        self.library = library
        library.restore_layout(self._kept.get("library", {}))
        self.actions_["details"].setChecked(not library.details.isHidden())
        self.top.show()
        self.foot.show()
        self.show_page(library)
        library.focus_list()

    def leave_library(self) -> None:
        """The archive is closed: everything of it goes."""
        if self.library is not None:
            self._remember_layout()
            self.top.search.clear()
            library, self.library = self.library, None
            library.shut()
            self.pages.removeWidget(library)
            library.deleteLater()
        self.top.hide()
        self.foot.hide()
        self.actions_.refresh(Circumstances())

    def back(self) -> None:
        """From settings or help to the library, or to whatever lay below."""
        page, below = self.pages.currentWidget(), self.library or self.pages.widget(0)
        if page is not None and below is not None and page is not below:
            self.show_page(below)

    def show_help(self) -> None:
        from ui.pages.help import HelpPage

        if not isinstance(self.pages.currentWidget(), HelpPage):
            self.show_over(HelpPage(self.pages))

    def show_over(self, page: Any) -> None:
        """Shows a page with `closed` over the present one; a page of that kind before it goes."""
        self.back()
        page.closed.connect(self.back)
        self.show_page(page, keep=True)

    def _go_find(self) -> None:
        if self.library is not None:
            self.back()
            self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.top.search.selectAll()

    # --- files let go over the window ---
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.library is not None and _paths(event):
            self._veil.cover()
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._veil.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._veil.hide()
        paths = _paths(event)
        if paths and self.library is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(paths)

    # --- size, keys, closing ---
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.top.set_narrow(self.width() < NARROW)
        self.palette_.close_palette()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.library is not None and self.pages.currentWidget() is self.library:
                if self.top.search.hasFocus():
                    self.library.focus_list()
                else:
                    self.library.close_document()
            self.back()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._press_focused():
            return
        super().keyPressEvent(event)

    def _press_focused(self) -> bool:
        """Enter presses the button that has the focus: outside of dialogs Qt leaves that to the space bar alone."""
        button = self.focusWidget()
        pressed = isinstance(button, QPushButton) or (isinstance(button, QToolButton) and button.menu() is None)
        if pressed and isinstance(button, QAbstractButton):
            button.click()
        return pressed

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self._remember_layout()
        if self.library is not None:
            self.library.shut()
        self.closing.emit()
        super().closeEvent(event)

    # --- what is remembered ---
    def _load_layout(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._settings["ui.window"] or "{}")
            return kept if isinstance(kept, dict) else {}
        except ValueError:
            return {}

    def _restore_geometry(self) -> None:
        geometry = self._kept.get("geometry")
        if not (isinstance(geometry, str) and self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))):
            screen = self.screen().availableGeometry()
            self.resize(min(1440, screen.width() - 40), min(860, screen.height() - 60))

    def _remember_layout(self) -> None:
        self._kept["geometry"] = bytes(self.saveGeometry().toBase64().data()).decode()
        if self.library is not None:
            self._kept["library"] = self.library.layout_words()
        self._settings.set("ui.window", json.dumps(self._kept))


class DropVeil(QFrame):
    """Covers the window while files hang over it, and says what letting go will do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("role", "veil")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QLabel(_("Let go to import"))
        words.setProperty("role", "title")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.addWidget(words)
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._window.rect().adjusted(8, 8, -8, -8))
        self.raise_()
        self.show()


def _paths(event: QDropEvent) -> list[Path]:
    data = event.mimeData()
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
