"""Annexes and enclosures: their headings, what the text says, and rows that only mention them."""

from __future__ import annotations

from datetime import date

import pytest

from app.describe.attachments import begins_annex
from app.describe.header import describe
from storage.records.reading import FieldReading
from tests.describe.layouts import Draft, closing, decision, head

TODAY = date(2026, 11, 22)


def attachments(*drafts: Draft) -> FieldReading | None:
    return describe([draft.page() for draft in drafts], today=TODAY).get("attachments")


def text(*rows: str, below: Draft | None = None) -> Draft:
    """Rows of text, each of them as wide as the page."""
    draft = below or Draft()
    for number, row in enumerate(rows):
        draft.at(row, 0.14, 0.3 + 0.02 * number)
    return draft


def annex(*rows: tuple[str, float]) -> Draft:
    draft = Draft()
    for number, (row, centre) in enumerate(rows):
        draft.put(row, centre, 0.05 + 0.02 * number)
    return draft.at("1. Trần Văn Cường, thôn Đông, xã Tân An", 0.14, 0.3).at("2. Lê Thị Hoa, thôn Đoài", 0.14, 0.32)


def test_annexes_are_named_by_number_and_title() -> None:
    first = annex(
        ("Phụ lục I", 0.52), ("DANH SÁCH KHEN THƯỞNG", 0.52), ("(Kèm theo Quyết định số 125/QĐ-PNV ngày 05/3/2024)", 0.52)
    )
    second = annex(("PHỤ LỤC II: DỰ TOÁN KINH PHÍ", 0.52), ("NĂM 2024", 0.52))
    found = attachments(decision(), first, Draft().at("11. Phạm Văn Dũng", 0.14, 0.1), second)
    assert found is not None
    assert found.value == "Phụ lục I: DANH SÁCH KHEN THƯỞNG; Phụ lục II: DỰ TOÁN KINH PHÍ NĂM 2024"
    assert found.page == 2
    assert found.box is not None
    assert found.box[1] < 0.1
    assert found.confidence > 0.85
    assert found.why


def test_an_annex_that_goes_on_overleaf_is_one() -> None:
    first = annex(("Phụ lục 1", 0.8), ("BẢNG PHÂN BỔ", 0.52))
    found = attachments(decision(), first, annex(("Phụ lục 1", 0.8), ("BẢNG PHÂN BỔ (tiếp theo)", 0.52)))
    assert found is not None
    assert found.value == "Phụ lục 1: BẢNG PHÂN BỔ"


def test_annexes_without_a_number_are_told_apart_by_their_titles() -> None:
    first, more = (annex(("Phụ lục", 0.52), (title, 0.52)) for title in ("BẢNG PHÂN BỔ", "BẢNG PHÂN BỔ (TIẾP THEO)"))
    found = attachments(decision(), first, more, annex(("Phụ lục", 0.52), ("DANH SÁCH", 0.52)))
    assert found is not None
    assert found.value == "Phụ lục: BẢNG PHÂN BỔ; Phụ lục: DANH SÁCH"


def test_rules_issued_with_a_decision_are_named_by_their_title() -> None:
    rules = Draft().put("ỦY BAN NHÂN DÂN", 0.27, 0.03).put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.68, 0.03)
    rules.put("XÃ TÂN AN", 0.27, 0.046).put("Độc lập - Tự do - Hạnh phúc", 0.68, 0.046)
    rules.put("QUY CHẾ", 0.52, 0.12).put("Làm việc của Ủy ban nhân dân xã Tân An", 0.52, 0.14)
    rules.put("(Ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 05 tháng 3 năm 2024)", 0.52, 0.16)
    found = attachments(decision(), rules)
    assert found is not None
    assert found.value == "QUY CHẾ Làm việc của Ủy ban nhân dân xã Tân An"


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        (
            ("Điều 1. Ban hành kèm theo Quyết định này Quy chế làm việc của", "Phòng Nội vụ."),
            "Quy chế làm việc của Phòng Nội vụ",
        ),
        (("giao Phòng Tài chính thực hiện (có danh sách kèm theo).",), "Danh sách"),
        (("Điều 1. Khen thưởng 12 cá nhân (danh sách và trích ngang", "gửi kèm theo)."), "Danh sách và trích ngang"),
        (("Phòng báo cáo để biết (gửi kèm dự thảo Kế hoạch năm 2025).",), "Dự thảo Kế hoạch năm 2025"),
        (
            ("Tài liệu gửi kèm:", "- Dự toán kinh phí;", "- Danh sách cán bộ", "được cử đi học./."),
            "Dự toán kinh phí; Danh sách cán bộ được cử đi học",
        ),
        (("Hồ sơ kèm theo: Tờ khai; bản vẽ; biên bản họp.",), "Tờ khai; Bản vẽ; Biên bản họp"),
    ],
)
def test_what_the_text_says_is_enclosed(rows: tuple[str, ...], value: str) -> None:
    found = attachments(closing(text(*rows, below=head()), 0.5, posts=("TRƯỞNG PHÒNG",), name="Lê Thị Bình"))
    assert found is not None
    assert found.value == value
    assert 0 < found.confidence <= 0.85
    assert found.page == 1


@pytest.mark.parametrize(
    "rows",
    [
        ("Căn cứ Phụ lục I kèm theo Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3", "năm 2020 của Chính phủ về công tác văn thư;"),
        ("Phụ lục I kèm theo Quyết định này thay thế Phụ lục đã ban hành.",),
        ("Đơn vị kém hiệu quả; kèm cặp cán bộ trẻ: theo kế hoạch của Phòng.",),
        ("Quy chế (ban hành kèm theo Quyết định số 12/QĐ-UBND ngày 05 tháng 3 năm 2024).",),
    ],
)
def test_annexes_of_other_papers_are_not_its_own(rows: tuple[str, ...]) -> None:
    paper = closing(text(*rows, below=head()), 0.5, posts=("TRƯỞNG PHÒNG",), name="Lê Thị Bình")
    assert attachments(paper) is None
    assert attachments(head(), paper) is None


@pytest.mark.parametrize(
    ("page", "begins"),
    [
        ("Phụ lục I\nBẢNG CHỮ VIẾT TẮT", True),
        ("12\nPHỤ LỤC 2: DỰ TOÁN\nĐơn vị: đồng", True),
        ("QUY CHẾ\nLàm việc\n(Ban hành kèm theo Quyết định số 1/QĐ-UBND", True),
        ("Phụ lục I kèm theo Quyết định này thay thế Phụ lục đã ban hành", False),
        ("Điều 4. Chánh Văn phòng chịu trách nhiệm thi hành", False),
        ("", False),
    ],
)
def test_pages_that_begin_an_annex_are_told_by_their_text(page: str, begins: bool) -> None:
    assert begins_annex(page) is begins
