"""The tree of a package: what must lie where (Thông tư 05/2025, annexes I-V; E-ARK CSIPSTR1-16)."""

from __future__ import annotations

from app.i18n import _
from app.package.profiles import Kind
from app.package.report import Report
from app.package.tree import Tree

REP = "representations/rep1"


def check_structure(tree: Tree, report: Report) -> None:
    """What holds for every kind."""
    sizes = tree.sizes
    if "METS.xml" not in sizes:
        near = next((name for name in sizes if name.casefold() == "mets.xml"), "")
        words = _("METS.xml is missing at the top of the package.")
        report.error("CSIPSTR4", near, words)
    _need_folder(tree, "metadata", "CSIPSTR5", report)
    if not _has(tree, "metadata/descriptive/"):
        report.error("CSIPSTR7", "metadata/descriptive", _("The description of the dossier (EAD.xml) is missing."))
    _need_folder(tree, "schemas", "CSIPSTR15", report)
    _representations(tree, report)


def check_preservation(tree: Tree, kind: Kind, report: Report) -> None:
    """PREMIS must be there, may be there or must not."""
    for path in ("metadata/preservation/PREMIS.xml", f"{REP}/metadata/preservation/PREMIS_rep1.xml"):
        if kind.premis == "required" and path not in tree.sizes:
            report.error("TT05-PREMIS", path, _("The preservation record is missing; a package of this kind must have it."))
    if kind.premis == "absent" and (_has(tree, "metadata/preservation/") or _has(tree, f"{REP}/metadata/preservation/")):
        report.warning("TT05-PREMIS", "metadata/preservation", _("A package for submission carries no preservation record."))


def _representations(tree: Tree, report: Report) -> None:
    found = {name.split("/")[1] for name in tree.sizes if name.startswith("representations/") and name.count("/") > 1}
    if not _has(tree, "representations/"):
        report.error("CSIPSTR9", "representations", _("The folder “{folder}” is missing.").format(folder="representations"))
        return
    if not found:
        report.error("CSIPSTR10", "representations", _("The package holds no representation."))
        return
    if found != {"rep1"}:
        report.error("TT05-REP", "representations", _("The package must hold exactly one representation, called rep1."))
    for name in sorted(found):
        base = f"representations/{name}"
        if not _has(tree, f"{base}/data/"):
            report.error("CSIPSTR11", base, _("The representation holds no data."))
        if f"{base}/METS.xml" not in tree.sizes:
            report.error("CSIPSTR12", base, _("METS.xml of the representation is missing."))
        if not _has(tree, f"{base}/metadata/"):
            report.error("CSIPSTR13", base, _("The descriptions of the documents are missing."))


def _need_folder(tree: Tree, folder: str, rule: str, report: Report) -> None:
    if not _has(tree, f"{folder}/"):
        report.error(rule, folder, _("The folder “{folder}” is missing.").format(folder=folder))


def _has(tree: Tree, beginning: str) -> bool:
    return any(name.startswith(beginning) for name in tree.sizes)
