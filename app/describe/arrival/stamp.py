"""Looks for the arrival stamp on the picture of page 1: a frame of its size whose words prove it, cut out and read a second time.

The first reading loses what stands in a frame, and red ink fades when a page is read; so the frame is found by its shape
(`frames`), set upright, its ink taken apart (`inks`), and only what the stamp itself printed is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from app.describe.arrival.frames import PAGE, Frame, find_stamp_frames
from app.describe.arrival.inks import MM, Cut, Layers, coloured_only, cut_out, layers_of, told_by_strength
from app.describe.fuzzy import compact, distance
from app.describe.ink import PageReader, Pixels, pixels_of
from storage.records.reading import Box, PageText, Word

Kind = Literal["title", "number", "date", "other"]
DPI = round(MM * 25.4)
DEEPEST = 0.75  # page widths: stamps stand in the head
_FRAME = 24  # white pixels around a picture that is read
_PROOF, _CLEAR = 2, 4  # points that the words must give, and with which no second look is needed
_CLEARLY = 0.92  # of a frame's edges: nothing else looks like it
_WHOLE = 0.85  # of a frame's edges: more is no chance
_READ_WELL, _WORDS = 0.8, 9
_FRESH = 100_000  # line numbers of a further look
_KNOWN: tuple[tuple[str, Kind, int], ...] = (
    ("congvanden", "title", 3), ("vanbanden", "title", 3), ("congvan", "title", 2), ("chuyen", "other", 2),
    ("luuhoso", "other", 2), ("luuhs", "other", 2), ("sovakyhieu", "other", 2), ("kyhieuhs", "other", 2),
)  # fmt: skip
_OTHER_STAMPS = ("saoy", "chungthuc", "banchinh", "banhanh")
_NUMBER = re.compile(r"^\W*s[oôốồổỗộơớ0óò]\b|^\W*s[oôốồổỗộ]\s*[:.]", re.IGNORECASE)
_DATE = re.compile(r"^\W*ng[aàâăáạ]y\b|^\W*ng[aàâăáạ]y", re.IGNORECASE)
_TITLE = re.compile(r"^\W*[ĐD][EÊẾỀỂÉÈ]N\W*$")
_LIKE_TITLE = re.compile(r"^\W*[ĐD][EÊẾỀỂÉÈ][I1!|ÌÍ]\W*$")  # in faint ink
_LEVEL, _BY = 0.3, 0.02  # of its height, page widths
_BESIDE = 0.03  # page widths: what a line has so far outside the stamp is the document's own
_COVERED = 0.3  # what of such a line is read worse under the stamp may be the pen's
_LETTERS, _SURELY = 4, 9  # letters of such a line outside the stamp


@dataclass(slots=True, frozen=True)
class Label:
    """A word of the stamp: where it stands in the cut."""

    kind: Kind
    left: float
    right: float
    baseline: float


@dataclass(slots=True, frozen=True)
class ArrivalStamp:
    """The stamp that was found; `proof` is how much its words say that it is one. `strong`: its inks told apart by strength where they
    have one colour."""

    cut: Cut
    layers: Layers
    labels: tuple[Label, ...]
    proof: int
    strong: Layers | None = None

    @property
    def box(self) -> Box:
        """Its place on the page."""
        return self.cut.box(*self.cut.frame)

    def touches(self, box: Box) -> bool:
        """Whether what stands there stands under the stamp or beside it on one height: words of it may be covered."""
        own = self.box
        level = min(box[3], own[3]) - max(box[1], own[1])
        return level > _LEVEL * (box[3] - box[1]) and max(box[0], own[0]) - min(box[2], own[2]) < _BY


def find_arrival_stamp(
    page: PageText, image: Path, engine: PageReader, seen: Box | None = None, gone: Sequence[Box] = ()
) -> ArrivalStamp | None:
    """The arrival stamp on this page, None without one. `seen`: a box around words of it that were read, for one without a frame;
    `gone`: where stamps were taken out, of which faint ink may be left.

    20 … 40 ms; where there is a frame of that size some 0.1 s for each way to read it. Raises what the engine raises, OSError.
    """
    pixels = pixels_of(image)
    aspect = pixels.shape[0] / pixels.shape[1]
    frames = [
        frame
        for frame in find_stamp_frames(pixels, DEEPEST)
        if not any(x0 < frame.x < x1 and y0 < frame.y / aspect < y1 for x0, y0, x1, y1 in gone)
    ]
    if seen is not None and not any(_holds(frame, seen, pixels) for frame in frames):
        frames.append(_around(seen, pixels))
    best: ArrivalStamp | None = None
    for frame in frames:
        if frame.whole < _WHOLE and _is_text(page, frame):
            continue
        for quarter in (90, -90) if frame.height > frame.width else (0,):
            found = _looked_at(page, pixels, frame, quarter, engine)
            if found and (best is None or found.proof > best.proof):
                best = found
        if best and best.proof >= _PROOF:
            break
    return best if best and best.proof >= _PROOF else None


def _is_text(page: PageText, frame: Frame) -> bool:
    """Lines of a paragraph whose letters stand below each other look like a torn frame; but they were read well."""
    aspect = page.height / page.width if page.width > 0 else 1.0
    clear = 0
    for word in page.words:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2 * aspect
        if abs(x - frame.x) < frame.width / 2 and abs(y - frame.y) < frame.height / 2 and word.confidence > _READ_WELL:
            if _TITLE.match(word.text):
                return False
            clear += _letters(word) >= 2
    return clear >= _WORDS


def _looked_at(page: PageText, pixels: Pixels, frame: Frame, quarter: int, engine: PageReader) -> ArrivalStamp | None:
    cut = cut_out(pixels, frame, quarter)
    hidden = _own_print(page, cut)
    layers = layers_of(cut, hidden)
    x0, y0, x1, y1 = (max(round(v), 0) for v in cut.frame)
    if min(x1 - x0, y1 - y0) < 10 * MM:
        return None
    words = list(_first_words(page, cut)) if quarter == 0 else []
    labels, proof = _proven(words, frame)
    coloured = coloured_only(cut)
    for turn, layer in enumerate((layers.to_read[0], *coloured, *layers.to_read[1:], layers.stamp)):
        inside = np.pad(layer[y0:y1, x0:x1], _FRAME, constant_values=255)
        read = engine.read_block(inside, DPI) if turn else engine.read_grey(inside, DPI)
        words += [_in_cut(word, read, x0 - _FRAME, y0 - _FRAME, turn) for word in read.words]
        labels, proof = _proven(words, frame)
        if proof >= _CLEAR or (proof == 0 and frame.whole < _WHOLE and turn >= len(coloured)):
            break
    text = compact(" ".join(word.text for word in words))
    if any(other in text for other in _OTHER_STAMPS):
        return None
    strong = None if layers.apart or proof < _PROOF else told_by_strength(cut, hidden)
    return ArrivalStamp(cut, layers, labels, proof, strong)


def _proven(words: Sequence[Word], frame: Frame) -> tuple[tuple[Label, ...], int]:
    """The labels and what they prove. "Số" and "Ngày" alone stand in the head of any court's judgment too: only a clear frame makes
    them a stamp's."""
    labels, proof = _labels(words)
    if frame.whole < _CLEARLY and not any(label.kind in {"title", "other"} for label in labels):
        proof = min(proof, _PROOF - 1)
    return labels, proof


def _labels(words: Sequence[Word]) -> tuple[tuple[Label, ...], int]:
    """The words of a stamp among these (boxes in pixels of the cut), and how much they prove."""
    rows: dict[int, list[Word]] = {}
    for word in words:
        rows.setdefault(word.line, []).append(word)
    found: dict[str, int] = {}
    labels = []
    for row in rows.values():
        row.sort(key=lambda word: word.box[0])
        for at, word in enumerate(row):
            kind, name, points = _told(word, [w.text for w in row[at : at + 5]])
            if kind and not _in_sentence(row, at):
                labels.append(Label(kind, word.box[0], word.box[2], word.box[3]))
                found[name] = points
    return tuple(labels), sum(found.values())


def _in_sentence(row: Sequence[Word], at: int) -> bool:
    """Whether the word goes on from one right before it: "công trình chuyển tiếp", "kiểm tra số liệu". A stamp's labels begin a row or
    stand behind leaders, and "Công văn đến Số" all have capitals.
    """
    word, before = row[at], row[at - 1] if at else None
    if before is None or not word.text[:1].islower() or before.confidence < _READ_WELL or _letters(before) < 2:
        return False
    return before.text[-1:].isalpha() and word.box[0] - before.box[2] < word.box[3] - word.box[1]


def _told(word: Word, texts: Sequence[str]) -> tuple[Kind | None, str, int]:
    if _TITLE.match(word.text):
        return "title", "den", 2
    if _LIKE_TITLE.match(word.text):
        return "title", "like den", 1
    for count in range(len(texts), 0, -1):
        key = re.sub(r"[^a-z]", "", compact("".join(texts[:count])))
        for known, kind, points in _KNOWN:
            allowed = 1 if len(known) >= 7 else 0  # "huyện" is not "chuyển"
            if abs(len(key) - len(known)) <= allowed and distance(known, key, allowed) <= allowed:
                return kind, known, points
    if _DATE.match(word.text):
        return "date", "ngay", 1
    if _NUMBER.match(word.text):
        return "number", "so", 1
    return None, "", 0


def _in_cut(word: Word, read: PageText, left: float, top: float, turn: int) -> Word:
    x0, y0, x1, y1 = word.box
    box = (left + x0 * read.width, top + y0 * read.height, left + x1 * read.width, top + y1 * read.height)
    return Word(word.text, box, word.confidence, word.block, turn * _FRESH + word.line)


def _first_words(page: PageText, cut: Cut) -> Iterator[Word]:
    """Words of the first reading that stand in the stamp, their lines numbered apart from those of the second."""
    into = cv2.invertAffineTransform(cut.to_page)
    x0, y0, x1, y1 = cut.frame
    for word in page.words:
        corners = np.array([[word.box[0], word.box[1], 1.0], [word.box[2], word.box[3], 1.0]]) @ into.T
        (left, top), (right, low) = corners.tolist()
        if x0 - MM < (left + right) / 2 < x1 + MM and y0 - MM < (top + low) / 2 < y1 + MM:
            yield Word(word.text, (left, top, right, low), word.confidence, word.block, -1 - word.line)


def _own_print(page: PageText, cut: Cut) -> list[Box]:
    """Words of the document's own lines that run under the stamp: such a line goes on outside it."""
    into = cv2.invertAffineTransform(cut.to_page)
    x0, y0, x1, y1 = cut.frame
    air = _BESIDE * PAGE * MM
    lines: dict[int, list[tuple[Word, bool]]] = {}
    for word in page.words:
        x, y = (into @ np.array([(word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2, 1.0])).tolist()
        if y0 - air < y < y1 + air:
            lines.setdefault(word.line, []).append((word, x0 - 2 * MM < x < x1 + 4 * MM))
    found = []
    for line in lines.values():
        outside = sum(_letters(word) for word, within in line if not within and word.confidence > 0.5)
        if outside >= _LETTERS:
            least = 0.5 if outside < _SURELY else _COVERED
            found += [word.box for word, within in line if within and word.confidence >= least and _is_print(word)]
    return found


def _is_print(word: Word) -> bool:
    letters = _letters(word)
    return letters >= 2 and letters >= 0.7 * len(word.text)


def _letters(word: Word) -> int:
    return sum(c.isalpha() for c in word.text)


def _holds(frame: Frame, seen: Box, pixels: Pixels) -> bool:
    aspect = pixels.shape[0] / pixels.shape[1]
    x, y = (seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2 * aspect
    return abs(x - frame.x) < frame.width / 2 and abs(y - frame.y) < frame.height / 2


def _around(seen: Box, pixels: Pixels) -> Frame:
    """Where a stamp without a frame must stand, of whose words a box was read."""
    aspect = pixels.shape[0] / pixels.shape[1]
    width = max(seen[2] - seen[0] + 0.02, 50 / PAGE)
    height = max((seen[3] - seen[1]) * aspect + 0.03, 22 / PAGE)
    return Frame(seen[0] - 0.01 + width / 2, seen[1] * aspect - 0.01 + height / 2, width, height, 0.0, 0.0)
