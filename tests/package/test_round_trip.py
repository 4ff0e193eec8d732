"""What is written is valid, complete, and reads as it was meant."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from app.jobs import Job
from app.package import ead, fields, profiles
from app.package.check import check_package
from app.package.write import write_package
from app.package.xml import SCHEMAS
from tests.package import samples

KINDS = ("sip-hoso", "aip-hoso")
METS = "{http://www.loc.gov/METS/}"


@pytest.mark.parametrize("as_zip", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize("dialect", profiles.DIALECTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_written_package_is_valid_without_any_finding(tmp_path: Path, kind: str, dialect: str, as_zip: bool) -> None:
    made = write_package(Job(), samples.rich(tmp_path / "in", kind), tmp_path / "out", dialect=dialect, as_zip=as_zip)
    report = check_package(made.path)
    assert report.findings == []
    assert (report.valid, report.kind, report.objid, report.files) == (True, kind, made.objid, made.files)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [made.path.name]


@pytest.mark.parametrize("kind", ["sip-tailieu", "aip-tailieu", "dip"])
def test_the_other_kinds_are_valid_too(tmp_path: Path, kind: str) -> None:
    extra = {"source": "0", "requestID": "YC1", "requestDate": "01/02/2026", "purpose": "01"}
    document = samples.document(tmp_path, 1, fields={"arcDocCode": f"{samples.ARCHIVE_CODE}.0000001"})
    package = samples.package(tmp_path / "in", kind, dossier=extra, documents=[document])
    report = check_package(write_package(Job(), package, tmp_path / "out").path)
    assert (report.findings, report.kind) == ([], kind)


def test_what_the_write_reports_is_what_lies_there(tmp_path: Path) -> None:
    made = write_package(Job(), samples.package(tmp_path / "in", "aip-hoso"), tmp_path / "out")
    content = made.path.read_bytes()
    assert made.bytes == len(content)
    assert made.sha256 == hashlib.sha256(content).hexdigest()
    assert made.objid == f"urn:H49.64:uuid-{samples.UUID.upper()}"
    with zipfile.ZipFile(made.path) as file:
        assert file.testzip() is None
        assert len(file.namelist()) == made.files
        assert {row.compress_type for row in file.infolist()} == {zipfile.ZIP_STORED}
        assert {name.split("/")[0] for name in file.namelist()} == {made.objid.replace(":", "_")}


def test_the_tree_of_both_dialects(tmp_path: Path) -> None:
    accepted = samples.written(tmp_path / "a", "aip-hoso", "accepted")
    letter = samples.written(tmp_path / "b", "aip-hoso", "letter")
    docs = "representations/rep1/metadata/descriptive"
    assert (accepted / docs / "EAD_DOC_H49.64.2001.0000001.xml").is_file()
    assert (accepted / "representations/rep1/data/H49.64.2001.0000001.pdf").is_file()
    assert {p.name for p in (accepted / "schemas").iterdir()} == {
        "mets.xsd", "xlink.xsd", "dilcisextensionmets.xsd", "dilcisextensionsipmets.xsd",
        "ead.xsd", "ead_doc.xsd", "ead_pic.xsd", "ead_media.xsd",
    }  # fmt: skip
    assert (letter / docs / f"EAD_doc_{samples.CODE}.0000001.xml").is_file()
    assert (letter / "representations/rep1/data" / f"{samples.CODE}.0000001.pdf").is_file()
    assert (letter / "schemas/EAD_doc.xsd").is_file()
    for base in (accepted, letter):
        assert (base / "metadata/preservation/PREMIS.xml").is_file()
        assert (base / "representations/rep1/metadata/preservation/PREMIS_rep1.xml").is_file()


def test_names_of_the_archives(tmp_path: Path) -> None:
    letter = write_package(Job(), samples.package(tmp_path / "in", ordinal=7), tmp_path / "l", dialect="letter")
    assert letter.path.name == f"7uuid-{samples.UUID.upper()}.zip"
    accepted = write_package(Job(), samples.package(tmp_path / "in"), tmp_path / "a")
    assert accepted.path.name == accepted.path.name.lower()
    assert samples.UUID not in accepted.path.name


@pytest.mark.parametrize(
    ("dialect", "note", "rep_agent", "agreement", "amd"),
    [
        ("accepted", ("IDENTIFICATIONCODE", "H49.64"), ("INDIVIDUAL", "nguyen.van.an"), samples.CODE, 1),
        ("letter", ("SOFTWARE VERSION", "0.1.0"), ("ORGANIZATION", "Ủy ban nhân dân huyện Quỳnh Phụ"), "YC-2026-0012", 0),
    ],
)
def test_the_header_of_both_dialects(
    tmp_path: Path, dialect: str, note: tuple[str, str], rep_agent: tuple[str, str], agreement: str, amd: int
) -> None:
    base = samples.written(tmp_path, "sip-hoso", dialect)
    root = etree.parse(str(base / "METS.xml")).getroot()
    rep = etree.parse(str(base / "representations/rep1/METS.xml")).getroot()
    told = root.find(f"{METS}metsHdr/{METS}agent/{METS}note")
    assert (told.get("{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}NOTETYPE"), told.text) == note
    agent = rep.find(f"{METS}metsHdr/{METS}agent")
    assert (agent.get("TYPE"), agent.findtext(f"{METS}name")) == rep_agent
    assert root.findtext(f"{METS}metsHdr/{METS}altRecordID") == agreement
    assert len(root.findall(f"{METS}amdSec")) == amd
    assert root.find(f"{METS}metsHdr").get("CREATEDATE") == "2026-11-22T09:30:00.000+07:00"


def test_the_same_input_gives_the_same_files(tmp_path: Path) -> None:
    first, second = (samples.written(tmp_path / name, "aip-hoso") for name in ("a", "b"))
    files = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    assert all((first / p).read_bytes() == (second / p).read_bytes() for p in files)


def test_payload_is_byte_for_byte(tmp_path: Path) -> None:
    base = samples.written(tmp_path)
    assert (base / "representations/rep1/data/H49.64.2001.0000002.pdf").read_bytes() == samples.pdf(2)


def test_values_survive_with_their_accents_and_signs(tmp_path: Path) -> None:
    base = samples.written(tmp_path, "aip-hoso")
    described = etree.parse(str(next((base / "representations/rep1/metadata/descriptive").iterdir()))).getroot()
    values = {child.tag: child.text for child in described}
    assert values["subject"] == "Về việc phê duyệt dự án <đợt 1> & bổ sung"
    assert list(values) == [field.name for field in fields.record("aip-hoso", "doc")]


def test_premis_tells_what_was_done(tmp_path: Path) -> None:
    made = write_package(Job(), samples.rich(tmp_path / "in", "aip-hoso"), tmp_path / "out", as_zip=False)
    root = etree.parse(str(made.path / "metadata/preservation/PREMIS.xml")).getroot()
    space = {"p": "http://www.loc.gov/premis/v3"}
    assert root.xpath("//p:eventType/text()", namespaces=space) == ["transfer", "information package creation"]
    assert root.xpath("//p:signer/text()", namespaces=space) == ["Trần Thị Bích"]
    assert root.xpath("//p:formatRegistryKey/text()", namespaces=space) == ["fmt/477", "fmt/477"]
    assert "Lê Văn Cường" in root.xpath("//p:agentName/text()", namespaces=space)


def test_a_thousand_documents(tmp_path: Path) -> None:
    made = write_package(Job(), samples.package(tmp_path / "in", "aip-hoso", count=1000), tmp_path / "out")
    report = check_package(made.path)
    assert report.findings == []
    assert report.files == made.files == 1000 * 2 + 13


def test_a_large_document_goes_through_in_pieces(tmp_path: Path) -> None:
    document = samples.document(tmp_path, 1, samples.pdf(1, 5 << 20))
    made = write_package(Job(), samples.package(tmp_path / "in", documents=[document]), tmp_path / "out")
    assert check_package(made.path).valid


def test_shipped_schemas_are_what_the_field_tables_say() -> None:
    for kind in profiles.kinds():
        for record in ead.FILES:
            name = ead.schema_file(kind, record)
            assert (SCHEMAS / name).read_bytes() == ead.schema_of(kind, record), f"run python -m app.package.ead: {name}"


def test_counts_of_fields_are_those_of_the_circular() -> None:
    counts = {
        key: len(fields.record(*key.split("/")))
        for key in (
            "sip-hoso/ead",
            "aip-hoso/ead",
            "sip-hoso/doc",
            "aip-hoso/doc",
            "dip/doc",
            "dip/ead",
            "sip-tailieu/ead",
            "aip-tailieu/ead",
        )
    }
    assert list(counts.values()) == [18, 18, 21, 19, 20, 7, 5, 4]


def test_codes_are_found_by_their_words() -> None:
    assert fields.code_for("typeName", "quyết  ĐỊNH") == "02"
    assert fields.code_for("language", "Việt - Anh") == "06"
    assert fields.code_for("maintenance", "vĩnh viễn") == "01"
    assert fields.code_for("typeName", "Sớ") is None
