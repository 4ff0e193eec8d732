"""A signer without a token, for the demonstration and for tests: the key lies in a PKCS#12 file and proves nothing.

Every identity made here says so in its name, and its root is in no trust list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from app.signature.certificates import read_certificate
from app.signature.private import create_private
from app.signature.signer import Signer
from app.signature.token_errors import token_error

TEST_NAME = "Văn Khố – chứng thư thử nghiệm"
TEST_ROOT_NAME = "Văn Khố – gốc thử nghiệm"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(slots=True, frozen=True)
class TestIdentity:
    """Where `make_test_identity` put its files: a signer's PKCS#12 and the root to verify with (`--trust` its folder)."""

    __test__ = False  # no test class, whatever pytest thinks of the name

    pkcs12: Path
    root: Path
    trust: Path  # the folder that holds only the root


class SoftwareSigner(Signer):
    """Signs with a key in memory. `certificate.subject` tells that it is a test."""

    def __init__(self, pkcs12_file: Path, password: bytes | None = None, *, now: datetime | None = None) -> None:
        try:
            key, cert, _chain = pkcs12.load_key_and_certificates(pkcs12_file.read_bytes(), password)
        except (OSError, ValueError) as error:
            raise token_error("token.test_identity", detail=type(error).__name__) from error
        if cert is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise token_error("token.test_identity", detail="no key")
        self._key = key
        der = cert.public_bytes(serialization.Encoding.DER)
        self.certificate = read_certificate(der, now=now or datetime.now(UTC), label="PKCS#12", has_key=True)

    def sign(self, tbs: bytes, digest_algorithm: str, *, pss: bool = False) -> bytes:
        digest = HASHES[digest_algorithm]
        if isinstance(self._key, rsa.RSAPrivateKey):
            filling = padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH) if pss else padding.PKCS1v15()
            return self._key.sign(tbs, filling, digest)
        return self._key.sign(tbs, ec.ECDSA(digest))


def make_test_identity(
    folder: Path, *, organisation: str = "Cơ quan thử nghiệm", now: datetime | None = None, days: int = 365
) -> TestIdentity:
    """Makes a test root CA and a signer under it (RSA-2048, no password, readable by the owner only) in `folder`."""
    start = (now or datetime.now(UTC)) - timedelta(minutes=5)
    root_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_name, name = (
        x509.Name([
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ])
        for common in (TEST_ROOT_NAME, TEST_NAME)
    )  # fmt: skip
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, start, days, authority=True)
    leaf = _certificate(name, root_name, key.public_key(), root_key, start, days, authority=False)
    trust = folder / "trust"
    trust.mkdir(parents=True, exist_ok=True)
    made = TestIdentity(folder / "test-signer.p12", trust / "test-root.crt", trust)
    made.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    data = pkcs12.serialize_key_and_certificates(b"vankho-test", key, leaf, [root], serialization.NoEncryption())
    made.pkcs12.unlink(missing_ok=True)
    with create_private(made.pkcs12) as file:
        file.write(data)
    return made


def _certificate(
    name: x509.Name,
    issuer: x509.Name,
    public: rsa.RSAPublicKey,
    issuer_key: rsa.RSAPrivateKey,
    start: datetime,
    days: int,
    *,
    authority: bool,
) -> x509.Certificate:
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    usage |= {"digital_signature": not authority, "content_commitment": not authority}
    usage |= {"key_cert_sign": authority, "crl_sign": authority}
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder(issuer, name, public, x509.random_serial_number(), start, start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(issued_by, critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())
