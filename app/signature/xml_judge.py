"""Judges XML signatures: the shape first, then the mathematics (signxml), then the certificate as for PDFs."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asn1crypto.cms
import asn1crypto.x509
import signxml.exceptions
import signxml.xades
from pyhanko.sign.validation import generic_cms

from app.errors import AppError
from app.signature.contexts import Knowledge, validation_context
from app.signature.facts import SignatureReport, certificate_facts, people
from app.signature.judge import SIGNING, Situation, judge_claim, judge_path, judge_revocation, judge_token, stamp_facts
from app.signature.loops import run
from app.signature.purposes import made_for_signing
from app.signature.status import parsed
from app.signature.trust import Trust, load_trust
from app.signature.words import clean
from app.signature.xades import DS, ENVELOPED, EXCLUSIVE, PROPERTIES, XADES, canonical, home_of, read_xml

CANONICAL = {
    EXCLUSIVE,
    EXCLUSIVE + "WithComments",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
}
cert_: Any = asn1crypto.x509.Certificate
content_: Any = asn1crypto.cms.ContentInfo
validate_cert_usage: Any = generic_cms.validate_cert_usage
xades_: Any = signxml.xades
N = {"ds": DS, "x": XADES}


def verify_xml(path: Path, *, trust: Path | Trust | None = None, now: datetime | None = None) -> Any:
    """As `app.signature.verify.verify_pdf`, for an XML file."""
    from app.signature.verify import Verification, verdict_of

    anchors = trust if isinstance(trust, Trust) else load_trust(trust)
    try:
        root = read_xml(path)
    except AppError:
        return Verification(path, "unknown", reasons=["xml.refused"])
    found = list(root.iter(f"{{{DS}}}Signature"))
    if not found:
        return Verification(path, "unsigned", reasons=["unsigned"])
    moment = now or datetime.now(UTC)
    reports = [run(judge_xml(root, one, Situation(anchors, Knowledge(), moment, None, moment))) for one in found]
    return Verification(path, verdict_of(reports), reports)


def wrong_shape(root: Any, signature: Any) -> bool:
    """Whether the signature is not the one, in its one place, over the whole document: the shape that can't be wrapped."""
    if len(list(root.iter(f"{{{DS}}}Signature"))) != 1 or signature.getparent() not in (root, home_of(root)):
        return True
    ids = [value for element in root.iter() for name, value in element.attrib.items() if name.split("}")[-1].lower() == "id"]
    if len(ids) != len(set(ids)):
        return True
    references = signature.findall("ds:SignedInfo/ds:Reference", N)
    whole = [
        one for one in references if one.get("URI") in ("", "#" + (root.get("Id") or root.get("ID") or root.get("id") or "\0"))
    ]
    others = [one for one in references if one not in whole]
    properties = signature.findall("ds:Object/x:QualifyingProperties/x:SignedProperties", N)
    if len(whole) != 1 or len(properties) != 1 or len(others) != 1:
        return True
    if others[0].get("Type") != PROPERTIES or others[0].get("URI") != "#" + (properties[0].get("Id") or "\0"):
        return True
    steps = [one.get("Algorithm") for one in whole[0].findall("ds:Transforms/ds:Transform", N)]
    more = [one.get("Algorithm") for one in others[0].findall("ds:Transforms/ds:Transform", N)]
    return steps.count(ENVELOPED) != 1 or not set(steps) - {ENVELOPED} <= CANONICAL or not set(more) <= CANONICAL


def broken(root: Any) -> str:
    """The code of what is wrong with the shape, the digests or the value of the one signature; empty when it holds."""
    signature = next(root.iter(f"{{{DS}}}Signature"))
    if wrong_shape(root, signature):
        return "range.wrong"
    chain = certificates_of(signature)
    if not chain:
        return "cert.missing"
    cert = parsed(chain[0].dump())
    if cert is None:
        return "cert.missing"
    # anywhere: `wrong_shape` has made sure that it is the only one and stands in its place
    settings = xades_.XAdESSignatureConfiguration(
        expect_references=2, location=".//", verification_time=cert.not_valid_before_utc
    )
    try:
        results = xades_.XAdESVerifier().verify(root, x509_cert=cert, expect_config=settings, ignore_ambiguous_key_info=True)
    except signxml.exceptions.InvalidDigest:
        return "digest.mismatch"
    except signxml.exceptions.InvalidInput as error:
        return "crypto.weak" if "SHA1" in str(error) or "not allowed" in str(error) else "format.unsupported"
    except signxml.exceptions.InvalidSignature:
        return "signature.broken"
    seen = [one.signed_xml.tag for one in results if one.signed_xml is not None]
    return "" if root.tag in seen else "range.wrong"


def certificates_of(signature: Any) -> list[Any]:
    """The certificates in KeyInfo, the signer's first; none when they can't be read."""
    try:
        texts = [one.text or "" for one in signature.findall("ds:KeyInfo/ds:X509Data/ds:X509Certificate", N)]
        certificates = [cert_.load(base64.b64decode(text), strict=True) for text in texts[:20]]
        issuers = {certificate.issuer.dump() for certificate in certificates}
        return sorted(certificates, key=lambda one: one.subject.dump() in issuers)
    except (ValueError, TypeError):
        return []


async def judge_xml(root: Any, signature: Any, case: Situation) -> SignatureReport:
    """Never raises for what a file holds."""
    report = SignatureReport(clean(signature.get("Id") or ""), level="XAdES-B")
    try:
        fault = broken(root)
        report.add(*([fault] if fault else []))
        report.intact = not fault or fault == "crypto.weak"
        report.covers_whole_file = not wrong_shape(root, signature)
        report.changes_after = "none" if report.covers_whole_file else "suspicious"
        chain = certificates_of(signature)
        if chain:
            await judge_signer(report, signature, chain, case)
    except Exception:  # noqa: BLE001 - hostile XML breaks parsers in many ways
        report.intact = False
        report.add("check.failed")
    report.decide()
    return report


async def judge_signer(report: SignatureReport, signature: Any, chain: list[Any], case: Situation) -> None:
    certificate, others = chain[0], chain[1:]
    report.signer, report.issuer = people(certificate)
    claimed = signing_time(signature)
    report.signed_at, report.time_source = claimed, "signer" if claimed else "none"
    moment, stamped = case.now, False
    token = signature.find(".//x:UnsignedSignatureProperties/x:SignatureTimeStamp/x:EncapsulatedTimeStamp", N)
    if token is not None:
        moment, stamped = await stamp_time(report, signature, token, case)
    report.certificate = certificate_facts(certificate, report.signed_at or moment)
    report.algorithm = (signature.find("ds:SignedInfo/ds:SignatureMethod", N).get("Algorithm") or "").split("#")[-1]
    if not report.intact:
        return
    context = validation_context(case.trust, moment, others=others)
    paths = context.path_builder.async_build_paths_lazy(certificate)
    judged = await validate_cert_usage(certificate, context, key_usage_settings=SIGNING, paths=paths)
    found = {"trust_problem_indic": judged.error_subindic, "validation_path": judged.success_result or judged.error_path}
    judge_path(report, found, certificate, moment)
    report.add(*made_for_signing(certificate))
    judge_claim(report, certificate, claimed, case.now)
    judge_revocation(report, certificate, found, case, moment, stamped)


async def stamp_time(report: SignatureReport, signature: Any, token: Any, case: Situation) -> tuple[datetime, bool]:
    value = canonical(signature.find("ds:SignatureValue", N))
    signed = content_.load(base64.b64decode(token.text or ""))["content"]
    found, trusted = await judge_token(signed, lambda name: hashlib.new(name, value).digest(), case)
    if not (found["intact"] and found["valid"]):
        report.add("timestamp.broken")
    elif not trusted:
        report.add("timestamp.untrusted")
    else:
        report.signed_at, report.time_source, report.level = found["timestamp"], "timestamp", "XAdES-T"
        report.stamp = stamp_facts(found)
        return found["timestamp"], True
    return case.now, False


def signing_time(signature: Any) -> datetime | None:
    found = signature.findtext(".//x:SignedSignatureProperties/x:SigningTime", None, N)
    try:
        moment = datetime.fromisoformat(found) if found else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
