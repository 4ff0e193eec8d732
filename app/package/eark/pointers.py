"""What in a METS points to what: the structural map to metadata sections, file groups and representations; identifiers at all.

CSIP61, 74, 75, 91, 92, 95, 96, 99, 100, 103–105, 107–110, 116, 118, 119.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
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


ID_RULES = {
    "dmdSec": "CSIP18", "digiprovMD": "CSIP33", "rightsMD": "CSIP46", "fileSec": "CSIP59", "fileGrp": "CSIP65", "file": "CSIP67",
    "structMap": "CSIP83",
}  # fmt: skip
DIVISION_RULES = {"Metadata": "CSIP89", "Documentation": "CSIP94", "Schemas": "CSIP98", REPRESENTATIONS: "CSIP102"}
_WITH_ID = etree.XPath("descendant-or-self::*[@ID]")
_IDS = etree.XPath("descendant-or-self::*/@ID", smart_strings=False)
_POINTING = etree.XPath("descendant-or-self::*[@DMDID or @ADMID or @FILEID]")


def check_pointers(mets: MetsFile, tree: Tree, report: Report) -> set[str]:
    """Returns the identifiers of the METS."""
    whole = _Map(mets)
    identifiers = check_identifiers(mets, report)
    _metadata(whole, report)
    _targets(whole, report)
    for use in ("Documentation", "Schemas"):
        _groups(whole, use, report)
    if mets.path == "METS.xml":
        _groups(whole, REPRESENTATIONS, report)
        _representations(whole, tree, report)
    return identifiers


class _Map:
    """The CSIP structural map with what it points to."""

    def __init__(self, mets: MetsFile) -> None:
        self.mets = mets
        self.groups = {group.get("ID"): group for group in mets.find("//fileGrp")}
        self.uses = {_use(group).partition("/")[0] for group in self.groups.values()}
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


def check_identifiers(mets: MetsFile, report: Report) -> set[str]:
    """No ID stands twice; every pointer by ID finds its target. Returns the identifiers."""
    counted = Counter(identifier for identifier in cast("list[str]", _IDS(mets.root)) if identifier)
    twice = {identifier: count for identifier, count in counted.items() if count > 1}
    for identifier, count in twice.items():
        report.error("TT05-ID", f"{mets.path}#{identifier}", _("The identifier is used {count} times.").format(count=count))
    if twice:
        _numbered(mets, twice, report, "error", _("The identifier is used {count} times."))
    for element in cast("list[etree._Element]", _POINTING(mets.root)):
        for attribute in ("DMDID", "ADMID", "FILEID"):
            for identifier in (element.get(attribute) or "").split():
                if identifier not in counted and not report.only_counted("TT05-POINTER", "error"):
                    words = _("{attribute} points to “{id}”, which is not there.")
                    report.error("TT05-POINTER", place(mets, element), words.format(attribute=attribute, id=identifier[:80]))
    return set(counted)


def _numbered(mets: MetsFile, twice: Mapping[str, int], report: Report, level: str, words: str) -> None:
    """What is wrong with identifiers, at CSIP's rule for the ID of each of their elements."""
    for element in cast("list[etree._Element]", _WITH_ID(mets.root)):
        identifier = element.get("ID") or ""
        if identifier in twice and (rule := _rule_of_id(element)) and not report.only_counted(rule, level):
            report.add(rule, level, place(mets, element), words.format(count=twice[identifier]))


def _rule_of_id(element: etree._Element) -> str:
    name = etree.QName(element).localname
    if name != "div":
        return ID_RULES.get(name, "")
    holders = [etree.QName(each).localname for each in itertools.islice(element.iterancestors(), 3)]
    if holders[0] == "structMap":
        return "CSIP85"
    if holders[1] == "structMap":
        return DIVISION_RULES.get(element.get("LABEL") or "", "CSIP106")
    parent = element.getparent()
    return "CSIP106" if holders[2] == "structMap" and parent is not None and parent.get("LABEL") == REPRESENTATIONS else ""


def check_across(mets: MetsFile, here: set[str], before: set[str], report: Report) -> None:
    """Up to 2.1 an identifier must be unique in the whole package; since 2.2, and by XML itself, only in its METS.

    `here`: the identifiers of this METS; `before`: those of the METS files that were judged before it.
    """
    twice = dict.fromkeys(here & before, 2)
    if twice:
        _numbered(mets, twice, report, "warning", _("Another METS of the package uses the identifier too."))


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
        if _use(group).partition("/")[0] != use or identifier in pointed or _above_is(group, pointed):
            continue
        for rule in rules:
            words = _("The structural map does not point to the file group “{use}”.")
            report.error(rule, place(mets, group), words.format(use=_use(group)[:80]))
    _mislabelled(whole, use, report)


def _above_is(group: etree._Element, pointed: set[str | None]) -> bool:
    """Whether a group around this one is pointed to."""
    return any(around.get("ID") in pointed for around in group.iterancestors(f"{{{METS}}}fileGrp"))


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
    """A division that points to the files of `use`, or is called nearly so, must bear its name."""
    unnamed = whole.mets.path == "METS.xml" and use in whole.uses and not whole.labelled(use)
    for division in whole.divisions:
        label = division.get("LABEL") or ""
        if label.partition("/")[0] in (use, "Metadata"):
            continue
        pointing = any(_use(group).partition("/")[0] == use for _pointer, group in whole.pointed([division]))
        if pointing:
            words = _("The division points to the file group “{use}” and must bear that name, not “{label}”.")
        elif unnamed and (label.strip().casefold() == use.casefold() or _says_nothing(division, label)):
            words = _("No division is called “{use}”, but one is called “{label}”.")
        else:
            continue
        report.error(LABELS[use], place(whole.mets, division), words.format(use=use, label=label[:80]))


def _says_nothing(division: etree._Element, label: str) -> bool:
    """A division without a name and without a pointer: it may have been meant for whatever has none."""
    return not label.strip() and next(division.iter(f"{{{METS}}}fptr", f"{{{METS}}}mptr"), None) is None


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
        words = _("The address “{address}” is not that of the label “{label}”.").format(address=address[:120], label=label[:80])
        # Which of the two is wrong shows by what is there; where both are, either may be.
        if path in tree_paths:
            report.error("CSIP107", place(mets, pointer), words)
        if _folder(label) in {_folder(each) for each in tree_paths}:
            report.error("CSIP110", place(mets, pointer), words)
