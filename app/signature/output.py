"""Looks at a file just signed before it counts: nothing changed, everything covered, the right signer, earlier signatures whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils import reader as pdf_reader
from pyhanko.sign.validation.status import SignatureCoverageLevel

from app.errors import AppError
from app.i18n import _
from app.signature.software import HASHES
from app.signature.source import Stream

CHUNK = 1 << 20
PdfFileReader: Any = pdf_reader.PdfFileReader


def check_output(stream: Stream, *, length: int, digest: bytes, field: str, certificate: bytes, earlier: Sequence[str]) -> None:
    """`length` and `digest` are of the file before signing, `earlier` the fields signed before.

    Raises `sign.check_failed` with what is wrong in `detail`.
    """
    try:
        fault = find_fault(stream, length, digest, field, certificate, earlier)
    except Exception as error:  # noqa: BLE001 - an output that can't be read is as bad as a wrong one
        fault = repr(error)
    if fault:
        raise check_failed(fault)


def check_failed(fault: str) -> AppError:
    return AppError(
        "sign.check_failed",
        _("The signed file did not pass the check, so it was not kept."),
        _("Sign again; if it happens again, send this file to support."),
        detail=fault,
    )


def find_fault(stream: Stream, length: int, digest: bytes, field: str, certificate: bytes, earlier: Sequence[str]) -> str:
    if prefix_digest(stream, length) != digest:
        return "bytes before the signature changed"
    stream.seek(0)
    signatures = list(PdfFileReader(stream, strict=True).embedded_signatures)
    if [s.field_name for s in signatures] != [*earlier, field]:
        return "other signatures than expected"
    new = signatures[-1]
    if new.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        return "does not cover the whole file"
    if new.signer_cert.dump() != certificate:
        return "another signer"
    if not cms_holds(new, certificate):
        return "signature does not fit"
    for old in signatures[:-1]:
        old.compute_integrity_info()
        if not (message_digest_holds(old) and old.summarise_integrity_info()["docmdp_ok"]):
            return f"earlier signature {old.field_name} was damaged"
    return ""


def check_lasting(stream: Stream, signed: tuple[int, bytes], checked: dict[str, Any], stamp_field: str) -> None:
    """The same for what was added after the signature. `signed`: length and SHA-256 then; `checked`: what `check_output` was told;
    `stamp_field`: the document time stamp, empty for none. Raises `sign.check_failed`."""
    try:
        fault = find_later_fault(stream, signed, checked, stamp_field)
    except Exception as error:  # noqa: BLE001 - as above
        fault = repr(error)
    if fault:
        raise check_failed(fault)


def find_later_fault(stream: Stream, signed: tuple[int, bytes], checked: dict[str, Any], stamp_field: str) -> str:
    if prefix_digest(stream, signed[0]) != signed[1]:
        return "the signed bytes changed"
    stream.seek(0)
    reader = PdfFileReader(stream, strict=True)
    signatures = list(reader.embedded_signatures)
    expected = [*checked["earlier"], checked["field"], *([stamp_field] if stamp_field else [])]
    if [s.field_name for s in signatures] != expected or "/DSS" not in reader.root:
        return "other signatures than expected, or no store"
    if stamp_field and signatures[-1].evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        return "the time stamp does not cover the whole file"
    for one in signatures:
        one.compute_integrity_info()
        if not (message_digest_holds(one) and one.summarise_integrity_info()["docmdp_ok"]):
            return f"signature {one.field_name} was damaged"
    return ""


def prefix_digest(stream: Stream, length: int) -> bytes:
    stream.seek(0)
    found = hashlib.sha256()
    left = length
    while left and (chunk := stream.read(min(CHUNK, left))):
        found.update(chunk)
        left -= len(chunk)
    return found.digest() if not left and stream.seek(0, os.SEEK_END) > length else b""


def message_digest_holds(signature: Any) -> bool:
    """Whether the bytes that the signature covers are those that were signed."""
    if signature.sig_object_type == "/DocTimeStamp":
        imprint = signature.signed_data["encap_content_info"]["content"].parsed["message_imprint"]
        return bool(imprint["hashed_message"].native == signature.compute_digest())
    values = [a["values"] for a in signature.signer_info["signed_attrs"] if a["type"].native == "message_digest"]
    return len(values) == 1 and bool(values[0][0].native == signature.compute_digest())


def cms_holds(signature: Any, certificate: bytes) -> bool:
    """Whether the signature value fits the certificate's key and the document."""
    if not message_digest_holds(signature):
        return False
    signed = signature.signer_info["signed_attrs"].untag().dump()
    key = x509.load_der_x509_certificate(certificate).public_key()
    value, name = signature.signer_info["signature"].native, HASHES[signature.md_algorithm]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            uses_pss = signature.signer_info["signature_algorithm"].signature_algo == "rsassa_pss"
            key.verify(
                value, signed, padding.PSS(padding.MGF1(name), name.digest_size) if uses_pss else padding.PKCS1v15(), name
            )
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, signed, ec.ECDSA(name))
        else:
            return False
    except InvalidSignature:
        return False
    return True
