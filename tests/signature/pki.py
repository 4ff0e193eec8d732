"""A small PKI made on the spot: root → issuing CA → signers and a time-stamp service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp as ocsp_
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


@dataclass(slots=True)
class Identity:
    name: str
    key: Key
    cert: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.cert.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.cert.public_bytes(Encoding.PEM)

    @property
    def key_der(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(slots=True)
class Pki:
    root: Identity
    issuing: Identity
    rsa: Identity
    ec: Identity
    expired: Identity
    tsa: Identity
    trust: Path  # the root alone
    chain: Path  # root and issuing CA


def make_pki(folder: Path) -> Pki:
    now = datetime.now(UTC).replace(microsecond=0)
    ca = ("key_cert_sign", "crl_sign")
    signing = ("digital_signature", "content_commitment")
    root = issue("Gốc thử nghiệm", rsa_key(2048), None, ca, now, 3650, authority=True)
    issuing = issue("CA thử nghiệm", rsa_key(2048), root, ca, now, 1800, authority=True)
    signer = issue("Nguyễn Thị Hương Giang", rsa_key(3072), issuing, signing, now, 365)
    curve = issue("UBND huyện Đắk Song", ec.generate_private_key(ec.SECP256R1()), issuing, signing, now, 365)
    expired = issue("Trần Văn Cũ", rsa_key(2048), issuing, signing, now - timedelta(days=700), 365)
    stamps = issue("Dấu thời gian", rsa_key(2048), issuing, ("digital_signature",), now, 365, stamping=True)
    made = Pki(root, issuing, signer, curve, expired, stamps, folder / "trust", folder / "chain")
    for place, certs in ((made.trust, (root,)), (made.chain, (root, issuing))):
        place.mkdir(parents=True)
        for number, identity in enumerate(certs):
            (place / f"ca{number}.crt").write_bytes(identity.pem)
    return made


def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def issue(
    name: str,
    key: Key,
    issuer: Identity | None,
    usages: tuple[str, ...],
    start: datetime,
    days: int,
    *,
    authority: bool = False,
    stamping: bool = False,
    crl: str = "",
    ocsp: str = "",
) -> Identity:
    subject = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ủy ban nhân dân huyện Đắk Song"),
        x509.NameAttribute(NameOID.COMMON_NAME, name),
    ])  # fmt: skip
    above = issuer.cert.subject if issuer else subject
    above_key = issuer.key if issuer else key
    begin = start - timedelta(hours=1)
    builder = (
        x509.CertificateBuilder(
            above, subject, key.public_key(), x509.random_serial_number(), begin, start + timedelta(days=days)
        )
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{name: name in usages for name in USAGES}), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()), critical=False)
    )
    if stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if crl:
        place = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([place]), critical=False)
    if ocsp:
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp))
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return Identity(name, key, builder.sign(above_key, hashes.SHA256()))


def revocation_list(issuer: Identity, revoked: dict[int, datetime]) -> bytes:
    """The DER of a CRL: serial numbers with the time of their revocation."""
    now = datetime.now(UTC).replace(microsecond=0)
    builder = x509.CertificateRevocationListBuilder(issuer.cert.subject, now - timedelta(hours=1), now + timedelta(days=7))
    for serial, moment in revoked.items():
        builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder(serial, moment).build())
    key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = builder.add_extension(key_id, critical=False).add_extension(x509.CRLNumber(1), critical=False)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def ocsp_answer(issuer: Identity, cert: x509.Certificate, revoked: datetime | None) -> bytes:
    """The DER of an OCSP answer given by the issuer itself."""
    now = datetime.now(UTC).replace(microsecond=0)
    status = ocsp_.OCSPCertStatus.REVOKED if revoked else ocsp_.OCSPCertStatus.GOOD
    builder = ocsp_.OCSPResponseBuilder().add_response(
        cert=cert,
        issuer=issuer.cert,
        algorithm=hashes.SHA1(),  # noqa: S303 - the usual identifier of RFC 6960
        cert_status=status,
        this_update=now - timedelta(minutes=5),
        next_update=now + timedelta(days=1),
        revocation_time=revoked,
        revocation_reason=None,
    )
    signed = builder.responder_id(ocsp_.OCSPResponderEncoding.HASH, issuer.cert).sign(issuer.key, hashes.SHA256())
    return signed.public_bytes(Encoding.DER)
