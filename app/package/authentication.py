"""Văn bản xác thực: the authentication document that a DIP carries as PDF/A (Thông tư 05/2025/TT-BNV, art. 42.2)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from app.package.model import FileInput
from app.package.textpdf import Text, text_pdf
from app.package.wordfile import MOTTO, NATION

NAME = "van-ban-xac-thuc.pdf"
PUID_PDFA_2B = "fmt/477"


@dataclass(slots=True, frozen=True)
class Copied:
    """One document of which the reader gets a copy."""

    archive_code: str  # archival code of the original
    number: str  # number and notation
    type_name: str
    subject: str


@dataclass(slots=True, frozen=True, kw_only=True)
class Authentication:
    """What art. 42.2 asks for. Dates as they are to be read, dd/MM/yyyy."""

    code: str  # archival authentication code
    archive: str  # the historical archive's name
    receiver: str
    citizen_number: str
    purpose: str
    issued_on: str
    term: str
    copies: int
    documents: Sequence[Copied]


def authentication_document(told: Authentication) -> FileInput:
    """The document as PDF/A-2b. Raises AppError `pdfa.unproven`."""
    dots = "................................"
    lines = [
        Text(NATION, bold=True, place="centre"),
        Text(MOTTO, bold=True, place="centre"),
        Text(told.archive.upper(), bold=True, place="centre", before=14),
        Text("VĂN BẢN XÁC THỰC LƯU TRỮ", size=14, bold=True, place="centre", before=24),
        Text(f"Mã xác thực lưu trữ: {told.code}", place="centre"),
        Text(f"Tên lưu trữ lịch sử: {told.archive or dots}", before=18),
        Text(f"Người nhận: {told.receiver or dots}"),
        Text(f"Số định danh cá nhân (căn cước): {told.citizen_number or dots}"),
        Text(f"Mục đích sử dụng: {told.purpose or dots}"),
        Text(f"Ngày cấp: {told.issued_on}"),
        Text(f"Thời hạn sử dụng: {told.term or dots}"),
        Text(f"Số lượng bản sao: {told.copies}"),
        Text("Tài liệu được sao:", bold=True, before=12),
    ]
    for number, each in enumerate(told.documents, 1):
        lines.append(Text(f"{number}. Mã lưu trữ của bản gốc: {each.archive_code}", before=8))
        lines.append(Text(f"Số, ký hiệu: {each.number or '(không số)'}; tên loại: {each.type_name or '(không)'}"))
        lines.append(Text(f"Trích yếu nội dung, tiêu đề: {each.subject}"))
    content = text_pdf(lines, f"Văn bản xác thực lưu trữ {told.code}")
    return FileInput(
        name=NAME,
        source=lambda: io.BytesIO(content),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        mime="application/pdf",
        puid=PUID_PDFA_2B,
    )
