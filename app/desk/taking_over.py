"""What was read out of a package becomes rows of the archive: one transaction, nothing overwritten, conflicts told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.desk import fields
from app.desk.intake_steps import next_ordinal
from app.i18n import _
from app.package.reading import ReadDocument, ReadPackage
from app.workspace import Workspace
from storage import queries
from storage.records import (
    Document,
    Dossier,
    FieldReading,
    Fonds,
    Intake,
    Inventory,
    Package,
    PackageItem,
    Rendition,
    SpecialRecord,
    new_uuid,
)
from storage.text import clean

# field of the circular → column of the dossier and of the document, beside those that the desk's form has
DOSSIER_COLUMNS = {
    "title": "title", "maintenance": "maintenance", "mode": "mode", "language": "language", "startDate": "start_date",
    "endDate": "end_date", "keyword": "keyword", "format": "format", "inforSign": "infor_sign",
    "confidenceLevel": "confidence_level", "paperFileCode": "paper_file_code", "riskRecoveryStatus": "risk_recovery_status",
    "description": "description",
}  # fmt: skip
DOCUMENT_COLUMNS = {
    "language": "language", "inforSign": "infor_sign", "mode": "mode", "confidenceLevel": "confidence_level", "format": "format",
}  # fmt: skip
UNTITLED = "—"


@dataclass(slots=True, frozen=True)
class Stored:
    """A file whose bytes are in the objects."""

    sha256: str
    size: int
    name: str
    mime: str
    puid: str
    path: str


@dataclass(slots=True)
class Taken:
    """A document of the package with its stored files; `info` is what the sandbox found in the main one, None if nothing."""

    read: ReadDocument
    main: Stored | None = None
    original: Stored | None = None
    attachments: Sequence[Stored] = ()
    info: Mapping[str, Any] | None = None


@dataclass(slots=True, frozen=True)
class Conflict:
    """The package says otherwise than the archive. `document_id` is None for the dossier; `field` "file" for other bytes."""

    document_id: int | None
    name: str
    field: str
    here: str
    there: str


@dataclass(slots=True)
class Noted:
    package_id: int = 0
    dossier_id: int = 0
    documents: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def note(
    workspace: Workspace,
    read: ReadPackage,
    taken: Sequence[Taken],
    *,
    name: str,
    kept: str,
    size: int,
    valid: bool,
    batch: str,
    ocr: bool,
) -> Noted:
    """Writes dossier, documents, files and the package itself, in one transaction; intake goes on from the rows it leaves."""
    result = Noted()
    with workspace.catalog.write("package.import", name[:255]) as transaction:
        session = transaction.session
        dossier, new = _dossier(session, read, result)
        result.dossier_id = dossier.id
        package = Package(
            direction="in", kind=read.kind, objid=read.objid[:200], record_status=read.record_status[:12], name=name[:255], sha256=kept,
            size=size, valid=valid, dossier_id=dossier.id, created_at=clock.stamp(),
        )  # fmt: skip
        session.add(package)
        session.flush()
        result.package_id = package.id
        for one in taken:
            _document(session, dossier, one, new, batch, ocr, result, package.id)
    return result


# --- the dossier ---
def _dossier(session: Session, read: ReadPackage, result: Noted) -> tuple[Dossier, bool]:
    """The dossier that the package belongs to, and whether it is new."""
    fonds = _fonds(session, read)
    code, inventory_code = dossier_code(read)
    known = (
        _of_relatives(session, read)
        or session.scalars(
            select(Dossier).where(Dossier.fonds_id == fonds.id, Dossier.code == code, Dossier.deleted_at.is_(None))
        ).first()
    )
    if known is not None:
        for name, column in DOSSIER_COLUMNS.items():
            here, there = str(getattr(known, column)), clean(read.dossier.get(name) or "")
            if there and there != here and read.kind != "dip" and not _derived(name, here):
                result.conflicts.append(Conflict(None, known.code, name, here, there))
        return known, False
    made = Dossier(fonds_id=fonds.id, code=code, title=_title(read), created_at=clock.stamp())
    if inventory_code:
        made.inventory_id = _inventory(session, fonds, inventory_code).id
    for name, column in DOSSIER_COLUMNS.items():
        value = clean(read.dossier.get(name) or "")
        if value and name != "title" and read.kind != "dip":
            setattr(made, column, value[: _length(Dossier, column)])
    made.risk_recovery = read.dossier.get("riskRecovery") == "1"
    papers = read.dossier.get("numberOfPaper") or ""
    made.number_of_paper = int(papers) if papers.isascii() and papers.isdigit() and len(papers) < 10 else 0
    session.add(made)
    session.flush()
    return made, True


def _of_relatives(session: Session, read: ReadPackage) -> Dossier | None:
    """The dossier that the other parts of the same package went into, in whichever order they come."""
    wanted = {each.casefold() for each in read.relatives}
    if not wanted:
        return None
    query = (
        select(Dossier, Package.objid)
        .join(Package, Package.dossier_id == Dossier.id)
        .where(Package.direction == "in", Package.kind == read.kind, Dossier.deleted_at.is_(None))
        .order_by(Package.id)
    )
    return next((dossier for dossier, objid in session.execute(query) if objid.casefold() in wanted), None)


def _derived(name: str, here: str) -> bool:
    """Dates that nobody typed here: a package tells those of its documents."""
    return name in ("startDate", "endDate") and not here


def dossier_code(read: ReadPackage) -> tuple[str, str]:
    """The dossier's code and that of its inventory ("" for none), as far as the package lets know."""
    told = clean(read.dossier.get("fileCode") or "")
    if told:
        return told[:100], ""
    if read.kind == "dip":
        return clean(read.dossier.get("requestID") or read.objid)[:100], ""
    whole = clean(read.dossier.get("arcFileCode") or "")
    codes = {clean(each.fields.get("docCode") or "").rpartition(".")[0] for each in read.documents} - {""}
    code = next(iter(codes)) if len(codes) == 1 else whole.removeprefix(f"{read.fonds_code}.")
    rest = whole.removeprefix(f"{read.fonds_code}.").removeprefix(code).strip(".") if code in whole else ""
    return (code or read.objid or new_uuid())[:100], rest[:30]


def _title(read: ReadPackage) -> str:
    if read.kind == "dip":
        return _("Copies for the request {code}").format(code=read.dossier.get("requestID") or "")
    return clean(read.dossier.get("title") or "")[:1000] or UNTITLED


def _fonds(session: Session, read: ReadPackage) -> Fonds:
    code = clean(read.fonds_code)[:100]
    known = session.scalars(select(Fonds).where(Fonds.code == code)).first() if code else session.scalars(select(Fonds)).first()
    if known is not None:
        return known
    named = clean(read.organisation)[:200]
    made = Fonds(code=code or "000", title=named or code or UNTITLED, agency=named)
    session.add(made)
    session.flush()
    return made


def _inventory(session: Session, fonds: Fonds, code: str) -> Inventory:
    known = session.scalars(select(Inventory).where(Inventory.fonds_id == fonds.id, Inventory.code == code)).first()
    if known is not None:
        return known
    made = Inventory(fonds_id=fonds.id, code=code)
    session.add(made)
    session.flush()
    return made


# --- documents ---
def _document(
    session: Session, dossier: Dossier, taken: Taken, new: bool, batch: str, ocr: bool, result: Noted, package_id: int
) -> None:
    here = _known(session, taken)
    if here is not None:
        before = len(result.conflicts)
        same_bytes = _compare(session, here, taken, result)
        if same_bytes:
            if len(result.conflicts) == before:
                result.known.append(here.id)
            _item(session, package_id, here.id, taken)
            return
    if taken.main is None:
        what = taken.read.linked or _name(taken)
        result.conflicts.append(Conflict(None, _name(taken), "file", "", _("The file lies elsewhere: {id}").format(id=what)))
        return
    made = _new_document(session, dossier, taken, new, fresh=here is not None)
    result.documents.append(made.id)
    _item(session, package_id, made.id, taken)
    if taken.info is not None:
        source = f"package:{package_id}/{taken.main.path}"
        session.add(
            Intake(
                batch=batch, source=source[:4096], ocr=ocr, dossier_id=dossier.id, state="stored", sha256=taken.main.sha256,
                size=taken.main.size, document_id=made.id, created_at=clock.stamp(),
            )
        )  # fmt: skip


def _known(session: Session, taken: Taken) -> Document | None:
    """The living document of the archive that this one is: by its identity, else by its bytes."""
    living = select(Document).where(Document.deleted_at.is_(None))
    if taken.read.uuid:
        found = session.scalars(living.where(Document.uuid == taken.read.uuid)).first()
        if found is not None:
            return found
    digest = taken.main.sha256 if taken.main else ""
    if not digest:
        linked = taken.read.linked
        item = session.scalars(select(PackageItem).where(PackageItem.identifier == linked)).first() if linked else None
        return session.get(Document, item.document_id) if item else None
    return session.scalars(
        living.join(Rendition, Rendition.document_id == Document.id).where(Rendition.sha256 == digest)
    ).first()


def _compare(session: Session, here: Document, taken: Taken, result: Noted) -> bool:
    """Notes what differs; True when the bytes are here."""
    for name, there in taken.read.fields.items():
        ours = value_of(here, name)
        theirs = clean(there)
        if ours is not None and theirs and ours != theirs:
            result.conflicts.append(Conflict(here.id, here.code or here.source_name, name, ours, theirs))
    held = {row.sha256 for row in queries.renditions_of(session, here.id)}
    if taken.main is not None and taken.main.sha256 not in held:
        result.conflicts.append(
            Conflict(here.id, here.code or here.source_name, "file", "", _("The package has another file; both are kept."))
        )
        return False
    return True


def value_of(document: Document, name: str) -> str | None:
    """A field of the circular as the archive has it; None for those that follow from the dossier."""
    if name in fields.BY_NAME:
        return str(getattr(document, fields.BY_NAME[name].column))
    column = DOCUMENT_COLUMNS.get(name)
    return str(getattr(document, column)) if column else None


def _free(session: Session, dossier: Dossier, read: ReadDocument) -> bool:
    """Whether the document's own place in the dossier is still open: parts of a package may come in any order."""
    taken = select(Document.id).where(Document.dossier_id == dossier.id, Document.ordinal == read.ordinal)
    return read.ordinal > 0 and session.scalars(taken.limit(1)).first() is None


def _new_document(session: Session, dossier: Dossier, taken: Taken, new: bool, *, fresh: bool) -> Document:
    read, main = taken.read, taken.main
    assert main is not None  # noqa: S101 - asked before
    made = Document(
        dossier_id=dossier.id,
        ordinal=read.ordinal if new or _free(session, dossier, read) else next_ordinal(session, dossier.id),
        source_name=clean(main.name)[:255],
        pages=_pages(taken),
        signed=bool(taken.info and taken.info.get("signed")),
        state="confirmed",
        created_at=clock.stamp(),
    )
    if read.uuid and not fresh:
        made.uuid = read.uuid
    for name in fields.BY_NAME:
        if name in read.fields:
            fields.put(made, name, read.fields[name])
    for name, column in DOCUMENT_COLUMNS.items():
        if name in read.fields:
            setattr(made, column, clean(read.fields[name])[: _length(Document, column)])
    session.add(made)
    session.flush()
    for name in fields.BY_NAME:
        if name in read.fields:
            value = fields.get(made, name)
            session.add(fields.evidence(made.id, name, FieldReading(value, 1.0, None, None, "import", "package")))
    if read.record != "doc":
        own = {name: value for name, value in read.fields.items() if value}
        session.add(SpecialRecord(document_id=made.id, record=read.record, values=json.dumps(own, ensure_ascii=False)))
    _renditions(session, made, taken)
    return made


def _renditions(session: Session, document: Document, taken: Taken) -> None:
    main = taken.main
    assert main is not None  # noqa: S101 - asked before
    signatures = int(taken.info["signatures"]) if taken.info else 0
    kind = "original" if taken.original is None else "signed" if signatures else "access"
    rows = [(kind, main, signatures)]
    if taken.original is not None:
        rows.insert(0, ("original", taken.original, 0))
    rows += [("attachment", each, 0) for each in taken.attachments]
    for kind, each, count in rows:
        session.add(
            Rendition(
                document_id=document.id, kind=kind, sha256=each.sha256, size=each.size, mime=each.mime[:100],
                name=clean(each.name)[:255], puid=each.puid, signatures=count, created_at=clock.stamp(),
            )
        )  # fmt: skip


def _item(session: Session, package_id: int, document_id: int, taken: Taken) -> None:
    if taken.main is not None:
        told = taken.read.fields.get("docId") or taken.read.fields.get("docCode") or taken.read.fields.get("arcDocCode") or ""
        session.add(
            PackageItem(
                package_id=package_id, document_id=document_id, path=taken.main.path[:500], identifier=told[:100],
                sha256=taken.main.sha256,
            )
        )  # fmt: skip


def _pages(taken: Taken) -> int:
    if taken.info:
        return int(taken.info["pages"])
    told = taken.read.fields.get("numberOfPage") or ""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def _name(taken: Taken) -> str:
    return taken.read.file.name if taken.read.file else str(taken.read.ordinal)


def _length(kind: type[Any], column: str) -> int:
    return int(kind.__table__.c[column].type.length)
