"""Mục lục văn bản, tài liệu trong hồ sơ (Nghị định 30/2020/NĐ-CP, annex V, form IV) as a Word file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from app.errors import AppError
from app.i18n import _
from app.package.xml import text

FONT = "Times New Roman"
BODY, TABLE = Pt(13), Pt(12)
# Headers as the form prints them; widths in mm fill landscape A4 between its margins (257 mm).
COLUMNS = (
    ("STT", 13),
    ("Số,\nký hiệu văn bản", 36),
    ("Ngày tháng năm văn bản", 28),
    ("Tên loại và trích yếu nội dung văn bản", 90),
    ("Tác giả văn bản", 42),
    ("Tờ số/\nTrang số", 21),
    ("Ghi chú", 27),
)
CENTRED = {0, 2, 5}


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
    document = docx.Document()
    _page(document)
    _head(document, contents)
    _table(document, contents.rows)
    document.core_properties.title = text(f"Mục lục văn bản, tài liệu {contents.dossier_code}")[:255]
    document.core_properties.author = ""
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            document.save(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        words = _("The contents list cannot be written to “{folder}”.").format(folder=target.parent)
        raise AppError("package.write", words, _("Check the folder and your rights to it."), detail=str(error)) from error
    return target


def _page(document: Document) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin, section.right_margin = Mm(25), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, BODY
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(number, "PAGE")
    section.different_first_page_header_footer = True  # Nghị định 30: pages are numbered from the second on


def _head(document: Document, contents: ContentsList) -> None:
    _line(document, "MỤC LỤC VĂN BẢN, TÀI LIỆU", size=Pt(14))
    _line(document, f"Số, ký hiệu hồ sơ: {contents.dossier_code}")
    if contents.title:
        _line(document, contents.title)
    _line(document, f"Năm {contents.year}")
    rule = _line(document, "________")
    rule.paragraph_format.space_after = Pt(10)


def _line(document: Document, words: str, size: Pt = BODY) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text(words))
    run.bold, run.font.size = True, size
    return paragraph


def _table(document: Document, rows: Sequence[Row]) -> None:
    table = document.add_table(rows=0, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, (_title, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)
    for number, cell in enumerate(_row(table, repeated=True)):
        _write(cell, COLUMNS[number][0], centred=True, bold=True)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for number, cell in enumerate(_row(table, repeated=True)):
        _write(cell, f"({number + 1})", centred=True, italic=True)
    for place, row in enumerate(rows, 1):
        values = (str(place), row.code, row.issued_on, row.type_and_subject, row.author, row.sheets, row.note)
        for number, (cell, value) in enumerate(zip(_row(table), values, strict=True)):
            _write(cell, value, centred=number in CENTRED)


def _row(table: Table, *, repeated: bool = False) -> list[_Cell]:
    """The cells of a new row that stays on one page; `repeated` at the top of every page."""
    made = table.add_row()._tr  # type: ignore[no-untyped-call]
    _mark(made.get_or_add_trPr(), "w:cantSplit")
    if repeated:
        _mark(made.get_or_add_trPr(), "w:tblHeader")
    # Row.cells works out merged cells through the whole table: far too slow for a thousand rows that have none.
    cells = [_Cell(each, table) for each in made.tc_lst]
    for cell, (_title, width) in zip(cells, COLUMNS, strict=True):
        cell.width = Mm(width)
    return cells


def _write(cell: _Cell, value: str, *, centred: bool = False, bold: bool = False, italic: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text(value))
    run.bold, run.italic, run.font.size = bold, italic, TABLE


def _mark(properties: object, name: str) -> None:
    element = OxmlElement(name)
    element.set(qn("w:val"), "true")
    properties.append(element)  # type: ignore[attr-defined]


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in, e.g. the page number."""
    for kind, words in (("begin", None), (None, code), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = words
        run._r.append(mark)
