"""What the sandbox does to read pages. Parameters and results are JSON; see `app.sandbox`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.recognise import words

if TYPE_CHECKING:
    from app.recognise.engine import Engine


def read_page(image: str, dpi: int | None = None) -> dict[str, Any]:
    """The words of a page image (`words.from_plain` makes the PageText), and "turn": the degrees clockwise that set it upright.

    Reading order is that of the upright page, boxes are fractions of the image as it is. Raises `ocr.unreadable`.
    """
    from app.recognise.tesseract import shared

    page, turn = shared().read_scan(Path(image), dpi)
    second = _second()
    if second is not None and turn == 0:
        from app.recognise.engine import compared

        page = compared(page, second.read(Path(image), dpi))
    return words.to_plain(page) | {"turn": turn}


def read_text_layer(path: str, index: int) -> dict[str, Any] | None:
    """The words of a PDF page's own text layer, or None when it has none that can be trusted: then read its picture."""
    from app.recognise.textlayer import read_layer

    found = read_layer(Path(path), index)
    return None if found is None else words.to_plain(found)


def turn_picture(image: str, turn: int, out: str) -> str:
    """A copy of a page image turned clockwise by a multiple of 90 degrees, as PNG: for readers that want it upright. Returns `out`.

    Raises `page.unreadable`.
    """
    from app.recognise.pictures import turned_copy

    turned_copy(Path(image), turn, Path(out))
    return out


def write_access_copy(
    source: dict[str, Any],
    page_images: list[str | None],
    page_texts: list[str | None],
    out: str,
    title: str,
    language: str = "vi",
    turns: list[int] | None = None,
) -> dict[str, Any]:
    """Makes and proves the access copy `out`: {"path", "size", "pages", "way", "kept"}; see `pdfa.write_access_copy`.

    `source` is the dict of `inspect`, with "path" added; the lists hold file names or None, `turns`
    degrees. Reports progress page by page.
    """
    from app.recognise import pdfa

    images = [None if name is None else Path(name) for name in page_images]
    texts = [None if name is None else Path(name) for name in page_texts]
    return pdfa.write_access_copy(source, images, texts, Path(out), title=title, language=language, turns=turns).to_dict()


@cache
def _second() -> Engine | None:
    from app.recognise.engine import second_engine

    return second_engine()
