"""What an archive holds: fonds, inventories, dossiers, documents, pages and their files.

Field names follow the table of words in the plan; lengths and codes are those of Thông tư 05/2025 (EAD, EAD_doc).
Dates of records are text as the paper says them, dd/MM/yyyy, MM/yyyy or yyyy, with a sortable twin where lists need one.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Id, Moment, Record, Sha256, Uuid, new_uuid


class Fonds(Record):
    """Phông: all records of one agency."""

    __tablename__ = "fonds"
    id: Mapped[Id] = mapped_column(init=False)
    uuid: Mapped[Uuid] = mapped_column(default_factory=new_uuid)
    code: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(1000))
    agency: Mapped[str] = mapped_column(String(200), default="")


class Inventory(Record):
    """Mục lục hồ sơ."""

    __tablename__ = "inventory"
    __table_args__ = (UniqueConstraint("fonds_id", "code"),)
    id: Mapped[Id] = mapped_column(init=False)
    uuid: Mapped[Uuid] = mapped_column(default_factory=new_uuid)
    fonds_id: Mapped[int] = mapped_column(ForeignKey("fonds.id"))
    code: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(1000), default="")


class Dossier(Record):
    """Hồ sơ. `code` is TT05's fileCode (S100)."""

    __tablename__ = "dossier"
    __table_args__ = (UniqueConstraint("fonds_id", "code"), Index("ix_dossier_inventory", "inventory_id"))
    id: Mapped[Id] = mapped_column(init=False)
    uuid: Mapped[Uuid] = mapped_column(default_factory=new_uuid)
    fonds_id: Mapped[int] = mapped_column(ForeignKey("fonds.id"))
    inventory_id: Mapped[int | None] = mapped_column(ForeignKey("inventory.id"), default=None)
    code: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(1000))
    maintenance: Mapped[str] = mapped_column(String(100), default="01")
    mode: Mapped[str] = mapped_column(String(30), default="01")
    language: Mapped[str] = mapped_column(String(100), default="01")
    start_date: Mapped[str] = mapped_column(String(10), default="")
    end_date: Mapped[str] = mapped_column(String(10), default="")
    keyword: Mapped[str] = mapped_column(String(100), default="")
    format: Mapped[str] = mapped_column(String(50), default="01")
    infor_sign: Mapped[str] = mapped_column(String(30), default="")
    confidence_level: Mapped[str] = mapped_column(String(40), default="02")
    paper_file_code: Mapped[str] = mapped_column(String(100), default="")
    risk_recovery: Mapped[bool] = mapped_column(default=False)
    risk_recovery_status: Mapped[str] = mapped_column(String(2), default="")
    number_of_paper: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[Moment]
    deleted_at: Mapped[str | None] = mapped_column(String(32), default=None)


class Document(Record):
    """Văn bản. The fields of TT05's EAD_doc and of Nghị định 30's registers."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_dossier", "dossier_id", "ordinal"),
        Index("ix_document_state", "state"),
        Index("ix_document_issued", "issued_sort", "id"),
        CheckConstraint("ordinal >= 0", name="ck_document_ordinal"),
    )
    id: Mapped[Id] = mapped_column(init=False)
    uuid: Mapped[Uuid] = mapped_column(default_factory=new_uuid)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), default=None)
    ordinal: Mapped[int] = mapped_column(default=0)  # place in the dossier, from 1
    type_name: Mapped[str] = mapped_column(String(10), default="")  # TT05 code 01 … 32, or a word that it lacks (of any length)
    code_number: Mapped[str] = mapped_column(String(11), default="")
    code_notation: Mapped[str] = mapped_column(String(30), default="")
    issued_date: Mapped[str] = mapped_column(String(10), default="")
    issued_sort: Mapped[str] = mapped_column(String(10), default="")  # yyyy-MM-dd, kept in step by the desk
    organ_name: Mapped[str] = mapped_column(String(200), default="")
    parent_organ: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    subject: Mapped[str] = mapped_column(String(500), default="")
    addressee: Mapped[str] = mapped_column(String(500), default="")
    signer: Mapped[str] = mapped_column(String(100), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    authority: Mapped[str] = mapped_column(String(200), default="")  # for whom is signed: "TM. ỦY BAN NHÂN DÂN"
    recipients: Mapped[str] = mapped_column(String(1000), default="")  # the list below "Nơi nhận"
    attachments: Mapped[str] = mapped_column(String(1000), default="")
    urgency: Mapped[str] = mapped_column(String(30), default="")
    secrecy: Mapped[str] = mapped_column(String(30), default="")
    circulation: Mapped[str] = mapped_column(String(50), default="")
    arrival_no: Mapped[str] = mapped_column(String(20), default="")
    arrived_on: Mapped[str] = mapped_column(String(10), default="")
    language: Mapped[str] = mapped_column(String(100), default="01")
    pages: Mapped[int] = mapped_column(default=0)
    sheets: Mapped[str] = mapped_column(String(30), default="")  # tờ số, "1-3"
    keyword: Mapped[str] = mapped_column(String(100), default="")
    infor_sign: Mapped[str] = mapped_column(String(30), default="")
    mode: Mapped[str] = mapped_column(String(20), default="01")
    confidence_level: Mapped[str] = mapped_column(String(30), default="02")
    format: Mapped[str] = mapped_column(String(50), default="01")
    autograph: Mapped[str] = mapped_column(String(2000), default="")
    description: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[str] = mapped_column(String(12), default="new")  # new → recognised → described → confirmed
    signed: Mapped[bool] = mapped_column(default=False)
    source_name: Mapped[str] = mapped_column(String(255), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    deleted_at: Mapped[str | None] = mapped_column(String(32), default=None)

    @property
    def code(self) -> str:
        """Số và ký hiệu together, as people say it: 125/QĐ-UBND; the Party writes 128-CV/TU."""
        mark = "-" if "/" in self.code_notation and not self.code_notation[0].isdigit() else "/"
        return mark.join(part for part in (self.code_number, self.code_notation) if part)


class Page(Record):
    """One page of a document: the image as scanned, a turn for the eye, the words read off it."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("document_id", "number"),)
    id: Mapped[Id] = mapped_column(init=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]  # from 1
    image: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 of the page image in the objects
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    dpi: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)  # degrees clockwise, for viewing only
    words: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, info={"bulky": True})
    text: Mapped[str] = mapped_column(default="", info={"bulky": True})
    problem: Mapped[str] = mapped_column(String(500), default="")


class Rendition(Record):
    """A computer file of a document: original, access, signed or copy. Bytes lie in the objects under their SHA-256."""

    __tablename__ = "rendition"
    __table_args__ = (Index("ix_rendition_document", "document_id", "kind"), Index("ix_rendition_sha256", "sha256"))
    id: Mapped[Id] = mapped_column(init=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    kind: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[Sha256]
    size: Mapped[int]
    mime: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(255), default="")
    puid: Mapped[str] = mapped_column(String(30), default="")
    signatures: Mapped[int] = mapped_column(default=0)
    signer: Mapped[str] = mapped_column(String(200), default="")  # of the newest signature, where we made it
    sign_method: Mapped[str] = mapped_column(String(40), default="")  # "SHA256withRSA"
    signed_at: Mapped[str | None] = mapped_column(String(32), default=None)
    created_at: Mapped[Moment]


class FieldEvidence(Record):
    """What was read for one field of a document: value, how sure, where, why, and whether the clerk has confirmed it."""

    __tablename__ = "field_evidence"
    __table_args__ = (UniqueConstraint("document_id", "name"),)
    id: Mapped[Id] = mapped_column(init=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    name: Mapped[str] = mapped_column(String(30))
    value: Mapped[str] = mapped_column(String(1000), default="")
    confidence: Mapped[float] = mapped_column(default=0.0)
    page: Mapped[int | None] = mapped_column(default=None)
    x0: Mapped[float | None] = mapped_column(default=None)
    y0: Mapped[float | None] = mapped_column(default=None)
    x1: Mapped[float | None] = mapped_column(default=None)
    y1: Mapped[float | None] = mapped_column(default=None)
    source: Mapped[str] = mapped_column(String(20), default="")
    why: Mapped[str] = mapped_column(String(200), default="")
    confirmed: Mapped[bool] = mapped_column(default=False)
    stands: Mapped[str] = mapped_column(
        String(16), default=""
    )  # the clerk took it whatever the checks say: see app.desk.objections
