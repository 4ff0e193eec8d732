"""The pages as they are drawn: is every letter that is there also seen?

Each page is drawn twice, with and without its text. Where a letter makes no difference it can't be seen: it lies under something,
has the colour of the paper, or is cut away. Text in the mode "invisible" is no such thing: that is how recognised text lies
behind a scan, and nothing but a rewritten page can make it appear.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw

from app.sandbox import progress
from app.signature.lint.gather import Gathered

raw: Any = pypdfium2.raw  # made of ctypes, without types
PdfDocument: Any = pypdfium2.PdfDocument

MOST_PAGES = 2000
MOST_LETTERS = 30_000  # of one page
FAR, FINE = 1000.0, 64  # points, and parts of a pixel, to measure how a page is turned and scaled
PIXELS_MOST = 4_000_000
SCALE = 1.0  # pixels a point
SMALLEST = 0.2  # points
SEEN = 24  # of 255: a difference that an eye can see
UNSEEN_MODES = (3, 7)  # invisible; only clipping
TEXT, PATH, IMAGE, FORM = 1, 2, 3, 5  # FPDF_PAGEOBJ_*
MOST_IMAGES = 12
Area = tuple[float, float, float, float]  # left, bottom, right, top in points


@dataclass(slots=True)
class Letter:
    char: str
    area: Area
    first: bool  # of a word


def look_at_pages(path: Path, found: Gathered) -> None:
    try:
        document = PdfDocument(path)
        document.init_forms()
    except Exception:  # noqa: BLE001 - pdfium refuses what pikepdf took
        found.add("page.unreadable")
        return
    with document:
        count = len(document)
        for number in range(min(count, MOST_PAGES)):
            try:
                look_at_page(document[number], number, found)
            except Exception:  # noqa: BLE001 - one strange page must not hide what the others hold
                found.add("page.unreadable", number)
            progress(number + 1, count)
        if count > MOST_PAGES:
            found.add("page.unchecked", MOST_PAGES)


def look_at_page(page: Any, number: int, found: Gathered) -> None:
    """The page is changed in memory and must not be used afterwards."""
    objects = list(page.get_objects(max_depth=8))
    texts = [one for one in objects if one.type == TEXT and raw.FPDFTextObj_GetTextRenderMode(one.raw) not in UNSEEN_MODES]
    images = [one for one in objects if one.type == IMAGE]
    if not texts and len(images) < 2:
        return
    drawer = Drawer(page)
    before = drawer.draw()
    if texts:
        letters = list(letters_of(page, {ctypes.addressof(one.raw.contents) for one in texts}))
        for one in texts:
            raw.FPDFPageObj_SetIsActive(one.raw, False)
        after = drawer.draw()
        for one in texts:
            raw.FPDFPageObj_SetIsActive(one.raw, True)
        seen = drawer.differing(before, after, [letter.area for letter in letters])
        unseen = [letter for letter, visible in zip(letters, seen, strict=True) if not visible]
        tell_letters(drawer, unseen, objects, number, found)
    look_at_images(drawer, before, objects, images, number, found)


def look_at_images(drawer: Drawer, before: Any, objects: list[Any], images: list[Any], number: int, found: Gathered) -> None:
    """A picture that makes no difference and lies under something later is hidden."""
    for image in images[:MOST_IMAGES] if len(images) > 1 else ():
        area = bounds(image)
        later = objects[objects.index(image) + 1 :]
        if area is None or not any(covers(one, area) for one in later):
            continue
        raw.FPDFPageObj_SetIsActive(image.raw, False)
        after = drawer.draw()
        raw.FPDFPageObj_SetIsActive(image.raw, True)
        if not drawer.differing(before, after, [area])[0] and not is_blank(image):
            found.add("picture.covered", number, drawer.part(area))


def is_blank(image: Any) -> bool:
    """Whether the picture has one colour: such a one is no content, hidden or not."""
    try:
        low, high = image.get_bitmap().to_pil().convert("L").getextrema()
    except Exception:  # noqa: BLE001 - a picture that can't be decoded shows nothing either way
        return True
    return bool(high - low < SEEN)


def tell_letters(drawer: Drawer, unseen: list[Letter], objects: list[Any], number: int, found: Gathered) -> None:
    for run in runs(unseen):
        area = around([letter.area for letter in run])
        code = "text.hidden"
        if any(covers(one, run[0].area) for one in objects if one.type in (IMAGE, PATH)):
            code = "text.covered"
        elif drawer.under_note(run[0].area):
            code = "text.under_field"
        elif sum(letter.char.isalnum() for letter in run) < 2:
            continue  # a lone sign at the edge or a glyph without ink
        found.add(code, number, drawer.part(area), words(run))


def letters_of(page: Any, wanted: set[int]) -> Iterator[Letter]:
    """The letters that belong to the given text objects, without spaces."""
    text = page.get_textpage()
    first = True
    left, right, bottom, top = (ctypes.c_double() for _n in range(4))
    for index in range(min(text.count_chars(), MOST_LETTERS)):
        char = chr(raw.FPDFText_GetUnicode(text.raw, index))
        if char.isspace() or not char.isprintable():
            first = True
            continue
        owner = raw.FPDFText_GetTextObject(text.raw, index)
        if not owner or ctypes.addressof(owner.contents) not in wanted:
            continue
        raw.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top)
        if right.value - left.value > SMALLEST and top.value - bottom.value > SMALLEST:
            yield Letter(char, (left.value, bottom.value, right.value, top.value), first)
        first = False


def runs(letters: list[Letter]) -> Iterator[list[Letter]]:
    """Letters side by side on one line belong together."""
    current: list[Letter] = []
    for letter in letters:
        if current:
            last, area = current[-1].area, letter.area
            height = max(last[3] - last[1], area[3] - area[1], 1.0)
            if abs(last[1] - area[1]) > height or not -height <= area[0] - last[2] <= 2 * height:
                yield current
                current = []
        current.append(letter)
    if current:
        yield current


def words(run: list[Letter]) -> str:
    return "".join(f" {letter.char}" if letter.first else letter.char for letter in run).strip()


def bounds(thing: Any) -> Area | None:
    try:
        left, bottom, right, top = thing.get_bounds()
    except pypdfium2.PdfiumError:
        return None
    return left, bottom, right, top


def covers(thing: Any, area: Area) -> bool:
    """Whether the middle of the area lies within a picture or a filled shape."""
    box = bounds(thing) if thing.type in (IMAGE, PATH, FORM) else None
    if box is None:
        return False
    x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def around(areas: list[Area]) -> Area:
    return (
        min(a[0] for a in areas),
        min(a[1] for a in areas),
        max(a[2] for a in areas),
        max(a[3] for a in areas),
    )


class Drawer:
    """Draws one page in grey and knows where its points lie on the picture."""

    def __init__(self, page: Any) -> None:
        self.page = page
        width, height = page.get_size()
        scale = min(SCALE, (PIXELS_MOST / max(1.0, width * height)) ** 0.5)
        self.scale = scale
        self.size = (max(1, round(width * scale)), max(1, round(height * scale)))
        origin, right, up = (self._device(*point) for point in ((0, 0), (FAR, 0), (0, FAR)))
        self._turn = np.array([right - origin, up - origin], dtype=float) / FAR
        self._origin = np.array(origin, dtype=float)

    def _device(self, x: float, y: float) -> Any:
        px, py = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page.raw, 0, 0, *(n * FINE for n in self.size), 0, x, y, px, py)
        return np.array([px.value, py.value]) / FINE

    def draw(self) -> Any:
        """The page's grey values, rows first."""
        bitmap = self.page.render(scale=self.scale, grayscale=True, may_draw_forms=True, optimize_mode="print")
        return np.array(bitmap.to_numpy(), dtype=np.int16).reshape(bitmap.height, bitmap.width, -1)[:, :, 0]

    def corners(self, areas: Any) -> Any:
        """Rows of left, top, right, bottom in pixels, for rows of left, bottom, right, top in points."""
        places = np.asarray(areas, dtype=float).reshape(-1, 2, 2) @ self._turn + self._origin
        return np.concatenate([places.min(axis=1), places.max(axis=1)], axis=1)

    def differing(self, one: Any, other: Any, areas: Any) -> Any:
        """For each area: whether the two pictures differ there."""
        if not len(areas):
            return np.zeros(0, dtype=bool)
        mask = np.abs(one - other) >= SEEN
        height, width = mask.shape
        sums = np.zeros((height + 1, width + 1), dtype=np.int64)
        sums[1:, 1:] = mask.cumsum(axis=0).cumsum(axis=1)
        boxes = self.corners(areas)
        left, right = (np.clip(np.floor(boxes[:, n]) + d, 0, width).astype(int) for n, d in ((0, -1), (2, 2)))
        top, bottom = (np.clip(np.floor(boxes[:, n]) + d, 0, height).astype(int) for n, d in ((1, -1), (3, 2)))
        return (sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]) > 0

    def part(self, area: Area) -> list[float]:
        """left, top, right, bottom in 0..1 of the page as shown."""
        left, top, right, bottom = (float(n) for n in self.corners([area])[0])
        return [left / self.size[0], top / self.size[1], right / self.size[0], bottom / self.size[1]]

    def under_note(self, area: Area) -> bool:
        x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
        for index in range(min(raw.FPDFPage_GetAnnotCount(self.page.raw), 500)):
            note = raw.FPDFPage_GetAnnot(self.page.raw, index)
            if not note:
                continue
            box = raw.FS_RECTF()
            told = raw.FPDFAnnot_GetRect(note, box)
            raw.FPDFPage_CloseAnnot(note)
            if told and box.left <= x <= box.right and min(box.top, box.bottom) <= y <= max(box.top, box.bottom):
                return True
        return False
