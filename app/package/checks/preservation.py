"""PREMIS against its schema and against METS."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from app.i18n import _
from app.package.checks.reading import MetsFile, Noted, read_xml
from app.package.report import Report
from app.package.tree import Tree
from app.package.xml import PREMIS, faults

_BEFORE = re.compile(r"^(?:ID-|uuid-|urn:uuid:)", re.IGNORECASE)
WHOLE = "metadata/preservation/PREMIS.xml"
PART = "representations/rep1/metadata/preservation/PREMIS_rep1.xml"


def check_premis(tree: Tree, rep: MetsFile | None, noted: Noted, report: Report) -> None:
    """Schema of both files; each data file has an object with the digest that METS gives."""
    roots = [root for path in (WHOLE, PART) if (root := _read(tree, path, noted, report)) is not None]
    if not roots:
        return
    known = {_plain(value): element for root in roots for value, element in _objects(root)}
    for reference in rep.references if rep else []:
        if reference.use != "Data":
            continue
        told = known.get(_plain(reference.id))
        if told is None:
            report.warning("TT05-PREMIS-OBJECT", reference.where, _("The preservation record has no entry for this file."))
            continue
        digest = told.findtext(f".//{{{PREMIS}}}messageDigest")
        if digest and digest.strip().lower() != reference.checksum.strip().lower():
            words = _("The preservation record and METS give different digests for this file.")
            report.error("TT05-PREMIS-FIXITY", reference.where, words)
    _links(roots, report)


def _read(tree: Tree, path: str, noted: Noted, report: Report) -> etree._Element | None:
    root = read_xml(tree, path, report, noted)
    if root is None:
        return None
    for line, words in faults(root, "premis.xsd"):
        message = _("The PREMIS schema objects: {detail}").format(detail=words[:300])
        report.error("TT05-PREMIS-XSD", f"{path}:{line}", message)
    return root


def _objects(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for element in root.iter(f"{{{PREMIS}}}object"):
        for value in element.iterfind(f"{{{PREMIS}}}objectIdentifier/{{{PREMIS}}}objectIdentifierValue"):
            yield value.text or "", element


def _links(roots: list[etree._Element], report: Report) -> None:
    """Events name agents and objects that exist."""
    for what in ("agent", "object"):
        known = {_plain(value.text or "") for root in roots for value in root.iter(f"{{{PREMIS}}}{what}IdentifierValue")}
        tag = f"{{{PREMIS}}}linking{what.capitalize()}IdentifierValue"
        for value in (value for root in roots for value in root.iter(tag)):
            if _plain(value.text or "") not in known:
                words = _("An event names “{id}”, which is not in the preservation record.")
                report.warning("TT05-PREMIS-LINK", WHOLE, words.format(id=(value.text or "")[:100]))


def _plain(identifier: str) -> str:
    """Identifiers as their bare UUID: products write `ID-`, `uuid-` or nothing before it."""
    return _BEFORE.sub("", identifier.strip(), count=1).upper()
