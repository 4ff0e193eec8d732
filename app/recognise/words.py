"""The words of a page as a small JSON file: one list a word instead of one dictionary."""

from __future__ import annotations

import json
from typing import Any

from storage.records.reading import PageText, Word

VERSION = 1
PLACES = 5  # decimals of a box: a tenth of a pixel at 600 dpi on A3


def to_plain(page: PageText) -> dict[str, Any]:
    """{"v", "width", "height", "dpi", "engine", "words": [[text, x0, y0, x1, y1, confidence, block, line], …]}."""
    words = [[w.text, *(round(edge, PLACES) for edge in w.box), round(w.confidence, 3), w.block, w.line] for w in page.words]
    return {
        "v": VERSION,
        "width": page.width,
        "height": page.height,
        "dpi": page.dpi,
        "engine": page.engine,
        "words": words,
    }


def from_plain(found: dict[str, Any]) -> PageText:
    """Raises ValueError for another version or a wrong shape."""
    if found.get("v") != VERSION:
        raise ValueError(f"words of version {found.get('v')}")
    try:
        words = [
            Word(str(text), (float(x0), float(y0), float(x1), float(y1)), float(sure), int(block), int(line))
            for text, x0, y0, x1, y1, sure, block, line in found["words"]
        ]
        return PageText(int(found["width"]), int(found["height"]), int(found["dpi"]), words, str(found["engine"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the words of a page: {error}") from error


def to_json(page: PageText) -> str:
    return json.dumps(to_plain(page), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | bytes) -> PageText:
    """Raises ValueError for what is not the words of a page."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("not the words of a page")
    return from_plain(found)
