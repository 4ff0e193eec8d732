"""The bar above a review: the way back, which document, how far one is and how fast, the two ways to look."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, _n
from ui import theme
from ui.icons import icon, pixmap
from ui.models.review import Pace, Queue
from ui.models.words import number_word
from ui.widgets.elided import ElidedLabel


class ReviewBar(QFrame):
    """Signals: `closed()`, `view_wanted(grid: int)` 0 documents, 1 grid, `order_wanted(doubtful_first: int)`, `fresh_wanted()`."""

    closed = Signal()
    view_wanted = Signal(int)
    order_wanted = Signal(int)
    fresh_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.back = QToolButton()
        self.back.setIcon(icon("arrow-left"))
        self.back.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
        self.back.setToolTip(_("Back to the list (Esc)"))
        self.back.setAccessibleName(_("Back to the list"))
        self.back.clicked.connect(self.closed)
        self._code = QLabel()
        self._code.setProperty("role", "heading")
        self._code.setTextFormat(Qt.TextFormat.PlainText)
        self._subject = ElidedLabel()
        self._subject.setProperty("role", "muted")
        self._progress = QLabel()
        self._progress.setProperty("role", "strong")
        self._pace = QLabel()
        self._pace.setProperty("role", "muted")
        self.order = QComboBox()
        self.order.addItem(_("Doubtful ones first"), 1)
        self.order.addItem(_("In the order of the dossier"), 0)
        self.order.setAccessibleName(_("Order of the documents"))
        self.order.setToolTip(_("Order of the documents"))
        self.order.activated.connect(lambda _index: self.order_wanted.emit(int(self.order.currentData())))
        self.fresh = QPushButton(icon("add"), "")
        self.fresh.setToolTip(_("They join at the end; where you are stays as it is."))
        self.fresh.clicked.connect(self.fresh_wanted)
        self.fresh.hide()
        self.views = QButtonGroup(self)
        self._lay_out()
        self.views.idClicked.connect(self.view_wanted)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 12, 6)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self._code)
        row.addWidget(self._subject, 1)
        row.addSpacing(12)
        row.addWidget(self.fresh)
        row.addWidget(self._progress)
        row.addWidget(self._pace)
        row.addWidget(self.order)
        for number, (words, mark) in enumerate(((_("Each document"), "document"), (_("One field of all"), "tasks"))):
            button = QPushButton(icon(mark), words)
            button.setCheckable(True)
            button.setToolTip(_("{words} (F4 changes between the two)").format(words=words))
            self.views.addButton(button, number)
            row.addWidget(button)
        self._line = QProgressBar()
        self._line.setTextVisible(False)
        self._line.setFixedHeight(4)
        self._line.setAccessibleName(_("Progress of the review"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._line)

    def say_document(self, code: str, subject: str) -> None:
        self._code.setText(code)
        self._subject.say(subject)

    def say_view(self, grid: bool) -> None:
        self.views.button(int(grid)).setChecked(True)

    def say_progress(self, queue: Queue, pace: Pace) -> None:
        """Which of how many, how many are left, seconds a document in the middle."""
        count = len(queue.ids)
        place = _("Document {place} of {count}").format(place=number_word(queue.at + 1), count=number_word(count))
        self._progress.setText(place if count else "")
        left = _n("{count} left", "{count} left", queue.left).format(count=number_word(queue.left))
        seconds = pace.seconds
        if seconds is not None:
            left = _("{left} · {seconds} s a document").format(left=left, seconds=number_word(max(1, round(seconds))))
            self._pace.setToolTip(
                _("The middle of the times so far. About {time} to go.").format(time=span(seconds * queue.left))
            )
        self._pace.setText(left if count else "")
        self._line.setRange(0, max(count, 1))
        self._line.setValue(count - queue.left)
        self._line.setAccessibleDescription(f"{place}. {left}")

    def say_fresh(self, count: int) -> None:
        """So many papers have been read since the review began; 0 hides it."""
        words = _n("{count} just read: take in", "{count} just read: take in", count).format(count=number_word(count))
        self.fresh.setText(words)
        self.fresh.setVisible(bool(count))

    def set_narrow(self, narrow: bool) -> None:
        """Less beside the essential where the window is small."""
        self.order.setVisible(not narrow)


def span(seconds: float) -> str:
    """ "3 minutes", "1 hour 5 minutes"."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return _n("{count} minute", "{count} minutes", minutes).format(count=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


class ReviewDone(QWidget):
    """Everything is looked over, or nothing was to look at."""

    closed = Signal()
    more_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._title.setProperty("role", "title")
        self._words = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._words.setProperty("role", "muted")
        self._words.setWordWrap(True)
        self.button = QPushButton(_("Back to the list"))
        self.button.setProperty("role", "primary")
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self.closed)
        self.more = QPushButton()
        self.more.setAutoDefault(True)
        self.more.clicked.connect(self.more_wanted)
        self.more.hide()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        row.addWidget(self.more)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addStretch(2)
        for widget in (self._mark, self._title, self._words):
            column.addWidget(widget)
        column.addLayout(row)
        column.addStretch(3)

    def say(self, title: str, words: str) -> None:
        self._mark.setPixmap(pixmap("done", "success", 48, self.devicePixelRatioF()))
        self._title.setText(title)
        self._words.setText(words)

    def say_fresh(self, count: int) -> None:
        """Papers that were read meanwhile: one may go on with them. The keys stay where they are."""
        words = _n("Go on with {count} just read", "Go on with {count} just read", count).format(count=number_word(count))
        self.more.setText(words)
        self.more.setVisible(bool(count))

    def say_result(self, pace: Pace) -> None:
        count = pace.done
        if not count:
            self.say(
                _("Nothing waits to be checked"),
                _("Every field here is sure or has been confirmed. Papers that are still being read come when that is done."),
            )
            return
        title = _n("{count} document looked over", "{count} documents looked over", count).format(count=number_word(count))
        words = _("{time} in all, {seconds} seconds a document. What you confirmed is saved.")
        seconds = number_word(max(1, round(pace.total / count)))  # the mean: beside the sum a middle value looks like a mistake
        self.say(title, words.format(time=span(pace.total), seconds=seconds))
