"""import(export(x)) = x for every kind, and what happens when the archive knows better."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.desk import packaging, receiving
from app.desk.packing import Wishes
from app.errors import AppError
from app.jobs import Job
from app.package import eark_plan
from app.sandbox import SandboxPool
from app.services import Services
from app.workspace import Workspace
from storage import queries
from storage.records import Document, Dossier, Package, SpecialRecord
from tests.conftest import PASSWORD
from tests.desk import packed

KINDS = [
    *((kind, dialect, "") for kind in ("sip-hoso", "aip-hoso", "sip-tailieu", "aip-tailieu", "dip") for dialect in ("accepted", "letter")),
    *((kind, "accepted", version) for kind in eark_plan.KINDS for version in eark_plan.VERSIONS),
    ("bagit", "accepted", ""),
]  # fmt: skip
# what a kind does not carry is not asked of it
DOSSIER = ("title", "maintenance", "mode", "language", "start_date", "end_date", "keyword", "format", "infor_sign", "confidence_level",
           "paper_file_code", "risk_recovery", "number_of_paper", "description")  # fmt: skip
DOCUMENT = ("uuid", "ordinal", "type_name", "code_number", "code_notation", "issued_date", "issued_sort", "organ_name", "subject",
            "language", "infor_sign", "keyword", "mode", "confidence_level", "format", "autograph", "description", "pages")  # fmt: skip
WHOLE = ("signer", "position")
NOT_CARRIED = {"dip": {"organ_name"}}


@dataclass(slots=True)
class Other:
    services: Services

    @property
    def workspace(self) -> Workspace:
        assert self.services.workspace is not None
        return self.services.workspace


@pytest.fixture
def other(tmp_path: Path) -> Any:
    made = Services(tmp_path / "other")
    made.create(PASSWORD)
    yield Other(made)
    made.close()


def taken_in(other: Other, boxes: SandboxPool, path: Path, **options: Any) -> receiving.Received:
    job = Job()
    return receiving.import_package(job, other.workspace, boxes, path, **options)


def export(workspace: Workspace, out: Path, kind: str, dossier: int, **wishes: Any) -> Path:
    result = packaging.export(Job(), workspace, [dossier], out, Wishes(kind=kind, papers=False, **wishes))
    assert result.problems == []
    return result.packages[0].path


def documents(workspace: Workspace, dossier: int) -> list[Document]:
    with workspace.catalog.read() as session:
        return packaging.documents_of(session, dossier)


def bytes_of(workspace: Workspace, document: Document) -> dict[str, bytes]:
    with workspace.catalog.read() as session:
        return {row.kind: workspace.objects.read(row.sha256) for row in queries.renditions_of(session, document.id)}


@pytest.mark.parametrize(("kind", "dialect", "version"), KINDS, ids=["-".join(filter(None, each)) for each in KINDS])
def test_round_trip(
    workspace: Workspace, other: Other, boxes: SandboxPool, tmp_path: Path, kind: str, dialect: str, version: str
) -> None:
    code = "H49.64.2001.01.0000001" if "tailieu" in kind else packed.CODE
    dossier = packed.dossier(workspace, 2, code=code)
    first = documents(workspace, dossier)[0]
    packed.attach(workspace, first.id, "Bảng + phụ lục 1%.xlsx", b"du toan")
    path = export(workspace, tmp_path / "out", kind, dossier, dialect=dialect, version=version)
    got = taken_in(other, boxes, path)
    assert (got.kind, got.report.valid, got.conflicts, got.known) == (kind, True, [], [])
    with workspace.catalog.read() as session, other.workspace.catalog.read() as there:
        before, after = session.get_one(Dossier, dossier), there.get_one(Dossier, got.dossier_id)
        if kind == "dip":
            pass  # it tells of the request, not of the dossier
        elif "tailieu" in kind:
            assert (after.code, after.title, after.description) == (code, before.title, before.description)
        else:
            assert after.code == before.code
            assert {n: getattr(after, n) for n in DOSSIER} == {n: getattr(before, n) for n in DOSSIER}
        kept = there.get_one(Package, got.package_id)
        assert other.workspace.objects.read(kept.sha256) == path.read_bytes()
    names = [n for n in DOCUMENT if n not in NOT_CARRIED.get(kind, ())] + (list(WHOLE) if version or kind == "bagit" else [])
    ours, theirs = documents(workspace, dossier), documents(other.workspace, got.dossier_id)
    assert [{n: getattr(d, n) for n in names} for d in theirs] == [{n: getattr(d, n) for n in names} for d in ours]
    for mine, thine in zip(ours, theirs, strict=True):
        assert bytes_of(other.workspace, thine) == bytes_of(workspace, mine)


def test_the_same_package_again_brings_nothing(workspace: Workspace, boxes: SandboxPool, tmp_path: Path, other: Other) -> None:
    path = export(workspace, tmp_path / "out", "sip-hoso", packed.dossier(workspace, 2))
    first = taken_in(other, boxes, path)
    again = taken_in(other, boxes, path)
    assert (again.documents, again.known, again.conflicts) == ([], first.documents, [])
    assert again.dossier_id == first.dossier_id


def test_what_was_changed_here_is_not_overwritten(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path, other: Other
) -> None:
    path = export(workspace, tmp_path / "out", "sip-hoso", packed.dossier(workspace, 2))
    first = taken_in(other, boxes, path)
    with other.workspace.catalog.write("document.edit") as transaction:
        transaction.session.get_one(Document, first.documents[0]).subject = "Trích yếu đã sửa ở đây"
        transaction.session.get_one(Dossier, first.dossier_id).title = "Tiêu đề đã sửa"
    again = taken_in(other, boxes, path)
    assert {(c.document_id, c.field, c.here) for c in again.conflicts} == {
        (first.documents[0], "subject", "Trích yếu đã sửa ở đây"),
        (None, "title", "Tiêu đề đã sửa"),
    }
    assert documents(other.workspace, first.dossier_id)[0].subject == "Trích yếu đã sửa ở đây"
    assert again.known == [first.documents[1]]


def test_a_supplement_joins_its_dossier(workspace: Workspace, boxes: SandboxPool, tmp_path: Path, other: Other) -> None:
    dossier = packed.dossier(workspace, 4, size=400_000)
    result = packaging.export(
        Job(), workspace, [dossier], tmp_path / "out", Wishes(kind="sip-hoso", segment_size=1_500_000, papers=False)
    )
    got = [taken_in(other, boxes, each.path) for each in result.packages]
    assert len(got) == 2
    assert got[0].dossier_id == got[1].dossier_id
    assert [c for each in got for c in each.conflicts] == []
    assert [d.code_number for d in documents(other.workspace, got[0].dossier_id)] == ["1", "2", "3", "4"]


def test_a_submission_becomes_an_aip(workspace: Workspace, boxes: SandboxPool, tmp_path: Path, other: Other) -> None:
    """Thông tư 05/2025, art. 25.3a: the archive turns the SIP into an AIP and records it as a PREMIS event."""
    got = taken_in(other, boxes, export(workspace, tmp_path / "out", "sip-hoso", packed.dossier(workspace, 2)))
    path = export(other.workspace, tmp_path / "aip", "aip-hoso", got.dossier_id)
    report = packaging.check_path(Job(), path)
    assert report.findings == []
    with zipfile.ZipFile(path) as file:
        (name,) = [n for n in file.namelist() if n.endswith("/metadata/preservation/PREMIS.xml") and "rep1" not in n]
        premis = file.read(name).decode()
    with other.workspace.catalog.read() as session:
        objid = session.get_one(Package, got.package_id).objid
    assert "information package creation" in premis
    assert objid in premis
    assert "ingestion end" in premis


def test_pictures_and_sound(workspace: Workspace, boxes: SandboxPool, tmp_path: Path, other: Other) -> None:
    dossier = packed.dossier(workspace, 1)
    packed.picture(
        workspace, dossier, b"ID3am thanh", {"typeMedia": "01", "movieTitle": "Phát biểu", "playTime": "00:10:00"}, "media"
    )
    got = taken_in(other, boxes, export(workspace, tmp_path / "out", "aip-hoso", dossier))
    with other.workspace.catalog.read() as session:
        row = session.get_one(SpecialRecord, got.documents[1])
    assert row.record == "media"
    assert "Phát biểu" in row.values
    assert bytes_of(other.workspace, documents(other.workspace, got.dossier_id)[1])["original"] == b"ID3am thanh"


def test_a_spoilt_package_stays_outside(workspace: Workspace, boxes: SandboxPool, tmp_path: Path, other: Other) -> None:
    path = export(workspace, tmp_path / "out", "sip-hoso", packed.dossier(workspace, 2), as_zip=False)
    victim = next((path / "representations/rep1/data").iterdir())
    victim.write_bytes(victim.read_bytes()[:-1] + b"X")
    with pytest.raises(AppError) as caught:
        taken_in(other, boxes, path)
    assert caught.value.code == "package.refused"
    with other.workspace.catalog.read() as session:
        assert session.query(Document).count() == session.query(Package).count() == 0
    got = taken_in(other, boxes, path, accept=True)
    assert (len(got.documents), got.report.valid) == (2, False)


def test_the_older_shape(boxes: SandboxPool, tmp_path: Path, other: Other) -> None:
    base = tmp_path / "hồ sơ cũ"
    (base / "data").mkdir(parents=True)
    parts = {"Identifier": "H49", "OrganId": "H49.64", "FileCatalog": "2001", "FileNotation": "160"}
    group = "<FileCode>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items()) + "</FileCode>"
    (base / "hoso.xml").write_text(
        f"<HoSo>{group}<Title>Hồ sơ cũ</Title><Maintenance>Vĩnh viễn</Maintenance><Rights>Công khai</Rights>"
        "<Language>Tiếng Việt</Language><StartDate>05/03/2001</StartDate><EndDate>31/12/2001</EndDate></HoSo>", "utf-8",
    )  # fmt: skip
    (base / "vanban.xml").write_text(
        f"<DS><VanBan><DocCode>VB.1</DocCode>{group}<DocOrdinal>1</DocOrdinal><TypeName>Quyết định</TypeName><CodeNumber>12</CodeNumber>"
        "<CodeNotation>QĐ-UB</CodeNotation><IssuedDate>05/03/2001</IssuedDate><Subject>Về việc cũ</Subject></VanBan></DS>", "utf-8",
    )  # fmt: skip
    (base / "data" / "VB.1.pdf").write_bytes(packed.pdf(1))
    got = taken_in(other, boxes, base)
    assert got.kind == "tt02"
    (one,) = documents(other.workspace, got.dossier_id)
    assert (one.code, one.type_name, one.subject) == ("12/QĐ-UB", "02", "Về việc cũ")
    with other.workspace.catalog.read() as session:
        dossier = session.get_one(Dossier, got.dossier_id)
    assert (dossier.code, dossier.title, dossier.maintenance) == ("H49.H49.64.2001.160", "Hồ sơ cũ", "01")


def test_no_package_at_all(boxes: SandboxPool, tmp_path: Path, other: Other) -> None:
    (tmp_path / "rỗng").mkdir()
    (tmp_path / "rỗng" / "a.txt").write_text("x")
    with pytest.raises(AppError) as caught:
        taken_in(other, boxes, tmp_path / "rỗng")
    assert caught.value.code == "package.unknown"
    job = Job()
    done = receiving.import_packages(job, other.workspace, boxes, [tmp_path / "rỗng", tmp_path / "không có"])
    assert [problem.code for problem in done.problems] == ["package.unknown", "package.refused"] or len(done.problems) == 2
