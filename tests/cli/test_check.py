"""`check` with its profiles and reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from app.package.check import PROFILES
from tests.cli.program import here
from tests.package.eark_samples import NAME, given, spoil, unpack, whole, without


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return unpack(whole("sip"), tmp_path / "tốt")


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    tree = spoil(whole(), without("//m:dmdSec", "CREATED"))
    return unpack(spoil(tree, given("//m:dmdSec/m:mdRef", "MIMETYPE", "văn bản")), tmp_path / "hỏng")


def test_the_json_of_a_package(good: Path, bad: Path) -> None:
    done = here("--json", "check", good, bad)
    done.told(1)
    first, second = done.rows
    assert set(first) == {"path", "kind", "profile", "valid", "findings"}
    assert (first["path"], first["kind"], first["profile"], first["valid"]) == (str(good), "eark-sip", "sip-2.1", True)
    assert [(f["rule"], f["level"]) for f in second["findings"]][:2] == [("CSIP19", "error"), ("CSIP26", "error")]
    assert set(second["findings"][0]) == {"rule", "level", "where", "message"}
    assert second["findings"][0]["where"] == "METS.xml#dmd1"


def test_the_profile_decides(bad: Path) -> None:
    levels = {}
    for profile in PROFILES:
        done = here("--json", "check", "--profile", profile, bad)
        levels[profile] = {f["rule"]: f["level"] for f in done.rows[0]["findings"]}
    assert levels["auto"] == levels["csip-2.1"]
    assert (levels["csip-2.1"]["CSIP26"], levels["csip-2.2"]["CSIP26"]) == ("error", "warning")
    assert levels["sip-2.0.4"]["SIP2"] == "error"
    assert levels["dip-2.2"]["DIP3"] == "error"
    assert levels["bagit"] == {"BAGIT-DECLARATION": "error"}
    assert "TT05-EAD" in levels["tt05"]
    spelt_out = here("--json", "check", "--profile", "CSIP-2.2.0", bad).rows[0]
    assert spelt_out["profile"] == "csip-2.2"
    assert here("check", "--profile", "csip-1", bad).code == 2


def _text(path: Path) -> str:
    with PdfDocument(path) as document:
        return "\n".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))


def test_the_report_as_pdf_and_json(good: Path, bad: Path, tmp_path: Path) -> None:
    pdf, rows = tmp_path / "báo cáo" / "kết quả.pdf", tmp_path / "kết quả.json"
    here("check", bad, "--report", pdf).told(1)
    text = _text(pdf)
    assert "Kiểm tra gói tin" in text
    assert NAME in text
    assert "Gói KHÔNG hợp lệ." in text
    assert "CSIP26" in text
    assert "văn bản" in text
    here("check", good, "--report", rows).told(0)
    assert json.loads(rows.read_text("utf-8"))["valid"] is True
    here("check", good, bad, "--report", rows).told(1)
    assert [row["valid"] for row in json.loads(rows.read_text("utf-8"))] == [True, False]
    here("check", good, "--report", pdf).told(0)
    assert "Gói hợp lệ." in _text(pdf)


def test_a_report_that_can_not_be_written(good: Path, tmp_path: Path) -> None:
    assert ".pdf" in here("check", good, "--report", tmp_path / "kết quả.docx").told(3)
    (tmp_path / "tệp").write_text("x")
    here("check", good, "--report", tmp_path / "tệp" / "kết quả.pdf").told(3)


def test_a_report_of_very_many_findings_has_pages_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    tree = whole()
    for number in range(1200):
        tree.files[f"documentation/thừa {number:04d} {'dài' * 40}.txt"] = b"x"
    pdf = tmp_path / "r.pdf"
    here("check", unpack(tree, tmp_path), "--report", pdf).told(1)
    with PdfDocument(pdf) as document:
        assert len(document) > 30
    text = _text(pdf)
    assert "Lỗi (1200)" in text
    assert "và 200 mục nữa không in ra" in text
