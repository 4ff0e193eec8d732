"""Place and date at the end of a paper: over or under the signature, printed or in a blank; the head wins, a difference is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.describe.header import Header, read_header
from app.recognise import tasks as recognise
from app.recognise.tesseract import Tesseract
from tests.describe.layouts import Draft, closing, head
from tests.samples.ending import make_ending

TODAY = date(2026, 11, 22)


def read(*drafts: Draft) -> Header:
    return read_header([draft.page() for draft in drafts], today=TODAY)


def minutes(*, motto: str = "") -> Draft:
    """The first page of a paper that has no date."""
    draft = head(parent="", issuer="", code="", place="", country=motto, device="")
    return draft.put("BIÊN BẢN", 0.52, 0.135).put("Về việc bàn giao tài liệu", 0.52, 0.152)


def end(line: str, *, roles: tuple[str, ...] = ("CHỦ TỊCH",), y: float = 0.2) -> Draft:
    draft = Draft().at("Biên bản được lập thành hai bản, mỗi bên giữ một bản như nhau để thực hiện.", 0.15, y - 0.05)
    return closing(draft.put(line, 0.70, y), y + 0.03, posts=roles)


@pytest.mark.parametrize("y", [0.06, 0.2, 0.6])
def test_the_line_over_the_signature_of_the_last_page(y: float) -> None:
    found = read(minutes(), end("An Phú, ngày 09 tháng 4 năm 2024", y=y)).fields
    assert found["issuedDate"].value == "09/04/2024"
    assert found["issuedDate"].page == 2
    assert 0.6 < found["issuedDate"].confidence < 0.9
    assert found["place"].value == "An Phú"
    assert found["place"].page == 2


def test_an_annex_behind_it_does_not_hide_it() -> None:
    annex = (
        Draft().put("PHỤ LỤC", 0.52, 0.06).put("....., ngày ..... tháng ..... năm 20...", 0.7, 0.5).put("NGƯỜI KHAI", 0.7, 0.53)
    )
    found = read(minutes(), end("An Phú, ngày 09 tháng 4 năm 2024"), annex).fields["issuedDate"]
    assert (found.value, found.page) == ("09/04/2024", 2)


@pytest.mark.parametrize("role", ["Người làm đơn", "(Ký, ghi rõ họ tên)", "ĐẠI DIỆN BÊN A"])
def test_without_a_place_beside_a_signature(role: str) -> None:
    paper = Draft().put("ĐƠN XIN NGHỈ PHÉP", 0.5, 0.1).at("Tôi xin cam đoan những điều trên là đúng sự thật.", 0.15, 0.4)
    found = read(paper.put("Ngày 09 tháng 4 năm 2024", 0.7, 0.5).put(role, 0.7, 0.52)).fields["issuedDate"]
    assert found.value == "09/04/2024"
    assert found.confidence < 0.8


def test_under_the_signature() -> None:
    paper = Draft().put("ĐƠN XIN NGHỈ PHÉP", 0.5, 0.1).put("NGƯỜI LÀM ĐƠN", 0.7, 0.5).put("Nguyễn Văn An", 0.7, 0.62)
    found = read(paper.put("ngày 09 tháng 4 năm 2024", 0.7, 0.65)).fields["issuedDate"]
    assert found.value == "09/04/2024"
    assert "under" in found.why


@pytest.mark.parametrize(
    "line",
    [
        "ngày 09 tháng 4 năm 2024.",  # where a sentence ends
        "Căn cứ Luật Lưu trữ ngày 11 tháng 11 năm 2011",
        "kể từ ngày 01 tháng 5 năm 2024",
    ],
)
def test_a_day_of_the_text_is_not_that_of_the_paper(line: str) -> None:
    second = Draft().at("Căn cứ Quyết định số 12/QĐ-UBND của Ủy ban nhân dân huyện An Phú", 0.15, 0.40).at(line, 0.15, 0.42)
    found = read(minutes(), closing(second, 0.5)).fields
    assert "issuedDate" not in found or not found["issuedDate"].value


def test_a_blank_waits_for_the_reader_of_handwriting_on_its_own_page() -> None:
    found = read(minutes(), end("An Phú, ngày JZ tháng f năm 2024"))
    assert found.fields["issuedDate"].value == ""
    assert {(slot.field, slot.page) for slot in found.slots} == {
        ("issuedDate", 2), ("issuedDate.day", 2), ("issuedDate.month", 2),
    }  # fmt: skip
    assert found.ended


def test_the_head_wins_and_a_difference_is_told() -> None:
    first = head(place="An Phú, ngày 05 tháng 3 năm 2024").put("BÁO CÁO", 0.52, 0.135)
    same = read(first, end("An Phú, ngày 05 tháng 3 năm 2024")).fields["issuedDate"]
    other = read(first, end("An Phú, ngày 09 tháng 4 năm 2024")).fields["issuedDate"]
    assert same.value == other.value == "05/03/2024"
    assert other.page == 1
    assert other.confidence < 0.8 < same.confidence
    assert "09/04/2024" in other.why


def test_a_head_that_can_not_be_read_is_not_replaced() -> None:
    first = head(place="An Phú, ngày JZ tháng f năm 2024").put("BÁO CÁO", 0.52, 0.135)
    found = read(first, end("An Phú, ngày 09 tháng 4 năm 2024")).fields["issuedDate"]
    assert (found.value, found.page) == ("", 1)


def test_the_first_sentence_of_minutes_and_their_end_are_compared() -> None:
    first = minutes().at("Hôm nay, ngày 08 tháng 4 năm 2024, tại trụ sở, chúng tôi gồm có:", 0.18, 0.2)
    found = read(first, end("An Phú, ngày 09 tháng 4 năm 2024")).fields["issuedDate"]
    assert found.value == "09/04/2024"
    assert "08/04/2024" in found.why


@pytest.mark.parametrize(("seed", "by_hand"), [(101, True), (102, False)])
def test_a_scanned_paper_with_its_date_at_the_end(seed: int, by_hand: bool, tmp_path: Path) -> None:
    from bench.describe import read as through_the_engine

    made = make_ending(seed, by_hand=by_hand, way="scan 150", length=1)
    found, _seconds = through_the_engine(made.save(tmp_path, "paper"))
    assert found["issuedDate"][0] == made.truth["issuedDate"]
    assert found["issuedDate"][1] <= 0.9
    assert found["place"][0] == made.truth["place"]


def test_a_line_that_the_engine_lost_is_read_again_over_the_signature(tmp_path: Path, engine: Tesseract) -> None:
    from app.describe.handwriting.dossier import describe_dossier
    from app.recognise.words import from_plain

    made = make_ending(102, by_hand=True, way="scan 150", length=1)
    path = made.save(tmp_path, "paper")
    page = from_plain(recognise.read_page(str(path)))
    lost = {word.line for word in page.words if word.text.startswith("ngày") and word.box[1] > 0.4 and word.box[0] > 0.4}
    page.words = [word for word in page.words if word.line not in lost]
    assert not read_header([page], today=TODAY).dated
    found = describe_dossier([([page], [path])], TODAY, engine=engine)[0]
    assert found["issuedDate"].value == made.truth["issuedDate"]
    assert found["issuedDate"].source == "handwriting"
