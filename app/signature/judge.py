"""Judges one signature: is it whole, who signed, when, and was the certificate good then?

Times are proven backwards. A trusted document time stamp at the end proves that everything before it existed then; each earlier
piece is judged at the earliest time that is proven for it, else now. Between programs that pass an expired certificate because
a later time stamp "helps" and those that fail old records, this is the rule of ETSI EN 319 102-1, made simple.

pyHanko builds and checks the paths; what authorities say about revocation is weighed here alone (`app.signature.status`), because an
answer that was fresh when it was put into the file is old for ever after, and no less true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import MultivaluedAttributeError, NonexistentAttributeError, check_ess_certid
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.errors import CMSAlgorithmProtectionError
from pyhanko_certvalidator.errors import InvalidCertificateError

from app.signature.algorithms import digest_at, is_dated
from app.signature.asked import Asker
from app.signature.ber import definite
from app.signature.changes import Coverage, look_at_coverage
from app.signature.contexts import Knowledge, sides, validation_context
from app.signature.embedded import KNOWN, OF_DIGEST, PKCS1, STAMP
from app.signature.facts import SignatureReport, algorithm_words, certificate_facts, people, utc
from app.signature.purposes import ForSigning, for_others, made_for_signing
from app.signature.revocation import add_inside
from app.signature.signer_certificate import with_signer
from app.signature.status import CLOCKS_DIFFER, status_of
from app.signature.trust import Trust
from app.signature.words import clean

WRONG_ATTRIBUTES = (NonexistentAttributeError, MultivaluedAttributeError)
MOST_TOKENS = 20  # time stamps of one signature
CERTIFICATE_NAMES = ("signing_certificate", "signing_certificate_v2")
SIGNING = ForSigning(key_usage={"digital_signature", "non_repudiation"})
cms_basic_validation: Any = generic_cms.cms_basic_validation
validate_tst: Any = generic_cms.validate_tst_signed_data
extract_tokens: Any = generic_cms.extract_tst_data_iter
content_info: Any = cms.ContentInfo
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
}
PERMITS = {MDPPerm.NO_CHANGES: "nothing", MDPPerm.FILL_FORMS: "forms", MDPPerm.ANNOTATE: "notes"}


@dataclass(slots=True)
class Situation:
    """What is the same for all signatures of a file. `proven` moves back as time stamps prove earlier times."""

    trust: Trust
    known: Knowledge
    now: datetime
    online: Asker | None
    proven: datetime
    stamped: bool = False  # `proven` comes from a time stamp, not from the clock
    draw: bool = True  # pages may be drawn to see what notes do to them


async def judge_signature(signature: Any, case: Situation) -> SignatureReport:
    """The report of one embedded signature; never raises for what a file holds."""
    report = SignatureReport(clean(str(signature.field_name)))
    try:
        tell_coverage(report, look_at_coverage(signature, draw=case.draw))
        report.permits = PERMITS.get(signature.docmdp_level, "") or ("locked" if signature.fieldmdp is not None else "")
    except Exception:  # noqa: BLE001 - a file that can't be followed to its end is suspicious, whatever broke
        report.add("read.failed")
    try:
        if signature.subfilter == STAMP:
            await judge_document_stamp(signature, report, case)
        elif signature.subfilter in KNOWN:
            await judge_signer(signature, report, case)
        else:
            report.add("format.unsupported")
    except Exception as error:  # noqa: BLE001 - hostile CMS breaks parsers in many ways
        report.add(what_failed(signature, error))
    if signature.several:
        report.add("signature.several")
    if signature.reader.unclear or signature.reader.odd:
        report.add("read.lenient")
    report.decide()
    return report


def what_failed(signature: Any, error: Exception) -> str:
    if signature.subfilter != PKCS1 and not is_readable(signature.pkcs7_content):
        return "signature.damaged"
    if not signature.signed_data["certificates"]:
        return "cert.missing"
    told = getattr(error, "ades_subindication", None)
    if told is AdESIndeterminate.NO_SIGNING_CERTIFICATE_FOUND:
        return "cert.mismatch"
    if told is AdESFailure.FORMAT_FAILURE or isinstance(error.__context__, WRONG_ATTRIBUTES):
        return "signature.damaged"
    return "signature.broken" if isinstance(error.__context__, CMSAlgorithmProtectionError) else "check.failed"


def is_readable(data: bytes) -> bool:
    """Whether the CMS can be read to its last value. One that can't is no question of trust: the signature does not conform to its
    format (ETSI EN 319 102-1, 5.2.2: FORMAT_FAILURE, which is TOTAL-FAILED)."""
    try:
        content = content_info.load(definite(data))
        return bool(content.native)
    except Exception:  # noqa: BLE001 - whatever breaks it, it can't be read
        return False


def tell_coverage(report: SignatureReport, coverage: Coverage) -> None:
    report.covers_whole_file = coverage.whole_file
    report.changes_after = coverage.changes
    report.covered, report.revision = coverage.length, coverage.revision
    report.add(*coverage.reasons)


async def judge_signer(signature: Any, report: SignatureReport, case: Situation) -> None:
    signature.signed_data = with_signer(signature.signed_data, case.known.certificates)
    certificate = signature.signer_cert
    report.signer, report.issuer = people(certificate)
    report.algorithm = algorithm_words(signature.signer_info, certificate)
    claimed = utc(signature.self_reported_timestamp)
    report.signed_at, report.time_source = claimed, "signer" if claimed else "none"
    moment, stamped = await time_of(signature, report, case)
    report.certificate = certificate_facts(certificate, report.signed_at or moment)
    others = signature.other_embedded_certs
    add_inside(case.known, signature.signed_data, signature.signer_info)
    if case.online is not None:
        case.online.collect(certificate, others, case.known)
    context = validation_context(case.trust, moment, others=[*case.known.certificates, *others])
    digest = signature.signed_digest()
    found = await cms_basic_validation(
        signature.signed_data,
        raw_digest=digest or b"",
        validation_context=context,
        key_usage_settings=SIGNING,
    )
    report.intact = bool(digest and found["intact"] and found["valid"])
    if not names_only(certificate, signature.signer_info):
        report.add("cert.mismatch")
    if not digest or not found["intact"]:
        report.add("digest.mismatch")
    elif not found["valid"]:
        report.add("signature.broken")
    if report.intact:
        judge_path(report, found, certificate, moment)
        if signature.subfilter == OF_DIGEST and not digest_at("sha1", moment).allowed:
            report.add("crypto.weak")
        report.add(*made_for_signing(certificate))
        if any(for_others(link) for link in found["validation_path"] or () if link is not None and link.ca):
            report.add("cert.chain")
        judge_claim(report, certificate, claimed, case.now)
        judge_revocation(report, certificate, found, case, moment, stamped)
        if stamped and is_dated(signature.signer_info, certificate):
            report.add("crypto.dated")
    report.level = level_of(signature, report, case)


def names_only(certificate: Any, signer_info: Any) -> bool:
    """Whether every attribute that names the signer's certificate names this one: pyHanko looks at the newer kind alone."""
    told = [one["values"] for one in signer_info["signed_attrs"] or () if one["type"].native in CERTIFICATE_NAMES]
    return all(check_ess_certid(certificate, value["certs"][0]) for values in told for value in values)


def judge_path(report: SignatureReport, found: dict[str, Any], certificate: Any, moment: datetime) -> None:
    """Trust and validity, with our own look at every date: pyHanko 0.38 lets an expired certificate pass in places."""
    problem, path = found["trust_problem_indic"], found["validation_path"]
    early = (
        "cert.not_yet_valid" if moment < certificate.not_valid_before else "cert.chain"
    )  # an authority's may be a renewed one
    if problem is not None:
        code = PROBLEMS.get(problem) or chain_fault(certificate)
        report.add(early if code == "cert.not_yet_valid" else code)
    elif path is None:
        report.add("cert.untrusted")
    chain = [certificate, *(link for link in path or () if link is not None)]
    if any(moment > link.not_valid_after for link in chain):
        report.add("cert.expired")
    if any(moment < link.not_valid_before for link in chain):
        report.add(early)


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


def judge_revocation(
    report: SignatureReport, certificate: Any, found: dict[str, Any], case: Situation, moment: datetime, stamped: bool
) -> None:
    """The signer's certificate and every one above it but the anchor (RFC 5280, 6.3)."""
    chain = [link for link in found["validation_path"] or () if link is not None]
    signed_at = report.signed_at or moment
    candidates = [*chain, *case.trust.anchors]
    status = status_of(certificate, candidates, case.known, signed_at, case.now)
    report.revocation = status.to_json()
    if status.since is not None:
        if status.since <= signed_at or (stamped and status.since <= moment):
            report.add("cert.revoked")
        else:
            report.add("cert.revoked_after" if stamped else "cert.revoked_later")
    elif case.online is not None and case.online.failed(certificate):
        report.add("revocation.unknown")
    elif status.word == "unknown":
        report.add("revocation.unknown" if status.source else "revocation.unchecked")
    for link in chain:
        if link.dump() == certificate.dump() or link in sides(case.trust)[0]:
            continue
        since = status_of(link, candidates, case.known, signed_at).since
        if since is not None and (since <= signed_at or (stamped and since <= moment)):
            report.add("cert.chain_revoked")
        elif since is not None and not stamped:
            report.add("cert.chain_revoked_later")


async def time_of(signature: Any, report: SignatureReport, case: Situation) -> tuple[datetime, bool]:
    """The moment to judge the signer at, and whether a trusted time stamp proves it."""
    trusted = [found for token in tokens_of(signature, report) if (found := await proof_of(token, signature, report, case))]
    if not trusted:
        return case.proven, case.stamped
    first = min(trusted, key=lambda found: found["timestamp"])
    report.signed_at, report.time_source = utc(first["timestamp"]), "timestamp"
    report.stamp = stamp_facts(first)
    return first["timestamp"], True


async def proof_of(token: Any, signature: Any, report: SignatureReport, case: Situation) -> dict[str, Any] | None:
    """What a token proves; None for nothing, and then the report says why."""
    try:
        found, trusted = await judge_token(token, imprint_checker(signature.signer_info), case)
    except Exception:  # noqa: BLE001 - a stamp lies outside of what is signed: a broken one proves nothing, and breaks nothing
        report.add("timestamp.unreadable")
        return None
    if not (found["intact"] and found["valid"]):
        report.add("timestamp.broken")
    elif not trusted:
        report.add("timestamp.untrusted")
    elif not out_of_order(report, found["timestamp"], case):
        return found
    return None


def tokens_of(signature: Any, report: SignatureReport) -> list[Any]:
    try:
        return list(extract_tokens(signature.signer_info, signed=False))[:MOST_TOKENS]
    except Exception:  # noqa: BLE001 - as above
        report.add("timestamp.unreadable")
        return []


def out_of_order(report: SignatureReport, told: datetime, case: Situation) -> bool:
    """Whether a trusted time stamp tells a time that can't be: one to come, or one after a later time stamp over it."""
    if told > case.now + CLOCKS_DIFFER:
        report.add("timestamp.future")
    elif case.stamped and told > case.proven + CLOCKS_DIFFER:
        report.add("timestamp.order")
    else:
        return False
    return True


async def judge_token(token: Any, digest: Any, case: Situation, others: Any = ()) -> tuple[dict[str, Any], bool]:
    """pyHanko's findings on a time-stamp token, and whether it is to be believed at the time that is proven for it."""
    context = validation_context(case.trust, case.proven, others=[*case.known.certificates, *others])
    token = with_signer(token, [*case.known.certificates, *others])
    found = await validate_tst(token, context, digest)
    if found["trust_problem_indic"] is not None or found["validation_path"] is None:
        return found, False
    chain = certificates(found)
    if not all(c.not_valid_before <= case.proven <= c.not_valid_after for c in chain):
        return found, False
    candidates = [*chain, *case.trust.anchors]
    told = [status_of(c, candidates, case.known, found["timestamp"]).since for c in chain if c not in sides(case.trust)[0]]
    return found, not any(since is not None and since <= case.proven for since in told)


def certificates(found: dict[str, Any]) -> list[Any]:
    return [found["signing_cert"], *(link for link in found["validation_path"] or () if link is not None)]


def stamp_facts(found: dict[str, Any]) -> dict[str, Any]:
    authority = found["signing_cert"]
    return {
        "authority": people(authority)[0],
        "time": found["timestamp"].isoformat(),
        "notAfter": authority.not_valid_after.isoformat(),
    }


async def judge_document_stamp(signature: Any, report: SignatureReport, case: Situation) -> None:
    signature.signed_data = with_signer(signature.signed_data, case.known.certificates)
    report.level, report.time_source = "TIMESTAMP", "timestamp"
    report.signer, report.issuer = people(signature.signer_cert)
    report.algorithm = algorithm_words(signature.signer_info, signature.signer_cert)
    found, trusted = await judge_token(signature.signed_data, signature.compute_digest, case, signature.other_embedded_certs)
    report.signed_at = utc(found["timestamp"])
    report.certificate = certificate_facts(signature.signer_cert, found["timestamp"])
    report.stamp = stamp_facts(found)
    report.intact = bool(found["intact"] and found["valid"])
    if not found["intact"]:
        report.add("digest.mismatch")
    elif not found["valid"]:
        report.add("signature.broken")
    else:
        judge_path(report, found, signature.signer_cert, case.proven)
        if trusted:
            out_of_order(report, found["timestamp"], case)
        elif not any(code.startswith(("cert.", "crypto.")) for code in report.reasons):
            report.add("cert.revoked_later")
    report.decide()
    if report.verdict == "valid":
        case.proven, case.stamped = found["timestamp"], True


def level_of(signature: Any, report: SignatureReport, case: Situation) -> str:
    if signature.subfilter != "ETSI.CAdES.detached":
        return "CMS"
    if report.time_source != "timestamp":
        return "B"
    if not case.known:
        return "T"
    return "LTA" if case.stamped else "LT"
