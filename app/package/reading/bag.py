"""BagIt bags: ours with all fields, foreign ones as files."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from app.package.bag import DESCRIPTION
from app.package.reading.model import ReadDocument, ReadFile, ReadPackage
from app.package.tree import BROKEN, Tree
from app.package.xml import LARGEST


def read_bag(tree: Tree) -> ReadPackage | None:
    """None when the tree is no bag."""
    if "bagit.txt" not in tree.sizes:
        return None
    told = _told(tree)
    if told is not None:
        return told
    info = _info(tree)
    paths = sorted(p for p in tree.sizes if p.startswith("data/"))
    documents = [
        ReadDocument(ordinal=n, fields={"subject": PurePosixPath(p).stem}, file=ReadFile(p, PurePosixPath(p).name))
        for n, p in enumerate(paths, 1)
    ]
    title = info.get("external-description") or info.get("external-identifier") or tree.name
    return ReadPackage(
        kind="bagit",
        objid=info.get("external-identifier", ""),
        organisation=info.get("source-organization", ""),
        dossier={"fileCode": info.get("external-identifier", ""), "title": title},
        documents=documents,
    )


def _told(tree: Tree) -> ReadPackage | None:
    """Our own description; None where it is not there or says nothing sound."""
    try:
        with tree.open(DESCRIPTION) as file:
            told: Any = json.loads(file.read(LARGEST))
        documents = [_document(tree, row, number) for number, row in enumerate(told["documents"], 1)]
        dossier = _words(told["dossier"])
        return ReadPackage(
            kind="bagit",
            objid=dossier.get("fileCode", ""),
            record_status=str(told.get("recordStatus") or "NEW"),
            fonds_code=str(told.get("fonds") or ""),
            organisation=str(told.get("organisation") or ""),
            dossier=dossier,
            documents=documents,
        )
    except (*BROKEN, KeyError, TypeError, AttributeError):
        return None


def _document(tree: Tree, row: Mapping[str, Any], number: int) -> ReadDocument:
    record = row.get("record", "doc")
    return ReadDocument(
        uuid=str(uuid.UUID(row["uuid"])),
        ordinal=int(row.get("ordinal") or number),
        record=record if record in ("doc", "pic", "media") else "doc",
        fields=_words(row["fields"]),
        file=_file(tree, row),
        attachments=[found for each in row.get("attachments", []) if (found := _file(tree, each)) is not None],
        original=_file(tree, row["original"]) if "original" in row else None,
    )


def _file(tree: Tree, row: Mapping[str, Any]) -> ReadFile | None:
    path = str(row["file"])
    return (
        ReadFile(path, str(row.get("name") or PurePosixPath(path).name), str(row.get("mime") or ""))
        if path in tree.sizes
        else None
    )


def _words(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in values.items()}


def _info(tree: Tree) -> dict[str, str]:
    """bag-info.txt: label → value, labels in lower case, continued lines joined (RFC 8493, 2.2.2)."""
    try:
        with tree.open("bag-info.txt") as file:
            lines = file.read(1 << 20).decode("utf-8", "replace").splitlines()
    except (*BROKEN, KeyError):
        return {}
    found: dict[str, str] = {}
    label = ""
    for line in lines:
        if line[:1] in (" ", "\t") and label:
            found[label] += f" {line.strip()}"
        elif ":" in line:
            label = line.partition(":")[0].strip().casefold()
            found[label] = line.partition(":")[2].strip()
    return found
