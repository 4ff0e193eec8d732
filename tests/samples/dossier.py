"""The twelve samples that are shipped: one dossier of one (invented) commune committee, the year 2024.

"Hồ sơ sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ, xã Hòa Thắng năm 2024": numbers rise with the dates, the papers refer to
each other, number 02 came from the district.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tests.samples import scan
from tests.samples.dossier_texts import BODIES
from tests.samples.hand import StrokeWriter
from tests.samples.layout import Manner, lay_out
from tests.samples.offices import Office, committee
from tests.samples.paper import Block, Paper, Signature
from tests.samples.sample import Format, Sample, assemble, save

PROVINCE, DISTRICT, COMMUNE = "Bình Sa", "Phú An", "Hòa Thắng"
OFFICE = committee("xã", COMMUNE, f"Ủy ban nhân dân huyện {DISTRICT}", ())
ABOVE = committee("huyện", DISTRICT, f"Ủy ban nhân dân tỉnh {PROVINCE}", ())
HEAD, DEPUTY, ABOVE_HEAD = "Nguyễn Hữu Phước", "Trần Thị Bích Hằng", "Lê Quốc Khải"
WITH_PEN = frozenset({"number", "day", "month"})


# The preset of an office scanner: paper lifted to white, strong compression.
FLAT = scan.Wear(whitened=True, noise=0.6, blur=0.5, quality=42, few_colours=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the twelve."""

    stem: str
    format: Format
    type_name: str
    number: str
    notation: str
    issued: date
    subject: str
    addressees: tuple[str, ...] = ()
    by_deputy: bool = False
    by_hand: frozenset[str] = frozenset()
    urgency: str = ""
    wear: scan.Wear = FLAT


ENTRIES = (
    Entry(
        "01-to-trinh", "jpeg", "Tờ trình", "14", "TTr-UBND", date(2024, 1, 16),
        "Về việc xin chủ trương sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ", ("Ủy ban nhân dân huyện Phú An",),
        wear=replace(FLAT, angle=0.4, shift=(0.5, 1.0), blur=0.4),
    ),
    Entry(
        "02-quyet-dinh", "pdf", "Quyết định", "318", "QĐ-UBND", date(2024, 2, 5),
        "Về việc phê duyệt chủ trương sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ, xã Hòa Thắng",
        wear=replace(FLAT, angle=-0.5, shift=(-0.6, 0.4)),
    ),
    Entry(
        "03-ke-hoach", "pdf", "Kế hoạch", "27", "KH-UBND", date(2024, 2, 20),
        "Triển khai sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ năm 2024",
        wear=replace(FLAT, angle=0.3, shift=(0.8, -0.5)),
    ),
    Entry(
        "04-quyet-dinh", "png", "Quyết định", "31", "QĐ-UBND", date(2024, 3, 4),
        "Về việc thành lập Ban Quản lý công trình sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ",
        wear=replace(FLAT, angle=-0.9, shift=(0.2, 0.9)),
    ),
    Entry(
        "05-thong-bao", "jpeg", "Thông báo", "38", "TB-UBND", date(2024, 3, 18),
        "Về việc vận động đóng góp sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ", by_deputy=True,
        wear=scan.Wear(angle=1.2, shift=(-1.2, 0.5), paper=(240, 237, 226), fade=0.08, blur=0.55, noise=1.2, shade=0.06,
                       specks=14, quality=50),
    ),
    Entry(
        "06-giay-moi", "jpeg", "Giấy mời", "45", "GM-UBND", date(2024, 4, 1),
        "Dự họp thống nhất phương án sửa chữa Nhà văn hóa thôn Đông Hạ",
        ("Các ông, bà thành viên Ban Quản lý công trình", "Ban công tác Mặt trận thôn Đông Hạ", "Đại diện đơn vị tư vấn thiết kế"),
        by_deputy=True, by_hand=WITH_PEN, wear=replace(FLAT, angle=-0.4, shift=(0.5, 0.5)),
    ),
    Entry(
        "07-bien-ban", "pdf", "Biên bản", "46", "BB-UBND", date(2024, 4, 5),
        "Họp thống nhất phương án sửa chữa Nhà văn hóa thôn Đông Hạ",
        wear=replace(FLAT, angle=0.6, shift=(0.3, -0.6)),
    ),
    Entry(
        "08-cong-van", "png", "Công văn", "52", "UBND-TCKT", date(2024, 4, 17),
        "đề nghị thẩm định dự toán sửa chữa Nhà văn hóa thôn Đông Hạ", ("Phòng Tài chính - Kế hoạch huyện Phú An",),
        by_hand=WITH_PEN, urgency="Khẩn", wear=replace(FLAT, angle=0.5, shift=(-0.4, 0.2)),
    ),
    Entry(
        "09-bao-cao", "tiff-g4", "Báo cáo", "67", "BC-UBND", date(2024, 6, 28),
        "Tiến độ sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ 6 tháng đầu năm 2024", ("Ủy ban nhân dân huyện Phú An",),
        wear=scan.Wear(angle=-0.7, shift=(0.0, 0.8), noise=1.5, blur=0.5),
    ),
    Entry(
        "10-to-trinh", "jpeg", "Tờ trình", "88", "TTr-UBND", date(2024, 8, 12),
        "Về việc đề nghị cấp kinh phí sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ đợt 2", ("Ủy ban nhân dân huyện Phú An",),
        by_hand=WITH_PEN, wear=scan.Wear(angle=0.9, shift=(0.6, -0.4), paper=(243, 242, 236), blur=0.5, noise=1.0, quality=48),
    ),
    Entry(
        "11-quyet-dinh", "text-pdf", "Quyết định", "103", "QĐ-UBND", date(2024, 10, 10),
        "Về việc phê duyệt quyết toán công trình sửa chữa, nâng cấp Nhà văn hóa thôn Đông Hạ",
    ),
    Entry(
        "12-cong-van", "jpeg", "Công văn", "121", "UBND-VP", date(2024, 12, 25),
        "bàn giao, đưa vào sử dụng Nhà văn hóa thôn Đông Hạ", ("Ban Quản lý công trình", "Trưởng thôn Đông Hạ"),
        by_deputy=True, wear=replace(FLAT, angle=0.4, shift=(-0.5, 0.3)),
    ),
)  # fmt: skip


def paper_of(entry: Entry) -> Paper:
    office = ABOVE if entry.stem.startswith("02") else OFFICE
    body, recipients = BODIES[entry.stem]
    blocks = [_block(row) for row in body]
    return Paper(
        entry.type_name, office, entry.number, entry.notation, entry.issued, entry.subject, blocks, _signed(entry, office),
        recipients, entry.addressees, entry.urgency, by_hand=entry.by_hand,
    )  # fmt: skip


def _block(row: str) -> Block:
    """`# ` a heading, `= ` centred, `~ ` a legal ground, else a paragraph."""
    styles = {"# ": "heading", "= ": "centre", "~ ": "grounds"}
    style = styles.get(row[:2])
    return Block(row[2:], style) if style else Block(row)  # type: ignore[arg-type]


def _signed(entry: Entry, office: Office) -> Signature:
    if entry.type_name == "Biên bản":
        return Signature(("CHỦ TỌA",), "Chủ tọa", HEAD, secretary="Phạm Thị Kim Loan")
    if office is ABOVE:
        return Signature((office.authority, "CHỦ TỊCH"), "Chủ tịch", ABOVE_HEAD)
    if entry.by_deputy:
        return Signature((office.authority, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), "Phó Chủ tịch", DEPUTY)
    return Signature((office.authority, "CHỦ TỊCH"), "Chủ tịch", HEAD)


def sample_of(entry: Entry) -> Sample:
    """The clerk of the commune has one hand: the same writer fills in all the numbers."""
    rng = random.Random(f"dossier-{entry.stem}")
    writer = StrokeWriter(rng, 0.2, 0.075, 0.6, 0.018, dict.fromkeys("0123456789", 0))
    paper = paper_of(entry)
    long = len(paper.blocks) >= 22
    manner = Manner(body=13.5 if long else 14.0, spacing=1.0 if entry.format == "text-pdf" else 1.05)
    return assemble(paper, lay_out(paper, manner), entry.wear, writer, rng)


def ship(folder: Path) -> list[Path]:
    """Writes the twelve with their truth."""
    return [save(sample_of(entry), folder, entry.stem, entry.format) for entry in ENTRIES]
