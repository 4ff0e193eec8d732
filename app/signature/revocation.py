"""What a file (or the authority, when asked) says about revoked certificates."""

from __future__ import annotations

from typing import Any

from pyhanko.sign.validation import dss as pdf_dss

from app.signature.contexts import Knowledge

DocumentSecurityStore: Any = pdf_dss.DocumentSecurityStore
OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
LIMIT = 200  # pieces taken from one file
MOST_STATES = 40  # of a file, the newest first


def knowledge_in(reader: Any) -> Knowledge:
    """Certificates, CRLs and OCSP answers of the document security store (PAdES LT); broken pieces are passed over.

    Those of earlier states of the file count, too: a later store without the list that tells of a revocation takes nothing back.
    """
    known = Knowledge()
    states = [reader, *(reader.get_historical_resolver(number) for number in range(reader.xrefs.total_revisions - 2, -1, -1))]
    places: set[Any] = set()
    for state in states[:MOST_STATES]:
        try:
            place = state.root.raw_get("/DSS") if "/DSS" in state.root else None
            store = DocumentSecurityStore.read_dss(state) if place is not None else None
            found = [] if store is None else list(store.load_certs())[:LIMIT]
        except Exception:  # noqa: BLE001, S112 - damaged: then nothing is known from it
            continue
        if store is None:
            continue
        seen = {one.dump() for one in known.certificates}
        known.certificates += [one for one in found if one.dump() not in seen]
        for references, name, pieces in ((store.crls, "crl", known.crls), (store.ocsps, "ocsp", known.ocsps)):
            for reference in references[:LIMIT]:
                data = bytes(reference.get_object().data)
                piece = load(name, data) if data not in places and len(pieces) < LIMIT else None
                places.add(data)
                if piece is not None:
                    pieces.append(piece)
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
