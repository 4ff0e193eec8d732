"""Fields off the pages of one document, for the archive and for files outside of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app import clock
from app.jobs import Job
from app.recognise.turning import turned, upright
from app.recognise.words import to_json
from app.sandbox import SandboxPool
from storage.records import FieldReading, PageText

SECONDS = 120.0
SECONDS_EACH = 10.0


@dataclass(slots=True, frozen=True)
class ReadPage:
    """The words of a page and its picture (None where it has none), as scanned; `turn` degrees clockwise set both upright."""

    text: PageText
    image: Path | None
    turn: int = 0


@dataclass(slots=True, frozen=True)
class Paper:
    """One document: those of its `count` pages, by number, that fields are read from."""

    pages: Mapping[int, ReadPage]
    count: int


def read_fields(
    job: Job, boxes: SandboxPool, pages: Mapping[int, ReadPage], count: int, folder: Path, hands: Path | None = None
) -> dict[str, FieldReading]:
    """What the document's `count` pages say; `pages` by number holds those that `app.desk.page_choice` wants. `folder` takes passing
    files."""
    return read_dossier(job, boxes, [Paper(pages, count)], folder, hands)[0]


def read_dossier(
    job: Job, boxes: SandboxPool, papers: Sequence[Paper], folder: Path, hands: Path | None = None
) -> list[dict[str, FieldReading]]:
    """The fields of documents in the order in which they lie: numbers and dates vouch for their neighbours.

    `hands` is the file of what the office's own hands taught; see `app.desk.hands`.
    """
    documents = [_laid_out(job, boxes, paper, folder, place) for place, paper in enumerate(papers)]
    readable = [place for place, one in enumerate(documents) if one is not None]
    if not readable:
        return [{} for _paper in papers]
    answers = boxes.call(
        "app.desk.tasks:read_fields",
        documents=[documents[place] for place in readable],
        today=clock.today().isoformat(),
        hands=str(hands) if hands else None,
        timeout=SECONDS + SECONDS_EACH * len(readable),
        job=job,
    )
    by_place = dict(zip(readable, answers, strict=True))
    return [_told(by_place.get(place, {}), paper) for place, paper in enumerate(papers)]


def _laid_out(job: Job, boxes: SandboxPool, paper: Paper, folder: Path, place: int) -> dict[str, list[Any]] | None:
    """The files of one document for the sandbox; None where no words were read."""
    numbers = sorted(paper.pages)
    if not any(paper.pages[number].text.words for number in numbers):
        return None
    words, images = [], []
    for number in numbers:
        page = paper.pages[number]
        path = folder / f"words-of-{place}-{number}.json"
        path.write_text(to_json(upright(page.text, page.turn)), "utf-8")
        words.append(str(path))
        if image := _upright_image(job, boxes, page, folder / f"upright-{place}-{number}.png"):
            images.append(image)
    return {"words": words, "images": images if len(images) == len(numbers) else [], "numbers": numbers}


def _told(answer: Mapping[str, Sequence[Any]], paper: Paper) -> dict[str, FieldReading]:
    """The sandbox's answer with the document's own page numbers and places on the pages as scanned."""
    numbers = sorted(paper.pages)
    found = {}
    for name, (value, confidence, page, box, source, why) in answer.items():
        place = turned((box[0], box[1], box[2], box[3]), -paper.pages[numbers[page - 1]].turn) if box and page else None
        found[name] = FieldReading(value, confidence, numbers[page - 1] if page else None, place, source, why)
    if "numberOfPage" in found:
        found["numberOfPage"] = replace(found["numberOfPage"], value=str(paper.count))
    return found


def _upright_image(job: Job, boxes: SandboxPool, page: ReadPage, out: Path) -> str:
    """The file that shows the page upright; "" for a page without a picture."""
    if page.image is None or not page.turn:
        return str(page.image or "")
    made = boxes.call("app.recognise.tasks:turn_picture", image=str(page.image), turn=page.turn, out=str(out), job=job)
    return str(made)
