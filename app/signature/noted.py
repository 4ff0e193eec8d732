"""What notes do to the look of the signed pages: nothing, something beside the text, or hiding what was signed."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pypdfium2
from pypdfium2 import raw as pdfium_raw

PdfDocument: Any = pypdfium2.PdfDocument
raw: Any = pdfium_raw
SCALE = 2.0  # pixels a point
PIXELS_MOST = 16_000_000
INK, PAPER = 200, 160  # of 255: darker than the first was something; lighter than the second was none
FADED = 60  # ink that became lighter by more than that is hidden
CELL = 24  # pixels: about one letter
CROWDED = 0.2  # share of a letter's cell that new ink may take
EDGE = 3.0  # points around a note's rectangle that its lines may reach
ICON = 48.0  # points: a "sticky note" is no larger
VIEWERS_ICON = 24.0  # points: as large as viewers draw one without an appearance
DARK, BRIGHT, BLACK = 140, 215, 60  # of 255: letters; paper; ink that is no seal's red or blue
LOST = 0.8  # of a letter
LEAST_INK = 14  # pixels of a letter's cell; dotted lines have less
MOST_CELLS = 3  # letters
Note = tuple[int, str, list[float]]
Seen = Literal["quiet", "drawn", "hiding"]


def look_at_notes(before: bytes, after: bytes, notes: Sequence[Note]) -> Seen:
    """`before` and `after` are the file as it was signed and as it is; `notes` come from `app.signature.notes.added_notes`.

    "quiet": icons beside the text and highlights that leave every letter as it was; "drawn": text, lines or pictures of the notes'
    own beside or across the content; "hiding": signed ink is covered or blurred, or something changed outside of the new annotations.
    """
    drawn = False
    with PdfDocument(before) as old, PdfDocument(after) as new:
        if len(old) != len(new):
            return "hiding"
        old.init_forms()
        new.init_forms()
        for number in sorted({page for page, _kind, _rect in notes}):
            mine = [(kind, icon(rect) if kind == "/Text" else rect) for page, kind, rect in notes if page == number]
            first, second = picture(old[number]), picture(new[number])
            if first.shape != second.shape:
                return "hiding"
            inside = masked(new[number], first.shape, [rect for _kind, rect in mine])
            commented = masked(new[number], first.shape, [rect for kind, rect in mine if kind not in ("/Widget", "/Popup")])
            if bool((np.abs(first - second) > FADED)[~inside].any()) or hides(first, second, commented):
                return "hiding"
            drawn = drawn or any(kind not in ("/Text", "/Highlight", "/Popup", "/Widget") for kind, _rect in mine)
            drawn = drawn or any(kind == "/Text" and not small(rect) for kind, rect in mine)
            icons = masked(new[number], first.shape, [rect for kind, rect in mine if kind == "/Text"])
            drawn = drawn or bool(((first < INK) & icons).any())  # the viewer's own picture of a note is not transparent
            marked = masked(new[number], first.shape, [rect for kind, rect in mine if kind == "/Highlight"])
            drawn = drawn or bool((fresh(first, second) & marked).any())
    return "drawn" if drawn else "quiet"


def box_hides(before: bytes, after: bytes, boxes: Sequence[tuple[int, Sequence[float]]]) -> bool:
    """Whether letters that were signed have gone from under the boxes (`app.signature.notes.new_boxes`) of later signatures and fields.

    A seal or a signature laid across text tints it; only what turned into paper, or drowned in ink, is gone.
    """
    with PdfDocument(before) as old, PdfDocument(after) as new:
        old.init_forms()
        new.init_forms()
        for number in sorted({page for page, _rect in boxes}):
            if number >= len(old):
                return True
            first, second = picture(old[number]), picture(new[number])
            if first.shape != second.shape:
                return True
            where = masked(new[number], first.shape, [rect for page, rect in boxes if page == number])
            ink = (first < DARK) & where
            gone = ink & ((second > BRIGHT) | drowned(first, second))
            written, lost = cells(ink, np.sum), cells(gone, np.sum)
            if int(((written >= LEAST_INK) & (lost >= LOST * written)).sum()) >= MOST_CELLS:
                return True
    return False


def box_differs(before: bytes, after: bytes, boxes: Sequence[tuple[int, Sequence[float]]]) -> bool:
    """Whether something else is seen in the boxes (`app.signature.restyled`) now; a look that moved by a hair is no other one."""
    with PdfDocument(before) as old, PdfDocument(after) as new:
        old.init_forms()
        new.init_forms()
        for number in sorted({page for page, _rect in boxes}):
            if number >= len(old) or number >= len(new):
                return True
            first, second = picture(old[number]), picture(new[number])
            if first.shape != second.shape:
                return True
            where = masked(new[number], first.shape, [rect for page, rect in boxes if page == number])
            for one, other in ((first, second), (second, first)):
                missing = (one < DARK) & where & ~widened(other < INK)
                if int(missing.sum()) >= LEAST_INK:
                    return True
    return False


def widened(mask: Any) -> Any:
    """The mask with a pixel more on each side."""
    padded = np.pad(mask, 1)
    height, width = mask.shape
    return np.any([padded[y : y + height, x : x + width] for y in range(3) for x in range(3)], axis=0)


def drowned(first: Any, second: Any) -> Any:
    """Where nearly all of the paper around is black now."""
    paper, black = cells(first >= DARK, np.sum), cells((first >= DARK) & (second < BLACK), np.sum)
    full = (paper > 0) & (black >= LOST * paper)
    height, width = first.shape
    return np.kron(full, np.ones((CELL, CELL), dtype=bool))[:height, :width]


def hides(first: Any, second: Any, where: Any) -> bool:
    """Whether ink of the first picture is lighter in the second, or so much is drawn around it that it can't be read."""
    ink = (first < INK) & where
    if bool((ink & (second > first + FADED)).any()):
        return True
    written, crowd = cells(ink, np.max), cells(fresh(first, second) & where, np.mean)
    return bool((written.astype(bool) & (crowd > CROWDED)).any())


def fresh(first: Any, second: Any) -> Any:
    """Where there was paper and is ink now."""
    return (first > INK) & (second < PAPER)


def cells(mask: Any, gather: Any) -> Any:
    height, width = mask.shape
    padded = np.pad(mask, ((0, -height % CELL), (0, -width % CELL))).astype(np.float32)
    return gather(padded.reshape(padded.shape[0] // CELL, CELL, -1, CELL), axis=(1, 3))


def icon(rect: Sequence[float]) -> list[float]:
    """The rectangle of a sticky note, with all that viewers draw of it: some measure from its upper, some from its lower left corner."""
    left, low, high = min(rect[0], rect[2]), min(rect[1], rect[3]), max(rect[1], rect[3])
    return [left, min(low, high - VIEWERS_ICON), max(rect[0], rect[2], left + VIEWERS_ICON), max(high, low + VIEWERS_ICON)]


def small(rect: Sequence[float]) -> bool:
    return abs(rect[2] - rect[0]) <= ICON and abs(rect[3] - rect[1]) <= ICON


def picture(page: Any) -> Any:
    width, height = page.get_size()
    scale = min(SCALE, (PIXELS_MOST / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=True)
    return np.array(bitmap.to_numpy(), dtype=np.int16).reshape(bitmap.height, bitmap.width, -1)[:, :, 0]


def masked(page: Any, shape: tuple[int, ...], rects: Sequence[Sequence[float]]) -> Any:
    """True inside the rectangles (points of the file) on a picture of that shape."""
    height, width = shape
    mask = np.zeros((height, width), dtype=bool)
    for rect in rects:
        left, right = sorted((rect[0], rect[2]))
        low, high = sorted((rect[1], rect[3]))
        corners = [(x, y) for x in (left - EDGE, right + EDGE) for y in (low - EDGE, high + EDGE)]
        points = [on_picture(page, width, height, x, y) for x, y in corners]
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        mask[max(0, min(ys)) : max(0, max(ys) + 1), max(0, min(xs)) : max(0, max(xs) + 1)] = True
    return mask


def on_picture(page: Any, width: int, height: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
    return across.value, down.value
