"""The middle pane: a heading that says what is shown, and the table of documents; when it is empty, what to do first."""

from __future__ import annotations

import json
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, _n
from ui import theme
from ui.actions import Actions, plain
from ui.icons import pixmap
from ui.models.documents import ORDERS, Column, DocumentsModel
from ui.models.words import number_word
from ui.pages.delegates import RowDelegate

WIDTHS = {Column.CODE: 118, Column.DATE: 90, Column.SUBJECT: 300, Column.TYPE: 94, Column.PAGES: 58, Column.STATE: 128}


class DocumentTable(QTableView):
    """The table. Enter or a double click opens; Tab leaves it."""

    opened = Signal(int)

    def __init__(self, model: DocumentsModel, look: theme.Theme) -> None:
        super().__init__()
        self._look = look
        self._documents = model
        self.setModel(model)
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
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.SUBJECT, QHeaderView.ResizeMode.Stretch)
        header.setSortIndicator(Column.DATE, Qt.SortOrder.DescendingOrder)
        header.sortIndicatorChanged.connect(self._sort)

    def _sort(self, column: int, order: Qt.SortOrder) -> None:
        if Column(column) in ORDERS:
            self._documents.sort(column, order)

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._look.row_height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain_key = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain_key and self.currentIndex().isValid():
            self.opened.emit(self._documents.id_at(self.currentIndex().row()))
            return
        super().keyPressEvent(event)

    # --- what is remembered ---
    def layout_words(self) -> str:
        """Widths, order and sort as JSON."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        widths = [header.sectionSize(column) for column in range(header.count())]
        sort = [header.sortIndicatorSection(), header.sortIndicatorOrder().value]
        return json.dumps({"order": order, "widths": widths, "sort": sort})

    def restore_layout(self, words: str) -> None:
        """Takes what `layout_words` gave; words that don't fit this program are passed over."""
        try:
            kept: dict[str, Any] = json.loads(words)
            if sorted(kept["order"]) != list(range(len(Column))):
                return
            header = self.horizontalHeader()
            for place, column in enumerate(kept["order"]):
                header.moveSection(header.visualIndex(int(column)), place)
            for column, width in enumerate(kept["widths"]):
                if column != Column.SUBJECT:
                    header.resizeSection(column, max(48, min(int(width), 800)))
            column, order = kept["sort"]
            header.setSortIndicator(int(column), Qt.SortOrder(int(order)))
        except (ValueError, KeyError, TypeError):
            return


class EmptyState(QWidget):
    """Says why nothing is here and what to do first, with the buttons to do it."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title.setProperty("role", "heading")
        self._advice = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._advice.setProperty("role", "muted")
        self._advice.setWordWrap(True)
        self._shown: list[QPushButton] = []
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        for widget in (self._mark, self._title, self._advice):
            column.addWidget(widget)
        column.addSpacing(12)
        column.addLayout(self._buttons)
        column.addStretch(3)

    def say(self, mark: str, title: str, advice: str, actions: list[QAction]) -> None:
        self._mark.setPixmap(pixmap(mark, "muted", 48, self.devicePixelRatioF()))
        self._title.setText(title)
        self._advice.setText(advice)
        for old in self._shown:
            old.deleteLater()
        self._shown = []
        while self._buttons.takeAt(0) is not None:
            pass
        self._buttons.addStretch(1)
        for place, action in enumerate(actions):
            button = QPushButton(action.icon(), plain(action.text()))
            if place == 0:
                button.setProperty("role", "primary")
                button.setIcon(_primary_icon(action))
            button.clicked.connect(action.trigger)
            self._buttons.addWidget(button)
            self._shown.append(button)
        self._buttons.addStretch(1)


def _primary_icon(action: QAction) -> Any:
    from ui.actions import BY_KEY
    from ui.icons import icon

    return icon(BY_KEY[action.objectName()].icon, "accent_text")


class DocumentList(QWidget):
    """Heading, table, empty state. Emits `current_changed(id or 0)`, `selection_changed(count)`, `opened(id)`."""

    current_changed = Signal(int)
    selection_changed = Signal(int)
    opened = Signal(int)

    def __init__(self, model: DocumentsModel, look: theme.Theme, actions: Actions) -> None:
        super().__init__()
        self.model = model
        self._actions = actions
        self._wanted: int | None = None
        self.table = DocumentTable(model, look)
        self.table.opened.connect(self.opened)
        self.empty = EmptyState()
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        self._title.setSizePolicy(self._title.sizePolicy().Policy.Ignored, self._title.sizePolicy().Policy.Fixed)
        self._number = QLabel()
        self._number.setProperty("role", "muted")
        self._stack = QStackedWidget()
        self._blank = QWidget()
        for page in (self._blank, self.table, self.empty):
            self._stack.addWidget(page)
        self._lay_out()
        model.loaded.connect(self._loaded)
        model.modelReset.connect(self._selection_moved)
        self.table.selectionModel().selectionChanged.connect(self._selection_moved)
        self.table.selectionModel().currentRowChanged.connect(self._current_moved)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(12)
        head.addWidget(self._title, 1)
        head.addWidget(self._number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    # --- for the page ---
    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self._title.setToolTip(title)

    def wish(self, document_id: int) -> None:
        """Chooses this document as soon as it is in the list."""
        self._wanted = document_id
        self._choose_wanted()

    @property
    def selected(self) -> list[int]:
        """Ids of the selected documents, in the order of the list."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.id_at(row) for row in rows if row < len(self.model.ids)]

    @property
    def current(self) -> int:
        index = self.table.currentIndex()
        return self.model.id_at(index.row()) if index.isValid() and index.row() < len(self.model.ids) else 0

    def step(self, by: int) -> None:
        """The next or previous document."""
        row = self.table.currentIndex().row() + by
        if 0 <= row < self.model.rowCount():
            self.table.selectRow(row)
            self.table.scrollTo(self.model.index(row, 0))

    # --- following ---
    def _loaded(self) -> None:
        count = len(self.model.ids)
        self._number.setText(_n("{count} document", "{count} documents", count).format(count=number_word(count)))
        if count:
            self._stack.setCurrentWidget(self.table)
            self._choose_wanted()
            if not self.table.currentIndex().isValid():
                self.table.selectRow(0)
        else:
            self._say_empty()
            self._stack.setCurrentWidget(self.empty)
            self.current_changed.emit(0)
            self.selection_changed.emit(0)

    def _choose_wanted(self) -> None:
        if self._wanted is None:
            return
        row = self.model.row_of(self._wanted)
        if row >= 0:
            self._wanted = None
            index = self.model.index(row, 0)
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _current_moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        self.current_changed.emit(self.model.id_at(index.row()) if index.isValid() else 0)

    def _selection_moved(self, *_args: object) -> None:
        self.selection_changed.emit(len(self.table.selectionModel().selectedRows()))

    def _say_empty(self) -> None:
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
        self.empty.say(*words.get(kind, here))
