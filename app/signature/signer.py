"""Whatever can sign: a certificate and its key, wherever that lives."""

from __future__ import annotations

from typing import Protocol

from app.signature.certificates import CertInfo


class Signer(Protocol):
    """A token's certificate, or a software key for tests and the demonstration."""

    certificate: CertInfo

    def sign(self, tbs: bytes, digest_algorithm: str, *, pss: bool = False) -> bytes:
        """The raw signature over `tbs`: PKCS#1 v1.5 (or PSS) for RSA, the DER sequence (r, s) for EC."""
        ...
