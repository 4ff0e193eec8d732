"""Composes the words of a paper: one function a type, all in the manner of Nghị định 30 phụ lục III."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from tests.samples.matters import GOVERNMENT_LAW, MATTERS, Matter
from tests.samples.offices import Office, any_office, person
from tests.samples.paper import Block, Paper, Signature

ABBREVIATIONS = {
    "Quyết định": "QĐ",
    "Tờ trình": "TTr",
    "Báo cáo": "BC",
    "Thông báo": "TB",
    "Kế hoạch": "KH",
    "Biên bản": "BB",
    "Nghị quyết": "NQ",
    "Giấy mời": "GM",
    "Chỉ thị": "CT",
    "Công văn": "",
}
KINDS = tuple(ABBREVIATIONS)
ROMAN = ("I", "II", "III", "IV", "V")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the composers share; `length` (from 1) says how much to write."""

    rng: random.Random
    office: Office
    matter: Matter
    issued: date
    length: int

    @property
    def short_name(self) -> str:
        """The office as it calls itself in its own text."""
        return self.office.name.replace("Ủy ban nhân dân", "UBND").replace("Hội đồng nhân dân", "HĐND")

    def some(self, sentences: tuple[str, ...], count: int) -> list[str]:
        """`count` of them in an order of its own, beginning again where there are not so many."""
        pool = self.rng.sample(sentences, len(sentences))
        return [pool[i % len(pool)] for i in range(count)]


Words = tuple[str, list[Block], tuple[str, ...]]  # subject, blocks, addressees


def compose(rng: random.Random, kind: str, length: int = 1) -> Paper:
    """A paper of `kind` by an office and about a matter that `rng` chooses; the same state gives the same paper."""
    office = any_office(rng, may_be_council=kind == "Nghị quyết")
    issued = date(2016, 1, 5) + timedelta(days=rng.randrange(365 * 9))
    draft = Draft(rng, office, rng.choice(MATTERS), issued, length)
    number = f"{rng.choice((rng.randint(1, 99), rng.randint(1, 400), rng.randint(1, 3000))):02d}"
    signature, recipients = _signature(draft, kind), _recipients(draft, kind)
    urgency = rng.choice(("Khẩn", "Thượng khẩn", "Hỏa tốc")) if rng.random() < 0.1 else ""
    secrecy = "Mật" if rng.random() < 0.02 else ""
    subject, blocks, addressees = COMPOSERS[kind](draft)
    notation = f"{ABBREVIATIONS[kind]}-{office.abbreviation}"
    if kind == "Công văn":
        notation = f"{office.abbreviation}-{rng.choice((*office.units, draft.matter.unit))}"
    return Paper(kind, office, number, notation, issued, subject, blocks, signature, recipients, addressees, urgency, secrecy)


def _signature(draft: Draft, kind: str) -> Signature:
    rng, office = draft.rng, draft.office
    name = person(rng)
    if kind == "Biên bản":
        return Signature(("CHỦ TỌA",), "Chủ tọa", name, secretary=person(rng))
    lines = [office.authority] if office.authority else []
    if not office.council and rng.random() < 0.45:
        return Signature((*lines, f"KT. {office.head.upper()}", office.deputy.upper()), office.deputy, name)
    return Signature((*lines, office.head.upper()), office.head, name)


def _recipients(draft: Draft, kind: str) -> tuple[str, ...]:
    office, rng = draft.office, draft.rng
    first = "Như Điều 3" if kind == "Quyết định" else "Như trên"
    if kind in {"Thông báo", "Kế hoạch", "Nghị quyết", "Chỉ thị", "Biên bản"}:
        first = office.superior
    middle = [x for x in office.below if rng.random() < 0.6]
    return (first, *middle, f"Lưu: VT, {draft.matter.unit}")


def _grounds(draft: Draft, proposer: str = "") -> list[Block]:
    """The legal grounds that were there on the day; the last one ends with a full stop (II.6.a)."""
    known = [x for x in (GOVERNMENT_LAW, *draft.matter.grounds) if _latest_year(x) < draft.issued.year]
    rows = [f"Căn cứ {x}" for x in known]
    if proposer:
        rows.append(f"Theo đề nghị của {proposer}")
    return [Block(f"{row}{'.' if i == len(rows) - 1 else ';'}", "grounds") for i, row in enumerate(rows)]


def _latest_year(text: str) -> int:
    return max(int(year) for year in re.findall(r"năm (\d{4})", text))


def _year(draft: Draft) -> int:
    return draft.issued.year


def _tasks(draft: Draft, count: int) -> list[Block]:
    """Numbered clauses, with lettered points beneath where much is to be written."""
    blocks = []
    for i, task in enumerate(draft.some(draft.matter.tasks, count), 1):
        blocks.append(Block(f"{i}. {task[0].upper()}{task[1:]}."))
        if draft.length > 3:
            who = draft.rng.choice(draft.office.below)
            blocks.append(Block(f"a) {who}: chủ động phối hợp, bố trí nhân lực, kinh phí để thực hiện nội dung nêu trên;"))
            blocks.append(Block(f"b) Báo cáo kết quả thực hiện về {draft.short_name} trước ngày 25 hằng tháng."))
    return blocks


def decision(draft: Draft) -> Words:
    topic, rng = draft.matter.topic, draft.rng
    head = "Chủ tịch" if draft.office.authority else draft.office.head
    act = rng.choice(
        ("kiện toàn Ban Chỉ đạo", "thành lập Tổ kiểm tra", "ban hành Quy chế phối hợp thực hiện", "phê duyệt Kế hoạch")
    )
    subject = f"Về việc {act} {topic} năm {_year(draft)}"
    issuer = draft.office.name.upper() if draft.office.authority else f"{head} {draft.office.name}".upper()
    blocks = [Block(issuer, "centre"), *_grounds(draft, "Trưởng bộ phận tham mưu")]
    blocks += [Block("QUYẾT ĐỊNH:", "centre")]
    first = f"**Điều 1.** {act[0].upper()}{act[1:]} {topic} năm {_year(draft)}, gồm các ông, bà và nội dung sau đây:"
    blocks.append(Block(first))
    people = [f"{i}. Ông (bà) {person(rng)} - {role}." for i, role in enumerate(_roles(draft), 1)]
    blocks += [Block(x) for x in people]
    duty = "**Điều 2.** Các ông, bà có tên tại Điều 1 có trách nhiệm thực hiện những nhiệm vụ sau:"
    blocks += [Block(duty), *_tasks(draft, 1 + draft.length)]
    last = (
        "**Điều 3.** Quyết định này có hiệu lực kể từ ngày ký. Thủ trưởng các cơ quan, đơn vị có liên quan và các ông, bà có"
        " tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này./."
    )
    return subject, [*blocks, Block(last)], ()


def _roles(draft: Draft) -> list[str]:
    roles = [f"{draft.office.deputy} - Trưởng ban", "Công chức chuyên môn - Phó Trưởng ban", "Công chức Văn phòng - Thành viên"]
    return roles + ["Đại diện đoàn thể - Thành viên"] * (draft.length - 1)


def letter(draft: Draft) -> Words:
    topic = draft.matter.topic
    act = draft.rng.choice(("tăng cường", "triển khai", "đôn đốc thực hiện", "báo cáo kết quả"))
    addressees = draft.rng.choice((draft.office.below, draft.office.below[:1], (draft.office.superior,)))
    blocks = [Block(draft.matter.reason)]
    blocks.append(
        Block(
            f"Để thực hiện có hiệu quả {topic} trong thời gian tới, {draft.short_name} đề nghị các đơn vị thực hiện các nội dung sau:"
        )
    )
    blocks += _tasks(draft, 2 + draft.length)
    end = draft.issued + timedelta(days=20)
    blocks.append(
        Block(f"Kết quả thực hiện gửi về {draft.short_name} trước ngày {end:%d/%m/%Y} để tổng hợp, báo cáo theo quy định.")
    )
    blocks.append(Block(f"{draft.short_name} đề nghị các cơ quan, đơn vị quan tâm thực hiện./."))
    return f"{act} {topic}", blocks, addressees


def proposal(draft: Draft) -> Words:
    topic, rng = draft.matter.topic, draft.rng
    subject = (
        f"Về việc {rng.choice(('đề nghị hỗ trợ kinh phí', 'xin chủ trương', 'đề nghị phê duyệt dự toán'))} thực hiện {topic}"
    )
    money = rng.randint(24, 980) * 1_000_000
    blocks = [*_grounds(draft), Block("**1. Sự cần thiết**"), Block(draft.matter.reason)]
    blocks += [
        Block("**2. Nội dung thực hiện**"),
        *[Block(f"- {t[0].upper()}{t[1:]};") for t in draft.some(draft.matter.tasks, 1 + draft.length)],
    ]
    blocks += [
        Block("**3. Kinh phí**"),
        Block(
            f"Tổng kinh phí dự kiến: {money:,} đồng.".replace(",", ".")
            + " Nguồn kinh phí: ngân sách nhà nước cấp và các nguồn hợp pháp khác."
        ),
        Block(f"{draft.short_name} kính trình {draft.office.superior} xem xét, quyết định./."),
    ]
    return subject, blocks, (draft.office.superior,)


def report(draft: Draft) -> Words:
    topic = draft.matter.topic
    period = draft.rng.choice((f"6 tháng đầu năm {_year(draft)}", f"năm {_year(draft)}", f"quý III năm {_year(draft)}"))
    blocks = [Block(f"Thực hiện chỉ đạo của cấp trên, {draft.short_name} báo cáo kết quả {topic} {period} như sau:")]
    blocks += [Block("I. KẾT QUẢ THỰC HIỆN", "heading"), Block("1. Công tác lãnh đạo, chỉ đạo"), Block(draft.matter.reason)]
    blocks += [Block("2. Kết quả cụ thể"), *[Block(f"- {x}") for x in draft.some(draft.matter.results, 2 + draft.length)]]
    blocks += [Block("II. TỒN TẠI, HẠN CHẾ", "heading"), Block(draft.matter.results[-1])]
    blocks += [Block("III. PHƯƠNG HƯỚNG, NHIỆM VỤ", "heading"), *_tasks(draft, 1 + draft.length)]
    blocks.append(Block(f"Trên đây là báo cáo kết quả {topic} {period} của {draft.short_name}./."))
    addressees = (draft.office.superior,) if draft.rng.random() < 0.6 else ()
    return f"Kết quả {topic} {period}", blocks, addressees


def notice(draft: Draft) -> Words:
    topic = draft.matter.topic
    subject = f"{draft.rng.choice(('Kết luận cuộc họp về', 'Phân công nhiệm vụ', 'Về việc thực hiện'))} {topic}"
    held = draft.issued - timedelta(days=3)
    first = f"Ngày {held:%d/%m/%Y}, {draft.short_name} tổ chức họp về {topic}. Sau khi nghe báo cáo và ý kiến thảo luận, "
    blocks = [
        Block(draft.matter.reason),
        Block(f"{first}{draft.office.head} kết luận và thông báo như sau:"),
        *_tasks(draft, 2 + draft.length),
    ]
    blocks.append(Block(f"{draft.short_name} thông báo để các cơ quan, đơn vị biết, thực hiện./."))
    return subject, blocks, ()


def plan(draft: Draft) -> Words:
    topic = draft.matter.topic
    blocks = [
        Block(
            f"Thực hiện nhiệm vụ được giao, {draft.short_name} xây dựng Kế hoạch triển khai {topic} năm {_year(draft)} như sau:"
        )
    ]
    blocks += [Block("I. MỤC ĐÍCH, YÊU CẦU", "heading"), Block(draft.matter.reason)]
    blocks.append(Block("Việc triển khai phải có trọng tâm, trọng điểm, phân công rõ người, rõ việc, rõ thời gian hoàn thành."))
    blocks += [Block("II. NỘI DUNG THỰC HIỆN", "heading"), *_tasks(draft, 2 + draft.length)]
    blocks += [Block("III. TỔ CHỨC THỰC HIỆN", "heading")]
    blocks += [
        Block(f"{i}. {x}: căn cứ Kế hoạch này tổ chức thực hiện, báo cáo kết quả định kỳ.")
        for i, x in enumerate(draft.office.below, 1)
    ]
    blocks.append(
        Block(f"Trên đây là Kế hoạch triển khai {topic} năm {_year(draft)}, yêu cầu các đơn vị nghiêm túc thực hiện./.")
    )
    return f"Triển khai {topic} năm {_year(draft)}", blocks, ()


def minutes(draft: Draft) -> Words:
    topic, rng = draft.matter.topic, draft.rng
    blocks = [
        Block(f"Thời gian bắt đầu: 8 giờ 00 phút, ngày {draft.issued:%d/%m/%Y}."),
        Block(f"Địa điểm: Phòng họp {draft.short_name}."),
        Block("**Thành phần tham dự:**"),
        Block(f"- Chủ tọa: Ông (bà) {person(rng)}, {draft.office.deputy};"),
        Block(f"- Thư ký: Ông (bà) {person(rng)}, công chức Văn phòng;"),
        *[Block(f"- {x}.") for x in draft.office.below],
        Block(f"**Nội dung:** Cuộc họp trao đổi, thống nhất về {topic}."),
        *[Block(f"- Ông (bà) {person(rng)} phát biểu: {x}") for x in draft.some(draft.matter.results, 1 + draft.length)],
        Block("**Kết luận của chủ tọa:**"),
        *_tasks(draft, draft.length),
        Block("Cuộc họp kết thúc vào 10 giờ 45 phút cùng ngày, nội dung đã được các thành viên thống nhất thông qua./."),
    ]
    return f"Họp về {topic}", blocks, ()


def resolution(draft: Draft) -> Words:
    topic = draft.matter.topic
    blocks = [
        Block(draft.office.name.upper(), "centre"),
        *_grounds(draft, "Thường trực Hội đồng nhân dân"),
        Block("QUYẾT NGHỊ:", "centre"),
    ]
    blocks += [
        Block(f"**Điều 1.** Thông qua nhiệm vụ {topic} năm {_year(draft)} với các nội dung sau:"),
        *_tasks(draft, 2 + draft.length),
    ]
    blocks.append(
        Block("**Điều 2.** Giao Ủy ban nhân dân tổ chức thực hiện; Thường trực và các đại biểu Hội đồng nhân dân giám sát.")
    )
    when = f"{draft.issued:%d/%m/%Y}"
    blocks.append(Block(f"Nghị quyết này đã được {draft.short_name} thông qua ngày {when} và có hiệu lực kể từ ngày ký./."))
    return f"Về nhiệm vụ {topic} năm {_year(draft)}", blocks, ()


def invitation(draft: Draft) -> Words:
    topic = draft.matter.topic
    held = draft.issued + timedelta(days=6)
    blocks = [
        Block(f"{draft.short_name} trân trọng kính mời các đồng chí tới dự Hội nghị triển khai {topic}."),
        Block(f"**Chủ trì:** Đồng chí {person(draft.rng)} - {draft.office.head}."),
        Block(f"**Thời gian:** 7 giờ 30 phút, ngày {held:%d/%m/%Y}."),
        Block(f"**Địa điểm:** Hội trường {draft.short_name}."),
        Block("**Nội dung:** Các đơn vị chuẩn bị ý kiến tham gia về những nội dung sau:"),
        *_tasks(draft, draft.length),
        Block("Đề nghị các đồng chí đến dự đúng thành phần và thời gian quy định./."),
    ]
    return f"Dự Hội nghị triển khai {topic}", blocks, draft.office.below


def directive(draft: Draft) -> Words:
    topic = draft.matter.topic
    blocks = [Block(draft.matter.reason), Block(f"Để kịp thời chấn chỉnh {topic}, {draft.short_name} yêu cầu:")]
    blocks += _tasks(draft, 3 + draft.length)
    blocks.append(Block("Yêu cầu các cơ quan, đơn vị nghiêm túc triển khai thực hiện Chỉ thị này./."))
    return f"Về việc tăng cường {topic}", blocks, ()


COMPOSERS: dict[str, Callable[[Draft], Words]] = {
    "Quyết định": decision,
    "Công văn": letter,
    "Tờ trình": proposal,
    "Báo cáo": report,
    "Thông báo": notice,
    "Kế hoạch": plan,
    "Biên bản": minutes,
    "Nghị quyết": resolution,
    "Giấy mời": invitation,
    "Chỉ thị": directive,
}
