"""Choosing a dossier for documents. Opened without blocking."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from storage.queries import DossierRow
from storage.text import fold
from ui import theme
from ui.icons import icon
from ui.pages.delegates import ElidedRows


class ChooseDossierDialog(QDialog):
    """Finds a dossier by code or title, with or without accents. Emits `chosen(id or None)`, `new_wanted()`."""

    chosen = Signal(object)
    new_wanted = Signal()

    def __init__(self, parent: QWidget, dossiers: list[DossierRow], count: int) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Put into a dossier"))
        self.resize(560, 460)
        self._rows = [(row, fold(f"{row.code} {row.title}")) for row in dossiers]
        words = QLabel(
            _("Put {count} documents into which dossier?").format(count=count)
            if count > 1
            else _("Put the document into which dossier?")
        )
        words.setProperty("role", "heading")
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Code or title…"))
        self.field.setAccessibleName(_("Find a dossier"))
        self.field.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Dossiers"))
        self.list.setProperty("role", "well")
        self.list.setItemDelegate(ElidedRows(self.list))
        self.list.setUniformItemSizes(True)
        self._nothing = QLabel()
        self._nothing.setWordWrap(True)
        self._nothing.setProperty("role", "muted")
        self._ok = QPushButton(_("Put here"))
        out = QPushButton(_("Take out of its dossier"))
        out.setEnabled(bool(dossiers))
        self._new_button = new = QPushButton(icon("dossier-new"), _("New dossier"))
        cancel = QPushButton(_("Cancel"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self.field)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(new)
        row.addWidget(out)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._ok)
        column.addLayout(row)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list.itemDoubleClicked.connect(lambda _item: self._choose())
        self._ok.clicked.connect(self._choose)
        out.clicked.connect(lambda: self._end(None))
        new.clicked.connect(self._new)
        cancel.clicked.connect(self.reject)
        self._fill("")

    def _fill(self, typed: str) -> None:
        wanted = fold(typed).split()
        self.list.clear()
        for row, flat in self._rows:
            if all(word in flat for word in wanted):
                item = QListWidgetItem(icon("dossier", "muted"), f"{row.code} — {row.title}", self.list)
                item.setData(Qt.ItemDataRole.UserRole, row.id)
                item.setToolTip(item.text())
        self.list.setCurrentRow(0)
        found = self.list.count() > 0
        self._ok.setEnabled(found)
        (self._ok if found else self._new_button).setDefault(True)  # Enter makes the dossier that is not there
        theme.restyle(self._ok, "role", "primary" if found else "")
        theme.restyle(self._new_button, "role", "" if found else "primary")
        self._new_button.setIcon(icon("dossier-new", "text" if found else "accent_text"))
        self._nothing.setVisible(not found)
        if not found:
            self._nothing.setText(
                _("No dossier is called that. Type something else, or press Enter to make a new one.")
                if self._rows
                else _("There is no dossier yet. Press Enter to make the first one.")
            )

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._end(item.data(Qt.ItemDataRole.UserRole))

    def _end(self, dossier_id: int | None) -> None:
        self.chosen.emit(dossier_id)
        self.accept()

    def _new(self) -> None:
        self.new_wanted.emit()
        self.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = (event.key() == Qt.Key.Key_Down) - (event.key() == Qt.Key.Key_Up)
            if step:
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, self.list.currentRow() + step)))
                return True
        return super().eventFilter(watched, event)
