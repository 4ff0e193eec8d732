"""A new dossier, or one that is there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app.desk import filing
from app.errors import AppError
from app.i18n import _
from app.package import fields as tt05
from app.services import Services
from storage import queries
from storage.queries import TreeRow
from storage.records import Dossier
from ui.dialogs.archive import archive_of
from ui.dialogs.base import VerbDialog
from ui.jobs import JobsBridge
from ui.widgets.field_cell import FieldCell
from ui.widgets.field_state import FieldDecl


def _table(name: str) -> tuple[tuple[str, str], ...]:
    return tuple(tt05.codes(name).items())


def dossier_fields() -> list[FieldDecl]:
    """The fields of a new dossier (Thông tư 05/2025, EAD of a dossier); the rest is filled in later or counted."""
    return [
        FieldDecl("code", _("Dossier code"), length=100, required=True, help=_("For example H49.64.33.2024.160")),
        FieldDecl("title", _("Dossier title"), "lines", 1000, required=True),
        FieldDecl("maintenance", _("Retention period"), "choice", choices=_table("maintenance")),
        FieldDecl("mode", _("Mode of use"), "choice", choices=_table("mode")),
        FieldDecl("start_date", _("From date"), "date", 10),
        FieldDecl("end_date", _("To date"), "date", 10),
        FieldDecl("confidence_level", _("Level of trust"), "choice", choices=_table("confidenceLevel")),
        FieldDecl("language", _("Language"), "choice", choices=_table("language")),
        FieldDecl("paper_file_code", _("Code of the paper dossier"), length=100),
        FieldDecl("keyword", _("Keywords"), length=100),
        FieldDecl("description", _("Remarks"), "lines", 2000),
    ]


DEFAULTS = {"maintenance": "01", "mode": "01", "confidence_level": "02", "language": "01"}
WIDE = ("title", "description")


class DossierDialog(VerbDialog):
    """Fields that check themselves as one leaves them; what the archive has against a value stands beside the field."""

    def __init__(
        self,
        parent: QWidget | None,
        services: Services,
        on_created: Callable[[int], None] | None = None,
        *,
        fonds_id: int | None = None,
        inventory_id: int | None = None,
        title: str = "",
        verb: str = "",
    ) -> None:
        super().__init__(parent, title or _("New dossier"), verb or _("Create dossier"))
        self._services = services
        self._on_created = on_created
        self._place = (fonds_id, inventory_id)
        self.cells = {decl.name: FieldCell(decl, plain=True) for decl in dossier_fields()}
        self.shelf = FieldCell(
            FieldDecl("shelf", _("In the fonds or inventory"), "choice", choices=self._shelves()), plain=True
        )
        self._lay_out_fields()
        for name, cell in self.cells.items():
            cell.show_value(DEFAULTS.get(name, ""), None, False)
            if cell.decl.help and isinstance(cell.editor.widget, QLineEdit):
                cell.editor.widget.setPlaceholderText(cell.decl.help)
            cell.accepted.connect(self._press)
            cell.editor.typed.connect(self._judge)
        self.agreed.connect(self._create)
        self._judge()

    def _shelves(self) -> tuple[tuple[str, str], ...]:
        with archive_of(self._services).catalog.read() as session:
            rows = [row for row in queries.tree(session) if row.kind in ("fonds", "inventory")]
        return tuple((f"{row.kind}:{row.id}", _shown(row)) for row in rows)

    def _lay_out_fields(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        row = column = 0
        if len(self.shelf.decl.choices) > 1:
            fonds, inventory = self._place
            chosen = f"inventory:{inventory}" if inventory is not None else f"fonds:{fonds}" if fonds is not None else ""
            self.shelf.show_value(chosen or self.shelf.decl.choices[0][0], None, False)
            grid.addWidget(self.shelf, 0, 0, 1, 2)
            row = 1
        for name, cell in self.cells.items():
            wide = name in WIDE or name == "code"
            grid.addWidget(cell, row, column, 1, 2 if wide else 1)
            row, column = (row + 1, 0) if wide or column else (row, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addStretch(1)

    def _judge(self) -> None:
        missing = [c.decl.label for c in self.cells.values() if c.decl.required and not c.editor.text().strip()]
        self.set_ready(not missing, _("Still missing: {fields}").format(fields=", ".join(missing)))

    def _press(self) -> None:
        """Enter creates the dossier when all is there, else it goes to what is missing."""
        if self.verb_button.isEnabled():
            self._create()
            return
        missing = [c for c in self.cells.values() if c.decl.required and not c.editor.text().strip()]
        if missing:
            missing[0].editor.begin()

    def _create(self) -> None:
        if not all([cell.leave() for cell in self.cells.values()]):  # noqa: C419 - every field says what is wrong with it
            return
        values = {name: cell.saved for name, cell in self.cells.items()}
        code, title = values.pop("code"), values.pop("title")
        try:
            created = self._save(code, title, values)
        except AppError as error:
            self._refuse(error)
            return
        if self._on_created is not None:
            self._on_created(created)
        self.accept()

    def _save(self, code: str, title: str, values: dict[str, str]) -> int:
        fonds_id, inventory_id = self._chosen_shelf()
        return filing.add_dossier(
            archive_of(self._services), code, title, fonds_id=fonds_id, inventory_id=inventory_id, **values
        )

    def _refuse(self, error: AppError) -> None:
        if error.code.startswith("code."):
            self.cells["code"].show_trouble(str(error))
            self.cells["code"].editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.notice.say_error(error)

    def _chosen_shelf(self) -> tuple[int | None, int | None]:
        kind, _colon, number = (self.shelf.editor.text() if len(self.shelf.decl.choices) > 1 else "").partition(":")
        if not number:
            return self._place
        return (int(number), None) if kind == "fonds" else (None, int(number))


class EditDossierDialog(DossierDialog):
    """The same fields for a dossier that is there; it may move to another inventory of its fonds."""

    def __init__(
        self, parent: QWidget | None, services: Services, dossier_id: int, on_saved: Callable[[int], None] | None = None
    ) -> None:
        self._dossier = dossier_id
        super().__init__(parent, services, on_saved, title=_("Edit dossier"), verb=_("Save"))
        with archive_of(services).catalog.read() as session:
            dossier = session.get_one(Dossier, dossier_id)
            values = {name: str(getattr(dossier, name) or "") for name in self.cells}
        self.shelf.show_value(str(dossier.inventory_id or ""), None, False)
        for name, cell in self.cells.items():
            cell.show_value(values[name], None, False)
        self._judge()

    def _shelves(self) -> tuple[tuple[str, str], ...]:
        """The inventories of the dossier's fonds, and none of them."""
        with archive_of(self._services).catalog.read() as session:
            fonds = session.get_one(Dossier, self._dossier).fonds_id
            rows = [r for r in queries.tree(session) if r.kind == "inventory" and r.parent == ("fonds", fonds)]
        return (("", _("(in no inventory)")), *((str(row.id), _shown(row)) for row in rows))

    def _save(self, code: str, title: str, values: dict[str, str]) -> int:
        told: dict[str, str | int | None] = {"code": code, "title": title, **values}
        if len(self.shelf.decl.choices) > 1:
            chosen = self.shelf.editor.text()
            told["inventory_id"] = int(chosen) if chosen else None
        filing.edit_dossier(archive_of(self._services), self._dossier, told)
        return self._dossier


def _shown(row: TreeRow) -> str:
    if row.kind == "inventory":
        words = _("Inventory {code}").format(code=row.code)
        return f"{words} — {row.title}" if row.title else words
    return _("Fonds {code} — {title}").format(code=row.code, title=row.title or row.code)


def open_new_dossier(
    window: QWidget | None,
    services: Services,
    jobs: JobsBridge,  # noqa: ARG001 - all entry points look alike
    *,
    fonds_id: int | None = None,
    inventory_id: int | None = None,
    on_created: Callable[[int], None] | None = None,
) -> DossierDialog:
    """`on_created(dossier_id)` once it is in the archive."""
    dialog = DossierDialog(window, services, on_created, fonds_id=fonds_id, inventory_id=inventory_id)
    dialog.show_wide(560)
    dialog.cells["code"].editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog


def open_edit_dossier(
    window: QWidget | None, services: Services, dossier_id: int, on_saved: Callable[[int], None] | None = None
) -> EditDossierDialog:
    """`on_saved(dossier_id)` once the changes are in the archive."""
    dialog = EditDossierDialog(window, services, dossier_id, on_saved)
    dialog.show_wide(560)
    dialog.cells["title"].editor.widget.setFocus(Qt.FocusReason.OtherFocusReason)
    return dialog
