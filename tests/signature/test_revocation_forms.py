"""What authorities say, in all forms: partial lists, lists of changes, answers by others. Only what was really said counts."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.validation.dss import DocumentSecurityStore

from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.handmade import Cms, sign
from tests.signature.odd_pki import NOW, made, name
from tests.signature.pki import Identity
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
OTHER = made(name("Người khác"), ROOT)
BEFORE = NOW - timedelta(minutes=30)
REVOKED = {WHO.cert.serial_number: BEFORE}
RESPONDER = made(name("Trả lời"), ROOT, purposes=[ExtendedKeyUsageOID.OCSP_SIGNING])
PLAIN = made(name("Trả lời"), ROOT)
STRANGER = made(name("Trả lời"), None, purposes=[ExtendedKeyUsageOID.OCSP_SIGNING])


def a_list(
    revoked: dict[int, datetime], *extensions: x509.ExtensionType, start: int = -1, end: int = 168, entry: Any = None
) -> bytes:
    """A CRL of the root; `start` and `end` in hours from now."""
    hours = [NOW + timedelta(hours=n) for n in (start, end)]
    builder = x509.CertificateRevocationListBuilder(ROOT.cert.subject, *hours)
    for serial, moment in revoked.items():
        builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder(serial, moment).build())
    if entry is not None:
        builder = builder.add_revoked_certificate(entry)
    for extension in extensions:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(ROOT.key, hashes.SHA256()).public_bytes(Encoding.DER)


def part(**told: Any) -> x509.IssuingDistributionPoint:
    usual: dict[str, Any] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**(usual | told))


def answer(
    status: str = "GOOD", who: Identity = WHO, by: Identity = ROOT, start: int = -1, end: int | None = 24, moment: Any = None
) -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=who.cert,
        issuer=ROOT.cert,
        algorithm=hashes.SHA1(),  # noqa: S303 - the usual identifier of RFC 6960
        cert_status=getattr(ocsp.OCSPCertStatus, status),
        this_update=NOW + timedelta(hours=start),
        next_update=NOW + timedelta(hours=end) if end is not None else None,
        revocation_time=moment,
        revocation_reason=None,
    )
    if by is not ROOT:
        builder = builder.certificates([by.cert])
    signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.cert).sign(by.key, hashes.SHA256())  # type: ignore[arg-type]
    return signed.public_bytes(Encoding.DER)


def indirect() -> bytes:
    """The number of our certificate, but as one of another authority."""
    issuer = x509.CertificateIssuer([x509.DirectoryName(name("CA khác"))])
    entry = x509.RevokedCertificateBuilder(WHO.cert.serial_number, BEFORE).add_extension(issuer, critical=True).build()
    return a_list({}, part(indirect_crl=True), entry=entry)


SOME = frozenset([x509.ReasonFlags.key_compromise])
UNHEARD = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\5\0")
# lists, answers, then the verdict and what is known
CASES: dict[str, tuple[Callable[[], Sequence[bytes]], Callable[[], Sequence[bytes]], str, str]] = {
    "list": (lambda: [a_list({})], list, "valid", "good"),
    "on the list": (lambda: [a_list(REVOKED)], list, "invalid", "revoked"),
    "old list": (lambda: [a_list({}, start=-500, end=-400)], list, "valid", "unknown"),
    "only changes": (lambda: [a_list({}, x509.DeltaCRLIndicator(3))], list, "valid", "unknown"),
    "on the list of changes": (lambda: [a_list(REVOKED, x509.DeltaCRLIndicator(3))], list, "invalid", "revoked"),
    "only authorities": (lambda: [a_list({}, part(only_contains_ca_certs=True))], list, "valid", "unknown"),
    "only users": (lambda: [a_list({}, part(only_contains_user_certs=True))], list, "valid", "good"),
    "only attributes": (lambda: [a_list({}, part(only_contains_attribute_certs=True))], list, "valid", "unknown"),
    "only some reasons": (lambda: [a_list({}, part(only_some_reasons=SOME))], list, "valid", "unknown"),
    "revoked for one of them": (lambda: [a_list(REVOKED, part(only_some_reasons=SOME))], list, "invalid", "revoked"),
    "another authority's number": (lambda: [indirect()], list, "valid", "good"),
    "something unheard-of": (lambda: [a_list({}, UNHEARD)], list, "valid", "unknown"),
    "answer": (list, lambda: [answer()], "valid", "good"),
    "answer: revoked": (list, lambda: [answer("REVOKED", moment=BEFORE)], "invalid", "revoked"),
    "answer: never heard of it": (list, lambda: [answer("UNKNOWN")], "unknown", "unknown"),
    "by a responder": (list, lambda: [answer(by=RESPONDER)], "valid", "good"),
    "revoked, by a responder": (list, lambda: [answer("REVOKED", by=RESPONDER, moment=BEFORE)], "invalid", "revoked"),
    "by one without the right": (list, lambda: [answer(by=PLAIN)], "valid", "unknown"),
    "revoked, by one without the right": (list, lambda: [answer("REVOKED", by=PLAIN, moment=BEFORE)], "valid", "unknown"),
    "by a stranger": (list, lambda: [answer("REVOKED", by=STRANGER, moment=BEFORE)], "valid", "unknown"),
    "about another one": (list, lambda: [answer(who=OTHER)], "valid", "unknown"),
    "old answer": (list, lambda: [answer(start=-500, end=-480)], "valid", "unknown"),
    "list from the future": (lambda: [a_list({}, start=48, end=72)], list, "valid", "unknown"),
    "answer from the future": (list, lambda: [answer(start=48, end=72)], "valid", "unknown"),
    "answer against list": (lambda: [a_list(REVOKED)], lambda: [answer()], "invalid", "revoked"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(tmp_path: Path, case: str) -> None:
    lists, answers, verdict, known = CASES[case]
    signed = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", Cms(WHO, told=NOW))
    target = io.BytesIO(signed.read_bytes())
    DocumentSecurityStore.add_dss(
        target,
        None,
        crls=[asn1_crl.CertificateList.load(one) for one in lists()],
        ocsps=[asn1_ocsp.OCSPResponse.load(one) for one in answers()],
    )
    (tmp_path / "c.pdf").write_bytes(target.getvalue())
    (one,) = verify_pdf(tmp_path / "c.pdf", trust=trusted()).signatures
    assert (one.verdict, one.revocation["status"]) == (verdict, known), one.reasons
    assert ("cert.revoked" in one.reasons) == (known == "revoked")
    assert "cert.chain_revoked" not in one.reasons
