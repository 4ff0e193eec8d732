"""What a file (or the authority, when asked) says about revoked certificates."""

from __future__ import annotations

from typing import Any

from pyhanko.sign.validation import dss as pdf_dss

from app.signature.contexts import Knowledge

DocumentSecurityStore: Any = pdf_dss.DocumentSecurityStore
OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
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


def add_inside(known: Knowledge, signed_data: Any, signer_info: Any) -> None:
    """Adds what lies in the signature itself: CRLs and OCSP answers of the CMS (RFC 5652, RFC 5940), and what Adobe programs put there
    (adbe-revocationInfoArchival)."""
    for choice in list(signed_data["crls"] or ())[:LIMIT]:
        if choice.name == "crl":
            known.crls.append(choice.chosen)
        elif choice.chosen["other_rev_info_format"].dotted == OCSP_RESPONSE:
            answer = load("ocsp", choice.chosen["other_rev_info"].dump())
            known.ocsps += [answer] if answer is not None else []
    for attribute in signer_info["signed_attrs"] or ():
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
