"""A choice that may also be typed: a list of known words, found by any part of them and without accents."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from storage.text import fold
from ui.widgets.choice_box import ChoiceBox

FOLDED = Qt.ItemDataRole.UserRole + 1
_SHOWN = 12  # words of the list that are seen at once


class _Completer(QCompleter):
    """Compares without accents and case: `thong tu` finds Thông tư."""

    def splitPath(self, path: str) -> list[str]:
        return [fold(path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))


class WordBox(ChoiceBox):
    """Shows `words`, offers those that hold what is typed, and takes any other word as it is typed."""

    def __init__(self, label: str, words: Iterable[str], empty: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for word in words:
            self.addItem(word, word)
            self.setItemData(self.count() - 1, fold(word), FOLDED)
        completer = _Completer(self.model(), self)
        completer.setCompletionRole(FOLDED)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(_SHOWN)
        popup = completer.popup()
        if popup is not None:
            popup.setProperty("role", "choices")
        self.setCompleter(completer)
        self.setMaxVisibleItems(_SHOWN)
        line = self.lineEdit()
        if line is not None:
            line.setPlaceholderText(empty)
            line.setAccessibleName(label)
        self.setCurrentIndex(-1)

    def begin(self) -> None:
        """Chooses what stands there, so that typing replaces it."""
        line = self.lineEdit()
        if line is not None:
            line.selectAll()

    def text(self) -> str:
        """The word that stands there; a word of the list in the list's own spelling."""
        typed = " ".join(self.currentText().split())
        place = self.findData(fold(typed), FOLDED)
        return self.itemText(place) if place >= 0 else typed

    def settle(self) -> None:
        """Shows the word as it counts: who typed `thong tu` sees Thông tư."""
        if self.currentText() != self.text():
            self.set_text(self.text())

    def set_text(self, text: str) -> None:
        self.setCurrentIndex(self.findData(text))
        self.setEditText(text)
        line = self.lineEdit()
        if line is not None:
            line.setCursorPosition(0)
