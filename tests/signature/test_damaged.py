"""A signature whose container was damaged: it is invalid and says so, whoever is trusted (ETSI EN 319 102-1: FORMAT_FAILURE)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from tests.signature import files


@pytest.fixture(scope="module")
def signed(software: SoftwareSigner, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    place = tmp_path_factory.mktemp("signed")
    return sign_pdf(files.plain(place / "a.pdf"), place / "b.pdf", software).path.read_bytes()


def damage(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """`change` is given the hex digits of /Contents without their filling."""
    found = re.search(rb"/Contents\s*<([0-9a-fA-F]+)>", data)
    assert found is not None
    digits = found[1].rstrip(b"0")
    made = change(digits)
    return data[: found.start(1)] + made.ljust(len(found[1]), b"0") + data[found.end(1) :]


def put(digits: bytes, at: int, new: bytes) -> bytes:
    return digits[:at] + new + digits[at + len(new) :]


# the digest algorithm of the signer's own part, behind the certificates, as 2.16.840.1.101.3.4.2.1
SHA256_OID = b"0609608648016503040201"
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _digits: b"",
    "junk": lambda digits: (b"deadbeef" * len(digits))[: len(digits)],
    "half": lambda digits: digits[: len(digits) // 2],
    "first byte": lambda digits: put(digits, 0, b"00"),
    "no hex": lambda digits: put(digits, 10, b"zz"),
    "deep inside": lambda digits: put(digits, digits.rindex(SHA256_OID), b"ff"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_is_invalid_and_said(signed: bytes, software_trust: Trust, tmp_path: Path, name: str) -> None:
    (tmp_path / "c.pdf").write_bytes(damage(signed, DAMAGES[name]))
    found = verify_pdf(tmp_path / "c.pdf", trust=software_trust)
    assert found.verdict == "invalid"
    (one,) = found.signatures
    assert (one.indication, one.sub_indication, one.reasons[-1]) == ("TOTAL-FAILED", "FORMAT_FAILURE", "signature.damaged")


def test_an_exchanged_certificate_is_named(signed: bytes, software_trust: Trust, tmp_path: Path) -> None:
    changed = re.sub(b"nghi".hex().encode(), b"nghj".hex().encode(), signed, flags=re.IGNORECASE)
    assert changed != signed
    (tmp_path / "c.pdf").write_bytes(changed)
    found = verify_pdf(tmp_path / "c.pdf", trust=software_trust)
    assert found.verdict == "unknown"
    assert found.signatures[0].reasons == ["cert.mismatch"]
    assert found.signatures[0].sub_indication == "NO_SIGNING_CERTIFICATE_FOUND"
