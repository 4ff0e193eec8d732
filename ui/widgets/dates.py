"""Dates as clerks type them, and plain words for what is wrong with one."""

from __future__ import annotations

import re
from calendar import monthrange

from app.i18n import _

_FULL = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{2,4})")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")
_MONTH = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})")
_YEAR = re.compile(r"\d{4}")
_WORDS = re.compile(r"(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 1802, 2200  # the first dynasty whose papers archives hold … far enough


class BadDateError(ValueError):
    """What the person typed is no date; the text is translated and says why."""


def normal_date(text: str) -> str:
    """`dd/MM/yyyy`, `MM/yyyy` or `yyyy` from what was typed; "" stays "".

    Takes d/M/yyyy, points, dashes, ddMMyyyy and "ngày 11 tháng 4 năm 2024". Raises BadDateError.
    """
    text = " ".join(text.split())
    if not text:
        return ""
    whole = _FULL.fullmatch(text) or _RUN.fullmatch(text) or _WORDS.fullmatch(text)
    if whole:
        return _day(*whole.groups())
    month = _MONTH.fullmatch(text)
    if month:
        _check_month(int(month[1]))
        return f"{int(month[1]):02d}/{_year(month[2]):04d}"
    if _YEAR.fullmatch(text):
        return f"{_year(text):04d}"
    raise BadDateError(_("Please write the date as day/month/year, for example 11/04/2024."))


def _day(day: str, month: str, year: str) -> str:
    number = _year(year)
    _check_month(int(month))
    if not 1 <= int(day) <= monthrange(number, int(month))[1]:
        raise BadDateError(_("Month {month}/{year} has no day {day}.").format(day=int(day), month=int(month), year=number))
    return f"{int(day):02d}/{int(month):02d}/{number:04d}"


def _check_month(month: int) -> None:
    if not 1 <= month <= 12:
        raise BadDateError(_("There is no month {month}.").format(month=month))


def _year(text: str) -> int:
    if len(text) != 4:
        raise BadDateError(_("Please write all four digits of the year."))
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise BadDateError(_("The year {year} can't be right.").format(year=text))
    return int(text)
