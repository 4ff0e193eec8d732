"""A second look at who signed, where the first one leaves a doubt: a seal or a signature lies over the name.

The column of the signature is read again as one block of text, then ink by ink, until a name and a post are found that leave
no doubt. What several looks agree on is believed more, what they differ in less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.describe.closing import find_post, read_end
from app.describe.ink import Layer, PageReader, Scanned, Shape, scanned_as
from app.describe.layout import Sheet
from app.describe.names import likeness
from app.describe.recipients import find_recipients_label
from app.describe.second import look, replaced
from app.describe.vocabulary import POSTS
from storage.records.reading import Box, FieldReading, PageText

SIGNING = ("signer", "position", "authority")
_NO_DOUBT, _ENOUGH, _KNOWN = 0.9, 0.8, 0.6
_LIKE = 0.9
_MENDED = 0.7
_DIFFERENT = 0.75  # at most, where looks differ
_AGREED = 0.04  # more, for each look that agrees
_MOST = 0.97
_WIDER = 0.16  # page widths beside the post: the longest name
_DEEP = 0.34  # page widths below the post


@dataclass(slots=True, frozen=True)
class _Look:
    region: Box
    layer: Layer
    shape: Shape


def look_again_at_end(
    pages: Sequence[PageText],
    sheets: Sequence[Sheet],
    images: Sequence[Path],
    engine: PageReader,
    first: Mapping[str, FieldReading],
) -> dict[str, FieldReading]:
    """Signer, position and authority from the last page that has "Nơi nhận" (else the last page), where `first` leaves a doubt."""
    if _is_enough(first, _NO_DOUBT):
        return {}
    index = next((i for i in range(len(sheets) - 1, -1, -1) if find_recipients_label(sheets[i])), len(sheets) - 1)
    if index >= len(images):
        return {}
    sheet, page = sheets[index], pages[index]
    found: list[Mapping[str, FieldReading]] = [{name: first[name] for name in SIGNING if name in first}]
    for one in _looks(sheet, scanned_as(images[index])):
        words = look(engine, images[index], one.region, page, one.layer, shape=one.shape)
        if not words:
            continue
        found.append(read_end(Sheet.of(replaced(page, words, one.region), sheet.number)))
        best = _agreed(found)
        if _is_enough(best, _ENOUGH):
            break
    return _agreed(found)


def _is_enough(found: Mapping[str, FieldReading], least: float) -> bool:
    """True where name and post are both known and sure."""
    name, post = found.get("signer"), found.get("position")
    if name is None or post is None or name.confidence < least or likeness(name.value) < _LIKE:
        return False
    return post.confidence >= _KNOWN and post.value.startswith(POSTS)


def _agreed(found: Sequence[Mapping[str, FieldReading]]) -> dict[str, FieldReading]:
    """Of each field what most looks say, weighed by how sure they are."""
    best: dict[str, FieldReading] = {}
    for name in SIGNING:
        votes: dict[str, list[FieldReading]] = defaultdict(list)
        for one in found:
            if name in one and one[name].value:
                votes[one[name].value].append(one[name])
        if not votes:
            continue
        if name == "signer":
            _count_parts(votes)
        value = max(votes, key=lambda text: sum(_weight(name, reading) for reading in votes[text]))
        reading = max(votes[value], key=lambda one: one.confidence)
        # What was mended or looks like half a name stays doubtful however often it is read.
        sure = reading.confidence + (_AGREED * (len(votes[value]) - 1) if reading.confidence >= _MENDED else 0.0)
        if len(votes) > 1 and len(votes[value]) < 3:
            sure = min(sure, _DIFFERENT)
        best[name] = replace(reading, confidence=round(min(max(sure, reading.confidence if len(votes) == 1 else 0), _MOST), 3))
    return best


def _count_parts(votes: dict[str, list[FieldReading]]) -> None:
    """Who read only the end of a name has read that name: "Thu Duyên" speaks for "Vũ Thu Duyên"."""
    for part in list(votes):
        whole = next((name for name in votes if name.endswith(f" {part}") and likeness(name) >= _LIKE), None)
        if whole and likeness(part) < _LIKE:
            del votes[part]


def _weight(name: str, reading: FieldReading) -> float:
    if name == "signer":
        return reading.confidence * likeness(reading.value) ** 2
    return reading.confidence * (1.0 if name != "position" or reading.value.startswith(POSTS) else 0.5)


def _looks(sheet: Sheet, scanned: Scanned) -> Iterator[_Look]:
    """The places to read and how, the likeliest first: in a grey scan a seal is lighter than bold print, in black and white no ink is."""
    layer: Layer
    places = _signing_places(sheet)
    column = _column(sheet)
    blocks = [column] if column else places[:2]
    if scanned == "grey":
        yield from (_Look(region, "dark", "page") for region in places)
    for layer in ("black", "open"):
        for region in blocks:
            yield _Look(region, layer, "block")
    yield from (_Look(region, "black", "page") for region in places)
    if scanned == "colour":
        yield from (_Look(region, "dark", "page") for region in places)
    if scanned != "bitonal":
        yield from (_Look(region, "dark", "block") for region in blocks)


def _column(sheet: Sheet) -> Box | None:
    """The signature's column from its post down, where the first look has seen that."""
    posts = find_post(sheet)
    if not posts:
        return None
    left, right = min(line.left for line in posts), max(line.right for line in posts)
    top, bottom = posts[0].top - 0.7 * sheet.unit, posts[-1].bottom + _DEEP
    y0, y1 = max(0.0, top / sheet.aspect), min(1.0, bottom / sheet.aspect)
    beside = [line.right for line in sheet.pieces() if line.right < left and top < line.middle < posts[-1].bottom + 0.1]
    x0 = max(min(left - 0.02, (left + right) / 2 - _WIDER), max(beside, default=0.0) + 0.01)
    x1 = min(1.0, max(right + 0.02, (left + right) / 2 + _WIDER))
    return (x0, y0, x1, y1) if y1 - y0 > 0.02 else None


def _signing_places(sheet: Sheet) -> list[Box]:
    """Beside "Nơi nhận" and below, cut in two ways as the engine loses a line now and then; minutes have it above.

    Without the label: the end of the text and what follows.
    """
    label = find_recipients_label(sheet)
    if label is not None:
        text = [line.bottom for line in sheet.lines if line.left < 0.3 and line.right > 0.5 and line.middle < label.top]
        after = max(text, default=label.top - 2.5 * sheet.unit) + 0.3 * sheet.unit
        top = max(min(after, label.top - 0.8 * sheet.unit), label.top - 3 * sheet.unit)
        spans = [
            (0.43, top, label.top + 0.42),
            (0.5, top - 1.2 * sheet.unit, label.top + 0.34),
            (0.43, label.top - 0.3, label.top + sheet.unit),
        ]
    else:
        last = max((line.bottom for line in sheet.lines), default=0.0)
        spans = [(0.43, last - 0.3, last + 0.35)]
    places = []
    for left, upper, lower in spans:
        y0, y1 = max(0.0, upper / sheet.aspect), min(1.0, lower / sheet.aspect)
        if y1 - y0 > 0.02:
            places.append((left, y0, 1.0, y1))
    return places
