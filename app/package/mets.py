"""The two METS files of a package (Thông tư 05/2025, E-ARK CSIP 2.0.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from app.package.drafts import Draft, quoted
from app.package.ids import Ids
from app.package.model import PackageInput
from app.package.names import href
from app.package.profiles import Dialect, Kind
from app.package.xml import CSIP, METS, SIP, XLINK, XSI, stamp, text


@dataclass(slots=True, frozen=True)
class Entry:
    """A file as METS tells of it: `path` relative to the METS, `sha256` hex, `size` in bytes."""

    id: str
    path: str
    mime: str
    size: int
    sha256: str


@dataclass(slots=True, frozen=True)
class Described:
    """A document's file with its description. A linked document's file is its pointer (`holey`)."""

    file: Entry
    description: Entry
    holey: bool = False
    attachments: Sequence[Entry] = ()


@dataclass(slots=True, frozen=True)
class Writing:
    """What both METS files need to know."""

    package: PackageInput
    kind: Kind
    dialect: Dialect
    objid: str
    ids: Ids
    schemas_at: str = field(default="schemas")

    prove: bool = True  # by the schemas; else the check of the finished package does it

    @property
    def created(self) -> str:
        return stamp(self.package.created)


def root_mets(
    writing: Writing,
    ead: Entry,
    premis: Entry | None,
    schemas: Sequence[Entry],
    representation: Entry,
    documentation: Sequence[Entry] = (),
) -> etree._Element:
    """METS.xml at the top: EAD, PREMIS (AIP), the schemas, one representation, the documentation where there is some."""
    ids, kind = writing.ids, writing.kind
    root = _mets(writing, writing.objid, kind.root_profile)
    header = _header(writing, root)
    note = writing.package.software.version if writing.dialect.root_note == "SOFTWARE VERSION" else _fonds(writing)
    agent = _child(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    _named(agent, writing.package.software.name, note, writing.dialect.root_note)
    _agreement(writing, header)
    described = _dmd(writing, root, "dmd:ead", ead)
    administered = _amd(writing, root, "root", premis)

    files = _child(root, "fileSec", ID=ids("fileSec"))
    schema_group = _group(files, ids("group:schemas"), "Schemas", schemas, writing)
    papers = _group(files, ids("group:documentation"), "Documentation", documentation, writing) if documentation else ""
    rep_group = _group(files, ids("group:rep1"), "Representations/rep1", [representation], writing)

    top = _struct_map(root, ids, writing.objid)
    metadata = _child(top, "div", ID=ids("div:metadata"), LABEL="Metadata", DMDID=described)
    if administered:
        metadata.set("ADMID", administered)
    _child(_child(top, "div", ID=ids("div:schemas"), LABEL="Schemas"), "fptr", FILEID=schema_group)
    if papers:
        _child(_child(top, "div", ID=ids("div:documentation"), LABEL="Documentation"), "fptr", FILEID=papers)
    place = _child(top, "div", ID=ids("div:rep1"), LABEL="Representations/rep1")
    _xlink(_child(place, "mptr", LOCTYPE="URL"), representation.path).set(f"{{{XLINK}}}title", rep_group)
    return root


def representation_mets(writing: Writing, documents: Sequence[Described], premis: Entry | None) -> Draft:
    """representations/rep1/METS.xml: the documents, each linked to its description."""
    ids, package = writing.ids, writing.package
    root = _mets(writing, "rep1", writing.kind.rep_profile)
    draft = Draft(root)
    header = _header(writing, root)
    person = writing.dialect.rep_agent == "INDIVIDUAL"
    name = package.packer if person else package.organisation or _fonds(writing)
    agent = _child(header, "agent", ROLE="CREATOR", TYPE=writing.dialect.rep_agent)
    _named(agent, name, _fonds(writing), "IDENTIFICATIONCODE")
    described = [ids(f"dmd:{each.file.id}") for each in documents]
    draft.fill(root, _descriptions(writing, documents, described))
    administered = _amd(writing, root, "rep1", premis)

    files = _child(root, "fileSec", ID=ids("rep1:fileSec"))
    held = [each.file for each in documents if not each.holey]
    held += [attached for each in documents for attached in each.attachments]
    group = _long_group(draft, files, ids("rep1:group:data"), "Data", held, writing.created) if held else ""
    pointers = [each.file for each in documents if each.holey]
    if pointers:
        _long_group(draft, files, ids("rep1:group:holey"), "Holeyfile", pointers, writing.created)

    top = _struct_map(root, ids, "rep1")
    top.set("TYPE", writing.kind.division)
    if group:
        _child(_child(top, "div", ID=ids("rep1:div:data"), LABEL="Data"), "fptr", FILEID=group)
    links = _child(top, "div", ID=ids("rep1:div:links"), LABEL="MetadataLink")
    admid = f' ADMID="{administered}"' if administered else ""
    draft.fill(links, [_link(ids, *each, admid) for each in zip(documents, described, strict=True)])
    return draft


def _descriptions(writing: Writing, documents: Sequence[Described], identifiers: Sequence[str]) -> list[str]:
    ids, created = writing.ids, writing.created
    sort = "".join(f' {name}="{quoted(value)}"' for name, value in writing.dialect.mdref.items())
    return [
        f"""\
  <dmdSec ID="{identifier}" CREATED="{created}" STATUS="CURRENT">
    <mdRef ID="{ids(f"ref:dmd:{each.file.id}")}" LOCTYPE="URL"{sort} {_place(each.description)} {_told(each.description, created)}/>
  </dmdSec>
"""
        for each, identifier in zip(documents, identifiers, strict=True)
    ]


def _long_group(draft: Draft, parent: etree._Element, identifier: str, use: str, entries: Sequence[Entry], created: str) -> str:
    rows = [
        f"""\
      <file ID="{entry.id}" MIMETYPE="{quoted(entry.mime)}" {_told(entry, created)}>
        <FLocat LOCTYPE="URL" {_place(entry)}/>
      </file>
"""
        for entry in entries
    ]
    draft.fill(_child(parent, "fileGrp", ID=identifier, USE=use), rows)
    return identifier


def _link(ids: Ids, each: Described, description: str, admid: str) -> str:
    label = "MetadataLink/Holey" if each.holey else "MetadataLink/File"
    attached = "".join(f'            <fptr FILEID="{attachment.id}"/>\n' for attachment in each.attachments)
    if attached:
        identifier = ids(f"attached:{each.file.id}")
        attached = f'          <div ID="{identifier}" LABEL="AttachmentFile">\n{attached}          </div>\n'
    return f"""\
        <div ID="{ids(f"link:{each.file.id}")}" LABEL="{label}" DMDID="{description}"{admid}>
          <fptr FILEID="{each.file.id}"/>
{attached}\
        </div>
"""


def _told(entry: Entry, created: str) -> str:
    return f'SIZE="{entry.size}" CREATED="{created}" CHECKSUM="{quoted(entry.sha256.upper())}" CHECKSUMTYPE="SHA-256"'


def _place(entry: Entry) -> str:
    return f'xlink:type="simple" xlink:href="{href(entry.path)}"'


def _mets(writing: Writing, objid: str, profile: str) -> etree._Element:
    root = etree.Element(f"{{{METS}}}mets", nsmap={None: METS, "xlink": XLINK, "csip": CSIP, "sip": SIP, "xsi": XSI})  # type: ignore[dict-item]
    at, held = writing.schemas_at, {source: name for name, source in writing.dialect.schemas.items()}
    places = [(METS, "mets.xsd"), (XLINK, "xlink.xsd"), (CSIP, "DILCISExtensionMETS.xsd"), (SIP, "DILCISExtensionSIPMETS.xsd")]
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{space} {at}/{held[file]}" for space, file in places))
    root.set("OBJID", text(objid))
    root.set("TYPE", writing.kind.type)
    root.set("PROFILE", profile)
    return root


def _header(writing: Writing, root: etree._Element) -> etree._Element:
    header = _child(root, "metsHdr", CREATEDATE=writing.created, LASTMODDATE=writing.created)
    header.set("RECORDSTATUS", writing.package.record_status)
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", writing.kind.oais)
    return header


def _named(agent: etree._Element, name: str, note: str, note_type: str) -> None:
    _child(agent, "name").text = text(name)
    told = _child(agent, "note")
    told.set(f"{{{CSIP}}}NOTETYPE", note_type)
    told.text = text(note)


def _agreement(writing: Writing, header: etree._Element) -> None:
    dossier = writing.package.dossier
    of_dossier = dossier.get("fileCode") or dossier.get(writing.kind.code_field) or ""
    code = of_dossier if writing.dialect.agreement == "dossier" else writing.package.submission_code
    if code.strip():
        _child(header, "altRecordID", TYPE="SUBMISSIONAGREEMENT").text = text(code)


def _fonds(writing: Writing) -> str:
    return writing.package.fonds_code.strip()


def _dmd(writing: Writing, root: etree._Element, role: str, entry: Entry) -> str:
    identifier = writing.ids(role)
    section = _child(root, "dmdSec", ID=identifier, CREATED=writing.created, STATUS="CURRENT")
    _reference(writing, section, entry, {**writing.dialect.mdref}, f"ref:{role}")
    return identifier


def _amd(writing: Writing, root: etree._Element, which: str, premis: Entry | None) -> str:
    """The ID of the digiprovMD, empty without PREMIS."""
    if premis is None:
        if writing.dialect.empty_amdsec:
            _child(root, "amdSec", ID=writing.ids(f"amd:{which}"))
        return ""
    identifier = writing.ids(f"digiprov:{which}")
    section = _child(root, "amdSec", ID=writing.ids(f"amd:{which}"))
    section = _child(section, "digiprovMD", ID=identifier, CREATED=writing.created, STATUS="CURRENT")
    words = {"MDTYPE": "PREMIS", "MDTYPEVERSION": "3.0", "MIMETYPE": writing.dialect.premis_mimetype}
    _reference(writing, section, premis, words, f"ref:premis:{which}")
    return identifier


def _reference(writing: Writing, section: etree._Element, entry: Entry, words: dict[str, str], role: str) -> None:
    reference = _xlink(_child(section, "mdRef", ID=writing.ids(role), LOCTYPE="URL", **words), entry.path)
    _facts(reference, entry, writing.created)


def _group(parent: etree._Element, identifier: str, use: str, entries: Sequence[Entry], writing: Writing) -> str:
    group = _child(parent, "fileGrp", ID=identifier, USE=use)
    for entry in entries:
        file = _child(group, "file", ID=entry.id, MIMETYPE=entry.mime)
        _facts(file, entry, writing.created)
        _xlink(_child(file, "FLocat", LOCTYPE="URL"), entry.path)
    return identifier


def _facts(element: etree._Element, entry: Entry, created: str) -> None:
    element.set("SIZE", str(entry.size))
    element.set("CREATED", created)
    element.set("CHECKSUM", entry.sha256.upper())
    element.set("CHECKSUMTYPE", "SHA-256")


def _struct_map(root: etree._Element, ids: Ids, label: str) -> etree._Element:
    role = "rep1:" if label == "rep1" else ""
    whole = _child(root, "structMap", ID=ids(f"{role}structMap"), TYPE="PHYSICAL", LABEL="CSIP")
    return _child(whole, "div", ID=ids(f"{role}div:top"), LABEL=text(label))


def _xlink(element: etree._Element, path: str) -> etree._Element:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", href(path))
    return element


def _child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{METS}}}{tag}", attributes)
