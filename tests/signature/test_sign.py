"""Signing with a real token, judged by an independent verifier (poppler with NSS)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from app.errors import AppError
from app.sandbox import SandboxPool
from app.signature.appearance import Appearance, Kind
from app.signature.resume import signers_in
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner, TestIdentity
from app.signature.tokens import TokenSession
from app.signature.trust import Trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.conftest import PIN, Hsm, pdfsig, pdftotext
from tests.signature.pki import Pki


@pytest.mark.parametrize("certificate", ["01", "02"])
def test_a_token_signature_stands_before_another_verifier(
    hsm: Hsm, trust: Trust, nss: Path, tmp_path: Path, certificate: str
) -> None:
    source, out = files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf"
    before = source.read_bytes()
    with TokenSession(hsm.module, PIN) as session:
        done = sign_pdf(source, out, session.signer(certificate), trust=trust, reason="Phát hành", location="Đắk Song")
    said = pdfsig(out, nss)
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert source.read_bytes() == before
    assert out.read_bytes().startswith(before)
    assert (done.field, done.level, done.signatures, done.normalised) == ("ChuKy1", "B", 1, False)
    assert verify_pdf(out, trust=trust).verdict == "valid"
    assert not list(tmp_path.glob(".*"))


def test_signing_twice_keeps_every_byte_of_the_first(hsm: Hsm, trust: Trust, nss: Path, tmp_path: Path) -> None:
    with TokenSession(hsm.module, PIN) as session:
        first = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", session.signer("01"), trust=trust).path
        second = sign_pdf(first, tmp_path / "c.pdf", session.signer("02"), trust=trust)
    assert second.path.read_bytes().startswith(first.read_bytes())
    assert (second.field, second.signatures) == ("ChuKy2", 2)
    assert pdfsig(second.path, nss).count("Signature is Valid.") == 2
    found = verify_pdf(second.path, trust=trust)
    assert [(s.verdict, s.changes_after) for s in found.signatures] == [("valid", "allowed"), ("valid", "none")]


def test_a_file_with_many_pages_and_a_large_file(software: SoftwareSigner, software_trust: Trust, tmp_path: Path) -> None:
    source = tmp_path / "large.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Ballast = pdf.make_stream(bytes(33 << 20))
        pdf.save(source, compress_streams=False)
    done = sign_pdf(source, tmp_path / "out.pdf", software, appearance=Appearance(Kind.DIGITISED))
    assert verify_pdf(done.path, trust=software_trust).verdict == "valid"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["large.pdf", "out.pdf"]


def test_an_expired_certificate_does_not_sign(hsm: Hsm, pki: Pki, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    with TokenSession(hsm.module, PIN, now=datetime.now(UTC) - timedelta(days=500)) as session:
        signer = session.signer("03")  # it was good then, the session is told
        with pytest.raises(AppError) as error:
            sign_pdf(source, tmp_path / "b.pdf", signer)
    assert error.value.code == "token.certificate_expired"
    assert not (tmp_path / "b.pdf").exists()


@pytest.mark.parametrize("make", [files.hybrid, files.damaged])
def test_odd_unsigned_files_are_written_anew_once(
    software: SoftwareSigner, software_trust: Trust, tmp_path: Path, make: object
) -> None:
    source = make(tmp_path / "odd.pdf")  # type: ignore[operator]
    before = source.read_bytes()
    done = sign_pdf(source, tmp_path / "out.pdf", software)
    assert done.normalised
    assert source.read_bytes() == before
    assert verify_pdf(done.path, trust=software_trust).verdict == "valid"
    again = sign_pdf(done.path, tmp_path / "twice.pdf", software)
    assert not again.normalised
    assert verify_pdf(again.path, trust=software_trust).verdict == "valid"


def test_bad_input_is_told_and_leaves_nothing(software: SoftwareSigner, tmp_path: Path) -> None:
    good = files.plain(tmp_path / "good.pdf")
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Cata")
    text, empty = tmp_path / "text.pdf", tmp_path / "empty.pdf"
    text.write_text("không phải PDF")
    empty.write_bytes(b"")
    out = tmp_path / "out.pdf"
    cases = [
        (tmp_path / "absent.pdf", out, "sign.unreadable"),
        (text, out, "pdf.not_pdf"),
        (empty, out, "pdf.not_pdf"),
        (cut, out, "pdf.damaged"),
        (files.encrypted(tmp_path / "e1.pdf"), out, "pdf.encrypted"),
        (files.encrypted(tmp_path / "e2.pdf", "mở"), out, "pdf.encrypted"),
        (good, good, "sign.same_file"),
        (good, text, "sign.target_exists"),
        (good, tmp_path / "no folder" / "out.pdf", "sign.unwritable"),
    ]
    for source, target, code in cases:
        with pytest.raises(AppError) as error:
            sign_pdf(source, target, software)
        assert error.value.code == code, source
        assert error.value.advice
    assert not out.exists()
    assert not list(tmp_path.glob(".*"))


def test_levels_that_lack_what_they_need(software: SoftwareSigner, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    for level, code in (
        ("LT", "sign.no_timestamp_service"),
        ("LTA", "sign.no_timestamp_service"),
        ("X", "sign.level_unknown"),
        ("T", "sign.no_timestamp_service"),
    ):
        with pytest.raises(AppError) as error:
            sign_pdf(source, tmp_path / "b.pdf", software, level=level)
        assert error.value.code == code


def lock_all() -> dict[str, object]:
    spec = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)
    return {"new_field_spec": fields.SigFieldSpec("LanhDao", field_mdp_spec=spec)}


@pytest.mark.parametrize("kind", ["fields", "certified"])
def test_a_locked_document_is_left_alone(pki: Pki, software: SoftwareSigner, tmp_path: Path, kind: str) -> None:
    locked = tmp_path / "locked.pdf"
    locked.write_bytes(lock(files.plain(tmp_path / "a.pdf"), pki, kind))
    with pytest.raises(AppError) as error:
        sign_pdf(locked, tmp_path / "b.pdf", software)
    assert error.value.code == "sign.locked"


def lock(source: Path, pki: Pki, kind: str) -> bytes:
    from asn1crypto import keys, x509
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(pki.rsa.der),
        signing_key=keys.PrivateKeyInfo.wrap(keys.RSAPrivateKey.load(pki.rsa.key_der), "rsa"),
        cert_registry=SimpleCertificateStore(),
    )
    certify = {"certify": True, "docmdp_permissions": fields.MDPPerm.NO_CHANGES} if kind == "certified" else {}
    meta = signers.PdfSignatureMetadata(field_name="LanhDao", md_algorithm="sha256", **certify)
    more = lock_all() if kind == "fields" else {}
    pdf_signer = signers.PdfSigner(meta, signer, **more)
    out = io.BytesIO()
    pdf_signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(source.read_bytes())), output=out)
    return out.getvalue()


def test_a_broken_earlier_signature_is_not_covered_up(software: SoftwareSigner, tmp_path: Path) -> None:
    signed = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software).path
    data = bytearray(signed.read_bytes())
    at = data.index(b"Quyet dinh 125")
    data[at : at + 5] = b"Xoa b"
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(data)
    with pytest.raises(AppError) as error:
        sign_pdf(broken, tmp_path / "c.pdf", software)
    assert error.value.code == "sign.earlier_broken"
    assert not (tmp_path / "c.pdf").exists()


def test_an_empty_field_can_be_filled(software: SoftwareSigner, software_trust: Trust, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    writer = IncrementalPdfFileWriter(io.BytesIO(source.read_bytes()))
    fields.append_signature_field(writer, fields.SigFieldSpec("NguoiKy", box=(300, 100, 500, 160)))
    out = io.BytesIO()
    writer.write(out)
    ready = tmp_path / "ready.pdf"
    ready.write_bytes(out.getvalue())
    done = sign_pdf(ready, tmp_path / "b.pdf", software, field="NguoiKy", appearance=Appearance(Kind.DIGITISED))
    assert done.field == "NguoiKy"
    assert "Cơ quan thử nghiệm" in pdftotext(done.path)
    assert verify_pdf(done.path, trust=software_trust).verdict == "valid"
    with pytest.raises(AppError) as error:
        sign_pdf(done.path, tmp_path / "c.pdf", software, field="NguoiKy")
    assert error.value.code == "sign.field_taken"


@pytest.mark.parametrize("kind", [Kind.NONE, Kind.DIGITISED, Kind.PERSON])
def test_pdfa_stays_pdfa(software: SoftwareSigner, tmp_path: Path, kind: Kind) -> None:
    source = files.pdfa(tmp_path / "a.pdf")
    image = files.picture(tmp_path / "sign.png", (20, 40, 200)) if kind is Kind.PERSON else None
    done = sign_pdf(source, tmp_path / "b.pdf", software, appearance=Appearance(kind, image=image))
    assert not pikepdf.pdfa.validate_written(source, "2b").findings
    found = pikepdf.pdfa.validate_written(done.path, "2b").findings
    assert [(f.kind, "/AcroForm" in f.where) for f in found] == [("unsupported", True)]  # it knows no forms at all
    assert not pikepdf.pdfa.validate_written(as_content(done.path, tmp_path / "c.pdf"), "2b").findings


def as_content(signed: Path, out: Path) -> Path:
    """The signature's appearance drawn as part of the page, where the PDF/A check looks at it."""
    with pikepdf.open(signed) as pdf:
        page = pdf.pages[0]
        if "/AP" in page.Annots[0]:
            page.Resources.XObject.Shown = page.Annots[0].AP.N
            page.Contents = pdf.make_stream(page.Contents.read_bytes() + b" q /Shown Do Q")
        del page.obj["/Annots"]
        del pdf.Root["/AcroForm"]
        pdf.save(out)
    return out


def test_the_test_identity_says_that_it_is_one(identity: TestIdentity, tmp_path: Path) -> None:
    signer = SoftwareSigner(identity.pkcs12)
    assert "thử nghiệm" in signer.certificate.subject
    assert identity.pkcs12.stat().st_mode & 0o077 == 0
    done = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", signer)
    assert verify_pdf(done.path).verdict == "unknown"  # no shipped root vouches for it
    with pytest.raises(AppError) as error:
        SoftwareSigner(tmp_path / "a.pdf")
    assert error.value.code == "token.test_identity"


def test_a_file_is_tried_in_the_sandbox_first(software: SoftwareSigner, boxes: SandboxPool, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    assert sign_pdf(source, tmp_path / "b.pdf", software, sandbox=boxes).signatures == 1
    assert sign_pdf(tmp_path / "b.pdf", tmp_path / "c.pdf", software, sandbox=boxes).signatures == 2
    with SandboxPool(1, timeout=0) as hurried, pytest.raises(AppError) as told:  # what would hang here is ended there
        sign_pdf(source, tmp_path / "d.pdf", software, sandbox=hurried)
    assert told.value.code == "sandbox.timeout"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.pdf", "c.pdf"]


def test_signers_are_read_in_the_sandbox(software: SoftwareSigner, boxes: SandboxPool, tmp_path: Path) -> None:
    signed = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software).path
    assert signers_in(signed, boxes) == signers_in(signed, None) == [software.certificate.der]
    assert signers_in(tmp_path / "a.pdf", boxes) == []
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7 /ByteRange")
    assert signers_in(tmp_path / "c.pdf", boxes) == []
