"""One field of all documents as a grid of crops: the eye runs over them, the hand types over what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, _n
from ui import theme
from ui.models.reading import Reads
from ui.models.review_grid import GridModel
from ui.models.words import number_word
from ui.pages.review_cards import CardDelegate, card_height, card_width
from ui.widgets.crop_store import CropStore
from ui.widgets.document_fields import document_fields

if TYPE_CHECKING:
    from app.desk.review_checks import Finding
    from app.desk.reviewing import FieldCrop
    from app.workspace import Workspace

FIELDS = (
    "codeNumber", "codeNotation", "issuedDate", "typeName", "subject", "organName", "place", "signer", "position", "addressee",
    "arrivalNumber", "arrivalDate", "sheets",
)  # fmt: skip
SOON_MS = 40
NEARBY = 24  # cards fetched beyond those in view


class GridView(QTableView):
    """Cards. Arrow keys go from card to card, letters and digits type over the value."""

    resized = Signal()

    def __init__(self, model: GridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(40)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setMinimumSectionSize(60)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(card_height())
        self.setAccessibleName(_("One field of all documents"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # a blank is no value
            return
        super().keyPressEvent(event)


class ReviewGrid(QWidget):
    """Signals: `edited(id, name, value)`, `accepted(id, name)`, `field_chosen(name)`, `counted(doubtful)`."""

    edited = Signal(int, str, str)
    accepted = Signal(int, str)
    field_chosen = Signal(str)
    counted = Signal(int)

    def __init__(self, workspace: Workspace, reads: Reads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._reads = workspace, reads
        self._ids: Sequence[int] = ()
        self._findings: Sequence[Finding] = ()
        self._wanted = 0
        self._trail: list[int] = []
        declared = {decl.name: decl for decl in document_fields()}
        self._decls = {name: declared[name] for name in FIELDS}
        self.model = GridModel()
        self.store = CropStore(workspace, reads, self)
        self.view = GridView(self.model)
        self.delegate = CardDelegate(self.model, self.store, self.view)
        self.view.setItemDelegate(self.delegate)
        self.choice = QComboBox()
        for name, decl in self._decls.items():
            self.choice.addItem(decl.label, name)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._want)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        label = QLabel(_("&Field:"))
        label.setBuddy(self.choice)
        self.choice.setAccessibleName(_("Field to look over"))
        self.choice.setToolTip(_("Another field: Alt+Left, Alt+Right"))
        self.choice.setMinimumWidth(200)
        self._count = QLabel()
        self._count.setProperty("role", "muted")
        self._trouble = QLabel()
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.setProperty("role", "danger")
        self._trouble.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._trouble.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 6)
        head.setSpacing(8)
        for widget in (label, self.choice, self._count):
            head.addWidget(widget)
        head.addWidget(self._trouble, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    def _connect(self) -> None:
        self.choice.activated.connect(lambda _index: self.show_field(str(self.choice.currentData())))
        self.model.edited.connect(self.edited)
        self.model.accepted.connect(self.accepted)
        self.model.dataChanged.connect(lambda *_args: self._say_count())
        self.model.modelReset.connect(self._say_count)
        self.delegate.refused.connect(self.say_trouble)
        self.delegate.done.connect(self._done)
        self.store.came.connect(self.model.touch)
        self.view.resized.connect(self._fit)
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._soon.start())
        self.view.selectionModel().currentChanged.connect(lambda *_args: self._tell())

    # --- what is shown ---
    @property
    def field(self) -> str:
        return str(self.choice.currentData())

    @property
    def current(self) -> int:
        """The document whose card is chosen; 0 for none."""
        card = self.model.card(self.view.currentIndex())
        return card.crop.document_id if card is not None else 0

    def show_documents(self, ids: Sequence[int], field: str = "", current: int = 0) -> None:
        self._ids, self._wanted = list(ids), current
        self.show_field(field if field in self._decls else self.field)

    def show_field(self, name: str) -> None:
        """The crops of another field; the document that was chosen stays chosen."""
        self._wanted = self.current or self._wanted
        self.choice.setCurrentIndex(self.choice.findData(name))
        self.say_trouble("")
        self._ask()
        self.field_chosen.emit(name)

    def step_field(self, by: int) -> None:
        names = list(self._decls)
        self.show_field(names[(names.index(self.field) + by) % len(names)])

    def reload(self) -> None:
        """Reads the values anew; an open editor stays as it is."""
        if self._ids:
            self._wanted = 0
            self._ask()

    def _ask(self) -> None:
        ids, name, workspace = list(self._ids), self.field, self._workspace

        def read() -> list[FieldCrop]:
            from app.desk import reviewing

            return reviewing.field_crops(workspace, ids, name)

        self._reads.run("review:grid", read, lambda crops: self._take(name, crops))

    def _take(self, name: str, crops: list[FieldCrop]) -> None:
        if name != self.field:
            return
        fresh = self.model.decl.name != name or not self.model.cards
        self.model.fill(self._decls[name], crops)
        self.model.set_findings(self._findings)
        self._fit()
        if fresh or self._wanted:
            place = self.model.place_of(self._wanted) if self._wanted else self.model.next_doubtful(-1)
            self.go_to(max(place, 0))
            self._wanted = 0
        self._soon.start()

    def take_findings(self, findings: Sequence[Finding]) -> None:
        self._findings = findings
        self.model.set_findings(findings)

    def say_trouble(self, sentence: str) -> None:
        self._trouble.setText(sentence)

    def _say_count(self) -> None:
        doubtful, count = self.model.doubtful, len(self.model.cards)
        words = _n("{count} document", "{count} documents", count).format(count=number_word(count))
        if doubtful:
            rest = _n("{count} place to check", "{count} places to check", doubtful).format(count=number_word(doubtful))
        else:
            rest = _("nothing to check")
        self._count.setText(f"{words} · {rest}")
        self.counted.emit(doubtful)

    # --- layout and pictures ---
    def _fit(self) -> None:
        """As many columns as fit, the pictures in the size of their place."""
        width = max(self.view.viewport().width(), 200)
        current = self.current
        self.model.set_columns(max(1, width // card_width(self.model.decl.name)))
        self.view.verticalHeader().setDefaultSectionSize(card_height())
        if current and self.current != current:
            self.go_to(self.model.place_of(current))
        index = self.model.index_of(0)
        if index.isValid():
            area = self.delegate.paper_area(self.view.visualRect(index))
            ratio = self.devicePixelRatioF()
            self.store.set_size(QSize(round(area.width() * ratio), round(area.height() * ratio)))
        self._soon.start()

    def _want(self) -> None:
        """Asks for the crops in view, then for those around."""
        columns = self.model.columnCount()
        height = self.view.viewport().height()
        first = max(self.view.rowAt(0), 0) * columns
        last_row = self.view.rowAt(height - 1)
        last = (last_row + 1) * columns if last_row >= 0 else len(self.model.cards)
        seen = [card.crop for card in self.model.cards[first:last]]
        after = [card.crop for card in self.model.cards[last : last + NEARBY]]
        before = [card.crop for card in self.model.cards[max(0, first - NEARBY) : first]]
        self.store.want([*seen, *after, *before])

    # --- going ---
    def go_to(self, place: int) -> None:
        index = self.model.index_of(place)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    @property
    def place(self) -> int:
        return self.model.place(self.view.currentIndex())

    def accept(self) -> None:
        """Enter on a card: the value is right; on to the next that wants a look."""
        place = self.place
        if place < 0:
            return
        card = self.model.cards[place]
        if not card.crop.value and self.model.decl.required and not card.crop.confirmed and self._trail[-1:] != [-place - 1]:
            self.say_trouble(_("Still empty. Type the value, or press Enter again if the paper has none."))
            self._trail.append(-place - 1)  # asked once
            return
        self.model.accept(place)
        self._done(place, 1)

    def _done(self, place: int, by: int) -> None:
        self.say_trouble("")
        self.view.setFocus()
        if by < 0:
            self.back()
            return
        self._trail = [*self._trail[-200:], place]
        found = self.model.next_doubtful(place)
        if found < 0:
            self.say_done()
            found = min(place + 1, len(self.model.cards) - 1)
        self.go_to(found)

    def say_done(self) -> None:
        theme.restyle(self._trouble, "role", "success")
        self._trouble.setText(_("This field is checked in all documents. Alt+Right: the next field."))
        QTimer.singleShot(0, self, lambda: theme.restyle(self._trouble, "role", "success"))

    def back(self) -> None:
        """Shift+Enter: the card before in the order in which one went, else the one in front."""
        while self._trail:
            place = self._trail.pop()
            if 0 <= place < len(self.model.cards) and place != self.place:
                self.go_to(place)
                return
        self.go_to(max(self.place - 1, 0))

    def skip(self, by: int) -> None:
        found = self.model.next_doubtful(self.place, by)
        if found >= 0:
            self.go_to(found)

    def copy_before(self) -> None:
        """Takes the value of the card in front; Ctrl+Z takes it back."""
        place = self.place
        if place <= 0:
            self.say_trouble(_("There is no document before this one."))
            return
        value = self.model.cards[place - 1].crop.value
        try:
            self.model.write(place, self.model.value_of(place, value))
        except ValueError as wrong:
            self.say_trouble(str(wrong))

    def _tell(self) -> None:
        card = self.model.card(self.view.currentIndex())
        theme.restyle(self._trouble, "role", "danger")
        why = card.findings[0].message if card is not None and card.findings and not card.crop.confirmed else ""
        self.say_trouble(why)
        self.view.setAccessibleDescription(card.sentence if card is not None else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "view"):
            self._fit()

    def edit_current(self) -> None:
        index: QModelIndex = self.view.currentIndex()
        if index.isValid():
            self.view.edit(index)
