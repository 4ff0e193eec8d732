"""Right packages that look otherwise than ours: other layouts, spellings, encodings, archives. None may be called wrong."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from app.package.check import check_package
from app.package.xml import METS, XLINK
from tests.package.eark_cases import (
    DIVISION,
    DMD,
    DOC,
    FILE,
    HEAD,
    INNER,
    MAP,
    PROV,
    REPS,
    RIGHTS,
    SOFTWARE,
    TOP,
    XSD,
    both,
)
from tests.package.eark_samples import (
    NAME,
    REP,
    MemoryTree,
    at,
    facts,
    found,
    given,
    judged,
    removed,
    spoil,
    unpack,
    whole,
    without,
)

VERSIONS = ("csip-2.0.4", "csip-2.1", "csip-2.2")
M = f"{{{METS}}}"


def errors(tree: MemoryTree, profile: str) -> set[str]:
    return {rule for rule, level in found(judged(tree, profile)) if level == "error"}


# --- what may be absent, and what may be there besides ---


def bare() -> MemoryTree:
    """The least that the specification lets pass: no metadata, no schemas, no documentation, no METS of the representation."""
    tree = whole()
    data = next(path for path in tree.files if path.startswith(f"{REP}/data/"))
    tree.files = {path: content for path, content in tree.files.items() if path in ("METS.xml", data)}

    def strip(root: etree._Element) -> None:
        for path in (DMD, f"{TOP}/m:amdSec", DOC, XSD, DIVISION.format("Documentation"), DIVISION.format("Schemas"), INNER):
            removed(path)(root)
        for name in ("ADMID", "DMDID"):
            without(DIVISION.format("Metadata"), name)(root)
        for name in ("LABEL", "csip:CONTENTINFORMATIONTYPE"):
            without(TOP, name)(root)
        without(HEAD, "LASTMODDATE")(root)
        file = at(root, f"{REPS}/m:file")
        facts(file, tree.files[data])
        file.set("MIMETYPE", "application/pdf")
        given(f"{REPS}/m:file/m:FLocat", "xlink:href", data.replace(" ", "%20"))(root)

    return spoil(tree, strip)


def full() -> MemoryTree:
    """Every optional part of METS besides."""

    def add(root: etree._Element) -> None:
        header = at(root, HEAD)
        for name, text in (("altRecordID", "H49.64"), ("metsDocumentID", "METS.xml")):
            etree.SubElement(header, M + name, TYPE="REFERENCECODE").text = text
        given(FILE, "OWNERID", "ngoài/1")(root)
        given(FILE, "ADMID", "prov1 rights1")(root)
        given(FILE, "DMDID", "dmd1")(root)
        given(DOC, "ADMID", "prov2")(root)
        group, inner = at(root, DOC), etree.Element(M + "fileGrp", ID="group-inner", USE="Documentation/more")
        inner.extend(list(group))  # METS: a group holds groups or files
        group.append(inner)
        amd = at(root, f"{TOP}/m:amdSec")
        for name in ("techMD", "sourceMD"):
            part = etree.Element(M + name, ID=f"{name}-1", CREATED="2026-11-22T09:30:00")
            wrap = etree.SubElement(etree.SubElement(part, M + "mdWrap", MDTYPE="OTHER", OTHERMDTYPE="X"), M + "xmlData")
            etree.SubElement(wrap, "anything")
            amd.insert(0 if name == "techMD" else 2, part)
        given(DIVISION.format("Metadata"), "ADMID", "rights1 prov1 prov2 techMD-1 sourceMD-1")(root)
        own = etree.Element(M + "structMap", ID="own-map", TYPE="LOGICAL", LABEL="Của chúng tôi")
        etree.SubElement(etree.SubElement(own, M + "div", LABEL="Tập 1"), M + "fptr", FILEID="group-doc-0")
        at(root, MAP).addnext(own)
        link = etree.SubElement(etree.SubElement(root, M + "structLink"), M + "smLink")
        link.set(f"{{{XLINK}}}from", "div-doc")
        link.set(f"{{{XLINK}}}to", "div-xsd")

    tree = spoil(whole(), add)
    tree.empty.add("documentation/more")
    return tree


@pytest.mark.parametrize("profile", VERSIONS)
@pytest.mark.parametrize("tree", [bare, full])
def test_all_that_is_optional_absent_or_there(tree: Callable[[], MemoryTree], profile: str) -> None:
    assert errors(tree(), profile) == set()


# --- other ways to build the structural map ---


def _flat(root: etree._Element) -> None:
    """`Representations/rep1` beside `Metadata`, no division around: the specification's second example, commons-ip, RODA-in."""
    inner, outer = at(root, INNER), at(root, DIVISION.format("Representations"))
    outer.addnext(inner)
    outer.getparent().remove(outer)


def _other_metadata(root: etree._Element) -> None:
    division = at(root, DIVISION.format("Metadata"))
    division.set("ADMID", "prov1 prov2")
    division.addnext(etree.fromstring(f'<div xmlns="{METS}" ID="more" LABEL="Metadata/Other" ADMID="rights1"/>'))


def _by_path(root: etree._Element) -> None:
    """CSIP107 of 2.0.4: the label is the path to the METS."""
    given(INNER, "LABEL", "Representations/rep1/METS.xml")(root)


def _superseded(root: etree._Element) -> None:
    """What is superseded need not be named by the division Metadata."""
    given(f"{PROV}[1]", "STATUS", "SUPERSEDED")(root)
    given(DIVISION.format("Metadata"), "ADMID", "rights1 prov2")(root)


def _two_submitters(root: etree._Element) -> None:
    for role in ("ARCHIVIST", "PRESERVATION"):
        agent = etree.fromstring(f'<agent xmlns="{METS}" ROLE="{role}" TYPE="ORGANIZATION"><name>x</name></agent>')
        at(root, SOFTWARE).addprevious(agent)


def _spelt(name: str, value: str) -> Callable[[etree._Element], object]:
    return given(f"{FILE}/m:FLocat", f"xlink:{name}", value)


@pytest.mark.parametrize("profile", VERSIONS)
@pytest.mark.parametrize(
    "change",
    [
        _flat,
        _other_metadata,
        _by_path,
        _superseded,
        _two_submitters,
        given(FILE, "MIMETYPE", "text/plain; charset=utf-8"),
        given(FILE, "MIMETYPE", "Text/Plain"),
        given(FILE, "CREATED", "2026-11-22T24:00:00"),
        given(FILE, "CREATED", "2026-11-22T09:30:00.123456789Z"),
        given(TOP, "TYPE", "Textual works - Digital"),
        both(given(TOP, "TYPE", "OTHER"), given(TOP, "csip:OTHERTYPE", "OTHER")),
        both(given(TOP, "TYPE", "Other"), given(TOP, "csip:OTHERTYPE", "Hồ sơ")),
        given(TOP, "csip:CONTENTINFORMATIONTYPE", "citserms_v3_0"),
        given(HEAD, "csip:OAISPACKAGETYPE", "AIU"),
        _spelt("href", "./documentation/readme.txt"),
        _spelt("href", "documentation/%72eadme.txt"),
        _spelt("href", "documentation//readme.txt"),
        _spelt("href", "metadata/../documentation/readme.txt"),
        both(without(f"{PROV}[1]", "STATUS"), without(RIGHTS, "STATUS")),
    ],
)
def test_another_spelling_of_the_same(change: Callable[[etree._Element], object], profile: str) -> None:
    assert errors(spoil(whole(), change), profile) == set()


def test_the_agents_of_the_specification_s_own_example() -> None:
    """E-ARK SIP: a person who submits, with telephone and mail in a note without a type."""

    def agents(root: etree._Element) -> None:
        person = at(root, f"{HEAD}/m:agent[@ROLE='CREATOR' and @TYPE='INDIVIDUAL']")
        person.set("ROLE", "OTHER")
        person.set("OTHERROLE", "SUBMITTER")

    for version in ("2.0.4", "2.1", "2.2"):
        assert errors(spoil(whole("sip"), agents), f"sip-{version}") == set()


# --- bytes ---


def _written(encoding: str, *, mark: bytes = b"", declare: bool = True) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        root = etree.fromstring(content)
        return mark + etree.tostring(root, encoding=encoding, xml_declaration=declare)

    return change


def _renamed(content: bytes) -> bytes:
    """METS as the default namespace, the others under prefixes of one's own."""
    moved = content.replace(b"<mets:", b"<").replace(b"</mets:", b"</").replace(b"xmlns:mets=", b"xmlns=")
    for prefix in (b"xlink", b"csip", b"sip"):
        moved = moved.replace(b" " + prefix + b":", b" n" + prefix + b":").replace(
            b"xmlns:" + prefix + b"=", b"xmlns:n" + prefix + b"="
        )
    return moved


def _commented(content: bytes) -> bytes:
    return content.replace(b"<mets:metsHdr", b"<!-- a note -->\n<?a-program hint?>\n<mets:metsHdr", 1)


@pytest.mark.parametrize(
    "change",
    [
        _written("UTF-16"),
        _written("UTF-8", mark=b"\xef\xbb\xbf"),
        _written("UTF-8", declare=False),
        _written("ISO-8859-1"),
        _written("US-ASCII"),
        _renamed,
        _commented,
        lambda content: content.replace(b"\n", b"\r\n"),
    ],
)
def test_a_mets_in_other_bytes(change: Callable[[bytes], bytes]) -> None:
    tree = whole()
    changed = change(tree.files["METS.xml"])
    assert changed != tree.files["METS.xml"]
    tree.files["METS.xml"] = changed
    assert judged(tree).findings == []


# --- archives ---


def _zip(base: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(base.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(base.parent).as_posix())
    return target


def _zip_with_folders(base: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in [base, *sorted(base.rglob("*"))]:
            archive.write(path, path.relative_to(base.parent).as_posix())
    return target


def _tar(mode: str, start: str = "") -> Callable[[Path, Path], Path]:
    def pack(base: Path, target: Path) -> Path:
        with tarfile.open(target, mode) as archive:  # type: ignore[call-overload]
            if start:
                row = tarfile.TarInfo(".")
                row.type = tarfile.DIRTYPE
                archive.addfile(row, io.BytesIO())
            archive.add(base, start + base.name)
        return target

    return pack


@pytest.mark.parametrize(
    "pack", [_zip, _zip_with_folders, _tar("w"), _tar("w:gz"), _tar("w:bz2"), _tar("w:xz"), _tar("w", "./")]
)
def test_any_archive(tmp_path: Path, pack: Callable[[Path, Path], Path]) -> None:
    report = check_package(pack(unpack(whole(), tmp_path), tmp_path / "gói"))
    assert (report.findings, report.objid, report.profile) == ([], NAME, "csip-2.1")


# --- packages that follow other rules: findings, and no stumble ---

MATTERHORN = """<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"
 PROFILE="http://www.loc.gov/standards/mets/profiles/00000041.xml" TYPE="Unit"><metsHdr CREATEDATE="2020-01-01T00:00:00"/>
 <dmdSec ID="d1"><mdWrap MDTYPE="EAD"><xmlData><ead xmlns="urn:isbn:1-931666-22-9"/></xmlData></mdWrap></dmdSec>
 <amdSec ID="a1"><digiprovMD ID="p1"><mdWrap MDTYPE="PREMIS"><xmlData><premis xmlns="info:lc/xmlns/premis-v2"/></xmlData></mdWrap>
 </digiprovMD></amdSec>
 <fileSec><fileGrp><file ID="f1"><FLocat LOCTYPE="URL" xlink:href="Hồ sơ/một.pdf"/></file></fileGrp></fileSec>
 <structMap><div><div DMDID="d1"><fptr FILEID="f1"/></div></div></structMap></mets>"""


def test_a_mets_of_another_profile(tmp_path: Path) -> None:
    base = tmp_path / "SIP_1"
    (base / "Hồ sơ").mkdir(parents=True)
    (base / "Hồ sơ/một.pdf").write_bytes(b"%PDF-1.4\n")
    (base / "METS.xml").write_text(MATTERHORN, "utf-8")
    report = check_package(base)
    assert {"CSIP1", "CSIP9", "CSIP10", "CSIP64", "CSIP69", "CSIP80", "CSIP82"} <= report.rules("error")
    assert "TT05-METS-XSD" not in report.rules("error")


@pytest.mark.parametrize(
    "content", ["<a/>", "", "<mets/>", '<mets xmlns="http://www.loc.gov/METS/v2"/>', '<mets xmlns="http://www.loc.gov/METS/"/>']
)
def test_a_mets_that_is_hardly_one(tmp_path: Path, content: str) -> None:
    base = tmp_path / "x"
    base.mkdir()
    (base / "METS.xml").write_text(content)
    for profile in ("auto", *VERSIONS, "sip-2.2", "aip-2.2", "dip-2.0.4", "tt05"):
        assert not check_package(base, profile=profile).valid
