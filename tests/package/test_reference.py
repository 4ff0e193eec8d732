"""Our packages before the reference validator of E-ARK (eark-validator 1.1.3, specification 2.0.4).

It calls no package of Thông tư 05/2025 valid: the circular leaves out what CSIP 2.0.4 wants (content information types, a
documentation group, the label of the representations' group), and its rules CSIP15, CSIP16 and SIP14 contradict each other for
every SIP. So the findings must be exactly these, each with its reason in the circular, and neither structure nor schema may object.

The validator pins an old lxml: it lives in a venv of its own, made once per machine.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.package.model import FileInput
from tests.package import samples

VENV = Path.home() / ".cache" / "vankho" / "eark-venv-1.1.3"
SHIM = Path(__file__).with_name("eark_offline.py")

LETTER_AIP = {"CSIP4", "CSIP5", "CSIP60", "CSIP95", "CSIP103", "CSIP114"}
ACCEPTED_AIP = LETTER_AIP | {"CSIP16"}  # the software's note holds the fonds code
OF_EVERY_SIP = {"SIP2", "SIP14"}  # PROFILE is CSIP's; SIP14 cannot be met
WITH_DOCUMENTATION = {"CSIP60", "CSIP95"}  # a DIP has its authentication document
EXPECTED = {
    ("aip-hoso", "accepted"): ACCEPTED_AIP,
    ("aip-hoso", "letter"): LETTER_AIP,
    ("sip-hoso", "accepted"): ACCEPTED_AIP | OF_EVERY_SIP,
    ("sip-hoso", "letter"): LETTER_AIP | OF_EVERY_SIP,
    ("aip-tailieu", "accepted"): ACCEPTED_AIP,
    ("aip-tailieu", "letter"): LETTER_AIP,
    ("sip-tailieu", "accepted"): ACCEPTED_AIP | OF_EVERY_SIP,
    ("sip-tailieu", "letter"): LETTER_AIP | OF_EVERY_SIP,
    ("dip", "accepted"): (ACCEPTED_AIP - WITH_DOCUMENTATION) | {"CSIP2"},  # the circular writes MIXED, the list Mixed
    ("dip", "letter"): (LETTER_AIP - WITH_DOCUMENTATION) | {"CSIP2"},
}
MORE = {"source": "0", "requestID": "YC1", "requestDate": "01/02/2026", "purpose": "01"}  # what the other kinds ask for


@pytest.fixture(scope="session")
def python() -> Path:
    """The interpreter of the validator's venv; built beside and renamed, so that two runs cannot spoil each other's."""
    target = VENV / "bin" / "python"
    if not target.exists():
        VENV.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="eark-", dir=VENV.parent))
        subprocess.run([sys.executable, "-m", "venv", str(made)], check=True)
        install = [str(made / "bin" / "python"), "-m", "pip", "install", "--quiet", "eark-validator==1.1.3"]
        subprocess.run(install, check=True)
        if VENV.exists():
            shutil.rmtree(made)
        else:
            made.rename(VENV)
    return target


def test_exactly_the_expected_findings(tmp_path: Path, python: Path) -> None:
    paths = [_made(tmp_path / f"{kind}-{dialect}", kind, dialect) for kind, dialect in EXPECTED]
    run = subprocess.run([str(python), str(SHIM), *map(str, paths)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    verdicts = dict(zip(EXPECTED, map(json.loads, run.stdout.splitlines()), strict=True))
    assert {key: set(verdict["errors"]) for key, verdict in verdicts.items()} == EXPECTED
    assert {(verdict["structure"], verdict["schema"]) for verdict in verdicts.values()} == {("WellFormed", "VALID")}


def _made(tmp: Path, kind: str, dialect: str) -> Path:
    document = samples.document(_folder(tmp / "source"), 1, fields={"arcDocCode": f"{samples.ARCHIVE_CODE}.0000001"})
    paper = tmp / "paper.pdf"
    paper.write_bytes(samples.pdf(9))
    digest = hashlib.sha256(samples.pdf(9)).hexdigest()
    told = FileInput(name="paper.pdf", source=paper, size=len(samples.pdf(9)), sha256=digest, mime="application/pdf")
    more = {"documentation": [told]} if kind == "dip" else {}
    return samples.written(tmp, kind, dialect, as_zip=True, documents=[document], dossier=MORE, **more)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


def test_the_reference_does_object_to_a_spoilt_package(tmp_path: Path, python: Path) -> None:
    """So that silence above means something."""
    base = samples.written(tmp_path, "aip-hoso")
    samples.edit(base / "METS.xml", lambda t: t.replace(' TYPE="Mixed"', "", 1))
    run = subprocess.run([str(python), str(SHIM), str(base)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "CSIP2" in json.loads(run.stdout)["errors"]
