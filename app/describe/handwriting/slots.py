"""Where exactly number, day, month and year are written: windows around the places that the rules found.

The engine was trained on print: a box of a printed word swallows the pen strokes beside it, or strokes are read as letters of the
notation. Only the far edge of a word is trusted; the near edge comes from the known width of its letters. The windows keep
some print on both sides: cutting exactly between colon and slash is what fails, and the reader knows print.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from app.describe.handwriting.geometry import ABOVE, BELOW, HEIGHT, Gray
from app.describe.handwriting.metrics import depth, width
from app.describe.handwriting.reader import Kind
from app.describe.header import Header
from app.describe.ink import pixels_of, unpack_jpeg
from app.describe.readers import Slot
from app.describe.upper import upper_part
from storage.records.reading import Box, FieldReading, PageText, Word

USUAL_EM = 0.0227  # of the page's width: 13.5 pt on A4
_EM_RANGE = (0.62, 1.35)  # of the usual: from A4 lying on its side to a scan cut close
_PRINT = 0.8  # em of print beside day and month
_BEHIND = 0.75  # em of the notation behind the slash,
_BEHIND_YEAR = 0.2  # of the year where it stands there: its digits are none of the number
_LOOSE = 1.04  # of the known width: print is a little wider on some papers
_SHARE_OFF = 0.6  # em by which even shares are off at most
_LEAST_NUMBER = 3.6  # em from the S of "Số"
_LEAST_BEFORE_YEAR = 2.4
_MOST_NUMBER = 9.0
_WORDISH = re.compile(r"^[^\W\d_]{3,}[,.]?$|^(?:19|20)\d\d$")
_REACH = 0.45  # em that a baseline may be off
_UNDER = 2.0  # em under it: more than is looked at wherever it is moved to
_ENOUGH = 1100  # pixels across A4: 133 dpi, one em of 25
_LARGEST = 20_000  # pixels a side; anything larger is no page


@dataclass(slots=True, frozen=True)
class Window:
    """A place for digits. Measures are in widths of the page, on both axes."""

    kind: Kind
    left: float
    right: float
    baseline: float  # in the middle of the window
    em: float
    print: tuple[tuple[float, float], ...] = ()  # from left to right where only print stands
    end: float | None = None  # of the place itself, where what follows is another field that the window reaches into

    def box(self, aspect: float) -> Box:
        """In fractions of the page, for the field's reading."""
        top, bottom = (self.baseline - ABOVE * self.em) / aspect, (self.baseline + BELOW * self.em) / aspect
        right = self.right if self.end is None else min(self.right, self.end)
        return max(0.0, self.left), max(0.0, top), min(1.0, right), min(1.0, max(bottom, top + 1e-4))


def find_windows(page: PageText, header: Header, number: int = 1) -> dict[Kind, Window]:
    """Windows on page `number` for what the rules located there; what was not located is missing."""
    if page.width <= 0 or page.height <= 0:
        return {}
    aspect = page.height / page.width
    slots = {slot.field: slot for slot in header.slots if slot.page == number}
    found = [_number(page, slots, header.fields, aspect), *_date(page, slots, aspect)]
    return {window.kind: window for window in found if window is not None and window.right > window.left}


def _number(page: PageText, slots: Mapping[str, Slot], fields: Mapping[str, FieldReading], aspect: float) -> Window | None:
    slot = slots.get("codeNumber")
    if slot is None:
        return None
    notation = fields.get("codeNotation")
    printed = notation.box if notation and notation.value else None
    row = _row(page, (slot.box[0], slot.box[1], max(slot.box[2], printed[2] if printed else 0.0), slot.box[3]), aspect)
    em = _em(row, page)
    left = slot.box[0] - 0.1 * em
    behind = _BEHIND_YEAR if notation and notation.value[:1].isdigit() else _BEHIND
    if notation and printed:
        start = max(printed[0], printed[2] - 1.08 * em * width(notation.value))
        right = min(max(start, left + 1.2 * em), left + _MOST_NUMBER * em) + behind * em
    else:
        right = min(slot.box[2], left + 0.7 * _MOST_NUMBER * em)
    right = max(right, left + (_LEAST_NUMBER if behind == _BEHIND else _LEAST_BEFORE_YEAR) * em)
    spans = ((slot.box[0], slot.box[0] + 0.9 * em), (right - behind * em + 0.1 * em, right + em))
    end = max(_first_letter(notation.value, printed, em), left + em) if notation and printed else None
    return Window("number", left, right, _baseline(row, slot.box, aspect, em, italic=False), em, spans, end)


def _first_letter(notation: str, printed: Box, em: float) -> float:
    """Where the ink of the notation begins, from its end: its box shares a word evenly among its letters, and those by hand before
    it are wider than print, "/" is narrower.
    """
    return max(printed[2] - _LOOSE * em * width(notation), printed[0] - _SHARE_OFF * em)


def _date(page: PageText, slots: Mapping[str, Slot], aspect: float) -> Iterable[Window]:
    """Day, month and year. Where "tháng" swallowed digits both windows reach over all of it: too much print does no harm."""
    day, month = slots.get("issuedDate.day"), slots.get("issuedDate.month")
    whole = slots.get("issuedDate")
    if day is None or month is None:
        return
    row = _row(page, whole.box if whole else day.box, aspect)
    em = _em(row, page)
    line = _baseline(row, day.box, aspect, em, italic=True)
    ngay, thang, nam = (em * width(word, italic=True) for word in ("ngày", "tháng", "năm"))
    end = min(max(whole.box[2] if whole else 1.0, month.box[2] + 1.9 * em), month.box[2] + 3.2 * em)
    before, after = day.box[0] + ngay, month.box[2] - nam
    nexts = [word.box[0] for word in row if word.box[0] > month.box[0] + 0.6 * thang]
    first, last = sorted((month.box[0], min([day.box[2], after - 0.3 * em, *nexts]) - thang))
    if last - first < 0.3 * em:
        first = last = (first + last) / 2
    spans = ((day.box[0], before), (first, last + thang), (after, month.box[2]), (end - 2 * em, end))
    edges: tuple[tuple[Kind, float, float], ...] = (
        ("day", before, last),
        ("month", first + thang, after),
        ("year", month.box[2], end - 0.5 * em),
    )
    for place, (kind, left, right) in enumerate(edges):
        right = max(right, left + 0.3 * em)
        yield Window(kind, left - _PRINT * em, right + _PRINT * em, line, em, spans[place : place + 2])


def _row(page: PageText, box: Box, aspect: float) -> list[Word]:
    """Words that stand on one line with the box and over or beside it."""
    middle, near = (box[1] + box[3]) / 2, 0.6 * USUAL_EM / aspect
    return [
        w
        for w in page.words
        if abs((w.box[1] + w.box[3]) / 2 - middle) < near and w.box[2] > box[0] - 0.01 and w.box[0] < box[2] + 0.01
    ]


def _em(row: Iterable[Word], page: PageText) -> float:
    """The size of the print in page widths: from the words of the row, else of the head of the page, else the usual one."""
    found = list(_sizes(row, italic=True))
    if len(found) < 2:
        head = 0.45 * page.width / page.height
        found += _sizes((w for w in page.words if w.box[1] < head), italic=False)
    em = statistics.median(found) if found else USUAL_EM
    return min(max(em, _EM_RANGE[0] * USUAL_EM), _EM_RANGE[1] * USUAL_EM)


def _sizes(words: Iterable[Word], *, italic: bool) -> Iterable[float]:
    for word in words:
        if word.confidence >= 0.75 and _WORDISH.match(word.text):
            yield (word.box[2] - word.box[0]) / max(width(word.text, italic=italic), 0.1)


def _baseline(row: Iterable[Word], box: Box, aspect: float, em: float, *, italic: bool) -> float:
    """The line on which the print of the row stands: what most of the sure words agree on, each by its own letters."""
    found: list[tuple[float, float]] = []
    for word in row:
        tall = (word.box[3] - word.box[1]) * aspect
        letters = sum(c.isalnum() for c in word.text)
        if letters and 0.4 * em < tall < 1.5 * em:
            found.append((word.box[3] * aspect - depth(word.text, italic=italic) * em, word.confidence**2 * letters))
    if not found:
        return (box[1] + box[3]) / 2 * aspect + 0.25 * em
    support = [sum(weight for other, weight in found if abs(other - line) < 0.1 * em) for line, _own in found]
    best = max(support)
    return statistics.median(line for (line, _own), held in zip(found, support, strict=True) if held >= 0.999 * best)


def depth_of(windows: Iterable[Window]) -> float:
    """How far down a page `aligned` and `cut` look for these windows, in page widths."""
    return max((window.baseline + _UNDER * window.em for window in windows), default=0.0)


def load_grey(image: Path, deep: float | None = None) -> Gray | None:
    """The picture as grey, of colours the red channel: seals fade there, pens and print stay dark. None if it can't be read.

    `deep`: nothing is looked at that lies further down, in page widths; the rest may be missing.
    """
    try:
        with Image.open(image) as opened:
            if max(opened.size) > _LARGEST or min(opened.size) < 1:
                return None
            if min(opened.size) > 2 * _ENOUGH:
                part = None if deep is None else upper_part(opened, image, deep)
                if part is not None:
                    with part:
                        part.draft(None, (part.width // 2, part.height // 2))
                        return np.asarray(part if part.mode == "L" else part.getchannel("R"), np.uint8)
                half = unpack_jpeg(opened, image, half=True)
                if half is not None:
                    return half if half.ndim == 2 else np.ascontiguousarray(half[:, :, 0])
                opened.draft(None, (opened.width // 2, opened.height // 2))  # a JPEG of 300 dpi is unpacked at half its size
            elif opened.mode in {"RGB", "L"}:
                pixels = pixels_of(image)  # which the looks for marks and signer have unpacked already
                return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, 0])
            if opened.mode in {"RGB", "RGBA", "CMYK", "YCbCr", "P", "PA"}:
                return np.asarray(opened.convert("RGB").getchannel("R"), np.uint8)
            if opened.mode.startswith("I"):
                return np.asarray(np.asarray(opened, np.float64).clip(0, 65535) / 257, np.uint8)
            return np.asarray(opened.convert("L"), np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def aligned(grey: Gray, window: Window) -> Window:
    """The window with its baseline where the ink of the print beside it ends: boxes of the engine are loose by a third of an em."""
    scale = grey.shape[1]
    em, middle = window.em * scale, round(window.baseline * scale)
    reach, thick = round(_REACH * em), max(1, round(0.1 * em))
    top, bottom = middle - reach - 2 * thick, middle + reach + 2 * thick
    spans = [(max(round(a * scale), 0), min(round(b * scale), scale)) for a, b in window.print]
    parts = [grey[top:bottom, a:b] for a, b in spans if b - a > 2 and top >= 0 and bottom <= grey.shape[0]]
    if not parts or reach < 2:
        return window
    band = np.concatenate(parts, axis=1).astype(np.float32)
    dark = np.percentile(band, 90, axis=None) - band
    profile = np.clip(dark, 0, None).mean(axis=1)
    total = np.concatenate([[0.0], np.cumsum(profile)])
    at = np.arange(2 * thick, len(profile) - 2 * thick + 1)
    drop = (2 * total[at] - total[at - thick] - total[at + thick]) / thick
    shift = at - (len(profile) / 2)
    score = drop * (1 - 0.4 * np.abs(shift) / max(reach, 1))
    best = int(score.argmax())
    if drop[best] < 0.3 * float(profile.max()):
        return window
    return replace(window, baseline=window.baseline + float(shift[best]) / scale)


def cut(grey: Gray, window: Window) -> Gray:
    """The window as the reader wants it: 48 pixels high, paper outside the picture white."""
    scale = grey.shape[1]
    em = window.em * scale
    wide = max(1, round((window.right - window.left) * scale))
    high = max(2, round((ABOVE + BELOW) * em))
    left, top = round(window.left * scale), round(window.baseline * scale - ABOVE * em)
    y0, y1 = max(top, 0), min(top + high, grey.shape[0])
    x0, x1 = max(left, 0), min(left + wide, grey.shape[1])
    if y1 <= y0 or x1 <= x0:
        return np.full((HEIGHT, HEIGHT), 255, np.uint8)
    part = grey[y0:y1, x0:x1]
    paper = int(np.percentile(part, 80))
    out = np.full((high, wide), paper, np.uint8)
    out[y0 - top : y1 - top, x0 - left : x1 - left] = part
    size = (max(1, round(wide * HEIGHT / high)), HEIGHT)
    return np.asarray(cv2.resize(out, size, interpolation=cv2.INTER_AREA if high > HEIGHT else cv2.INTER_LINEAR), np.uint8)
