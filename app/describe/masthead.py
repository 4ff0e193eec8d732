"""The head of page 1: national motto on the right, issuer on the left (NĐ 30/2020 annex I, cells 1 and 2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.describe.fuzzy import compact, locate
from app.describe.layout import Line, Sheet
from app.describe.names import is_syllable
from app.describe.spelling import mend_office
from app.describe.vocabulary import begins_organisation
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union
from storage.text import has_accents

COUNTRY = "conghoaxahoichunghiavietnam"
DEVICE = "doclaptudohanhphuc"
PARTY = "dangcongsanvietnam"
_SURE_SHORT = 0.85
_SURE_DASH = 0.8
_CHAIRS = ("chutich", "botruong", "thutuong", "giamdoc", "chanhan", "hieutruong")
_COMMANDS = ("botulenh", "bochihuy", "bochihuyquansu", "banchihuyquansu")  # "… QUÂN KHU 9" goes on with them
_FIGURES = re.compile(r"^\d{1,3}[.,]?$")
_SURE_FIGURES, _AS_TALL = 0.8, 0.7
_DASHES, _FAR = {"-", "–"}, 1.5  # heights of a word
_ENGLISH = re.compile(
    r"\b(?:co|ltd|company|corporation|jsc|joint|university|school|college|department|ministry|bank|hospital|of|and)\b"
)
_DEEPEST = 0.55  # page widths: where a head can't begin any more


@dataclass(slots=True, frozen=True)
class Masthead:
    """Where the two columns are. `split` is an x, the others are y in page widths."""

    kind: str  # "state", "party", "none"
    split: float
    top: float
    bottom: float
    middle: bool = False  # it stands over the whole page, without columns

    def left(self, word: Word) -> bool:
        return (word.box[0] + word.box[2]) / 2 < self.split

    def right(self, word: Word) -> bool:
        return not self.left(word)


def find_masthead(sheet: Sheet) -> Masthead:
    """Finds the motto; without one the usual place of the columns is assumed (`kind` "none")."""
    country = _find(sheet.lines, COUNTRY, 8)
    device = _find(sheet.lines, DEVICE, 5)
    party = None if country else _find(sheet.lines, PARTY, 3)
    found = [line for line in (country, device, party) if line]
    if not found:
        return Masthead("none", 0.44, 0.0, 0.0)
    widest = country or party or device
    assert widest is not None  # noqa: S101 - one of them was found
    split = widest.left - 0.004 if country or party else widest.left - 0.07
    kind = "party" if party else "state"
    if abs(widest.centre - 0.52) < 0.1 and not party:  # over the text (minutes, contracts): no columns
        return Masthead(kind, 0.44, min(line.top for line in found), max(line.bottom for line in found), middle=True)
    return Masthead(kind, split, min(line.top for line in found), max(line.bottom for line in found))


def _find(lines: Sequence[Line], key: str, limit: int) -> Line | None:
    """The words that read as `key`."""
    for line in lines:
        if line.top > _DEEPEST:
            return None
        if len(line.key) < len(key) - limit:
            continue
        hit = locate(key, line.key, limit)
        if hit:
            return _words_of(line, hit[0], hit[1])
    return None


def _words_of(line: Line, start: int, end: int) -> Line:
    """The words whose plain letters mostly lie in start … end of the line's key."""
    kept, at = [], 0
    for word in line.words:
        size = len(compact(word.text))
        inside = min(at + size, end) - max(at, start)
        if size and inside * 2 > size:
            kept.append(word)
        at += size
    return Line(tuple(kept or line.words), line.aspect)


def read_issuer(rows: Sequence[Line], first: int | None = None) -> dict[str, FieldReading]:
    """`organName` and `parentOrgan` from the rows of the left column (`issuer_rows`); `first` is the row with which the issuer begins.

    The name above is the parent body, in plain letters; words don't show bold type, so the last line that begins a new
    organisation begins the issuer.
    """
    if not rows:
        return {}
    first = issuer_begins(rows) if first is None else first
    result = {"organName": _reading(rows[first:], N_("The last name in the left column of the head."))}
    if first:
        result["parentOrgan"] = _reading(rows[:first], N_("The name above the issuer in the left column."))
    return result


def issuer_begins(rows: Sequence[Line]) -> int:
    """The row with which the issuer's own name begins, by its words."""
    starts = [i for i, row in enumerate(rows) if begins_organisation(_caps_text(row)) and not _goes_on(rows[:i], row)]
    return starts[-1] if starts else 0


def _goes_on(above: Sequence[Line], line: Line) -> bool:
    """True where the row above is not yet a whole name: "BỘ Y TẾ -" of two issuers, "CHỦ TỊCH" of a committee."""
    return bool(above) and (_is_joint(above[-1], line) or above[-1].key in (*_CHAIRS, *_COMMANDS))


def _is_joint(line: Line, below: Line) -> bool:
    """A dash at the end joins two issuers of one rank, or was surely read: ends of rules and dirt look like dashes, too."""
    if not line.text.rstrip(" .,").endswith(("-", "–")):
        return False
    return line.plain.split()[:1] == below.plain.split()[:1] or line.words[-1].confidence >= _SURE_DASH


def _is_foreign(line: Line) -> bool:
    """The name once more in English, as companies and schools have it below the Vietnamese one."""
    if not _ENGLISH.search(line.plain):
        return False
    others = sum(not is_syllable(word) for word in line.plain.split() if word.isalpha())
    return not has_accents(line.text) or 2 * others >= len(
        line.words
    )  # "HOA BÌNH FORESTRY JOINT STOCK COMPANY": an accent was invented


def issuer_rows(sheet: Sheet, head: Masthead, bottom: float) -> list[Line]:
    """The rows of the names in the left column above `bottom` (the number line)."""
    top = head.bottom if head.middle else head.top - 3 * sheet.unit
    kept: list[Line] = []
    for line in sheet.between(top, bottom, head.left):
        solid = _name_part(line)
        if solid is None or not solid.readable or solid.capitals < 0.7:
            continue
        if len(solid.key) < 3 and not (kept and solid.confidence() >= _SURE_SHORT):
            continue  # "… TỈNH VĨNH / HÀ"
        if kept and solid.top - kept[-1].bottom > 2.2 * sheet.unit:
            break
        if kept and _is_foreign(solid):
            continue
        kept.append(solid)
    return kept


def _name_part(line: Line) -> Line | None:
    """Without dirt; a number counts right behind a word: "QUÂN KHU 9", "BỆNH VIỆN 108"."""
    kept: list[Word] = []
    for before, word in zip((None, *line.words), line.words, strict=False):
        letters = _solid(word.text) and (word.confidence >= 0.2 or len(word.text) > 2)
        tall = before is not None and word.box[3] - word.box[1] >= _AS_TALL * (before.box[3] - before.box[1])
        figures = _FIGURES.match(word.text) and word.confidence >= _SURE_FIGURES and bool(kept) and kept[-1] is before and tall
        if (letters or figures) and not (word.text in _DASHES and _is_far(before, word, line.aspect)):
            kept.append(word)
    return Line(tuple(kept), line.aspect) if kept else None


def _is_far(before: Word | None, word: Word, aspect: float) -> bool:
    """True for a dash that stands alone between the columns: dirt, it joins nothing."""
    return before is not None and word.box[0] - before.box[2] > _FAR * (before.box[3] - before.box[1]) * aspect


def _solid(text: str) -> bool:
    return any(c.isalpha() for c in text) or text in {"-", "–", ","}


def _caps_text(line: Line) -> str:
    return line.text.strip(" .,-_*:;|'\"“”`")


def _reading(lines: Sequence[Line], why: str) -> FieldReading:
    rows = [_caps_text(line) + (" -" if _is_joint(line, below) else "") for line, below in pairwise(lines)]
    text = mend_office(" ".join([*rows, _caps_text(lines[-1])]))
    sure = min(line.confidence() for line in lines)
    average = sum(w.confidence for line in lines for w in line.words) / sum(len(line.words) for line in lines)
    box = union(w.box for line in lines for w in line.words)
    return FieldReading(text, round(0.5 * average + 0.35 * sure + 0.1, 3), 1, box, "rule", why)
