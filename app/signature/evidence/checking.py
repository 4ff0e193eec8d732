"""Verifies an evidence record: every stamp up to today, each good at the time that the next one proves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import cms

from app.signature.algorithms import digest_at
from app.signature.contexts import Knowledge
from app.signature.evidence.making import digest_of, older_digest, renewed_leaf
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
    return judge_record(
        record, lambda chain: file_leaf(record, digest_of(path, record.chains[chain].digest), chain), trust, now
    )


def check_stamps(record: EvidenceRecord, trust: Trust, *, now: datetime | None = None) -> EvidenceReport:
    """Judges the record by itself: whether its stamps prove the leaves that stand in it. Which files those are, `Group` tells."""
    return judge_record(record, lambda chain: record.chains[chain].stamps[0].tree[0][0], trust, now)


class Group:
    """The files that a group record proves (`make_group_records`): asked for one after the other."""

    def __init__(self, record: EvidenceRecord) -> None:
        self.members = set(record.chains[0].stamps[0].tree[0])
        self.digests = [chain.digest for chain in record.chains]
        self._later = [
            (chain.digest, older_digest(record, chain.digest, number), set(chain.stamps[0].tree[0]))
            for number, chain in enumerate(record.chains)
            if number
        ]

    def proves(self, digests: Mapping[str, bytes]) -> bool:
        """Whether the file with these digests (by algorithm: all of `self.digests`) stands in every tree of the record."""
        return digests[self.digests[0]] in self.members and all(
            hashlib.new(name, digests[name] + older).digest() in leaves for name, older, leaves in self._later
        )


def file_leaf(record: EvidenceRecord, file: bytes, chain: int) -> bytes:
    """What stands for a file in the tree of a chain; `file` is its digest in the chain's algorithm."""
    return renewed_leaf(record, file, record.chains[chain].digest, chain) if chain else file


def judge_record(record: EvidenceRecord, leaf: Callable[[int], bytes], trust: Trust, now: datetime | None) -> EvidenceReport:
    """`leaf` gives what the first tree of a chain has to hold."""
    moment = now or datetime.now(UTC)
    report = EvidenceReport("unknown")
    case = Situation(trust, Knowledge(), moment, None, moment)
    places = [(c, s) for c, chain in enumerate(record.chains) for s in range(len(chain.stamps))]
    for chain, number in reversed(places):
        try:
            imprint = wanted_imprint(record, leaf, chain, number)
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


def wanted_imprint(record: EvidenceRecord, first: Callable[[int], bytes], chain: int, number: int) -> bytes | None:
    """What the stamp must have been made over; None when its tree does not hold the thing."""
    digest = record.chains[chain].digest
    if number:
        part = EvidenceRecord(record.form, [type(c)(c.digest, list(c.stamps)) for c in record.chains[: chain + 1]])
        part.chains[chain].stamps = part.chains[chain].stamps[:number]
        leaf = hashlib.new(digest, part.renewed_thing()).digest()
    else:
        leaf = first(chain)
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
