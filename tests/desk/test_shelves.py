"""Fonds and inventories: made, renamed, taken back, and dossiers that move between them."""

from __future__ import annotations

import pytest

from app.desk import filing, undoing
from app.errors import AppError
from app.workspace import Workspace
from storage import queries
from storage.records import Fonds, Inventory


def tree(workspace: Workspace) -> list[tuple[str, str, str]]:
    with workspace.catalog.read() as session:
        return [(row.kind, row.code, row.title) for row in queries.tree(session)]


def test_the_first_inventory_makes_its_fonds(workspace: Workspace) -> None:
    workspace.settings.set("office.agency", "Ủy ban nhân dân xã Hòa Thắng")
    filing.add_inventory(workspace, None, "01", "Hồ sơ năm 2024")
    kinds = [(kind, title) for kind, _code, title in tree(workspace)]
    assert kinds == [("fonds", "Ủy ban nhân dân xã Hòa Thắng"), ("inventory", "Hồ sơ năm 2024")]


def test_shelves_are_renamed_and_a_step_is_taken_back(workspace: Workspace) -> None:
    fonds = filing.add_fonds(workspace, "H49.64", "UBND huyện")
    inventory = filing.add_inventory(workspace, fonds, "01")
    filing.edit_inventory(workspace, inventory, "02", "Vĩnh viễn")
    filing.edit_fonds(workspace, fonds, "H49.65", "UBND huyện Mỹ Đức")
    assert tree(workspace) == [("fonds", "H49.65", "UBND huyện Mỹ Đức"), ("inventory", "02", "Vĩnh viễn")]
    undoing.undo(workspace)
    undoing.undo(workspace)
    assert tree(workspace) == [("fonds", "H49.64", "UBND huyện"), ("inventory", "01", "")]
    undoing.undo(workspace)
    assert tree(workspace) == [("fonds", "H49.64", "UBND huyện")]


def test_codes_of_shelves_are_given_once(workspace: Workspace) -> None:
    fonds = filing.add_fonds(workspace, "A", "Một")
    other = filing.add_fonds(workspace, "B", "Hai")
    filing.add_inventory(workspace, fonds, "01")
    inventory = filing.add_inventory(workspace, fonds, "02")
    for wrong in (
        lambda: filing.edit_fonds(workspace, other, "A", "Hai"),
        lambda: filing.edit_inventory(workspace, inventory, "01"),
    ):
        with pytest.raises(AppError) as told:
            wrong()
        assert told.value.code == "code.taken"
    with pytest.raises(AppError) as told:
        filing.edit_inventory(workspace, 999, "03")
    assert told.value.code == "shelf.gone"
    filing.add_inventory(workspace, other, "01")  # each fonds counts its own


def test_a_dossier_moves_to_an_inventory_and_out_of_it(workspace: Workspace) -> None:
    fonds = filing.add_fonds(workspace, "A", "Một")
    inventory = filing.add_inventory(workspace, fonds, "01")
    dossier = filing.add_dossier(workspace, "A.1", "Hồ sơ", fonds_id=fonds)
    filing.edit_dossier(workspace, dossier, {"inventory_id": inventory})
    with workspace.catalog.read() as session:
        assert next(row.parent for row in queries.tree(session) if row.kind == "dossier") == ("inventory", inventory)
    filing.edit_dossier(workspace, dossier, {"inventory_id": None})
    with workspace.catalog.read() as session:
        assert next(row.parent for row in queries.tree(session) if row.kind == "dossier") == ("fonds", fonds)
        assert session.get_one(Inventory, inventory).fonds_id == session.get_one(Fonds, fonds).id
