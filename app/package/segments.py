"""A dossier that is larger than an archive takes in one package: its parts, each a whole package of its own.

The first part is the parent and a new package; the others supplement it. Every part tells in `documentation/segments.json` which
ones belong together and in which order (CSIP, "Handling large packages": parent and children know each other by OBJID).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.errors import AppError
from app.i18n import _
from app.package.model import DocumentInput, PackageInput, Segment

SMALLEST = 1 << 20  # bytes: below it the descriptions alone would fill a part
PER_DOCUMENT = 4096  # bytes of description that a document brings along
FRAME = 512 << 10  # bytes of METS, schemas and the rest
_SIZE = re.compile(r"(\d+)\s*([kmg]?)b?", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


def size_of(words: str) -> int:
    """Bytes of "500MB", "2g", "1000000". Raises AppError `package.segment`."""
    match = _SIZE.fullmatch(words.strip())
    size = int(match[1]) * _UNITS[match[2].lower()] if match else 0
    if size < SMALLEST:
        raise AppError(
            "package.segment",
            _("A package can't be cut into parts of “{size}”.").format(size=words),
            _("Give a size of 1 MB or more, for example 500MB or 4GB."),
        )
    return size


def split(package: PackageInput, limit: int) -> list[PackageInput]:
    """The parts of a package, none larger than `limit` bytes; the package itself when it is small enough.

    A document is never cut in two. Raises AppError `package.segment` when one alone is larger than the limit.
    """
    groups = _groups(package.documents, limit)
    if len(groups) < 2:
        return [package]
    base = uuid.UUID(package.uuid)
    uuids = [package.uuid, *(str(uuid.uuid5(base, f"segment:{n}")) for n in range(2, len(groups) + 1))]
    return [
        replace(
            package,
            uuid=own,
            documents=group,
            dossier=_counted(package.dossier, group),
            record_status=package.record_status if number == 1 else "SUPPLEMENT",
            segment=Segment(number=number, of=len(groups), parent=uuids[0], parts=uuids),
            ordinal=package.ordinal + number - 1,
        )
        for number, (own, group) in enumerate(zip(uuids, groups, strict=True), 1)
    ]


def told(package: PackageInput) -> bytes:
    """The content of documentation/segments.json."""
    segment = package.segment
    assert segment is not None  # noqa: S101 - asked for parts only
    words = {"number": segment.number, "of": segment.of, "parent": segment.parent, "parts": list(segment.parts)}
    return json.dumps(words, indent=1).encode()


def _groups(documents: Sequence[DocumentInput], limit: int) -> list[list[DocumentInput]]:
    groups: list[list[DocumentInput]] = [[]]
    filled = FRAME
    for document in documents:
        size = weight(document)
        if size + FRAME > limit:
            raise AppError(
                "package.segment",
                _("The document “{name}” alone is larger than a part may be.").format(name=document.name),
                _("Choose a larger size of the parts."),
            )
        if groups[-1] and filled + size > limit:
            groups.append([])
            filled = FRAME
        groups[-1].append(document)
        filled += size
    return groups


def weight(document: DocumentInput) -> int:
    """Bytes that a document takes in a package: its files and what is said of them."""
    held = sum(each.size for each in document.attachments) + (document.original.size if document.original else 0)
    return (0 if document.linked else document.size) + held + PER_DOCUMENT


def _counted(dossier: Mapping[str, str], group: Sequence[DocumentInput]) -> dict[str, str]:
    """A part counts what it holds: the receiving archive compares."""
    return {**dossier, "totalDoc": str(len(group))} if dossier.get("totalDoc") else dict(dossier)
