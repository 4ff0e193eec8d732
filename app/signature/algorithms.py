"""Which algorithms count as safe, and until when: a signature proven to be older than an algorithm's end was safe when it was made.

Thông tư 15/2025/TT-BKHCN, appendix I: RSA from 2048 bits, ECDSA from 256 bits, SHA-2 and SHA-3. The ends follow NIST SP 800-131A
rev. 1 (RSA-1024 after 2013) and the first SHA-1 collision (February 2017).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos
from pyhanko.sign.validation import utils as cms_utils
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint

ENDED: dict[str, datetime | None] = {
    "md2": None,
    "md5": None,
    "sha1": datetime(2017, 1, 1, tzinfo=UTC),
}  # None: never safe enough for us
SHORT_KEYS_ENDED = datetime(2014, 1, 1, tzinfo=UTC)
LEAST_BITS = {"rsa": 2048, "dsa": 2048, "ec": 256}
LEAST_EVER = {"rsa": 1024, "dsa": 1024, "ec": 224}
algos_: Any = algos
CMSAlgorithmUsagePolicy: Any = cms_utils.CMSAlgorithmUsagePolicy


class DatedAlgorithms(CMSAlgorithmUsagePolicy):  # type: ignore[misc]
    """pyHanko's question "may this be used at that moment?", answered with dates."""

    def digest_algorithm_allowed(self, algo: Any, moment: datetime | None) -> AlgorithmUsageConstraint:
        return digest_at(str(algo["algorithm"].native), moment)

    def signature_algorithm_allowed(self, algo: Any, moment: datetime | None, public_key: Any) -> AlgorithmUsageConstraint:
        short = key_at(public_key, moment)
        if not short.allowed:
            return short
        try:
            digest = algo.hash_algo
        except (ValueError, KeyError):
            return AlgorithmUsageConstraint(True)  # such as Ed25519, whose hash is part of it
        return digest_at(str(digest), moment) if digest is not None else AlgorithmUsageConstraint(True)


def digest_at(name: str, moment: datetime | None) -> AlgorithmUsageConstraint:
    if name not in ENDED:
        return AlgorithmUsageConstraint(True)
    return before(ENDED[name], moment, f"{name} is no longer safe")


def key_at(public_key: Any, moment: datetime | None) -> AlgorithmUsageConstraint:
    kind = str(getattr(public_key, "algorithm", "")).split("_")[0].removesuffix("ssa")
    kind = "rsa" if kind.startswith("rsa") else kind
    if public_key is None or kind not in LEAST_BITS:
        return AlgorithmUsageConstraint(True)
    bits = int(public_key.bit_size)
    if bits >= LEAST_BITS[kind]:
        return AlgorithmUsageConstraint(True)
    return before(SHORT_KEYS_ENDED if bits >= LEAST_EVER[kind] else None, moment, f"{kind} with {bits} bits is too short")


def before(end: datetime | None, moment: datetime | None, words: str) -> AlgorithmUsageConstraint:
    allowed = end is not None and moment is not None and moment < end
    return AlgorithmUsageConstraint(allowed, not_allowed_after=end, failure_reason="" if allowed else words)


def is_dated(signer_info: Any, certificate: Any) -> bool:
    """Whether a signature uses something that is no longer safe today, whatever its time."""
    now = datetime.now(UTC)
    names = [str(signer_info["digest_algorithm"]["algorithm"].native)]
    try:
        names.append(str(signer_info["signature_algorithm"].hash_algo))
    except (ValueError, KeyError):
        names.append("")
    weak = any(not digest_at(name, now).allowed for name in names)
    return weak or not key_at(certificate.public_key, now).allowed
