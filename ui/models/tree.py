"""The tree on the left: shelves of work first, then fonds › inventory › dossier, each with its number of documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.i18n import N_, _
from storage.queries import Counts, Scope, TreeRow
from ui.icons import icon
from ui.models.documents import MIME

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
COUNT_ROLE = Qt.ItemDataRole.UserRole + 1
KIND_ROLE = Qt.ItemDataRole.UserRole + 2
CODE_ROLE = Qt.ItemDataRole.UserRole + 3

SHELVES: tuple[tuple[str, str, str], ...] = (
    ("all", N_("All documents"), "documents"),
    ("unfiled", N_("Not in a dossier"), "unfiled"),
    ("to_check", N_("To be checked"), "review"),
    ("to_sign", N_("To be signed"), "to-sign"),
    ("unsynced", N_("To be synced"), "to-sync"),
    ("deleted", N_("Bin"), "trash"),
)
ICONS = {"fonds": "fonds", "inventory": "inventory", "dossier": "dossier"}
COUNT_FIELDS = {"all": "documents"}


@dataclass(slots=True, eq=False)
class Node:
    """One line of the tree. `key` = (kind, id); shelves have id 0."""

    kind: str
    id: int
    title: str
    icon: str
    code: str = ""
    count: int = 0
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.id

    @property
    def scope(self) -> Scope:
        return Scope(self.kind, self.id or None)

    @property
    def row(self) -> int:
        return self.parent.children.index(self) if self.parent else 0


class TreeModel(QAbstractItemModel):
    """Rebuilt whole from a list of rows; views restore what was open by `key`."""

    filed = Signal(list, int)  # document ids dropped on a dossier

    def __init__(self) -> None:
        super().__init__()
        self._root = Node("root", 0, "", "")
        self._by_key: dict[tuple[str, int], Node] = {}
        self.fill([], Counts(0, 0, 0, 0, 0, 0, 0))

    def fill(self, rows: list[TreeRow], counts: Counts) -> bool:
        """Takes new rows. Where only numbers changed nothing is reset; returns whether it was."""
        fresh = self._shape(rows)
        if fresh == [(*n.key, n.title, n.code) for n in self._by_key.values() if n.kind in ICONS]:
            self._recount(rows, counts)
            return False
        self.beginResetModel()
        self._root = Node("root", 0, "", "")
        self._by_key = {}
        for kind, title, picture in SHELVES:
            self._add(Node(kind, 0, title, picture, count=_shelf_count(counts, kind)), self._root)
        for row in rows:
            node = Node(row.kind, row.id, row.title, ICONS[row.kind], row.code, row.documents)
            self._add(node, self._by_key[row.parent] if row.parent else self._root)
        self.endResetModel()
        return True

    def _shape(self, rows: list[TreeRow]) -> list[tuple[str, int, str, str]]:
        return [(r.kind, r.id, r.title, r.code) for r in rows] if self._by_key else [("", -1, "", "")]

    def _recount(self, rows: list[TreeRow], counts: Counts) -> None:
        numbers = {(r.kind, r.id): r.documents for r in rows}
        numbers |= {(kind, 0): _shelf_count(counts, kind) for kind, _title, _icon in SHELVES}
        for key, count in numbers.items():
            node = self._by_key[key]
            if node.count != count:
                node.count = count
                index = self.index_of(key)
                self.dataChanged.emit(index, index)

    def _add(self, node: Node, parent: Node) -> None:
        node.parent = parent
        parent.children.append(node)
        self._by_key[node.key] = node

    def index_of(self, key: tuple[str, int]) -> QModelIndex:
        """The index of a node; invalid for one that is gone."""
        node = self._by_key.get(key)
        return self.createIndex(node.row, 0, node) if node else QModelIndex()

    def node(self, index: Index) -> Node:
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else self._root

    @property
    def dossiers(self) -> int:
        return sum(1 for kind, _id in self._by_key if kind == "dossier")

    # --- Qt ---
    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        children = self.node(parent).children
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) and column == 0 else QModelIndex()

    def parent(self, index: Index = ROOT) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent
        return QModelIndex() if above is None or above is self._root else self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = ROOT) -> int:
        return len(self.node(parent).children) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = ROOT) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node = self.node(index)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return node.title if node.kind in ("fonds", "dossier") and node.title else title_of(node)
            case Qt.ItemDataRole.DecorationRole:
                return icon(node.icon, "muted")
            case Qt.ItemDataRole.ToolTipRole:
                return title_of(node)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _("{title}, {count} documents").format(title=title_of(node), count=node.count)
            case _ if role == COUNT_ROLE:
                return node.count
            case _ if role == CODE_ROLE:
                return node.code if node.title and node.kind != "inventory" else ""
            case _ if role == KIND_ROLE:
                return node.kind
        return None

    # --- documents dropped on a dossier ---
    def flags(self, index: Index) -> Qt.ItemFlag:
        base = super().flags(index)
        return base | Qt.ItemFlag.ItemIsDropEnabled if self.node(index).kind == "dossier" else base

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def canDropMimeData(self, data: QMimeData, action: Any, row: int, column: int, parent: Index) -> bool:
        return data.hasFormat(MIME) and self.node(parent).kind == "dossier"

    def dropMimeData(self, data: QMimeData, action: Any, row: int, column: int, parent: Index) -> bool:
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        ids = [int(part) for part in bytes(data.data(MIME).data()).decode().split(",") if part.isdigit()]
        self.filed.emit(ids, self.node(parent).id)
        return False  # the list itself must not remove its rows


def title_of(node: Node) -> str:
    """What stands in the tree: shelves translated; a dossier with its code, where it has a title too."""
    if not node.code:
        return _(node.title) if node.kind not in ICONS else node.title
    if node.kind == "inventory":
        words = _("Inventory {code}").format(code=node.code)
        named = node.title.casefold().startswith(words.removesuffix(node.code).casefold())  # "Mục lục số 01" says it itself
        return node.title if named else f"{words} — {node.title}" if node.title else words
    return f"{node.code} — {node.title}" if node.title else node.code


def _shelf_count(counts: Counts, kind: str) -> int:
    return int(getattr(counts, COUNT_FIELDS.get(kind, kind)))
