"""The list of documents: a model over all ids of a scope that holds rows only for what is seen.

A million ids are 8 MB; rows are fetched in pages of `PAGE` beside the window and the least recently seen are let go. QSqlQueryModel and
QSortFilterProxyModel fetch and copy everything, hence this one.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from app.i18n import N_, _
from app.rules.codes import type_word
from storage import queries
from storage.queries import DocumentRow, Scope
from ui.icons import icon
from ui.models.reading import Readable, Reads
from ui.models.words import kept_apart

PAGE = 128
KEPT_PAGES = 40
MIME = "application/x-vankho-documents"
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class Column(IntEnum):
    CODE = 0
    DATE = 1
    SUBJECT = 2
    TYPE = 3
    PAGES = 4
    STATE = 5


TITLES = {
    Column.CODE: N_("Code"),
    Column.DATE: N_("Day"),
    Column.SUBJECT: N_("Summary"),
    Column.TYPE: N_("Kind"),
    Column.PAGES: N_("Page count"),
    Column.STATE: N_("State"),
}
ORDERS = {
    Column.CODE: ("code", "code"),
    Column.DATE: ("oldest", "newest"),
    Column.SUBJECT: ("subject", "subject"),
    Column.TYPE: ("type", "type"),
    Column.PAGES: ("pages", "pages"),
}


@dataclass(slots=True, frozen=True)
class Status:
    """What a document waits for, in one word, one icon and one ink."""

    word: str
    icon: str
    role: str


STATUSES = {
    "secret": Status(N_("Secrecy mark"), "lock", "danger"),
    "signed": Status(N_("Signed"), "signed", "success"),
    "confirmed": Status(N_("To be signed"), "to-sign", "accent"),
    "check": Status(N_("To be checked"), "review", "warning"),
    "described": Status(N_("Described"), "document", "muted"),
    "recognised": Status(N_("Text read"), "document", "muted"),
    "new": Status(N_("New"), "clock", "muted"),
}


def status_of(row: DocumentRow) -> Status:
    """The one status that matters most now."""
    if row.secrecy:
        return STATUSES["secret"]
    if row.held:
        return STATUSES["check"]
    if row.signed:
        return STATUSES["signed"]
    if row.state == "confirmed":
        return STATUSES["confirmed"]
    if row.doubtful or row.state == "recognised":
        return STATUSES["check"]
    return STATUSES.get(row.state, STATUSES["new"])


class DocumentsModel(QAbstractTableModel):
    """Documents of one scope in one order."""

    loaded = Signal()  # the ids are there

    def __init__(self, reads: Reads) -> None:
        super().__init__()
        self._reads = reads
        self._source: Readable | None = None
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, dict[int, DocumentRow]] = OrderedDict()
        self._asked: set[int] = set()
        self.scope = Scope()
        self.order = "newest"
        self.ready = False

    # --- what it shows ---
    def open(self, source: Readable | None) -> None:
        """Reads from this archive from now on; None closes."""
        self._source = source
        self._take([])
        self.ready = False

    def show_scope(self, scope: Scope, order: str | None = None) -> None:
        self.scope = scope
        if order is not None:
            self.order = order
        self.reload()

    def reload(self) -> None:
        """Reads the ids anew; the present ones stay until the answer comes."""
        if self._source is not None:
            scope, order = self.scope, self.order
            self._reads.ask("ids", self._source, lambda s: queries.document_ids(s, scope, order), self._take_loaded)

    def touch(self, documents: set[int]) -> None:
        """Reads the rows of changed documents anew where they are held."""
        if self._source is None:
            return
        stale = [p for p, rows in self._pages.items() if any(r.id in documents for r in rows.values())]
        for page in stale:
            self._ask_page(page)

    def _take_loaded(self, ids: list[int]) -> None:
        self.ready = True
        self._take(ids)
        self.loaded.emit()

    def _take(self, ids: list[int]) -> None:
        fresh = array("q", ids)
        if fresh == self._ids and self.ready:
            for page in list(self._pages):
                self._ask_page(page)
            return
        self.beginResetModel()
        self._ids = fresh
        self._pages.clear()
        self._asked.clear()
        self.endResetModel()

    # --- rows ---
    @property
    def ids(self) -> array[int]:
        return self._ids

    def id_at(self, row: int) -> int:
        return self._ids[row]

    def row_of(self, document_id: int) -> int:
        """The place of a document, -1 when it is not in the list."""
        try:
            return self._ids.index(document_id)
        except ValueError:
            return -1

    def row_at(self, row: int) -> DocumentRow | None:
        """The document's row, None while it is on its way."""
        page = row // PAGE
        rows = self._pages.get(page)
        if rows is None:
            self._ask_page(page)
            return None
        self._pages.move_to_end(page)
        return rows.get(row)

    def _ask_page(self, page: int) -> None:
        if page in self._asked or self._source is None:
            return
        self._asked.add(page)
        ids = list(self._ids[page * PAGE : (page + 1) * PAGE])
        self._reads.ask(
            f"page:{page}",
            self._source,
            lambda s: queries.document_rows(s, ids),
            lambda found: self._take_page(page, ids, found),
        )

    def _take_page(self, page: int, ids: list[int], found: list[DocumentRow]) -> None:
        self._asked.discard(page)
        if list(self._ids[page * PAGE : (page + 1) * PAGE]) != ids:
            return  # the list changed meanwhile
        by_id = {row.id: row for row in found}
        first = page * PAGE
        self._pages[page] = {first + i: by_id[d] for i, d in enumerate(ids) if d in by_id}
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        self.dataChanged.emit(self.index(first, 0), self.index(first + len(ids) - 1, len(Column) - 1))

    # --- Qt ---
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _(TITLES[Column(section)])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = Column(section) is Column.PAGES
            return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = Column(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and column is Column.PAGES:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in _SERVED:
            return None
        row = self.row_at(index.row())
        if row is None:
            return "…" if column is Column.SUBJECT and role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(row, column)
        if role == Qt.ItemDataRole.DecorationRole:
            status = status_of(row)
            return icon(status.icon, status.role) if column is Column.STATE else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(row, column)
        return spoken(row) if column is Column.CODE else cell(row, column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = super().flags(index)
        return base | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else base

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        """The ids of the dragged documents, for the tree."""
        data = QMimeData()
        ids = sorted({self._ids[i.row()] for i in indexes})
        data.setData(MIME, ",".join(map(str, ids)).encode())
        return data

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        pair = ORDERS.get(Column(column)) if 0 <= column < len(Column) else None
        if pair is not None:
            self.show_scope(self.scope, pair[order == Qt.SortOrder.DescendingOrder])


_SERVED = {
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.DecorationRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
}


def cell(row: DocumentRow, column: Column) -> str:
    """The words of one cell."""
    if column is Column.CODE:
        return row.code or "—"
    if column is Column.DATE:
        return row.issued_date or "—"
    if column is Column.SUBJECT:
        return row.subject or row.source_name or _("(no subject yet)")
    if column is Column.TYPE:
        return type_word(row.type_name)
    if column is Column.PAGES:
        return str(row.pages)
    return _(status_of(row).word)


def tooltip(row: DocumentRow, column: Column) -> str | None:
    if column is Column.STATE:
        lines = [_(status_of(row).word)]
        if row.secrecy:
            lines.append(kept_apart(row.secrecy))
        if row.doubtful:
            lines.append(_("{count} fields to check").format(count=row.doubtful))
        if row.unsynced and not row.secrecy:
            lines.append(_("Not yet sent to the server"))
        return "\n".join(lines)
    return row.subject or row.source_name if column is Column.SUBJECT else None


def spoken(row: DocumentRow) -> str:
    """The whole document as a sentence for a screen reader."""
    return _("{type} {code}, {date}, {subject}. {state}.").format(
        type=type_word(row.type_name) or _("Document"),
        code=row.code,
        date=row.issued_date,
        subject=row.subject,
        state=_(status_of(row).word),
    )
