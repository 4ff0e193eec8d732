"""What an edXML message says, in plain values. Dates are dd/MM/yyyy whatever the file writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

NEW, RECALL, UPDATE, REPLACEMENT = range(4)
# TCVN/QCVN codes of what became of a message
STATUSES = {
    "01": "Đã đến", "02": "Từ chối tiếp nhận", "03": "Đã tiếp nhận", "04": "Phân công", "05": "Đang xử lý", "06": "Hoàn thành",
    "13": "Lấy lại", "15": "Đồng ý cập nhật, lấy lại", "16": "Từ chối cập nhật, lấy lại",
}  # fmt: skip


@dataclass(slots=True, frozen=True, kw_only=True)
class Organ:
    id: str
    name: str
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(slots=True, frozen=True)
class Attached:
    name: str
    mime: str
    content: bytes
    description: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class ResponseFor:
    """The message that this one answers."""

    organ_id: str = ""
    code: str = ""
    date: str = ""
    document_id: str = ""


@dataclass(slots=True, frozen=True, kw_only=True)
class Business:
    """What the message does: `doc_type` 0 new, 1 recall, 2 update, 3 replacement. `replaced`: (document id, organs that have it)."""

    doc_type: int = NEW
    reason: str = ""
    document_id: str = ""
    staff: str = ""
    paper: bool = False
    replaced: Sequence[tuple[str, Sequence[str]]] = ()


@dataclass(slots=True, frozen=True, kw_only=True)
class Message:
    document_id: str
    sender: Organ
    receivers: Sequence[Organ]
    code_number: str
    code_notation: str
    subject: str
    place: str = ""
    promulgated: str = ""
    type_kind: str = "2"  # 1 legal document, 2 administrative
    type_name: str = ""
    content: str = ""
    competence: str = ""
    position: str = ""
    signer: str = ""
    due: str = ""
    to_places: Sequence[str] = ()
    priority: int = 0  # 0 ordinary … 4 by the hour
    pages: int = 0
    steering: str = "0"
    responses: Sequence[ResponseFor] = ()
    business: Business = field(default_factory=Business)
    traces: Sequence[tuple[str, str]] = ()  # organ, moment as written
    attachments: Sequence[Attached] = ()
    signed: bool = False  # the file carries an XML signature


@dataclass(slots=True, frozen=True, kw_only=True)
class Status:
    """What became of a message; `at` is dd/MM/yyyy HH:mm:ss."""

    sender: Organ
    response: ResponseFor
    code: str
    description: str = ""
    staff: str = ""
    at: str = ""
