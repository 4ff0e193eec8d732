"""What an E-ARK package (SIP, AIP, DIP; CSIP 2.0.4, 2.1, 2.2) will hold, file by file, before a byte is written."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from app.errors import AppError
from app.i18n import _
from app.package import ead, eark_mets, eark_records, plan, premis
from app.package.eark_mets import Description, Piece, Writer
from app.package.ids import Ids, document_id
from app.package.mets import Entry
from app.package.model import DocumentInput, FileInput, PackageInput
from app.package.names import distinct
from app.package.plan import Member, Plan, ours, proven
from app.package.profiles import FOLDER
from app.package.xml import serialise, text

VERSIONS = ("2.0.4", "2.1", "2.2")
DEFAULT = "2.1"
KINDS = ("eark-sip", "eark-aip", "eark-dip")
SCHEMA_FILES = (
    "mets.xsd", "xlink.xsd", "DILCISExtensionMETS.xsd", "DILCISExtensionSIPMETS.xsd", "ead3.xsd", "oai_dc.xsd", "dc.xsd", "premis.xsd",
)  # fmt: skip
XML = "application/xml"


@dataclass(slots=True, frozen=True)
class _Held:
    """A document's file in one representation; `document` is the file as PREMIS tells of it."""

    document: DocumentInput
    member: Member
    described: Member | None = None


def make_plan(package: PackageInput, version: str) -> Plan:
    """The files of the package. Raises AppError `package.empty`, `package.duplicate`, `package.version`, `package.kind`."""
    profile, oais = _profile(version), _kinds(package.kind)["oais"]
    plan.refuse_empty(package)
    ids = Ids(uuid.UUID(package.uuid))
    objid = eark_mets.objid_of(package.uuid)
    writer = Writer(package, oais, profile[oais], ids, objid)
    representations = _representations(package)
    schemas = [ours(f"schemas/{name}", ead.schema_bytes(name)) for name in SCHEMA_FILES]
    papers = [*plan.documentation(package), ours("documentation/contents.txt", _contents(package))]
    described = ours(
        "metadata/descriptive/EAD.xml",
        proven(serialise(eark_records.ead3(package, objid, _paths(package, representations), "../../schemas")), "ead3.xsd"),
    )
    placed = [premis.Placed(held.document, held.member.path) for row in representations.values() for held in row]
    told = ours(
        "metadata/preservation/PREMIS.xml",
        proven(premis.package_premis(package, objid, placed, ids, tuple(representations)).content(), "premis.xsd"),
    )
    parts = [_representation(writer, profile["csip"], name, row) for name, row in representations.items()]
    root = eark_mets.root_mets(
        writer,
        [Description(_entry(ids, described), "EAD", "EAD3")],
        Description(_entry(ids, told), "PREMIS", "3.0"),
        [_entry(ids, each) for each in schemas],
        [_entry(ids, each, _mime(each)) for each in papers],
        [_entry(ids, part[0]) for part in parts],
        one_group=profile["one_group"],
    )
    members = [ours("METS.xml", proven(serialise(root), "mets-csip.xsd")), described, told, *schemas, *papers]
    members += [each for part in parts for each in part]
    members += [held.member for row in representations.values() for held in row]
    return Plan(objid, objid, f"{objid}.zip", members)


def _representations(package: PackageInput) -> dict[str, list[_Held]]:
    """rep1 holds the files as they came in, where they are at hand, and the attachments; rep2 what was made of them."""
    originals = any(document.original for document in package.documents)
    found: dict[str, list[_Held]] = {"rep1": [], **({"rep2": []} if originals else {})}
    for name in found:
        first = name == "rep1"
        taken = [each for document in package.documents for each in _of(document, first, originals)]
        names = distinct(each.name for each in taken)
        for each, own in zip(taken, names, strict=True):
            base = f"representations/{name}"
            member = Member(f"{base}/data/{own}", each.size, each.sha256, file=each)
            described = None
            if each.fields:
                stem = own.rpartition(".")[0] or own
                record = proven(serialise(eark_records.dublin_core(each, "../../../../schemas")), "oai_dc.xsd")
                described = ours(f"{base}/metadata/descriptive/DC_{stem}.xml", record)
            found[name].append(_Held(each, member, described))
    return {name: row for name, row in found.items() if row}


def _of(document: DocumentInput, first: bool, originals: bool) -> list[DocumentInput]:
    """What of a document lies in a representation; only its own file carries the fields."""
    made = []
    if originals and first:
        if document.original is not None:
            made.append(_beside(document, "original", document.original))
    else:
        made.append(document)
    if first:
        made += [_beside(document, f"attachment:{n}", each) for n, each in enumerate(document.attachments, 1)]
    return made


def _beside(document: DocumentInput, role: str, file: FileInput) -> DocumentInput:
    own = str(uuid.uuid5(uuid.UUID(document.uuid), role))
    return replace(plan.beside(document, file), uuid=own)


def _paths(package: PackageInput, representations: dict[str, list[_Held]]) -> list[list[tuple[str, str]]]:
    """For each document its files, with their roles: its own first, then the original, then attachments."""
    by_id = {held.document.uuid: held.member.path for row in representations.values() for held in row}
    found = []
    for document in package.documents:
        base = uuid.UUID(document.uuid)
        others = ["original", *(f"attachment:{n}" for n in range(1, len(document.attachments) + 1))]
        wanted = [("main", document.uuid), *((role.partition(":")[0], str(uuid.uuid5(base, role))) for role in others)]
        found.append([(role, by_id[each]) for role, each in wanted if each in by_id])
    return found


def _representation(writer: Writer, profile: str, name: str, row: Sequence[_Held]) -> list[Member]:
    """METS.xml of a representation first, then its metadata."""
    base, ids = f"representations/{name}", writer.ids
    placed = [premis.Placed(held.document, held.member.path) for held in row]
    told = ours(
        f"{base}/metadata/preservation/PREMIS.xml",
        proven(premis.representation_premis(writer.objid, placed, ids, name).content(), "premis.xsd"),
    )
    pieces = [_piece(ids, base, held) for held in row]
    inner = replace(writer, schemas_at="../../schemas", profile=profile)
    kept = Description(_entry(ids, told, below=base), "PREMIS", "3.0")
    root = eark_mets.representation_mets(inner, name, "Original" if name == "rep1" else "Access", pieces, kept)
    described = [held.described for held in row if held.described is not None]
    return [ours(f"{base}/METS.xml", proven(serialise(root), "mets-csip.xsd")), told, *described]


def _piece(ids: Ids, base: str, held: _Held) -> Piece:
    document, member = held.document, held.member
    entry = Entry(document_id(document.uuid), member.path.removeprefix(f"{base}/"), document.mime, member.size, member.sha256)
    told = Description(_entry(ids, held.described, below=base), "DC", "1.1") if held.described else None
    return Piece(entry, document.puid, document.format_name, told, document.name)


def _entry(ids: Ids, member: Member, mime: str = XML, below: str = "") -> Entry:
    path = member.path.removeprefix(f"{below}/") if below else member.path
    return Entry(ids.file(member.path), path, mime, member.size, member.sha256)


def _mime(member: Member) -> str:
    return "text/plain" if member.path.endswith(".txt") else plan.mime_of(member)


def _contents(package: PackageInput) -> bytes:
    """What lies in the package, for people."""
    dossier = package.dossier
    lines = [f"{dossier.get('fileCode') or dossier.get('arcFileCode') or ''} {dossier.get('title') or ''}".strip(), ""]
    for document in package.documents:
        values = document.fields
        code = "/".join(filter(None, (values.get("codeNumber"), values.get("codeNotation"))))
        told = (code, values.get("issuedDate"), values.get(eark_records.TITLES[document.record]), document.name)
        lines.append(f"{document.ordinal}. " + " | ".join(text(each) for each in told if each))
    return ("\r\n".join(lines) + "\r\n").encode()


@cache
def _whole() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "eark-written.json").read_text("utf-8"))
    return found


def _profile(version: str) -> dict[str, Any]:
    found = _whole()["versions"].get(version)
    if found is None:
        raise AppError(
            "package.version",
            _("There is no E-ARK version “{version}”.").format(version=version),
            _("Choose one of: {known}.").format(known=", ".join(VERSIONS)),
        )
    return dict(found)


def _kinds(kind: str) -> dict[str, Any]:
    return dict(_whole()["kinds"][kind])
