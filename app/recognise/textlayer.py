"""The words of a PDF page that was born digital, taken from its text instead of its picture."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pypdfium2.raw

from app.errors import AppError
from app.i18n import _
from app.recognise import legacy
from app.recognise.soundness import is_sound
from storage.records.reading import Box, PageText, Word

pdfium: Any = pypdfium2.raw  # made of ctypes, without types
PdfDocument: Any = pypdfium2.PdfDocument

ENGINE = "text layer"
GRAIN = 100_000  # steps of a page's side when boxes are turned into fractions
SIGNS_MOST = 200_000  # on one page
FONT_NAME_MOST = 200  # bytes
PICTURE = 0.5  # a picture over this share of the page with few words: a scan with a printed-on stamp
FEW_WORDS = 60
SLOPE = 20.0  # degrees
GAP = 1.6  # line heights between lines of one block


@dataclass(slots=True)
class _Sign:
    text: str
    box: Box
    level: bool = True  # runs from left to right as the page is seen
    font: str = ""


def read_layer(path: Path, index: int) -> PageText | None:
    """The words of page `index` (from 0), or None when the text is missing, unsound, or only part of what is seen.

    Text of the old Vietnamese fonts is turned into Unicode; the engine's name then says from what. Sizes are in points times
    300/72, so that they compare with a picture at 300 dpi. Raises `file.broken`.
    """
    try:
        document = PdfDocument(path)
        page = document[index]
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise AppError(
            "file.broken",
            _("The file is damaged and can't be read."),
            _("Copy it again from where it came, or scan the paper again."),
            detail=str(error),
        ) from error
    try:
        signs = list(_signs(page))
        old = legacy.encodings(_texts(signs))
        if old is None:
            return None
        words = _numbered(list(_lines(signs, old)))
        if not is_sound(" ".join(word.text for word in words)) or (len(words) < FEW_WORDS and _is_picture(page)):
            return None
        width, height = page.get_size()
        engine = f"{ENGINE}, {'+'.join(sorted(set(old.values())))}" if old else ENGINE
        return PageText(round(width / 72 * 300), round(height / 72 * 300), 300, words, engine)
    finally:
        document.close()


def _texts(signs: list[_Sign]) -> dict[str, str]:
    """What is written in each font; where another font takes over, a word ends."""
    texts: dict[str, list[str]] = {}
    before = ""
    for sign in signs:
        written = texts.setdefault(sign.font, [])
        if sign.font != before:
            written.append(" ")
            before = sign.font
        written.append(sign.text)
    return {font: "".join(written) for font, written in texts.items()}


def _lines(signs: list[_Sign], old: Mapping[str, str]) -> Iterator[list[_Sign]]:
    """Lines of words as pdfium sees them; a new line also begins where the text jumps."""
    line: list[_Sign] = []
    word: list[_Sign] = []
    for sign in [*signs, _Sign("\n", (0, 0, 0, 0))]:
        if not sign.text.isspace():
            word.append(sign)
            continue
        if word:
            whole = _joined(word, old)
            if line and line[-1].level and whole.level and _jumps(line[-1].box, whole.box):
                yield line
                line = []
            line.append(whole)
            word = []
        if sign.text in "\r\n" and line:
            yield line
            line = []


def _signs(page: Any) -> Iterator[_Sign]:
    text, turned = page.get_textpage(), -page.get_rotation()
    width, height = ctypes.c_int(), ctypes.c_int()
    left, right, bottom, top = (ctypes.c_double() for _n in range(4))
    loose, font = pdfium.FS_RECTF(), ""
    for number in range(min(text.count_chars(), SIGNS_MOST)):
        code = pdfium.FPDFText_GetUnicode(text, number)
        if 0xD800 <= code <= 0xDFFF or code in (0, 0xFFFE, 0xFFFF):
            code = 0xFFFD
        if code == 0x2:  # a hyphen at a line's end, as pdfium marks it
            code = 0xAD
        if not pdfium.FPDFText_GetLooseCharBox(text, number, loose):
            pdfium.FPDFText_GetCharBox(text, number, left, right, bottom, top)
            loose.left, loose.right, loose.bottom, loose.top = left.value, right.value, bottom.value, top.value
        corners = []
        for x, y in ((loose.left, loose.top), (loose.right, loose.bottom)):
            pdfium.FPDF_PageToDevice(page, 0, 0, GRAIN, GRAIN, 0, x, y, width, height)
            corners.append((width.value / GRAIN, height.value / GRAIN))
        (x0, y0), (x1, y1) = corners
        angle = math.degrees(pdfium.FPDFText_GetCharAngle(text, number)) + turned
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        font = _font(text, number) or font
        yield _Sign(chr(code), box, abs((angle + 180) % 360 - 180) < SLOPE, font)
    text.close()


def _font(text: Any, number: int) -> str:
    """The name of a sign's font; "" for the blanks that pdfium puts between words."""
    name, flags = ctypes.create_string_buffer(FONT_NAME_MOST), ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text, number, name, FONT_NAME_MOST, flags)
    return name.value.decode("utf-8", "replace") if 0 < length <= FONT_NAME_MOST else ""


def _joined(word: list[_Sign], old: Mapping[str, str]) -> _Sign:
    boxes = [sign.box for sign in word]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    parts = []
    for font, signs in groupby(word, key=lambda sign: sign.font):
        written = "".join(sign.text for sign in signs)
        parts.append(legacy.converted(written, old[font], font) if font in old else written)
    text = unicodedata.normalize("NFC", "".join(parts)).replace("\u00ad", "-")
    return _Sign(text, box, all(sign.level for sign in word))


def _jumps(before: Box, after: Box) -> bool:
    """Not on the same line although no line end was marked, or back to the left."""
    overlap = min(before[3], after[3]) - max(before[1], after[1])
    return overlap < 0.3 * min(before[3] - before[1], after[3] - after[1]) or after[2] < before[0]


def _numbered(lines: list[list[_Sign]]) -> list[Word]:
    words: list[Word] = []
    block, last = 0, None
    for number, line in enumerate(lines):
        top, bottom = min(sign.box[1] for sign in line), max(sign.box[3] for sign in line)
        if last is not None and not -0.5 * (bottom - top) < top - last < GAP * (bottom - top):
            block += 1
        last = bottom
        for sign in line:
            box = _inside(sign.box)
            if box is not None:
                words.append(Word(sign.text, box, 1.0, block, number))
    return words


def _inside(box: Box) -> Box | None:
    """Cut to the page; None for what lies beside it."""
    x0, y0, x1, y1 = (min(max(edge, 0.0), 1.0) for edge in box)
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _is_picture(page: Any) -> bool:
    width, height = page.get_size()
    for thing in page.get_objects(max_depth=3):
        if thing.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            if (right - left) * (top - bottom) > PICTURE * width * height:
                return True
    return False
