"""Text written with Vietnamese fonts from before Unicode: TCVN3 ("ABC"), VNI and VPS put Vietnamese shapes on Western codes.

Such a PDF looks right, but its text reads "Céng hßa" or "Coäng hoøa". The name of the font tells the encoding (`.VnTime`,
`VNI-Times`, `VPS Times`), or what is said does: only one of them turns the text into Vietnamese syllables. Where neither is
plain the page is read from its picture instead.

Sources: TCVN 5712:1993, third set (VN3); the code tables of the makers VNI and VPS.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from app.recognise.doubt import core, plausible

TCVN3, VNI, VPS = "TCVN3", "VNI", "VPS"
SURE = 0.85  # share of the converted words that must be Vietnamese
RAW = 0.5  # … and share of them above which the text already was
WORDS = 4  # that an encoding must change before it is believed without the font's name
HYPHENS = "-\u00ad\u2010"  # what a PDF reader makes of TCVN3's ư, which stands on the code of the soft hyphen

# Rows of codes, a blank for a code without a letter. TCVN3 has no capitals with tones: they come from fonts whose names end in H.
_TCVN3_FROM_A1 = "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ"
_VPS_FROM_80 = (
    "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ  ỀỂỄỐỒỔỖýỷỵỚỜỞ ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự"
    "ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ àáâãảạă èéêẽìí ĩẴĐòóôõ Ơụùúủ ỶẼỳ"
)
# VNI writes a vowel, then a sign with its mark and tone.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_ROOFS = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BOWLS = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_ALONE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư", "ñ": "đ"}


def encoding_of_font(name: str) -> str:
    """What the name of a font says, "" for any other font. A subset's tag ("ABCDEF+") is passed over."""
    plain = re.sub(r"^[A-Z]{6}\+", "", name)
    for encoding in (VNI, VPS):
        if plain.upper().startswith(encoding):
            return encoding
    return TCVN3 if re.match(r"\.vn|vn(time|arial|3dh|avant|book|courier|univers|arist)", plain.lower()) else ""


def encodings(texts: Mapping[str, str]) -> dict[str, str] | None:
    """The encoding of each font's text where it has an old one, by the font's name; None where some font's text stays unclear."""
    found = {}
    for font, text in texts.items():
        named = encoding_of_font(font)
        encoding = _encoding(text, (named,) if named else (TCVN3, VNI, VPS), 1 if named else WORDS)
        if encoding is None and named and _is_told(text):
            return None
        if encoding:
            found[font] = encoding
    return found


def converted(text: str, encoding: str, font: str = "") -> str:
    """A word in Unicode, NFC. Signs without a meaning in the encoding stay as they are."""
    if encoding == VNI:
        done = _from_vni(text)
    elif encoding == VPS:
        done = "".join(_VPS.get(_code(sign), sign) for sign in text)
    else:
        done = _from_tcvn3(text)
        if font.rstrip("0123456789").upper().endswith(("H", "H,BOLD", "H,ITALIC", "H-BOLD", "H-ITALIC")):
            done = done.upper()
    return unicodedata.normalize("NFC", done)


def _encoding(text: str, candidates: tuple[str, ...], least: int) -> str | None:
    """The candidate that makes Vietnamese words of what is none; None where none does."""
    words = text.split()
    best, most = None, 0.0
    for candidate in candidates:
        pairs = [(word, converted(word, candidate)) for word in words]
        pairs = [(core(old), core(new)) for old, new in pairs if old != new]
        if len(pairs) < least:
            continue
        raw = sum(_is_vietnamese(old) for old, _new in pairs) / len(pairs)
        share = sum(_is_vietnamese(new) for _old, new in pairs) / len(pairs)
        if raw < RAW and share >= SURE and share > most:
            best, most = candidate, share
    return best


def _is_vietnamese(letters: str) -> bool:
    return letters.isalpha() and plausible(letters.lower())  # capital fonts make capitals of small letters


def _is_told(text: str) -> bool:
    """Has letters beyond ASCII that don't already make Vietnamese words: it needs an encoding."""
    words = [core(word) for word in text.split() if not word.isascii()]
    return bool(words) and sum(_is_vietnamese(word) for word in words) < RAW * len(words)


def _code(sign: str) -> int:
    """The byte behind a sign: Western codes, or the private ones that fonts with codes of their own get."""
    point = ord(sign)
    if 0xF020 <= point <= 0xF0FF:
        return point - 0xF000
    if sign in ("\u03bc", "\u2219", "\u02c9"):  # what some readers make of µ, · and ¯
        return {"\u03bc": 0xB5, "\u2219": 0xB7, "\u02c9": 0xAF}[sign]
    try:
        return sign.encode("cp1252")[0]
    except UnicodeEncodeError:
        return point


def _from_tcvn3(text: str) -> str:
    done = "".join(_TCVN3.get(_code(sign), sign) if sign not in HYPHENS else sign for sign in text)
    if not any(sign in HYPHENS for sign in done):
        return done
    horned = "".join("ư" if sign in HYPHENS else sign for sign in done)
    parts = re.split(f"[{HYPHENS}]", core(done))
    whole = core(horned)
    as_letter = (
        whole.isalpha() and plausible(whole) and not (len(parts) > 1 and all(part and plausible(part) for part in parts))
    )
    return horned if as_letter else done


def _from_vni(text: str) -> str:
    done: list[str] = []
    for sign in text:
        low = chr(_code(sign)).lower()
        base = done[-1][0] if done else ""
        if base and low in _VNI_TONES and base.lower() in "aeouyơư":
            done[-1] += _VNI_TONES[low]
        elif base and len(done[-1]) == 1 and low in _VNI_ROOFS and base.lower() in "aeo":
            done[-1] += "\u0302" + _VNI_ROOFS[low]
        elif base and len(done[-1]) == 1 and low in _VNI_BOWLS and base.lower() == "a":
            done[-1] += "\u0306" + _VNI_BOWLS[low]
        else:
            alone = _VNI_ALONE.get(low, sign)
            done.append(alone.upper() if chr(_code(sign)).isupper() else alone)
    return "".join(done)


_TCVN3 = {code: letter for code, letter in enumerate(_TCVN3_FROM_A1, 0xA1) if letter != " "}
_VPS = {code: letter for code, letter in enumerate(_VPS_FROM_80, 0x80) if letter != " "}
