"""A package against Thông tư 05/2025/TT-BNV, annexes I–V: both dialects, dossiers and loose documents, SIP, AIP and DIP."""

from __future__ import annotations

from datetime import datetime

from app.i18n import _
from app.jobs import Job
from app.package.checks.carried import check_carried
from app.package.checks.descriptive import check_descriptions, judge, kind_of, read_documents, read_whole
from app.package.checks.digests import Digests
from app.package.checks.fixity import check_fixity
from app.package.checks.metsrules import TYPE_AT, check_mets, check_pointer, check_representation, check_root
from app.package.checks.preservation import check_premis
from app.package.checks.reading import MetsFile, read_mets
from app.package.checks.structure import REP, check_preservation, check_structure
from app.package.report import Report
from app.package.tree import BROKEN, Tree

TRACES = ("ead_doc.xsd", "ead_pic.xsd", "ead_media.xsd")
SHORTEST_LOOK = 4096  # bytes of a description that are looked into for its root element


def is_circular(tree: Tree) -> bool:
    """Whether a package follows the circular rather than plain E-ARK: by its descriptions, else by the schemas it carries."""
    for path in tree.sizes:
        folder, _slash, name = path.casefold().rpartition("/")
        if folder.endswith("metadata/descriptive") and name.startswith("ead"):
            if b"simpledc" in _beginning(tree, path):
                return True
        elif folder == "schemas" and name in TRACES:
            return True
    return False


def _beginning(tree: Tree, path: str) -> bytes:
    try:
        with tree.open(path) as file:
            return file.read(SHORTEST_LOOK)
    except BROKEN:
        return b""


def check_circular(tree: Tree, root: MetsFile | None, report: Report, job: Job, now: datetime, *, archived: bool) -> None:
    check_structure(tree, report)
    with Digests(tree) as digests:
        rep = read_mets(tree, f"{REP}/METS.xml", report, digests)
        if root:
            digests.ahead(reference for mets in (root, rep) if mets is not None for reference in mets.references)
        _check_all(tree, root, rep, digests, report, job, now, archived=archived)


def _check_all(
    tree: Tree,
    root: MetsFile | None,
    rep: MetsFile | None,
    digests: Digests,
    report: Report,
    job: Job,
    now: datetime,
    *,
    archived: bool,
) -> None:
    both = [mets for mets in (root, rep) if mets is not None]
    for mets in both:
        job.check()
        check_mets(mets, report, now)
    if root:
        report.objid = root.objid
        check_pointer(root, tree, report)
        if rep:
            check_representation(rep, root, report)
    if rep:
        rep.shed()
    job.check()
    _check_kind(tree, root, rep, digests, report, archived)
    if root:
        check_fixity(tree, both, digests, report, job)


def _check_kind(
    tree: Tree, root: MetsFile | None, rep: MetsFile | None, digests: Digests, report: Report, archived: bool
) -> None:
    """What depends on the kind of package."""
    top = read_whole(tree, root, digests, report)
    whole = top[0] if top else None
    kind = kind_of(_oais(root), (root.root.get("TYPE") if root else "") or "", whole)
    if top and kind:
        judge(kind, *top, report)
    documents = read_documents(tree, rep, kind, digests, report)
    check_carried(tree, [*([whole] if whole else []), *documents], report)
    if kind is None:
        report.error("CSIP9", "METS.xml", _("The kind of package (SIP, AIP, DIP) cannot be told."))
        return
    report.kind = kind.name
    check_preservation(tree, kind, report)
    check_descriptions(kind, whole, documents, report)
    check_premis(tree, rep, digests, report)
    if root:
        check_root(root, kind, tree, archived, report)


def _oais(root: MetsFile | None) -> str:
    headers = root.find("metsHdr") if root else []
    return (headers[0].get(TYPE_AT) or "") if headers else ""
