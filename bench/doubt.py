"""Words that the reader got wrong: how many of them are marked for review, against Tesseract's confidence alone.

Generated letters in three conditions, 200 dpi, where every printed word's place is known; a word read in a place where none is
printed counts as wrong, one that a pen wrote is left out. The reader is asked twice: as the program reads, and without second looks.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Row
from storage.records.reading import Box, PageText, Word
from tests.samples import scan
from tests.samples.leaf import PAPER, Line
from tests.samples.sample import Sample, make_document

COUNT = 12  # of each condition
FIRST = {"clean": 5000, "used": 6000, "worn": 7000}  # seeds
SHARE_MARKED = 0.10


@dataclass(slots=True)
class Place:
    """A printed word: its letters, where they lie on the scan, whether a pen wrote some of them."""

    text: str
    box: Box
    by_hand: bool


@dataclass(slots=True)
class Judged:
    confidence: float  # as the engine gave it
    weighed: float  # as the program stores it
    wrong: bool
    printed: bool


def run() -> list[Row]:
    words = list(judged_words())
    wrong = [word for word in words if word.wrong]
    from app.recognise.doubt import DOUBTFUL

    marked = [word for word in words if word.weighed < DOUBTFUL]
    share, found = len(marked) / len(words), sum(word.wrong for word in marked) / len(wrong)
    bar = sorted(word.confidence for word in words)[len(marked)]
    alone = sum(word.confidence < bar for word in wrong) / len(wrong)
    printed = [word for word in wrong if word.printed]
    found_printed = sum(word.weighed < DOUBTFUL for word in printed) / max(len(printed), 1)
    alone_printed = sum(word.confidence < bar for word in printed) / max(len(printed), 1)
    told = f"{len(wrong)} wrong of {len(words)}"
    return [
        Row(f"doubt: wrong words found ({told})", f"{found:.1%}", f"confidence alone {alone:.1%}", found / alone, "≥ 90 %"),
        Row("doubt: of those where a word is printed", f"{found_printed:.1%}", f"{alone_printed:.1%}",
            found_printed / alone_printed, "≥ 90 %"),
        Row("doubt: words marked for that", f"{share:.1%}", f"{SHARE_MARKED:.0%}", share / SHARE_MARKED, "≤ 1"),
    ]  # fmt: skip


def judged_words() -> Iterator[Judged]:
    from app.recognise.tesseract import Tesseract

    engine = Tesseract()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.jpg"
        for condition, first in FIRST.items():
            for seed in range(first, first + COUNT):
                sample = make_document(seed, pages=1, condition=condition)
                path.write_bytes(_jpeg(sample))
                page, _turn = engine.read_scan(path)
                plain, _turn = engine.read_scan(path, weigh=False)
                yield from _judged(page, plain, places(sample))
    engine.close()


def _jpeg(sample: Sample) -> bytes:
    out = io.BytesIO()
    sample.pages[0].save(out, "JPEG", quality=sample.wear.quality, dpi=(sample.wear.dpi, sample.wear.dpi))
    return out.getvalue()


def places(sample: Sample) -> list[Place]:
    """The printed words of the first page, stamps included; pieces without a blank between them are one word."""
    leaf = sample.leaves[0]
    rows = [place for line in leaf.lines for place in _words(line)]
    rows += [Place(mark.text, mark.box, False) for mark in leaf.marks if mark.kind == "stamp"]
    return [Place(row.text, scan.moved(row.box, sample.wear, *PAPER), row.by_hand) for row in rows]


def _words(line: Line) -> list[Place]:
    made: list[Place] = []
    for word, x0, x1 in line.places():
        box = (x0, line.y - 0.8 * line.size, x1, line.y + 0.24 * line.size)
        if made and word.joined:
            last = made[-1]
            last.text, last.by_hand = last.text + word.text, last.by_hand or bool(word.room)
            last.box = (last.box[0], min(last.box[1], box[1]), box[2], max(last.box[3], box[3]))
        else:
            made.append(Place(word.text, box, bool(word.room)))
    return made


def _judged(page: PageText, plain: PageText, printed: list[Place]) -> Iterator[Judged]:
    at = [_place_of(word, printed) for word in page.words]
    for number, word in enumerate(page.words):
        place = at[number]
        if place is None:
            yield Judged(plain.words[number].confidence, word.confidence, wrong=True, printed=False)
        elif not place.by_hand:
            whole = "".join(other.text for other, there in zip(page.words, at, strict=True) if there is place)
            wrong = place.text not in (word.text, whole) and word.text != _covered(word, printed)
            yield Judged(plain.words[number].confidence, word.confidence, wrong, printed=True)


def _place_of(word: Word, printed: list[Place]) -> Place | None:
    best = max(printed, key=lambda place: _shared(word.box, place.box))
    return best if _shared(word.box, best.box) > 0.25 * min(_area(word.box), _area(best.box)) else None


def _covered(word: Word, printed: list[Place]) -> str:
    """What several printed words that were read as one say."""
    return "".join(place.text for place in printed if _shared(word.box, place.box) > 0.5 * _area(place.box))


def _shared(one: Box, two: Box) -> float:
    width, height = min(one[2], two[2]) - max(one[0], two[0]), min(one[3], two[3]) - max(one[1], two[1])
    return max(width, 0.0) * max(height, 0.0)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
