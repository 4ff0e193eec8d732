"""The file as bytes: what stands before, behind and twice."""

from __future__ import annotations

import mmap
import re
from collections import Counter
from pathlib import Path

import pikepdf

from app.signature.lint.gather import Gathered

OBJECT = re.compile(rb"(?<![0-9])(\d{1,7})[ \t\r\n]+(\d{1,5})[ \t\r\n]+obj(?=[ \t\r\n<\[(/%+\-.0-9tfn])")
END = re.compile(rb"startxref[ \t\r\n]+\d+[ \t\r\n]+%%EOF")
TAIL_ALLOWED = b" \t\r\n\0"
MOST_OBJECTS = 500_000


def look_at_bytes(path: Path, pdf: pikepdf.Pdf, found: Gathered) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(b"%PDF-", 0, 1024) > 0:
            found.add("file.head")
        ends = [match.end() for match in END.finditer(data)]
        if ends and data[ends[-1] : ends[-1] + 4096].strip(TAIL_ALLOWED):
            found.add("file.tail")
        twice = doubled(data, ends, {number for number, _generation in pdf_numbers(pdf)})
        if twice:
            found.add("object.doubled", detail=", ".join(map(str, twice[:10])))


def pdf_numbers(pdf: pikepdf.Pdf) -> list[tuple[int, int]]:
    return [thing.objgen for thing in pdf.objects if isinstance(thing, pikepdf.Object)]


def doubled(data: mmap.mmap, ends: list[int], known: set[int]) -> list[int]:
    """The numbers of objects that are written twice within one revision (a later revision may replace what it likes).

    The words "1 0 obj" inside a compressed stream are a rare accident; they count only for numbers that the file really uses and
    when the bytes around are no part of a stream.
    """
    twice: set[int] = set()
    start = 0
    for end in [*ends, len(data)]:
        counts: Counter[int] = Counter()
        position = start
        while match := OBJECT.search(data, position, end):
            number = int(match[1])
            counts[number] += number in known
            position = after_object(data, match.end(), end)
            if sum(counts.values()) > MOST_OBJECTS:
                return []
        twice |= {number for number, times in counts.items() if times > 1}
        start = end
    return sorted(twice)


def after_object(data: mmap.mmap, position: int, end: int) -> int:
    """Where to go on looking: behind the stream, if the object has one, else right here."""
    close = data.find(b"endobj", position, end)
    opened = data.find(b"stream", position, close if close >= 0 else end)
    if opened < 0:
        return position
    done = data.find(b"endstream", opened, end)
    return done if done >= 0 else position
