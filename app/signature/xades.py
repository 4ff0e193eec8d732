"""XML signatures, XAdES baseline B and T (ETSI EN 319 132-1), enveloped in the signed document: for edXML and metadata.

Made by hand with canonical XML and our own signers (a token signs bytes, not XML); verified with signxml and our own judges. Only
one shape is accepted: one signature, a child of the root (or of an edXML message's header), over the whole document. So nothing can
be wrapped or moved (XSW attacks).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asn1crypto.x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree as lxml_etree

from app.errors import AppError, Cancelled
from app.i18n import _
from app.jobs import Job
from app.signature.batch import BatchResult, Item
from app.signature.certificates import digest_for, read_certificate
from app.signature.sign import SignResult
from app.signature.signer import Signer
from app.signature.status import parsed
from app.signature.tokens import check_usable
from app.signature.trust import Trust, load_trust

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = DS + "enveloped-signature"
PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
DIGESTS = {
    "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}
METHODS = "http://www.w3.org/2001/04/xmldsig-more#{kind}-{digest}"
LARGEST = 64 << 20  # bytes
LARGE_NODE = 8 << 20  # bytes
SUFFIXES = (".xml", ".edxml")
etree: Any = lxml_etree
cert_: Any = asn1crypto.x509.Certificate


def sign_xml(
    source: Path,
    out: Path,
    signer: Signer,
    *,
    stamp: Callable[[bytes], bytes] | None = None,
    trust: Trust | None = None,
    now: datetime | None = None,
) -> SignResult:
    """Signs a copy of `source` into the new file `out`: level B, or T when `stamp` (such as `TimestampService.stamp`) is given.

    Raises `xml.refused` (no XML, a DTD, too large), `xml.signed`, `sign.target_exists`, `token.*`, `tsa.*`.
    """
    if out.exists():
        raise AppError(
            "sign.target_exists",
            _("The file {name} is there already.").format(name=out.name),
            _("Choose another name or folder."),
        )
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    certificate = signer.certificate.der
    check_usable(read_certificate(certificate, now=moment, has_key=True))
    root = read_xml(source)
    if next(root.iter(f"{{{DS}}}Signature"), None) is not None:
        raise AppError(
            "xml.signed",
            _("This XML file is signed already; a second signature would break the first."),
            _("Keep it as it is, or sign a fresh copy."),
        )
    tree = signature_for(root, certificate, trust or load_trust(), moment, signer, stamp)
    home_of(root).append(tree)
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    part.write_bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8"))
    try:
        from app.signature.xml_judge import broken  # it reads what is written here

        if broken(read_xml(part)):
            raise refused("the new signature does not hold")
        sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return SignResult(
        path=out,
        sha256=sha256,
        field=tree.get("Id") or "",
        signer=signer.certificate.subject,
        signed_at=moment,
        level="T" if stamp else "B",
        time_source="timestamp" if stamp else "clock",
        normalised=False,
        signatures=1,
    )


def sign_xml_files(
    job: Job,
    items: Sequence[tuple[Path, Path]],
    signer: Signer,
    *,
    stamp: Callable[[bytes], bytes] | None = None,
    on_signed: Callable[[Item, SignResult], None] | None = None,
) -> BatchResult:
    """Signs source → target one after the other, as `app.signature.batch.sign_batch` does: an error of the token ends it."""
    result = BatchResult()
    rows = [Item(source, out) for source, out in items]
    for number, item in enumerate(rows):
        try:
            done = sign_xml(item.source, item.out, signer, stamp=stamp)
            result.signed.append(done)
            if on_signed is not None:
                on_signed(item, done)
        except AppError as error:
            if error.code.startswith("token.") or isinstance(error, Cancelled):
                result.stopped, result.left = error, rows[number:]
                break
            result.problems.append(job.problem(str(item.source), error))
    return result


def read_xml(path: Path) -> Any:
    """The root of a foreign XML file; no DTD, no entities, nothing fetched. Raises `xml.refused`."""
    try:
        if path.stat().st_size > LARGEST:
            raise refused("too large")
        data = path.read_bytes()
        # attachments of an edXML message make one node of many megabytes: only large files may have large nodes
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=len(data) > LARGE_NODE, remove_comments=False
        )
        root = etree.fromstring(data, parser)
    except (OSError, lxml_etree.XMLSyntaxError, ValueError) as error:
        raise refused(repr(error)) from error
    if root.getroottree().docinfo.doctype or b"<!DOCTYPE" in data[:4096]:
        raise refused("a document type definition")
    return root


def home_of(root: Any) -> Any:
    """The element that holds the signature: an edXML message's header (QCVN 102:2016/BTTTT), else the root itself."""
    place = root
    for name in ("edXMLEnvelope", "edXMLHeader") if etree.QName(root).localname == "edXML" else ():
        place = next((child for child in place.iterchildren("{*}" + name)), None)
        if place is None:
            return root
    return place


def refused(detail: str) -> AppError:
    return AppError(
        "xml.refused",
        _("This XML file can't be signed or checked."),
        _("Ask for a plain XML file without a document type."),
        detail=detail,
    )


def signature_for(
    root: Any, certificate: bytes, trust: Trust, moment: datetime, signer: Signer, stamp: Callable[[bytes], bytes] | None
) -> Any:
    """The ds:Signature element over `root`, which does not hold it yet."""
    cert = parsed(certificate)
    if cert is None:
        raise refused("certificate")
    digest = digest_for(cert)
    identity = "S" + secrets.token_hex(8)
    signature = etree.Element(f"{{{DS}}}Signature", nsmap={"ds": DS, "xades": XADES}, Id=identity)
    info = sub(signature, "SignedInfo")
    sub(info, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
    kind = "rsa" if signer.certificate.key.startswith("RSA") else "ecdsa"
    sub(info, "SignatureMethod", Algorithm=METHODS.format(kind=kind, digest=digest))
    value = sub(signature, "SignatureValue", Id=identity + "-value")
    chain: list[bytes] = [one.dump() for one in trust.chain_for(cert_.load(certificate))]  # type: ignore[no-untyped-call]
    names = sub(sub(signature, "KeyInfo"), "X509Data")
    for der in (certificate, *chain):
        sub(names, "X509Certificate").text = base64.b64encode(der).decode()
    qualifying = etree.SubElement(sub(signature, "Object"), f"{{{XADES}}}QualifyingProperties", Target="#" + identity)
    properties = signed_properties(qualifying, identity, certificate, digest, moment)
    add_reference(info, "", digest, canonical(root), [ENVELOPED, EXCLUSIVE])
    add_reference(info, f"#{identity}-props", digest, canonical(properties), [EXCLUSIVE], kind=PROPERTIES)
    value.text = base64.b64encode(raw_value(signer.sign(canonical(info), digest), cert, kind)).decode()
    if stamp is not None:
        unsigned = etree.SubElement(
            etree.SubElement(qualifying, f"{{{XADES}}}UnsignedProperties"), f"{{{XADES}}}UnsignedSignatureProperties"
        )
        holder = etree.SubElement(unsigned, f"{{{XADES}}}SignatureTimeStamp")
        sub(holder, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
        token = stamp(canonical(value))
        etree.SubElement(holder, f"{{{XADES}}}EncapsulatedTimeStamp").text = base64.b64encode(token).decode()
    return signature


def signed_properties(qualifying: Any, identity: str, certificate: bytes, digest: str, moment: datetime) -> Any:
    """SigningTime and SigningCertificateV2 (EN 319 132-1, 5.2)."""
    properties = etree.SubElement(qualifying, f"{{{XADES}}}SignedProperties", Id=identity + "-props")
    about = etree.SubElement(properties, f"{{{XADES}}}SignedSignatureProperties")
    etree.SubElement(about, f"{{{XADES}}}SigningTime").text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    cert = etree.SubElement(etree.SubElement(about, f"{{{XADES}}}SigningCertificateV2"), f"{{{XADES}}}Cert")
    place = etree.SubElement(cert, f"{{{XADES}}}CertDigest")
    sub(place, "DigestMethod", Algorithm=DIGESTS[digest])
    sub(place, "DigestValue").text = base64.b64encode(hashlib.new(digest, certificate).digest()).decode()
    objects = etree.SubElement(properties, f"{{{XADES}}}SignedDataObjectProperties")
    described = etree.SubElement(objects, f"{{{XADES}}}DataObjectFormat", ObjectReference=f"#{identity}-ref")
    etree.SubElement(described, f"{{{XADES}}}MimeType").text = "text/xml"
    return properties


def add_reference(info: Any, uri: str, digest: str, data: bytes, transforms: list[str], *, kind: str = "") -> None:
    reference = sub(info, "Reference", URI=uri)
    if kind:
        reference.set("Type", kind)
    else:
        reference.set("Id", info.getparent().get("Id") + "-ref")
    steps = sub(reference, "Transforms")
    for transform in transforms:
        sub(steps, "Transform", Algorithm=transform)
    sub(reference, "DigestMethod", Algorithm=DIGESTS[digest])
    sub(reference, "DigestValue").text = base64.b64encode(hashlib.new(digest, data).digest()).decode()


def raw_value(value: bytes, cert: Any, kind: str) -> bytes:
    """As XML wants it (RFC 4050): for EC the two numbers side by side instead of DER."""
    if kind == "rsa":
        return value
    size = (cert.public_key().key_size + 7) // 8
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(value))


def canonical(element: Any) -> bytes:
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))


def sub(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{DS}}}{name}", **attributes)
