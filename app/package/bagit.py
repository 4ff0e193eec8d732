"""BagIt bags (RFC 8493): declaration, manifests, tag manifests, fetch.txt, Payload-Oxum; completeness and validity."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.i18n import _
from app.jobs import Job
from app.package.report import Report
from app.package.tree import BROKEN, Tree

CHUNK = 1 << 20
LARGEST = 64 << 20  # bytes of one tag file
# RFC 8493, 2.4: the common name in small letters without other signs → hashlib's
ALGORITHMS = {
    **{name: name for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s")},
    **{f"sha3{size}": f"sha3_{size}" for size in (224, 256, 384, 512)},
}
WEAK = ("md5", "sha1")
_DECLARATION = re.compile(r"BagIt-Version: (\d+)\.(\d+)(?:\r\n|\n|\r)Tag-File-Character-Encoding: (\S+)(?:\r\n|\n|\r)?")
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+\*?(.+)")
_CODES = {"%0D": "\r", "%0A": "\n", "%25": "%"}


@dataclass(slots=True)
class Bag:
    version: tuple[int, int] = (1, 0)
    encoding: str = "utf-8"
    payload: dict[str, dict[str, str]] = field(default_factory=dict)  # algorithm → path → digest
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    composed: dict[str, str] = field(default_factory=dict)  # NFC of a file's path → the path


def is_bag(tree: Tree) -> bool:
    return "bagit.txt" in tree.sizes


def check_bag(tree: Tree, report: Report, job: Job) -> None:
    report.kind = "bagit"
    bag = Bag()
    if not is_bag(tree):
        report.error("BAGIT-DECLARATION", "bagit.txt", _("bagit.txt is missing: this is no BagIt bag."))
        return
    bag.composed = {unicodedata.normalize("NFC", path): path for path in tree.sizes}
    _declaration(tree, bag, report)
    _manifests(tree, bag, report)
    _tag_manifests(bag, report)
    _complete(tree, bag, report)
    _fetch(tree, bag, report)
    _oxum(tree, bag, report)
    _digests(tree, bag, report, job)


def _declaration(tree: Tree, bag: Bag, report: Report) -> None:
    content = _text(tree, "bagit.txt", "utf-8", report)
    if content is None:
        return
    match = _DECLARATION.fullmatch(content)
    if match is None or content.startswith("\ufeff"):
        words = _("bagit.txt must hold exactly the version and the encoding, written as RFC 8493 wants.")
        report.error("BAGIT-DECLARATION", "bagit.txt", words)
        return
    bag.version = (int(match[1]), int(match[2]))
    if bag.version not in ((0, 93), (0, 94), (0, 95), (0, 96), (0, 97), (1, 0)):
        report.error(
            "BAGIT-DECLARATION", "bagit.txt", _("The version {version} is not known.").format(version=match[1] + "." + match[2])
        )
    try:
        "".encode(match[3])
        bag.encoding = match[3]
    except LookupError:
        report.error("BAGIT-DECLARATION", "bagit.txt", _("The encoding “{name}” is not known.").format(name=match[3][:40]))


def _manifests(tree: Tree, bag: Bag, report: Report) -> None:
    for name in sorted(tree.sizes):
        match = _MANIFEST.fullmatch(name)
        if match is None:
            continue
        algorithm = match[2]
        if algorithm not in ALGORITHMS:
            words = _("The digest “{sort}” is not known.").format(sort=algorithm[:40])
            report.warning("BAGIT-ALGORITHM", name, words)
            continue
        if algorithm in WEAK:
            report.info("BAGIT-ALGORITHM", name, _("SHA-256 or SHA-512 is better than {sort}.").format(sort=algorithm.upper()))
        (bag.tags if match[1] else bag.payload)[algorithm] = _entries(tree, name, bag, report, tags=bool(match[1]))
    if not bag.payload:
        report.error("BAGIT-MANIFEST", "manifest-sha512.txt", _("The bag has no payload manifest."))
    if "data" not in tree.folders:
        report.error("BAGIT-DATA", "data", _("The folder “{folder}” is missing.").format(folder="data"))


def _tag_manifests(bag: Bag, report: Report) -> None:
    """Since 1.0 a tag manifest names every payload manifest and no tag manifest (2.2.1)."""
    if bag.version < (1, 0):
        return
    manifests = {f"manifest-{algorithm}.txt" for algorithm in bag.payload}
    for algorithm, entries in bag.tags.items():
        for path in sorted(manifests - entries.keys()):
            words = _("tagmanifest-{sort}.txt does not name this file.").format(sort=algorithm)
            report.error("BAGIT-UNLISTED", path, words)
        for path in sorted(entries):
            if (match := _MANIFEST.fullmatch(path)) and match[1]:
                words = _("A tag manifest may not name a tag manifest: “{path}”.").format(path=path[:200])
                report.error("BAGIT-MANIFEST", f"tagmanifest-{algorithm}.txt", words)


def _entries(tree: Tree, name: str, bag: Bag, report: Report, *, tags: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    spelt: dict[str, str] = {}  # as the manifest writes it
    for number, line in _lines(tree, name, bag, report):
        match = _LINE.fullmatch(line)
        where = f"{name}:{number}"
        if match is None:
            report.error("BAGIT-MANIFEST", where, _("The line is not a digest and a path."))
            continue
        path = _decoded(match[2], bag).removeprefix("./")
        if not _inside(path) or tags == path.startswith("data/"):
            report.error("BAGIT-UNSAFE", where, _("The path “{path}” does not belong here.").format(path=path[:200]))
            continue
        told, path = path, _real(tree, bag, path)
        if path != told:
            words = _("“{path}” is written differently in the package: “{near}”.").format(path=told[:200], near=path[:200])
            report.warning("BAGIT-NAME", where, words)
        if path in found:
            words = _("“{path}” is listed twice.").format(path=path[:200])
            # Two spellings of one name are hardly meant as two files; but some system may hold both.
            report.add("BAGIT-MANIFEST", "error" if spelt[path] == told else "warning", where, words)
        found[path], spelt[path] = match[1].lower(), told
    return found


def _real(tree: Tree, bag: Bag, path: str) -> str:
    """The file that a manifest means: as it is written, else by the composed form of its letters (systems change that)."""
    return path if path in tree.sizes else bag.composed.get(unicodedata.normalize("NFC", path), path)


def _decoded(path: str, bag: Bag) -> str:
    """Since 1.0, line breaks and the per cent sign itself are percent-encoded (RFC 8493, 2.1.3)."""
    if bag.version < (1, 0):
        return path
    return re.sub(r"%(?:0D|0A|25)", lambda match: _CODES[match[0].upper()], path, flags=re.IGNORECASE)


def _inside(path: str) -> bool:
    return not (
        path.startswith(("/", "~", "\\")) or ".." in path.split("/") or re.match(r"[A-Za-z]:[\\/]", path) or "\0" in path
    )


def _complete(tree: Tree, bag: Bag, report: Report) -> None:
    payload = {path for path in tree.sizes if path.startswith("data/")}
    listed: set[str] = set().union(*bag.payload.values()) if bag.payload else set()
    for path in sorted(listed - payload):
        report.error("BAGIT-MISSING", path, _("The file “{path}” is missing.").format(path=path))
    for path in sorted(payload - listed):
        report.error("BAGIT-UNLISTED", path, _("No manifest names this file."))
    if bag.version >= (1, 0):
        for algorithm, entries in bag.payload.items():
            for path in sorted((payload & listed) - entries.keys()):
                words = _("manifest-{sort}.txt does not name this file.").format(sort=algorithm)
                report.error("BAGIT-UNLISTED", path, words)
    for algorithm, entries in bag.tags.items():
        for path in sorted(entries.keys() - tree.sizes.keys()):
            report.error("BAGIT-MISSING", path, _("The file “{path}” is missing.").format(path=path))
        unnamed = {p for p in tree.sizes if not p.startswith("data/") and not p.startswith("tagmanifest-")} - entries.keys()
        for path in sorted(unnamed):
            report.info("BAGIT-UNLISTED", path, _("tagmanifest-{sort}.txt does not name this file.").format(sort=algorithm))


def _fetch(tree: Tree, bag: Bag, report: Report) -> None:
    if "fetch.txt" not in tree.sizes:
        return
    known = [set(entries) for entries in bag.payload.values()]
    # Since 1.0 in every payload manifest, before in any of them.
    listed: set[str] = (set.intersection(*known) if bag.version >= (1, 0) else set().union(*known)) if known else set()
    for number, line in _lines(tree, "fetch.txt", bag, report):
        where, parts = f"fetch.txt:{number}", line.split(None, 2)
        if len(parts) != 3 or not (parts[1] == "-" or parts[1].isdigit()):
            report.error("BAGIT-FETCH", where, _("The line is not an address, a size and a path."))
            continue
        path = _decoded(parts[2], bag).removeprefix("./")
        path = _real(tree, bag, path) if _inside(path) else path
        if not _inside(path) or not path.startswith("data/"):
            report.error("BAGIT-UNSAFE", where, _("The path “{path}” does not belong here.").format(path=path[:200]))
        elif path not in listed:
            report.error("BAGIT-FETCH", where, _("No manifest names “{path}”.").format(path=path[:200]))
        elif path in tree.sizes and parts[1].isdigit() and int(parts[1][:20]) != tree.sizes[path]:
            words = _("fetch.txt gives {told} bytes, the file has {real}.").format(told=parts[1][:20], real=tree.sizes[path])
            report.error("BAGIT-FETCH", where, words)


def _oxum(tree: Tree, bag: Bag, report: Report) -> None:
    if "bag-info.txt" not in tree.sizes:
        return
    told = []
    for number, line in _lines(tree, "bag-info.txt", bag, report):
        name, colon, value = line.partition(":")
        if line[:1] in " \t":
            continue  # goes on from the line before
        if not colon:
            report.error("BAGIT-INFO", f"bag-info.txt:{number}", _("The line has no name and value."))
        elif bag.version >= (1, 0) and (name != name.strip() or (not value[:1].isspace() and value)):
            report.error("BAGIT-INFO", f"bag-info.txt:{number}", _("The blanks around the colon are not as RFC 8493 wants."))
        elif name.strip().casefold() == "payload-oxum":
            told.append(value.strip())
    real = [size for path, size in tree.sizes.items() if path.startswith("data/")]
    right = f"{sum(real)}.{len(real)}"
    if len(told) > 1:
        report.error("BAGIT-INFO", "bag-info.txt", _("Payload-Oxum stands there more than once."))
    if told and told[0] != right:
        words = _("Payload-Oxum says {told}, the bag holds {real}.").format(told=told[0][:40], real=right)
        report.error("BAGIT-OXUM", "bag-info.txt", words)


def _digests(tree: Tree, bag: Bag, report: Report, job: Job) -> None:
    """Each file is read once, for all its manifests together."""
    wanted: dict[str, dict[str, str]] = {}
    for manifests in (bag.payload, bag.tags):
        for algorithm, entries in manifests.items():
            for path, digest in entries.items():
                if path in tree.sizes:
                    wanted.setdefault(path, {})[algorithm] = digest
    for number, (path, digests) in enumerate(wanted.items()):
        if number % 16 == 0:
            job.progress(number, len(wanted))
        totals = {algorithm: hashlib.new(ALGORITHMS[algorithm], usedforsecurity=False) for algorithm in digests}
        try:
            with tree.open(path) as file:
                while chunk := file.read(CHUNK):
                    job.check()
                    for total in totals.values():
                        total.update(chunk)
        except BROKEN:
            report.error("BAGIT-READ", path, _("The file is damaged and cannot be read."))
            continue
        for algorithm, digest in digests.items():
            if totals[algorithm].hexdigest() != digest:
                words = _("The file is not the one that manifest-{sort}.txt names: its digest differs.")
                report.error("BAGIT-FIXITY", path, words.format(sort=algorithm))


def _lines(tree: Tree, path: str, bag: Bag, report: Report) -> Iterator[tuple[int, str]]:
    content = _text(tree, path, bag.encoding, report)
    for number, line in enumerate(re.split(r"\r\n|\n|\r", content or ""), 1):
        if line.strip():
            yield number, line


def _text(tree: Tree, path: str, encoding: str, report: Report) -> str | None:
    try:
        with tree.open(path) as file:
            content = file.read(LARGEST + 1)
    except BROKEN:
        report.error("BAGIT-READ", path, _("The file is damaged and cannot be read."))
        return None
    if len(content) > LARGEST:
        report.error("BAGIT-READ", path, _("The file is too large to be read."))
        return None
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        report.error("BAGIT-READ", path, _("The file is not written in the encoding that bagit.txt names."))
        return None
