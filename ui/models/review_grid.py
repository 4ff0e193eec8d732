"""One field of many documents, laid out in columns: a model of cards that holds values only; pictures come from a `CropStore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.i18n import _
from ui.models.review import with_year
from ui.widgets.field_state import FieldDecl, FieldState, state_of, tidy, unread

if TYPE_CHECKING:
    from app.desk.review_checks import Finding
    from app.desk.reviewing import FieldCrop

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
CARD_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(slots=True, frozen=True)
class Card:
    """One document's value with what is known against it."""

    crop: FieldCrop
    state: FieldState
    findings: tuple[Finding, ...] = ()

    @property
    def wants_look(self) -> bool:
        if self.crop.confirmed:
            return self.held
        return self.state.doubtful or bool(self.findings)

    @property
    def held(self) -> bool:
        """Whether something is held against the value of which the clerk has not said that it is right all the same."""
        return any(one.stands for one in self.findings)

    @property
    def word(self) -> str:
        """What to say below the value: the fault where there is one, else how it stands."""
        if self.findings:
            return self.findings[0].word
        if self.crop.confirmed and not self.crop.value:
            return _("Left empty")
        return self.state.word

    @property
    def sentence(self) -> str:
        """For tooltips and screen readers."""
        why = self.crop.reading.why if self.crop.reading is not None and self.wants_look else ""
        parts = [self.crop.title, self.crop.value or _("empty"), self.word, *(one.message for one in self.findings), why]
        return ". ".join(part.rstrip(".") for part in parts if part)


class GridModel(QAbstractTableModel):
    """Cards in rows of `columns`, left to right. `edited(id, name, value)` when the clerk changed a value, `accepted(id, name)` when
    he said that it is right."""

    edited = Signal(int, str, str)
    accepted = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.decl = FieldDecl("codeNumber", "")
        self.cards: list[Card] = []
        self._columns = 1
        self._findings: Mapping[int, tuple[Finding, ...]] = {}

    # --- filling ---
    def fill(self, decl: FieldDecl, crops: Sequence[FieldCrop]) -> None:
        """The same documents as before keep their places: nothing is laid out anew."""
        same = decl.name == self.decl.name and [c.crop.document_id for c in self.cards] == [c.document_id for c in crops]
        if not same:
            self.beginResetModel()
        self.decl = decl
        self.cards = [self._card(crop) for crop in crops]
        if same:
            self._all_changed()
        else:
            self.endResetModel()

    def set_findings(self, findings: Sequence[Finding]) -> None:
        by_document: dict[int, list[Finding]] = {}
        for one in findings:
            if one.field == self.decl.name and one.code != "field.missing":
                by_document.setdefault(one.document_id, []).append(one)
        self._findings = {key: tuple(found) for key, found in by_document.items()}
        self.cards = [self._card(card.crop) for card in self.cards]
        self._all_changed()

    def set_columns(self, columns: int) -> None:
        if columns != self._columns:
            self.beginResetModel()
            self._columns = max(1, columns)
            self.endResetModel()

    def _card(self, crop: FieldCrop) -> Card:
        state = state_of(self.decl, crop.value, crop.reading, crop.confirmed)
        if not crop.confirmed and not state.doubtful and unread(crop.value, crop.reading):
            state = FieldState.CHECK
        return Card(crop, state, self._findings.get(crop.document_id, ()))

    def _all_changed(self) -> None:
        if self.cards:
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self._columns - 1))

    # --- places ---
    def place(self, index: Index) -> int:
        """The number of the card (from 0), -1 behind the last."""
        number = index.row() * self._columns + index.column() if index.isValid() else -1
        return number if 0 <= number < len(self.cards) else -1

    def index_of(self, place: int) -> QModelIndex:
        return self.index(place // self._columns, place % self._columns) if 0 <= place < len(self.cards) else QModelIndex()

    def place_of(self, document_id: int) -> int:
        return next((n for n, card in enumerate(self.cards) if card.crop.document_id == document_id), -1)

    def card(self, index: Index) -> Card | None:
        place = self.place(index)
        return self.cards[place] if place >= 0 else None

    def next_doubtful(self, place: int, by: int = 1) -> int:
        """The next (or previous) card that wants a look, round the end; -1 when there is none."""
        count = len(self.cards)
        for step in range(1, count + 1):
            other = (place + by * step) % count
            if self.cards[other].wants_look:
                return other
        return -1

    @property
    def doubtful(self) -> int:
        return sum(card.wants_look for card in self.cards)

    def touch(self, document_id: int) -> None:
        """Draws a card again."""
        index = self.index_of(self.place_of(document_id))
        if index.isValid():
            self.dataChanged.emit(index, index)

    # --- what the clerk says ---
    def value_of(self, place: int, text: str) -> str:
        """The value that `text` becomes. Raises ValueError with a sentence for the clerk."""
        if self.decl.kind == "date":
            years = [card.crop.value[-4:] for card in self.cards[max(0, place - 1) : place + 1] if card.crop.value]
            text = with_year(text, years[-1] if years else "")
        return tidy(self.decl, text)

    def write(self, place: int, value: str) -> None:
        """Takes a value that `value_of` made; what is already there is accepted instead."""
        crop = self.cards[place].crop
        if value == crop.value:
            self.accept(place)
            return
        self._put(place, replace(crop, value=value, confirmed=True))
        self.edited.emit(crop.document_id, self.decl.name, value)

    def accept(self, place: int) -> None:
        crop = self.cards[place].crop
        if not crop.confirmed or self.cards[place].held:
            self._put(place, replace(crop, confirmed=True))
            self.accepted.emit(crop.document_id, self.decl.name)

    def _put(self, place: int, crop: FieldCrop) -> None:
        heard = tuple(replace(one, stands=False) for one in self._findings.get(crop.document_id, ()))
        self._findings = {**self._findings, crop.document_id: heard}
        self.cards[place] = self._card(crop)
        index = self.index_of(place)
        self.dataChanged.emit(index, index)

    # --- Qt ---
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else -(-len(self.cards) // self._columns)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.card(index)
        if card is None:
            return None
        if role == CARD_ROLE:
            return card
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return card.crop.value
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return card.sentence
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.place(index) < 0:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
