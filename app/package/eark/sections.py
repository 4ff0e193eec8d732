"""CSIP17–CSIP85 without what needs the folders: descriptive and administrative sections, the file section, the main division."""

from __future__ import annotations

from app.i18n import N_
from app.package.eark.header import CONTENT, other_content
from app.package.eark.table import ALL, MAP, SELF, UNLISTED, Row, child, listed, moment, must, need, once

LONG = N_("{attribute} has more than 256 characters; that is hardly a media type.")
NO_ADDRESS = N_("{attribute} is empty.")
MIME_LENGTH = 256


def media_type(rule: str, at: str) -> list[Row]:
    """IANA's register binds up to 2.1; since 2.2 another list may be agreed on."""
    return [
        need(rule, at, "@MIMETYPE"),
        listed(rule, at, "@MIMETYPE", "mime", versions=("2.0.4", "2.1")),
        listed(rule, at, "@MIMETYPE", "mime", "warning", versions=("2.2",)),
        Row(rule, "warning", f"{at}[string-length(@MIMETYPE) > {MIME_LENGTH}]", LONG, "@MIMETYPE"),
    ]


def facts(at: str, size: int) -> list[Row]:
    """SIZE, CREATED, CHECKSUM and CHECKSUMTYPE, which CSIP numbers in a row."""
    return [
        need(f"CSIP{size}", at, "@SIZE"),
        need(f"CSIP{size + 1}", at, "@CREATED"),
        moment(f"CSIP{size + 1}", at, "@CREATED"),
        need(f"CSIP{size + 2}", at, "@CHECKSUM"),
        need(f"CSIP{size + 3}", at, "@CHECKSUMTYPE"),
        listed(f"CSIP{size + 3}", at, "@CHECKSUMTYPE", "checksum"),
    ]


def location(at: str, first: int, *, empty: str = "error") -> list[Row]:
    """LOCTYPE, xlink:type and xlink:href."""
    address = "@xlink:href"
    return [
        must(f"CSIP{first}", at, "@LOCTYPE", "URL"),
        must(f"CSIP{first + 1}", at, "@xlink:type", "simple"),
        Row(f"CSIP{first + 2}", "error", f"{at}[not({address})]", N_("{element} has no {attribute}."), address),
        Row(f"CSIP{first + 2}", empty, f"{at}[{address} and not(normalize-space({address}))]", NO_ADDRESS, address),
    ]


def reference(at: str, first: int, *, empty: str = "error") -> list[Row]:
    """The nine attributes of an mdRef; CSIP22, CSIP36 and CSIP49 begin such a row of nine."""
    return [
        *location(at, first, empty=empty),
        need(f"CSIP{first + 3}", at, "@MDTYPE"),
        listed(f"CSIP{first + 3}", at, "@MDTYPE", "mdtype"),
        *media_type(f"CSIP{first + 4}", at),
        *facts(at, first + 5),
    ]


def section(at: str, identifier: int) -> list[Row]:
    """ID, STATUS and mdRef of a digiprovMD or rightsMD."""
    return [
        need(f"CSIP{identifier}", at, "@ID"),
        need(f"CSIP{identifier + 1}", at, "@STATUS", "warning"),
        listed(f"CSIP{identifier + 1}", at, "@STATUS", "status", blank=True),
        child(f"CSIP{identifier + 2}", at, "m:mdRef", "warning"),
        *reference(f"{at}/m:mdRef", identifier + 3),
    ]


METADATA = [
    child("CSIP17", SELF, "m:dmdSec", "warning", where="root"),
    need("CSIP18", "m:dmdSec", "@ID"),
    need("CSIP19", "m:dmdSec", "@CREATED"),
    moment("CSIP19", "m:dmdSec", "@CREATED"),
    need("CSIP20", "m:dmdSec", "@STATUS", "warning"),
    listed("CSIP20", "m:dmdSec", "@STATUS", "status", blank=True),
    child("CSIP21", "m:dmdSec", "m:mdRef", "warning"),
    *reference("m:dmdSec/m:mdRef", 22, empty="warning"),
    child("CSIP31", SELF, "m:amdSec", "warning", where="root"),
    once("CSIP31", "m:amdSec", "warning"),
    child("CSIP32", SELF, "m:amdSec/m:digiprovMD", "warning", where="root"),
    *section("m:amdSec/m:digiprovMD", 33),
    Row("CSIP45", "info", f"{SELF}[m:amdSec and not(m:amdSec/m:rightsMD)]", N_("No rights are stated; they may be."), where="root"),
    *section("m:amdSec/m:rightsMD", 46),
]  # fmt: skip

GROUP = "m:fileSec//m:fileGrp"
FILE = "m:fileSec//m:file"
WORDED = "v:below('division', string(@USE)) or v:nearly('division', string(@USE))"
NO_GROUP = N_("The file group “{wanted}” is missing.")


def group(rule: str, use: str, test: str, versions: tuple[str, ...] = ALL) -> Row:
    """A file group that the package must have. The Board's test cases only warn about it."""
    bad = f"m:fileSec[not(m:fileGrp[{test}])]"
    return Row(rule, "warning", bad, NO_GROUP, wanted=use, where="root", versions=versions)


FILES = [
    child("CSIP58", SELF, "m:fileSec", "warning"),
    once("CSIP58", "m:fileSec", "warning"),
    need("CSIP59", "m:fileSec", "@ID"),
    group("CSIP60", "Documentation", "@USE='Documentation'"),
    group("CSIP113", "Schemas", "@USE='Schemas'"),
    group("CSIP114", "Representations", "starts-with(@USE, 'Representations')"),
    need("CSIP62", f"{GROUP}[starts-with(@USE, 'Representations')]", CONTENT, where="root"),
    listed("CSIP62", GROUP, CONTENT, "content"),
    *other_content("CSIP63", GROUP),
    need("CSIP64", GROUP, "@USE"),
    Row("CSIP64", "error", "m:fileSec/m:fileGrp[v:nearly('division', string(@USE))]", UNLISTED, "@USE", where="root"),
    Row("CSIP64", "warning", f"m:fileSec/m:fileGrp[normalize-space(@USE) and not({WORDED})]",
        N_("{attribute}: “{value}” is not in the code table; names of one's own must be agreed on."), "@USE", where="root"),
    need("CSIP65", GROUP, "@ID"),
    Row("CSIP66", "error", f"{GROUP}[not(.//m:file)]", N_("The file group “{value}” names no file."), "@USE"),
    need("CSIP67", FILE, "@ID"),
    *media_type("CSIP68", FILE),
    *facts(FILE, 69),
    Row("CSIP73", "info", f"{FILE}[@OWNERID and not(normalize-space(@OWNERID))]", N_("{attribute} is empty."), "@OWNERID"),
    child("CSIP76", FILE, "m:FLocat"),
    Row("CSIP76", "error", f"{FILE}[count(m:FLocat) > 1]", N_("The file has more than one address."), ""),
    *location(f"{FILE}/m:FLocat", 77),
]  # fmt: skip

DIVISION = f"{MAP}/m:div"
NO_DIVISION = N_("The part “{wanted}” is missing in the structural map.")
TWO_DIVISIONS = N_("The part “{wanted}” is in the structural map more than once.")


def division(
    rules: tuple[str, ...], label: str, identifier: str, level: str, *, where: str = "both", test: str = ""
) -> list[Row]:
    """A division below the main one: missing (at `level`), there twice, without an identifier."""
    this = f"m:div[@LABEL='{label}']"
    missing = f"{DIVISION}[not({test or this})]"
    rows = [Row(rule, level, missing, NO_DIVISION, wanted=label, where=where) for rule in rules]
    again = f"{DIVISION}/{this}[preceding-sibling::{this}]"
    rows += [Row(rule, "error", again, TWO_DIVISIONS, wanted=label) for rule in rules]
    return [*rows, need(identifier, f"{DIVISION}/{this}", "@ID")]


NAMED_PACKAGE = "self::m:mets[normalize-space(@OBJID)]"  # without an identifier CSIP1 has said enough
# 2.1 dropped CSIP86. An address without a version stood for 2.0.4 too: nothing frees such a package from it.
TOLD = f"{NAMED_PACKAGE}[contains(@PROFILE, '-v2-') and not(contains(@PROFILE, '-v2-0'))]/{DIVISION}"
UNTOLD = f"{NAMED_PACKAGE}[not(contains(@PROFILE, '-v2-')) or contains(@PROFILE, '-v2-0')]/{DIVISION}"
NOT_IDENTIFIED = N_("The main division does not bear the package's identifier; archives that follow 2.0.4 refuse that.")

NAMED = "@LABEL='Metadata' or @LABEL='Documentation' or @LABEL='Schemas' or @LABEL='Representations'"
STRUCTURE = [
    Row("CSIP80", "error", f"{SELF}[not({MAP})]", N_("The structural map “CSIP” is missing.")),
    Row("CSIP82", "error", f"{SELF}[not({MAP})]", N_("The structural map “CSIP” is missing.")),
    Row("CSIP80", "error", f"({MAP})[position() > 1]", N_("There is more than one structural map “CSIP”.")),
    must("CSIP81", MAP, "@TYPE", "PHYSICAL"),
    need("CSIP83", MAP, "@ID"),
    child("CSIP84", MAP, "m:div"),
    Row("CSIP84", "error", f"{MAP}[count(m:div) > 1]", N_("The structural map has more than one main division.")),
    need("CSIP85", DIVISION, "@ID"),
    need("CSIP86", DIVISION, "@LABEL", versions=("2.0.4",)),
    Row("CSIP86", "error", f"{NAMED_PACKAGE}/{DIVISION}[normalize-space(@LABEL) and @LABEL != /m:mets/@OBJID]",
        N_("The main division must bear the package's identifier, not “{value}”."), "@LABEL", versions=("2.0.4",)),
    Row("CSIP86", "error", f"{UNTOLD}[not(@LABEL = /m:mets/@OBJID)]", NOT_IDENTIFIED, "@LABEL", versions=("2.1",)),
    Row("CSIP86", "warning", f"{TOLD}[not(@LABEL = /m:mets/@OBJID)]", NOT_IDENTIFIED, "@LABEL", versions=("2.1",)),
    Row("CSIP86", "warning", f"{NAMED_PACKAGE}/{DIVISION}[not(@LABEL = /m:mets/@OBJID)]", NOT_IDENTIFIED, "@LABEL", versions=("2.2",)),
    *division(("CSIP88", "CSIP90"), "Metadata", "CSIP89", "error", where="root"),
    *[Row(rule, "error", f"{DIVISION}[(/m:mets/m:dmdSec or /m:mets/m:amdSec/*) and not(m:div[@LABEL='Metadata'])]",
          NO_DIVISION, wanted="Metadata", where="rep") for rule in ("CSIP88", "CSIP90")],
    *division(("CSIP93",), "Documentation", "CSIP94", "warning", where="root"),
    *division(("CSIP97",), "Schemas", "CSIP98", "warning", where="root"),
    *division(("CSIP101",), "Representations", "CSIP102", "warning", where="root",
              test="m:div[starts-with(@LABEL, 'Representations')]"),
    need("CSIP106", f"{DIVISION}/m:div[not({NAMED})]", "@ID"),
    need("CSIP106", f"{DIVISION}/m:div[@LABEL='Representations']/m:div", "@ID"),
    need("CSIP107", f"{MAP}//m:div[m:mptr]", "@LABEL"),
    Row("CSIP107", "warning", f"{MAP}//m:div[m:mptr and v:nearly('division', string(@LABEL))]",
        N_("{attribute} must begin with “{wanted}”, not “{value}”."), "@LABEL", "Representations/", versions=("2.1", "2.2")),
    need("CSIP110", f"{MAP}//m:mptr", "@xlink:href"),
    must("CSIP111", f"{MAP}//m:mptr", "@xlink:type", "simple"),
    must("CSIP112", f"{MAP}//m:mptr", "@LOCTYPE", "URL"),
    need("CSIP108", f"{MAP}//m:mptr", "@xlink:title"),
    *[need(rule, f"{DIVISION}/m:div[@LABEL='{label}']/m:fptr", "@FILEID")
      for rule, label in (("CSIP116", "Documentation"), ("CSIP118", "Schemas"), ("CSIP119", "Representations"))],
]  # fmt: skip

ROWS = [*METADATA, *FILES, *STRUCTURE]
