"""Invented offices and people: provinces, districts and communes that do not exist, at every level that issues papers."""

from __future__ import annotations

import random
from dataclasses import dataclass

PROVINCES = ("Bình Sa", "Thanh Lĩnh", "An Hải", "Đông Khê", "Nam Thượng", "Vĩnh Hà", "Phước Nguyên")
DISTRICTS = ("Phú An", "Yên Lạc Thượng", "Tân Khánh", "Quỳnh Giang", "Đức Thủy", "Hưng Lộc", "Cẩm Sơn", "Ngọc Điền")
COMMUNES = ("Hòa Thắng", "Xuân Mỹ", "Đại Nghĩa", "Bình Trị", "Trường Thọ", "Vạn Phúc", "Lộc Thủy", "Kỳ Giang", "Diễn Hùng")
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLE_MEN = ("Văn", "Hữu", "Đức", "Minh", "Quốc", "Thanh", "Xuân", "Ngọc", "Đình", "Công")
GIVEN_MEN = ("Hùng", "Dũng", "Thắng", "Tuấn", "Bình", "Khải", "Phước", "Quý", "Sỹ", "Trưởng", "Đạt", "Lượng", "Nghĩa")
MIDDLE_WOMEN = ("Thị", "Thị Thanh", "Ngọc", "Thị Bích", "Thị Kim", "Thu")
GIVEN_WOMEN = ("Hương", "Thủy", "Nguyệt", "Phượng", "Hằng", "Loan", "Yến", "Mỹ", "Duyên", "Thảo")


@dataclass(frozen=True, slots=True)
class Office:
    """An issuing office as its letterhead shows it.

    `heading` and `parent_heading` are the printed lines of the left column (upper case), `name` and `parent` the same in
    ordinary case; `abbreviation` ends the notation; `units` are the drafting units that end the notation of a letter.
    """

    name: str
    heading: tuple[str, ...]
    abbreviation: str
    place: str
    head: str
    deputy: str
    units: tuple[str, ...]
    superior: str
    below: tuple[str, ...]
    parent: str = ""
    parent_heading: tuple[str, ...] = ()
    authority: str = ""
    seal: str = ""

    @property
    def council(self) -> bool:
        return self.abbreviation == "HĐND"


def person(rng: random.Random) -> str:
    """A Vietnamese full name."""
    if rng.random() < 0.65:
        return f"{rng.choice(FAMILY)} {rng.choice(MIDDLE_MEN)} {rng.choice(GIVEN_MEN)}"
    return f"{rng.choice(FAMILY)} {rng.choice(MIDDLE_WOMEN)} {rng.choice(GIVEN_WOMEN)}"


def committee(level: str, place: str, above: str, below: tuple[str, ...]) -> Office:
    """The people's committee of a `level` ("xã", "huyện", "tỉnh") named `place` under `above` (where reports go)."""
    name = f"Ủy ban nhân dân {level} {place}"
    return Office(
        name=name,
        heading=("ỦY BAN NHÂN DÂN", f"{level} {place}".upper()),
        abbreviation="UBND",
        place=place,
        head="Chủ tịch",
        deputy="Phó Chủ tịch",
        units=("VP", "TH", "KT", "VX", "NC", "TCKT"),
        superior=above,
        below=below,
        authority="TM. ỦY BAN NHÂN DÂN",
        seal=name.upper(),
    )


def council(level: str, place: str, above: str) -> Office:
    """The people's council, which passes resolutions."""
    return Office(
        name=f"Hội đồng nhân dân {level} {place}",
        heading=("HỘI ĐỒNG NHÂN DÂN", f"{level} {place}".upper()),
        abbreviation="HĐND",
        place=place,
        head="Chủ tịch",
        deputy="Phó Chủ tịch",
        units=("VP",),
        superior=above,
        below=(f"UBND {level} {place}", "Các vị đại biểu HĐND"),
        authority="TM. HỘI ĐỒNG NHÂN DÂN",
        seal=f"Hội đồng nhân dân {level} {place}".upper(),
    )


def any_office(rng: random.Random, *, may_be_council: bool = False) -> Office:
    """One office of any level; a council only where asked."""
    province, district, commune = rng.choice(PROVINCES), rng.choice(DISTRICTS), rng.choice(COMMUNES)
    if may_be_council:
        level, place, above = rng.choice(
            (("xã", commune, f"Thường trực HĐND huyện {district}"), ("huyện", district, f"Thường trực HĐND tỉnh {province}"))
        )
        return council(level, place, above)
    choice = rng.random()
    if choice < 0.35:
        hamlets = ("Các ban, ngành, đoàn thể xã", "Trưởng các thôn")
        return committee("xã", commune, f"Ủy ban nhân dân huyện {district}", hamlets)
    if choice < 0.5:
        below = ("Các phòng, ban, ngành thuộc huyện", "UBND các xã, thị trấn")
        return committee("huyện", district, f"Ủy ban nhân dân tỉnh {province}", below)
    if choice < 0.6:
        below = ("Các sở, ban, ngành cấp tỉnh", "UBND các huyện, thị xã, thành phố")
        return committee("tỉnh", province, "Bộ Nội vụ", below)
    return _branch(rng, province, district, commune)


DEPARTMENTS = (
    ("Sở Nội vụ", "SNV", "Giám đốc"),
    ("Sở Tài nguyên và Môi trường", "STNMT", "Giám đốc"),
    ("Sở Kế hoạch và Đầu tư", "SKHĐT", "Giám đốc"),
    ("Sở Y tế", "SYT", "Giám đốc"),
    ("Sở Văn hóa, Thể thao và Du lịch", "SVHTTDL", "Giám đốc"),
)
DIVISIONS = (
    ("Phòng Nội vụ", "PNV", "Trưởng phòng"),
    ("Phòng Tài chính - Kế hoạch", "PTCKH", "Trưởng phòng"),
    ("Phòng Văn hóa và Thông tin", "PVHTT", "Trưởng phòng"),
    ("Phòng Lao động - Thương binh và Xã hội", "PLĐTBXH", "Trưởng phòng"),
)


def _branch(rng: random.Random, province: str, district: str, commune: str) -> Office:
    units: tuple[str, ...]
    below: tuple[str, ...]
    kind = rng.choice(("department", "department", "division", "agency", "school"))
    if kind == "department":
        name, short, head = rng.choice(DEPARTMENTS)
        parent, place, superior = f"UBND tỉnh {province}", province, f"Ủy ban nhân dân tỉnh {province}"
        units, below = ("VP", "TCCB", "TTr", "KHTC"), ("Các phòng, đơn vị thuộc Sở", "UBND các huyện, thị xã, thành phố")
    elif kind == "division":
        name, short, head = rng.choice(DIVISIONS)
        parent, place, superior = f"UBND huyện {district}", district, f"Ủy ban nhân dân huyện {district}"
        units, below = ("TH", "CM"), ("UBND các xã, thị trấn", "Các trường học trực thuộc")
    elif kind == "agency":
        name, short, head = "Chi cục An toàn vệ sinh thực phẩm", "CCATTP", "Chi cục trưởng"
        parent, place, superior = "Sở Y tế", province, f"Sở Y tế tỉnh {province}"
        units, below = ("NV", "HCTH"), ("Trung tâm Y tế các huyện, thành phố", "Các cơ sở sản xuất, kinh doanh thực phẩm")
    else:
        name, short, head = f"Trường Trung học cơ sở {commune}", "THCS", "Hiệu trưởng"
        parent, place, superior = f"UBND huyện {district}", commune, f"Phòng Giáo dục và Đào tạo huyện {district}"
        units, below = ("VP", "CM"), ("Các tổ chuyên môn", "Toàn thể cán bộ, giáo viên, nhân viên")
    deputy = {"Trưởng phòng": "Phó Trưởng phòng", "Chi cục trưởng": "Phó Chi cục trưởng"}.get(head, f"Phó {head}")
    return Office(
        name=name,
        heading=_broken(name.upper()),
        abbreviation=short,
        place=place,
        head=head,
        deputy=deputy,
        units=units,
        superior=superior,
        below=below,
        parent=parent,
        parent_heading=(parent.upper(),),
        seal=name.upper(),
    )


def _broken(heading: str, longest: int = 22) -> tuple[str, ...]:
    """A long name over two lines of about the same length, as typists do."""
    if len(heading) <= longest:
        return (heading,)
    spaces = [i for i, c in enumerate(heading) if c == " "]
    middle = min(spaces, key=lambda i: abs(i - len(heading) / 2))
    return heading[:middle], heading[middle + 1 :]
