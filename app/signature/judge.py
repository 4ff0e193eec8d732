"""Judges one signature: is it whole, who signed, when, and was the certificate good then?

Times are proven backwards. A trusted document time stamp at the end proves that everything before it existed then; each earlier
piece is judged at the earliest time that is proven for it, else now. Between programs that pass an expired certificate because
a later time stamp "helps" and those that fail old records, this is the rule of ETSI EN 319 102-1, made simple.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from datetime import UTC, datetime, timedelta
from typing import Any

from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.errors import InvalidCertificateError

from app.signature.changes import Coverage, look_at_coverage
from app.signature.contexts import Knowledge, validation_context
from app.signature.online import Online
from app.signature.reasons import Weight, weight
from app.signature.revocation import add_archival, revoked_on
from app.signature.trust import Trust
from app.signature.words import clean

SUBFILTERS = {"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"}
CLOCKS_DIFFER = timedelta(minutes=10)
SIGNING = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
cms_basic_validation: Any = generic_cms.cms_basic_validation
validate_tst: Any = generic_cms.validate_tst_signed_data
extract_tokens: Any = generic_cms.extract_tst_data_iter
imprint_checker: Any = generic_cms.message_imprint_checker

PROBLEMS = {
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: "cert.untrusted",
    AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND: "cert.missing",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "cert.expired",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "cert.expired",
    AdESIndeterminate.EXPIRED: "cert.expired",
    AdESIndeterminate.NOT_YET_VALID: "cert.not_yet_valid",
    AdESFailure.NOT_YET_VALID: "cert.not_yet_valid",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: "crypto.weak",
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: "crypto.weak",
    AdESIndeterminate.TRY_LATER: "revocation.unknown",
}
REVOKED = {AdESFailure.REVOKED, AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE}


@dataclass(slots=True)
class SignatureReport:
    """One signature. `changes_after`: none | allowed | suspicious; `time_source`: timestamp | signer | none;
    `level`: B, T, LT, LTA, CMS (older PDF signature) or TIMESTAMP (a document time stamp)."""

    field: str
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    time_source: str = "none"
    level: str = "CMS"
    verdict: str = "unknown"
    intact: bool = False
    covers_whole_file: bool = False
    changes_after: str = "suspicious"
    reasons: list[str] = made(default_factory=list)

    def add(self, *codes: str) -> None:
        self.reasons += [code for code in codes if code not in self.reasons]

    def decide(self) -> None:
        """The verdict from the reasons; valid only what is whole beyond doubt."""
        worst = max(map(weight, self.reasons), default=Weight.NOTE)
        sound = self.intact and self.changes_after in ("none", "allowed")
        if worst is Weight.FAULT:
            self.verdict = "invalid"
        else:
            self.verdict = "valid" if worst is Weight.NOTE and sound else "unknown"


@dataclass(slots=True)
class Situation:
    """What is the same for all signatures of a file. `proven` moves back as time stamps prove earlier times."""

    trust: Trust
    known: Knowledge
    now: datetime
    online: Online | None
    proven: datetime
    stamped: bool = False  # `proven` comes from a time stamp, not from the clock


async def judge_signature(signature: Any, case: Situation) -> SignatureReport:
    """The report of one embedded signature; never raises for what a file holds."""
    report = SignatureReport(clean(str(signature.field_name)))
    try:
        coverage = look_at_coverage(signature)
        tell_coverage(report, coverage)
    except Exception:  # noqa: BLE001 - a file that can't be followed to its end is suspicious, whatever broke
        report.add("read.failed")
    try:
        if signature.sig_object_type == "/DocTimeStamp":
            await judge_document_stamp(signature, report, case)
        elif str(signature.sig_object.get("/SubFilter")) in SUBFILTERS:
            await judge_signer(signature, report, case)
        else:
            report.add("format.unsupported")
    except Exception:  # noqa: BLE001 - hostile CMS breaks parsers in many ways
        report.add("signature.damaged")
    if not signature.reader.strict:
        report.add("read.lenient")
    report.decide()
    return report


def tell_coverage(report: SignatureReport, coverage: Coverage) -> None:
    report.covers_whole_file = coverage.whole_file
    report.changes_after = coverage.changes
    report.add(*coverage.reasons)


async def judge_signer(signature: Any, report: SignatureReport, case: Situation) -> None:
    certificate = signature.signer_cert
    report.signer, report.issuer = people(certificate)
    claimed = utc(signature.self_reported_timestamp)
    report.signed_at, report.time_source = claimed, "signer" if claimed else "none"
    moment, stamped = await time_of(signature, report, case)
    report.level = level_of(signature, case, stamped="timestamp" in report.time_source)
    others = signature.other_embedded_certs
    add_archival(case.known, signature.signer_info)
    if case.online is not None:
        case.online.collect(certificate, others, case.known)
    context = validation_context(case.trust, moment, known=case.known, others=others)
    found = await cms_basic_validation(
        signature.signed_data,
        raw_digest=signature.compute_digest(),
        validation_context=context,
        key_usage_settings=SIGNING,
    )
    report.intact = bool(found["intact"] and found["valid"])
    if not found["intact"]:
        report.add("digest.mismatch")
    elif not found["valid"]:
        report.add("signature.broken")
    if report.intact:
        judge_path(report, found, certificate, moment)
        judge_claim(report, certificate, claimed, case.now)
        judge_revocation(report, certificate, case, moment, stamped)


def judge_path(report: SignatureReport, found: dict[str, Any], certificate: Any, moment: datetime) -> None:
    """Trust and validity, with our own look at every date: pyHanko 0.38 lets an expired certificate pass in places."""
    problem, path = found["trust_problem_indic"], found["validation_path"]
    if problem is not None and problem not in REVOKED:
        report.add(PROBLEMS.get(problem) or chain_fault(certificate))
    elif problem is None and path is None:
        report.add("cert.untrusted")
    chain = [certificate, *(link for link in path or () if link is not None)]
    if any(moment > link.not_valid_after for link in chain):
        report.add("cert.expired")
    if any(moment < link.not_valid_before for link in chain):
        report.add("cert.not_yet_valid")


def chain_fault(certificate: Any) -> str:
    """What a path that was refused for other reasons than dates, trust or algorithms suffers from."""
    if certificate.subject == certificate.issuer:
        return "cert.untrusted"  # made by the signer: nobody vouches for it
    try:
        SIGNING.validate(certificate)
    except InvalidCertificateError:
        return "cert.key_usage"
    return "cert.chain"


def judge_claim(report: SignatureReport, certificate: Any, claimed: datetime | None, now: datetime) -> None:
    """The signer's own clock: what it says against the signer counts."""
    if claimed is None:
        return
    if claimed > now + CLOCKS_DIFFER:
        report.add("time.future")
    if claimed > certificate.not_valid_after:
        report.add("cert.expired_at_signing")
    if claimed < certificate.not_valid_before - CLOCKS_DIFFER:
        report.add("cert.not_yet_valid")
    if report.time_source == "signer":
        report.add("time.claimed")


def judge_revocation(report: SignatureReport, certificate: Any, case: Situation, moment: datetime, stamped: bool) -> None:
    date = revoked_on(certificate, case.known)
    if date is not None:
        before = report.signed_at is not None and date <= report.signed_at
        if before or (stamped and date <= moment):
            report.add("cert.revoked")
        else:
            report.add("cert.revoked_after" if stamped else "cert.revoked_later")
    elif case.online is not None and case.online.failed(certificate):
        report.add("revocation.unknown")
    elif not case.known:
        report.add("revocation.unchecked")


async def time_of(signature: Any, report: SignatureReport, case: Situation) -> tuple[datetime, bool]:
    """The moment to judge the signer at, and whether a trusted time stamp proves it."""
    for token in extract_tokens(signature.signer_info, signed=False):
        context = validation_context(case.trust, case.proven, known=case.known)
        found = await validate_tst(token, context, imprint_checker(signature.signer_info))
        if not (found["intact"] and found["valid"]):
            report.add("timestamp.broken")
        elif found["trust_problem_indic"] is not None or found["validation_path"] is None:
            report.add("timestamp.untrusted")
        elif all(c.not_valid_before <= case.proven <= c.not_valid_after for c in certificates(found)):
            report.signed_at, report.time_source = utc(found["timestamp"]), "timestamp"
            return found["timestamp"], True
        else:
            report.add("timestamp.untrusted")
    return case.proven, case.stamped


def certificates(found: dict[str, Any]) -> list[Any]:
    return [found["signing_cert"], *(link for link in found["validation_path"] or () if link is not None)]


async def judge_document_stamp(signature: Any, report: SignatureReport, case: Situation) -> None:
    report.level, report.time_source = "TIMESTAMP", "timestamp"
    report.signer, report.issuer = people(signature.signer_cert)
    context = validation_context(case.trust, case.proven, known=case.known, others=signature.other_embedded_certs)
    found = await validate_tst(signature.signed_data, context, signature.compute_digest)
    report.signed_at = utc(found["timestamp"])
    report.intact = bool(found["intact"] and found["valid"])
    if not found["intact"]:
        report.add("digest.mismatch")
    elif not found["valid"]:
        report.add("signature.broken")
    else:
        judge_path(report, found, signature.signer_cert, case.proven)
    report.decide()
    if report.verdict == "valid":
        case.proven, case.stamped = found["timestamp"], True


def level_of(signature: Any, case: Situation, *, stamped: bool) -> str:
    if str(signature.sig_object.get("/SubFilter")) != "/ETSI.CAdES.detached":
        return "CMS"
    if not stamped:
        return "B"
    if not case.known:
        return "T"
    return "LTA" if case.stamped else "LT"


def people(certificate: Any) -> tuple[str, str]:
    """Names of the signer and the issuer, safe to show."""
    names = []
    for name in (certificate.subject, certificate.issuer):
        native = name.native
        found = native.get("common_name") or native.get("organization_name") or name.human_friendly
        names.append(clean(str(found[-1] if isinstance(found, list) else found)))
    return names[0], names[1]


def utc(moment: datetime | None) -> datetime | None:
    """A time without zone counts as UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
