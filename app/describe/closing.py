"""The end of a document: who signed (cells 7a, 7b) on the right, who receives it (9b) on the left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.describe.fuzzy import compact, tidy
from app.describe.layout import Line, Sheet
from app.describe.names import is_family, is_syllable, likeness, mended_name
from app.describe.on_behalf import mended
from app.describe.recipients import find_recipients_label, read_recipients
from app.describe.vocabulary import begins_organisation, is_post, post_at, post_begun
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union
from storage.text import fold

# The Party writes "T/M BAN THƯỜNG VỤ" without a stop.
_AUTHORITY = re.compile(r"^\W{0,2}(?P<mark>TM|KT|TL|TUQ|TLT|Q|T/M|K/T|T/L|TUN)(?:\s*[.,]|(?<=/[MTL])(?!\w))\s*(?P<rest>\S.*)$")
_DEGREES = re.compile(
    r"^(?:(?:GS|PGS|TSKH|TS|ThS|Ths|BSCKI{1,2}|BS|CKI{1,2}|KS|CN|DS|LS|NGƯT|NGND|Đại tá|Thượng tá|Trung tá|Thiếu tá|"
    r"Đại úy|Thượng úy|Trung úy|Thiếu úy|Thiếu tướng|Trung tướng|Thượng tướng|Đại tướng|Bác sĩ|Luật sư|Ông|Bà)\b\.?[\s.,]*)+"
)
_NAME_WORD = re.compile(r"^[^\W\d_]+$")
_VOWEL = re.compile(r"[aeiouy]")
_FOREIGN = re.compile("[\u0302-\u036f](?<![\u0302\u0303\u0306\u0309\u031b\u0323])")
_NO_NAME = ("daky", "kyten", "kyvadongdau", "hovaten", "hoten", "dongdau", "chuky", "nguoiky", "noinhan", "luuvt")
_SHORT = {"UBND", "UBMTTQ", "UBKT", "GD&ĐT"}
_MORE = ("thuongtruc", "phutrach")
_SAME_SHAPE = "csxvou"
_LEAST_SURE, _LEAST_SURE_PART = 0.35, 0.6
_SURE_ROW, _HALF_READ = 0.7, 0.55
_OVERLEAF, _IN_COLUMN, _LIKELY, _SURE_OVERLEAF = 0.25, 0.58, 0.9, 0.9  # page widths from the top
_TORN = 3.5  # heights of a word
_TEXT, _ROWS_OF_TEXT = (0.3, 0.7), 4  # page widths that a row of text reaches over at least
_EDGE = " .,:;-_|'`“”\"()~*"


@dataclass(slots=True)
class Closing:
    """What the end of the document tells; readings by field."""

    fields: dict[str, FieldReading]
    page: int


def read_closing(sheets: Sequence[Sheet]) -> Closing | None:
    """Signer, position, authority and recipients from the last page that has them: annexes may follow it."""
    for at in range(len(sheets) - 1, -1, -1):
        found = read_end(sheets[at])
        if found:
            if "position" in found and "signer" not in found and at + 1 < len(sheets):
                found.update(_name_overleaf(sheets[at + 1]))
            return Closing(found, sheets[at].number)
    return None


def _name_overleaf(sheet: Sheet) -> dict[str, FieldReading]:
    """The signer's name where the page ended between post and name: alone at the top of the next one."""
    for piece in sheet.pieces(sheet.lines[:2]):
        found = _name_in(piece) if piece.centre > _IN_COLUMN and piece.middle < _OVERLEAF and piece.capitals < 0.6 else None
        if found and likeness(found[1]) >= _LIKELY:
            sure = min(_sure_of_name(*found, far=True), _SURE_OVERLEAF)
            return {
                "signer": FieldReading(found[1], sure, sheet.number, found[0].box(), "rule", N_("The name below the post."))
            }
    return {}


def find_post(sheet: Sheet) -> list[Line]:
    """The lines of authority and post of the signer; empty where there are none."""
    return _post_lines(sheet, sheet.pieces(), find_recipients_label(sheet))


def read_end(sheet: Sheet) -> dict[str, FieldReading]:
    """The readings of one page; empty where it holds no end of a document."""
    pieces = sheet.pieces()
    label = find_recipients_label(sheet)
    posts = _post_lines(sheet, pieces, label)
    fields: dict[str, FieldReading] = {}
    if label is not None:
        recipients = read_recipients(sheet, label, min((line.left for line in posts), default=0.5))
        if recipients:
            fields["recipients"] = recipients
    if posts:
        fields.update(_signer(sheet, pieces, posts))
    return fields


def _post_lines(sheet: Sheet, pieces: Sequence[Line], label: Line | None) -> list[Line]:
    """The lines of authority and post, from the top: capitals in the right half, level with "Nơi nhận" or below.

    Minutes and contracts have the signatures above "Nơi nhận", so those are looked for second.
    """
    capitals = [p for p in _in_capitals(sheet, pieces) if p.centre > 0.5 and len(p.key) >= 4]
    for piece in capitals:
        if label is not None and label.top - 3 * sheet.unit <= piece.middle <= label.top + 0.2 and _is_head(piece):
            return _block(piece, capitals, sheet.unit)
    for piece in reversed(capitals):
        early = sheet.number == 1 and piece.middle < 0.6
        right = piece.left > 0.4 and _is_head(piece) and not (early and label is None)
        if right and not _text_below(sheet, piece, label):
            while (above := _above(piece, capitals, sheet.unit)) is not None:
                piece = above
            return _block(piece, capitals, sheet.unit)
    return []


def _text_below(sheet: Sheet, piece: Line, label: Line | None) -> bool:
    """True where the text goes on below: the post between subject and grounds of a decision is nobody's signature."""
    end = label.top if label is not None else piece.bottom
    rows = [line for line in sheet.lines if piece.bottom < line.middle < end and line.left < _TEXT[0] and line.right > _TEXT[1]]
    return len(rows) >= _ROWS_OF_TEXT


def _in_capitals(sheet: Sheet, pieces: Sequence[Line]) -> list[Line]:
    """The pieces in capitals; those on one height put together where a letter between them was lost ("PHÓ  HÁNH VĂN PHÒNG")."""
    joined: list[Line] = []
    for piece in (p for p in pieces if p.capitals > 0.75):
        last = joined[-1] if joined else None
        if (
            last
            and last.left > 0.45
            and 0 < piece.left - last.right < _TORN * sheet.unit
            and abs(piece.middle - last.middle) < 0.7 * sheet.unit
        ):
            joined[-1] = Line((*last.words, *piece.words), last.aspect)
        else:
            joined.append(piece)
    return joined


def _is_head(piece: Line) -> bool:
    return bool(_AUTHORITY.match(piece.text)) or is_post(piece.key)


def _above(piece: Line, capitals: Sequence[Line], unit: float) -> Line | None:
    """The line of authority or post right above: the block begins there. A post alone stands above no authority."""
    begins = _AUTHORITY.match if _AUTHORITY.match(piece.text) else None
    for other in capitals:
        if _is_right_above(other, piece, unit) and (begins(other.text) if begins else _is_head(other)):
            return other
    return None


def _is_right_above(other: Line, piece: Line, unit: float) -> bool:
    return abs(other.centre - piece.centre) < 0.16 and 0 < piece.middle - other.middle < 2.6 * unit


def _block(first: Line, capitals: Sequence[Line], unit: float) -> list[Line]:
    lines = [first]
    for following in capitals:
        beside = abs(following.centre - first.centre) < 0.16
        if beside and following.middle > lines[-1].middle and following.top - lines[-1].bottom < 1.3 * unit:
            lines.append(following)
    return lines


def _signer(sheet: Sheet, pieces: Sequence[Line], posts: Sequence[Line]) -> dict[str, FieldReading]:
    fields: dict[str, FieldReading] = {}
    marks = [match for line in posts if (match := _AUTHORITY.match(line.text))]
    last = max((i for i, line in enumerate(posts) if _AUTHORITY.match(line.text)), default=-1)
    own = list(posts[last + 1 :])
    if marks:
        through = posts[: last + 1]
        text = "; ".join(_authority_text(line) for line in through)
        reading = _reading(sheet, through, text, N_("The letters before the post of the signer."))
        above = [p for p in pieces if p.capitals > 0.75 and len(p.key) >= 4 and _is_right_above(p, posts[0], sheet.unit)]
        # A row right above that was not understood may be the first of it.
        fields["authority"] = replace(reading, confidence=min(reading.confidence, _HALF_READ)) if above else reading
    if own:
        fields["position"] = _as_deputy(_position(sheet, own), marks)
    elif marks and marks[-1].group("mark") == "Q":
        fields["position"] = _reading(
            sheet, posts[last:], _authority_text(posts[last]), N_("The post in capitals above the signature.")
        )
    name = _name_line(sheet, pieces, posts)
    if name:
        fields["signer"] = name
    return fields


def _authority_text(line: Line) -> str:
    match = _AUTHORITY.match(line.text)
    if not match:
        return line.text.strip(_EDGE)
    return f"{match.group('mark').replace('/', '')}. {mended(match.group('rest').strip(_EDGE))}"


def _position(sheet: Sheet, lines: Sequence[Line]) -> FieldReading:
    """The signer's own post in ordinary letters where it is a known one, as printed and with little trust otherwise."""
    if len(lines) > 1 and (long := post_at(lines[0].key + lines[1].key)) and long[1] > len(lines[0].key) + 1:
        lines = [Line((*lines[0].words, *lines[1].words), lines[0].aspect), *lines[2:]]  # "… CHỦ TỌA PHIÊN / TÒA"
    known = post_begun(lines[0].key) or post_at(lines[0].key)
    rest = " ".join(_row_text(line) for line in _rows_after(lines))
    reading = _reading(sheet, lines, "", N_("The post in capitals above the signature."))
    if known and len(lines[0].key) - known[1] <= 2:
        text = f"{known[0]} {rest}".strip()
        # A post that begins or ends otherwise may be half of another: "…ÁNH VĂN PHÒNG".
        sure = reading.confidence if lines[0].key == compact(known[0]) else min(reading.confidence, _HALF_READ)
        return FieldReading(text, sure, sheet.number, reading.box, "rule", reading.why)
    text = " ".join(line.text.strip(_EDGE) for line in lines)
    return FieldReading(text, min(0.5, reading.confidence), sheet.number, reading.box, "rule", reading.why)


def _as_deputy(position: FieldReading, marks: Sequence[re.Match[str]]) -> FieldReading:
    """Who signs "KT." for a post does not hold it: the word "PHÓ" before it was lost (NĐ 30/2020 annex I, cell 7a)."""
    known = post_at(compact(marks[-1].group("rest"))) if marks and marks[-1].group("mark") in {"KT", "K/T"} else None
    if known is None or known[0] != position.value:
        return position
    why = N_("The post in capitals above the signature, “Phó” by the letters “KT.” before it: please check.")
    return replace(position, value=f"Phó {position.value}", confidence=min(position.confidence, _HALF_READ), why=why)


def _rows_after(lines: Sequence[Line]) -> Iterator[Line]:
    """The rows that go on with a known post: the office that it is a post of, a second post."""
    named = False
    for line in lines[1:]:
        more = line.key in _MORE or is_post(line.key)  # "PHÓ CHỈ HUY TRƯỞNG / THAM MƯU TRƯỞNG"
        named = _is_row(line) and (named or more or begins_organisation(line.text.strip(_EDGE)))
        if named:
            yield line


def _row_text(line: Line) -> str:
    """A second post in ordinary letters, an office as printed."""
    second = post_at(line.key)
    return second[0] if second and second[1] == len(line.key) else line.text.strip(_EDGE)


def _is_row(line: Line) -> bool:
    """True for a row that goes on with a post; a piece of the seal is none."""
    words = [word for part in line.text.split() if (word := part.strip(_EDGE + "&"))]
    spelt = all(is_syllable(word) or (word.isupper() and not _VOWEL.search(fold(word))) or word in _SHORT for word in words)
    return line.sure >= _SURE_ROW and line.capitals > 0.9 and not re.search(r"\d", line.text) and spelt


def _reading(sheet: Sheet, lines: Sequence[Line], text: str, why: str) -> FieldReading:
    words: list[Word] = [w for line in lines for w in line.words]
    sure = sum(w.confidence for w in words) / len(words)
    return FieldReading(text, round(min(0.94, sure), 3), sheet.number, union(w.box for w in words), "rule", why)


def _name_line(sheet: Sheet, pieces: Sequence[Line], posts: Sequence[Line]) -> FieldReading | None:
    """The line below the post that looks most like a name; none is better than a piece of signature."""
    below = posts[-1].bottom
    centre = sum(line.centre for line in posts) / len(posts)
    best: FieldReading | None = None
    score = 0.0
    for piece in pieces:
        if not below < piece.middle < below + 0.36 or abs(piece.centre - centre) > 0.13:
            continue
        found = _name_in(piece)
        if found is None:
            continue
        solid, name = found
        confidence = _sure_of_name(solid, name, far=solid.top - below > 1.5 * sheet.unit)
        like = confidence * likeness(name)
        if like >= score:  # of two alike the lower one: the signature stands above the name
            box = union(w.box for w in solid.words)
            best = FieldReading(name, confidence, sheet.number, box, "rule", N_("The name below the post."))
            score = like
    return best


def _name_in(piece: Line) -> tuple[Line, str] | None:
    """The words of a line that are a name: all of them, else those from a family name on (strokes of a seal stand before it)."""
    solid = _without_specks(piece)
    if solid is None or solid.sure < _LEAST_SURE:
        return None
    name = person(solid.text)
    if name:
        return solid, name
    for start, word in enumerate(solid.words[:-1]):
        for end in range(len(solid.words), start + 1, -1):
            part = Line(solid.words[start:end], solid.aspect)
            if is_family(tidy(word.text)) and part.sure >= _LEAST_SURE_PART and (name := person(part.text)):
                return part, name
    return None


def _sure_of_name(solid: Line, name: str, *, far: bool) -> float:
    confidence = min(0.95, 0.5 * solid.confidence() + 0.5 * solid.sure) * (1.0 if far else 0.6)
    words = name.split()
    if _FOREIGN.search(unicodedata.normalize("NFD", name)) or not all(is_syllable(word) for word in words):
        confidence = min(confidence, 0.4)  # letters that Vietnamese has not: misread, or a name of another people
    if len(words) < 3:
        confidence = min(confidence, 0.65)  # family name and given name alone are rare: a part may be lost
        if not is_family(words[0]):
            confidence = min(confidence, 0.4)
    if not is_family(words[0]) or words[0] not in solid.text.title():
        confidence = min(confidence, 0.65)  # mended, or a family that is not known
    return round(confidence, 3)


def _without_specks(piece: Line) -> Line | None:
    """Without the strokes of the signature beside a name."""
    return piece.part(lambda word: any(c.isalpha() for c in word.text) and (len(word.text) > 1 or word.confidence > 0.8))


def person(text: str) -> str | None:
    """A person's name without titles, or None: `person("PGS.TS. Nguyễn Văn A") == "Nguyễn Văn A"`."""
    bare = _DEGREES.sub("", " ".join(tidy(text).strip(_EDGE).split())).strip(_EDGE)
    if bare[:1].islower():
        first, blank, rest = mended_name(bare).partition(" ")
        bare = f"{first.capitalize() if is_family(first) else first}{blank}{rest}"
    words = [word for part in bare.split() if (word := part.strip(_EDGE))]
    if not 2 <= len(words) <= 5 or not all(_NAME_WORD.match(w) for w in words) or not words[0][0].isupper():
        return None
    # Letters that are as capitals what they are small are taken for small ones: "Hồ Đức sỹ".
    if not all(w[0].isupper() or (is_family(words[0]) and w[0] in _SAME_SHAPE) for w in words):
        return None
    key = compact(bare)
    if len(key) < 5 or is_post(key) or any(key.startswith(no) for no in _NO_NAME):
        return None
    if not all(len(w) <= 7 and _VOWEL.search(fold(w)) for w in words):
        return None
    if bare.isupper() and len(words) > 4:
        return None
    return mended_name(" ".join(w[0].upper() + w[1:].lower() for w in words))
