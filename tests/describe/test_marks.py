"""Marks of secrecy, urgency and circulation: what counts as one, how sure it is, and what only looks like one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.describe.header import describe, read_header
from app.describe.marks.typed import read_stamp
from app.recognise.tesseract import Tesseract
from bench.describe import read
from tests.describe.layouts import head
from tests.describe.test_frames import stamped
from tests.samples.varied.stamped import make_stamped

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("ĐỘ MẬT: MẬT", "secrecy", "Mật"),
        ("Độ mật: Tối mật", "secrecy", "Tối mật"),
        ("Mức độ khẩn: Hỏa tốc", "urgency", "Hỏa tốc"),
        ("Độ mật: Không", "secrecy", ""),
        ("HOẢ TỐC HẸN GIỜ", "urgency", "Hỏa tốc hẹn giờ"),
    ],
)
def test_a_mark_that_is_typed(line: str, field: str, value: str) -> None:
    found = read_header([head(code="Số: 85/UBND-VP").put(line, 0.27, 0.13).page()], today=TODAY).fields
    assert (found[field].value if field in found else "") == value


@pytest.mark.parametrize(
    ("rows", "marks"),
    [
        (["MẬT"], ["Mật"]),
        (["MIẬT"], ["Mật"]),  # the stamp is read with a letter too many, but no other word has its Ậ
        (["TỐI NIẬT"], ["Tối mật"]),
        (["HỎA TỐC HẸN GIỜ", "14h30 ngày 20/11"], ["Hỏa tốc hẹn giờ"]),
        (["CHỈ NGƯỜI CÓ TÊN", "MỚI ĐƯỢC BÓC BÌ"], ["Chỉ người có tên mới được bóc bì"]),
        (["TỐI MẬT", "TÀI LIỆU THU HỒI"], ["Tối mật", "Tài liệu thu hồi"]),
        (["GIẢI MẬT"], []),
        (["ĐÃ GIẢI MẬT"], []),
        (["MẶT TRẬN"], []),
        (["NHẬT"], []),
        (["MAI"], []),
        (["BẢN SAO SỐ: 03"], []),
    ],
)
def test_what_stands_in_a_stamp(rows: list[str], marks: list[str]) -> None:
    assert [one.mark for one in read_stamp(rows, 0.9)] == marks


# Chosen for their kinds: an askew double frame that touches print, a pale one, two stamps, one of them violet and askew.
@pytest.mark.parametrize("seed", [36, 37, 38])
def test_stamps_that_offices_put_on_paper(seed: int, tmp_path: Path) -> None:
    made = make_stamped(seed)
    found, _seconds = read(made.save(tmp_path, "paper"))
    for name in ("secrecy", "urgency", "circulation"):
        assert found.get(name, ("", 0.0))[0] == made.truth[name]


def test_a_mark_that_two_readings_agree_on_is_sure_and_a_stamp_that_is_none_stays_out(
    engine: Tesseract, tmp_path: Path
) -> None:
    page = head(code="Số: 85/UBND-VP")
    found = describe([page.page()], images=[stamped(tmp_path)], today=TODAY, engine=engine)
    assert found["secrecy"].value == "Tối mật"
    assert found["secrecy"].confidence >= 0.95
    bare = describe([page.page()], images=[stamped(tmp_path, text="GIẢI MẬT")], today=TODAY, engine=engine)
    assert "secrecy" not in bare


def test_one_short_word_in_a_frame_for_two_is_not_sure(engine: Tesseract, tmp_path: Path) -> None:
    page = head(code="Số: 85/UBND-VP")
    found = describe([page.page()], images=[stamped(tmp_path, text="KHẨN")], today=TODAY, engine=engine)
    assert found["urgency"].value == "Khẩn"
    assert found["urgency"].confidence < 0.95
