"""Choosing the dossier that new papers go into."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from app.i18n import _
from storage.queries import DossierRow
from ui.widgets.choice_box import ChoiceBox


class DossierPicker(QWidget):
    """A list of dossiers with "none yet" first, and a button for a new one. `new_wanted()` when that is pressed."""

    new_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = ChoiceBox()
        self.box.setAccessibleName(_("Dossier"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(24)
        self.box.setMaxVisibleItems(14)
        self.new_button = QPushButton(_("New dossier…"))
        self.new_button.setAutoDefault(False)
        self.new_button.clicked.connect(lambda _checked: self.new_wanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addWidget(self.new_button)
        self.setFocusProxy(self.box)
        self.set_rows(())

    def set_rows(self, rows: Sequence[DossierRow], chosen: int | None = None) -> None:
        """Fills the list; `chosen` (a dossier's id) is selected, None means "no dossier yet"."""
        self.box.clear()
        self.box.addItem(_("No dossier yet; file it later"), None)
        for row in rows:
            self.box.addItem(f"{row.code} — {row.title}", row.id)
        index = self.box.findData(chosen) if chosen is not None else 0
        self.box.setCurrentIndex(max(index, 0))

    @property
    def dossier_id(self) -> int | None:
        found = self.box.currentData()
        return int(found) if found is not None else None
