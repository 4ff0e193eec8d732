"""Which rows of a list are chosen, without asking row by row: that takes a tenth of a second for two thousand."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTableView

JUMPS = (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def chosen_rows(selection: QItemSelectionModel) -> list[tuple[int, int]]:
    """First and last row of each run of chosen rows, from above."""
    return sorted({(run.top(), run.bottom()) for run in selection.selection().toList()})


def count_of(selection: QItemSelectionModel) -> int:
    return sum(last - first + 1 for first, last in chosen_rows(selection))


def acting_row(selection: QItemSelectionModel) -> int:
    """The row that is shown and opened: the current one, but where that is not chosen the nearest that is, as verbs work on chosen ones.

    The current row alone where nothing is chosen, -1 without one.
    """
    current = selection.currentIndex()
    if not current.isValid() or selection.isSelected(current):
        return current.row()
    row = current.row()
    edges = [min(max(row, first), last) for first, last in chosen_rows(selection)]
    return min(edges, key=lambda edge: abs(edge - row), default=row)


def jumping(event: QKeyEvent) -> QKeyEvent:
    """Ctrl+Home, Ctrl+End, Ctrl+PageUp and Ctrl+PageDown without Ctrl, which Qt takes for "move but choose nothing"; others as they are."""
    ctrl = Qt.KeyboardModifier.ControlModifier
    if event.key() not in JUMPS or not event.modifiers() & ctrl:
        return event
    return QKeyEvent(event.type(), event.key(), event.modifiers() & ~ctrl, event.text(), event.isAutoRepeat(), event.count())


def keep_head_apart(table: QTableView) -> None:
    """To draw its head a table asks of every cell of a column whether it is chosen: with all of a million chosen that takes minutes. A
    head with a choice of its own, which stays empty, asks nothing. After `setModel`."""
    head = table.horizontalHeader()
    head.setSelectionModel(QItemSelectionModel(table.model(), head))
