"""The place of issue mended: it is named in the head too, or it is a province of the country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.describe.fuzzy import compact, distance
from app.describe.names import is_syllable
from app.i18n import N_
from storage.records.reading import FieldReading

# The provinces and cities until and since 1 July 2025 (NQ 202/2025/QH15), and capitals of provinces that head papers often.
PROVINCES = (
    "An Giang", "Bà Rịa - Vũng Tàu", "Bắc Giang", "Bắc Kạn", "Bạc Liêu", "Bắc Ninh", "Bến Tre", "Bình Định", "Bình Dương", "Bình Phước",
    "Bình Thuận", "Cà Mau", "Cần Thơ", "Cao Bằng", "Đà Nẵng", "Đắk Lắk", "Đắk Nông", "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai",
    "Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương", "Hải Phòng", "Hậu Giang", "Hòa Bình", "Huế", "Hưng Yên", "Khánh Hòa",
    "Kiên Giang", "Kon Tum", "Lai Châu", "Lâm Đồng", "Lạng Sơn", "Lào Cai", "Long An", "Nam Định", "Nghệ An", "Ninh Bình", "Ninh Thuận",
    "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi", "Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh",
    "Thái Bình", "Thái Nguyên", "Thanh Hóa", "Thừa Thiên Huế", "Tiền Giang", "Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh", "Trà Vinh",
    "Tuyên Quang", "Vĩnh Long", "Vĩnh Phúc", "Yên Bái", "Vị Thanh", "Đà Lạt", "Buôn Ma Thuột", "Quy Nhơn", "Nha Trang", "Biên Hòa",
    "Mỹ Tho", "Rạch Giá", "Pleiku", "Vinh", "Hạ Long", "Việt Trì", "Vũng Tàu", "Thủ Dầu Một", "Đồng Hới", "Tam Kỳ",
)  # fmt: skip
_SHORTEST = 5  # letters: a shorter name is too near to others
_MENDED, _LEAST = 0.85, 0.6
_SURE, _DOUBTFUL = 0.85, 0.6


def mended_place(fields: Mapping[str, FieldReading]) -> FieldReading:
    """`place` as it stands, or the one name that it nearly is: at the end of the issuer's names, else a province's."""
    reading = fields["place"]
    read = reading.value
    named = named_places(fields, len(read.split()))
    if read in named or read in PROVINCES:
        return reading
    near = {name for name in named if _is_near(read, name, reading.confidence)}
    if reading.confidence >= _SURE:  # small letters keep their accents better than the capitals of the head
        near = {name for name in near if compact(name) != compact(read)}
    near = near or {name for name in PROVINCES if _is_near(read, name, _SURE) and _may_be_misread(reading, name)}
    if len(near) != 1:
        return reading
    why = N_("The place before the date, mended after a name that is known: please check.")
    return replace(reading, value=near.pop(), confidence=round(min(max(reading.confidence, _LEAST), _MENDED), 3), why=why)


def named_places(fields: Mapping[str, FieldReading], words: int) -> tuple[str, ...]:
    """The last words of issuer and parent: "Ủy ban nhân dân huyện Phú An" ends with the place."""
    found = []
    for name in ("organName", "parentOrgan"):
        if name in fields and fields[name].confidence > 0.6:
            last = fields[name].value.split()[-words:]
            if len(last) == words:
                found.append(" ".join(last))
    return tuple(found)


def _may_be_misread(reading: FieldReading, name: str) -> bool:
    """Syllables that all can be are a place that is not on the list ("Hà Đông", no "Hạ Long") unless only accents differ or the engine
    is not sure of them.
    """
    spelt = all(is_syllable(word) for word in reading.value.split())
    return not spelt or compact(reading.value) == compact(name) or reading.confidence < _SURE


def _is_near(read: str, name: str, sure: float) -> bool:
    """One letter wrong, or an accent; more of them in a word that the engine doubts itself."""
    if len(compact(name)) < _SHORTEST or len(read.split()) != len(name.split()):
        return False
    limit = 1 if sure >= _DOUBTFUL else max(1, len(compact(name)) // 2)
    return distance(compact(read), compact(name), limit) <= limit
