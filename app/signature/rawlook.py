"""A last look at a file that no parser can follow: its signed ranges are still bytes, and their digests can be compared.

So a cut or patched file is told apart from one that is only strange.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, BinaryIO

from asn1crypto import cms

from app.signature.facts import SignatureReport, people
from app.signature.tail import window

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
MOST = 20
LARGEST_VALUE = 1 << 20
cms_: Any = cms


def look_at_bytes(stream: BinaryIO) -> list[SignatureReport]:
    """One report for each signed range in the bytes; all are judged as belonging to a file that can't be read."""
    with window(stream) as data:
        return [
            judge(data, [int(n) for n in match.groups()]) for _n, match in zip(range(MOST), RANGE.finditer(data), strict=False)
        ]


def judge(data: Any, numbers: list[int]) -> SignatureReport:
    report = SignatureReport("", reasons=["read.failed"])
    start, before, resume, after = numbers
    if start != 0 or not before < resume <= resume + after or resume - before > LARGEST_VALUE:
        report.add("range.wrong")
    elif resume + after > len(data):
        report.add("digest.mismatch")
    else:
        compare(report, data, before, resume, after)
    report.decide()
    return report


def compare(report: SignatureReport, data: Any, before: int, resume: int, after: int) -> None:
    try:
        value = bytes.fromhex(data[before:resume].strip(b"<> \r\n\t").decode("ascii"))
        signed = cms_.ContentInfo.load(value)["content"]
        signer = signed["signer_infos"][0]
        told = next(one["values"][0].native for one in signer["signed_attrs"] if one["type"].native == "message_digest")
        digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native)
        report.signer, report.issuer = people(signed["certificates"][0].chosen)
    except Exception:  # noqa: BLE001 - hostile bytes break the parser in many ways
        report.add("signature.damaged")
        return
    digest.update(data[:before])
    digest.update(data[resume : resume + after])
    if digest.digest() != told:
        report.add("digest.mismatch")
    elif data[resume + after :].strip(b" \r\n\t\0"):
        report.add("changes.suspicious")
