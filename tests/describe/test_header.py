"""Fields from synthetic pages: every rule, and what it must not fall for."""

from __future__ import annotations

from datetime import date

import pytest

from app.describe.header import FIELDS, describe, read_header
from storage.records.reading import FieldReading, PageText, Word
from tests.describe.layouts import Draft, closing, decision, head

TODAY = date(2026, 11, 22)


def read(*drafts: Draft) -> dict[str, FieldReading]:
    return describe([draft.page() for draft in drafts], today=TODAY)


def values(*drafts: Draft) -> dict[str, str]:
    return {name: reading.value for name, reading in read(*drafts).items()}


def test_a_decision_gives_all_its_fields() -> None:
    found = values(decision())
    assert found == {
        "codeNumber": "125",
        "codeNotation": "QĐ-PNV",
        "issuedDate": "05/03/2024",
        "typeName": "Quyết định",
        "organName": "Phòng Nội vụ",
        "parentOrgan": "Ủy ban nhân dân huyện An Phú",
        "subject": "Về việc bổ nhiệm công chức giữ chức vụ Phó Trưởng phòng Nội vụ",
        "place": "An Phú",
        "signer": "Nguyễn Văn An",
        "position": "Phó Trưởng phòng",
        "authority": "KT. TRƯỞNG PHÒNG",
        "recipients": "Như Điều 3; Các phòng, ban thuộc huyện; Lưu: VT",
        "language": "Tiếng Việt",
        "numberOfPage": "1",
    }
    assert set(found) <= set(FIELDS)


def test_every_reading_says_where_how_sure_and_why() -> None:
    for name, reading in read(decision()).items():
        assert reading.source == "rule"
        assert reading.why
        assert 0 < reading.confidence <= 1
        if name not in {"numberOfPage", "language"}:
            assert reading.page == 1
            assert reading.box is not None
            x0, y0, x1, y1 = reading.box
            assert 0 <= x0 < x1 <= 1
            assert 0 <= y0 < y1 <= 1


def test_the_box_of_the_number_is_on_the_number() -> None:
    reading = read(decision())["codeNumber"]
    assert reading.box is not None
    assert reading.confidence > 0.9
    assert 0.15 < reading.box[0] < reading.box[2] < 0.32
    assert reading.box[1] == pytest.approx(0.095)


@pytest.mark.parametrize("skew", [-0.018, -0.01, 0.01, 0.018])
def test_a_skewed_page_reads_the_same(skew: float) -> None:
    straight, skewed = values(decision()), values(decision(skew=skew))
    for name in ("codeNumber", "codeNotation", "issuedDate", "typeName", "subject", "organName", "signer"):
        assert skewed[name] == straight[name]


def test_noise_of_the_engine_is_forgiven() -> None:
    draft = head(
        parent="SỞY TẾ HẬU GIANG",
        issuer="CHÍ CỤC AN TOÁN THỰC PHÁM",
        code="Số: 14/QÐ- CC",
        country="CỌNG HOÀ XÃ HỘl CHÙ NGHlA VlỆT NAM",
        device="Độc lâp ~ Tự do - Hạnh phúo",
        place="Vị Thanh. ngày 07 thảng 7 năm 2010",
    )
    draft.put("QUYÉT ĐỊNH", 0.52, 0.135).put("( Và việc chỉ định thầu mua máy tính )", 0.52, 0.153)
    draft.put("CHI CỤC TRƯỞNG", 0.52, 0.185)
    found = values(draft)
    assert found["typeName"] == "Quyết định"
    assert found["codeNumber"] == "14"
    assert found["codeNotation"] == "QĐ-CC"
    assert found["issuedDate"] == "07/07/2010"
    assert found["subject"] == "Về việc chỉ định thầu mua máy tính"
    assert found["organName"] == "Chi cục An toàn thực phẩm"
    assert found["parentOrgan"] == "Sở Y tế Hậu Giang"


def test_a_letter_has_its_subject_below_the_number() -> None:
    draft = head(code="Số: 452/PNV-TCBC")
    draft.put("V/v báo cáo số lượng, chất", 0.27, 0.115).put("lượng công chức năm 2023", 0.27, 0.130)
    draft.at("Kính gửi:", 0.30, 0.165).at("- Ủy ban nhân dân các xã;", 0.40, 0.183).at("- Văn phòng huyện.", 0.40, 0.200)
    draft.at("Thực hiện Công văn số 11/SNV-CCVC ngày 02 tháng 01 năm 2024 của Sở Nội vụ,", 0.18, 0.24)
    found = values(closing(draft, 0.4, posts=("TRƯỞNG PHÒNG",)))
    assert found["typeName"] == "Công văn"
    assert found["subject"] == "Về việc báo cáo số lượng, chất lượng công chức năm 2023"
    assert found["addressee"] == "Ủy ban nhân dân các xã; Văn phòng huyện"
    assert found["codeNotation"] == "PNV-TCBC"
    assert found["issuedDate"] == "05/03/2024"
    assert found["position"] == "Trưởng phòng"
    assert "authority" not in found


def test_a_title_goes_on_as_subject_on_its_own_line() -> None:
    draft = head(code="Số: 7/BC-PNV").put("BÁO CÁO KẾT QUẢ TUYỂN DỤNG", 0.52, 0.135).put("NĂM 2023", 0.52, 0.152)
    found = values(draft)
    assert found["typeName"] == "Báo cáo"
    assert found["subject"] == "KẾT QUẢ TUYỂN DỤNG NĂM 2023"


def test_a_name_that_resembles_a_type_is_no_title() -> None:
    draft = head(issuer="PHÒNG LAO ĐỘNG -").put("THƯƠNG BINH VÀ XÃ HỘI", 0.27, 0.081).put("TỜ TRÌNH", 0.52, 0.14)
    found = values(draft)
    assert found["typeName"] == "Tờ trình"
    assert found["organName"] == "Phòng Lao động - Thương binh và Xã hội"


def test_the_party_has_its_own_form() -> None:
    draft = head(
        parent="TỈNH ỦY BẮC NINH",
        issuer="BAN TỔ CHỨC",
        code="Số 128-CV/BTCTU",
        country="ĐẢNG CỘNG SẢN VIỆT NAM",
        device="",
        place="Bắc Ninh, ngày 12 tháng 9 năm 2023",
    )
    draft.put("V/v góp ý dự thảo quy chế", 0.27, 0.115).at("Kính gửi: Các huyện ủy, thành ủy", 0.35, 0.15)
    found = values(draft)
    assert (found["codeNumber"], found["codeNotation"]) == ("128", "CV/BTCTU")
    assert found["issuedDate"] == "12/09/2023"
    assert found["typeName"] == "Công văn"
    assert found["organName"] == "Ban Tổ chức"


def test_a_law_number_with_its_year() -> None:
    draft = head(parent="", issuer="CHÍNH PHỦ", code="Số: 30/2020/NĐ-CP", place="Hà Nội, ngày 05 tháng 3 năm 2020")
    draft.put("NGHỊ ĐỊNH", 0.52, 0.135).put("Về công tác văn thư", 0.52, 0.153)
    found = values(draft)
    assert (found["codeNumber"], found["codeNotation"]) == ("30", "2020/NĐ-CP")
    assert found["typeName"] == "Nghị định"
    assert found["subject"] == "Về công tác văn thư"


# --- handwriting: empty with a place rather than wrong ---


def test_a_handwritten_number_stays_empty_but_shows_its_place() -> None:
    for code in ("Số: 4Z /QĐ-PNV", "Số:;24⁄/QĐ-PNV", "Số: …… /QĐ-PNV", "Số:       /QĐ-PNV"):
        found = read(decision(code=code))
        assert found["codeNumber"].value == "", code
        assert found["codeNumber"].confidence < 0.2
        assert found["codeNumber"].box is not None
        assert found["codeNotation"].value == "QĐ-PNV", code


def test_digits_that_the_engine_doubts_are_no_number() -> None:
    draft = head(code="")
    draft.at("Số:", 0.18, 0.095).words.pop()
    draft.line -= 1
    draft.at("Số:", 0.18, 0.095)
    draft.line -= 1
    draft.at("242", 0.215, 0.095, confidence=0.45)
    draft.line -= 1
    draft.at("/QĐ-PNV", 0.245, 0.095)
    draft.put("QUYẾT ĐỊNH", 0.52, 0.135)
    assert read(draft)["codeNumber"].value == ""


def test_digits_taller_than_the_print_are_no_number() -> None:
    draft = head(code="")
    for text, x, tall in (("Số:", 0.18, 0.0125), ("242", 0.215, 0.024), ("/QĐ-PNV", 0.25, 0.0125)):
        draft.at(text, x, 0.095, tall=tall)
        draft.line -= 1
    draft.line += 1
    draft.put("QUYẾT ĐỊNH", 0.52, 0.135)
    found = read(draft)
    assert found["codeNumber"].value == ""
    assert found["codeNotation"].value == "QĐ-PNV"


@pytest.mark.parametrize(
    "place",
    [
        "An Phú, ngày …… tháng 3 năm 2024",
        "An Phú, ngày 0Z tháng 3 năm 2024",
        "An Phú, ngày tháng năm 2024",
        "An Phú, ngày ..12.. tháng ..3.. năm 2024",
        "An Phú, ngày 5 tháng 3 năm 20",
    ],
)
def test_a_date_with_a_missing_part_stays_empty_with_its_place(place: str) -> None:
    reading = read(decision(place=place))["issuedDate"]
    assert reading.value == ""
    assert reading.confidence < 0.2
    assert reading.box is not None


@pytest.mark.parametrize(
    "day", ["31 tháng 02 năm 2024", "05 tháng 13 năm 2024", "23 tháng 11 năm 2026", "00 tháng 01 năm 2020"]
)
def test_an_impossible_or_future_date_is_not_accepted(day: str) -> None:
    assert read(decision(place=f"An Phú, ngày {day}"))["issuedDate"].value == ""


def test_no_date_of_the_text_stands_in_for_a_missing_one() -> None:
    assert read(decision(place=""))["issuedDate"].value == ""
    assert read(decision(place="An Phú, ngày …… tháng …… năm ……"))["issuedDate"].value == ""


def test_minutes_carry_their_date_above_the_signature() -> None:
    first = head(code="", place="").put("BIÊN BẢN", 0.52, 0.135).put("Về việc bàn giao tài liệu", 0.52, 0.152)
    first.put("An Phú, ngày 09 tháng 4 năm 2024", 0.70, 0.55)
    found = read(first)["issuedDate"]
    assert found.value == "09/04/2024"
    assert found.confidence < 0.8


def test_slots_wait_for_a_reader_of_handwriting() -> None:
    header = read_header([decision(code="Số: 4Z /QĐ-PNV", place="An Phú, ngày 0Z tháng 7 năm 2024").page()], today=TODAY)
    assert {slot.field for slot in header.slots} == {"codeNumber", "issuedDate", "issuedDate.day", "issuedDate.month"}
    assert next(slot.context for slot in header.slots if slot.field == "codeNumber") == "QĐ-PNV"


# --- the end of a document ---


def test_the_signer_stands_on_the_last_page_before_the_annexes() -> None:
    first, second, annex = decision(), Draft(), Draft()
    first = head().put("QUYẾT ĐỊNH", 0.52, 0.135).put("Về việc khen thưởng", 0.52, 0.152)
    closing(second, 0.2, posts=("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"), name="PGS.TS. Lê Thị Bình")
    annex.put("Phụ lục I", 0.52, 0.06).put("DANH SÁCH KHEN THƯỞNG", 0.52, 0.08).at("1. Trần Văn C", 0.2, 0.12)
    found = read(first, second, annex)
    assert found["signer"].value == "Lê Thị Bình"
    assert found["signer"].page == 2
    assert found["position"].value == "Chủ tịch"
    assert found["authority"].value == "TM. ỦY BAN NHÂN DÂN"
    assert found["numberOfPage"].value == "3"


def test_a_signature_without_a_readable_name_gives_no_name() -> None:
    draft = closing(head(), 0.4, posts=("GIÁM ĐỐC",), name="Gu~ wWWVZ")
    found = values(draft)
    assert "signer" not in found
    assert found["position"] == "Giám đốc"


# --- stamps ---


@pytest.mark.parametrize("mark", ["Mật", "Tối mật", "Tuyệt mật"])
def test_a_secrecy_mark_alone_in_the_head(mark: str) -> None:
    reading = read(decision().put(f"| {mark.upper()} |", 0.27, 0.113))["secrecy"]
    assert reading.value == mark
    assert reading.box is not None


@pytest.mark.parametrize("mark", ["Khẩn", "Thượng khẩn", "Hỏa tốc"])
def test_an_urgency_mark(mark: str) -> None:
    found = values(decision().put(mark.upper().replace("HỎA", "HOẢ"), 0.27, 0.113))
    assert found["urgency"] == mark
    assert "secrecy" not in found


def test_a_circulation_mark() -> None:
    assert values(decision().put("LƯU HÀNH NỘI BỘ", 0.27, 0.113))["circulation"] == "Lưu hành nội bộ"


def test_words_about_secrets_are_no_mark() -> None:
    draft = head(parent="BAN CƠ YẾU CHÍNH PHỦ", issuer="CỤC QUẢN LÝ KỸ THUẬT MẬT MÃ")
    draft.put("QUY CHẾ", 0.52, 0.135).put("BẢO VỆ BÍ MẬT NHÀ NƯỚC VÀ BẢO", 0.52, 0.152).put("MẬT", 0.52, 0.166)
    draft.at("Điều 1. Tài liệu mật, tối mật phải được bảo mật.", 0.18, 0.20).put("MẬT", 0.52, 0.5)
    assert "secrecy" not in values(draft)
    wrapped = decision(issuer="PHÒNG BẢO").put("MẬT", 0.27, 0.0795)
    assert "secrecy" not in values(wrapped)
    front = decision(parent="ỦY BAN MẶT TRẬN TỔ QUỐC").put("MẶT", 0.27, 0.113)
    assert "secrecy" not in values(front)


def test_an_arrival_stamp_is_not_the_number_of_the_document() -> None:
    draft = decision().put("ĐẾN", 0.14, 0.112).at("Số: 88", 0.17, 0.112).at("Ngày: 07/03/2024", 0.17, 0.13)
    found = values(draft)
    assert found["codeNumber"] == "125"
    assert found["issuedDate"] == "05/03/2024"
    assert found["arrivalNumber"] == "88"
    assert found["arrivalDate"] == "07/03/2024"


def test_a_handwritten_arrival_stamp_shows_its_place() -> None:
    found = read(decision().put("ĐẾN", 0.14, 0.112).at("Số: ……", 0.17, 0.112).at("Ngày: ……", 0.17, 0.13))
    assert found["arrivalNumber"].value == found["arrivalDate"].value == ""
    assert found["arrivalNumber"].box is not None


def stamp(number: str, day: str, sure_number: float = 0.96, sure_day: float = 0.96) -> dict[str, FieldReading]:
    draft = decision().put("VĂN BẢN ĐẾN", 0.24, 0.112)
    return read(draft.at(number, 0.2, 0.13, confidence=sure_number).at(day, 0.17, 0.148, confidence=sure_day))


@pytest.mark.parametrize(("printed", "meant"), [("Số: ó54", "654"), ("Số: l6", "16"), ("Số: 4O2", "402")])
def test_letters_that_look_like_figures_in_a_typed_arrival_stamp(printed: str, meant: str) -> None:
    number = stamp(printed, "Ngày: 07/03/2024")["arrivalNumber"]
    assert number.value == meant
    assert number.confidence < 0.6
    assert stamp(printed, "Ngày: ……")["arrivalNumber"].value == ""  # written by hand, for all that is known


def test_words_are_no_arrival_number() -> None:
    assert stamp("Số: lol", "Ngày: 07/03/2024")["arrivalNumber"].value == ""


def test_figures_that_the_engine_doubts_beside_a_typed_line_of_the_stamp() -> None:
    number = stamp("Số: 612", "Ngày: 07/03/2024", sure_number=0.37)["arrivalNumber"]
    assert (number.value, number.confidence < 0.6) == ("612", True)
    day = stamp("Số: 1178", "Ngày: 07/03/2024.", sure_day=0.37)["arrivalDate"]
    assert (day.value, day.confidence < 0.6) == ("07/03/2024", True)
    neither = stamp("Số: 1178", "Ngày: 07/03/2024", 0.37, 0.37)
    assert neither["arrivalNumber"].value == neither["arrivalDate"].value == ""


# --- bad input is normal input ---


def test_nothing_to_read() -> None:
    assert describe([], today=TODAY) == {}
    empty = describe([PageText(0, 0, 0)], today=TODAY)
    assert {name: r.value for name, r in empty.items()} == {"numberOfPage": "1"}


def test_a_page_of_running_text_invents_nothing() -> None:
    draft = Draft()
    for index in range(30):
        draft.at(
            "Căn cứ Luật số 12 ngày 05 tháng 3 năm 2020 thì các đơn vị phải giữ bí mật và báo cáo", 0.15, 0.05 + 0.025 * index
        )
    found = {name: value for name, value in values(draft).items() if value}
    assert set(found) == {"language", "numberOfPage"}


def test_garbage_is_no_crash() -> None:
    draft = Draft()
    for index, text in enumerate(("—.„ ~", "|||| 0O0O", "\u200b \ufffd", "Số:", "ngày tháng năm", "Nơi nhận:", "KT.", "QUYẾT")):
        draft.at(text, 0.1 + 0.1 * (index % 5), 0.05 * index, confidence=0.1)
    assert read(draft)["numberOfPage"].value == "1"


def test_english_is_not_called_vietnamese() -> None:
    draft = Draft()
    for index in range(10):
        draft.at("The parties agree to the following terms and conditions", 0.15, 0.1 + 0.03 * index)
    assert values(draft)["language"] == "Tiếng Anh"


def test_a_number_that_the_slash_cuts_in_two_is_no_number() -> None:
    for code in ("Số: 2/2 /QĐ-PNV", "Số: 12 4/QĐ-PNV", "Số: 2n/QĐ-PNV"):
        found = values(decision(code=code))
        assert found["codeNumber"] == "", code
        assert found["codeNotation"] == "QĐ-PNV", code


def test_the_notation_is_mended_by_the_printed_type_only() -> None:
    assert read(decision(code="Số: 5/0Đ-PNV"))["codeNotation"].value != "0Đ-PNV"
    letter = head(code="Số: 5/SCT-QLTM").put("V/v quản lý thị trường", 0.27, 0.115).at("Kính gửi: Các huyện", 0.3, 0.16)
    assert values(letter)["codeNotation"] == "SCT-QLTM"
    mended = read(head(code="Số: 5/TT-PNV").put("TỜ TRÌNH", 0.52, 0.135))["codeNotation"]
    assert mended.value == "TTr-PNV"
    assert mended.confidence <= 0.75


def test_the_code_is_found_when_its_label_is_lost() -> None:
    found = read(decision(code="Kn DƯỢC. /QĐ-PNV"))
    assert found["codeNotation"].value == "QĐ-PNV"
    assert found["codeNumber"].value == ""


def test_a_subject_may_go_on_with_words_that_begin_a_text() -> None:
    draft = head().put("QUYẾT ĐỊNH", 0.52, 0.135).put("Về việc ban hành quy chế phối hợp", 0.52, 0.152)
    draft.put("thực hiện cải cách hành chính", 0.52, 0.167).at("Thực hiện Kế hoạch số 5, Phòng quyết định:", 0.18, 0.19)
    assert values(draft)["subject"] == "Về việc ban hành quy chế phối hợp thực hiện cải cách hành chính"


@pytest.mark.parametrize("lower", [0.0, 0.009, -0.009])
def test_a_notation_on_a_line_of_its_own_behind_the_number(lower: float) -> None:
    """A blank for the number, filled in by a printer: on a photograph what stands behind it is higher or lower."""
    draft = head(code="").at("Số: 1126", 0.18, 0.095).at("/KH-STNMT", 0.29, 0.095 + lower).put("KẾ HOẠCH", 0.52, 0.15)
    found = read_header([draft.page()], today=TODAY).fields
    assert (found["codeNumber"].value, found["codeNotation"].value) == ("1126", "KH-STNMT")


@pytest.mark.parametrize(("gap", "notation"), [(0.001, "KH-STNMT"), (0.006, "KH-STN")])
def test_a_notation_that_the_engine_cut_in_two(gap: float, notation: str) -> None:
    draft = head(code="Số: 1126 /KH-STN").put("KẾ HOẠCH", 0.52, 0.15)
    last = next(word for word in draft.words if word.text == "/KH-STN")
    left = last.box[2] + gap
    draft.words.append(Word("MT", (left, last.box[1], left + 0.02, last.box[3]), 0.96, 0, last.line))
    found = read_header([draft.page()], today=TODAY).fields["codeNotation"]
    assert found.value == notation
    assert found.confidence < 0.95 or notation.endswith("MT")  # capitals behind a blank may belong to it
