"""A new fonds or inventory, or another name for one that is there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from app.desk import filing
from app.errors import AppError
from app.i18n import _
from app.services import Services
from storage import queries
from storage.queries import TreeRow
from ui.dialogs.archive import archive_of
from ui.dialogs.base import VerbDialog
from ui.widgets.field_cell import FieldCell
from ui.widgets.field_state import FieldDecl

FONDS, INVENTORY = "fonds", "inventory"


class ShelfDialog(VerbDialog):
    """`kind` is "fonds" or "inventory"; with `shelf_id` it is edited. `on_saved(id)` once it is in the archive."""

    def __init__(
        self,
        parent: QWidget | None,
        services: Services,
        kind: str,
        *,
        shelf_id: int | None = None,
        fonds_id: int | None = None,
        on_saved: Callable[[int], None] | None = None,
    ) -> None:
        self._services, self._kind, self._id, self._fonds, self._on_saved = services, kind, shelf_id, fonds_id, on_saved
        heading, verb, intro = _words(kind, new=shelf_id is None)
        super().__init__(parent, heading, verb, intro=intro)
        rows = self._rows()
        self.cells = {decl.name: FieldCell(decl, plain=True) for decl in self._fields(rows)}
        for name, cell in self.cells.items():
            cell.show_value(self._value(name, rows), None, False)
            if cell.decl.help and isinstance(cell.editor.widget, QLineEdit):
                cell.editor.widget.setPlaceholderText(cell.decl.help)
            cell.editor.typed.connect(self._judge)
            cell.accepted.connect(self._press)
            self.body.addWidget(cell)
        self.body.addStretch(1)
        self.agreed.connect(self._save)
        self._judge()

    def _rows(self) -> list[TreeRow]:
        with archive_of(self._services).catalog.read() as session:
            return [row for row in queries.tree(session) if row.kind in (FONDS, INVENTORY)]

    def _fields(self, rows: list[TreeRow]) -> list[FieldDecl]:
        if self._kind == FONDS:
            return [
                FieldDecl("code", _("Code of the fonds"), length=100, required=True, help=_("For example H49.64.33")),
                FieldDecl(
                    "title", _("Name of the fonds"), length=1000, required=True, help=_("The agency whose records they are")
                ),
            ]
        fonds = tuple((str(row.id), row.title or row.code) for row in rows if row.kind == FONDS)
        where = [FieldDecl("fonds", _("In the fonds"), "choice", choices=fonds)] if self._id is None and len(fonds) > 1 else []
        return [
            *where,
            FieldDecl("code", _("Number of the inventory"), length=30, required=True, help=_("For example 01")),
            FieldDecl(
                "title", _("Name of the inventory"), length=1000, help=_("For example: Records kept for ever, 2019–2021")
            ),
        ]

    def _value(self, name: str, rows: list[TreeRow]) -> str:
        if name == "fonds":
            return str(self._fonds or next((row.id for row in rows if row.kind == FONDS), ""))
        mine = next((row for row in rows if (row.kind, row.id) == (self._kind, self._id)), None)
        return str(getattr(mine, name)) if mine is not None else ""

    def _judge(self) -> None:
        missing = [c.decl.label for c in self.cells.values() if c.decl.required and not c.editor.text().strip()]
        self.set_ready(not missing, _("Still missing: {fields}").format(fields=", ".join(missing)))

    def _press(self) -> None:
        """Enter saves when all is there, else it goes to what is missing."""
        missing = [c for c in self.cells.values() if c.decl.required and not c.editor.text().strip()]
        if missing:
            missing[0].editor.begin()
        else:
            self._save()

    def _save(self) -> None:
        if not all([cell.leave() for cell in self.cells.values()]):  # noqa: C419 - every field says what is wrong with it
            return
        try:
            saved = self._write(self.cells["code"].saved, self.cells["title"].saved)
        except AppError as error:
            if error.code.startswith("code."):
                self.cells["code"].show_trouble(str(error))
                self.cells["code"].editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.notice.say_error(error)
            return
        if self._on_saved is not None:
            self._on_saved(saved)
        self.accept()

    def _write(self, code: str, title: str) -> int:
        workspace = archive_of(self._services)
        if self._id is None:
            if self._kind == FONDS:
                return filing.add_fonds(workspace, code, title, title)
            chosen = self.cells["fonds"].saved if "fonds" in self.cells else ""
            return filing.add_inventory(workspace, int(chosen) if chosen else self._fonds, code, title)
        (filing.edit_fonds if self._kind == FONDS else filing.edit_inventory)(workspace, self._id, code, title)
        return self._id


def _words(kind: str, *, new: bool) -> tuple[str, str, str]:
    """Heading, verb, introduction."""
    if kind == FONDS:
        if not new:
            return _("Edit fonds"), _("Save"), ""
        return _("New fonds"), _("Create fonds"), _("A fonds holds the records of one agency.")
    if not new:
        return _("Edit inventory"), _("Save"), ""
    intro = _("An inventory lists the dossiers of a fonds that belong together, by years or by retention period.")
    return _("New inventory"), _("Create inventory"), intro


def open_shelf(window: QWidget | None, services: Services, kind: str, **more: object) -> ShelfDialog:
    """Takes what `ShelfDialog` takes."""
    dialog = ShelfDialog(window, services, kind, **more)  # type: ignore[arg-type]
    dialog.show_wide(520)
    dialog.cells["code"].editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
