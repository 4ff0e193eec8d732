"""METS: schema, what E-ARK CSIP 2.0.4 wants to be said, identifiers and pointers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from lxml import etree

from app.i18n import _
from app.package.checks.reading import HREF, MetsFile, resolve
from app.package.eark import engine
from app.package.eark.agents import NOTETYPE, check_software
from app.package.eark.pointers import check_identifiers
from app.package.eark.profiles import Profile
from app.package.eark.table import NO_ATTRIBUTE, UNLISTED, Row
from app.package.ids import folder_name
from app.package.profiles import Kind
from app.package.report import Report
from app.package.tree import Tree
from app.package.xml import CSIP, XLINK, faults

TYPE_AT = f"{{{CSIP}}}OAISPACKAGETYPE"
STATUSES = {"NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "OTHER"}
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
OBJIDS = {"SIP": rf"uuid-{_UUID}", "AIP": rf"urn:(?:[^:]+:uuid-|uuid:){_UUID}", "DIP": rf"(?:urn:)?uuid[-:]{_UUID}"}


# What the circular wants more strictly than CSIP, and what it does without (annexes I-V).
BINDING = {"CSIP17", "CSIP21", "CSIP58", "CSIP97", "CSIP113", "CSIP114"}
WAIVED = {
    "CSIP3", "CSIP4", "CSIP5", "CSIP31", "CSIP32", "CSIP45", "CSIP60", "CSIP62", "CSIP63", "CSIP64", "CSIP73", "CSIP86", "CSIP93",
    "CSIP101", "SIP2", "DIP2",
}  # fmt: skip
KEPT = {"CSIP64": "@USE", "CSIP2": "@TYPE"}  # rule → whose presence alone is asked for: the circular has words of its own
NOTED = ("SOFTWARE VERSION", "IDENTIFICATIONCODE")


def circular_rows() -> list[Row]:
    """CSIP 2.0.4 as Thông tư 05/2025 takes it over."""
    rows = []
    for row in engine.rows(Profile("csip", "2.0.4")):
        present = row.rule in KEPT and row.words == NO_ATTRIBUTE and row.attribute == KEPT[row.rule]
        if (row.rule in WAIVED or row.rule in KEPT) and not present:
            continue
        if row.rule in ("CSIP88", "CSIP90") and row.where == "rep":
            continue  # a representation has MetadataLink instead
        if row.rule in BINDING and row.level == "warning":
            row = replace(row, level="error", where="both" if row.rule == "CSIP17" else row.where)
        if row.words == UNLISTED and row.attribute == "@MIMETYPE":
            row = replace(row, level="warning")  # accepted packages hold formats that IANA has not registered
        rows.append(row)
    return rows


def check_mets(mets: MetsFile, report: Report, now: datetime) -> None:
    """What holds for both METS files of a package of any kind."""
    for line, words in faults(mets.root, "mets-csip.xsd"):
        report.error("TT05-METS-XSD", f"{mets.path}:{line}", _("The METS schema objects: {detail}").format(detail=words[:300]))
    engine.run(mets, circular_rows(), report, now)
    if mets.path == "METS.xml":
        check_software(mets, report, NOTED, empty="warning")  # the fonds code, which a new archive may lack
    else:
        _part_agents(mets, report)
    for path, rule in (("//file", "CSIP66"), ("//div/mptr", "CSIP109"), ("//div/fptr", "CSIP116")):
        wanted = rule == "CSIP66" or (rule == "CSIP109") == (mets.path == "METS.xml")
        if wanted and not mets.find(path):
            report.error(rule, mets.path, _("The element {element} is missing.").format(element=path.rpartition("/")[2]))
    check_identifiers(mets, report)


def _part_agents(mets: MetsFile, report: Report) -> None:
    """The representation's agent: the organisation (letter) or the person who packed (accepted)."""
    agents = mets.find("metsHdr/agent")
    if not agents:
        report.error("CSIP10", mets.path, _("The element {element} is missing.").format(element="agent"))
    for agent in agents:
        for attribute, rule in (("ROLE", "CSIP11"), ("TYPE", "CSIP12")):
            if not (agent.get(attribute) or "").strip():
                _missing(mets, agent, attribute, rule, "error", report)
        if agent.get("TYPE") == "OTHER" and not agent.get("OTHERTYPE"):
            _missing(mets, agent, "OTHERTYPE", "CSIP13", "error", report)
    for element, rule in (("name", "CSIP14"), ("note", "CSIP15")):
        if agents and not mets.find(f"metsHdr/agent/{element}"):
            report.error(rule, mets.path, _("The element {element} is missing.").format(element=element))
    for note in mets.find("metsHdr/agent/note"):
        if not (note.get(NOTETYPE) or "").strip():
            _missing(mets, note, NOTETYPE, "CSIP16", "error", report)


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
    labels = {(div.get("LABEL") or "").partition("/")[0] for div in mets.find("structMap/div/div")}
    if "Representations" not in labels:
        words = _("The part “{label}” is missing in the structural map.").format(label="Representations")
        report.error("CSIP105", mets.path, words)
    if kind.premis == "required" and not mets.find("amdSec/digiprovMD/mdRef"):
        report.error("CSIP32", mets.path, _("METS does not point to the preservation record."))


def _missing(mets: MetsFile, element: etree._Element, attribute: str, rule: str, level: str, report: Report) -> None:
    name = etree.QName(attribute).localname
    words = _("{element} has no {attribute}.").format(element=etree.QName(element).localname, attribute=name)
    (report.error if level == "error" else report.warning)(rule, _where(mets, element), words)


def _where(mets: MetsFile, element: etree._Element) -> str:
    identifier = element.get("ID")
    return f"{mets.path}#{identifier}" if identifier else f"{mets.path}:{element.sourceline}"


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
