"""Which rows of a list are chosen, without asking row by row: that takes a tenth of a second for two thousand."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel


def chosen_rows(selection: QItemSelectionModel) -> list[tuple[int, int]]:
    """First and last row of each run of chosen rows, from above."""
    return sorted({(run.top(), run.bottom()) for run in selection.selection().toList()})


def count_of(selection: QItemSelectionModel) -> int:
    return sum(last - first + 1 for first, last in chosen_rows(selection))
