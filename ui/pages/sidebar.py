"""The left pane: shelves of work and the tree of holdings."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from app.i18n import _
from storage.queries import Counts, Scope, TreeRow
from ui import theme
from ui.models.tree import Node, TreeModel
from ui.pages.delegates import TreeDelegate

Key = tuple[str, int]
ALL: Key = ("all", 0)


class Sidebar(QTreeView):
    """Emits `chosen(Node)` when another line is chosen; keeps what is open and chosen through every refresh."""

    chosen = Signal(object)

    def __init__(self, look: theme.Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_ = TreeModel()
        self._opened: set[Key] = set()
        self._known: set[Key] = set()
        self._wished: Key | None = None
        self._filling = False
        self.setProperty("role", "side")
        self.setModel(self.model_)
        self.setItemDelegate(TreeDelegate(look, self))
        self.setHeaderHidden(True)
        self.setAccessibleName(_("Shelves and dossiers"))
        self.setIndentation(16)
        self.setIconSize(QSize(theme.ICON_LIST, theme.ICON_LIST))
        self.setUniformRowHeights(True)
        self.setAnimated(False)
        self.setExpandsOnDoubleClick(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setMinimumWidth(180)
        self.expanded.connect(lambda index: self._opened.add(self.model_.node(index).key))
        self.collapsed.connect(lambda index: self._opened.discard(self.model_.node(index).key))
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        look.changed.connect(self.scheduleDelayedItemsLayout)
        self.choose(ALL)

    def fill(self, rows: list[TreeRow], counts: Counts) -> None:
        """Takes new rows and numbers."""
        before = self.key
        self._filling = True
        if self.model_.fill(rows, counts):
            for row in rows:
                key = (row.kind, row.id)
                if row.kind != "dossier" and key not in self._known:
                    self._known.add(key)
                    self._opened.add(key)
            for key in list(self._opened):
                self.setExpanded(self.model_.index_of(key), True)
            self.choose(before)
        if self._wished is not None and self.model_.index_of(self._wished).isValid():
            self.choose(self._wished)
            self._wished = None
        self._filling = False
        if self.key != before:
            self.chosen.emit(self.node)

    def wish(self, key: Key) -> None:
        """Chooses a line that was just made as soon as the tree knows it."""
        self._wished = key

    def choose(self, key: Key) -> None:
        """Chooses a line; one that is gone gives way to all documents."""
        index = self.model_.index_of(key)
        self.setCurrentIndex(index if index.isValid() else self.model_.index_of(ALL))
        if index.isValid():
            self.scrollTo(index)

    @property
    def node(self) -> Node:
        return self.model_.node(self.currentIndex())

    @property
    def key(self) -> Key:
        return self.node.key

    @property
    def scope(self) -> Scope:
        return self.node.scope

    @property
    def opened(self) -> list[Key]:
        """What is unfolded, to be remembered."""
        return sorted(self._opened)

    def remember(self, opened: list[Key]) -> None:
        """Takes what was unfolded last time, before the first fill."""
        self._opened = set(opened)
        self._known = set(opened)

    def _selection_changed(self, chosen: QItemSelection, _left: QItemSelection) -> None:
        if not self._filling and chosen.indexes():
            self.chosen.emit(self.node)
