"""Verifies the signatures of a PDF. Offline by default; nothing that a file can hold makes it fail or fetch."""

from __future__ import annotations

import base64
import io
import mmap
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from app.errors import AppError
from app.i18n import _
from app.signature.asked import Asker
from app.signature.facts import SignatureReport
from app.signature.judge import Situation, judge_signature
from app.signature.loops import run
from app.signature.online import Online
from app.signature.rawlook import look_at_bytes
from app.signature.reading import MOST_SIGNATURES, enumerate_sig_fields, read_signatures, taken_out
from app.signature.reasons import Weight, sentence, weight
from app.signature.revocation import knowledge_in
from app.signature.switches import switches
from app.signature.trust import Trust, load_trust
from app.signature.words import clean

LARGEST_PIECE = 8 << 20  # bytes of one certificate or list that is kept as evidence


@dataclass(slots=True)
class Verification:
    """The verdict on a file: valid (all signatures are), invalid (one is), unknown, or unsigned.

    `reasons` are about the file as a whole; each signature has its own. Codes: `app.signature.reasons`.
    """

    file: Path
    verdict: str
    signatures: list[SignatureReport] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    evidence: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """As `vankho verify` prints it; times are ISO 8601."""
        return {
            "file": str(self.file),
            "verdict": self.verdict,
            "reasons": self.reasons,
            "signatures": [one.to_json() for one in self.signatures],
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Verification:
        """What `to_json` made: the sandbox's answer."""
        signatures = [SignatureReport.from_json(one) for one in row["signatures"]]
        return cls(Path(row["file"]), row["verdict"], signatures, list(row["reasons"]))

    def sentences(self) -> list[str]:
        """All reasons in the person's language, each once."""
        codes = [*self.reasons, *(code for s in self.signatures for code in s.reasons)]
        return [sentence(code) for code in dict.fromkeys(codes)]


def verify_pdf(
    path: Path,
    *,
    trust: Path | Trust | None = None,
    online: bool | Asker = False,
    now: datetime | None = None,
    draw: bool = True,
) -> Verification:
    """Judges every signature in the file.

    `trust` is a folder of further CA certificates (or a loaded Trust); `online` asks the authorities about revocation.
    Notes that were added with the signer's leave are looked at as they are drawn; without `draw`, for a process that must not draw
    foreign pages, the verdict on them is unknown.

    Raises only `verify.unreadable`, when the file can't be opened. For foreign files call it through
    `Sandbox.call("app.signature.tasks:verify", path=…)`.
    """
    anchors = trust if isinstance(trust, Trust) else load_trust(trust)
    asked = Online(anchors) if online is True else online or None
    try:
        with path.open("rb") as file:
            return judge_file(path, file, anchors, asked, now or datetime.now(UTC), draw)
    except OSError as error:
        raise AppError(
            "verify.unreadable",
            _("The file {name} can't be read.").format(name=path.name),
            _("Check that it still exists and may be opened."),
            detail=repr(error),
        ) from error


def verify_any(
    path: Path, *, trust: Path | Trust | None = None, online: bool | Asker = False, now: datetime | None = None
) -> Verification:
    """`verify_pdf`, or `app.signature.xml_judge.verify_xml` for a file that ends in .xml or .edxml."""
    if path.suffix.lower() in (".xml", ".edxml"):
        from app.signature.xml_judge import verify_xml

        found: Verification = verify_xml(path, trust=trust, now=now)
        return found
    return verify_pdf(path, trust=trust, online=online, now=now)


def judge_file(path: Path, file: BinaryIO, trust: Trust, online: Asker | None, now: datetime, draw: bool) -> Verification:
    marks = count_marks(file)
    file.seek(0)
    if b"%PDF-" not in file.read(1024):
        return Verification(path, "unknown", reasons=["pdf.not_pdf"])
    signatures, broken, reasons, reader = read_signatures(file)
    if reader is None and marks and reasons == ["read.failed"]:
        reports = look_at_bytes(file)
        return Verification(path, verdict_of(reports) if reports else "unknown", reports, reasons)
    if not signatures and not broken:
        return Verification(path, *without_signature(reader, marks, reasons))
    case = Situation(trust, knowledge_in(reader), now, online, now, draw=draw)
    reports = run(judge_all(signatures, case))
    tell_doubled(reports, reader)
    reports += [damaged(name) for name in broken]
    if marks > len(reports) and taken_out(reader):
        reasons = [*reasons, "signature.orphan"]
    if draw:
        reasons = [*reasons, *switches(path)]
    verdict = verdict_of(reports)
    if verdict == "valid" and any(weight(code) is Weight.DOUBT for code in reasons):
        verdict = "unknown"
    return Verification(path, verdict, reports, reasons, evidence_of(signatures, case))


def evidence_of(signatures: list[Any], case: Situation) -> dict[str, list[str]]:
    """What the judgement rests on, as base64 of DER, each once: certificates (with their issuers), CRLs, OCSP answers."""
    certificates: dict[bytes, None] = {}
    for one in signatures:
        try:
            for certificate in (one.signer_cert, *one.other_embedded_certs):
                chain: list[Any] = [certificate, *case.trust.chain_for(certificate)]
                certificates |= dict.fromkeys(link.dump() for link in chain)
        except Exception:  # noqa: BLE001, S112 - a damaged signature has none
            continue
    certificates |= dict.fromkeys(certificate.dump() for certificate in case.known.certificates)
    lists, answers = ([piece.dump() for piece in pieces] for pieces in (case.known.crls, case.known.ocsps))
    found = {"certificates": list(certificates), "crls": lists, "ocsps": answers}
    return {
        kind: [base64.b64encode(der).decode() for der in dict.fromkeys(ders) if len(der) <= LARGEST_PIECE]
        for kind, ders in found.items()
    }


def count_marks(file: BinaryIO) -> int:
    """How many signed ranges lie in the file's bytes, reachable or not; they are never compressed."""
    try:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found, at = 0, data.find(b"/ByteRange")
            while at >= 0 and found < MOST_SIGNATURES:
                found, at = found + 1, data.find(b"/ByteRange", at + 1)
            return found
    except (ValueError, io.UnsupportedOperation):  # an empty file
        return 0


def without_signature(reader: Any, marks: int, reasons: list[str]) -> tuple[str, list[SignatureReport], list[str]]:
    """Verdict, no signatures, reasons. A signature that lies in the file but can't be reached is no "unsigned"."""
    if reader is None:
        return "unknown", [], reasons
    try:
        marks -= 1 if "/UR3" in (reader.root.get("/Perms") or {}) else 0  # usage rights of Adobe Reader: nobody's signature
    except Exception:  # noqa: BLE001 - then the mark counts
        marks += 0
    if marks > 0:
        return "unknown", [], ["signature.orphan"]
    return "unsigned", [], ["unsigned"]


async def judge_all(signatures: list[Any], case: Situation) -> list[SignatureReport]:
    """Newest first, because time stamps prove what lies before them; returned oldest first."""
    return [await judge_signature(one, case) for one in reversed(signatures)][::-1]


def tell_doubled(reports: list[SignatureReport], reader: Any) -> None:
    """Two fields of one full name are one field with two values (ISO 32000-1, 12.7.3.2): each program takes another one."""
    try:
        fields = {(clean(str(name)), repr(reference)) for name, _value, reference in enumerate_sig_fields(reader)}
        names = Counter(name for name, _reference in fields)
    except Exception:  # noqa: BLE001 - the filled ones could be read; what else the form holds breaks the parser
        names = Counter(report.field for report in reports)
    for report in reports:
        if names[report.field] > 1:
            report.add("field.doubled")
            report.decide()


def damaged(name: str) -> SignatureReport:
    report = SignatureReport(name, reasons=["signature.damaged"])
    report.decide()
    return report


def verdict_of(reports: list[SignatureReport]) -> str:
    verdicts = {report.verdict for report in reports}
    if "invalid" in verdicts:
        return "invalid"
    return "valid" if verdicts == {"valid"} else "unknown"
