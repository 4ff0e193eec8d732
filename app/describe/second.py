"""A second look where ink lies on ink: handwriting beside print, names below a seal.

Only the places in question are read again, one ink at a time, and only with the page's picture and an engine at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.describe.ink import Layer, PageReader, Shape, reread
from app.errors import AppError
from storage.records.reading import Box, PageText, Word

_FRESH = 1_000_000  # line numbers of words that were read again


def read_places_again(
    page: PageText, image: Path, engine: PageReader, boxes: Sequence[Box], shape: Shape = "page"
) -> PageText | None:
    """The page with the words in `boxes` read anew, each alone: handwriting beside print makes the engine lose a line."""
    changed: PageText | None = None
    for index, box in enumerate(boxes):
        words = look(engine, image, box, page, "all", _FRESH * (index + 1), shape=shape)
        if words:
            changed = replaced(changed or page, words, box)
    return changed


def look(
    engine: PageReader,
    image: Path,
    region: Box,
    page: PageText,
    layer: Layer,
    first_line: int = _FRESH,
    *,
    shape: Shape = "page",
    size: float = 1.0,
) -> list[Word]:
    """Words, or none when the picture is lost or unreadable: a second look may fail, the first one stands."""
    try:
        return reread(engine, image, region, layer, dpi=page.dpi, first_line=first_line, shape=shape, size=size)
    except (AppError, OSError):
        return []


def replaced(page: PageText, words: Sequence[Word], region: Box) -> PageText:
    """The page with the words of a region replaced."""

    def outside(word: Word) -> bool:
        x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
        return not (region[0] <= x <= region[2] and region[1] <= y <= region[3])

    kept = [word for word in page.words if outside(word)]
    return PageText(page.width, page.height, page.dpi, [*kept, *words], page.engine)
