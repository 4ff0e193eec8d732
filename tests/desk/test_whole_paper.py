"""A long paper: the signature in the middle, annexes behind it, and what goes with it kept in the archive."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select

from app.desk import describing, fields, reading_files
from app.desk.page_choice import wanted_pages
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage import queries, records
from storage.queries import Scope
from tests.desk.papers import take
from tests.signature.outgoing import BODY, Row, draw, head

PAGES = 14
END = 6  # the page with the signature
ANNEXES = {7: ("Phụ lục I", "DANH MỤC THIẾT BỊ"), 10: ("Phụ lục II", "DỰ TOÁN KINH PHÍ NĂM 2026")}
NAMED = "Phụ lục I: DANH MỤC THIẾT BỊ; Phụ lục II: DỰ TOÁN KINH PHÍ NĂM 2026"


@pytest.fixture
def long_paper(tmp_path: Path) -> Path:
    """A plan of fourteen pages with a text layer; it is signed on page 6."""
    text: list[Row] = [("upright", line, 13, 310, 90 + 20 * number) for number, line in enumerate((*BODY, *BODY))]
    opening = [
        *head("Số: 45/KH-UBND", "Đắk Song, ngày 12 tháng 5 năm 2026"),
        ("bold", "KẾ HOẠCH", 14, 297, 160),
        ("bold", "Ứng dụng công nghệ thông tin năm 2026", 14, 297, 178),
        *((style, words, size, middle, top + 130) for style, words, size, middle, top in text),
    ]
    end = [
        *text,
        ("bold", "Nơi nhận:", 12, 115, 340),
        ("upright", "- Sở Nội vụ;", 11, 119, 355),
        ("upright", "- Lưu: VT, VHXH.", 11, 131, 369),
        ("bold", "TM. ỦY BAN NHÂN DÂN", 14, 420, 340),
        ("bold", "CHỦ TỊCH", 14, 420, 357),
        ("bold", "Trần Quốc Toàn", 14, 420, 462),
    ]
    path = tmp_path / "kế hoạch.pdf"
    with pikepdf.new() as pdf:
        for number in range(1, PAGES + 1):
            titles = [("bold", words, 14, 297, 60 + 18 * row) for row, words in enumerate(ANNEXES.get(number, ()))]
            draw(pdf, opening if number == 1 else end if number == END else [*titles, *text])
        pdf.save(path)
    return path


def test_fields_are_read_from_the_pages_that_tell_them() -> None:
    assert wanted_pages(1) == [1]
    assert wanted_pages(40) == [1, 2, 3, 39, 40]
    texts = dict.fromkeys(range(1, 41), "Điều 2. Chánh Văn phòng thi hành Quyết định này")
    texts |= {6: "rủi ro\nNơi nhận:\n- Như trên;", 7: "Phụ lục I\nDANH SÁCH", 20: "PHỤ LỤC II\nBẢNG KÊ"}
    assert wanted_pages(40, texts) == [1, 2, 3, 6, 7, 20, 39, 40]


def test_the_archive_keeps_who_it_is_signed_for_its_recipients_and_annexes(
    workspace: Workspace, boxes: SandboxPool, long_paper: Path
) -> None:
    take(workspace, boxes, long_paper)
    view = describing.fields_of(workspace, 1)
    kept = ("signer", "position", "authority", "recipients", "attachments", "language")
    assert {name: view.values[name] for name in kept} == {
        "signer": "Trần Quốc Toàn",
        "position": "Chủ tịch",
        "authority": "TM. ỦY BAN NHÂN DÂN",
        "recipients": "Sở Nội vụ; Lưu: VT, VHXH",
        "attachments": NAMED,
        "language": "Tiếng Việt",
    }
    assert (view.evidence["signer"].page, view.evidence["attachments"].page) == (END, 7)
    assert view.document.language == "01"
    describing.edit(workspace, 1, {"attachments": "Phụ lục I", "language": "Tiếng Anh", "circulation": "Lưu hành nội bộ"})
    view = describing.fields_of(workspace, 1)
    assert (view.values["attachments"], view.values["language"], view.document.language) == ("Phụ lục I", "Tiếng Anh", "02")
    describing.describe_again(Job(), workspace, boxes, [1])
    again = describing.fields_of(workspace, 1)
    assert (again.values["attachments"], again.values["language"]) == ("Phụ lục I", "Tiếng Anh"), "the clerk's word stays"
    assert again.values["circulation"] == "Lưu hành nội bộ"


def test_a_file_outside_the_archive_is_read_on_to_its_signature(boxes: SandboxPool, long_paper: Path) -> None:
    (found,) = reading_files.describe_files(Job(), boxes, [long_paper])
    assert found.problem is None
    assert found.pages == PAGES
    assert (found.fields["signer"].value, found.fields["signer"].page) == ("Trần Quốc Toàn", END)
    assert found.fields["authority"].value == "TM. ỦY BAN NHÂN DÂN"


@pytest.mark.parametrize("name", queries.ASIDE)
def test_what_only_helps_to_find_a_paper_brings_it_on_no_shelf(workspace: Workspace, boxes: SandboxPool, name: str) -> None:
    from tests.desk.papers import SAMPLES

    take(workspace, boxes, SAMPLES / "11-quyet-dinh.pdf")
    describing.confirm(workspace, [1])
    with workspace.catalog.write("test") as transaction:
        session = transaction.session
        session.get_one(records.Document, 1).state = "described"
        row = session.scalars(
            select(records.FieldEvidence).where(records.FieldEvidence.document_id == 1, records.FieldEvidence.name == name)
        ).first()
        if row is None:
            row = fields.evidence(1, name, records.FieldReading("", 0.1))
            session.add(row)
        row.confidence, row.confirmed = 0.1, False
    with workspace.catalog.read() as session:
        assert queries.document_ids(session, Scope("to_check")) == []
        (shown,) = queries.document_rows(session, [1])
    assert shown.doubtful == 0
