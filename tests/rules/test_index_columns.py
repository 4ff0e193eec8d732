"""Headers of spreadsheet indexes, as offices word them."""

from __future__ import annotations

from app.rules.index_columns import DOCUMENT, DOSSIER, header_row, likeness, match, plain

# TT05's table in circulation: a row number, 23 columns of the dossier, 22 of the document
DOSSIER_HEADS = [
    "Phông",
    "Mục lục",
    "Hộp số",
    "Số và ký hiệu hồ sơ",
    "Tiêu đề hồ sơ",
    "Thời hạn bảo quản",
    "Chế độ sử dụng",
    "Ngôn ngữ",
    "Ngày bắt đầu",
    "Tháng bắt đầu",
    "Năm bắt đầu",
    "Ngày kết thúc",
    "Tháng kết thúc",
    "Năm kết thúc",
    "Tổng số văn bản trong hồ sơ",
    "Chú giải",
    "Ký hiệu thông tin",
    "Từ khóa",
    "Số lượng tờ",
    "Tình trạng vật lý",
    "Mức độ tin cậy",
    "Mã hồ sơ giấy gốc ( nếu có )",
    "Ghi chú",
]
DOCUMENT_HEADS = [
    "Số thứ tự văn bản trong hồ sơ",
    "Tên loại văn bản",
    "Số của văn bản",
    "Ký hiệu của văn bản",
    "Ngày văn bản",
    "Tháng văn bản",
    "Năm văn bản",
    "Tên cơ quan, tổ chức ban hành văn bản",
    "Trích yếu nội dung",
    "Ngôn ngữ",
    "Số lượng trang của văn bản",
    "Ghi chú",
    "Ký hiệu thông tin",
    "Từ khóa",
    "Chế độ sử dụng",
    "Mức độ tin cậy",
    "Bút tích",
    "Tình trạng vật lý",
    "Quy trình xử lý ( nếu có )",
    "Tờ số",
    "Loại tài liệu",
    "Đường dẫn file",
]
HEADS = ["STT", *DOSSIER_HEADS, *DOCUMENT_HEADS]


def test_all_46_columns_of_the_table_in_circulation() -> None:
    columns = match(HEADS)
    assert [column.place for column in columns] == list(range(46))
    assert {column.of for column in columns[1:24]} == {DOSSIER}
    assert {column.of for column in columns[24:]} == {DOCUMENT}
    assert len({(column.of, column.key) for column in columns}) == 46


def test_other_wordings_mean_the_same() -> None:
    said = {
        "Tiêu đề của hồ sơ": (DOSSIER, "title"),
        "TIÊU ĐỀ HỒ SƠ (ghi theo bìa)": (DOSSIER, "title"),
        "Hồ sơ số": (DOSSIER, "code"),
        "Tieu de ho so": (DOSSIER, "title"),
        "Số, ký hiệu văn bản": (DOCUMENT, "code"),
        "Ngày, tháng, năm văn bản": (DOCUMENT, "issuedDate"),
        "Cơ quan ban hành văn bản": (DOCUMENT, "organName"),
        "Trích yếu nội dung văn bản": (DOCUMENT, "subject"),
        "Đường dẫn tới file": (DOCUMENT, "file"),
        "Thời hạn bảo quản hồ sơ": (DOSSIER, "maintenance"),
    }
    for header, meaning in said.items():
        (column,) = match([header])
        assert (column.of, column.key) == meaning, header


def test_what_means_nothing_here_is_left_alone() -> None:
    assert match(["Người nhập liệu", "Mã vạch", "", "x" * 5000, "()"]) == []
    assert likeness(plain("Tháng văn bản"), plain("Năm kết thúc")) < 0.75


def test_a_header_that_stands_once_goes_with_its_neighbours() -> None:
    late = match(["Hồ sơ số", "Tiêu đề hồ sơ", "Trích yếu", "Ghi chú", "Tên file"])
    early = match(["Hồ sơ số", "Tiêu đề hồ sơ", "Ghi chú", "Trích yếu", "Tên file"])
    assert [column.of for column in late if column.key == "description"] == [DOCUMENT]
    assert [column.of for column in early if column.key == "description"] == [DOSSIER]


def test_the_head_is_found_below_titles_and_in_two_rows() -> None:
    title = ["", "MỤC LỤC VĂN BẢN SỐ HÓA NĂM 2024"]
    assert header_row([title, [], ["STT", "Trích yếu", "Tên file"], ["1", "Về việc", "a.pdf"]]) == (
        2,
        ["STT", "Trích yếu", "Tên file"],
    )
    above = ["STT", "Hồ sơ", "", "Văn bản", "", "Đường dẫn file"]
    below = ["", "Hồ sơ số", "Tiêu đề hồ sơ", "Trích yếu nội dung", "Ghi chú", ""]
    found = header_row([title, above, below])
    assert found is not None
    assert (found[0], found[1][0], found[1][5]) == (2, "STT", "Đường dẫn file")
    assert header_row([["a", "b"], ["Ghi chú", "Tên file"]]) is None


def test_a_date_under_one_merged_header_is_three_columns_wide() -> None:
    (date, subject) = match(["Ngày/Tháng/Năm văn bản", "", "", "Trích yếu"])
    assert (date.width, subject.place) == (3, 3)
