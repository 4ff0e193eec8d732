"""Text written with Vietnamese fonts from before Unicode: TCVN3 ("ABC"), VNI and VPS put Vietnamese shapes on Western codes.

Such a PDF looks right, but its text reads "Céng hßa" or "Coäng hoøa". The name of the font tells the encoding (`.VnTime`,
`VNI-Times`, `VPS Times`), or what is said does: only one of them turns the text into Vietnamese syllables. Where neither is
plain the page is read from its picture instead.

Sources: TCVN 5712:1993, its third set VN3; the code tables of the makers VNI and VPS.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from app.recognise.doubt import core, plausible

TCVN3, VNI, VPS = "TCVN3", "VNI", "VPS"
SURE = 0.85  # share of the converted words that must be Vietnamese
RAW = 0.5  # … and share of them above which the text already is
WORDS = 4  # that an encoding must have changed before it is believed without the font's name
HYPHENS = "-\u00ad\u2010"

_TCVN3 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ", 0xDC: "ĩíịò", 0xE1: "ỏõóọồổỗốộờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip
_VPS = {
    0x80: "ÀẢẤẦẨọỗĂếềểệẮẰẲẾ", 0x93: "ỀỂỄỐỒỔỖýỷỵỜỚỞ", 0xA1: "ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕựẦ", 0xC1: "ÁÂẤẨẪậđẻÉÊẹỉỄ",
    0xCE: "ịỹƯỦồốÔỏơÈừứÚũưÝẺ",
}  # fmt: skip
"""Only a first sketch of the rows; `_vps` below is what counts."""


def encoding_of_font(name: str) -> str:
    """What the name of a font says, "" for any other font. Subset tags ("ABCDEF+") are passed over."""
    plain = re.sub(r"^[A-Z]{6}\+", "", name)
    if plain.upper().startswith("VNI"):
        return VNI
    if plain.upper().startswith("VPS"):
        return VPS
    return TCVN3 if re.match(r"\.?Vn[A-Z0-9]", plain) or plain.lower().startswith(".vn") else ""
