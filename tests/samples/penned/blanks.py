"""The printed form of one office: what is left blank in the lines of number and date, and how the head is laid out."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.samples import typeface
from tests.samples.layout import MOTTO, NATION, Setter, words_of
from tests.samples.leaf import Line, Rule, Word
from tests.samples.penned.orders import Entry
from tests.samples.typeface import Style
from tests.samples.varied.form import Form
from tests.samples.varied.issuers import Issuer
from tests.samples.varied.setting import PARTY

LEADERS = ("dots", "full stops", "underscores", "")
STATE_KINDS = (
    ("Quyết định", "QĐ"),
    ("Tờ trình", "TTr"),
    ("Báo cáo", "BC"),
    ("Thông báo", "TB"),
    ("Kế hoạch", "KH"),
    ("Công văn", ""),
)
PARTY_KINDS = (("Quyết định", "QĐ"), ("Công văn", "CV"), ("Thông báo", "TB"), ("Báo cáo", "BC"))


@dataclass(slots=True)
class Blanks:
    """`pen` names what is written by hand: number, notation, mark, day, month, year (its last one or two digits)."""

    issuer: Issuer
    old: bool
    kinds: tuple[tuple[str, str], ...]
    pen: frozenset[str]
    label: str
    leader: str
    letters: str  # how a letter's notation begins: "office" (UBND-VP) or "CV" (CV-UBND)
    year_inside: bool  # "Số: …/2009/QĐ-UB"
    slash_by_hand: bool
    room: tuple[float, float]  # points a digit, and of air
    zeros: bool
    share: float  # of the width that the left column takes
    drop: float  # points that the date stands below the number
    place: str  # of the number's line: centre, left
    centred: bool  # the whole head above both columns
    italic: bool
    cuts: dict[str, int] = field(default_factory=dict)  # how many digits of the year are by hand

    @classmethod
    def any(cls, rng: random.Random, issuer: Issuer, year: int, *, letters: bool, kinds: int = 2) -> Blanks:
        old = year < 2011
        party = issuer.kind == "party"
        pen = {"number", "day", "month"}
        draw = rng.random()
        if draw < 0.13:
            pen = {"number"}
        elif draw < 0.24:
            pen = {"day", "month"}
        elif draw < 0.36:
            pen = {"number", "day"}
        if "month" in pen and rng.random() < (0.3 if year < 2020 else 0.15):
            pen.add("year")
        if "number" in pen and letters and rng.random() < 0.12:
            pen.add(rng.choice(("notation", "mark")))
        chosen = rng.sample(PARTY_KINDS if party else STATE_KINDS, kinds)
        return cls(
            issuer, old, tuple(chosen), frozenset(pen),
            rng.choice(("Số", "Số", "Số:") if party else ("Số:", "Số:", "Số:", "Số", "Số :", "SỐ:")), rng.choice(LEADERS),
            rng.choice(("office", "CV")), old and not party and rng.random() < 0.25, rng.random() < 0.1,
            (rng.uniform(5, 11), rng.uniform(6, 22)), rng.random() < 0.7, rng.uniform(0.36, 0.48),
            rng.choice((0.0, 0.0, 0.0, 0.0, -16.0, 14.0)), rng.choice(("centre", "centre", "centre", "left")),
            not party and rng.random() < 0.08, rng.random() < 0.85, {"year": rng.choice((1, 2))},
        )  # fmt: skip

    def notation(self, kind: int, unit: str, year: int) -> str:
        mark = self.kinds[kind][1]
        if self.issuer.kind == "party":
            return f"{mark}/{self.issuer.mark}"
        if not mark:
            return f"{self.issuer.mark}-{unit}" if self.letters == "office" else f"CV-{self.issuer.mark}"
        return f"{year}/{mark}-{self.issuer.mark}" if self.year_inside else f"{mark}-{self.issuer.mark}"


def shown(entry: Entry, blanks: Blanks) -> str:
    return (f"{entry.number:02d}" if blanks.zeros else str(entry.number)) + entry.suffix


def number_words(blanks: Blanks, number: str, notation: str) -> list[Word]:
    """ "Số: …/QĐ-UBND" with room for the pen."""
    joint = "-" if blanks.issuer.kind == "party" else "/"
    if "number" not in blanks.pen:
        return [Word(blanks.label), Word(f"{number}{joint}{notation}")]
    each, air = blanks.room
    made = [Word(blanks.label)]
    if "notation" in blanks.pen and blanks.issuer.kind != "party":
        return [
            *made,
            Word(f"{number}/{_plain(notation)}", tag="pen", joined=True, room=each * (len(number) + len(notation)) + air),
        ]
    if "mark" in blanks.pen and "-" in notation and blanks.issuer.kind != "party":
        head, _dash, tail = notation.rpartition("-")
        return [*made, Word(f"{number}/{_plain(head)}", tag="pen", joined=True, room=each * (len(number) + len(head) + 1) + air),
                Word(f"-{tail}", joined=True)]  # fmt: skip
    made.append(Word(number, tag="pen", joined=True, room=each * max(2, len(number)) + air))
    return [*made, Word(f"{joint}{notation}", joined=True)]


def _plain(notation: str) -> str:
    """What the clerk writes of it by hand: only letters that pens know."""
    return "".join(c for c in notation.replace("&", "") if c in "QĐUBNDCVPTHKSrab/-0123456789") or "QĐ"


def date_words(blanks: Blanks, entry: Entry, size: float) -> list[Word]:
    """ "…, ngày … tháng … năm 20…" with room for the pen."""
    style: Style = "italic" if blanks.italic else "regular"
    issued = entry.issued
    day = f"{issued.day:02d}" if blanks.zeros else str(issued.day)
    month = f"{issued.month:02d}" if blanks.zeros and issued.month < 3 else str(issued.month)
    words = [*words_of(blanks.issuer.place, style), Word(",", style, joined=True)]
    for label, value, part in (("ngày", day, "day"), ("tháng", month, "month")):
        words.append(Word(label, style))
        words.append(
            Word(value, style, "pen", room=size * 1.45 + blanks.room[1] * 0.5) if part in blanks.pen else Word(value, style)
        )
    year = str(issued.year)
    cut = len(year) - blanks.cuts["year"] if "year" in blanks.pen else len(year)
    words += [Word("năm", style), Word(year[:cut], style)]
    if cut < len(year):
        words.append(Word(year[cut:], style, "pen", joined=True, room=size * 0.62 * blanks.cuts["year"] + 5))
    return words


def set_head(setter: Setter, form: Form, blanks: Blanks, entry: Entry, rng: random.Random) -> float:
    """The head down to the line of the number; returns how far it reaches."""
    middle = setter.x0 + (setter.x1 - setter.x0) * blanks.share
    left, right = (setter.x0 - 16, middle), (middle - 4, setter.x1 + 12)
    size, issuer, top = setter.manner.head, blanks.issuer, setter.y
    if blanks.centred:
        top, _made = setter.column([words_of(NATION, "bold"), words_of(MOTTO, "bold")], size, setter.x0, setter.x1, top)
        top += 6
    rows = [words_of(row) for row in issuer.parent_rows] + [words_of(row, "bold") for row in issuer.rows]
    low, made = setter.column(rows, size, *left, top)
    if issuer.kind == "party":
        setter.centre([Word("*")], 12, *left, low + 12)
        low += 12
    else:
        centre, half = (left[0] + left[1]) / 2, (made[-1].end - made[-1].x) * 0.2
        setter.leaf.rules.append(Rule(centre - half, centre + half, low + 2.5))
    if not blanks.centred:
        heads = [PARTY] if issuer.kind == "party" else [NATION, MOTTO]
        under, made = setter.column([words_of(row, "bold") for row in heads], min(size, 12.5), *right, top)
        setter.leaf.rules.append(Rule(made[-1].x, made[-1].end, under + 2.5))
        low = max(low, under)
    base = low + rng.uniform(17, 24) + max(0.0, -blanks.drop)
    number = number_words(blanks, form.number, form.notation)
    line = Setter.line(number, left[0] + 12, base, 13)
    wide = line.end - line.x
    if blanks.place == "centre":
        line = Setter.line(number, max(setter.x0 - 22, (left[0] + left[1] - wide) / 2), base, 13)
    setter.leaf.lines.append(line)
    dated = date_words(blanks, entry, 13.5)
    wide = Setter.line(dated, 0, 0, 13.5).end
    at = min(max((right[0] + right[1] - wide) / 2, line.end + 14 if not blanks.drop else right[0]), PAPER_RIGHT - wide)
    setter.leaf.lines.append(Setter.line(dated, at, base + blanks.drop, 13.5))
    for one in setter.leaf.lines[-2:]:
        _leaders(setter, one, blanks.leader)
    return base + max(0.0, blanks.drop) + 5


PAPER_RIGHT = 587.0  # points; no printer goes further


def _leaders(setter: Setter, line: Line, leader: str) -> None:
    """What is printed where the pen writes."""
    for word, x0, x1 in line.places():
        if not word.room or not leader:
            continue
        if leader == "dots":
            setter.leaf.rules.append(Rule(x0 + 1, x1 - 1, line.y, dotted=True))
        else:
            sign, style = ("." if leader == "full stops" else "_"), word.style
            count = int((x1 - x0) / typeface.width(sign, style, line.size))
            if count:
                setter.leaf.lines.append(Setter.line([Word(sign * count, style)], x0, line.y, line.size))
