"""The strip of verbs on top and the strip of facts at the bottom."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QMenu, QProgressBar, QSizePolicy, QToolButton

from app.i18n import N_, _, _n
from app.jobs import Job
from ui import theme
from ui.actions import VERBS, Actions
from ui.icons import icon
from ui.models.words import number_word

TYPING_MS = 160


class Under(NamedTuple):
    """A menu inside of a menu: its words, its icon and the keys of its actions."""

    words: str
    icon: str
    keys: tuple[str, ...]


Lines = tuple[str | Under, ...]
MENU: Lines = (  # in one column on a screen of 1366 × 768 whose user has chosen larger letters
    "import-folder",
    Under(N_("Dossiers and inventories"), "dossier", (
        "new-dossier", "edit-dossier", "by-date", "contents-list", "", "new-inventory", "new-fonds", "edit-shelf",
    )),
    Under(N_("Packages"), "package", ("package", "import-package", "check-package")),
    Under(N_("Keeping for long"), "clock", ("preservation", "lasting", "day-proofs", "check-archive")),
    "learnt", "",
    "undo", "redo", "",
    Under(N_("View"), "panel-right", ("details", "compact", "dark")),
    "commands", "jobs", "",
    "lock", "quit",
)  # fmt: skip


class SearchField(QLineEdit):
    """Live: emits `asked(text)` when typing pauses, at once on Enter. Down goes to the results."""

    asked = Signal(str)
    entered = Signal()
    stepped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(_("Find documents, dossiers…  (Ctrl+F)"))
        self.setAccessibleName(_("Find in the archive"))
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.setMinimumWidth(160)
        self.setMaximumWidth(420)
        self.setMaxLength(400)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_MS)
        self._pause.timeout.connect(lambda: self.asked.emit(self.text()))
        self.textChanged.connect(self._typed)

    @property
    def pausing(self) -> bool:
        """True between the last letter and the question that it will become."""
        return self._pause.isActive()

    def _typed(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()
            self.asked.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self._pause.isActive():
                    self._pause.stop()
                    self.asked.emit(self.text())
                else:
                    self.entered.emit()
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case _:
                super().keyPressEvent(event)


class TopBar(QFrame):
    """Five verbs with words, the search field, and a menu that holds everything else."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._actions = actions
        self._buttons: list[QToolButton] = []
        self.setProperty("role", "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 7, 8, 7)
        row.setSpacing(2)
        for key in VERBS:
            button = QToolButton()
            button.setDefaultAction(actions[key])
            button.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("role", "verb")
            self._buttons.append(button)
            row.addWidget(button)
        row.addStretch(1)
        row.addSpacing(8)
        self.search = SearchField()
        row.addWidget(self.search, 2)
        row.addSpacing(4)
        for key in ("help", "settings"):
            row.addWidget(self._small(key))
        row.addWidget(self._make_menu())

    def _small(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[key])
        button.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _make_menu(self) -> QToolButton:
        self._menu_button = QToolButton()
        self._menu_button.setIcon(icon("more"))
        self._menu_button.setIconSize(QSize(theme.ICON_BAR, theme.ICON_BAR))
        self._menu_button.setAccessibleName(_("More commands"))
        self._menu_button.setToolTip(_("More commands"))
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu = QMenu(self._menu_button)
        self.menu.setAccessibleName(_("More commands"))
        fill_menu(self.menu, self._actions, MENU)
        self._menu_button.setMenu(self.menu)
        return self._menu_button

    def set_narrow(self, narrow: bool) -> None:
        """Verbs under their icons where the window is small, beside them elsewhere."""
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        for button in self._buttons:
            button.setToolButtonStyle(style)


def fill_menu(menu: QMenu, actions: Actions, lines: Lines) -> None:
    """Adds actions by key; "" is a line. Keys that this build doesn't have are passed over."""
    present = {action.objectName() for action in actions}
    for key in lines:
        if isinstance(key, Under):
            under = menu.addMenu(icon(key.icon), _(key.words))
            under.setAccessibleName(_(key.words))
            fill_menu(under, actions, key.keys)
        elif not key:
            menu.addSeparator()
        elif key in present:
            menu.addAction(actions[key])


class Foot(QFrame):
    """Sync, certificate, running work. Each part is a button that leads there."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("role", "foot")
        self._live: dict[int, Job] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(4)
        self.place = QLabel()
        self.place.setProperty("role", "muted")
        self.sync = _foot_button("synced", actions["sync"].trigger)
        self.certificate = _foot_button("certificate", actions["settings"].trigger)
        self.jobs = _foot_button("tasks", actions["jobs"].trigger)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(140)
        self.progress.setAccessibleName(_("Progress of the running work"))
        row.addWidget(self.sync)
        row.addWidget(self.certificate)
        row.addStretch(1)
        row.addWidget(self.place)
        row.addWidget(self.progress)
        row.addWidget(self.jobs)
        self.certificate.hide()
        self.progress.hide()
        self.say_sync(0, "", False)
        self._say_jobs()

    def say_sync(self, waiting: int, last: str, server: bool, problem: str = "") -> None:
        """How many items wait, when the last receipt came (words), whether a server is set up, what keeps sending from going on."""
        self.sync.setToolTip(problem or _("Send now (F5)"))
        if problem:
            words, mark, role = _("Sending needs your attention"), "warning", "warning"
        elif not server:
            words, mark, role = _("No central server set up"), "to-sync", "muted"
        elif waiting:
            text = _n("{count} item waits to be sent", "{count} items wait to be sent", waiting)
            words, mark, role = text.format(count=number_word(waiting)), "to-sync", "muted"
        else:
            words, mark, role = _("Everything sent"), "synced", "muted"
        if last:
            words = _("{words} · last sent {time}").format(words=words, time=last)
        self.sync.setText(words)
        self.sync.setIcon(icon(mark, role))

    def say_certificate(self, owner: str, days: int | None) -> None:
        """Whose certificate signs here and how long it is good; an empty owner hides it."""
        self.certificate.setVisible(bool(owner))
        if not owner:
            return
        if days is None:
            words, role = owner, "muted"
        elif days < 0:
            words, role = _("{owner} · certificate has expired").format(owner=owner), "danger"
        else:
            text = _n("{owner} · certificate good for {count} day", "{owner} · certificate good for {count} days", days)
            words, role = text.format(owner=owner, count=number_word(days)), "warning" if days < 30 else "muted"
        self.certificate.setText(words)
        self.certificate.setIcon(icon("certificate", role))

    def job_changed(self, job: Job) -> None:
        self._live[job.id] = job
        self._say_jobs()

    def job_finished(self, job: Job) -> None:
        self._live.pop(job.id, None)
        self._say_jobs()

    def _say_jobs(self) -> None:
        jobs = list(self._live.values())
        self.progress.setVisible(bool(jobs))
        if not jobs:
            self.jobs.setText(_("No running work"))
            return
        known = [j for j in jobs if j.total]
        if known:
            total = sum(j.total or 0 for j in known)
            self.progress.setRange(0, max(1, total))
            self.progress.setValue(sum(j.done for j in known))
        else:
            self.progress.setRange(0, 0)
        first = jobs[-1]
        words = first.title
        if first.total:
            words = f"{words} {number_word(first.done)}/{number_word(first.total)}"
        if len(jobs) > 1:
            words = _n("{words} and {count} more", "{words} and {count} more", len(jobs) - 1).format(
                words=words, count=len(jobs) - 1
            )
        self.jobs.setText(words)


def _foot_button(mark: str, slot: object) -> QToolButton:
    button = QToolButton()
    button.setProperty("role", "foot")
    button.setIcon(icon(mark, "muted"))
    button.setIconSize(QSize(theme.ICON_LIST, theme.ICON_LIST))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(slot)
    return button
