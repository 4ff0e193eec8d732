"""Every file that METS names is there, unchanged; every file that is there is named."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from app.i18n import _
from app.jobs import Job
from app.package.checks.reading import MetsFile, Reference
from app.package.report import Report
from app.package.tree import BROKEN, Tree

CHUNK = 1 << 20
ALGORITHMS = {"SHA-256": "sha256", "SHA-512": "sha512", "SHA-384": "sha384", "SHA-1": "sha1", "MD5": "md5"}


def check_fixity(tree: Tree, all_mets: Sequence[MetsFile], report: Report, job: Job) -> None:
    references = [reference for mets in all_mets for reference in mets.references]
    found = _Names(tree)
    digests: dict[tuple[str, str], str | None] = {}
    named = {"METS.xml"}
    for number, reference in enumerate(references):
        job.progress(number, len(references))
        path = _located(reference, found, report)
        if path is not None:
            named.add(path)
            _compare(tree, reference, path, digests, report, job)
    job.progress(len(references), len(references))
    for path in tree.sizes:
        if path not in named:
            report.error("TT05-UNLISTED", path, _("No METS names this file."))


class _Names:
    """Finds files by the path METS gives, forgiving Unicode forms but nothing else."""

    def __init__(self, tree: Tree) -> None:
        self._exact = tree.sizes
        self._plain = {unicodedata.normalize("NFC", path): path for path in tree.sizes}
        self._folded = {unicodedata.normalize("NFC", path).casefold(): path for path in tree.sizes}

    def exact(self, path: str) -> str | None:
        return path if path in self._exact else self._plain.get(unicodedata.normalize("NFC", path))

    def near(self, path: str) -> str | None:
        return self._folded.get(unicodedata.normalize("NFC", path).casefold())


def _located(reference: Reference, found: _Names, report: Report) -> str | None:
    shown = reference.address[:300]
    if reference.path is None:
        if shown.strip():
            report.error(
                "TT05-HREF", reference.where, _("The address “{address}” leads out of the package.").format(address=shown)
            )
        return None
    path = found.exact(reference.path)
    if path is not None:
        return path
    near = found.near(reference.path)
    if near is not None:
        words = _("“{path}” is written differently in the package: “{near}”.").format(path=reference.path, near=near)
        report.error("TT05-MISSING", reference.where, words)
        return near
    report.error("TT05-MISSING", reference.where, _("The file “{path}” is missing.").format(path=reference.path))
    return None


def _compare(
    tree: Tree, reference: Reference, path: str, digests: dict[tuple[str, str], str | None], report: Report, job: Job
) -> None:
    size = (reference.element.get("SIZE") or "").strip()
    if size and (not re.fullmatch(r"[0-9]+", size) or int(size[:20]) != tree.sizes[path]):
        words = _("METS gives {told} bytes, the file has {real}.").format(told=size[:20], real=tree.sizes[path])
        report.error("TT05-SIZE", path, words)
    told = (reference.element.get("CHECKSUM") or "").strip()
    sort = (reference.element.get("CHECKSUMTYPE") or "SHA-256").strip()
    if not told:
        return
    if sort not in ALGORITHMS:
        report.error("TT05-CHECKSUMTYPE", reference.where, _("The digest “{sort}” is not known.").format(sort=sort[:40]))
        return
    if sort != "SHA-256":
        report.warning("TT05-CHECKSUMTYPE", reference.where, _("The digest should be SHA-256, not {sort}.").format(sort=sort))
    key = (path, ALGORITHMS[sort])
    if key not in digests:
        digests[key] = _digest(tree, path, ALGORITHMS[sort], report, job)
    real = digests[key]
    if real is not None and real != told.lower():
        report.error("TT05-FIXITY", path, _("The file has changed since METS was written: its digest differs."))


def _digest(tree: Tree, path: str, algorithm: str, report: Report, job: Job) -> str | None:
    # MD5 and SHA-1 only compare with what a foreign METS says; nothing is trusted because of them.
    total = hashlib.new(algorithm, usedforsecurity=False)
    try:
        with tree.open(path) as file:
            while chunk := file.read(CHUNK):
                job.check()
                total.update(chunk)
    except BROKEN:
        report.error("TT05-READ", path, _("The file is damaged and cannot be read."))
        return None
    return total.hexdigest()
