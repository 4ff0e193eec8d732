"""What a package will hold, file by file, before a byte is written: everything is known but nothing is copied yet."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from app.errors import AppError
from app.i18n import _
from app.package import ead, fields, mets, premis, profiles, xml
from app.package.agreement import disagreements
from app.package.ids import Ids, document_id, folder_name, objid, zip_name
from app.package.model import DocumentInput, PackageInput
from app.package.names import distinct, safe_name
from app.package.profiles import Dialect, Kind

REP = "representations/rep1"
MOST_TOLD = 5  # faults named in one message


@dataclass(slots=True, frozen=True)
class Member:
    """One file of the package: our own bytes, or a document's file that is still to be copied."""

    path: str  # relative to the package's folder
    size: int
    sha256: str
    content: bytes | None = None
    document: DocumentInput | None = None


@dataclass(slots=True, frozen=True)
class Plan:
    objid: str
    folder: str
    zip_name: str
    members: list[Member]


@dataclass(slots=True, frozen=True)
class InputFault:
    """A value of the input that the circular does not allow. `document` is None for the dossier itself."""

    document: DocumentInput | None
    fault: fields.Fault

    def __str__(self) -> str:
        where = _("Document {ordinal}").format(ordinal=self.document.ordinal) if self.document else _("Dossier")
        return f"{where}: {self.fault.message}"


def input_faults(package: PackageInput) -> list[InputFault]:
    """What the receiving archive would object to in the fields; empty when the package can be written."""
    kind = profiles.kind(package.kind)
    found = [InputFault(None, fault) for fault in fields.faults(kind.name, "ead", package.dossier)]
    for document in package.documents:
        found += [InputFault(document, fault) for fault in fields.faults(kind.name, document.record, document.fields)]
    for each in disagreements(kind, package.dossier, [document.fields for document in package.documents]):
        if each.level == "error":
            found.append(InputFault(None if each.document is None else package.documents[each.document], each.fault))
    return found


def make_plan(package: PackageInput, dialect_name: str) -> Plan:
    """The files of the package. Raises AppError `package.empty`, `package.fields`, `package.duplicate`, `package.kind`."""
    kind, dialect = profiles.kind(package.kind), profiles.dialect(dialect_name)
    _judge(package)
    identifier = objid(package, kind)
    ids = Ids(uuid.UUID(package.uuid))
    writing = mets.Writing(package, kind, dialect, identifier, ids)
    names = _document_names(package, dialect)

    payload = [
        Member(f"{REP}/data/{name}", document.size, document.sha256, document=document)
        for document, name in zip(package.documents, names, strict=True)
    ]
    described = [_described(writing, document, name) for document, name in zip(package.documents, names, strict=True)]
    schemas = [_ours(f"schemas/{name}", _schema(kind, source)) for name, source in dialect.schemas.items()]
    dossier = _ours("metadata/descriptive/EAD.xml", _ead(kind, dialect, "ead", package.dossier, "../../schemas"))
    whole, part = _premis(writing, names)
    rep_mets = _rep_mets(writing, payload, described, part)
    root = mets.root_mets(
        writing,
        _entry(ids, dossier, dialect.mdref["MIMETYPE"]),
        _entry(ids, whole, dialect.premis_mimetype) if whole else None,
        [_entry(ids, each, dialect.schema_mimetype) for each in schemas],
        _entry(ids, rep_mets, dialect.mdref["MIMETYPE"]),
    )
    root_mets = _ours("METS.xml", _proven(root, "mets-csip.xsd"))
    kept = [each for each in (whole, part) if each]
    members = [root_mets, dossier, *kept, rep_mets, *described, *schemas, *payload]
    return Plan(
        identifier, safe_name(folder_name(identifier)), safe_name(zip_name(package, kind, dialect, identifier)), members
    )


def _judge(package: PackageInput) -> None:
    if not package.documents:
        raise AppError(
            "package.empty", _("The package holds no document."), _("Choose a dossier that has documents with files.")
        )
    twice = [key for key, count in Counter(document_id(each.uuid) for each in package.documents).items() if count > 1]
    if twice:
        raise AppError(
            "package.duplicate",
            _("A document is in the package twice."),
            _("Take one of the two out and export again."),
            detail=", ".join(twice),
        )
    found = input_faults(package)
    if found:
        told = "\n".join(f"• {each}" for each in found[:MOST_TOLD])
        more = len(found) - MOST_TOLD
        if more > 0:
            told += "\n" + _("… and {count} more").format(count=more)
        raise AppError(
            "package.fields",
            _("The archive would refuse this package:") + "\n" + told,
            _("Complete the description, then export again."),
        )


def _document_names(package: PackageInput, dialect: Dialect) -> list[str]:
    """The names in data/: the document's own, or by its `docId` where the dialect wants it so."""
    return distinct(_document_name(each, dialect) for each in package.documents)


def _document_name(document: DocumentInput, dialect: Dialect) -> str:
    code = (document.fields.get("docId") or "").strip() if dialect.name_by == "docId" else ""
    if not code:
        return document.name
    _stem, dot, extension = document.name.rpartition(".")
    return f"{code}.{extension}" if dot else code


def _described(writing: mets.Writing, document: DocumentInput, name: str) -> Member:
    stem = name.rpartition(".")[0] or name
    file = writing.dialect.record_file[document.record].format(name=stem)
    content = _ead(writing.kind, writing.dialect, document.record, document.fields, "../../../../schemas")
    return _ours(f"{REP}/metadata/descriptive/{file}", content)


def _ead(kind: Kind, dialect: Dialect, record: str, values: Mapping[str, str], schemas_at: str) -> bytes:
    held = next(name for name, source in dialect.schemas.items() if source == record)
    root = ead.descriptive(kind.name, record, values, f"{schemas_at}/{held}")
    return _proven(root, ead.schema_file(kind.name, record))


def _premis(writing: mets.Writing, names: list[str]) -> tuple[Member | None, Member | None]:
    if writing.kind.premis == "absent":
        return None, None
    package = writing.package
    placed = [premis.Placed(document, f"{REP}/data/{name}") for document, name in zip(package.documents, names, strict=True)]
    whole = premis.package_premis(package, writing.objid, placed, writing.ids)
    part = premis.representation_premis(writing.objid, placed, writing.ids)
    return (
        _ours("metadata/preservation/PREMIS.xml", _proven(whole, "premis.xsd")),
        _ours(f"{REP}/metadata/preservation/PREMIS_rep1.xml", _proven(part, "premis.xsd")),
    )


def _rep_mets(writing: mets.Writing, payload: list[Member], described: list[Member], part: Member | None) -> Member:
    rows = []
    for file, description in zip(payload, described, strict=True):
        assert file.document is not None  # noqa: S101 - payload members have one
        entry = mets.Entry(document_id(file.document.uuid), _inside(file.path), file.document.mime, file.size, file.sha256)
        rows.append(mets.Described(entry, _entry(writing.ids, description, writing.dialect.mdref["MIMETYPE"], REP)))
    kept = _entry(writing.ids, part, writing.dialect.premis_mimetype, REP) if part else None
    inner = mets.Writing(writing.package, writing.kind, writing.dialect, writing.objid, writing.ids, schemas_at="../../schemas")
    return _ours(f"{REP}/METS.xml", _proven(mets.representation_mets(inner, rows, kept), "mets-csip.xsd"))


def _schema(kind: Kind, source: str) -> bytes:
    return ead.schema_bytes(ead.schema_file(kind.name, source) if source in ead.FILES else source)


def _entry(ids: Ids, member: Member, mime: str, below: str = "") -> mets.Entry:
    path = _inside(member.path) if below else member.path
    return mets.Entry(ids.file(member.path), path, mime, member.size, member.sha256)


def _inside(path: str) -> str:
    return path.removeprefix(f"{REP}/")


def _ours(path: str, content: bytes) -> Member:
    return Member(path, len(content), hashlib.sha256(content).hexdigest(), content=content)


def _proven(root: etree._Element, schema: str) -> bytes:
    """The bytes of `root` once they were found to follow the schema: nothing else goes into a package."""
    content = xml.serialise(root)
    wrong = xml.faults(etree.fromstring(content), schema)
    if wrong:
        raise AppError(
            "package.schema",
            _("The package would not follow its own schema, so it was not written."),
            _("Look through the fields of the dossier and its documents for unusual signs."),
            detail=f"{schema}: {wrong[0][1]}",
        )
    return content
