"""The papers of a hand-over: Mục lục hồ sơ, tài liệu nộp lưu and Biên bản giao nhận (Nghị định 30/2020/NĐ-CP, annex V, forms III, V)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from docx.shared import Pt

from app.package import wordfile
from app.package.numerals import in_words
from app.package.wordfile import Column

WIDTH, TALL_WIDTH = 257, 160  # mm of text on landscape and upright A4
COLUMNS = (
    Column("Số TT", 14, centred=True),
    Column("Số, ký hiệu hồ sơ", 48),
    Column("Tiêu đề hồ sơ", 88),
    Column("Thời gian tài liệu", 32, centred=True),
    Column("Thời hạn bảo quản", 25, centred=True),
    Column("Số tờ/\nSố trang", 22, centred=True),
    Column("Ghi chú", 28),
)
PACKAGES = (
    Column("STT", 12, centred=True),
    Column("Số, ký hiệu hồ sơ", 40),
    Column("Tệp gói tin", 48),
    Column("Mã băm SHA-256", 60),
)


@dataclass(slots=True, frozen=True)
class Handed:
    """A dossier that is handed over, with the packages that hold it."""

    code: str
    title: str
    period: str  # "05/03/2001 - 31/12/2001"
    retention: str  # in words: "Vĩnh viễn"
    sheets: str
    documents: int
    files: int
    packages: Sequence[tuple[str, str]] = ()  # file name, SHA-256 (hex)
    note: str = ""


@dataclass(slots=True, frozen=True)
class HandOver:
    """`giver` is the agency that hands over, `parent` the one above it; `receiver` the archive, empty where not known yet."""

    giver: str
    parent: str
    receiver: str
    person: str
    on: datetime
    rows: Sequence[Handed]
    electronic: str = "Gói tin đóng theo Thông tư số 05/2025/TT-BNV"


def write_list(hand_over: HandOver, target: Path) -> Path:
    """Mục lục hồ sơ, tài liệu nộp lưu as .docx. Raises AppError `package.write`."""
    document = wordfile.new_file("Mục lục hồ sơ, tài liệu nộp lưu")
    wordfile.letterhead(document, hand_over.parent, hand_over.giver, width=WIDTH)
    wordfile.line(document, "MỤC LỤC HỒ SƠ, TÀI LIỆU NỘP LƯU", size=Pt(14))
    wordfile.line(document, f"Năm {hand_over.on.year}")
    wordfile.line(document, "_____________").paragraph_format.space_after = Pt(8)
    rows = [
        (str(n), row.code, row.title, row.period, row.retention, row.sheets, row.note)
        for n, row in enumerate(hand_over.rows, 1)
    ]
    wordfile.table(document, COLUMNS, rows)
    count = len(hand_over.rows)
    wordfile.line(document, "")
    wordfile.line(document, f"Mục lục này gồm: {count} hồ sơ (đơn vị bảo quản).", bold=False, centred=False)
    wordfile.line(document, f"Viết bằng chữ: {in_words(count)} hồ sơ (đơn vị bảo quản).", bold=False, centred=False)
    day = f"................, {_day(hand_over.on)}"
    note = "(Ký và ghi rõ họ và tên, chức vụ)"
    by = [(day, "i"), ("Người lập", "b"), (note, "i"), ("", ""), ("", ""), ("", ""), (hand_over.person, "b")]
    wordfile.line(document, "")
    wordfile.signatures(document, [[("", "")], by], width=WIDTH)
    return wordfile.save(document, target)


def write_minutes(hand_over: HandOver, target: Path) -> Path:
    """Biên bản giao nhận hồ sơ, tài liệu as .docx, with the packages and their digests. Raises AppError `package.write`."""
    document = wordfile.new_file("Biên bản giao nhận hồ sơ, tài liệu", landscape=False)
    wordfile.letterhead(document, hand_over.parent, hand_over.giver, f"..........., {_day(hand_over.on)}", width=TALL_WIDTH)
    wordfile.line(document, "BIÊN BẢN", size=Pt(14))
    wordfile.line(document, "Giao nhận hồ sơ, tài liệu", size=Pt(14))
    wordfile.line(document, "__________").paragraph_format.space_after = Pt(8)
    for words in _body(hand_over):
        paragraph = wordfile.line(document, words, bold=words.startswith("BÊN"), centred=False)
        paragraph.paragraph_format.space_after = Pt(4)
    packages = [(row.code, name, digest.lower()) for row in hand_over.rows for name, digest in row.packages]
    if packages:
        wordfile.line(document, "Danh sách tệp gói tin giao nhận", size=wordfile.BODY).paragraph_format.space_before = Pt(8)
        wordfile.table(document, PACKAGES, [(str(n), *each) for n, each in enumerate(packages, 1)])
    end = "Biên bản này được lập thành hai bản; bên giao giữ một bản, bên nhận giữ một bản./."
    wordfile.line(document, end, bold=False, centred=False).paragraph_format.space_before = Pt(8)
    wordfile.line(document, "")
    sign = "(Ký và ghi rõ họ và tên)"
    sides = [[(f"ĐẠI DIỆN BÊN {side}", "b"), (sign, "i")] for side in ("GIAO", "NHẬN")]
    wordfile.signatures(document, sides, width=TALL_WIDTH)
    return wordfile.save(document, target)


def _body(hand_over: HandOver) -> list[str]:
    rows = hand_over.rows
    dots = "......................................................"
    days = [row.period for row in rows if row.period]
    return [
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
        "Căn cứ Thông tư số 05/2025/TT-BNV của Bộ trưởng Bộ Nội vụ;",
        "Chúng tôi gồm:",
        f"BÊN GIAO: {hand_over.giver}",
        f"Ông (bà): {hand_over.person or dots}",
        f"Chức vụ công tác: {dots}",
        f"BÊN NHẬN: {hand_over.receiver or dots}",
        f"Ông (bà): {dots}",
        f"Chức vụ công tác: {dots}",
        "Thống nhất lập biên bản giao nhận tài liệu với những nội dung như sau:",
        f"1. Tên khối tài liệu giao nộp: {rows[0].title if len(rows) == 1 else hand_over.giver}",
        f"2. Thời gian của hồ sơ, tài liệu: {days[0] if len(days) == 1 else _span(days)}",
        "3. Số lượng tài liệu:",
        "a) Đối với hồ sơ, tài liệu giấy: không giao trong lần này.",
        "b) Đối với hồ sơ, tài liệu điện tử",
        f"- Tổng số hồ sơ: {len(rows)}",
        f"- Tổng số văn bản, tài liệu: {sum(row.documents for row in rows)}",
        f"- Tổng số tệp tin trong hồ sơ: {sum(row.files for row in rows)}",
        f"4. Tình trạng tài liệu giao nộp: {hand_over.electronic}; đã kiểm tra cấu trúc, dữ liệu đặc tả và mã băm.",
        "5. Mục lục hồ sơ, tài liệu nộp lưu kèm theo.",
    ]


def _span(periods: Sequence[str]) -> str:
    years = sorted({part[-4:] for period in periods for part in period.split(" - ")})
    return f"năm {years[0]}" if len(years) == 1 else f"từ năm {years[0]} đến năm {years[-1]}" if years else ""


def _day(moment: datetime) -> str:
    """Nghị định 30, annex I: days below 10 and months 1 and 2 get a zero."""
    month = f"{moment.month:02d}" if moment.month < 3 else str(moment.month)
    return f"ngày {moment.day:02d} tháng {month} năm {moment.year}"
