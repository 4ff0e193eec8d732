"""A decision ready to be signed, as an office's word processor makes it: the form of Decree 30/2020, number and date left blank."""

from __future__ import annotations

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

from app.signature.font import FOLDER, FontSubset, subset_for

STYLES = {
    "upright": FOLDER / "Tinos-Regular.ttf",
    "bold": FOLDER / "Tinos-Bold.ttf",
    "italic": FOLDER / "Tinos-Italic.ttf",
}
WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT = 170.0, 410.0  # middles of the columns of the head
Row = tuple[str, str, float, float, float]  # style, text, size, middle, distance of the baseline from the top

BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ",
    "về công tác văn thư;",
    "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội.",
)


def head(number: str = "Số:          /QĐ-UBND", day: str = "Đắk Song, ngày       tháng       năm 2026") -> list[Row]:
    return [
        ("upright", "UBND TỈNH LÂM ĐỒNG", 12, LEFT, 70),
        ("bold", "ỦY BAN NHÂN DÂN XÃ ĐẮK SONG", 12, LEFT, 85),
        ("bold", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, RIGHT, 70),
        ("bold", "Độc lập - Tự do - Hạnh phúc", 13, RIGHT, 86),
        ("upright", number, 13, LEFT, 112),
        ("italic", day, 13, RIGHT, 112),
    ]


def decision(path: Path, *, pages: int = 2, **changes: str) -> Path:
    """A decision; its last page has the recipients on the left, post and name on the right."""
    first = head(**changes)
    first += [
        ("bold", "QUYẾT ĐỊNH", 14, 297, 160),
        ("bold", "Về việc công nhận kết quả chỉnh lý tài liệu lưu trữ năm 2025", 14, 297, 178),
        ("bold", "CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ ĐẮK SONG", 13, 297, 220),
    ]
    first += [("upright", line, 13, 310, 250 + 20 * number) for number, line in enumerate(BODY)]
    first += [("bold", "QUYẾT ĐỊNH:", 13, 297, 345)]
    first += [
        ("upright", "Điều 1. Công nhận kết quả chỉnh lý 42 hồ sơ của Ủy ban nhân dân xã.", 13, 310, 372),
        ("upright", "Điều 2. Quyết định này có hiệu lực kể từ ngày ký.", 13, 265, 392),
    ]
    last: list[Row] = [
        ("upright", "Điều 3. Chánh Văn phòng và các đơn vị liên quan thi hành Quyết định này./.", 13, 320, 90),
        ("bold", "Nơi nhận:", 12, 115, 140),
        ("upright", "- Như Điều 3;", 11, 122, 155),
        ("upright", "- Lưu: VT, VHXH.", 11, 131, 169),
        ("bold", "KT. CHỦ TỊCH", 14, 420, 140),
        ("bold", "PHÓ CHỦ TỊCH", 14, 420, 157),
        ("bold", "Nguyễn Thị Hồng Ngọc", 14, 420, 262),
    ]
    if pages == 1:
        first += [(style, text, size, middle, top + 330) for style, text, size, middle, top in last]
    with pikepdf.new() as pdf:
        for rows in [first, last][:pages]:
            draw(pdf, rows)
        pdf.save(path)
    return path


def draw(pdf: pikepdf.Pdf, rows: list[Row], size: tuple[float, float] = (WIDTH, HEIGHT)) -> None:
    page = pdf.add_blank_page(page_size=size)
    fonts = {style: subset_for("".join(row[1] for row in rows if row[0] == style), file) for style, file in STYLES.items()}
    page.Resources = Dictionary(Font=Dictionary({f"/{style}": embedded(pdf, font) for style, font in fonts.items()}))
    lines = []
    for style, text, points, middle, top in rows:
        left = middle - fonts[style].width(text, points) / 2
        lines.append(
            b"BT /%s %g Tf %.2f %.2f Td %s Tj ET" % (style.encode(), points, left, size[1] - top, fonts[style].encode(text))
        )
    page.Contents = pdf.make_stream(b"\n".join(lines))


def embedded(pdf: pikepdf.Pdf, font: FontSubset) -> pikepdf.Object:
    about = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/" + font.name), Flags=4, FontBBox=Array(font.box), ItalicAngle=0,
        Ascent=font.ascent, Descent=font.descent, CapHeight=font.cap_height, StemV=80, FontFile2=pdf.make_stream(font.data),
    )  # fmt: skip
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/" + font.name), CIDToGIDMap=Name.Identity,
        CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        W=Array([0, Array([font.widths[glyph] for glyph in sorted(font.widths)])]), FontDescriptor=pdf.make_indirect(about),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + font.name),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(font.to_unicode()),
        )
    )
