"""Names of offices: accents that OCR loses in capitals put back, and capitals turned into ordinary writing.

"CHÍ CỤC AN TOÁN" can only be "Chi cục An toàn". A phrase is mended when its letters without accents are exactly those of
a phrase below; the words of a subject are never touched. In the head names stand in capitals; in registers and packages
they are written "Ủy ban nhân dân huyện Phú An".
"""

from __future__ import annotations

import re
from functools import cache

from app.describe.fuzzy import tidy
from storage.text import fold

# In the case of running text; what a list does not know is taken for a proper name.
PHRASES = (
    "Ủy ban nhân dân", "Hội đồng nhân dân", "Ủy ban Mặt trận Tổ quốc", "Mặt trận Tổ quốc", "Ban Quản lý", "Ban Chỉ đạo",
    "Ban Chấp hành", "Ban Thường vụ", "Ban Tổ chức", "Ban Tuyên giáo", "Ban Dân vận", "Ban Nội chính", "Ủy ban Kiểm tra",
    "Chi cục", "Tổng cục", "Cục", "Vụ", "Sở", "Sở Y tế", "Bộ", "Phòng", "Ban", "Viện", "Trường", "Trạm", "Hạt", "Đội", "Hội", "Đoàn",
    "Văn phòng", "Thanh tra", "Trung tâm", "Bệnh viện", "Học viện", "Trường Đại học", "Đại học", "Trường Cao đẳng",
    "Trung học cơ sở", "Trung học phổ thông", "Tiểu học", "Mầm non", "Mẫu giáo", "Kho bạc Nhà nước", "Bảo hiểm xã hội",
    "Ngân hàng Nhà nước", "Tòa án nhân dân", "Viện kiểm sát nhân dân", "Đa khoa", "Y tế dự phòng", "Dự phòng", "Y tế",
    "Nội vụ", "Tài chính", "Tài chính - Kế hoạch", "Tư pháp", "Xây dựng", "Công Thương", "Giáo dục và Đào tạo", "Giáo dục",
    "Giao thông vận tải", "Kế hoạch và Đầu tư", "Khoa học và Công nghệ", "Lao động", "Thương binh và Xã hội",
    "Lao động - Thương binh và Xã hội", "Nông nghiệp và Phát triển nông thôn", "Nông nghiệp và Môi trường", "Nông nghiệp",
    "Phát triển nông thôn", "Tài nguyên và Môi trường", "Thông tin và Truyền thông", "Văn hóa", "Văn hóa và Thông tin",
    "Văn hóa, Thể thao và Du lịch", "Thể thao và Du lịch", "Văn hóa - Thông tin", "Dân tộc", "Dân tộc và Tôn giáo", "Ngoại vụ",
    "Quy hoạch - Kiến trúc", "An toàn vệ sinh thực phẩm", "An toàn thực phẩm", "An toàn", "Vệ sinh", "Thực phẩm",
    "Lưu trữ", "Giáo dục - Đào tạo", "Văn thư - Lưu trữ", "Văn thư", "Thi đua - Khen thưởng", "Tôn giáo", "Kế hoạch", "Kế toán", "Kinh tế",
    "Kinh tế - Hạ tầng", "Kinh tế và Hạ tầng", "Quản lý đô thị", "Quản lý dự án", "Đầu tư xây dựng", "Hạ tầng", "Kỹ thuật",
    "Trồng trọt và Bảo vệ thực vật", "Bảo vệ thực vật", "Chăn nuôi và Thú y", "Chăn nuôi", "Thú y", "Kiểm lâm", "Thủy lợi",
    "Thủy sản", "Dân số", "Kế hoạch hóa gia đình", "Liên đoàn Lao động", "Cựu chiến binh", "Liên hiệp Phụ nữ", "Phụ nữ",
    "Nông dân", "Thanh niên", "Thanh niên Cộng sản Hồ Chí Minh", "Chữ thập đỏ", "Đài Phát thanh - Truyền hình",
    "Phát thanh", "Truyền hình", "Truyền thanh", "Công an", "Bộ Chỉ huy Quân sự", "Ban Chỉ huy Quân sự", "Biên phòng",
    "Công ty", "Tổng công ty", "Trách nhiệm hữu hạn", "Một thành viên", "Cổ phần", "Chi nhánh", "Hợp tác xã", "Thuế",
    "Chi cục Thuế", "Hải quan", "Thống kê", "Thi hành án dân sự", "Thư viện", "Bảo tàng", "Tỉnh ủy", "Huyện ủy", "Thành ủy",
    "Thị ủy", "Quận ủy", "Đảng ủy", "Đảng bộ", "Chi bộ", "Chính phủ", "Quốc hội", "Thủ tướng", "Chủ tịch", "Bộ trưởng",
    "Ủy ban Thường vụ Quốc hội", "Đăng ký đất đai", "Phát triển quỹ đất", "Dịch vụ", "Sự nghiệp", "Hành chính công",
    "Phục vụ hành chính công", "Việt Nam",
    "Quân khu", "Quân đoàn", "Sư đoàn", "Lữ đoàn", "Trung đoàn", "Tiểu đoàn", "Bộ Tư lệnh", "Bộ đội Biên phòng", "Đồn Biên phòng",
    "Quốc phòng", "Bộ Tổng Tham mưu", "Bộ Tham mưu", "Phòng Tham mưu", "Chính trị", "Hậu cần", "Quân sự", "Trại giam", "Cảnh sát",
    "Cảnh sát điều tra", "Cơ quan Cảnh sát điều tra", "Cảnh sát hình sự", "Cảnh sát giao thông", "Cảnh sát kinh tế", "Quản lý hành chính",
    "Trật tự xã hội", "Phòng cháy chữa cháy", "Tối cao", "Cấp cao", "Kiểm sát",
)  # fmt: skip
UNITS = (
    "thành phố",
    "thị trấn",
    "thị xã",
    "tỉnh",
    "huyện",
    "quận",
    "xã",
    "phường",
    "thôn",
    "khu vực",
    "và",
    "của",
    "về",
    "các",
)
_LONE = {fold(phrase) for phrase in PHRASES if " " not in phrase}  # one syllable: too short to mend accents by


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    longest = sorted((*PHRASES, *(u for u in UNITS if " " in u)), key=len, reverse=True)
    return tuple((re.compile("(?<![a-z])" + _between(p).join(re.findall(r"\w+", fold(p))) + "(?![a-z])"), p) for p in longest)


def _between(phrase: str) -> str:
    """A lost blank is forgiven from three syllables on: "THỦY" is no "thú y"."""
    return r"[\s,-]*" if phrase.count(" ") >= 2 else r"[\s,-]+"


def mend_office(text: str) -> str:
    """A name in capitals as ordinary writing with its sure phrases spelt right; mixed case is left as it stands."""
    value = " ".join(tidy(text).split())
    letters = [c for c in value if c.isalpha()]
    if not letters or sum(c.isupper() for c in letters) < 0.8 * len(letters):
        return value
    plain = "".join((fold(c) or "?")[0] for c in value)
    taken: list[tuple[int, int, str]] = []
    for pattern, phrase in _patterns():
        for match in pattern.finditer(plain):
            start, end = match.span()
            if any(a < end and b > start for a, b, _new in taken):
                continue
            if fold(phrase) in _LONE and value[start:end] != phrase.upper():
                continue  # "SỐ" is not mended to "Sở"
            taken.append((start, end, phrase))
    out, at = [], 0
    for start, end, phrase in sorted(taken):
        out += [_proper(value[at:start]), phrase]
        at = end
    joined = "".join([*out, _proper(value[at:])])
    joined = re.sub(r"(?<=[^\s(-])(?=-\s)", " ", joined)
    joined = re.sub(r"^(Bộ|Sở|Phòng|Trung tâm|Trạm) [Tt]ế\b", r"\1 Y tế", joined)  # the lone Y was lost
    return joined[:1].upper() + joined[1:]


def _proper(text: str) -> str:
    """Words that no phrase covers: units of the country small, abbreviations as they are, the rest proper names."""
    return re.sub(r"[^\W\d_]+", lambda match: _word(match.group()), text)


def _word(word: str) -> str:
    if word.lower() in UNITS:
        return word.lower()
    if len(word) > 1 and not re.search(r"[aeiouy]", fold(word)):
        return word
    if word in {"UBND", "UBMTTQ", "UBKT"}:
        return word
    return word.capitalize()
