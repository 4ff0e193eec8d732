"""CSIP1–CSIP9 and CSIP117: the root element and the header; what SIP, AIP and DIP add as rows.

The agents, CSIP10–CSIP16, are judged together: agents.py.
"""

from __future__ import annotations

from app.i18n import N_
from app.package.eark.table import SELF, Row, child, listed, moment, must, need

OTHER = "(@TYPE='Other' or @TYPE='OTHER')"
CONTENT, OTHER_CONTENT = "@csip:CONTENTINFORMATIONTYPE", "@csip:OTHERCONTENTINFORMATIONTYPE"
HEADER = "m:metsHdr"

UNNAMED = N_("{attribute} is missing: what is called “Other” must be named.")
IN_LIST = N_("{attribute}: “{value}” is in the code table and belongs into the main attribute instead of “Other”.")
NOT_OTHER = N_("{attribute} may only stand where the main attribute says “Other”.")
FUTURE = N_("{attribute} lies in the future: {value}.")


def other_content(rule: str, at: str) -> list[Row]:
    """How CONTENTINFORMATIONTYPE and OTHERCONTENTINFORMATIONTYPE go together: CSIP5 of the package, CSIP63 of a file group."""
    return [
        Row(rule, "error", f"{at}[{CONTENT}='OTHER' and not(normalize-space({OTHER_CONTENT}))]", UNNAMED, OTHER_CONTENT),
        Row(rule, "error", f"{at}[{CONTENT}='OTHER' and v:known('content', string({OTHER_CONTENT}))]", IN_LIST, OTHER_CONTENT),
        Row(rule, "error", f"{at}[{OTHER_CONTENT} and not({CONTENT}='OTHER')]", NOT_OTHER, OTHER_CONTENT),
    ]


ROWS = [
    need("CSIP1", SELF, "@OBJID"),
    need("CSIP2", SELF, "@TYPE"),
    Row("CSIP2", "error", f"{SELF}[@TYPE!='' and not({OTHER}) and not(v:known('category', string(@TYPE)))]",
        N_("{attribute}: “{value}” is not in the code table."), "@TYPE"),
    Row("CSIP2", "error", f"{SELF}[{OTHER} and not(normalize-space(@csip:OTHERTYPE))]", UNNAMED, "@csip:OTHERTYPE"),
    Row("CSIP3", "error", f"{SELF}[{OTHER} and not(normalize-space(@csip:OTHERTYPE))]", UNNAMED, "@csip:OTHERTYPE"),
    Row("CSIP3", "error", f"{SELF}[{OTHER} and v:known('category', string(@csip:OTHERTYPE))]", IN_LIST, "@csip:OTHERTYPE"),
    Row("CSIP3", "error", f"{SELF}[@csip:OTHERTYPE and not({OTHER})]", NOT_OTHER, "@csip:OTHERTYPE"),
    need("CSIP4", SELF, CONTENT, "warning", where="root"),
    need("CSIP4", SELF, CONTENT, where="rep"),
    listed("CSIP4", SELF, CONTENT, "content", blank=True),
    Row("CSIP4", "error", f"{SELF}[{CONTENT}='OTHER' and not(normalize-space({OTHER_CONTENT}))]", UNNAMED, OTHER_CONTENT),
    *other_content("CSIP5", SELF),
    need("CSIP6", SELF, "@PROFILE"),
    Row("CSIP6", "warning", f"{SELF}[normalize-space(@PROFILE) and not(contains(@PROFILE, ':'))]",
        N_("{attribute} is not an address: “{value}”."), "@PROFILE"),
    child("CSIP117", SELF, "m:metsHdr"),
    need("CSIP7", HEADER, "@CREATEDATE"),
    moment("CSIP7", HEADER, "@CREATEDATE"),
    Row("CSIP7", "error", f"{HEADER}[v:after(string(@CREATEDATE), $now)]", FUTURE, "@CREATEDATE"),
    need("CSIP8", HEADER, "@LASTMODDATE", "warning"),
    moment("CSIP8", HEADER, "@LASTMODDATE"),
    Row("CSIP8", "error", f"{HEADER}[v:after(string(@LASTMODDATE), $now)]", FUTURE, "@LASTMODDATE"),
    need("CSIP9", HEADER, "@csip:OAISPACKAGETYPE"),
    listed("CSIP9", HEADER, "@csip:OAISPACKAGETYPE", "oais"),
]  # fmt: skip

SIP_PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP"
DIP_PROFILE = "https://earkdip.dilcis.eu/profile/E-ARK-DIP"
MAY = N_("{attribute} is not used; it may be.")


def _profile(rule: str, address: str) -> list[Row]:
    """PROFILE of a SIP or DIP; with 2.2 the address may name the version."""
    named = f"(@PROFILE='{address}.xml' or (starts-with(@PROFILE, '{address}-v2-') and contains(@PROFILE, '.xml')))"
    bad = f"{SELF}[not{named}]"
    return [Row(rule, "error", bad, N_("{attribute} must be “{wanted}”, not “{value}”."), "@PROFILE", f"{address}.xml", "root")]


def _record(rule: str, type_: str, *, single: bool) -> list[Row]:
    at = f"{HEADER}/m:altRecordID[@TYPE='{type_}']"
    rows = [
        Row(rule, "info", f"{HEADER}[not(m:altRecordID[@TYPE='{type_}'])]", MAY, f"altRecordID {type_}", where="root"),
        Row(
            rule, "warning", f"{at}[not(normalize-space())]", N_("{attribute} is empty."), f"altRecordID {type_}", where="root"
        ),
    ]
    twice = Row(
        rule, "warning", f"({at})[position() > 1]", N_("{attribute} stands here more than once."), f"altRecordID {type_}"
    )
    return [*rows, twice] if single else rows


def _format(rule: str, attribute: str) -> list[Row]:
    at = "m:fileSec//m:file"
    return [
        Row(rule, "info", f"({at}[not({attribute})])[1]", MAY, attribute),
        Row(
            rule, "warning", f"{at}[{attribute} and not(normalize-space({attribute}))]", N_("{attribute} is empty."), attribute
        ),
    ]


# SIP9–SIP31, the agents of a SIP: agents.py.
SIP_ROWS = [
    Row("SIP1", "info", f"{SELF}[not(normalize-space(@LABEL))]", MAY, "@LABEL", where="root"),
    *_profile("SIP2", SIP_PROFILE),
    Row("SIP3", "info", f"{HEADER}[not(@RECORDSTATUS)]", MAY, "@RECORDSTATUS", where="root"),
    Row("SIP3", "warning", f"{HEADER}[@RECORDSTATUS and not(v:known('record', string(@RECORDSTATUS)))]",
        N_("{attribute}: “{value}” is not in the code table."), "@RECORDSTATUS", where="root"),
    must("SIP4", HEADER, "@csip:OAISPACKAGETYPE", "SIP", where="root"),
    *_record("SIP5", "SUBMISSIONAGREEMENT", single=True),
    *_record("SIP6", "PREVIOUSSUBMISSIONAGREEMENT", single=False),
    *_record("SIP7", "REFERENCECODE", single=True),
    *_record("SIP8", "PREVIOUSREFERENCECODE", single=False),
    *_format("SIP32", "@sip:FILEFORMATNAME"),
    *_format("SIP33", "@sip:FILEFORMATVERSION"),
    *_format("SIP34", "@sip:FILEFORMATREGISTRY"),
    *_format("SIP35", "@sip:FILEFORMATKEY"),
]  # fmt: skip

PROVENANCE = "m:amdSec/m:digiprovMD/m:mdRef"
# AIPM1–AIPM6 of the AIP's METS profile 2.2; AIPM4 repeats the words of AIPM3. Its example and its text name two hosts.
AIP_ROWS = [
    need("AIPM1", SELF, "@OBJID", where="root", versions=("2.2",)),
    Row("AIPM2", "error", f"{SELF}[not(contains(@PROFILE, '.dilcis.eu/profile/E-ARK-AIP'))]",
        N_("{attribute} must be “{wanted}”, not “{value}”."), "@PROFILE", "https://earkaip.dilcis.eu/profile/E-ARK-AIP-v2-2-0.xml",
        "root", ("2.2",)),
    must("AIPM3", HEADER, "@csip:OAISPACKAGETYPE", "AIP", where="root", versions=("2.2",)),
    must("AIPM4", HEADER, "@csip:OAISPACKAGETYPE", "AIP", where="root", versions=("2.2",)),
    Row("AIPM5", "error", f"{SELF}[not({PROVENANCE})]", N_("No preservation record is named; a package for preservation must have one."),
        where="root", versions=("2.2",)),
    Row("AIPM6", "warning", f"{SELF}[{PROVENANCE} and not({PROVENANCE}[starts-with(@MDTYPE, 'PREMIS')])]",
        N_("None of the preservation records is PREMIS."), where="root", versions=("2.2",)),
]  # fmt: skip

# A SIP or DIP may be made by CSIP alone; an archive that takes SIPs will ask for more.
CSIP_ROWS = [
    Row(rule, "info", f"{SELF}[m:metsHdr/@csip:OAISPACKAGETYPE='{oais}']",
        N_("The package names CSIP as its profile; that of its kind would be “{wanted}”."), "@PROFILE", f"{address}.xml", "root")
    for rule, oais, address in (("SIP2", "SIP", SIP_PROFILE), ("DIP2", "DIP", DIP_PROFILE))
]  # fmt: skip

DIP_ROWS = [
    need("DIP1", SELF, "@OBJID", where="root"),
    *_profile("DIP2", DIP_PROFILE),
    must("DIP3", HEADER, "@csip:OAISPACKAGETYPE", "DIP", where="root"),
    Row("DIP4", "warning", "m:dmdSec[not(@STATUS='CURRENT')]", N_("{attribute} must be “{wanted}”, not “{value}”."), "@STATUS", "CURRENT"),
]  # fmt: skip
