"""What a BagIt bag (RFC 8493) of a dossier will hold: the files in `data/`, their descriptions, manifests that are known beforehand."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence

from app.package import plan
from app.package.model import PackageInput
from app.package.names import distinct, safe_name
from app.package.plan import Member, Plan, ours
from app.package.xml import text

VERSION = "1.0"
DESCRIPTION = "metadata/description.json"


def make_plan(package: PackageInput) -> Plan:
    """The files of the bag. Raises AppError `package.empty`, `package.duplicate`.

    The fields of the dossier and its documents stand in the tag file `metadata/description.json`.
    """
    plan.refuse_empty(package)
    payload, rows = _payload(package)
    for number, each in enumerate(package.documentation, 1):
        payload.append(
            Member(f"data/documentation/{number:02d}_{safe_name(_plain_name(each.name))}", each.size, each.sha256, file=each)
        )
    told = {
        "kind": "dossier", "fonds": package.fonds_code, "organisation": package.organisation,
        "recordStatus": package.record_status, "created": package.created.isoformat(), "dossier": _plain(package.dossier),
        "documents": rows,
    }  # fmt: skip
    if package.segment:
        told["segment"] = {"number": package.segment.number, "of": package.segment.of, "parts": list(package.segment.parts)}
    tags = [
        ours("bagit.txt", f"BagIt-Version: {VERSION}\nTag-File-Character-Encoding: UTF-8\n".encode()),
        ours("bag-info.txt", _info(package, payload)),
        ours(DESCRIPTION, json.dumps(told, ensure_ascii=False, indent=1).encode()),
        ours("manifest-sha256.txt", _manifest(payload)),
    ]
    tags.append(ours("tagmanifest-sha256.txt", _manifest(tags)))
    identifier = f"uuid-{str(uuid.UUID(package.uuid)).upper()}"
    folder = safe_name(f"{package.dossier.get('fileCode') or 'bag'}_{identifier[5:13].lower()}")
    return Plan(identifier, folder, f"{folder}.zip", [*tags, *payload])


def _payload(package: PackageInput) -> tuple[list[Member], list[dict[str, object]]]:
    members: list[Member] = []
    rows: list[dict[str, object]] = []
    names = distinct(_plain_name(document.name) for document in package.documents)
    for document, name in zip(package.documents, names, strict=True):
        stem = name.rpartition(".")[0] or name
        member = Member(f"data/{name}", document.size, document.sha256, file=document)
        own = [safe_name(f"{n:02d}_{_plain_name(each.name)}") for n, each in enumerate(document.attachments, 1)]
        attached = [
            Member(f"data/{stem}_dk/{name_in}", each.size, each.sha256, file=each)
            for each, name_in in zip(document.attachments, own, strict=True)
        ]
        beside = list(zip(attached, document.attachments, strict=True))
        row: dict[str, object] = {
            "uuid": document.uuid,
            "ordinal": document.ordinal,
            "record": document.record,
            "file": member.path,
            "name": document.name,
            "mime": document.mime,
            "puid": document.puid,
            "attachments": [{"file": at.path, "name": file.name, "mime": file.mime} for at, file in beside],
            "fields": _plain(document.fields),
        }
        members += [member, *attached]
        if document.original is not None:
            original = document.original
            first = Member(f"data/original/{document.ordinal:04d}_{safe_name(_plain_name(original.name))}", original.size, original.sha256,
                           file=original)  # fmt: skip
            row["original"] = {"file": first.path, "name": original.name, "mime": original.mime}
            members.append(first)
        rows.append(row)
    return members, rows


def _plain(values: Mapping[str, str]) -> dict[str, str]:
    return {name: text(value) for name, value in values.items() if text(value)}


def _info(package: PackageInput, payload: Sequence[Member]) -> bytes:
    total = sum(member.size for member in payload)
    rows = [
        ("Source-Organization", package.organisation or package.fonds_code),
        ("Organization-Identifier", package.fonds_code),
        ("Contact-Name", package.packer),
        ("External-Identifier", package.dossier.get("fileCode") or ""),
        ("External-Description", package.dossier.get("title") or ""),
        ("Bagging-Date", package.created.date().isoformat()),
        ("Bag-Software-Agent", f"{package.software.name} {package.software.version}"),
        ("Payload-Oxum", f"{total}.{len(payload)}"),
    ]
    if package.segment:
        rows += [
            ("Bag-Count", f"{package.segment.number} of {package.segment.of}"),
            ("Bag-Group-Identifier", package.segment.parent),
        ]
    told = [f"{name}: {' '.join(text(value).split())}" for name, value in rows if text(value)]
    return ("\n".join(told) + "\n").encode()


def _manifest(members: Sequence[Member]) -> bytes:
    """`<digest>  <path>` a line (RFC 8493, 2.1.3)."""
    return "".join(f"{member.sha256.lower()}  {member.path}\n" for member in members).encode()


def _plain_name(name: str) -> str:
    """Without the percent sign: the RFC wants it encoded in manifests, and widely used readers do not decode it."""
    return name.replace("%", "_")
