"""What is done with the shelves of the tree: fonds and inventories."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.i18n import _
from ui.models.tree import Node
from ui.pages.library import LibraryPage
from ui.window import Window

if TYPE_CHECKING:
    from app.services import Services

SHELVES = ("fonds", "inventory")


class Shelves:
    """Opens the dialogs; `told(words)` says what was done and offers to take it back."""

    def __init__(self, services: Services, window: Window, library: LibraryPage, told: Callable[[str], None]) -> None:
        self._services, self._window, self._library, self._told = services, window, library, told

    @property
    def here(self) -> Node | None:
        """The fonds or inventory that is chosen in the tree, or in which the chosen dossier lies."""
        node: Node | None = self._library.sidebar.node
        while node is not None and node.kind not in SHELVES:
            node = node.parent
        return node

    def new(self, kind: str) -> None:
        from ui.dialogs.shelf import open_shelf

        node = self.here
        while node is not None and node.kind != "fonds":
            node = node.parent
        words = _("The fonds has been made") if kind == "fonds" else _("The inventory has been made")
        fonds = node.id if node is not None else None
        open_shelf(self._window, self._services, kind, fonds_id=fonds, on_saved=lambda shelf: self._made(kind, shelf, words))

    def edit(self) -> None:
        from ui.dialogs.shelf import open_shelf

        node = self._library.sidebar.node
        if node.kind in SHELVES:
            words = _("The fonds has been changed") if node.kind == "fonds" else _("The inventory has been changed")
            open_shelf(self._window, self._services, node.kind, shelf_id=node.id, on_saved=lambda _id: self._told(words))

    def _made(self, kind: str, shelf: int, words: str) -> None:
        self._library.wish_shelf((kind, shelf))
        self._told(words)
