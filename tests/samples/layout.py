"""Sets a paper on A4 as Nghị định 30/2020 phụ lục I prescribes (section numbers below are those of its part I, II).

Sizes are points. The office's typist has a manner (`Manner`): the decree leaves ranges, and papers show all of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.samples import typeface
from tests.samples.leaf import MM, PAPER, Leaf, Line, Mark, Rule, Word
from tests.samples.paper import Block, Paper
from tests.samples.typeface import LEADING, Style

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True, slots=True)
class Manner:
    """What the decree leaves open: margins (I.3), sizes, spacing, and habits of the typist."""

    left: float = 30 * MM
    right: float = 17 * MM
    top: float = 20 * MM
    bottom: float = 20 * MM
    body: float = 14.0
    head: float = 13.0
    spacing: float = 1.1  # of single spacing
    between: float = 6.0  # after a paragraph
    sign_room: float = 104.0  # between the position and the name
    old_tone: bool = False  # HOÀ instead of HÒA
    dots: bool = False  # dotted room for the pen

    @classmethod
    def any(cls, rng: random.Random) -> Manner:
        return cls(
            left=rng.uniform(30, 33) * MM,
            right=rng.uniform(15, 19) * MM,
            top=rng.uniform(20, 23) * MM,
            bottom=rng.uniform(20, 23) * MM,
            body=rng.choice((13.0, 13.5, 14.0, 14.0)),
            head=rng.choice((12.0, 13.0)),
            spacing=rng.choice((1.0, 1.08, 1.15, 1.25)),
            between=rng.choice((6.0, 6.0, 8.0)),
            sign_room=rng.uniform(74, 104),
            old_tone=rng.random() < 0.3,
            dots=rng.random() < 0.3,
        )


class Setter:
    """The typesetter's place: the leaf at hand and how far down it is full."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self.leaves = [Leaf()]
        self.y = manner.top
        self.x0, self.x1 = manner.left, PAPER[0] - manner.right
        self.floor = PAPER[1] - manner.bottom

    @property
    def leaf(self) -> Leaf:
        return self.leaves[-1]

    def turn(self) -> None:
        """A new page with its number in the top margin (I.7)."""
        self.leaves.append(Leaf())
        self.y = self.manner.top + 4
        self.centre([Word(str(len(self.leaves)))], 13, self.x0, self.x1, self.manner.top - 8)

    def centre(self, words: list[Word], size: float, x0: float, x1: float, y: float) -> Line:
        """One centred line on the baseline `y`."""
        line = self.line(words, x0, y, size)
        line = self.line(words, (x0 + x1 - (line.end - line.x)) / 2, y, size)
        self.leaf.lines.append(line)
        return line

    def column(self, rows: list[list[Word]], size: float, x0: float, x1: float, y: float) -> tuple[float, list[Line]]:
        """Rows wrapped and centred in a column from the top `y`; the new top and the lines."""
        made = []
        for row in rows:
            for part in wrap(row, size, x1 - x0, x1 - x0):
                y += size * LEADING
                made.append(self.centre(part, size, x0, x1, y - 0.25 * size))
        return y, made

    def paragraph(self, words: list[Word], size: float, *, indent: float = 0.0, lead: float | None = None) -> None:
        """Justified on both sides, over as many pages as it takes (II.6.e)."""
        lead = size * LEADING * self.manner.spacing if lead is None else lead
        room = self.x1 - self.x0
        parts = wrap(words, size, room - indent, room)
        for i, part in enumerate(parts):
            if self.y + lead > self.floor:
                self.turn()
            self.y += lead
            x = self.x0 + (indent if i == 0 else 0)
            line = self.line(part, x, self.y - 0.25 * size, size)
            if i < len(parts) - 1:
                line = justified(line, self.x1)
            self.leaf.lines.append(line)
        self.y += self.manner.between

    @staticmethod
    def line(words: list[Word], x: float, y: float, size: float) -> Line:
        return Line(tuple(words), x, y, size, typeface.width(" ", "regular", size))


def words_of(text: str, style: Style = "regular", tag: str = "") -> list[Word]:
    """`**…**` is bold."""
    made = []
    for i, stretch in enumerate(text.split("**")):
        made += [Word(w, "bold" if i % 2 else style, tag) for w in stretch.split()]
    return made


def wrap(words: list[Word], size: float, first: float, rest: float) -> list[list[Word]]:
    """Greedy; joined words stay with the one before."""
    space = typeface.width(" ", "regular", size)
    rows: list[list[Word]] = [[]]
    used = 0.0
    for word in words:
        width = word.width(size)
        extra = 0.0 if not rows[-1] or word.joined else space
        if rows[-1] and not word.joined and used + extra + width > (first if len(rows) == 1 else rest):
            rows.append([])
            used, extra = 0.0, 0.0
        rows[-1].append(word)
        used += extra + width
    return rows


def balanced(words: list[Word], size: float, width: float) -> list[list[Word]]:
    """As few rows as `width` allows, all of about the same length: typists leave no single word in a row of a title."""
    rows = wrap(words, size, width, width)
    fewest = len(rows)
    while fewest > 1 and width > 60:
        width -= 6
        closer = wrap(words, size, width, width)
        if len(closer) > fewest:
            break
        rows = closer
    return rows


def justified(line: Line, x1: float) -> Line:
    gaps = sum(1 for w in line.words[1:] if not w.joined)
    more = (x1 - line.end) / gaps if gaps else 0.0
    return Line(line.words, line.x, line.y, line.size, line.gap + more)


def lay_out(paper: Paper, manner: Manner) -> list[Leaf]:
    """The pages of a paper; the signature never stands alone on its page."""
    setter = Setter(manner)
    _letterhead(setter, paper)
    if paper.type_name != "Công văn":
        _title(setter, paper)
    _addressees(setter, paper)
    for block in paper.blocks[:-1]:
        set_block(setter, block)
    if setter.y + _closing_height(paper, manner) > setter.floor:
        setter.turn()
    set_block(setter, paper.blocks[-1])
    _closing(setter, paper)
    return setter.leaves


def _letterhead(setter: Setter, paper: Paper) -> None:
    """Cells 1 to 5b (II.1-5): two columns without borders, a little wider than the text."""
    manner, size = setter.manner, setter.manner.head
    middle = setter.x0 + (setter.x1 - setter.x0) * 0.41
    left, right = (setter.x0 - 14, middle), (middle - 4, setter.x1 + 10)
    office, top = paper.office, setter.y
    rows = [words_of(h, "regular", "parentOrgan") for h in office.parent_heading]
    rows += [words_of(h, "bold", "organName") for h in office.heading]
    low_left, made = setter.column(rows, size, *left, top)
    last = made[-1]
    length = (last.end - last.x) * 0.42
    centre = (left[0] + left[1]) / 2
    setter.leaf.rules.append(Rule(centre - length / 2, centre + length / 2, low_left + 2.5))
    nation = NATION.replace("HÒA", "HOÀ") if manner.old_tone else NATION
    y, _ = setter.column([words_of(nation, "bold")], min(size, 12.5), *right, top)
    low_right, made = setter.column([words_of(MOTTO, "bold")], size + 0.5, *right, y)
    setter.leaf.rules.append(Rule(made[0].x, made[0].end, low_right + 2.5))
    base = max(low_left, low_right) + 20
    number = setter.centre(_number(paper), 13, *left, base)
    dated = setter.centre(_place_and_date(paper), 13.5, *right, base)
    if manner.dots:
        pen_room = [(x0, x1) for line in (number, dated) for word, x0, x1 in line.places() if word.room]
        setter.leaf.rules += [Rule(x0 + 2, x1 - 2, base, dotted=True) for x0, x1 in pen_room]
    low = base + 5
    if paper.type_name == "Công văn":
        subject = [Word("V/v"), *words_of(paper.subject, tag="subject")]
        low, _ = setter.column([subject], 12.5, left[0] + 8, left[1] - 8, low + 3)
    setter.y = _stamps(setter, paper, centre, low) + 10


def _number(paper: Paper) -> list[Word]:
    by_hand = "number" in paper.by_hand
    room = 14.0 + 11.0 * max(2, len(paper.number)) if by_hand else 0.0
    words = [Word("Số:"), Word(paper.number, tag="codeNumber", room=room, joined=by_hand)]
    return [*words, Word("/", joined=True), Word(paper.notation, tag="codeNotation", joined=True)]


def _place_and_date(paper: Paper) -> list[Word]:
    style: Style = "italic"
    words = words_of(paper.office.place, style, "place")
    words += [Word(",", style, joined=True), Word("ngày", style, "issuedDate")]
    for part, value, label in (("day", paper.day, "tháng"), ("month", paper.month, "năm")):
        words.append(Word(value, style, "issuedDate", room=25.0 if part in paper.by_hand else 0.0))
        words.append(Word(label, style, "issuedDate"))
    return [*words, Word(str(paper.issued.year), style, "issuedDate")]


def _stamps(setter: Setter, paper: Paper, centre: float, y: float) -> float:
    """Boxed stamps under the number (III.2): 30, 40 or 20 mm by 8 mm for the urgency."""
    lengths = {"HỎA TỐC": 30, "THƯỢNG KHẨN": 40, "KHẨN": 20, "MẬT": 20}
    for text in (paper.secrecy.upper(), paper.urgency.upper()):
        if text:
            half = lengths[text] * MM / 2
            setter.leaf.marks.append(Mark("stamp", (centre - half, y + 6, centre + half, y + 6 + 8 * MM), text))
            y += 8 * MM + 8
    return y


def _title(setter: Setter, paper: Paper) -> None:
    """Cell 5a: the type and the subject, bold and centred, a short rule beneath."""
    size = 14.0
    y, _ = setter.column([words_of(paper.type_name.upper(), "bold", "typeName")], size, setter.x0, setter.x1, setter.y + 4)
    inset = 40.0
    rows = balanced(words_of(paper.subject, "bold", "subject"), size, setter.x1 - setter.x0 - 2 * inset)
    y, made = setter.column(rows, size, setter.x0, setter.x1, y)
    length = (made[-1].end - made[-1].x) * 0.4
    centre = (setter.x0 + setter.x1) / 2
    setter.leaf.rules.append(Rule(centre - length / 2, centre + length / 2, y + 3))
    setter.y = y + 14


def _addressees(setter: Setter, paper: Paper) -> None:
    """Cell 9a: one on the line of "Kính gửi", several beneath it with dashes (II.9.d)."""
    if not paper.addressees:
        return
    size, x = setter.manner.body, setter.x0 + 70
    label = words_of("Kính gửi:")
    if len(paper.addressees) == 1:
        y, _ = setter.column(
            [[*label, *words_of(f"{paper.addressees[0]}.", tag="addressee")]], size, setter.x0, setter.x1, setter.y
        )
        setter.y = y + 10
        return
    y = setter.y + size * LEADING
    setter.leaf.lines.append(Setter.line(label, x, y, size))
    for i, name in enumerate(paper.addressees):
        end = "." if i == len(paper.addressees) - 1 else ";"
        y += size * LEADING
        setter.leaf.lines.append(Setter.line(words_of(f"- {name}{end}", tag="addressee"), x + 60, y, size))
    setter.y = y + 14


def set_block(setter: Setter, block: Block) -> None:
    size = setter.manner.body
    if block.style == "centre":
        lead = size * LEADING
        if setter.y + lead > setter.floor:
            setter.turn()
        setter.y, _ = setter.column([words_of(block.text, "bold")], size, setter.x0, setter.x1, setter.y)
        setter.y += setter.manner.between + 2
        return
    style: Style = {"heading": "bold", "grounds": "italic"}.get(block.style, "regular")  # type: ignore[assignment]
    setter.paragraph(words_of(block.text, style), size, indent=10 * MM)


def _closing_height(paper: Paper, manner: Manner) -> float:
    """What the last paragraph and the signature need together."""
    last = len(wrap(words_of(paper.blocks[-1].text), manner.body, 400, 440)) * manner.body * LEADING * manner.spacing
    below = 26 + 13 * len(paper.recipients) if paper.signature.secretary else 0  # minutes: recipients under the secretary
    return last + len(paper.signature.capacity) * 17 + 55 + manner.sign_room + below


def _closing(setter: Setter, paper: Paper) -> None:
    """Cells 7 to 9b: recipients at the left, capacity, position and name at the right (II.7-9)."""
    signature, top = paper.signature, setter.y + 6
    middle = (setter.x0 + setter.x1) / 2
    right = (middle + 6, setter.x1)
    left_top = top
    if signature.secretary:
        left_top = _signed(setter, ("THƯ KÝ",), signature.secretary, (setter.x0, middle - 20), top, tag="")
    else:
        left_top = _recipients(setter, paper, top, middle)
    _signed(setter, signature.capacity, signature.name, right, top, tag="signer", seal=paper.office.seal)
    if signature.secretary:
        _recipients(setter, paper, left_top + 8, middle)


def _signed(
    setter: Setter, capacity: tuple[str, ...], name: str, column: tuple[float, float], top: float, *, tag: str, seal: str = ""
) -> float:
    rows = [words_of(c, "bold", "position" if tag and i == len(capacity) - 1 else "") for i, c in enumerate(capacity)]
    y, _ = setter.column(rows, 13.5, *column, top)
    centre, room = (column[0] + column[1]) / 2, setter.manner.sign_room
    setter.leaf.marks.append(Mark("signature", (centre - 52, y + room * 0.14, centre + 58, y + room * 0.14 + 64), name))
    if seal:  # over the left third of the signature
        half = 18 * MM
        x = centre - 46
        setter.leaf.marks.append(Mark("seal", (x - half, y + room * 0.47 - half, x + half, y + room * 0.47 + half), seal))
    y, _ = setter.column([words_of(name, "bold", tag)], 13.5, *column, y + room)
    return y


def _recipients(setter: Setter, paper: Paper, top: float, middle: float) -> float:
    line = Setter.line(words_of("Nơi nhận:", "bolditalic"), setter.x0, top + 12, 12)
    setter.leaf.lines.append(line)
    y = top + 14
    for i, name in enumerate(paper.recipients):
        end = "." if i == len(paper.recipients) - 1 else ";"
        for part in wrap(words_of(f"- {name}{end}"), 11, middle - setter.x0 - 20, middle - setter.x0 - 20):
            y += 11 * LEADING
            setter.leaf.lines.append(Setter.line(part, setter.x0, y - 2, 11))
    return y
