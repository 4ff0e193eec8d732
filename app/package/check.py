"""Checks a package as the receiving archive would (Thông tư 05/2025; E-ARK CSIP 2.0.4).

Odd, broken and hostile packages are what a checker is for: everything ends in findings, nothing in an exception.
"""

from __future__ import annotations

from pathlib import Path

from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package.checks.carried import check_carried
from app.package.checks.descriptive import check_descriptions, kind_of, read_descriptions
from app.package.checks.fixity import check_fixity
from app.package.checks.metsrules import TYPE_AT, check_mets, check_pointer, check_representation, check_root
from app.package.checks.preservation import check_premis
from app.package.checks.reading import MetsFile, read_mets
from app.package.checks.structure import REP, check_preservation, check_structure
from app.package.report import Report
from app.package.tree import Tree, open_tree

PROFILES = ("tt05",)


def check_package(path: Path, *, profile: str = "tt05", job: Job | None = None) -> Report:
    """What is wrong with the package at `path`, a folder or a ZIP; `Report.valid` when no finding is an error.

    Raises only AppError `package.profile` for an unknown profile and Cancelled when the job was stopped.
    """
    if profile not in PROFILES:
        raise AppError(
            "package.profile",
            _("There is no check profile “{profile}”.").format(profile=profile),
            _("Choose one of: {known}.").format(known=", ".join(PROFILES)),
        )
    report = Report(path)
    tree = open_tree(path, report)
    if tree is not None:
        try:
            _check(tree, report, job or Job(), archived=path.is_file())
        finally:
            tree.close()
    return report


def _check(tree: Tree, report: Report, job: Job, *, archived: bool) -> None:
    report.files, report.bytes = len(tree.sizes), sum(tree.sizes.values())
    check_structure(tree, report)
    root = read_mets(tree, "METS.xml", report)
    rep = read_mets(tree, f"{REP}/METS.xml", report)
    both = [mets for mets in (root, rep) if mets is not None]
    for mets in both:
        job.check()
        check_mets(mets, report)
    if root:
        report.objid = root.objid
        check_pointer(root, tree, report)
        if rep:
            check_representation(rep, root, report)
    job.check()
    _check_kind(tree, root, rep, report, archived)
    if root:
        check_fixity(tree, both, report, job)


def _check_kind(tree: Tree, root: MetsFile | None, rep: MetsFile | None, report: Report, archived: bool) -> None:
    """What depends on the kind of package."""
    whole, documents = read_descriptions(tree, root, rep, report)
    described = [*([whole] if whole else []), *documents]
    check_carried(tree, described, report)
    kind = kind_of(_oais(root), (root.root.get("TYPE") if root else "") or "", whole)
    if kind is None:
        report.error("CSIP9", "METS.xml", _("The kind of package (SIP, AIP, DIP) cannot be told."))
        return
    report.kind = kind.name
    check_preservation(tree, kind, report)
    check_descriptions(kind, whole, documents, report)
    check_premis(tree, rep, report)
    if root:
        check_root(root, kind, tree, archived, report)


def _oais(root: MetsFile | None) -> str:
    headers = root.find("metsHdr") if root else []
    return (headers[0].get(TYPE_AT) or "") if headers else ""
