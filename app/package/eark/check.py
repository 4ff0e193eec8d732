"""A package against E-ARK CSIP, SIP or DIP: folders, METS of the package and of its representations, metadata, files."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from app.package.eark.provenance import Provenance
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
        every = _judged(tree, root, names, digests, profile, report, job, now)
        if root is None:
            return
        check_placeholders(tree, report)
        provenance = Provenance() if profile == Profile("aip", "2.2") else None
        for mets in every.files:
            job.check()
            _metadata(mets, tree, digests, report, provenance)
        if provenance is not None:
            provenance.judge(report)
        check_fixity(tree, every.files, digests, report, job, EARK, every.pointed)


@dataclass(slots=True)
class _Every:
    """The METS files of a package, judged, without their elements; the METS files that an mptr leads to need not be listed besides."""

    files: list[MetsFile] = field(default_factory=list)
    pointed: list[str] = field(default_factory=list)


def _judged(
    tree: Tree,
    root: MetsFile | None,
    names: list[str],
    digests: Digests,
    profile: Profile,
    report: Report,
    job: Job,
    now: datetime,
) -> _Every:
    """One METS after the other: thousands of files make each of them large."""
    wanted, places, every = rows(profile), Places(tree), _Every()
    before: set[str] = set()
    if root is not None:
        report.objid = root.objid
        report.kind = f"eark-{(_oais(root) or profile.family).lower()}"[:16]
        if profile.family == "sip":
            check_parties(root, report, profile.version)
    for name in ["", *names]:
        job.check()
        mets = read_mets(tree, f"representations/{name}/METS.xml", report) if name else root
        if mets is None:
            continue
        if root is not None:
            digests.ahead(mets.references)
        run(mets, wanted, report, now)
        _schema(mets, report)
        check_software(mets, report)
        identifiers = check_pointers(mets, tree, report)
        check_against_folders(mets, places, report)
        if profile.version != "2.2":
            check_across(mets, identifiers, before, report)
            before |= identifiers
        addresses = (pointer.get(HREF) or "" for pointer in mets.find("//mptr"))
        every.pointed += [path for address in addresses if (path := resolve(mets.path, address))]
        every.files.append(mets)
        mets.shed()
    return every


def _oais(root: MetsFile) -> str:
    headers = root.find("metsHdr")
    told = (headers[0].get(f"{{{CSIP}}}OAISPACKAGETYPE") or "") if headers else ""
    return told if told in ("SIP", "AIP", "DIP", "AIU", "AIC") else ""


def _schema(mets: MetsFile, report: Report) -> None:
    if report.count("error") > HOPELESS:
        return  # the validator takes minutes over tens of thousands of faults, and would say nothing new
    for line, words in faults(mets.root, "mets-csip.xsd", MOST_FAULTS):
        report.error("TT05-METS-XSD", f"{mets.path}:{line}", _("The METS schema objects: {detail}").format(detail=words[:300]))


def _metadata(mets: MetsFile, tree: Tree, digests: Digests, report: Report, provenance: Provenance | None) -> None:
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
            if provenance is not None:
                provenance.read(root, path, report)
