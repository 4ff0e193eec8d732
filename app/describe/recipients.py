"""To whom a document goes (NĐ 30/2020 annex I, cell 9b): the list below "Nơi nhận:" on the left of the last page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.describe.fuzzy import distance
from app.describe.layout import Line, Sheet
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union
from storage.text import fold

_RECIPIENTS = re.compile(r"^\W{0,3}n[o0]i\s*nhan\s*[:;.]?")
_NEARLY_RECIPIENTS, _WRONG_LETTERS = re.compile(r"^\W{0,3}[^\W\d_]{1,4}\s*nhan\s*[:;]\W*$"), 2  # "Ni nhận:": slanted bold print
_DASHED = re.compile(r"^\s*[-+•*=~]")
_FILED = re.compile(r"^\s*[-+•*=~]\s*l[u0]u(?:\s*[:;.]|\s+(?:vt|vp|hs|van)\b)")  # "- Lưu ý rằng …" is text
_INSIDE, _ROW_APART, _UNLABELLED = (0.3, 0.55), 1.6, 0.8
_LIST_BELOW = 3.2  # units from such a label down to the first name


def find_recipients_label(sheet: Sheet) -> Line | None:
    """The piece "Nơi nhận:", the last on the page; else one that nearly reads so over a list, else the first row of a list that ends
    in "- Lưu: …", whose label was lost.
    """
    pieces = sheet.pieces()
    found = next((p for p in reversed(pieces) if _RECIPIENTS.match(p.plain)), None)
    found = found or next((p for p in reversed(pieces) if _is_nearly_label(p, pieces, sheet.unit)), None)
    return found or _list_above_filing(pieces, sheet.unit)


def names_recipients(text: str) -> bool:
    """Whether a row of a page's plain text begins with "Nơi nhận"."""
    return any(_RECIPIENTS.match(fold(row)) for row in text.splitlines())


def _list_above_filing(pieces: Sequence[Line], unit: float) -> Line | None:
    last = next((at for at in range(len(pieces) - 1, -1, -1) if _FILED.match(pieces[at].plain)), None)
    if last is None or pieces[last].left > _INSIDE[0] or pieces[last].right > _INSIDE[1]:
        return None
    first = row = pieces[last]
    for piece in reversed(pieces[:last]):
        if row.top - piece.bottom > _ROW_APART * unit:
            break
        if abs(piece.left - row.left) < unit:
            row = piece
            first = piece if _DASHED.match(piece.text) else first
    return first if first is not pieces[last] else None


def _is_nearly_label(piece: Line, pieces: Sequence[Line], unit: float) -> bool:
    if not _NEARLY_RECIPIENTS.match(piece.plain) or distance(piece.key, "noinhan", _WRONG_LETTERS) > _WRONG_LETTERS:
        return False
    return any(
        _DASHED.match(other.text)
        and 0 < other.middle - piece.middle < _LIST_BELOW * unit
        and abs(other.left - piece.left) < unit
        for other in pieces
    )


def read_recipients(sheet: Sheet, label: Line, limit: float) -> FieldReading | None:
    """The names of the list that begins at `label`, left of `limit` (page widths)."""
    edge = max(limit - 0.01, label.right)
    lost = bool(_DASHED.match(label.text))  # the label: this is the list's first row
    lines = sheet.between(
        label.top if lost else label.bottom - 0.3 * sheet.unit,
        label.bottom + 0.6,
        lambda w: w.box[0] >= label.left - 0.05 and w.box[2] <= edge,
    )
    names: list[str] = []
    words: list[Word] = [] if lost else list(label.words)
    bottom = label.bottom
    for line in lines:
        if line.middle <= label.middle and not lost:
            continue
        if line.top - bottom > 1.6 * sheet.unit:
            break
        bottom = line.bottom
        if not line.readable and not re.search(r"luu", line.plain):
            continue
        dashed = bool(_DASHED.match(line.text))
        text = re.sub(r"^[\s:;.+•*=~-]+|[\s;.,:()|]+$", "", line.text)
        words.extend(line.words)
        if dashed or not names:
            names.append(text)
        else:
            names[-1] = f"{names[-1]} {text}"
        if re.match(r"^\W*luu\b", line.plain):
            break
    if not names:
        return None
    sure = sum(w.confidence for w in words) / len(words)
    box = union(w.box for w in words)
    return FieldReading(
        "; ".join(names),
        round((_UNLABELLED if lost else 0.95) * sure, 3),
        sheet.number,
        box,
        "rule",
        N_("The list below “Nơi nhận”."),
    )
