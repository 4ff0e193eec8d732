"""Certificates that should not sign, or only look like ones that may, and programs that sign with them all the same."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.signature.pki import USAGES, Identity, Key

NOW = datetime.now(UTC).replace(microsecond=0)
SIGNING = ("digital_signature", "content_commitment")
AUTHORITY = ("key_cert_sign", "crl_sign")


def name(common: str, organisation: str = "Cơ quan thử") -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def made(
    subject: x509.Name,
    issuer: Identity | None,
    *,
    usages: tuple[str, ...] = SIGNING,
    authority: bool = False,
    path_length: int | None = None,
    purposes: list[x509.ObjectIdentifier] | None = None,
    constraints: x509.NameConstraints | None = None,
    key: Key | None = None,
    start: datetime = NOW - timedelta(hours=1),
    days: int = 365,
) -> Identity:
    key = key or ec.generate_private_key(ec.SECP256R1())
    above, above_key = (issuer.cert.subject, issuer.key) if issuer else (subject, key)
    builder = (
        x509.CertificateBuilder(
            above, subject, key.public_key(), x509.random_serial_number(), start, start + timedelta(days=days)
        )
        .add_extension(x509.BasicConstraints(authority, path_length), critical=True)
        .add_extension(x509.KeyUsage(**{usage: usage in usages for usage in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()), critical=False)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
    if constraints:
        builder = builder.add_extension(constraints, critical=True)
    return Identity("", key, builder.sign(above_key, hashes.SHA256()))


def signed_by(source: Path, out: Path, who: Identity, chain: list[Identity] | None = None, **how: Any) -> Path:
    """pyHanko's signature, whatever the certificate says. `how`: field, digest, stamp, certify, permissions, lock."""
    store = SimpleCertificateStore()
    store.register_multiple([asn1.Certificate.load(one.der) for one in chain or []])
    der = who.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(asn1.Certificate.load(who.der), keys.PrivateKeyInfo.load(der), store)
    field = how.get("field", "S1")
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=how.get("digest", "sha256"),
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=how.get("certify", False),
        docmdp_permissions=how.get("permissions", fields.MDPPerm.FILL_FORMS),
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(source.read_bytes()), strict=False)
    if writer.prev.encrypted:
        writer.encrypt(b"")
    spec = None
    if "lock" in how:
        spec = fields.SigFieldSpec(field, field_mdp_spec=fields.FieldMDPSpec(how["lock"], how.get("locked", [])))
    target = io.BytesIO()
    signers.PdfSigner(meta, signer, timestamper=how.get("stamp"), new_field_spec=spec).sign_pdf(writer, output=target)
    out.write_bytes(target.getvalue())
    return out
