"""The shape of Thông tư 02/2019/TT-BNV, abolished but most of what exists: XML records with its field names, files beside them.

Programs wrote one record a file or all in one, under element names of their own; a record is an element whose children have the
circular's names (`FileNotation` … of a dossier, `DocOrdinal` … of a document). Files are found by the document's code or by a path.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from lxml import etree

from app.package.checks.reading import read_xml
from app.package.fields import code_for
from app.package.reading.model import ReadDocument, ReadFile, ReadPackage
from app.package.report import Report
from app.package.tree import Tree

# name in TT02 (folded) → name in TT05
DOSSIER = {
    "title": "title", "maintenance": "maintenance", "rights": "mode", "language": "language", "startdate": "startDate",
    "enddate": "endDate", "totaldoc": "totalDoc", "description": "description", "inforsign": "inforSign", "keyword": "keyword",
    "sheetnumber": "numberOfPaper", "numbersheet": "numberOfPaper", "pagenumber": "numberOfPage", "format": "format",
}  # fmt: skip
DOCUMENT = {
    "docordinal": "docOrdinal", "typename": "typeName", "codenumber": "codeNumber", "codenotation": "codeNotation",
    "issueddate": "issuedDate", "organname": "organName", "subject": "subject", "language": "language", "pageamount": "numberOfPage",
    "description": "description", "inforsign": "inforSign", "keyword": "keyword", "mode": "mode",
    "confidencelevel": "confidenceLevel", "autograph": "autograph", "format": "format",
}  # fmt: skip
PICTURE = {
    "archivesnumber": "archivesNumber", "inforsign": "inforSign", "eventname": "eventName", "imagetitle": "imageTitle",
    "description": "description", "photographer": "photographer", "photoplace": "photoPlace", "phototime": "photoTime",
    "colour": "colour", "filmsize": "filmSize", "docattached": "docAttached", "mode": "mode", "format": "format",
}  # fmt: skip
MEDIA = {
    "archivesnumber": "archivesNumber", "inforsign": "inforSign", "eventname": "eventName", "movietitle": "movieTitle",
    "description": "description", "recorder": "recorder", "recordplace": "recordPlace", "recorddate": "recordDate",
    "language": "language", "playtime": "playTime", "docattached": "docAttached", "mode": "mode", "quality": "quality",
    "format": "format",
}  # fmt: skip
CODED = ("typeName", "maintenance", "language", "mode", "format", "confidenceLevel", "colour")  # words in TT02, codes in TT05
GROUP = ("identifier", "organid", "filecatalog", "filenotation")
PATHS = ("path", "filepath", "filename", "href", "duongdan")


def read_older(tree: Tree) -> ReadPackage | None:
    """None when no XML of the tree holds a dossier's record of the older circular."""
    dossier: dict[str, str] = {}
    fonds = ""
    documents: list[ReadDocument] = []
    for path in sorted(p for p in tree.sizes if p.casefold().endswith(".xml")):
        root = read_xml(tree, path, Report(Path(path)))
        for record in _records(root) if root is not None else ():
            if "docordinal" in record or "imagetitle" in record or "movietitle" in record:
                documents.append(_document(tree, record, len(documents) + 1))
            elif "filenotation" in record and "title" in record and not dossier:
                dossier = _mapped(record, DOSSIER)
                dossier["fileCode"] = _code(record)
                fonds = record.get("organid", "")
    if not dossier:
        return None
    return ReadPackage(kind="tt02", objid=dossier["fileCode"], fonds_code=fonds, dossier=dossier, documents=documents)


def _records(root: etree._Element) -> Iterator[dict[str, str]]:
    """Elements whose children are plain values, as {folded name: value}; a code group counts as the record's own values."""
    for element in root.iter(etree.Element):
        values: dict[str, str] = {}
        for child in element.iterchildren(etree.Element):
            name = etree.QName(child).localname.casefold()
            if len(child) == 0:
                values[name] = (child.text or "").strip()
            elif name in ("filecode", "doccode"):
                values |= {
                    etree.QName(c).localname.casefold(): (c.text or "").strip() for c in child.iterchildren(etree.Element)
                }
        if {"title", "docordinal", "imagetitle", "movietitle"} & set(values):
            yield values


def _mapped(record: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    found = {ours: record[theirs] for theirs, ours in names.items() if record.get(theirs)}
    for name in CODED:
        if name in found:
            found[name] = code_for(name, found[name]) or ("32" if name == "typeName" else found[name])
    return found


def _code(record: Mapping[str, str]) -> str:
    whole = ".".join(filter(None, (record.get(part, "") for part in GROUP)))
    return record.get("filecode") or whole


def _document(tree: Tree, record: Mapping[str, str], number: int) -> ReadDocument:
    sort, names = (
        ("pic", PICTURE) if "imagetitle" in record else ("media", MEDIA) if "movietitle" in record else ("doc", DOCUMENT)
    )
    values = _mapped(record, names)
    code = record.get("doccode", "")
    values |= {"docCode": code} if code else {}
    ordinal = int(record["docordinal"]) if record.get("docordinal", "").isdigit() else number
    return ReadDocument(ordinal=ordinal, record=sort, fields=values, file=_file(tree, record, code, ordinal))


def _file(tree: Tree, record: Mapping[str, str], code: str, ordinal: int) -> ReadFile | None:
    """By the path that the record names, by the document's code, or by `<dossier code>.<ordinal>.pdf`."""
    told = next((record[name] for name in PATHS if record.get(name)), "").replace("\\", "/")
    wanted = {PurePosixPath(told).name.casefold()} if told else set()
    stems = {stem.casefold() for stem in (code, f"{_code(record)}.{ordinal}", f"{_code(record)}.{ordinal:03d}") if stem}
    for path in sorted(tree.sizes):
        name = PurePosixPath(path)
        if name.suffix.casefold() != ".xml" and (name.name.casefold() in wanted or name.stem.casefold() in stems):
            return ReadFile(path, name.name)
    return None
