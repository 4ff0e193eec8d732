"""Which column of a spreadsheet index is what: headers are matched by meaning, not by place or spelling.

The index in circulation has one row a document and 46 columns (dossier B–X, document Y–AT; guide of the digitising circulars).
Offices word the headers differently, write remarks in brackets behind them, and seven headers stand there twice: first for the
dossier, then for the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from storage.text import fold

DOSSIER, DOCUMENT = "dossier", "document"
DATES = ("start_date", "end_date", "issuedDate")
LONGEST = 120  # letters of a header; what is longer is no header
LIKE_ENOUGH = 0.75  # of 1; below it two different headers of the same table would be taken for each other

# key → wordings; the first is that of the table in circulation
_DOSSIER: Mapping[str, tuple[str, ...]] = {
    "fonds": ("Phông", "Tên phông", "Mã phông", "Phông lưu trữ"),
    "inventory": ("Mục lục", "Mục lục số", "Mục lục hồ sơ", "Số mục lục"),
    "box": ("Hộp số", "Số hộp", "Hộp", "Cặp số", "Hộp cặp số"),
    "code": ("Số và ký hiệu hồ sơ", "Hồ sơ số", "Số hồ sơ", "Mã hồ sơ", "Ký hiệu hồ sơ", "Số ký hiệu hồ sơ"),
    "title": ("Tiêu đề hồ sơ", "Tên hồ sơ"),
    "maintenance": ("Thời hạn bảo quản", "Thời hạn lưu trữ", "THBQ"),
    "start_date": ("Ngày Tháng Năm bắt đầu", "Thời gian bắt đầu"),
    "start_date.day": ("Ngày bắt đầu",),
    "start_date.month": ("Tháng bắt đầu",),
    "start_date.year": ("Năm bắt đầu",),
    "end_date": ("Ngày Tháng Năm kết thúc", "Thời gian kết thúc"),
    "end_date.day": ("Ngày kết thúc",),
    "end_date.month": ("Tháng kết thúc",),
    "end_date.year": ("Năm kết thúc",),
    "total": ("Tổng số văn bản trong hồ sơ", "Tổng số văn bản", "Số lượng văn bản", "Tổng số tài liệu"),
    "note": ("Chú giải",),
    "number_of_paper": ("Số lượng tờ", "Tổng số tờ", "Số tờ"),
    "paper_file_code": ("Mã hồ sơ giấy gốc", "Mã hồ sơ giấy", "Mã hồ sơ gốc"),
}
_DOCUMENT: Mapping[str, tuple[str, ...]] = {
    "ordinal": (
        "Số thứ tự văn bản trong hồ sơ",
        "Số thứ tự văn bản",
        "STT văn bản",
        "STT văn bản trong hồ sơ",
        "STT trong hồ sơ",
    ),
    "typeName": ("Tên loại văn bản", "Loại văn bản", "Tên loại"),
    "codeNumber": ("Số của văn bản", "Số văn bản"),
    "codeNotation": ("Ký hiệu của văn bản", "Ký hiệu văn bản"),
    "code": ("Số và ký hiệu văn bản", "Số ký hiệu văn bản", "Số ký hiệu", "Số và ký hiệu", "Số ký hiệu của văn bản"),
    "issuedDate": (
        *("Ngày Tháng Năm văn bản", "Ngày tháng văn bản", "Ngày ký", "Ngày tháng", "Ngày tháng năm"),
        *("Ngày tháng năm ban hành", "Ngày tháng năm của văn bản", "Thời gian văn bản", "Thời gian ban hành"),
    ),
    "issuedDate.day": ("Ngày văn bản", "Ngày của văn bản", "Ngày ban hành"),
    "issuedDate.month": ("Tháng văn bản", "Tháng của văn bản", "Tháng ban hành"),
    "issuedDate.year": ("Năm văn bản", "Năm của văn bản", "Năm ban hành"),
    "organName": (
        "Tên cơ quan tổ chức ban hành văn bản",
        *("Cơ quan ban hành", "Nơi ban hành", "Tác giả văn bản", "Tác giả", "Tên cơ quan ban hành"),
    ),
    "subject": ("Trích yếu nội dung", "Trích yếu", "Nội dung văn bản", "Trích yếu nội dung văn bản"),
    "pages": ("Số lượng trang của văn bản", "Số trang", "Số lượng trang", "Số trang văn bản"),
    "autograph": ("Bút tích",),
    "process": ("Quy trình xử lý",),
    "sheets": ("Tờ số", "Từ tờ đến tờ"),
    "kind": ("Loại tài liệu",),
    "signer": ("Người ký", "Họ tên người ký"),
    "position": ("Chức vụ người ký", "Chức vụ"),
    "urgency": ("Độ khẩn", "Mức độ khẩn"),
    "secrecy": ("Độ mật", "Mức độ mật"),
    "addressee": ("Nơi nhận", "Kính gửi"),
    "file": (
        *(
            "Đường dẫn file",
            "Đường dẫn",
            "Tên file",
            "Tên tệp",
            "Đường dẫn tệp",
            "File đính kèm",
            "Tệp đính kèm",
            "File",
            "Link file",
        ),
        *("Tên tập tin", "Đường dẫn tập tin", "Tên file văn bản", "Đường dẫn file văn bản"),
    ),
}
# the same words once for the dossier and once for the document
_BOTH: Mapping[str, tuple[str, ...]] = {
    "mode": ("Chế độ sử dụng",),
    "language": ("Ngôn ngữ",),
    "infor_sign": ("Ký hiệu thông tin",),
    "keyword": ("Từ khóa",),
    "format": ("Tình trạng vật lý",),
    "confidence_level": ("Mức độ tin cậy",),
    "description": ("Ghi chú",),
}
_ALONE: Mapping[str, tuple[str, ...]] = {"row": ("STT", "Số thứ tự", "TT")}


@dataclass(frozen=True, slots=True)
class Column:
    """`place` from 0; `of` "dossier", "document" or "" (the row's own number); `key` as in `_DOSSIER`, `_DOCUMENT`, `_BOTH`.

    A date may lie in one column, in three ("issuedDate.day", ".month", ".year"), or in three under one merged header (`width` 3).
    """

    place: int
    header: str
    of: str
    key: str
    meaning: str  # the header as the table in circulation words it
    likeness: float  # 1 = the same words
    width: int = 1


def plain(header: str) -> str:
    """What a header says: no accents and marks, and nothing of what stands in or behind a bracket."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(re.split(r"[(\[{]", header, maxsplit=1)[0])).split())


@lru_cache(maxsize=16384)
def likeness(left: str, right: str) -> float:
    """0 … 1 for two plain headers: the better of edit distance and shared words (Dice)."""
    if left == right:
        return 1.0
    if not left or not right:
        return 0.0
    ours, theirs = left.split(), right.split()
    shared = 2 * len(set(ours) & set(theirs)) / (len(set(ours)) + len(set(theirs)))
    longest = max(len(left), len(right))
    if abs(len(left) - len(right)) > (1 - LIKE_ENOUGH) * longest:
        return shared
    return max(shared, 1 - _edits(left, right) / longest)


def match(headers: Sequence[str]) -> list[Column]:
    """The columns that mean something, in their order; each meaning once, the likest header takes it."""
    found: dict[int, Column] = {}
    names = [plain(header) if len(header) <= LONGEST else "" for header in headers]
    pairs = sorted(
        (
            (-score, place, number)
            for place, name in enumerate(names)
            if name
            for number, meaning in enumerate(_meanings())
            if (score := max(likeness(name, wording) for wording in meaning.wordings)) >= LIKE_ENOUGH
        )
    )
    left = {number: 2 if meaning.of == "both" else 1 for number, meaning in enumerate(_meanings())}
    for score, place, number in pairs:
        if place not in found and left[number]:
            meaning = _meanings()[number]
            left[number] -= 1
            found[place] = Column(place, headers[place], meaning.of, meaning.key, meaning.shown, -score)
    return _sided([_wide(found[place], names) for place in sorted(found)])


def header_row(rows: Sequence[Sequence[str]], within: int = 20) -> tuple[int, list[str]] | None:
    """(row from 0, its headers) of the row with the most columns that mean something, three at least.

    Titles may stand above it, and a head of two rows whose cells are merged downwards lends it its words.
    """
    best: tuple[int, int, list[str]] | None = None
    for number, row in enumerate(rows[:within]):
        above = rows[number - 1] if number else []
        lent = [cell or (above[place] if place < len(above) else "") for place, cell in enumerate(row)]
        for headers in (list(row), lent):
            count = len(match(headers))
            if count >= 3 and (best is None or count > best[0]):
                best = (count, number, headers)
    return best[1:] if best else None


def _wide(column: Column, names: Sequence[str]) -> Column:
    """A merged header over day, month and year: its words stand in the first cell only."""
    merged = column.key in DATES and names[column.place + 1 : column.place + 3] == ["", ""]
    return replace(column, width=3) if merged else column


@dataclass(frozen=True, slots=True)
class _Meaning:
    of: str
    key: str
    shown: str
    wordings: tuple[str, ...]


@cache
def _meanings() -> tuple[_Meaning, ...]:
    groups = (("", _ALONE), (DOSSIER, _DOSSIER), (DOCUMENT, _DOCUMENT), ("both", _BOTH))
    return tuple(
        _Meaning(of, key, wordings[0], tuple(plain(wording) for wording in wordings))
        for of, group in groups
        for key, wordings in group.items()
    )


def _sided(columns: list[Column]) -> list[Column]:
    """Says of the headers that may stand twice whose they are: the first the dossier's; a single one goes with its neighbours."""
    split = min((c.place for c in columns if c.of == DOCUMENT and c.key != "file"), default=None)
    dossier_first = any(c.of == DOSSIER and (split is None or c.place < split) for c in columns)
    sided = []
    for column in columns:
        of = column.of
        if of == "both":
            twins = [c.place for c in columns if c.of == "both" and c.key == column.key]
            if len(twins) == 2:
                of = DOSSIER if column.place == twins[0] else DOCUMENT
            else:
                of = DOSSIER if split is None or (dossier_first and column.place < split) else DOCUMENT
        sided.append(replace(column, of=of))
    return sided


def _edits(left: str, right: str) -> int:
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            before, row[j] = row[j], min(before + (a != b), row[j] + 1, row[j - 1] + 1)
    return row[-1]
