"""METS: schema, what E-ARK CSIP 2.0.4 wants to be said, identifiers and pointers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from lxml import etree

from app.i18n import _
from app.package.checks.reading import HREF, MetsFile, resolve
from app.package.ids import folder_name
from app.package.profiles import Kind
from app.package.report import Report
from app.package.tree import Tree
from app.package.xml import CSIP, XLINK, faults

TYPE_AT = f"{{{CSIP}}}OAISPACKAGETYPE"
NOTETYPE = f"{{{CSIP}}}NOTETYPE"
LINK_TYPE = f"{{{XLINK}}}type"
STATUSES = {"NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "OTHER"}
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
OBJIDS = {"SIP": rf"uuid-{_UUID}", "AIP": rf"urn:(?:[^:]+:uuid-|uuid:){_UUID}", "DIP": rf"(?:urn:)?uuid[-:]{_UUID}"}


@dataclass(slots=True, frozen=True)
class Wanted:
    """An attribute that elements must have: MUST is an error, SHOULD a warning."""

    path: str
    attribute: str
    rule: str
    level: str = "error"


def _pointer(path: str, first: int) -> list[Wanted]:
    """The nine attributes of an mdRef; CSIP numbers them in a row."""
    names = ("LOCTYPE", LINK_TYPE, HREF, "MDTYPE", "MIMETYPE", "SIZE", "CREATED", "CHECKSUM", "CHECKSUMTYPE")
    return [Wanted(path, name, f"CSIP{first + n}") for n, name in enumerate(names)]


WANTED = [
    Wanted(".", "OBJID", "CSIP1"),
    Wanted(".", "TYPE", "CSIP2"),
    Wanted(".", "PROFILE", "CSIP6"),
    Wanted("metsHdr", "CREATEDATE", "CSIP7"),
    Wanted("metsHdr", "LASTMODDATE", "CSIP8", "warning"),
    Wanted("metsHdr", TYPE_AT, "CSIP9"),
    Wanted("metsHdr/agent", "ROLE", "CSIP11"),
    Wanted("metsHdr/agent", "TYPE", "CSIP12"),
    Wanted("metsHdr/agent/note", NOTETYPE, "CSIP16"),
    Wanted("dmdSec", "ID", "CSIP18"),
    Wanted("dmdSec", "CREATED", "CSIP19"),
    Wanted("dmdSec", "STATUS", "CSIP20", "warning"),
    *_pointer("dmdSec/mdRef", 22),
    Wanted("amdSec/digiprovMD", "ID", "CSIP33"),
    Wanted("amdSec/digiprovMD", "STATUS", "CSIP34", "warning"),
    *_pointer("amdSec/digiprovMD/mdRef", 36),
    Wanted("fileSec", "ID", "CSIP59"),
    Wanted("//fileGrp", "USE", "CSIP64"),
    Wanted("//fileGrp", "ID", "CSIP65"),
    Wanted("//file", "ID", "CSIP67"),
    Wanted("//file", "MIMETYPE", "CSIP68"),
    Wanted("//file", "SIZE", "CSIP69"),
    Wanted("//file", "CREATED", "CSIP70"),
    Wanted("//file", "CHECKSUM", "CSIP71"),
    Wanted("//file", "CHECKSUMTYPE", "CSIP72"),
    Wanted("//FLocat", "LOCTYPE", "CSIP77"),
    Wanted("//FLocat", LINK_TYPE, "CSIP78"),
    Wanted("//FLocat", HREF, "CSIP79"),
    Wanted("structMap", "TYPE", "CSIP81"),
    Wanted("structMap", "LABEL", "CSIP82"),
    Wanted("structMap", "ID", "CSIP83"),
    Wanted("structMap/div", "ID", "CSIP85"),
    Wanted("//div/mptr", HREF, "CSIP110"),
    Wanted("//div/mptr", LINK_TYPE, "CSIP111"),
    Wanted("//div/mptr", "LOCTYPE", "CSIP112"),
]

ELEMENTS = [  # path, rule, which METS
    ("metsHdr", "CSIP117", "both"),
    ("metsHdr/agent", "CSIP10", "both"),
    ("metsHdr/agent/name", "CSIP14", "both"),
    ("metsHdr/agent/note", "CSIP15", "both"),
    ("dmdSec", "CSIP17", "both"),
    ("dmdSec/mdRef", "CSIP21", "both"),
    ("fileSec", "CSIP58", "both"),
    ("//file", "CSIP66", "both"),
    ("//file/FLocat", "CSIP76", "both"),
    ("structMap", "CSIP80", "both"),
    ("structMap/div", "CSIP84", "both"),
    ("//div/mptr", "CSIP109", "root"),
    ("//div/fptr", "CSIP116", "rep"),
]


def check_mets(mets: MetsFile, report: Report) -> None:
    """What holds for both METS files of a package of any kind."""
    for line, words in faults(mets.root, "mets-csip.xsd"):
        report.error("TT05-METS-XSD", f"{mets.path}:{line}", _("The METS schema objects: {detail}").format(detail=words[:300]))
    which = "root" if mets.path == "METS.xml" else "rep"
    for path, rule, where in ELEMENTS:
        if where in ("both", which) and not mets.find(path):
            report.error(rule, mets.path, _("The element {element} is missing.").format(element=path.rpartition("/")[2]))
    for wanted in WANTED:
        _attribute(mets, wanted, report)
    for agent in mets.find("metsHdr/agent[@TYPE='OTHER']"):
        if not agent.get("OTHERTYPE"):
            _missing(mets, agent, "OTHERTYPE", "CSIP13", "error", report)
    _identifiers(mets, report)


def check_root(mets: MetsFile, kind: Kind, tree: Tree, archived: bool, report: Report) -> None:
    """The root METS against its kind."""
    objid = mets.objid
    if objid and not re.fullmatch(OBJIDS[kind.oais], objid):
        report.error(
            "TT05-OBJID",
            mets.path,
            _("The package's identifier is not written as its kind wants: “{objid}”.").format(objid=objid[:120]),
        )
    elif objid != re.sub(_UUID, lambda match: match[0].upper(), objid):
        report.warning("TT05-OBJID", mets.path, _("The UUID of the package's identifier must be in capital letters."))
    if objid and tree.name and tree.name not in (objid, folder_name(objid)):
        # An unpacked folder may have been renamed by whoever unpacked it; in the ZIP the name is the sender's.
        tell = report.error if archived else report.warning
        tell(
            "CSIPSTR2",
            tree.name,
            _("The folder must be named after the package's identifier, “{name}”.").format(name=folder_name(objid)[:120]),
        )
    status = (mets.find("metsHdr") or [mets.root])[0].get("RECORDSTATUS") or "NEW"
    if status not in STATUSES:
        report.warning(
            "TT05-STATUS", mets.path, _("The package's status “{status}” is not in the code table.").format(status=status[:40])
        )
    if (mets.root.get("TYPE") or "").casefold() != kind.type.casefold():
        report.warning("TT05-TYPE", mets.path, _("TYPE must be “{wanted}” in a package of this kind.").format(wanted=kind.type))
    if mets.root.get("PROFILE") != kind.root_profile:
        report.warning(
            "TT05-PROFILE",
            mets.path,
            _("PROFILE must be “{wanted}” in a package of this kind.").format(wanted=kind.root_profile),
        )
    _parts(mets, kind, report)


def check_representation(mets: MetsFile, root: MetsFile, report: Report) -> None:
    """The representation's METS against the root's."""
    for header, other in zip(mets.find("metsHdr"), root.find("metsHdr"), strict=False):
        if header.get(TYPE_AT) != other.get(TYPE_AT):
            report.error("CSIP9", mets.path, _("The kind of package is not the one that the root METS names."))
    if not mets.find("//fileGrp[@USE='Data']"):
        report.error("TT05-REPMAP", mets.path, _("The file group “{group}” is missing.").format(group="Data"))
    described = {identifier for div in mets.find("//div[@DMDID]") for identifier in (div.get("DMDID") or "").split()}
    # Attachments are files without a description of their own; the group Data as a whole describes nothing.
    linked = {pointer.get("FILEID") for pointer in mets.find("//div[not(@LABEL='Data')]/fptr")}
    for section in mets.find("dmdSec"):
        if section.get("ID") not in described:
            report.error("TT05-REPMAP", _where(mets, section), _("The description belongs to no document."))
    for file in mets.find("//fileGrp[@USE='Data']/file"):
        if file.get("ID") not in linked:
            report.error("TT05-REPMAP", _where(mets, file), _("No description belongs to this file."))


def _parts(mets: MetsFile, kind: Kind, report: Report) -> None:
    uses = {(group.get("USE") or "").partition("/")[0] for group in mets.find("//fileGrp")}
    labels = {(div.get("LABEL") or "").partition("/")[0] for div in mets.find("structMap/div/div")}
    for group, rule in (("Schemas", "CSIP113"), ("Representations", "CSIP114")):
        if group not in uses:
            report.error(rule, mets.path, _("The file group “{group}” is missing.").format(group=group))
    for label, rule in (("Metadata", "CSIP88"), ("Schemas", "CSIP97"), ("Representations", "CSIP105")):
        if label not in labels:
            report.error(rule, mets.path, _("The part “{label}” is missing in the structural map.").format(label=label))
    if not mets.find("structMap[@LABEL='CSIP']"):
        report.error("CSIP82", mets.path, _("The structural map “CSIP” is missing."))
    if kind.premis == "required" and not mets.find("amdSec/digiprovMD/mdRef"):
        report.error("CSIP32", mets.path, _("METS does not point to the preservation record."))


def _attribute(mets: MetsFile, wanted: Wanted, report: Report) -> None:
    elements = [mets.root] if wanted.path == "." else mets.find(wanted.path)
    for element in elements:
        if not (element.get(wanted.attribute) or "").strip():
            _missing(mets, element, wanted.attribute, wanted.rule, wanted.level, report)


def _missing(mets: MetsFile, element: etree._Element, attribute: str, rule: str, level: str, report: Report) -> None:
    name = etree.QName(attribute).localname
    words = _("{element} has no {attribute}.").format(element=etree.QName(element).localname, attribute=name)
    (report.error if level == "error" else report.warning)(rule, _where(mets, element), words)


def _where(mets: MetsFile, element: etree._Element) -> str:
    identifier = element.get("ID")
    return f"{mets.path}#{identifier}" if identifier else f"{mets.path}:{element.sourceline}"


def _identifiers(mets: MetsFile, report: Report) -> None:
    counted = Counter(element.get("ID") for element in mets.root.iter(etree.Element) if element.get("ID"))
    for identifier, count in counted.items():
        if count > 1:
            report.error("TT05-ID", f"{mets.path}#{identifier}", _("The identifier is used {count} times.").format(count=count))
    for element in mets.root.iter(etree.Element):
        for attribute in ("DMDID", "ADMID", "FILEID"):
            for identifier in (element.get(attribute) or "").split():
                if identifier not in counted:
                    words = _("{attribute} points to “{id}”, which is not there.")
                    report.error("TT05-POINTER", _where(mets, element), words.format(attribute=attribute, id=identifier[:80]))


def check_pointer(root: MetsFile, tree: Tree, report: Report) -> None:
    """mptr leads to the METS of a representation and names its file group."""
    groups = {group.get("ID") for group in root.find("//fileGrp")}
    for pointer in root.find("//div/mptr"):
        address = pointer.get(HREF) or ""
        if resolve(root.path, address) not in tree.sizes:
            report.error(
                "TT05-POINTER",
                f"{root.path}:{pointer.sourceline}",
                _("The representation “{address}” is not there.").format(address=address[:200]),
            )
        title = pointer.get(f"{{{XLINK}}}title")
        if not title:
            report.error(
                "CSIP108",
                f"{root.path}:{pointer.sourceline}",
                _("{element} has no {attribute}.").format(element="mptr", attribute="title"),
            )
        elif title not in groups:
            words = _("{attribute} points to “{id}”, which is not there.").format(attribute="xlink:title", id=title[:80])
            report.warning("TT05-POINTER", f"{root.path}:{pointer.sourceline}", words)
