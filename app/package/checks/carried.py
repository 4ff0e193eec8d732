"""The schemas that a package carries: real ones, and ones that its own data follow."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from app.i18n import _
from app.package.checks.descriptive import Described
from app.package.report import Report
from app.package.tree import BROKEN, Tree
from app.package.xml import XS, Refused, parse

LARGEST = 4 << 20
FILES = {"ead": "ead.xsd", "doc": "ead_doc.xsd", "pic": "ead_pic.xsd", "media": "ead_media.xsd"}


def check_carried(tree: Tree, described: Sequence[Described], report: Report) -> None:
    schemas = {p.rpartition("/")[2].casefold(): p for p in tree.sizes if p.startswith("schemas/")}
    if not schemas:
        return  # CSIPSTR15 has said so
    if "mets.xsd" not in schemas:
        report.error("TT05-SCHEMA", "schemas", _("The schema “{name}” is missing.").format(name="METS.xsd"))
    declared = {name: _declared(tree, path, report) for name, path in schemas.items() if name.endswith(".xsd")}
    for record in dict.fromkeys(each.record for each in described):
        name = FILES[record]
        if name not in declared:
            report.warning("TT05-SCHEMA", "schemas", _("The schema “{name}” is missing.").format(name=name))
            continue
        known = declared[name]
        used = {field for each in described if each.record == record for field in each.names}
        unknown = sorted(used - known) if known else []
        if unknown:
            words = _("The schema does not know the fields that the descriptions in this package use: {names}.")
            report.error("TT05-SCHEMA-MISMATCH", schemas[name], words.format(names=", ".join(unknown)[:200]))


def check_placeholders(tree: Tree, report: Report) -> None:
    """Schemas of any package: none may be an empty placeholder."""
    for path in tree.sizes:
        if path.lower().endswith(".xsd") and "schemas" in path.split("/")[:-1]:
            _declared(tree, path, report)


def _declared(tree: Tree, path: str, report: Report) -> set[str]:
    """Names of the elements that a schema declares; empty when it could not be read.

    A foreign schema is never compiled: it may name files to fetch, or content models that take hours.
    """
    try:
        with tree.open(path) as file:
            root = parse(file.read(LARGEST + 1))
    except Refused as refused:
        if refused.reason == "broken":
            report.error("TT05-SCHEMA-PLACEHOLDER", path, _("The file is not a schema."))
        return set()  # xml.xsd and others of the W3C do carry a DOCTYPE: not read, not blamed
    except BROKEN:
        return set()  # the fixity check tells
    parts = {etree.QName(child).localname for child in root.iterchildren(etree.Element)}
    if root.tag != f"{{{XS}}}schema" or not parts - {"annotation", "notation"}:
        report.error("TT05-SCHEMA-PLACEHOLDER", path, _("The schema is an empty placeholder."))
        return set()
    return {name for element in root.iter(f"{{{XS}}}element") if (name := element.get("name") or element.get("ref"))}
