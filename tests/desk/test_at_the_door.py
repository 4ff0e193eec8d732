"""What is asked before packages go out or come in: the virus scanner, the submission agreement; and what is no document at all."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from app.desk import completing, intake, packaging
from app.desk.packing import Wishes
from app.errors import AppError
from app.jobs import Job
from app.package.virus import Clamd, required
from app.sandbox import SandboxPool
from app.workspace import Workspace
from tests.clamd import EICAR, RealClamd
from tests.desk import packed
from tests.desk.test_receiving import Other, export, other, receiving  # noqa: F401 - a fixture


def test_only_what_is_clean_and_agreed_goes_out(workspace: Workspace, tmp_path: Path) -> None:
    clean = packed.dossier(workspace, 1)
    ill = packed.dossier(workspace, 1, code="H49.64.33.2001.161", first=5)
    with workspace.catalog.read() as session:
        document = packaging.documents_of(session, ill)[0]
    packed.attach(workspace, document.id, "độc.bin", EICAR)
    wishes = Wishes(kind="aip-hoso", papers=False)
    with RealClamd() as daemon:
        job = Job()
        fit, wished = completing.fit_to_go(job, workspace, [clean, ill], wishes, engine=Clamd(daemon.address))
    assert fit == [clean]
    assert [p.code for p in job.problems] == ["export.virus"]
    made = packaging.export(Job(), workspace, fit, tmp_path, wished).packages[0]
    assert daemon.version in _premis(made.path)
    terms = tmp_path / "thỏa thuận.json"
    terms.write_text(json.dumps({"media": {}, "maintenance": ["99"]}), "utf-8")
    job = Job()
    assert completing.fit_to_go(job, workspace, [clean], wishes, terms=terms)[0] == []
    assert [p.code for p in job.problems] == ["export.agreement"]


def test_a_virus_or_a_breach_keeps_a_package_outside(
    workspace: Workspace,
    boxes: SandboxPool,
    tmp_path: Path,
    other: Other,  # noqa: F811
) -> None:
    dossier = packed.dossier(workspace, 1)
    path = export(workspace, tmp_path / "out", "sip-hoso", dossier)
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps({"media": {"doc": ["image/tiff"]}}), "utf-8")

    def refused(package: Path, **asked: object) -> str:
        with pytest.raises(AppError) as caught:
            receiving.import_package(Job(), other.workspace, boxes, package, ocr=False, **asked)  # type: ignore[arg-type]
        return caught.value.code

    with RealClamd() as daemon:
        engine = Clamd(daemon.address)
        assert refused(path, terms=terms) == "package.agreement"
        with workspace.catalog.read() as session:
            document = packaging.documents_of(session, dossier)[0]
        packed.attach(workspace, document.id, "độc.txt", EICAR)
        ill = export(workspace, tmp_path / "ill", "eark-aip", dossier)
        assert refused(ill, engine=engine) == "package.virus"
        got = receiving.import_package(Job(), other.workspace, boxes, path, ocr=False, engine=engine)
    aip = export(other.workspace, tmp_path / "aip", "aip-hoso", got.dossier_id)
    assert daemon.version in _premis(aip)
    assert packaging.check_path(Job(), aip).valid


def test_without_a_scanner_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.package.virus.SOCKETS", ())
    with pytest.raises(AppError) as caught:
        required()
    assert caught.value.code == "virus.none"
    assert caught.value.advice


def test_a_package_is_not_taken_in_as_a_document(workspace: Workspace, boxes: SandboxPool, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace, 1)
    packages = [
        export(workspace, tmp_path / kind, kind, dossier, as_zip=as_zip)
        for kind, as_zip in (("sip-hoso", True), ("bagit", False))
    ]
    message = tmp_path / "thư.edxml"
    message.write_bytes(b"<edXML/>")
    result = intake.import_files(Job(), workspace, boxes, [*packages, message], ocr=False)
    assert [p.code for p in result.problems] == ["intake.package"] * 3
    assert all(one.document_id is None for one in result.outcomes)


def _premis(path: Path) -> str:
    with zipfile.ZipFile(path) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if name.endswith("PREMIS.xml"))
