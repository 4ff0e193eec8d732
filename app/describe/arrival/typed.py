"""The arrival stamp on page 1 (dấu ĐẾN, NĐ 30/2020 annex IV): its place, its typed number and date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from app.describe.fuzzy import compact
from app.describe.layout import Line, Sheet
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union

_LEGIBLE, _LEGIBLE_SURE = 0.5, 0.85
_BESIDE_PRINT = 0.3  # is legible enough where the stamp's other line is sure: a stamp is typed or written by hand, not both
_NUMBER = re.compile(r"^\W*s\S{0,2}\s*[:.]*\s*(\d{1,6})\W*$")
_LIKE_NUMBER = re.compile(r"^\W*s\S{0,2}\s*[:.]*\s*([\dlio|]{1,6})\W*$")
_DATE = re.compile(r"^\W*ngay\s*[:.]*\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\W*$")
_LIKE_DIGITS = {"l": "1", "I": "1", "i": "1", "|": "1", "O": "0", "o": "0", "ó": "6", "Ó": "6"}
_OFFICE = re.compile(r"^\W*S[ởỞ]\b")  # "Sở Tài chính" beside the stamp is no "Số"


def find_arrival(sheet: Sheet, body: float) -> Line | None:
    """The word ĐẾN of the arrival stamp ("CÔNG VĂN ĐẾN" in older ones), with "Số" or "Ngày" beside or below it."""
    pieces = [p for p in sheet.pieces() if p.middle < body]
    for piece in pieces:
        if compact(piece.text) not in {"den", "congvanden", "vanbanden"} or piece.capitals < 0.9:
            continue
        if any(re.match(r"^\W*(so|ngay|chuyen)\b", p.plain) and _near(piece, p) for p in pieces):
            return piece
    return None


def _near(stamp: Line, piece: Line) -> bool:
    return abs(piece.middle - stamp.middle) < 0.14 and abs(piece.left - stamp.left) < 0.25


def stamp_words(sheet: Sheet, stamp: Line) -> list[Line]:
    """The pieces of the stamp: they must not be taken for the number and the date of the document."""
    around = [p for p in sheet.pieces() if -0.02 < p.middle - stamp.middle < 0.14 and abs(p.left - stamp.left) < 0.25]
    return [
        p
        for p in around
        if re.match(r"^\W*(den|so|ngay|chuyen|luu ho so|cong van den|van ban den|so va ky hieu)\b", p.plain)
        and not _OFFICE.match(p.text)
    ]


def read_arrival(sheet: Sheet, stamp: Line, pieces: Sequence[Line], today: date) -> dict[str, FieldReading]:
    """`arrivalNumber` and `arrivalDate`; "" with the place where they are handwritten, as they nearly always are."""
    found: dict[str, FieldReading] = {}
    number = next((p for p in pieces if re.match(r"^\W*so\b", p.plain)), None)
    day = next((p for p in reversed(pieces) if re.match(r"^\W*ngay\b", p.plain)), None)
    if number:
        found["arrivalNumber"] = _arrival_number(sheet, number, typed=day is not None and _is_typed(day, _DATE))
    if day:
        found["arrivalDate"] = _arrival_date(sheet, day, today, typed=number is not None and _is_typed(number, _NUMBER))
    if not found:
        box = stamp.box()
        found["arrivalNumber"] = FieldReading(
            "", 0.1, sheet.number, box, "rule", N_("An arrival stamp without a readable number.")
        )
    return found


def _wide(piece: Line) -> tuple[float, float, float, float]:
    """The piece with room to its right, where the pen writes."""
    x0, y0, x1, y1 = union(w.box for w in piece.words) or (0.0, 0.0, 1.0, 1.0)
    air = 0.4 * (y1 - y0)
    return x0, max(0.0, y0 - air), min(1.0, max(x1 + 0.02, x0 + 0.16)), min(1.0, y1 + air)


def _is_typed(piece: Line, shape: re.Pattern[str]) -> bool:
    """Figures that are surely print."""
    match = shape.match(piece.plain)
    if match is None:
        return False
    start, end = match.start(1), match.end(match.re.groups)
    return piece.confidence(start, end) >= _LEGIBLE_SURE and _printed_height(piece, start, end)


def _arrival_number(sheet: Sheet, piece: Line, *, typed: bool) -> FieldReading:
    match = _NUMBER.match(piece.plain)
    like = _LIKE_NUMBER.match(piece.plain) if typed and match is None else None
    found = match or like
    if found and _printed_height(piece, found.start(1), found.end(1)):
        sure = piece.confidence(found.start(1), found.end(1))
        value = "".join(_LIKE_DIGITS.get(c, c) for c in piece.text[found.start(1) : found.end(1)])
        if match and sure >= _LEGIBLE_SURE:
            return FieldReading(value, round(sure * 0.95, 3), sheet.number, _wide(piece), "rule", N_("The arrival stamp."))
        if sure >= (_BESIDE_PRINT if typed else _LEGIBLE) and value.isdigit() and (match or _mostly_digits(found.group(1))):
            why = N_("The arrival stamp, hard to read: please check.")
            trust = sure * (0.7 if match else 0.5)
            return FieldReading(value, round(trust, 3), sheet.number, _wide(piece), "rule", why)
    return FieldReading("", 0.1, sheet.number, _wide(piece), "rule", N_("An arrival stamp without a readable number."))


def _mostly_digits(text: str) -> bool:
    return 2 * sum(c.isdigit() for c in text) >= len(text)


def _arrival_date(sheet: Sheet, piece: Line, today: date, *, typed: bool) -> FieldReading:
    match = _DATE.match(piece.plain)
    sure = piece.confidence(match.start(1), match.end(3)) if match else 0.0
    if match and sure >= (_BESIDE_PRINT if typed else _LEGIBLE):
        try:
            value = date(int(match.group(3)), int(match.group(2)), int(match.group(1)))
        except ValueError:
            value = date.max
        if date(1900, 1, 1) <= value <= today:
            trust = sure * (0.95 if sure >= _LEGIBLE_SURE else 0.7)
            why = N_("The arrival stamp.") if sure >= _LEGIBLE_SURE else N_("The arrival stamp, hard to read: please check.")
            return FieldReading(f"{value:%d/%m/%Y}", round(trust, 3), sheet.number, _wide(piece), "rule", why)
    return FieldReading("", 0.1, sheet.number, _wide(piece), "rule", N_("An arrival stamp without a readable date."))


def _printed_height(piece: Line, start: int, end: int) -> bool:
    words: list[Word] = piece.words_in(start, end)
    others = [w.box[3] - w.box[1] for w in piece.words if w not in words]
    return not others or max(w.box[3] - w.box[1] for w in words) <= 1.4 * max(others)
