"""Every defect ends in its own finding, and only where it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.package import samples
from tests.package.samples import CODE, edit, judged, refresh, written

REP = "representations/rep1"
DATA = f"{REP}/data/H49.64.2001.0000001.pdf"
DOC = f"{REP}/metadata/descriptive/EAD_DOC_H49.64.2001.0000001.xml"
EAD = "metadata/descriptive/EAD.xml"
PREMIS = "metadata/preservation/PREMIS.xml"


@pytest.fixture
def sip(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture
def aip(tmp_path: Path) -> Path:
    return written(tmp_path, "aip-hoso")


def errors(base: Path) -> set[str]:
    return judged(base).rules("error")


# --- fixity and completeness ---


def test_one_changed_byte(sip: Path) -> None:
    content = bytearray((sip / DATA).read_bytes())
    content[100] ^= 1
    (sip / DATA).write_bytes(content)
    findings = judged(sip).findings
    assert [(f.rule, f.level, f.where) for f in findings] == [("TT05-FIXITY", "error", DATA)]


def test_one_changed_byte_in_a_zip_is_found_by_the_digest_not_only_by_the_crc(tmp_path: Path) -> None:
    source = written(tmp_path, as_zip=True)
    changed = [
        (name, bytes([content[0] ^ 1]) + content[1:] if str(name).endswith("0000001.pdf") else content)
        for name, content in samples.entries(source)
    ]
    assert errors(samples.archive(tmp_path / "x.zip", changed)) == {"TT05-FIXITY"}


def test_a_damaged_zip_entry(tmp_path: Path) -> None:
    source = written(tmp_path, as_zip=True)
    content = source.read_bytes()
    at = content.index(samples.pdf(1)) + 50
    source.write_bytes(content[:at] + b"\xff" + content[at + 1 :])
    assert errors(source) == {"TT05-READ"}


def test_a_longer_file_and_a_wrong_size(sip: Path) -> None:
    with (sip / DATA).open("ab") as file:
        file.write(b"x")
    assert errors(sip) == {"TT05-FIXITY", "TT05-SIZE"}


def test_digests_in_lower_case_are_as_good(sip: Path) -> None:
    edit(
        sip / f"{REP}/METS.xml",
        lambda t: re.sub(r'CHECKSUM="[0-9A-F]+"', lambda m: m[0].lower().replace("checksum", "CHECKSUM"), t),
    )
    refresh_root_only(sip)
    assert judged(sip).findings == []


def refresh_root_only(base: Path) -> None:
    import hashlib

    content = (base / f"{REP}/METS.xml").read_bytes()
    digest = hashlib.sha256(content).hexdigest().upper()
    pattern = r'(<file ID="[^"]+" MIMETYPE="application/xml" )SIZE="\d+"( CREATED="[^"]+") CHECKSUM="[^"]+"'
    edit(base / "METS.xml", lambda t: re.sub(pattern, rf'\1SIZE="{len(content)}"\2 CHECKSUM="{digest}"', t))


def test_an_unlisted_file(sip: Path) -> None:
    (sip / REP / "data/thừa.pdf").write_bytes(b"%PDF")
    assert [(f.rule, f.where) for f in judged(sip).findings] == [("TT05-UNLISTED", f"{REP}/data/thừa.pdf")]


def test_a_missing_file(sip: Path) -> None:
    (sip / DATA).unlink()
    assert errors(sip) == {"TT05-MISSING"}


def test_a_file_written_in_another_case(sip: Path) -> None:
    (sip / DATA).rename((sip / DATA).with_suffix(".PDF"))
    assert errors(sip) == {"TT05-MISSING"}


def test_an_unknown_digest_is_told(sip: Path) -> None:
    edit(sip / f"{REP}/METS.xml", lambda t: t.replace('CHECKSUMTYPE="SHA-256"', 'CHECKSUMTYPE="CRC32"', 1))
    refresh_root_only(sip)
    assert errors(sip) == {"TT05-CHECKSUMTYPE"}


@pytest.mark.parametrize(
    "address", ["../../../etc/passwd", "file:///etc/passwd", "/etc/passwd", "http://x.example/a.pdf", "%2e%2e/%2e%2e/%2e%2e/x"]
)
def test_addresses_that_lead_out_of_the_package(sip: Path, address: str) -> None:
    edit(sip / f"{REP}/METS.xml", lambda t: t.replace("data/H49.64.2001.0000001.pdf", address))
    refresh_root_only(sip)
    assert errors(sip) == {"TT05-HREF", "TT05-UNLISTED"}


# --- METS ---


def test_a_duplicate_identifier(sip: Path) -> None:
    def double(text: str) -> str:
        first, second = re.findall(r'<fileGrp ID="([^"]+)"', text)
        return text.replace(second, first)

    edit(sip / "METS.xml", double)
    assert "TT05-ID" in errors(sip)


@pytest.mark.parametrize("attribute", ["DMDID", "ADMID", "FILEID"])
def test_a_dangling_pointer(aip: Path, attribute: str) -> None:
    edit(aip / "METS.xml", lambda t: re.sub(rf'{attribute}="[^"]+"', f'{attribute}="uuid-NOWHERE"', t, count=1))
    assert "TT05-POINTER" in errors(aip)


def test_a_representation_that_is_not_there(sip: Path) -> None:
    edit(sip / "METS.xml", lambda t: re.sub(r'(<mptr [^>]*href=")[^"]+', r"\1representations/rep2/METS.xml", t))
    assert errors(sip) == {"TT05-POINTER"}


@pytest.mark.parametrize(
    ("pattern", "replacement", "rule"),
    [
        (r' OBJID="[^"]+"', "", "CSIP1"),
        (r' TYPE="Mixed"', "", "CSIP2"),
        (r' PROFILE="[^"]+"', "", "CSIP6"),
        (r' CREATEDATE="[^"]+"', "", "CSIP7"),
        (r' csip:OAISPACKAGETYPE="SIP"', "", "CSIP9"),
        (r"<agent .*</agent>", "", "CSIP10"),
        (r' OTHERTYPE="SOFTWARE"', "", "CSIP13"),
        (r' csip:NOTETYPE="[^"]+"', "", "CSIP16"),
        (r"(<mdRef .*?) SIZE=\"\d+\"", r"\1", "CSIP27"),
        (r"(<mdRef .*?) CHECKSUM=\"\w+\"", r"\1", "CSIP29"),
        (r"(<file .*?) MIMETYPE=\"[^\"]+\"", r"\1", "CSIP68"),
        (r"(<file .*?) CHECKSUM=\"\w+\"", r"\1", "CSIP71"),
        (r'LABEL="CSIP"', 'LABEL="X"', "CSIP82"),
        (r'LABEL="Metadata"', 'LABEL="X"', "CSIP88"),
        (r'USE="Schemas"', 'USE="X"', "CSIP113"),
        (r' xlink:title="[^"]+"', "", "CSIP108"),
        (r"<structMap.*</structMap>", "", "CSIP80"),
        (r"<fileSec.*</fileSec>", "", "CSIP58"),
        (r'OBJID="uuid-', 'OBJID="', "TT05-OBJID"),
        (r'(OBJID="uuid-)[0-9A-F]{8}', r"\g<1>00000000", "CSIPSTR2"),
        (r'SIZE="\d+"', 'SIZE="ba"', "TT05-METS-XSD"),
        (r'RECORDSTATUS="NEW"', 'RECORDSTATUS="NONE"', "TT05-STATUS"),
    ],
)
def test_a_spoilt_root_mets(sip: Path, pattern: str, replacement: str, rule: str) -> None:
    edit(sip / "METS.xml", lambda t: re.sub(pattern, replacement, t, count=1, flags=re.DOTALL))
    assert rule in {finding.rule for finding in judged(sip).findings}


def test_a_description_that_belongs_to_no_document(sip: Path) -> None:
    edit(
        sip / f"{REP}/METS.xml",
        lambda t: re.sub(r'<div [^>]*LABEL="MetadataLink/File".*?</div>', "", t, count=1, flags=re.DOTALL),
    )
    refresh_root_only(sip)
    assert errors(sip) == {"TT05-REPMAP"}


def test_a_representation_of_another_kind(sip: Path) -> None:
    edit(sip / f"{REP}/METS.xml", lambda t: t.replace('OAISPACKAGETYPE="SIP"', 'OAISPACKAGETYPE="AIP"'))
    refresh_root_only(sip)
    assert errors(sip) == {"CSIP9"}


def test_an_attachment_needs_no_description(sip: Path) -> None:
    """A document's attachment lies in data/, is linked by `AttachmentFile`, and has no EAD_doc."""
    second = DOC.replace("0000001", "0000002")
    (sip / second).unlink()

    def attach(text: str) -> str:
        section = re.search(r'<dmdSec ID="([^"]+)"(?:(?!</dmdSec>).)*0000002\.xml.*?</dmdSec>', text, re.DOTALL)
        assert section
        found = re.findall(r'<dmdSec ID="([^"]+)"', section[0])[-1]
        text = re.sub(rf'<dmdSec ID="{found}".*?</dmdSec>', "", text, flags=re.DOTALL)
        return text.replace(f'LABEL="MetadataLink/File" DMDID="{found}"', 'LABEL="AttachmentFile"')

    edit(sip / f"{REP}/METS.xml", attach)
    edit(sip / EAD, lambda t: t.replace("<totalDoc>2", "<totalDoc>1"))
    refresh(sip)
    assert judged(sip).findings == []


def test_a_linked_document_is_known_by_its_fetch_file(sip: Path) -> None:
    (sip / REP / "data/cũ.pdf.fetch.txt").write_text("H49.64.2000.0000009")
    group = (
        '<fileGrp ID="uuid-H" USE="Holeyfile"><file ID="ID-H" MIMETYPE="text/plain" SIZE="0"'
        ' CREATED="2026-11-22T09:30:00.000+07:00" CHECKSUMTYPE="SHA-256" CHECKSUM="">'
        '<FLocat LOCTYPE="URL" xlink:type="simple" xlink:href="data/c%C5%A9.pdf.fetch.txt"/></file></fileGrp></fileSec>'
    )
    edit(sip / f"{REP}/METS.xml", lambda t: t.replace("</fileSec>", group))
    refresh(sip)
    assert judged(sip).findings == []


# --- structure ---


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("METS.xml", "CSIPSTR4"),
        ("metadata/descriptive/EAD.xml", "CSIPSTR7"),
        (f"{REP}/METS.xml", "CSIPSTR12"),
        (PREMIS, "TT05-PREMIS"),
        (f"{REP}/metadata/preservation/PREMIS_rep1.xml", "TT05-PREMIS"),
        ("schemas/mets.xsd", "TT05-SCHEMA"),
    ],
)
def test_a_missing_part(aip: Path, path: str, rule: str) -> None:
    (aip / path).unlink()
    assert rule in errors(aip)


@pytest.mark.parametrize(
    ("folder", "rule"),
    [("schemas", "CSIPSTR15"), ("representations", "CSIPSTR9"), (f"{REP}/data", "CSIPSTR11"), ("metadata", "CSIPSTR5")],
)
def test_a_missing_folder(sip: Path, folder: str, rule: str) -> None:
    (sip / folder).rename(sip.parent / "away")
    assert rule in errors(sip)


def test_two_representations(sip: Path) -> None:
    (sip / "representations/rep2/data").mkdir(parents=True)
    (sip / "representations/rep2/data/a.pdf").write_bytes(b"%PDF")
    assert {"TT05-REP", "CSIPSTR12", "TT05-UNLISTED"} <= errors(sip)


def test_a_submission_with_a_preservation_record_is_only_warned_about(sip: Path) -> None:
    (sip / "metadata/preservation").mkdir()
    (sip / PREMIS).write_text("<premis/>")
    assert "TT05-PREMIS" in judged(sip).rules("warning")


# --- descriptions ---


@pytest.mark.parametrize(
    ("path", "pattern", "replacement", "rule"),
    [
        (DOC, "05/03/2001", "2001-03-05", "TT05-EAD-DATE"),
        (DOC, "05/03/2001", "31/02/2001", "TT05-EAD-DATE"),
        (DOC, "<subject>.*</subject>", "<subject>" + "x" * 501 + "</subject>", "TT05-EAD-LENGTH"),
        (DOC, "<subject>.*</subject>", "<subject/>", "TT05-EAD-REQUIRED"),
        (DOC, "<typeName>02", "<typeName>33", "TT05-EAD-CODE"),
        (DOC, "<language>01", "<language>Việt", "TT05-EAD-CODE"),
        (DOC, "<numberOfPage>2", "<numberOfPage>hai", "TT05-EAD-NUMBER"),
        (DOC, "<riskRecovery>0", "<riskRecovery>no", "TT05-EAD-FLAG"),
        (DOC, "<riskRecovery>0", "<riskRecovery>1", "TT05-EAD-RISK"),
        (DOC, "<mode>01</mode>", "<mode>01</mode><mode>02</mode>", "TT05-EAD-TWICE"),
        (DOC, "<mode>01</mode>", "<mode><b>01</b></mode>", "TT05-EAD-REQUIRED"),
        (DOC, r"\.2001\.160\.0000001", ".2003.160.0000001", "TT05-DOCCODE"),
        (DOC, r"160\.0000001<", "160.1<", "TT05-DOCCODE"),
        (DOC, "simpledc", "ead", "TT05-EAD"),
        (EAD, "<paperFileCode>[^<]*", "<paperFileCode>", "TT05-EAD-PAPERCODE"),
        (EAD, "31/12/2001", "31/12/2000", "TT05-EAD-PERIOD"),
        (EAD, "<totalDoc>2", "<totalDoc>two", "TT05-EAD-NUMBER"),
    ],
)
def test_a_spoilt_description(sip: Path, path: str, pattern: str, replacement: str, rule: str) -> None:
    edit(sip / path, lambda t: re.sub(pattern, replacement, t))
    refresh(sip)
    assert errors(sip) == {rule}


def test_a_field_that_does_not_belong_there(sip: Path) -> None:
    edit(sip / DOC, lambda t: t.replace("<mode>01</mode>", "<mode>01</mode><colour>01</colour>"))
    refresh(sip)
    assert errors(sip) == {"TT05-EAD-UNKNOWN", "TT05-SCHEMA-MISMATCH"}


def test_a_wrong_count_of_documents_is_a_warning(sip: Path) -> None:
    edit(sip / EAD, lambda t: t.replace("<totalDoc>2", "<totalDoc>3"))
    refresh(sip)
    report = judged(sip)
    assert (report.valid, report.rules("warning")) == (True, {"TT05-TOTALDOC"})


def test_two_documents_with_one_code(sip: Path) -> None:
    edit(sip / DOC, lambda t: t.replace(f"{CODE}.0000001", f"{CODE}.0000002"))
    refresh(sip)
    assert errors(sip) == {"TT05-DOCCODE"}


def test_an_archived_document_of_another_dossier(aip: Path) -> None:
    edit(aip / DOC, lambda t: t.replace("<arcFileCode>G09", "<arcFileCode>G10"))
    refresh(aip)
    assert errors(aip) == {"TT05-DOCCODE"}


def test_dates_without_a_day_are_for_archives_only(tmp_path: Path) -> None:
    for kind, allowed in (("aip-hoso", True), ("sip-hoso", False)):
        base = written(tmp_path / kind, kind)
        edit(base / DOC, lambda t: t.replace("05/03/2001", "03/2001"))
        refresh(base)
        assert judged(base).valid is allowed


def test_the_order_of_the_fields_does_not_matter(sip: Path) -> None:
    def reverse(text: str) -> str:
        head, *fields, tail = text.splitlines()
        return "\n".join([head, fields[0], *reversed(fields[1:]), tail])

    edit(sip / DOC, reverse)
    refresh(sip)
    assert judged(sip).findings == []


# --- schemas and PREMIS ---


@pytest.mark.parametrize("content", ["", "xsd", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>', "<html/>"])
def test_a_placeholder_schema(sip: Path, content: str) -> None:
    (sip / "schemas/ead_pic.xsd").write_text(content)
    refresh(sip)
    assert errors(sip) == {"TT05-SCHEMA-PLACEHOLDER"}


def test_a_schema_that_the_data_do_not_follow(sip: Path) -> None:
    edit(sip / "schemas/ead_doc.xsd", lambda t: t.replace('"docCode"', '"arcDocCode"'))
    refresh(sip)
    assert errors(sip) == {"TT05-SCHEMA-MISMATCH"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda t: t.replace("<size>", "<weight>").replace("</size>", "</weight>"), "TT05-PREMIS-XSD"),
        (lambda t: re.sub(r"<messageDigest>\w", "<messageDigest>X", t, count=1), "TT05-PREMIS-FIXITY"),
        (lambda t: t.replace("</premis>", ""), "TT05-XML"),
    ],
)
def test_a_spoilt_preservation_record(aip: Path, change: Callable[[str], str], rule: str) -> None:
    edit(aip / PREMIS, change)
    refresh(aip)
    assert errors(aip) == {rule}


def test_a_preservation_record_that_knows_nothing_of_a_file(aip: Path) -> None:
    edit(aip / PREMIS, lambda t: re.sub(r'<object xsi:type="file".*?</object>', "", t, count=1, flags=re.DOTALL))
    refresh(aip)
    assert {"TT05-PREMIS-OBJECT", "TT05-PREMIS-LINK"} == judged(aip).rules("warning")
