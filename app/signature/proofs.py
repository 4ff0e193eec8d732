"""The proof that goes with a signature for long-term keeping (PAdES LT): the paths, and what authorities say about each certificate.

Gathered for a batch once and again when it gets old; every answer is judged (signature, freshness, the right certificate) before it
counts. A revoked certificate signs nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import asn1crypto.x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator import errors as path_errors

from app.errors import AppError
from app.i18n import _
from app.signature.contexts import Knowledge, validation_context
from app.signature.loops import run
from app.signature.online import Asker, Said, chain_to_anchor
from app.signature.trust import Trust, issued
from app.signature.words import clean

LIVES = timedelta(minutes=5)  # a batch shares the proof for so long


@dataclass(slots=True, frozen=True)
class Proof:
    """DER certificates of the path (signer first, anchor last), OCSP answers and CRLs, as asn1crypto objects."""

    certificates: tuple[Any, ...]
    ocsps: tuple[Any, ...]
    crls: tuple[Any, ...]
    gathered: datetime


class Evidence:
    """Gathers and judges. `asker` does the asking; `now` is for tests."""

    def __init__(self, trust: Trust, asker: Asker, now: datetime | None = None) -> None:
        self.trust = trust
        self._asker = asker
        self._now = now
        self._kept: dict[bytes, Proof] = {}
        self._lock = threading.Lock()

    def of(self, certificate: bytes, others: Sequence[Any] = ()) -> Proof:
        """The proof for a DER certificate; `others` are certificates that came with it.

        Raises `sign.untrusted`, `sign.revoked`, `sign.no_revocation`.
        """
        now = self._now or datetime.now(UTC)
        with self._lock:  # the files of a batch ask at the same time, the authority is asked once
            kept = self._kept.get(certificate)
            if kept is None or not kept.gathered <= now < kept.gathered + LIVES:
                kept = self._kept[certificate] = self._gather(certificate, others, now)
            return kept

    def _gather(self, certificate: bytes, others: Sequence[Any], now: datetime) -> Proof:
        parsed = asn1crypto.x509.Certificate.load(certificate)  # type: ignore[no-untyped-call]
        chain = chain_to_anchor(parsed, self.trust, others)
        if not chain:
            raise untrusted(parsed)
        known = Knowledge(certificates=list(others))
        for with_lists in (False, True):  # a poor OCSP answer is made up for by the list
            self._collect(chain, known, now, with_lists)
            fault = self._fault(parsed, known, now)
            if isinstance(fault, path_errors.RevokedError):
                raise revoked(parsed)
            if fault is None:
                return Proof(tuple(chain), tuple(known.ocsps), tuple(known.crls), now)
        raise no_revocation(parsed, repr(fault))

    def _collect(self, chain: Sequence[Any], known: Knowledge, now: datetime, with_lists: bool) -> None:
        for below, above in pairwise(chain):
            said = self._asker.ask(below, above, now, crl_too=with_lists)
            if not said and below is chain[0]:
                raise no_revocation(below, "no answer")
            add(known, said)
            for responder in responders(said):
                if issued(above, responder) and responder.ocsp_no_check_value is None:
                    add(known, self._asker.ask(responder, above, now, crl_only=True))

    def _fault(self, certificate: Any, known: Knowledge, now: datetime) -> Exception | None:
        """What keeps the path from being good now with revocation checked; None for nothing."""
        context = validation_context(self.trust, now, known=known, others=known.certificates, must_check=True)
        try:
            run(CertificateValidator(certificate, validation_context=context).async_validate_path())
        except path_errors.RevokedError as error:
            return error
        except Exception as error:  # noqa: BLE001 - whatever an answer breaks, it is no proof
            return error
        return None


def add(known: Knowledge, said: Said) -> None:
    for mine, found in ((known.ocsps, said.ocsps), (known.crls, said.crls)):
        there = {one.dump() for one in mine}
        mine += [one for one in found if one.dump() not in there]


def responders(said: Said) -> list[Any]:
    """The certificates that OCSP answers bring with them."""
    found = []
    for answer in said.ocsps:
        found += list(answer["response_bytes"]["response"].parsed["certs"] or ())
    return found


def name(certificate: Any) -> str:
    return clean(str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly))


def untrusted(certificate: Any) -> AppError:
    return AppError(
        "sign.untrusted",
        _(
            "The certificate of {name} does not lead to a trusted authority, so its signature can't be proven for the long term."
        ).format(name=name(certificate)),
        _("Add the authority's certificates to the trusted ones, or sign with level B or T."),
    )


def revoked(certificate: Any) -> AppError:
    return AppError(
        "sign.revoked",
        _("The authority says that the certificate of {name} was revoked.").format(name=name(certificate)),
        _("Don't sign with it. Ask the unit that issued it for a new one."),
    )


def no_revocation(certificate: Any, detail: str) -> AppError:
    return AppError(
        "sign.no_revocation",
        _("The authority gave no usable answer on whether the certificate of {name} was revoked.").format(
            name=name(certificate)
        ),
        _("Check the network and try again, or sign with level T and add the proof later."),
        detail=detail,
    )
