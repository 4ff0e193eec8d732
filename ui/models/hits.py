"""The results of a search as a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.i18n import _
from storage.text import fold, has_accents, lowered

if TYPE_CHECKING:
    from app.desk.searching import HitRow

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
HIT_ROLE = Qt.ItemDataRole.UserRole + 1


class HitsModel(QAbstractListModel):
    """Hits of one query; `query` tells what to highlight."""

    def __init__(self) -> None:
        super().__init__()
        self.hits: Sequence[HitRow] = ()
        self.query = ""

    def take(self, query: str, hits: Sequence[HitRow]) -> None:
        self.beginResetModel()
        self.query, self.hits = query, hits
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        hit = self.hits[index.row()]
        if role == HIT_ROLE:
            return hit
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _("{code}, {date}, {subject}").format(code=hit.code, date=hit.issued_date, subject=hit.subject)
        return None


def places(text: str, query: str) -> list[tuple[int, int]]:
    """(start, length) of what a query found in `text`: the whole query in a row where it stands so, else every word of it.

    The last word counts as a beginning, as in the index; accents count where they were typed and stand so in the text. Folding maps
    letter to letter in NFC, so places in the folded text are places in the text.
    """
    folded = fold(text)
    words = _WORD.findall(query)
    if not words or len(folded) != len(text):
        return []
    found = _find(words, lowered(text), lowered) if has_accents(query) else []
    found = found or _find(words, folded, fold)
    return [(start, end - start) for start, end in found]


_WORD = re.compile(r"\w+")


def _find(words: list[str], text: str, form: Callable[[str], str]) -> list[tuple[int, int]]:
    shaped = [re.escape(form(word)) for word in words]
    last = len(shaped) - 1
    ends = [word if place == last else rf"{word}(?!\w)" for place, word in enumerate(shaped)]
    rows = re.compile(r"(?<!\w)" + r"\W+".join(ends) + r"\w*")
    single = re.compile(r"(?<!\w)(?:" + "|".join(ends) + r")\w*")
    return [m.span() for m in rows.finditer(text)] or [m.span() for m in single.finditer(text)]
