"""Fields off the pages of one document, for the archive and for files outside of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app import clock
from app.jobs import Job
from app.recognise.words import to_json
from app.sandbox import SandboxPool
from storage.records import FieldReading, PageText

HEAD_PAGES = 3  # of a long document: the header is in front,
TAIL_PAGES = 2  # the signer at the end
SECONDS = 120.0


@dataclass(slots=True, frozen=True)
class ReadPage:
    """The words of a page and its picture; None where it has none."""

    text: PageText
    image: Path | None


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
        path.write_text(to_json(pages[number].text), "utf-8")
        words.append(str(path))
    images = [str(pages[number].image) for number in numbers if pages[number].image is not None]
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
        place = (box[0], box[1], box[2], box[3]) if box else None
        found[name] = FieldReading(value, confidence, numbers[page - 1] if page else None, place, source, why)
    if "numberOfPage" in found:
        found["numberOfPage"] = replace(found["numberOfPage"], value=str(count))
    return found
