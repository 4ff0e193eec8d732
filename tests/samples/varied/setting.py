"""Sets a form on paper: heads of the state, of the Party, of forms before 2011, with the motto in the middle, and what comes below."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.samples.layout import NATION, Manner, Setter, balanced, set_block, words_of, wrap
from tests.samples.leaf import MM, Leaf, Mark, Rule, Word
from tests.samples.paper import Block
from tests.samples.typeface import LEADING, Style
from tests.samples.varied.form import Form

PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
BEGINS = {
    "Quyết định": "QUYẾT ĐỊNH:", "Nghị quyết": "QUYẾT NGHỊ:", "Nghị định": "NGHỊ ĐỊNH:", "Thông tư": "",
}  # fmt: skip
PEN_ROOM = 30.0  # points of a blank that a pen fills in


def set_form(form: Form, manner: Manner, rng: random.Random, head: Callable[[Setter], float] | None = None) -> list[Leaf]:
    """The pages of the paper; another `head` says how far down it reaches."""
    setter = Setter(manner)
    if head:
        setter.y = head(setter) + 10
    elif form.motto == "centre":
        _head_in_the_middle(setter, form)
    else:
        _head(setter, form, rng)
    if form.type_name != "Công văn":
        _title(setter, form, rng)
    if form.motto == "centre" and form.numbered:
        setter.y, _made = setter.column([_number(form)], 13, setter.x0, setter.x1, setter.y - 4)
        setter.y += 8
    _addressees(setter, form)
    blocks = _body(form, rng)
    for block in blocks[:-1]:
        set_block(setter, block)
    need = 175 + 13 * len(form.recipients) + (20 if form.end_date else 0)
    if setter.y + need > setter.floor:
        setter.turn()
    set_block(setter, blocks[-1])
    _end(setter, form)
    if form.attachments:
        _attachment(setter, form)
    return setter.leaves


def _head(setter: Setter, form: Form, rng: random.Random) -> None:
    manner, size = setter.manner, setter.manner.head
    share = rng.uniform(0.38, 0.45)
    middle = setter.x0 + (setter.x1 - setter.x0) * share
    left, right = (setter.x0 - 16, middle), (middle - 4, setter.x1 + 12)
    issuer, top = form.issuer, setter.y
    bold: Style = "regular" if form.old and rng.random() < 0.3 else "bold"
    rows = [words_of(row, "regular", "parentOrgan") for row in issuer.parent_rows]
    rows += [words_of(row, bold, "organName") for row in issuer.rows]
    low_left, made = setter.column(rows, size, *left, top)
    centre = (left[0] + left[1]) / 2
    low_left = _mark_below(setter, form, centre, low_left, (made[-1].end - made[-1].x) * rng.choice((0.35, 0.5)), rng)
    low_right = _motto(setter, form, right, top, size)
    base = max(low_left, low_right) + rng.uniform(14, 24)
    if form.english:
        base += 4
    number = _number(form)
    if number:
        setter.centre(number, 13, *left, base)
    if form.dated:
        setter.centre(
            _dated(form, rng),
            rng.choice((13.0, 13.5, 14.0)),
            *right,
            base - (16 if form.issuer.kind == "party" and rng.random() < 0.4 else 0),
        )
    low = base + 5
    if form.type_name == "Công văn" and form.subject_form != "plain":
        about = rng.choice(("V/v", "V/v", "V/v:", "Về việc"))
        low, _made = setter.column(
            [[*words_of(about), *words_of(form.subject, tag="subject")]],
            rng.choice((12.0, 12.5, 13.0)),
            left[0] + 6,
            left[1] - 6,
            low + 3,
        )
    elif form.type_name == "Công văn":
        form.subject_form = "bold"
        low, _made = setter.column(
            [[*words_of("V/v", "italic"), *words_of(form.subject, "italic", "subject")]],
            12.5,
            left[0] + 6,
            left[1] - 6,
            low + 3,
        )
    setter.y = _stamps(setter, form, centre, low, rng) + 10
    assert manner


def _mark_below(setter: Setter, form: Form, centre: float, y: float, length: float, rng: random.Random) -> float:
    """What stands below the issuer: a rule, stars, dashes or nothing."""
    if form.issuer.kind == "party":
        sign = "*"
    elif form.old:
        sign = rng.choice(("", "-------", "*****", "-----o0o-----", "***"))
    else:
        sign = ""
    if sign:
        setter.centre([Word(sign)], 12, centre - 60, centre + 60, y + 12)
        return y + 12
    setter.leaf.rules.append(Rule(centre - length / 2, centre + length / 2, y + 2.5))
    return y


def _motto(setter: Setter, form: Form, right: tuple[float, float], top: float, size: float) -> float:
    if form.issuer.kind == "party":
        y, made = setter.column([words_of(PARTY, "bold")], size + 1, *right, top)
        setter.leaf.rules.append(Rule(made[0].x, made[0].end, y + 2.5))
        return y
    nation = NATION.replace("HÒA", "HOÀ") if setter.manner.old_tone else NATION
    y, _made = setter.column([words_of(nation, "bold")], min(size, 12.5), *right, top)
    device = "Độc lập – Tự do – Hạnh phúc" if form.old else "Độc lập - Tự do - Hạnh phúc"
    y, made = setter.column([words_of(device, "bold")], size + 0.5, *right, y)
    if form.english:
        y, _made = setter.column(
            [words_of("THE SOCIALIST REPUBLIC OF VIETNAM", "italic"), words_of("Independence - Freedom - Happiness", "italic")],
            9,
            *right,
            y,
        )
    setter.leaf.rules.append(Rule(made[0].x, made[0].end, y + 2.5))
    return y


def _head_in_the_middle(setter: Setter, form: Form) -> None:
    y, _made = setter.column([words_of(NATION, "bold")], 13, setter.x0, setter.x1, setter.y)
    y, made = setter.column([words_of("Độc lập - Tự do - Hạnh phúc", "bold")], 14, setter.x0, setter.x1, y)
    setter.leaf.rules.append(Rule(made[0].x, made[0].end, y + 2.5))
    setter.y = y + 14


def _number(form: Form) -> list[Word]:
    if not form.numbered:
        return []
    text = form.number_form.format(n=form.number, k=form.notation)
    words: list[Word] = []
    for part in text.split(" "):
        if form.number in part and form.notation in part and "{n}" not in part:
            before, _n, rest = part.partition(form.number)
            between = rest[: len(rest) - len(form.notation)]
            words += [Word(before)] if before else []
            words += [
                Word(form.number + between, tag="codeNumber", joined=bool(before)),
                Word(form.notation, tag="codeNotation", joined=True),
            ]
        else:
            words.append(Word(part))
    return words


def _dated(form: Form, rng: random.Random) -> list[Word]:
    style: Style = "regular" if form.date_form == "plain" else "italic"
    day, month = f"{form.issued.day:02d}", f"{form.issued.month:02d}" if form.issued.month < 3 else str(form.issued.month)
    if form.old and rng.random() < 0.5:
        day, month = str(form.issued.day), str(form.issued.month)
    elif form.date_form == "zeros":
        month = f"{form.issued.month:02d}"
    words = [*words_of(form.issuer.place, style, "place"), Word(",", style, joined=True)]
    for text in ("ngày", day, "tháng", month, "năm", str(form.issued.year)):
        words += words_of(text, style, "issuedDate")
    return words


def _dated_end(form: Form) -> list[Word]:
    """The line over the signature, with a blank for day and month where a pen fills it in."""
    room = PEN_ROOM if form.end_date == "pen" else 0.0
    day, month = (Word(f"{part:02d}", "italic", "issuedDate", room=room) for part in (form.issued.day, form.issued.month))
    words = [
        *words_of(form.issuer.place, "italic", "place"),
        Word(",", "italic", joined=True),
        Word("ngày", "italic", "issuedDate"),
        day,
    ]
    return [*words, Word("tháng", "italic", "issuedDate"), month, *words_of(f"năm {form.issued.year}", "italic", "issuedDate")]


def _stamps(setter: Setter, form: Form, centre: float, y: float, rng: random.Random) -> float:
    lengths = {"HỎA TỐC": 30, "THƯỢNG KHẨN": 40, "KHẨN": 20, "MẬT": 20, "TỐI MẬT": 30}
    for text in (form.secrecy.upper(), form.urgency.upper()):
        if text:
            half = lengths[text] * MM / 2
            setter.leaf.marks.append(Mark("stamp", (centre - half, y + 6, centre + half, y + 6 + 8 * MM), text))
            y += 8 * MM + 8
    if form.circulation:
        setter.centre(words_of(form.circulation.upper(), "bold", "circulation"), 13, centre - 90, centre + 90, y + 16)
        y += 18
    if form.arrival:
        y = _arrival(setter, form, centre, y, rng)
    return y


def _arrival(setter: Setter, form: Form, centre: float, y: float, rng: random.Random) -> float:
    """The stamp of annex IV: a box with ĐẾN, number and day (here all stamped or typed)."""
    assert form.arrival
    number, day = form.arrival
    half, tall = 62.0, 50.0
    top = y + 8
    for edge in (top, top + tall):
        setter.leaf.rules.append(Rule(centre - half, centre + half, edge, 1.0))
    title = rng.choice(("CÔNG VĂN ĐẾN", "ĐẾN", "VĂN BẢN ĐẾN"))
    for row, text in enumerate((title, f"Số: {number}", f"Ngày: {day:%d/%m/%Y}")):
        setter.centre(
            words_of(text, "bold" if row == 0 else "regular", "" if row == 0 else "arrival"),
            11,
            centre - half,
            centre + half,
            top + 14 + 15 * row,
        )
    return top + tall + 4


def _title(setter: Setter, form: Form, rng: random.Random) -> None:
    size = rng.choice((13.5, 14.0, 14.0, 16.0))
    y, _made = setter.column(
        [words_of(form.type_name.upper(), "bold", "typeName")], size, setter.x0, setter.x1, setter.y + rng.uniform(0, 10)
    )
    style: Style = {"italic": "italic", "brackets": "italic", "plain": "regular"}.get(form.subject_form, "bold")  # type: ignore[assignment]
    subject = form.subject.upper() if form.subject_form == "capitals" else form.subject
    before, after = {"brackets": ("(", ")"), "quotes": ("“", "”")}.get(form.subject_form, ("", ""))
    words = words_of(f"{before}{subject}{after}", style, "subject")
    inset = rng.choice((24.0, 40.0, 60.0))
    rows = balanced(words, 14.0, setter.x1 - setter.x0 - 2 * inset)
    y, made = setter.column(rows, 14.0, setter.x0, setter.x1, y + rng.choice((0.0, 0.0, 4.0)))
    centre, length = (setter.x0 + setter.x1) / 2, (made[-1].end - made[-1].x) * 0.4
    if rng.random() < 0.7:
        setter.leaf.rules.append(Rule(centre - length / 2, centre + length / 2, y + 3))
    setter.y = y + rng.uniform(10, 18)


def _addressees(setter: Setter, form: Form) -> None:
    if not form.addressees:
        return
    size, x = setter.manner.body, setter.x0 + 70
    if len(form.addressees) == 1:
        row = [*words_of("Kính gửi:"), *words_of(f"{form.addressees[0]}.", tag="addressee")]
        y, _made = setter.column([row], size, setter.x0, setter.x1, setter.y)
        setter.y = y + 10
        return
    y = setter.y + size * LEADING
    setter.leaf.lines.append(Setter.line(words_of("Kính gửi:"), x, y, size))
    for i, name in enumerate(form.addressees):
        y += size * LEADING
        end = "." if i == len(form.addressees) - 1 else ";"
        setter.leaf.lines.append(Setter.line(words_of(f"- {name}{end}", tag="addressee"), x + 60, y, size))
    setter.y = y + 12


def _body(form: Form, rng: random.Random) -> list[Block]:
    matter, blocks = form.matter, []
    if form.type_name in BEGINS:
        who = f"{form.issuer.post} {form.issuer.name}".upper() if rng.random() < 0.5 else form.issuer.name.upper()
        if form.issuer.level != "government":
            blocks.append(Block(who, "centre"))
        blocks += [Block(f"Căn cứ {ground};", "grounds") for ground in matter.grounds]
        if BEGINS[form.type_name]:
            blocks.append(Block(BEGINS[form.type_name], "centre"))
        blocks.append(Block(f"**Điều 1.** {form.subject[0].upper()}{form.subject[1:]} với các nội dung sau đây:"))
    elif form.motto == "centre" and not form.end_date:
        when = f"Hôm nay, ngày {form.issued.day:02d} tháng {form.issued.month:02d} năm {form.issued.year}"
        blocks.append(Block(f"{when}, tại {form.issuer.name}, chúng tôi gồm có:"))
        blocks += [
            Block(f"{i}. Ông (bà) {rng.choice(('Trần Văn Bình', 'Lê Thị Hoa', 'Phạm Quốc Đạt'))} - {role}.")
            for i, role in enumerate(("Chủ trì", "Thư ký"), 1)
        ]
    blocks.append(Block(matter.reason))
    pool = list(matter.tasks)
    for i in range(form.length * 2):
        task = pool[i % len(pool)]
        blocks.append(Block(f"{i + 1}. {task[0].upper()}{task[1:]}."))
    blocks.append(
        Block(
            f"Trên đây là nội dung {form.type_name.lower()}; đề nghị các cơ quan, đơn vị có liên quan nghiêm túc thực hiện./."
        )
    )
    return blocks


def _end(setter: Setter, form: Form) -> None:
    if form.end_date:
        setter.y, _made = setter.column([_dated_end(form)], 13, setter.x0 + 170, setter.x1, setter.y + 4)
    top = setter.y + 8
    middle = (setter.x0 + setter.x1) / 2
    setter.leaf.lines.append(Setter.line(words_of("Nơi nhận:", "bolditalic"), setter.x0, top + 12, 12))
    y = top + 14
    for i, name in enumerate(form.recipients):
        end = "." if i == len(form.recipients) - 1 else ";"
        for part in wrap(words_of(f"- {name}{end}"), 11, middle - setter.x0 - 20, middle - setter.x0 - 20):
            y += 11 * LEADING
            setter.leaf.lines.append(Setter.line(part, setter.x0, y - 2, 11))
    column = (middle + 6, setter.x1)
    rows = [words_of(line, "bold", "position" if i == len(form.capacity) - 1 else "") for i, line in enumerate(form.capacity)]
    y, _made = setter.column(rows, 13.5, *column, top)
    centre, room = (column[0] + column[1]) / 2, setter.manner.sign_room + 14
    setter.leaf.marks.append(Mark("signature", (centre - 52, y + room * 0.14, centre + 58, y + room * 0.14 + 64), form.signer))
    half, x = 18 * MM, centre - 46
    seal = form.issuer.name.upper()[:40]
    setter.leaf.marks.append(Mark("seal", (x - half, y + room * 0.5 - half, x + half, y + room * 0.5 + half), seal))
    setter.column([words_of(form.signer, "bold", "signer")], 13.5, *column, y + room)


def _attachment(setter: Setter, form: Form) -> None:
    """An annex behind the signature: its head repeats number and day, as II of the decree's annex says."""
    setter.turn()
    rows = [words_of("PHỤ LỤC", "bold"), words_of("DANH SÁCH ĐƠN VỊ THỰC HIỆN", "bold")]
    code = form.number_form.format(n=form.number, k=form.notation).lower() if form.numbered else ""
    y, _made = setter.column(rows, 14, setter.x0, setter.x1, setter.y)
    note = f"(Kèm theo {form.type_name} {code} ngày {form.issued:%d/%m/%Y} của {form.issuer.name})"
    setter.y, _made = setter.column([words_of(note, "italic")], 13, setter.x0, setter.x1, y)
    for i, task in enumerate(form.matter.tasks, 1):
        set_block(setter, Block(f"{i}. {task[0].upper()}{task[1:]}."))
