"""Mục lục văn bản, tài liệu trong hồ sơ (Nghị định 30/2020/NĐ-CP, annex V, form IV) as a Word file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from docx.shared import Pt

from app.package import wordfile
from app.package.wordfile import Column

# Headers as the form prints them; widths in mm fill landscape A4 between its margins (257 mm).
COLUMNS = (
    Column("STT", 13, centred=True),
    Column("Số,\nký hiệu văn bản", 36),
    Column("Ngày tháng năm văn bản", 28, centred=True),
    Column("Tên loại và trích yếu nội dung văn bản", 90),
    Column("Tác giả văn bản", 42),
    Column("Tờ số/\nTrang số", 21, centred=True),
    Column("Ghi chú", 27),
)


@dataclass(slots=True, frozen=True)
class Row:
    """One document of the list, every value as it is to be read: dates dd/MM/yyyy."""

    code: str  # số, ký hiệu
    issued_on: str
    type_and_subject: str
    author: str
    sheets: str  # tờ số or trang số, "1-3"
    note: str = ""


@dataclass(slots=True, frozen=True)
class ContentsList:
    dossier_code: str
    year: str
    rows: Sequence[Row]
    title: str = ""  # the dossier's title; printed below the code when given


def write_contents_list(contents: ContentsList, target: Path) -> Path:
    """Writes the list to `target` (.docx); it is whole or not there. Raises AppError `package.write`."""
    document = wordfile.new_file(f"Mục lục văn bản, tài liệu {contents.dossier_code}")
    wordfile.line(document, "MỤC LỤC VĂN BẢN, TÀI LIỆU", size=Pt(14))
    wordfile.line(document, f"Số, ký hiệu hồ sơ: {contents.dossier_code}")
    if contents.title:
        wordfile.line(document, contents.title)
    wordfile.line(document, f"Năm {contents.year}")
    wordfile.line(document, "________").paragraph_format.space_after = Pt(10)
    rows = [
        (str(place), row.code, row.issued_on, row.type_and_subject, row.author, row.sheets, row.note)
        for place, row in enumerate(contents.rows, 1)
    ]
    wordfile.table(document, COLUMNS, rows)
    return wordfile.save(document, target)
