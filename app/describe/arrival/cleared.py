"""A page without its arrival stamp: what was stamped and written there is taken out of its words, what it hides is read again.

A stamp's words look like a number line, a title, names behind "Kính gửi"; its frame makes the engine lose the lines beside it. So the
page's lines at the height of the stamp are read a second time from a picture without it. What is fainter or has more colour than print
goes by its strength; of a stamp as black as the print only frame, rules and leaders can go, and its words are told by where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.describe.arrival.frames import PAGE
from app.describe.arrival.inks import MM, Cut, drawn_lines, taken_by_inks
from app.describe.arrival.rows import leader_dots
from app.describe.arrival.stamp import ArrivalStamp, find_arrival_stamp
from app.describe.fuzzy import compact
from app.describe.ink import PageReader, Pixels, pixels_of
from app.describe.ruled import paper_around
from app.describe.second import replaced
from app.errors import AppError
from storage.records.reading import PageText, Word

Ink = NDArray[np.float32]
Mask = NDArray[np.bool_]
_OVER = 5.0  # millimetres around the frame, where the pen runs over it
_MORE = 12.0  # the most by which the band may grow to hold whole lines
_AIR = 1.2  # above and below
_BORDER = 24  # white pixels around what is read
_LEAST = 0.1  # of the light: less is paper
_FAINTER = 0.72  # of the print's strength: a stamp may be so strong to be told from it
_BETWEEN = 0.5  # of the way from the stamp's strength to the print's
_HIGHEST, _HIGHEST_BESIDE_PEN = 0.7, 0.62  # of the print's: more would break its letters
_STAMPS = 2  # of arrival on one page: a paper that was passed on has two
_FRESH = 3_000_000  # line numbers of what is read here
_CLEARLY, _SURE, _LEGIBLE = 0.8, 0.6, 0.35
_STEP, _CLOSE = 1.3, 0.6  # heights of a line: the widest blank in it, and that before a figure, which may be written
_LEVEL, _ALIKE = 0.45, 1.9  # heights between two words of a line; how much higher one may be
_LETTERS = 3
_NOTATION = re.compile(r"[A-ZĐƯ]{2}\S*[-/.][A-ZĐƯ]|/[A-ZĐƯ]{2}")  # no stamp has one
_TOUCHED = 0.2  # of the smaller of two boxes: read here and there
_STAMP_WORDS = frozenset(("den", "cong", "van", "ban", "ngay", "gio", "chuyen", "luu", "ho", "hs", "va", "ky", "hieu"))
_SAME = 0.7  # of the larger of two boxes: one word


@dataclass(slots=True)
class Cleared:
    """A page, its picture and the stamps that were taken out of both, in the order in which they were found."""

    page: PageText
    image: Path
    stamps: list[ArrivalStamp]


def without_stamps(page: PageText, image: Path, engine: PageReader, first: ArrivalStamp, folder: Path) -> Cleared:
    """The page without `first` and without another stamp that shows once it is gone; `folder` holds the cleared pictures.

    Where they can't be written or read the page stays as it was up to then: its stamps are told all the same.
    """
    done = Cleared(page, image, [first])
    with suppress(AppError, OSError):
        for stamp in done.stamps:  # grows by the one that is found
            clear = folder / f"page-1-{len(done.stamps)}.bmp"
            done.page, done.image = without_stamp(done.page, done.image, engine, stamp, clear), clear
            gone = [one.box for one in done.stamps]
            again = find_arrival_stamp(done.page, clear, engine, gone=gone) if len(done.stamps) < _STAMPS else None
            done.stamps += [again] if again else []
    return done


def without_stamp(page: PageText, image: Path, engine: PageReader, stamp: ArrivalStamp, out: Path) -> PageText:
    """The page's words without those of the stamp, read anew beside and below it; 0.2 … 0.5 s.

    `out` becomes the page's picture without the stamp (a BMP), for further looks. Where the engine fails only the words in the stamp
    go. Raises OSError.
    """
    pixels = pixels_of(image)
    zone = _Zone(page, stamp.cut)
    band = zone.band(page)
    cleared, told_apart = _cleared(page, pixels, stamp, band)
    height = len(pixels)
    whole = np.concatenate([pixels[: int(band[0] * height)], cleared, pixels[int(band[0] * height) + len(cleared) :]])
    Image.fromarray(whole).save(out, "BMP")
    clear = _grey(cleared)
    try:
        read = engine.read_grey(np.pad(clear, _BORDER, constant_values=255), page.dpi if page.dpi > 0 else 200)
    except AppError:
        return PageText(page.width, page.height, page.dpi, [w for w in page.words if not zone.holds(w)], page.engine)
    fresh = _FRESH + max((word.line for word in page.words), default=0)  # a first stamp's lines are numbered so already
    words = [_on_page(word, read, clear.shape, band, fresh) for word in read.words]
    words = [word if zone.holds(word, 1.0) else _first_reading(word, page) for word in words]
    own = _own(words, zone, told_apart)
    return replaced(page, own + _missed(page, own, zone, band), (0.0, band[0], 1.0, band[1]))


class _Zone:
    """Where the stamp stands: its frame, and the paper around over which a pen may run."""

    def __init__(self, page: PageText, cut: Cut) -> None:
        self.aspect = page.height / page.width
        self.into = cv2.invertAffineTransform(cut.to_page)
        self.frame = cut.frame
        _left, self.top, _right, self.bottom = cut.box(*cut.frame)

    def holds(self, word: Word, over: float = 0.0) -> bool:
        """Whether the middle of a word lies in the frame, or within so many millimetres of it."""
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        at, down = (self.into @ np.array([x, y, 1.0])).tolist()
        x0, y0, x1, y1 = self.frame
        air = over * MM
        return bool(x0 - air < at < x1 + air and y0 - air < down < y1 + air)

    def band(self, page: PageText) -> tuple[float, float]:
        """From where to where, as fractions of the page's height, lines are read again: whole ones."""
        unit = 1 / PAGE / self.aspect
        top, bottom = self.top - _OVER * unit, self.bottom + _OVER * unit
        first, last = top - _MORE * unit, bottom + _MORE * unit
        for _turn in range(3):
            for word in page.words:
                y0, y1 = word.box[1], word.box[3]
                if y1 - y0 > 12 * unit:
                    continue
                if y0 < top < y1:
                    top = max(y0, first)
                if y0 < bottom < y1:
                    bottom = min(y1, last)
        return max(0.0, top - _AIR * unit), min(1.0, bottom + _AIR * unit)


def _grey(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _cleared(page: PageText, pixels: Pixels, stamp: ArrivalStamp, band: tuple[float, float]) -> tuple[Pixels, bool]:
    """The band of the page, the stamp's ink taken out of it; True where stamp and pen could be told from print."""
    height, width = pixels.shape[:2]
    first, last = int(band[0] * height), round(band[1] * height)
    part = pixels[first:last]
    covered = _covered(stamp.cut, (height, width), _OVER)[first:last]
    least = taken_by_inks(part).min(axis=2)
    stamped, written = _stamp_strengths(stamp)
    printed = _print_strength(page, least, band, covered)
    weakest = _FAINTER * printed
    gone = np.zeros(least.shape, bool)
    level = _LEAST
    if stamped < weakest:
        strongest = max(stamped, written) if written < weakest else stamped
        highest = _HIGHEST if written < weakest else _HIGHEST_BESIDE_PEN
        level = min(strongest + _BETWEEN * (printed - strongest), highest * printed)
    else:
        drawn = drawn_lines(stamp.cut) | leader_dots(stamp.layers.stamp, stamp.cut)
        gone = _back(drawn, stamp.cut, (height, width))[first:last]
    stays = cv2.dilate((least > level).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    away = covered & (gone | ~stays)
    cleared = np.where(
        away if part.ndim == 2 else away[:, :, None], paper_around(part), part
    )  # an edge where the paper changes is read as a letter
    return np.asarray(cleared, np.uint8), stamped < weakest and written < weakest


def _covered(cut: Cut, size: tuple[int, int], over: float) -> Mask:
    """The frame and so many millimetres around it, on the page."""
    height, width = size
    x0, y0, x1, y1 = cut.frame
    air = over * MM
    corners = np.array([[x0 - air, y0 - air, 1], [x1 + air, y0 - air, 1], [x1 + air, y1 + air, 1], [x0 - air, y1 + air, 1]])
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.round((corners @ cut.to_page.T) * (width, height)).astype(np.int32)], 1)
    return mask.astype(bool)


def _back(mask: Mask, cut: Cut, size: tuple[int, int]) -> Mask:
    """A mask of the cut on the page."""
    height, width = size
    to_pixels = cut.to_page * np.array([[width], [height]])
    drawn = cv2.warpAffine(mask.astype(np.uint8) * 255, to_pixels, (width, height), flags=cv2.INTER_AREA)
    return np.asarray(drawn > 90)


def _stamp_strengths(stamp: ArrivalStamp) -> tuple[float, float]:
    """How much light stamp and pen take away in the colour of which they take least."""
    least = taken_by_inks(stamp.cut.picture).min(axis=2)
    lines = drawn_lines(stamp.cut)
    stamped = float(np.percentile(least[lines], 75)) if lines.any() else 9.0
    inside = _inside(stamp.cut)
    if not stamp.layers.apart:
        return stamped, float(np.percentile(least[inside], 99.5)) if inside.any() else 9.0
    if not stamp.layers.blue:
        return stamped, 9.0  # print is among it
    pen = (stamp.layers.pen < 110) & inside
    return stamped, float(np.percentile(least[pen], 90)) if pen.any() else 0.0


def _inside(cut: Cut) -> Mask:
    x0, y0, x1, y1 = (round(v) for v in cut.frame)
    mask = np.zeros(cut.picture.shape[:2], bool)
    mask[max(y0, 0) + MM : y1 - MM, max(x0, 0) + MM : x1 - MM] = True
    return mask


def _print_strength(page: PageText, least: Ink, band: tuple[float, float], covered: Mask) -> float:
    """The same of the document's print, by its words at the height of the stamp."""
    found = []
    rows, columns = least.shape
    for word in page.words:
        if word.confidence < _SURE or not (band[0] < word.box[1] and word.box[3] < band[1]):
            continue
        x0, x1 = int(word.box[0] * columns), round(word.box[2] * columns)
        y0, y1 = (round((y - band[0]) / (band[1] - band[0]) * rows) for y in (word.box[1], word.box[3]))
        part = least[y0:y1, x0:x1]
        if part.size and not covered[y0:y1, x0:x1].any():
            found.append(float(np.percentile(part, 90)))
    return float(np.median(found)) if found else 0.0


def _on_page(word: Word, read: PageText, shape: Sequence[int], band: tuple[float, float], fresh: int) -> Word:
    rows, columns = shape[:2]
    x0, y0, x1, y1 = word.box
    across = [min(max((x * read.width - _BORDER) / columns, 0.0), 1.0) for x in (x0, x1)]
    down = [band[0] + (band[1] - band[0]) * min(max((y * read.height - _BORDER) / rows, 0.0), 1.0) for y in (y0, y1)]
    return Word(word.text, (across[0], down[0], across[1], down[1]), word.confidence, word.block, fresh + word.line)


def _first_reading(word: Word, page: PageText) -> Word:
    """The word as the whole page was read, where it was read there and not badly: that look weighed its words."""
    for first in page.words:
        same = _common(word, first) > _SAME * max(_area(word), _area(first))
        if same and (first.confidence >= _SURE or first.confidence >= word.confidence):
            return Word(first.text, word.box, first.confidence, word.block, word.line)
    return word


def _missed(page: PageText, own: Sequence[Word], zone: _Zone, band: tuple[float, float]) -> list[Word]:
    """The document's words that the first reading had clearly and the picture without the stamp has not."""
    first = [word for word in page.words if band[0] < (word.box[1] + word.box[3]) / 2 < band[1]]
    kept = [
        word for word in _own(first, zone, False) if word.confidence >= _CLEARLY and not any(_meet(word, one) for one in own)
    ]
    return [word for place, word in enumerate(kept) if not (zone.holds(word, 1.0) and _is_stamped(word, kept[place + 1 :]))]


def _is_stamped(word: Word, behind: Sequence[Word]) -> bool:
    """Whether it is of the words that stamps have; "Số:" before a printed number is the document's."""
    text = compact(word.text)
    if "..." in word.text or text in _STAMP_WORDS:
        return True
    return text == "so" and not any(one.line == word.line and one.text[:1].isdigit() for one in behind[:1])


def _meet(word: Word, other: Word) -> bool:
    return _common(word, other) > _TOUCHED * min(_area(word), _area(other))


def _common(word: Word, other: Word) -> float:
    """The area that two words share."""
    wide, high = (min(word.box[i + 2], other.box[i + 2]) - max(word.box[i], other.box[i]) for i in (0, 1))
    return max(0.0, wide) * max(0.0, high)


def _area(word: Word) -> float:
    return (word.box[2] - word.box[0]) * (word.box[3] - word.box[1])


def _own(words: Sequence[Word], zone: _Zone, told_apart: bool) -> list[Word]:
    """Without the stamp's: of what stands in it the document's are words of a line that goes on outside, or print told by its ink."""
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    kept: list[Word] = []
    for line in lines.values():
        line.sort(key=lambda word: word.box[0])
        outside = [word for word in line if _is_outside(word, zone)]
        own = list(outside)
        if sum(_letters(word) for word in outside if word.confidence >= _SURE) >= _LETTERS:
            own = _chained(line, outside, zone.aspect)
        elif all(zone.holds(word, _OVER) for word in outside) and sum(map(_letters, outside)) < 2:
            own = []  # a pen's, that ran over the frame
        if told_apart:
            own += [word for word in line if word not in own and word.confidence >= _SURE and _letters(word) >= 2]
        kept += [word for word in line if word in own]
    return kept


def _is_outside(word: Word, zone: _Zone) -> bool:
    if not zone.holds(word, _OVER):
        return True
    if _NOTATION.search(word.text) and word.confidence >= _LEGIBLE:
        return True
    return not zone.holds(word, 1.0) and word.confidence >= _SURE and any(c.isalnum() for c in word.text)


def _chained(line: Sequence[Word], outside: Sequence[Word], aspect: float) -> list[Word]:
    """What stands outside, and what stands beside it without a wide blank, on one height and of one size."""
    own = list(outside)
    for words in (list(line), list(reversed(line))):
        last: Word | None = None
        for word in words:
            if word in own:
                last = word
            elif last is not None and _is_next(word, last, aspect):
                own.append(word)
                last = word
            else:
                last = None
    return own


def _is_next(word: Word, beside: Word, aspect: float) -> bool:
    high, other = ((w.box[3] - w.box[1]) * aspect for w in (word, beside))
    gap = max(word.box[0], beside.box[0]) - min(word.box[2], beside.box[2])
    apart = abs(word.box[3] - beside.box[3]) * aspect
    tall = max(high, other)
    step = _STEP * tall if _letters(word) >= 2 else _CLOSE * min(high, other)
    return word.confidence >= _LEGIBLE and gap < step and apart < _LEVEL * tall and tall < _ALIKE * min(high, other)


def _letters(word: Word) -> int:
    return sum(c.isalpha() for c in word.text)
