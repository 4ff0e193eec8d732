"""The keys of the review: one table, a filter that hears them wherever the focus is, and the strip that names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from app.i18n import N_, _
from ui.actions import key_text

# (key, words); the first fit into the strip, all stand in its tooltip
DOCUMENT_KEYS = (
    ("Return", N_("right, go on")),
    ("Shift+Return", N_("back")),
    ("F3", N_("skip")),
    ("Ctrl+D", N_("as in the one before")),
    ("F6", N_("draw a box")),
    ("Alt+Down", N_("next document")),
    ("Ctrl+Shift+Return", N_("all right")),
    ("F4", N_("one field of all")),
    ("Ctrl+Z", N_("undo")),
    ("Esc", N_("leave")),
)
GRID_KEYS = (
    ("Return", N_("right, go on")),
    ("Shift+Return", N_("back")),
    ("F3", N_("next doubtful one")),
    ("0…9", N_("type over it")),
    ("Ctrl+D", N_("as in the one before")),
    ("Alt+→", N_("next field")),
    ("F4", N_("this document")),
    ("Ctrl+Z", N_("undo")),
    ("Esc", N_("leave")),
)
BOX_KEYS = (
    ("←↑→↓", N_("move the box")),
    ("Shift+←↑→↓", N_("make it larger or smaller")),
    ("Return", N_("read it")),
    ("Esc", N_("don't read")),
)
Handler = Callable[[], bool | None]
_OURS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def name_of(event: QKeyEvent) -> str:
    """ "Shift+Return" of a key press; both Enter keys are Return."""
    key = Qt.Key.Key_Return if event.key() == Qt.Key.Key_Enter else Qt.Key(event.key())
    modifiers = event.modifiers() & _OURS
    if key == Qt.Key.Key_Backtab:
        key, modifiers = Qt.Key.Key_Tab, modifiers | Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(key | modifiers).toString(QKeySequence.SequenceFormat.PortableText)


class Keys(QObject):
    """Hears keys on the widgets that it watches, before they do. A handler that returns False lets the key pass."""

    def __init__(self, handlers: Mapping[str, Handler], parent: QObject) -> None:
        super().__init__(parent)
        self._handlers = dict(handlers)

    def watch(self, *widgets: QWidget) -> None:
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) or not isinstance(event, QKeyEvent):
            return False
        handler = self._handlers.get(name_of(event))
        if handler is None:
            return False
        if kind == QEvent.Type.ShortcutOverride:  # the key is ours, not that of an action of the window
            event.accept()
            return True
        return handler() is not False


class KeyStrip(QFrame):
    """The keys that count now, in a line at the bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 4, 10, 4)
        self._row.setSpacing(4)
        self._pairs: list[tuple[QLabel, QLabel]] = []

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._pairs = []
        for key, words in keys:
            cap, label = QLabel(key_text(key) if key.isascii() else key), QLabel(_(words))
            cap.setProperty("role", "key")
            label.setProperty("role", "muted")
            self._row.addWidget(cap)
            self._row.addWidget(label)
            self._row.addSpacing(8)
            self._pairs.append((cap, label))
        self._row.addStretch(1)
        lines = [f"{cap.text()}: {label.text()}" for cap, label in self._pairs]
        self.setToolTip("\n".join(lines))
        self.setAccessibleName(_("Keys"))
        self.setAccessibleDescription(". ".join(lines))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Drops from the end what does not fit; "leave" stays."""
        room = self.width() - 20
        for number, (cap, label) in enumerate(self._pairs):
            need = cap.sizeHint().width() + label.sizeHint().width() + 20
            last = number == len(self._pairs) - 1
            keep = self._pairs[-1][0].sizeHint().width() + self._pairs[-1][1].sizeHint().width() + 20
            fits = room - need >= (0 if last else keep)
            cap.setVisible(fits)
            label.setVisible(fits)
            if fits:
                room -= need

    def minimumSizeHint(self) -> object:  # type: ignore[override]
        hint = super().minimumSizeHint()
        hint.setWidth(200)
        return hint
