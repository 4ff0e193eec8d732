"""A dossier whose documents have small PDFs and complete descriptions: what exports and imports are tried on."""

from __future__ import annotations

import json

from app import clock
from app.desk import fields, filing
from app.workspace import Workspace
from storage.records import Document, Rendition, SpecialRecord

FONDS, CODE = "H49.64", "H49.64.33.2001.160"
DOSSIER = {
    "maintenance": "01", "start_date": "05/03/2001", "end_date": "31/12/2001", "paper_file_code": "K1.G2.160",
    "keyword": "trường học", "infor_sign": "XD", "number_of_paper": 4, "description": "đủ, “tốt” & sạch",
}  # fmt: skip


def pdf(number: int, size: int = 600) -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + f"{number:07d}".encode() * (size // 7) + b"\n%%EOF\n"


def dossier(workspace: Workspace, count: int = 3, *, code: str = CODE, first: int = 1, size: int = 600) -> int:
    """A dossier with `count` documents, each with its own bytes; returns its id."""
    with workspace.catalog.read() as session:
        from sqlalchemy import select

        from storage.records import Fonds

        known = session.scalars(select(Fonds.id).where(Fonds.code == FONDS)).first()
    fonds = known or filing.add_fonds(workspace, FONDS, "UBND huyện Quỳnh Phụ", "Ủy ban nhân dân huyện Quỳnh Phụ")
    made = filing.add_dossier(
        workspace, code, "Hồ sơ phê duyệt dự án xây dựng trường học xã Đông Hải", fonds_id=fonds, **DOSSIER
    )
    stored = [workspace.objects.put_bytes(pdf(number, size)) for number in range(first, first + count)]
    with workspace.catalog.write("document.import", code) as transaction:
        for number, (digest, length) in enumerate(stored, first):
            transaction.session.add(_document(made, number))
            transaction.session.flush()
            last = transaction.session.query(Document.id).order_by(Document.id.desc()).limit(1).scalar()
            transaction.session.add(rendition(last, "original", digest, length, f"quét {number}.pdf"))
    return made


def rendition(document_id: int, kind: str, digest: str, size: int, name: str, mime: str = "application/pdf") -> Rendition:
    return Rendition(
        document_id=document_id, kind=kind, sha256=digest, size=size, mime=mime, name=name, puid="fmt/477",
        created_at=clock.stamp(),
    )  # fmt: skip


def attach(workspace: Workspace, document_id: int, name: str, content: bytes) -> None:
    digest, size = workspace.objects.put_bytes(content)
    with workspace.catalog.write("document.edit", name) as transaction:
        transaction.session.add(rendition(document_id, "attachment", digest, size, name, "application/vnd.ms-excel"))


def picture(workspace: Workspace, dossier_id: int, content: bytes, values: dict[str, str], record: str = "pic") -> int:
    """A picture or recording at the end of the dossier."""
    digest, size = workspace.objects.put_bytes(content)
    name, mime = ("ảnh.jpg", "image/jpeg") if record == "pic" else ("ghi âm.mp3", "audio/mpeg")
    with workspace.catalog.write("document.import", name) as transaction:
        session = transaction.session
        row = _document(dossier_id, 99)
        session.add(row)
        session.flush()
        session.add(rendition(row.id, "original", digest, size, name, mime))
        session.add(SpecialRecord(document_id=row.id, record=record, values=json.dumps(values)))
        return row.id


def _document(dossier_id: int, number: int) -> Document:
    made = Document(
        dossier_id=dossier_id, ordinal=number, pages=2, state="confirmed", source_name=f"quét {number}.pdf", created_at=clock.stamp(),
        infor_sign="KH1", language="01",
    )  # fmt: skip
    values = {
        "codeNumber": str(number), "codeNotation": "QĐ-UBND", "issuedDate": "05/03/2001", "typeName": "Quyết định",
        "organName": "Ủy ban nhân dân tỉnh Thái Bình", "subject": f"Về việc phê duyệt dự án <đợt {number}> & bổ sung",
        "signer": "Trần Văn Bảy", "position": "Chủ tịch", "autograph": "Đã xem", "keyword": "dự án", "description": "bản chính",
    }  # fmt: skip
    for name, value in values.items():
        fields.put(made, name, value)
    return made
