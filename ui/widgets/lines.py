"""Short lists of facts in the details: pages, signatures, history. Long ones come in portions: each row costs the window half a
millisecond, and more the more there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _n
from ui import icons, theme
from ui.models.words import number_word

PORTION = 20
MORE = object()  # the key of the row that offers the rest
ICONS = {"success": "done", "warning": "warning", "danger": "error"}


@dataclass(slots=True, frozen=True)
class Line:
    """A fact: `title` strong, `detail` muted below, `kind` "", success, warning or danger. With a `key` it can be chosen."""

    title: str
    detail: str = ""
    kind: str = ""
    key: Any = None


class LineRow(QFrame):
    """One fact. `chosen(key)` on a click, Enter or Space."""

    chosen = Signal(object)

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(8)
        if line.kind in ICONS:
            picture = QLabel()
            picture.setPixmap(icons.pixmap(ICONS[line.kind], line.kind, 16, self.devicePixelRatioF()))
            row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        for text, role in ((line.title, line.kind if line.kind in ICONS else ""), (line.detail, "muted")):
            if text:
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                label.setProperty("role", role)
                label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                texts.addWidget(label)
        row.addLayout(texts, 1)
        if line.key is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setAccessibleName(". ".join(part for part in (line.title, line.detail) if part))
            self.setProperty("role", "choice")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.line.key is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.line.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.line.key is not None:
            self.chosen.emit(self.line.key)
            return
        super().keyPressEvent(event)


class Lines(QWidget):
    """A column of facts, or a sentence when there is none."""

    chosen = Signal(object)

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self._lines: tuple[Line, ...] = ()
        self._most = PORTION
        self._look = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 8)
        self._column.setSpacing(2)
        self.set_lines(())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            QTimer.singleShot(0, self, self._redraw)

    def _redraw(self) -> None:
        """The icons are drawn in the ink of the look they were made under."""
        if theme.current().name != self._look:
            self._build()

    def set_lines(self, lines: Sequence[Line]) -> None:
        self._lines, self._most = tuple(lines), PORTION
        self._build()

    def _build(self) -> None:
        self._look = theme.current().name
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._add(self._lines[: self._most] or (Line("", self._empty),))

    def _add(self, lines: Sequence[Line]) -> None:
        for line in lines:
            row = LineRow(line)
            row.chosen.connect(self.chosen)
            self._column.addWidget(row)
        rest = len(self._lines) - self._most
        if rest > 0:
            words = _n("Show {count} more", "Show {count} more", rest).format(count=number_word(rest))
            more = LineRow(Line(words, key=MORE))
            more.chosen.connect(lambda _key: self._go_on(more))
            self._column.addWidget(more)
        self._column.addStretch(1)

    def _go_on(self, more: LineRow) -> None:
        """The next portion in the place of the row that offered it; who came by keyboard stands on its first."""
        place, focused = self._most, more.hasFocus()
        self._column.takeAt(self._column.count() - 1)
        self._column.removeWidget(more)
        more.hide()
        more.deleteLater()
        self._most += PORTION
        self._add(self._lines[place : self._most])
        if focused:
            first = self.rows()[place]
            first.show()  # what is not seen yet takes no focus
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def rows(self) -> list[LineRow]:
        items = [self._column.itemAt(i) for i in range(self._column.count())]
        found = [item.widget() for item in items if item is not None]
        return [row for row in found if isinstance(row, LineRow)]
