"""Verifies an evidence record: every stamp up to today, each good at the time that the next one proves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms

from app.signature.algorithms import digest_at
from app.signature.contexts import Knowledge
from app.signature.evidence.making import digest_of, renewed_leaf
from app.signature.evidence.record import EvidenceRecord
from app.signature.evidence.tree import root_of
from app.signature.facts import people
from app.signature.judge import Situation, judge_token
from app.signature.loops import run
from app.signature.reasons import Weight, weight
from app.signature.trust import Trust

cms_: Any = cms


@dataclass(slots=True)
class EvidenceReport:
    """`verdict`: valid, invalid, unknown. `proven_at` is the oldest time stamp: the file existed then. `renew_before` is when the newest
    one stops being provable."""

    verdict: str
    proven_at: datetime | None = None
    renew_before: datetime | None = None
    stamps: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "verdict": self.verdict,
            "provenAt": self.proven_at.isoformat() if self.proven_at else None,
            "renewBefore": self.renew_before.isoformat() if self.renew_before else None,
            "stamps": self.stamps,
            "reasons": self.reasons,
        }


def check_record(record: EvidenceRecord, path: Path, trust: Trust, *, now: datetime | None = None) -> EvidenceReport:
    """Judges the record for the file. Never raises for what a record holds."""
    moment = now or datetime.now(UTC)
    report = EvidenceReport("unknown")
    case = Situation(trust, Knowledge(), moment, None, moment)
    places = [(c, s) for c, chain in enumerate(record.chains) for s in range(len(chain.stamps))]
    for chain, number in reversed(places):
        try:
            imprint = wanted_imprint(record, path, chain, number)
            reasons = run(
                judge_stamp(record.chains[chain].stamps[number].token, imprint, record.chains[chain].digest, case, report)
            )
        except Exception:  # noqa: BLE001 - hostile tokens break parsers in many ways
            reasons = ["check.failed"]
        report.reasons += [code for code in reasons if code not in report.reasons]
        if reasons:
            break
    worst = max(map(weight, report.reasons), default=Weight.NOTE)
    report.verdict = {Weight.NOTE: "valid", Weight.DOUBT: "unknown", Weight.FAULT: "invalid"}[worst]
    if report.verdict == "valid" and report.stamps:
        report.stamps.reverse()
        report.proven_at = datetime.fromisoformat(report.stamps[0]["time"])
        report.renew_before = datetime.fromisoformat(report.stamps[-1]["notAfter"])
    return report


def wanted_imprint(record: EvidenceRecord, path: Path, chain: int, number: int) -> bytes | None:
    """What the stamp must have been made over; None when its tree does not hold the thing."""
    digest = record.chains[chain].digest
    if number:
        part = EvidenceRecord(record.form, [type(c)(c.digest, list(c.stamps)) for c in record.chains[: chain + 1]])
        part.chains[chain].stamps = part.chains[chain].stamps[:number]
        leaf = hashlib.new(digest, part.renewed_thing()).digest()
    elif chain:
        leaf = renewed_leaf(record, path, digest, chain)
    else:
        leaf = digest_of(path, digest)
    return root_of(leaf, record.chains[chain].stamps[number].tree, digest)


async def judge_stamp(token: bytes, imprint: bytes | None, digest: str, case: Situation, report: EvidenceReport) -> list[str]:
    """Codes of what is wrong; moves the proven time back when nothing is."""
    signed = cms_.ContentInfo.load(token, strict=True)["content"]
    info = signed["encap_content_info"]["content"].parsed
    told = info["message_imprint"]
    if imprint is None or told["hash_algorithm"]["algorithm"].native != digest or told["hashed_message"].native != imprint:
        return ["evidence.other_file"]
    found, trusted = await judge_token(signed, lambda _name: imprint, case)
    if not (found["intact"] and found["valid"]):
        return ["timestamp.broken"]
    if not digest_at(digest, case.proven).allowed:
        return ["crypto.weak"]
    if not trusted:
        return ["evidence.untrusted"]
    if found["timestamp"] > case.proven:
        return ["evidence.order"]
    authority = found["signing_cert"]
    report.stamps.append(
        {
            "time": found["timestamp"].isoformat(),
            "authority": people(authority)[0],
            "notAfter": authority.not_valid_after.isoformat(),
            "digest": digest,
        }
    )
    case.proven, case.stamped = found["timestamp"], True
    return []
