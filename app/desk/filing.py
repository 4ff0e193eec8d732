"""Filing: fonds, inventories, dossiers, and which documents lie in them in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.desk import found
from app.desk.intake_steps import next_ordinal
from app.errors import AppError
from app.i18n import _
from app.troubles import in_words
from app.workspace import UNNAMED_FONDS, Workspace, unnamed_agency
from storage.catalog import Change
from storage.records import Document, Dossier, Fonds, Inventory
from storage.text import clean

DOSSIER_COLUMNS = frozenset(
    [
        "code",
        "title",
        "maintenance",
        "mode",
        "language",
        "start_date",
        "end_date",
        "keyword",
        "format",
        "infor_sign",
        "confidence_level",
        "paper_file_code",
        "risk_recovery",
        "risk_recovery_status",
        "number_of_paper",
        "description",
        "inventory_id",
    ]
)


@in_words
def add_fonds(workspace: Workspace, code: str, title: str, agency: str = "") -> int:
    """Raises AppError `code.taken` or `code.missing`."""
    code, title = _named(code, title)
    with workspace.catalog.write("fonds.add", code) as transaction:
        if transaction.session.scalars(select(Fonds).where(Fonds.code == code)).first():
            raise _taken(code)
        fonds = Fonds(code=code, title=title, agency=agency)
        transaction.session.add(fonds)
        transaction.session.flush()
        return fonds.id


@in_words
def edit_fonds(workspace: Workspace, fonds_id: int, code: str, title: str) -> Change:
    """Another code or name. Raises AppError `code.taken`, `code.missing`, `shelf.gone`."""
    code, title = _named(code, title)
    with workspace.catalog.write("fonds.edit", code) as transaction:
        session = transaction.session
        fonds = found.shelf(session, Fonds, fonds_id)
        if session.scalars(select(Fonds.id).where(Fonds.code == code, Fonds.id != fonds_id)).first():
            raise _taken(code)
        fonds.code, fonds.title = code, title
    return transaction.change


@in_words
def add_inventory(workspace: Workspace, fonds_id: int | None, code: str, title: str = "") -> int:
    """A new inventory (mục lục hồ sơ) of a fonds; None: of the first one, as with dossiers.

    Raises AppError `code.taken`, `code.missing`.
    """
    code, _title = _named(code, title or code)
    with workspace.catalog.write("inventory.add", code) as transaction:
        session = transaction.session
        fonds_id = fonds_id or _first_fonds(workspace, session)
        if session.scalars(select(Inventory).where(Inventory.fonds_id == fonds_id, Inventory.code == code)).first():
            raise _taken(code)
        inventory = Inventory(fonds_id=fonds_id, code=code, title=clean(title))
        session.add(inventory)
        session.flush()
        return inventory.id


@in_words
def edit_inventory(workspace: Workspace, inventory_id: int, code: str, title: str = "") -> Change:
    """Another number or name. Raises AppError `code.taken`, `code.missing`, `shelf.gone`."""
    code, _title = _named(code, title or code)
    with workspace.catalog.write("inventory.edit", code) as transaction:
        session = transaction.session
        inventory = found.shelf(session, Inventory, inventory_id)
        same = select(Inventory.id).where(Inventory.fonds_id == inventory.fonds_id, Inventory.code == code)
        if session.scalars(same.where(Inventory.id != inventory_id)).first():
            raise _taken(code)
        inventory.code, inventory.title = code, clean(title)
    return transaction.change


@in_words
def add_dossier(
    workspace: Workspace,
    code: str,
    title: str,
    *,
    fonds_id: int | None = None,
    inventory_id: int | None = None,
    **values: str | int | bool,
) -> int:
    """A new dossier; without a fonds it goes into the first one, which is made from the office's settings when there is none.

    Raises AppError `code.taken`, `code.missing`.
    """
    code, title = _named(code, title)
    with workspace.catalog.write("dossier.add", code) as transaction:
        session = transaction.session
        if inventory_id is not None:
            fonds_id = session.get_one(Inventory, inventory_id).fonds_id
        fonds_id = fonds_id or _first_fonds(workspace, session)
        if session.scalars(select(Dossier).where(Dossier.fonds_id == fonds_id, Dossier.code == code)).first():
            raise _taken(code)
        dossier = Dossier(fonds_id=fonds_id, inventory_id=inventory_id, code=code, title=title, created_at=clock.stamp())
        _put(dossier, values)
        session.add(dossier)
        session.flush()
        return dossier.id


@in_words
def edit_dossier(workspace: Workspace, dossier_id: int, values: Mapping[str, str | int | bool | None]) -> Change:
    """Raises AppError `code.taken`, `code.missing`, `dossier.gone`."""
    with workspace.catalog.write("dossier.edit") as transaction:
        dossier = found.dossier(transaction.session, dossier_id)
        transaction.subject = dossier.code
        with transaction.session.no_autoflush:
            _put(dossier, values)
            _named(dossier.code, dossier.title)
            same = select(Dossier.id).where(Dossier.fonds_id == dossier.fonds_id, Dossier.code == dossier.code)
            if transaction.session.scalars(same.where(Dossier.id != dossier_id)).first():
                raise _taken(dossier.code)
    return transaction.change


def dossier_by_code(workspace: Workspace, code: str) -> Dossier:
    """Raises AppError `dossier.unknown`."""
    with workspace.catalog.read() as session:
        dossier = session.scalars(select(Dossier).where(Dossier.code == clean(code), Dossier.deleted_at.is_(None))).first()
    if dossier is None:
        raise AppError(
            "dossier.unknown", _("There is no dossier {code}.").format(code=code), _("Check its code in the list of dossiers.")
        )
    return dossier


@in_words
def file_documents(workspace: Workspace, document_ids: Iterable[int], dossier_id: int | None) -> Change:
    """Puts documents at the end of a dossier, in the order given; None takes them out."""
    with workspace.catalog.write("document.file") as transaction:
        session = transaction.session
        if dossier_id is not None:
            transaction.subject = found.dossier(session, dossier_id).code
        for document_id in document_ids:
            document = found.document(session, document_id)
            if document.dossier_id != dossier_id:
                document.ordinal = next_ordinal(session, dossier_id)
                document.dossier_id = dossier_id
                session.flush()
    return transaction.change


@in_words
def order_documents(workspace: Workspace, dossier_id: int, document_ids: list[int]) -> Change:
    """Numbers the documents of a dossier from 1 in the order given; those not named follow in their old order."""
    with workspace.catalog.write("document.order") as transaction:
        session = transaction.session
        transaction.subject = found.dossier(session, dossier_id).code
        rows = session.scalars(select(Document).where(Document.dossier_id == dossier_id, Document.deleted_at.is_(None)))
        place = {document_id: index for index, document_id in enumerate(document_ids)}
        ordered = sorted(rows, key=lambda d: (place.get(d.id, len(place)), d.ordinal, d.id))
        for index, document in enumerate(ordered, 1):
            document.ordinal = index
    return transaction.change


@in_words
def delete_documents(workspace: Workspace, document_ids: Iterable[int]) -> Change:
    """To the bin: a state, with everything kept. `restore_documents` and undo bring them back."""
    with workspace.catalog.write("document.delete") as transaction:
        for document_id in document_ids:
            document = found.document(transaction.session, document_id)
            document.deleted_at = document.deleted_at or clock.stamp()
    return transaction.change


@in_words
def restore_documents(workspace: Workspace, document_ids: Iterable[int]) -> Change:
    with workspace.catalog.write("document.restore") as transaction:
        for document_id in document_ids:
            found.document(transaction.session, document_id).deleted_at = None
    return transaction.change


def _put(dossier: Dossier, values: Mapping[str, str | int | bool | None]) -> None:
    for name, value in values.items():
        if name not in DOSSIER_COLUMNS:
            raise KeyError(name)
        setattr(dossier, name, clean(value) if isinstance(value, str) else value)


def _first_fonds(workspace: Workspace, session: Session) -> int:
    fonds = session.scalars(select(Fonds).order_by(Fonds.id).limit(1)).first()
    if fonds is None:
        agency = workspace.settings["office.agency"] or unnamed_agency()
        fonds = Fonds(code=workspace.settings["office.code"] or UNNAMED_FONDS, title=agency, agency=agency)
        session.add(fonds)
        session.flush()
    return fonds.id


def _named(code: str, title: str) -> tuple[str, str]:
    code, title = clean(code), clean(title)
    if not code or not title:
        raise AppError("code.missing", _("Code and title are needed."), _("Fill in both fields."))
    return code, title


def _taken(code: str) -> AppError:
    return AppError("code.taken", _("The code {code} is already in use.").format(code=code), _("Choose another code."))
