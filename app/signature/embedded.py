"""A signature in a PDF, with the forms of its value that pyHanko does not take: BER, several signers, content inside, PKCS#1.

None of them is taken on trust: content inside is put aside, so that only the file's own digest counts.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, core, x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.validation import pdf_embedded

from app.signature.ber import definite

EmbeddedPdfSignature: Any = pdf_embedded.EmbeddedPdfSignature
extract_contents: Any = pdf_embedded.extract_contents
cms_: Any = cms
certificate_: Any = x509.Certificate
octets_: Any = core.OctetString
name: Any = generic.pdf_name
Bytes: Any = generic.ByteStringObject
STAMP, PKCS1, OF_DIGEST = "ETSI.RFC3161", "adbe.x509.rsa_sha1", "adbe.pkcs7.sha1"
KNOWN = {"ETSI.CAdES.detached", "adbe.pkcs7.detached", PKCS1, OF_DIGEST}


class Embedded(EmbeddedPdfSignature):  # type: ignore[misc]
    """`several`: there is more than one signer in the value; only the first is looked at (ISO 32000-2, 12.8.3.3.1 permits one).

    `inside`: content that lay in the value, None for the usual detached one. `pkcs7_content` is the value as it stands in the file.
    """

    def __init__(self, reader: Any, field: Any, full_name: str) -> None:
        held: Any = field.get_object()
        value = held.raw_get("/V").get_object()
        raw = bytes(extract_contents(value))
        self.subfilter = str(value.get("/SubFilter", "")).lstrip("/")
        plain, self.several, self.inside = (
            (of_pkcs1(raw, value), False, None) if self.subfilter == PKCS1 else plain_value(raw, self.subfilter)
        )
        if plain == raw:
            super().__init__(reader, field, full_name)
            return
        kept = dict(value)[name("/Contents")]
        value[name("/Contents")] = Bytes(plain)
        try:
            super().__init__(reader, field, full_name)
        finally:
            value[name("/Contents")] = kept
        self.pkcs7_content = raw

    def signed_digest(self) -> bytes | None:
        """What the signer's value must be about; None when the digest inside is not that of the file."""
        if self.subfilter != OF_DIGEST:
            return bytes(self.compute_digest())
        if self.inside is None or self.inside != self.compute_digest("sha1"):
            return None
        return hashlib.new(self.md_algorithm, self.inside).digest()

    @property
    def self_reported_timestamp(self) -> datetime | None:
        """None also where the date can't be read: it proves nothing anyway."""
        try:
            told: datetime | None = super().self_reported_timestamp
        except Exception:  # noqa: BLE001 - a date in any wrong form
            return universal(str(self.sig_object.get("/M", "")))
        return told

    def evaluate_signature_coverage(self) -> Any:
        """pyHanko measures the gap by the value; there may be blanks in it (`app.signature.changes.range_is_sound` looks at them)."""
        kept, numbers = self.pkcs7_content, [int(number) for number in self.byte_range]
        gap = numbers[2] - numbers[1] if len(numbers) == 4 else 0
        try:
            if gap > 2 * len(kept) + 2:
                self.pkcs7_content = bytes((gap - 2) // 2)
            return super().evaluate_signature_coverage()
        finally:
            self.pkcs7_content = kept

    def _enforce_hybrid_xref_policy(self) -> None:
        """`app.signature.reading` has looked at hybrid files."""


def universal(date: str) -> datetime | None:
    """A date in universal time with something behind its Z, as LibreOffice ("Z'") and others ("Z00'00'") write it; None for any other."""
    match = re.fullmatch(r"D:(\d{14})Z[0':]*\s*", date)
    try:
        return datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def plain_value(raw: bytes, subfilter: str) -> tuple[bytes, bool, bytes | None]:
    """The value as DER with one signer and nothing inside; whether there were more signers; what lay inside."""
    plain = definite(raw)
    outer = cms_.ContentInfo.load(plain)
    if outer["content_type"].native != "signed_data":
        return plain, False, None
    signed = outer["content"]
    several = len(signed["signer_infos"]) > 1
    inner = signed["encap_content_info"]
    put_aside = subfilter != STAMP and inner["content"].native is not None
    if not several and not put_aside:
        return plain, False, None
    inside = bytes(inner["content"].native) if put_aside else None
    parts = {key: signed[key] for key in ("version", "digest_algorithms", "certificates", "crls") if signed[key].native}
    parts["encap_content_info"] = {"content_type": inner["content_type"].native} if put_aside else inner
    parts["signer_infos"] = [signed["signer_infos"][0]]
    return as_content(parts), several, inside


def of_pkcs1(raw: bytes, value: Any) -> bytes:
    """A PKCS#1 signature with its certificates beside it (ISO 32000-1, 12.8.3.2) as the CMS that says the same."""
    beside = value["/Cert"]
    ders = [one.original_bytes for one in (beside if isinstance(beside, generic.ArrayObject) else [beside])]
    certificates = [certificate_.load(der) for der in ders]
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": certificates[0].issuer, "serial_number": certificates[0].serial_number}},
        "digest_algorithm": {"algorithm": "sha1"},
        "signature_algorithm": {"algorithm": "rsassa_pkcs1v15"},
        "signature": octets_.load(raw).native,
    }
    parts = {"version": "v1", "digest_algorithms": [{"algorithm": "sha1"}], "encap_content_info": {"content_type": "data"}}
    return as_content(parts | {"certificates": certificates, "signer_infos": [signer]})


def as_content(parts: dict[str, Any]) -> bytes:
    return bytes(cms_.ContentInfo({"content_type": "signed_data", "content": cms_.SignedData(parts)}).dump())
