"""Type and subject (NĐ 30/2020 annex I, cells 5a and 5b), and to whom a letter goes (9a)."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from app.describe.fuzzy import compact
from app.describe.layout import Line, Sheet
from app.describe.marks.typed import STAMPED
from app.describe.masthead import Masthead
from app.describe.paragraph import begins_paragraph, margins, next_line
from app.describe.vocabulary import BODY, LETTER, Title, is_post, kinds_of, title_at
from app.describe.wording import mended_wording
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union

_ABOUT = re.compile(
    r"^\W*(?:v\s*/\s*v?|v\s*[\\|lí1i!]\s*v|vv|vn|vw|v[eềệêéè]\s*vi[eệêéẹ]c|v[aàâ]\s+việc)(?![^\W\d_])[\s:.“”\"-]*",
    re.IGNORECASE,
)
_KINH_GUI = re.compile(r"^\W{0,3}K[íiì]nh\s*[gp][ửuứừ][iíì]", re.IGNORECASE)
_GARBLED_ABOUT = re.compile(r"^\W*V(?:[^\w\s]\S{0,2}|[ấắNnéíốáâ]\S?)\s+(?=\w)")
# Notes below a title that are no more of the subject: to what it belongs, for whom a form is.
_ENCLOSED = re.compile(
    r"^\W*(?:(?:\(\s*theo|(?:ban hanh )?kem theo) (?:thong|quyet|nghi|cong|ke|to|bao)\b|(?:dung|ap dung) cho )"
)
_CODE = re.compile(r"^\W*s[oó]\s*[:.]?\s*\d{1,6}\s*/")
_ISSUED_BY = re.compile(r"^\W*CỦA\s")
_ISSUER_ROWS = 4
_AMBIGUOUS = ("thuchien",)  # begins a text, or the subject of a plan
_DEEPEST = 0.95  # page widths: a title stands in the upper two thirds
_MOST_ROWS, _MOST_NAMES = 7, 20
_DASHED = re.compile(r"^\s*[-+•*]")
_OUTSIDE = 0.02  # page widths: no name begins left of "Kính gửi"
_INSET = (0.3, 0.5)  # page widths: where names below "Kính gửi" begin


@dataclass(slots=True, frozen=True)
class TitleLine:
    line: Line
    title: Title


def find_title(sheet: Sheet, top: float) -> TitleLine | None:
    """The first centred line below `top` (page widths) that begins with the name of a type, in capitals."""
    addressed = False
    for line in sheet.between(top, _DEEPEST):
        found = _title(line)
        if found and not (addressed and (found.title.errors or found.title.used < len(found.line.key))):
            return found
        if _KINH_GUI.match(line.text):
            addressed = True  # forms exist with the addressee above the title: then only a clean title counts
        elif begins_body(line):
            return None
    return None


def _title(line: Line) -> TitleLine | None:
    solid = _trimmed(line)
    if solid is None or not 0.38 < solid.centre < 0.68 or len(solid.key) < 4:
        return None
    found = title_at(solid.key)
    if found is None:
        return None
    rest = len(solid.key) - found.used
    if found.errors and rest > 2 and found.used < 10:
        return None  # "THƯƠNG BINH …" is no misread "THƯ CÔNG"
    capitals = solid.capitals
    if capitals < 0.6 and not (rest <= 2 and 0.38 < solid.centre < 0.66):
        return None
    return TitleLine(solid, found)


def _trimmed(line: Line) -> Line | None:
    """Without specks that the engine read as single letters beside a title."""
    words = [w for w in line.words if any(c.isalnum() for c in w.text)]
    while words and len(compact(words[0].text)) < 2:
        words.pop(0)
    while words and len(compact(words[-1].text)) < 2 and not words[-1].text.isdigit():
        words.pop()
    return Line(tuple(words), line.aspect) if words else None


def begins_body(line: Line) -> bool:
    """True for a first line of the text: grounds, addressee, first article."""
    first = next((c for c in line.text if c.isalnum()), "")
    if first.islower():
        return False  # the second line of a subject may go on with "thực hiện"
    return any(line.key.startswith(word) for word in BODY) or bool(_KINH_GUI.match(line.text))


def read_type(
    found: TitleLine | None, notation: str, *, has_about: bool, has_addressee: bool, page: int = 1
) -> FieldReading | None:
    """`typeName`: the printed title; else a letter (công văn); else what the notation means."""
    if found:
        confidence = 0.97 - 0.08 * found.title.errors - (0.0 if found.title.kind.official else 0.04)
        confidence *= 0.7 + 0.3 * found.line.capitals
        box = union(w.box for w in found.line.words_in(0, _letters_to_text(found.line, found.title.used)))
        return FieldReading(
            found.title.kind.name, round(confidence, 3), page, box, "rule", N_("The title in capitals below the head.")
        )
    kinds = kinds_of(notation)
    if has_about or has_addressee or any(kind.name == LETTER for kind in kinds):
        agrees = not kinds or any(kind.name == LETTER for kind in kinds)
        confidence = (0.9 if has_about else 0.75) if agrees else 0.6
        return FieldReading(LETTER, confidence, None, None, "rule", N_("A letter: no title, but a subject or an addressee."))
    if kinds:
        name = kinds[0].name
        return FieldReading(name, 0.6 if len(kinds) == 1 else 0.4, None, None, "rule", N_("Only the notation tells the type."))
    return None


def _letters_to_text(line: Line, letters: int) -> int:
    """The position in the text behind the first so many plain letters."""
    at, seen = 0, 0
    for word in line.words:
        if seen >= letters:
            return max(at - 1, 0)
        seen += len(compact(word.text))
        at += len(word.text) + 1
    return at


def read_subject(sheet: Sheet, found: TitleLine) -> FieldReading | None:
    """`subject` below the title, up to the rule, the authority, the grounds or the addressee."""
    rows: list[Line] = []
    texts: list[str] = []
    rest = found.line.after_key(found.title.used)
    issued_by = bool(_ISSUED_BY.match(rest))
    if issued_by:
        rest = ""
    if len(compact(rest)) >= 3:
        texts.append(rest)
    words: list[Word] = list(found.line.words_in(_letters_to_text(found.line, found.title.used), len(found.line.text)))
    last, own = found.line, {id(word) for word in found.line.words}
    edges = margins(sheet)
    lines = sheet.between(found.line.bottom - 0.3 * sheet.unit, found.line.bottom + 0.6)
    for at, line in enumerate(lines):
        if any(id(word) in own for word in line.words) or line.middle <= found.line.middle:
            continue
        solid = _solid(line)
        if solid is None:
            continue
        if not rows and solid.capitals > 0.85 and (issued_by or _ISSUED_BY.match(solid.text)) and _has_subject(lines[at + 1 :]):
            issued_by, last = True, solid  # forms before 2005: "QUYẾT ĐỊNH / CỦA ỦY BAN NHÂN DÂN TỈNH … / Về việc …"
            continue
        text = begins_paragraph(line, next_line(lines, at), edges)
        if line.text.lstrip().startswith("*") or not _goes_on(solid, last, found.line, sheet.unit, first=not rows, text=text):
            break
        rows.append(solid)
        texts.append(solid.text)
        last = solid
        if len(rows) >= _MOST_ROWS or _is_closed(" ".join(texts)):
            break
    return _subject([*(words if len(compact(rest)) >= 3 else []), *(w for row in rows for w in row.words)], texts)


def _has_subject(lines: Sequence[Line]) -> bool:
    """True where "Về việc …" stands among the next lines, before the text begins."""
    for line in lines[:_ISSUER_ROWS]:
        if _ABOUT.match(line.text):
            return True
        if begins_body(line):
            return False
    return False


def _solid(line: Line) -> Line | None:
    """The line without marks at its ends; None for noise."""
    words = list(line.words)
    while words and not any(c.isalnum() for c in words[0].text) and words[0].text not in "(“\"'":
        words.pop(0)
    while words and not any(c.isalnum() for c in words[-1].text) and words[-1].text not in ")”\"'.,-":
        words.pop()
    solid = Line(tuple(words), line.aspect) if words else None
    if solid and (solid.readable or re.fullmatch(r"(?:19|20)\d\d[.)]?", solid.text)):
        return solid if len(solid.key) >= 2 else None
    return None


def _is_closed(text: str) -> bool:
    """True where the brackets or quotation marks that the subject began with are closed again."""
    text = text.strip(" .,;")
    return (text.startswith("(") and text.endswith(")") and text.count("(") == text.count(")")) or bool(
        re.fullmatch(r"[“\"„].*[”\"]", text) and text.count("“") <= 1
    )


def _goes_on(line: Line, last: Line, title: Line, unit: float, *, first: bool, text: bool) -> bool:
    """True where the line is a row of the subject; `text`: it has the shape of a paragraph's first line."""
    centred = abs(line.centre - title.centre) < 0.075
    opens = begins_body(line) and not (first and centred and not text and line.key.startswith(_AMBIGUOUS))
    if opens or line.sure < 0.45 or (line.capitals > 0.8 and is_post(line.key)):
        return False
    if _ENCLOSED.match(line.plain) or _CODE.match(line.plain):
        return False
    if text and not _ABOUT.match(line.text):
        return False
    if line.capitals > 0.85 and not first and last.capitals < 0.5:
        return False  # the authority between subject and grounds
    gap = line.top - last.bottom
    if gap > (3.2 if first else 1.25) * unit:
        return False
    return centred


def _subject(words: Sequence[Word], texts: Sequence[str]) -> FieldReading | None:
    text = mended_wording(clean_subject(" ".join(texts)))
    if len(compact(text)) < 3:
        return None
    average = sum(w.confidence for w in words) / max(len(words), 1)
    doubtful = sum(w.confidence < 0.6 for w in words) / max(len(words), 1)
    confidence = max(0.05, min(0.93, average) - 0.8 * doubtful)
    return FieldReading(
        text, round(confidence, 3), 1, union(w.box for w in words), "rule", N_("The lines below the title or the number.")
    )


def clean_subject(text: str) -> str:
    """One line: brackets and the closing dot off, "V/v" written out."""
    value = " ".join(text.split())
    value = re.sub(r"^[\s(\[*_.,:;|'`~-]+", "", value)
    if not re.search(r"\([^()]*$", value[:-1]) or value.count("(") < value.count(")"):
        value = re.sub(r"[\s)\]]+$", "", value) if value.count(")") > value.count("(") else value
    value = re.sub(r"[\s.,:;_|*'`~-]+$", "", value)
    match = _ABOUT.match(value) or _GARBLED_ABOUT.match(value)
    if match:
        value = f"Về việc {value[match.end() :].lstrip()}"
    elif value:
        value = value[0].upper() + value[1:]
    return value.strip()


def find_about(sheet: Sheet, head: Masthead, top: float, skip: Container[int] = ()) -> list[Line]:
    """The lines "V/v …" of a letter, in the left column below the number (`top`); `skip`: ids of words that belong to stamps."""
    rows: list[Line] = []

    def keep(word: Word) -> bool:
        return (word.box[0] + word.box[2]) / 2 < head.split + 0.06 and id(word) not in skip

    for line in sheet.between(top, top + 0.5, keep):
        solid = _solid(line)
        if solid is None:
            continue
        if begins_body(solid) or (rows and (solid.top - rows[-1].bottom > 1.1 * sheet.unit or is_mark(solid, rows[-1]))):
            break
        if not rows:
            if _ABOUT.match(solid.text) or _GARBLED_ABOUT.match(solid.text):
                rows.append(solid)
            elif solid.top - top > 4 * sheet.unit:
                break
            continue
        rows.append(solid)
        if len(rows) >= _MOST_ROWS:
            break
    return rows


def is_mark(line: Line, above: Line) -> bool:
    """True for a line in capitals below ordinary writing: a stamp, no more of the subject. A notation may end a subject."""
    if line.capitals < 0.9 or above.capitals > 0.6 or len(line.key) < 3 or re.search(r"[\d/]", line.text):
        return False
    return len(line.words) > 1 or any(compact(mark) == line.key for mark in STAMPED)


def read_about(rows: Sequence[Line]) -> FieldReading | None:
    """`subject` of a letter."""
    return _subject([w for row in rows for w in row.words], [row.text for row in rows])


def read_addressee(sheet: Sheet, top: float) -> FieldReading | None:
    """`addressee`: what follows "Kính gửi:", one name after another with "; "."""
    lines = sheet.between(top, 1.42)
    for index, line in enumerate(lines):
        label = re.search(r"k[i1l]nh\s*g[uo][i1l]\s*[:;.]?", line.plain)
        if label and label.start() <= 4:
            first = Line(tuple(line.words_in(label.end(), len(line.text))), line.aspect)
            rows = _names_below(line, lines[index + 1 :], sheet.unit, begun=bool(_bare_name(line.text[label.end() :])))
            return _addressee([line.text[label.end() :], *(row.text for row in rows)], [first, *rows], 0.95)
    return _unlabelled(sheet, lines)


def _unlabelled(sheet: Sheet, lines: Sequence[Line]) -> FieldReading | None:
    """Names with dashes in the middle of the page, "Kính gửi:" itself was not read."""
    for index, line in enumerate(lines):
        if begins_body(line):
            return None
        if _DASHED.match(line.text) and _INSET[0] < line.left < _INSET[1] and line.right < 0.85:
            rows = [line, *_names_below(line, lines[index + 1 :], sheet.unit, begun=True)]
            closed = all(row.text.rstrip().endswith(";") for row in rows[:-1]) and rows[-1].text.rstrip().endswith((".", ";"))
            return _addressee([row.text for row in rows], rows, 0.6) if closed else None
    return None


def _names_below(label: Line, following: Sequence[Line], unit: float, *, begun: bool) -> list[Line]:
    """The rows of names: with dashes; one that lost its dash goes on a list where the row above ends with a semicolon."""
    rows: list[Line] = []
    last = label
    for row in following:
        dashed = bool(_DASHED.match(row.text))
        listed = bool(rows) and last.text.rstrip().endswith(";") and -0.01 < row.left - rows[0].left < 0.04
        if row.left < label.left - _OUTSIDE:
            break  # a speck before the first line of the text
        near = row.top - last.bottom < (2.0 if dashed or listed else 0.9) * unit
        if not near or not (dashed or listed or (not begun and not rows)) or len(rows) > _MOST_NAMES:
            break
        rows.append(row)
        last = row
    return rows


def _addressee(names: Sequence[str], lines: Sequence[Line], trust: float) -> FieldReading | None:
    value = "; ".join(part for name in names if (part := _bare_name(name)))
    words = [word for line in lines for word in line.words]
    if not value or not words:
        return None
    average = sum(w.confidence for w in words) / len(words)
    box = union(w.box for w in words)
    return FieldReading(value, round(trust * average, 3), 1, box, "rule", N_("The names behind “Kính gửi”."))


def _bare_name(text: str) -> str:
    return re.sub(r"^[\s:;.+•*-]+|[\s;.,:]+$", "", text)
