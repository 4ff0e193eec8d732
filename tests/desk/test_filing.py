"""Fonds, inventories, dossiers, and the order of what lies in them."""

from __future__ import annotations

import pytest

from app.desk import filing
from app.errors import AppError
from app.workspace import Workspace
from storage import queries
from storage.queries import Scope
from storage.records import Fonds
from tests.desk import papers, records


def inside(workspace: Workspace, dossier_id: int) -> list[tuple[int, int]]:
    """(id, ordinal) of the documents in order."""
    with workspace.catalog.read() as session:
        ids = queries.document_ids(session, Scope("dossier", dossier_id), "dossier")
        return [(row.id, row.ordinal) for row in queries.document_rows(session, ids)]


def code_of(verb: object) -> str:
    with pytest.raises(AppError) as error:
        verb()  # type: ignore[operator]
    assert papers.VIETNAMESE.search(error.value.message)
    return error.value.code


def test_the_first_dossier_makes_its_fonds_of_the_office_s_settings(workspace: Workspace) -> None:
    workspace.settings.set("office.agency", "UBND xã Thử Nghiệm")
    workspace.settings.set("office.code", "H00.99.01")
    filing.add_dossier(workspace, " 01.HS ", "  Hồ  sơ ")
    with workspace.catalog.read() as session:
        fonds, dossier = queries.tree(session)
        assert session.get_one(Fonds, fonds.id).agency == "UBND xã Thử Nghiệm"
    assert (fonds.code, fonds.kind) == ("H00.99.01", "fonds")
    assert (dossier.code, dossier.title, dossier.parent) == ("01.HS", "Hồ sơ", ("fonds", fonds.id))


def test_a_dossier_in_an_inventory_stands_below_it(workspace: Workspace) -> None:
    fonds = filing.add_fonds(workspace, "P1", "Phông một")
    inventory = filing.add_inventory(workspace, fonds, "ML1")
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ", inventory_id=inventory, maintenance="02")
    filing.file_documents(workspace, [records.document(workspace, "a")], dossier)
    with workspace.catalog.read() as session:
        rows = [(row.kind, row.code, row.parent, row.documents) for row in queries.tree(session)]
    assert rows == [
        ("fonds", "P1", None, 1),
        ("inventory", "ML1", ("fonds", fonds), 1),
        ("dossier", "01", ("inventory", inventory), 1),
    ]


def test_codes_are_given_once_and_never_empty(workspace: Workspace) -> None:
    fonds = filing.add_fonds(workspace, "P1", "Phông một")
    filing.add_inventory(workspace, fonds, "ML1")
    one = filing.add_dossier(workspace, "01", "Hồ sơ", fonds_id=fonds)
    filing.add_dossier(workspace, "02", "Hồ sơ", fonds_id=fonds)
    assert code_of(lambda: filing.add_fonds(workspace, "P1", "x")) == "code.taken"
    assert code_of(lambda: filing.add_inventory(workspace, fonds, "ML1")) == "code.taken"
    assert code_of(lambda: filing.add_dossier(workspace, "01", "x", fonds_id=fonds)) == "code.taken"
    assert code_of(lambda: filing.edit_dossier(workspace, one, {"code": "02"})) == "code.taken"
    for code, title in (("", "x"), ("x", ""), (" \t", "x"), ("\u200b", "x")):
        assert code_of(lambda c=code, t=title: filing.add_dossier(workspace, c, t)) == "code.missing"
    assert code_of(lambda: filing.edit_dossier(workspace, one, {"title": " "})) == "code.missing"
    filing.edit_dossier(workspace, one, {"code": "01", "title": "vẫn thế"})
    assert filing.dossier_by_code(workspace, "01").title == "vẫn thế"
    assert code_of(lambda: filing.dossier_by_code(workspace, "03")) == "dossier.unknown"
    assert code_of(lambda: filing.edit_dossier(workspace, 99, {"title": "x"})) == "dossier.gone"
    with pytest.raises(KeyError):
        filing.edit_dossier(workspace, one, {"uuid": "x"})


def test_documents_keep_the_order_in_which_they_were_filed(workspace: Workspace) -> None:
    a, b, c, d = (records.document(workspace, name) for name in "abcd")
    first, second = filing.add_dossier(workspace, "1", "một"), filing.add_dossier(workspace, "2", "hai")
    filing.file_documents(workspace, [c, a], first)
    filing.file_documents(workspace, [b, a], first)  # a lies there already and stays where it is
    assert inside(workspace, first) == [(c, 1), (a, 2), (b, 3)]
    filing.order_documents(workspace, first, [b, c])  # a was not named: behind them
    assert inside(workspace, first) == [(b, 1), (c, 2), (a, 3)]
    filing.file_documents(workspace, [c, d], second)
    assert inside(workspace, first) == [(b, 1), (a, 3)]
    assert inside(workspace, second) == [(c, 1), (d, 2)]
    filing.file_documents(workspace, [c], None)
    assert papers.documents(workspace)[c - 1].ordinal == 0
    assert code_of(lambda: filing.file_documents(workspace, [a], 99)) == "dossier.gone"
    assert code_of(lambda: filing.file_documents(workspace, [99], first)) == "document.gone"


def test_the_bin_keeps_everything_and_gives_it_back(workspace: Workspace) -> None:
    one, two = records.document(workspace, "a"), records.document(workspace, "b")
    dossier = filing.add_dossier(workspace, "1", "một")
    filing.file_documents(workspace, [one, two], dossier)
    filing.delete_documents(workspace, [one])
    with workspace.catalog.read() as session:
        assert queries.document_ids(session, Scope()) == [two]
        assert queries.document_ids(session, Scope("deleted")) == [one]
        assert queries.counts(session).deleted == 1
    filing.delete_documents(workspace, [one])  # again: nothing new
    filing.restore_documents(workspace, [one])
    assert inside(workspace, dossier) == [(one, 1), (two, 2)]
    with workspace.catalog.read() as session:
        assert queries.counts(session).deleted == 0
    assert code_of(lambda: filing.delete_documents(workspace, [99])) == "document.gone"


@pytest.mark.parametrize("order", [("office.agency", "office.code"), ("office.code", "office.agency")])
def test_the_first_fonds_takes_the_name_and_code_that_the_office_tells_later(
    workspace: Workspace, order: tuple[str, str]
) -> None:
    filing.add_dossier(workspace, "01", "Hồ sơ")
    told = {"office.agency": "Ủy ban nhân dân xã Hòa Thắng", "office.code": "H49.64.33"}

    def fonds() -> tuple[str, str]:
        with workspace.catalog.read() as session:
            (node,) = [node for node in queries.tree(session) if node.kind == "fonds"]
        return node.title, node.code

    assert fonds()[1] == "000"
    for key in order:
        workspace.settings.set(key, told[key])
    assert fonds() == tuple(told.values())
    workspace.settings.set("office.code", "H49.64.34")  # a fonds that has its code keeps it: packages name it
    assert fonds()[1] == "H49.64.33"
