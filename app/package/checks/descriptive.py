"""EAD.xml and the descriptions of the documents: fields, codes, dates, and whether they agree with each other."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from app.i18n import _
from app.package import ead, fields
from app.package.agreement import COMPARED, disagreements
from app.package.checks.reading import MetsFile, Noted, read_xml
from app.package.profiles import Kind, kinds
from app.package.report import Report
from app.package.tree import Tree
from app.package.xml import faults


@dataclass(slots=True)
class Described:
    """One descriptive file as read: first value of every field, NFC not enforced."""

    path: str
    record: str
    values: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)  # how often a field is there that is there more than once
    names: frozenset[str] = frozenset()  # of all fields, also after `shed`

    def shed(self) -> None:
        """Keeps of the values what descriptions are held against each other by: those of thousands would fill the memory."""
        self.values = {name: value for name, value in self.values.items() if name in COMPARED}
        self.repeated = {}


def read_whole(tree: Tree, root: MetsFile | None, noted: Noted, report: Report) -> tuple[Described, etree._Element] | None:
    """The dossier's description, as METS points to it; else as it lies there."""
    tops = _paths(tree, root, "metadata/descriptive/")
    return next((found for path in tops if (found := _read(tree, path, noted, report, top=True))), None)


def read_documents(tree: Tree, rep: MetsFile | None, kind: Kind | None, noted: Noted, report: Report) -> list[Described]:
    """The descriptions of the documents. Each is judged while it is read: thousands of parsed files would fill the memory."""
    documents = []
    for path in _paths(tree, rep, "representations/rep1/metadata/descriptive/"):
        found = _read(tree, path, noted, report, top=False)
        if found is not None:
            described, root = found
            documents.append(described)
            if kind is not None:
                judge(kind, described, root, report)
            described.shed()
    return documents


def kind_of(oais: str, mets_type: str, whole: Described | None) -> Kind | None:
    """Which kind of package this is; None when nothing tells."""
    if oais == "DIP":
        return kinds()["dip"]
    if oais not in ("SIP", "AIP"):
        return None
    names = set(whole.values) if whole else set()
    loose = "source" in names or (not names & {"startDate", "maintenance"} and mets_type.casefold() == "collection")
    return kinds()[f"{oais.lower()}-{'tailieu' if loose else 'hoso'}"]


def check_descriptions(kind: Kind, whole: Described | None, documents: list[Described], report: Report) -> None:
    if whole is None:
        report.error("TT05-EAD", "metadata/descriptive/EAD.xml", _("The description of the dossier (EAD.xml) is missing."))
    found = disagreements(kind, whole.values if whole else None, [each.values for each in documents])
    for each in found:
        path = documents[each.document].path if each.document is not None else whole.path if whole else ""
        tell = report.error if each.level == "error" else report.warning
        tell(f"TT05-{each.fault.rule}", f"{path}#{each.fault.field}", each.fault.message)


def _paths(tree: Tree, mets: MetsFile | None, folder: str) -> list[str]:
    told = [r.path for r in mets.references if r.section == "dmdSec" and r.path in tree.sizes] if mets else []
    lying = [p for p in tree.sizes if p.startswith(folder) and p.lower().endswith(".xml")]
    return [path for path in dict.fromkeys(told or lying) if path]


def _read(tree: Tree, path: str, noted: Noted, report: Report, *, top: bool) -> tuple[Described, etree._Element] | None:
    root = read_xml(tree, path, report, noted)
    if root is None:
        return None
    if etree.QName(root).localname != ead.ROOT:
        report.error("TT05-EAD", path, _("The file is not a description as the circular wants it (simpledc)."))
        return None
    values: dict[str, str] = {}
    repeated: dict[str, int] = {}
    for child in root:
        tag: object = child.tag
        if not isinstance(tag, str):
            continue  # a comment
        name = sys.intern(tag.rpartition("}")[2])
        if name in values:
            repeated[name] = repeated.get(name, 1) + 1
        else:
            values[name] = (child.text or "").strip()
    return Described(path, "ead" if top else _record(path, values), values, repeated, _same(frozenset(values))), root


@lru_cache(maxsize=256)
def _same(names: frozenset[str]) -> frozenset[str]:
    """One set for all descriptions with the same fields."""
    return names


def _record(path: str, values: dict[str, str]) -> str:
    name = path.rpartition("/")[2].casefold()
    if "typePic" in values or name.startswith("ead_pic"):
        return "pic"
    return "media" if "typeMedia" in values or name.startswith("ead_media") else "doc"


def judge(kind: Kind, described: Described, root: etree._Element, report: Report) -> None:
    """One description against the tables of the circular, then against its schema."""
    clean = _elements(kind, described, report)
    for fault in fields.faults(kind.name, described.record, described.values):
        clean = False
        report.error(f"TT05-EAD-{fault.rule}", f"{described.path}#{fault.field}", fault.message)
    if clean:
        # The tables say it in the clerk's words; the schema has the last word on whatever they leave out.
        for line, words in faults(root, ead.schema_file(kind.name, described.record), 3):
            message = _("The schema of the description objects: {detail}").format(detail=words[:300])
            report.error("TT05-EAD-XSD", f"{described.path}:{line}", message)


def _elements(kind: Kind, described: Described, report: Report) -> bool:
    known = fields.names(kind.name, described.record)
    if not described.repeated and described.values.keys() <= known:
        return True
    clean = True
    for name in described.values:
        count = described.repeated.get(name, 1)
        where = f"{described.path}#{name[:60]}"
        if name not in known:
            clean = False
            report.error(
                "TT05-EAD-UNKNOWN", where, _("A description of this kind has no field “{name}”.").format(name=name[:60])
            )
        if count > 1:
            clean = False
            report.error("TT05-EAD-TWICE", where, _("The field is there {count} times.").format(count=count))
    return clean
