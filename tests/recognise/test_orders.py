"""Reading order of real pictures, level or not, and a page upside down on its whole way into the archive."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from app.desk import intake
from app.desk.pages import words_of
from app.desk.searching import hit_boxes
from app.jobs import Job
from app.recognise.tesseract import Tesseract
from app.recognise.turning import turned
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries
from tests import made_files as made
from tests.recognise import scans
from tests.recognise.test_pdfa import pdftotext
from tests.recognise.test_turned import saved

LEFT = ("Ủy ban nhân dân huyện giao", "Phòng Tài chính chủ trì, phối", "hợp với các cơ quan liên quan", "tổ chức thực hiện.")
RIGHT = ("Báo cáo kết quả trước ngày", "31 tháng 12 hằng năm để tổng", "hợp, trình cấp có thẩm quyền", "xem xét, quyết định.")
TABLE = (("STT", "Họ và tên", "Chức vụ", "Ghi chú"), ("1", "Nguyễn Văn An", "Trưởng phòng", "Kiêm nhiệm"),
         ("2", "Trần Thị Bình", "Chuyên viên", "Chuyên trách"), ("3", "Lê Văn Cường", "Văn thư", "Hợp đồng"))  # fmt: skip


def sheet() -> tuple[Image.Image, ImageDraw.ImageDraw, ImageFont.FreeTypeFont]:
    page = Image.new("RGB", (1654, 700), (250, 247, 238))
    return page, ImageDraw.Draw(page), ImageFont.truetype(made.FONT, 36)


def askew(page: Image.Image, tilt: float) -> Image.Image:
    return page.rotate(-tilt, fillcolor=(250, 247, 238), resample=Image.Resampling.BICUBIC)


@pytest.mark.parametrize("tilt", [0.0, 1.6])
def test_two_columns_of_text_are_read_one_after_the_other(engine: Tesseract, tmp_path: Path, tilt: float) -> None:
    page, pencil, font = sheet()
    for x, lines in ((150, LEFT), (900, RIGHT)):
        for number, line in enumerate(lines):
            pencil.text((x, 150 + number * 62), line, font=font, fill=(20, 20, 40))
    read, _turn = engine.read_scan(saved(askew(page, tilt), tmp_path / "a.jpg"))
    assert read.text.split("\n") == [*LEFT, *RIGHT]


@pytest.mark.parametrize("tilt", [0.0, -1.2])
def test_a_table_is_read_row_by_row_or_column_by_column_but_never_mixed(engine: Tesseract, tmp_path: Path, tilt: float) -> None:
    page, pencil, font = sheet()
    edges = (120, 260, 700, 1080, 1500)
    for number, row in enumerate(TABLE):
        for x, cell in zip(edges, row, strict=False):
            pencil.text((x + 16, 110 + number * 80), cell, font=font, fill=(20, 20, 40))
    for x in edges:
        pencil.line((x, 90, x, 410), fill=(30, 30, 40), width=3)
    for y in range(90, 411, 80):
        pencil.line((120, y, 1500, y), fill=(30, 30, 40), width=3)
    read, _turn = engine.read_scan(saved(askew(page, tilt), tmp_path / "a.jpg"))
    said = " ".join(word for word in read.text.split() if word.isalpha())
    rows = " ".join(cell for row in TABLE for cell in row[1:])
    columns = " ".join(row[place] for place in range(1, 4) for row in TABLE)
    assert said.replace("STT ", "") in (rows, columns)


def test_a_page_scanned_upside_down_reaches_the_archive_upright(
    workspace: Workspace, boxes: SandboxPool, tmp_path: Path
) -> None:
    path = saved(scans.body().rotate(180), tmp_path / "ngược.jpg")
    result = intake.import_files(Job(), workspace, boxes, [path])
    (document_id,) = result.documents
    with workspace.catalog.read() as session:
        (page,) = queries.pages_of(session, document_id)
        access = queries.best_rendition(session, document_id, "access")
    assert page.turn == 180
    assert scans.BODY[3] in page.text
    (number, box), *_more = hit_boxes(workspace, document_id, "chuyển đổi")
    there = next(word for word in words_of(page).words if word.text == "chuyển")
    assert number == 1
    assert (box[1], box[2]) == pytest.approx((there.box[1], there.box[2]), abs=0.01), "the first word's right edge on the scan"
    x0, y0, _x1, _y1 = turned(box, page.turn)
    assert (x0, y0) == pytest.approx((0.5, 0.4), abs=0.15), "on the upright page it stands in the middle of the fourth line"
    assert access is not None
    workspace.objects.copy_out(access.sha256, tmp_path / "access.pdf")
    with pikepdf.open(tmp_path / "access.pdf") as pdf:
        assert int(pdf.pages[0].Rotate) == 180
    assert scans.BODY[3].split()[0] in pdftotext(tmp_path / "access.pdf").split()
    assert workspace.objects.read(page.image) == path.read_bytes(), "the image as scanned stays"
