"""Was a certificate revoked? What revocation lists and OCSP answers say, each believed only under its issuer's signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.signature.contexts import Knowledge
from app.signature.lists import entry_of, reach_of, taken_back

CLOCKS_DIFFER = timedelta(minutes=10)
BROKEN = (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm, InvalidSignature)


@dataclass(slots=True, frozen=True)
class Status:
    """`word`: good, revoked, unknown. `since` is when it was revoked; `source` (crl, ocsp) and `told_at` say who told it when;
    `until` is when that word runs out (None: it does not say)."""

    word: Literal["good", "revoked", "unknown"]
    source: str = ""
    told_at: datetime | None = None
    until: datetime | None = None
    since: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        times = {"toldAt": self.told_at, "until": self.until, "since": self.since}
        return {"status": self.word, "source": self.source} | {k: v.isoformat() if v else None for k, v in times.items()}


UNKNOWN = Status("unknown")


def status_of(
    certificate: Any, issuers: Iterable[Any], known: Knowledge, signed_at: datetime, now: datetime | None = None
) -> Status:
    """What is known of an asn1crypto certificate; `issuers` are those that may have issued it (only they are believed).

    A revocation is told whenever it is found, the earliest first. "good" needs a word that was still in force at `signed_at`, the
    newest first; one that is told only after `now` proves nothing.
    """
    cert = parsed(certificate.dump())
    if cert is None:
        return UNKNOWN
    above = [one for one in (parsed(issuer.dump()) for issuer in issuers) if one is not None and one.subject == cert.issuer]
    found = [*from_lists(cert, above, known.crls), *from_answers(cert, above, known.ocsps)]
    revoked = [one for one in found if one.word == "revoked" and one.since is not None]
    if revoked:
        return min(revoked, key=lambda one: one.since or one.told_at or signed_at)
    if now is not None:
        found = [one for one in found if one.told_at is None or one.told_at <= now + CLOCKS_DIFFER]
    good = [one for one in found if one.word == "good" and (one.until is None or one.until >= signed_at)]
    if not good:  # a responder that does not know the certificate has been asked, though
        return next((one for one in found if one.word == "unknown"), UNKNOWN)
    return max(good, key=lambda one: one.told_at or signed_at)


@lru_cache(maxsize=512)
def parsed(der: bytes) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(der)
    except BROKEN:
        return None


@lru_cache(maxsize=16)
def parsed_list(der: bytes) -> x509.CertificateRevocationList | None:
    try:
        return x509.load_der_x509_crl(der)
    except BROKEN:
        return None


def from_lists(cert: x509.Certificate, issuers: Sequence[x509.Certificate], lists: Iterable[Any]) -> list[Status]:
    found = []
    for one in lists:
        crl = parsed_list(one.dump())
        try:
            if crl is None or crl.issuer != cert.issuer or not any(vouches(i, crl) for i in issuers):
                continue
            reach = reach_of(crl, cert)
            if reach == "other":
                continue
            told, until = crl.last_update_utc, crl.next_update_utc
            entry = entry_of(crl, cert)
            if entry is not None and not taken_back(entry):
                found.append(Status("revoked", "crl", told, until, entry.revocation_date_utc))
            elif reach == "whole" and told <= cert.not_valid_after_utc:  # what has expired may be left out of later lists
                found.append(Status("good", "crl", told, until))
        except BROKEN:
            continue
    return found


def vouches(issuer: x509.Certificate, crl: x509.CertificateRevocationList) -> bool:
    """Whether the list carries the issuer's signature and the issuer may sign lists (RFC 5280, 6.3.3 f)."""
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        if not usage.crl_sign:
            return False
    except x509.ExtensionNotFound:
        usage = None
    return bool(crl.is_signature_valid(issuer.public_key()))  # type: ignore[arg-type]


def from_answers(cert: x509.Certificate, issuers: Sequence[x509.Certificate], answers: Iterable[Any]) -> list[Status]:
    found = []
    for one in answers:
        try:
            answer = ocsp.load_der_ocsp_response(one.dump())
            if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                continue
            issuer = next((i for i in issuers if responder_of(answer, i) is not None), None)
            if issuer is None:
                continue
            found += [status for single in answer.responses if (status := single_status(single, cert, issuer)) is not None]
        except BROKEN:
            continue
    return found


def single_status(single: ocsp.OCSPSingleResponse, cert: x509.Certificate, issuer: x509.Certificate) -> Status | None:
    request = ocsp.OCSPRequestBuilder().add_certificate(cert, issuer, single.hash_algorithm).build()
    about = (request.serial_number, request.issuer_name_hash, request.issuer_key_hash)
    if about != (single.serial_number, single.issuer_name_hash, single.issuer_key_hash):
        return None
    told, until = single.this_update_utc, single.next_update_utc
    if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return Status("good", "ocsp", told, until or told)
    if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        return Status("revoked", "ocsp", told, until, single.revocation_time_utc or told)
    return Status("unknown", "ocsp", told, until)


def responder_of(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate | None:
    """The certificate that signed the answer: the issuer's own, or one that the issuer made for this (RFC 6960, 4.2.2.2)."""
    for candidate in (issuer, *answer.certificates):
        if not signature_fits(candidate.public_key(), answer):
            continue
        if candidate == issuer:
            return candidate
        try:
            candidate.verify_directly_issued_by(issuer)
            purposes = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (*BROKEN, x509.ExtensionNotFound):
            continue
        told = answer.produced_at_utc
        if (
            ExtendedKeyUsageOID.OCSP_SIGNING in purposes
            and candidate.not_valid_before_utc <= told <= candidate.not_valid_after_utc
        ):
            return candidate
    return None


def signature_fits(key: Any, answer: ocsp.OCSPResponse) -> bool:
    digest, data = answer.signature_hash_algorithm, answer.tbs_response_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey) and digest is not None:
            key.verify(answer.signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
            key.verify(answer.signature, data, ec.ECDSA(digest))
        elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
            key.verify(answer.signature, data)
        else:
            return False
    except BROKEN:
        return False
    return True
