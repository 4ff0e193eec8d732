"""Dates that are not written "ngày … tháng … năm …" in digits: "05/3/2024", and in words as contracts and old papers have them."""

from __future__ import annotations

import re
from datetime import date

from app.describe.layout import Line

_DIGITS = re.compile(
    r"(?:\bngay\s*[:.]?\s*)?(?<![\d/.-])(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})\s?[/.-]\s?(?P<year>(?:19|20)\d\d)\W*$"
)
_WORDS = re.compile(
    r"\bngay\s+(?P<day>[a-z ]+?)\s+thang\s+(?P<month>[a-z ]+?)\s*,?\s+nam\s+(?P<year>(?:mot|hai)\s+(?:nghin|ngan)[a-z ]*)"
)
_UNITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_TEN, _HUNDRED, _THOUSAND = {"muoi"}, {"tram"}, {"nghin", "ngan"}
_EMPTY = {"linh", "le", "mong", "mung"}
_MONTHS = {"gieng": 1, "chap": 12}


def find_spoken_date(line: Line) -> tuple[date, int, int] | None:
    """The date and where it stands in the line's text."""
    match = _DIGITS.search(line.plain)
    if match:
        found = _date(int(match.group("year")), int(match.group("month")), int(match.group("day")))
    else:
        match = _WORDS.search(line.plain)
        if match is None:
            return None
        month = _MONTHS.get(match.group("month").strip()) or number_of(match.group("month"))
        found = _date(_year(match.group("year")), month, number_of(match.group("day")))
    return (found, match.start(), match.end()) if found else None


def _year(words: str) -> int | None:
    """The longest beginning that is a number: the sentence goes on behind it."""
    parts = words.split()
    return next((value for end in range(len(parts), 1, -1) if (value := number_of(" ".join(parts[:end])))), None)


def number_of(words: str) -> int | None:
    """`number_of("hai nghin khong tram hai muoi tu") == 2024`, of words without accents; None for other words."""
    total, parts = 0, [word for word in words.split() if word not in _EMPTY]
    for size, names in ((1000, _THOUSAND), (100, _HUNDRED)):
        place = next((i for i, word in enumerate(parts) if word in names), None)
        if place is not None:
            if place != 1 or parts[0] not in _UNITS:
                return None
            total += size * _UNITS[parts[0]]
            parts = parts[2:]
    rest = _below_hundred(parts)
    return None if rest is None else total + rest


def _below_hundred(parts: list[str]) -> int | None:
    if not parts:
        return 0
    place = next((i for i, word in enumerate(parts) if word in _TEN), None)
    tens, ones = ([], parts) if place is None else (parts[:place], parts[place + 1 :])
    if place is None and len(parts) == 2:
        tens, ones, place = parts[:1], parts[1:], 1  # "hai tư"
    if len(tens) > 1 or len(ones) > 1 or any(word not in _UNITS for word in (*tens, *ones)):
        return None
    ten = 0 if place is None else _UNITS[tens[0]] if tens else 1
    return 10 * ten + (_UNITS[ones[0]] if ones else 0)


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    if not year or not month or not day:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
