"""verify, renew, evidence on the command line; a verification kept with a document."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import select

from app import clock
from app.desk import verifying
from app.jobs import Job
from app.paths import config_dir
from app.sandbox import SandboxPool
from app.settings import Settings
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner, TestIdentity
from app.signature.xades import sign_xml
from app.workspace import Workspace, open_archive
from storage.records import Rendition
from tests.cli.program import PASSWORD, here
from tests.desk.papers import VIETNAMESE
from tests.signature import attacks, files
from tests.signature.pki import Pki
from tests.signature.stamps import service


def test_reports_and_signed_versions(software: SoftwareSigner, identity: TestIdentity, tmp_path: Path) -> None:
    signed = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software).path
    attacks.overlay(signed, tmp_path / "c.pdf")
    told = here(
        "--json", "verify", tmp_path / "c.pdf", "--trust", identity.trust, "--report", tmp_path / "r.pdf", password=None
    )
    told.told(1)
    assert (told.rows[0]["verdict"], told.rows[0]["signatures"][0]["indication"]) == ("invalid", "TOTAL-FAILED")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    here("verify", signed, "--trust", identity.trust, "--report", tmp_path / "r.xml", password=None).told(0)
    here("verify", tmp_path / "c.pdf", "--signed-version", "ChuKy1", "-o", tmp_path / "d.pdf", password=None).told(1)
    assert (tmp_path / "d.pdf").read_bytes() == signed.read_bytes()
    assert VIETNAMESE.search(here("verify", signed, "--signed-version", "ChuKy1", password=None).told(3))
    due = here("--json", "renew", signed, "--due", "400", "--trust", identity.trust, password=None)
    due.told(1)
    assert due.rows[0]["why"] == "certificate"


def test_letters_in_xml(software: SoftwareSigner, identity: TestIdentity, tmp_path: Path) -> None:
    (tmp_path / "a.edxml").write_text("<a>Quyết định</a>", encoding="utf-8")
    sign_xml(tmp_path / "a.edxml", tmp_path / "b.edxml", software)
    told = here("--json", "verify", tmp_path / "b.edxml", "--trust", identity.trust, password=None)
    told.told(0)
    assert told.rows[0]["signatures"][0]["level"] == "XAdES-B"


def test_evidence(pki: Pki, tmp_path: Path) -> None:
    papers = [files.plain(tmp_path / f"{number}.pdf", text=f"Quyet dinh {number}") for number in range(3)]
    with service(pki) as url:
        made = here("--json", "evidence", "make", *papers, "--tsa", url, password=None)
        made.told(0)
        here("evidence", "renew", *papers, "--tsa", url, password=None).told(0)
    assert [row["record"] for row in made.rows] == [f"{paper}.ers" for paper in papers]
    good = here("--json", "evidence", "verify", papers[0], "--trust", pki.chain, password=None)
    good.told(0)
    assert (good.rows[0]["verdict"], len(good.rows[0]["stamps"])) == ("valid", 2)
    here("evidence", "verify", papers[2], f"{papers[0]}.ers", "--trust", pki.chain, password=None).told(1)


def test_the_result_is_kept_with_the_document(software: SoftwareSigner, boxes: SandboxPool, tmp_path: Path) -> None:
    signed = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software).path
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    here("import", "--no-ocr", signed, archive=archive).told(0)
    workspace = _open(archive)
    try:
        report = verifying.verify_document(Job(), workspace, boxes, 1)
        assert report["verdict"] == "unknown"
        with workspace.catalog.read() as session:
            (kept,) = session.scalars(select(Rendition).where(Rendition.kind == verifying.PROOF))
        workspace.objects.copy_out(kept.sha256, tmp_path / "proof.xml")
    finally:
        workspace.close()
    text = (tmp_path / "proof.xml").read_text(encoding="utf-8")
    assert "indeterminate" in text
    assert "validationObject:certificate" in text


def _open(archive: Path) -> Workspace:
    return open_archive(archive, Settings(archive.parent / "settings.json"), password=PASSWORD)


def test_evidence_over_the_archive(pki: Pki, tmp_path: Path) -> None:
    archive = tmp_path / "kho"
    here("init", archive).told(0)
    here("import", "--no-ocr", files.plain(tmp_path / "a.pdf"), archive=archive).told(0)
    today = clock.today().isoformat()
    assert VIETNAMESE.search(here("evidence", "check", archive=archive).told(0))
    assert here("--json", "evidence", "day", archive=archive).rows == []  # today is not over
    with service(pki) as url:
        made = here("--json", "evidence", "day", "--date", today, "--tsa", url, "--trust", pki.chain, archive=archive)
        made.told(0)
        here("evidence", "day", "--renew", "--within", "400", "--tsa", url, "--trust", pki.chain, archive=archive).told(0)
    assert made.rows[0]["day"] == today
    good = here("--json", "evidence", "check", "--trust", pki.chain, archive=archive)
    good.told(0)
    assert (good.rows[0]["verdict"], good.rows[0]["files"]) == ("valid", made.rows[0]["files"])
    workspace = _open(archive)
    with workspace.catalog.read() as session:
        sha256 = session.scalars(select(Rendition.sha256)).first()
    other, _size = workspace.objects.put_bytes(b"another")
    workspace.objects.path(other).replace(workspace.objects.path(str(sha256)))
    workspace.close()
    bad = here("evidence", "check", "--trust", pki.chain, archive=archive)
    bad.told(1)
    assert VIETNAMESE.search(bad.out)
    assert "invalid" in bad.out
    for wrong in (("--date", "27/11/2026"), ("--date", today, "--renew"), ("--hash", "sha512")):
        assert VIETNAMESE.search(here("evidence", "day", *wrong, archive=archive).told(2))


def test_the_archive_is_renewed(software: SoftwareSigner, identity: TestIdentity, pki: Pki, tmp_path: Path) -> None:
    signed = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software).path
    trust, archive = tmp_path / "trust", tmp_path / "kho"
    shutil.copytree(pki.chain, trust)
    shutil.copy(identity.root, trust / "root.pem")
    Settings(config_dir() / "settings.json").set("sign.trust", trust)
    here("init", archive).told(0)
    here("import", "--no-ocr", signed, archive=archive).told(0)
    here("renew", "--due", archive=archive).told(0)
    due = here("--json", "renew", "--due", "--within", "400", archive=archive)
    due.told(1)
    assert [(row["document"], row["why"], row["state"]) for row in due.rows] == [(1, "certificate", "later")]
    with service(pki) as url:
        renewed = here("--json", "renew", "--within", "400", "--tsa", url, archive=archive)
    renewed.told(0)
    assert renewed.rows == [{"document": 1, "renewed": True}]
    after = here("--json", "renew", "--due", "400", archive=archive)
    after.told(1)
    assert after.rows[0]["why"] == "stamp"
    assert VIETNAMESE.search(here("renew", "--within", "400", archive=archive).told(3))
