"""What a package will hold, file by file, before a byte is written: everything is known but nothing is copied yet."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from app.errors import AppError
from app.i18n import _
from app.package import ead, fields, mets, premis, profiles, segments, xml
from app.package.agreement import disagreements
from app.package.ids import Ids, document_id, folder_name, objid, zip_name
from app.package.model import DocumentInput, FileInput, PackageInput
from app.package.names import distinct, href, safe_name
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
    file: DocumentInput | FileInput | None = None


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


def make_plan(package: PackageInput, dialect_name: str, *, prove: bool = True) -> Plan:
    """The files of the package, without `prove` not held against their schemas yet.

    Raises AppError `package.empty`, `package.fields`, `package.duplicate`, `package.kind`.
    """
    kind, dialect = profiles.kind(package.kind), profiles.dialect(dialect_name)
    _judge(package)
    identifier = objid(package, kind)
    ids = Ids(uuid.UUID(package.uuid))
    writing = mets.Writing(package, kind, dialect, identifier, ids, prove=prove)
    names = _document_names(package, dialect)

    payload = [_payload(document, name) for document, name in zip(package.documents, names, strict=True)]
    attached = _attached(package.documents, names)
    described = [_described(writing, document, name) for document, name in zip(package.documents, names, strict=True)]
    papers = documentation(package)
    schemas = [ours(f"schemas/{name}", _schema(kind, source)) for name, source in dialect.schemas.items()]
    dossier = ours("metadata/descriptive/EAD.xml", _ead(writing, "ead", package.dossier, "../../schemas"))
    whole, part = _premis(writing, names, attached)
    rep_mets = _rep_mets(writing, payload, described, attached, part)
    root = mets.root_mets(
        writing,
        _entry(ids, dossier, dialect.mdref["MIMETYPE"]),
        _entry(ids, whole, dialect.premis_mimetype) if whole else None,
        [_entry(ids, each, dialect.schema_mimetype) for each in schemas],
        _entry(ids, rep_mets, dialect.mdref["MIMETYPE"]),
        [_entry(ids, each, mime_of(each)) for each in papers],
    )
    root_mets = ours("METS.xml", proven(xml.serialise(root), "mets-csip.xsd", prove))
    kept = [each for each in (whole, part) if each]
    more = [each for of_document in attached for each in of_document]
    members = [root_mets, dossier, *kept, rep_mets, *described, *schemas, *papers, *payload, *more]
    return Plan(
        identifier, safe_name(folder_name(identifier)), safe_name(zip_name(package, kind, dialect, identifier)), members
    )


def documentation(package: PackageInput) -> list[Member]:
    """The files of documentation/; a part of a large dossier tells there what the others are."""
    names = distinct(each.name for each in package.documentation)
    members = [
        Member(f"documentation/{name}", each.size, each.sha256, file=each)
        for each, name in zip(package.documentation, names, strict=True)
    ]
    if package.segment:
        members.append(ours("documentation/segments.json", segments.told(package)))
    return members


def mime_of(member: Member) -> str:
    if member.file is not None:
        return member.file.mime
    return "application/json" if member.path.endswith(".json") else "application/xml"


def beside(document: DocumentInput, file: FileInput) -> DocumentInput:
    """A file that goes with a document, as PREMIS tells of it: only what the file itself is."""
    return replace(
        document, name=file.name, fields={}, source=file.source, size=file.size, sha256=file.sha256, mime=file.mime, puid=file.puid,
        format_name=file.format_name, signed=False, signatures=(), attachments=(), original=None, linked=None, record="doc",
    )  # fmt: skip


def _payload(document: DocumentInput, name: str) -> Member:
    if document.linked is None:
        return Member(f"{REP}/data/{name}", document.size, document.sha256, file=document)
    told = document.linked.document_id
    if document.linked.objid:
        place = f"{folder_name(document.linked.objid)}_{href(document.linked.path)}"
        told = f"{place} {document.size} {href(f'{REP}/data/{name}')} {told}"
    return ours(f"{REP}/data/{name}.fetch.txt", f"{told}\n".encode())


def _attached(documents: Sequence[DocumentInput], names: Sequence[str]) -> list[list[Member]]:
    """Attachments beside their document, named after it: `<name>_dk01_<own name>`."""
    found = []
    for document, name in zip(documents, names, strict=True):
        stem = name.rpartition(".")[0] or name
        wanted = [safe_name(f"{stem}_dk{n:02d}_{each.name}") for n, each in enumerate(document.attachments, 1)]
        members = [
            Member(f"{REP}/data/{own}", each.size, each.sha256, file=each)
            for each, own in zip(document.attachments, distinct(wanted), strict=True)
        ]
        found.append(members)
    return found


def refuse_empty(package: PackageInput) -> None:
    """Raises AppError `package.empty` or `package.duplicate`."""
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


def _judge(package: PackageInput) -> None:
    refuse_empty(package)
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
    content = _ead(writing, document.record, document.fields, "../../../../schemas")
    return ours(f"{REP}/metadata/descriptive/{file}", content)


def _ead(writing: mets.Writing, record: str, values: Mapping[str, str], schemas_at: str) -> bytes:
    held = next(name for name, source in writing.dialect.schemas.items() if source == record)
    content = ead.descriptive(writing.kind.name, record, values, f"{schemas_at}/{held}")
    return proven(content, ead.schema_file(writing.kind.name, record), writing.prove)


def _premis(writing: mets.Writing, names: list[str], attached: list[list[Member]]) -> tuple[Member | None, Member | None]:
    if writing.kind.premis == "absent":
        return None, None
    package = writing.package
    placed = [
        premis.Placed(document, f"{REP}/data/{name}" + ("" if document.linked is None else ".fetch.txt"))
        for document, name in zip(package.documents, names, strict=True)
    ]
    for document, members in zip(package.documents, attached, strict=True):
        for file, member in zip(document.attachments, members, strict=True):
            placed.append(premis.Placed(beside(document, file), member.path, writing.ids.file(member.path)))
    whole = premis.package_premis(package, writing.objid, placed, writing.ids)
    part = premis.representation_premis(writing.objid, placed, writing.ids)
    return (
        ours("metadata/preservation/PREMIS.xml", proven(whole.content(), "premis.xsd", writing.prove)),
        ours(f"{REP}/metadata/preservation/PREMIS_rep1.xml", proven(part.content(), "premis.xsd", writing.prove)),
    )


def _rep_mets(
    writing: mets.Writing,
    payload: list[Member],
    described: list[Member],
    attached: list[list[Member]],
    part: Member | None,
) -> Member:
    rows = []
    for document, file, description, more in zip(writing.package.documents, payload, described, attached, strict=True):
        mime = document.mime if document.linked is None else "text/plain"
        entry = mets.Entry(document_id(document.uuid), _inside(file.path), mime, file.size, file.sha256)
        told = _entry(writing.ids, description, writing.dialect.mdref["MIMETYPE"], REP)
        beside = [_entry(writing.ids, each, mime_of(each), REP) for each in more]
        rows.append(mets.Described(entry, told, document.linked is not None, beside))
    kept = _entry(writing.ids, part, writing.dialect.premis_mimetype, REP) if part else None
    inner = replace(writing, schemas_at="../../schemas")
    content = mets.representation_mets(inner, rows, kept).content()
    return ours(f"{REP}/METS.xml", proven(content, "mets-csip.xsd", writing.prove))


def _schema(kind: Kind, source: str) -> bytes:
    return ead.schema_bytes(ead.schema_file(kind.name, source) if source in ead.FILES else source)


def _entry(ids: Ids, member: Member, mime: str, below: str = "") -> mets.Entry:
    path = _inside(member.path) if below else member.path
    return mets.Entry(ids.file(member.path), path, mime, member.size, member.sha256)


def _inside(path: str) -> str:
    return path.removeprefix(f"{REP}/")


def ours(path: str, content: bytes) -> Member:
    return Member(path, len(content), hashlib.sha256(content).hexdigest(), content=content)


def proven(content: bytes, schema: str, prove: bool = True) -> bytes:
    """`content`, our own XML, once it was found to follow the schema: nothing else goes into a package.

    Without `prove` it is left to the check of the whole package, which reads it back.
    """
    wrong = xml.faults(etree.fromstring(content, etree.XMLParser(huge_tree=True)), schema) if prove else []
    if wrong:
        raise unfit(f"{schema}: {wrong[0][1]}")
    return content


def unfit(detail: str) -> AppError:
    """That our own XML does not follow its schema: no such package stays. `detail` in the validator's words."""
    return AppError(
        "package.schema",
        _("The package would not follow its own schema, so it was not written."),
        _("Look through the fields of the dossier and its documents for unusual signs."),
        detail=detail,
    )
