"""Signature values in all the forms that programs write: sound ones hold, others are told apart from them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from app.signature.ber import definite
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.handmade import Cms, Form, raw_signature, sign
from tests.signature.odd_pki import NOW, made, name
from tests.signature.pki import Identity, revocation_list, rsa_key
from tests.signature.test_odd_certificates import ROOT, trusted

EC = made(name("Người ký"), ROOT)
RSA = made(name("Người ký RSA"), ROOT, key=rsa_key(2048))
OLD, BARE, DIGEST = Form("adbe.pkcs7.detached"), Form("adbe.x509.rsa_sha1", more=b"/Cert <%s>" % RSA.der.hex().encode()), "sha1"
OF_DIGEST = Form("adbe.pkcs7.sha1")


def indefinite(der: bytes) -> bytes:
    """Every constructed value with an indefinite length."""
    out, at = b"", 0
    while at < len(der):
        start, size = at + 2, der[at + 1]
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(der[at + 2 : start], "big")
        content = der[start : start + size]
        out += bytes((der[at], 0x80)) + indefinite(content) + b"\0\0" if der[at] & 0x20 else der[at : start + size]
        at = start + size
    return out


def bare(data: bytes) -> bytes:
    """PKCS#1 alone."""
    return bytes(core.OctetString(raw_signature(RSA.key, data, DIGEST)).dump())  # type: ignore[no-untyped-call]


def of_digest(data: bytes) -> bytes:
    digest = hashlib.new(DIGEST, data).digest()
    return Cms(RSA, content=digest, over=digest, protect=False)(data)


def elliptic(curve: ec.EllipticCurve) -> Cms:
    return Cms(made(name("Đường cong"), ROOT, key=ec.generate_private_key(curve)))


def older(who: Identity) -> dict[str, Any]:
    """The attribute that named the signer's certificate before SHA-2 (RFC 2634)."""
    named = tsp.ESSCertID({"cert_hash": hashlib.sha1(who.der).digest()})  # noqa: S324 - the attribute has no other
    return {"type": "signing_certificate", "values": [tsp.SigningCertificate({"certs": [named]})]}


def vouched(digest: str) -> dict[str, Any]:
    """RFC 6211: the algorithms are signed, too."""
    told = {"digest_algorithm": {"algorithm": digest}, "signature_algorithm": {"algorithm": "sha256_ecdsa"}}
    return {"type": "cms_algorithm_protection", "values": [cms.CMSAlgorithmProtection(told)]}  # type: ignore[no-untyped-call]


def without(kind: str) -> Callable[[Any], None]:
    """Signs again without one of the attributes."""

    def change(signed: Any) -> None:
        info = signed["signer_infos"][0]
        kept = cms.CMSAttributes([one for one in info["signed_attrs"] if one["type"].native != kind])  # type: ignore[no-untyped-call]
        info["signed_attrs"] = kept
        info["signature"] = raw_signature(EC.key, kept.dump())  # type: ignore[no-untyped-call]

    return change


ED: Any = ed25519.Ed25519PrivateKey.generate()
SOUND: dict[str, tuple[Callable[[bytes], bytes], Form]] = {
    "named in both attributes": (Cms(EC, more=[older(EC)]), Form()),
    "algorithms vouched for": (Cms(EC, more=[vouched("sha256")]), Form()),
    "ec": (Cms(EC), Form()),
    "rsa": (Cms(RSA), Form()),
    "pss": (Cms(RSA, pss=True), Form()),
    "sha512": (Cms(RSA, digest="sha512"), Form()),
    "sha3": (Cms(EC, digest="sha3_256"), Form()),
    "brainpool": (elliptic(ec.BrainpoolP256R1()), Form()),
    "p521": (elliptic(ec.SECP521R1()), Form()),
    "ed25519": (Cms(made(name("Ed"), ROOT, key=ED), digest="sha512"), Form()),
    "without the certificate's digest": (Cms(EC, protect=False), Form()),
    "older kind": (Cms(EC, protect=False), OLD),
    "without signed attributes": (Cms(RSA, signed=False), OLD),
    "indefinite lengths": (lambda data: indefinite(Cms(RSA)(data)), Form()),
    "without a type": (Cms(EC), Form(type=b"")),
    "filled with blanks": (Cms(EC), Form(filler=b" ")),
    "filled with ones": (Cms(EC), Form(filler=b"f")),
    "a date that is none": (Cms(EC), Form(more=b"/M (hom nay)")),
    "the signed digest inside": (lambda data: Cms(EC, content=hashlib.sha256(data).digest())(data), Form()),
    "visible": (Cms(EC), Form(rect=b"[10 10 100 50]")),
}
# verdict, whether the bytes hold, the reason
OTHER: dict[str, tuple[Callable[[bytes], bytes], Form, tuple[str, bool, str]]] = {
    "sha1": (Cms(RSA, digest="sha1"), Form(), ("unknown", True, "crypto.weak")),
    "md5": (Cms(RSA, digest="md5"), Form(), ("unknown", True, "crypto.weak")),
    "p192": (elliptic(ec.SECP192R1()), Form(), ("unknown", True, "crypto.weak")),
    "over a digest": (of_digest, OF_DIGEST, ("unknown", True, "crypto.weak")),
    "over another digest": (Cms(RSA, content=bytes(20), over=bytes(20)), OF_DIGEST, ("invalid", False, "digest.mismatch")),
    "PKCS#1": (bare, BARE, ("unknown", True, "crypto.weak")),
    "PKCS#1 of other bytes": (lambda data: bare(data + b" "), BARE, ("invalid", False, "digest.mismatch")),
    "two signers": (Cms(EC, second=RSA), Form(), ("invalid", True, "signature.several")),
    "two signers, older kind": (Cms(EC, second=RSA), OLD, ("invalid", True, "signature.several")),
    "no certificate": (Cms(EC, without_certificate=True), Form(), ("unknown", False, "cert.missing")),
    "content of its own": (Cms(EC, content=b"abc", over=b"abc"), Form(), ("invalid", False, "digest.mismatch")),
    "other bytes": (Cms(EC, over=b"abc"), Form(), ("invalid", False, "digest.mismatch")),
    "tomorrow": (Cms(EC, told=NOW + timedelta(days=3)), Form(), ("unknown", True, "time.future")),
    "a kind nobody knows": (Cms(EC), Form("ACME.own"), ("unknown", False, "format.unsupported")),
    "no rights that exist": (
        Cms(EC),
        Form(more=b"/Reference [<< /TransformMethod /DocMDP /TransformParams << /P 7 >> >>]"),
        ("unknown", True, "read.failed"),
    ),
    "another certificate in the older attribute": (Cms(EC, more=[older(RSA)]), Form(), ("unknown", True, "cert.mismatch")),
    "no digest among the attributes": (
        Cms(EC, change=without("message_digest")),
        Form(),
        ("invalid", False, "signature.damaged"),
    ),
    "no kind among the attributes": (Cms(EC, change=without("content_type")), Form(), ("invalid", False, "signature.damaged")),
    "another algorithm than it vouches for": (
        Cms(EC, more=[vouched("sha512")]),
        Form(),
        ("invalid", False, "signature.broken"),
    ),
    "revoked by the list inside": (
        Cms(EC, crls=[revocation_list(ROOT, {EC.cert.serial_number: NOW - timedelta(minutes=30)})]),
        Form(),
        ("invalid", True, "cert.revoked"),
    ),
}


@pytest.mark.parametrize("case", SOUND)
def test_sound_forms_hold(tmp_path: Path, case: str) -> None:
    build, form = SOUND[case]
    found = verify_pdf(sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", build, form), trust=trusted())
    (one,) = found.signatures
    assert (found.verdict, one.intact, one.changes_after) == ("valid", True, "none"), one.reasons


@pytest.mark.parametrize("case", OTHER)
def test_other_forms_are_told(tmp_path: Path, case: str) -> None:
    build, form, (verdict, intact, reason) = OTHER[case]
    found = verify_pdf(sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", build, form), trust=trusted())
    (one,) = found.signatures
    assert (found.verdict, one.intact) == (verdict, intact), one.reasons
    assert reason in one.reasons
    assert one.sub_indication


@pytest.mark.parametrize("case", SOUND)
def test_a_changed_letter_is_found_in_every_form(tmp_path: Path, case: str) -> None:
    build, form = SOUND[case]
    path = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", build, form)
    path.write_bytes(path.read_bytes().replace(b"Quyet dinh 125", b"Quyet dinh 725"))
    (one,) = verify_pdf(path, trust=trusted()).signatures
    assert (one.verdict, one.intact, one.sub_indication) == ("invalid", False, "HASH_FAILURE"), one.reasons


@pytest.mark.parametrize("zone", ["Z", "Z'", "Z00'00'"])
def test_the_date_of_a_signature(tmp_path: Path, zone: str) -> None:
    """LibreOffice leaves an apostrophe behind the Z."""
    told = Form(more=b"/M (D:%s%s)" % (NOW.strftime("%Y%m%d%H%M%S").encode(), zone.encode()))
    path = sign(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", Cms(EC), told)
    (one,) = verify_pdf(path, trust=trusted()).signatures
    assert (one.verdict, one.signed_at, one.time_source) == ("valid", NOW, "signer")


def test_definite_lengths() -> None:
    der = Cms(RSA)(b"abc")
    assert definite(der) == der
    assert definite(indefinite(der) + bytes(40)) == der
    pieces = bytes.fromhex("2480 0402 6162 0401 63 0000")
    assert definite(pieces) == bytes.fromhex("0403 616263")
    for broken in (b"\x30\x80", b"\x30\x80\x04\x05a", b"\x30\x80" * 100, b"\x30\x80\x1f"):
        with pytest.raises(ValueError, match=r"end|length|deep|cut"):
            definite(broken)
