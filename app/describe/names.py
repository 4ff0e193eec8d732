"""Names of persons: the family names of the country, and what the engine makes of their accents.

A family name is one of some two hundred words, so "Đồ Hữu Sỹ" can only be a Đỗ. What follows it may be any syllable of the
language, so it is judged (`likeness`) but never changed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from app.describe.fuzzy import distance
from storage.text import fold, has_accents

# The commonest first: of two with the same letters the first is meant.
FAMILIES = tuple(
    """
Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Trương Lâm Mai Cao Đào Hà Tạ Thái Lương Lưu
Tô Chu Châu Vương Phùng Tăng Quách Nghiêm Hứa Kiều La Lã Lại Từ Tống Tôn Thân Tiêu Triệu Trang Quan Ninh Nông Mạc Mã Kim Khổng
Khúc Khuất Khương Kha Hàn Giang Giáp Doãn Diệp Dư Đàm Đậu Điền Điêu Đồng Đổng Đường Đái Cù Cung Chung Chử Chế Cát Cấn Cầm Ca Cổ
Công Bế Bạch Bành Bàng Bàn Âu Ân An Ấu Văn Vi Viên Ung Uông Ứng Tưởng Tất Thạch Sơn Danh Thiều Tiết Trà Trầm Trưng Sầm Quàng Tòng
Lò Lù Lường Lang Lục Lộc Liễu Lều Lỗ Lữ Lăng Ma Mẫn Mạch Mùa Giàng Vàng Vừ Thào Sùng Hạng Hầu Hán Hạ Hàng Phí Phó Phù Quản Ngụy
Nhâm Nhan Nhữ Ong Ông Tào Thẩm Thôi Tiền Tán Tạo Ngân Nùng Chảo Chang Cháng Chẩu Chiêm Đèo Tẩn Phàn Lèng Sĩ Siu Ksor Kpă Rơ Rmah
Nay Ayun Niê Mlô Êban Adrông Hmok Bkrông Hra Y H' K' Ka Rcom Kpuih Pơloong Zơrâm Alăng Bling Arất Khiếu Cồ Đới Đôn Trác Xa Bá Bồ
""".split()  # noqa: SIM905 - a table of words reads better so
)
MIDDLE = frozenset(
    """
văn thị hữu đức minh quốc thanh xuân ngọc đình công quang trọng thế duy anh hoàng bá đăng tiến việt mạnh hồng kim thu bích thùy
như phương mỹ cẩm diệu gia hải hùng huy khắc khánh kiên lan long mai mộng nam nguyên nhật nhất phú phúc phước quý quỳnh sỹ sĩ sơn
tấn thành thái thiên thiện thịnh thượng trí trung trường tuấn tùng tường tuyết uyên vĩnh vũ viết yến chí cao bảo ánh ái bình chính
cảnh cường danh diễm doãn dung duyên hiền hoài hạnh hiếu hòa hoa huyền hương kiều lệ liên linh loan nghĩa nhân ninh phi sinh tâm
tố thảo thúy thục triệu tú vân vinh xuyến hạ hà hưng khoa lâm lê lương lưu mậu nghiêm nhã nhữ phan phùng thụy trần trịnh tự đắc
đại đạo đông đoàn đồng đỗ
""".split()  # noqa: SIM905
)
_ONSET = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvx]"
_RHYME = (
    "a|ac|ach|ai|am|an|ang|anh|ao|ap|at|au|ay|e|ec|em|en|eng|eo|ep|et|eu|i|ia|ich|iec|iem|ien|ieng|iep|iet|ieu|im|in|inh|ip|it|iu|"
    "o|oa|oac|oach|oai|oam|oan|oang|oanh|oao|oat|oay|oc|oe|oen|oeo|oet|oi|om|on|ong|oong|op|ot|u|ua|uan|uang|uat|uay|uc|ue|uech|uenh|ui|"
    "um|un|ung|uo|uoc|uoi|uom|uon|uong|uop|uot|uou|up|ut|uu|uy|uya|uych|uyen|uyet|uyn|uynh|uyt|uyu|y|yem|yen|yeng|yet|yeu"
)
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{_RHYME})")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LEAST_REST, _LEAST_SPELT, _LEAST_NEAR = 3, 2, 4


@cache
def _by_letters() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in FAMILIES:
        found.setdefault(fold(name), name)
    return found


def is_family(word: str) -> bool:
    """True for a family name, in capitals too."""
    return word.capitalize() in FAMILIES


def mended_name(name: str) -> str:
    """The name with the accents of its family name put right where no family is called what was read, and with a first letter that a
    seal swallowed: "uynh Ngọc Dũng" can only be a Huỳnh, and so can "Huỳah", which is no syllable at all.
    """
    first, blank, rest = name.partition(" ")
    if is_family(first):
        return name
    letters = fold(first)
    known = _by_letters().get(letters)
    if known is None and first[:1].islower():
        known = _by_rest().get(letters) or _by_spelt_rest().get(first.lower())
    if known is None and len(letters) >= _LEAST_NEAR and not is_syllable(first):
        near = {family for key, family in _by_letters().items() if distance(key, letters, 1) <= 1}
        known = near.pop() if len(near) == 1 else None
    if known is None or len(letters) < 2:
        return name
    return f"{known.upper() if first.isupper() and len(first) > 1 else known}{blank}{rest}"


@cache
def _by_rest() -> dict[str, str]:
    """By the letters behind the first one, where they are those of one family name only; of all spellings of it the commonest."""
    found: dict[str, str] = {}
    for letters, name in _by_letters().items():
        rest = letters[1:]
        if len(rest) >= _LEAST_REST:
            found[rest] = "" if rest in found else name
    return {rest: name for rest, name in found.items() if name}


@cache
def _by_spelt_rest() -> dict[str, str]:
    """By the letters behind the first one with their accents, which tell more: only a Bùi ends in "ùi"."""
    found: dict[str, str] = {}
    for name in FAMILIES:
        if len(rest := name[1:].lower()) >= _LEAST_SPELT and has_accents(rest):
            found[rest] = "" if rest in found else name
    return {rest: name for rest, name in found.items() if name}


def likeness(name: str) -> float:
    """How much words look like a person's name, 0 … 1: a family name first, then syllables of the language."""
    words = name.split()
    if not words:
        return 0.0
    spelt = sum(is_syllable(word) for word in words) / len(words)
    family = 1.0 if is_family(words[0]) else 0.6 if fold(words[0]) in _by_letters() else 0.0
    usual = any(word.lower() in MIDDLE for word in words[1:])
    return round(0.45 * family + 0.45 * spelt**2 + (0.1 if usual else 0.0), 3)


def is_syllable(word: str) -> bool:
    """True where the letters can be a syllable of Vietnamese, with one tone at most."""
    marks = [c for c in unicodedata.normalize("NFD", word) if c in _TONES]
    return len(marks) <= 1 and bool(_SYLLABLE.fullmatch(fold(word)))
