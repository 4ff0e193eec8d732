"""Search results in the middle pane: live while one types, the word highlighted, the page one step away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, _n
from ui import theme
from ui.icons import icon, pixmap
from ui.models.chosen import acting_row, chosen_rows, count_of, jumping
from ui.models.hits import HIT_ROLE, HitsModel, places
from ui.models.words import number_word
from ui.pages.delegates import draw_focus

if TYPE_CHECKING:
    from app.desk.searching import Found, HitRow

Index = QModelIndex | QPersistentModelIndex
PAD = 12


class HitDelegate(QStyledItemDelegate):
    """Three lines a hit: number, date and dossier; subject; the words around the place found."""

    def __init__(self, model: HitsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line: int = option.fontMetrics.height()
        lines = 3 if index.data(HIT_ROLE).snippet else 2
        return QSize(200, lines * (line + 3) + 2 * 9)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit: HitRow = index.data(HIT_ROLE)
        rect: QRect = option.rect
        tokens = theme.current()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setClipRect(rect)
        if chosen:
            painter.fillRect(rect, QColor(tokens.selection))
        font: QFont = QFont(option.font)
        height: int = option.fontMetrics.height() + 3
        ink = QColor(tokens.selection_text if chosen else tokens.text)
        faint = QColor(tokens.selection_text if chosen else tokens.muted)
        left, top, width = rect.left() + PAD, rect.top() + 9, rect.width() - 2 * PAD
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        used = self._line(painter, hit.code or "—", bold, ink, left, top, width, marked=True)
        side = " · ".join(part for part in (hit.issued_date, hit.dossier, _page_words(hit)) if part)
        self._line(painter, side, font, faint, left + used + 12, top, width - used - 12)
        self._line(painter, hit.subject or _("(no subject yet)"), font, ink, left, top + height, width, marked=True)
        if hit.snippet:
            self._line(painter, _one_line(hit.snippet), font, faint, left, top + 2 * height, width, marked=True)
        painter.setPen(QColor(tokens.line))
        painter.drawLine(rect.left() + PAD, rect.bottom(), rect.right() - PAD, rect.bottom())
        painter.restore()
        if option.state & QStyle.StateFlag.State_HasFocus:
            draw_focus(painter, rect)

    def _line(
        self, painter: QPainter, text: str, font: QFont, ink: QColor, x: int, y: int, width: int, marked: bool = False
    ) -> int:
        """Draws one line, elided, hits marked; returns its width in pixels."""
        painter.setFont(font)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, width))
        layout = QTextLayout(shown, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        layout.setTextOption(option)
        if marked:
            layout.setFormats([_range(start, length) for start, length in places(shown, self._model.query)])
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(max(1, width + 4))
        layout.endLayout()
        painter.setPen(ink)
        layout.draw(painter, QPointF(x, y))
        return round(line.naturalTextWidth())


def _range(start: int, length: int) -> QTextLayout.FormatRange:
    out = QTextLayout.FormatRange()
    out.start, out.length = start, length
    out.format = QTextCharFormat()
    out.format.setBackground(QColor(theme.current().mark))
    out.format.setForeground(QColor(theme.LIGHT.text))
    return out


def _page_words(hit: HitRow) -> str:
    return _("page {page}").format(page=hit.page) if hit.page else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


class HitsView(QListView):
    opened = Signal(int)

    def __init__(self, model: HitsModel) -> None:
        super().__init__()
        self._hits = model
        self.setModel(model)
        self.setItemDelegate(HitDelegate(model, self))
        self.setAccessibleName(_("Search results"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(lambda index: self.opened.emit(model.hits[index.row()].id))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self._hits.hits[acting_row(self.selectionModel())].id)
            return
        super().keyPressEvent(jumping(event))


class SearchResults(QWidget):
    """Emits `current_changed(id, page)`, `selection_changed(count)`, `opened(id)`, `sort_changed(str)`, `closed()`."""

    current_changed = Signal(int, int)
    selection_changed = Signal(int)
    opened = Signal(int)
    sort_changed = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.model = HitsModel()
        self._told = 0  # the document that was last said to be the current one
        self.view = HitsView(self.model)
        self.view.opened.connect(self.opened)
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "heading")
        self._title.setSizePolicy(self._title.sizePolicy().Policy.Ignored, self._title.sizePolicy().Policy.Fixed)
        self._sort = QComboBox()
        self._sort.setAccessibleName(_("Order of the results"))
        self._sort.addItem(_("Newest first"), "newest")
        self._sort.addItem(_("Best match first"), "best")
        self._sort.currentIndexChanged.connect(lambda _i: self.sort_changed.emit(self.sort))
        self._nothing = self._make_nothing()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._nothing)
        self._lay_out()
        selection = self.view.selectionModel()
        selection.currentChanged.connect(lambda _index, before: self._moved(anew=not before.isValid()))
        selection.selectionChanged.connect(lambda *_a: self._moved())
        selection.selectionChanged.connect(lambda *_a: self.selection_changed.emit(count_of(selection)))

    def _lay_out(self) -> None:
        back = QToolButton()
        back.setIcon(icon("arrow-left"))
        back.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
        back.setToolTip(_("Back to the list (Esc)"))
        back.setAccessibleName(_("Back to the list"))
        back.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(8, 6, 12, 6)
        head.setSpacing(8)
        head.addWidget(back)
        head.addWidget(self._title, 1)
        head.addWidget(self._sort)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _make_nothing(self) -> QWidget:
        page = QWidget()
        mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        mark.setPixmap(pixmap("search", "muted", 48, self.devicePixelRatioF()))
        title = QLabel(_("Nothing found"), alignment=Qt.AlignmentFlag.AlignCenter)
        title.setProperty("role", "heading")
        advice = QLabel(
            _("Try fewer words, or type them without accents. Put words in “quotation marks” to find them in a row.")
        )
        advice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        advice.setWordWrap(True)
        advice.setProperty("role", "muted")
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        for widget in (mark, title, advice):
            column.addWidget(widget)
        column.addStretch(3)
        return page

    @property
    def sort(self) -> str:
        return str(self._sort.currentData())

    @property
    def selected(self) -> list[int]:
        runs = chosen_rows(self.view.selectionModel())
        return [hit.id for first, last in runs for hit in self.model.hits[first : last + 1]]

    @property
    def current(self) -> int:
        row = acting_row(self.view.selectionModel())
        return self.model.hits[row].id if row >= 0 else 0

    def show_found(self, query: str, found: Found) -> None:
        """Takes the answer to a query; the first hit is chosen."""
        self.model.take(query, found.rows)
        count = f"{number_word(found.count)}+" if found.capped else number_word(found.count)
        words = _n("{count} document for “{query}”", "{count} documents for “{query}”", found.count)
        self._title.setText(words.format(count=count, query=query.strip()))
        self._stack.setCurrentWidget(self.view if found.rows else self._nothing)
        if found.rows:
            self.view.setCurrentIndex(self.model.index(0))
            self.view.scrollToTop()
        else:
            self._told = 0
            self.current_changed.emit(0, 0)

    def step(self, by: int) -> None:
        row = self.view.currentIndex().row() + by
        if 0 <= row < len(self.model.hits):
            self.view.setCurrentIndex(self.model.index(row))

    def take_focus(self) -> None:
        """The keys go to the hits; where nothing was found to the order above them, which Esc leaves."""
        (self.view if self.model.hits else self._sort).setFocus(Qt.FocusReason.OtherFocusReason)

    def enter(self) -> None:
        """Opens the chosen hit."""
        if self.current:
            self.opened.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _moved(self, *, anew: bool = False) -> None:
        """The current row or what is chosen has changed; told where another document is the one to show, or the list was filled anew."""
        row = acting_row(self.view.selectionModel())
        if row >= 0 and (anew or self.model.hits[row].id != self._told):
            hit = self.model.hits[row]
            self._told = hit.id
            self.current_changed.emit(hit.id, hit.page or 0)
