"""Every file that METS names is there, unchanged; every file that is there is named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.i18n import _
from app.jobs import Job
from app.package.checks.digests import ALGORITHMS, Digests, plausible
from app.package.checks.formats import Formats
from app.package.checks.reading import MetsFile, Reference
from app.package.report import Report
from app.package.tree import BROKEN, Tree

UNKNOWN = ("Adler-32", "CRC32", "HAVAL", "MNP", "TIGER", "WHIRLPOOL")
LITTER = {".ds_store", "thumbs.db", "desktop.ini", ".gitkeep", ".gitignore"}


@dataclass(slots=True, frozen=True)
class Ids:
    """How the findings about a reference are called, by its part of the METS: "missing", "size", "digest", "sort" → rule."""

    parts: Mapping[str, Mapping[str, str]]
    strict: bool = True  # every digest but SHA-256 is worth a warning
    empty: bool = False  # whether empty files and folders are

    def of(self, reference: Reference, what: str) -> str:
        return self.parts.get(reference.part, {}).get(what) or TT05[what]


TT05 = {"missing": "TT05-MISSING", "size": "TT05-SIZE", "digest": "TT05-FIXITY", "sort": "TT05-CHECKSUMTYPE"}
CIRCULAR = Ids({})


def _numbers(first: int) -> dict[str, str]:
    """CSIP's numbers of a reference whose xlink:href is rule `first`."""
    steps = {"missing": 0, "size": 3, "digest": 5, "sort": 6}
    return {what: f"CSIP{first + step}" for what, step in steps.items()}


EARK = Ids(
    {
        "dmdSec": _numbers(24),
        "digiprovMD": _numbers(38),
        "rightsMD": _numbers(51),
        "file": {"missing": "CSIP79", "size": "CSIP69", "digest": "CSIP71", "sort": "CSIP72"},
    },
    strict=False,
    empty=True,
)


def check_fixity(
    tree: Tree,
    all_mets: Sequence[MetsFile],
    read: Digests,
    report: Report,
    job: Job,
    ids: Ids = CIRCULAR,
    also_named: Sequence[str] = (),
) -> None:
    """`also_named`: files that are part of the package though no METS lists them, e.g. those that an mptr points to."""
    references = [reference for mets in all_mets for reference in mets.references]
    found = _Names(tree)
    formats = Formats(tree, report)
    named = {"METS.xml", *also_named}
    for number, reference in enumerate(references):
        if number % 16 == 0:
            job.progress(number, len(references))
        path = _located(reference, found, report, ids)
        if path is not None:
            named.add(path)
            _compare(tree, reference, path, read, report, job, ids)
            formats.judge(reference, path, read.family(path))
    job.progress(len(references), len(references))
    for path in tree.sizes:
        if path not in named:
            litter = path.rpartition("/")[2].casefold() in LITTER
            report.add("TT05-UNLISTED", "warning" if litter else "error", path, _("No METS names this file."))
    if ids.empty:
        _empty(tree, report)


def _empty(tree: Tree, report: Report) -> None:
    for path, size in tree.sizes.items():
        if size == 0:
            report.warning("TT05-EMPTY", path, _("The file is empty."))
    held = {path.rpartition("/")[0] for path in [*tree.sizes, *tree.folders]}
    for folder in sorted(tree.folders - held):
        report.warning("TT05-EMPTY", folder, _("The folder is empty."))


class _Names:
    """Finds files by the path METS gives, forgiving Unicode forms but nothing else."""

    def __init__(self, tree: Tree) -> None:
        self._exact = tree.sizes
        self._plain = {unicodedata.normalize("NFC", path): path for path in tree.sizes}
        self._folded = {path.casefold(): real for path, real in self._plain.items()}

    def exact(self, path: str) -> str | None:
        return path if path in self._exact else self._plain.get(unicodedata.normalize("NFC", path))

    def near(self, path: str) -> str | None:
        return self._folded.get(unicodedata.normalize("NFC", path).casefold())


def _located(reference: Reference, found: _Names, report: Report, ids: Ids) -> str | None:
    shown = reference.address[:300]
    if reference.path is None:
        if shown.strip():
            words = _("The address “{address}” leads out of the package.").format(address=shown)
            report.error("TT05-HREF", reference.where, words)
            if ids is not CIRCULAR and reference.part in ids.parts:
                report.error(ids.of(reference, "missing"), reference.where, words)
                if reference.part == "file":  # which also asks for the relative location
                    report.error("CSIP76", reference.where, words)
        return None
    path = found.exact(reference.path)
    if path is not None:
        return path
    near = found.near(reference.path)
    if near is not None:
        words = _("“{path}” is written differently in the package: “{near}”.").format(path=reference.path, near=near)
        report.error(ids.of(reference, "missing"), reference.where, words)
        return near
    words = _("The file “{path}” is missing.").format(path=reference.path)
    report.error(ids.of(reference, "missing"), reference.where, words)
    return None


def _compare(tree: Tree, reference: Reference, path: str, read: Digests, report: Report, job: Job, ids: Ids) -> None:
    size = reference.size.strip()
    wrong_size = bool(size) and (not re.fullmatch(r"[0-9]+", size) or int(size[:20]) != tree.sizes[path])
    if wrong_size:
        words = _("METS gives {told} bytes, the file has {real}.").format(told=size[:20], real=tree.sizes[path])
        report.error(ids.of(reference, "size"), path, words)
    told = reference.checksum.strip()
    sort = (reference.checksum_type or "SHA-256").strip()
    if not told:
        return
    if sort not in ALGORITHMS:
        if ids.strict or sort not in UNKNOWN:
            report.error(
                ids.of(reference, "sort"), reference.where, _("The digest “{sort}” is not known.").format(sort=sort[:40])
            )
        else:
            words = _("The digest {sort} can't be computed here: the file was not proven.").format(sort=sort)
            report.warning(ids.of(reference, "sort"), reference.where, words)
        return
    if ids.strict and sort != "SHA-256":
        words = _("The digest should be SHA-256, not {sort}.").format(sort=sort)
        report.warning(ids.of(reference, "sort"), reference.where, words)
    if not plausible(told, ALGORITHMS[sort]):
        words = _("The digest is not one of the kind {sort}.").format(sort=sort)
        report.error(ids.of(reference, "digest"), path, words)
        return  # the file need not be read for that
    real = _digest(path, ALGORITHMS[sort], read, report, job)
    if real is not None and real != told.lower():
        words = _("The file has changed since METS was written: its digest differs.")
        report.error(ids.of(reference, "digest"), path, words)


def _digest(path: str, algorithm: str, read: Digests, report: Report, job: Job) -> str | None:
    try:
        return read.of(path, algorithm, job)
    except BROKEN:
        report.error("TT05-READ", path, _("The file is damaged and cannot be read."))
        return None
