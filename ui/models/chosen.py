"""Which rows of a list are chosen, without asking row by row: that takes a tenth of a second for two thousand."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QTableView


def chosen_rows(selection: QItemSelectionModel) -> list[tuple[int, int]]:
    """First and last row of each run of chosen rows, from above."""
    return sorted({(run.top(), run.bottom()) for run in selection.selection().toList()})


def count_of(selection: QItemSelectionModel) -> int:
    return sum(last - first + 1 for first, last in chosen_rows(selection))


def keep_head_apart(table: QTableView) -> None:
    """To draw its head a table asks of every cell of a column whether it is chosen: with all of a million chosen that takes minutes. A
    head with a choice of its own, which stays empty, asks nothing. After `setModel`."""
    head = table.horizontalHeader()
    head.setSelectionModel(QItemSelectionModel(table.model(), head))
