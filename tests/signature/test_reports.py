"""The reports: read back, complete, and the signed version taken out."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from app.desk import verifying
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.signature.reasons import REASONS, Weight, sub_indication
from app.signature.report_xml import VR
from app.signature.sign import sign_pdf
from app.signature.software import SoftwareSigner, TestIdentity
from app.signature.xades import sign_xml
from tests.signature import attacks, files
from tests.signature.conftest import pdftotext
from tests.signature.odd_pki import signed_by
from tests.signature.report_schema import SCHEMA
from tests.signature.test_honest_changes import SECOND

N = {"vr": VR}


@pytest.fixture
def signed(software: SoftwareSigner, tmp_path: Path) -> Path:
    return sign_pdf(files.plain(tmp_path / "a.pdf"), tmp_path / "Quyết định.pdf", software).path


def test_the_printed_report(signed: Path, identity: TestIdentity, boxes: SandboxPool, tmp_path: Path) -> None:
    report = verifying.write_report(Job(), boxes, signed, tmp_path / "r.pdf", trust=identity.trust)
    assert report["verdict"] == "valid"
    text = " ".join(pdftotext(tmp_path / "r.pdf").split())
    for words in (
        "BÁO CÁO KẾT QUẢ KIỂM TRA CHỮ KÝ SỐ", "Kết luận: HỢP LỆ", "Người ký: Văn Khố – chứng thư thử nghiệm",
        "Đơn vị quản lý chứng thư: Cơ quan thử nghiệm", "Nội dung toàn vẹn từ khi ký: có", "+07:00", "TOTAL-PASSED",
    ):  # fmt: skip
        assert words in text, words


def test_the_report_for_machines(signed: Path, identity: TestIdentity, boxes: SandboxPool, tmp_path: Path) -> None:
    forged = tmp_path / "forged.pdf"
    attacks.overlay(signed, forged)
    for path, indication, sub in ((signed, "total-passed", None), (forged, "total-failed", "FORMAT_FAILURE")):
        out = tmp_path / f"{path.stem}.xml"
        verifying.write_report(Job(), boxes, path, out, trust=identity.trust)
        root = etree.parse(out).getroot()
        (entry,) = root.findall("vr:SignatureValidationReport", N)
        assert entry.findtext(".//vr:MainIndication", None, N) == f"urn:etsi:019102:mainindication:{indication}"
        assert entry.findtext(".//vr:SubIndication", None, N) == (f"urn:etsi:019102:subindication:{sub}" if sub else None)
        objects = {one.get("id") for one in root.iter(f"{{{VR}}}ValidationObject")}
        assert entry.find(".//vr:SignerCertificate", N).get("VOReference") in objects
        assert all(base64.b64decode(one.text) for one in root.iter(f"{{{VR}}}base64"))


def test_the_report_keeps_to_the_schema(signed: Path, identity: TestIdentity, boxes: SandboxPool, tmp_path: Path) -> None:
    """Signatures of all verdicts, a file without one, and an XML signature, whose certificate is told by its digest."""
    forged, plain, message = tmp_path / "forged.pdf", files.plain(tmp_path / "plain.pdf"), tmp_path / "m.xml"
    attacks.overlay(signed, forged)
    message.write_text("<thu><noi-dung>Kính gửi</noi-dung></thu>", "utf-8")
    sign_xml(message, tmp_path / "signed.xml", SoftwareSigner(identity.pkcs12))
    second = signed_by(signed, tmp_path / "two.pdf", SECOND, field="S2")
    schema = etree.XMLSchema(etree.fromstring(SCHEMA))
    for number, path in enumerate((signed, forged, second, plain, tmp_path / "signed.xml")):
        out = tmp_path / f"report{number}.xml"
        verifying.write_report(Job(), boxes, path, out, trust=identity.trust)
        schema.assertValid(etree.parse(out))
    broken = etree.parse(tmp_path / "report0.xml")
    broken.find(".//vr:BestSignatureTime", N).getparent().remove(broken.find(".//vr:BestSignatureTime", N))
    assert not schema.validate(broken)


FAILED = {"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED", "NOT_YET_VALID"}


def test_words_fit_the_indication() -> None:
    """ETSI EN 319 102-1, table 5: some words belong to TOTAL-FAILED, all others to INDETERMINATE."""
    for code, (how_bad, _text) in REASONS.items():
        if how_bad is not Weight.NOTE:
            assert (sub_indication(code, proven=False) in FAILED) == (how_bad is Weight.FAULT), code


def test_report_targets(signed: Path, boxes: SandboxPool, tmp_path: Path) -> None:
    (tmp_path / "there.xml").touch()
    for name, code in (("r.doc", "verify.report_kind"), ("there.xml", "verify.target_exists")):
        with pytest.raises(AppError) as error:
            verifying.write_report(Job(), boxes, signed, tmp_path / name)
        assert error.value.code == code


def test_the_signed_version(signed: Path, boxes: SandboxPool, tmp_path: Path) -> None:
    forged, out = tmp_path / "forged.pdf", tmp_path / "out.pdf"
    attacks.overlay(signed, forged)
    verifying.save_signed_version(Job(), boxes, forged, "ChuKy1", out)
    assert out.read_bytes() == signed.read_bytes()
    with pytest.raises(AppError) as error:
        verifying.save_signed_version(Job(), boxes, forged, "ChuKy9", tmp_path / "no.pdf")
    assert error.value.code == "verify.no_such_signature"


def test_where_it_looks_different(signed: Path, boxes: SandboxPool, tmp_path: Path) -> None:
    covered = verifying.verify_file(Job(), boxes, signed)["signatures"][0]["coveredBytes"]
    second = signed_by(signed, tmp_path / "two.pdf", SECOND, field="S2")
    assert verifying.changed_places(Job(), boxes, second, covered) == []
    attacks.overlay(signed, tmp_path / "forged.pdf")
    (row,) = verifying.changed_places(Job(), boxes, tmp_path / "forged.pdf", covered)
    assert (row["page"], row["kind"]) == (0, "changed")
    left, top, right, bottom = row["boxes"][0]
    assert 0.1 < left < right < 0.5
    assert 0.35 < top < bottom < 0.45
    attacks.new_page(signed, tmp_path / "page.pdf")
    assert verifying.changed_places(Job(), boxes, tmp_path / "page.pdf", covered) == [{"page": 1, "kind": "added", "boxes": []}]


def test_it_travels_as_json(signed: Path, boxes: SandboxPool) -> None:
    row = verifying.verify_file(Job(), boxes, signed, evidence=True)
    assert json.loads(json.dumps(row)) == row
    assert row["evidence"]["certificates"]
    assert datetime.fromisoformat(row["signatures"][0]["signedAt"]) < datetime.now(UTC)
