"""Certification, locks, demands of a form, and the order of signatures that the decree lays down."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from app.errors import AppError
from app.signature.locks import Lock
from app.signature.order import Step
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.tokens import TokenSession
from app.signature.trust import Trust, load_trust
from app.signature.verify import verify_pdf
from tests.signature import files
from tests.signature.conftest import PIN, Hsm, pdfsig
from tests.signature.pki import Pki


@pytest.fixture(scope="module")
def both(pki: Pki, software_trust: Trust) -> Trust:
    return Trust((*load_trust(pki.chain).anchors, *software_trust.anchors))


def with_fields(path: Path, out: Path, *specs: fields.SigFieldSpec) -> Path:
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()))
    for spec in specs:
        fields.append_signature_field(writer, spec)
    target = io.BytesIO()
    writer.write(target)
    out.write_bytes(target.getvalue())
    return out


def refused(*args: object, **more: object) -> str:
    with pytest.raises(AppError) as error:
        sign_pdf(*args, **more)  # type: ignore[arg-type]
    assert error.value.advice
    return error.value.code


@pytest.mark.parametrize("rights", [1, 2, 3])
def test_certified_with_rights(software: SoftwareSigner, software_trust: Trust, tmp_path: Path, rights: int) -> None:
    done = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software, certify=rights)
    assert verify_pdf(done.path, trust=software_trust).verdict == "valid"
    assert b"/DocMDP" in done.path.read_bytes()
    again = tmp_path / "c.pdf"
    if rights == 1:
        assert refused(done.path, again, software) == "sign.locked"
    else:
        sign_pdf(done.path, again, software)
        assert verify_pdf(again, trust=software_trust).verdict == "valid"
    assert refused(done.path, tmp_path / "d.pdf", software, certify=2) == "sign.certify_first"


def test_a_third_signature_after_lock_all_is_refused(software: SoftwareSigner, software_trust: Trust, tmp_path: Path) -> None:
    first = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", software)
    second = sign_pdf(first.path, tmp_path / "c.pdf", software, lock=Lock())
    assert verify_pdf(second.path, trust=software_trust).verdict == "valid"
    assert refused(second.path, tmp_path / "d.pdf", software) == "sign.locked"
    part = sign_pdf(first.path, tmp_path / "e.pdf", software, lock=Lock(("HoTen",), 2))
    third = sign_pdf(part.path, tmp_path / "f.pdf", software)  # only one form field is locked
    assert verify_pdf(third.path, trust=software_trust).verdict == "valid"


def test_the_lock_of_a_prepared_field_is_put_into_the_signature(
    software: SoftwareSigner, software_trust: Trust, tmp_path: Path
) -> None:
    lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, ["VanThu"])
    ready = with_fields(
        files.plain(tmp_path / "a.pdf"),
        tmp_path / "b.pdf",
        fields.SigFieldSpec("LanhDao", field_mdp_spec=lock, doc_mdp_update_value=MDPPerm.FILL_FORMS),
        fields.SigFieldSpec("VanThu"),
        fields.SigFieldSpec("Khac"),
    )
    done = sign_pdf(ready, tmp_path / "c.pdf", software, field="LanhDao")
    assert b"/FieldMDP" in done.path.read_bytes()
    assert refused(done.path, tmp_path / "x.pdf", software) == "sign.locked"
    assert refused(done.path, tmp_path / "x.pdf", software, field="Khac") == "sign.locked"
    clerk = sign_pdf(done.path, tmp_path / "d.pdf", software, field="VanThu")
    assert [s.verdict for s in verify_pdf(clerk.path, trust=software_trust).signatures] == ["valid", "valid"]


def test_what_a_field_demands(software: SoftwareSigner, tmp_path: Path) -> None:
    flag, seed = fields.SigSeedValFlags, fields.SigSeedValueSpec
    demands: Sequence[tuple[fields.SigSeedValueSpec, dict[str, object], bool]] = [
        (seed(flags=flag.DIGEST_METHOD, digest_methods=["sha512"]), {}, False),
        (seed(flags=flag.DIGEST_METHOD, digest_methods=["SHA256", "sha512"]), {}, True),
        (seed(flags=flag.REASONS, reasons=["Phê duyệt"]), {"reason": "Khác"}, False),
        (seed(flags=flag.REASONS, reasons=["Phê duyệt"]), {"reason": "Phê duyệt"}, True),
        (seed(reasons=["Phê duyệt"]), {"reason": "Khác"}, True),  # a suggestion only
        (seed(flags=flag.SUBFILTER, subfilters=[fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED]), {}, False),
        (seed(timestamp_server_url="http://tsa.ca.gov.vn", timestamp_required=True), {}, False),
        (seed(seed_signature_type=fields.SeedSignatureType(MDPPerm.FILL_FORMS)), {}, False),
        (seed(seed_signature_type=fields.SeedSignatureType(MDPPerm.FILL_FORMS)), {"certify": 2}, True),
        (
            seed(cert=fields.SigCertConstraints(flags=fields.SigCertConstraintFlags.SUBJECT, subjects=[stranger()])),
            {},
            False,
        ),
    ]
    for number, (spec, options, met) in enumerate(demands):
        plain = files.plain(tmp_path / f"p{number}.pdf")
        ready = with_fields(plain, tmp_path / f"r{number}.pdf", fields.SigFieldSpec("O", seed_value_dict=spec))
        out = tmp_path / f"s{number}.pdf"
        if met:
            assert sign_pdf(ready, out, software, field="O", **options).field == "O"  # type: ignore[arg-type]
        else:
            assert refused(ready, out, software, field="O", **options) == "sign.field_demands", number


def stranger() -> object:
    import asn1crypto.pem
    import asn1crypto.x509

    from app.paths import RESOURCES

    der = (RESOURCES / "trust" / "government" / "rootcag2.crt").read_bytes()
    if asn1crypto.pem.detect(der):
        der = asn1crypto.pem.unarmor(der)[2]
    return asn1crypto.x509.Certificate.load(der)


def test_the_order_of_the_decree(
    hsm: Hsm, both: Trust, software: SoftwareSigner, software_trust: Trust, tmp_path: Path, nss: Path
) -> None:
    """The person with authority, then number, date and seal; only the seal's own signature vouches for nothing."""
    paper = files.plain(tmp_path / "a.pdf")
    for step in ("number", "date", "seal"):
        assert refused(paper, tmp_path / "x.pdf", software, step=Step(step), trust=both) == "sign.not_approved"
    with TokenSession(hsm.module, PIN) as session:
        head = session.signer("01")
        approved = sign_pdf(paper, tmp_path / "b.pdf", head, step=Step("approval"), trust=both)
        own = refused(approved.path, tmp_path / "x.pdf", head, step=Step("seal"), trust=both)
    assert own == "sign.not_approved"
    unknown = refused(approved.path, tmp_path / "x.pdf", software, step=Step("seal"), trust=software_trust)
    assert unknown == "sign.approval_doubtful"
    path = approved.path
    for step, field in (("number", "SoVanBan1"), ("date", "NgayVanBan1"), ("seal", "ConDau1")):
        done = sign_pdf(path, tmp_path / f"{step}.pdf", software, step=Step(step), trust=both)
        assert done.field == field
        path = done.path
    assert [s.verdict for s in verify_pdf(path, trust=both).signatures] == ["valid"] * 4
    assert pdfsig(path, nss).count("Signature is Valid.") == 4
    assert refused(path, tmp_path / "x.pdf", software, step=Step("number"), trust=both) == "sign.sealed"
    assert refused(path, tmp_path / "x.pdf", software, step=Step("approval"), trust=both) == "sign.sealed"
    assert not (tmp_path / "x.pdf").exists()


def test_a_seal_over_a_signature_that_does_not_hold(hsm: Hsm, both: Trust, software: SoftwareSigner, tmp_path: Path) -> None:
    with TokenSession(hsm.module, PIN) as session:
        done = sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", session.signer("02"), trust=both)
    data = bytearray(done.path.read_bytes())
    at = data.index(b"Quyet dinh")
    data[at : at + 5] = b"Xoa b"
    done.path.write_bytes(data)
    assert refused(done.path, tmp_path / "c.pdf", software, step=Step("seal"), trust=both) == "sign.approval_doubtful"


@pytest.mark.parametrize("who", ["software", "token"])
def test_rsa_pss(hsm: Hsm, pki: Pki, both: Trust, software: SoftwareSigner, nss: Path, tmp_path: Path, who: str) -> None:
    source = files.plain(tmp_path / "a.pdf")
    if who == "software":
        done = sign_pdf(source, tmp_path / "b.pdf", software, pss=True)
    else:
        with TokenSession(hsm.module, PIN) as session:
            done = sign_pdf(source, tmp_path / "b.pdf", session.signer("01"), pss=True, trust=both)
            raw = session.sign(b"abc", "sha512", "01", pss=True)
        key = pki.rsa.cert.public_key()
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(raw, b"abc", padding.PSS(padding.MGF1(hashes.SHA512()), 64), hashes.SHA512())
        assert "Signature is Valid." in pdfsig(done.path, nss)
    assert verify_pdf(done.path, trust=both).verdict == "valid"


def test_what_was_shown_is_what_is_signed(software: SoftwareSigner, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    shown = hashlib.sha256(source.read_bytes()).hexdigest()
    looked_at: list[bytes] = []

    def look(path: Path) -> list[str]:
        looked_at.append(path.read_bytes())
        return ["shadow.layer"]

    done = sign_pdf(source, tmp_path / "b.pdf", software, shown=shown, inspect=look)
    assert looked_at == [source.read_bytes()]
    assert done.warnings == ("shadow.layer",)
    source.write_bytes(source.read_bytes() + b"\n")
    assert refused(source, tmp_path / "c.pdf", software, shown=shown) == "sign.changed_since_shown"

    def refuse(_path: Path) -> list[str]:
        raise AppError("shadow.found", "x", "y")

    assert refused(source, tmp_path / "c.pdf", software, inspect=refuse) == "shadow.found"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.pdf"]


def test_signing_keys_have_an_end(software: SoftwareSigner) -> None:
    from datetime import UTC, datetime

    from app.signature.certificates import read_certificate
    from app.signature.signing_algorithms import digest_fits, key_fits

    now, later = datetime(2026, 11, 27, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
    assert key_fits("rsa", 2048, now)
    assert not key_fits("rsa", 2048, later)
    assert key_fits("rsa", 3072, later)
    assert not key_fits("rsa", 1024, now)
    assert key_fits("ec", 256, later)
    assert not key_fits("ec", 224, now)
    assert not digest_fits("SHA-1", now)
    assert digest_fits("sha256", later)
    old = read_certificate(software.certificate.der, now=later)
    assert old.why_not == "weak_key"
    assert replace(old, why_not="weak_issue").reason
