"""The rows of what stops being provable, for a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from app.desk.lasting import DueRow
from app.i18n import N_, _, _n
from ui import icons, theme

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
LOOKS = {"ended": ("error", "danger"), "soon": ("warning", "warning"), "later": ("clock", "muted")}
WHYS = {
    "certificate": N_("The certificate expires; there is no time stamp"),
    "stamp": N_("The time stamp expires"),
}


class Column(IntEnum):
    UNTIL, LEFT, CODE, SUBJECT, SIGNER, WHY = range(6)


HEADS = {
    Column.UNTIL: N_("Provable until"),
    Column.LEFT: N_("State"),
    Column.CODE: N_("Number, notation"),
    Column.SUBJECT: N_("Subject"),
    Column.SIGNER: N_("Signed by"),
    Column.WHY: N_("Why"),
}


class DueModel(QAbstractTableModel):
    """In the order that the desk gives: the soonest first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[DueRow] = ()

    def take(self, rows: Sequence[DueRow]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(HEADS[Column(section)])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return words(row)[column]
        if role == Qt.ItemDataRole.DecorationRole and column == Column.LEFT:
            return icons.icon(*LOOKS[row.state])
        if role == Qt.ItemDataRole.ForegroundRole and column == Column.LEFT and row.state != "later":
            return QColor(getattr(theme.current(), LOOKS[row.state][1]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return words(row)[column] if column != Column.LEFT else advice(row)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == Column.UNTIL:
            return ". ".join(part for part in words(row) if part)
        return None


def words(row: DueRow) -> list[str]:
    """One text a column."""
    local = row.until.astimezone()
    subject = row.subject or _("no subject yet")
    return [f"{local:%d/%m/%Y}", left(row), row.code, subject, row.signer, _(WHYS[row.why])]


def left(row: DueRow) -> str:
    """How long it still lasts, as one says it."""
    if row.state == "ended":
        return _("Ended")
    days = (row.until.astimezone().date() - datetime.now(UTC).astimezone().date()).days
    if days < 1:
        return _("Ends today")
    if days <= 90:
        return _n("{count} day left", "{count} days left", days).format(count=days)
    months = days // 30
    if months < 24:
        return _n("{count} month left", "{count} months left", months).format(count=months)
    return _n("{count} year left", "{count} years left", days // 365).format(count=days // 365)


def advice(row: DueRow) -> str:
    if row.state == "ended":
        return _("A new time stamp can't prove any more that this was signed in time. Keep the paper or ask the signer anew.")
    if not row.renewable:
        return _("This file is no PDF: it is kept provable by an evidence record.")
    return _("A new time stamp keeps it provable.")
