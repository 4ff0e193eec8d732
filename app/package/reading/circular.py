"""Packages of Thông tư 05/2025 in both dialects; the order of elements in their descriptions does not matter."""

from __future__ import annotations

import re
import uuid
from pathlib import Path, PurePosixPath

from app.package.checks.reading import read_xml
from app.package.profiles import Kind, kinds
from app.package.reading.model import ReadDocument, ReadFile, ReadPackage
from app.package.reading.pointers import Pointers, pointers_of
from app.package.report import Report
from app.package.tree import BROKEN, Tree

EAD = "metadata/descriptive/EAD.xml"
_OF = re.compile(r"(?:EAD|ead)_(doc|pic|media)_(.*)\.xml", re.IGNORECASE)
_ID = re.compile(r"ID-([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})")
_FETCH = ".fetch.txt"
_ATTACHED = re.compile(r".*_dk\d\d_(.+)")
_AIP_OBJID = re.compile(r"urn:(.+):uuid-[0-9A-Fa-f-]{36}")


def read_circular(tree: Tree) -> ReadPackage | None:
    """None when the dossier's description is not there or the kind cannot be told."""
    whole = _record(tree, EAD) or _record(tree, next((p for p in tree.sizes if p.casefold() == EAD.casefold()), ""))
    root = pointers_of(tree, "METS.xml")
    if whole is None:
        return None
    kind = _kind(root, whole)
    if kind is None:
        return None
    documents = _documents(tree)
    objid = root.mets.objid if root else ""
    told = _AIP_OBJID.fullmatch(objid)
    fonds = told[1] if told else (root.note("IDENTIFICATIONCODE") if root else "")
    return ReadPackage(
        kind=kind.name,
        objid=objid,
        record_status=root.record_status if root else "NEW",
        fonds_code=fonds or _rep_note(tree),
        organisation=_organisation(tree),
        dossier=whole,
        documents=documents,
    )


def _kind(root: Pointers | None, whole: dict[str, str]) -> Kind | None:
    oais = (root.oais if root else "") or ("AIP" if "arcFileCode" in whole else "SIP")
    if oais == "DIP":
        return kinds()["dip"]
    collection = root is not None and (root.mets.root.get("TYPE") or "").casefold() == "collection"
    loose = "source" in whole or (not {"startDate", "maintenance"} & set(whole) and collection)
    return kinds().get(f"{oais.lower()}-{'tailieu' if loose else 'hoso'}")


def _documents(tree: Tree) -> list[ReadDocument]:
    found: list[ReadDocument] = []
    used: set[str] = set()
    for path in sorted({"/".join(p.split("/")[:2]) for p in tree.sizes if p.startswith("representations/")}):
        pointers = pointers_of(tree, f"{path}/METS.xml")
        if pointers is not None:
            for link in pointers.links():
                for described in link.descriptions:
                    if described not in used and _OF.fullmatch(PurePosixPath(described).name):
                        used.add(described)
                        one = _document(tree, pointers, described, link.files[:1], link.ids[:1], link.attached, len(found) + 1)
                        found += [one] if one is not None else []
        # What no METS joins is joined by its name: such packages are met in the field.
        for described in sorted(p for p in tree.sizes if p.startswith(f"{path}/metadata/descriptive/") and p not in used):
            match = _OF.fullmatch(PurePosixPath(described).name)
            if match:
                files = [p for p in tree.sizes if p.startswith(f"{path}/data/") and _stem(p) == match[2]]
                one = _document(tree, pointers, described, files[:1], [], [], len(found) + 1)
                found += [one] if one is not None else []
    return found


def _document(
    tree: Tree, pointers: Pointers | None, described: str, files: list[str], ids: list[str], attached: list[str], number: int
) -> ReadDocument | None:
    values = _record(tree, described)
    if values is None:
        return None
    match = _OF.fullmatch(PurePosixPath(described).name)
    record = match[1].lower() if match else "doc"
    mimes = pointers.mimes if pointers else {}
    path = files[0] if files else ""
    own = _ID.fullmatch(ids[0]) if ids else None
    linked = _told(tree, path) if path.endswith(_FETCH) else ""
    beside = [ReadFile(p, _attached_name(p), mimes.get(p, "")) for p in attached]
    file = ReadFile(path, PurePosixPath(path).name, mimes.get(path, "")) if path and not linked else None
    return ReadDocument(
        uuid=str(uuid.UUID(own[1])) if own else "",
        ordinal=_ordinal(values) or number,
        record=record,
        fields=values,
        file=file,
        attachments=beside,
        linked=linked,
    )


def _record(tree: Tree, path: str) -> dict[str, str] | None:
    root = read_xml(tree, path, Report(Path(path or "EAD.xml")))
    if root is None or root.tag != "simpledc":
        return None
    return {str(child.tag): (child.text or "").strip() for child in root if isinstance(child.tag, str)}


def _ordinal(values: dict[str, str]) -> int:
    told = values.get("docOrdinal") or (values.get("docCode") or values.get("arcDocCode") or "")[-7:]
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0


def _stem(path: str) -> str:
    name = PurePosixPath(path).name.removesuffix(_FETCH)
    return name.rpartition(".")[0] or name


def _attached_name(path: str) -> str:
    name = PurePosixPath(path).name
    match = _ATTACHED.fullmatch(name)
    return match[1] if match else name


def _told(tree: Tree, path: str) -> str:
    """The document that a pointer means: the last word of its line."""
    try:
        with tree.open(path) as file:
            words = file.read(4096).decode("utf-8", "replace").split()
    except BROKEN:
        return ""
    return words[-1] if words else ""


def _rep_note(tree: Tree) -> str:
    part = pointers_of(tree, "representations/rep1/METS.xml")
    return part.note("IDENTIFICATIONCODE") if part else ""


def _organisation(tree: Tree) -> str:
    part = pointers_of(tree, "representations/rep1/METS.xml")
    names = part.mets.find("metsHdr/agent[@TYPE='ORGANIZATION']/name") if part else []
    return (names[0].text or "").strip() if names else ""
