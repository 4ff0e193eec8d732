"""What the METS files of a package say of each other's parts: identifiers, files, which description belongs to which file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.package.checks.reading import MetsFile, read_mets
from app.package.report import Report
from app.package.tree import Tree
from app.package.xml import CSIP, METS

M = f"{{{METS}}}"


@dataclass(slots=True)
class Link:
    """One part of the structural map that joins descriptions and files. Paths are relative to the package."""

    label: str
    descriptions: list[str]
    files: list[str]
    ids: list[str]  # of the files in METS
    attached: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pointers:
    """A METS file with its references found."""

    mets: MetsFile
    paths: dict[str, str] = field(default_factory=dict)  # ID → path
    mimes: dict[str, str] = field(default_factory=dict)  # path → media type
    uses: dict[str, list[str]] = field(default_factory=dict)  # USE of the file group → paths

    @property
    def record_status(self) -> str:
        return (self.mets.find("metsHdr") or [self.mets.root])[0].get("RECORDSTATUS") or "NEW"

    @property
    def oais(self) -> str:
        return (self.mets.find("metsHdr") or [self.mets.root])[0].get(f"{{{CSIP}}}OAISPACKAGETYPE") or ""

    def note(self, kind: str) -> str:
        """The first note of this type in the header."""
        for note in self.mets.find("metsHdr/agent/note"):
            if note.get(f"{{{CSIP}}}NOTETYPE") == kind and (note.text or "").strip():
                return (note.text or "").strip()
        return ""

    def links(self) -> Iterator[Link]:
        """The divisions that name a description or a file, in order."""
        for div in self.mets.find("//div"):
            own = [p.get("FILEID") or "" for p in div.findall(f"{M}fptr")]
            described = (div.get("DMDID") or "").split()
            beside = [
                pointer.get("FILEID") or ""
                for inner in div.findall(f"{M}div")
                if inner.get("LABEL") == "AttachmentFile"
                for pointer in inner.findall(f"{M}fptr")
            ]
            if described and own:
                yield Link(
                    div.get("LABEL") or "",
                    [self.paths[i] for i in described if i in self.paths],
                    [self.paths[i] for i in own if i in self.paths],
                    [i for i in own if i in self.paths],
                    [self.paths[i] for i in beside if i in self.paths],
                )


def pointers_of(tree: Tree, path: str) -> Pointers | None:
    """None where there is no such METS or it cannot be read."""
    mets = read_mets(tree, path, Report(Path(path)))
    if mets is None:
        return None
    found = Pointers(mets)
    for reference in mets.references:
        if reference.path is None or reference.path not in tree.sizes:
            continue
        found.paths[reference.id] = reference.path
        found.mimes[reference.path] = reference.mime
        if reference.use:
            found.uses.setdefault(reference.use, []).append(reference.path)
    return found
