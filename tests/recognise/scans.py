"""Pictures of letters as a scanner may deliver them."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from tests import made_files as made

BODY = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ",
    "về công tác văn thư; theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số",
    "45/TTr-SNV về việc kiện toàn Ban Chỉ đạo chuyển đổi số của huyện Đắk Song,",
    "Ủy ban nhân dân huyện giao Phòng Tài chính - Kế hoạch chủ trì, phối hợp với",
)
SIGNER = "Nguyễn Thị Hường"
BOTTOM = 800


def body(sealed: bool = False) -> Image.Image:
    """Five lines at 200 dpi and a signer's name, a round red seal over it if asked for; 1654 × 800."""
    page = Image.new("RGB", (1654, BOTTOM), (250, 247, 238))
    pencil = ImageDraw.Draw(page)
    font = ImageFont.truetype(made.FONT, 38)
    for number, text in enumerate(BODY):
        pencil.text((180, 120 + number * 64), text, font=font, fill=(20, 20, 40))
    if sealed:
        seal(page, (1060, 500), 230)
    pencil.text((1000, 600), SIGNER, font=font, fill=(20, 20, 40))
    return page


def seal(page: Image.Image, place: tuple[int, int], across: int) -> None:
    """Two rings, a star of lines and letters, in the red of stamping ink."""
    x, y = place
    pencil = ImageDraw.Draw(page)
    red = (212, 38, 46)
    pencil.ellipse((x, y, x + across, y + across), outline=red, width=7)
    pencil.ellipse((x + 45, y + 45, x + across - 45, y + across - 45), outline=red, width=4)
    small = ImageFont.truetype(made.FONT, 34)
    for number, text in enumerate(("ỦY BAN NHÂN DÂN", "HUYỆN ĐẮK SONG", "TỈNH ĐẮK NÔNG")):
        pencil.text((x + across / 2, y + 70 + number * 45), text, font=small, fill=red, anchor="mm")
