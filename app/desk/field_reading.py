"""Fields off the pages of one document, for the archive and for files outside of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app import clock
from app.jobs import Job
from app.recognise.turning import turned, upright
from app.recognise.words import to_json
from app.sandbox import SandboxPool
from storage.records import FieldReading, PageText

HEAD_PAGES = 3  # of a long document: the header is in front,
TAIL_PAGES = 2  # the signer at the end
SECONDS = 120.0


@dataclass(slots=True, frozen=True)
class ReadPage:
    """The words of a page and its picture (None where it has none), as scanned; `turn` degrees clockwise set both upright."""

    text: PageText
    image: Path | None
    turn: int = 0


def wanted_pages(count: int) -> list[int]:
    """The numbers (from 1) of the pages that fields are read from."""
    return sorted({*range(1, min(HEAD_PAGES, count) + 1), *range(max(1, count - TAIL_PAGES + 1), count + 1)})


def read_fields(
    job: Job, boxes: SandboxPool, pages: Mapping[int, ReadPage], count: int, folder: Path
) -> dict[str, FieldReading]:
    """What the document's `count` pages say; `pages` by number holds those of `wanted_pages`. `folder` takes passing files."""
    numbers = sorted(pages)
    if not any(pages[number].text.words for number in numbers):
        return {}
    words = []
    for number in numbers:
        path = folder / f"words-of-{number}.json"
        path.write_text(to_json(upright(pages[number].text, pages[number].turn)), "utf-8")
        words.append(str(path))
    images = [
        image for number in numbers if (image := _upright_image(job, boxes, pages[number], folder / f"upright-{number}.png"))
    ]
    answer = boxes.call(
        "app.desk.tasks:read_fields",
        words=words,
        images=images if len(images) == len(numbers) else [],
        today=clock.today().isoformat(),
        timeout=SECONDS,
        job=job,
    )
    found = {}
    for name, (value, confidence, page, box, source, why) in answer.items():
        place = turned((box[0], box[1], box[2], box[3]), -pages[numbers[page - 1]].turn) if box and page else None
        found[name] = FieldReading(value, confidence, numbers[page - 1] if page else None, place, source, why)
    if "numberOfPage" in found:
        found["numberOfPage"] = replace(found["numberOfPage"], value=str(count))
    return found


def _upright_image(job: Job, boxes: SandboxPool, page: ReadPage, out: Path) -> str:
    """The file that shows the page upright; "" for a page without a picture."""
    if page.image is None or not page.turn:
        return str(page.image or "")
    made = boxes.call("app.recognise.tasks:turn_picture", image=str(page.image), turn=page.turn, out=str(out), job=job)
    return str(made)
