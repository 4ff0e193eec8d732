"""Number and notation (NĐ 30/2020 annex I, cell 3): "Số: 125/QĐ-UBND"; the Party's "Số 128-CV/TU".

In real archives the number is often written by hand into a printed form. The engine then reads *something*; it counts
only when it looks like print: nothing but digits, a sure word, no taller than the print around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.describe.fuzzy import compact, distance
from app.describe.layout import Line
from app.describe.readers import Slot
from app.describe.vocabulary import kinds_of, marks, marks_of, title_at
from app.i18n import N_
from storage.records.reading import Box, FieldReading, Word

_LABEL = re.compile(
    r"^[^a-z0-9]*(?:(?:luat|nghi dinh|nghi quyet|thong tu|phap lenh|lenh|ban an|quyet dinh|cao trang|ket luan|khang nghi|thong bao)\s*)?"
    r"(?P<label>s[oae60](?:\s*/\s*no\.?)?[:.;,¿»]?)"
)
_UNLABELLED = re.compile(r"/\s*[^\W\d_.]+(?:\.\w+)?\s*-\s*[^\W\d_]{2,}")
_NUMBER = re.compile(r"^\s*:?\s*(?P<number>\d{1,6}[a-dđ]?)\s*(?P<cut>/|-(?=\s*[A-ZĐ]))")
_SPACED_TAIL = r"(?:[/.-]\s?[A-ZĐ][A-Za-zĐđ&]*){1,3}"
_CAP = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚĂĨŨƠƯ"
_SPACED = re.compile(rf"^\s*:?\s*(?P<number>\d{{1,6}})\s+(?P<notation>[{_CAP}][{_CAP}a-z]{{0,5}}{_SPACED_TAIL})\W*$")
_STATE = re.compile(rf"^(?:(?:19|20)\d\d/)?[{_CAP}][\wđĐ.&]*(?:-[{_CAP}&][\wđĐ.&()]*|-\(?[\wđĐ]+\)?)*(?:/[{_CAP}][\w]*)?$")
_PARTY = re.compile(rf"^[{_CAP}][{_CAP}a-z]{{0,5}}/[{_CAP}][\w.]*(?:-[\w.]+)*$")
_LETTER = re.compile(r"[^\W\d_]")
_SPLIT_MARK = re.compile(r"^[a-zđ]{1,2}-[^\W\d_]")  # "/TT" "r-UBND"
_DIGITS_ONLY = re.compile(r"^\W*\d+\W*$")
_YEAR_BEFORE = re.compile(r"[^/\s].*/\s*((?:19|20)[\dOoIl]{2})\s*$")  # "…/2009/QĐ-UB": forms before 2011, and laws
_YEARS_END = {"ó": "6", "ò": "6", "o": "0", "O": "0"}  # "201ó/TT-BNV": of 2016
_AS_DIGITS = str.maketrans("OoIl", "0011")
_TAIL = re.compile(rf"^\s*(?:/\s*(?:(?:19|20)\d\d\s*/\s*)?|-\s*)[{_CAP}][\wđĐ.&]*\s*[-/]")
_HIGHER, _BEHIND = 1.3, 6.0  # word heights between the number and such a line
_SPLIT = 0.18  # of a word's height: a blank is wider
_PRINTED = 0.8  # below it "digits" are as a rule pen strokes
_PRINTED_ALONE = 0.88


@dataclass(slots=True, frozen=True)
class NumberLine:
    """The line that begins with "Số"; `start` is where the number begins in its text."""

    line: Line
    start: int


def find_number_line(lines: Sequence[Line], level: float | None, unit: float) -> NumberLine | None:
    """The line of the left column that begins with "Số" and has a slash, a colon or a notation; the one nearest in
    height to the date line (`level`, page widths) where that is known.
    """
    best: tuple[float, NumberLine] | None = None
    for line in lines:
        label = _LABEL.match(line.plain)
        if label is None:
            continue
        rest = line.text[label.end("label") :]
        score = _score(label.group("label"), rest)
        if score <= 0:
            continue
        if level is not None:
            score -= 0.4 * abs(line.middle - level) / unit
        if best is None or score > best[0]:
            best = (score, NumberLine(line, label.end("label")))
    if best and best[0] > -4:
        return _with_tail(best[1], lines, unit)
    if level is not None:  # "Số" itself was lost in the handwriting
        for line in lines:
            if abs(line.middle - level) < 1.2 * unit and _UNLABELLED.search(line.text):
                return NumberLine(line, 0)
    return None


def _with_tail(found: NumberLine, lines: Sequence[Line], unit: float) -> NumberLine:
    """With the notation that the engine took for a line of its own: behind a blank it stands a little higher or lower on a photograph."""
    line = found.line
    if re.search(r"[/-]", line.text[found.start :]):
        return found
    for other in lines:
        near = abs(other.middle - line.middle) < _HIGHER * unit and -unit < other.left - line.right < _BEHIND * unit
        if other is not line and near and _TAIL.match(other.text):
            return NumberLine(Line((*line.words, *other.words), line.aspect), found.start)
    return found


def named_kind(found: NumberLine) -> str | None:
    """The type that stands before "số", as courts have it: "Bản án số: 12/2023/HS-ST"."""
    label = _LABEL.match(found.line.plain)
    before = compact(found.line.text[: label.start("label")]) if label else ""
    title = title_at(before) if before else None
    return title.kind.name if title and title.used == len(before) else None


def _score(label: str, rest: str) -> float:
    """How much a line looks like "Số: …/…": "SỞ Y TẾ" begins alike."""
    score = 0.0
    if label[-1] in ":;,.¿»":
        score += 1.5
    if "/" in rest:
        score += 2
    if re.search(rf"-\s*[{_CAP}]{{1,}}", rest):
        score += 1.5
    if re.search(r"\d", rest):
        score += 1
    if not rest.strip(" .:…_"):
        return 1.0 if label[-1] in ":;" else 0.0
    first = rest.split()[0] if rest.split() else ""
    if first.isalpha() and len(first) <= 4 and "/" not in rest and not re.search(r"\d", rest):
        score -= 2
    return score


@dataclass(slots=True)
class CodeReading:
    number: FieldReading
    notation: FieldReading
    slot: Slot | None


def read_code(found: NumberLine, page: int, title_kind: str | None, *, party: bool) -> CodeReading:
    """`codeNumber`, `codeNotation` and the place of the number. `title_kind` mends a misread beginning of the notation."""
    line, start = found.line, found.start
    notation_at, notation = _notation(line, start, title_kind, party=party)
    clean = _NUMBER.match(line.text[start:]) or _SPACED.match(line.text[start:])
    number_end = notation_at if notation_at is not None else len(line.text)
    box = _slot_box(line, number_end)
    number = FieldReading(
        "",
        0.1,
        page,
        _without_notation(box, line, notation_at),
        "rule",
        N_("The number is handwritten or not readable: please read it."),
    )
    if clean and notation and notation_at is not None and not line.text[start + clean.end("number") : notation_at].strip(" /-"):
        number = _printed_number(found, clean, page) or number
    slot = Slot("codeNumber", page, box, notation or "") if box else None
    if not notation or notation_at is None:
        blank = FieldReading("", 0.1, page, line.box(start), "rule", N_("No notation found behind the number."))
        return CodeReading(number, blank, slot)
    reading = _notation_reading(line, notation_at, notation, page, title_kind)
    if _goes_on(line.text[_end_of_code(line, start) :]):
        why = N_("More capitals stand behind it: please check.")
        reading = replace(reading, confidence=min(reading.confidence, _PRINTED), why=why)
    return CodeReading(number, reading, slot)


def _goes_on(behind: str) -> bool:
    """Whether letters of the notation may stand behind what was taken for its end: "KH-S TNMT"."""
    words = behind.split()
    return bool(words) and len(words[0]) >= 2 and words[0].isalpha() and words[0].isupper()


def _printed_number(found: NumberLine, clean: re.Match[str], page: int) -> FieldReading | None:
    """The number where it stands in printed words: sure ones as they are, doubtful ones to be checked."""
    line = found.line
    at = found.start + clean.start("number")
    end = found.start + clean.end("number")
    sure = line.confidence(at, end)
    words = line.words_in(at, end)
    tall = _height_ratio(line, words)
    value, box = clean.group("number"), line.box(at, end)
    alone = all(_DIGITS_ONLY.match(w.text) for w in words)
    glued = any(w.text[:1].lower() == "s" for w in words)  # one word with "Số": its accents stand as high as a pen stroke
    least, most = (_PRINTED_ALONE, 1.25) if alone else (_PRINTED, 1.5) if glued else (_PRINTED, 1.35)
    if sure >= least and tall <= most:
        return FieldReading(value, round(min(0.99, sure), 3), page, box, "rule", N_("Printed between “Số” and the notation."))
    if not alone and not glued and sure >= 0.3 and tall <= 1.25:
        # Long notations are no words of the language: the engine doubts them though they are plain print.
        why = N_("Printed between “Số” and the notation, but hard to read: please check.")
        return FieldReading(value, round(min(0.6, sure), 3), page, box, "rule", why)
    return None


def _height_ratio(line: Line, words: Sequence[Word]) -> float:
    """How much higher these words stand than the other printed words of their line."""
    others = [w.box[3] - w.box[1] for w in line.words if w not in words and _LETTER.search(w.text)]
    return max(w.box[3] - w.box[1] for w in words) / max(others) if others else 1.0


def _slot_box(line: Line, end: int) -> Box | None:
    """From "Số" to the notation, with air above: handwriting is larger than print."""
    box = line.box(0, max(end, 1))
    if box is None:
        return None
    x0, y0, x1, y1 = box
    air = 0.35 * (y1 - y0)
    return x0, max(0.0, y0 - air), min(1.0, max(x1, x0 + 0.09)), min(1.0, y1 + air)


def _without_notation(box: Box | None, line: Line, notation_at: int | None) -> Box | None:
    """What is shown of the number's place: no letters of another field."""
    notation = line.box(notation_at) if notation_at is not None else None
    if box is None or notation is None or not box[0] < notation[0] < box[2]:
        return box
    return box[0], box[1], notation[0], box[3]


def _notation(line: Line, start: int, title_kind: str | None, *, party: bool) -> tuple[int | None, str]:
    """(where the notation begins in the text, the notation): behind the number's slash, else from a known beginning."""
    text = line.text
    end = _end_of_code(line, start)
    clean = _NUMBER.match(text[start:end])
    if clean is None and (spaced := _SPACED.match(text[start:])):  # forms before 2005: "Số: 45 QĐ/UB"
        return start + spaced.start("notation"), normal_notation(spaced.group("notation"))
    if clean:
        at = start + clean.end("cut")
        value = normal_notation(text[at:end])
        shape = _PARTY if clean.group("cut") == "-" else _STATE
        if shape.match(value) and _without_strokes(value, title_kind) == value:
            return at, value
    return _from_noise(text[:end], start, title_kind, party=party)


def _from_noise(text: str, start: int, title_kind: str | None, *, party: bool) -> tuple[int | None, str]:
    """The notation behind an unreadable number."""
    body = text[start:]
    if party:
        match = re.search(rf"-\s*(?P<tail>[{_CAP}][{_CAP}a-z]{{0,5}}\s*/\s*[{_CAP}]+(?:\s*-\s*[\w.]+)*)\s*$", body)
        if match:
            return start + match.start("tail"), normal_notation(match.group("tail"))
    cut = body.rfind("/")
    if cut >= 0:
        value = _without_strokes(normal_notation(body[cut + 1 :]), title_kind)
        if _STATE.match(value) and len(compact(value)) >= 2 and compact(value).isalpha():
            if year := _YEAR_BEFORE.search(body[:cut]):
                return start + year.start(1), f"{year.group(1).translate(_AS_DIGITS)}/{value}"
            return start + cut + 1, value
    known = "|".join(re.escape(mark) for mark in marks())
    found = re.search(rf"[.,:]?(?P<mark>{known})Đ?\s*[-.]\s*(?=[{_CAP}])", body.replace("Ð", "Đ"))
    if found is None:
        found = re.search(rf"(?<![^\W\d_])(?=[{_CAP}]{{2,4}}\s*-\s*[{_CAP}]{{2,}}\W*$)", body)
    if found:
        value = normal_notation(body[found.start() :])
        if _STATE.match(value):
            return start + found.start(), value
    return None, ""


def _without_strokes(value: str, title_kind: str | None) -> str:
    """Without the pen strokes that the engine glued to the mark of the printed type: "ITLHĐ-ATTP", "7QĐ-CC".

    Only the type decides: "SCT-QLTM" is no Chỉ thị with a stroke before it.
    """
    bare = value.lstrip(".,:;'`0123456789") if not re.match(r"(?:19|20)\d\d/", value) else value
    head, dash, tail = bare.partition("-")
    for cut in (1, 2):
        if head not in marks() and head[cut:] in marks_of(title_kind):
            return head[cut:] + dash + tail
    return bare


def _end_of_code(line: Line, start: int) -> int:
    """Where the code ends: words go on only across a dash or slash ("QĐ - UBND"), what follows is noise or a note."""
    at, end, begun = 0, len(line.text), False
    previous, before = "", None
    for word in line.words:
        text = line.text[at : at + len(word.text)]
        if at >= start or at + len(word.text) > start:
            joined = (
                not begun
                or previous.endswith(("-", "/", "&"))
                or text.startswith(("-", "/", "&"))
                or _SPLIT_MARK.match(text)
                or _is_split(line, before, word)
            )
            if begun and not joined:
                return at - 1
            if re.search(rf"[/-][^/]*[{_CAP}]{{2}}|[{_CAP}][-/.]", text) or (begun and joined):
                begun = True
        previous, before = text, word
        at += len(word.text) + 1
    return end


def _is_split(line: Line, before: Word | None, word: Word) -> bool:
    """Whether the engine cut one word in two: "STN MT" with less between them than a blank."""
    if before is None or not (before.text[-1:].isupper() and word.text.isupper()):
        return False
    return word.box[0] - before.box[2] < _SPLIT * (word.box[3] - word.box[1]) * line.aspect


def normal_notation(text: str) -> str:
    """Notation in one form: no blanks, one kind of dash, known beginnings mended ("QÐÐ - cc" → "QĐ-CC")."""
    value = re.sub(r"\s+", "", text).replace("Ð", "Đ").replace("€", "C")
    value = re.sub(r"^[T17I]?[-,.:]+Tr(?=-)", "T.Tr", value)  # no mark begins with a stop: its "T" was taken for a stroke
    value = value.strip(".,:;'`_*|-/…")
    value = re.sub(r"^((?:19|20)\d)([óòoO])(?=/)", lambda year: year.group(1) + _YEARS_END[year.group(2)], value)
    value = re.sub(r"-{2,}", "-", re.sub(r"^(Q?)Đ{2,}(?=-|N-)", r"\1Đ", value))
    value = re.sub(r"(?<![^\W\d_])ĐĐ(?=[^B\W\d_])", "Đ", value)  # one letter read twice: only "ĐĐBQH" begins so
    value = re.sub(r"(?<![^\W\d_])([CHNQ])ĐĐ(?=[-./]|[SP]T|$)", r"\1Đ", value)
    value = re.sub(r"^TT?[Il1]r(?=[-/])", "TTr", value)
    groups = value.split("-")
    groups = [
        g.upper() if i and (g.islower() or (len(g) == 2 and g[0].islower())) and len(g) > 1 else g for i, g in enumerate(groups)
    ]
    head = groups[0][:1].upper() + groups[0][1:]
    if re.fullmatch(r"Q[DOÐ]", head):
        head = "QĐ"
    elif re.fullmatch(r"8[BC]|[B8][C8]", head) and head != "BB":
        head = "BC"
    return "-".join([head, *groups[1:]])


def _notation_reading(line: Line, at: int, value: str, page: int, title_kind: str | None) -> FieldReading:
    sure = line.confidence(at, len(line.text))
    average = _average(line, at)
    mended = _mend(value, title_kind)
    kinds = kinds_of(mended)
    confidence = 0.45 * average + 0.25 * sure
    why = N_("Printed behind the number.")
    if kinds and title_kind and any(kind.name == title_kind for kind in kinds):
        # Handwriting before it drags the engine's confidence down, but the type vouches for the beginning.
        confidence = max(confidence + 0.28, 0.72 + 0.24 * _last_word(line))
        why = N_("Printed behind the number; it agrees with the type.")
    elif _STATE.match(mended) and average >= 0.85:
        confidence += 0.2
    if mended != value:
        confidence = min(confidence, 0.75)
        why = N_("Mended after the type of the document: please check.")
    return FieldReading(mended, round(min(0.99, confidence), 3), page, line.box(at), "rule", why)


def _last_word(line: Line) -> float:
    return line.words[-1].confidence if line.words else 0.0


def _average(line: Line, at: int) -> float:
    words = line.words_in(at, len(line.text))
    return sum(w.confidence for w in words) / max(len(words), 1)


def _mend(value: str, title_kind: str | None) -> str:
    """A beginning one letter away from the mark of the printed type becomes that mark; an office's name never does."""
    head, dash, tail = value.partition("-")
    mine = marks_of(title_kind)
    if not dash and "/" not in value and "." not in value:  # "TBĐHBS": the dash was lost
        whole = next(
            (mark for mark in mine if value.startswith(mark) and value[len(mark) :].isupper() and len(value) > len(mark) + 1),
            "",
        )
        return f"{whole}-{value[len(whole) :]}" if whole else value
    if not dash or not mine or head in mine or len(head) > 6:
        return value
    doubled = re.sub(r"([A-ZĐ])\1", r"\1", head)
    if doubled in mine:
        return f"{doubled}{dash}{tail}"
    for mark in mine:
        near = distance(compact(head), compact(mark), 1)
        if near == 0 or (near == 1 and (head in marks() or head.isascii())):
            return f"{mark}{dash}{tail}"
    return value
