"""What a paper of any office and age says, and in which form: numbers, titles, subjects, stamps."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.samples.matters import MATTERS, Matter
from tests.samples.offices import person
from tests.samples.varied.issuers import Issuer, any_issuer

STATE = {
    "Quyết định": "QĐ",
    "Tờ trình": "TTr",
    "Báo cáo": "BC",
    "Thông báo": "TB",
    "Kế hoạch": "KH",
    "Nghị quyết": "NQ",
    "Chỉ thị": "CT",
    "Giấy mời": "GM",
    "Hướng dẫn": "HD",
    "Chương trình": "CTr",
    "Đề án": "ĐA",
    "Phương án": "PA",
    "Quy chế": "QC",
    "Biên bản": "BB",
    "Giấy giới thiệu": "GGT",
    "Công điện": "CĐ",
    "Giấy ủy quyền": "GUQ",
    "Hợp đồng": "HĐ",
    "Công văn": "",
}
PARTY = {
    "Quyết định": "QĐ",
    "Nghị quyết": "NQ",
    "Kết luận": "KL",
    "Thông báo": "TB",
    "Báo cáo": "BC",
    "Kế hoạch": "KH",
    "Tờ trình": "TTr",
    "Hướng dẫn": "HD",
    "Chương trình": "CTr",
    "Chỉ thị": "CT",
    "Công văn": "CV",
}
WEIGHT = {"Công văn": 8, "Quyết định": 6, "Thông báo": 3, "Báo cáo": 3, "Kế hoạch": 3, "Tờ trình": 3}
LAWS = {"government": ("Nghị định", "NĐ"), "ministry": ("Thông tư", "TT")}
STARTS = {
    "Quyết định": (
        "Về việc thành lập Tổ công tác",
        "Về việc phê duyệt kinh phí thực hiện",
        "Ban hành Quy chế phối hợp trong",
        "Về việc ban hành Kế hoạch thực hiện",
        "Phê duyệt dự toán chi cho",
        "Quy định một số nội dung về",
    ),
    "Nghị quyết": ("Về nhiệm vụ", "Thông qua Đề án", "Về việc tăng cường", "Về tiếp tục đổi mới"),
    "Chỉ thị": ("Về việc tăng cường", "Về đẩy mạnh"),
    "Báo cáo": ("Kết quả thực hiện", "Tổng kết", "Sơ kết 6 tháng đầu năm", "Tình hình thực hiện"),
    "Kế hoạch": ("Triển khai", "Thực hiện", "Kiểm tra"),
    "Tờ trình": ("Về việc xin chủ trương thực hiện", "Về việc đề nghị bổ sung kinh phí", "Đề nghị phê duyệt"),
    "Thông báo": ("Về việc thực hiện", "Kết luận cuộc họp về", "Về kết quả"),
    "Nghị định": ("Quy định chi tiết một số điều về", "Về"),
    "Thông tư": ("Hướng dẫn", "Quy định về"),
    "Kết luận": ("Về", "Về kết quả"),
    "Công văn": ("tăng cường", "triển khai thực hiện", "báo cáo kết quả", "góp ý dự thảo về", "đăng ký", "đôn đốc"),
    "Giấy mời": ("Họp bàn về", "Dự hội nghị triển khai"),
    "Biên bản": ("Họp xét", "Kiểm tra", "Về việc bàn giao"),
    "Hướng dẫn": ("Thực hiện",),
    "Hợp đồng": ("Về việc cung cấp dịch vụ phục vụ",),
}


@dataclass(slots=True)
class Form:
    """A paper before it is set. `number_form` and the other forms name the variants that `setting` knows."""

    issuer: Issuer
    type_name: str
    number: str
    notation: str
    issued: date
    subject: str
    matter: Matter
    signer: str
    capacity: tuple[str, ...]  # printed lines
    position: str
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    old: bool = False  # a form before 2011
    number_form: str = "Số: {n}/{k}"
    subject_form: str = "bold"  # bold, italic, brackets, quotes, plain
    date_form: str = "italic"
    motto: str = "right"  # right, centre
    numbered: bool = True
    dated: bool = True  # in the head
    end_date: str = ""  # "printed" or "pen": the place and date line over the signature
    urgency: str = ""
    secrecy: str = ""
    circulation: str = ""
    arrival: tuple[str, date] | None = None
    english: bool = False  # English names below the Vietnamese head
    length: int = 2
    attachments: bool = False
    truth: dict[str, str] = field(default_factory=dict)


def any_form(rng: random.Random, issuer: Issuer | None = None) -> Form:
    """A paper about any matter by this issuer, else by any."""
    issuer, matter = issuer or any_issuer(rng), rng.choice(MATTERS)
    old = rng.random() < 0.25
    issued = (date(1994, 1, 5) if old else date(2011, 1, 5)) + timedelta(days=rng.randrange(365 * (16 if old else 15)))
    kinds = PARTY if issuer.kind == "party" else STATE
    type_name = rng.choices(list(kinds), [WEIGHT.get(kind, 1) for kind in kinds])[0]
    mark = kinds[type_name]
    if issuer.level in LAWS and rng.random() < 0.5:
        type_name, mark = LAWS[issuer.level]
    elif issuer.level == "council" and rng.random() < 0.7:
        type_name, mark = "Nghị quyết", "NQ"
    number = rng.choice((rng.randint(1, 99), rng.randint(1, 400), rng.randint(1, 6000)))
    shown = f"{number:02d}" if rng.random() < 0.9 else str(number)
    head = rng.random() < 0.55
    position = issuer.post if head else issuer.deputy
    first = (f"KT. {issuer.post.upper()}", position.upper()) if not head and issuer.kind == "state" else (position.upper(),)
    capacity = ((issuer.whole,) if issuer.whole else ()) + first
    form = Form(
        issuer,
        type_name,
        shown,
        "",
        issued,
        _subject(rng, type_name, matter, issued),
        matter,
        person(rng),
        capacity,
        position,
        old=old,
    )
    _numbering(rng, form, mark)
    _manners(rng, form)
    _people(rng, form)
    _stamps(rng, form)
    form.truth = _truth(form)
    return form


def _subject(rng: random.Random, type_name: str, matter: Matter, issued: date) -> str:
    start = rng.choice(STARTS.get(type_name, ("Về việc thực hiện",)))
    text = f"{start} {matter.topic}"
    roll = rng.random()
    if roll < 0.4:
        text += f" năm {issued.year}"
    elif roll < 0.5:
        text += f" giai đoạn {issued.year} - {issued.year + 4}"
    elif roll < 0.6:
        text += f" trên địa bàn huyện {rng.choice(('Phú An', 'Tân Khánh', 'Hưng Lộc'))} năm học {issued.year}-{issued.year + 1}"
    elif roll < 0.65:
        text += f" theo Nghị quyết số {rng.randint(2, 120)}/NQ-CP của Chính phủ"
    return text


def _numbering(rng: random.Random, form: Form, mark: str) -> None:
    issuer = form.issuer
    unit = rng.choice((*issuer.units, form.matter.unit))
    if issuer.kind == "party":
        form.notation = f"{mark}/{issuer.mark}"
        form.number_form = rng.choice(("Số {n}-{k}", "Số {n}-{k}", "Số: {n}-{k}", "Số {n} - {k}"))
        return
    if form.type_name in {"Nghị định", "Thông tư"} or (
        form.type_name == "Nghị quyết" and issuer.level == "council" and rng.random() < 0.4
    ):
        form.notation = f"{form.issued.year}/{mark}-{issuer.mark}"
    elif form.type_name == "Công văn":
        form.notation = f"{issuer.mark}-{unit}" if not form.old or rng.random() < 0.6 else f"CV-{issuer.mark}"
    else:
        form.notation = f"{mark}-{issuer.mark}"
    form.number_form = rng.choices(
        ("Số: {n}/{k}", "Số:{n}/{k}", "Số : {n}/{k}", "Số: {n} /{k}", "Số {n}/{k}"), (7, 1, 1, 1, 1)
    )[0]
    if form.old and rng.random() < 0.3 and "/" not in form.notation:
        form.notation = form.notation.replace("-", rng.choice((".", "/")), 1)
        if "/" in form.notation:
            form.number_form = "Số: {n} {k}"


def _manners(rng: random.Random, form: Form) -> None:
    form.subject_form = rng.choices(
        ("bold", "italic", "brackets", "quotes", "plain"), (6, 1, 1, 0.4, 1) if not form.old else (3, 2, 2, 1, 2)
    )[0]
    form.date_form = rng.choices(("italic", "plain", "zeros", "spaced"), (7, 1, 1, 0.5))[0]
    form.length = rng.choices((1, 2, 4, 9), (3, 4, 2, 1))[0]
    form.attachments = rng.random() < 0.1
    form.english = form.issuer.level in {"school", "company"} and rng.random() < 0.25
    if form.type_name in {"Biên bản", "Hợp đồng"} and form.issuer.kind == "state" and rng.random() < 0.5:
        form.motto, form.numbered, form.dated = "centre", form.type_name == "Hợp đồng", False


def _people(rng: random.Random, form: Form) -> None:
    pool = (
        "Các phòng, ban thuộc huyện",
        "UBND các xã, thị trấn",
        "Các đơn vị trực thuộc",
        "Sở Tài chính",
        f"Ủy ban nhân dân huyện {rng.choice(('Phú An', 'Hưng Lộc'))}",
    )
    if form.type_name == "Công văn" or (form.type_name in {"Tờ trình", "Báo cáo"} and rng.random() < 0.6):
        form.addressees = tuple(rng.sample(pool, rng.choice((1, 1, 2, 3))))
    elif form.type_name == "Giấy mời":
        form.addressees = (rng.choice(pool),)
    form.recipients = (
        "Như trên" if form.addressees else "Như Điều 3",
        *rng.sample(pool, rng.choice((0, 1, 2))),
        f"Lưu: VT, {form.matter.unit}",
    )


def _stamps(rng: random.Random, form: Form) -> None:
    if form.motto == "centre":
        return
    if rng.random() < 0.1:
        form.urgency = rng.choice(("Khẩn", "Thượng khẩn", "Hỏa tốc"))
    if rng.random() < 0.04:
        form.secrecy = rng.choice(("Mật", "Tối mật"))
    if rng.random() < 0.04:
        form.circulation = rng.choice(("Lưu hành nội bộ", "Xem xong trả lại"))
    if rng.random() < 0.15:
        form.arrival = (str(rng.randint(10, 3999)), form.issued + timedelta(days=rng.randint(1, 12)))


def _truth(form: Form) -> dict[str, str]:
    arrival = form.arrival
    return {
        "codeNumber": form.number if form.numbered else "",
        "codeNotation": form.notation if form.numbered else "",
        "issuedDate": f"{form.issued:%d/%m/%Y}",
        "typeName": form.type_name,
        "organName": form.issuer.name if form.motto == "right" else "",
        "parentOrgan": form.issuer.parent if form.motto == "right" else "",
        "subject": form.subject,
        "place": form.issuer.place if form.dated else "",
        "signer": form.signer,
        "position": form.position,
        "addressee": "; ".join(form.addressees),
        "urgency": form.urgency,
        "secrecy": form.secrecy,
        "circulation": form.circulation,
        "arrivalNumber": arrival[0] if arrival else "",
        "arrivalDate": f"{arrival[1]:%d/%m/%Y}" if arrival else "",
    }
