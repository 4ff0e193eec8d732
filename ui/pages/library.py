"""The page where the day is spent: shelves and dossiers, documents, the description beside the page itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QFocusEvent, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QWidget

from storage import queries
from storage.catalog import Change
from ui import theme
from ui.actions import Actions, Circumstances
from ui.bars import fill_menu
from ui.models.documents import DocumentsModel
from ui.models.reading import Reads
from ui.models.tree import Node, title_of
from ui.pages.document_list import DocumentList
from ui.pages.document_page import DocumentPage
from ui.pages.pane import DetailsPane
from ui.pages.search import SearchResults
from ui.pages.sidebar import Sidebar

if TYPE_CHECKING:
    from app.desk.searching import Found
    from app.workspace import Workspace

REFRESH_MS = 120
LIST_LEAST, TREE_LEAST, DETAILS_LEAST = 480, 180, 330  # pixels
TREE_SHARE, DETAILS_SHARE = 0.155, 0.335  # of the window at first sight
TREE_MOST, DETAILS_MOST = 240, 460  # pixels; the list takes the rest
LIST_MENU = (
    "open-document", "review", "describe", "confirm", "", "sign", "verify", "save-copy", "", "file", "earlier", "later", "",
    "describe-again", "fill-types", "",
    "trash", "restore",
)  # fmt: skip
TREE_MENU = (
    "review", "", "new-dossier", "edit-dossier", "by-date", "contents-list", "", "new-inventory", "edit-shelf", "",
    "scan", "import", "package",
)  # fmt: skip


class ChangeBridge(QObject):
    """Carries "the archive has changed" from the writing thread to the window's."""

    changed = Signal(object)

    def __call__(self, change: Change) -> None:
        self.changed.emit(change)


class LibraryPage(QWidget):
    """Signals: `circumstances(Circumstances)` whenever actions must be enabled anew; `counted(Counts)`; `filed(ids, dossier id)`."""

    circumstances = Signal(object)
    counted = Signal(object)
    filed = Signal(list, int)

    def __init__(
        self, workspace: Workspace, reads: Reads, look: theme.Theme, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._reads, self._actions = workspace, reads, actions
        self._query = ""
        self._arranged = False  # the panes have their widths
        self._panes: list[int] | None = None  # their widths of the last time
        self.model = DocumentsModel(reads)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.sidebar = Sidebar(look)
        self.list = DocumentList(self.model, look, actions)
        self.results = SearchResults()
        self.document = DocumentPage()
        self._middle = QStackedWidget(self.splitter)
        self.details = DetailsPane(workspace, reads, self.splitter)
        for page in (self.list, self.results, self.document):
            self._middle.addWidget(page)
        self._lay_out()
        self._connect()
        self._bridge = ChangeBridge(self)
        self._bridge.changed.connect(self._changed)
        self._pending = Change()
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self._follow)
        workspace.listen(self._bridge)
        self.model.open(workspace.catalog)
        self._load_tree()
        self.model.show_scope(self.sidebar.scope)

    def _lay_out(self) -> None:
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for widget in (self.sidebar, self._middle, self.details):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.splitter)

    def _connect(self) -> None:
        self.sidebar.chosen.connect(self._shelf_chosen)
        self.sidebar.clicked.connect(lambda _index: self._shelf_clicked())
        self.sidebar.model_.filed.connect(self.filed)
        self.list.current_changed.connect(lambda document_id: self._show(document_id) if not self.searching else None)
        self.list.held = lambda: self.working
        self.list.selection_changed.connect(lambda _n: self.tell())
        self.list.opened.connect(self.open_document)
        self.list.left_empty.connect(self.sidebar.setFocus)
        self.results.current_changed.connect(self._show)
        self.results.selection_changed.connect(lambda _n: self.tell())
        self.results.opened.connect(self.open_document)
        self.results.closed.connect(self.leave_search)
        self.results.sort_changed.connect(lambda _sort: self._ask_search())
        self.document.closed.connect(self.close_document)
        self.document.stepped.connect(self.step)
        for view, keys in ((self.list.table, LIST_MENU), (self.results.view, LIST_MENU), (self.sidebar, TREE_MENU)):
            view.customContextMenuRequested.connect(_menu_opener(view, self._actions, keys))
        for view in (self.list.table, self.results.view):
            view.addAction(self._actions["trash"])

    # --- what is shown ---
    @property
    def searching(self) -> bool:
        return bool(self._query)

    @property
    def selected(self) -> list[int]:
        """Ids of the documents that a verb would work on."""
        if self._middle.currentWidget() is self.document:
            return [self.details.document_id] if self.details.document_id else []
        return self.results.selected if self.searching else self.list.selected

    @property
    def changes(self) -> SignalInstance:
        """`changed(storage.catalog.Change)` after every commit, on the window's thread."""
        return self._bridge.changed

    @property
    def dossier(self) -> int | None:
        """The dossier chosen in the tree."""
        node = self.sidebar.node
        return node.id if node.kind == "dossier" else None

    @property
    def dossier_of_selected(self) -> int | None:
        """The dossier of the document in the details pane."""
        view = self.details.view
        return view.document.dossier_id if view is not None and self.selected else None

    @property
    def working(self) -> bool:
        """Whether somebody reads the document in the middle or types into its fields."""
        focused = self.focusWidget()
        typing = focused is not None and self.details.form.isAncestorOf(focused) and focused.hasFocus()
        return self.details.document_id > 0 and (self._middle.currentWidget() is self.document or typing)

    def wish_shelf(self, key: tuple[str, int]) -> None:
        """Chooses this line of the tree once it is there."""
        self.sidebar.wish(key)

    def dossier_code(self, dossier_id: int) -> str:
        """The code of a dossier of the tree, "" while the tree does not know it."""
        index = self.sidebar.model_.index_of(("dossier", dossier_id))
        return self.sidebar.model_.node(index).code if index.isValid() else ""

    def tell(self) -> None:
        """Says what the circumstances are now."""
        self.circumstances.emit(
            Circumstances(
                archive=True,
                selected=len(self.selected),
                dossier=self.dossier is not None,
                shelf=self.sidebar.node.kind in ("fonds", "inventory"),
                trash=self.sidebar.node.kind == "deleted",
                server=bool(self._workspace.settings["sync.endpoint"]),
            )
        )

    def _shelf_chosen(self, node: Node) -> None:
        self.leave_search()
        self.close_document()
        self.list.set_title(title_of(node))
        self.model.show_scope(node.scope, "dossier" if node.kind == "dossier" else self.list.table.order)
        self.tell()

    def _shelf_clicked(self) -> None:
        """A click on the shelf that is chosen already leads back to its list."""
        if self.searching:
            self.results.closed.emit()
        self.close_document()

    def _show(self, document_id: int, page: int = 0) -> None:
        self.details.show_document(document_id, page, self._query)
        self.tell()

    def show_field(self, document_id: int, name: str) -> None:
        """Shows a document with the cursor in one of its fields; one that the form does not have is not looked for."""
        self._show(document_id)
        if name in self.details.form.cells:
            self.details.go_to_field(name)

    # --- a document in the whole middle ---
    def open_document(self, document_id: int) -> None:
        """Shows the pages large in the middle, the form at the right."""
        if self.details.document_id != document_id:
            self._show(document_id)
        self.details.lend_viewer(self.document.place)
        self.details.say_title(self.document.say)
        self._middle.setCurrentWidget(self.document)
        self.details.viewer.canvas.setFocus()
        self.tell()

    def close_document(self) -> None:
        if self._middle.currentWidget() is self.document:
            self.details.take_viewer()
            self._middle.setCurrentWidget(self.results if self.searching else self.list)
            self.focus_list()
            if not self.searching:
                self.list.settle()
            self.tell()

    def focus_list(self) -> None:
        """The keys go to the list or the results; where the list is empty to what to do first, else to the shelves."""
        if self.searching:
            self.results.take_focus()
        elif not self.list.take_focus():
            self.sidebar.setFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys go to what is shown: after a review, the settings or the help the clerk goes on without the mouse."""
        super().focusInEvent(event)
        if self._middle.currentWidget() is self.document:
            self.details.viewer.canvas.setFocus()
        else:
            self.focus_list()

    def step(self, by: int) -> None:
        """Goes to a neighbour in the list or the results; who was typing goes on typing there."""
        focused = self.focusWidget()
        if focused is not None and focused.hasFocus() and self.details.form.isAncestorOf(focused):
            self.details.go_on()
        (self.results if self.searching else self.list).step(by)
        if self._middle.currentWidget() is self.document:
            self.details.say_title(self.document.say)

    # --- search ---
    def search(self, query: str) -> None:
        """Live: called as one types; an empty query goes back to the list."""
        if not query.strip():
            self.leave_search()
            return
        self._query = query
        self._ask_search()

    def _ask_search(self) -> None:
        if not self._query:
            return
        query, sort, workspace = self._query, self.results.sort, self._workspace

        def find() -> Found:
            from app.desk import searching

            return searching.search(workspace, query, limit=200, sort=sort)

        self._reads.run("search", find, lambda found: self._show_found(query, found))

    def _show_found(self, query: str, found: Found) -> None:
        if self._query == query:
            self.close_document()
            self._middle.setCurrentWidget(self.results)
            self.results.show_found(query, found)
            self.tell()

    def leave_search(self) -> None:
        if not self._query:
            return
        self._query = ""
        self._reads.forget("search")
        self.close_document()
        self._middle.setCurrentWidget(self.list)
        self._show(self.list.current)

    # --- following the archive ---
    def refresh(self) -> None:
        """Reads everything shown anew."""
        self._load_tree()
        self.model.reload()
        self.details.reload()

    def _load_tree(self) -> None:
        self._reads.ask("tree", self._workspace.catalog, lambda s: (queries.tree(s), queries.counts(s)), self._take_tree)

    def _take_tree(self, answer: tuple[list[queries.TreeRow], queries.Counts]) -> None:
        rows, counts = answer
        self.sidebar.fill(rows, counts)
        self.list.set_title(title_of(self.sidebar.node))
        self.counted.emit(counts)
        self.tell()

    def _changed(self, change: Change) -> None:
        self._pending.documents |= change.documents
        self._pending.dossiers |= change.dossiers
        if not self._refresh.isActive():
            self._refresh.start()

    def _follow(self) -> None:
        change, self._pending = self._pending, Change()
        self._load_tree()
        self.model.touch(change.documents)
        self.model.reload()
        if self.details.document_id in change.documents:
            self.details.reload()

    def shut(self) -> None:
        """Saves what is being typed and lets the pages go, before the archive closes."""
        self.details.form.flush()
        self.details.viewer.canvas.loader.close()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._arranged:
            self._arranged = True
            width = self.window().width()
            tree = theme.fitted(min(TREE_MOST, round(width * TREE_SHARE)))
            wish = min(DETAILS_MOST, round(width * DETAILS_SHARE))
            details = max(min(wish, width - tree - theme.fitted(LIST_LEAST)), min(wish, DETAILS_LEAST))
            self.splitter.setSizes(self._panes or [tree, width - tree - details, details])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A list that got too narrow to be read takes its room from the panes beside it, as far as those can do without."""
        super().resizeEvent(event)
        tree, middle, details = self.splitter.sizes()
        short = theme.fitted(LIST_LEAST) - middle
        if self._arranged and middle and short > 0:
            from_details = max(0, min(short, details - DETAILS_LEAST))
            from_tree = max(0, min(short - from_details, tree - TREE_LEAST))
            self.splitter.setSizes([tree - from_tree, middle + from_tree + from_details, details - from_details])

    # --- what is remembered ---
    def layout_words(self) -> dict[str, Any]:
        return {
            "panes": self.splitter.sizes() if self._arranged else self._panes,
            "points": QGuiApplication.font().pointSizeF(),  # the letters that the panes were made for
            "table": self.list.table.layout_words(),
            "open": self.sidebar.opened,
            "details": self.details.layout_words(),
            "shown": not self.details.isHidden(),
        }

    def restore_layout(self, kept: dict[str, Any]) -> None:
        """Takes what `layout_words` gave; what does not fit is passed over."""
        panes = kept.get("panes")
        if isinstance(panes, list) and len(panes) == 3 and all(isinstance(p, int) for p in panes):
            larger = theme.POINTS / float(kept.get("points") or theme.POINTS)
            self._panes = [
                round(theme.fitted(p) * larger) for p in panes
            ]  # set when shown; before, the list would take the room
        if isinstance(kept.get("table"), str):
            self.list.table.restore_layout(kept["table"])
        opened = kept.get("open")
        if isinstance(opened, list):
            self.sidebar.remember([(str(k[0]), int(k[1])) for k in opened if isinstance(k, list) and len(k) == 2])
        if isinstance(kept.get("details"), dict):
            self.details.restore_layout(kept["details"])
        self.details.setVisible(bool(kept.get("shown", True)))


def _menu_opener(view: QWidget, actions: Actions, keys: tuple[str, ...]) -> Callable[[Any], None]:
    from PySide6.QtWidgets import QMenu

    menu = QMenu(view)
    fill_menu(menu, actions, keys)

    def open_menu(point: Any) -> None:
        menu.popup(view.viewport().mapToGlobal(point))  # type: ignore[attr-defined]

    return open_menu
