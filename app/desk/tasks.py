"""What the sandbox does for the desk: reading the fields, which looks at page images again."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.recognise.words import from_json

if TYPE_CHECKING:
    from app.recognise.tesseract import Tesseract


def read_fields(words: list[str], images: list[str], today: str) -> dict[str, list[Any]]:
    """The fields of one document: {name: [value, confidence, page, box, source, why]}.

    `words` are files as `app.recognise.words.to_json` writes them, `images` the pictures of the same pages ([]: words alone),
    `today` is ISO 8601: the last day that a date may be.
    """
    from app.describe.header import describe

    pages = [from_json(Path(path).read_bytes()) for path in words]
    found = describe(
        pages,
        images=[Path(path) for path in images] or None,
        today=date.fromisoformat(today),
        engine=_engine() if images else None,
    )
    return {name: [f.value, f.confidence, f.page, f.box, f.source, f.why] for name, f in found.items()}


@cache
def _engine() -> Tesseract:
    from app.recognise.tesseract import Tesseract

    return Tesseract()
