"""The METS files of an E-ARK package (CSIP 2.0.4, 2.1, 2.2; METS profile requirements CSIP1 to CSIP119, SIP1 to SIP35)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from app.package.ids import Ids
from app.package.mets import Entry
from app.package.model import PackageInput
from app.package.names import href
from app.package.xml import CSIP, METS, SIP, XLINK, XSI, stamp, text


@dataclass(slots=True, frozen=True)
class Description:
    """A file of descriptive or preservation metadata: `sort` is METS' MDTYPE, e.g. "EAD", "DC", "PREMIS"."""

    entry: Entry
    sort: str
    version: str


@dataclass(slots=True, frozen=True)
class Piece:
    """A file of the data with its description, where it has one of its own."""

    entry: Entry
    puid: str = ""
    format_name: str = ""
    description: Description | None = None
    label: str = ""


@dataclass(slots=True, frozen=True)
class Writer:
    """What both METS files need to know. `profile` is the URL of the METS profile."""

    package: PackageInput
    oais: str
    profile: str
    ids: Ids
    objid: str
    schemas_at: str = field(default="schemas")

    @property
    def created(self) -> str:
        return stamp(self.package.created)


def root_mets(
    writer: Writer,
    descriptive: Sequence[Description],
    preservation: Description,
    schemas: Sequence[Entry],
    documentation: Sequence[Entry],
    representations: Sequence[Entry],
    *,
    one_group: bool,
) -> etree._Element:
    """METS.xml at the top of the package."""
    ids = writer.ids
    root = _mets(writer, writer.objid)
    _header(writer, root)
    described = [_dmd(writer, root, f"dmd:{each.entry.path}", each) for each in descriptive]
    administered = _amd(writer, root, "root", preservation)
    files = _add(root, "fileSec", ID=ids("fileSec"))
    papers = _group(writer, files, "group:documentation", "Documentation", [Piece(e) for e in documentation])
    rules = _group(writer, files, "group:schemas", "Schemas", [Piece(e) for e in schemas])
    names = [entry.path.split("/")[1] for entry in representations]
    if one_group:
        group = _group(writer, files, "group:representations", "Representations", [Piece(e) for e in representations])
        groups = [group for _name in names]
    else:
        groups = [
            _group(writer, files, f"group:{name}", f"Representations/{name}", [Piece(entry)])
            for name, entry in zip(names, representations, strict=True)
        ]
    top = _struct_map(writer, root, "root")
    _add(top, "div", ID=ids("div:metadata"), LABEL="Metadata", ADMID=administered, DMDID=" ".join(described))
    _add(_add(top, "div", ID=ids("div:documentation"), LABEL="Documentation"), "fptr", FILEID=papers)
    _add(_add(top, "div", ID=ids("div:schemas"), LABEL="Schemas"), "fptr", FILEID=rules)
    inside = _add(top, "div", ID=ids("div:representations"), LABEL="Representations")
    for group in dict.fromkeys(groups):
        _add(inside, "fptr", FILEID=group)
    for name, entry, group in zip(names, representations, groups, strict=True):
        place = _add(inside, "div", ID=ids(f"div:{name}"), LABEL=f"Representations/{name}")
        _link(_add(place, "mptr", LOCTYPE="URL"), entry.path).set(f"{{{XLINK}}}title", group)
    _segments(writer, root)
    return root


def objid_of(identifier: str) -> str:
    """The OBJID of the package with this UUID."""
    return f"uuid-{str(uuid.UUID(identifier)).upper()}"


def _segments(writer: Writer, root: etree._Element) -> None:
    """A map of its own from the parent to its children, and from a child to its parent, by OBJID.

    The form of E-ARK AIP ("Parent AIP references child AIPs", "Child AIP references parent AIP"), which CSIP hands on to every kind.
    """
    segment = writer.package.segment
    if segment is None:
        return
    ids, sort, first = writer.ids, writer.oais if writer.oais == "AIP" else "IP", segment.number == 1
    label, inner = (f"child {sort}s", f"child {sort}") if first else (f"parent {sort}", f"{sort} parent identifier")
    whole = _add(root, "structMap", ID=ids("segments:structMap"), TYPE="PHYSICAL", LABEL=label)
    top = _add(whole, "div", ID=ids("segments:div"), LABEL=label) if first else whole
    for number, other in enumerate(segment.parts[1:] if first else [segment.parent], 2 if first else 1):
        place = _add(top, "div", ID=ids(f"segments:div:{number}"), LABEL=inner, ORDER=str(number))
        pointer = _add(place, "mptr", ID=ids(f"segments:mptr:{number}"), LOCTYPE="OTHER", OTHERLOCTYPE="UUID")
        pointer.set(f"{{{XLINK}}}type", "simple")
        pointer.set(f"{{{XLINK}}}href", objid_of(other))
        pointer.set(f"{{{XLINK}}}title", f"Referencing a child {sort}." if first else f"Referencing the parent {sort}.")


def representation_mets(
    writer: Writer, name: str, sort: str, pieces: Sequence[Piece], preservation: Description
) -> etree._Element:
    """representations/<name>/METS.xml. `sort` says what the representation is, e.g. "Original"."""
    ids = writer.ids
    root = _mets(writer, name)
    _header(writer, root)
    described = {
        piece.entry.id: _dmd(writer, root, f"dmd:{name}:{piece.entry.id}", piece.description)
        for piece in pieces
        if piece.description is not None
    }
    administered = _amd(writer, root, name, preservation)
    files = _add(root, "fileSec", ID=ids(f"{name}:fileSec"))
    group = _group(writer, files, f"{name}:data", "Data", pieces)
    top = _struct_map(writer, root, name)
    top.set("TYPE", sort)
    metadata = _add(top, "div", ID=ids(f"{name}:div:metadata"), LABEL="Metadata", ADMID=administered)
    if described:
        metadata.set("DMDID", " ".join(described.values()))
    data = _add(top, "div", ID=ids(f"{name}:div:data"), LABEL="Data")
    _add(data, "fptr", FILEID=group)
    for piece in pieces:
        own = _add(data, "div", ID=ids(f"{name}:div:{piece.entry.id}"), LABEL=text(piece.label or piece.entry.path))
        if piece.entry.id in described:
            own.set("DMDID", described[piece.entry.id])
        _add(own, "fptr", FILEID=piece.entry.id)
    return root


def _mets(writer: Writer, objid: str) -> etree._Element:
    root = etree.Element(f"{{{METS}}}mets", nsmap={None: METS, "xlink": XLINK, "csip": CSIP, "sip": SIP, "xsi": XSI})  # type: ignore[dict-item]
    places = [(METS, "mets.xsd"), (XLINK, "xlink.xsd"), (CSIP, "DILCISExtensionMETS.xsd"), (SIP, "DILCISExtensionSIPMETS.xsd")]
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{space} {writer.schemas_at}/{file}" for space, file in places))
    root.set("OBJID", text(objid))
    root.set("TYPE", "Mixed")
    title = writer.package.dossier.get("title")
    if title:
        root.set("LABEL", text(title)[:1000])
    root.set("PROFILE", writer.profile)
    root.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "MIXED")
    return root


def _header(writer: Writer, root: etree._Element) -> None:
    package = writer.package
    header = _add(root, "metsHdr", CREATEDATE=writer.created, LASTMODDATE=writer.created, RECORDSTATUS=package.record_status)
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", writer.oais)
    software = _add(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    _named(software, package.software.name, package.software.version, "SOFTWARE VERSION")
    office = package.organisation or package.fonds_code.strip()
    if writer.oais == "SIP":  # SIP9 to SIP31: who formed the records, who submits them, who is to be asked
        _named(_add(header, "agent", ROLE="ARCHIVIST", TYPE="ORGANIZATION"), office, package.fonds_code, "IDENTIFICATIONCODE")
        _named(_add(header, "agent", ROLE="CREATOR", TYPE="ORGANIZATION"), office, package.fonds_code, "IDENTIFICATIONCODE")
    elif office:
        _named(_add(header, "agent", ROLE="OTHER", TYPE="ORGANIZATION", OTHERROLE="SUBMITTER"), office, "", "")
    code = package.submission_code or package.dossier.get("fileCode") or package.dossier.get("arcFileCode") or ""
    if code.strip():
        _add(header, "altRecordID", TYPE="SUBMISSIONAGREEMENT").text = text(code)


def _named(agent: etree._Element, name: str, note: str, note_type: str) -> None:
    _add(agent, "name").text = text(name) or "—"
    if text(note):
        told = _add(agent, "note")
        told.set(f"{{{CSIP}}}NOTETYPE", note_type)
        told.text = text(note)


def _dmd(writer: Writer, root: etree._Element, role: str, description: Description) -> str:
    identifier = writer.ids(role)
    section = _add(root, "dmdSec", ID=identifier, CREATED=writer.created, STATUS="CURRENT")
    _reference(writer, section, description, f"ref:{role}")
    return identifier


def _amd(writer: Writer, root: etree._Element, which: str, preservation: Description) -> str:
    identifier = writer.ids(f"digiprov:{which}")
    section = _add(root, "amdSec", ID=writer.ids(f"amd:{which}"))
    section = _add(section, "digiprovMD", ID=identifier, CREATED=writer.created, STATUS="CURRENT")
    _reference(writer, section, preservation, f"ref:premis:{which}")
    return identifier


def _reference(writer: Writer, section: etree._Element, description: Description, role: str) -> None:
    reference = _add(
        section,
        "mdRef",
        ID=writer.ids(role),
        LOCTYPE="URL",
        MDTYPE=description.sort,
        MDTYPEVERSION=description.version,
        MIMETYPE=description.entry.mime,
    )
    _link(reference, description.entry.path)
    _facts(reference, description.entry, writer.created)


def _group(writer: Writer, parent: etree._Element, role: str, use: str, pieces: Sequence[Piece]) -> str:
    identifier = writer.ids(role)
    group = _add(parent, "fileGrp", ID=identifier, USE=use)
    group.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", "OTHER")
    group.set(f"{{{CSIP}}}OTHERCONTENTINFORMATIONTYPE", "TT05-2025" if use.startswith(("Rep", "Data")) else use)
    for piece in pieces:
        entry = piece.entry
        file = _add(group, "file", ID=entry.id, MIMETYPE=entry.mime)
        _facts(file, entry, writer.created)
        if piece.puid and writer.oais == "SIP":  # SIP32 to SIP35
            if piece.format_name:
                file.set(f"{{{SIP}}}FILEFORMATNAME", text(piece.format_name))
            file.set(f"{{{SIP}}}FILEFORMATREGISTRY", "PRONOM")
            file.set(f"{{{SIP}}}FILEFORMATKEY", piece.puid)
        _link(_add(file, "FLocat", LOCTYPE="URL"), entry.path)
    return identifier


def _struct_map(writer: Writer, root: etree._Element, which: str) -> etree._Element:
    whole = _add(root, "structMap", ID=writer.ids(f"{which}:structMap"), TYPE="PHYSICAL", LABEL="CSIP")
    return _add(whole, "div", ID=writer.ids(f"{which}:div:top"), LABEL=root.get("OBJID") or "")


def _facts(element: etree._Element, entry: Entry, created: str) -> None:
    element.set("SIZE", str(entry.size))
    element.set("CREATED", created)
    element.set("CHECKSUM", entry.sha256.lower())
    element.set("CHECKSUMTYPE", "SHA-256")


def _link(element: etree._Element, path: str) -> etree._Element:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", href(path))
    return element


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{METS}}}{tag}", attributes)
