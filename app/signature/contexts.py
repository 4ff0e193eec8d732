"""How certificate paths are judged: our anchors only, nothing fetched, the law's algorithms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from pyhanko_certvalidator import ValidationContext

from app.signature.algorithms import DatedAlgorithms
from app.signature.trust import Trust


@dataclass(slots=True)
class Knowledge:
    """Certificates (asn1crypto), CRLs and OCSP answers found in a file or fetched on request."""

    certificates: list[Any] = field(default_factory=list)
    crls: list[Any] = field(default_factory=list)
    ocsps: list[Any] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.crls or self.ocsps)


@lru_cache(maxsize=8)
def sides(trust: Trust) -> tuple[list[Any], list[Any]]:
    """The roots and the helpers of a trust list; finding them anew for each signature would cost as much as judging it."""
    return trust.roots, trust.helpers


def validation_context(
    trust: Trust,
    moment: datetime,
    *,
    known: Knowledge | None = None,
    others: Iterable[Any] = (),
    must_check: bool = False,
) -> ValidationContext:
    """A context for one judgement at `moment`.

    It never fetches: a chain of AIA addresses in a foreign certificate would be a way out of the office's network (threat T15).
    Revocation is judged by what is `known`; `must_check` makes missing revocation information a failure.
    """
    known = known if known is not None else Knowledge()
    roots, helpers = sides(trust)
    return ValidationContext(
        trust_roots=roots,
        other_certs=[*helpers, *known.certificates, *others],
        crls=known.crls,
        ocsps=known.ocsps,
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
        algorithm_usage_policy=DatedAlgorithms(),
        revocation_mode="hard-fail" if must_check else "soft-fail",
    )
