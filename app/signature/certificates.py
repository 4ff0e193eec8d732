"""What a person needs to know of a certificate, and whether it may sign."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from app.i18n import N_, _
from app.signature.signing_algorithms import digest_fits, key_fits
from app.signature.words import clean

WHY_NOT = {
    "expired": N_("The certificate has expired."),
    "not_yet_valid": N_("The certificate is not valid yet."),
    "no_key": N_("The private key of this certificate is not on the token."),
    "ca": N_("This is the certificate of a certification authority, not of a signer."),
    "key_usage": N_("The certificate was not issued for signing."),
    "weak_key": N_("The key is too short for a safe signature."),
    "weak_issue": N_("The certificate itself was issued with an algorithm that is no longer safe."),
    "unsupported_key": N_("Only RSA and EC keys can sign here."),
    "unreadable": N_("The certificate on the token can't be read."),
}


@dataclass(slots=True, frozen=True)
class CertInfo:
    """One certificate on a token. `id` is the token's own (CKA_ID, hex); `serial` and `sha256` are hex; times are UTC.

    `has_key` is None while the token hides private keys (before the PIN). `why_not` is a code of `WHY_NOT`, empty when usable.
    """

    id: str
    label: str
    subject: str
    organisation: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    key_usage: tuple[str, ...]
    key: str  # "RSA 3072", "EC secp256r1"
    sha256: str
    has_key: bool | None
    usable: bool
    why_not: str
    der: bytes = field(repr=False)

    @property
    def reason(self) -> str:
        """Why it can't sign, for people; empty when it can."""
        return _(WHY_NOT[self.why_not]) if self.why_not else ""

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires; negative after."""
        return (self.not_after - now).days

    def to_json(self) -> dict[str, Any]:
        row = {name: getattr(self, name) for name in self.__slots__ if name != "der"}
        return row | {"not_before": self.not_before.isoformat(), "not_after": self.not_after.isoformat()}


def read_certificate(
    der: bytes, *, now: datetime, identity: str = "", label: str = "", has_key: bool | None = None
) -> CertInfo:
    """Reads one DER certificate; a damaged one comes back as not usable, `why_not` = "unreadable"."""
    digest = hashlib.sha256(der).hexdigest()
    try:
        cert = x509.load_der_x509_certificate(der)
        why_not = judge(cert, now, has_key)
        return CertInfo(
            id=identity or digest[:40],
            label=clean(label),
            subject=name_of(cert.subject),
            organisation=clean(one(cert.subject, NameOID.ORGANIZATION_NAME)),
            issuer=name_of(cert.issuer),
            serial=f"{cert.serial_number:x}",
            not_before=cert.not_valid_before_utc,
            not_after=cert.not_valid_after_utc,
            key_usage=usages(cert),
            key=key_words(cert),
            sha256=digest,
            has_key=has_key,
            usable=not why_not,
            why_not=why_not,
            der=der,
        )
    except Exception:  # noqa: BLE001 - the bytes come from a token or a file of anybody's; each parser error has its own class
        never = datetime.fromtimestamp(0, UTC)
        name = identity or digest[:40]
        return CertInfo(
            name, clean(label), "", "", "", "", never, never, (), "", digest, has_key, False, "unreadable", der
        )  # fmt: skip


def judge(cert: x509.Certificate, now: datetime, has_key: bool | None) -> str:
    """The code of the first thing that keeps this certificate from signing at `now`; empty for none."""
    key = cert.public_key()
    marks = usages(cert)
    checks = {
        "ca": is_ca(cert),
        "unsupported_key": not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey),
        "weak_key": not is_strong(key, now),
        "weak_issue": not issued_well(cert, now),
        "no_key": has_key is False,
        "key_usage": bool(marks) and not {"digital_signature", "non_repudiation"} & set(marks),
        "not_yet_valid": now < cert.not_valid_before_utc,
        "expired": now > cert.not_valid_after_utc,
    }
    return next((code for code, hit in checks.items() if hit), "")


def is_strong(key: Any, now: datetime) -> bool:
    """Whether the key may still make signatures (`app.signature.algorithms`); unsupported kinds are told apart before."""
    if isinstance(key, rsa.RSAPublicKey):
        return key_fits("rsa", key.key_size, now)
    return not isinstance(key, ec.EllipticCurvePublicKey) or key_fits("ec", key.key_size, now)


def issued_well(cert: x509.Certificate, now: datetime) -> bool:
    used = cert.signature_hash_algorithm  # None for algorithms with a hash of their own, such as Ed25519
    return used is None or digest_fits(used.name, now)


def is_ca(cert: x509.Certificate) -> bool:
    try:
        return cert.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def usages(cert: x509.Certificate) -> tuple[str, ...]:
    """The key usages that matter for signing, by their names in RFC 5280; empty when the extension is missing."""
    try:
        usage = cert.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    marks = {
        "digital_signature": usage.digital_signature,
        "non_repudiation": usage.content_commitment,
        "key_encipherment": usage.key_encipherment,
        "key_cert_sign": usage.key_cert_sign,
    }
    return tuple(name for name, on in marks.items() if on)


def key_words(cert: x509.Certificate) -> str:
    key = cert.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return f"EC {key.curve.name}" if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__


def digest_for(cert: x509.Certificate) -> str:
    """The hash that fits the key: SHA-384/512 for the larger curves, SHA-256 for all else."""
    key = cert.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size > 256:
        return "sha384" if key.key_size <= 384 else "sha512"
    return "sha256"


def needs_pss(cert: x509.Certificate) -> bool:
    """Whether the key was certified for RSASSA-PSS alone (RFC 4055 §1.2)."""
    return cert.public_key_algorithm_oid == x509.oid.PublicKeyAlgorithmOID.RSASSA_PSS


def name_of(name: x509.Name) -> str:
    """The common name, else the organisation, else the whole name; safe to show."""
    found = one(name, NameOID.COMMON_NAME) or one(name, NameOID.ORGANIZATION_NAME)
    return clean(found or name.rfc4514_string())


def one(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    values = name.get_attributes_for_oid(oid)
    return str(values[-1].value) if values else ""
