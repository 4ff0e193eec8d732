"""Stamps on page 1: secrecy, urgency, circulation (NĐ 30/2020 annex I, III.2).

A false secrecy mark locks a document away, so a mark counts only when it stands alone, in capitals, in the head of the
page: "bảo mật", "bí mật" and titles that break before "MẬT" don't.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.describe.fuzzy import compact, distance
from app.describe.layout import Line, Sheet
from app.i18n import N_
from app.rules.marks import CIRCULATION, SECRECY, URGENCY
from storage.records.reading import FieldReading, union

FIELDS = (("secrecy", SECRECY), ("urgency", URGENCY), ("circulation", CIRCULATION))
STAMPED = (*SECRECY, *URGENCY, *CIRCULATION, "Đến", "Công văn đến", "Văn bản đến")
_FRAME = " |[]()\"'“”‘’*_.,:;!-—–~`¡«»{}"
_SHORTEST = 3  # letters of a mark
_OTHERS = 3  # letters beside a mark that may be dirt
_LABEL_BELOW = 0.25  # page widths: with its label it may stand beside title and addressee too
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
    near = [p for p in sheet.pieces() if p.middle < body + _LABEL_BELOW]
    pieces = [p for p in near if p.middle < body and not any(id(w) in own for w in p.words)]
    for field, marks in FIELDS:
        readings = [reading for piece in near if (reading := _labelled(piece, field, marks, sheet))]
        readings += [reading for piece in pieces if (reading := _mark(piece, pieces, marks, sheet))]
        if readings:
            found[field] = readings[0]
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
    found = []
    for field, marks in FIELDS:
        told = [Stamped(field, mark, errors, sure) for mark in marks if (errors := _errors(rows, mark)) is not None]
        if told:
            found.append(min(told, key=lambda one: one.errors))
    return found


def _errors(rows: Sequence[str], mark: str) -> int | None:
    """How many letters of the mark were read wrong, words beside it counted as one; None where it is another word."""
    wanted, whole = compact(mark), compact(" ".join(rows))
    keys = {whole, *(compact(row) for row in rows)}
    keys |= {key.replace("ni", "m") for key in keys}  # so a broken M is read
    limit = len(wanted) // 6
    errors = min(distance(wanted, key, limit) for key in keys)
    if errors <= limit:
        more = len(whole) - len(wanted) > _OTHERS and not mark.endswith("giờ")  # behind that one stands a time
        return max(errors, int(more))
    return 1 if _nearly(rows, mark) else None


def _nearly(rows: Sequence[str], mark: str) -> bool:
    """A short mark with a letter too many or one wrong ("MIẬT"), where that which no other word has was read."""
    rare = {"Mật": "Ậ", "Khẩn": "Ẩ"}.get(mark)
    return any(rare in row and mark[0] in row and distance(compact(mark), compact(row), 1) <= 1 for row in rows if rare)


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
