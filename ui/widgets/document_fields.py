"""The fields of a document as the details form shows them, made from the desk's own list."""

from __future__ import annotations

from app.desk import type_names
from app.desk.fields import FIELDS, DocumentField
from app.i18n import _
from storage.queries import ASIDE
from ui.widgets.field_state import FieldDecl


def document_fields() -> list[FieldDecl]:
    """One declaration for each field of `app.desk.fields`, labels in the running language."""
    return [FieldDecl(f.name, _(f.label), _kind(f), f.length, _choices(f), f.required, aside=f.name in ASIDE) for f in FIELDS]


def _kind(field: DocumentField) -> str:
    return {"type": "word", "language": "choice"}.get(field.kind, field.kind)


def _choices(field: DocumentField) -> tuple[tuple[str, str], ...]:
    if field.kind == "type":
        return (("", _("(not chosen)")), *((name, name) for name in type_names.known()))
    if field.kind in ("choice", "language"):
        return tuple((value, value or _("(none)")) for value in field.choices)
    return ()
