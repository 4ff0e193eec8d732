"""A whole E-ARK package in memory, right in every rule, and ways to spoil it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import quote

from lxml import etree

from app.jobs import Job
from app.package.checks.reading import read_mets
from app.package.eark.check import check_eark
from app.package.eark.profiles import Profile, named
from app.package.report import Report
from app.package.xml import CSIP, METS, SIP, XLINK
from app.package.ziptree import folders_of

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
WHEN = "2026-11-22T09:30:00.000+07:00"
NAME = "uuid-6F0C1C1E-4C1A-4A53-9A50-0D7C5C0E8A11"
REP = "representations/rep1"
PROFILES = {
    "csip": "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml",
    "sip": "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml",
    "aip": "https://earkaip.dilcis.eu/profile/E-ARK-AIP.xml",
    "dip": "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml",
}
DC = b'<?xml version="1.0"?><simple xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>H\xe1\xbb\x93 s\xc6\xa1</dc:title></simple>\n'
PREMIS = (
    b'<?xml version="1.0"?>\n<premis xmlns="http://www.loc.gov/premis/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    b' version="3.0"><object xsi:type="representation"><objectIdentifier><objectIdentifierType>local</objectIdentifierType>'
    b"<objectIdentifierValue>%d</objectIdentifierValue></objectIdentifier></object></premis>\n"
)
XSD = b'<?xml version="1.0"?>\n<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:string"/></xs:schema>\n'
DATA_FOLDER = "representations/rep1/data"
HEAD_FILE = "documentation/readme.txt"
PDF = b"%PDF-1.7\nmot van ban\n%%EOF\n"


@dataclass
class MemoryTree:
    """Files of a package that never touch the disk."""

    files: dict[str, bytes]
    name: str = NAME
    empty: set[str] = field(default_factory=set)

    @property
    def sizes(self) -> dict[str, int]:
        return {path: len(content) for path, content in self.files.items()}

    @property
    def folders(self) -> set[str]:
        return folders_of(self.files, self.empty)

    @property
    def parallel(self) -> bool:
        return True

    def whole(self, path: str, most: int) -> bytes | None:
        return self.files[path] if len(self.files[path]) <= most else None

    def open(self, path: str) -> IO[bytes]:
        return io.BytesIO(self.files[path])

    def close(self) -> None:
        pass


def whole(family: str = "csip", *, documents: int = 1, version: str = "2.1") -> MemoryTree:
    """A package without a finding (but notes) in any version of its family."""
    files = {
        "metadata/descriptive/dc.xml": DC,
        "metadata/preservation/premis1.xml": PREMIS % 1,
        "metadata/preservation/premis2.xml": PREMIS % 2,
        "metadata/other/rights.xml": b"<rights/>",
        "documentation/readme.txt": b"read me",
        "schemas/dc.xsd": XSD,
        f"{REP}/metadata/descriptive/dc.xml": DC,
        f"{REP}/metadata/preservation/premis.xml": PREMIS % 3,
    }
    files |= {f"{REP}/data/{number:04d} văn bản.pdf": PDF + str(number).encode() for number in range(1, documents + 1)}
    tree = MemoryTree(files)
    files[f"{REP}/METS.xml"] = _serial(_representation(tree, family))
    files["METS.xml"] = _serial(_root(tree, family, version))
    return tree


def _root(tree: MemoryTree, family: str, version: str) -> etree._Element:
    root = _mets(family, NAME)
    _header(root, family)
    _dmd(root, tree, "dmd1", "metadata/descriptive/dc.xml")
    amd = _child(root, "amdSec", ID="amd")
    _amd(amd, tree, "rightsMD", "rights1", "metadata/other/rights.xml", "OTHER")
    _amd(amd, tree, "digiprovMD", "prov1", "metadata/preservation/premis1.xml", "PREMIS")
    _amd(amd, tree, "digiprovMD", "prov2", "metadata/preservation/premis2.xml", "PREMIS")
    section = _child(root, "fileSec", ID="files")
    _group(section, tree, "group-doc", "Documentation", ["documentation/readme.txt"])
    _group(section, tree, "group-xsd", "Schemas", ["schemas/dc.xsd"])
    _group(section, tree, "group-rep", "Representations/rep1", [f"{REP}/METS.xml"])
    top = _map(root, NAME)
    _child(top, "div", ID="div-metadata", LABEL="Metadata", DMDID="dmd1", ADMID="rights1 prov1 prov2")
    _child(_child(top, "div", ID="div-doc", LABEL="Documentation"), "fptr", FILEID="group-doc")
    _child(_child(top, "div", ID="div-xsd", LABEL="Schemas"), "fptr", FILEID="group-xsd")
    outer = _child(top, "div", ID="div-reps", LABEL="Representations")
    _child(outer, "fptr", FILEID="group-rep")
    pointer = _child(_child(outer, "div", ID="div-rep1", LABEL="Representations/rep1"), "mptr", LOCTYPE="URL")
    _link(pointer, f"{REP}/METS.xml")
    pointer.set(f"{{{XLINK}}}title", "group-rep")
    return root


def _representation(tree: MemoryTree, family: str) -> etree._Element:
    root = _mets(family, "rep1")
    _header(root, family)
    _dmd(root, tree, "dmd1", f"{REP}/metadata/descriptive/dc.xml", REP)
    _amd(
        _child(root, "amdSec", ID="amd"), tree, "digiprovMD", "prov1", f"{REP}/metadata/preservation/premis.xml", "PREMIS", REP
    )
    section = _child(root, "fileSec", ID="files")
    data = sorted(path for path in tree.files if path.startswith(f"{REP}/data/"))
    _group(section, tree, "group-data", "Data", data, REP)
    top = _map(root, "rep1")
    _child(top, "div", ID="div-metadata", LABEL="Metadata", DMDID="dmd1", ADMID="prov1")
    _child(_child(top, "div", ID="div-data", LABEL="Data"), "fptr", FILEID="group-data")
    for element in root.iter(etree.Element):  # up to 2.1 an identifier must be unique in the package
        for name in ("ID", "DMDID", "ADMID", "FILEID"):
            if element.get(name):
                element.set(name, " ".join(f"rep1-{each}" for each in element.get(name).split()))
    return root


def _mets(family: str, objid: str) -> etree._Element:
    root = etree.Element(f"{{{METS}}}mets", nsmap={"mets": METS, "xlink": XLINK, "csip": CSIP, "sip": SIP})
    for name, value in (("OBJID", objid), ("LABEL", "Hồ sơ"), ("TYPE", "Mixed"), ("PROFILE", PROFILES[family])):
        root.set(name, value)
    root.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "MIXED")
    return root


def _header(root: etree._Element, family: str) -> None:
    header = _child(root, "metsHdr", CREATEDATE=WHEN, LASTMODDATE=WHEN, RECORDSTATUS="NEW")
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", "AIP" if family == "csip" else family.upper())
    _agent(header, "Văn Khố", "1.0", "SOFTWARE VERSION", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    if family != "sip":
        return
    _agent(header, "UBND huyện", "H49.64", "IDENTIFICATIONCODE", ROLE="ARCHIVIST", TYPE="ORGANIZATION")
    _agent(header, "Văn phòng UBND", "H49.64.1", "IDENTIFICATIONCODE", ROLE="CREATOR", TYPE="ORGANIZATION")
    _agent(header, "Nguyễn Văn An", "0900000000", "", ROLE="CREATOR", TYPE="INDIVIDUAL")
    _agent(header, "Trung tâm Lưu trữ", "G09", "IDENTIFICATIONCODE", ROLE="PRESERVATION", TYPE="ORGANIZATION")
    for kind in ("SUBMISSIONAGREEMENT", "PREVIOUSSUBMISSIONAGREEMENT", "REFERENCECODE", "PREVIOUSREFERENCECODE"):
        _child(header, "altRecordID", TYPE=kind).text = "YC-1"


def _agent(header: etree._Element, name: str, note: str, kind: str, **marks: str) -> None:
    agent = _child(header, "agent", **marks)
    _child(agent, "name").text = name
    told = _child(agent, "note")
    told.text = note
    if kind:
        told.set(f"{{{CSIP}}}NOTETYPE", kind)


def _dmd(root: etree._Element, tree: MemoryTree, identifier: str, path: str, base: str = "") -> None:
    section = _child(root, "dmdSec", ID=identifier, CREATED=WHEN, STATUS="CURRENT")
    _reference(section, tree, path, "DC", base)


def _amd(amd: etree._Element, tree: MemoryTree, name: str, identifier: str, path: str, kind: str, base: str = "") -> None:
    _reference(_child(amd, name, ID=identifier, CREATED=WHEN, STATUS="CURRENT"), tree, path, kind, base)


def _reference(section: etree._Element, tree: MemoryTree, path: str, kind: str, base: str) -> None:
    reference = _child(section, "mdRef", LOCTYPE="URL", MDTYPE=kind, MIMETYPE="application/xml")
    if kind == "OTHER":
        reference.set("OTHERMDTYPE", "LOCAL")
    _link(reference, path.removeprefix(f"{base}/"))
    facts(reference, tree.files[path])


def _group(section: etree._Element, tree: MemoryTree, identifier: str, use: str, paths: list[str], base: str = "") -> None:
    group = _child(section, "fileGrp", ID=identifier, USE=use)
    group.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "OTHER")
    group.set(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE", "Hồ sơ hành chính")
    types = {"pdf": "application/pdf", "xml": "application/xml", "txt": "text/plain", "xsd": "application/xml"}
    for number, path in enumerate(paths):
        file = _child(group, "file", ID=f"{identifier}-{number}", MIMETYPE=types[path.rpartition(".")[2]])
        facts(file, tree.files[path])
        for name in ("FILEFORMATNAME", "FILEFORMATVERSION", "FILEFORMATREGISTRY", "FILEFORMATKEY"):
            file.set(f"{{{SIP}}}{name}", "1")
        _link(_child(file, "FLocat", LOCTYPE="URL"), path.removeprefix(f"{base}/"))


def _map(root: etree._Element, label: str) -> etree._Element:
    return _child(_child(root, "structMap", ID="map", TYPE="PHYSICAL", LABEL="CSIP"), "div", ID="div-top", LABEL=label)


def facts(element: etree._Element, content: bytes) -> None:
    element.set("SIZE", str(len(content)))
    element.set("CREATED", WHEN)
    element.set("CHECKSUM", hashlib.sha256(content).hexdigest())
    element.set("CHECKSUMTYPE", "SHA-256")


def _link(element: etree._Element, path: str) -> None:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", quote(path))


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{METS}}}{tag}", attributes)


def _serial(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


# --- spoiling ---

NAMES = {"m": METS, "csip": CSIP, "sip": SIP, "xlink": XLINK}


def at(root: etree._Element, path: str) -> etree._Element:
    """The first element at an XPath; it must be there."""
    found = root.xpath(path, namespaces=NAMES)
    assert found, path
    return found[0]


def full(name: str) -> str:
    prefix, _colon, local = name.rpartition(":")
    return f"{{{NAMES[prefix]}}}{local}" if prefix else local


def spoil(tree: MemoryTree, change: Callable[[etree._Element], object], mets: str = "METS.xml") -> MemoryTree:
    """The METS after `change` of its root; a changed representation is named rightly by the package's METS."""
    root = etree.fromstring(tree.files[mets])
    change(root)
    tree.files[mets] = _serial(root)
    if mets == f"{REP}/METS.xml":
        whole_ = etree.fromstring(tree.files["METS.xml"])
        facts(at(whole_, "//m:fileGrp[@ID='group-rep']/m:file"), tree.files[mets])
        tree.files["METS.xml"] = _serial(whole_)
    return tree


def without(path: str, attribute: str) -> Callable[[etree._Element], object]:
    def change(root: etree._Element) -> None:
        del at(root, path).attrib[full(attribute)]

    return change


def given(path: str, attribute: str, value: str) -> Callable[[etree._Element], object]:
    return lambda root: at(root, path).set(full(attribute), value)


def removed(path: str) -> Callable[[etree._Element], object]:
    def change(root: etree._Element) -> None:
        element = at(root, path)
        element.getparent().remove(element)

    return change


def doubled(path: str) -> Callable[[etree._Element], object]:
    def change(root: etree._Element) -> None:
        element = at(root, path)
        copy = etree.fromstring(etree.tostring(element))
        for number, each in enumerate(copy.iter(etree.Element)):
            if each.get("ID"):
                each.set("ID", f"copy-{number}-{each.get('ID')}")
        element.addnext(copy)

    return change


def judged(tree: MemoryTree, profile: str = "csip-2.1", *, archived: bool = True) -> Report:
    report = Report(Path(tree.name))
    chosen: Profile | None = named(profile)
    assert chosen is not None
    check_eark(tree, read_mets(tree, "METS.xml", report), chosen, report, Job(), NOW, archived=archived)
    report.rename("TT05-", "IP-")
    return report


def found(report: Report) -> set[tuple[str, str]]:
    return {(finding.rule, finding.level) for finding in report.findings}


def unpack(tree: MemoryTree, folder: Path) -> Path:
    base = folder / tree.name
    for path, content in tree.files.items():
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_bytes(content)
    return base
