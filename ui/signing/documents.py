"""The documents of a signing: which one is looked at, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.errors import Problem
from app.i18n import _
from storage.queries import DocumentRow
from ui import icons

LAID_OUT = 60  # rows at once
ID = Qt.ItemDataRole.UserRole


class SignList(QListWidget):
    """`looked_at(document_id)` when another document is chosen to look at."""

    looked_at = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[DocumentRow] = []
        self.setAccessibleName(_("Documents to sign"))
        self.setWordWrap(True)
        self.setSpacing(3)
        self.setLayoutMode(QListWidget.LayoutMode.Batched)  # two thousand wrapped lines take a second to lay out
        self.setBatchSize(LAID_OUT)
        self.currentItemChanged.connect(self._changed)

    def take(self, rows: Sequence[DocumentRow]) -> None:
        """What the archive says of the documents; the first one is looked at."""
        self.rows = list(rows)
        picture = icons.icon("document", "muted")
        for row in self.rows:
            item = QListWidgetItem(picture, named(row))
            item.setData(ID, row.id)
            item.setToolTip(row.subject)
            self.addItem(item)
        if self.rows:
            self.setCurrentRow(0)

    def _changed(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is not None:
            self.looked_at.emit(int(item.data(ID)))

    @property
    def current(self) -> int | None:
        item = self.currentItem()
        return int(item.data(ID)) if item is not None else None

    def _item(self, document_id: int) -> tuple[QListWidgetItem, DocumentRow] | None:
        for place, row in enumerate(self.rows):
            if row.id == document_id:
                return self.item(place), row
        return None

    def mark(self, document_id: int, icon: str, ink: str, words: str) -> None:
        """Icon and a second line with what became of the document."""
        found = self._item(document_id)
        if found is not None:
            item, row = found
            item.setIcon(icons.icon(icon, ink))
            item.setText(f"{named(row)}\n{words}")

    def mark_signed(self, document_id: int) -> None:
        self.mark(document_id, "done", "success", _("Signed and checked"))

    def mark_problem(self, document_id: int, problem: Problem) -> None:
        self.mark(document_id, "error", "danger", f"{problem.message} {problem.advice}".strip())

    def mark_waiting(self, document_id: int) -> None:
        self.mark(document_id, "clock", "muted", _("Not signed yet"))


def named(row: DocumentRow) -> str:
    subject = row.subject if len(row.subject) <= 90 else row.subject[:88].rsplit(" ", 1)[0] + "…"
    return " — ".join(part for part in (row.code, subject) if part) or _("Document {id}").format(id=row.id)
