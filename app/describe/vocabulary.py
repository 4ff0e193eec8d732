"""The words that a Vietnamese administrative document is recognised by.

Types: NĐ 30/2020 art. 7 and annex III (abbreviations), the legal documents of the law on promulgation, forms before 2020 and
the papers that offices write besides. Codes and the official table are in `app/rules/codes.py`; parts don't import each
other, a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from app.describe.fuzzy import compact, distance, prefix_distance
from app.describe.names import is_syllable
from storage.text import nfc


@dataclass(slots=True, frozen=True)
class Kind:
    """A type of document: its name and the beginnings of notation that mean it."""

    name: str
    marks: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # other words that stand as the title of this type
    official: bool = True  # a type of NĐ 30 or of legislation


KINDS: tuple[Kind, ...] = (
    Kind("Nghị quyết", ("NQ",)),
    Kind("Quyết định", ("QĐ",)),
    Kind("Chỉ thị", ("CT",)),
    Kind("Quy chế", ("QC",)),
    Kind("Quy định", ("QyĐ", "QĐi")),
    Kind("Thông cáo", ("TC",)),
    Kind("Thông báo", ("TB",)),
    Kind("Hướng dẫn", ("HD",)),
    Kind("Chương trình", ("CTr",)),
    Kind("Kế hoạch", ("KH",)),
    Kind("Phương án", ("PA",)),
    Kind("Đề án", ("ĐA",)),
    Kind("Dự án", ("DA",)),
    Kind("Báo cáo", ("BC",)),
    Kind("Biên bản", ("BB",)),
    Kind("Tờ trình", ("TTr", "T.Tr", "Tr")),
    Kind("Hợp đồng", ("HĐ", "HĐKT", "HĐLĐ")),
    Kind("Công điện", ("CĐ",)),
    Kind("Bản ghi nhớ", ("BGN",)),
    Kind("Bản thỏa thuận", ("BTT", "TTh"), ("Thỏa thuận",)),
    Kind("Giấy ủy quyền", ("GUQ",)),
    Kind("Giấy mời", ("GM",)),
    Kind("Giấy giới thiệu", ("GGT",)),
    Kind("Giấy nghỉ phép", ("GNP",)),
    Kind("Phiếu gửi", ("PG",)),
    Kind("Phiếu chuyển", ("PC",)),
    Kind("Phiếu báo", ("PB",)),
    Kind("Công văn", ("CV",)),
    Kind("Thư công", ()),
    Kind("Luật", ()),
    Kind("Pháp lệnh", ("PL", "PLUBTVQH")),
    Kind("Lệnh", ("L",)),
    Kind("Nghị định", ("NĐ",)),
    Kind("Thông tư", ("TT",)),
    Kind("Thông tư liên tịch", ("TTLT",)),
    Kind("Kết luận", ("KL",), official=False),
    Kind("Quy trình", ("QTr",), official=False),
    Kind("Quy chuẩn", (), official=False),
    Kind("Điều lệ", ("ĐL",), official=False),
    Kind("Nội quy", (), official=False),
    Kind("Lịch công tác", ("LCT",), official=False),
    Kind("Thư mời", ("TM",), official=False),
    Kind("Thơ mời", ("TM",), official=False),
    Kind("Giấy đề nghị", ("GĐN",), official=False),
    Kind("Giấy xác nhận", ("GXN",), official=False),
    Kind("Giấy chứng nhận", ("GCN",), official=False),
    Kind("Giấy phép", ("GP",), official=False),
    Kind("Giấy đi đường", ("GĐĐ",), official=False),
    Kind("Giấy biên nhận", ("GBN",), official=False),
    Kind("Bản đề nghị", ("ĐN",), official=False),
    Kind("Bảng đề nghị", ("ĐN",), official=False),
    Kind("Bản đăng ký", ("ĐK",), official=False),
    Kind("Bảng đăng ký", ("ĐK",), official=False),
    Kind("Bản cam kết", ("BCK",), official=False),
    Kind("Bản kiểm điểm", (), official=False),
    Kind("Bản nhận xét", (), official=False),
    Kind("Bản thanh lý hợp đồng", ("TLHĐ",), official=False),
    Kind("Thanh lý hợp đồng", ("TLHĐ",), ("Biên bản thanh lý hợp đồng",), official=False),
    Kind("Bảng kê", (), official=False),
    Kind("Bảng tổng hợp", (), official=False),
    Kind("Danh sách", ("DS",), official=False),
    Kind("Dự toán", ("DT",), official=False),
    Kind("Đơn đề nghị", (), official=False),
    Kind("Đơn xin", (), official=False),
    Kind("Phiếu trình", ("PTr",), official=False),
    Kind("Phiếu đề nghị", (), official=False),
    Kind("Trích biên bản", ("TBB", "BB"), official=False),
    Kind("Trích lục", (), official=False),
    Kind("Tờ khai", (), official=False),
    Kind("Lời kêu gọi", (), official=False),
    Kind("Bản án", (), official=False),
    Kind("Cáo trạng", (), official=False),
    Kind("Kết luận điều tra", ("KLĐT",), ("Bản kết luận điều tra",), official=False),
    Kind("Kháng nghị", (), official=False),
    Kind("Bản sao y", ("SY",), ("Sao y", "Sao y bản chính"), official=False),
    Kind("Bản trích sao", ("TrS",), ("Trích sao",), official=False),
    Kind("Bản sao lục", ("SL",), ("Sao lục",), official=False),
)
LETTER = "Công văn"
OTHER = "Khác"  # what Thông tư 05/2025 calls the types that its table lacks
_BEGUN = (14, 4)  # letters of a post that are there at least, and that may be lost behind them
_NEARLY = 7  # letters of a name that is known with one of them wrong

# Beginnings of notation that offices write and that name no type above; they only help to cut it out of handwriting.
_MORE_MARKS = ("VPCP", "UBND", "HĐND", "BGDĐT", "STC", "SNV", "STNMT", "SYT", "VP", "PNV")


@cache
def marks() -> tuple[str, ...]:
    """Every known beginning of a notation, the longest first."""
    known = {mark for kind in KINDS for mark in kind.marks if len(mark) > 1} | set(_MORE_MARKS)
    return tuple(sorted(known, key=lambda mark: (-len(mark), mark)))


@cache
def marks_of(name: str | None) -> tuple[str, ...]:
    """The beginnings of notation, two letters or more, of the type with this name."""
    return tuple(mark for kind in KINDS if kind.name == name for mark in kind.marks if len(mark) > 1)


@cache
def _kinds_by_mark() -> dict[str, tuple[Kind, ...]]:
    found: dict[str, list[Kind]] = {}
    for kind in KINDS:
        for mark in kind.marks:
            found.setdefault(compact(mark), []).append(kind)
    return {mark: tuple(kinds) for mark, kinds in found.items()}


def kinds_of(notation: str) -> tuple[Kind, ...]:
    """The types that a notation can mean: `kinds_of("QĐ-UBND")` is Quyết định; () when it begins with an office's name.

    A year before it is skipped (`2020/NĐ-CP`), in the Party's form the type stands first too (`CV/TU`).
    """
    for group in notation.replace("/", "-").split("-"):
        if compact(group) and not compact(group).isdigit():
            return _kinds_by_mark().get(compact(group), ())
    return ()


@cache
def _titles() -> tuple[tuple[str, Kind], ...]:
    pairs = {compact(title): kind for kind in KINDS for title in (kind.name, *kind.titles)}
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


@dataclass(slots=True, frozen=True)
class Title:
    """A type found at the beginning of a line."""

    kind: Kind
    errors: int
    used: int  # plain letters of the line that belong to it


@lru_cache(maxsize=1024)
def title_at(key: str) -> Title | None:
    """The type that the compact text of a line begins with, a wrong letter in six forgiven; the longest of the best."""
    best: Title | None = None
    for word, kind in _titles():
        limit = len(word) // 6
        errors, used = prefix_distance(word, key, limit)
        if errors <= limit and (best is None or errors - len(word) / 6 < best.errors - best.used / 6):
            best = Title(kind, errors, used)
    return best


# First words of what comes after type and subject.
BODY = (
    "cancu", "kinhgui", "dieu1", "chuongi", "phanthunhat", "thuchien", "theodenghi", "xetdenghi", "xettotrinh", "thihanh",
    "homnay", "thoigian", "phani", "i1", "kinhthua", "cancac", "noinhan",
)  # fmt: skip

# Posts of signers; as "THẨM QUYỀN BAN HÀNH" they also stand between subject and grounds of a decision.
POSTS = (
    "Chủ tịch", "Phó Chủ tịch", "Phó Chủ tịch Thường trực", "Giám đốc", "Phó Giám đốc", "Tổng Giám đốc",
    "Phó Tổng Giám đốc", "Chi cục trưởng", "Phó Chi cục trưởng", "Cục trưởng", "Phó Cục trưởng", "Tổng cục trưởng",
    "Phó Tổng cục trưởng", "Vụ trưởng", "Phó Vụ trưởng", "Bộ trưởng", "Thứ trưởng", "Thủ tướng", "Phó Thủ tướng",
    "Trưởng phòng", "Phó Trưởng phòng", "Chánh Văn phòng", "Phó Chánh Văn phòng", "Chánh Thanh tra", "Phó Chánh Thanh tra",
    "Hiệu trưởng", "Phó Hiệu trưởng", "Viện trưởng", "Phó Viện trưởng", "Trưởng ban", "Phó Trưởng ban", "Chủ nhiệm",
    "Phó Chủ nhiệm", "Bí thư", "Phó Bí thư", "Phó Bí thư Thường trực", "Trưởng trạm", "Trạm trưởng", "Chỉ huy trưởng",
    "Chính ủy", "Kế toán trưởng", "Đội trưởng", "Thủ trưởng đơn vị", "Chánh án", "Phó Chánh án", "Trưởng Công an",
    "Phó Trưởng Công an", "Trưởng khoa", "Tổng Kiểm toán", "Kiểm toán trưởng", "Thống đốc", "Phó Thống đốc", "Thường trực",
    "Tổng Thư ký", "Chủ tọa", "Chủ trì", "Trưởng đoàn", "Trưởng thôn", "Người lập biểu", "Hạt trưởng", "Trưởng Ban quản lý",
    "Tư lệnh", "Phó Tư lệnh", "Tham mưu trưởng", "Phó Chỉ huy trưởng", "Phó Chính ủy", "Chính trị viên", "Phó Chính trị viên",
    "Sư đoàn trưởng", "Lữ đoàn trưởng", "Trung đoàn trưởng", "Tiểu đoàn trưởng", "Đồn trưởng", "Phó Đồn trưởng", "Thủ trưởng",
    "Phó Thủ trưởng", "Giám thị", "Phó Giám thị", "Thẩm phán", "Thẩm phán - Chủ tọa phiên tòa", "Kiểm sát viên", "Chấp hành viên",
)  # fmt: skip

ORGANISATIONS = (
    "ủy ban", "ubnd", "hội đồng", "hđnd", "sở", "ban", "bộ", "cục", "chi cục", "tổng cục", "vụ", "phòng", "trung tâm",
    "trường", "văn phòng", "bệnh viện", "viện", "học viện", "đại học", "công ty", "tổng công ty", "tập đoàn", "kho bạc",
    "tòa án", "viện kiểm sát", "công an", "liên đoàn", "công đoàn", "hội", "mặt trận", "đoàn", "trạm", "thanh tra", "đài", "ngân hàng",
    "chính phủ", "quốc hội", "thủ tướng", "chủ tịch", "tỉnh ủy", "huyện ủy", "thành ủy", "quận ủy", "thị ủy", "đảng ủy",
    "đảng bộ", "chi bộ", "hạt", "bảo hiểm", "kiểm toán", "tổng", "hợp tác xã", "thư viện", "bảo tàng", "nhà xuất bản",
    "ban chấp hành", "ban thường vụ", "đội",
    "quân khu", "quân đoàn", "quân chủng", "binh chủng", "sư đoàn", "lữ đoàn", "trung đoàn", "tiểu đoàn",
    "đồn", "bộ đội", "cơ quan", "trại giam", "nhà máy", "xí nghiệp", "chi nhánh", "bộ chỉ huy", "bộ tư lệnh", "bch",
)  # fmt: skip


@cache
def _organisation_keys() -> tuple[str, ...]:
    return tuple(sorted((compact(word) for word in ORGANISATIONS), key=len, reverse=True))


def begins_organisation(text: str) -> bool:
    """True where a line begins a new organisation's name rather than going on with the one above."""
    words = text.split()
    if words and nfc(words[0]).upper() == "VIÊN":
        return False  # "… MỘT THÀNH / VIÊN": no Viện
    if any(compact(" ".join(words[:count])) in _organisation_keys() for count in (1, 2, 3, 4)):
        return True
    first = words[:2]  # "LIÊN ĐOẢÀN": no syllable, so a letter of it is wrong
    key = compact(" ".join(first))
    if len(first) < 2 or all(is_syllable(word) for word in first):
        return False
    return any(len(known) >= _NEARLY and known[0] == key[:1] and distance(known, key, 1) == 1 for known in _organisation_keys())


@cache
def _post_keys() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((compact(name), name) for name in POSTS), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=1024)
def post_at(key: str) -> tuple[str, int] | None:
    """(post, letters used) that the compact text begins with, a wrong letter in seven forgiven; the longest."""
    best: tuple[str, int] | None = None
    score = -1.0
    for post, name in _post_keys():
        limit = len(post) // 7 if key[:2] == post[:2] else len(post) // 12  # a lost beginning: "ệu trưởng" is no "Vụ trưởng"
        errors, used = prefix_distance(post, key, limit)
        if errors <= limit and len(post) - 7 * errors > score:
            best, score = (name, used), len(post) - 7 * errors
    return best


def post_begun(key: str) -> tuple[str, int] | None:
    """(post, letters of `key`) for a long one that lost its last word: "Thẩm phán - Chủ tọa phiên" is no mere Thẩm phán."""
    found = [
        name
        for post, name in _post_keys()
        if post.startswith(key) and _BEGUN[0] <= len(key) < len(post) <= len(key) + _BEGUN[1]
    ]
    return (found[0], len(key)) if len(found) == 1 else None


def is_post(key: str) -> bool:
    """True for the post of a signer, `KT. CHỦ TỊCH` too."""
    for mark in ("tuq", "tm", "kt", "tl", "q"):
        if key.startswith(mark) and post_at(key[len(mark) :]):
            return True
    return post_at(key) is not None
