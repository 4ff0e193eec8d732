"""Asks the authority whether a certificate was revoked; only when a person wants it, and only what is needed.

The addresses come from a foreign certificate: `app.signature.fetching` says which may be visited. And nothing is asked about a
certificate that no trusted authority issued: a stranger's certificate can't make this program call on anybody. Issuers'
certificates are never fetched.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from app.signature.answers import AnswerCache, usable_until
from app.signature.contexts import Knowledge
from app.signature.fetching import LARGEST, TIMEOUT, Fetcher
from app.signature.revocation import load
from app.signature.trust import Trust, issued, self_issued

__all__ = ["LARGEST", "TIMEOUT", "Asker", "Online", "Said", "chain_to_anchor", "crl_addresses", "ocsp_addresses"]

log = logging.getLogger(__name__)

MOST_ADDRESSES = 4  # of one certificate
LONGEST_CHAIN = 10


@dataclass(slots=True)
class Said:
    """What authorities said about one certificate, as asn1crypto objects, and when the newest of it was fetched."""

    ocsps: list[Any] = field(default_factory=list)
    crls: list[Any] = field(default_factory=list)
    fetched: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.ocsps or self.crls)


class Asker:
    """Asks about certificates: OCSP first, else the CRL; answers are kept for as long as they may be. Safe on any thread."""

    def __init__(self, fetcher: Fetcher, cache: AnswerCache | None = None) -> None:
        self._fetcher = fetcher
        self._cache = cache or AnswerCache()
        self._lock = threading.Lock()

    def ask(self, certificate: Any, issuer: Any, now: datetime, *, crl_too: bool = False, crl_only: bool = False) -> Said:
        """What there is about a certificate (asn1crypto) of this issuer; falsy when nobody answered. `crl_too`: the CRL besides OCSP."""
        said = Said()
        try:
            cert, above = (x509.load_der_x509_certificate(one.dump()) for one in (certificate, issuer))
            with self._lock:
                if not crl_only:
                    request = ocsp.OCSPRequestBuilder().add_certificate(cert, above, SHA1()).build()  # noqa: S303 - RFC 6960's usual identifier, no protection
                    self._each("ocsp", ocsp_addresses(cert), request.public_bytes(Encoding.DER), now, said)
                if crl_too or crl_only or not said:
                    self._each("crl", crl_addresses(cert), None, now, said)
        except (ValueError, TypeError) as error:
            log.warning("revocation addresses can't be read: %s", type(error).__name__)
        return said

    def _each(self, kind: str, addresses: Sequence[str], body: bytes | None, now: datetime, said: Said) -> None:
        """Adds the first usable answer of these addresses."""
        for url in addresses[:MOST_ADDRESSES]:
            key = f"{kind} {url} {body.hex() if body else ''}"
            kept = self._cache.get(key, now)
            data = kept.data if kept else self._fetcher.get(url, body)
            answer = load(kind, data)
            if answer is None or (kind == "ocsp" and answer["response_status"].native != "successful"):
                continue
            if kept is None:
                self._cache.put(key, data, now, usable_until(kind, answer, now))
            (said.ocsps if kind == "ocsp" else said.crls).append(answer)
            said.fetched = max(said.fetched or now, kept.fetched) if kept else now
            return


class Online:
    """Fetches OCSP answers and CRLs for a judgement, each once. `inside` allows addresses of the local network.

    `asked` says when the authority's answers were fetched: what a report calls "checked online at …".
    """

    def __init__(
        self,
        trust: Trust,
        *,
        inside: bool = False,
        timeout: float = TIMEOUT,
        hosts: Sequence[str] = (),
        cache: AnswerCache | None = None,
        now: datetime | None = None,
    ) -> None:
        self._trust = trust
        self._asker = Asker(Fetcher(inside=inside, timeout=timeout, hosts=hosts), cache)
        self._now = now
        self._answers: dict[bytes, Said] = {}

    def collect(self, certificate: Any, others: Iterable[Any], known: Knowledge) -> None:
        """Adds to `known` what the authority says about a certificate (asn1crypto)."""
        der = certificate.dump()
        if der in self._answers:
            return
        chain = chain_to_anchor(certificate, self._trust, tuple(others))
        now = self._now or datetime.now(UTC)
        said = self._asker.ask(certificate, chain[1], now) if len(chain) > 1 else Said()
        self._answers[der] = said
        known.ocsps += said.ocsps
        known.crls += said.crls

    def failed(self, certificate: Any) -> bool:
        """Whether the authority was asked and gave nothing usable."""
        return not self._answers.get(certificate.dump(), Said())

    @property
    def asked(self) -> datetime | None:
        return max((said.fetched for said in self._answers.values() if said.fetched), default=None)


def chain_to_anchor(certificate: Any, trust: Trust, others: Sequence[Any] = ()) -> list[Any]:
    """The certificate (asn1crypto) and its issuers up to a trusted one, signatures checked; empty when it leads to none.

    Only who issued whom is looked at; validity and revocation are judged elsewhere.
    """
    chain = [certificate]
    while len(chain) <= LONGEST_CHAIN:
        top = chain[-1]
        if any(top == root for root in trust.anchors) and (self_issued(top) or trust.ends(top)):
            return chain
        found = next((c for c in (*trust.anchors, *others) if c not in chain and issued(c, top) and vouches(c, top)), None)
        if found is None:
            return []
        chain.append(found)
    return []


def vouches(authority: Any, certificate: Any) -> bool:
    """Whether the authority's key made the certificate's signature."""
    try:
        above, below = (x509.load_der_x509_certificate(one.dump()) for one in (authority, certificate))
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return bool(authority.ca)


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
