"""From the catalog to the plain values of a package: what the dossier and its documents say, and where their files lie."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import VERSION
from app.desk import fields as desk_fields
from app.desk import found
from app.desk.acts import Acts, scans_of
from app.desk.fields import sortable
from app.errors import AppError
from app.i18n import _
from app.package import fields as tables
from app.package.authentication import Authentication, Copied, authentication_document
from app.package.model import DocumentInput, EventInput, FileInput, Linked, PackageInput, SignatureInput, SoftwareInput
from app.rules import codes
from app.workspace import Workspace
from storage import queries
from storage.audit import canonical
from storage.queries import Scope
from storage.records import Document, Dossier, Fonds, Inventory, Package, PackageItem, Rendition, SpecialRecord, new_uuid

DOC_ID = 25  # characters
SOFTWARE = SoftwareInput("Văn Khố", VERSION)
LOOSE = ("sip-tailieu", "aip-tailieu")
WITH_EVENTS = ("aip-hoso", "aip-tailieu", "dip", "eark-sip", "eark-aip", "eark-dip")
WHOLE = ("eark-sip", "eark-aip", "eark-dip", "bagit")  # kinds that carry every field that we know


@dataclass(slots=True, frozen=True, kw_only=True)
class Reader:
    """A reader's request, for a DIP (Thông tư 05/2025, annex V and art. 42). Dates dd/MM/yyyy; codes as in the annex."""

    request_id: str = ""
    request_date: str = ""
    name: str = ""
    citizen_number: str = ""
    purpose: str = "02"
    purpose_content: str = ""
    fee_object_type: str = ""
    research_topic: str = ""
    term: str = ""
    copies: int = 1
    description: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class Wishes:
    """How packages are to be written. `version` is E-ARK's; `segment_size` in bytes, 0 for whole dossiers.

    `submission` is the number of the submission in the year, part of the code of loose documents. With `link_submitted` a document
    whose file an earlier package of this kind already holds goes in as a pointer. `record_status` SUPPLEMENT takes only what no
    earlier package of the dossier holds.
    """

    kind: str
    dialect: str = "accepted"
    version: str = ""
    as_zip: bool = True
    segment_size: int = 0
    record_status: str = "NEW"
    submission: int = 1
    submission_code: str = ""
    link_submitted: bool = False
    reader: Reader = field(default_factory=Reader)
    receiver: str = ""
    papers: bool = True
    digest_file: bool = False
    virus_checked: EventInput | None = None


def package_input(
    workspace: Workspace, dossier_id: int, wishes: Wishes, now: datetime, ordinal: int = 1, acts: Acts | None = None
) -> PackageInput:
    """The dossier as plain values for the writer. `acts`: those of the whole batch, where there is one.

    Raises AppError `package.empty`, `package.nothing_new`, `document.no_file`, `dossier.gone`.
    """
    with workspace.catalog.read() as session:
        dossier = found.dossier(session, dossier_id)
        fonds = session.get_one(Fonds, dossier.fonds_id)
        inventory = session.get(Inventory, dossier.inventory_id) if dossier.inventory_id else None
        documents = documents_of(session, dossier_id)
        earlier = _earlier(session, wishes.kind)
        files = {d.id: _Files.of(session, d.id) for d in documents}
        specials = {row.document_id: row for row in session.scalars(select(SpecialRecord))} if documents else {}
    if not documents:
        raise AppError(
            "package.empty", _("The dossier {code} is empty.").format(code=dossier.code), _("File documents into it first.")
        )
    agency = workspace.settings["office.agency"] or fonds.agency or fonds.title
    codes_of = Codes(dossier, fonds, inventory, wishes, ordinal, documents)
    inputs = []
    for number, document in enumerate(documents, 1):
        made = _document(workspace, codes_of, document, files[document.id], specials.get(document.id), number, wishes)
        known = earlier.get(made.sha256)
        if wishes.record_status == "SUPPLEMENT" and known is not None and known[0].dossier_id == dossier_id:
            continue
        if wishes.link_submitted and known is not None and known[0].dossier_id != dossier_id:
            made = replace(made, linked=_linked(*known, wishes.kind))
        inputs.append(made)
    if not inputs:
        raise AppError(
            "package.nothing_new",
            _("Every document of the dossier {code} is in an earlier package already.").format(code=dossier.code),
            _("Choose “new package” to write the whole dossier again."),
        )
    events = []
    if wishes.kind in WITH_EVENTS:
        events = [EventInput(type="transfer", at=now, detail=_("Digitised and packed"), agent=agency)]
        events += (acts or Acts(workspace, [dossier_id])).on(documents)
        events += [wishes.virus_checked] if wishes.virus_checked else []
        events += _from_submission(workspace, dossier_id, wishes.kind, now)
    described, papers = _described(codes_of, wishes, inputs, documents, agency, now)
    return PackageInput(
        kind=wishes.kind,
        fonds_code=fonds.code,
        dossier=described,
        documents=inputs,
        software=SOFTWARE,
        packer=workspace.actor,
        created=now,
        events=events,
        organisation=agency,
        submission_code=wishes.submission_code,
        ordinal=ordinal,
        record_status=wishes.record_status,
        documentation=papers,
        uuid=new_uuid(),
    )


def documents_of(session: Session, dossier_id: int) -> list[Document]:
    ids = queries.document_ids(session, Scope("dossier", dossier_id), "dossier")
    return [found.document(session, i) for i in ids]


def fingerprint(package: PackageInput, wishes: Wishes) -> str:
    """What the package would say, in one digest: the same dossier, unchanged and wished for in the same way, gives the same."""
    told = [
        [wishes.kind, wishes.dialect, wishes.version, wishes.as_zip, wishes.segment_size, wishes.record_status],
        dict(package.dossier),
        [
            [d.uuid, d.name, d.sha256, dict(d.fields), [a.sha256 for a in d.attachments], d.linked is None]
            for d in package.documents
        ],
    ]
    return hashlib.sha256(canonical(told)).hexdigest()


@dataclass(slots=True, frozen=True)
class Codes:
    """The codes of a dossier and its documents in a package of this kind."""

    dossier: Dossier
    fonds: Fonds
    inventory: Inventory | None
    wishes: Wishes
    ordinal: int
    documents: Sequence[Document]

    @property
    def archive(self) -> str:
        """arcFileCode: archive agency or closed fonds + dossier code + inventory number."""
        return ".".join(filter(None, (self.fonds.code, self.dossier.code, self.inventory.code if self.inventory else "")))

    @property
    def file(self) -> str:
        """fileCode; for loose documents agency + year + submission (2 digits) + package (7 digits)."""
        if self.wishes.kind not in LOOSE or _is_loose_code(self.dossier.code):
            return self.dossier.code
        year = year_of(self.dossier, self.documents) or "0000"
        return f"{self.fonds.code}.{year}.{self.wishes.submission:02d}.{self.ordinal:07d}"


def _is_loose_code(code: str) -> bool:
    parts = code.rsplit(".", 2)
    return len(parts) == 3 and [len(p) for p in parts[1:]] == [2, 7] and all(p.isascii() and p.isdigit() for p in parts[1:])


def dossier_fields(codes_of: Codes, documents: Sequence[Document]) -> dict[str, str]:
    """The dossier's fields by their names in the circular."""
    dossier = codes_of.dossier
    days = sorted((d.issued_sort, d.issued_date) for d in documents if sortable(d.issued_date))
    pages = sum(d.pages for d in documents)
    values = {
        "fileCode": codes_of.file,
        "arcFileCode": codes_of.archive,
        "title": dossier.title,
        "maintenance": dossier.maintenance,
        "mode": dossier.mode,
        "language": dossier.language,
        "startDate": dossier.start_date or (days[0][1] if days else ""),
        "endDate": dossier.end_date or (days[-1][1] if days else ""),
        "keyword": dossier.keyword,
        "totalDoc": str(len(documents)),
        "numberOfPaper": str(dossier.number_of_paper or (pages + 1) // 2),
        "numberOfPage": str(pages),
        "format": dossier.format,
        "inforSign": dossier.infor_sign,
        "confidenceLevel": dossier.confidence_level,
        "paperFileCode": dossier.paper_file_code,
        "riskRecovery": "1" if dossier.risk_recovery else "0",
        "riskRecoveryStatus": dossier.risk_recovery_status,
        "description": dossier.description,
    }
    if codes_of.wishes.kind in LOOSE:
        incoming = any(d.arrival_no for d in documents)
        values["source"] = "1" if incoming else "0"
    return values


def document_fields(codes_of: Codes, document: Document, special: SpecialRecord | None, number: int) -> dict[str, str]:
    """The document's fields by their names in the circular; of a picture or a recording also its own."""
    dossier = codes_of.dossier
    base = codes_of.file if codes_of.wishes.kind in LOOSE else dossier.code
    values = {
        "docId": _document_id(dossier, document, number),
        "docCode": f"{base}.{number:07d}",
        "arcFileCode": codes_of.archive,
        "docOrdinal": str(number),
        "arcDocCode": f"{codes_of.archive}.{number:07d}",
        "maintenance": dossier.maintenance,
        "typeName": codes.type_code(document.type_name),
        "codeNumber": document.code_number,
        "codeNotation": document.code_notation,
        "issuedDate": document.issued_date,
        "organName": document.organ_name,
        "subject": document.subject,
        "language": document.language,
        "numberOfPage": str(document.pages),
        "inforSign": document.infor_sign,
        "keyword": document.keyword,
        "mode": document.mode,
        "confidenceLevel": document.confidence_level,
        "autograph": document.autograph,
        "format": document.format,
        "riskRecovery": "1" if dossier.risk_recovery else "0",
        "riskRecoveryStatus": dossier.risk_recovery_status,
        "process": "0",
        "description": document.description,
    }
    if codes_of.wishes.kind in WHOLE:
        more = {name: str(getattr(document, f.column)) for name, f in desk_fields.BY_NAME.items() if name not in values}
        values |= {name: value for name, value in more.items() if value}
    if special is not None:
        own: Mapping[str, str] = json.loads(special.values)
        values |= {name: value for name, value in own.items() if value}
    return values


@dataclass(slots=True, frozen=True)
class _Files:
    """What lies in the archive of one document."""

    main: Rendition | None
    original: Rendition | None
    attachments: Sequence[Rendition]

    @classmethod
    def of(cls, session: Session, document_id: int) -> _Files:
        rows = queries.renditions_of(session, document_id)

        def newest(*kinds: str) -> Rendition | None:
            return next((row for kind in kinds for row in reversed(rows) if row.kind == kind), None)

        return cls(
            newest("signed", "access", "original"), newest("original"), [row for row in rows if row.kind == "attachment"]
        )


def _document(
    workspace: Workspace,
    codes_of: Codes,
    document: Document,
    files: _Files,
    special: SpecialRecord | None,
    number: int,
    wishes: Wishes,
) -> DocumentInput:
    main = files.original if special is not None else files.main
    if main is None or (special is None and main.mime != "application/pdf"):
        raise AppError(
            "document.no_file",
            _("The document {code} has no PDF yet.").format(code=document.code or document.source_name),
            _("Wait until it has been recognised, then export again."),
        )
    extension = "pdf" if main.mime == "application/pdf" else (main.name.rpartition(".")[2] or "bin").lower()
    both = wishes.kind in WHOLE and files.original is not None and files.original.sha256 != main.sha256
    return DocumentInput(
        uuid=document.uuid,
        ordinal=number,
        name=f"{codes.file_name(codes_of.dossier.code, number).rpartition('.')[0]}.{extension}",
        fields=document_fields(codes_of, document, special, number),
        source=partial(workspace.objects.open, main.sha256),
        size=main.size,
        sha256=main.sha256,
        puid=main.puid,
        mime=main.mime,
        signed=main.signatures > 0,
        signatures=_signatures(main),
        record=special.record if special is not None else "doc",
        attachments=[file_of(workspace, each) for each in files.attachments],
        original=file_of(workspace, files.original) if both and files.original is not None else None,
    )


def file_of(workspace: Workspace, rendition: Rendition) -> FileInput:
    return FileInput(
        name=rendition.name or rendition.sha256[:12],
        source=partial(workspace.objects.open, rendition.sha256),
        size=rendition.size,
        sha256=rendition.sha256,
        mime=rendition.mime,
        puid=rendition.puid,
    )


def _signatures(file: Rendition) -> list[SignatureInput]:
    if not file.signer or file.signed_at is None:
        return []
    return [SignatureInput(signer=file.signer, method=file.sign_method, signed_at=datetime.fromisoformat(file.signed_at))]


def _document_id(dossier: Dossier, document: Document, number: int) -> str:
    """At most 25 characters (TT05: S25): the dossier's code with the ordinal, else the front of the UUIDv7, time and chance."""
    short = f"{dossier.code}.{number}"
    return short if len(short) <= DOC_ID else document.uuid.replace("-", "")[:DOC_ID]


def _described(
    codes_of: Codes,
    wishes: Wishes,
    inputs: Sequence[DocumentInput],
    documents: Sequence[Document],
    agency: str,
    now: datetime,
) -> tuple[dict[str, str], list[FileInput]]:
    """What the package as a whole says, and the papers that go with it: a DIP tells of the request and authenticates its copies."""
    values = dossier_fields(codes_of, documents)
    if wishes.record_status == "SUPPLEMENT" and "totalDoc" in values:
        values["totalDoc"] = str(len(inputs))
    if wishes.kind != "dip":
        return values, []
    reader, day = wishes.reader, f"{now:%d/%m/%Y}"
    request = reader.request_id or f"YC.{codes_of.dossier.code}.{now:%Y%m%d%H%M%S}"[:100]
    told = {
        "requestID": request,
        "requestDate": reader.request_date or day,
        "purpose": reader.purpose,
        "purposeContent": reader.purpose_content,
        "feeObjectType": reader.fee_object_type,
        "researchTopic": reader.research_topic,
        "description": reader.description,
    }
    rows = [
        Copied(each.fields["arcDocCode"], document.code, codes.type_word(document.type_name), document.subject)
        for each, document in zip(inputs, documents, strict=True)
    ]
    purpose = tables.codes("purpose").get(reader.purpose, reader.purpose)
    paper = authentication_document(
        Authentication(
            code=f"XT.{request}", archive=agency, receiver=reader.name, citizen_number=reader.citizen_number,
            purpose=reader.purpose_content or purpose, issued_on=day, term=reader.term, copies=reader.copies, documents=rows,
        )
    )  # fmt: skip
    return told, [paper]


def year_of(dossier: Dossier, documents: Sequence[Document]) -> str:
    for value in (dossier.start_date, *(d.issued_date for d in documents)):
        if value:
            return value.rpartition("/")[2]
    return ""


def _earlier(session: Session, kind: str) -> dict[str, tuple[Package, PackageItem]]:
    """What packages of this kind that went out hold, by digest; the newest package of each."""
    query = (
        select(Package, PackageItem)
        .join(PackageItem, PackageItem.package_id == Package.id)
        .where(Package.direction == "out", Package.kind == kind)
        .order_by(Package.id)
    )
    return {row[1].sha256: (row[0], row[1]) for row in session.execute(query)}


def _from_submission(workspace: Workspace, dossier_id: int, kind: str, now: datetime) -> list[EventInput]:
    """An AIP that comes of a submission says so (Thông tư 05/2025, art. 25.3a)."""
    if "aip" not in kind:
        return []
    with workspace.catalog.read() as session:
        query = select(Package).where(Package.direction == "in", Package.dossier_id == dossier_id).order_by(Package.id)
        came = [row.objid for row in session.scalars(query) if "sip" in row.kind]
    if not came:
        return []
    told = _("Made from the submission package {objid}").format(objid=", ".join(dict.fromkeys(came)))
    made = EventInput(
        type="information package creation", at=now, detail=told, agent_role="executing program", object_role="source"
    )
    return [*scans_of(workspace, came), made]


def _linked(package: Package, item: PackageItem, kind: str) -> Linked:
    aip = kind.startswith("aip")
    return Linked(document_id=item.identifier, objid=package.objid if aip else "", path=item.path if aip else "")


def identifiers(package: PackageInput) -> dict[str, Any]:
    """uuid of each document → the identifier that its package gives it."""
    return {
        d.uuid: d.fields.get("docId")
        if package.kind.startswith("sip")
        else d.fields.get("docCode") or d.fields.get("arcDocCode")
        for d in package.documents
    }


def size_of(session: Session, document_id: int) -> int:
    """Bytes of a document's files that a package may hold."""
    files = _Files.of(session, document_id)
    held = [files.main, files.original, *files.attachments]
    return sum(each.size for each in {row.id: row for row in held if row is not None}.values())


def ids_by_uuid(session: Session, uuids: Sequence[str]) -> dict[str, int]:
    found_ids: dict[str, int] = {}
    for start in range(0, len(uuids), 500):
        part = uuids[start : start + 500]
        found_ids |= {
            row[0]: row[1] for row in session.execute(select(Document.uuid, Document.id).where(Document.uuid.in_(part)))
        }
    return found_ids
