"""The end of a document: who signed (cells 7a, 7b) on the right, who receives it (9b) on the left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.describe.fuzzy import compact, tidy
from app.describe.layout import Line, Sheet
from app.describe.vocabulary import is_post, post_at
from app.i18n import N_
from storage.records.reading import FieldReading, Word, union
from storage.text import fold

_AUTHORITY = re.compile(r"^\W{0,2}(?P<mark>TM|KT|TL|TUQ|TLT|Q|T/M|K/T|T/L|TUN)\s*[.,]\s*(?P<rest>\S.*)$")
_RECIPIENTS = re.compile(r"^\W{0,3}n[o0]i\s*nhan\s*[:;.]?")
_DEGREES = re.compile(
    r"^(?:(?:GS|PGS|TSKH|TS|ThS|Ths|BSCKI{1,2}|BS|CKI{1,2}|KS|CN|DS|LS|NGƯT|NGND|Đại tá|Thượng tá|Trung tá|Thiếu tá|"
    r"Đại úy|Thượng úy|Trung úy|Thiếu tướng|Trung tướng|Thượng tướng|Đại tướng|Bác sĩ|Luật sư|Ông|Bà)\b\.?[\s.]*)+"
)
_NAME_WORD = re.compile(r"^[^\W\d_]+$")
_VOWEL = re.compile(r"[aeiouy]")
_FOREIGN = re.compile("[\u0302-\u036f](?<![\u0302\u0303\u0306\u0309\u031b\u0323])")
_NO_NAME = ("daky", "kyten", "kyvadongdau", "hovaten", "hoten", "dongdau", "chuky", "nguoiky", "noinhan", "luuvt")
_EDGE = " .,:;-_|'`“”\"()~*"


@dataclass(slots=True)
class Closing:
    """What the end of the document tells; readings by field."""

    fields: dict[str, FieldReading]
    page: int


def read_closing(sheets: Sequence[Sheet]) -> Closing | None:
    """Signer, position, authority and recipients from the last page that has them: annexes may follow it."""
    for sheet in reversed(sheets):
        found = read_end(sheet)
        if found:
            return Closing(found, sheet.number)
    return None


def find_recipients_label(sheet: Sheet) -> Line | None:
    """The piece "Nơi nhận:", the last on the page."""
    return next((p for p in reversed(sheet.pieces()) if _RECIPIENTS.match(p.plain)), None)


def read_end(sheet: Sheet) -> dict[str, FieldReading]:
    """The readings of one page; empty where it holds no end of a document."""
    pieces = sheet.pieces()
    label = find_recipients_label(sheet)
    posts = _post_lines(sheet, pieces, label)
    fields: dict[str, FieldReading] = {}
    if label is not None:
        recipients = _recipients(sheet, label, posts[0].left if posts else 0.5)
        if recipients:
            fields["recipients"] = recipients
    if posts:
        fields.update(_signer(sheet, pieces, posts))
    return fields


def _post_lines(sheet: Sheet, pieces: Sequence[Line], label: Line | None) -> list[Line]:
    """The lines of authority and post, from the top: capitals in the right half, level with "Nơi nhận" or below.

    Minutes and contracts have the signatures above "Nơi nhận", so those are looked for second.
    """
    capitals = [p for p in pieces if p.centre > 0.5 and p.capitals > 0.75 and len(p.key) >= 4]
    for piece in capitals:
        if label is not None and label.top - 3 * sheet.unit <= piece.middle <= label.top + 0.2 and _is_head(piece):
            return _block(piece, capitals, sheet.unit)
    for piece in reversed(capitals):
        early = sheet.number == 1 and piece.middle < 0.6
        if piece.left > 0.4 and _is_head(piece) and not (early and label is None):
            first = _AUTHORITY.match(piece.text) or not _above(piece, capitals, sheet.unit)
            if first:
                return _block(piece, capitals, sheet.unit)
    return []


def _is_head(piece: Line) -> bool:
    return bool(_AUTHORITY.match(piece.text)) or is_post(piece.key)


def _above(piece: Line, capitals: Sequence[Line], unit: float) -> bool:
    """True where another line of authority or post stands right above: the block begins there."""
    return any(
        abs(other.centre - piece.centre) < 0.16 and 0 < piece.middle - other.middle < 2.6 * unit and _is_head(other)
        for other in capitals
    )


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
        fields["authority"] = _reading(sheet, through, text, N_("The letters before the post of the signer."))
    if own:
        fields["position"] = _position(sheet, own)
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
    return f"{match.group('mark').replace('/', '')}. {match.group('rest').strip(_EDGE)}"


def _position(sheet: Sheet, lines: Sequence[Line]) -> FieldReading:
    """The signer's own post in ordinary letters where it is a known one, as printed and with little trust otherwise."""
    known = post_at(lines[0].key)
    rest = " ".join(line.text.strip(_EDGE) for line in lines[1:] if not re.search(r"\d", line.text))
    reading = _reading(sheet, lines, "", N_("The post in capitals above the signature."))
    if known and len(lines[0].key) - known[1] <= 2:
        text = f"{known[0]} {rest}".strip()
        return FieldReading(text, reading.confidence, sheet.number, reading.box, "rule", reading.why)
    text = " ".join(line.text.strip(_EDGE) for line in lines)
    return FieldReading(text, min(0.5, reading.confidence), sheet.number, reading.box, "rule", reading.why)


def _reading(sheet: Sheet, lines: Sequence[Line], text: str, why: str) -> FieldReading:
    words: list[Word] = [w for line in lines for w in line.words]
    sure = sum(w.confidence for w in words) / len(words)
    return FieldReading(text, round(min(0.94, sure), 3), sheet.number, union(w.box for w in words), "rule", why)


def _name_line(sheet: Sheet, pieces: Sequence[Line], posts: Sequence[Line]) -> FieldReading | None:
    """The last line of two to five capitalised words below the post; none is better than a piece of signature."""
    below = posts[-1].bottom
    centre = sum(line.centre for line in posts) / len(posts)
    best: FieldReading | None = None
    for piece in pieces:
        if not below < piece.middle < below + 0.36 or abs(piece.centre - centre) > 0.13:
            continue
        solid = _without_specks(piece)
        name = person(solid.text) if solid else None
        if name is None or solid is None or solid.sure < 0.35:
            continue
        far = solid.top - below
        least = solid.confidence()
        confidence = round(min(0.95, 0.5 * least + 0.5 * solid.sure) * (1.0 if far > 1.5 * sheet.unit else 0.6), 3)
        if _FOREIGN.search(unicodedata.normalize("NFD", name)):
            confidence = min(confidence, 0.4)  # a letter that Vietnamese has not: misread
        if name.count(" ") < 2:
            confidence = min(confidence, 0.65)  # family name and given name alone are rare: a part may be lost
        box = union(w.box for w in solid.words)
        best = FieldReading(name, confidence, sheet.number, box, "rule", N_("The name below the post."))
    return best


def _without_specks(piece: Line) -> Line | None:
    """Without the strokes of the signature beside a name."""
    return piece.part(lambda word: any(c.isalpha() for c in word.text) and (len(word.text) > 1 or word.confidence > 0.8))


def person(text: str) -> str | None:
    """A person's name without titles, or None: `person("PGS.TS. Nguyễn Văn A") == "Nguyễn Văn A"`."""
    bare = _DEGREES.sub("", " ".join(tidy(text).strip(_EDGE).split())).strip(_EDGE)
    words = bare.split()
    if not 2 <= len(words) <= 5 or not all(_NAME_WORD.match(w) and w[0].isupper() for w in words):
        return None
    key = compact(bare)
    if len(key) < 5 or is_post(key) or any(key.startswith(no) for no in _NO_NAME):
        return None
    if not all(len(w) <= 7 and _VOWEL.search(fold(w)) for w in words):
        return None
    if bare.isupper() and len(words) > 4:
        return None
    return " ".join(w[0] + w[1:].lower() for w in words)


def _recipients(sheet: Sheet, label: Line, limit: float) -> FieldReading | None:
    edge = max(limit - 0.01, label.right)
    lines = sheet.between(
        label.bottom - 0.3 * sheet.unit,
        label.bottom + 0.6,
        lambda w: w.box[0] >= label.left - 0.05 and w.box[2] <= edge,
    )
    names: list[str] = []
    words: list[Word] = list(label.words)
    bottom = label.bottom
    for line in lines:
        if line.middle <= label.middle:
            continue
        if line.top - bottom > 1.6 * sheet.unit:
            break
        bottom = line.bottom
        if not line.readable and not re.search(r"luu", line.plain):
            continue
        dashed = bool(re.match(r"^\s*[-+•*=~]", line.text))
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
    return FieldReading("; ".join(names), round(0.95 * sure, 3), sheet.number, box, "rule", N_("The list below “Nơi nhận”."))
