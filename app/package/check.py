"""Checks a package as the receiving archive would: Thông tư 05/2025, E-ARK CSIP/SIP/DIP, BagIt.

Odd, broken and hostile packages are what a checker is for: everything ends in findings, nothing in an exception.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app import clock
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package import bagit
from app.package.checks.circular import check_circular, is_circular
from app.package.checks.reading import MetsFile, read_mets
from app.package.eark import profiles as eark
from app.package.eark.check import check_eark
from app.package.report import Report
from app.package.tree import METS_NAME, Tree, open_tree
from app.package.xml import CSIP

AUTO = "auto"
PROFILES = (AUTO, "tt05", *eark.NAMES, "bagit")


def check_package(path: Path, *, profile: str = AUTO, job: Job | None = None, now: datetime | None = None) -> Report:
    """What is wrong with the package at `path`, a folder, ZIP or TAR; `Report.valid` when no finding is an error.

    `profile`: by which rules; `auto` finds out from the package. Raises only AppError `package.profile` for an unknown profile and
    Cancelled when the job was stopped.
    """
    if profile not in PROFILES:
        raise AppError(
            "package.profile",
            _("There is no check profile “{profile}”.").format(profile=profile),
            _("Choose one of: {known}.").format(known=", ".join(PROFILES)),
        )
    report = Report(path)
    tree = open_tree(path, report)
    if tree is None:
        report.profile = "tt05" if profile == AUTO else profile
        known = report.rules("error") & {"CSIPSTR1", "TT05-FILE"}
        if not known and (profile in eark.NAMES or (profile == AUTO and "TT05-ZIP" in report.rules("error"))):
            # E-ARK's own name for what is no package at all.
            report.error("CSIPSTR1", path.name, _("This is neither a folder nor an archive with one folder, the package."))
    else:
        try:
            _check(tree, report, profile, job or Job(), now or clock.now(), archived=path.is_file() and path.name != METS_NAME)
        finally:
            tree.close()
    if report.profile != "tt05":
        report.rename("TT05-", "IP-")
    report.arrange()
    return report


def _check(tree: Tree, report: Report, profile: str, job: Job, now: datetime, *, archived: bool) -> None:
    report.files, report.bytes = len(tree.sizes), sum(tree.sizes.values())
    if profile == "bagit" or (profile == AUTO and bagit.is_bag(tree) and "METS.xml" not in tree.sizes):
        report.profile = "bagit"
        bagit.check_bag(tree, report, job)
        return
    root = read_mets(tree, "METS.xml", report)
    # Without a METS nothing tells what it was meant to be: here it most likely comes from an office under the circular.
    if profile == "tt05" or (profile == AUTO and ("METS.xml" not in tree.sizes or is_circular(tree))):
        report.profile = "tt05"
        check_circular(tree, root, report, job, now, archived=archived)
        return
    told, asked = _told(root), eark.named(profile)
    chosen = eark.within(asked, told) if asked else told
    report.profile = chosen.name
    check_eark(tree, root, chosen, report, job, now, archived=archived)


def _told(root: MetsFile | None) -> eark.Profile:
    headers = root.find("metsHdr") if root is not None else []
    oais = (headers[0].get(f"{{{CSIP}}}OAISPACKAGETYPE") or "") if headers else ""
    return eark.told_by((root.root.get("PROFILE") or "") if root is not None else "", oais)
