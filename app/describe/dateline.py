"""Place and date of issue (NĐ 30/2020 annex I, cell 4): "Hà Nội, ngày 05 tháng 3 năm 2024".

Only this line counts: the first date of the text is that of another document on every second page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.describe.fuzzy import distance
from app.describe.layout import Line, Sheet
from app.describe.readers import Slot
from app.describe.spoken_dates import find_spoken_date
from app.i18n import N_
from storage.records.reading import Box, FieldReading, union

_LINE = re.compile(
    r"(?P<place>.*?)[,.;:]?\s*(?P<ngay>n?[gq]a[yvv])(?P<day>.*?)(?P<thang>[tf]?[hn][aou]ng)(?P<month>.*?)"
    r"(?P<nam>[nurl][aä][mn])(?P<year>.*)$"
)
# Handwriting swallows a word now and then: two of the three words and a year, or all three.
_LOOSE = re.compile(r"(?P<place>.*?)[,.;:]?\s*(?P<ngay>n?[gq]ay)(?P<day>.*?)(?P<nam>[nul]?am)?\s*(?P<year>(?:19|20)\d\d)\W*$")
# One word of the three misread ("ngùy 22 tháng 10 năm 2022") where the digits between them leave no doubt.
_NEARLY = re.compile(
    r"(?P<place>.*?)[,.;:]?\s*(?<![a-z])(?P<ngay>[a-z]{3,5})\s+(?P<day>\d{1,2})\s+(?P<thang>[a-z]{3,6})\s+(?P<month>\d{1,2})\s+"
    r"(?P<nam>[a-z]{2,4})\s+(?P<year>(?:19|20)\d\d)\W*$"
)
# What each of them needs: most lines lack it, and are told apart in a tenth of the time.
_HAS_NGAY, _ENDS_IN_YEAR = re.compile(r"[gq]a[yv]"), re.compile(r"(?:19|20)\d\d\W*$")
_WRONG_LETTERS = 2
_OPENING = re.compile(
    r"\bhom nay\b.{0,40}?ngay\s*(?P<day>\d{1,2})\s*(?:thang|[/.-])\s*(?P<month>\d{1,2})\s*(?:nam|[/.-])\s*(?P<year>(?:19|20)\d\d)\b"
)
_TODAY = re.compile(r"\bhom nay\b")
_PLACE_EDGE = " ,.;:_-'`|“”„"
_LONGEST_PLACE = 5  # words
_SPECK, _WORD = 0.2, 3  # a word less sure and of fewer letters is dirt
_YEAR = re.compile(r"^\W*((?:19|20)\d\d)(?!\d)")
_BEGUN = re.compile(r"^\W*((?:19|20)\d?)(?!\d)")  # "20…": the pen writes the rest
_PRINTED = 0.8  # below it a "digit" is as a rule a pen stroke
_TALL = 1.35  # handwritten digits are taller than the printed year
_OLDEST = 1900


@dataclass(slots=True, frozen=True)
class DateLine:
    """The line, and where its parts stand in the line's text."""

    line: Line
    parts: re.Match[str]

    @property
    def start(self) -> int:
        return self.parts.start("ngay")

    def box(self) -> Box | None:
        return self.line.box(self.start)


def find_dateline(lines: Iterable[Line], unit: float) -> DateLine | None:
    """The first line that reads "…, ngày … tháng … năm …" and is not a sentence of the text."""
    for line in lines:
        tail = _place_and_date(line, unit)
        if tail is not None:
            return tail
    return None


def _place_and_date(line: Line, unit: float) -> DateLine | None:
    match = _parts(line.plain)
    if match is None:
        return None
    words = line.words_in(match.start("ngay"), len(line.text))
    before = [w for w in line.words if w.box[2] <= words[0].box[0] + 0.002 and w is not words[0]]
    place: list[int] = []
    edge = words[0].box[0]
    for index in range(len(before) - 1, -1, -1):
        if edge - before[index].box[2] > 2.0 * unit:
            break
        place.append(index)
        edge = before[index].box[0]
    if len(place) > 8:
        return None
    short = Line((*(before[i] for i in sorted(place)), *line.words[len(before) :]), line.aspect)
    again = _parts(short.plain)
    if (
        again is None
        or len(again.group("year").strip()) > 12
        or _is_sentence(short.text[: again.end("place")], again.group("place"))
    ):
        return None
    return DateLine(short, again)


def _parts(plain: str) -> re.Match[str] | None:
    """Place, day, month and year in a line's folded text."""
    begun, ended = bool(_HAS_NGAY.search(plain)), bool(_ENDS_IN_YEAR.search(plain))
    match = _LINE.search(plain) if begun else None
    if match is None and ended and (near := _NEARLY.search(plain)):
        wrong = sum(distance(near.group(word), word, 3) for word in ("ngay", "thang", "nam"))
        match = near if wrong <= _WRONG_LETTERS else None
    return match or (_LOOSE.search(plain) if begun and ended else None)


def date_of_opening(sheet: Sheet, today: date) -> FieldReading | None:
    """The day on which minutes were taken or a contract was made: "Hôm nay, ngày 05 tháng 3 năm 2019, tại …"."""
    for line in sheet.lines:
        match = _OPENING.search(line.plain)
        if match is None:
            if _TODAY.search(line.plain) and (spoken := find_spoken_date(line)):
                return _spoken(
                    line, spoken, sheet.number, today, N_("The day in the first sentence, as minutes and contracts have it.")
                )
            continue
        try:
            value = date(int(match.group("year")), int(match.group("month")), int(match.group("day")))
        except ValueError:
            return None
        sure = line.confidence(match.start("day"), match.end("year"))
        if value > today or value.year < _OLDEST or sure < _PRINTED:
            return None
        why = N_("The day in the first sentence, as minutes and contracts have it.")
        return FieldReading(
            f"{value:%d/%m/%Y}", round(0.9 * sure, 3), sheet.number, line.box(match.start("day"), match.end()), "rule", why
        )
    return None


def read_spoken_date(line: Line, page: int, today: date) -> tuple[FieldReading, FieldReading | None] | None:
    """`issuedDate` and `place` of a line that has the date in another form: "Hà Nội, 05/3/2024", or in words."""
    spoken = find_spoken_date(line)
    if (
        spoken is None
        or _is_sentence(line.text[: spoken[1]], line.plain[: spoken[1]])
        or len(line.plain[: spoken[1]].split()) > _LONGEST_PLACE
    ):
        return None
    reading = _spoken(line, spoken, page, today, N_("The place and date line."))
    if reading is None:
        return None
    words = [word for word in line.words_in(0, spoken[1]) if any(c.isalpha() for c in word.text)]
    text = line.text[: spoken[1]].strip(_PLACE_EDGE)
    if len(text) < 2 or not words:
        return reading, None
    sure = round(min(word.confidence for word in words), 3)
    return reading, FieldReading(text, sure, page, union(w.box for w in words), "rule", N_("The place before the date."))


def _spoken(line: Line, spoken: tuple[date, int, int], page: int, today: date, why: str) -> FieldReading | None:
    value, start, end = spoken
    sure = line.confidence(start, end)
    if value > today or value.year < _OLDEST or sure < _PRINTED:
        return None
    return FieldReading(f"{value:%d/%m/%Y}", round(0.9 * sure, 3), page, line.box(start, end), "rule", why)


def _is_sentence(text: str, place: str) -> bool:
    """True where the words before "ngày" are those of a citation, not a place: "Từ ngày" is one, "Từ Sơn, ngày" is a place."""
    words = text.strip(_PLACE_EDGE).split()
    if 2 <= len(words) <= _LONGEST_PLACE and all(word[:1].isupper() and word.isalpha() for word in words):
        return False
    return bool(re.search(r"\b(can cu|so|luat|nghi|quyet|thong tu|cong van|tu|den|ke|truoc|hom nay|het)\b", place)) or (
        len(place.split()) > 7
    )


def read_date(found: DateLine, page: int, today: date) -> tuple[FieldReading, list[Slot]]:
    """`issuedDate` as dd/MM/yyyy, "" when a part is handwritten, missing or impossible; and the slots of day and month."""
    slots = _slots(found, page)
    box = found.box()
    year, month, day = _year(found), _part(found, "month"), _part(found, "day")
    if year is None or month is None or day is None:
        return FieldReading("", 0.1, page, box, "rule", N_("The date is handwritten or incomplete: please read it.")), slots
    try:
        value = date(year[0], month[0], day[0])
    except ValueError:
        return FieldReading("", 0.1, page, box, "rule", N_("The date line holds no possible date.")), slots
    if value > today or value.year < _OLDEST:
        return FieldReading("", 0.1, page, box, "rule", N_("The date read lies in the future or too far back.")), slots
    sure = min(year[1], month[1], day[1])
    return FieldReading(
        f"{value:%d/%m/%Y}", round(min(0.99, sure), 3), page, box, "rule", N_("The place and date line.")
    ), slots


def _slots(found: DateLine, page: int) -> list[Slot]:
    slots = []
    year = _year(found)
    begun = None if year else _BEGUN.match(found.line.plain[found.parts.start("year") :])
    context = str(year[0]) if year else begun.group(1) if begun else ""
    for name, first, last in (("day", "ngay", "thang"), ("month", "thang", "nam")):
        if first not in found.parts.re.groupindex or last not in found.parts.re.groupindex:
            continue
        if found.parts.start(last) < 0:
            continue
        box = found.line.box(found.parts.start(first), found.parts.end(last))
        if box:
            slots.append(Slot(f"issuedDate.{name}", page, box, context))
    return slots


def _year(found: DateLine) -> tuple[int, float] | None:
    start = found.parts.start("year")
    match = _YEAR.match(found.line.plain[start:])
    if match is None:
        return None
    sure = found.line.confidence(start + match.start(1), start + match.end(1))
    return (int(match.group(1)), sure) if sure >= 0.6 else None


def _part(found: DateLine, name: str) -> tuple[int, float] | None:
    """Day or month where it is clearly printed; None otherwise."""
    if name not in found.parts.re.groupindex:
        return None
    start, raw = found.parts.start(name), found.line.text[found.parts.start(name) : found.parts.end(name)]
    digits = raw.strip(" .,:…_")
    if not re.fullmatch(r"[0-9]{1,2}", digits) or "." in raw.strip(" ").strip("0123456789"):
        return None
    at = start + raw.index(digits)
    sure = found.line.confidence(at, at + len(digits))
    if sure < _PRINTED or _height(found, at, len(digits)) > _TALL * _year_height(found):
        return None
    return int(digits), sure


def _height(found: DateLine, at: int, count: int) -> float:
    words = found.line.words_in(at, at + count)
    return max(w.box[3] - w.box[1] for w in words)


def _year_height(found: DateLine) -> float:
    start = found.parts.start("year")
    words = [w for w in found.line.words_in(start, len(found.line.text)) if re.search(r"\d{4}", w.text)]
    return max((w.box[3] - w.box[1] for w in words), default=1.0)


def read_place(found: DateLine, page: int) -> FieldReading | None:
    """The place before the comma."""
    end = found.parts.end("place")
    text = found.line.text[:end].strip(_PLACE_EDGE)
    words = found.line.words_in(0, max(end, 1))
    kept = [w for w in words if sum(c.isalpha() for c in w.text) >= (1 if w.confidence >= _SPECK else _WORD)]
    if len(text) < 2 or not kept:
        return None
    sure = min(w.confidence for w in kept)
    text = re.sub(r"^[^\w]*(?:\b[a-z]\b\s+)?", "", text)
    text = re.sub(r"\s+[a-zđ](?=\s)", "", text)  # a lone small letter between words of a name is dirt
    return FieldReading(text, round(sure, 3), page, union(w.box for w in kept), "rule", N_("The place before the date."))
