"""The documents of a signing: which one is looked at, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QListView, QWidget

from app.errors import Problem
from app.i18n import _
from storage.queries import DocumentRow
from ui import icons
from ui.signing.rows import PARTS, SignRows

LAID_OUT = 60  # rows at once: two thousand wrapped lines take a second
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Mark = tuple[str, str, str]  # icon, ink, words


class SignModel(QAbstractListModel):
    """Rows and what became of them; two thousand list items would take as long to let go as to make."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[DocumentRow] = []
        self._places: dict[int, int] = {}
        self._marks: dict[int, Mark] = {}

    def take(self, rows: Sequence[DocumentRow]) -> None:
        self.beginResetModel()
        self.rows, self._marks = list(rows), {}
        self._places = {row.id: place for place, row in enumerate(self.rows)}
        self.endResetModel()

    def mark(self, document_id: int, mark: Mark) -> None:
        place = self._places.get(document_id)
        if place is not None:
            self._marks[document_id] = mark
            self.dataChanged.emit(self.index(place), self.index(place))

    def words(self, place: int) -> str:
        row = self.rows[place]
        mark = self._marks.get(row.id)
        return f"{named(row)}\n{mark[2]}" if mark else named(row)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.words(index.row())
        if role == Qt.ItemDataRole.DecorationRole:
            icon, ink, _words = self._marks.get(row.id, ("document", "muted", ""))
            return icons.icon(icon, ink)
        if role == PARTS:
            _icon, ink, words = self._marks.get(row.id, ("", "muted", ""))
            return (row.code or _("Document {id}").format(id=row.id), row.subject, words, ink)
        return self.words(index.row()) if role == Qt.ItemDataRole.ToolTipRole else None


class SignList(QListView):
    """`looked_at(document_id)` when another document is chosen to look at."""

    looked_at = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SignModel(self)
        self.setModel(self._model)
        self.setAccessibleName(_("Documents to sign"))
        self.setItemDelegate(SignRows(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSpacing(2)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(LAID_OUT)
        self.selectionModel().currentChanged.connect(self._changed)

    @property
    def rows(self) -> list[DocumentRow]:
        return self._model.rows

    def take(self, rows: Sequence[DocumentRow]) -> None:
        """What the archive says of the documents; the first one is looked at."""
        self._model.take(rows)
        if rows:
            self.look_at(0)

    def look_at(self, place: int) -> None:
        """Chooses the document at this place, from 0."""
        self.setCurrentIndex(self._model.index(place))

    def words(self, place: int) -> str:
        """What stands at this place: the document, and below it what became of it."""
        return self._model.words(place)

    def _changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.looked_at.emit(self.rows[now.row()].id)

    @property
    def current(self) -> int | None:
        index = self.currentIndex()
        return self.rows[index.row()].id if index.isValid() else None

    def mark(self, document_id: int, icon: str, ink: str, words: str) -> None:
        """Icon and a second line with what became of the document."""
        self._model.mark(document_id, (icon, ink, words))

    def mark_signed(self, document_id: int) -> None:
        self.mark(document_id, "done", "success", _("Signed and checked"))

    def mark_problem(self, document_id: int, problem: Problem) -> None:
        self.mark(document_id, "error", "danger", f"{problem.message} {problem.advice}".strip())

    def mark_waiting(self, document_id: int) -> None:
        self.mark(document_id, "clock", "muted", _("Not signed yet"))


def named(row: DocumentRow) -> str:
    subject = row.subject if len(row.subject) <= 90 else row.subject[:88].rsplit(" ", 1)[0] + "…"
    return " — ".join(part for part in (row.code, subject) if part) or _("Document {id}").format(id=row.id)
