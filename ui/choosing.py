"""Qt's own dialog for files and folders as this house opens it: large enough to read, in the folder that was used last, never blocking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QHeaderView, QSplitter, QTreeView, QWidget

SIZE = (820, 520)
PLACES = 150  # pixels for the places at the left

_last: dict[str, str] = {}  # purpose → folder, while the program runs


def choose_folder(
    parent: QWidget, title: str, then: Callable[[str], object], *, purpose: str, start: str = "", files_too: bool = False
) -> QFileDialog:
    """Asks for one folder; `files_too` shows what lies in it. `start` wins over the folder that was used last for this purpose."""
    dialog = QFileDialog(parent, title, start or last_folder(purpose))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly, not files_too)
    dialog.fileSelected.connect(lambda name: _remember(purpose, [name]))
    dialog.fileSelected.connect(then)
    return _opened(dialog)


def choose_files(
    parent: QWidget, title: str, filters: Sequence[str], then: Callable[[list[str]], object], *, purpose: str, one: bool = False
) -> QFileDialog:
    """Asks for any number of files, or for `one`. `filters` are Qt's: "Words (*.pdf *.jpg)"; the patterns are not shown."""
    dialog = QFileDialog(parent, title, last_folder(purpose))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile if one else QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(list(filters))
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
    dialog.filesSelected.connect(lambda names: _remember(purpose, names))
    dialog.filesSelected.connect(then)
    return _opened(dialog)


def choose_new_file(
    parent: QWidget, title: str, name: str, filters: Sequence[str], then: Callable[[str], object], *, purpose: str
) -> QFileDialog:
    """Asks where to write a file; asks back before one is replaced. The first filter's ending is added to a name without one."""
    dialog = QFileDialog(parent, title, last_folder(purpose))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(filters))
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: _remember(purpose, [chosen]))
    dialog.fileSelected.connect(then)
    return _opened(dialog)


def last_folder(purpose: str) -> str:
    """Where this was done last; the person's documents at first, never the program's own folder."""
    kept = _last.get(purpose, "")
    if kept and Path(kept).is_dir():
        return kept
    place = QStandardPaths.StandardLocation
    documents = QStandardPaths.writableLocation(place.DocumentsLocation)
    return documents if Path(documents).is_dir() else QStandardPaths.writableLocation(place.HomeLocation)


def _remember(purpose: str, names: Iterable[str]) -> None:
    first = next(iter(names), "")
    if first:
        _last[purpose] = str(Path(first).parent)


def _opened(dialog: QFileDialog) -> QFileDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    screen = dialog.screen().availableGeometry()
    dialog.resize(min(SIZE[0], screen.width() - 40), min(SIZE[1], screen.height() - 60))
    tree = dialog.findChild(QTreeView, "treeView")  # not there where the system brings its own dialog
    if tree is not None:
        for column in range(1, tree.header().count()):
            tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        tree.header().setStretchLastSection(False)
    splitter = dialog.findChild(QSplitter)
    if splitter is not None:
        splitter.setSizes([PLACES, dialog.width() - PLACES])
    dialog.open()
    return dialog
