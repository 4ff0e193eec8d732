"""Invented issuers of every kind: state at all levels, ministries, the Party, unions, schools, hospitals, enterprises."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

PLACES = (
    "Bình Sa",
    "Thanh Lĩnh",
    "An Hải",
    "Đông Khê",
    "Nam Thượng",
    "Vĩnh Hà",
    "Phước Nguyên",
    "Tây Lương",
    "Mỹ Xuyên Đông",
    "Ea Hding",
)
TOWNS = ("Phú An", "Tân Khánh", "Quỳnh Giang", "Đức Thủy", "Hưng Lộc", "Cẩm Sơn", "Ngọc Điền", "Krông Nô", "Chợ Gạo", "Ô Môn")
VILLAGES = (
    "Hòa Thắng",
    "Xuân Mỹ",
    "Đại Nghĩa",
    "Bình Trị",
    "Trường Thọ",
    "Vạn Phúc",
    "Lộc Thủy",
    "Kỳ Giang",
    "Diễn Hùng",
    "Ia Pnôn",
)

Kind = Literal["state", "party"]


@dataclass(frozen=True, slots=True)
class Issuer:
    """`rows` are the printed lines of the name, `parent_rows` those above it, all in capitals; `name` and `parent` as people write them.

    `mark` ends the notation (QĐ-`mark`), `units` are those that follow the mark in a letter's, `post` signs, in ordinary writing.
    """

    kind: Kind
    level: str
    name: str
    rows: tuple[str, ...]
    mark: str
    units: tuple[str, ...]
    place: str
    post: str
    deputy: str
    parent: str = ""
    parent_rows: tuple[str, ...] = ()
    whole: str = ""  # "TM. …": the body that the signer stands for


def broken(name: str, longest: int = 24) -> tuple[str, ...]:
    """A name in capitals over as many lines of about the same length as it takes."""
    words = name.upper().split()
    lines = -(-len(name) // longest)
    rows: list[str] = []
    for word in words:
        room = len(name) / lines + 3
        if rows and len(rows[-1]) + 1 + len(word) <= room:
            rows[-1] += " " + word
        else:
            rows.append(word)
    return tuple(rows)


def any_issuer(rng: random.Random) -> Issuer:
    """One of any kind."""
    makers = (
        (_committee, 5),
        (_council, 2),
        (_department, 5),
        (_division, 4),
        (_branch, 3),
        (_ministry, 3),
        (_government, 1),
        (_school, 4),
        (_hospital, 2),
        (_company, 3),
        (_party, 5),
        (_union, 2),
        (_court, 1),
    )
    maker = rng.choices([m for m, _w in makers], [w for _m, w in makers])[0]
    return maker(rng)


def _committee(rng: random.Random) -> Issuer:
    level, place = rng.choice(
        (
            ("tỉnh", rng.choice(PLACES)),
            ("thành phố", rng.choice(PLACES)),
            ("huyện", rng.choice(TOWNS)),
            ("quận", rng.choice(TOWNS)),
            ("xã", rng.choice(VILLAGES)),
            ("phường", rng.choice(VILLAGES)),
            ("thị trấn", rng.choice(TOWNS)),
        )
    )
    name = f"Ủy ban nhân dân {level} {place}"
    rows: tuple[str, ...] = ("ỦY BAN NHÂN DÂN", f"{level} {place}".upper())
    parent, parent_rows = "", ()
    if level in {"xã", "phường", "thị trấn"} and rng.random() < 0.3:
        parent = f"UBND huyện {rng.choice(TOWNS)}"
        parent_rows, rows = (parent.upper(),), (f"UBND {level} {place}".upper(),)
        name = f"UBND {level} {place}"
    units = ("VP", "TH", "KTTH", "VX", "NC", "ĐC", "TCKH")
    return Issuer(
        "state",
        "committee",
        name,
        rows,
        rng.choice(("UBND", "UBND", "UBND", "UB")),
        units,
        place,
        "Chủ tịch",
        "Phó Chủ tịch",
        parent,
        parent_rows,
        "TM. ỦY BAN NHÂN DÂN",
    )


def _council(rng: random.Random) -> Issuer:
    level, place = rng.choice((("tỉnh", rng.choice(PLACES)), ("huyện", rng.choice(TOWNS)), ("xã", rng.choice(VILLAGES))))
    name = f"Hội đồng nhân dân {level} {place}"
    return Issuer(
        "state",
        "council",
        name,
        ("HỘI ĐỒNG NHÂN DÂN", f"{level} {place}".upper()),
        "HĐND",
        ("VP", "PC"),
        place,
        "Chủ tịch",
        "Phó Chủ tịch",
        whole="TM. HỘI ĐỒNG NHÂN DÂN",
    )


def _department(rng: random.Random) -> Issuer:
    place = rng.choice(PLACES)
    name, mark = rng.choice(
        (
            ("Sở Nội vụ", "SNV"),
            ("Sở Tài chính", "STC"),
            ("Sở Y tế", "SYT"),
            ("Sở Giáo dục và Đào tạo", "SGDĐT"),
            ("Sở Tư pháp", "STP"),
            ("Sở Công Thương", "SCT"),
            ("Sở Xây dựng", "SXD"),
            ("Sở Giao thông vận tải", "SGTVT"),
            ("Sở Tài nguyên và Môi trường", "STNMT"),
            ("Sở Lao động - Thương binh và Xã hội", "SLĐTBXH"),
            ("Sở Nông nghiệp và Phát triển nông thôn", "SNN&PTNT"),
            ("Sở Khoa học và Công nghệ", "SKHCN"),
            ("Văn phòng", "VP"),
            ("Thanh tra tỉnh", "TTT"),
            ("Ban Dân tộc", "BDT"),
        )
    )
    parent = rng.choice((f"UBND tỉnh {place}", f"Ủy ban nhân dân tỉnh {place}"))
    post = {"V": "Chánh Văn phòng", "T": "Chánh Thanh tra", "B": "Trưởng ban"}.get(name[0], "Giám đốc")
    deputy = f"Phó {post}"
    return Issuer(
        "state",
        "department",
        name,
        broken(name),
        mark,
        ("VP", "TCCB", "KHTC", "TTr", "QLNN", "NVYD"),
        place,
        post,
        deputy,
        parent,
        broken(parent, 30),
    )


def _division(rng: random.Random) -> Issuer:
    town = rng.choice(TOWNS)
    name, mark = rng.choice(
        (
            ("Phòng Nội vụ", "NV"),
            ("Phòng Tài chính - Kế hoạch", "TCKH"),
            ("Phòng Giáo dục và Đào tạo", "PGDĐT"),
            ("Phòng Kinh tế và Hạ tầng", "KTHT"),
            ("Phòng Tư pháp", "TP"),
            ("Phòng Văn hóa và Thông tin", "VHTT"),
            ("Ban Quản lý dự án đầu tư xây dựng", "BQLDA"),
            ("Trung tâm Văn hóa - Thể thao", "TTVHTT"),
        )
    )
    post = "Trưởng phòng" if name.startswith("Phòng") else "Giám đốc"
    parent = rng.choice((f"UBND huyện {town}", f"Ủy ban nhân dân huyện {town}"))
    return Issuer(
        "state", "division", name, broken(name), mark, ("TH", "CM", "TV"), town, post, f"Phó {post}", parent, broken(parent, 30)
    )


def _branch(rng: random.Random) -> Issuer:
    place = rng.choice(PLACES)
    parent, name, mark = rng.choice(
        (
            ("Sở Nông nghiệp và PTNT", "Chi cục Kiểm lâm", "CCKL"),
            ("Sở Nội vụ", "Chi cục Văn thư - Lưu trữ", "CCVTLT"),
            ("Sở Y tế", "Trung tâm Kiểm soát bệnh tật", "KSBT"),
            ("Cục Thuế tỉnh " + place, "Chi cục Thuế khu vực I", "CCT"),
            ("Bảo hiểm xã hội Việt Nam", f"Bảo hiểm xã hội tỉnh {place}", "BHXH"),
            ("Kho bạc Nhà nước", f"Kho bạc Nhà nước {place}", "KBNN"),
        )
    )
    post = {"C": "Chi cục trưởng"}.get(name[0], "Giám đốc")
    deputy = {"Chi cục trưởng": "Phó Chi cục trưởng"}.get(post, f"Phó {post}")
    return Issuer(
        "state",
        "branch",
        name,
        broken(name),
        mark,
        ("HC", "NV", "TCHC", "KHNV"),
        place,
        post,
        deputy,
        parent,
        broken(parent, 30),
    )


def _ministry(rng: random.Random) -> Issuer:
    name, mark = rng.choice(
        (
            ("Bộ Nội vụ", "BNV"),
            ("Bộ Tài chính", "BTC"),
            ("Bộ Y tế", "BYT"),
            ("Bộ Giáo dục và Đào tạo", "BGDĐT"),
            ("Bộ Tư pháp", "BTP"),
            ("Bộ Công Thương", "BCT"),
            ("Bộ Khoa học và Công nghệ", "BKHCN"),
            ("Ngân hàng Nhà nước Việt Nam", "NHNN"),
        )
    )
    post, deputy = ("Thống đốc", "Phó Thống đốc") if name[0] == "N" else ("Bộ trưởng", "Thứ trưởng")
    return Issuer(
        "state", "ministry", name, broken(name, 28), mark, ("VP", "TCCB", "PC", "VTLT", "KHTC"), "Hà Nội", post, deputy
    )


def _government(rng: random.Random) -> Issuer:
    if rng.random() < 0.5:
        return Issuer(
            "state",
            "government",
            "Chính phủ",
            ("CHÍNH PHỦ",),
            "CP",
            ("KSTT",),
            "Hà Nội",
            "Thủ tướng",
            "Phó Thủ tướng",
            whole="TM. CHÍNH PHỦ",
        )
    return Issuer(
        "state",
        "prime",
        "Thủ tướng Chính phủ",
        ("THỦ TƯỚNG CHÍNH PHỦ",),
        "TTg",
        ("KTTH",),
        "Hà Nội",
        "Thủ tướng",
        "Phó Thủ tướng",
    )


def _school(rng: random.Random) -> Issuer:
    town = rng.choice(TOWNS)
    parent, name, mark = rng.choice(
        (
            (f"Phòng GD&ĐT {town}", f"Trường Tiểu học {rng.choice(VILLAGES)}", "TH"),
            (f"Phòng GD&ĐT huyện {town}", f"Trường Mầm non {rng.choice(VILLAGES)}", "MN"),
            (f"Sở GD&ĐT {rng.choice(PLACES)}", f"Trường THPT {rng.choice(TOWNS)}", "THPT"),
            (f"UBND huyện {town}", f"Trường THCS {rng.choice(VILLAGES)}", "THCS"),
            ("Bộ Giáo dục và Đào tạo", f"Trường Đại học {rng.choice(PLACES)}", "ĐHBS"),
        )
    )
    return Issuer(
        "state",
        "school",
        name,
        broken(name, 26),
        mark,
        ("VP", "CM", "ĐT"),
        town,
        "Hiệu trưởng",
        "Phó Hiệu trưởng",
        parent,
        broken(parent, 30),
    )


def _hospital(rng: random.Random) -> Issuer:
    place, town = rng.choice(PLACES), rng.choice(TOWNS)
    name, mark = rng.choice(((f"Bệnh viện Đa khoa tỉnh {place}", "BVĐK"), (f"Trung tâm Y tế huyện {town}", "TTYT")))
    parent = f"Sở Y tế {place}"
    return Issuer(
        "state",
        "hospital",
        name,
        broken(name),
        mark,
        ("KHTH", "TCHC", "KD"),
        place,
        "Giám đốc",
        "Phó Giám đốc",
        parent,
        broken(parent),
    )


def _company(rng: random.Random) -> Issuer:
    place = rng.choice(PLACES)
    name, mark = rng.choice(
        (
            (f"Công ty Cổ phần Xây dựng {rng.choice(TOWNS)}", "CTCP"),
            (f"Công ty TNHH Một thành viên Cấp nước {place}", "CTCN"),
            (f"Tổng công ty Lâm nghiệp {place}", "TCT"),
            (f"Điện lực {rng.choice(TOWNS)}", "ĐL"),
            (f"Hợp tác xã Nông nghiệp {rng.choice(VILLAGES)}", "HTX"),
        )
    )
    return Issuer("state", "company", name, broken(name), mark, ("KT", "KHKD", "TCHC"), place, "Giám đốc", "Phó Giám đốc")


def _party(rng: random.Random) -> Issuer:
    place, town = rng.choice(PLACES), rng.choice(TOWNS)
    parent, name, mark, post, deputy, whole = rng.choice(
        (
            (f"Đảng bộ tỉnh {place}", "Tỉnh ủy", "TU", "Bí thư", "Phó Bí thư", "T/M BAN THƯỜNG VỤ"),
            (f"Đảng bộ tỉnh {place}", f"Huyện ủy {town}", "HU", "Bí thư", "Phó Bí thư", "T/M BAN THƯỜNG VỤ"),
            (f"Tỉnh ủy {place}", "Ban Tổ chức", "BTC", "Trưởng ban", "Phó Trưởng ban", ""),
            (f"Tỉnh ủy {place}", "Văn phòng", "VPTU", "Chánh Văn phòng", "Phó Chánh Văn phòng", ""),
            (f"Huyện ủy {town}", "Ủy ban Kiểm tra", "UBKT", "Chủ nhiệm", "Phó Chủ nhiệm", "T/M ỦY BAN KIỂM TRA"),
            (f"Đảng bộ huyện {town}", f"Đảng ủy xã {rng.choice(VILLAGES)}", "ĐU", "Bí thư", "Phó Bí thư", "T/M ĐẢNG ỦY"),
            ("Đảng bộ Sở Nội vụ", "Chi bộ Văn phòng", "CB", "Bí thư", "Phó Bí thư", "T/M CHI BỘ"),
        )
    )
    return Issuer(
        "party", "party", name, broken(name, 28), mark, ("VP", "TH"), place, post, deputy, parent, (parent.upper(),), whole
    )


def _union(rng: random.Random) -> Issuer:
    place = rng.choice(PLACES)
    parent, name, mark = rng.choice(
        (
            ("Tổng Liên đoàn Lao động Việt Nam", f"Liên đoàn Lao động tỉnh {place}", "LĐLĐ"),
            (f"Hội LHPN tỉnh {place}", f"Hội Liên hiệp Phụ nữ huyện {rng.choice(TOWNS)}", "BTV"),
            (f"Hội Nông dân tỉnh {place}", f"Hội Nông dân huyện {rng.choice(TOWNS)}", "HND"),
        )
    )
    return Issuer(
        "state",
        "union",
        name,
        broken(name),
        mark,
        ("TC", "VP"),
        place,
        "Chủ tịch",
        "Phó Chủ tịch",
        parent,
        broken(parent, 34),
        "TM. BAN THƯỜNG VỤ",
    )


def _court(rng: random.Random) -> Issuer:
    town = rng.choice(TOWNS)
    if rng.random() < 0.5:
        return Issuer(
            "state",
            "court",
            f"Tòa án nhân dân huyện {town}",
            ("TÒA ÁN NHÂN DÂN", f"HUYỆN {town}".upper()),
            "TA",
            ("VP",),
            town,
            "Chánh án",
            "Phó Chánh án",
        )
    return Issuer(
        "state",
        "court",
        f"Viện kiểm sát nhân dân huyện {town}",
        ("VIỆN KIỂM SÁT NHÂN DÂN", f"HUYỆN {town}".upper()),
        "VKS",
        ("VP",),
        town,
        "Viện trưởng",
        "Phó Viện trưởng",
    )
