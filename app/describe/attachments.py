"""What goes with a document: its annexes (NĐ 30/2020 annex I, III.1) and what its text says is enclosed."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.describe.fuzzy import compact
from app.describe.layout import Line, Run, Sheet
from app.describe.masthead import find_masthead
from app.describe.vocabulary import KINDS
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union
from storage.text import fold

MOST = 20  # attachments of one document that are named; a paper with more has a list of them
_HEADS_HEIGHT = 0.6  # of the page: an annex's title ends above
_TITLE_ROWS, _TITLE_GAP = 6, 2.4  # rows of a title; heights of a word between two of them
_ROWS = 4  # that a sentence about an enclosure may go over
_SHORTEST, _LONGEST = 4, 250  # letters of an attachment's name
_CENTRED = (0.3, 0.7)  # page widths
_TEXT_BEGINS = 0.16  # page widths: what stands further left is a row of the text
_HEADING, _SAID = 0.95, 0.85  # how sure a heading and a sentence are at most

_ANNEX = re.compile(
    r"^\W{0,3}(?P<word>phu luc|(?:bieu )?mau so|bieu so|bieu mau)\b"
    r"(?:\s*(?:so\s*)?(?P<mark>[ivxl1]{1,6}|\d{1,3}(?:[./-]?[a-z0-9]{1,3}){0,2}|[a-h])(?![a-z0-9]))?(?P<rest>.*)$"
)
_KIND = f"(?:{'|'.join(sorted({re.escape(fold(kind.name)) for kind in KINDS} | {'van ban'}, key=len, reverse=True))})"
_GOES_WITH = re.compile(rf"^\W{{0,3}}(?:duoc\s+)?(?:ban hanh\s+)?(?:dinh\s+)?kem(?:\s+theo)?\s+(?:tai\s+)?{_KIND}\b(?!\s+nay)")
_LABELLED = re.compile(
    rf"^\W{{0,3}}(?:(?:tai lieu|ho so|van ban)\s+)?(?:gui\s+)?(?:dinh\s+)?kem(?:\s+theo)?(?:\s+{_KIND})?(?:\s+nay)?"
    r"(?:\s+(?:gom(?:\s+co)?|co|la))?\s*:\s*(?P<what>.*)$"
)
_IN_BRACKETS = re.compile(
    rf"\(\s*(?:(?:chi tiet|noi dung|cu the|so lieu|danh sach|xem)\s+(?:theo|tai|nhu|xem)\s+)?(?:co\s+)?(?P<what>[^()]{{3,160}}?)\s+"
    rf"(?:duoc\s+)?(?:gui\s+)?(?:dinh kem|kem theo)(?:\s+{_KIND}(?:\s+nay)?)?\s*[.;]?\s*\)"
)
_BEHIND = re.compile(r"\(\s*(?:co\s+)?(?:gui\s+)?(?:dinh\s+)?kem(?:\s+theo)?\s+(?P<what>[^()]{3,160})\)")
_ISSUED_WITH = re.compile(
    rf"\bban hanh kem theo\s+{_KIND}\s+nay\s+(?:la\s+)?(?P<what>(?:ban\s+)?[^.;:]{{4,250}}?)\s*(?:[.;:]|$|\bgom\b|\bap dung\b)"
)
_NUMBER_OR_DATE = re.compile(r"^\W*(?:so\s*[:.]|.*\bngay\b.{0,12}\bthang\b)")
_LIST_ENDS = re.compile(r"^\W*(?:n[o0]i\s*nhan|kinh gui|tran trong|tm\b|kt\b|tl\b)")
_AGAIN = re.compile(r"tiep(?:theo)?$")
_EDGE = " .,:;-_|'`“”\"()~*/"


@dataclass(slots=True, frozen=True)
class _Named:
    """One attachment and the words that name it; `mark` tells it from others ("Phụ lục II"), "" where it has none."""

    text: str
    words: tuple[Word, ...]
    mark: str = ""


def begins_annex(text: str) -> bool:
    """Whether the plain text of a page begins as an annex does; cheap, to choose the pages that are worth reading."""
    rows = [line for line in text.splitlines() if line.strip()][:12]
    for row in rows:
        plain = fold(row)
        found = _ANNEX.match(plain)
        if _GOES_WITH.match(plain) or (found and (not found["rest"].strip(_EDGE) or row.isupper())):
            return True
    return False


def read_attachments(sheets: Sequence[Sheet], end: int | None) -> FieldReading | None:
    """The annexes that begin on the pages behind the first, each "Phụ lục I: BẢNG CHỮ VIẾT TẮT", joined with "; "; else what the text
    up to page `end` (that of the signature) says is enclosed. None where there is neither.
    """
    seen: set[str] = set()
    headed: list[tuple[int, _Named]] = []
    for sheet in sheets[1:]:
        found = _heading(sheet)
        if found is not None and (key := _AGAIN.sub("", compact(found.mark or found.text))) not in seen:
            seen.add(key)
            headed.append((sheet.number, found))
    if headed:
        why = N_("The headings of the pages that go with it.")
        return _reading([one for _page, one in headed][:MOST], headed[0][0], _HEADING, why)
    for sheet in sheets:
        if end is not None and sheet.number > end:
            break
        said = list(_said(sheet))
        if said:
            return _reading(said[:MOST], sheet.number, _SAID, N_("The text says what is enclosed."))
    return None


def _reading(named: Sequence[_Named], page: int, most: float, why: str) -> FieldReading:
    words = [word for one in named for word in one.words]
    sure = round(most * statistics.fmean(word.confidence for word in words), 3)
    box = union(word.box for word in named[0].words)
    return FieldReading("; ".join(one.text for one in named), sure, page, box, "rule", why)


# --- headings ---
def _heading(sheet: Sheet) -> _Named | None:
    """What the page is by its head: "Phụ lục II" with its title, or a title above "(Kèm theo Quyết định số …)"."""
    above = find_masthead(sheet).bottom  # rules issued with a decision have a head of their own
    rows = [line for line in sheet.lines if above < line.middle < _HEADS_HEIGHT * sheet.aspect]
    for at, line in enumerate(rows):
        piece = _last_piece(sheet, line)
        found = _ANNEX.match(piece.plain)
        if found and _stands_alone(piece, found):
            return _annex(sheet, piece, found, rows[at + 1 :])
        if _GOES_WITH.match(line.plain) and line.left > _TEXT_BEGINS:
            return _titled(sheet, rows[:at])
    return None


def _last_piece(sheet: Sheet, line: Line) -> Line:
    """An annex's number may stand on the right, level with something else."""
    return sheet.pieces([line])[-1]


def _stands_alone(piece: Line, found: re.Match[str]) -> bool:
    """A row of its own, no sentence that begins "Phụ lục I kèm theo …"."""
    if not found["rest"].strip(_EDGE):
        return piece.left > _TEXT_BEGINS or found["mark"] is not None
    rest = Line(tuple(piece.words_in(found.start("rest"), found.end("rest"))), piece.aspect)
    return rest.capitals > 0.7 and _CENTRED[0] < piece.centre < _CENTRED[1]


def _annex(sheet: Sheet, piece: Line, found: re.Match[str], below: Sequence[Line]) -> _Named:
    head = _headed(piece, found)
    words = list(piece.words)
    title = [piece.text[found.start("rest") :].strip(_EDGE)] if found["rest"].strip(_EDGE) else []
    bottom, rows = piece.bottom, 0
    for line in below:
        if line.top - bottom > _TITLE_GAP * sheet.unit or rows == _TITLE_ROWS or not _is_title(line):
            break
        title.append(line.text.strip(_EDGE))
        words.extend(line.words)
        bottom, rows = line.bottom, rows + 1
    text = " ".join(filter(None, title))[:_LONGEST]
    return _Named(f"{head}: {text}" if text else head, tuple(words), head if found["mark"] else "")


def _headed(piece: Line, found: re.Match[str]) -> str:
    """ "Phụ lục II" as the decree writes it, whatever letters it was set in."""
    word = piece.text[found.start("word") : found.end("word")]
    mark = piece.text[found.start("mark") : found.end("mark")].strip(_EDGE) if found["mark"] else ""
    if re.fullmatch(r"[ivxlIVXL1]+", mark) and not mark.isdigit():
        mark = mark.upper().replace("1", "I").replace("L", "I")  # nobody has fifty of them
    return f"{word[0].upper()}{word[1:].lower()} {mark}".strip()


def _is_title(line: Line) -> bool:
    return line.capitals > 0.7 and _CENTRED[0] < line.centre < _CENTRED[1] and line.readable


def _titled(sheet: Sheet, above: Sequence[Line]) -> _Named | None:
    """The rows of the title that stand above "(Kèm theo …)": "QUY CHẾ", "Làm việc của Ủy ban nhân dân xã Tân An"."""
    taken: list[Line] = []
    top = None
    for line in reversed(above):
        own = next((p for p in sheet.pieces([line]) if _CENTRED[0] < p.centre < _CENTRED[1]), None)
        far = top is not None and own is not None and top - own.bottom > _TITLE_GAP * sheet.unit
        if own is None or far or _NUMBER_OR_DATE.match(line.plain) or len(taken) == _TITLE_ROWS or not own.readable:
            break
        taken.insert(0, own)
        top = own.top
    if not any(line.capitals > 0.7 for line in taken):
        return None
    return _Named(" ".join(line.text.strip(_EDGE) for line in taken)[:_LONGEST], tuple(w for line in taken for w in line.words))


# --- what the text says ---
def _said(sheet: Sheet) -> Iterator[_Named]:
    """The enclosures that the text of a page names, each once."""
    seen: set[str] = set()
    for at, line in enumerate(sheet.lines):
        if "kem" not in line.plain:
            continue
        for one in _enclosures(sheet, at):
            key = compact(one.text)
            if len(key) >= _SHORTEST and key not in seen:
                seen.add(key)
                yield one


def _enclosures(sheet: Sheet, at: int) -> Iterator[_Named]:
    """Those named in the row `at`, with the rows that it goes on in."""
    line = sheet.lines[at]
    label = _LABELLED.match(line.plain)
    if label is not None:
        yield from _listed(sheet, at, label.start("what"))
        return
    before = sheet.lines[at - 1].words if at else ()
    words = (*before, *line.words, *(word for row in sheet.lines[at + 1 : at + _ROWS] for word in row.words))
    run, first = Run(words), len(Run(before).text)
    for pattern in (_ISSUED_WITH, _IN_BRACKETS, _BEHIND):
        for found in pattern.finditer(run.plain):
            place = run.plain.index("kem", found.start())
            if not first <= place < first + len(line.text) + 1 or re.match(rf"{_KIND}\s+(?:nay|so)\b", found["what"]):
                continue
            text = run.text[found.start("what") : found.end("what")].strip(_EDGE)
            if text:
                yield _Named(text[0].upper() + text[1:], tuple(run.words_in(found.start("what"), found.end("what"))))


def _listed(sheet: Sheet, at: int, start: int) -> Iterator[_Named]:
    """What stands behind "Kèm theo:" and in the rows with dashes below it."""
    line = sheet.lines[at]
    parts: list[tuple[str, list[Word]]] = [(line.text[start:], line.words_in(start, len(line.text)))]
    bottom = line.bottom
    for row in sheet.lines[at + 1 : at + 1 + MOST]:
        if row.top - bottom > _TITLE_GAP * sheet.unit or _LIST_ENDS.match(row.plain) or parts[-1][0].rstrip().endswith("."):
            break
        bottom = row.bottom
        if re.match(r"^\W*(?:[-+•*]|\d{1,2}[.)])\s*\w", row.text):
            parts.append((row.text, list(row.words)))
        else:
            parts[-1] = (f"{parts[-1][0]} {row.text}", [*parts[-1][1], *row.words])
    for text, words in parts:
        for name in text.split(";"):
            bare = re.sub(r"^\W*(?:\d{1,2}[.)]\s*)?", "", name).strip(_EDGE)[:_LONGEST]
            if bare:
                yield _Named(bare[0].upper() + bare[1:], tuple(words))
