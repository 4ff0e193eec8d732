"""Where a copy begins that an office made of another's paper: "SAO Y", "SAO LỤC", "TRÍCH SAO" (NĐ 30/2020 annex I, part two).

On paper its own head stands below the end of the copied text or on a sheet behind it: who copied, number ("12/SY-UBND"), place and date,
recipients, signature. None of that is the document's; the decree puts the word in the right column, in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.describe.fuzzy import distance

if TYPE_CHECKING:
    from app.describe.layout import Line, Sheet

_WORDS = ("saoy", "saoluc", "trichsao", "saoybanchinh", "saolucbanchinh", "saoybansao")
_CODE = re.compile(r"\d\s*[/-]\s*(?:sy|sl|trs|ts|bs)(?:bc)?\b")
_NUMBER = re.compile(r"^\W*s[oô0]\s*[:.]?\s*\d+")
_DATED = re.compile(r"\bng\w{1,2}\b.*\bth\w{2,3}\b.*\bn\w{1,2}m\b.*\d")
_RIGHT = 0.5  # page widths: the middle of the word stands right of it
_BELOW = 7.0  # units down to number, place and date
_LEAST_ABOVE = 4  # lines of the document itself on its first page
_CAPITALS = 0.8


def own_lines(sheet: Sheet) -> list[Line]:
    """The lines of a page down to the head of a copy, all of them without one."""
    head = _head(sheet)
    if head is None:
        return sheet.lines
    limit = head.top - 0.4 * sheet.unit
    beside = [
        line for line in sheet.lines if line.bottom > limit - sheet.unit and line.middle <= limit and _is_beside(line, head)
    ]
    return [line for line in sheet.lines if line.middle < limit and line not in beside]


def _is_beside(line: Line, head: Line) -> bool:
    """The first row of who copied, in the left column: it may begin a little higher."""
    return line.right < head.left and line.capitals > _CAPITALS


def _head(sheet: Sheet) -> Line | None:
    for piece in sheet.pieces():
        if piece.centre < _RIGHT or piece.capitals < _CAPITALS:
            continue
        wrong = min(distance(piece.key, word, 1) for word in _WORDS)
        if wrong > 1:
            continue
        above = sum(line.middle < piece.top - sheet.unit for line in sheet.lines)
        below = sheet.between(piece.bottom, piece.bottom + _BELOW * sheet.unit)
        if (sheet.number > 1 or above >= _LEAST_ABOVE) and _is_numbered(below, exact=wrong == 0):
            return piece
    return None


def _is_numbered(lines: Sequence[Line], *, exact: bool) -> bool:
    """A copy's number below it; where the word itself is read without a mistake any number or place and date will do."""
    return any(
        _CODE.search(line.plain) or (exact and (_NUMBER.search(line.plain) or _DATED.search(line.plain))) for line in lines
    )
