"""Words of a page as the catalog keeps them: the compact JSON of recognition, compressed."""

from __future__ import annotations

import zlib

from app.recognise.words import from_json, to_json
from storage.records import Page, PageText


def pack_words(text: PageText) -> bytes:
    return zlib.compress(to_json(text).encode())


def words_of(page: Page) -> PageText:
    """The words of a stored page; an empty PageText of its size where it was not read."""
    if page.words is None:
        return PageText(page.width, page.height, page.dpi)
    return from_json(zlib.decompress(page.words))
