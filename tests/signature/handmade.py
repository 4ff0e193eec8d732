"""Signatures put together by hand, in all the forms that other programs write and that attackers try."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as entry
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from tests.signature import attacks
from tests.signature.pki import Identity

ROOM = 24_000  # hex digits
Builder = Callable[[bytes], bytes]  # the signed bytes → the CMS (or whatever stands in /Contents)
HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256, "md5": hashes.MD5,
}  # fmt: skip
cms_: Any = cms


def parsed(who: Identity) -> Any:
    return asn1.Certificate.load(who.der)


def raw_signature(key: Any, data: bytes, digest: str = "sha256", *, pss: bool = False) -> bytes:
    hashed = HASHES[digest]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hashed))
    if isinstance(key, rsa.RSAPrivateKey):
        way: Any = padding.PSS(padding.MGF1(hashed), hashed.digest_size) if pss else padding.PKCS1v15()
        return key.sign(data, way, hashed)
    assert isinstance(key, ed25519.Ed25519PrivateKey)
    return key.sign(data)


def signature_algorithm(key: Any, digest: str, *, pss: bool = False) -> Any:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {"algorithm": f"{digest}_ecdsa"}
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {"algorithm": "ed25519"}
    if pss:
        hashed = {"algorithm": digest}
        mask = {"algorithm": "mgf1", "parameters": hashed}
        length = HASHES[digest]().digest_size
        parameters = {"hash_algorithm": hashed, "mask_gen_algorithm": mask, "salt_length": length}
        return {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)}
    return {"algorithm": "rsassa_pkcs1v15"}


@dataclass
class Cms:
    """A CMS to be; called with the signed bytes it gives the DER. `content` is put in as encapsulated content."""

    who: Identity
    chain: Sequence[Identity] = ()
    digest: str = "sha256"
    pss: bool = False
    signed: bool = True  # with signed attributes
    protect: bool = True  # with the signing certificate's digest among them
    told: datetime | None = None  # the signing time among them
    content: bytes | None = None
    over: bytes | None = None  # sign these bytes' digest instead
    more: Sequence[Any] = ()  # further signed attributes
    unsigned: Callable[[bytes], list[Any]] | None = None  # the signature value → unsigned attributes
    second: Identity | None = None  # a second signer
    without_certificate: bool = False
    crls: Sequence[bytes] = ()
    change: Callable[[Any], None] | None = None  # on the SignedData, at the end
    inner: str = "data"

    def __call__(self, data: bytes) -> bytes:
        infos = [self.info(self.who, data)]
        if self.second is not None:
            infos.append(self.info(self.second, data))
        certificates = [] if self.without_certificate else [parsed(self.who)]
        certificates += [parsed(one) for one in (*self.chain, *([self.second] if self.second else []))]
        inner: Any = {"content_type": self.inner}
        if self.content is not None:
            inner["content"] = core.OctetString(self.content)
        plain = self.inner == "data"  # the other form counts from version 3 on (RFC 5652, 5.1)
        if not plain:
            inner = cms_.EncapsulatedContentInfo(inner | {"content": core.ParsableOctetString(self.content)})
        made: dict[str, Any] = {
            "version": "v1" if plain else "v3",
            "digest_algorithms": [{"algorithm": self.digest}],
            "encap_content_info": inner,
            "certificates": certificates,
            "signer_infos": infos,
        }
        if self.crls:
            from asn1crypto import crl

            made["crls"] = [crl.CertificateList.load(one) for one in self.crls]
        signed = cms_.SignedData(made)
        if self.change:
            self.change(signed)
        return bytes(cms_.ContentInfo({"content_type": "signed_data", "content": signed}).dump())

    def info(self, who: Identity, data: bytes) -> Any:
        certificate = parsed(who)
        digest = hashlib.new(self.digest, self.over if self.over is not None else data).digest()
        attributes = [
            {"type": "content_type", "values": [self.inner]},
            {"type": "message_digest", "values": [digest]},
            *self.more,
        ]
        if self.told:
            attributes.append({"type": "signing_time", "values": [cms_.Time({"utc_time": core.UTCTime(self.told)})]})
        if self.protect:
            named = tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashlib.sha256(who.der).digest()})
            attributes.append({"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [named]})]})
        result: dict[str, Any] = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}},
            "digest_algorithm": {"algorithm": self.digest},
            "signature_algorithm": signature_algorithm(who.key, self.digest, pss=self.pss),
        }
        tbs = data
        if self.signed:
            attributes_ = cms_.CMSAttributes(attributes)
            result["signed_attrs"] = attributes_
            tbs = attributes_.dump()
        result["signature"] = raw_signature(who.key, tbs, self.digest, pss=self.pss)
        if self.unsigned:
            result["unsigned_attrs"] = cms_.CMSAttributes(self.unsigned(result["signature"]))
        return cms_.SignerInfo(result)


@dataclass
class Form:
    """How the signature lies in the file."""

    subfilter: str = "ETSI.CAdES.detached"
    type: bytes = b"/Type /Sig"
    more: bytes = b""  # further entries of the signature dictionary
    name: bytes = b"ChuKy1"
    filler: bytes = b"0"
    field: bytes = b""  # further entries of the field
    rect: bytes = b"[0 0 0 0]"
    objects: dict[int, bytes] = entry(default_factory=dict)  # further objects of the same update
    catalog: bytes = b""  # further entries of the catalog


def sign(path: Path, out: Path, build: Builder, form: Form | None = None) -> Path:
    """An incremental update with a field and its signature; what `build` makes of the signed bytes stands in /Contents."""
    form = form or Form()
    start = max([attacks.free_number(path), *(number + 1 for number in form.objects)])
    value, widget = start, start + 1
    page, catalog = attacks.number(path, "page"), attacks.number(path, "catalog")
    signature = (
        b"<< %s /Filter /Adobe.PPKLite /SubFilter /%s /ByteRange [0 0000000000 0000000000 0000000000] /Contents <%s> %s >>"
        % (form.type, form.subfilter.encode(), b"0" * ROOM, form.more)
    )
    box = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /Rect %s /F 132 /V %d 0 R /P %d 0 R %s >>" % (
        form.name, form.rect, value, page, form.field,
    )  # fmt: skip
    objects = {
        value: signature,
        widget: box,
        page: with_note(attacks.rewritten(path, "page", lambda _page: None), widget),
        catalog: with_field(path, attacks.rewritten(path, "catalog", lambda _page: None), widget, form.catalog),
        **form.objects,
    }
    attacks.update(path, out, objects)
    data = bytearray(out.read_bytes())
    at = data.rindex(b"/Contents <" + b"0" * 64) + 10
    end = at + ROOM + 2
    place = data.rindex(b"/ByteRange [", 0, at)
    told = b"/ByteRange [0 %010d %010d %010d]" % (at, end, len(data) - end)
    data[place : place + len(told)] = told
    made = build(bytes(data[:at] + data[end:])).hex().encode()
    data[at + 1 : end - 1] = made + form.filler * (ROOM - len(made))
    out.write_bytes(data)
    return out


def with_note(page: bytes, widget: int) -> bytes:
    if b"/Annots [" in page:
        place = page.index(b"]", page.index(b"/Annots ["))
        return page[:place] + b" %d 0 R " % widget + page[place:]
    return page[:-2] + b" /Annots [ %d 0 R ] >>" % widget


def with_field(path: Path, catalog: bytes, widget: int, more: bytes) -> bytes:
    if b"/AcroForm <<" in catalog:
        place = catalog.index(b"]", catalog.index(b"/Fields ["))
        catalog = catalog[:place] + b" %d 0 R " % widget + catalog[place:]
    else:
        assert b"/AcroForm" not in catalog, path
        catalog = catalog[:-2] + b" /AcroForm << /SigFlags 3 /Fields [ %d 0 R ] >> >>" % widget
    return catalog[:-2] + more + b" >>"


def time_stamp_attribute(token: bytes) -> list[Any]:
    return [{"type": "signature_time_stamp_token", "values": [cms_.ContentInfo.load(token)]}]


def token(
    who: Identity, imprint: bytes, moment: datetime, chain: Sequence[Identity] = (), *, digest: str = "sha256", **more: Any
) -> bytes:
    """A time-stamp token by hand."""
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": {"hash_algorithm": {"algorithm": digest}, "hashed_message": imprint},
            "serial_number": 7,
            "gen_time": moment.astimezone(UTC),
            **more,
        }
    )  # fmt: skip
    build = Cms(who, chain, content=info.dump(), inner="tst_info")
    return build(info.dump())
