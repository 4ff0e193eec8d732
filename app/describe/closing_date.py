"""The place and date line at the end of a paper, over the signature or under it, where the head has none.

Minutes, applications, contracts, declarations, older reports and papers of the Party carry it there, as a rule with a blank that a
pen fills in. The head wins where it has a date; where both tell one and they differ, the reading says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from app.describe.closing import find_post
from app.describe.dateline import DateLine, find_dateline, read_date, read_place, read_spoken_date
from app.describe.ink import PageReader
from app.describe.layout import Line, Sheet
from app.describe.readers import Slot
from app.describe.second import read_places_again
from app.i18n import N_, _
from storage.records.reading import FieldReading, PageText

_LEFT = 0.28  # of the page: left of it the text begins, not such a line
_LONGEST = 12  # words
_UPPER = 0.3  # of the height of page 1: no end above it
_BELOW = 5.0  # units down to the post, the role or "(Ký, ghi rõ họ tên)"
_OVER = 3.2  # units up from the post to a line that was lost
_DEEP = 0.36  # page widths from the role down to a date under the signature
_BESIDE = 0.3  # page widths between the middles of line and role
_ROLE = re.compile(
    r"\(?\s*ky\b|ghi ro ho|ky ten|\bnguoi\b|\bdai dien\b|\bben [abc]\b|\bthu ky\b|\bchu toa\b|\bchu tri\b|\bxac nhan\b"
)
_LETTERS = re.compile(r"[^\W\d_]")
_SIGNED, _LOOSE, _PLACELESS = 0.85, 0.7, 0.75  # how far such a line is trusted
_CONTRADICTED = 0.7


@dataclass(slots=True)
class EndDate:
    """What stands at the end; `slots` wait for a reader of handwriting where the reading is ""."""

    reading: FieldReading
    place: FieldReading | None = None
    slots: list[Slot] = field(default_factory=list)
    signed: bool = False  # a signature is beside it


def find_end_date(sheets: Sequence[Sheet], today: date) -> EndDate | None:
    """The line on the last page that has one: beside a signature before a loose one, a blank form's last."""
    found = [end for sheet in reversed(sheets) for end in _of_sheet(sheet, today)]
    return max((end for end in found if end.signed or end.reading.value), key=_rank, default=None)


def _rank(end: EndDate) -> int:
    if end.signed and (end.reading.value or end.place):
        return 2
    return 1 if end.reading.value else 0


def contradicted(head: FieldReading, end: EndDate | None) -> FieldReading:
    """The head's date; doubted where a printed line beside the signature tells another day."""
    if end is None or not end.signed or end.place is None or end.reading.confidence < _CONTRADICTED * _SIGNED:
        return head
    return _doubted(head, end.reading, _("The head says {one}, the line above the signature {other}: please check."))


def beside_opening(end: FieldReading, opened: FieldReading | None) -> FieldReading:
    """The date at the end; doubted where the first sentence ("Hôm nay, ngày …") tells another day."""
    if opened is None:
        return end
    return _doubted(end, opened, _("The line above the signature says {one}, the first sentence {other}: please check."))


def _doubted(one: FieldReading, other: FieldReading, words: str) -> FieldReading:
    if not one.value or not other.value or one.value == other.value:
        return one
    why = words.format(one=one.value, other=other.value)
    return replace(one, confidence=min(one.confidence, _CONTRADICTED), why=why)


def end_read_again(
    sheets: Sequence[Sheet], pages: Sequence[PageText], images: Sequence[Path], engine: PageReader
) -> list[PageText] | None:
    """The pages with the line over the signature read anew, where the first reading lost it: a pen's strokes make the engine take a
    line for a drawing. None where there is nothing to add; for papers without any date, it costs some 0.1 s."""
    for number in range(min(len(pages), len(images)), 0, -1):
        sheet = sheets[number - 1]
        posts = find_post(sheet)
        if not posts:
            continue
        bottom, top = posts[0].top - 0.2 * sheet.unit, posts[0].top - _OVER * sheet.unit
        box = (_LEFT, max(0.0, top / sheet.aspect), 1.0, bottom / sheet.aspect)
        again = read_places_again(pages[number - 1], images[number - 1], engine, [box], "block") if box[1] < box[3] else None
        return [*pages[: number - 1], again, *pages[number:]] if again else None
    return None


def _of_sheet(sheet: Sheet, today: date) -> Iterator[EndDate]:
    top = _UPPER * sheet.aspect if sheet.number == 1 else 0.0
    lines = sheet.between(top, sheet.aspect, lambda word: word.box[0] > _LEFT)
    for line in reversed(lines):
        dated = find_dateline([line], sheet.unit)
        if dated is None:
            spoken = read_spoken_date(line, sheet.number, today) if len(line.words) <= _LONGEST else None
            if spoken and spoken[1] and _is_signed(sheet, line):
                yield EndDate(_trusted(spoken[0], _SIGNED), spoken[1], signed=True)
        elif dated.line.left >= _LEFT and len(dated.line.words) <= _LONGEST:
            end = _end(sheet, dated, today)
            if end is not None:
                yield end


def _end(sheet: Sheet, dated: DateLine, today: date) -> EndDate | None:
    above = _is_signed(sheet, dated.line)
    under = not above and _is_under_signature(sheet, dated.line)
    place = read_place(dated, sheet.number)
    if place is not None and not _is_name(place.value):
        place = None
    if not above and not under and place is None:
        return None
    if place is None and not dated.line.plain.lstrip(" .,_…-").startswith("ng"):
        return None  # something stands before the date that is no place
    reading, slots = read_date(dated, sheet.number, today)
    if not reading.value and place is None and not slots:
        return None
    if reading.value:
        slots = []
    elif reading.box:
        slots = [Slot("issuedDate", sheet.number, reading.box, dated.line.text), *slots]
    factor = _LOOSE if not (above or under) else _SIGNED if place else _PLACELESS
    reading = _trusted(reading, factor, under=under)
    return EndDate(reading, place, slots, above or under)


def _trusted(reading: FieldReading, factor: float, *, under: bool = False) -> FieldReading:
    if not reading.value:
        return replace(reading, why=N_("The date above the signature is handwritten or incomplete: please read it."))
    why = (
        N_("The date under the signature; the head has none.") if under else N_("The place and date line above the signature.")
    )
    return replace(reading, confidence=round(reading.confidence * factor, 3), why=why)


def _is_name(place: str) -> bool:
    """A place begins with a capital, as most of its words do, and has letters: not the dots of a blank, not the end of a citation
    ("… Tổ chức chính quyền địa phương ngày …").
    """
    letters = _LETTERS.findall(place)
    words = [word for word in place.split() if word[0].isalpha()]
    if 2 * sum(word[0].isupper() for word in words) < len(words):
        return False
    return len(letters) >= 3 and len(letters) * 2 >= len(place.replace(" ", "")) and place[0].isupper()


def _is_signed(sheet: Sheet, line: Line) -> bool:
    """Whether the role or post of who signs stands right below the line."""
    for other in sheet.pieces(sheet.between(line.bottom, line.bottom + _BELOW * sheet.unit)):
        if other.middle > line.middle + 0.5 * sheet.unit and abs(other.centre - line.centre) < _BESIDE and _is_role(other):
            return True
    return False


def _is_under_signature(sheet: Sheet, line: Line) -> bool:
    """Whether a role stands above the line in its column, and nothing but a signature and a name between them."""
    above = sheet.pieces(sheet.between(line.top - _DEEP, line.top - 0.2 * sheet.unit))
    roles = [one for one in above if abs(one.centre - line.centre) < _BESIDE / 2 and one.left > _LEFT and _is_role(one)]
    if not roles:
        return False
    top = max(one.bottom for one in roles)
    return not any(one.left < _LEFT and one.right > 0.7 for one in above if one.middle > top)


def _is_role(line: Line) -> bool:
    letters = _LETTERS.findall(line.text)
    return len(letters) >= 4 and len(line.words) <= _LONGEST and (line.capitals > 0.75 or bool(_ROLE.search(line.plain)))
