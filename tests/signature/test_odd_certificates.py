"""Certificates that must not make a signature green, whoever signed with them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_pdf
from tests.signature import attacks, files
from tests.signature.odd_pki import AUTHORITY, NOW, made, name, signed_by
from tests.signature.pki import Identity, Pki, revocation_list, rsa_key
from tests.signature.stamps import stamper
from tests.signature.test_long_term import with_revocation

ROOT = made(name("Gốc thử"), None, usages=AUTHORITY, authority=True, days=3000)


def trusted(*more: Identity) -> Trust:
    return Trust(tuple(asn1.Certificate.load(one.der) for one in (ROOT, *more)))


def cases() -> dict[str, tuple[Identity, list[Identity], str]]:
    short = made(name("CA ngắn"), ROOT, usages=AUTHORITY, authority=True, path_length=0)
    below = made(name("CA dưới"), short, usages=AUTHORITY, authority=True)
    excluded = x509.NameConstraints(
        None, [x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cơ quan thử")]))]
    )
    narrow = made(name("CA hẹp", "CA"), ROOT, usages=AUTHORITY, authority=True, constraints=excluded)
    for_servers = made(name("CA máy chủ"), ROOT, usages=AUTHORITY, authority=True, purposes=[ExtendedKeyUsageOID.SERVER_AUTH])
    early = made(name("CA mới"), ROOT, usages=AUTHORITY, authority=True, start=NOW + timedelta(days=30))
    no_authority = made(name("Người thường"), ROOT)
    state = next(a for a in load_trust().roots if "G2" in a.subject.human_friendly)
    twin_subject = x509.load_der_x509_certificate(state.dump()).subject
    twin = made(twin_subject, None, usages=AUTHORITY, authority=True)
    return {
        "key-usage": (made(name("A"), ROOT, usages=("key_encipherment",)), [], "cert.key_usage"),
        "server": (made(name("A"), ROOT, purposes=[ExtendedKeyUsageOID.SERVER_AUTH]), [], "cert.key_usage"),
        "authority": (made(name("A"), ROOT, usages=("digital_signature", *AUTHORITY), authority=True), [], "cert.authority"),
        "path-length": (made(name("A"), below), [short, below], "cert.chain"),
        "name-constraints": (made(name("A"), narrow), [narrow], "cert.chain"),
        "authority-for-servers": (made(name("A"), for_servers), [for_servers], "cert.chain"),
        "no-authority-above": (made(name("A"), no_authority), [no_authority], "cert.chain"),
        "twin-of-the-state": (made(name("A"), twin), [twin], "cert.untrusted"),
        "self-signed": (made(name("A"), None), [], "cert.untrusted"),
        "rsa-1024": (made(name("A"), ROOT, key=rsa_key(1024)), [], "crypto.weak"),
        "authority-not-yet": (made(name("A"), early), [early], "cert.chain"),
        "not-yet": (made(name("A"), ROOT, start=NOW + timedelta(days=30)), [], "cert.not_yet_valid"),
        "expired": (made(name("A"), ROOT, start=NOW - timedelta(days=100), days=50), [], "cert.expired"),
    }


CASES = cases()


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_certificate_is_never_green(tmp_path: Path, case: str) -> None:
    who, chain, reason = CASES[case]
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", who, chain)
    found = verify_pdf(path, trust=Trust((*load_trust().anchors, *trusted().anchors)))
    (one,) = found.signatures
    assert found.verdict != "valid"
    assert (one.intact, one.changes_after) == (True, "none")
    assert one.indication != "TOTAL-PASSED"
    assert one.sub_indication
    assert reason in one.reasons, one.reasons
    assert (found.verdict == "invalid") == (case in ("not-yet", "expired"))  # the signer's own dates


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_weak_digests_are_never_green(tmp_path: Path, digest: str) -> None:
    path = signed_by(
        files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", made(name("A"), ROOT, key=rsa_key(2048)), digest=digest
    )
    (one,) = verify_pdf(path, trust=trusted()).signatures
    assert (one.verdict, one.intact) == ("unknown", True)
    assert one.sub_indication == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"


def test_a_later_stamp_does_not_wake_an_expired_certificate(pki: Pki, tmp_path: Path) -> None:
    """pyHanko 0.38 passes this (PASSED/OK): expired, then time-stamped; see docs of `judge`."""
    who = made(name("A"), ROOT, start=NOW - timedelta(days=100), days=50)
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", who, stamp=stamper(pki))
    (one,) = verify_pdf(path, trust=Trust((*trusted().anchors, *load_trust(pki.chain).anchors))).signatures
    assert one.time_source == "timestamp"
    assert one.verdict == "invalid"
    assert "cert.expired_at_signing" in one.reasons


def test_a_revoked_authority_is_told(tmp_path: Path) -> None:
    middle = made(name("CA giữa"), ROOT, usages=AUTHORITY, authority=True)
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", made(name("A"), middle), [middle])
    assert verify_pdf(path, trust=trusted()).verdict == "valid"
    lists = [revocation_list(ROOT, {middle.cert.serial_number: NOW - timedelta(minutes=40)}), revocation_list(middle, {})]
    (one,) = verify_pdf(with_revocation(path, tmp_path / "c.pdf", lists), trust=trusted()).signatures
    assert one.verdict == "invalid"
    assert "cert.chain_revoked" in one.reasons


def test_a_revocation_is_not_taken_back_by_a_later_store(tmp_path: Path) -> None:
    who = made(name("A"), ROOT)
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", who)
    lists = [revocation_list(ROOT, {who.cert.serial_number: NOW - timedelta(minutes=40)})]
    told = with_revocation(path, tmp_path / "c.pdf", lists)
    root = attacks.rewritten(
        told, "catalog", lambda catalog: setattr(catalog, "DSS", pikepdf.Dictionary(Type=pikepdf.Name.DSS))
    )
    attacks.update(told, tmp_path / "d.pdf", {attacks.number(told, "catalog"): root})
    for one in (told, tmp_path / "d.pdf"):
        (report,) = verify_pdf(one, trust=trusted()).signatures
        assert (report.verdict, report.revocation["status"]) == ("invalid", "revoked")
        assert "cert.revoked" in report.reasons


def test_a_forged_revocation_list_is_not_believed(tmp_path: Path) -> None:
    who = made(name("A"), ROOT)
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", who)
    enemy = made(name("Gốc thử"), None, usages=AUTHORITY, authority=True)
    lists = [revocation_list(enemy, {who.cert.serial_number: NOW - timedelta(minutes=40)})]
    (one,) = verify_pdf(with_revocation(path, tmp_path / "c.pdf", lists), trust=trusted()).signatures
    assert "cert.revoked" not in one.reasons
    assert one.revocation["status"] == "unknown"


def test_a_stamp_over_something_else_is_told(pki: Pki, tmp_path: Path) -> None:
    stamps = stamper(pki)
    honest = stamps.async_timestamp

    async def wrong(_digest: bytes, algorithm: str) -> object:
        return await honest(bytes(32), algorithm)

    stamps.async_timestamp = wrong
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", made(name("A"), ROOT), stamp=stamps)
    (one,) = verify_pdf(path, trust=Trust((*trusted().anchors, *load_trust(pki.chain).anchors))).signatures
    assert (one.verdict, one.time_source) == ("invalid", "signer")
    assert "timestamp.broken" in one.reasons
