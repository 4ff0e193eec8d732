"""The middle pane: a heading that says what is shown, and the table of documents; when it is empty, what to do first."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, _n
from storage.queries import Scope
from ui import theme
from ui.actions import Actions
from ui.models.chosen import acting_row, chosen_rows, count_of, jumping, keep_head_apart
from ui.models.documents import ORDERS, Column, DocumentsModel
from ui.models.words import number_word
from ui.pages.delegates import RowDelegate
from ui.pages.empty_state import EmptyState
from ui.widgets.elided import ElidedLabel

WIDTHS = {Column.CODE: 118, Column.DATE: 90, Column.SUBJECT: 300, Column.TYPE: 94, Column.PAGES: 58, Column.STATE: 128}
LEAST_FOR = {Column.TYPE: 600, Column.PAGES: 500}  # pixels of the table below which a column gives way
MOST_KEPT = 500  # chosen rows that are chosen again; looking up each costs time in a long list


class DocumentTable(QTableView):
    """The table. Enter or a double click opens; Tab leaves it; Home and End lead to the first and last row, with Ctrl or without."""

    opened = Signal(int)

    def __init__(self, model: DocumentsModel, look: theme.Theme) -> None:
        super().__init__()
        self._look = look
        self._documents = model
        self.setModel(model)
        keep_head_apart(self)
        self.setItemDelegate(RowDelegate(look, self))
        self.setAccessibleName(_("Documents"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setIconSize(QSize(theme.ICON_LIST, theme.ICON_LIST))
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_up_header()
        self._restyle()
        look.changed.connect(self._restyle)
        self.doubleClicked.connect(lambda index: self.opened.emit(model.id_at(index.row())))

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setStretchLastSection(False)
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(48)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setAccessibleName(_("Columns"))
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, max(theme.fitted(width), header.sectionSizeHint(column)))
        header.setSectionResizeMode(Column.SUBJECT, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(self._sort)

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        if Column(column) in ORDERS:
            self._documents.sort(column, order)

    @property
    def order(self) -> str:
        """The order that the header shows, in the words of `storage.queries.document_ids`."""
        header = self.horizontalHeader()
        down = header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        section = header.sortIndicatorSection()
        return ORDERS[Column(section)][down] if 0 <= section < len(Column) and Column(section) in ORDERS else "newest"

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._look.row_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window what the papers themselves say comes first; the state stays in any case."""
        width = self.width()
        for column, room in LEAST_FOR.items():
            least = theme.fitted(room)
            if self.isColumnHidden(column) != (width < least):
                self.setColumnHidden(column, width < least)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain_key = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain_key and self.currentIndex().isValid():
            self.opened.emit(self._documents.id_at(acting_row(self.selectionModel())))
            return
        super().keyPressEvent(jumping(event))

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Qt's Home and End go to the first and last column, which nobody sees where whole rows are chosen."""
        edges = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self.model().rowCount() - 1,
        }
        if action in edges and self.model().rowCount():
            return self.model().index(edges[action], max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    # --- what is remembered ---
    def layout_words(self) -> str:
        """Widths with the size of the letters they were made for, order and sort as JSON."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        widths = [
            header.sectionSize(c) or theme.fitted(WIDTHS[Column(c)]) for c in range(header.count())
        ]  # a hidden one has none
        sort = [header.sortIndicatorSection(), header.sortIndicatorOrder().value]
        return json.dumps({"order": order, "widths": widths, "sort": sort, "points": QGuiApplication.font().pointSizeF()})

    def restore_layout(self, words: str) -> None:
        """Takes what `layout_words` gave; words that don't fit this program are passed over."""
        try:
            kept: dict[str, Any] = json.loads(words)
            if sorted(kept["order"]) != list(range(len(Column))):
                return
            header = self.horizontalHeader()
            for place, column in enumerate(kept["order"]):
                header.moveSection(header.visualIndex(int(column)), place)
            larger = QGuiApplication.font().pointSizeF() / float(kept.get("points", theme.POINTS))
            for column, width in enumerate(kept["widths"]):
                if column != Column.SUBJECT:
                    header.resizeSection(column, max(48, min(round(int(width) * larger), 800)))
            column, order = kept["sort"]
            header.setSortIndicator(int(column), Qt.SortOrder(int(order)))
        except (ValueError, KeyError, TypeError, ZeroDivisionError):
            return


def _review_button(actions: Actions) -> QToolButton:
    """Over the lists that wait to be checked."""
    button = QToolButton()
    button.setDefaultAction(actions["review"])
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setIconSize(QSize(theme.ICON_LIST, theme.ICON_LIST))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.hide()
    return button


@dataclass(slots=True)
class Stand:
    """Where the clerk stood in the list before it was filled anew."""

    scope: Scope | None = None
    current: int = 0
    chosen: set[int] = field(default_factory=set)
    row: int = 0
    scrolled: int = 0


class DocumentList(QWidget):
    """Heading, table, empty state. Emits `current_changed(id or 0)`, `selection_changed(count)`, `opened(id)`.

    The current document is always one of the chosen ones where any is chosen: what is shown is what a verb works on.

    `left_empty()`: the keys went here, and nothing is left that takes them.
    `held()` says whether somebody works on the current document: then it stays in the details even when it leaves the list.
    """

    current_changed = Signal(int)
    selection_changed = Signal(int)
    opened = Signal(int)
    left_empty = Signal()

    def __init__(self, model: DocumentsModel, look: theme.Theme, actions: Actions) -> None:
        super().__init__()
        self.model = model
        self._actions = actions
        self._wanted: int | None = None
        self._told = 0  # the document that was last said to be the current one
        self._shown: Scope | None = None
        self._stand = Stand()
        self.held: Callable[[], bool] = lambda: False
        self.table = DocumentTable(model, look)
        self.table.opened.connect(self.opened)
        self.empty = EmptyState()
        self._title = ElidedLabel()
        self._title.setProperty("role", "heading")
        self._number = QLabel()
        self._number.setProperty("role", "muted")
        self._review = _review_button(actions)
        self._stack = QStackedWidget()
        self._blank = QWidget()
        for page in (self._blank, self.table, self.empty):
            self._stack.addWidget(page)
        self._lay_out()
        model.loaded.connect(self._loaded)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._selection_moved)
        self.table.selectionModel().selectionChanged.connect(self._selection_moved)
        self.table.selectionModel().currentRowChanged.connect(self._current_moved)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self._number)
        head.addWidget(self._review)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    # --- for the page ---
    def take_focus(self) -> bool:
        """The keys go to the table, or to what to do first where it is empty. False where nothing here takes them."""
        shown = self._stack.currentWidget()
        target = self.empty.first if shown is self.empty else self.table
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        return target is not None

    def set_title(self, title: str) -> None:
        self._title.say(title)

    def wish(self, document_id: int) -> None:
        """Chooses this document as soon as it is in the list; another shelf ends the wish."""
        self._wanted = document_id
        self._choose_wanted()

    def settle(self) -> None:
        """Chooses a row again when the document that was worked on has left the list."""
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self._choose(min(self._stand.row, self.model.rowCount() - 1))
        elif not self.model.rowCount():
            self._tell_current(0)

    @property
    def selected(self) -> list[int]:
        """Ids of the selected documents, in the order of the list."""
        ids, found = self.model.ids, list[int]()
        for first, last in chosen_rows(self.table.selectionModel()):
            found += ids[first : last + 1]
        return found

    @property
    def current(self) -> int:
        row = acting_row(self.table.selectionModel())
        return self.model.id_at(row) if 0 <= row < len(self.model.ids) else 0

    def step(self, by: int) -> None:
        """The next or previous document."""
        now = self.table.currentIndex()
        row = now.row() + by if now.isValid() else self._stand.row + min(by, 0)  # its place was taken by the one after it
        if 0 <= row < self.model.rowCount():
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    # --- following ---
    def _remember(self) -> None:
        """Before the rows change: the model forgets what was chosen."""
        if self.table.currentIndex().isValid():
            row, scrolled = self.table.currentIndex().row(), self.table.verticalScrollBar().value()
            self._stand = Stand(self._shown, self.current, set(self.selected), row, scrolled)

    def _loaded(self) -> None:
        count = len(self.model.ids)
        self._number.setText(_n("{count} document", "{count} documents", count).format(count=number_word(count)))
        self.table.horizontalHeader().setSortIndicatorShown(self.model.order != "dossier")
        before, self._shown = self._shown, self.model.scope
        same = before == self._shown
        if not same and before is not None:
            self._wanted = None
        self._review.setVisible(bool(count) and self._shown.kind in ("to_check", "dossier"))
        held = self._holds_focus()
        if count:
            fresh = self._stack.currentWidget() is not self.table  # shown anew, the focus makes a row current but chooses none
            self._stack.setCurrentWidget(self.table)
            if held and fresh:
                self.take_focus()
            if fresh or not self.table.currentIndex().isValid():
                self._stand_again(same and self._stand.scope == self.model.scope)
            self._choose_wanted()
        else:
            anew = self._say_empty() or self._stack.currentWidget() is not self.empty
            self._stack.setCurrentWidget(self.empty)
            if held and anew and not self.take_focus():
                self.left_empty.emit()
            if not self.held():
                self._tell_current(0)
            self.selection_changed.emit(0)

    def _holds_focus(self) -> bool:
        """Whether the keys go here, or would when the window is in front again. What is hidden with the focus in it gives that to some
        button at the other end of the window."""
        focused = self.window().focusWidget()
        return focused is None or self._stack.isAncestorOf(focused) or focused.isAncestorOf(self)

    def _stand_again(self, same: bool) -> None:
        """Chooses what was chosen; on another shelf the first row."""
        stand = self._stand
        row = self.model.row_of(stand.current) if same else 0
        if row < 0 and self.held():
            self.selection_changed.emit(0)
            return
        self._choose(row if row >= 0 else min(stand.row, self.model.rowCount() - 1))
        if not same:
            return
        self.table.verticalScrollBar().setValue(stand.scrolled)
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for other in stand.chosen - {stand.current} if row >= 0 and len(stand.chosen) <= MOST_KEPT else ():
            place = self.model.row_of(other)
            if place >= 0:
                self.table.selectionModel().select(self.model.index(place, 0), flags)
        self.table.scrollTo(self.table.currentIndex())

    def _choose(self, row: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(self.model.index(row, 0), flags)

    def _choose_wanted(self) -> None:
        if self._wanted is None:
            return
        row = self.model.row_of(self._wanted)
        if row >= 0:
            self._wanted = None
            self._choose(row)
            self.table.scrollTo(self.model.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _current_moved(self, _index: QModelIndex, before: QModelIndex) -> None:
        self.table.viewport().update()  # the mark of the row stands in its first column, wherever the cursor was
        if self.current != self._told or not before.isValid():
            self._tell_current(self.current)

    def _selection_moved(self, *_args: object) -> None:
        if self.table.currentIndex().isValid() and self.current != self._told:
            self._tell_current(self.current)
        self.selection_changed.emit(count_of(self.table.selectionModel()))

    def _tell_current(self, document_id: int) -> None:
        self._told = document_id
        self.current_changed.emit(document_id)

    def _say_empty(self) -> bool:
        kind = self.model.scope.kind
        begin = [self._actions["scan"], self._actions["import"]]
        words = {
            "all": (
                "documents",
                _("The archive is still empty"),
                _("Scan paper, or drop files and folders anywhere on this window."),
                begin,
            ),
            "deleted": (
                "trash",
                _("The bin is empty"),
                _("Documents that you move to the bin can be taken out again here."),
                [],
            ),
            "unfiled": (
                "done",
                _("Every document is in a dossier"),
                _("New documents wait here until they are put into one."),
                [],
            ),
            "to_check": ("done", _("Nothing waits to be checked"), _("Documents whose fields are doubtful come here."), []),
            "to_sign": ("done", _("Nothing waits to be signed"), _("Documents that you have confirmed come here."), []),
            "unsynced": (
                "synced",
                _("Everything has been sent"),
                _("Changes that the central server has not yet seen come here."),
                [],
            ),
        }
        here = (
            "dossier-open",
            _("No documents here yet"),
            _("Scan or import here, or drag documents from a list to this dossier."),
            begin,
        )
        shelf = (
            "inventory",
            _("No documents here yet"),
            _("Make a dossier here, then put documents into it."),
            [self._actions["new-dossier"]],
        )
        words |= {"fonds": shelf, "inventory": shelf}
        return self.empty.say(*words.get(kind, here))
