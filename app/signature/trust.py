"""Which certification authorities are believed: those shipped in `resources/trust` and those the office adds."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import asn1crypto.pem
import asn1crypto.x509

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).resolve().parent.parent.parent / "resources" / "trust"
SUFFIXES = {".crt", ".cer", ".pem", ".der"}
WEAK = {"md5", "sha1"}
LARGEST = 1 << 20  # bytes of one file of certificates


@dataclass(slots=True, frozen=True)
class Trust:
    """CA certificates that are believed because they were put there by hand."""

    anchors: tuple[asn1crypto.x509.Certificate, ...]
    version: str = ""  # of the list that the central server gave: "7 (2026-11-27)"; empty for the shipped ones alone

    @property
    def roots(self) -> list[asn1crypto.x509.Certificate]:
        """Where a path may end: the self-signed ones, and those that can't be followed further up (no issuer here, or SHA-1).

        An issuing CA below a root is no end of a path: its revocation lists could not be checked then.
        """
        return [cert for cert in self.anchors if self.ends(cert)]

    @property
    def helpers(self) -> list[asn1crypto.x509.Certificate]:
        """The others: they only help to build paths."""
        return [cert for cert in self.anchors if not self.ends(cert)]

    def ends(self, cert: asn1crypto.x509.Certificate) -> bool:
        """Whether a path may end at this anchor."""
        return self_issued(cert) or cert.hash_algo in WEAK or not any(issued(a, cert) for a in self.anchors)

    def chain_for(self, certificate: asn1crypto.x509.Certificate) -> list[asn1crypto.x509.Certificate]:
        """The issuers found here, nearest first: by name and key identifier, without checking signatures."""
        chain: list[asn1crypto.x509.Certificate] = []
        current = certificate
        while not self_issued(current):
            found = next((a for a in self.anchors if a not in chain and issued(a, current)), None)
            if found is None:
                break
            chain.append(found)
            current = found
        return chain


def self_issued(cert: asn1crypto.x509.Certificate) -> bool:
    return bool(cert.subject == cert.issuer)


def issued(authority: asn1crypto.x509.Certificate, cert: asn1crypto.x509.Certificate) -> bool:
    if authority.subject != cert.issuer:
        return False
    wanted, has = cert.authority_key_identifier, authority.key_identifier
    return wanted is None or has is None or wanted == has


def load_trust(extra: Path | None = None) -> Trust:
    """The shipped anchors and those in the folder (or file) `extra`; what is no CA certificate there is passed over."""
    found = list(_shipped())
    if extra is not None:
        found += [cert for cert in read_folder(extra) if cert not in found]
    return Trust(tuple(found))


@lru_cache(maxsize=1)
def _shipped() -> tuple[asn1crypto.x509.Certificate, ...]:
    return tuple(read_folder(SHIPPED))


def read_folder(folder: Path) -> list[asn1crypto.x509.Certificate]:
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*")) if folder.is_dir() else []
    return [cert for path in paths if path.suffix.lower() in SUFFIXES for cert in read_file(path)]


def read_file(path: Path) -> list[asn1crypto.x509.Certificate]:
    """The CA certificates of one PEM or DER file; none when it is broken."""
    try:
        if path.stat().st_size > LARGEST:
            return []
        return read_bytes(path.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        log.warning("%s holds no certificates: %s", path.name, type(error).__name__)
        return []


def read_bytes(data: bytes) -> list[asn1crypto.x509.Certificate]:
    """The CA certificates of some PEM or DER bytes. Raises ValueError or TypeError for broken ones."""
    if asn1crypto.pem.detect(data):  # type: ignore[no-untyped-call]
        blocks = asn1crypto.pem.unarmor(data, multiple=True)  # type: ignore[no-untyped-call]
        ders = [der for kind, _headers, der in blocks if kind == "CERTIFICATE"]
    else:
        ders = [data]
    load = asn1crypto.x509.Certificate.load
    certs = [load(der, strict=True) for der in ders]  # type: ignore[no-untyped-call]
    return [cert for cert in certs if cert.ca]
