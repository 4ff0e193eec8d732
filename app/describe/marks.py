"""Stamps on page 1: secrecy, urgency, circulation (NĐ 30/2020 annex I, III.2).

A false secrecy mark locks a document away, so a mark counts only when it stands alone, in capitals, in the head of the
page: "bảo mật", "bí mật" and titles that break before "MẬT" don't.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.describe.fuzzy import compact, distance
from app.describe.layout import Line, Sheet
from app.i18n import N_
from storage.records.reading import FieldReading, union

SECRECY = ("Tuyệt mật", "Tối mật", "Mật")
URGENCY = ("Hỏa tốc hẹn giờ", "Hỏa tốc", "Thượng khẩn", "Khẩn")
CIRCULATION = ("Lưu hành nội bộ", "Xem xong trả lại", "Tài liệu thu hồi", "Không phổ biến")
STAMPED = (*SECRECY, *URGENCY, *CIRCULATION, "Đến", "Công văn đến", "Văn bản đến")
_FRAME = " |[]()\"'“”‘’*_.,:;!-—–~`¡«»{}"
_GOES_BEFORE = ("bi", "bao", "can", "nguyen", "khoa", "giu", "tuyet", "toi", "do", "thongtin", "nhanuoc", "khan")


def read_marks(sheet: Sheet, body: float, taken: Sequence[Line], *, framed: bool = False) -> dict[str, FieldReading]:
    """`secrecy`, `urgency`, `circulation` where a mark stands above `body` (page widths), outside the lines `taken`.

    `framed`: all that the sheet holds stood in a stamp's frame, where no other word can be.
    """
    found: dict[str, FieldReading] = {}
    own = {id(word) for line in taken for word in line.words}
    pieces = [p for p in sheet.pieces() if p.middle < body and not any(id(w) in own for w in p.words)]
    for field, marks in (("secrecy", SECRECY), ("urgency", URGENCY), ("circulation", CIRCULATION)):
        for piece in pieces:
            reading = _mark(piece, pieces, marks, sheet, framed=framed)
            if reading:
                found[field] = reading
                break
    return found


def _mark(piece: Line, pieces: Sequence[Line], marks: Sequence[str], sheet: Sheet, *, framed: bool) -> FieldReading | None:
    text = piece.text.strip(_FRAME)
    key = compact(text)
    if not 3 <= len(key) <= 16 or piece.capitals < 0.95:
        return None
    for mark in marks:
        wanted = compact(mark)
        errors = distance(wanted, key, len(wanted) // 6)
        if errors > len(wanted) // 6 or (len(wanted) < 5 and not framed and not _spelt(text, mark)):
            continue
        if _continues(piece, pieces, sheet.unit):
            return None
        confidence = min(piece.confidence(), 0.97) * (1 - 0.15 * errors)
        box = union(w.box for w in piece.words)
        why = N_("A mark that stands alone in the head of the page.")
        return FieldReading(mark, round(confidence, 3), sheet.number, box, "rule", why)
    return None


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
