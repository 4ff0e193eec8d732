"""Messages between offices (edXML): sent, received, answered; into the registers of outgoing and incoming documents."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.desk import fields, found
from app.desk.trusting import trust_of
from app.errors import AppError
from app.i18n import _
from app.package.edxml.make import message_xml, status_xml
from app.package.edxml.model import NEW, REPLACEMENT, UPDATE, Attached, Business, Message, Organ, ResponseFor, Status
from app.package.edxml.read import read_edxml
from app.package.names import safe_name
from app.package.puid import identify
from app.rules import codes, marks
from app.sandbox import SandboxPool
from app.signature.apart import verify_apart
from app.signature.signer import Signer
from app.signature.xades import sign_xml
from app.troubles import in_words
from app.workspace import Workspace
from storage import queries
from storage.disk import write_atomic
from storage.records import Document, RegisterEntry, Rendition
from storage.records import Message as MessageRow
from storage.text import clean

URGENCY = ("", *marks.URGENCY[::-1])  # by edXML's Priority 0 … 4
PDF = "application/pdf"


@dataclass(slots=True, frozen=True)
class Difference:
    """A field that an update says otherwise; nothing was overwritten."""

    field: str
    here: str
    there: str


@dataclass(slots=True)
class Incoming:
    """What a message brought. `action`: new, recall, update, replacement, status, again (it was here already)."""

    action: str
    message_id: int
    document_id: int | None = None
    number: int | None = None  # in the register of incoming documents
    replaced: list[int] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    status: str = ""
    signature: str = "unsigned"  # the verdict on it: valid, unknown, unsigned; an invalid one is refused
    signed_by: str = ""


@in_words
def send_message(
    workspace: Workspace,
    document_id: int,
    receivers: Sequence[Organ],
    out: Path,
    *,
    doc_type: int = NEW,
    reason: str = "",
    replaces: Sequence[str] = (),
    signer: Signer | None = None,
    now: datetime | None = None,
) -> Path:
    """Writes the edXML file of a document into the folder `out`, keeps its bytes, and enters it into the outgoing register.

    With a `signer` the message is signed (XAdES, in its header). Raises AppError `edxml.incomplete`, `document.no_file`,
    `document.secret`, `token.*`.
    """
    moment = now or clock.now()
    with workspace.catalog.read() as session:
        document = found.document(session, document_id)
        files = [queries.best_rendition(session, document_id, "signed", "access", "original")]
        files += [row for row in queries.renditions_of(session, document_id) if row.kind == "attachment"]
    if document.secrecy:
        raise AppError(
            "document.secret",
            _("The document bears a secrecy mark; it must not travel in a package."),
            _("Send it as the law on state secrets says."),
        )
    if files[0] is None:
        raise AppError("document.no_file", _("This document has no file."))
    sender = own_organ(workspace)
    identifier = f"{sender.id},{'/'.join(reversed(document.issued_date.split('/')))},{document.code}"
    replaced = [(each, [r.id for r in receivers]) for each in replaces]
    message = Message(
        document_id=identifier,
        sender=sender,
        receivers=receivers,
        code_number=document.code_number,
        code_notation=document.code_notation,
        subject=document.subject,
        place=document.place,
        promulgated=document.issued_date,
        type_name=codes.type_word(document.type_name),
        position=document.position,
        signer=document.signer,
        priority=URGENCY.index(document.urgency) if document.urgency in URGENCY else 0,
        pages=document.pages,
        business=Business(doc_type=doc_type, reason=reason, document_id=identifier, replaced=replaced),
        attachments=[
            Attached(each.name or "tep.pdf", each.mime, workspace.objects.read(each.sha256)) for each in files if each
        ],
    )
    content = message_xml(message, moment)
    if signer is not None:
        content = _signed(workspace, content, signer)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{safe_name(document.code or document.uuid)}_{hashlib.sha256(content).hexdigest()[:8]}.edxml"
    write_atomic(target, content)
    digest, _size = workspace.objects.put_bytes(content)
    with workspace.catalog.write("message.send", document.code) as transaction:
        session = transaction.session
        _note(session, "out", message.document_id, doc_type, sender.id, ";".join(r.id for r in receivers), document_id, digest)
        if doc_type in (NEW, REPLACEMENT):
            enter(session, "out", moment, document_id, "; ".join(r.name for r in receivers))
    return target


@in_words
def receive_message(
    workspace: Workspace, boxes: SandboxPool, path: Path, *, trust: Path | None = None, now: datetime | None = None
) -> Incoming:
    """Takes an edXML file in. A new document goes into the incoming register; a recall or an update changes nothing by itself.

    `trust` is a folder of further root certificates. Raises AppError `edxml.broken`, `edxml.signature`, `file.unreadable`.
    """
    moment = now or clock.now()
    content = found.plain_file(path).read_bytes()
    told = read_edxml(content)
    verdict, signer = _signature(workspace, boxes, content, trust)
    result = _take(workspace, told, content, moment)
    result.signature, result.signed_by = verdict, signer
    return result


def _format(workspace: Workspace, attached: Attached) -> str:
    """PRONOM's key of an attachment."""
    with workspace.scratch() as scratch:
        place = scratch / "attachment"
        place.write_bytes(attached.content)
        return identify(place).puid


def _signed(workspace: Workspace, content: bytes, signer: Signer) -> bytes:
    with workspace.scratch() as scratch:
        plain, signed = scratch / "plain.edxml", scratch / "signed.edxml"
        plain.write_bytes(content)
        sign_xml(plain, signed, signer)
        return signed.read_bytes()


def _signature(workspace: Workspace, boxes: SandboxPool, content: bytes, trust: Path | None) -> tuple[str, str]:
    """The verdict on the message's signature and who signed. Raises AppError `edxml.signature` for one that does not hold."""
    if b"SignatureValue" not in content:
        return "unsigned", ""
    with workspace.scratch() as scratch:
        place = scratch / "message.edxml"
        place.write_bytes(content)
        judged = verify_apart(place, boxes, trust_of(workspace, trust))
    if judged.verdict == "invalid":
        raise AppError(
            "edxml.signature",
            _("The digital signature of this message does not hold, so it was not taken in.")
            + "\n"
            + "\n".join(judged.sentences()),
            _("Ask the sender for the message once more."),
        )
    return judged.verdict, next((one.signer for one in judged.signatures), "")


def _take(workspace: Workspace, told: Message | Status, content: bytes, moment: datetime) -> Incoming:
    digest, _size = workspace.objects.put_bytes(content)
    with workspace.catalog.read() as session:
        seen = session.scalars(select(MessageRow).where(MessageRow.sha256 == digest, MessageRow.direction == "in")).first()
    if seen is not None:
        return Incoming("again", seen.id, seen.document_id)
    if isinstance(told, Status):
        return _take_status(workspace, told, digest)
    stored = [(each, *workspace.objects.put_bytes(each.content), _format(workspace, each)) for each in told.attachments]
    with workspace.catalog.write("message.receive", told.subject[:200]) as transaction:
        session = transaction.session
        known = _named(session, told.business.document_id or told.document_id)
        kind = told.business.doc_type
        result = Incoming(("new", "recall", "update", "replacement")[kind], 0, known)
        if kind in (NEW, REPLACEMENT):
            document = _new_document(session, told, stored)
            result.document_id = document.id
            result.number = enter(session, "in", moment, document.id, told.sender.name).number
            document.arrival_no, document.arrived_on = str(result.number), f"{moment:%d/%m/%Y}"
            if kind == REPLACEMENT:
                ids = [_named(session, identifier) for identifier, _organs in told.business.replaced]
                result.replaced = [i for i in ids if i is not None]
        elif kind == UPDATE and known is not None:
            result.differences = _differences(session.get_one(Document, known), told)
        receivers = ";".join(r.id for r in told.receivers)
        row = _note(session, "in", told.document_id, kind, told.sender.id, receivers, result.document_id, digest)
        result.message_id = row.id
    return result


@in_words
def answer(
    workspace: Workspace, message_id: int, code: str, out: Path, *, description: str = "", now: datetime | None = None
) -> Path:
    """Writes the status message for one that came in (03 taken in, 02 refused, …). Raises AppError `message.gone`."""
    moment = now or clock.now()
    with workspace.catalog.read() as session:
        row = session.get(MessageRow, message_id)
    if row is None or row.direction != "in":
        raise AppError("message.gone", _("There is no such message in the archive."))
    told = read_edxml(workspace.objects.read(row.sha256))
    if isinstance(told, Status):
        raise AppError("message.gone", _("There is no such message in the archive."))
    code_of = "/".join(filter(None, (told.code_number, told.code_notation)))
    response = ResponseFor(organ_id=told.sender.id, code=code_of, date=told.promulgated, document_id=told.document_id)
    status = Status(
        sender=own_organ(workspace), response=response, code=code, description=description, staff=workspace.actor,
        at=f"{moment:%d/%m/%Y %H:%M:%S}",
    )  # fmt: skip
    content = status_xml(status)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"trang-thai_{code}_{hashlib.sha256(content).hexdigest()[:8]}.edxml"
    write_atomic(target, content)
    digest, _size = workspace.objects.put_bytes(content)
    with workspace.catalog.write("message.answer", code_of) as transaction:
        _note(transaction.session, "out", told.document_id, -1, status.sender.id, told.sender.id, row.document_id, digest, code)
    return target


def enter(
    session: Session, register: str, moment: datetime, document_id: int | None, other: str, note: str = ""
) -> RegisterEntry:
    """The next number of this year's register; the unique key keeps two writers from one number."""
    last = session.scalar(
        select(func.max(RegisterEntry.number)).where(RegisterEntry.register == register, RegisterEntry.year == moment.year)
    )
    entry = RegisterEntry(
        register=register, year=moment.year, number=(last or 0) + 1, entered_on=f"{moment:%d/%m/%Y}", document_id=document_id,
        other_party=other[:500], note=note[:500],
    )  # fmt: skip
    session.add(entry)
    session.flush()
    return entry


def own_organ(workspace: Workspace) -> Organ:
    return Organ(id=workspace.settings["office.code"], name=workspace.settings["office.agency"])


def _take_status(workspace: Workspace, told: Status, digest: str) -> Incoming:
    with workspace.catalog.write("message.status", told.code) as transaction:
        session = transaction.session
        known = _named(session, told.response.document_id, "out")
        row = _note(session, "in", told.response.document_id, -1, told.sender.id, "", known, digest, told.code)
        return Incoming("status", row.id, known, status=told.code)


def _note(
    session: Session,
    direction: str,
    identifier: str,
    kind: int,
    sender: str,
    receivers: str,
    document_id: int | None,
    digest: str,
    status: str = "",
) -> MessageRow:
    row = MessageRow(
        direction=direction, message_id=identifier[:200], doc_type=kind, status_code=status[:5], sender=sender[:100],
        receivers=receivers[:2000], document_id=document_id, sha256=digest, created_at=clock.stamp(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _named(session: Session, identifier: str, direction: str = "in") -> int | None:
    """The document that an earlier message of this identifier brought or took."""
    if not identifier:
        return None
    query = select(MessageRow.document_id).where(
        MessageRow.message_id == identifier, MessageRow.direction == direction, MessageRow.document_id.is_not(None)
    )
    return session.scalars(query.order_by(MessageRow.id.desc()).limit(1)).first()


def _new_document(session: Session, told: Message, stored: Sequence[tuple[Attached, str, int, str]]) -> Document:
    main = next(
        (row for row in stored if row[0].mime == PDF or row[0].name.casefold().endswith(".pdf")), stored[0] if stored else None
    )
    document = Document(
        pages=told.pages, source_name=clean(main[0].name)[:255] if main else "edXML", confidence_level="01", state="described",
        created_at=clock.stamp(),
    )  # fmt: skip
    for name, value in _values(told).items():
        fields.put(document, name, value)
    session.add(document)
    session.flush()
    for row in stored:
        attached, digest, size, puid = row
        pdf = attached.name.casefold().endswith(".pdf")
        session.add(
            Rendition(
                document_id=document.id, kind="original" if row is main else "attachment", sha256=digest, size=size,
                mime=PDF if pdf else (attached.mime or "application/octet-stream")[:100], name=clean(attached.name)[:255],
                puid=puid, created_at=clock.stamp(),
            )
        )  # fmt: skip
    return document


def _values(told: Message) -> dict[str, str]:
    return {
        "codeNumber": told.code_number, "codeNotation": told.code_notation, "issuedDate": told.promulgated, "typeName": told.type_name,
        "organName": told.sender.name, "parentOrgan": told.sender.in_charge, "place": told.place, "subject": told.subject,
        "signer": told.signer, "position": told.position, "urgency": URGENCY[told.priority],
        "addressee": "; ".join(r.name for r in told.receivers),
    }  # fmt: skip


def _differences(document: Document, told: Message) -> list[Difference]:
    here = {name: fields.get(document, name) for name in _values(told)}
    return [
        Difference(name, here[name], clean(there))
        for name, there in _values(told).items()
        if there and clean(there) != here[name]
    ]
