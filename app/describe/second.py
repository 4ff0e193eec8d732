"""A second look where ink lies on ink: a seal over the signer's name, a red frame around a mark.

Only the places in question are read again, one ink at a time, and only with the page's picture and an engine at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from app.describe.closing import find_recipients_label, read_end
from app.describe.ink import Layer, PageReader, reread
from app.describe.layout import Sheet
from app.describe.marks import read_marks
from app.errors import AppError
from storage.records.reading import Box, FieldReading, PageText, Word

_FRESH = 1_000_000  # line numbers of words that were read again
SIGNING = ("signer", "position", "authority")
_WANTED = {"signer", "position"}
_LAYERS: tuple[Layer, ...] = ("black", "dark")
_FOUND, _ENOUGH = 1.0, 0.7


def look_again_at_end(
    pages: Sequence[PageText], sheets: Sequence[Sheet], images: Sequence[Path], engine: PageReader
) -> dict[str, FieldReading]:
    """Signer, position and authority from the black ink of the last page that has "Nơi nhận" (else the last page)."""
    index = next((i for i in range(len(sheets) - 1, -1, -1) if find_recipients_label(sheets[i])), len(sheets) - 1)
    if index >= len(images):
        return {}
    sheet, page = sheets[index], pages[index]
    best: dict[str, FieldReading] = {}
    for layer in _LAYERS:
        for region in _signing_places(sheet):
            words = _read(engine, images[index], region, page, layer)
            if not words:
                continue
            found = read_end(Sheet.of(_with(page, words, region), sheet.number))
            if _sureness(found) > _sureness(best):
                best = found
            if _is_enough(best):
                break
        if _is_enough(best):
            break
    return {name: reading for name, reading in best.items() if name in SIGNING}


def _sureness(found: Mapping[str, FieldReading]) -> float:
    return sum(_FOUND + found[name].confidence for name in _WANTED if name in found)


def _is_enough(found: Mapping[str, FieldReading]) -> bool:
    return all(name in found and found[name].confidence >= _ENOUGH for name in _WANTED)


def _signing_places(sheet: Sheet) -> list[Box]:
    """Beside "Nơi nhận" and below, cut in two ways as the engine loses a line now and then; minutes have it above.

    Without the label: the end of the text and what follows.
    """
    label = find_recipients_label(sheet)
    if label is not None:
        text = [line.bottom for line in sheet.lines if line.left < 0.3 and line.right > 0.5 and line.middle < label.top]
        after = max(text, default=label.top - 2.5 * sheet.unit) + 0.3 * sheet.unit
        top = max(min(after, label.top - 0.8 * sheet.unit), label.top - 3 * sheet.unit)
        spans = [
            (0.43, top, label.top + 0.42),
            (0.5, top - 1.2 * sheet.unit, label.top + 0.34),
            (0.43, label.top - 0.3, label.top + sheet.unit),
        ]
    else:
        last = max((line.bottom for line in sheet.lines), default=0.0)
        spans = [(0.43, last - 0.3, last + 0.35)]
    places = []
    for left, upper, lower in spans:
        y0, y1 = max(0.0, upper / sheet.aspect), min(1.0, lower / sheet.aspect)
        if y1 - y0 > 0.02:
            places.append((left, y0, 1.0, y1))
    return places


def look_again_at_marks(
    page: PageText, sheet: Sheet, image: Path, engine: PageReader, bottom: float
) -> dict[str, FieldReading]:
    """Secrecy, urgency and circulation from the red ink above `bottom` (page widths)."""
    region = (0.0, 0.0, 1.0, min(1.0, bottom / sheet.aspect))
    words = _read(engine, image, region, page, "red")
    if not words:
        return {}
    alone = PageText(page.width, page.height, page.dpi, words, page.engine)
    return read_marks(Sheet.of(alone, sheet.number), bottom, ())


def read_places_again(page: PageText, image: Path, engine: PageReader, boxes: Sequence[Box]) -> PageText | None:
    """The page with the words in `boxes` read anew, each alone: handwriting beside print makes the engine lose a line."""
    changed: PageText | None = None
    for index, box in enumerate(boxes):
        words = _read(engine, image, box, page, "all", _FRESH * (index + 1))
        if words:
            changed = _with(changed or page, words, box)
    return changed


def _read(engine: PageReader, image: Path, region: Box, page: PageText, layer: Layer, first_line: int = _FRESH) -> list[Word]:
    """Words, or none when the picture is lost or unreadable: a second look may fail, the first one stands."""
    try:
        return reread(engine, image, region, layer, dpi=page.dpi, first_line=first_line)
    except (AppError, OSError):
        return []


def _with(page: PageText, words: Sequence[Word], region: Box) -> PageText:
    """The page with the words of a region replaced."""

    def outside(word: Word) -> bool:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        return not (region[0] <= x <= region[2] and region[1] <= y <= region[3])

    kept = [word for word in page.words if outside(word)]
    return PageText(page.width, page.height, page.dpi, [*kept, *words], page.engine)
