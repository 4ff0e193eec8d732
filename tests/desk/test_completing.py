"""What is wrong is told before anything is written, each with its document and field."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from app.desk import completing, packaging
from app.desk.packing import Wishes
from app.errors import AppError
from app.jobs import Job
from app.package.virus import Clamd
from app.workspace import Workspace
from storage.records import Document, Dossier
from tests.clamd import EICAR, VIRUS, RealClamd
from tests.desk import packed


def gaps(workspace: Workspace, dossier: int, kind: str = "sip-hoso", **options: Path) -> list[completing.Gap]:
    return completing.completeness(Job(), workspace, [dossier], Wishes(kind=kind), **options)


def first(workspace: Workspace, dossier: int) -> Document:
    with workspace.catalog.read() as session:
        return packaging.documents_of(session, dossier)[0]


def test_a_complete_dossier_only_lacks_signatures(workspace: Workspace) -> None:
    dossier = packed.dossier(workspace, 2)
    found = gaps(workspace, dossier)
    assert [(g.level, g.code, g.document_id) for g in found] == [("warning", "UNSIGNED", i) for i in (1, 2)]


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"subject": ""}, "subject", "REQUIRED"),
        ({"organ_name": ""}, "organName", "REQUIRED"),
        ({"issued_date": "31/02/2001"}, "issuedDate", "DATE"),
        ({"mode": "09"}, "mode", "CODE"),
        ({"secrecy": "Mật"}, "secrecy", "SECRET"),
    ],
)
def test_a_gap_names_document_and_field(workspace: Workspace, changes: dict[str, str], field: str, rule: str) -> None:
    dossier = packed.dossier(workspace, 2)
    wanted = first(workspace, dossier).id
    with workspace.catalog.write("document.edit") as transaction:
        for name, value in changes.items():
            setattr(transaction.session.get_one(Document, wanted), name, value)
    found = [g for g in gaps(workspace, dossier) if g.level == "error"]
    assert [(g.document_id, g.field, g.code) for g in found] == [(wanted, field, rule)]
    assert found[0].message


def test_gaps_of_the_dossier(workspace: Workspace) -> None:
    dossier = packed.dossier(workspace, 1)
    with workspace.catalog.write("dossier.edit") as transaction:
        transaction.session.get_one(Dossier, dossier).paper_file_code = ""
    (gap,) = [g for g in gaps(workspace, dossier) if g.level == "error"]
    assert (gap.document_id, gap.field, gap.code) == (None, "paperFileCode", "PAPERCODE")
    assert [g.code for g in gaps(workspace, packed.dossier(workspace, 0, code="H49.64.33.2001.161"))] == ["EMPTY"]


def test_e_ark_packages_are_written_all_the_same(workspace: Workspace) -> None:
    dossier = packed.dossier(workspace, 1)
    with workspace.catalog.write("document.edit") as transaction:
        transaction.session.get_one(Document, first(workspace, dossier).id).organ_name = ""
    assert {g.level for g in gaps(workspace, dossier, "eark-sip")} == {"warning"}


def test_a_submission_agreement(workspace: Workspace, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace, 1)
    packed.attach(workspace, first(workspace, dossier).id, "bảng.xlsx", b"x")
    terms = tmp_path / "thỏa thuận.json"
    told = {"media": {"doc": ["image/tiff"]}, "attachments": [], "largest_file": 10, "maintenance": ["02"]}
    terms.write_text(json.dumps(told), "utf-8")
    found = gaps(workspace, dossier, terms=terms)
    assert [g.code for g in found] == ["AGREEMENT"] * 4
    terms.write_text("[]", "utf-8")
    with pytest.raises(AppError) as caught:
        gaps(workspace, dossier, terms=terms)
    assert caught.value.code == "agreement.broken"


def test_a_document_without_a_file(workspace: Workspace) -> None:
    dossier = packed.dossier(workspace, 1)
    with workspace.catalog.write("document.import") as transaction:
        transaction.session.add(packed._document(dossier, 7))
    assert ("FILE", "error") in {(g.code, g.level) for g in gaps(workspace, dossier)}


def test_viruses_are_found_and_the_check_goes_into_premis(workspace: Workspace, tmp_path: Path) -> None:
    clean = packed.dossier(workspace, 2)
    bad = packed.dossier(workspace, 1, code="H49.64.33.2001.161", first=10)
    packed.attach(workspace, first(workspace, bad).id, "eicar.com", EICAR)
    with RealClamd() as daemon:
        engine = Clamd(daemon.address)
        good = completing.virus_check(Job(), workspace, [clean], engine)
        ill = completing.virus_check(Job(), workspace, [bad], engine)
    assert good.infected == {}
    assert ill.infected == {first(workspace, bad).id: VIRUS}
    assert [g.code for g in completing.gaps_of_virus(workspace, bad, ill)] == ["VIRUS"]
    made = packaging.export(
        Job(), workspace, [clean], tmp_path, Wishes(kind="aip-hoso", papers=False, virus_checked=good.event)
    ).packages[0]
    assert made.report.findings == []
    with zipfile.ZipFile(made.path) as file:
        premis = next(file.read(n).decode() for n in file.namelist() if n.endswith("metadata/preservation/PREMIS.xml"))
    assert "virus check" in premis
    assert daemon.version in premis


def test_a_scanner_that_is_not_there(workspace: Workspace, tmp_path: Path) -> None:
    for address in (str(tmp_path / "none.ctl"), "127.0.0.1:1"):
        with pytest.raises(AppError) as caught:
            completing.virus_check(
                Job(), workspace, [packed.dossier(workspace, 1, code=f"H49.64.33.2001.{len(address)}")], Clamd(address)
            )
        assert caught.value.code == "virus.unavailable"


def test_a_file_too_large_for_the_scanner_is_said_and_nothing_goes_out(workspace: Workspace) -> None:
    dossier = packed.dossier(workspace, 1)
    packed.attach(workspace, first(workspace, dossier).id, "to.bin", bytes(8 << 20))
    with RealClamd(most=1) as daemon, pytest.raises(AppError) as caught:
        completing.virus_check(Job(), workspace, [dossier], Clamd(daemon.address))
    assert caught.value.code == "virus.too_large"
    assert "StreamMaxLength" in caught.value.advice
