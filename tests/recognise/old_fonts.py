"""PDFs as offices wrote them before Unicode: simple fonts whose Western codes show Vietnamese shapes."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pikepdf

TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđ\0\0\0\0\0\0àảãáạ\0ằẳẵắ\0\0\0\0\0\0\0ặầẩẫấậè\0ẻẽéẹềểễếệìỉ\0\0\0ĩíịò\0ỏõóọồổỗốộờởỡớợù\0ủũúụừửữứựỳỷỹýỵ",
    0xA1,
)
VNI_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
VNI_ROOF = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
VNI_BOWL = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
VNI_WHOLE = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ"}


def tcvn3(text: str) -> bytes:
    """The codes of a text; capitals with tones are written small, as under a capital font."""
    row, first = TCVN3
    made = bytearray()
    for sign in text:
        letter = sign if sign in row or sign.isascii() else sign.lower()
        made.append(ord(letter) if letter.isascii() else first + row.index(letter))
    return bytes(made)


def vni(text: str) -> bytes:
    return "".join(_vni(sign) for sign in text).encode("cp1252")


def _vni(sign: str) -> str:
    low = sign.lower()
    if low in VNI_WHOLE:
        made = VNI_WHOLE[low]
    else:
        base, *marks = list(unicodedata.normalize("NFD", low))
        tone = next((mark for mark in marks if mark in VNI_TONES), "")
        if "\u0302" in marks:
            made = base + VNI_ROOF[tone]
        elif "\u0306" in marks:
            made = base + VNI_BOWL[tone]
        else:
            made = {"o": "ô", "u": "ö"}[base] if "\u031b" in marks else base
            made += VNI_TONES[tone] if tone else ""
    return made.upper() if sign.isupper() else made


def pdf(path: Path, runs: list[tuple[str, bytes]], meaning: bytes | None = None) -> Path:
    """A page with a line for each (font name, codes). The fonts aren't embedded; `meaning` is a ToUnicode map for all of them."""
    with pikepdf.new() as made:
        fonts, lines = pikepdf.Dictionary(), [b"BT 18 TL 60 760 Td"]
        for number, name in enumerate(dict.fromkeys(name for name, _codes in runs)):
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.TrueType,
                BaseFont=pikepdf.Name("/" + name),
                Encoding=pikepdf.Name.WinAnsiEncoding,
                FirstChar=0,
                LastChar=255,
                Widths=pikepdf.Array([500] * 256),
            )
            if meaning:
                font.ToUnicode = made.make_stream(meaning)
            fonts[f"/F{number}"] = made.make_indirect(font)
        names = list(dict.fromkeys(name for name, _codes in runs))
        for name, codes in runs:
            lines.append(b"/F%d 11 Tf <%s> Tj T*" % (names.index(name), codes.hex().encode()))
        page = made.add_blank_page(page_size=(595.28, 841.89))
        page.Resources = pikepdf.Dictionary(Font=fonts)
        page.Contents = made.make_stream(b"\n".join([*lines, b"ET"]))
        made.save(path)
    return path
