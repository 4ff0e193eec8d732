"""Two fields of one name, and certificates that were signed with SHA-1: none of them makes a file green."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from app.signature.verify import Verification, verify_pdf
from tests.signature import files
from tests.signature.odd_pki import AUTHORITY, made, name, signed_by
from tests.signature.pki import Identity, rsa_key
from tests.signature.test_odd_certificates import ROOT, trusted

WHO = made(name("Người ký"), ROOT)
SECOND = made(name("Người ký sau"), ROOT)
STRANGER = made(name("Người lạ"), None)


def renamed(path: Path, out: Path, names: list[str]) -> Path:
    """The signature fields get these names, in an update of their own."""
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    for reference, wanted in zip(writer.root["/AcroForm"]["/Fields"], names, strict=True):
        field = reference.get_object()
        field[generic.pdf_name("/T")] = generic.pdf_string(wanted)
        writer.update_container(field)
    with out.open("wb") as target:
        writer.write(target)
    return out


def two_fields(path: Path) -> Path:
    writer = IncrementalPdfFileWriter(io.BytesIO(files.plain(path).read_bytes()))
    for number in (1, 2):
        append_signature_field(writer, SigFieldSpec(f"S{number}", box=(90, 100 * number, 200, 100 * number + 40)))
    with path.open("wb") as target:
        writer.write(target)
    return path


def not_green(found: Verification) -> None:
    assert found.verdict in ("invalid", "unknown")
    assert found.signatures
    assert all(one.verdict != "valid" for one in found.signatures)


def test_two_fields_of_one_name_before_the_signing(tmp_path: Path) -> None:
    """One of the two is signed: which of them a program shows is chance."""
    doubled = renamed(two_fields(tmp_path / "a.pdf"), tmp_path / "b.pdf", ["S1", "S1"])
    found = verify_pdf(signed_by(doubled, tmp_path / "c.pdf", WHO), trust=trusted())
    not_green(found)
    assert "field.doubled" in found.signatures[0].reasons


@pytest.mark.parametrize("second", [WHO, STRANGER])
def test_a_second_field_takes_the_name_of_the_first(tmp_path: Path, second: Identity) -> None:
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    two = signed_by(one, tmp_path / "c.pdf", second, field="S2")
    found = verify_pdf(renamed(two, tmp_path / "d.pdf", ["S1", "S1"]), trust=trusted())
    not_green(found)
    assert len(found.signatures) == 2


@pytest.mark.parametrize("second", [WHO, STRANGER])
def test_a_second_field_of_the_same_name_appended_by_hand(tmp_path: Path, second: Identity) -> None:
    """The second signature is sound in itself and covers the whole file, its field has the first one's name from the start."""
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    writer = IncrementalPdfFileWriter(io.BytesIO(one.read_bytes()))
    append_signature_field(writer, SigFieldSpec("S2"))
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.reverse()  # programs take the first of the name
    fields[0].get_object()[generic.pdf_name("/T")] = generic.pdf_string("S1")
    writer.update_container(fields)
    with (tmp_path / "c.pdf").open("wb") as target:
        writer.write(target)
    found = verify_pdf(signed_by(tmp_path / "c.pdf", tmp_path / "d.pdf", second, field="S1"), trust=trusted())
    not_green(found)
    assert len(found.signatures) == 2
    assert all("field.doubled" in row.reasons for row in found.signatures)


@pytest.mark.parametrize("gone", ["form", "value"])
def test_a_signature_taken_out_before_the_next(tmp_path: Path, gone: str) -> None:
    """Who signs afterwards vouches for the rest, but a signature that somebody took away is told."""
    one = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", WHO)
    writer = IncrementalPdfFileWriter(io.BytesIO(one.read_bytes()))
    if gone == "form":
        del writer.root["/AcroForm"]
        writer.update_root()
    else:
        field = writer.root["/AcroForm"]["/Fields"][0]
        del field["/V"]
        writer.update_container(field)
    with (tmp_path / "c.pdf").open("wb") as target:
        writer.write(target)
    found = verify_pdf(signed_by(tmp_path / "c.pdf", tmp_path / "d.pdf", SECOND, field="S2"), trust=trusted())
    assert (found.verdict, found.reasons[0]) == ("unknown", "signature.orphan")
    assert [row.signer for row in found.signatures] == ["Người ký sau"]


def resigned(who: Identity, issuer: Identity, digest: str = "sha1") -> Identity:
    """The certificate signed again by its issuer with another hash, which `cryptography` refuses to do."""
    loaded: Any = asn1.Certificate.load(who.der)
    tbs = loaded["tbs_certificate"]
    elliptic = isinstance(issuer.key, ec.EllipticCurvePrivateKey)
    kind: Any = algos.SignedDigestAlgorithm({"algorithm": f"{digest}_{'ecdsa' if elliptic else 'rsa'}"})
    tbs["signature"] = kind
    hashed = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}[digest]  # noqa: S303 - that it is weak is the point
    data = tbs.dump(force=True)
    if isinstance(issuer.key, ec.EllipticCurvePrivateKey):
        value = issuer.key.sign(data, ec.ECDSA(hashed))
    else:
        value = issuer.key.sign(data, padding.PKCS1v15(), hashed)
    der: bytes = asn1.Certificate({"tbs_certificate": tbs, "signature_algorithm": kind, "signature_value": value}).dump()  # type: ignore[no-untyped-call]
    return Identity(who.name, who.key, x509.load_der_x509_certificate(der))


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_certificate_signed_with_sha1(tmp_path: Path, kind: str) -> None:
    root = made(name("Gốc cũ"), None, usages=AUTHORITY, authority=True, key=rsa_key(2048) if kind == "rsa" else None)
    who = made(name("Người ký"), root)
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", resigned(who, root))
    found = verify_pdf(path, trust=trusted(root))
    not_green(found)
    assert "crypto.weak" in found.signatures[0].reasons
    again = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "c.pdf", resigned(who, root, "sha256"))
    assert verify_pdf(again, trust=trusted(root)).verdict == "valid"  # the way of making it is sound


def test_an_authority_signed_with_sha1(tmp_path: Path) -> None:
    middle = made(name("CA giữa"), ROOT, usages=AUTHORITY, authority=True)
    path = signed_by(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", made(name("A"), middle), [resigned(middle, ROOT)])
    not_green(verify_pdf(path, trust=trusted()))
