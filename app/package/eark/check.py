"""A package against E-ARK CSIP, SIP or DIP: folders, METS of the package and of its representations, metadata, files."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from app.i18n import _
from app.jobs import Job
from app.package.checks.carried import check_placeholders
from app.package.checks.digests import Digests
from app.package.checks.fixity import EARK, check_fixity
from app.package.checks.reading import HREF, MetsFile, read_mets, read_xml, resolve
from app.package.eark.agents import check_parties, check_software
from app.package.eark.engine import rows, run
from app.package.eark.folders import Places, check_against_folders, check_folders
from app.package.eark.pointers import check_across, check_pointers
from app.package.eark.profiles import Profile
from app.package.report import Report
from app.package.tree import Tree
from app.package.xml import CSIP, PREMIS, faults

MOST_FAULTS = 20
HOPELESS = 10_000  # errors of the rules


def check_eark(
    tree: Tree, root: MetsFile | None, profile: Profile, report: Report, job: Job, now: datetime, *, archived: bool
) -> None:
    """`root` is the package's METS, already read; None when there is none or it cannot be read."""
    names = check_folders(tree, report, archived=archived)
    with Digests(tree) as digests:
        found = [read_mets(tree, f"representations/{name}/METS.xml", report) for name in names]
        if root is not None:
            digests.ahead(reference for mets in [root, *found] if mets is not None for reference in mets.references)
        _check_all(tree, root, found, digests, profile, report, job, now)


def _check_all(
    tree: Tree,
    root: MetsFile | None,
    found: list[MetsFile | None],
    digests: Digests,
    profile: Profile,
    report: Report,
    job: Job,
    now: datetime,
) -> None:
    representations = [mets for mets in found if mets is not None]
    every = [*([root] if root is not None else []), *representations]
    wanted, places = rows(profile), Places(tree)
    identifiers: dict[str, set[str]] = {}
    for mets in every:
        job.check()
        run(mets, wanted, report, now)
        _schema(mets, report)
        check_software(mets, report)
        identifiers[mets.path] = check_pointers(mets, tree, report)
        check_against_folders(mets, places, report)
    if profile.version != "2.2":
        check_across(identifiers, every, report)
    if root is None:
        return
    report.objid = root.objid
    report.kind = f"eark-{(_oais(root) or profile.family).lower()}"[:16]
    if profile.family == "sip":
        check_parties(root, report, profile.version)
    check_placeholders(tree, report)
    for mets in every:
        job.check()
        _metadata(mets, tree, digests, report)
    check_fixity(tree, every, digests, report, job, EARK, _pointed(every))


def _oais(root: MetsFile) -> str:
    headers = root.find("metsHdr")
    told = (headers[0].get(f"{{{CSIP}}}OAISPACKAGETYPE") or "") if headers else ""
    return told if told in ("SIP", "AIP", "DIP", "AIU", "AIC") else ""


def _schema(mets: MetsFile, report: Report) -> None:
    if report.count("error") > HOPELESS:
        return  # the validator takes minutes over tens of thousands of faults, and would say nothing new
    for line, words in faults(mets.root, "mets-csip.xsd", MOST_FAULTS):
        report.error("TT05-METS-XSD", f"{mets.path}:{line}", _("The METS schema objects: {detail}").format(detail=words[:300]))


def _pointed(every: list[MetsFile]) -> list[str]:
    """METS files that an mptr leads to: they need not be listed among the files besides."""
    addresses = ((mets.path, pointer.get(HREF) or "") for mets in every for pointer in mets.find("//mptr"))
    return [path for base, address in addresses if (path := resolve(base, address))]


def _metadata(mets: MetsFile, tree: Tree, digests: Digests, report: Report) -> None:
    """Metadata in XML must be readable; PREMIS must follow its schema."""
    for reference in mets.references:
        path = reference.path or ""
        if reference.section == "fileSec" or path not in tree.sizes or not path.lower().endswith(".xml"):
            continue
        root = read_xml(tree, path, report, digests)
        if root is not None and etree.QName(root).namespace == PREMIS:
            for line, words in faults(root, "premis.xsd", MOST_FAULTS):
                message = _("The PREMIS schema objects: {detail}").format(detail=words[:300])
                report.warning("TT05-PREMIS-XSD", f"{path}:{line}", message)
