"""The validation report of ETSI TS 119 102-2 (V1.2.1): for machines and for courts, with the proofs it rests on inside."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from lxml import etree as lxml_etree

from app.signature.reasons import sentence

VR = "http://uri.etsi.org/19102/v1.2.1#"
TSL = "http://uri.etsi.org/02231/v2#"  # trusted lists, TS 119 612
DS = "http://www.w3.org/2000/09/xmldsig#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
MAIN = {
    "valid": "urn:etsi:019102:mainindication:total-passed",
    "invalid": "urn:etsi:019102:mainindication:total-failed",
    "unknown": "urn:etsi:019102:mainindication:indeterminate",
}
KINDS = {
    "certificates": "urn:etsi:019102:validationObject:certificate",
    "crls": "urn:etsi:019102:validationObject:CRL",
    "ocsps": "urn:etsi:019102:validationObject:OCSPResponse",
}
etree: Any = lxml_etree


def report_xml(report: dict[str, Any], *, sha256: str, checked_at: datetime) -> bytes:
    """The XML of what `Verification.to_json` (with its "evidence", if it was asked for) says about the file with that SHA-256 (hex)."""
    root = etree.Element(f"{{{VR}}}ValidationReport", nsmap={"vr": VR, "ds": DS, "tsl": TSL})
    for signature in report["signatures"] or [nothing(report)]:
        add_signature(root, signature, sha256, checked_at)
    add_objects(root, report.get("evidence") or {}, [one.get("certificate") or {} for one in report["signatures"]])
    validator = child(root, "SignatureValidator")
    child(child(validator, "DigitalId"), "X509SubjectName", "CN=Văn Khố", TSL)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def nothing(report: dict[str, Any]) -> dict[str, Any]:
    """For a file whose signatures can't be told: the file's own verdict."""
    return {"verdict": "unknown", "subIndication": "SIGNED_DATA_NOT_FOUND", "reasons": report["reasons"]}


def add_signature(root: Any, signature: dict[str, Any], sha256: str, checked_at: datetime) -> None:
    entry = child(root, "SignatureValidationReport")
    identifier = child(entry, "SignatureIdentifier")
    add_digest(identifier, sha256)
    child(identifier, "HashOnly", "false")
    child(identifier, "DocHashOnly", "false")
    if signature.get("field"):
        child(identifier, "DAIdentifier", signature["field"])
    times = child(entry, "ValidationTimeInfo")
    child(times, "ValidationTime", stamp(checked_at))
    proven = signature.get("timeSource") == "timestamp" and signature.get("signedAt")
    best = child(times, "BestSignatureTime")  # without a time stamp the signature is proven to exist since it was looked at
    child(best, "POETime", signature["signedAt"] if proven else stamp(checked_at))
    child(best, "TypeOfProof", "urn:etsi:019102:poetype:validation")
    document = child(entry, "SignersDocument")
    add_digest(document, sha256)
    if signature.get("signedAt"):
        claimed = child(child(entry, "SignatureAttributes"), "SigningTime")
        child(claimed, "Time", signature["signedAt"])
    certificate = signature.get("certificate") or {}
    if certificate:
        signer = child(entry, "SignerInformation")
        child(signer, "SignerCertificate").set("VOReference", identifier_of("certificates", certificate["sha256"]))
        child(signer, "Signer", certificate["subject"])
    add_status(entry, signature)


def add_status(entry: Any, signature: dict[str, Any]) -> None:
    status = child(entry, "SignatureValidationStatus")
    child(status, "MainIndication", MAIN[signature["verdict"]])
    if signature["subIndication"]:
        child(status, "SubIndication", "urn:etsi:019102:subindication:" + signature["subIndication"])
    if not signature["reasons"]:
        return
    data = child(child(status, "AssociatedValidationReportData"), "AdditionalValidationReportData")
    for code in signature["reasons"]:
        row = child(data, "ReportData")
        child(row, "Type", "urn:vankho:reason:" + code)
        child(row, "Value", sentence(code))


def add_objects(root: Any, evidence: dict[str, list[str]], certificates: list[dict[str, Any]]) -> None:
    """What the verdicts rest on; of signers' certificates that are not among it, the digests."""
    rows = {
        identifier_of(kind, hashlib.sha256(base64.b64decode(data)).hexdigest()): (kind, data)
        for kind in KINDS
        for data in evidence.get(kind, [])
    }
    told = {identifier_of("certificates", one["sha256"]): one["sha256"] for one in certificates if one}
    if not rows and not told:
        return
    objects = child(root, "SignatureValidationObjects")
    for identifier, (kind, data) in rows.items():
        child(add_object(objects, identifier, kind), "base64", data)
    for identifier, sha256 in told.items():
        if identifier not in rows:
            add_digest(add_object(objects, identifier, "certificates"), sha256)


def add_object(objects: Any, identifier: str, kind: str) -> Any:
    entry = child(objects, "ValidationObject")
    entry.set("id", identifier)
    child(entry, "ObjectType", KINDS[kind])
    return child(entry, "ValidationObjectRepresentation")


def identifier_of(kind: str, sha256: str) -> str:
    return f"{kind}-{sha256[:16]}"


def add_digest(parent: Any, sha256: str) -> None:
    digest = child(parent, "DigestAlgAndValue")
    child(digest, "DigestMethod", space=DS).set("Algorithm", SHA256)
    child(digest, "DigestValue", base64.b64encode(bytes.fromhex(sha256)).decode(), DS)


def child(parent: Any, name: str, text: str | None = None, space: str = VR) -> Any:
    made = etree.SubElement(parent, f"{{{space}}}{name}")
    made.text = text
    return made


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
