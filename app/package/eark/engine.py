"""Runs the rows of a profile over a METS: one XPath a row, however many files the METS names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import cast

from lxml import etree

from app.i18n import _
from app.package.checks.reading import MetsFile
from app.package.eark import header, sections
from app.package.eark.profiles import Profile
from app.package.eark.table import NO_ATTRIBUTE, WRONG, Row
from app.package.eark.vocabularies import after, is_moment, known, nearly, starts_with_one
from app.package.report import Report
from app.package.xml import CSIP, METS, SIP, XLINK

NAMESPACES = {"m": METS, "csip": CSIP, "sip": SIP, "xlink": XLINK, "v": "urn:vankho:vocabularies"}
_FUNCTIONS = {
    (NAMESPACES["v"], "known"): lambda _context, name, value: known(name, value),
    (NAMESPACES["v"], "nearly"): lambda _context, name, value: nearly(name, value),
    (NAMESPACES["v"], "below"): lambda _context, name, value: starts_with_one(name, value),
    (NAMESPACES["v"], "moment"): lambda _context, value: is_moment(value),
    (NAMESPACES["v"], "after"): lambda _context, value, now: after(value, now),
}

OF_FAMILY = {"csip": header.CSIP_ROWS, "sip": header.SIP_ROWS, "aip": header.AIP_ROWS, "dip": header.DIP_ROWS}


def rows(profile: Profile) -> list[Row]:
    """The rows of a profile in the order of the specification."""
    every = [*header.ROWS, *sections.ROWS]
    every += OF_FAMILY[profile.family]
    return [row for row in every if profile.version in row.versions]


def run(mets: MetsFile, wanted: Iterable[Row], report: Report, now: datetime) -> None:
    which = "root" if mets.path == "METS.xml" else "rep"
    moment = now.isoformat()
    for row in wanted:
        if row.where not in ("both", which):
            continue
        for element in cast("list[etree._Element]", _compiled(row.bad)(mets.root, now=moment)):
            if not report.only_counted(row.rule, row.level):
                report.add(row.rule, row.level, place(mets, element), words(row, element))


def words(row: Row, element: etree._Element) -> str:
    value = _value(element, row.attribute)
    text = NO_ATTRIBUTE if row.words == WRONG and not value.strip() else row.words
    name = row.missing.rpartition("m:")[2] if row.missing else etree.QName(element).localname
    return _(text).format(element=name, attribute=row.attribute.lstrip("@"), value=value[:120], wanted=row.wanted)


def _value(element: etree._Element, attribute: str) -> str:
    if not attribute.startswith("@"):
        return ""
    prefix, _colon, local = attribute[1:].rpartition(":")
    return element.get(f"{{{NAMESPACES[prefix]}}}{local}" if prefix else local) or ""


def place(mets: MetsFile, element: etree._Element) -> str:
    """`METS.xml#ID` where the element has an ID, else `METS.xml:line /mets/metsHdr/agent[2]`."""
    identifier = element.get("ID")
    return f"{mets.path}#{identifier}" if identifier else f"{mets.path}:{element.sourceline} {xpath(element)}"


def xpath(element: etree._Element) -> str:
    """The path to an element by the names that METS gives, counted where there are several: `/mets/metsHdr/agent[2]`."""
    steps = []
    current: etree._Element | None = element
    while current is not None:
        parent = current.getparent()
        number = 1 + sum(1 for _sibling in current.itersiblings(current.tag, preceding=True))
        several = number > 1 or next(current.itersiblings(current.tag), None) is not None
        steps.append(etree.QName(current).localname + (f"[{number}]" if several else ""))
        current = parent
    return "/" + "/".join(reversed(steps))


@cache
def _compiled(expression: str) -> etree.XPath:
    return etree.XPath(expression, namespaces=NAMESPACES, extensions=_FUNCTIONS)
