"""What the sandbox does to read pages. Parameters and results are JSON; see `app.sandbox`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.recognise import words

if TYPE_CHECKING:
    from app.recognise.tesseract import Tesseract


def read_page(image: str, dpi: int | None = None) -> dict[str, Any]:
    """The words of a page image (`words.from_plain` makes the PageText). Raises `ocr.unreadable`."""
    return words.to_plain(_tesseract().read(Path(image), dpi))


def read_text_layer(path: str, index: int) -> dict[str, Any] | None:
    """The words of a PDF page's own text layer, or None when it has none that can be trusted: then read its picture."""
    from app.recognise.textlayer import read_layer

    found = read_layer(Path(path), index)
    return None if found is None else words.to_plain(found)


def write_access_copy(
    source: dict[str, Any],
    page_images: list[str | None],
    page_texts: list[str | None],
    out: str,
    title: str,
    language: str = "vi",
) -> dict[str, Any]:
    """Makes and proves the access copy `out`: {"path", "size", "pages", "way", "kept"}; see `pdfa.write_access_copy`.

    `source` is the dict of `inspect`, with "path" added; the lists hold file names or None. Reports progress page by page.
    """
    from app.recognise import pdfa

    images = [None if name is None else Path(name) for name in page_images]
    texts = [None if name is None else Path(name) for name in page_texts]
    return pdfa.write_access_copy(source, images, texts, Path(out), title=title, language=language).to_dict()


@cache
def _tesseract() -> Tesseract:
    from app.recognise.tesseract import Tesseract

    return Tesseract()
