"""A real SoftHSM2 token with a PKI of our own, and an NSS database for `pdfsig`, the independent verifier."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.signature.modules import find_modules
from app.signature.software import SoftwareSigner, TestIdentity, make_test_identity
from app.signature.trust import Trust, load_trust
from tests.signature.pki import Pki, make_pki

ROOT = Path(__file__).resolve().parents[2]
PIN = b"482915"


@dataclass(slots=True)
class Hsm:
    module: Path
    tokens: Path
    label: str = "VanThu"


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return make_pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def trust(pki: Pki) -> Trust:
    return load_trust(pki.chain)


@pytest.fixture(scope="session")
def full_token(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> Path:
    """A token folder with RSA, EC and an expired certificate; tests work on copies or leave it alone."""
    folder = tmp_path_factory.mktemp("hsm")
    tokens = folder / "tokens"
    tokens.mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    env = os.environ | {"SOFTHSM2_CONF": str(conf), "PYTHONPATH": str(ROOT)}
    start = ["softhsm2-util", "--init-token", "--free", "--label", "VanThu", "--so-pin", "12345678", "--pin", PIN.decode()]
    subprocess.run(start, env=env, check=True, capture_output=True)
    items = [
        {"id": f"{number:02x}", "label": one.name, "kind": kind, "key": one.key_der.hex(), "cert": one.der.hex()}
        for number, (kind, one) in enumerate((("rsa", pki.rsa), ("ec", pki.ec), ("rsa", pki.expired)), 1)
    ]
    wanted = {"module": str(softhsm()), "label": "VanThu", "pin": PIN.decode(), "items": items}
    script = [sys.executable, str(Path(__file__).with_name("fill_token.py"))]
    subprocess.run(script, env=env, check=True, capture_output=True, input=json.dumps(wanted).encode())
    return folder


def softhsm() -> Path:
    return next(path for path in find_modules() if "softhsm" in path.name)


@pytest.fixture
def hsm(full_token: Path, monkeypatch: pytest.MonkeyPatch) -> Hsm:
    monkeypatch.setenv("SOFTHSM2_CONF", str(full_token / "softhsm2.conf"))
    return Hsm(softhsm(), full_token / "tokens")


@pytest.fixture(scope="session")
def nss(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> Path:
    folder = tmp_path_factory.mktemp("nss")
    base = ["certutil", "-d", f"sql:{folder}"]
    subprocess.run([*base, "-N", "--empty-password"], check=True, capture_output=True)
    for name, flags, one in (("root", "CT,C,C", pki.root), ("issuing", ",,", pki.issuing)):
        subprocess.run([*base, "-A", "-n", name, "-t", flags, "-a"], check=True, capture_output=True, input=one.pem)
    return folder


def pdfsig(path: Path, nss: Path) -> str:
    done = subprocess.run(["pdfsig", "-nssdir", f"sql:{nss}", str(path)], check=False, capture_output=True, text=True)
    return done.stdout


def pdftotext(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> TestIdentity:
    """Valid for some hours: files sign at the moment at which they were collected, on a slow machine long before their turn."""
    return make_test_identity(tmp_path_factory.mktemp("identity"), now=datetime.now(UTC) - timedelta(hours=12))


@pytest.fixture(scope="session")
def software(identity: TestIdentity) -> SoftwareSigner:
    return SoftwareSigner(identity.pkcs12)


@pytest.fixture(scope="session")
def software_trust(identity: TestIdentity) -> Trust:
    return load_trust(identity.trust)


@pytest.fixture(autouse=True)
def _quiet_pyhanko(caplog: pytest.LogCaptureFixture) -> None:
    """pyHanko logs every doubt with its traceback; what matters is in our reports."""
    caplog.set_level("ERROR", logger="pyhanko")
    caplog.set_level("ERROR", logger="pyhanko_certvalidator")
