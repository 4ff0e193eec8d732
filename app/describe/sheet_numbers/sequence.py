"""The sheet numbers of a dossier: they rise by one from sheet to sheet, across documents too, and that decides pale readings.

What the pen reads and what the neighbours say are kept apart: where they differ the reading tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.describe.handwriting.chain import Candidates, Order, judge, law_of
from app.describe.handwriting.fuse import alone
from app.describe.sheet_numbers.seen import Seen
from app.i18n import N_, _
from storage.records.reading import FieldReading

# One more from sheet to sheet; none where both sides bear it or a letter follows; more where pages were not read or have none.
SHEETS = law_of(
    (1, 1, 0.76), (0, 0, 0.03, 0.3), (2, 2, 0.07), (3, 5, 0.05), (6, 20, 0.03), (21, 200, 0.01),
    (-3, -1, 0.01, 0.05), (-9_999, 9_999, 0.02),
)  # fmt: skip
FEWEST = 2
_REVERSED = 2.0  # log of what it costs that the pile lies upside down
_MOST_ALONE = 0.9  # a lone number in a corner is never beyond doubt
_MOST = 0.995
_LEAST, _SCRIBBLE = 0.4, 0.1  # less sure is shown as a place without a value, and not at all
_FEW, _MOST_FEW = 4, 0.9  # a short run may agree by chance
_CONTRADICTED, _DOUBTED = 0.9, 0.55
_UNSEEN, _MOST_UNSEEN = 0.02, 0.85  # a value the pen hardly shows is never sure
_WEAK = 0.6  # an upright line in the left corner must be as sure by its neighbours
_HALF, _MOST_HALF = 0.5, 0.93  # nor is one that it shows badly while only one neighbour speaks for it


@dataclass(slots=True, frozen=True)
class Numbered:
    """A page and its number as decided. `own` is what the page reads as by itself."""

    seen: Seen
    value: int
    sure: float
    own: int
    own_sure: float
    letter: str = ""
    asked: bool = True  # whether its neighbours were

    @property
    def text(self) -> str:
        return f"{self.value}{self.letter}"


def read_sheets(dossier: Sequence[Sequence[Seen]]) -> list[FieldReading | None]:
    """The field `sheets` of each document ("7", "1-3", "12-12a"), None where its corners are empty.

    `dossier` holds what the corners of each document show, documents in the order in which they lie. A document whose corner holds
    figures that can't be made out gets "" and their place.
    """
    return [_field(pages) for pages in _decided(dossier)]


def _decided(dossier: Sequence[Sequence[Seen]]) -> list[list[Numbered]]:
    found = _judged(dossier)
    return _lettered(
        [
            [page for page in document if not page.seen.weak or (page.asked and page.value == page.own and page.sure >= _WEAK)]
            for document in found
        ]
    )


def _judged(dossier: Sequence[Sequence[Seen]]) -> list[list[Numbered]]:
    flat = [seen for document in dossier for seen in document]
    run = tuple(range(len(flat)))
    given = Order("given", (run,))
    judged = judge([seen.values for seen in flat], SHEETS, [given, Order("reversed", (run[::-1],), _REVERSED)], FEWEST)
    asked = judged.order != "none"
    if not asked:
        return [[_by_itself(seen) for seen in document] for document in dossier]
    most = min(_MOST if len(flat) >= _FEW else _MOST_FEW, judged.trust)
    tops = [values[0][0] for values in judged.values]
    found, at = [], 0
    for document in dossier:
        pages = []
        for seen in document:
            pages.append(_among(seen, judged.values[at], most, between=_is_between(tops, at)))
            at += 1
        found.append(pages)
    return found


def _by_itself(seen: Seen) -> Numbered:
    own, own_sure = seen.values[0]
    return Numbered(seen, own, min(_MOST_ALONE, alone(own_sure)) * seen.clear, own, own_sure, asked=False)


def _is_between(tops: Sequence[int], at: int) -> bool:
    """Whether the sheets before and behind leave no other number than this one."""
    return 0 < at < len(tops) - 1 and {abs(tops[at] - tops[at - 1]), abs(tops[at + 1] - tops[at])} == {1}


def _among(seen: Seen, values: Candidates, most: float, *, between: bool) -> Numbered:
    own, own_sure = seen.values[0]
    value, sure = values[0]
    shown = next((p for v, p in seen.values if v == value), 0.0)
    if shown < _UNSEEN:
        most = min(most, _MOST_UNSEEN)
    elif shown < _HALF and not between:
        most = min(most, _MOST_HALF)
    if value != own and own_sure * seen.clear >= _CONTRADICTED:
        return Numbered(seen, own, _DOUBTED, own, own_sure)
    return Numbered(seen, value, min(sure, most), own, own_sure)


def _lettered(found: Sequence[Sequence[Numbered]]) -> list[list[Numbered]]:
    """The letters of inserted sheets: "12", "12a", "12b"."""
    before: Numbered | None = None
    made = []
    for document in found:
        pages = []
        for page in document:
            repeated = before is not None and before.value == page.value
            if repeated and before is not None and page.value in page.seen.letters:
                letter = chr(ord(before.letter) + 1) if before.letter else "a"
                page = Numbered(page.seen, page.value, min(page.sure, _MOST_UNSEEN), page.own, page.own_sure, letter)
            pages.append(page)
            before = page
        made.append(pages)
    return made


def _field(pages: Sequence[Numbered]) -> FieldReading | None:
    if not pages:
        return None
    first, last = pages[0], pages[-1]
    place = first.seen.page, first.seen.box
    shown = min(page.own_sure * page.seen.clear for page in (first, last))
    if not first.asked and shown < _SCRIBBLE:
        return None
    if not first.asked and shown < _LEAST:
        why = N_("There is a number in the corner that can't be made out: please read it.")
        return FieldReading("", 0.1, *place, "handwriting", why)
    text = first.text if first.text == last.text else f"{first.text}-{last.text}"
    ends = min(first.sure, last.sure)
    broken = next(((a, b) for a, b in pairwise(pages) if not _follows(a, b)), None)
    if broken:
        words = _("Page {one} bears {first}, page {other} bears {second}: please check.")
        why = words.format(one=broken[0].seen.number, first=broken[0].text, other=broken[1].seen.number, second=broken[1].text)
        return FieldReading(text, round(min(ends, _DOUBTED), 3), *place, "handwriting", why)
    odd = next((page for page in (first, last) if page.value != page.own), None)
    if odd:
        words = _("Most likely {value} by its neighbours; alone it reads {read}: please check.")
        return FieldReading(text, round(ends, 3), *place, "handwriting", words.format(value=odd.value, read=odd.own))
    doubted = next((page for page in (first, last) if page.sure == _DOUBTED), None)
    if doubted:
        words = _("The corner reads {read}, which does not fit the sheets before and behind: please check.")
        return FieldReading(text, _DOUBTED, *place, "handwriting", words.format(read=doubted.text))
    return FieldReading(text, round(ends, 3), *place, "handwriting", N_("The number in the corner of the page."))


def _follows(one: Numbered, other: Numbered) -> bool:
    """Whether the numbers of two pages of one document fit: one sheet for one or two pages."""
    apart = other.seen.number - one.seen.number
    step = other.value - one.value
    return 0 <= step <= apart if other.letter or step == 0 else (apart - 1) // 2 <= step <= apart
