"""Never green on a manipulated file; never a crash."""

from __future__ import annotations

import asyncio
import io
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.errors import AppError
from app.sandbox import SandboxPool
from app.signature.reasons import REASONS, sentence
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner
from app.signature.trust import SHIPPED, Trust, load_trust
from app.signature.verify import Verification, verify_pdf
from tests.signature import files
from tests.signature.pki import Identity, Pki, issue, rsa_key
from tests.signature.stamps import stamper


@pytest.fixture
def signed(software: SoftwareSigner, tmp_path: Path) -> Path:
    return sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "signed.pdf", software).path


def verdict(path: Path, trust: Trust) -> str:
    return verify_pdf(path, trust=trust).verdict


def other_program(source: Path, out: Path, pki: Pki, who: Identity, **how: object) -> Path:
    """Signs with pyHanko as it comes: another program's signature. `how`: stamp, moment, subfilter."""
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(pki.issuing.der))
    key = keys.PrivateKeyInfo.wrap(keys.RSAPrivateKey.load(who.key_der), "rsa")
    signer = signers.SimpleSigner(x509.Certificate.load(who.der), key, store)
    meta = signers.PdfSignatureMetadata(
        field_name="S1", md_algorithm="sha256", subfilter=how.get("subfilter", fields.SigSeedSubFilter.PADES)
    )
    target = io.BytesIO()
    pdf_signer = signers.PdfSigner(meta, signer, timestamper=how.get("stamp"))
    writer = IncrementalPdfFileWriter(io.BytesIO(source.read_bytes()), strict=False)
    pdf_signer.sign_pdf(writer, output=target)
    out.write_bytes(target.getvalue())
    return out


def test_the_report_has_the_agreed_shape(signed: Path, software_trust: Trust) -> None:
    row = json.loads(json.dumps(verify_pdf(signed, trust=software_trust).to_json()))
    assert row["verdict"] == "valid"
    (one,) = row["signatures"]
    assert set(one) >= {
        "field", "signer", "issuer", "signedAt", "timeSource", "level", "verdict", "intact", "coversWholeFile",
        "changesAfter", "reasons",
    }  # fmt: skip
    assert (one["intact"], one["coversWholeFile"], one["changesAfter"], one["level"]) == (True, True, "none", "B")
    assert one["signer"] == "Văn Khố – chứng thư thử nghiệm"
    assert datetime.fromisoformat(one["signedAt"]).tzinfo is not None


def test_integrity_is_told_whatever_the_trust(signed: Path) -> None:
    found = verify_pdf(signed)
    (one,) = found.signatures
    assert (found.verdict, one.intact, one.changes_after) == ("unknown", True, "none")
    assert "cert.untrusted" in one.reasons


def test_a_folder_of_anchors_is_enough(signed: Path, software_trust: Trust, pki: Pki, tmp_path: Path) -> None:
    (tmp_path / "anchors").mkdir()
    for number, anchor in enumerate(software_trust.anchors):
        (tmp_path / "anchors" / f"{number}.der").write_bytes(anchor.dump())
    (tmp_path / "anchors" / "bad.crt").write_bytes(b"nothing")
    assert verify_pdf(signed, trust=tmp_path / "anchors").verdict == "valid"


def test_other_programs_signatures(pki: Pki, trust: Trust, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    for number, (subfilter, level) in enumerate(
        ((fields.SigSeedSubFilter.PADES, "B"), (fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED, "CMS"))
    ):
        path = other_program(source, tmp_path / f"{number}.pdf", pki, pki.rsa, subfilter=subfilter)
        (one,) = verify_pdf(path, trust=load_trust(pki.trust)).signatures  # the root alone: the chain comes from the file
        assert (one.verdict, one.level) == ("valid", level)


def test_files_that_break_the_rules_are_read_with_leniency(
    pki: Pki, trust: Trust, software: SoftwareSigner, tmp_path: Path
) -> None:
    hybrid = other_program(files.hybrid(tmp_path / "a.pdf"), tmp_path / "b.pdf", pki, pki.rsa)
    (one,) = verify_pdf(hybrid, trust=trust).signatures
    assert (one.verdict, one.changes_after) == ("valid", "none")
    assert "read.lenient" in one.reasons
    with pytest.raises(AppError) as error:
        sign_pdf(hybrid, tmp_path / "c.pdf", software)
    assert error.value.code == "sign.cannot_extend"
    assert sign_pdf(files.sloppy(tmp_path / "s.pdf"), tmp_path / "d.pdf", software).normalised


def test_an_expired_certificate_is_never_green(pki: Pki, trust: Trust, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    plain = other_program(source, tmp_path / "b.pdf", pki, pki.expired)
    stamped = other_program(source, tmp_path / "t.pdf", pki, pki.expired, stamp=stamper(pki))
    for path in (plain, stamped):
        (one,) = verify_pdf(path, trust=trust).signatures
        assert one.verdict == "invalid"
        assert one.intact
        assert "cert.expired_at_signing" in one.reasons


def test_certificates_that_were_not_made_for_signing(pki: Pki, trust: Trust, tmp_path: Path) -> None:
    source, now = files.plain(tmp_path / "a.pdf"), datetime.now(UTC)
    mail = issue("Máy chủ thư", rsa_key(2048), pki.issuing, ("key_encipherment",), now, 100)
    own = issue("Tự cấp", rsa_key(2048), None, ("digital_signature", "content_commitment"), now, 100)
    for who, reason in ((mail, "cert.key_usage"), (own, "cert.untrusted")):
        (one,) = verify_pdf(other_program(source, tmp_path / "b.pdf", pki, who), trust=trust).signatures
        assert (one.verdict, one.intact) == ("unknown", True)
        assert reason in one.reasons


def test_a_certificate_that_expired_since(pki: Pki, trust: Trust, tmp_path: Path) -> None:
    source = files.plain(tmp_path / "a.pdf")
    later = datetime.now(UTC) + timedelta(days=500)
    plain = other_program(source, tmp_path / "b.pdf", pki, pki.rsa)
    (one,) = verify_pdf(plain, trust=trust, now=later).signatures
    assert (one.verdict, one.intact) == ("unknown", True)
    assert "cert.expired" in one.reasons
    before = datetime.now(UTC) - timedelta(days=30)
    (one,) = verify_pdf(plain, trust=trust, now=before).signatures
    assert one.verdict != "valid"


def test_a_changed_byte_anywhere_is_noticed(signed: Path, software_trust: Trust, tmp_path: Path) -> None:
    data = signed.read_bytes()
    gap = (data.index(b"/Contents <") + 11, data.index(b">", data.index(b"/Contents <")))
    chance = random.Random(7)
    places = [n for n in (chance.randrange(20, len(data) - 8) for _ in range(60)) if not gap[0] <= n < gap[1]]
    copy = tmp_path / "copy.pdf"
    for place in places:
        bad = bytearray(data)
        bad[place] ^= 1 << chance.randrange(7)
        copy.write_bytes(bad)
        assert verdict(copy, software_trust) in ("invalid", "unknown"), place
    bad = bytearray(data)
    at = data.index(b"Quyet dinh 125")
    bad[at : at + 5] = b"Huy b"
    copy.write_bytes(bad)
    (one,) = verify_pdf(copy, trust=software_trust).signatures
    assert (one.verdict, one.intact) == ("invalid", False)
    assert "digest.mismatch" in one.reasons


def test_a_cut_file_is_never_green(signed: Path, software_trust: Trust, tmp_path: Path) -> None:
    data = signed.read_bytes()
    copy = tmp_path / "copy.pdf"
    for size in (*range(0, len(data) - 2, max(1, len(data) // 30)), len(data) - 7):
        copy.write_bytes(data[:size])
        assert verdict(copy, software_trust) in ("unknown", "invalid", "unsigned"), size
        if size > data.index(b"/ByteRange"):
            assert verdict(copy, software_trust) != "unsigned", size


def test_an_overlay_is_found(signed: Path, software_trust: Trust, tmp_path: Path) -> None:
    number = files.object_number(signed, "contents")
    text = b"BT /F0 40 Tf 100 500 Td (Huy bo) Tj ET"
    forged = files.append_object(
        signed, tmp_path / "overlay.pdf", number, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)
    )
    found = verify_pdf(forged, trust=software_trust)
    (one,) = found.signatures
    assert (found.verdict, one.intact, one.covers_whole_file, one.changes_after) == ("invalid", True, False, "suspicious")
    assert "changes.suspicious" in one.reasons


def test_an_added_annotation_is_found(signed: Path, software_trust: Trust, tmp_path: Path) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.read_bytes()))
    from pyhanko.pdf_utils import generic

    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (90, 480, 400, 520)]),
            generic.pdf_name("/Contents"): generic.pdf_string("Bãi bỏ"),
        }
    )
    writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))
    forged = tmp_path / "note.pdf"
    with forged.open("wb") as out:
        writer.write(out)
    (one,) = verify_pdf(forged, trust=software_trust).signatures
    assert (one.verdict, one.changes_after) == ("invalid", "suspicious")


def test_a_shadow_attack_is_found(software: SoftwareSigner, software_trust: Trust, tmp_path: Path) -> None:
    prepared = files.shadow_prepared(tmp_path / "a.pdf")
    done = sign_pdf(prepared, tmp_path / "b.pdf", software).path
    cover = files.object_number(done, "cover")
    free = b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream"
    for number, body in ((cover, free), (cover, b"null"), (files.object_number(done, "page"), b"<< /Type /Page >>")):
        forged = files.append_object(done, tmp_path / "c.pdf", number, body)
        found = verify_pdf(forged, trust=software_trust)
        assert found.verdict == "invalid"
        assert found.signatures[0].changes_after == "suspicious"


def test_a_signature_taken_out_of_the_form_is_not_unsigned(signed: Path, software_trust: Trust, tmp_path: Path) -> None:
    with pikepdf.open(signed) as pdf:
        pages = pdf.Root.Pages.objgen[0]
    number = files.object_number(signed, "catalog")
    forged = files.append_object(signed, tmp_path / "b.pdf", number, b"<< /Type /Catalog /Pages %d 0 R >>" % pages)
    found = verify_pdf(forged, trust=software_trust)
    assert (found.verdict, found.reasons) == ("unknown", ["signature.orphan"])


@pytest.mark.parametrize(
    "change",
    [(0, 0, 0, -20), (0, -10, 0, 0), (5, 0, 0, 0), (0, 10**4, 10**4, 10), (0, 10, -10, 0), (0, -30, -30, 30)],
)
def test_a_strange_range_is_never_green(signed: Path, software_trust: Trust, tmp_path: Path, change: tuple[int, ...]) -> None:
    data = signed.read_bytes()
    start = data.index(b"/ByteRange [") + 12
    end = data.index(b"]", start)
    numbers = [int(n) + plus for n, plus in zip(data[start:end].split(), change, strict=True)]
    copy = tmp_path / "range.pdf"
    copy.write_bytes(data[:start] + b" ".join(b"%d" % n for n in numbers).ljust(end - start) + data[end:])
    (one,) = verify_pdf(copy, trust=software_trust).signatures
    assert one.verdict == "invalid"
    assert one.changes_after == "suspicious"


def test_someone_elses_key_under_the_signers_name(software: SoftwareSigner, pki: Pki, tmp_path: Path) -> None:
    class Thief(SoftwareSigner):
        def __init__(self) -> None:
            self.certificate = software.certificate

        def sign(self, tbs: bytes, digest_algorithm: str, *, pss: bool = False) -> bytes:
            value: bytes = pki.issuing.key.sign(tbs, padding.PKCS1v15(), SHA256())  # type: ignore[call-arg, arg-type, assignment]
            return value

    with pytest.raises(AppError) as error:
        sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "b.pdf", Thief())
    assert error.value.code == "sign.check_failed"


def test_files_without_signature_and_odd_files(software: SoftwareSigner, software_trust: Trust, tmp_path: Path) -> None:
    cases = [
        (files.plain(tmp_path / "plain.pdf"), "unsigned", "unsigned"),
        (files.hybrid(tmp_path / "hybrid.pdf"), "unsigned", "unsigned"),
        (files.encrypted(tmp_path / "secret.pdf", "mở"), "unknown", "pdf.encrypted"),
        (files.encrypted(tmp_path / "open.pdf"), "unsigned", "unsigned"),
        (write(tmp_path / "text.pdf", b"abc"), "unknown", "pdf.not_pdf"),
        (write(tmp_path / "empty.pdf", b""), "unknown", "pdf.not_pdf"),
        (write(tmp_path / "head.pdf", b"%PDF-1.7\n"), "unknown", "read.failed"),
        (write(tmp_path / "noise.pdf", b"%PDF-1.7\n" + random.Random(3).randbytes(5000)), "unknown", "read.failed"),
    ]
    for path, expected, reason in cases:
        found = verify_pdf(path, trust=software_trust)
        assert (found.verdict, found.reasons, found.signatures) == (expected, [reason], []), path
    with pytest.raises(AppError) as error:
        verify_pdf(tmp_path / "absent.pdf")
    assert error.value.code == "verify.unreadable"


def test_the_shipped_anchors_are_the_states() -> None:
    assert {a.sha256.hex()[:8] for a in load_trust().anchors} >= {"f04ba4b4", "f7bc8905", "d8cab7a4", "e4b402e3", "75e969c0"}
    assert SHIPPED.joinpath("README.md").exists()
    roots = {str(a.subject.native["common_name"]) for a in load_trust().roots}
    assert "RootCA chuyên dùng Chính phủ G2" in roots
    assert "CA phục vụ các cơ quan Nhà nước G2" not in roots


def test_every_reason_has_a_sentence_in_vietnamese() -> None:
    for code, (_weight, english) in REASONS.items():
        assert sentence(code) != english, code


def test_it_runs_in_the_sandbox(signed: Path, pki: Pki, boxes: SandboxPool) -> None:
    row = boxes.call("app.signature.tasks:verify", path=signed, trust=pki.trust)
    assert row["verdict"] == "unknown"
    assert row["signatures"][0]["intact"] is True
    assert Verification.from_json(row) == verify_pdf(signed, trust=pki.trust)


def test_an_odd_file_is_rewritten_in_the_sandbox(software: SoftwareSigner, tmp_path: Path, boxes: SandboxPool) -> None:
    done = sign_pdf(files.hybrid(tmp_path / "a.pdf"), tmp_path / "b.pdf", software, sandbox=boxes)
    assert done.normalised
    broken = write(tmp_path / "c.pdf", b"%PDF-1.7\n1 0 obj\n<<")
    with pytest.raises(AppError) as error:
        sign_pdf(broken, tmp_path / "d.pdf", software, sandbox=boxes)
    assert error.value.code == "pdf.damaged"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.pdf", "b.pdf", "c.pdf"]


def test_noise_in_the_signature_value_never_crashes(signed: Path, software_trust: Trust, tmp_path: Path) -> None:
    data = signed.read_bytes()
    start = data.index(b"/Contents <") + 11
    chance = random.Random(11)
    copy = tmp_path / "copy.pdf"
    for _round in range(40):
        bad = bytearray(data)
        for _flip in range(chance.choice((1, 1, 3, 20))):
            place = start + chance.randrange(2400)
            bad[place] = chance.choice(b"0123456789ABCDEF")
        copy.write_bytes(bad)
        (one,) = verify_pdf(copy, trust=software_trust).signatures
        assert one.verdict in ("valid", "invalid", "unknown")  # certificates sent along are not signed
        assert one.intact or one.verdict != "valid"


def test_it_works_inside_a_running_loop(signed: Path, software_trust: Trust) -> None:
    async def inside() -> str:
        return verify_pdf(signed, trust=software_trust).verdict

    assert asyncio.run(inside()) == "valid"


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
