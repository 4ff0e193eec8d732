"""For every rule of CSIP, SIP and DIP the ways to break it: what to change in a good package, and how it must then be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lxml import etree

from tests.package.eark_samples import (
    REP,
    at,
    doubled,
    full,
    given,
    removed,
    without,
)

TOP = "/m:mets"
HEAD = f"{TOP}/m:metsHdr"
SOFTWARE = f"{HEAD}/m:agent[@OTHERTYPE='SOFTWARE']"
DMD = f"{TOP}/m:dmdSec"
PROV = f"{TOP}/m:amdSec/m:digiprovMD"
RIGHTS = f"{TOP}/m:amdSec/m:rightsMD"
GROUP = "//m:fileGrp[@ID='{}']"
DOC, XSD, REPS = (GROUP.format(f"group-{name}") for name in ("doc", "xsd", "rep"))
FILE = f"{DOC}/m:file"
MAP = "//m:structMap"
MAIN = f"{MAP}/m:div"
DIVISION = MAIN + "/m:div[@LABEL='{}']"
INNER = f"{MAP}//m:div[@LABEL='Representations/rep1']"
MPTR = f"{INNER}/m:mptr"
CONTENT, OTHER_CONTENT = "csip:CONTENTINFORMATIONTYPE", "csip:OTHERCONTENTINFORMATIONTYPE"


class Case(NamedTuple):
    rule: str
    level: str
    change: Callable[[etree._Element], object]
    mets: str = "METS.xml"
    versions: tuple[str, ...] = ("2.0.4", "2.1", "2.2")
    family: str = "csip"


def both(*changes: Callable[[etree._Element], object]) -> Callable[[etree._Element], object]:
    def change(root: etree._Element) -> None:
        for each in changes:
            each(root)

    return change


def attribute(rule: str, path: str, name: str, wrong: str = "", level: str = "error", **more: Any) -> Iterator[Case]:
    """Missing, empty, and wrong where a value is told."""
    yield Case(rule, level, without(path, name), **more)
    yield Case(rule, level, given(path, name, ""), **more)
    if wrong:
        yield Case(rule, "error", given(path, name, wrong), **more)


def reference(path: str, first: int, **more: Any) -> Iterator[Case]:
    """The nine rules about an mdRef."""

    def rule(step: int) -> str:
        return f"CSIP{first + step}"

    yield from attribute(rule(0), path, "LOCTYPE", "URN", **more)
    yield from attribute(rule(1), path, "xlink:type", "extended", **more)
    yield Case(rule(2), "error", without(path, "xlink:href"), **more)
    yield Case(rule(2), "error", given(path, "xlink:href", "metadata/nowhere.xml"), **more)
    yield Case(rule(2), "error", given(path, "xlink:href", "../outside.xml"), **more)
    yield from attribute(rule(3), path, "MDTYPE", "NOTHING", **more)
    yield from media_type(rule(4), path)
    yield from facts(path, first + 5, **more)


def media_type(rule: str, path: str) -> Iterator[Case]:
    yield Case(rule, "error", without(path, "MIMETYPE"))
    yield Case(rule, "error", given(path, "MIMETYPE", ""))
    yield Case(rule, "error", given(path, "MIMETYPE", "text/vietnamese"), versions=("2.0.4", "2.1"))
    yield Case(rule, "warning", given(path, "MIMETYPE", "text/vietnamese"), versions=("2.2",))
    yield Case(rule, "warning", given(path, "MIMETYPE", "text/" + "x" * 300))


def facts(path: str, size: int, **more: Any) -> Iterator[Case]:
    yield from attribute(f"CSIP{size}", path, "SIZE", "4000000", **more)
    yield Case(f"CSIP{size + 1}", "error", without(path, "CREATED"), **more)
    for wrong in ("", "22/11/2026", "2026-11-22", "2026-13-01T00:00:00"):
        yield Case(f"CSIP{size + 1}", "error", given(path, "CREATED", wrong), **more)
    yield from attribute(f"CSIP{size + 2}", path, "CHECKSUM", "0" * 64, **more)
    yield Case(f"CSIP{size + 2}", "error", given(path, "CHECKSUM", "0" * 32), **more)
    yield Case(f"CSIP{size + 2}", "error", given(path, "CHECKSUMTYPE", "MD5"), **more)
    yield from attribute(f"CSIP{size + 3}", path, "CHECKSUMTYPE", "ROT13", **more)


def section(path: str, first: int) -> Iterator[Case]:
    yield from attribute(f"CSIP{first}", path, "ID")
    yield from attribute(f"CSIP{first + 1}", path, "STATUS", "current", "warning")
    yield Case(f"CSIP{first + 1}", "error", given(path, "STATUS", ""))
    yield Case(f"CSIP{first + 2}", "warning", removed(f"{path}/m:mdRef"))
    yield from reference(f"{path}/m:mdRef", first + 3)


def other_content(rule: str, path: str) -> Iterator[Case]:
    yield Case(
        rule, "error", both(given(path, CONTENT, "OTHER"), lambda root: at(root, path).attrib.pop(full(OTHER_CONTENT), None))
    )
    yield Case(rule, "error", both(given(path, CONTENT, "OTHER"), given(path, OTHER_CONTENT, "")))
    yield Case(rule, "error", both(given(path, CONTENT, "OTHER"), given(path, OTHER_CONTENT, "ERMS")))
    yield Case(rule, "error", both(given(path, CONTENT, "ERMS"), given(path, OTHER_CONTENT, "Hồ sơ")))


def scattered(root: etree._Element) -> None:
    """The three marks of the software on three agents."""
    agent = at(root, SOFTWARE)
    for name, other in (("ROLE", "EDITOR"), ("TYPE", "INDIVIDUAL"), ("OTHERTYPE", "")):
        copy = etree.fromstring(etree.tostring(agent))
        copy.set(name, other)
        agent.addnext(copy)
    agent.getparent().remove(agent)


def emptied(label: str) -> Callable[[etree._Element], None]:
    """A division of the first level without anything in it."""

    def change(root: etree._Element) -> None:
        division = at(root, f"{MAIN}/m:div[@LABEL='{label}']")
        for child in list(division):
            division.remove(child)

    return change


def header() -> Iterator[Case]:
    yield from attribute("CSIP1", TOP, "OBJID")
    yield Case("CSIP1", "warning", given(TOP, "OBJID", "uuid-another"))
    yield Case("CSIP1", "warning", given(TOP, "OBJID", "rep2"), f"{REP}/METS.xml")
    yield from attribute("CSIP2", TOP, "TYPE", "Nothing of the kind")
    yield Case("CSIP2", "error", given(TOP, "TYPE", "Other"))
    yield Case("CSIP2", "error", both(given(TOP, "TYPE", "OTHER"), given(TOP, "csip:OTHERTYPE", "")))
    yield Case("CSIP3", "error", given(TOP, "TYPE", "OTHER"))
    yield Case("CSIP3", "error", both(given(TOP, "TYPE", "Other"), given(TOP, "csip:OTHERTYPE", "Textual works - Print")))
    yield Case("CSIP3", "error", given(TOP, "csip:OTHERTYPE", "Thơ"))
    yield from attribute("CSIP4", TOP, CONTENT, "random", "warning")
    yield Case("CSIP4", "error", given(TOP, CONTENT, " "))
    yield Case("CSIP4", "error", without(TOP, CONTENT), f"{REP}/METS.xml")
    yield Case("CSIP4", "error", given(TOP, CONTENT, "OTHER"))
    yield Case("CSIP4", "error", both(given(TOP, CONTENT, "OTHER"), given(TOP, OTHER_CONTENT, "")))
    yield from other_content("CSIP5", TOP)
    yield from attribute("CSIP6", TOP, "PROFILE")
    yield Case("CSIP6", "warning", given(TOP, "PROFILE", "NOT_DEFINED"))
    yield Case("CSIP117", "error", removed(HEAD))
    yield from attribute("CSIP7", HEAD, "CREATEDATE", "hôm nay")
    yield Case("CSIP7", "error", given(HEAD, "CREATEDATE", "2038-01-18T12:00:00"))
    yield from attribute("CSIP8", HEAD, "LASTMODDATE", "2026-11-22 09:30", "warning")
    yield Case("CSIP8", "error", given(HEAD, "LASTMODDATE", "2038-01-18T12:00:00"))
    yield from attribute("CSIP9", HEAD, "csip:OAISPACKAGETYPE", "PIP")
    yield Case("CSIP10", "error", removed(SOFTWARE))
    yield Case("CSIP11", "error", removed(SOFTWARE))
    yield Case("CSIP10", "warning", removed(SOFTWARE), f"{REP}/METS.xml")
    yield Case("CSIP11", "error", given(SOFTWARE, "ROLE", "EDITOR"))
    yield Case("CSIP11", "error", without(SOFTWARE, "ROLE"))
    yield Case("CSIP11", "error", scattered)
    yield from attribute("CSIP12", SOFTWARE, "TYPE", "INDIVIDUAL")
    yield from attribute("CSIP13", SOFTWARE, "OTHERTYPE", "HARDWARE")
    yield Case("CSIP14", "error", removed(f"{SOFTWARE}/m:name"))
    yield Case("CSIP14", "error", lambda root: setattr(at(root, f"{SOFTWARE}/m:name"), "text", " "))
    yield Case("CSIP15", "error", removed(f"{SOFTWARE}/m:note"))
    yield Case("CSIP15", "error", doubled(f"{SOFTWARE}/m:note"))
    yield Case("CSIP15", "error", lambda root: setattr(at(root, f"{SOFTWARE}/m:note"), "text", ""))
    yield from attribute("CSIP16", f"{SOFTWARE}/m:note", "csip:NOTETYPE", "IDENTIFICATIONCODE")
    yield Case("CSIP16", "error", removed(f"{SOFTWARE}/m:note"))


def sections() -> Iterator[Case]:
    yield Case("CSIP17", "error", removed(DMD))
    yield Case("CSIP17", "warning", removed(DMD))
    yield from attribute("CSIP18", DMD, "ID")
    yield from attribute("CSIP19", DMD, "CREATED", "2026")
    yield from attribute("CSIP20", DMD, "STATUS", "CURENT", "warning")
    yield Case("CSIP20", "error", given(DMD, "STATUS", ""))
    yield Case("CSIP21", "warning", removed(f"{DMD}/m:mdRef"))
    yield from reference(f"{DMD}/m:mdRef", 22)
    yield Case("CSIP24", "warning", given(f"{DMD}/m:mdRef", "xlink:href", ""))
    yield from reference(f"{DMD}/m:mdRef", 22, mets=f"{REP}/METS.xml")
    yield Case("CSIP31", "error", removed(f"{TOP}/m:amdSec"))
    yield Case("CSIP31", "warning", removed(f"{TOP}/m:amdSec"))
    yield Case("CSIP31", "warning", doubled(f"{TOP}/m:amdSec"))
    yield Case("CSIP32", "error", removed(PROV))
    yield Case("CSIP32", "warning", both(removed(PROV), removed(PROV)))
    yield from section(PROV, 33)
    yield Case("CSIP38", "error", given(f"{PROV}/m:mdRef", "xlink:href", ""))
    yield Case("CSIP45", "info", removed(RIGHTS))
    yield from section(RIGHTS, 46)


def files() -> Iterator[Case]:
    yield Case("CSIP58", "warning", removed("//m:fileSec"))
    yield Case("CSIP58", "warning", doubled("//m:fileSec"))
    yield from attribute("CSIP59", "//m:fileSec", "ID")
    for rule, path in (("CSIP60", DOC), ("CSIP113", XSD), ("CSIP114", REPS)):
        yield Case(rule, "warning", removed(path))
        yield Case(rule, "warning", given(path, "USE", "Others"))
    yield Case("CSIP61", "warning", given(DOC, "ADMID", "prov1 group-xsd"))
    yield Case("CSIP62", "error", both(without(REPS, CONTENT), without(REPS, OTHER_CONTENT)))
    yield Case("CSIP62", "error", given(DOC, CONTENT, "random"))
    yield from other_content("CSIP63", DOC)
    yield from attribute("CSIP64", DOC, "USE", "random")
    yield Case("CSIP64", "error", given(REPS, "USE", "Representations/rep7"))
    yield Case("CSIP64", "error", given(DOC, "USE", "documentation"))
    yield from attribute("CSIP65", DOC, "ID")
    yield Case("CSIP66", "error", removed(FILE))
    yield Case("CSIP67", "error", without(FILE, "ID"))
    yield from media_type("CSIP68", FILE)
    yield from facts(FILE, 69)
    yield from facts("//m:file", 69, mets=f"{REP}/METS.xml")
    yield Case("CSIP73", "info", given(FILE, "OWNERID", ""))
    yield Case("CSIP74", "warning", given(FILE, "ADMID", "dmd1"))
    yield Case("CSIP75", "warning", given(FILE, "DMDID", "prov1"))
    yield Case("CSIP76", "error", removed(f"{FILE}/m:FLocat"))
    yield Case("CSIP76", "error", doubled(f"{FILE}/m:FLocat"))
    yield from attribute("CSIP77", f"{FILE}/m:FLocat", "LOCTYPE", "OTHER")
    yield from attribute("CSIP78", f"{FILE}/m:FLocat", "xlink:type", "extended")
    yield from attribute("CSIP79", f"{FILE}/m:FLocat", "xlink:href", "documentation/nowhere.txt")


def structure() -> Iterator[Case]:
    for mets in ("METS.xml", f"{REP}/METS.xml"):
        yield Case("CSIP80", "error", given(MAP, "LABEL", "MINE"), mets)
        yield Case("CSIP80", "error", doubled(MAP), mets)
        yield from attribute("CSIP82", MAP, "LABEL", "csip", mets=mets)
    yield Case("CSIP80", "error", removed(MAP))
    yield from attribute("CSIP81", MAP, "TYPE", "LOGICAL")
    yield from attribute("CSIP83", MAP, "ID")
    yield Case("CSIP84", "error", removed(MAIN))
    yield Case("CSIP84", "error", doubled(MAIN))
    yield from attribute("CSIP85", MAIN, "ID")
    yield from attribute("CSIP86", MAIN, "LABEL", "other", versions=("2.0.4",))
    versioned = given(TOP, "PROFILE", "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP-v2-1-0.xml")
    yield Case("CSIP86", "error", given(MAIN, "LABEL", "other"), versions=("2.1",))
    yield Case("CSIP86", "warning", both(versioned, given(MAIN, "LABEL", "other")), versions=("2.1",))
    yield Case("CSIP86", "warning", given(MAIN, "LABEL", "other"), versions=("2.2",))
    metadata = DIVISION.format("Metadata")
    for rule in ("CSIP88", "CSIP90"):
        yield Case(rule, "error", removed(metadata))
        yield Case(rule, "error", removed(metadata), f"{REP}/METS.xml")
        yield Case(rule, "error", given(metadata, "LABEL", "metadata"))
        yield Case(rule, "error", doubled(metadata))
    yield from attribute("CSIP89", metadata, "ID")
    for rule, name, every in (("CSIP91", "ADMID", "rights1 prov1 prov2"), ("CSIP92", "DMDID", "dmd1")):
        yield Case(rule, "error", without(metadata, name))
        yield Case(rule, "error", given(metadata, name, every + " group-doc"))
    yield Case("CSIP91", "error", given(metadata, "ADMID", "rights1 prov1"))
    yield Case("CSIP92", "error", doubled(DMD))
    divisions = (("Documentation", "CSIP93", "CSIP94", "CSIP95"), ("Schemas", "CSIP97", "CSIP98", "CSIP99"))
    for label, there, identifier, named in (*divisions, ("Representations", "CSIP101", "CSIP102", "CSIP103")):
        yield Case(there, "warning", removed(DIVISION.format(label)))
        yield Case(there, "error", doubled(DIVISION.format(label)))
        yield from attribute(identifier, DIVISION.format(label), "ID")
        yield Case(named, "error", given(DIVISION.format(label), "LABEL", label.lower()))
        bare = DIVISION.format(label)
        yield Case(named, "error", both(given(bare, "LABEL", label.lower()), emptied(label.lower())))
        yield Case(named, "error", both(given(bare, "LABEL", ""), emptied("")))
    pointers = (("Documentation", DOC, XSD), ("Schemas", XSD, DOC), ("Representations", REPS, DOC))
    rules = (("CSIP96", "CSIP116"), ("CSIP100", "CSIP118"), ("CSIP104", "CSIP119"))
    for (label, _own, foreign), pair in zip(pointers, rules, strict=True):
        division = DIVISION.format(label)
        wrong = "group-xsd" if foreign == XSD else "group-doc"
        for rule in pair:
            yield Case(rule, "error", removed(division))
            yield Case(rule, "error", given(f"{division}/m:fptr", "FILEID", wrong))
        yield Case(pair[1], "error", without(f"{division}/m:fptr", "FILEID"))
    for rule in ("CSIP105", "CSIP107"):
        yield Case(rule, "warning", removed(INNER))
        yield Case(rule, "error", given(INNER, "LABEL", "Representations/rep7"))
    yield from attribute("CSIP106", INNER, "ID")
    yield Case("CSIP107", "error", without(INNER, "LABEL"))
    yield Case("CSIP107", "error", given(INNER, "LABEL", "rep1"))
    yield Case("CSIP107", "warning", given(INNER, "LABEL", "representations/rep1"), versions=("2.1", "2.2"))
    yield from attribute("CSIP108", MPTR, "xlink:title", "nowhere")
    for rule in ("CSIP108", "CSIP109"):
        yield Case(rule, "error", given(MPTR, "xlink:title", "group-doc"))
    yield Case("CSIP109", "error", removed(MPTR))
    yield Case("CSIP109", "error", doubled(MPTR))
    yield from attribute("CSIP110", MPTR, "xlink:href", "representations/rep7/METS.xml")
    yield Case("CSIP110", "error", given(MPTR, "xlink:href", "METS.xml"))
    yield from attribute("CSIP111", MPTR, "xlink:type", "extended")
    yield from attribute("CSIP112", MPTR, "LOCTYPE", "URN")


def submission() -> Iterator[Case]:
    records = (("SIP5", "SUBMISSIONAGREEMENT"), ("SIP6", "PREVIOUSSUBMISSIONAGREEMENT"), ("SIP7", "REFERENCECODE"),
               ("SIP8", "PREVIOUSREFERENCECODE"))  # fmt: skip
    yield from attribute("SIP1", TOP, "LABEL", level="info")
    yield from attribute("SIP2", TOP, "PROFILE", "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml")
    yield Case("SIP3", "info", without(HEAD, "RECORDSTATUS"))
    yield Case("SIP3", "warning", given(HEAD, "RECORDSTATUS", "random"))
    yield from attribute("SIP4", HEAD, "csip:OAISPACKAGETYPE", "AIP")
    for rule, kind in records:
        path = f"{HEAD}/m:altRecordID[@TYPE='{kind}']"
        yield Case(rule, "info", removed(path))
        yield Case(rule, "warning", lambda root, path=path: setattr(at(root, path), "text", ""))
        if rule in ("SIP5", "SIP7"):
            yield Case(rule, "warning", doubled(path))
    archivist, preserver = (f"{HEAD}/m:agent[@ROLE='{role}']" for role in ("ARCHIVIST", "PRESERVATION"))
    submitter, contact = (f"{HEAD}/m:agent[@ROLE='CREATOR' and @TYPE='{kind}']" for kind in ("ORGANIZATION", "INDIVIDUAL"))
    yield Case("SIP9", "info", removed(archivist))
    for rule, path in (("SIP10", archivist), ("SIP16", submitter), ("SIP22", contact), ("SIP27", preserver)):
        yield Case(rule, "error", without(path, "ROLE"))
    yield Case("SIP11", "error", given(archivist, "TYPE", "OTHER"))
    yield Case("SIP12", "error", removed(f"{archivist}/m:name"), versions=("2.2",))
    yield Case("SIP12", "info", removed(f"{archivist}/m:name"), versions=("2.0.4", "2.1"))
    yield Case("SIP13", "info", removed(f"{archivist}/m:note"))
    yield Case("SIP14", "error", without(f"{archivist}/m:note", "csip:NOTETYPE"))
    yield Case("SIP15", "error", both(removed(submitter), removed(contact)))
    yield Case("SIP17", "error", both(given(submitter, "OTHERROLE", "SUBMITTER"), given(submitter, "TYPE", "OTHER")))
    yield Case("SIP18", "error", removed(f"{submitter}/m:name"), versions=("2.2",))
    yield Case("SIP18", "info", removed(f"{submitter}/m:name"), versions=("2.0.4", "2.1"))
    yield Case("SIP19", "info", removed(f"{submitter}/m:note"))
    yield Case("SIP20", "error", given(f"{submitter}/m:note", "csip:NOTETYPE", "SOFTWARE VERSION"))
    yield Case("SIP21", "info", removed(contact))
    yield Case("SIP23", "error", given(contact, "TYPE", "OTHER"))
    yield Case("SIP24", "error", removed(f"{contact}/m:name"))
    yield Case("SIP25", "info", removed(f"{contact}/m:note"))
    yield Case("SIP26", "info", removed(preserver))
    yield Case("SIP28", "error", given(preserver, "TYPE", "INDIVIDUAL"))
    yield Case("SIP29", "error", removed(f"{preserver}/m:name"), versions=("2.2",))
    yield Case("SIP29", "info", removed(f"{preserver}/m:name"), versions=("2.0.4", "2.1"))
    yield Case("SIP30", "info", removed(f"{preserver}/m:note"))
    yield Case("SIP31", "error", without(f"{preserver}/m:note", "csip:NOTETYPE"))
    for rule, name in (("SIP32", "NAME"), ("SIP33", "VERSION"), ("SIP34", "REGISTRY"), ("SIP35", "KEY")):
        yield Case(rule, "info", without(FILE, f"sip:FILEFORMAT{name}"))
        yield Case(rule, "warning", given(FILE, f"sip:FILEFORMAT{name}", ""))


def preservation() -> Iterator[Case]:
    only = {"versions": ("2.2",)}
    yield from attribute("AIPM1", TOP, "OBJID", **only)
    yield from attribute("AIPM2", TOP, "PROFILE", "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml", **only)
    for rule in ("AIPM3", "AIPM4"):
        yield from attribute(rule, HEAD, "csip:OAISPACKAGETYPE", "SIP", **only)
    yield Case("AIPM5", "error", both(removed(PROV), removed(PROV)), **only)
    yield Case("AIPM5", "error", both(removed(f"{PROV}[1]/m:mdRef"), removed(f"{PROV}[2]/m:mdRef")), **only)
    others = (given(f"{PROV}[{number}]/m:mdRef", "MDTYPE", "OTHER") for number in (1, 2))
    yield Case("AIPM6", "warning", both(*others), **only)


def identifiers() -> Iterator[Case]:
    """CSIP's own numbers where an identifier stands twice; another METS of the package bears it (up to 2.1)."""
    places = (("CSIP18", DMD), ("CSIP33", PROV), ("CSIP46", RIGHTS), ("CSIP59", "//m:fileSec"), ("CSIP65", DOC), ("CSIP67", FILE),
              ("CSIP83", MAP), ("CSIP85", MAIN), ("CSIP89", DIVISION.format("Metadata")), ("CSIP94", DIVISION.format("Documentation")),
              ("CSIP98", DIVISION.format("Schemas")), ("CSIP102", DIVISION.format("Representations")), ("CSIP106", INNER))  # fmt: skip
    for rule, path in places:
        yield Case(rule, "error", given(path, "ID", "group-xsd" if path == DOC else "group-doc"))
    inside = (("CSIP18", DMD), ("CSIP33", PROV), ("CSIP59", "//m:fileSec"), ("CSIP65", "//m:fileGrp"), ("CSIP67", "//m:file"),
              ("CSIP83", MAP),
              ("CSIP85", MAIN), ("CSIP89", DIVISION.format("Metadata")), ("CSIP106", DIVISION.format("Data")))  # fmt: skip
    for rule, path in inside:
        yield Case(rule, "warning", given(path, "ID", "group-doc"), f"{REP}/METS.xml", versions=("2.0.4", "2.1"))


def dissemination() -> Iterator[Case]:
    yield from attribute("DIP1", TOP, "OBJID")
    yield from attribute("DIP2", TOP, "PROFILE", "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml")
    yield from attribute("DIP3", HEAD, "csip:OAISPACKAGETYPE", "SIP")
    yield Case("DIP4", "warning", without(DMD, "STATUS"))
    yield Case("DIP4", "warning", given(DMD, "STATUS", "SUPERSEDED"))


CASES = [
    *header(), *sections(), *files(), *structure(), *identifiers(),
    *(case._replace(family="sip") for case in submission()),
    *(case._replace(family="aip") for case in preservation()),
    *(case._replace(family="dip") for case in dissemination()),
]  # fmt: skip
