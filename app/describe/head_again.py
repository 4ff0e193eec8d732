"""A second look at the names of the head and at the place of issue, where the first one leaves a doubt.

Capitals lose their accents easily, and a short last row ("… TỈNH MỸ XUYÊN / ĐÔNG") is lost as a whole; read again as a block they
come back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.describe.first import read_first_page
from app.describe.fuzzy import compact, distance
from app.describe.ink import PageReader
from app.describe.layout import Line, Sheet
from app.describe.masthead import find_masthead
from app.describe.place_again import read_place_again
from app.describe.second import look, replaced
from app.describe.weight import names_by_weight
from app.i18n import N_
from storage.records.reading import Box, FieldReading, PageText, union
from storage.text import has_accents

NAMES = ("organName", "parentOrgan")
_CLEAR, _BETTER = 0.85, 0.02
_LONGER, _COMPLETED = 0.5, 0.75
_ROW_LOST = 0.8
_ALIKE = 5  # letters for each that may be wrong
_PLAIN_UNIT = re.compile(r"\b(?:Tinh|Huyen|Xa|Phuong|Quan)\b")
_UNITS = ("tỉnh", "thành phố", "huyện", "quận", "thị xã", "xã", "phường", "thị trấn")
_AIR = 0.012  # page widths
_DEEPER = 8  # times that
_LETTERS_MORE = 4


def look_again_at_head(
    page: PageText,
    sheet: Sheet,
    image: Path,
    engine: PageReader,
    fields: Mapping[str, FieldReading],
    today: date,
    rows: Sequence[Line] = (),
) -> dict[str, FieldReading]:
    """Issuer, parent and place, those that a second look reads better; `rows` are those of the names."""
    bold = names_by_weight(rows, image)
    better = {**bold, **_names_again(page, sheet, image, engine, {**fields, **bold}, today)}
    place = read_place_again(page, image, engine, {**fields, **better})
    if place:
        better["place"] = place
    known = {**fields, **better}
    place = known.get("place")
    for name, reading in known.items():
        if name in NAMES and (whole := _completed(reading, place) or _ended_alike(reading, place)):
            better[name] = whole
    return better


def _completed(reading: FieldReading, place: FieldReading | None) -> FieldReading | None:
    """A name that ends in the middle of the place's name, whose last row was lost: "Đảng bộ tỉnh Mỹ Xuyên" in Mỹ Xuyên Đông."""
    words = place.value.split() if place and place.confidence >= _CLEAR else []
    for count in range(len(words) - 1, 0, -1):
        start = " ".join(words[:count])
        if re.search(rf"\b(?:{'|'.join(_UNITS)}) {re.escape(start)}$", reading.value):
            why = N_("The name above the number, its end by the place of issue: please check.")
            value = f"{reading.value} {' '.join(words[count:])}"
            return replace(reading, value=value, confidence=min(reading.confidence, _COMPLETED), why=why)
    return None


def _ended_alike(reading: FieldReading, place: FieldReading | None) -> FieldReading | None:
    """A doubtful name whose last words are nearly the sure place's: "Ủy ban nhân dân Tính Phươcnguyêen" of Phước Nguyên."""
    if place is None or place.confidence < _CLEAR or reading.value.endswith(place.value):
        return None
    key, words = compact(place.value), reading.value.split()
    for count in range(1, min(len(words), len(place.value.split()) + 2)):
        wrong = distance(compact("".join(words[-count:])), key, len(key))
        if wrong <= (max(1, len(key) // _ALIKE) if reading.confidence < _CLEAR else 0):
            unit = next((name for name in _UNITS if compact(name) == compact(words[-count - 1])), words[-count - 1])
            value = " ".join([*words[: -count - 1], unit, place.value])
            why = N_("The name above the number, its end by the place of issue: please check.")
            return replace(reading, value=value, confidence=min(reading.confidence, _COMPLETED), why=why)
    return None


def _names_again(
    page: PageText, sheet: Sheet, image: Path, engine: PageReader, fields: Mapping[str, FieldReading], today: date
) -> dict[str, FieldReading]:
    first = {name: fields[name] for name in NAMES if name in fields}
    if not first:
        return {}
    region = _column(sheet, fields)
    if region is None or not (any(_is_doubtful(reading) for reading in first.values()) or _lost_row(sheet, region)):
        return {}
    words = look(engine, image, region, page, "black", shape="block")
    if not words:
        return {}
    found = read_first_page(Sheet.of(replaced(page, words, region), sheet.number), today)
    second = {**found.fields, **names_by_weight(found.names, image)}
    if "parentOrgan" in second and "parentOrgan" not in first and _is_whole(second, first):
        return {name: second[name] for name in NAMES}
    if ("parentOrgan" in first) != ("parentOrgan" in second):
        return {}
    return {name: second[name] for name in first if name in second and _is_better(second[name], first[name])}


def _is_whole(second: Mapping[str, FieldReading], first: Mapping[str, FieldReading]) -> bool:
    """Whether two names, both surely read, are more than the one that was read: a row of it was lost."""
    read, whole = first["organName"], compact("".join(second[name].value for name in ("parentOrgan", "organName")))
    sure = min(second[name].confidence for name in NAMES)
    return sure >= _CLEAR and len(whole) >= len(compact(read.value)) + _LETTERS_MORE


def _is_doubtful(reading: FieldReading) -> bool:
    return reading.confidence < _CLEAR or bool(_PLAIN_UNIT.search(reading.value))


def _column(sheet: Sheet, fields: Mapping[str, FieldReading]) -> Box | None:
    """The column of the names, down to the line of the number."""
    box = union(found for name in NAMES if name in fields and (found := fields[name].box))
    if box is None:
        return None
    below = [found[1] for name in ("codeNumber", "codeNotation") if name in fields and (found := fields[name].box)]
    air = _AIR / sheet.aspect
    deepest = box[3] + (_DEEPER if below else 3) * air  # down to the number several rows may be lost
    bottom = min([deepest, *(top - air / 4 for top in below if top > box[3])])
    split = find_masthead(sheet).split
    return max(0.0, box[0] - 2 * _AIR), max(0.0, box[1] - air / 2), max(box[2], min(box[2] + _AIR, split)), bottom


def _lost_row(sheet: Sheet, region: Box) -> bool:
    """True where something between the names was too badly read to be taken."""
    top, bottom = region[1] * sheet.aspect, region[3] * sheet.aspect
    lines = sheet.between(top, bottom, lambda word: region[0] <= (word.box[0] + word.box[2]) / 2 <= region[2])
    return any(not line.readable and re.search(r"[^\W\d_]", line.text) for line in lines)


def _is_better(second: FieldReading, first: FieldReading) -> bool:
    if compact(second.value) == compact(first.value):
        more = _accents(second.value) - _accents(first.value)
        return more > 0 or (more == 0 and second.confidence > first.confidence + _BETTER)
    if compact(second.value).startswith(compact(first.value)) and second.confidence >= _LONGER:
        return True
    if len(compact(second.value)) < _ROW_LOST * len(compact(first.value)):
        return False  # surer only because a row is gone
    return second.confidence > first.confidence + _BETTER


def _accents(text: str) -> int:
    return sum(has_accents(letter) for letter in text)
