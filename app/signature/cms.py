"""The CMS SignedData that goes into a PDF signature: PAdES baseline B (ETSI EN 319 142-1, CAdES attributes of EN 319 122-1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import asn1crypto.x509

from app.signature.der import NULL, OCTETS, SEQUENCE, integer, oid, set_of, tlv

DATA = oid("1.2.840.113549.1.7.1")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")
CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = oid("1.2.840.113549.1.9.16.2.47")  # RFC 5035
ALGORITHM_PROTECTION = oid("1.2.840.113549.1.9.52")  # RFC 6211
TIME_STAMP_TOKEN = oid("1.2.840.113549.1.9.16.2.14")  # RFC 3161 appendix A

DIGEST_OIDS = {
    "sha256": oid("2.16.840.1.101.3.4.2.1"),
    "sha384": oid("2.16.840.1.101.3.4.2.2"),
    "sha512": oid("2.16.840.1.101.3.4.2.3"),
}
RSA_OIDS = {
    "sha256": oid("1.2.840.113549.1.1.11"),
    "sha384": oid("1.2.840.113549.1.1.12"),
    "sha512": oid("1.2.840.113549.1.1.13"),
}
EC_OIDS = {
    "sha256": oid("1.2.840.10045.4.3.2"),
    "sha384": oid("1.2.840.10045.4.3.3"),
    "sha512": oid("1.2.840.10045.4.3.4"),
}
PSS_OID = oid("1.2.840.113549.1.1.10")  # RFC 4055
MGF1_OID = oid("1.2.840.113549.1.1.8")
CMS_VERSION_1 = integer(1)
DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(slots=True, frozen=True)
class CmsTemplate:
    """All that stays the same between the signatures of one certificate. `digest`: "sha256", "sha384" or "sha512"."""

    digest: str
    digest_algorithm: bytes
    signature_algorithm: bytes
    signer_id: bytes
    certificates: bytes
    fixed_attributes: tuple[bytes, ...]
    longest_signature: int
    pss: bool = False

    @property
    def size(self) -> int:
        """The most bytes that `build` returns without a time stamp; known beforehand, no trial signature is needed."""
        dummy = self.build(bytes(64), lambda _data: bytes(self.longest_signature))
        return len(dummy) + 32

    @classmethod
    def of(cls, certificate: bytes, chain: Sequence[bytes], digest: str, pss: bool = False) -> CmsTemplate:
        """For a DER certificate; `chain` are the issuers' DER certificates to embed; `pss`: RSASSA-PSS for an RSA key."""
        cert = asn1crypto.x509.Certificate.load(certificate)  # type: ignore[no-untyped-call]
        digest_algorithm = tlv(SEQUENCE, DIGEST_OIDS[digest])
        longest = (cert.public_key.bit_size + 7) // 8
        if cert.public_key.algorithm == "ec":
            signature_algorithm = tlv(SEQUENCE, EC_OIDS[digest])
            longest, pss = 2 * longest + 16, False  # two numbers with their headers
        elif pss:
            signature_algorithm = pss_algorithm(digest)
        else:
            signature_algorithm = tlv(SEQUENCE, RSA_OIDS[digest], tlv(NULL))
        serial = cert["tbs_certificate"]["serial_number"].dump()
        issuer = cert.issuer.dump()
        # ESSCertIDv2: SHA-256 is the default and not written; issuerSerial as GeneralNames with one directoryName
        named = tlv(SEQUENCE, tlv(SEQUENCE, tlv(0xA4, issuer)), serial)
        certificate_id = tlv(SEQUENCE, tlv(OCTETS, hashlib.sha256(certificate).digest()), named)
        protection = tlv(SEQUENCE, digest_algorithm, b"\xa1" + signature_algorithm[1:])
        return cls(
            digest,
            digest_algorithm,
            signature_algorithm,
            tlv(SEQUENCE, issuer, serial),
            set_of(*{certificate, *chain}, tag=0xA0),
            (
                attribute(CONTENT_TYPE, DATA),
                attribute(SIGNING_CERTIFICATE_V2, tlv(SEQUENCE, tlv(SEQUENCE, certificate_id))),
                attribute(ALGORITHM_PROTECTION, protection),
            ),
            longest,
            pss,
        )

    def build(
        self,
        document_digest: bytes,
        sign: Callable[[bytes], bytes],
        timestamp: Callable[[bytes], bytes] | None = None,
    ) -> bytes:
        """The DER ContentInfo over a document's digest.

        `sign` gets the DER of the signed attributes, `timestamp` the signature value and returns a DER time-stamp token.
        """
        signed = set_of(*self.fixed_attributes, attribute(MESSAGE_DIGEST, tlv(OCTETS, document_digest)))
        signature = sign(signed)
        unsigned = b""
        if timestamp is not None:
            unsigned = tlv(0xA1, attribute(TIME_STAMP_TOKEN, timestamp(signature)))
        signer = tlv(
            SEQUENCE,
            CMS_VERSION_1,
            self.signer_id,
            self.digest_algorithm,
            b"\xa0" + signed[1:],  # [0] IMPLICIT: same content, other tag
            self.signature_algorithm,
            tlv(OCTETS, signature),
            unsigned,
        )
        content = tlv(
            SEQUENCE,
            CMS_VERSION_1,
            set_of(self.digest_algorithm),
            tlv(SEQUENCE, DATA),
            self.certificates,
            set_of(signer),
        )
        return tlv(SEQUENCE, SIGNED_DATA, tlv(0xA0, content))


def pss_algorithm(digest: str) -> bytes:
    """RSASSA-PSS with the same hash for content and mask, and a salt as long as the hash (RFC 4055 §3.1, EN 319 122-1)."""
    hashed = tlv(SEQUENCE, DIGEST_OIDS[digest], tlv(NULL))
    mask = tlv(SEQUENCE, MGF1_OID, hashed)
    parts = (tlv(0xA0, hashed), tlv(0xA1, mask), tlv(0xA2, integer(DIGEST_SIZES[digest])))
    return tlv(SEQUENCE, PSS_OID, tlv(SEQUENCE, *parts))


def attribute(kind: bytes, value: bytes) -> bytes:
    return tlv(SEQUENCE, kind, set_of(value))
