"""What in a METS points to what: the structural map to metadata sections, file groups and representations; identifiers at all.

CSIP61, 74, 75, 91, 92, 95, 96, 99, 100, 103–105, 107–110, 116, 118, 119.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import cast

from lxml import etree

from app.i18n import _
from app.package.checks.reading import HREF, MetsFile, resolve
from app.package.eark.engine import place
from app.package.report import Report
from app.package.tree import Tree
from app.package.xml import METS, XLINK

TITLE = f"{{{XLINK}}}title"
ADMINISTRATIVE = ("techMD", "rightsMD", "sourceMD", "digiprovMD")
REPRESENTATIONS = "Representations"
GROUPS = {"Documentation": ("CSIP96", "CSIP116"), "Schemas": ("CSIP100", "CSIP118"), REPRESENTATIONS: ("CSIP104", "CSIP119")}
LABELS = {"Documentation": "CSIP95", "Schemas": "CSIP99", REPRESENTATIONS: "CSIP103"}


_IDS = etree.XPath("descendant-or-self::*/@ID", smart_strings=False)
_POINTING = etree.XPath("descendant-or-self::*[@DMDID or @ADMID or @FILEID]")


def check_pointers(mets: MetsFile, tree: Tree, report: Report) -> None:
    whole = _Map(mets)
    check_identifiers(mets, report)
    _metadata(whole, report)
    _targets(whole, report)
    for use in ("Documentation", "Schemas"):
        _groups(whole, use, report)
    if mets.path == "METS.xml":
        _groups(whole, REPRESENTATIONS, report)
        _representations(whole, tree, report)


class _Map:
    """The CSIP structural map with what it points to."""

    def __init__(self, mets: MetsFile) -> None:
        self.mets = mets
        self.groups = {group.get("ID"): group for group in mets.find("//fileGrp")}
        self.divisions = [
            division for outer in mets.find("structMap[@LABEL='CSIP']/div") for division in outer.iterchildren(f"{{{METS}}}div")
        ]

    def labelled(self, label: str) -> list[etree._Element]:
        return [division for division in self.divisions if division.get("LABEL") == label]

    def inner(self) -> Iterator[etree._Element]:
        """Every division below the main one."""
        for division in self.divisions:
            yield from division.iter(f"{{{METS}}}div")

    def pointed(self, divisions: list[etree._Element]) -> Iterator[tuple[etree._Element, etree._Element | None]]:
        for division in divisions:
            for pointer in division.iterchildren(f"{{{METS}}}fptr"):
                yield pointer, self.groups.get(pointer.get("FILEID"))


def _use(group: etree._Element | None) -> str:
    return (group.get("USE") or "") if group is not None else ""


def check_identifiers(mets: MetsFile, report: Report) -> None:
    """No ID stands twice; every pointer by ID finds its target."""
    counted = Counter(identifier for identifier in cast("list[str]", _IDS(mets.root)) if identifier)
    for identifier, count in counted.items():
        if count > 1:
            report.error("TT05-ID", f"{mets.path}#{identifier}", _("The identifier is used {count} times.").format(count=count))
    for element in cast("list[etree._Element]", _POINTING(mets.root)):
        for attribute in ("DMDID", "ADMID", "FILEID"):
            for identifier in (element.get(attribute) or "").split():
                if identifier not in counted and not report.only_counted("TT05-POINTER", "error"):
                    words = _("{attribute} points to “{id}”, which is not there.")
                    report.error("TT05-POINTER", place(mets, element), words.format(attribute=attribute, id=identifier[:80]))


def _metadata(whole: _Map, report: Report) -> None:
    """CSIP91 and CSIP92: every metadata section in use is named by the division Metadata (or one below its name), nothing else is."""
    mets = whole.mets
    divisions = whole.labelled("Metadata")
    below = [d for d in whole.inner() if (d.get("LABEL") or "").partition("/")[0] == "Metadata"]
    described = [section for section in mets.find("dmdSec") if section.get("ID")]
    administered = [part for name in ADMINISTRATIVE for part in mets.find(f"amdSec/{name}") if part.get("ID")]
    holders = {section.get("ID") for section in mets.find("amdSec")}
    if divisions:
        _listed(whole, divisions[0], below, ("CSIP92", "DMDID"), described, set(), report)
        _listed(whole, divisions[0], below, ("CSIP91", "ADMID"), administered, holders, report)


def _listed(
    whole: _Map,
    division: etree._Element,
    below: list[etree._Element],
    rule_and_attribute: tuple[str, str],
    sections: list[etree._Element],
    holders: set[str | None],
    report: Report,
) -> None:
    rule, attribute = rule_and_attribute
    mets = whole.mets
    told = {identifier: each for each in below for identifier in (each.get(attribute) or "").split()}
    if not told and any(section.get("STATUS") != "SUPERSEDED" for section in sections):
        words = _("{element} has no {attribute}.").format(element="div", attribute=attribute)
        report.error(rule, place(mets, division), words)
        return
    known = {section.get("ID") for section in sections} | holders
    for identifier, each in told.items():
        if identifier not in known:
            words = _("{attribute} names “{id}”, which is no metadata section of this kind.")
            report.error(rule, place(mets, each), words.format(attribute=attribute, id=identifier[:80]))
    for section in sections:
        parent = section.getparent()
        named = section.get("ID") in told or (parent is not None and parent.get("ID") in told)
        if not named and section.get("STATUS") != "SUPERSEDED":
            words = _("The division Metadata does not name “{id}”.").format(id=(section.get("ID") or "")[:80])
            report.error(rule, place(mets, section), words)


def _targets(whole: _Map, report: Report) -> None:
    """CSIP61, CSIP74, CSIP75: what file groups and files name must be a section of the right kind."""
    mets = whole.mets
    sections = [part for name in ADMINISTRATIVE for part in mets.find(f"amdSec/{name}")]
    administrative = {part.get("ID") for part in [*sections, *mets.find("amdSec")]}
    descriptive = {part.get("ID") for part in mets.find("dmdSec")}
    wanted = (
        ("//fileGrp", "ADMID", administrative, "CSIP61"),
        ("//file", "ADMID", administrative, "CSIP74"),
        ("//file", "DMDID", descriptive, "CSIP75"),
    )
    for path, attribute, known, rule in wanted:
        for element in mets.find(path):
            for identifier in (element.get(attribute) or "").split():
                if identifier not in known and not report.only_counted(rule, "warning"):
                    words = _("{attribute} names “{id}”, which is no metadata section of this kind.")
                    report.warning(rule, place(mets, element), words.format(attribute=attribute, id=identifier[:80]))


def _groups(whole: _Map, use: str, report: Report) -> None:
    """Every file group of this use is pointed to by the division of this name, and that division points to nothing else."""
    mets, rules = whole.mets, GROUPS[use]
    below = (
        [d for d in whole.inner() if (d.get("LABEL") or "").startswith(f"{REPRESENTATIONS}/")] if use == REPRESENTATIONS else []
    )
    pointed: set[str | None] = set()
    for pointer, group in whole.pointed([*whole.labelled(use), *below]):
        if _use(group).partition("/")[0] == use:
            pointed.add(group.get("ID") if group is not None else None)
        elif pointer.get("FILEID"):
            for rule in rules:
                words = _("FILEID must point to a file group “{use}”, not to “{id}”.")
                report.error(rule, place(mets, pointer), words.format(use=use, id=(pointer.get("FILEID") or "")[:80]))
    if use == REPRESENTATIONS:
        pointed |= _by_address(whole)
    for identifier, group in whole.groups.items():
        if _use(group).partition("/")[0] == use and identifier not in pointed:
            for rule in rules:
                report.error(
                    rule,
                    place(mets, group),
                    _("The structural map does not point to the file group “{use}”.").format(use=_use(group)[:80]),
                )
    _mislabelled(whole, use, report)


def _by_address(whole: _Map) -> set[str | None]:
    """File groups that a division with an mptr stands for: by its title, or by the path it bears as label."""
    titles: set[str | None] = set()
    labels: set[str] = set()
    for division in whole.inner():
        pointers = division.findall(f"{{{METS}}}mptr")
        if pointers:
            titles |= {pointer.get(TITLE) for pointer in pointers}
            labels.add(_folder(division.get("LABEL") or ""))
    return {
        i for i, group in whole.groups.items() if i in titles or any(path in labels for path in _above(_folder(_use(group))))
    }


def _above(path: str) -> Iterator[str]:
    """The path and the folders above it; not the top, which has no name."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _mislabelled(whole: _Map, use: str, report: Report) -> None:
    """A division that points to the files of `use` must bear its name."""
    for division in whole.divisions:
        label = division.get("LABEL") or ""
        if label.partition("/")[0] in (use, "Metadata"):
            continue
        if any(_use(group).partition("/")[0] == use for _pointer, group in whole.pointed([division])):
            words = _("The division points to the file group “{use}” and must bear that name, not “{label}”.")
            report.error(LABELS[use], place(whole.mets, division), words.format(use=use, label=label[:80]))


# --- representations ---


def _folder(path: str) -> str:
    """`Representations/rep1/METS.xml` and `representations/REP1` mean the same folder."""
    return path.strip().strip("/").casefold().removesuffix("/mets.xml")


def _representations(whole: _Map, tree: Tree, report: Report) -> None:
    mets = whole.mets
    there = {_folder(path): path for path in tree.sizes if path.startswith("representations/") and path.count("/") == 2
             and path.endswith("/METS.xml")}  # fmt: skip
    labelled = {}
    for division in whole.inner():
        label = division.get("LABEL") or ""
        if label.startswith(f"{REPRESENTATIONS}/") or division.find(f"{{{METS}}}mptr") is not None:
            labelled[_folder(label)] = division
            _representation(whole, division, there, report)
    for folder, path in there.items():
        if folder not in labelled:
            for rule in ("CSIP105", "CSIP107"):
                report.warning(rule, mets.path, _("No division of the structural map stands for “{path}”.").format(path=path))
    _unpointed(whole, there, report)


def _unpointed(whole: _Map, there: dict[str, str], report: Report) -> None:
    titled = {pointer.get(TITLE) for division in whole.inner() for pointer in division.findall(f"{{{METS}}}mptr")}
    titled |= {group.get("ID") for _pointer, group in whole.pointed(list(whole.inner())) if group is not None}
    for identifier, group in whole.groups.items():
        if _use(group).startswith(f"{REPRESENTATIONS}/") and identifier not in titled and _folder(_use(group)) in there:
            for rule in ("CSIP108", "CSIP109"):
                words = _("The structural map does not point to the file group “{use}”.").format(use=_use(group)[:80])
                report.error(rule, place(whole.mets, group), words)


def _representation(whole: _Map, division: etree._Element, there: dict[str, str], report: Report) -> None:
    mets, label = whole.mets, division.get("LABEL") or ""
    folder = _folder(label)
    pointers = division.findall(f"{{{METS}}}mptr")
    if label.startswith(f"{REPRESENTATIONS}/") and folder not in there and pointers:
        for rule in ("CSIP105", "CSIP107"):
            report.error(rule, place(mets, division), _("There is no METS.xml at “{label}”.").format(label=label[:120]))
    if len(pointers) > 1:
        report.error(
            "CSIP109", place(mets, division), _("The element {element} stands here more than once.").format(element="mptr")
        )
    if not pointers and folder in there:
        report.error("CSIP109", place(mets, division), _("The element {element} is missing.").format(element="mptr"))
    for pointer in pointers:
        _mptr(whole, pointer, label, report, tree_paths=set(there.values()))


def _mptr(whole: _Map, pointer: etree._Element, label: str, report: Report, *, tree_paths: set[str]) -> None:
    mets, title, address = whole.mets, pointer.get(TITLE), pointer.get(HREF) or ""
    if title:
        group = whole.groups.get(title)
        if group is None:
            words = _("{attribute} points to “{id}”, which is not there.").format(attribute="xlink:title", id=title[:80])
            report.error("CSIP108", place(mets, pointer), words)
        elif _use(group).partition("/")[0] != REPRESENTATIONS:
            words = _("{attribute} must point to a file group of a representation, not to “{use}”.")
            for rule in ("CSIP108", "CSIP109"):
                report.error(rule, place(mets, pointer), words.format(attribute="xlink:title", use=_use(group)[:80]))
    if not address.strip():
        return
    path = resolve(mets.path, address)
    if path not in tree_paths:
        report.error(
            "CSIP110", place(mets, pointer), _("The representation “{address}” is not there.").format(address=address[:200])
        )
    if label.strip() and label != REPRESENTATIONS and (path is None or _folder(path) != _folder(label)):
        words = _("The address “{address}” is not that of the label “{label}”.")
        report.error("CSIP110", place(mets, pointer), words.format(address=address[:120], label=label[:80]))
