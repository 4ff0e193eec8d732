"""What the sandbox does for the desk: reading the fields, which looks at page images again."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.recognise.words import from_json

if TYPE_CHECKING:
    from app.describe.handwriting.practice import Lesson
    from app.describe.handwriting.reader import SlotReader
    from app.describe.handwriting.recurrent import Weights
    from storage.records import FieldReading, PageText


def read_fields(documents: list[dict[str, list[Any]]], today: str, hands: str | None = None) -> list[dict[str, list[Any]]]:
    """The fields of documents that lie in one dossier in this order (or of one alone), each {name: [value, confidence, page, box,
    source, why]}.

    Each document is {"words": files as `app.recognise.words.to_json` writes them, "images": the pictures of the same pages ([]: words
    alone), "numbers": those of the pages in the document (else 1, 2, 3 …)}; `today` is ISO 8601: the last day that a
    date may be; `hands` is the file of what the office's own hands taught.
    """
    day = date.fromisoformat(today)
    papers = [
        ([from_json(Path(path).read_bytes()) for path in one["words"]], [Path(path) for path in one["images"]])
        for one in documents
    ]
    return [
        {name: [f.value, f.confidence, f.page, f.box, f.source, f.why] for name, f in fields.items()}
        for fields in _described(papers, _numbers(documents), day, hands)
    ]


def _numbers(documents: list[dict[str, list[Any]]]) -> list[list[int]]:
    return [one.get("numbers") or list(range(1, len(one["words"]) + 1)) for one in documents]


def _described(
    papers: list[tuple[list[PageText], list[Path]]], numbers: list[list[int]], today: date, hands: str | None
) -> list[dict[str, FieldReading]]:
    """With handwriting where there are pictures; a PC on which the network does not run still has the rules."""
    from app.describe.handwriting.dossier import describe_dossier
    from app.describe.header import describe
    from app.recognise.tesseract import shared

    try:
        return describe_dossier(papers, today, engine=shared(), reader=_reader(hands), numbers=numbers)
    except AppError as error:
        if error.code != "handwriting.model":
            raise
        return [describe(pages, images=images or None, today=today, engine=shared()) for pages, images in papers]


def read_digits(image: str, hands: str | None = None) -> tuple[str, float]:
    """A number written by hand in a picture that holds little else: its form ("05") and how sure; ("", 0.0) for none."""
    from app.describe.handwriting.slots import load_grey

    grey = load_grey(Path(image))
    if grey is None:
        return "", 0.0
    try:
        found = _reader(hands).read(grey, "number")
    except AppError:
        return "", 0.0
    if found.best is None:
        return "", 0.0
    return found.forms.get(found.best, str(found.best)), found.sure * found.mass


def practise(documents: list[dict[str, Any]], today: str, hands: str | None, out: str) -> dict[str, Any] | None:
    """Teaches the reader the hands in these documents; see `app.describe.handwriting.practice`. None where they are too few.

    Each document is {"words": file, "image": file of page 1, "number", "date", "arrival", "weight"}. Where the reader got
    better the new weights are in `out` and "better" is true. Raises AppError where the network does not run.
    """
    from app.describe.handwriting import recurrent
    from app.describe.handwriting.practice import practise as practised

    found = practised(_shipped_reader(), _lessons(documents, today), _weights(hands))
    if found is None:
        return None
    if found.better:
        Path(out).write_bytes(recurrent.to_bytes(found.weights))
    return {
        "lessons": found.lessons, "tried": found.tried, "right": list(found.right), "likely": list(found.likely), "better": found.better,
    }  # fmt: skip


def try_hands(documents: list[dict[str, Any]], today: str, hands: str | None, other: str) -> dict[str, Any] | None:
    """How the weights in `other` read what is known here, against those in use; None where they are no weights of ours.

    `documents` as in `practise`. "tried" slots, "right" with those in use and with the others.
    """
    from app.describe.handwriting.practice import compare

    foreign = _weights(other)
    if foreign is None:
        return None
    tried, right = compare(_shipped_reader(), _lessons(documents, today), _weights(hands), foreign)
    return {"tried": tried, "right": list(right)}


def _lessons(documents: list[dict[str, Any]], today: str) -> list[Lesson]:
    """The slots of these documents whose digits are known; reports progress document by document."""
    from app.describe.handwriting.arrived_lessons import arrival_lessons
    from app.describe.handwriting.lessons import lessons_of
    from app.recognise.tesseract import shared
    from app.sandbox import progress

    reader, day = _shipped_reader(), date.fromisoformat(today)
    lessons: list[Lesson] = []
    for done, one in enumerate(documents, 1):
        page = from_json(Path(one["words"]).read_bytes())
        known = str(one["number"]), str(one["date"])
        image, weight = Path(one["image"]), float(one["weight"])
        lessons += lessons_of(page, image, *known, today=day, reader=reader, weight=weight)
        if one["arrival"]:
            lessons += arrival_lessons(page, image, one["arrival"], today=day, engine=shared(), reader=reader, weight=weight)
        progress(done, len(documents))
    return lessons


def _weights(hands: str | None) -> Weights | None:
    from app.describe.handwriting import recurrent

    return recurrent.from_bytes(Path(hands).read_bytes(), _shipped_reader().shipped) if hands else None


def _reader(hands: str | None) -> SlotReader:
    return _taught_reader(Path(hands).read_bytes()) if hands else _shipped_reader()


@lru_cache(maxsize=2)
def _taught_reader(data: bytes) -> SlotReader:
    from app.describe.handwriting import recurrent

    own = recurrent.from_bytes(data, _shipped_reader().shipped)
    return _shipped_reader().taught(own) if own else _shipped_reader()


@cache
def _shipped_reader() -> SlotReader:
    from app.describe.handwriting.reader import SlotReader

    return SlotReader()
