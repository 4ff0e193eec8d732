"""Asks the authority whether a certificate was revoked; only when a person wants it, and only what is needed.

The addresses come from a foreign certificate, so: http and https only, no addresses inside the office's network, no redirects,
small answers, short waits (threat T15). Issuers' certificates are never fetched.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from app.signature.contexts import Knowledge
from app.signature.revocation import load
from app.signature.trust import Trust, issued

log = logging.getLogger(__name__)

LARGEST = 20 << 20  # bytes; the state's CRLs have some MB
TIMEOUT = 10.0  # seconds for one answer
MOST_ADDRESSES = 4  # of one certificate


class Online:
    """Fetches OCSP answers and CRLs, each address once. `inside` allows addresses of the local network."""

    def __init__(self, trust: Trust, *, inside: bool = False, timeout: float = TIMEOUT) -> None:
        self._trust = trust
        self._inside = inside
        self._timeout = timeout
        self._answers: dict[bytes, bool] = {}

    def collect(self, certificate: Any, others: Iterable[Any], known: Knowledge) -> None:
        """Adds to `known` what the authority says about a certificate (asn1crypto)."""
        der = certificate.dump()
        if der in self._answers:
            return
        issuer = next((c for c in (*self._trust.anchors, *others) if issued(c, certificate)), None)
        try:
            self._answers[der] = self._ask(x509.load_der_x509_certificate(der), issuer, known)
        except (ValueError, TypeError) as error:
            log.warning("revocation addresses can't be read: %s", type(error).__name__)
            self._answers[der] = False

    def failed(self, certificate: Any) -> bool:
        """Whether the authority was asked and gave nothing usable."""
        return not self._answers.get(certificate.dump(), False)

    def _ask(self, cert: x509.Certificate, issuer: Any, known: Knowledge) -> bool:
        if issuer is not None:
            above = x509.load_der_x509_certificate(issuer.dump())
            request = ocsp.OCSPRequestBuilder().add_certificate(cert, above, SHA1()).build()  # noqa: S303 - RFC 6960's usual identifier, no protection
            for url in ocsp_addresses(cert)[:MOST_ADDRESSES]:
                answer = load("ocsp", self._fetch(url, request.public_bytes(Encoding.DER)))
                if answer is not None and answer["response_status"].native == "successful":
                    known.ocsps.append(answer)
                    return True
        for url in crl_addresses(cert)[:MOST_ADDRESSES]:
            crl = load("crl", self._fetch(url, None))
            if crl is not None:
                known.crls.append(crl)
                return True
        return False

    def _fetch(self, url: str, body: bytes | None) -> bytes:
        """The answer's bytes; empty when there is none worth having."""
        if not self._may_visit(url):
            return b""
        import niquests  # slow to load, and most never ask

        deadline = time.monotonic() + self._timeout
        data = b""
        headers = {"Content-Type": "application/ocsp-request"} if body is not None else {}
        method = "POST" if body is not None else "GET"
        try:
            with niquests.Session() as session:
                answer = session.request(
                    method, url, data=body, headers=headers, timeout=self._timeout, stream=True, allow_redirects=False
                )
                if answer.status_code != 200:
                    return b""
                for chunk in answer.iter_content(65536):
                    data += chunk
                    if len(data) > LARGEST or time.monotonic() > deadline:
                        return b""
        except (niquests.RequestException, OSError) as error:
            log.warning("no answer about revocation from %s: %s", urlsplit(url).hostname, type(error).__name__)
            return b""
        return data

    def _may_visit(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                return False
            found = socket.getaddrinfo(parts.hostname, parts.port or 80, type=socket.SOCK_STREAM)
        except (OSError, ValueError):
            return False
        return self._inside or all(ipaddress.ip_address(row[4][0]).is_global for row in found)


def ocsp_addresses(cert: x509.Certificate) -> list[str]:
    try:
        access = cert.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    kind = x509.oid.AuthorityInformationAccessOID.OCSP
    return [d.access_location.value for d in access if d.access_method == kind and is_address(d.access_location)]


def crl_addresses(cert: x509.Certificate) -> list[str]:
    try:
        points = cert.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [name.value for point in points for name in point.full_name or () if is_address(name)]


def is_address(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.UniformResourceIdentifier)
