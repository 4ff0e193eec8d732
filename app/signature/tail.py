"""The bytes behind a signed range, all of them: each must belong to a revision that the file's own tables tell of.

A reader that repairs files takes objects from anywhere, so an attacker may append a body without a table (the "incremental saving"
attacks of Mladenov et al., "1 Trillion Dollar Refund", CCS 2019): a strict parser never sees it, a viewer shows it.
"""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pyhanko.pdf_utils import generic

OBJECT = re.compile(rb"(?<![0-9])(\d{1,10})[ \t\r\n\0\f]+(\d{1,5})[ \t\r\n\0\f]+obj\b")
END = re.compile(rb"startxref[ \t\r\n]*(\d{1,12})[ \t\r\n]*%%EOF")
TRAILER = re.compile(rb"(?<![A-Za-z])trailer[ \t\r\n\0\f]*<<")
PART = re.compile(rb"[ \t\r\n]*(\d{1,10})[ ]+(\d{1,10})[ \t]*[\r\n]+")
ROW = re.compile(rb"\d{10} \d{5} [nf]")
BLANK = b" \t\r\n\0"


def unaccounted(reader: Any, start: int) -> bool:
    """Whether something behind `start` (bytes) is no part of a revision known to the reader."""
    with window(reader.stream) as data:
        if start >= len(data):
            return False
        ends = list(END.finditer(data, start))
        last = ends[-1].end() if ends else start
        if data[last:].strip(BLANK):
            return True
        known_tables = {section_start(reader, n) for n in range(reader.xrefs.total_revisions)}
        if any(int(match[1]) not in known_tables for match in ends):
            return True
        sections = [n for n in range(reader.xrefs.total_revisions) if section_start(reader, n) >= start]
        if len(list(TRAILER.finditer(data, start))) > len(sections):
            return True
        if any(entries_overlap(reader, number, data) for number in sections):
            return True
        places: dict[int, int] = {}
        for number in sections:
            places |= object_places(reader, number)
        if any(places.get(match.start()) != int(match[1]) for match in objects(data, start)):
            return True
        return any(strangers(reader, number) for number in sections)


class window:  # noqa: N801 - used like a function
    """The stream's bytes without copying a large file."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._map: mmap.mmap | None = None

    def __enter__(self) -> Any:
        try:
            self._map = mmap.mmap(self._stream.fileno(), 0, access=mmap.ACCESS_READ)
            return self._map
        except (OSError, ValueError, AttributeError):  # in memory
            self._stream.seek(0, os.SEEK_SET)
            return self._stream.read()

    def __exit__(self, *_error: object) -> None:
        if self._map is not None:
            self._map.close()


def section_start(reader: Any, number: int) -> int:
    return int(reader.xrefs.get_startxref_for_revision(number))


def object_places(reader: Any, number: int) -> dict[int, int]:
    """Where a revision's table says that objects begin, and their numbers; its own stream, if it is one, included."""
    xrefs = reader.xrefs
    places = own_streams(xrefs.get_xref_container_info(number))
    hybrid = xrefs.get_xref_data(number).hybrid
    if hybrid is not None:
        places |= own_streams(hybrid.meta_info)
    for reference in xrefs.explicit_refs_in_revision(number):
        place = xrefs.get_historical_ref(reference, number)
        if isinstance(place, int):
            places[place] = int(reference.idnum)
    return places


def own_streams(told: Any) -> dict[int, int]:
    return {int(told.start_location): int(told.stream_ref.idnum)} if told.stream_ref is not None else {}


def strangers(reader: Any, number: int) -> bool:
    """Whether an object stream of this revision holds an object that the revision's table does not tell of."""
    xrefs, seen = reader.xrefs, reader.get_historical_resolver(number)
    section = xrefs.get_xref_data(number)
    for reference in xrefs.explicit_refs_in_revision(number):
        if not isinstance(xrefs.get_historical_ref(reference, number), int):
            continue
        found = seen(reference)
        if not isinstance(found, generic.StreamObject) or str(found.get("/Type")) != "/ObjStm":
            continue
        inside = [int(word) for word in found.data[: int(found["/First"])].split()[::2]]
        beside = section.hybrid.xref_data.xrefs_in_objstm if section.hybrid is not None else {}
        told = beside | section.xrefs_in_objstm
        if len(set(inside)) != len(inside):
            return True
        if any(one not in told or told[one].obj_stream_id != reference.idnum for one in inside):
            return True
    return False


def entries_overlap(reader: Any, number: int, data: Any) -> bool:
    """Whether a table names an object twice: one program takes the first entry, another the last."""
    start = section_start(reader, number)
    spans = list(table_spans(data, start)) if data[start : start + 4] == b"xref" else stream_spans(reader, number)
    spans.sort()
    return any(first + count > following for (first, count), (following, _n) in pairwise(spans))


def table_spans(data: Any, start: int) -> Iterator[tuple[int, int]]:
    """First object and number of entries of each part of a table (ISO 32000-1, 7.5.4)."""
    place = start + 4
    while match := PART.match(data, place):
        first, count = int(match[1]), int(match[2])
        yield first, count
        place = match.end() + 20 * count
        while data[place : place + 1] in (b"\r", b"\n", b" ") and place < len(data):  # rows of careless programs are shorter
            place += 1
        if ROW.match(data, place):
            return


def stream_spans(reader: Any, number: int) -> list[tuple[int, int]]:
    reference = reader.xrefs.get_xref_container_info(number).stream_ref
    index = reference.get_object().get("/Index") if reference is not None else None
    if index is None:
        return []
    numbers = [int(n) for n in index]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def objects(data: Any, start: int) -> Iterator[re.Match[bytes]]:
    """Headers of objects, but not such words inside of streams."""
    place = start
    while match := OBJECT.search(data, place):
        yield match
        place = match.end()
        close = data.find(b"endobj", place)
        opened = data.find(b"stream", place, close if close >= 0 else len(data))
        if opened >= 0:
            done = data.find(b"endstream", opened)
            place = done if done >= 0 else place
