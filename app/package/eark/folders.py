"""The folders of a package (CSIPSTR1–CSIPSTR16) and what METS says about them (CSIP1, 17, 31, 32, 64)."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence

from app.i18n import N_, _
from app.package.checks.fixity import LITTER
from app.package.checks.reading import MetsFile
from app.package.eark.engine import place
from app.package.report import Report
from app.package.tree import Tree

NO_FOLDER = N_("The folder “{folder}” is missing.")
NOT_IN_NAMES = frozenset('<>:"/\\|?* ')
OWN = {"metadata", "representations", "schemas", "documentation"}


def check_folders(tree: Tree, report: Report, *, archived: bool) -> list[str]:
    """Everything about the tree alone; returns the names of the representations."""
    if not archived:
        report.info("CSIPSTR3", tree.name, _("The package is a folder; for transfer it may be packed as ZIP or TAR."))
    if "METS.xml" not in tree.sizes:
        near = next((name for name in tree.sizes if "/" not in name and "mets" in name.casefold()), "")
        report.error("CSIPSTR4", near or "METS.xml", _("METS.xml is missing at the top of the package."))
    _metadata(tree, report)
    names = _representations(tree, report)
    for folder, rule in (("schemas", "CSIPSTR15"), ("documentation", "CSIPSTR16")):
        if not any(place_ in tree.folders for place_ in (folder, *(f"representations/{name}/{folder}" for name in names))):
            report.warning(rule, folder, _(NO_FOLDER).format(folder=folder))
    for extra in sorted(each for each in tree.folders if "/" not in each and each not in OWN):
        report.info("CSIPSTR14", extra, _("The folder is an extension of the package's own."))
    return names


def _metadata(tree: Tree, report: Report) -> None:
    if "metadata" not in tree.folders:
        report.warning("CSIPSTR5", "metadata", _(NO_FOLDER).format(folder="metadata"))
        return
    for folder, rule in (("preservation", "CSIPSTR6"), ("descriptive", "CSIPSTR7")):
        if f"metadata/{folder}" not in tree.folders:
            report.warning(rule, f"metadata/{folder}", _(NO_FOLDER).format(folder=f"metadata/{folder}"))
    loose = [name for name in tree.sizes if name.startswith("metadata/") and name.count("/") == 1]
    for name in loose:
        report.info("CSIPSTR8", name, _("Other metadata should lie in a folder of their own, e.g. metadata/other."))


def _representations(tree: Tree, report: Report) -> list[str]:
    if "representations" not in tree.folders:
        report.warning("CSIPSTR9", "representations", _(NO_FOLDER).format(folder="representations"))
        return []
    names = sorted(
        each.rpartition("/")[2] for each in tree.folders if each.startswith("representations/") and each.count("/") == 1
    )
    if not names:
        report.warning("CSIPSTR10", "representations", _("The package holds no representation."))
    for path in tree.sizes:
        if path.startswith("representations/") and path.count("/") == 1 and path.rpartition("/")[2].casefold() not in LITTER:
            report.warning("CSIPSTR10", path, _("The file lies beside the folders of the representations, not in one of them."))
    for name in names:
        base = f"representations/{name}"
        if f"{base}/data" not in tree.folders:
            report.warning("CSIPSTR11", base, _(NO_FOLDER).format(folder=f"{base}/data"))
        if f"{base}/METS.xml" not in tree.sizes:
            report.warning("CSIPSTR12", base, _("METS.xml of the representation is missing."))
        if f"{base}/metadata" not in tree.folders:
            report.warning("CSIPSTR13", base, _(NO_FOLDER).format(folder=f"{base}/metadata"))
    return names


class Places:
    """The files and folders of a package, found by the beginning of their paths however many representations ask."""

    def __init__(self, tree: Tree) -> None:
        self.name = tree.name
        self.folders = {folder.casefold() for folder in tree.folders}
        self._paths = sorted(tree.sizes)

    def below(self, folder: str) -> list[str]:
        """The files whose paths begin with `folder`, which ends in a slash."""
        start = bisect_left(self._paths, folder)
        return list(itertools.takewhile(lambda path: path.startswith(folder), itertools.islice(self._paths, start, None)))


def check_against_folders(mets: MetsFile, places: Places, report: Report) -> None:
    """What a METS says about the folders it stands in."""
    base = mets.path.rpartition("/")[0]
    _identity(mets, base.rpartition("/")[2] if base else places.name, report, root=not base)
    _uses(mets, base, places, report)
    _available(mets, base, places, report)


def _identity(mets: MetsFile, folder: str, report: Report, *, root: bool) -> None:
    told = mets.objid.strip()
    if told and folder and not _mapped(told).fullmatch(folder):
        words = _("The folder “{folder}” is not named after the identifier “{id}”.").format(folder=folder[:120], id=told[:120])
        report.warning("CSIP1", place(mets, mets.root), words)
        if root:
            report.warning("CSIPSTR2", folder, words)


def _mapped(identifier: str) -> re.Pattern[str]:
    """How a folder may be called after an identifier: what a file system cannot hold is another sign there (pairtree's among them)."""
    signs = (
        f"(?:{re.escape(s)}|[-_+=,~^.]|%{ord(s):02X}|%{ord(s):02x})" if s in NOT_IN_NAMES else re.escape(s) for s in identifier
    )
    return re.compile("".join(signs))


def _uses(mets: MetsFile, base: str, places: Places, report: Report) -> None:
    """CSIP64: USE is the path of a folder, whatever its case."""
    for group in mets.find("fileSec/fileGrp"):
        use = (group.get("USE") or "").strip().strip("/")
        wanted = use.casefold()
        if use and wanted not in places.folders and not (base and f"{base}/{use}".casefold() in places.folders):
            report.error(
                "CSIP64", place(mets, group), _("There is no folder “{folder}” in the package.").format(folder=use[:120])
            )


def _available(mets: MetsFile, base: str, places: Places, report: Report) -> None:
    """CSIP17, CSIP31, CSIP32: metadata files and metadata sections need each other."""
    start = f"{base}/" if base else ""
    descriptive = places.below(f"{start}metadata/descriptive/")
    preservation = places.below(f"{start}metadata/preservation/")
    other = [f for f in places.below(f"{start}metadata/") if not f.startswith(f"{start}metadata/descriptive/")]
    pointed = [r for r in mets.references if r.section in ("dmdSec", "amdSec") and r.path]
    if descriptive and not mets.find("dmdSec"):
        _unused(mets, "CSIP17", "dmdSec", descriptive, report)
    if preservation and not mets.find("amdSec"):
        _unused(mets, "CSIP31", "amdSec", preservation, report)
    proven = {r.path for r in pointed if r.section == "amdSec"}
    unproven = [path for path in preservation if path not in proven and path.lower().endswith(".xml")]
    if unproven or (preservation and not mets.find("amdSec/digiprovMD")):
        _unused(mets, "CSIP32", "digiprovMD", unproven or preservation, report)
    if not base:
        for rule, element, files in (
            ("CSIP17", "dmdSec", descriptive),
            ("CSIP31", "amdSec", other),
            ("CSIP32", "digiprovMD", preservation),
        ):
            found = mets.find(element if element != "digiprovMD" else "amdSec/digiprovMD")
            if found and not files:
                words = _("There is a {element}, but no file in the folder of such metadata.").format(element=element)
                report.warning(rule, place(mets, found[0]), words)


def _unused(mets: MetsFile, rule: str, element: str, files: Sequence[str], report: Report) -> None:
    words = _("“{file}” is metadata that no {element} points to.")
    report.error(rule, place(mets, mets.root), words.format(file=files[0], element=element))
