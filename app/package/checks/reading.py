"""METS files read for judging, and foreign XML that ends in findings rather than errors."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

from lxml import etree

from app.i18n import _
from app.package.names import path_of
from app.package.report import Report
from app.package.tree import BROKEN, Tree
from app.package.xml import LARGEST, METS, XLINK, Refused, parse

HREF = f"{{{XLINK}}}href"
_BY_PROTOCOL = re.compile(r"file:(?://)?\./|file:(?=[^/])", re.IGNORECASE)  # relative, as E-ARK 1 and CSIP76 have it
_SIMPLE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")  # an address that is its own path
_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//|/")


@dataclass(slots=True, frozen=True)
class Reference:
    """A file that a METS names. `path` is relative to the package; None when the address leads outside."""

    where: str  # METS path and ID, for findings
    address: str
    path: str | None
    section: str  # dmdSec, amdSec, fileSec
    id: str
    use: str = ""  # of the file group
    part: str = ""  # dmdSec, digiprovMD, rightsMD, techMD, sourceMD, file
    size: str = ""  # what METS says of the file, as it stands there
    checksum: str = ""
    checksum_type: str = ""
    mime: str = ""


@dataclass(slots=True)
class MetsFile:
    path: str  # relative to the package
    root: etree._Element
    references: list[Reference]

    def find(self, path: str) -> list[etree._Element]:
        """Elements of the METS namespace by tags, e.g. `metsHdr/agent`; `//div` anywhere."""
        steps = "/".join(f"m:{step}" if step else "" for step in path.split("/"))
        if path.startswith("//"):
            steps = f".{steps}"
        return cast("list[etree._Element]", self.root.xpath(steps, namespaces={"m": METS}))

    @property
    def objid(self) -> str:
        return self.root.get("OBJID") or ""

    def shed(self) -> None:
        """Lets all elements go but the outermost: parsed, a METS takes ten times its size. The references stay."""
        bare = etree.Element(self.root.tag)
        for name, value in self.root.items():
            bare.set(name, value)
        self.root = bare


class Noted(Protocol):
    """Who wants to know the bytes of a file that is read anyway."""

    def note(self, path: str, content: bytes) -> None: ...


def read_xml(
    tree: Tree, path: str, report: Report, noted: Noted | None = None, *, blanks: bool = True
) -> etree._Element | None:
    """The root of an XML file of the package; None with a finding when it is not read. `blanks`: whether blanks between elements matter."""
    if path not in tree.sizes:
        return None
    try:
        content = _content(tree, path)
        if noted is not None and len(content) <= LARGEST:
            noted.note(path, content)
        return parse(content, blanks=blanks)
    except Refused as refused:
        _tell(refused, path, report)
    except BROKEN:
        report.error("TT05-READ", path, _("The file is damaged and cannot be read."))
    return None


def _content(tree: Tree, path: str) -> bytes:
    """At most one byte more than LARGEST."""
    whole = tree.whole(path, LARGEST)
    if whole is not None:
        return bytes(whole)
    with tree.open(path) as file:
        return file.read(LARGEST + 1)


def _tell(refused: Refused, path: str, report: Report) -> None:
    if refused.reason == "doctype":
        report.error(
            "TT05-DOCTYPE", path, _("The file declares a document type or entities, which can smuggle in foreign content.")
        )
    elif refused.reason == "size":
        report.error("TT05-XML-SIZE", path, _("The file is too large to be read."))
    else:
        report.error("TT05-XML", path, _("The file is not well-formed XML: {detail}").format(detail=refused.detail[:200]))


def read_mets(tree: Tree, path: str, report: Report, noted: Noted | None = None) -> MetsFile | None:
    root = read_xml(tree, path, report, noted, blanks=False)
    if root is None:
        return None
    if root.tag != f"{{{METS}}}mets":
        report.error("CSIP117", path, _("The file is not METS."))
        return None
    return MetsFile(path, root, list(_references(root, path)))


def _references(root: etree._Element, mets_path: str) -> Iterator[Reference]:
    for section in ("dmdSec", "amdSec"):
        for element in root.iterfind(f"{{{METS}}}{section}//{{{METS}}}mdRef"):
            holder = element.getparent()
            identifier, part = (holder.get("ID"), etree.QName(holder).localname) if holder is not None else (None, "")
            yield _reference(element, element, mets_path, section, identifier, part=part)
    for group in root.iterfind(f"{{{METS}}}fileSec//{{{METS}}}fileGrp"):
        for file in _files(group):
            for place in file.iterchildren(f"{{{METS}}}FLocat"):
                yield _reference(file, place, mets_path, "fileSec", file.get("ID"), group.get("USE") or "", "file")


def _files(holder: etree._Element) -> Iterator[etree._Element]:
    """The files of a group; METS lets files lie within files, e.g. within an archive."""
    for file in holder.iterchildren(f"{{{METS}}}file"):
        yield file
        yield from _files(file)


def _reference(
    element: etree._Element,
    pointer: etree._Element,
    mets_path: str,
    section: str,
    identifier: str | None,
    use: str = "",
    part: str = "",
) -> Reference:
    address = pointer.get(HREF) or ""
    where = f"{mets_path}#{identifier}" if identifier else mets_path
    told = element.get
    return Reference(
        where, address, resolve(mets_path, address), section, identifier or "", sys.intern(use), part,
        told("SIZE") or "", told("CHECKSUM") or "", sys.intern(told("CHECKSUMTYPE") or ""), sys.intern(told("MIMETYPE") or ""),
    )  # fmt: skip


def resolve(mets_path: str, address: str) -> str | None:
    """The file that an address means, relative to the package; None when it leads out of it."""
    relative = _BY_PROTOCOL.sub("", address.strip())
    folder = posixpath.dirname(mets_path)
    if _SIMPLE.fullmatch(relative) and "." not in folder and "//" not in folder:
        return f"{folder}/{relative}" if folder else relative
    if not relative or _OUTSIDE.match(relative):
        return None
    joined = posixpath.normpath(posixpath.join(folder, path_of(relative)))
    return None if joined.startswith(("..", "/")) or "\0" in joined else joined
