"""Stamps on page 1: secrecy, urgency, circulation (NĐ 30/2020 annex I, III.2) and the arrival stamp (annex IV).

A false secrecy mark locks a document away, so a mark counts only when it stands alone, in capitals, in the head of the
page: "bảo mật", "bí mật" and titles that break before "MẬT" don't.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.describe.fuzzy import compact, distance
from app.describe.layout import Line, Sheet
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union

SECRECY = ("Tuyệt mật", "Tối mật", "Mật")
URGENCY = ("Hỏa tốc hẹn giờ", "Hỏa tốc", "Thượng khẩn", "Khẩn")
CIRCULATION = ("Lưu hành nội bộ", "Xem xong trả lại", "Tài liệu thu hồi", "Không phổ biến", "Chỉ người có tên mới được bóc bì")
FIELDS = (("secrecy", SECRECY), ("urgency", URGENCY), ("circulation", CIRCULATION))
STAMPED = (*SECRECY, *URGENCY, *CIRCULATION, "Đến", "Công văn đến", "Văn bản đến")
_FRAME = " |[]()\"'“”‘’*_.,:;!-—–~`¡«»{}"
_LEGIBLE, _LEGIBLE_SURE = 0.5, 0.85
_BESIDE_PRINT = 0.3  # is legible enough where the stamp's other line is sure: a stamp is typed or written by hand, not both
_NUMBER = re.compile(r"^\W*s\S{0,2}\s*[:.]*\s*(\d{1,6})\W*$")
_LIKE_NUMBER = re.compile(r"^\W*s\S{0,2}\s*[:.]*\s*([\dlio|]{1,6})\W*$")
_DATE = re.compile(r"^\W*ngay\s*[:.]*\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\W*$")
_LIKE_DIGITS = {"l": "1", "I": "1", "i": "1", "|": "1", "O": "0", "o": "0", "ó": "6", "Ó": "6"}
_OFFICE = re.compile(r"^\W*S[ởỞ]\b")  # "Sở Tài chính" beside the stamp is no "Số"
_SHORTEST = 3  # letters of a mark
_LABELS = {
    "secrecy": re.compile(r"^\W*(?:muc )?do mat\s*[:;.]\s*"),
    "urgency": re.compile(r"^\W*(?:muc )?do khan\s*[:;.]\s*"),
}
ALONE = N_("A mark that stands alone in the head of the page.")
_GOES_BEFORE = ("bi", "bao", "can", "nguyen", "khoa", "giu", "tuyet", "toi", "do", "thongtin", "nhanuoc", "khan")


def read_marks(sheet: Sheet, body: float, taken: Sequence[Line]) -> dict[str, FieldReading]:
    """`secrecy`, `urgency`, `circulation` where a mark stands above `body` (page widths), outside the lines `taken`."""
    found: dict[str, FieldReading] = {}
    own = {id(word) for line in taken for word in line.words}
    pieces = [p for p in sheet.pieces() if p.middle < body and not any(id(w) in own for w in p.words)]
    for field, marks in FIELDS:
        for piece in pieces:
            reading = _labelled(piece, field, marks, sheet) or _mark(piece, pieces, marks, sheet)
            if reading:
                found[field] = reading
                break
    return found


def _labelled(piece: Line, field: str, marks: Sequence[str], sheet: Sheet) -> FieldReading | None:
    """ "Độ mật: Tối mật", typed as a line of its own."""
    label = _LABELS[field].match(piece.plain) if field in _LABELS else None
    if label is None:
        return None
    key = compact(piece.text[label.end() :])
    for mark in marks:
        wanted = compact(mark)
        if distance(wanted, key, len(wanted) // 6) <= len(wanted) // 6:
            why = N_("A mark behind its label in the head of the page.")
            box = union(w.box for w in piece.words)
            return FieldReading(mark, round(min(piece.confidence(), 0.97), 3), sheet.number, box, "rule", why)
    return None


def _mark(piece: Line, pieces: Sequence[Line], marks: Sequence[str], sheet: Sheet) -> FieldReading | None:
    text = piece.text.strip(_FRAME)
    if len(compact(text)) < _SHORTEST or piece.capitals < 0.95:
        return None
    for mark in marks:
        wanted = compact(mark)
        errors = distance(wanted, compact(text), len(wanted) // 6)
        if errors > len(wanted) // 6 or (len(wanted) < 5 and not _spelt(text, mark)):
            continue
        if _continues(piece, pieces, sheet.unit):
            return None
        confidence = min(piece.confidence(), 0.97) * (1 - 0.15 * errors)
        box = union(w.box for w in piece.words)
        return FieldReading(mark, round(confidence, 3), sheet.number, box, "rule", ALONE)
    return None


@dataclass(slots=True, frozen=True)
class Stamped:
    """A mark that was read in a stamp: `errors` wrong letters, `sure` of its words."""

    field: str
    mark: str
    errors: int
    sure: float


def read_stamp(rows: Sequence[str], sure: float) -> list[Stamped]:
    """The marks that all the words of a stamp make, or its rows, one of a field; a time may stand below "HỎA TỐC HẸN GIỜ"."""
    keys = [key for row in rows if (key := compact(row))]
    keys += [key.replace("ni", "m") for key in keys if "ni" in key]  # so a broken M is read
    found = []
    for field, marks in FIELDS:
        told = [Stamped(field, mark, errors, sure) for mark in marks if (errors := _errors(rows, keys, mark)) is not None]
        if told:
            found.append(min(told, key=lambda one: one.errors))
    return found


def _errors(rows: Sequence[str], keys: Sequence[str], mark: str) -> int | None:
    """How many letters of the mark were read wrong; None where it is another word."""
    wanted = compact(mark)
    limit = len(wanted) // 6
    errors = min((distance(wanted, key, limit) for key in (*keys, "".join(keys))), default=limit + 1)
    if errors <= limit:
        return errors
    return 1 if _nearly(rows, mark) else None


def _nearly(rows: Sequence[str], mark: str) -> bool:
    """A short mark with a letter too many or one wrong ("MIẬT"), where that which no other word has was read."""
    rare = {"Mật": "Ậ", "Khẩn": "Ẩ"}.get(mark)
    return any(
        rare in row and mark[0] in row and distance(compact(mark), compact(row), 1) <= 1 for row in rows if rare
    )


def _spelt(text: str, mark: str) -> bool:
    """A word as short as MẬT must keep its letter: MẶT and MẤT are other words; only the accent may be lost."""
    full = mark.upper()
    return text in {full, full.replace("Ậ", "Â"), full.replace("Ẩ", "Â"), full.replace("Ậ", "Ạ")}


def _continues(piece: Line, pieces: Sequence[Line], unit: float) -> bool:
    """True where the piece is the rest of a line above, or goes on below: a wrapped name or title."""
    for other in pieces:
        if other is piece or abs(other.centre - piece.centre) > 0.16:
            continue
        gap = piece.top - other.bottom
        if -0.3 * unit <= gap < 0.9 * unit and other.capitals > 0.8 and compact(other.text).endswith(_GOES_BEFORE):
            return True
    return False


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
