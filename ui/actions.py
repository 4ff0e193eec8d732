"""Every action of the window in one registry: key, words, icon, when it may be used.

Buttons, menus, the command palette and the help page of keys are made from it, so nothing can be reached in one way only. A button
made from a QAction has a name for screen readers; an icon button with only a tooltip has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.i18n import N_, _
from ui.icons import icon


@dataclass(slots=True, frozen=True)
class Circumstances:
    """What the window shows and holds now: actions are enabled by it."""

    archive: bool = False  # an archive is open
    selected: int = 0  # documents selected
    dossier: bool = False  # a dossier is chosen in the tree
    shelf: bool = False  # a fonds or an inventory is chosen in the tree
    trash: bool = False  # the bin is shown
    server: bool = False  # a central server is set up


@dataclass(slots=True, frozen=True)
class Need:
    """A condition and the sentence that says what is missing."""

    met: Callable[[Circumstances], bool]
    sentence: str = ""


ALWAYS = Need(lambda now: True)  # noqa: ARG005
OPEN = Need(lambda now: now.archive, N_("Open the archive first."))
CHOSEN = Need(lambda now: now.archive and now.selected > 0, N_("Select documents in the list first."))
LIVE = Need(lambda now: now.archive and now.selected > 0 and not now.trash, N_("Select documents in the list first."))
ONE = Need(lambda now: now.archive and now.selected == 1, N_("Select one document in the list first."))
IN_BIN = Need(lambda now: now.archive and now.selected > 0 and now.trash, N_("Select documents in the bin first."))
IN_DOSSIER = Need(
    lambda now: now.archive and (now.dossier or now.selected > 0),
    N_("Choose a dossier in the tree, or documents in the list, first."),
)
PLACED = Need(
    lambda now: now.archive and now.dossier and now.selected > 0,
    N_("Choose a dossier in the tree and documents in its list first."),
)
DOSSIER = Need(lambda now: now.archive and now.dossier, N_("Choose a dossier in the tree first."))
SHELF = Need(lambda now: now.archive and now.shelf, N_("Choose a fonds or an inventory in the tree first."))


@dataclass(slots=True, frozen=True)
class Spec:
    """One action. `text` may hold an ASCII mnemonic; `keys` are portable key names, the first is shown."""

    key: str
    text: str
    icon: str
    group: str
    keys: tuple[str, ...] = ()
    need: Need = ALWAYS
    help: str = ""
    checkable: bool = False
    in_list: bool = False  # its key works only while a list of documents has the focus


WORK, DOCUMENT, FIND, VIEW, PROGRAM = N_("Daily work"), N_("Documents"), N_("Finding"), N_("View"), N_("Program")
GROUPS = (WORK, DOCUMENT, FIND, VIEW, PROGRAM)

SPECS: tuple[Spec, ...] = (
    Spec("scan", N_("&Scan"), "scan", WORK, ("F9",), OPEN, N_("Scan paper into the archive")),
    Spec("import", N_("&Import files"), "import", WORK, ("Ctrl+O",), OPEN, N_("Take in PDF, picture and office files")),
    Spec("sign", N_("Si&gn"), "sign", WORK, ("Ctrl+Enter", "Ctrl+Return"), LIVE, N_("Sign the selected documents digitally")),
    Spec("sync", N_("S&ync"), "sync", WORK, ("F5",), OPEN, N_("Send what waits to the central server")),
    Spec(
        "package", N_("E&xport package"), "package", WORK, ("Ctrl+E",), IN_DOSSIER, N_("Make a transfer package of the dossier")
    ),
    Spec(
        "check-package",
        N_("Check a package"),
        "verify",
        WORK,
        ("Ctrl+Shift+E",),
        OPEN,
        N_("What is wrong with a package from anywhere"),
    ),
    Spec(
        "import-package",
        N_("Take in a package"),
        "import",
        WORK,
        ("Ctrl+Alt+O",),
        OPEN,
        N_("Take in a package or an edXML message from another office"),
    ),
    Spec(
        "lasting",
        N_("Signatures that end soon"),
        "clock",
        WORK,
        (),
        OPEN,
        N_("What stops being provable, and when; renew the time stamps"),
    ),
    Spec(
        "day-proofs",
        N_("Proofs by day"),
        "calendar",
        WORK,
        (),
        OPEN,
        N_("One time stamp proves when the files of a day came, and that they were not changed"),
    ),
    Spec(
        "learnt",
        N_("What has been learnt"),
        "history",
        WORK,
        (),
        OPEN,
        N_("What the program knows from your confirmations: practise handwriting, hand it on, take it back"),
    ),
    Spec("preservation", N_("Preservation"), "verify", WORK, (), OPEN, N_("Formats at risk, and whether all files are whole")),
    Spec("import-folder", N_("Import a folder"), "import-folder", WORK, ("Ctrl+Shift+O",), OPEN),
    Spec("new-dossier", N_("New dossier"), "dossier-new", WORK, ("Ctrl+N",), OPEN),
    Spec("edit-dossier", N_("Edit dossier"), "edit", WORK, (), DOSSIER),
    Spec(
        "new-inventory",
        N_("New inventory"),
        "inventory",
        WORK,
        ("Ctrl+Shift+N",),
        OPEN,
        N_("A list of dossiers that belong together, by years or retention"),
    ),
    Spec("new-fonds", N_("New fonds"), "fonds", WORK, (), OPEN, N_("For the records of another agency")),
    Spec("edit-shelf", N_("Rename fonds or inventory"), "edit", WORK, (), SHELF),
    Spec(
        "contents-list",
        N_("Contents list"),
        "print",
        WORK,
        ("Ctrl+P",),
        IN_DOSSIER,
        N_("Write the list of the dossier's documents"),
    ),
    Spec("open-document", N_("Open document"), "open", DOCUMENT, ("Ctrl+Down",), ONE, N_("Show the pages in the whole window")),
    Spec("describe", N_("Describe"), "edit", DOCUMENT, ("F2",), ONE, N_("Fill in number, date, subject and the rest")),
    Spec("review", N_("Quick check"), "review", DOCUMENT, ("F4",), LIVE, N_("Look over what was read, by keys alone")),
    Spec(
        "confirm",
        N_("Confirm as checked"),
        "done",
        DOCUMENT,
        ("Ctrl+Shift+Enter", "Ctrl+Shift+Return"),
        LIVE,
        N_("The fields are right; ready to sign"),
    ),
    Spec("file", N_("Put into a dossier"), "dossier", DOCUMENT, ("Ctrl+M",), LIVE),
    Spec("earlier", N_("Move up in the dossier"), "up", DOCUMENT, ("Ctrl+Shift+Up",), PLACED),
    Spec("later", N_("Move down in the dossier"), "down", DOCUMENT, ("Ctrl+Shift+Down",), PLACED),
    Spec(
        "by-date", N_("Order the dossier by date"), "sort", DOCUMENT, (), DOSSIER, N_("Oldest first, as in the contents list")
    ),
    Spec("describe-again", N_("Read the fields again"), "refresh", DOCUMENT, (), LIVE, N_("What you confirmed stays")),
    Spec(
        "fill-types",
        N_("Fill in missing types"),
        "refresh",
        DOCUMENT,
        (),
        OPEN,
        N_("Of all documents that have none; what you confirmed stays"),
    ),
    Spec("verify", N_("Check signatures"), "verify", DOCUMENT, ("Ctrl+Shift+V",), CHOSEN),
    Spec(
        "save-copy",
        N_("Save a copy"),
        "save",
        DOCUMENT,
        ("Ctrl+Shift+S",),
        CHOSEN,
        N_("Save the files of the documents to a folder"),
    ),
    Spec("trash", N_("Move to the bin"), "trash", DOCUMENT, ("Del",), LIVE, in_list=True),
    Spec("restore", N_("Take out of the bin"), "restore", DOCUMENT, (), IN_BIN),
    Spec("undo", N_("Undo"), "undo", DOCUMENT, ("Ctrl+Z",), OPEN, N_("Take back the last change")),
    Spec("redo", N_("Redo"), "redo", DOCUMENT, ("Ctrl+Y",), OPEN, N_("Do again what was taken back")),
    Spec("find", N_("Find"), "search", FIND, ("Ctrl+F",), OPEN, N_("Search numbers, subjects and page text")),
    Spec("commands", N_("All commands"), "palette", FIND, ("Ctrl+K",), ALWAYS, N_("Find a command by its name")),
    Spec("go-tree", N_("Go to the dossier tree"), "panel-left", VIEW, ("Alt+1",), OPEN),
    Spec("go-list", N_("Go to the document list"), "documents", VIEW, ("Alt+2",), OPEN),
    Spec("go-details", N_("Go to the description"), "panel-right", VIEW, ("Alt+3",), OPEN),
    Spec("details", N_("Show the details pane"), "panel-right", VIEW, ("Ctrl+D",), OPEN, checkable=True),
    Spec("compact", N_("Compact rows"), "tasks", VIEW, (), ALWAYS, checkable=True),
    Spec("dark", N_("Dark colours"), "moon", VIEW, ("Ctrl+Shift+D",), ALWAYS, checkable=True),
    Spec("refresh", N_("Read the list anew"), "refresh", VIEW, ("Ctrl+R",), OPEN),
    Spec("jobs", N_("Running work"), "tasks", PROGRAM, ("Ctrl+J",), ALWAYS, N_("Progress of long work, with Stop")),
    Spec("check-archive", N_("Check the archive"), "audit", PROGRAM, (), OPEN, N_("Prove that nothing was changed or lost")),
    Spec("settings", N_("Settings"), "settings", PROGRAM, ("Ctrl+,",), ALWAYS),
    Spec("lock", N_("Lock the archive"), "lock", PROGRAM, ("Ctrl+L",), OPEN),
    Spec("help", N_("Keys and help"), "help", PROGRAM, ("F1",), ALWAYS),
    Spec("quit", N_("Quit"), "close", PROGRAM, ("Ctrl+Q",), ALWAYS),
)
VERBS = ("scan", "import", "sign", "sync", "package")
BY_KEY = {spec.key: spec for spec in SPECS}


class Actions(QObject):
    """The QActions of one window, made from the registry."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._now = Circumstances()
        self._actions: dict[str, QAction] = {}
        self._served: dict[str, Callable[[], object]] = {}
        self._wired: set[str] = set()
        for spec in SPECS:
            action = QAction(icon(spec.icon), "", self)
            action.setObjectName(spec.key)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.setCheckable(spec.checkable)
            self._actions[spec.key] = action
            if not spec.in_list:
                window.addAction(action)
        self.retranslate()

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def on(self, key: str, slot: Callable[[], object]) -> None:
        """Runs `slot` when the action is used."""
        self._actions[key].triggered.connect(lambda _checked=False: slot())

    def serve(self, key: str, slot: Callable[[], object]) -> None:
        """As `on`, in the place of what served before: an archive that was opened anew brings its own."""
        self._served[key] = slot
        if key not in self._wired:
            self._wired.add(key)
            self._actions[key].triggered.connect(lambda _checked=False: self._served[key]())

    def refresh(self, now: Circumstances) -> None:
        """Enables what may be used in these circumstances."""
        self._now = now
        for spec in SPECS:  # told many times a second while an import runs: only what differs is touched
            action, met = self._actions[spec.key], spec.need.met(now)
            if action.isEnabled() != met or not action.toolTip():
                action.setEnabled(met)
                action.setToolTip(self.hint(spec))

    def retranslate(self) -> None:
        for spec in SPECS:
            action = self._actions[spec.key]
            action.setText(plain(_(spec.text)))
            action.setIconText(_(spec.text))
            action.setToolTip(self.hint(spec))
            action.setStatusTip("")

    def hint(self, spec: Spec) -> str:
        """The tooltip: what it does, its key, and what is missing while it can't be used."""
        first = _(spec.help) if spec.help else plain(_(spec.text))
        if spec.keys:
            first = f"{first} ({key_text(spec.keys[0])})"
        if not spec.need.met(self._now) and spec.need.sentence:
            return f"{first}\n{_(spec.need.sentence)}"
        return first

    @property
    def usable(self) -> list[tuple[Spec, QAction]]:
        """Visible actions in registry order."""
        return [(spec, self._actions[spec.key]) for spec in SPECS if self._actions[spec.key].isVisible()]


def plain(text: str) -> str:
    """Words without the mnemonic mark."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


@lru_cache(maxsize=256)
def key_text(key: str) -> str:
    """The key as it is printed on keyboards."""
    shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    for name, sign in (("Return", "Enter"), ("Down", "↓"), ("Up", "↑")):
        shown = shown.replace(name, sign)
    return shown
