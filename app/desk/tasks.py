"""What the sandbox does for the desk: reading the fields, which looks at page images again."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.recognise.words import from_json

if TYPE_CHECKING:
    from app.describe.handwriting.reader import SlotReader
    from storage.records import FieldReading, PageText


def read_fields(documents: list[dict[str, list[str]]], today: str) -> list[dict[str, list[Any]]]:
    """The fields of documents that lie in one dossier in this order (or of one alone), each {name: [value, confidence, page, box,
    source, why]}.

    Each document is {"words": files as `app.recognise.words.to_json` writes them, "images": the pictures of the same pages ([]: words
    alone)}; `today` is ISO 8601: the last day that a date may be.
    """
    day = date.fromisoformat(today)
    papers = [
        ([from_json(Path(path).read_bytes()) for path in one["words"]], [Path(path) for path in one["images"]])
        for one in documents
    ]
    return [
        {name: [f.value, f.confidence, f.page, f.box, f.source, f.why] for name, f in fields.items()}
        for fields in _described(papers, day)
    ]


def _described(papers: list[tuple[list[PageText], list[Path]]], today: date) -> list[dict[str, FieldReading]]:
    """With handwriting where there are pictures; a PC on which the network does not run still has the rules."""
    from app.describe.handwriting.dossier import describe_dossier
    from app.describe.header import describe
    from app.recognise.tesseract import shared

    try:
        return describe_dossier(papers, today, engine=shared(), reader=_reader())
    except AppError as error:
        if error.code != "handwriting.model":
            raise
        return [describe(pages, images=images or None, today=today, engine=shared()) for pages, images in papers]


def read_digits(image: str) -> tuple[str, float]:
    """A number written by hand in a picture that holds little else: its form ("05") and how sure; ("", 0.0) for none."""
    from app.describe.handwriting.slots import load_grey

    grey = load_grey(Path(image))
    if grey is None:
        return "", 0.0
    try:
        found = _reader().read(grey, "number")
    except AppError:
        return "", 0.0
    if found.best is None:
        return "", 0.0
    return found.forms.get(found.best, str(found.best)), found.sure * found.mass


@cache
def _reader() -> SlotReader:
    from app.describe.handwriting.reader import SlotReader

    return SlotReader()
