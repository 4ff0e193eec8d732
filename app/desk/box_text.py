"""Text off a box as a field is written: digits of a number, a day, the name of a type, an office in ordinary letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from app.describe.closing import person
from app.describe.fuzzy import compact, distance
from app.describe.numbering import normal_notation
from app.describe.spelling import mend_office
from app.describe.title import clean_subject
from app.describe.vocabulary import kinds_of, marks
from app.desk import type_names

_NUMBER = re.compile(r"\d{1,10}[a-zđ]?(?![a-zđ\d])", re.IGNORECASE)
_SHEETS = re.compile(r"(?<!\w)(\d{1,6}[a-z]?)(?:\s*[-–]\s*(\d{1,6}[a-z]?))?(?![\w/])")
LONGEST = 6  # digits; longer is more than a number
_DAY = re.compile(r"(\d{1,2})\D{1,12}(\d{1,2})\D{1,10}((?:18|19|20)\d\d)")
# what the engine makes of lone digits
_ALIKE = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "l": "1", "I": "1", "|": "1", "i": "1", "]": "1", "Z": "2", "z": "2",
                        "S": "5", "s": "5", "b": "6", "G": "6", "B": "8", "g": "9", "q": "9"})  # fmt: skip


def fitted(field: str, text: str) -> str:
    """`text` (lines as read) in the form of `field`; "" where it holds nothing of that kind. Other fields: one clean line."""
    line = " ".join(text.split())
    shape = _SHAPES.get(field)
    return shape(line) if shape is not None else line.strip(" .,:;_|*'`~-")


def _number(line: str) -> str:
    """ "Số: 14/TTr-UBND" → "14"; "I4" → "14"."""
    label = re.match(r"\s*s[ốoô60]\s*[:.;]?\s*(?=\S)", line, flags=re.IGNORECASE)
    bare = "".join(line[label.end() if label else 0 :].split("/")[0].split())
    if _NUMBER.fullmatch(bare):
        return bare.lower()
    if len(bare) <= LONGEST and bare.translate(_ALIKE).isdigit():
        return bare.translate(_ALIKE)
    match = _NUMBER.search(line)
    return match.group().lower() if match else ""


def _sheets(line: str) -> str:
    """ "Tờ 1 - 3" → "1-3"; zeros of a numbering machine go."""
    whole = _SHEETS.search(line.lower())
    if whole is None:
        return _number(line)
    return "-".join(part.lstrip("0") for part in whole.groups() if part and part.strip("0"))


def _day(line: str) -> str:
    """dd/MM/yyyy of a day in words or figures; what is incomplete comes as its figures, to be completed."""
    match = _DAY.search(line)
    if match:
        try:
            found = date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            return "/".join(match.groups())
        return f"{found:%d/%m/%Y}"
    groups = re.findall(r"\d+", line)
    if len(groups) == 1 and len(groups[0]) == 8:
        return f"{groups[0][:2]}/{groups[0][2:4]}/{groups[0][4:]}"
    return "/".join(groups[:3])


def _notation(line: str) -> str:
    """The beginning snaps to the one mark of a type that is a letter away ("TIr-UBND")."""
    code = re.sub(r"^\W*(?:s[ốoô60]\W*)?\d*[a-zđ]?\s*[/-]\s*", "", line, flags=re.IGNORECASE)
    value = normal_notation(code) if code else ""
    head, dash, tail = value.partition("-")
    if not dash or len(head) < 3 or kinds_of(value):
        return value
    key = compact(head)
    near = {compact(mark): mark for mark in sorted(marks(), key=len, reverse=True)}  # TTr before T.Tr
    fits = [mark for one, mark in near.items() if len(one) == len(key) and distance(key, one, 1) <= 1]
    return f"{fits[0]}-{tail}" if len(fits) == 1 else value


def _type(line: str) -> str:
    """The longest name of a type that the line begins with."""
    words = line.split()
    for count in range(min(len(words), 6), 0, -1):
        name = type_names.spelt(" ".join(words[:count]))
        if name:
            return name
    return ""


def _person(line: str) -> str:
    return person(line) or line.strip(" .,:;_|*'`~-")


def _office(line: str) -> str:
    return mend_office(line.strip(" .,:;_|*'`~-"))


def _place(line: str) -> str:
    return re.split(r",|\bngày\b", line)[0].strip(" .,:;_|*'`~-")


def _addressee(line: str) -> str:
    return re.sub(r"^\W*k[íi]nh\s+g[ửưu]i\s*[:;.]?\s*", "", line, flags=re.IGNORECASE).strip(" .,;_|*'`~-")


_SHAPES: dict[str, Callable[[str], str]] = {
    "codeNumber": _number,
    "sheets": _sheets,
    "arrivalNumber": _number,
    "codeNotation": _notation,
    "issuedDate": _day,
    "arrivalDate": _day,
    "typeName": _type,
    "organName": _office,
    "parentOrgan": _office,
    "position": _office,
    "signer": _person,
    "subject": clean_subject,
    "place": _place,
    "addressee": _addressee,
}
