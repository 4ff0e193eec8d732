"""What our Word files share: Times New Roman, A4, tables whose head repeats, written whole or not at all."""

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
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(slots=True, frozen=True)
class Column:
    title: str
    width: int  # mm
    centred: bool = False


def new_file(title: str, *, landscape: bool = True) -> Document:
    """An empty A4 file; pages are numbered from the second on (Nghị định 30/2020, annex I)."""
    document = docx.Document()
    section = document.sections[0]
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.left_margin, section.right_margin = (Mm(25), Mm(15)) if landscape else (Mm(30), Mm(20))
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
    section.different_first_page_header_footer = True
    document.core_properties.title = text(title)[:255]
    document.core_properties.author = ""
    return document


def line(
    document: Document, words: str, *, size: Pt = BODY, bold: bool = True, italic: bool = False, centred: bool = True
) -> Paragraph:
    """One paragraph."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    run = paragraph.add_run(text(words))
    run.bold, run.italic, run.font.size = bold, italic, size
    return paragraph


def letterhead(document: Document, parent: str, agency: str, place_and_day: str = "", *, width: int) -> None:
    """The head of Nghị định 30: who writes on the left, the nation's name on the right; `width` in mm of the page's text."""
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    left, right = table.rows[0].cells
    for place, cell, part in ((0, left, 0.4), (1, right, 0.6)):
        cell.width = table.columns[place].width = Mm(round(width * part))
    _stack(left, [(parent.upper(), False, False), (agency.upper(), True, False), ("_______", True, False)])
    rows = [(NATION, True, False), (MOTTO, True, False), ("_______________________", True, False)]
    _stack(right, [*rows, *([(place_and_day, False, True)] if place_and_day else [])])
    line(document, "")


def signatures(document: Document, sides: Sequence[Sequence[tuple[str, str]]], *, width: int) -> None:
    """Who signs, side by side: for each side its lines and their look, "" plain, "b" bold, "i" italic."""
    table = document.add_table(rows=1, cols=len(sides))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for cell, rows in zip(table.rows[0].cells, sides, strict=True):
        cell.width = Mm(width // len(sides))
        _stack(cell, [(words, look == "b", look == "i") for words, look in rows])


def table(document: Document, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """A table with numbered columns under its head, as the forms of the annexes print them."""
    made = document.add_table(rows=0, cols=len(columns))
    made.style = "Table Grid"
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for place, column in zip(made.columns, columns, strict=True):
        place.width = Mm(column.width)
    for number, cell in enumerate(_row(made, columns, repeated=True)):
        _write(cell, columns[number].title, centred=True, bold=True)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for number, cell in enumerate(_row(made, columns, repeated=True)):
        _write(cell, f"({number + 1})", centred=True, italic=True)
    for values in rows:
        for number, (cell, value) in enumerate(zip(_row(made, columns), values, strict=True)):
            _write(cell, value, centred=columns[number].centred)


def save(document: Document, target: Path) -> Path:
    """Writes the file whole or not at all. Raises AppError `package.write`."""
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            document.save(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        words = _("The file “{name}” cannot be written to “{folder}”.").format(name=target.name, folder=target.parent)
        raise AppError("package.write", words, _("Check the folder and your rights to it."), detail=str(error)) from error
    return target


def _stack(cell: _Cell, rows: Sequence[tuple[str, bool, bool]]) -> None:
    for number, (words, bold, italic) in enumerate(rows):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text(words))
        run.bold, run.italic, run.font.size = bold, italic, TABLE


def _row(made: Table, columns: Sequence[Column], *, repeated: bool = False) -> list[_Cell]:
    """The cells of a new row that stays on one page; `repeated` at the top of every page."""
    row = made.add_row()._tr  # type: ignore[no-untyped-call]
    _mark(row.get_or_add_trPr(), "w:cantSplit")
    if repeated:
        _mark(row.get_or_add_trPr(), "w:tblHeader")
    # Row.cells works out merged cells through the whole table: far too slow for a thousand rows that have none.
    cells = [_Cell(each, made) for each in row.tc_lst]
    for cell, column in zip(cells, columns, strict=True):
        cell.width = Mm(column.width)
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
