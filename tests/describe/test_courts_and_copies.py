"""Papers of courts, of the army and the police, and copies that an office made of another's paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.describe.header import read_header
from app.describe.numbering import normal_notation
from app.describe.wording import mended_wording
from bench.describe import agrees, read
from storage.records.reading import PageText, Word
from tests.describe.layouts import Draft, closing, decision, head
from tests.samples.varied.copied import make_copied

TODAY = date(2026, 11, 22)
COURT = {"parent": "TÒA ÁN NHÂN DÂN", "issuer": "HUYỆN PHÚ AN - TỈNH BÌNH SA", "place": ""}


def values(*pages: PageText) -> dict[str, str]:
    return {name: reading.value for name, reading in read_header(pages, today=TODAY).fields.items()}


def judgment(dated: str) -> Draft:
    draft = head(code="Bản án số: 12/2023/DS-ST", **COURT).put(dated, 0.27, 0.111)
    draft.put("V/v tranh chấp hợp đồng tín dụng", 0.27, 0.127)
    draft.put("NHÂN DANH", 0.52, 0.16).put("NƯỚC CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.52, 0.176)
    draft.put("TÒA ÁN NHÂN DÂN HUYỆN PHÚ AN, TỈNH BÌNH SA", 0.52, 0.196)
    draft.at("- Thành phần Hội đồng xét xử sơ thẩm gồm có:", 0.18, 0.22)
    draft.at("Ngày 12 tháng 6 năm 2023, tại trụ sở Tòa án nhân dân huyện Phú An xét xử sơ thẩm công khai", 0.18, 0.24)
    draft.put("QUYẾT ĐỊNH:", 0.52, 0.30)
    posts = ("TM. HỘI ĐỒNG XÉT XỬ SƠ THẨM", "THẨM PHÁN - CHỦ TỌA PHIÊN TÒA")
    return closing(draft, 0.5, posts=posts)


@pytest.mark.parametrize("dated", ["Ngày: 10-6-2023", "Ngày 10 tháng 6 năm 2023", "Ngày: 10/6/2023"])
def test_a_judgment_has_its_type_before_the_number_and_its_date_below(dated: str) -> None:
    found = values(judgment(dated).page())
    assert (found["codeNumber"], found["codeNotation"], found["typeName"]) == ("12", "2023/DS-ST", "Bản án")
    assert found["issuedDate"] == "10/06/2023"
    assert "place" not in found
    assert found["subject"] == "Về việc tranh chấp hợp đồng tín dụng"
    assert found["organName"] == "Tòa án nhân dân huyện Phú An - tỉnh Bình Sa"
    assert (found["position"], found["signer"]) == ("Thẩm phán - Chủ tọa phiên tòa", "Nguyễn Văn An")


def test_a_decision_of_a_court_keeps_its_title() -> None:
    draft = head(code="Số: 15/2022/QĐST-DS", **{**COURT, "place": "Phú An, ngày 12 tháng 6 năm 2022"})
    draft.put("QUYẾT ĐỊNH", 0.52, 0.14).put("CÔNG NHẬN SỰ THỎA THUẬN CỦA CÁC ĐƯƠNG SỰ", 0.52, 0.158)
    draft.at("Căn cứ vào các điều 212 và 213 của Bộ luật Tố tụng dân sự;", 0.18, 0.2)
    found = values(draft.page())
    assert (found["typeName"], found["codeNumber"], found["codeNotation"]) == ("Quyết định", "15", "2022/QĐST-DS")
    assert found["subject"].casefold() == "công nhận sự thỏa thuận của các đương sự"
    assert (found["issuedDate"], found["place"]) == ("12/06/2022", "Phú An")


def test_a_date_below_the_number_is_no_date_of_issue_elsewhere() -> None:
    draft = head(code="Số: 45/QĐ-PNV", place="").put("Ngày: 12/6/2023", 0.27, 0.111).put("QUYẾT ĐỊNH", 0.52, 0.15)
    assert values(draft.page())["issuedDate"] == ""


@pytest.mark.parametrize(
    ("rows", "code", "organ", "parent"),
    [
        (("BỘ QUỐC PHÒNG", "QUÂN KHU 9"), "Số: 12/CT-QK", "Quân khu 9", "Bộ Quốc phòng"),
        (("BỘ TƯ LỆNH", "QUÂN KHU 9"), "Số: 12/CT-BTL", "Bộ Tư lệnh Quân khu 9", None),
        (("SƯ ĐOÀN 330", "TRUNG ĐOÀN 20"), "Số: 7/KH-BTM", "Trung đoàn 20", "Sư đoàn 330"),
        (("QUÂN KHU 9", "BỘ CHỈ HUY QUÂN SỰ", "TỈNH BÌNH SA"), "Số: 7/QĐ-BCH", "Bộ Chỉ huy Quân sự tỉnh Bình Sa", "Quân khu 9"),
        (
            ("CÔNG AN TỈNH BÌNH SA", "PHÒNG CẢNH SÁT KINH TẾ"),
            "Số: 9/QĐ-CAT-PC03",
            "Phòng Cảnh sát kinh tế",
            "Công an tỉnh Bình Sa",
        ),
    ],
)
def test_heads_of_army_and_police(rows: tuple[str, ...], code: str, organ: str, parent: str | None) -> None:
    draft = head(parent="", issuer="", code="", place="")
    for at, row in enumerate(rows):
        draft.put(row, 0.25, 0.050 + 0.016 * at)
    draft.put(code, 0.25, 0.125).put("Bình Sa, ngày 14 tháng 8 năm 2019", 0.70, 0.125)
    found = values(closing(draft, 0.5, posts=("KT. TƯ LỆNH", "PHÓ TƯ LỆNH"), name="Thiếu tướng Nguyễn Văn An").page())
    assert (found["organName"].casefold(), found.get("parentOrgan")) == (organ.casefold(), parent)
    assert (found["codeNumber"], found["codeNotation"]) == tuple(code.removeprefix("Số: ").split("/"))
    assert (found["position"], found["signer"]) == ("Phó Tư lệnh", "Nguyễn Văn An")


def copied(draft: Draft, y: float, word: str, code: str) -> Draft:
    """The head, recipients and signature of a copy from `y` on (annex III of the decree)."""
    draft.put("UBND TỈNH AN HẢI", 0.27, y - 0.004).put("VĂN PHÒNG", 0.27, y + 0.012).put(word, 0.70, y)
    draft.put(code, 0.27, y + 0.035).put("An Hải, ngày 20 tháng 4 năm 2025", 0.70, y + 0.035)
    draft.at("Nơi nhận:", 0.15, y + 0.07).at("- Như trên;", 0.15, y + 0.088).at("- Lưu: VT.", 0.15, y + 0.103)
    return draft.put("CHÁNH VĂN PHÒNG", 0.70, y + 0.07).put("Trần Thị Bình", 0.70, y + 0.16)


@pytest.mark.parametrize(
    ("word", "code"), [("SAO Y", "Số: 12/SY-VP"), ("SAO LỤC", "Số: 7/SL-VP"), ("TRÍCH SAO", "Số: 03/TrS-VP")]
)
@pytest.mark.parametrize("behind", [False, True])
def test_a_copys_own_head_and_signature_are_not_the_documents(word: str, code: str, behind: bool) -> None:
    alone = values(decision().page())
    below, sheet = copied(decision(), 0.62, word, code), copied(Draft(), 0.1, word, code)
    pages = [decision().page(), sheet.page()] if behind else [below.page()]
    found = values(*pages)
    assert {**found, "numberOfPage": "1"} == alone
    assert alone["signer"] == "Nguyễn Văn An"


def test_minutes_without_a_date_do_not_take_the_copys() -> None:
    draft = Draft().put("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 0.52, 0.05).put("Độc lập - Tự do - Hạnh phúc", 0.52, 0.066)
    draft.put("BIÊN BẢN", 0.52, 0.1).put("Họp xét thi đua", 0.52, 0.12)
    draft.at("Thành phần tham dự gồm có các ông bà sau đây:", 0.19, 0.15).at("Biên bản được lập thành hai bản.", 0.19, 0.2)
    found = values(copied(closing(draft, 0.3, posts=("CHỦ TRÌ",)), 0.6, "SAO Y", "Số: 12/SY-VP").page())
    assert (found.get("issuedDate", ""), found.get("place")) == ("", None)
    assert (found["signer"], found.get("codeNumber")) == ("Nguyễn Văn An", None)


def test_a_misread_word_needs_the_copys_number() -> None:
    found = values(copied(decision(), 0.62, "SAO VY", "Số: 12/SY-VP").page())
    assert found["signer"] == "Nguyễn Văn An"
    assert values(copied(decision(), 0.62, "SAO VY", "Số: 12/QĐ-VP").page())["signer"] == "Trần Thị Bình"


def test_a_copied_paper_through_the_engine(tmp_path: Path) -> None:
    made = make_copied(0, way="scan 150")
    found, _seconds = read(made.paper.save(tmp_path, "paper"))
    for name in ("codeNumber", "codeNotation", "issuedDate", "place", "signer", "position"):
        assert agrees(name, found.get(name, ("", 0.0))[0], made.paper.truth[name]), (name, found.get(name), made.copy)


def test_a_word_about_copies_in_the_text_cuts_nothing() -> None:
    draft = decision().at("Văn bản này được SAO Y gửi các đơn vị, số 15/SY.", 0.18, 0.32)
    assert values(draft.page()) == values(decision().page())


@pytest.mark.parametrize(
    ("rows", "day"), [(("ngày 15 tháng 02 năm", "2015"), "15/02/2015"), (("ngày 5 tháng 11", "năm 2015"), "05/11/2015")]
)
def test_a_date_line_that_wraps_in_a_narrow_cell(rows: tuple[str, str], day: str) -> None:
    draft = head(place=f"Krông Bông, {rows[0]}").put(rows[1], 0.72, 0.113).put("KẾ HOẠCH", 0.52, 0.15)
    found = values(draft.page())
    assert (found["place"], found["issuedDate"]) == ("Krông Bông", day)


def test_a_name_that_stands_on_the_next_page() -> None:
    first = closing(head(), 0.6, posts=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), name="").page()
    assert values(first, Draft().put("Thượng tá Hồ Thị Mai", 0.7, 0.06).page())["signer"] == "Hồ Thị Mai"
    for text, centre in (("DANH SÁCH", 0.6), ("Hồ Thị Mai", 0.52), ("Phụ lục kèm theo", 0.7)):
        assert "signer" not in values(first, Draft().put(text, centre, 0.06).page())


def test_a_long_post_whose_last_word_was_lost() -> None:
    draft = closing(head(), 0.5, posts=("TM. HỘI ĐỒNG XÉT XỬ SƠ THẨM", "THẨM PHÁN - CHỦ TỌA PHIÊN"))
    reading = read_header([draft.page()], today=TODAY).fields["position"]
    assert (reading.value, reading.confidence <= 0.6) == ("Thẩm phán - Chủ tọa phiên tòa", True)


def test_words_that_are_right_mend_no_others() -> None:
    assert mended_wording("CÔNG NHẬN SỰ THỎA THUẬN") == "CÔNG NHẬN SỰ THỎA THUẬN"
    assert mended_wording("khen thưởng công nhân") == "khen thưởng công nhân"


@pytest.mark.parametrize(
    ("read_as", "printed"),
    [
        ("ĐA-ĐĐL", "ĐA-ĐL"),
        ("BC-ĐĐBQH", "BC-ĐĐBQH"),
        ("2017/QĐĐST-HNGĐ", "2017/QĐST-HNGĐ"),
        ("BC-VPĐKĐĐ", "BC-VPĐKĐĐ"),
        ("TIr-UBND", "TTr-UBND"),
        ("201ó/TT-BNV", "2016/TT-BNV"),
    ],
)
def test_a_letter_of_a_notation_that_was_read_twice(read_as: str, printed: str) -> None:
    assert normal_notation(read_as) == printed


def test_a_speck_between_the_columns_joins_no_issuers() -> None:
    draft = head(parent="", issuer="").put("BỘ Y TẾ", 0.2, 0.05).put("TRƯỜNG ĐẠI HỌC Y", 0.2, 0.066)
    draft.words.append(Word("-", (0.4, 0.055, 0.403, 0.057), 0.95, 0, draft.words[-5].line))
    found = values(draft.page())
    assert (found["organName"], found["parentOrgan"]) == ("Trường Đại học Y", "Bộ Y tế")


def test_no_addressee_begins_left_of_its_label() -> None:
    draft = head(code="Số: 85/UBND-VP").at("Kính gửi: Các phòng, ban thuộc huyện.", 0.34, 0.16)
    draft.at("- Thời gian gần đây, trên địa bàn xảy ra một số vụ việc", 0.19, 0.18)
    assert values(draft.page())["addressee"] == "Các phòng, ban thuộc huyện"
