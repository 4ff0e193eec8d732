"""What a file (or the authority, when asked) says about revoked certificates."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from pyhanko.sign.validation import dss as pdf_dss

from app.signature.contexts import Knowledge

DocumentSecurityStore: Any = pdf_dss.DocumentSecurityStore
LIMIT = 200  # pieces taken from one file


def knowledge_in(reader: Any) -> Knowledge:
    """Certificates, CRLs and OCSP answers of the document security store (PAdES LT); broken pieces are passed over."""
    known = Knowledge()
    try:
        store = DocumentSecurityStore.read_dss(reader)
        known.certificates = list(store.load_certs())[:LIMIT]
    except Exception:  # noqa: BLE001 - none, or damaged: then nothing is known
        return known
    for references, name, found in ((store.crls, "crl", known.crls), (store.ocsps, "ocsp", known.ocsps)):
        for reference in references[:LIMIT]:
            piece = load(name, reference.get_object().data)
            if piece is not None:
                found.append(piece)
    return known


def add_archival(known: Knowledge, signer_info: Any) -> None:
    """Adds what Adobe programs put into the signature itself (adbe-revocationInfoArchival)."""
    for attribute in signer_info["signed_attrs"]:
        if attribute["type"].native == "adobe_revocation_info_archival":
            for value in attribute["values"]:
                known.crls += list(value["crl"] or ())[:LIMIT]
                known.ocsps += list(value["ocsp"] or ())[:LIMIT]


def load(kind: str, data: bytes) -> Any:
    """A CRL (DER, or PEM as the national root publishes it) or an OCSP answer; None when it can't be read."""
    import asn1crypto.crl
    import asn1crypto.ocsp
    import asn1crypto.pem

    try:
        if kind == "crl":
            if asn1crypto.pem.detect(data):  # type: ignore[no-untyped-call]
                data = asn1crypto.pem.unarmor(data)[2]  # type: ignore[no-untyped-call]
            return asn1crypto.crl.CertificateList.load(data, strict=True)  # type: ignore[no-untyped-call]
        return asn1crypto.ocsp.OCSPResponse.load(data, strict=True)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        return None


def revoked_on(certificate: Any, known: Knowledge) -> datetime | None:
    """When the certificate (asn1crypto) was revoked according to what is known; None if nothing says so.

    The signatures of these lists are not checked here: a false entry can only take trust away, never give it.
    """
    found = []
    for crl in known.crls:
        found += crl_dates(crl, certificate)
    for answer in known.ocsps:
        found += ocsp_dates(answer, certificate)
    return min(found, default=None)


def crl_dates(crl: Any, certificate: Any) -> list[datetime]:
    try:
        if crl.issuer != certificate.issuer:
            return []
        entries = crl["tbs_cert_list"]["revoked_certificates"]
        serial = certificate.serial_number
        return [e["revocation_date"].native for e in entries if e["user_certificate"].native == serial]
    except (ValueError, TypeError, KeyError):
        return []


def ocsp_dates(answer: Any, certificate: Any) -> list[datetime]:
    dates = []
    try:
        for single in answer.response_data["responses"] if answer["response_status"].native == "successful" else ():
            identity = single["cert_id"]
            name = hashlib.new(identity["hash_algorithm"]["algorithm"].native, certificate.issuer.dump()).digest()
            same = identity["serial_number"].native == certificate.serial_number
            if same and identity["issuer_name_hash"].native == name and single["cert_status"].name == "revoked":
                dates.append(single["cert_status"].chosen["revocation_time"].native)
    except (ValueError, TypeError, KeyError, AttributeError):
        return dates
    return dates
