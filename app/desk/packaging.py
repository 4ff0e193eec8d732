"""Packing a dossier for the archive that receives it, and checking packages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app import VERSION, clock
from app.desk import found
from app.desk.fields import sortable
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package.check import PROFILES as CHECK_PROFILES
from app.package.check import check_package
from app.package.contents_list import ContentsList, Row, write_contents_list
from app.package.model import DocumentInput, EventInput, PackageInput, SignatureInput, SoftwareInput
from app.package.report import Report
from app.package.write import write_package
from app.rules import codes
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.queries import Scope
from storage.records import Document, Dossier, Fonds, Inventory, Rendition, new_uuid

__all__ = [
    "CHECK_PROFILES", "KINDS", "Exported", "check_path", "contents_list", "export_dossier", "package_input",
]  # fmt: skip
DOC_ID = 25  # characters
KINDS = ("sip-hoso", "aip-hoso")


@dataclass(slots=True)
class Exported:
    path: Path
    documents: int
    size: int
    report: Report


@in_words
def export_dossier(
    job: Job,
    workspace: Workspace,
    dossier_id: int,
    kind: str,
    out: Path,
    *,
    dialect: str = "accepted",
    as_zip: bool = True,
    now: datetime | None = None,
) -> Exported:
    """Writes the package of a dossier into the folder `out` and checks it as the receiving archive would.

    Raises AppError `package.empty`, `package.kind`, `document.no_file`, and those of `write_package`.
    """
    if kind not in KINDS:
        raise AppError("package.kind", _("Packages of the kind {kind} can't be made yet.").format(kind=kind), ", ".join(KINDS))
    package = package_input(workspace, dossier_id, kind, now or clock.now())
    out.mkdir(parents=True, exist_ok=True)
    written = write_package(job, package, out, dialect=dialect, as_zip=as_zip)
    report = check_package(written.path, job=job)
    with workspace.catalog.write("dossier.export", f"{package.dossier['fileCode']} → {written.path.name}") as transaction:
        transaction.always = True
    return Exported(written.path, len(package.documents), written.bytes, report)


def check_path(job: Job, path: Path, profile: str = "auto") -> Report:
    """Checks a package, folder, ZIP or TAR; anything odd is a finding, never an error. `profile`: one of CHECK_PROFILES."""
    return check_package(path, profile=profile, job=job)


@in_words
def contents_list(workspace: Workspace, dossier_id: int, out: Path) -> Path:
    """The dossier's Mục lục văn bản, tài liệu (Nghị định 30, annex V, form IV) as DOCX at `out`."""
    with workspace.catalog.read() as session:
        dossier = found.dossier(session, dossier_id)
        documents = _documents(session, dossier_id)
    rows = [
        Row(
            code=d.code,
            issued_on=d.issued_date,
            type_and_subject=" ".join(filter(None, (codes.TYPES.name(d.type_name) or "", d.subject))),
            author=d.organ_name,
            sheets=d.sheets or str(d.pages or ""),
            note=d.description,
        )
        for d in documents
    ]
    write_contents_list(ContentsList(dossier.code, _year(dossier, documents), rows, title=dossier.title), out)
    return out


def package_input(workspace: Workspace, dossier_id: int, kind: str, now: datetime) -> PackageInput:
    """The dossier as plain values for the writer."""
    with workspace.catalog.read() as session:
        dossier = found.dossier(session, dossier_id)
        fonds = session.get_one(Fonds, dossier.fonds_id)
        inventory = session.get(Inventory, dossier.inventory_id) if dossier.inventory_id else None
        documents = _documents(session, dossier_id)
        files = {d.id: queries.best_rendition(session, d.id, "signed", "access", "original") for d in documents}
    if not documents:
        raise AppError(
            "package.empty", _("The dossier {code} is empty.").format(code=dossier.code), _("File documents into it first.")
        )
    arc_code = ".".join(filter(None, (fonds.code, dossier.code, inventory.code if inventory else "")))
    agency = workspace.settings["office.agency"] or fonds.agency or fonds.title
    return PackageInput(
        kind=kind,
        fonds_code=fonds.code,
        dossier=_dossier_fields(dossier, documents, arc_code),
        documents=[_document(workspace, dossier, d, files[d.id], number, arc_code) for number, d in enumerate(documents, 1)],
        software=SoftwareInput("Văn Khố", VERSION),
        packer=workspace.actor,
        created=now,
        events=[EventInput(type="transfer", at=now, detail=_("Digitised and packed"), agent=agency)],
        organisation=agency,
        uuid=new_uuid(),
    )


def _documents(session: Any, dossier_id: int) -> list[Document]:
    ids = queries.document_ids(session, Scope("dossier", dossier_id), "dossier")
    return [found.document(session, i) for i in ids]


def _dossier_fields(dossier: Dossier, documents: list[Document], arc_code: str) -> dict[str, str]:
    days = sorted((d.issued_sort, d.issued_date) for d in documents if sortable(d.issued_date))
    pages = sum(d.pages for d in documents)
    return {
        "fileCode": dossier.code,
        "arcFileCode": arc_code,
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


def _document(
    workspace: Workspace, dossier: Dossier, document: Document, file: Rendition | None, number: int, arc_code: str
) -> DocumentInput:
    if file is None or file.mime != "application/pdf":
        raise AppError(
            "document.no_file",
            _("The document {code} has no PDF yet.").format(code=document.code or document.source_name),
            _("Wait until it has been recognised, then export again."),
        )
    code = f"{dossier.code}.{number:07d}"
    sha256 = file.sha256
    return DocumentInput(
        uuid=document.uuid,
        ordinal=number,
        name=codes.file_name(dossier.code, number),
        fields={
            "docId": _document_id(dossier, document, number),
            "docCode": code,
            "arcFileCode": arc_code,
            "docOrdinal": str(number),
            "arcDocCode": f"{arc_code}.{number:07d}",
            "maintenance": dossier.maintenance,
            "typeName": document.type_name or codes.OTHER_TYPE,
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
        },
        source=lambda: workspace.objects.open(sha256),
        size=file.size,
        sha256=file.sha256,
        puid=file.puid,
        mime=file.mime,
        signed=file.signatures > 0,
        signatures=_signatures(file),
    )


def _signatures(file: Rendition) -> list[SignatureInput]:
    if not file.signer or file.signed_at is None:
        return []
    return [SignatureInput(signer=file.signer, method=file.sign_method, signed_at=datetime.fromisoformat(file.signed_at))]


def _document_id(dossier: Dossier, document: Document, number: int) -> str:
    """At most 25 characters (TT05: S25): the dossier's code with the ordinal, else the front of the UUIDv7, time and chance."""
    short = f"{dossier.code}.{number}"
    return short if len(short) <= DOC_ID else document.uuid.replace("-", "")[:DOC_ID]


def _year(dossier: Dossier, documents: list[Document]) -> str:
    for value in (dossier.start_date, *(d.issued_date for d in documents)):
        if value:
            return value.rpartition("/")[2]
    return ""
