"""export with a token, a virus scanner and an agreement; import that meets a package."""

from __future__ import annotations

from pathlib import Path

from app.services import Services
from tests.clamd import EICAR, VIRUS, RealClamd
from tests.cli.program import here
from tests.conftest import PASSWORD
from tests.desk import packed
from tests.signature.conftest import PIN, Hsm
from tests.signature.pki import Pki


def archive_with_dossiers(folder: Path) -> Path:
    """One sound dossier and one with a virus."""
    services = Services(folder)
    services.create(PASSWORD)
    assert services.workspace is not None
    try:
        packed.dossier(services.workspace, 1)
        packed.dossier(services.workspace, 1, code="H49.64.33.2001.161", first=5)
        packed.attach(services.workspace, 2, "độc.bin", EICAR)
    finally:
        services.close()
    return folder


def test_signed_scanned_and_not_mistaken_for_a_document(hsm: Hsm, pki: Pki, tmp_path: Path) -> None:
    archive = archive_with_dossiers(tmp_path / "kho")
    asked = (
        "export",
        "--kind",
        "sip-hoso",
        "--dossier",
        packed.CODE,
        "H49.64.33.2001.161",
        "--no-papers",
        "-o",
        tmp_path / "ra",
    )
    token = ("--sign", "--module", hsm.module, "--slot-label", hsm.label, "--certificate", "01")
    with RealClamd() as daemon:
        done = here("--json", *asked, "--virus-check", daemon.address, *token, archive=archive, VANKHO_PIN=PIN.decode())
    told = done.told(1)
    assert VIRUS in told
    (row,) = (each for each in done.rows if "signature" in each)
    assert (row["valid"], row["signature"]) == (True, row["path"] + ".xades.xml")
    verified = here("--json", "verify", row["path"], "--trust", pki.chain, password=None)
    verified.told(0)
    assert verified.rows[0]["verdict"] == "valid"
    assert here("check", row["path"], password=None).code == 0
    Path(row["path"]).write_bytes(Path(row["path"]).read_bytes() + b"x")
    assert here("check", row["path"], password=None).code == 1
    assert "import-package" in here("import", row["path"], archive=archive).told(1)
