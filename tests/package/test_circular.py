"""Rules of Thông tư 05/2025 that no other test breaks, and CSIP's as the circular takes them over."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from app.jobs import Job
from app.package import xml
from app.package.check import check_package
from app.package.write import write_package
from tests.package import samples
from tests.package.eark_cases import DIVISION, DMD, FILE, HEAD, MAP, MPTR, PROV, SOFTWARE, TOP
from tests.package.eark_samples import at, doubled, given, removed, without
from tests.package.samples import refresh, written

REP = "representations/rep1/METS.xml"
SCHEMAS = "//m:fileGrp[@USE='Schemas']"


def spoilt(base: Path, change: Callable[[etree._Element], object], mets: str = "METS.xml") -> Path:
    tree = etree.parse(str(base / mets))
    change(tree.getroot())
    tree.write(str(base / mets), xml_declaration=True, encoding="UTF-8")
    if mets != "METS.xml":
        refresh(base)
    return base


def other_without_a_name(root: etree._Element) -> None:
    agent = at(root, f"{HEAD}/m:agent")
    agent.set("TYPE", "OTHER")
    agent.attrib.pop("OTHERTYPE", None)


FILE_ = FILE.replace("//m:fileGrp[@ID='group-doc']", SCHEMAS)
CASES: list[tuple[str, str, Callable[[etree._Element], object], str]] = [
    ("CSIP1", "error", without(TOP, "OBJID"), "METS.xml"),
    ("CSIP2", "error", without(TOP, "TYPE"), REP),
    ("TT05-TYPE", "warning", given(TOP, "TYPE", "Collection"), "METS.xml"),
    ("TT05-PROFILE", "warning", given(TOP, "PROFILE", "https://example.org/x.xml"), "METS.xml"),
    ("CSIP6", "error", without(TOP, "PROFILE"), REP),
    ("CSIP7", "error", given(HEAD, "CREATEDATE", "2199-01-01T00:00:00"), "METS.xml"),
    ("CSIP8", "warning", without(HEAD, "LASTMODDATE"), "METS.xml"),
    ("CSIP9", "error", given(HEAD, "csip:OAISPACKAGETYPE", "PIP"), "METS.xml"),
    ("CSIP10", "error", removed(f"{HEAD}/m:agent"), "METS.xml"),
    ("CSIP10", "error", removed(f"{HEAD}/m:agent"), REP),
    ("CSIP11", "error", given(SOFTWARE, "ROLE", "EDITOR"), "METS.xml"),
    ("CSIP11", "error", without(f"{HEAD}/m:agent", "ROLE"), REP),
    ("CSIP12", "error", given(SOFTWARE, "TYPE", "INDIVIDUAL"), "METS.xml"),
    ("CSIP12", "error", without(f"{HEAD}/m:agent", "TYPE"), REP),
    ("CSIP13", "error", other_without_a_name, REP),
    ("CSIP14", "error", removed(f"{HEAD}/m:agent/m:name"), REP),
    ("CSIP15", "error", removed(f"{HEAD}/m:agent/m:note"), "METS.xml"),
    ("CSIP16", "error", given(f"{HEAD}/m:agent/m:note", "csip:NOTETYPE", "NOTHING"), "METS.xml"),
    ("CSIP16", "error", without(f"{HEAD}/m:agent/m:note", "csip:NOTETYPE"), REP),
    ("CSIP17", "error", removed(DMD), "METS.xml"),
    ("CSIP18", "error", without(DMD, "ID"), "METS.xml"),
    ("CSIP19", "error", without(DMD, "CREATED"), REP),
    ("CSIP20", "error", given(DMD, "STATUS", "OLD"), "METS.xml"),
    ("CSIP21", "error", removed(f"{DMD}/m:mdRef"), "METS.xml"),
    ("CSIP22", "error", given(f"{DMD}/m:mdRef", "LOCTYPE", "URN"), "METS.xml"),
    ("CSIP25", "error", without(f"{DMD}/m:mdRef", "MDTYPE"), REP),
    ("CSIP26", "warning", given(f"{DMD}/m:mdRef", "MIMETYPE", "text/vietnamese"), "METS.xml"),
    ("CSIP33", "error", without(PROV, "ID"), "METS.xml"),
    ("CSIP34", "warning", without(PROV, "STATUS"), REP),
    ("CSIP43", "error", without(f"{PROV}/m:mdRef", "CHECKSUM"), "METS.xml"),
    ("CSIP58", "error", removed("//m:fileSec"), "METS.xml"),
    ("CSIP59", "error", without("//m:fileSec", "ID"), REP),
    ("CSIP64", "error", without(SCHEMAS, "USE"), "METS.xml"),
    ("CSIP65", "error", without(SCHEMAS, "ID"), "METS.xml"),
    ("CSIP67", "error", without(FILE_, "ID"), "METS.xml"),
    ("CSIP68", "warning", given("//m:fileGrp[@USE='Data']/m:file", "MIMETYPE", "audio/x-wav"), REP),
    ("CSIP70", "error", without("//m:fileGrp[@USE='Data']/m:file", "CREATED"), REP),
    ("CSIP76", "error", doubled(f"{FILE_}/m:FLocat"), "METS.xml"),
    ("CSIP80", "error", doubled(MAP), REP),
    ("CSIP81", "error", given(MAP, "TYPE", "LOGICAL"), REP),
    ("CSIP83", "error", without(MAP, "ID"), "METS.xml"),
    ("CSIP89", "error", without(DIVISION.format("Metadata"), "ID"), "METS.xml"),
    ("CSIP97", "error", removed(DIVISION.format("Schemas")), "METS.xml"),
    ("CSIP98", "error", without(DIVISION.format("Schemas"), "ID"), "METS.xml"),
    ("CSIP105", "error", removed(MAP + "//m:div[starts-with(@LABEL, 'Representations')]"), "METS.xml"),
    ("CSIP109", "error", removed(MPTR), "METS.xml"),
    ("CSIP111", "error", without(MAP + "//m:mptr", "xlink:type"), "METS.xml"),
    ("CSIP112", "error", given(MAP + "//m:mptr", "LOCTYPE", "URN"), "METS.xml"),
    ("CSIP113", "error", given(SCHEMAS, "USE", "Others"), "METS.xml"),
    ("CSIP114", "error", given("//m:fileGrp[starts-with(@USE, 'Representations')]", "USE", "Others"), "METS.xml"),
    ("CSIP117", "error", removed(HEAD), "METS.xml"),
]  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("aip"), "aip-hoso")


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case[0]}-{case[1]}-{n}" for n, case in enumerate(CASES)])
def test_a_package_that_breaks_the_rule(whole: Path, tmp_path: Path, number: int) -> None:
    rule, level, change, mets = CASES[number]
    base = tmp_path / whole.name
    shutil.copytree(whole, base)
    found = {(finding.rule, finding.level) for finding in check_package(spoilt(base, change, mets), profile="tt05").findings}
    assert (rule, level) in found


@pytest.mark.parametrize("kind", ["sip-hoso", "aip-hoso", "sip-tailieu", "aip-tailieu", "dip"])
@pytest.mark.parametrize("dialect", ["accepted", "letter"])
def test_both_dialects_of_every_kind_are_recognised(tmp_path: Path, kind: str, dialect: str) -> None:
    code = f"{samples.ARCHIVE_CODE}.0000001"
    documents = [samples.document(tmp_path, 1, fields={"arcDocCode": code})]
    request = {"requestID": "YC-1", "requestDate": "05/03/2026", "purpose": "01", "feeObjectType": "10", "source": "0"}
    package = samples.package(tmp_path / "source", kind, documents=documents, dossier=request)
    made = write_package(Job(), package, tmp_path / "out", dialect=dialect, as_zip=False)
    report = check_package(made.path)
    assert (report.profile, report.kind, report.rules("error")) == ("tt05", kind, set())


def test_a_metadata_file_too_large_to_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = written(tmp_path)
    ead = base / "metadata/descriptive/EAD.xml"
    monkeypatch.setattr(xml, "LARGEST", ead.stat().st_size - 1)
    monkeypatch.setattr("app.package.checks.reading.LARGEST", ead.stat().st_size - 1)
    assert "TT05-XML-SIZE" in check_package(base).rules("error")


def test_the_schema_has_the_last_word(tmp_path: Path) -> None:
    """A text between the fields is nothing that the tables look at."""
    base = written(tmp_path)
    samples.edit(base / "metadata/descriptive/EAD.xml", lambda t: re.sub(r"(<title>)", r"loose words\1", t, count=1))
    refresh(base)
    assert check_package(base).rules("error") == {"TT05-EAD-XSD"}
