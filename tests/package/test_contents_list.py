"""The contents list of a dossier (decree 30/2020, annex V, form IV)."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from app.errors import AppError
from app.package.contents_list import ContentsList, Row, write_contents_list

ROWS = [
    Row("12/QĐ-UBND", "05/03/2001", "Quyết định về việc phê duyệt dự án", "Ủy ban nhân dân tỉnh", "1-2", "Bản chính"),
    Row("", "2001", "Tờ trình <khẩn> & kèm theo\x00 phụ lục", "Sở Giáo dục và Đào tạo", "3"),
]


def made(tmp_path: Path, rows: list[Row] = ROWS) -> docx.document.Document:  # type: ignore[name-defined]
    target = write_contents_list(ContentsList("160.TCCB", "2001", rows, "Hồ sơ phê duyệt dự án"), tmp_path / "mục lục.docx")
    assert [p.name for p in tmp_path.iterdir()] == ["mục lục.docx"]
    return docx.Document(str(target))


def test_the_words_of_the_form(tmp_path: Path) -> None:
    document = made(tmp_path)
    lines = [p.text for p in document.paragraphs if p.text]
    assert lines[:4] == ["MỤC LỤC VĂN BẢN, TÀI LIỆU", "Số, ký hiệu hồ sơ: 160.TCCB", "Hồ sơ phê duyệt dự án", "Năm 2001"]
    head = [cell.text.replace("\n", " ") for cell in document.tables[0].rows[0].cells]
    assert head == [
        "STT", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản", "Tên loại và trích yếu nội dung văn bản",
        "Tác giả văn bản", "Tờ số/ Trang số", "Ghi chú",
    ]  # fmt: skip
    assert [cell.text for cell in document.tables[0].rows[1].cells] == [f"({n})" for n in range(1, 8)]


def test_one_row_a_document(tmp_path: Path) -> None:
    rows = made(tmp_path).tables[0].rows
    assert len(rows) == 4
    assert [cell.text for cell in rows[2].cells] == ["1", *(getattr(ROWS[0], name) for name in Row.__slots__)]
    assert rows[3].cells[3].text == "Tờ trình <khẩn> & kèm theo  phụ lục"


def test_page_type_and_repeated_header(tmp_path: Path) -> None:
    document = made(tmp_path)
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    style = document.styles["Normal"]
    assert (style.font.name, style.font.size.pt) == ("Times New Roman", 13)
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in document.tables[0].rows]
    assert repeated == [True, True, False, False]
    room = section.page_width - section.left_margin - section.right_margin
    assert round(sum(column.width.mm for column in document.tables[0].columns)) == round(room / 36000)  # EMU a mm


def test_an_empty_dossier_and_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert len(made(tmp_path, []).tables[0].rows) == 2
    with pytest.raises(AppError) as caught:
        write_contents_list(ContentsList("1", "2001", []), tmp_path / "nowhere" / "x.docx")
    assert caught.value.code == "package.write"
