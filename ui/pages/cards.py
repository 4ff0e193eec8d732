"""A card in the middle of an otherwise calm page: the form of the pages before the archive is open."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.i18n import _
from ui import theme
from ui.icons import icon, pixmap

EYE_KEY = "Ctrl+H"


class CardPage(QScrollArea):
    """One card, `width` wide, centred; scrolls where the window is small. Children fill `column`."""

    def __init__(self, title: str, mark: str, width: int = 460) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outside = QWidget()
        self.setWidget(outside)
        card = QFrame()
        card.setProperty("role", "card")
        card.setFixedWidth(width)
        self.column = QVBoxLayout(card)
        self.column.setContentsMargins(32, 28, 32, 28)
        self.column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        picture = QLabel()
        picture.setPixmap(pixmap(mark, "accent", 32, self.devicePixelRatioF()))
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        head.addWidget(picture)
        head.addWidget(self.title, 1)
        self.column.addLayout(head)
        self.column.addSpacing(8)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card)
        across.addStretch(1)
        down = QVBoxLayout(outside)
        down.setContentsMargins(16, 24, 16, 24)
        down.addStretch(2)
        down.addLayout(across)
        down.addStretch(3)

    def paragraph(self, text: str, role: str = "muted") -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        label.setProperty("role", role)
        self.column.addWidget(label)
        return label

    def field(self, text: str, field: QWidget) -> QLabel:
        """A label above its field, named for screen readers."""
        label = QLabel(text)
        label.setProperty("role", "strong")
        label.setBuddy(field)
        field.setAccessibleName(text)
        self.column.addSpacing(6)
        self.column.addWidget(label)
        self.column.addWidget(field)
        return label


class PasswordField(QFrame):
    """A password with an eye to look at it. Emits `changed()` and `entered()`."""

    changed = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setMaxLength(1024)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
        self._eye = QToolButton()
        self._eye.setCheckable(True)
        self._eye.setIcon(icon("eye", "muted"))
        self._eye.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
        self._eye.setAccessibleName(_("Show what is typed"))
        self._eye.setToolTip(_("Show what is typed") + f" ({EYE_KEY})")
        self._eye.setFocusPolicy(
            Qt.FocusPolicy.NoFocus
        )  # Tab goes on to the next field: a password typed into the eye would show this one
        self._eye.toggled.connect(self._look)
        key = QShortcut(QKeySequence(EYE_KEY), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self._eye.toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self._eye)
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(lambda _t: self.changed.emit())
        self.line.returnPressed.connect(self.entered)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.line.setAccessibleName(name)

    @property
    def text(self) -> str:
        return self.line.text()

    def clear(self) -> None:
        self.line.clear()
        self._eye.setChecked(False)

    def _look(self, on: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if on else QLineEdit.EchoMode.Password)
        self._eye.setIcon(icon("eye-off" if on else "eye", "muted"))


class Trouble(QFrame):
    """A sentence of trouble inside a card, hidden while all is well."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "danger")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        self._words = QLabel()
        self._words.setWordWrap(True)
        row.addWidget(self._words)
        self.hide()

    def say(self, error: BaseException | str) -> None:
        if isinstance(error, AppError):
            words = str(error)
        elif isinstance(error, str):
            words = error
        else:
            words = _("The program made a mistake; nothing already saved is lost.")
        self._words.setText(words)
        self.setVisible(bool(words))

    @property
    def words(self) -> str:
        return self._words.text() if not self.isHidden() else ""
