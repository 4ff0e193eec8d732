"""E-ARK packages: EAD3 as we write it with all fields, foreign EAD3 and EAD 2002 by their own elements, else files alone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from lxml import etree

from app.package.checks.reading import HREF, read_xml
from app.package.eark_records import DATES, EAD3, FIELDS, TITLES
from app.package.names import path_of
from app.package.reading.model import ReadDocument, ReadFile, ReadPackage
from app.package.reading.pointers import Pointers, pointers_of
from app.package.report import Report
from app.package.tree import Tree

E = {"e": EAD3}
MOST_PARTS = 10_000
EAD2002 = "urn:isbn:1-931666-22-9"


def read_eark(tree: Tree) -> ReadPackage | None:
    """None when there is no METS at the top."""
    root = pointers_of(tree, "METS.xml")
    if root is None:
        return None
    mimes = dict(root.mimes)
    for path in tree.sizes:
        if path.startswith("representations/") and path.count("/") == 2 and path.endswith("/METS.xml"):
            part = pointers_of(tree, path)
            mimes |= part.mimes if part else {}
    described = _description(tree, root)
    kind = {"SIP": "eark-sip", "DIP": "eark-dip"}.get(root.oais.upper(), "eark-aip")
    names = [n for n in root.mets.find("metsHdr/agent[@TYPE='ORGANIZATION']/name") if (n.text or "").strip()]
    dossier = _dossier(described, root)
    documents = _components(described, tree, mimes) if described is not None else []
    if not documents:
        documents = _files_alone(tree, mimes)
    return ReadPackage(
        kind=kind,
        objid=root.mets.objid,
        record_status=root.record_status,
        fonds_code=root.note("IDENTIFICATIONCODE"),
        organisation=(names[0].text or "").strip() if names else "",
        dossier=dossier,
        documents=documents,
        relatives=_relatives(root),
    )


def _relatives(root: Pointers) -> list[str]:
    """The other parts by the maps beside that of CSIP; foreign packages write the OBJID as it is or as urn:uuid."""
    pointers = root.mets.find("structMap[not(@LABEL='CSIP')]//mptr")
    told = [pointer.get(HREF) or "" for pointer in pointers if pointer.get("LOCTYPE") in ("OTHER", "URN")]
    return [each.removeprefix("urn:").replace(":", "-") if each.startswith("urn:uuid:") else each for each in told if each][
        :MOST_PARTS
    ]


def _description(tree: Tree, root: Pointers) -> etree._Element | None:
    for path in sorted(root.paths.values()):
        if path.startswith("metadata/descriptive/"):
            found = read_xml(tree, path, Report(Path(path)))
            if found is not None and etree.QName(found).namespace in (EAD3, EAD2002):
                return found
    return None


def _dossier(described: etree._Element | None, root: Pointers) -> dict[str, str]:
    if described is None:
        return {"title": root.mets.root.get("LABEL") or root.mets.objid}
    top = described.find("{*}archdesc")
    values = _all_fields(top) if top is not None else {}
    if not values and top is not None:
        values = {"fileCode": _text(top, "{*}did/{*}unitid"), "title": _text(top, "{*}did/{*}unittitle")}
    return values


def _components(described: etree._Element, tree: Tree, mimes: Mapping[str, str]) -> list[ReadDocument]:
    found = []
    for number, component in enumerate(described.iter("{*}c"), 1):
        did = component.find("{*}did")
        if did is None:
            continue
        files: dict[str, list[ReadFile]] = {}
        for dao in did.findall("{*}dao"):
            path = path_of(dao.get("href") or "")
            if path in tree.sizes:
                files.setdefault(dao.get("localtype") or "main", []).append(
                    ReadFile(path, PurePosixPath(path).name, mimes.get(path, ""))
                )
        if not files:
            continue
        record, values = _record(component)
        if not values:
            title, day = TITLES[record], DATES[record]
            values = {title: _text(did, "{*}unittitle"), day: _text(did, "{*}unitdate"), "docCode": _text(did, "{*}unitid")}
        main = files.get("main") or files.get("original") or next(iter(files.values()))
        found.append(
            ReadDocument(
                uuid=_uuid(did),
                ordinal=int(values["docOrdinal"]) if (values.get("docOrdinal") or "").isdigit() else number,
                record=record,
                fields={name: value for name, value in values.items() if value},
                file=main[0],
                attachments=files.get("attachment", []),
                original=files["original"][0] if "original" in files and "main" in files else None,
            )
        )
    return found


def _files_alone(tree: Tree, mimes: Mapping[str, str]) -> list[ReadDocument]:
    """Every file of the data as a document of its own, of the last representation: the first one of a foreign package is its source."""
    names = sorted({p.split("/")[1] for p in tree.sizes if p.startswith("representations/") and "/data/" in p})
    chosen = names[-1] if names else ""
    paths = sorted(p for p in tree.sizes if p.startswith(f"representations/{chosen}/data/"))
    return [
        ReadDocument(
            ordinal=n, fields={"subject": PurePosixPath(p).stem}, file=ReadFile(p, PurePosixPath(p).name, mimes.get(p, ""))
        )
        for n, p in enumerate(paths, 1)
    ]


def _record(component: etree._Element) -> tuple[str, dict[str, str]]:
    for odd in component.findall("{*}odd"):
        sort = (odd.get("localtype") or "").partition(f"{FIELDS}/")[2]
        if sort in TITLES:
            return sort, _all_fields(component)
    return "doc", {}


def _all_fields(parent: etree._Element) -> dict[str, str]:
    for odd in parent.findall("{*}odd"):
        if (odd.get("localtype") or "").startswith(FIELDS):
            return {_text(row, "{*}label"): _text(row, "{*}item") for row in odd.iter("{*}defitem") if _text(row, "{*}label")}
    return {}


def _uuid(did: etree._Element) -> str:
    for unit in did.findall("{*}unitid"):
        if unit.get("localtype") == "uuid":
            try:
                return str(uuid.UUID((unit.text or "").strip()))
            except ValueError:
                return ""
    return ""


def _text(parent: etree._Element, path: str) -> str:
    found = parent.find(path)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""  # type: ignore[arg-type]
